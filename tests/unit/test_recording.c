/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is written is read again; what is not a recording, or no whole one, is refused where it ends. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "json_check.h"
#include "lines.h"
#include "make_event.h"
#include "recording.h"

static const struct sot_machine machine = { .boot_offset_ns = -5,
					    .utc_offset_s = 7200,
					    .event_version = SOT_EVENT_VERSION,
					    .mnt_ns = 4026531841u,
					    .page_size = 4096,
					    .architecture = "x86_64",
					    .tool_version = "0.1.0",
					    .host_name = "vm",
					    .kernel_release = "6.12" };
static const struct sot_attached attached = { "kprobe+fexit", "32-bit calls" };
static const struct sot_loss_report report = {
	.kind = SOT_LEFT_OUT,
	.whole.count = { [SOT_ABOVE_RATE] = 12 },
	.others.count = { [SOT_ABOVE_RATE] = 5 },
	.talkers_count = 2,
	.talker = { { { .start = 9, .host_pid = 17 }, "flood", { { [SOT_ABOVE_RATE] = 4 } } },
		    { { .host_pid = 18 }, "sixteen bytes xx", { { [SOT_ABOVE_RATE] = 3 } } } },
};
static const struct sot_probe_news news = { "kprobe/__sys_setsockopt", SOT_PROBE_SILENT, "64-bit",
					    3 };
static const struct sot_recording_end end = {
	.events = 2,
	.unflagged = 3,
	.malformed = 4,
	.totals = { .seen = 10,
		    .filtered = 1,
		    .emitted = 2,
		    .no_return = 1,
		    .unfollowed = 6,
		    .loss = { [SOT_LOST].count = { 1, 2, 3, 4 },
			      [SOT_LEFT_OUT].count = { [SOT_ABOVE_RATE] = 12 } } },
};

/* The frames of the whole, in their order. */
static const enum sot_frame_type order[] = {
	SOT_FRAME_MACHINE, SOT_FRAME_ATTACHED, SOT_FRAME_CGROUP, SOT_FRAME_INTERFACE,
	SOT_FRAME_EVENT,   SOT_FRAME_LOSS,     SOT_FRAME_EVENT,	 SOT_FRAME_PROBE,
	SOT_FRAME_LOSERS,  SOT_FRAME_END,
};

static union {
	uint64_t align;
	char bytes[16 * 1024];
} whole;
static size_t whole_len;
static size_t ends[COUNT(order) + 1]; /* where each of these ends, and first the start */
static union made_event first, second;
static char sentence[512];

static int make_whole(void **state)
{
	const struct call calls[] = {
		{ "one", TCP4, 1, 2, VALUE_INT(1) },
		{ "two", UDP4, 1, 13, VALUE("\1\0\0") },
	};
	const struct sot_style style = { .machine = &machine };
	const struct sot_format *format = &sot_recording_format;
	struct sot_record rec;
	struct sot_buf buf;
	size_t n = 0;

	(void)state;
	event_make(&first, &calls[0]);
	event_make(&second, &calls[1]);
	sot_buf_init(&buf, whole.bytes, sizeof(whole.bytes));
	ends[n++] = sizeof(struct sot_recording_start);
	assert_int_equal(format->header(&style, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(sot_put_attached(&attached, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(sot_put_cgroup(4321, "/system.slice/x", &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(sot_put_interface(4026531840u, 3, "eth0", &buf), 0);
	ends[n++] = buf.len;
	rec.ev = &first.ev;
	assert_int_equal(format->event(&rec, &style, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(format->loss(&report, -1, &style, &buf), 0);
	ends[n++] = buf.len;
	rec.ev = &second.ev;
	assert_int_equal(format->event(&rec, &style, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(format->probe(&news, 77, &style, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(sot_put_losers(&report, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(sot_put_end(&end, &buf), 0);
	ends[n++] = buf.len;
	assert_int_equal(n, COUNT(ends));
	whole_len = buf.len;
	return 0;
}

static void assert_report(const struct sot_loss_report *got)
{
	assert_int_equal(got->kind, report.kind);
	assert_int_equal(got->talkers_count, report.talkers_count);
	assert_memory_equal(&got->whole, &report.whole, sizeof(report.whole));
	assert_memory_equal(&got->others, &report.others, sizeof(report.others));
	assert_memory_equal(got->talker, report.talker, 2 * sizeof(report.talker[0]));
}

static void assert_news(const struct sot_frame *frame)
{
	assert_int_equal(frame->time_ns, 77);
	assert_string_equal(frame->news.program, news.program);
	assert_string_equal(frame->news.call, news.call);
	assert_int_equal(frame->news.state, news.state);
	assert_int_equal(frame->news.times, news.times);
}

static void assert_frame(const struct sot_frame *frame, size_t index)
{
	const union made_event *event = index == 4 ? &first : &second;

	assert_int_equal(frame->type, order[index]);
	switch (frame->type) {
	case SOT_FRAME_MACHINE:
		assert_memory_equal(frame->machine, &machine, sizeof(machine));
		break;
	case SOT_FRAME_ATTACHED:
		assert_memory_equal(frame->attached, &attached, sizeof(attached));
		break;
	case SOT_FRAME_EVENT:
		assert_int_equal(frame->len, event->ev.size);
		assert_memory_equal(frame->data, event, frame->len);
		assert_int_equal((uintptr_t)frame->data % SOT_RECORDING_ALIGN, 0);
		break;
	case SOT_FRAME_CGROUP:
		assert_int_equal(frame->cgroup.id, 4321);
		assert_int_equal(frame->cgroup.path_len, strlen("/system.slice/x"));
		assert_memory_equal(frame->cgroup.path, "/system.slice/x", frame->cgroup.path_len);
		break;
	case SOT_FRAME_INTERFACE:
		assert_int_equal(frame->interface->index, 3);
		assert_string_equal(frame->interface->name, "eth0");
		break;
	case SOT_FRAME_LOSS:
		assert_int_equal(frame->time_ns, -1);
		assert_report(&frame->report);
		break;
	case SOT_FRAME_LOSERS:
		assert_report(&frame->report);
		break;
	case SOT_FRAME_PROBE:
		assert_news(frame);
		break;
	case SOT_FRAME_END:
		assert_memory_equal(&frame->end, &end, sizeof(end));
		break;
	case SOT_FRAME_AGAIN: /* given as an event */
		fail();
		break;
	}
}

/*
 * Reads `len` bytes in memory of their own. Returns the frames that were given; *ret is 0 or what
 * ended it, with its sentence. *offset: where.
 */
static size_t read_all(const void *bytes, size_t len, int *ret, uint64_t *offset, bool look)
{
	struct sot_reader reader = { 0 };
	struct sot_frame frame;
	char *copy = malloc(len + !len);
	struct sot_buf err;
	size_t at = 0, count = 0;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	sot_buf_init(&err, sentence, sizeof(sentence) - 1);
	while ((*ret = sot_reader__next(&reader, copy + at, len - at, &frame, &err)) > 0) {
		at += (size_t)*ret;
		assert_int_equal(at, reader.offset);
		if (!frame.type)
			continue;
		if (look)
			assert_frame(&frame, count);
		count++;
	}
	if (!*ret)
		*ret = sot_reader__finish(&reader, len - at, &err);
	buf_text(&err);
	assert_true(is_clean_text(sentence, err.len));
	assert_int_equal(*ret == 0, err.len == 0);
	*offset = reader.offset;
	free(copy);
	return count;
}

static void round_trip(void **state)
{
	uint64_t offset;
	int ret;

	(void)state;
	assert_int_equal(read_all(whole.bytes, whole_len, &ret, &offset, true), COUNT(order));
	assert_int_equal(ret, 0);
	assert_int_equal(offset, whole_len);
}

/* All that stands whole before the cut is given, and the sentence says where that ends. */
static void cut_at_every_byte(void **state)
{
	size_t len, i, wanted;
	uint64_t offset;
	char at[32];
	int ret;

	(void)state;
	for (len = 0; len < whole_len; len++) {
		for (i = wanted = 0; i < COUNT(ends); i++)
			if (ends[i] <= len)
				wanted = i;
		assert_int_equal(read_all(whole.bytes, len, &ret, &offset, true), wanted);
		assert_int_equal(ret, -EBADMSG);
		assert_int_equal(offset, len < ends[0] ? 0 : ends[wanted]);
		snprintf(at, sizeof(at), " at byte %zu", (size_t)offset);
		assert_row(strstr(sentence, at), at, "not said: %s", sentence);
	}
}

/* No byte of it that is another makes the reader read beyond it, nor find no word. */
static void every_byte_changed(void **state)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff };
	uint64_t offset;
	size_t at, i;
	int ret;

	(void)state;
	for (at = 0; at < whole_len; at++)
		for (i = 0; i < COUNT(masks); i++) {
			whole.bytes[at] ^= (char)masks[i];
			read_all(whole.bytes, whole_len, &ret, &offset, false);
			whole.bytes[at] ^= (char)masks[i];
		}
}

/* Bytes put at a place, and what must be said; with frames given before. */
static void damages(void **state)
{
	const struct {
		const char *name;
		size_t at; /* in the whole */
		uint64_t num;
		size_t len; /* of num */
		const char *sentence;
		size_t given;
	} rows[] = {
		{ "magic", 0, 'X', 1, "it is no recording of sockopt-trace", 0 },
		{ "as text", 4, '\n', 1, "it is no recording of sockopt-trace", 0 },
		{ "other byte order", 8, 0x04030201, 4, "in the other byte order", 0 },
		{ "no byte order", 8, 0x01020305, 4, "damaged at byte 0", 0 },
		{ "newer format", 12, 2, 2, "version 2, this sockopt-trace reads version 1", 0 },
		{ "machine missing", ends[0] + 4, SOT_FRAME_EVENT, 2,
		  "does not begin with the machine that it was made on at byte 16", 0 },
		{ "machine too short", ends[0], sizeof(machine) - 1, 4, "makes no sense at byte 16",
		  0 },
		{ "events of another version", ends[0] + 8 + 12, 7, 4,
		  "its events have version 7, this sockopt-trace reads version", 0 },
		{ "host name without end", ends[0] + 8 + 72 + 71, 0, 0, "", 10 },
		{ "second machine", ends[1] + 4, SOT_FRAME_MACHINE, 2, "names a second machine",
		  1 },
		{ "frame too long", ends[1], SOT_FRAME_MAX - 7, 4, "longer than any", 1 },
		{ "frame as long as any", ends[1], SOT_FRAME_MAX - 8, 4, "cut off within", 1 },
		{ "frame longest", ends[1], UINT32_MAX, 4, "longer than any", 1 },
		{ "cgroup too short", ends[2], 7, 4, "makes no sense", 2 },
		{ "NUL in a path", ends[2] + 8 + 8, 0, 1, "makes no sense", 2 },
		{ "interface without end", ends[3] + 8 + 8 + 4, 0x7878787878787878, 8, "", 10 },
		{ "too many talkers", ends[5] + 8 + 16, 6, 4, "makes no sense", 5 },
		{ "more talkers than bytes", ends[5] + 8 + 16, 3, 4, "makes no sense", 5 },
		{ "fewer counts than said", ends[5], 24 + 16 * SOT_REASONS - 1, 4, "makes no sense",
		  5 },
		{ "unknown, needed", ends[6] + 4, SOT_FRAME_NEEDED << 16 | 77, 4,
		  "a newer sockopt-trace made it", 6 },
		{ "type 0, needed", ends[6] + 4, SOT_FRAME_NEEDED << 16, 4,
		  "a newer sockopt-trace made it", 6 },
		{ "reasons beyond the frame", ends[9] + 8 + 64, UINT32_MAX, 4, "makes no sense",
		  9 },
		{ "another number of events", ends[9] + 8, 3, 8,
		  "its end counts 3 events, but it holds 2", 9 },
	};
	uint64_t offset;
	char saved[8];
	size_t i, given;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memcpy(saved, whole.bytes + rows[i].at, sizeof(saved));
		memcpy(whole.bytes + rows[i].at, &rows[i].num, rows[i].len);
		given = read_all(whole.bytes, whole_len, &ret, &offset, false);
		memcpy(whole.bytes + rows[i].at, saved, sizeof(saved));
		assert_row(strstr(sentence, rows[i].sentence), rows[i].name, "said %s", sentence);
		assert_row(ret == (*rows[i].sentence ? -EBADMSG : 0), rows[i].name, "returned %d",
			   ret);
		assert_row(given == rows[i].given, rows[i].name, "%zu frames were given", given);
	}
}

/* Texts of fixed room that nothing ends. */
static void texts_without_end(void **state)
{
	static const struct {
		size_t frame, at, len;
	} texts[] = {
		{ 0, offsetof(struct sot_machine, architecture), 16 },
		{ 0, offsetof(struct sot_machine, tool_version), 24 },
		{ 0, offsetof(struct sot_machine, host_name), 72 },
		{ 0, offsetof(struct sot_machine, kernel_release), 72 },
		{ 1, offsetof(struct sot_attached, variant), 32 },
		{ 1, offsetof(struct sot_attached, unseen), 480 },
		{ 3, offsetof(struct sot_recorded_interface, name), 16 },
		{ 7, offsetof(struct sot_recorded_probe, program), 96 },
		{ 7, offsetof(struct sot_recorded_probe, call), 24 },
	};
	uint64_t offset;
	char *text;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		make_whole(NULL);
		text = whole.bytes + ends[texts[i].frame] + 8 + texts[i].at;
		memset(text, 'x', texts[i].len);
		assert_int_equal(read_all(whole.bytes, whole_len, &ret, &offset, false),
				 texts[i].frame);
		assert_non_null(strstr(sentence, "makes no sense"));
	}
	make_whole(NULL);
}

/* What a newer tool may add is passed over, and what follows is read. */
static void newer_frames(void **state)
{
	static const struct {
		const char *name;
		size_t frame, at;
		uint32_t num;
	} rows[] = {
		{ "type", 7, 4, 77 },
		{ "kind of loss", 5, 8 + 8, SOT_LOSS_KINDS },
		{ "state of a probe", 7, 8 + 16, SOT_PROBE_DETACHED + 1 },
	};
	struct sot_reader reader;
	struct sot_frame frame;
	struct sot_buf err;
	size_t i, at, given;
	int used;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		make_whole(NULL);
		memcpy(whole.bytes + ends[rows[i].frame] + rows[i].at, &rows[i].num, 4);
		reader = (struct sot_reader){ 0 };
		sot_buf_init(&err, sentence, sizeof(sentence));
		for (at = given = 0; at < whole_len; at += (size_t)used) {
			used = sot_reader__next(&reader, whole.bytes + at, whole_len - at, &frame,
						&err);
			assert_row(used > 0, rows[i].name, "stopped at %zu", at);
			given += frame.type != 0;
		}
		assert_row(given == COUNT(order) - 1 && reader.unknown == 1, rows[i].name,
			   "%zu frames, %zu passed over", given, (size_t)reader.unknown);
		assert_int_equal(sot_reader__finish(&reader, 0, &err), 0);
	}
	make_whole(NULL);
}

/* Of a tool that knows one more reason: what this one knows is read, unless that is not all. */
static void newer_reason(void **state)
{
	struct {
		struct sot_frame_head head;
		struct sot_recorded_loss loss;
		uint64_t whole[SOT_REASONS + 1], others[SOT_REASONS + 1];
		struct sot_process process;
		char comm[SOT_COMM_LEN];
		uint64_t lost[SOT_REASONS + 1];
	} made = {
		.head = { sizeof(made) - sizeof(made.head), SOT_FRAME_LOSS, SOT_FRAME_NEEDED },
		.loss = { .time_ns = 5,
			  .kind = SOT_LOST,
			  .reasons = SOT_REASONS + 1,
			  .talkers = 1 },
		.whole = { [SOT_RING_FULL] = 7 },
		.others = { [SOT_RING_FULL] = 3 },
		.process.host_pid = 17,
		.comm = "flood",
		.lost = { [SOT_RING_FULL] = 4 },
	};
	struct sot_reader reader = { .state = SOT_READER_FRAMES };
	struct sot_frame frame;
	struct sot_buf err;

	(void)state;
	sot_buf_init(&err, sentence, sizeof(sentence));
	assert_int_equal(sot_reader__next(&reader, &made, sizeof(made), &frame, &err),
			 sizeof(made));
	assert_int_equal(frame.type, SOT_FRAME_LOSS);
	assert_int_equal(frame.report.whole.count[SOT_RING_FULL], 7);
	assert_int_equal(frame.report.others.count[SOT_RING_FULL], 3);
	assert_int_equal(frame.report.talkers_count, 1);
	assert_int_equal(frame.report.talker[0].process.host_pid, 17);
	assert_string_equal(frame.report.talker[0].comm, "flood");
	assert_int_equal(frame.report.talker[0].loss.count[SOT_RING_FULL], 4);
	assert_int_equal(reader.unknown, 0);
	made.whole[SOT_REASONS] = 1;
	assert_int_equal(sot_reader__next(&reader, &made, sizeof(made), &frame, &err),
			 sizeof(made));
	assert_int_equal(frame.type, 0);
	assert_int_equal(reader.unknown, 1);
	made.loss.reasons = UINT32_MAX;
	assert_int_equal(sot_reader__next(&reader, &made, sizeof(made), &frame, &err), -EBADMSG);
}

/* A payload that has grown at its end is read as far as it is known. */
static void longer_payload(void **state)
{
	static char longer[sizeof(whole.bytes)] __attribute__((aligned(8)));
	struct sot_frame_head head;
	size_t at = ends[COUNT(order) - 1];
	uint64_t offset;
	int ret;

	(void)state;
	memcpy(longer, whole.bytes, whole_len);
	memcpy(&head, longer + at, sizeof(head));
	head.len += 5;
	memcpy(longer + at, &head, sizeof(head));
	assert_int_equal(read_all(longer, whole_len + 8, &ret, &offset, true), COUNT(order));
	assert_int_equal(ret, 0);
}

static void nothing_behind_the_end(void **state)
{
	static char longer[sizeof(whole.bytes)] __attribute__((aligned(8)));
	uint64_t offset;
	int ret;

	(void)state;
	memcpy(longer, whole.bytes, whole_len);
	memcpy(longer + whole_len, whole.bytes, whole_len < 64 ? whole_len : 64);
	assert_int_equal(read_all(longer, whole_len + 8, &ret, &offset, true), COUNT(order));
	assert_non_null(strstr(sentence, "goes on behind its end"));
	assert_int_equal(read_all(longer, whole_len + 4, &ret, &offset, true), COUNT(order));
	assert_int_equal(ret, -EBADMSG);
}

#define CALLS 4000

static struct sot_lines lines;

/* Another call of 100 each time, by when, on which CPU and how long it took. */
static void make_nth(union made_event *made, unsigned int n)
{
	static const struct call call = { .level = 1, .optname = 2, VALUE("\1\0\0\0") };
	static char more[SOT_AGAIN_BYTES];
	unsigned int which = n % 7 < 5 ? n % 3 : n * 2654435761u % 100;

	event_make(made, &call);
	made->ev.time = 1000 + n;
	made->ev.duration_ns = n * n;
	made->ev.cpu = n % 5;
	made->ev.sockfd = (int)which;
	made->ev.inode += which;
	if (which == 2) /* longer than any that comes again */
		event_append(made, &made->ev.value, more, sizeof(more));
}

static size_t count_frames(const char *bytes, size_t len, enum sot_frame_type type)
{
	size_t at, count = 0;
	struct sot_frame_head head;

	for (at = 0; at < len; at += sizeof(head) + (head.len + 7) / 8 * 8) {
		memcpy(&head, bytes + at, sizeof(head));
		count += head.type == type;
	}
	return count;
}

/* Events that come again are read as they were written. */
static void events_again(void **state)
{
	const struct sot_style style = { .machine = &machine, .lines = &lines };
	struct sot_reader reader = { .state = SOT_READER_FRAMES };
	static uint64_t bytes[512 * 1024];
	static union made_event made;
	struct sot_record rec = { .ev = &made.ev };
	struct sot_frame frame;
	struct sot_buf buf, err;
	size_t at = 0, again;
	unsigned int n;
	int used;

	(void)state;
	sot_buf_init(&err, sentence, sizeof(sentence));
	sot_buf_init(&buf, bytes, sizeof(bytes));
	for (n = 0; n < CALLS; n++) {
		make_nth(&made, n);
		assert_int_equal(sot_recording_format.event(&rec, &style, &buf), 0);
	}
	for (n = 0; n < CALLS; n++, at += (size_t)used) {
		used = sot_reader__next(&reader, buf.data + at, buf.len - at, &frame, &err);
		assert_row(used > 0 && frame.type == SOT_FRAME_EVENT, "again", "%d", used);
		make_nth(&made, n);
		assert_int_equal(frame.len, made.ev.size);
		assert_memory_equal(frame.data, &made, frame.len);
	}
	assert_int_equal(at, buf.len);
	assert_int_equal(reader.events, CALLS);
	again = count_frames(buf.data, buf.len, SOT_FRAME_AGAIN);
	assert_row(again > CALLS / 4 && again < CALLS, "again", "%zu", again);
	assert_int_equal(count_frames(buf.data, buf.len, SOT_FRAME_EVENT), CALLS - again);
}

/* Frames that stand for one that is not there, or could not come again. */
static void nothing_again(void **state)
{
	static const struct {
		uint32_t back;
		bool is_there;
	} rows[] = { { 0, false }, { 1, true },	  { 2, true },	 { 3, false },
		     { 4, false }, { 64, false }, { 65, false }, { UINT32_MAX, false } };
	const struct sot_style style = { .machine = &machine };
	struct {
		struct sot_frame_head head;
		struct sot_recorded_again again;
	} frame = { { sizeof(frame.again), SOT_FRAME_AGAIN, SOT_FRAME_NEEDED }, { .time = 7 } };
	static char more[SOT_AGAIN_BYTES], bytes[64 * 1024] __attribute__((aligned(8)));
	union made_event longest = first;
	const struct sot_event *const events[] = { &longest.ev, &first.ev, &second.ev };
	struct sot_reader reader;
	struct sot_frame got;
	struct sot_record rec;
	struct sot_buf buf, err;
	size_t i, n, at;
	int used = 0;

	(void)state;
	event_append(&longest, &longest.ev.value, more, sizeof(more));
	for (i = 0; i < COUNT(rows); i++) {
		reader = (struct sot_reader){ .state = SOT_READER_FRAMES };
		sot_buf_init(&err, sentence, sizeof(sentence));
		sot_buf_init(&buf, bytes, sizeof(bytes));
		for (n = 0; n < COUNT(events); n++) {
			rec.ev = events[n];
			assert_int_equal(sot_recording_format.event(&rec, &style, &buf), 0);
		}
		frame.again.back = rows[i].back;
		sot_buf_put(&buf, &frame, sizeof(frame));
		for (n = at = 0; n <= COUNT(events); n++, at += (size_t)used)
			used = sot_reader__next(&reader, bytes + at, buf.len - at, &got, &err);
		assert_row((used > 0) == rows[i].is_there, "back", "%u: %d", rows[i].back, used);
		if (used <= 0)
			continue;
		assert_int_equal(got.len, events[COUNT(events) - rows[i].back]->size);
		assert_int_equal(((const struct sot_event *)got.data)->time, 7);
	}
}

/* With any room a frame is put whole or not at all. */
static void all_or_nothing(void **state)
{
	const struct sot_style style = { .machine = &machine };
	struct sot_record rec = { .ev = &first.ev };
	char room[1024];
	struct sot_buf buf;
	size_t size, whole_size;

	(void)state;
	sot_buf_init(&buf, room, sizeof(room));
	assert_int_equal(sot_recording_format.event(&rec, &style, &buf), 0);
	whole_size = buf.len;
	assert_int_equal(whole_size % 8, 0);
	for (size = 0; size < whole_size; size++) {
		sot_buf_init(&buf, room, size);
		assert_int_equal(sot_recording_format.event(&rec, &style, &buf), -ENOSPC);
		assert_true(buf.len == 0 && !buf.full);
	}
}

/* Where writing stops, in a buffer that begins with the rest of a frame or with a whole one. */
static void cuts(void **state)
{
	struct sot_frame_cut cut;
	size_t skip, done, i, whole_part, rest;
	uint64_t events;

	(void)state;
	for (skip = 0; skip < COUNT(ends) - 1; skip++) {
		size_t from = skip ? ends[skip] - 8 : 0; /* the buffer's first byte */

		for (done = 0; done <= whole_len - from; done++) {
			whole_part = rest = 0;
			events = skip && done < 8;
			if (skip && done < 8)
				rest = 8 - done;
			for (i = skip; i < COUNT(ends); i++) {
				if (ends[i] - from <= done)
					whole_part = ends[i] - from;
				else if (i && ends[i - 1] - from < done && ends[i - 1] >= from)
					rest = ends[i] - from - done;
				if (i > skip && order[i - 1] == SOT_FRAME_EVENT)
					events += ends[i] - from > done;
			}
			if (!skip && done && done < ends[0])
				rest = ends[0] - done;
			cut = sot_cut_frames(whole.bytes + from, whole_len - from, skip ? 8 : 0,
					     done);
			assert_int_equal(cut.whole, whole_part);
			assert_int_equal(cut.rest, rest);
			assert_int_equal(cut.events, events);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(damages),
		cmocka_unit_test(texts_without_end),
		cmocka_unit_test(newer_frames),
		cmocka_unit_test(newer_reason),
		cmocka_unit_test(longer_payload),
		cmocka_unit_test(nothing_behind_the_end),
		cmocka_unit_test(events_again),
		cmocka_unit_test(nothing_again),
		cmocka_unit_test(all_or_nothing),
		cmocka_unit_test(cuts),
	};

	return cmocka_run_group_tests(tests, make_whole, NULL);
}
