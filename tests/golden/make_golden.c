/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: make_golden json|raw-json|table|raw-table|colour-table|v1beta1-json|options
 * Prints what the tool would print of the golden calls, some containers and some losses; or the
 * whole catalogue as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "record.h"

#define TIME_NS 1700000000000000000LL

struct output {
	const char *name, *format;
	struct sot_style style;
};

static const struct output outputs[] = {
	{ "json", "json", { 0 } },
	{ "raw-json", "json", { .raw = true } },
	{ "table", "table", { 0 } },
	{ "raw-table", "table", { .raw = true } },
	{ "colour-table", "table", { .colour = true } },
	{ "v1beta1-json", "json-v1beta1", { 0 } },
};

static char line[64 * 1024];
static const struct output *output;
static const struct sot_format *format = sot_formats;
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
				"v1beta1-json|options\n");
		return 2;
	}
	while (strcmp(format->name, output->format))
		format++;
	style = output->style;
	style.boot_offset_ns = TIME_NS - 123456789012LL;
	print_header();
	for (i = 0; i < golden_calls_count; i++)
		print_call(i, SOT_CONTAINER_UNKNOWN);
	print_call(0, SOT_CONTAINER_HOST);
	print_call(0, SOT_CONTAINER_KNOWN);
	for (i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		print_loss(&losses[i]);
	for (i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		print_probe(&news[i]);
	return 0;
}
