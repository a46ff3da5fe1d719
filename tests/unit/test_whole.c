/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An event that came in two parts is the event that was parted. */
#include "unit.h"

#include <stdlib.h>

#include "make_event.h"
#include "record.h"
#include "trace/whole.h"

#define THREADS 3
#define ROOM 1500 /* of an event */
#define LINE_BYTES (64 * 1024)

static struct sot_whole whole, other_whole;

/* Room for what is taken, no larger than a ring's: the sanitizer sees what is read beyond. */
static void *ring;

static int begin(void **state)
{
	(void)state;
	return sot_whole__init(&whole, 0, THREADS, ROOM);
}

static int end(void **state)
{
	(void)state;
	sot_whole__free(&whole);
	free(ring);
	ring = NULL;
	return 0;
}

static struct sot_whole_event take_part(const union made_event *item, size_t size)
{
	free(ring);
	ring = malloc((size + 7) & ~(size_t)7);
	assert_non_null(ring);
	memcpy(ring, item, size);
	return sot_whole__take(&whole, ring, size);
}

static struct sot_whole_event take(const union made_event *item)
{
	return take_part(item, item->ev.size);
}

/* ---- an event, in parts ---- */

#define SECTION(_name) offsetof(struct sot_event, _name)

/* Where a section stands in an event says nothing. */
static void copy_head(union made_event *to, const void *event)
{
	size_t i;

	memcpy(to, event, sizeof(to->ev));
	to->ev.size = 0;
	for (i = 0; i < COUNT(made_of_call); i++)
		event_section(to, made_of_call[i])->off = 0;
	for (i = 0; i < COUNT(made_of_thread); i++)
		event_section(to, made_of_thread[i])->off = 0;
}

static void assert_section(const union made_event *got, const union made_event *event, size_t at)
{
	const struct sot_section *of_got = event_section((void *)got, at);
	const struct sot_section *of_event = event_section((void *)event, at);

	assert_int_equal(!of_got->off, !of_event->off);
	assert_memory_equal(got->bytes + of_got->off, event->bytes + of_event->off, of_got->len);
}

static void assert_event(struct sot_whole_event got, const union made_event *event)
{
	static union made_event of_got, of_event;
	struct sot_record rec;
	size_t i;

	assert_non_null(got.data);
	assert_int_equal(sot_view(got.data, got.size, &rec), 0);
	assert_int_equal(got.size, rec.ev->size);
	copy_head(&of_got, got.data);
	copy_head(&of_event, event);
	assert_memory_equal(&of_got, &of_event, sizeof(of_got.ev));
	for (i = 0; i < COUNT(made_of_call); i++)
		assert_section(got.data, event, made_of_call[i]);
	for (i = 0; i < COUNT(made_of_thread); i++)
		assert_section(got.data, event, made_of_thread[i]);
}

/* ---- events ---- */

static const struct made_filter filter = {
	.level = 1, .optname = 6, .optlen = 4, .bytes = "\1\0\0\0", .bytes_len = 4
};

static const struct call calls[] = {
	{ .level = 1, .optname = 2, VALUE("\1\0\0\0"), .later = "\1\0\0\0" },
	{ .level = 1, .optname = 2, VALUE("\1\0\0\0"), .later = "\1\0\1\0" },
	{ .level = 1, .optname = 13, VALUE("\1\0\0\0\2\0\0\0") },
	{ .level = 1, .optname = 2, .null = true, .ret = -14 },
	{ .level = 1, .optname = 2, .socket = BAD_FD, VALUE("\1"), .later = "\1" },
	{ .level = 1, .optname = 9, VALUE("\1\0\0\0"), .later = "\1\0\0\0", .filter = &filter },
	{ .level = 6, .optname = 13, VALUE("0123456789abcdef0123456789abcdef0") },
	{ .level = 6, .optname = 13, VALUE("0123456789abcdef"), .later = "0123456789ABCDEF" },
};

static void add_checks(union made_event *event)
{
	static const struct sot_check checks[2] = { { .user_ns = 1, .capability = 12 },
						    { .user_ns = 2, .capability = 21 } };

	event->ev.size += -event->ev.size % _Alignof(struct sot_check);
	event_append(event, &event->ev.checks, checks, sizeof(checks));
	event->ev.checks_made = COUNT(checks);
}

/* What calls of one program need not have in common. */
static void vary(union made_event *event, uint32_t number)
{
	event->ev.host_tid += number;
	event->ev.time += number;
	event->ev.uid = number;
	event->ev.comm[0] = (char)('a' + number % 26);
	event->ev.cookie = number;
	event->ev.path.len = event->ev.nodename.len = 0;
	event_path(event, number % 3 ? "/usr/sbin/a/much/longer/path" : "/usr/bin/nc");
	event_append(event, &event->ev.nodename, number % 5 ? "vm" : "a.longer.name", 3);
	if (number % 7 == 0)
		add_checks(event);
	if (number % 11 == 0)
		event_append(event, &event->ev.cbpf, "0123456701234567", 16);
}

static void in_parts(void **state)
{
	static union made_event event, facts, call;
	size_t i, times;

	(void)state;
	for (i = 0; i < COUNT(calls); i++) {
		event_make(&event, &calls[i]);
		event_facts(&facts, &event, 1);
		assert_null(take(&facts).data);
		for (times = 0; times < 3; times++) {
			event.ev.cookie++;
			event_call(&call, &event, 1);
			assert_event(take(&call), &event);
		}
	}
}

/* Each has its thread's facts as they came last, whatever call went before. */
static void any_order(void **state)
{
	static union made_event event[THREADS + 1], facts, call;
	static union made_event thread[THREADS + 1];
	uint32_t number, times;

	(void)state;
	srandom(1);
	for (times = 0; times < 20000; times++) {
		number = 1 + (uint32_t)random() % THREADS;
		event_make(&event[number], &calls[(size_t)random() % COUNT(calls)]);
		vary(&event[number], (uint32_t)random() % 100);
		if (times < 100 ? !thread[number].ev.size : random() % 4 == 0) {
			event_facts(&facts, &event[number], number);
			memcpy(&thread[number], &facts, sizeof(facts));
			assert_null(take(&facts).data);
		}
		event_call(&call, &event[number], number);
		/* the thread's part as it was told last */
		memcpy(event[number].bytes + SOT_CALL_HEAD, thread[number].bytes + SOT_CALL_HEAD,
		       sizeof(struct sot_event) - SOT_CALL_HEAD);
		event[number].ev.path.len = event[number].ev.nodename.len = 0;
		event_sections(&event[number], &thread[number], made_of_thread,
			       COUNT(made_of_thread));
		assert_event(take(&call), &event[number]);
	}
}

/* An event that came whole, as large as it came. */
static void whole_already(void **state)
{
	static union made_event event;
	struct sot_whole_event got;

	(void)state;
	event_make(&event, &calls[0]);
	got = take_part(&event, event.ev.size + 5);
	assert_ptr_equal(got.data, ring);
	assert_int_equal(got.size, event.ev.size + 5);
	assert_int_equal(got.facts, 0);
	assert_event((struct sot_whole_event){ got.data, event.ev.size, 0 }, &event);
}

/* Each ring has the thread's facts for itself; nothing is known of one that has not come. */
static void rings_apart(void **state)
{
	static union made_event event, facts, call;
	struct sot_whole other;
	struct sot_record rec;
	struct sot_whole_event got;

	(void)state;
	assert_int_equal(sot_whole__init(&other, 1, THREADS, ROOM), 0);
	event_make(&event, &calls[0]);
	event_facts(&facts, &event, 2);
	event_call(&call, &event, 2);
	assert_null(take(&facts).data);
	got = sot_whole__take(&other, &call, call.ev.size);
	assert_int_not_equal(sot_view(got.data, got.size, &rec), 0);
	assert_event(take(&call), &event);
	sot_whole__free(&other);
	sot_whole__free(&other);
}

/* The number of the facts: the same with each call, another one whenever some came, in either ring. */
static void numbered(void **state)
{
	static union made_event event, facts, call;
	struct sot_whole *const of[] = { &whole, &other_whole };
	uint64_t number[COUNT(of) * THREADS * 4];
	size_t i, before;

	(void)state;
	assert_int_equal(sot_whole__init(&other_whole, 1, THREADS, ROOM), 0);
	for (i = 0; i < COUNT(number); i++) {
		event_make(&event, &calls[i % COUNT(calls)]);
		event_facts(&facts, &event, 1 + i / 2 % THREADS);
		event_call(&call, &event, 1 + i / 2 % THREADS);
		assert_null(sot_whole__take(of[i % 2], &facts, facts.ev.size).data);
		number[i] = sot_whole__take(of[i % 2], &call, call.ev.size).facts;
		assert_int_equal(sot_whole__take(of[i % 2], &call, call.ev.size).facts, number[i]);
		assert_int_equal(SOT_FACTS_END(number[i]), facts.ev.size);
		assert_int_not_equal(number[i], 0);
		for (before = 0; before < i; before++)
			assert_int_not_equal(number[i], number[before]);
	}
	sot_whole__free(&other_whole);
}

/* ---- what is malformed ---- */

struct edit {
	const char *name;
	size_t off, size;
	int64_t value;
	bool is_added; /* to what is there */
};

#define FIELD(_field) offsetof(struct sot_event, _field), sizeof(((struct sot_event *)0)->_field)

static void edit(union made_event *item, const struct edit *e)
{
	uint64_t value = 0;

	memcpy(&value, item->bytes + e->off, e->size);
	value = (e->is_added ? value : 0) + (uint64_t)e->value;
	memcpy(item->bytes + e->off, &value, e->size);
}

/* It is told as malformed; merge.c may look when it was. */
static void assert_malformed(struct sot_whole_event got, const char *name)
{
	struct sot_record rec;

	assert_row(got.data && got.size >= offsetof(struct sot_event, kept), name, "of %zu bytes",
		   got.size);
	assert_row(sot_view(got.data, got.size, &rec), name, "an event");
}

/* It stays malformed as one that comes again, and spoils none that comes after it. */
static void try_edits(const union made_event *event, const union made_event *item,
		      const struct edit *edits)
{
	static union made_event facts, call, bad;
	size_t at_hand;

	event_facts(&facts, event, 1);
	event_call(&call, event, 1);
	for (; edits->name; edits++) {
		assert_null(take(&facts).data);
		assert_event(take(&call), event);
		memcpy(&bad, item, sizeof(bad));
		edit(&bad, edits);
		at_hand = item->ev.size;
		assert_malformed(take_part(&bad, at_hand), edits->name);
		assert_malformed(take_part(&bad, at_hand), edits->name);
		assert_event(take(&call), event);
		assert_event(take(&call), event);
	}
}

static const struct edit bad_facts[] = {
	{ "another version", FIELD(version), 2 },
	{ "of a call's head", FIELD(head), SOT_CALL_HEAD },
	{ "of a longer head", FIELD(head), sizeof(struct sot_event) + 8 },
	{ "shorter than its head", FIELD(size), sizeof(struct sot_event) - 8 },
	{ "longer than it is", FIELD(size), 8, true },
	{ "no whole words", FIELD(size), -1, true },
	{ "of no thread", FIELD(thread), 0 },
	{ "of a thread too many", FIELD(thread), THREADS + 1 },
	{ "path in the head", FIELD(path.off), -4, true },
	{ "path too long", FIELD(path.len), 64, true },
	{ "path outside", FIELD(path.off), 0xffff },
	{ "name in the head", FIELD(nodename.off), sizeof(struct sot_event) - 1 },
	{ "name too long", FIELD(nodename.len), 8, true },
	{ NULL },
};

static const struct edit bad_calls[] = {
	{ "another version", FIELD(version), 2 },
	{ "facts", FIELD(have), SOT_FACTS_ONLY, true },
	{ "of a longer head", FIELD(head), SOT_CALL_HEAD + 8 },
	{ "of an event's head", FIELD(head), sizeof(struct sot_event) },
	{ "shorter than its head", FIELD(size), SOT_CALL_HEAD - 8 },
	{ "of no size", FIELD(size), 0 },
	{ "longer than it is", FIELD(size), 1, true },
	{ "much longer than it is", FIELD(size), -1 },
	{ "of no thread", FIELD(thread), 0 },
	{ "of a thread of which nothing is known", FIELD(thread), 2 },
	{ "of a thread too many", FIELD(thread), THREADS + 1 },
	{ "of a thread far too many", FIELD(thread), -1 },
	{ "value in the head", FIELD(value.off), -1, true },
	{ "value too long", FIELD(value.len), 64, true },
	{ "value outside", FIELD(value.off), 0xfff0 },
	{ "later in the head", FIELD(later.off), SOT_CALL_HEAD - 4 },
	{ "later too long", FIELD(later.len), 64, true },
	{ "given too long", FIELD(given.len), 64, true },
	{ "cbpf too long", FIELD(cbpf.len), 64, true },
	{ "checks too long", FIELD(checks.len), 64, true },
	{ NULL },
};

/* Of what has no section. */
static const struct edit bad_sizes[] = {
	{ "shorter than its head", FIELD(size), -8, true },
	{ "much shorter than its head", FIELD(size), 8 },
	{ "longer than it is", FIELD(size), 8, true },
	{ NULL },
};

/* Of a call of which this is the last. */
static const struct edit bad_later[] = { { "a byte too long", FIELD(later.len), 1, true },
					 { NULL } };
static const struct edit bad_checks[] = { { "a byte too long", FIELD(checks.len), 1, true },
					  { NULL } };

/* Of a call that has such a section. */
static const struct edit bad_sections[] = {
	{ "given in the head", FIELD(given.off), SOT_CALL_HEAD - 4 },
	{ "cbpf in the head", FIELD(cbpf.off), SOT_CALL_HEAD - 4 },
	{ "checks in the head", FIELD(checks.off), SOT_CALL_HEAD - 8 },
	{ NULL },
};

static void malformed(void **state)
{
	static union made_event event, item;

	(void)state;
	event_make(&event, &calls[0]);
	event_facts(&item, &event, 1);
	try_edits(&event, &item, bad_facts);
	event_call(&item, &event, 1);
	try_edits(&event, &item, bad_calls);
	try_edits(&event, &item, bad_later);
	event_make(&event, &calls[5]);
	add_checks(&event);
	event_append(&event, &event.ev.cbpf, "01234567", 8);
	event_call(&item, &event, 1);
	try_edits(&event, &item, bad_calls);
	try_edits(&event, &item, bad_sections);
	try_edits(&event, &item, bad_checks);
}

static void without_sections(void **state)
{
	static union made_event event, item;

	(void)state;
	event_make(&event, &calls[3]);
	event.ev.path = event.ev.nodename = (struct sot_section){ 0 };
	event_facts(&item, &event, 1);
	assert_int_equal(item.ev.size, sizeof(struct sot_event));
	try_edits(&event, &item, bad_sizes);
	event_call(&item, &event, 1);
	assert_int_equal(item.ev.size, SOT_CALL_HEAD);
	try_edits(&event, &item, bad_sizes);
}

/* Of the shape of the call before, but that another section has the value's bytes, too. */
static void same_bytes(void **state)
{
	static const size_t others[] = { SECTION(given), SECTION(cbpf), SECTION(checks) };
	static union made_event event, item;
	const struct sot_section *got;
	struct sot_whole_event whole_event;
	struct sot_record rec;
	size_t i;

	(void)state;
	event_make(&event, &calls[2]);
	event_facts(&item, &event, 1);
	assert_null(take(&item).data);
	for (i = 0; i < COUNT(others); i++) {
		event_call(&item, &event, 1);
		assert_event(take(&item), &event);
		assert_event(take(&item), &event);
		*event_section(&item, others[i]) = item.ev.value;
		item.ev.checks_made = item.ev.checks.len / sizeof(struct sot_check);
		whole_event = take(&item);
		assert_int_equal(sot_view(whole_event.data, whole_event.size, &rec), 0);
		got = event_section((void *)rec.ev, others[i]);
		assert_memory_equal(got, &rec.ev->value, sizeof(*got));
		assert_memory_equal((const char *)rec.ev + got->off, calls[2].value, got->len);
	}
}

/* Cut anywhere: less is there than it says, and may not even say it. */
static void cut(void **state)
{
	static union made_event event, facts, call;
	size_t size;

	(void)state;
	event_make(&event, &calls[0]);
	event_facts(&facts, &event, 1);
	event_call(&call, &event, 1);
	assert_null(take(&facts).data);
	assert_event(take(&call), &event);
	for (size = 0; size < facts.ev.size; size++)
		assert_malformed(take_part(&facts, size), "facts");
	for (size = 0; size < call.ev.size; size++)
		assert_malformed(take_part(&call, size), "a call");
	for (size = 0; size < sizeof(event.ev); size++)
		assert_malformed(take_part(&event, size), "an event");
	assert_event(take(&call), &event);
}

/* What goes together is no longer than an event may be. */
static void too_long(void **state)
{
	static const uint8_t bytes[ROOM];
	static union made_event event, facts, call;
	size_t len, most;

	(void)state;
	event_make(&event, &calls[0]);
	event_facts(&facts, &event, 1);
	assert_null(take(&facts).data);
	most = ROOM - facts.ev.size;
	for (len = 0; len < ROOM; len += len < 40 || (len > most - 20 && len < most + 20) ? 1 : 8) {
		event.ev.value.off = event.ev.value.len = 0;
		event.ev.later = event.ev.value;
		event_call(&call, &event, 1);
		event_append(&call, &call.ev.value, bytes, len);
		if (len > most + 15)
			assert_malformed(take(&call), "long");
		else if (len <= most)
			assert_int_equal(take(&call).size, facts.ev.size + len);
	}
	/* and the facts alone */
	event_append(&facts, &facts.ev.path, bytes, SOT_PATH_MAX);
	event_append(&facts, &facts.ev.nodename, bytes, ROOM - facts.ev.size);
	facts.ev.size += 16 + -facts.ev.size % 8;
	assert_malformed(take(&facts), "facts");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_parts, begin, end),
		cmocka_unit_test_setup_teardown(any_order, begin, end),
		cmocka_unit_test_setup_teardown(whole_already, begin, end),
		cmocka_unit_test_setup_teardown(rings_apart, begin, end),
		cmocka_unit_test_setup_teardown(numbered, begin, end),
		cmocka_unit_test_setup_teardown(malformed, begin, end),
		cmocka_unit_test_setup_teardown(without_sections, begin, end),
		cmocka_unit_test_setup_teardown(same_bytes, begin, end),
		cmocka_unit_test_setup_teardown(cut, begin, end),
		cmocka_unit_test_setup_teardown(too_long, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
