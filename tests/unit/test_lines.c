/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A line that serves again is the line made anew, whatever byte of the event has changed. */
#include "unit.h"

#include <errno.h>

#include "lines.h"
#include "make_event.h"
#include "record.h"

#define LINE_BYTES (64 * 1024)

static const struct sot_format *format;
static struct sot_lines lines;
static struct sot_record rec;
static struct sot_container_facts facts = { .id = "0011", .runtime = "docker", .pod_uid = "aa" };
static const struct sot_findings *findings;
static uint64_t number; /* of the event's facts */

/* An interface may get another name. */
static const char *interface;

static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	(void)context;
	(void)net_ns;
	(void)index;
	return interface;
}

static const struct sot_decode_options options = { .interface_name = interface_name };
static const struct sot_style plain = { 0 }, keeping = { .lines = &lines };

static void add_facts(enum sot_container container)
{
	rec.container = container;
	rec.container_facts = &facts;
	rec.findings = findings;
	rec.facts = number;
}

/* The line; 0: it is no event any more. */
static size_t emit(const union made_event *made, enum sot_container container,
		   const struct sot_style *style, char *line)
{
	struct sot_buf buf;

	if (sot_decode(made, made->ev.size, interface ? &options : NULL, &rec))
		return 0;
	add_facts(container);
	sot_check(&rec);
	sot_buf_init(&buf, line, LINE_BYTES);
	assert_int_equal(sot_line_event(format, &rec, style, &buf), 0);
	return buf.len;
}

/* Of a record of which nothing else is true; 0: it cannot be written so. */
static size_t emit_known(const union made_event *made, enum sot_container container, char *line)
{
	struct sot_buf buf;

	memset(&rec, 0xa5, sizeof(rec));
	if (sot_view(made, made->ev.size, &rec))
		return 0;
	assert_int_equal(rec.facts, 0);
	add_facts(container);
	if (!sot_line_known(format, &rec, &keeping))
		return 0;
	sot_buf_init(&buf, line, LINE_BYTES);
	assert_int_equal(sot_line_event(format, &rec, &keeping, &buf), 0);
	return buf.len;
}

/* Returns whether it was known. */
static bool assert_same(const union made_event *made, enum sot_container container)
{
	static char with[LINE_BYTES], without[LINE_BYTES];
	size_t len = emit(made, container, &plain, without);
	size_t known_len = emit_known(made, container, with);

	if (known_len) {
		assert_int_equal(known_len, len);
		assert_memory_equal(with, without, len);
	}
	assert_int_equal(emit(made, container, &keeping, with), len);
	assert_memory_equal(with, without, len);
	return known_len;
}

/* The second time it is kept; all three have the same text. */
static void assert_kept(const union made_event *made, enum sot_container container)
{
	assert_same(made, container);
	assert_same(made, container);
	assert_true(assert_same(made, container));
}

static const struct call calls[] = {
	{ .level = 1, .optname = 2, VALUE("\1\0\0\0") },
	{ .level = 41, .optname = 26, .socket = TCP6, VALUE("\1\0\0\0") },
	{ .level = 1, .optname = 2, .socket = BAD_FD, VALUE("\1\0\0\0") },
};

static bool is_each(size_t byte)
{
	const size_t of_cpu = byte - offsetof(struct sot_event, cpu);
	const size_t of_times = byte - offsetof(struct sot_event, time);

	return of_cpu < sizeof(uint32_t) || of_times < 2 * sizeof(uint64_t);
}

/* Facts without a section: the tail is all the call's. */
#define NUMBER(_n) ((uint64_t)(_n) << SOT_FACTS_SHIFT | sizeof(struct sot_event))

/* Facts that are others have another number. */
static void flip(union made_event *made, size_t byte)
{
	made->bytes[byte] ^= 0x10;
	if (number && byte >= SOT_CALL_HEAD && byte < sizeof(made->ev))
		number += NUMBER(1) - NUMBER(0);
}

static void flip_bytes(union made_event *made)
{
	size_t i;

	assert_kept(made, SOT_CONTAINER_HOST);
	for (i = offsetof(struct sot_event, have); i < made->ev.size; i++) {
		flip(made, i);
		assert_int_equal(assert_same(made, SOT_CONTAINER_HOST), is_each(i));
		flip(made, i);
		assert_same(made, SOT_CONTAINER_HOST);
		assert_same(made, SOT_CONTAINER_HOST);
	}
}

static void every_byte(void **state)
{
	static union made_event made;
	size_t call;

	(void)state;
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		for (call = 0; call < COUNT(calls); call++) {
			event_make(&made, &calls[call]);
			number = 0;
			flip_bytes(&made);
			number = NUMBER(1);
			flip_bytes(&made);
		}
	}
	number = 0;
}

/* Whether the line found is that of the event before. */
static bool is_found(const union made_event *made, uint64_t facts_number)
{
	struct sot_line *line;
	bool was;

	rec.ev = &made->ev;
	rec.facts = facts_number;
	line = sot_line_find(&lines, &rec);
	assert_non_null(line);
	was = line->number;
	line->number = 1;
	return was;
}

/* What has the number is not compared; what has another one, or none, is. */
static void by_number(void **state)
{
	static union made_event made, other_facts, other_call;

	(void)state;
	memset(&lines, 0, sizeof(lines));
	event_make(&made, &calls[0]);
	memcpy(&other_facts, &made, sizeof(made));
	other_facts.ev.uid ^= 1;
	memcpy(&other_call, &made, sizeof(made));
	other_call.ev.sockfd ^= 1;
	assert_false(is_found(&made, 0));
	assert_true(is_found(&made, 0));
	assert_false(is_found(&other_facts, 0));
	assert_false(is_found(&made, NUMBER(1)));
	assert_true(is_found(&other_facts, NUMBER(1)));
	assert_false(is_found(&other_call, NUMBER(1)));
	assert_false(is_found(&made, NUMBER(1)));
	assert_true(is_found(&made, NUMBER(2)));
	assert_true(is_found(&other_facts, NUMBER(2)));
	assert_false(is_found(&other_facts, NUMBER(1)));
	assert_false(is_found(&made, 0));
	assert_false(is_found(&other_facts, 0));
}

static void other_container(void **state)
{
	union made_event made;

	(void)state;
	event_make(&made, &calls[0]);
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		assert_kept(&made, SOT_CONTAINER_HOST);
		assert_false(assert_same(&made, SOT_CONTAINER_UNKNOWN));
		assert_kept(&made, SOT_CONTAINER_KNOWN);
		facts.id[0] ^= 1;
		assert_false(assert_same(&made, SOT_CONTAINER_KNOWN));
		facts.pod_uid[0] ^= 1;
		assert_false(assert_same(&made, SOT_CONTAINER_KNOWN));
		facts.runtime = facts.runtime ? NULL : "docker";
		assert_false(assert_same(&made, SOT_CONTAINER_KNOWN));
	}
}

static void renamed_interface(void **state)
{
	static const struct call bind = { .level = 1, .optname = 62, VALUE("\2\0\0\0") };
	static const struct call broadcast = { .level = 1, .optname = 6, VALUE("\2\0\0\0") };
	union made_event made[2];
	size_t i, times;

	(void)state;
	event_make(&made[0], &bind);
	/* the call that a cgroup BPF program made of another */
	event_make(&made[1], &broadcast);
	made[1].ev.have |= SOT_HAVE_FILTER;
	made[1].ev.given_level = 1;
	made[1].ev.given_optname = 62;
	made[1].ev.given_optlen = 4;
	event_append(&made[1], &made[1].ev.given, "\2\0\0\0", 4);
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		for (i = 0; i < 2 * COUNT(made); i++) {
			interface = i % 2 ? "eth0" : "eth1";
			for (times = 0; times < 3; times++)
				assert_false(assert_same(&made[i / 2], SOT_CONTAINER_HOST));
		}
	}
	interface = NULL;
}

/* What was found depends on earlier calls. */
static void with_findings(void **state)
{
	static const char *const no_names[] = { NULL };
	static const struct sot_findings none = { 0 }, some = { .finding[0] = { .rule = "a-rule",
										.title = "A title",
										.description = "",
										.mitre = no_names,
										.cve = no_names },
								.count = 1 };
	const struct sot_findings *const all[] = { NULL, &none, &some, NULL, &some, &some, &none };
	union made_event made;
	size_t i;

	(void)state;
	event_make(&made, &calls[0]);
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		for (i = 0; i < COUNT(all); i++) {
			findings = all[i];
			assert_same(&made, SOT_CONTAINER_HOST);
			assert_same(&made, SOT_CONTAINER_HOST);
			assert_int_equal(assert_same(&made, SOT_CONTAINER_HOST), findings != &some);
		}
		findings = NULL;
	}
}

/* Too long to be kept: the event, or the line. */
static void long_names(void **state)
{
	static char names[SOT_PATH_MAX];
	static union made_event made;
	size_t len;

	(void)state;
	memset(names, 1, sizeof(names) - 1);
	for (format = sot_formats; format->name; format++) {
		for (len = 16; len <= sizeof(names); len += 16) {
			memset(&lines, 0, sizeof(lines));
			event_make(&made, &calls[0]);
			made.ev.path.len = 0;
			event_append(&made, &made.ev.path, names, len);
			assert_same(&made, SOT_CONTAINER_HOST);
			assert_same(&made, SOT_CONTAINER_HOST);
			assert_same(&made, SOT_CONTAINER_HOST);
		}
	}
}

/* The begin of a time is taken from the last line's, of this event or of another. */
static void times(void **state)
{
	static const int64_t at[] = { 1700000000123456789,
				      1700000000123456790,
				      1700000000199999999,
				      1700000000200000000,
				      1700000000999999999,
				      1700000001000000000,
				      1700000061000000001,
				      999999999,
				      1000000000,
				      99999999,
				      100000000,
				      0,
				      -1,
				      -1000000001,
				      INT64_MIN,
				      INT64_MAX,
				      1700000000123456789 };
	union made_event made;
	size_t i, j;

	(void)state;
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		for (i = 0; i < COUNT(at); i++) {
			for (j = 0; j < COUNT(calls); j++) {
				event_make(&made, &calls[j]);
				made.ev.time = (uint64_t)at[i];
				assert_same(&made, SOT_CONTAINER_HOST);
				assert_same(&made, SOT_CONTAINER_HOST);
			}
		}
	}
}

/* A line without room is taken back, one that serves again, too. */
static void no_room(void **state)
{
	static char whole[LINE_BYTES], line[LINE_BYTES];
	union made_event made;
	struct sot_buf buf;
	size_t len, size;

	(void)state;
	event_make(&made, &calls[0]);
	for (format = sot_formats; format->name; format++) {
		memset(&lines, 0, sizeof(lines));
		assert_kept(&made, SOT_CONTAINER_HOST);
		len = emit(&made, SOT_CONTAINER_HOST, &plain, whole);
		for (size = 0; size <= len; size++) {
			sot_buf_init(&buf, line, size);
			line[size] = '#';
			assert_int_equal(sot_line_event(format, &rec, &keeping, &buf),
					 size < len ? -ENOSPC : 0);
			assert_int_equal(buf.len, size < len ? 0 : len);
			assert_false(buf.full);
			assert_int_equal(line[size], '#');
		}
		assert_memory_equal(line, whole, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),	   cmocka_unit_test(by_number),
		cmocka_unit_test(other_container), cmocka_unit_test(renamed_interface),
		cmocka_unit_test(with_findings),   cmocka_unit_test(long_names),
		cmocka_unit_test(no_room),	   cmocka_unit_test(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
