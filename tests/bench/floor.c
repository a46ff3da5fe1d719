/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* usage: floor PROGRAM...: attaches programs that do nothing, in this order, until it is killed. */
#include <bpf/libbpf.h>
#include <unistd.h>

#include "tests/floor.skel.h"

int main(int argc, char **argv)
{
	struct floor_bpf *skel = floor_bpf__open();
	struct bpf_program *prog;
	int i;

	if (argc < 2 || !skel)
		return 2;
	for (i = 1; i < argc; i++) {
		prog = bpf_object__find_program_by_name(skel->obj, argv[i]);
		if (!prog)
			return 2;
		bpf_program__set_autoload(prog, true);
	}
	if (floor_bpf__load(skel))
		return 1;
	for (i = 1; i < argc; i++)
		if (!bpf_program__attach(bpf_object__find_program_by_name(skel->obj, argv[i])))
			return 1;
	for (;;)
		pause();
}
