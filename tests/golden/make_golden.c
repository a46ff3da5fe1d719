/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: make_golden json|raw-json|table|raw-table|colour-table|v1beta1-json|recording|options|
 *                    audit-json|audit-table|audit-colour-table|audit-v1beta1-json|fields
 * Prints what the tool would print of the golden calls, some containers and some losses, or a
 * recording of these that it would print them of; or the whole catalogue as JSON. audit: the calls in
 * which a few rules find something; fields: what rules can ask for of each call, a JSON object each.
 */
#include <stdio.h>
#include <stdlib.h>

#include "calls.h"
#include "record.h"
#include "recording.h"
#include "rules/field.h"
#include "rules/rules.h"

#define TIME_NS 1700000000000000000LL

struct output {
	const char *name;
	const struct sot_format *format;
	struct sot_style style;
	bool is_audit;
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

static void put_names(const struct sot_fact *fact, struct sot_buf *buf)
{
	size_t i;

	sot_buf_char(buf, '[');
	for (i = 0; i < fact->names; i++) {
		if (i)
			sot_buf_char(buf, ',');
		sot_buf_json(buf, fact->name[i].str, fact->name[i].len);
	}
	sot_buf_char(buf, ']');
}

static void put_fact(const struct sot_fact *fact, struct sot_buf *buf)
{
	if (!fact->known)
		sot_buf_str(buf, "null");
	else if (fact->kind == SOT_FIELD_TRUTH)
		sot_buf_str(buf, fact->num ? "true" : "false");
	else if (fact->kind == SOT_FIELD_NUMBER && fact->num < 0)
		sot_buf_int(buf, (int64_t)fact->num);
	else if (fact->kind == SOT_FIELD_NUMBER)
		sot_buf_uint(buf, (uint64_t)fact->num);
	else if (fact->kind == SOT_FIELD_TEXT)
		sot_buf_json(buf, fact->text.str, fact->text.len);
	else if (fact->kind == SOT_FIELD_NAMES)
		put_names(fact, buf);
	else
		sot_buf_str(buf, "{}"); /* a structure */
}

static int put_fields(const struct sot_record *rec, const struct sot_style *unused,
		      struct sot_buf *buf)
{
	static struct sot_scratch scratch;
	struct sot_ref ref = { 0 };
	struct sot_fact fact;
	size_t i;

	(void)unused;
	for (i = 0; i < sot_fields_count; i++) {
		ref.field = &sot_fields[i];
		sot_field_get(rec, &ref, &scratch, &fact);
		sot_buf_char(buf, i ? ',' : '{');
		sot_buf_json(buf, ref.field->path, strlen(ref.field->path));
		sot_buf_char(buf, ':');
		put_fact(&fact, buf);
	}
	sot_buf_str(buf, "}\n");
	return 0;
}

static const struct sot_format fields_format = { .name = "fields", .event = put_fields };

static const char golden_rules[] =
	"rules:\n"
	"  - id: lingers\n"
	"    title: Lingers\n"
	"    severity: low\n"
	"    when: {option: SO_LINGER}\n"
	"  - id: hostile-name\n"
	"    title: \"A \\e[31mname\"\n"
	"    severity: critical\n"
	"    description: Look at \"it\".\n"
	"    mitre: [T1205.002, T1040]\n"
	"    cve: [CVE-2021-22555]\n"
	"    when: {executable.path: {glob: '*evil*'}}\n"
	"    why: '{processName} of {executable.path} set {option} to {sockopt.optval.text}'\n"
	"  - id: filter\n"
	"    title: Classic filter\n"
	"    severity: high\n"
	"    when: {sockopt.filter.instructions: {min: 1}, sockopt.filter.sha256: {known: true}}\n"
	"  - id: denied\n"
	"    title: Denied\n"
	"    severity: medium\n"
	"    when: {returnValue: -EPERM}\n";

static struct sot_audit *audit; /* NULL: no rules */

static const struct output outputs[] = {
	{ "json", &sot_formats[1], { 0 } },
	{ "raw-json", &sot_formats[1], { .raw = true } },
	{ "table", &sot_formats[0], { 0 } },
	{ "raw-table", &sot_formats[0], { .raw = true } },
	{ "colour-table", &sot_formats[0], { .colour = true } },
	{ "v1beta1-json", &sot_formats[2], { 0 } },
	{ "audit-json", &sot_formats[1], { 0 }, true },
	{ "audit-table", &sot_formats[0], { 0 }, true },
	{ "audit-colour-table", &sot_formats[0], { .colour = true }, true },
	{ "audit-v1beta1-json", &sot_formats[2], { 0 }, true },
	{ "fields", &fields_format, { 0 } },
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

	if (!format->loss)
		return;
	sot_buf_init(&buf, line, sizeof(line));
	print_line(&buf, format->loss(report, TIME_NS, &style, &buf));
}

static void print_probe(const struct sot_probe_news *news)
{
	struct sot_buf buf;

	if (!format->probe)
		return;
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
	if (audit)
		sot_audit__judge(audit, rec);
	if (!audit || rec->findings->count)
		print_record(rec);
	free(event);
	free(rec);
}

static void refuse_rules(void *context, const char *file, unsigned int row, unsigned int column,
			 const char *what)
{
	(void)context;
	fprintf(stderr, "make_golden: %s:%u:%u: %s\n", file, row, column, what);
	exit(1);
}

static void print_audit(void)
{
	static const struct sot_rules_teller teller = { .tell = refuse_rules };
	struct sot_rules *rules = sot_rules__new();
	size_t i;

	if (!rules ||
	    sot_rules__add(rules, "golden rules", golden_rules, sizeof(golden_rules) - 1, &teller))
		abort();
	audit = sot_audit__new(rules);
	if (!audit)
		abort();
	for (i = 0; i < golden_calls_count; i++)
		print_call(i, SOT_CONTAINER_HOST);
	sot_audit__free(audit);
	sot_rules__free(rules);
}

int main(int argc, char **argv)
{
	static const struct sot_loss_report losses[] = {
		{ .whole.count = { 12 },
		  .talkers_count = 2,
		  .talker = { { { .host_pid = 17 }, "flood", { { 9 } } },
			      { { .host_pid = UINT32_MAX }, "a \x1b[31mb\xff\"", { { 3 } } } } },
		{ .whole.count = { 1, 2, 3, 4 }, .others.count = { 1, 2, 3, 4 } },
		{ .whole.count = { 0, 0, 1, [SOT_GUARDED_FULL] = 7 },
		  .others.count = { 0, 0, 1, [SOT_GUARDED_FULL] = 5 },
		  .talkers_count = 1,
		  .talker = { { { .host_pid = 17 }, "flood", { { [SOT_GUARDED_FULL] = 2 } } } } },
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
				"v1beta1-json|recording|options|audit-json|audit-table|"
				"audit-colour-table|audit-v1beta1-json|fields\n");
		return 2;
	}
	format = output->format;
	style = output->style;
	style.boot_offset_ns = machine.boot_offset_ns;
	print_header();
	if (output->is_audit) {
		print_audit();
		return 0;
	}
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
