/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* usage: floor fentry|kprobe|tracepoint: attaches two programs that do nothing, until it is killed. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/floor.skel.h"

static struct bpf_program *find(struct floor_bpf *skel, const char *attachment, const char *end)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_%s", attachment, end);
	return bpf_object__find_program_by_name(skel->obj, name);
}

int main(int argc, char **argv)
{
	struct floor_bpf *skel = floor_bpf__open();
	struct bpf_program *enter, *exit;

	if (argc != 2 || !skel)
		return 2;
	enter = find(skel, argv[1], "enter");
	exit = find(skel, argv[1], "exit");
	if (!enter || !exit)
		return 2;
	bpf_program__set_autoload(enter, true);
	bpf_program__set_autoload(exit, true);
	if (floor_bpf__load(skel) || !bpf_program__attach(exit) || !bpf_program__attach(enter))
		return 1;
	for (;;)
		pause();
}
