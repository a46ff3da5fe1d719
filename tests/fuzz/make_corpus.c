/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: make_corpus DIR
 * Writes the fuzzers' seeds: the golden calls as wire events, recordings, a value of each type at
 * its least and greatest length, and what people write after -e and on the command line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "calls.h"
#include "lines.h"
#include "recording.h"
#include "value_input.h"
#include "value_types.h"

#define BYTES_MAX 512

static const char *dir;

static void write_seed(const char *fuzzer, const char *name, const void *data, size_t size)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, fuzzer);
	if (mkdir(path, 0777) && errno != EEXIST)
		goto failed;
	snprintf(path, sizeof(path), "%s/%s/%s", dir, fuzzer, name);
	file = fopen(path, "wb");
	if (!file)
		goto failed;
	if (fwrite(data, 1, size, file) == size && !fclose(file))
		return;
failed:
	perror(path);
	exit(1);
}

static void write_events(void)
{
	union made_event made;
	size_t i;

	for (i = 0; i < golden_calls_count; i++) {
		golden_call_make(i, &made);
		write_seed("decode", golden_call_name(i), &made, made.ev.size);
	}
}

static size_t put_item(uint8_t *to, const union made_event *item)
{
	memcpy(to, item, item->ev.size);
	return (item->ev.size + 7) & ~7U;
}

/* A thread's facts and two of its calls, as they stand in a ring. */
static void write_parts(void)
{
	static uint8_t bytes[4 * sizeof(union made_event)];
	static union made_event made, part;
	char name[128];
	size_t i, len;

	for (i = 0; i < golden_calls_count; i += 7) {
		golden_call_make(i, &made);
		event_facts(&part, &made, 1);
		len = put_item(bytes, &part);
		event_call(&part, &made, 1);
		len += put_item(bytes + len, &part);
		len += put_item(bytes + len, &part);
		snprintf(name, sizeof(name), "parts-%s", golden_call_name(i));
		write_seed("decode", name, bytes, len);
	}
}

static void write_value(size_t row, const char *what, int len, bool compat)
{
	struct {
		struct value_input input;
		uint8_t bytes[BYTES_MAX];
	} seed = { { (uint16_t)row, compat, 64, len }, { 0 } };
	char name[64];
	int i;

	if (len > BYTES_MAX)
		len = BYTES_MAX;
	/* small numbers, as lengths and counts mostly are, and letters */
	for (i = 0; i < len; i++)
		seed.bytes[i] = i % 4 ? (uint8_t)(i > 64 ? 0 : '0' + i) : (uint8_t)(i / 4 + 1);
	snprintf(name, sizeof(name), "%s-%s", sot_options[row].name, what);
	write_seed("value", name, &seed, sizeof(seed.input) + (size_t)len);
}

/* A struct sock_fprog of three instructions, and these. */
static void write_filter(void)
{
	struct {
		struct value_input input;
		uint8_t fprog[16], insns[24];
	} seed = { { 0, SOT_BEHIND_CBPF << 2, 64, sizeof(seed.fprog) },
		   { 3, [8] = 1 },
		   { 0x28, [4] = 12, [8] = 0x15, [11] = 1, [13] = 8, [16] = 6 } };

	while (strcmp(sot_options[seed.input.row].name, "SO_ATTACH_FILTER"))
		seed.input.row++;
	write_seed("value", "SO_ATTACH_FILTER-filter", &seed, sizeof(seed));
}

/* The first row of each type. */
static void write_values(void)
{
	bool seen[SOT_TYPE_COUNT] = { false };
	size_t i;
	int most;

	for (i = 0; i < sot_options_count; i++) {
		if (seen[sot_options[i].type])
			continue;
		seen[sot_options[i].type] = true;
		most = sot_option_max_len(&sot_options[i], false);
		if (most == SOT_LEN_ANY)
			most = sot_option_min_len(&sot_options[i], false) + 48;
		write_value(i, "least", sot_option_min_len(&sot_options[i], false), false);
		write_value(i, "most", most, false);
		write_value(i, "compat", sot_option_min_len(&sot_options[i], true), true);
	}
}

/* Of each frame one, of events as many as are asked for, each twice; returns the bytes. */
static size_t make_recording(char *bytes, size_t size, size_t first_call, size_t calls)
{
	static const struct sot_machine machine = { .boot_offset_ns = 1700000000000000000LL,
						    .event_version = SOT_EVENT_VERSION,
						    .architecture = "aarch64",
						    .host_name = "vm" };
	static const struct sot_attached attached = { "tracepoint", "32-bit calls" };
	static const struct sot_loss_report report = {
		.whole.count = { 12 },
		.talkers_count = 1,
		.talker = { { { .host_pid = 17 }, "flood", { { 12 } } } }
	};
	static const struct sot_probe_news news = { "kprobe/__sys_setsockopt", SOT_PROBE_REPEATED,
						    "64-bit", 2 };
	const struct sot_recording_end end = { .events = 2 * calls,
					       .totals.loss[SOT_LOST].count = { 12 } };
	static struct sot_lines lines;
	const struct sot_style style = { .machine = &machine, .lines = &lines };
	union made_event made;
	struct sot_record rec = { .ev = &made.ev };
	struct sot_buf buf;
	size_t i;

	memset(&lines, 0, sizeof(lines));
	sot_buf_init(&buf, bytes, size);
	sot_recording_format.header(&style, &buf);
	sot_put_attached(&attached, &buf);
	sot_put_cgroup(4321, "/system.slice/docker-x.scope", &buf);
	sot_put_interface(4026531840u, 1, "lo", &buf);
	for (i = 0; i < calls; i++) {
		golden_call_make((first_call + i) % golden_calls_count, &made);
		sot_recording_format.event(&rec, &style, &buf);
		made.ev.cpu++;
		sot_recording_format.event(&rec, &style, &buf);
	}
	sot_recording_format.loss(&report, 1, &style, &buf);
	sot_recording_format.probe(&news, 2, &style, &buf);
	sot_put_losers(&report, &buf);
	sot_put_end(&end, &buf);
	return buf.len;
}

static void write_recordings(void)
{
	static char bytes[16 * 1024];
	size_t i, len;
	char name[16];

	for (i = 0; i < 8; i++) {
		len = make_recording(bytes, sizeof(bytes), 13 * i, i % 4);
		snprintf(name, sizeof(name), "whole-%zu", i);
		write_seed("recording", name, bytes, len);
	}
	write_seed("recording", "no-end", bytes,
		   len - sizeof(struct sot_frame_head) - sizeof(struct sot_recorded_end) -
			   SOT_REASONS * sizeof(uint64_t));
	write_seed("recording", "cut-off", bytes, len / 2);
	bytes[offsetof(struct sot_recording_start, byte_order)] = 1;
	write_seed("recording", "order", bytes, len);
}

static void write_filters(void)
{
	static const char *const lists[] = {
		"SO_REUSEADDR",
		"so_*,!SO_KEEPALIVE",
		"SOL_TCP:*",
		"6:1,0x29:26,-1:5",
		"*,!TCP_[A-M]*",
		"SOL_IPV6:MCAST_JOIN_GROUP",
		"!SOL_IP:64",
		"SO_REUSADDR",
		"SOL_SOKET:1",
		"2",
		",",
		"?O_*,IPV6_?CAST_IF",
	};
	char name[16];
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		snprintf(name, sizeof(name), "list-%02zu", i);
		write_seed("filter", name, lists[i], strlen(lists[i]));
	}
}

#define LINE(_text)                      \
	{                                \
		_text, sizeof(_text) - 1 \
	}

static void write_lines(void)
{
	static const struct {
		const char *text;
		size_t len;
	} lines[] = {
		LINE("-p\0001,2\0-f"),
		LINE("--pid=17\0-u0\0-n\0nc\0-x\0--flagged"),
		LINE("-e\0SO_*,!SO_RCVBUF\0-o\0table\0-o\0json:calls.json"),
		LINE("-s\0004096\0--no-values\0-q\0-v\0--raw"),
		LINE("--duration\0000.5\0--count=10\0--attach\0fentry\0--buffer-size\0008192"),
		LINE("--as-root\0--\0server\0--port\00080"),
		LINE("--doctor\0--list-options"),
		LINE("--help"),
		LINE("--version"),
		LINE("--outptu\0json"),
		LINE("server"),
		LINE("--"),
		LINE("-n\0--\0--\0x"),
		LINE("-qxZ"),
		LINE("--rate\000100/60\0--rate=5"),
		LINE("-w\0F\0-o\0json"),
		LINE("-r\0-\0-x\0--write=G"),
		LINE("--read\0F\0--rate\0005"),
	};
	char name[16];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(name, sizeof(name), "line-%02zu", i);
		write_seed("config", name, lines[i].text, lines[i].len);
	}
}

#define RULE "rules:\n- id: a\n  title: t\n  severity: high\n  "

static void write_rules(void)
{
	static const char *const files[] = {
		RULE
		"when: {option: [SO_LINGER, SO_MARK], sockopt.optval.value.l_linger: {min: 1}}\n",
		RULE "when:\n  - {option: {glob: 'SO_*', not: {regex: '^(SO_[KL])+'}}}\n"
		     "  - {sockopt.flags: {hasAny: [no_return], hasNone: [rewritten]}}\n",
		RULE "description: >\n    a\n    b\n  mitre: [T1205.002]\n  cve: [CVE-2021-22555]\n"
		     "  when: {sockopt.optname: {mask: 0x1, max: 18446744073709551615}}\n",
		RULE "when: {option: {glob: '*'}}\n  count: 3\n  within: 10s\n  per: process\n",
		RULE "when: {option: {known: true}}\n  count: 2\n  within: 1h\n  per: socket\n",
		RULE "sequence:\n    - {option: SO_LINGER}\n    - {credentials.uid: {not: 0}}\n"
		     "  within: 1m\n  per: tree\n",
		RULE "sequence: [{option: {glob: S*}}, {option: {glob: T*}}]\n  within: 9ms\n"
		     "  per: socket\n",
		RULE "when: {socket.inode: {known: true}}\n  concurrent: true\n",
		RULE "when: {returnValue: -EPERM}\n  why: 'uid {credentials.uid} {option} "
		     "{sockopt.optval.value} {sockopt.flags}'\n",
		RULE "when: {socket.netNamespace: {sameAs: netNamespace}}\n"
		     "  except: [{executable.path: /usr/bin/nc, reason: x}]\n",
		RULE
		"when: {sockopt.optval.effective: {known: false}}\n- {id: b, enabled: false}\n",
		RULE "when: {sockopt.optval.value.0: {regex: 'ld'}, sockopt.filter.sha256: x}\n",
		"rules: &a [*a]\n",
		"{\"rules\": [{\"id\": \"a\", \"title\": !!str 1}]}\n",
		"rules:\n- {id: a, when: {options: 1}, severity: highs}\n",
	};
	char name[16];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(name, sizeof(name), "file-%02zu", i);
		write_seed("rules", name, files[i], strlen(files[i]));
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: make_corpus DIR\n");
		return 2;
	}
	dir = argv[1];
	write_events();
	write_parts();
	write_recordings();
	write_values();
	write_filter();
	write_filters();
	write_lines();
	write_rules();
	return 0;
}
