/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: make_golden json|raw-json|table|raw-table|colour-table|v1beta1-json|recording|options
 * Prints what the tool would print of the golden calls, some containers and some losses, or a
 * recording of these that it would print them of; or the whole catalogue as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "record.h"
#include "recording.h"

#define TIME_NS 1700000000000000000LL

struct output {
	const char *name;
	const struct sot_format *format;
	struct sot_style style;
};

/* That the calls were made on; none of them in its pid 1's mount namespace. */
static const struct sot_machine machine = { .boot_offset_ns = TIME_NS - 123456789012LL,
					    .event_version = SOT_EVENT_VERSION,
					    .mnt_ns = 1,
					    .page_size = 4096,
					    .architecture = "x86_64",
					    .tool_version = SOT_VERSION,
					    .host_name = "vm",
					    .kernel_release = "6.12.0" };

static const struct output outputs[] = {
	{ "json", &sot_formats[1], { 0 } },
	{ "raw-json", &sot_formats[1], { .raw = true } },
	{ "table", &sot_formats[0], { 0 } },
	{ "raw-table", &sot_formats[0], { .raw = true } },
	{ "colour-table", &sot_formats[0], { .colour = true } },
	{ "v1beta1-json", &sot_formats[2], { 0 } },
	{ "recording", &sot_recording_format, { .machine = &machine } },
};

static char line[64 * 1024];
static const struct sot_format *format;
static struct sot_style style;

/* `err` is what writing it into buf came to. */
static void print_line(struct sot_buf *buf, int err)
{
	if (err || fwrite(buf->data, 1, buf->len, stdout) != buf->len) {
		fprintf(stderr, "make_golden: a line cannot be written\n");
		exit(1);
	}
}

static void print_record(const struct sot_record *rec)
{
	struct sot_buf buf;

	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, format->event(rec, &style, &buf));
}

static void print_loss(const struct sot_loss_report *report)
{
	struct sot_buf buf;

	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, format->loss(report, TIME_NS, &style, &buf));
}

static void print_probe(const struct sot_probe_news *news)
{
	struct sot_buf buf;

	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, format->probe(news, TIME_NS, &style, &buf));
}

static void print_header(void)
{
	struct sot_buf buf;

	if (!format->header)
		return;
	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, format->header(&style, &buf));
}

static void print_options(void)
{
	struct sot_buf buf;
	size_t i;

	for (i = 0; i < sot_options_count; i++) {
		sot_buf_init(&buf, line, sizeof(line));
		print_line(&buf, sot_list_json(&sot_options[i], &buf));
	}
}

/* What is known of the group of all calls from here on; an output prints it with the call. */
static void print_cgroup(const char *path)
{
	struct sot_buf buf;

	if (format != &sot_recording_format)
		return;
	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, sot_put_cgroup(4321, path, &buf));
}

static void print_end(void)
{
	const struct sot_recording_end end = { .events = golden_calls_count + 2 };
	struct sot_buf buf;

	if (format != &sot_recording_format)
		return;
	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, sot_put_end(&end, &buf));
}

/* The event in memory of just its size, where valgrind sees a read too far. */
static void print_call(size_t index, enum sot_container container)
{
	static const struct sot_container_facts facts = {
		.id = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		.runtime = "containerd",
		.pod_uid = "0a1b2c3d-1111-2222-3333-444455556666",
	};
	struct sot_record *rec = malloc(sizeof(*rec));
	union made_event made;
	void *event;

	golden_call_make(index, &made);
	event = malloc(made.ev.size);
	if (!rec || !event)
		abort();
	memcpy(event, &made, made.ev.size);
	if (sot_decode(event, made.ev.size, NULL, rec)) {
		fprintf(stderr, "make_golden: %s cannot be decoded\n", golden_call_name(index));
		exit(1);
	}
	rec->container = container;
	rec->container_facts = &facts;
	sot_check(rec);
	print_record(rec);
	free(event);
	free(rec);
}

int main(int argc, char **argv)
{
	static const struct sot_loss_report losses[] = {
		{ .whole.count = { 12 },
		  .talkers_count = 2,
		  .talker = { { { .host_pid = 17 }, "flood", { { 9 } } },
			      { { .host_pid = UINT32_MAX }, "a \x1b[31mb\xff\"", { { 3 } } } } },
		{ .whole.count = { 1, 2, 3, 4 }, .others.count = { 1, 2, 3, 4 } },
		{ .whole.count = { UINT64_MAX },
		  .others.count = { 2 },
		  .talkers_count = 1,
		  .talker = { { { .host_pid = 1 }, "sixteen bytes xx", { { UINT64_MAX - 2 } } } } },
		{ .kind = SOT_LEFT_OUT,
		  .whole.count[SOT_ABOVE_RATE] = 5000,
		  .others.count[SOT_ABOVE_RATE] = 20,
		  .talkers_count = 1,
		  .talker = { { { .host_pid = 17 }, "flood", { { [SOT_ABOVE_RATE] = 4980 } } } } },
	};
	static const struct sot_probe_news news[] = {
		{ "kprobe/__sys_setsockopt", SOT_PROBE_SILENT, "64-bit", 0 },
		{ "fexit/__sys_setsockopt", SOT_PROBE_REPEATED, "socketcall", 2 },
		{ "kprobe/__sys_setsockopt", SOT_PROBE_FIRING, NULL, 1 },
		{ "kretprobe/__sys_setsockopt", SOT_PROBE_NOT_RUN, NULL, 100 },
		{ "fexit/io_uring_cmd_sock", SOT_PROBE_UNTESTED, NULL, 0 },
	};
	const struct output *output = NULL;
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "options")) {
		print_options();
		return 0;
	}
	for (i = 0; argc == 2 && i < sizeof(outputs) / sizeof(outputs[0]); i++)
		if (!strcmp(argv[1], outputs[i].name))
			output = &outputs[i];
	if (!output) {
		fprintf(stderr, "usage: make_golden json|raw-json|table|raw-table|colour-table|"
				"v1beta1-json|recording|options\n");
		return 2;
	}
	format = output->format;
	style = output->style;
	style.boot_offset_ns = machine.boot_offset_ns;
	print_header();
	for (i = 0; i < golden_calls_count; i++)
		print_call(i, SOT_CONTAINER_UNKNOWN);
	print_cgroup("/system.slice/x.service");
	print_call(0, SOT_CONTAINER_HOST);
	print_cgroup("/kubepods.slice/kubepods-pod0a1b2c3d_1111_2222_3333_444455556666.slice/"
		     "cri-containerd-"
		     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff.scope");
	print_call(0, SOT_CONTAINER_KNOWN);
	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		print_loss(&losses[i]);
	for (i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		print_probe(&news[i]);
	print_end();
	return 0;
}
