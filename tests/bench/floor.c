/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: floor PROGRAM[@OFFSET]...: attaches programs that do nothing, in this order, until it is
 * killed; a kprobe OFFSET bytes behind its symbol.
 */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/floor.skel.h"

static struct bpf_program *program(const struct floor_bpf *skel, const char *arg)
{
	char name[64];

	strncpy(name, arg, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	name[strcspn(name, "@")] = '\0';
	return bpf_object__find_program_by_name(skel->obj, name);
}

static struct bpf_link *attach(const struct floor_bpf *skel, const char *arg)
{
	struct bpf_program *prog = program(skel, arg);
	const char *offset = strchr(arg, '@');
	LIBBPF_OPTS(bpf_kprobe_opts, opts);

	if (!offset)
		return bpf_program__attach(prog);
	opts.offset = strtoul(offset + 1, NULL, 10);
	return bpf_program__attach_kprobe_opts(prog,
					       strchr(bpf_program__section_name(prog), '/') + 1,
					       &opts);
}

int main(int argc, char **argv)
{
	struct floor_bpf *skel = floor_bpf__open();
	struct bpf_program *prog;
	int i;

	if (argc < 2 || !skel)
		return 2;
	for (i = 1; i < argc; i++) {
		prog = program(skel, argv[i]);
		if (!prog)
			return 2;
		bpf_program__set_autoload(prog, true);
	}
	if (floor_bpf__load(skel))
		return 1;
	for (i = 1; i < argc; i++)
		if (!attach(skel, argv[i]))
			return 1;
	for (;;)
		pause();
}
