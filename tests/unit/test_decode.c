/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include <stdlib.h>

#include "make_event.h"
#include "record.h"

static struct sot_record rec;

/* The event in heap memory of exactly `size` bytes: a read beyond it is a crash. */
static int decode_exact(const union made_event *made, size_t size)
{
	void *copy = malloc(size ? size : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, made, size);
	ret = sot_decode(copy, size, NULL, &rec);
	if (!ret)
		sot_check(&rec);
	free(copy);
	return ret;
}

static const struct call reuseaddr = { .level = 1, .optname = 2, VALUE_INT(1) };

#define FIELD(_field) offsetof(struct sot_event, _field), sizeof(((struct sot_event *)0)->_field)

/* One field of a good event set to another number. */
static void wire_errors(void **state)
{
	static const struct {
		const char *name;
		size_t off, size;
		uint32_t num;
		int ret;
	} rows[] = {
		{ "good", FIELD(version), SOT_EVENT_VERSION, 0 },
		{ "older version", FIELD(version), SOT_EVENT_VERSION - 1, -EPROTO },
		{ "newer version", FIELD(version), SOT_EVENT_VERSION + 1, -EPROTO },
		{ "head too small", FIELD(head), sizeof(struct sot_event) - 8, -EBADMSG },
		{ "head too large", FIELD(head), sizeof(struct sot_event) + 8, -EBADMSG },
		{ "size below the head", FIELD(size), sizeof(struct sot_event) - 1, -EBADMSG },
		{ "size 0", FIELD(size), 0, -EBADMSG },
		{ "size beyond what came", FIELD(size), sizeof(union made_event) + 1, -EBADMSG },
		{ "size of all ones", FIELD(size), UINT32_MAX, -EBADMSG },
		{ "value in the head", FIELD(value.off), sizeof(struct sot_event) - 1, -EBADMSG },
		{ "value at 0", FIELD(value.off), 0, -EBADMSG },
		{ "value beyond the end", FIELD(value.len), 0x4000, -EBADMSG },
		{ "value at the far end", FIELD(value.off), 0xffff, -EBADMSG },
		{ "path in the head", FIELD(path.off), 8, -EBADMSG },
		{ "path beyond the end", FIELD(path.off), 0xfffe, -EBADMSG },
		{ "path too long for an event", FIELD(path.len), 0xffff, -EBADMSG },
		{ "node name in the head", FIELD(nodename.off), 1, -EBADMSG },
		{ "node name beyond the end", FIELD(nodename.len), 0xffff, -EBADMSG },
		{ "no value, anywhere", FIELD(value.len), 0, 0 },
		{ "no path, anywhere", FIELD(path.len), 0, 0 },
		{ "no node name, anywhere", FIELD(nodename.len), 0, 0 },
	};
	union made_event made;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &reuseaddr);
		memcpy(made.bytes + rows[i].off, &rows[i].num, rows[i].size);
		ret = decode_exact(&made, sizeof(made));
		assert_row(ret == rows[i].ret, rows[i].name, "returned %d", ret);
	}
}

static void cut_short(void **state)
{
	union made_event made;
	size_t size;

	(void)state;
	event_make(&made, &reuseaddr);
	for (size = 0; size < made.ev.size; size++)
		assert_int_equal(decode_exact(&made, size), -EBADMSG);
	assert_int_equal(decode_exact(&made, made.ev.size), 0);
}

/* A section may end with the event, and not one byte later. */
static void section_bounds(void **state)
{
	static const size_t sections[] = { offsetof(struct sot_event, value),
					   offsetof(struct sot_event, path),
					   offsetof(struct sot_event, nodename),
					   offsetof(struct sot_event, given),
					   offsetof(struct sot_event, cbpf) };
	struct sot_section *section;
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sections); i++) {
		event_make(&made, &reuseaddr);
		section = (struct sot_section *)(made.bytes + sections[i]);
		section->off = sizeof(struct sot_event);
		section->len = (uint16_t)(made.ev.size - section->off);
		assert_int_equal(decode_exact(&made, made.ev.size), 0);
		section->len++;
		assert_int_equal(decode_exact(&made, made.ev.size), -EBADMSG);
		section->off = (uint16_t)made.ev.size;
		section->len = 1;
		assert_int_equal(decode_exact(&made, made.ev.size), -EBADMSG);
		section->len = 0;
		assert_int_equal(decode_exact(&made, made.ev.size), 0);
	}
}

static void misaligned(void **state)
{
	union made_event made, shifted;
	size_t i;

	(void)state;
	event_make(&made, &reuseaddr);
	for (i = 1; i < 8; i++) {
		memcpy(shifted.bytes + i, made.bytes, made.ev.size);
		assert_int_equal(sot_decode(shifted.bytes + i, made.ev.size, NULL, &rec), -EBADMSG);
	}
}

/* Every section has bytes, so that where it lies matters, too. */
static void make_full(union made_event *made)
{
	const struct sot_section some = { .off = sizeof(struct sot_event), .len = 8 };

	event_make(made, &reuseaddr);
	made->ev.value = made->ev.path = made->ev.nodename = some;
	made->ev.given = made->ev.cbpf = made->ev.later = made->ev.checks = some;
	made->ev.checks_made = 1;
}

/* As decode_exact() */
static int view_next_exact(const union made_event *made, size_t size, struct sot_shape *good)
{
	void *copy = malloc(size ? size : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, made, size);
	ret = sot_view_next(copy, size, good, &rec);
	free(copy);
	return ret;
}

/* After a good event the next is looked at as any is, whatever of it differs. */
static void next_of_a_good_one(void **state)
{
	static const uint8_t changes[] = { 1, 8, 0x80, 0xff };
	struct sot_shape good = { 0 };
	union made_event made;
	size_t off, i;

	(void)state;
	make_full(&made);
	for (off = 0; off < sizeof(made.ev); off++) {
		for (i = 0; i < COUNT(changes); i++) {
			assert_int_equal(sot_view_next(&made, made.ev.size, &good, &rec), 0);
			make_full(&made);
			made.bytes[off] ^= changes[i];
			assert_int_equal(sot_view_next(&made, sizeof(made), &good, &rec),
					 sot_view(&made, sizeof(made), &rec));
			make_full(&made);
		}
	}
	assert_int_equal(sot_view_next(&made, made.ev.size, &good, &rec), 0);
	for (i = 0; i < made.ev.size; i++) {
		assert_int_equal(view_next_exact(&made, i, &good), -EBADMSG);
		made.ev.size = i < sizeof(made.ev) ? (uint32_t)i : made.ev.size + 1;
		assert_int_equal(view_next_exact(&made, i, &good), -EBADMSG);
		make_full(&made);
	}
	assert_int_equal(sot_view_next(made.bytes + 4, made.ev.size, &good, &rec), -EBADMSG);
}

/* Nothing is the next before there was one; and no record keeps what the one before it had. */
static void first_of_all(void **state)
{
	static const union made_event zeros;
	struct sot_shape good = { 0 };
	union made_event made;

	(void)state;
	assert_int_equal(sot_view_next(&zeros, sizeof(zeros), &good, &rec), -EPROTO);
	event_make(&made, &reuseaddr);
	assert_int_equal(sot_view_next(&made, made.ev.size, &good, &rec), 0);
	rec.ev = NULL;
	rec.findings = (const void *)&zeros;
	rec.is_decoded = true;
	assert_int_equal(sot_view_next(&made, made.ev.size, &good, &rec), 0);
	assert_ptr_equal(rec.ev, &made.ev);
	assert_null(rec.findings);
	assert_false(rec.is_decoded);
}

/* Names as they lie in the event, NUL-ended, leaf first. */
#define NAMES(_bytes) _bytes, sizeof(_bytes) - 1

static void paths(void **state)
{
	static char long_names[SOT_PATH_MAX + SOT_COMPONENT_MAX + 1];
	const size_t longest = sizeof(long_names) - 1;
	static const struct {
		const char *name, *names;
		size_t len;
		uint64_t have;
		const char *path;
	} rows[] = {
		{ "unknown", NAMES(""), 0, "" },
		{ "in the root", NAMES("init\0"), 0, "/init" },
		{ "deep", NAMES("nc\0bin\0usr\0"), 0, "/usr/bin/nc" },
		{ "deleted", NAMES("x\0tmp\0"), SOT_PATH_DELETED, "/tmp/x (deleted)" },
		{ "cut", NAMES("nc\0bin\0"), SOT_PATH_CUT, ".../bin/nc" },
		{ "cut and deleted", NAMES("nc\0"), SOT_PATH_CUT | SOT_PATH_DELETED,
		  ".../nc (deleted)" },
		{ "memfd", NAMES("memfd:x\0"), SOT_PATH_DELETED, "/memfd:x (deleted)" },
		{ "last name without its NUL", NAMES("nc\0bin"), 0, "/bin/nc" },
		{ "hostile name", NAMES("a\nb\0"), 0, "/a\nb" },
	};
	struct call call = reuseaddr;
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		call.set = rows[i].have;
		event_make(&made, &call);
		event_append(&made, &made.ev.path, rows[i].names, rows[i].len);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_row(rec.path_len == strlen(rows[i].path) &&
				   !memcmp(rec.path, rows[i].path, rec.path_len),
			   rows[i].name, "got %.*s", (int)rec.path_len, rec.path);
	}
	/* the longest that an event can hold, of the shortest names: room for all of it */
	for (i = 0; i < sizeof(long_names); i += 2)
		long_names[i] = 'a';
	call.set = SOT_PATH_CUT | SOT_PATH_DELETED;
	event_make(&made, &call);
	event_append(&made, &made.ev.path, long_names, longest);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	assert_int_equal(rec.path_len, 3 + longest + 10);
	assert_memory_equal(rec.path, ".../a/a", 7);
	assert_memory_equal(rec.path + rec.path_len - 12, "/a (deleted)", 12);
	event_append(&made, &made.ev.path, long_names, longest + 1);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), -EBADMSG);
}

static void node_name(void **state)
{
	union made_event made;

	(void)state;
	event_make(&made, &reuseaddr);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	assert_int_equal(rec.nodename_len, 2);
	assert_memory_equal(rec.nodename, "vm", 2);
	event_append(&made, &made.ev.nodename, "host", 4); /* without a NUL */
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	assert_int_equal(rec.nodename_len, 4);
	made.ev.nodename.len = 0;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	assert_int_equal(rec.nodename_len, 0);
}

static void word_size(void **state)
{
	static const struct {
		uint8_t abi;
		bool compat;
	} rows[] = {
		{ SOT_ABI_X86_64, false },
		{ SOT_ABI_I386, true },
		{ SOT_ABI_X32, false },
		{ SOT_ABI_ARM64, false },
		{ SOT_ABI_ARM, true },
		{ SOT_ABI_IO_URING, false },
		{ 200, false },
	};
	struct call call = {
		.level = 1, .optname = 20, .value = "\1\0\0\0\2\0\0\0", .value_len = 8
	};
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		call.abi = rows[i].abi;
		call.clear = 0;
		event_make(&made, &call);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_int_equal(rec.compat, rows[i].compat);
		call.clear = SOT_HAVE_ABI;
		event_make(&made, &call);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_false(rec.compat);
	}
}

/* x32 has the structs of 32-bit callers, but for times. */
static void layout(void **state)
{
	static const struct {
		uint8_t abi;
		int level, optname;
		bool compat;
	} rows[] = {
		{ SOT_ABI_X32, 1, 26 /* SO_ATTACH_FILTER */, true },
		{ SOT_ABI_X32, 0, 42 /* MCAST_JOIN_GROUP */, true },
		{ SOT_ABI_X32, 1, 20 /* SO_RCVTIMEO_OLD */, false },
		{ SOT_ABI_X32, 1, 21 /* SO_SNDTIMEO_OLD */, false },
		{ SOT_ABI_I386, 1, 20, true },
		{ SOT_ABI_I386, 1, 26, true },
		{ SOT_ABI_X86_64, 1, 20, false },
		{ SOT_ABI_X86_64, 1, 26, false },
	};
	union made_event made;
	struct call call = { .value = "\1\0\0\0\2\0\0\0", .value_len = 8 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		call.abi = rows[i].abi;
		call.level = rows[i].level;
		call.optname = rows[i].optname;
		event_make(&made, &call);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_non_null(rec.option);
		assert_int_equal(sot_compat_layout(&rec, rec.option), rows[i].compat);
	}
}

/* Which level and option a number is depends on the socket. */
static void names(void **state)
{
	static const struct {
		const char *name;
		struct call call;
		const char *level, *option;
		bool assumed;
	} rows[] = {
		{ "socket level",
		  { .socket = TCP4, .level = 1, .optname = 2 },
		  "SOL_SOCKET",
		  "SO_REUSEADDR",
		  false },
		{ "TCP on TCP",
		  { .socket = TCP6, .level = 6, .optname = 1 },
		  "SOL_TCP",
		  "TCP_NODELAY",
		  false },
		{ "IP on IPv6",
		  { .socket = TCP6, .level = 0, .optname = 1 },
		  "SOL_IP",
		  "IP_TOS",
		  false },
		{ "TCP on UDP",
		  { .socket = UDP4, .level = 6, .optname = 1 },
		  "SOL_TCP",
		  "TCP_NODELAY",
		  true },
		{ "TCP on AF_UNIX",
		  { .socket = UNIX_STREAM, .level = 6, .optname = 1 },
		  "SOL_TCP",
		  "TCP_NODELAY",
		  true },
		{ "IPv6 on IPv4",
		  { .socket = TCP4, .level = 41, .optname = 26 },
		  "SOL_IPV6",
		  "IPV6_V6ONLY",
		  true },
		{ "no socket",
		  { .socket = NO_SOCKET, .level = 6, .optname = 1 },
		  "SOL_TCP",
		  "TCP_NODELAY",
		  true },
		{ "unknown option",
		  { .socket = TCP4, .level = 6, .optname = 9999 },
		  "SOL_TCP",
		  NULL,
		  false },
		{ "negative option",
		  { .socket = TCP4, .level = 1, .optname = -1 },
		  "SOL_SOCKET",
		  NULL,
		  false },
		{ "unknown level",
		  { .socket = TCP4, .level = 77, .optname = 2 },
		  NULL,
		  NULL,
		  false },
		{ "negative level",
		  { .socket = TCP4, .level = -1, .optname = 2 },
		  NULL,
		  NULL,
		  false },
	};
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &rows[i].call);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_row(!rec.level == !rows[i].level &&
				   (!rec.level || !strcmp(rec.level->name, rows[i].level)),
			   rows[i].name, "level %s", rec.level ? rec.level->name : "NULL");
		assert_row(!rec.option == !rows[i].option &&
				   (!rec.option || !strcmp(rec.option->name, rows[i].option)),
			   rows[i].name, "option %s", rec.option ? rec.option->name : "NULL");
		assert_row(rec.level_assumed == rows[i].assumed, rows[i].name, "assumed %d",
			   rec.level_assumed);
	}
}

#define INT_1 "\1\0\0\0"

/* Which bytes count as the value, and whether they are read. */
static void values(void **state)
{
	static const struct {
		const char *name;
		struct call call;
		enum sot_value_source source;
		size_t len;
		bool decoded;
	} rows[] = {
		{ "at entry",
		  { .level = 1, .optname = 2, VALUE(INT_1) },
		  SOT_SOURCE_ENTRY,
		  4,
		  true },
		{ "at return",
		  { .level = 1, .optname = 2, VALUE(INT_1), .set = SOT_VALUE_AT_EXIT },
		  SOT_SOURCE_EXIT,
		  4,
		  true },
		{ "bytes that nobody vouches for",
		  { .level = 1, .optname = 2, VALUE(INT_1), .clear = SOT_HAVE_VALUE },
		  SOT_SOURCE_NONE,
		  0,
		  false },
		{ "not beyond optlen",
		  { .level = 1, .optname = 2, VALUE(INT_1 INT_1), OPTLEN(4) },
		  SOT_SOURCE_ENTRY,
		  4,
		  true },
		{ "less than optlen",
		  { .level = 1, .optname = 2, VALUE(INT_1), OPTLEN(64) },
		  SOT_SOURCE_ENTRY,
		  4,
		  true },
		{ "optlen 0",
		  { .level = 1, .optname = 2, VALUE(INT_1), OPTLEN(0) },
		  SOT_SOURCE_ENTRY,
		  0,
		  false },
		{ "optlen negative",
		  { .level = 1, .optname = 2, VALUE(INT_1), OPTLEN(-1) },
		  SOT_SOURCE_ENTRY,
		  0,
		  false },
		{ "optlen INT32_MIN",
		  { .level = 1, .optname = 2, VALUE(INT_1), OPTLEN(INT32_MIN) },
		  SOT_SOURCE_ENTRY,
		  0,
		  false },
		{ "unknown option",
		  { .level = 1, .optname = 9999, VALUE(INT_1) },
		  SOT_SOURCE_ENTRY,
		  4,
		  false },
		{ "unknown level",
		  { .level = 77, .optname = 2, VALUE(INT_1) },
		  SOT_SOURCE_ENTRY,
		  4,
		  false },
		{ "secret though captured",
		  { .level = 6, .optname = 33, VALUE("0123456789abcdef") },
		  SOT_SOURCE_NONE,
		  0,
		  false },
	};
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &rows[i].call);
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		assert_row(rec.source == rows[i].source, rows[i].name, "source %d", rec.source);
		assert_row(rec.bytes_len == rows[i].len, rows[i].name, "%zu bytes", rec.bytes_len);
		assert_row(rec.decoded == rows[i].decoded, rows[i].name, "decoded %d", rec.decoded);
	}
}

/* Key material that was captured is another value like any where it is asked for. */
static void secrets_on_demand(void **state)
{
	static const struct call call = { .level = 6, .optname = 33, VALUE("0123456789abcdef") };
	static const struct call withheld = {
		.level = 6, .optname = 33, OPTLEN(16), .set = SOT_VALUE_SECRET
	};
	const struct sot_decode_options options = { .show_secrets = true };
	union made_event made;

	(void)state;
	event_make(&made, &call);
	assert_int_equal(sot_decode(&made, made.ev.size, &options, &rec), 0);
	assert_true(!rec.secret && rec.decoded && rec.bytes_len == 16);
	event_make(&made, &withheld);
	assert_int_equal(sot_decode(&made, made.ev.size, &options, &rec), 0);
	assert_true(rec.secret && !rec.decoded && !rec.bytes_len);
}

/* Nothing of one event is left in the record of the next. */
static void used_again(void **state)
{
	static const struct call refused = {
		.level = 41, .optname = 16, .socket = TCP6, VALUE("\0\1\0\0"), .ret = -EINVAL
	};
	static const struct call unread = { .level = 77, .optname = 1, .clear = HAVE_ALL };
	union made_event made;

	(void)state;
	event_make(&made, &refused);
	made.ev.abi = SOT_ABI_I386;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	sot_check(&rec);
	assert_true(rec.decoded && rec.out_of_range && rec.compat && rec.flags && rec.path_len);
	event_make(&made, &unread);
	made.ev.path.len = 0;
	made.ev.nodename.len = 0;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	assert_false(rec.decoded || rec.out_of_range || rec.compat || rec.flags || rec.path_len ||
		     rec.nodename_len || rec.bytes_len || rec.level || rec.option);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wire_errors),	  cmocka_unit_test(cut_short),
		cmocka_unit_test(section_bounds), cmocka_unit_test(misaligned),
		cmocka_unit_test(paths),	  cmocka_unit_test(node_name),
		cmocka_unit_test(word_size),	  cmocka_unit_test(layout),
		cmocka_unit_test(names),	  cmocka_unit_test(values),
		cmocka_unit_test(used_again),	  cmocka_unit_test(secrets_on_demand),
		cmocka_unit_test(first_of_all),	  cmocka_unit_test(next_of_a_good_one),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
