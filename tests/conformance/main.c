/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: conformance probe            in the guest: prints the notes
 *        conformance judge [-a] FILE...  on the host; -a: these are all kernels of the matrix
 *        conformance tried FILE          on the host; prints the rows whose capability was tried
 */
#include <stdio.h>
#include <string.h>

#include "conformance.h"

int main(int argc, char *argv[])
{
	bool all = argc > 2 && strcmp(argv[2], "-a") == 0;

	if (argc == 2 && strcmp(argv[1], "probe") == 0)
		return probe_kernel(stdout);
	if (argc > 2 + all && strcmp(argv[1], "judge") == 0)
		return judge_kernels(argc - 2 - all, argv + 2 + all, all);
	if (argc == 3 && strcmp(argv[1], "tried") == 0)
		return print_tried(argv[2]);
	fprintf(stderr, "usage: conformance probe | judge [-a] FILE... | tried FILE\n");
	return 2;
}
