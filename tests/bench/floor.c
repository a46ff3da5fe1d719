/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: floor [-n BYTES [-m BYTES [-gkr] [-o FILE]]] PROGRAM[@OFFSET]...
 *
 * Attaches programs of floor.bpf.c, in this order, until it is killed; a kprobe OFFSET bytes behind
 * its symbol.
 *
 * -n BYTES  of an event, at least 24: what record_exit or record_in_place gives is taken from the
 *           ring buffer, as the tracer takes it
 * -m BYTES  of text of each event, copied into blocks of 64 KiB; without -o these go nowhere
 * -g        the text is not copied: writev(2) gathers it
 * -k        it is not copied: each block has it already
 * -r        the same, and each block is written over the one before, where the file has its pages
 */
#include <bpf/libbpf.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "floor.h"
#include "tests/floor.skel.h"

#define RING_BYTES (4096 * 1024) /* the tracer's own three */
#define WAKEUP_BYTES (RING_BYTES / 8)
#define POLL_MS 50

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

static int load_and_attach(struct floor_bpf *skel, char **args)
{
	struct bpf_program *prog;
	char **arg;

	for (arg = args; *arg; arg++) {
		prog = program(skel, *arg);
		if (!prog)
			return 2;
		bpf_program__set_autoload(prog, true);
	}
	if (floor_bpf__load(skel))
		return 1;
	for (arg = args; *arg; arg++)
		if (!attach(skel, *arg))
			return 1;
	return 0;
}

static int on_event(void *output, void *data, size_t size)
{
	(void)data;
	(void)size;
	floor_output__record(output);
	return 0;
}

static int read_events(struct floor_bpf *skel, struct floor_output *output)
{
	struct ring_buffer *ring =
		ring_buffer__new(bpf_map__fd(skel->maps.events), on_event, output, NULL);
	struct pollfd fd = { .events = POLLIN };

	if (!ring)
		return 1;
	fd.fd = ring_buffer__epoll_fd(ring);
	for (;;) {
		__atomic_store_n(&skel->bss->reader_sleeps, true, __ATOMIC_RELAXED);
		poll(&fd, 1, POLL_MS);
		ring_buffer__consume(ring);
		floor_output__flush(output);
	}
}

int main(int argc, char **argv)
{
	struct floor_bpf *skel = floor_bpf__open();
	enum floor_way way = FLOOR_COPIED;
	const char *path = NULL;
	struct floor_output *output;
	unsigned long event_bytes = 0, text_bytes = 0;
	int letter, err;

	while ((letter = getopt(argc, argv, "gkm:n:o:r")) >= 0) {
		if (letter == 'g')
			way = FLOOR_GATHERED;
		else if (letter == 'k')
			way = FLOOR_IN_BLOCK;
		else if (letter == 'r')
			way = FLOOR_AGAIN;
		else if (letter == 'm')
			text_bytes = strtoul(optarg, NULL, 10);
		else if (letter == 'n')
			event_bytes = strtoul(optarg, NULL, 10);
		else if (letter == 'o')
			path = optarg;
		else
			return 2;
	}
	output = floor_output__open(path, text_bytes, way);
	if (!argv[optind] || !skel || !output || event_bytes > sizeof(skel->bss->record))
		return 2;
	if (event_bytes) {
		skel->rodata->event_bytes = (__u32)event_bytes;
		skel->rodata->wakeup_bytes = WAKEUP_BYTES;
		bpf_map__set_max_entries(skel->maps.events, RING_BYTES);
	}
	err = load_and_attach(skel, argv + optind);
	if (err)
		return err;
	if (event_bytes)
		return read_events(skel, output);
	for (;;)
		pause();
}
