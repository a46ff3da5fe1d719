/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "json_check.h"

#define REPLACED "\xef\xbf\xbd"

/* Room that a test writes to, with a byte behind it that must stay. */
struct room {
	char data[512];
	struct sot_buf buf;
};

static struct sot_buf *room_of(struct room *room, size_t size)
{
	memset(room->data, '#', sizeof(room->data));
	sot_buf_init(&room->buf, room->data, size);
	return &room->buf;
}

static struct sot_buf *wide_room(struct room *room)
{
	return room_of(room, sizeof(room->data) - 1);
}

static void integers(void **state)
{
	static const struct {
		const char *name;
		bool is_signed;
		int64_t num;
		const char *text;
	} rows[] = {
		{ "zero", true, 0, "0" },
		{ "unsigned zero", false, 0, "0" },
		{ "minus one", true, -1, "-1" },
		{ "ten", true, 10, "10" },
		{ "INT64_MIN", true, INT64_MIN, "-9223372036854775808" },
		{ "INT64_MAX", true, INT64_MAX, "9223372036854775807" },
		{ "INT32_MIN", true, INT32_MIN, "-2147483648" },
		{ "UINT64_MAX", false, -1, "18446744073709551615" },
		{ "2^63", false, INT64_MIN, "9223372036854775808" },
	};
	struct room room;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		wide_room(&room);
		if (rows[i].is_signed)
			sot_buf_int(&room.buf, rows[i].num);
		else
			sot_buf_uint(&room.buf, (uint64_t)rows[i].num);
		assert_row(!strcmp(buf_text(&room.buf), rows[i].text), rows[i].name, "got %s",
			   room.data);
	}
}

static void hexadecimal(void **state)
{
	static const struct {
		uint64_t num;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 0xf, "f" },
		{ 0x10, "10" },
		{ 0x7ffc880b8264, "7ffc880b8264" },
		{ UINT64_MAX, "ffffffffffffffff" },
	};
	struct room room;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		sot_buf_hex(wide_room(&room), rows[i].num);
		assert_string_equal(buf_text(&room.buf), rows[i].text);
	}
	sot_buf_hex_bytes(wide_room(&room), "\x00\x0f\xa0\xff", 4);
	assert_string_equal(buf_text(&room.buf), "000fa0ff");
	sot_buf_hex_bytes(wide_room(&room), NULL, 0);
	assert_int_equal(room.buf.len, 0);
}

static void padding(void **state)
{
	struct room room;
	struct sot_buf *buf = wide_room(&room);

	(void)state;
	sot_buf_str(buf, "ab");
	sot_buf_pad(buf, 1, 4);
	sot_buf_char(buf, '|');
	assert_string_equal(buf_text(buf), "ab   |");
	sot_buf_pad(buf, 0, 3);
	assert_int_equal(buf->len, 6);
}

static void put_json(struct sot_buf *buf)
{
	sot_buf_json(buf, "a\x1b\xff\"", 4);
}

static void put_printable(struct sot_buf *buf)
{
	sot_buf_printable(buf, "a\x1b\xff\xc3\xa9", 5);
}

static void put_number(struct sot_buf *buf)
{
	sot_buf_int(buf, INT64_MIN);
}

static void put_padding(struct sot_buf *buf)
{
	sot_buf_pad(buf, 0, 16);
}

static void put_bytes(struct sot_buf *buf)
{
	sot_buf_hex_bytes(buf, "abcdefgh", 8);
}

/* Whatever is written: never beyond the end, and what did not fit is told. */
static void put_short_numbers(struct sot_buf *buf)
{
	sot_buf_uint(buf, 7);
	sot_buf_uint(buf, 1234);
	sot_buf_digits(buf, 1, 9);
	sot_buf_eight_digits(buf, 1);
	sot_buf_uint(buf, 12);
}

static void full_buffers(void **state)
{
	static void (*const writers[])(struct sot_buf *) = { put_json,	  put_printable,
							     put_number,  put_short_numbers,
							     put_padding, put_bytes };
	struct room room;
	size_t i, size, whole;

	(void)state;
	for (i = 0; i < COUNT(writers); i++) {
		writers[i](wide_room(&room));
		assert_false(room.buf.full);
		whole = room.buf.len;
		for (size = 0; size <= whole; size++) {
			writers[i](room_of(&room, size));
			assert_int_equal(room.buf.full, size < whole);
			assert_true(room.buf.len <= size);
			assert_int_equal(room.data[size], '#');
		}
	}
}

static void utf8(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
		uint32_t code;
	} rows[] = {
		{ "ASCII", "A", 1, 'A' },
		{ "DEL", "\x7f", 1, 0x7f },
		{ "least of two", "\xc2\x80", 2, 0x80 },
		{ "greatest of two", "\xdf\xbf", 2, 0x7ff },
		{ "least of three", "\xe0\xa0\x80", 3, 0x800 },
		{ "before the surrogates", "\xed\x9f\xbf", 3, 0xd7ff },
		{ "after the surrogates", "\xee\x80\x80", 3, 0xe000 },
		{ "greatest of three", "\xef\xbf\xbf", 3, 0xffff },
		{ "least of four", "\xf0\x90\x80\x80", 4, 0x10000 },
		{ "greatest of four", "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		{ "lone continuation", "\x80", 0, 0 },
		{ "two continuations", "\xbf\xbf", 0, 0 },
		{ "overlong of two", "\xc0\xaf", 0, 0 },
		{ "overlong of two, greatest", "\xc1\xbf", 0, 0 },
		{ "overlong of three", "\xe0\x9f\xbf", 0, 0 },
		{ "overlong of four", "\xf0\x8f\xbf\xbf", 0, 0 },
		{ "first surrogate", "\xed\xa0\x80", 0, 0 },
		{ "last surrogate", "\xed\xbf\xbf", 0, 0 },
		{ "beyond U+10FFFF", "\xf4\x90\x80\x80", 0, 0 },
		{ "F5", "\xf5\x80\x80\x80", 0, 0 },
		{ "FE", "\xfe", 0, 0 },
		{ "FF", "\xff", 0, 0 },
		{ "cut after one of two", "\xc3", 0, 0 },
		{ "cut after two of three", "\xe2\x82", 0, 0 },
		{ "cut after three of four", "\xf0\x9f\x98", 0, 0 },
		{ "no continuation in two", "\xc3(", 0, 0 },
		{ "no continuation in three", "\xe2\x28\xa1", 0, 0 },
		{ "no last continuation in three", "\xe2\x82\x28", 0, 0 },
		{ "no last continuation in four", "\xf0\x9f\x98\x28", 0, 0 },
	};
	uint32_t code;
	size_t i, len, n;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		len = strlen(rows[i].bytes);
		code = 0;
		n = sot_utf8((const uint8_t *)rows[i].bytes, len, &code);
		assert_row(n == rows[i].len, rows[i].name, "length %zu", n);
		assert_row(!n || code == rows[i].code, rows[i].name, "code %x", code);
	}
	assert_int_equal(sot_utf8((const uint8_t *)"A", 0, &code), 0);
}

/* Each pair of bytes, against a decoder of another making. */
static void utf8_pairs(void **state)
{
	uint8_t bytes[4] = { 0, 0, 0x80, 0x80 };
	unsigned int pair;
	uint32_t code;
	size_t len;

	(void)state;
	for (pair = 0; pair < 0x10000; pair++) {
		bytes[0] = (uint8_t)(pair >> 8);
		bytes[1] = (uint8_t)pair;
		for (len = 0; len <= 4; len++)
			assert_int_equal(sot_utf8(bytes, len, &code), utf8_length(bytes, len));
	}
}

static const char *json_of(struct room *room, const void *bytes, size_t len)
{
	sot_buf_json(wide_room(room), bytes, len);
	return buf_text(&room->buf);
}

/* What one byte alone becomes in a JSON string. */
static void expected_json(uint8_t c, char *text)
{
	static const struct {
		char c;
		const char *text;
	} named[] = { { '"', "\\\"" }, { '\\', "\\\\" }, { '\b', "\\b" }, { '\t', "\\t" },
		      { '\n', "\\n" }, { '\f', "\\f" },	 { '\r', "\\r" } };
	size_t i;

	if (c >= 0x80) {
		strcpy(text, "\"" REPLACED "\"");
		return;
	}
	sprintf(text, c < 0x20 || c == 0x7f ? "\"\\u%04x\"" : "\"%c\"", c);
	for (i = 0; i < COUNT(named); i++)
		if (named[i].c == (char)c)
			sprintf(text, "\"%s\"", named[i].text);
}

static void json_bytes(void **state)
{
	char expected[16], line[64];
	struct room room;
	unsigned int c;
	uint8_t byte;

	(void)state;
	for (c = 0; c < 256; c++) {
		byte = (uint8_t)c;
		expected_json(byte, expected);
		assert_string_equal(json_of(&room, &byte, 1), expected);
		snprintf(line, sizeof(line), "{%s:0}\n", expected);
		assert_true(is_json_line(line, strlen(line)));
	}
}

static void json_strings(void **state)
{
	static const struct {
		const char *name, *bytes, *text;
	} rows[] = {
		{ "empty", "", "\"\"" },
		{ "plain", "eth0", "\"eth0\"" },
		{ "among plain ones", "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "valid UTF-8", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "C1 as UTF-8", "\xc2\x9b", "\"\\u009b\"" },
		{ "last C1 as UTF-8", "\xc2\x9f", "\"\\u009f\"" },
		{ "no-break space is no C1", "\xc2\xa0", "\"\xc2\xa0\"" },
		{ "right-to-left override", "a\xe2\x80\xae\x62", "\"a\\u202eb\"" },
		{ "line separator", "\xe2\x80\xa8", "\"\\u2028\"" },
		{ "tag", "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" },
		{ "overlong quote", "\xc0\xa2", "\"" REPLACED REPLACED "\"" },
		{ "surrogate", "\xed\xa0\x80", "\"" REPLACED REPLACED REPLACED "\"" },
		{ "cut sequence", "\xe2\x82", "\"" REPLACED REPLACED "\"" },
		{ "cut sequence, then text", "\xe2\x82x", "\"" REPLACED REPLACED "x\"" },
		{ "beyond Unicode", "\xf4\x90\x80\x80",
		  "\"" REPLACED REPLACED REPLACED REPLACED "\"" },
		{ "escape sequence", "\x1b[31m", "\"\\u001b[31m\"" },
	};
	struct room room;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		json_of(&room, rows[i].bytes, strlen(rows[i].bytes));
		assert_row(!strcmp(room.data, rows[i].text), rows[i].name, "got %s", room.data);
	}
	assert_string_equal(json_of(&room, "a\0b", 3), "\"a\\u0000b\"");
}

static void printable(void **state)
{
	static const struct {
		const char *name, *bytes, *text;
		size_t columns;
	} rows[] = {
		{ "plain", "nc -l \"\\~", "nc -l \"\\~", 9 },
		{ "C0", "a\x01\x1f", "a\\x01\\x1f", 9 },
		{ "newline", "\n", "\\x0a", 4 },
		{ "escape sequence", "\x1b[2J", "\\x1b[2J", 7 },
		{ "DEL", "\x7f", "\\x7f", 4 },
		{ "C1 as UTF-8", "\xc2\x9b", "\\xc2\\x9b", 8 },
		{ "C1 as a byte", "\x9b", "\\x9b", 4 },
		{ "valid UTF-8", "\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac", 2 },
		{ "right-to-left override", "\xe2\x80\xae", "\\xe2\\x80\\xae", 12 },
		{ "left-to-right isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6", 12 },
		{ "Arabic letter mark", "\xd8\x9c", "\\xd8\\x9c", 8 },
		{ "line separator", "\xe2\x80\xa8", "\\xe2\\x80\\xa8", 12 },
		{ "paragraph separator", "\xe2\x80\xa9", "\\xe2\\x80\\xa9", 12 },
		{ "zero-width joiner", "\xe2\x80\x8d", "\\xe2\\x80\\x8d", 12 },
		{ "byte order mark", "\xef\xbb\xbf", "\\xef\\xbb\\xbf", 12 },
		{ "tag character", "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81", 16 },
		{ "overlong", "\xc0\x8a", "\\xc0\\x8a", 8 },
		{ "surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80", 12 },
		{ "cut sequence", "\xe2\x82", "\\xe2\\x82", 8 },
	};
	struct room room;
	size_t i, columns;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		columns = sot_buf_printable(wide_room(&room), rows[i].bytes, strlen(rows[i].bytes));
		assert_row(!strcmp(buf_text(&room.buf), rows[i].text), rows[i].name, "got %s",
			   room.data);
		assert_row(columns == rows[i].columns, rows[i].name, "%zu columns", columns);
	}
	assert_int_equal(sot_buf_printable(wide_room(&room), "\0", 1), 4);
}

/* No pair of bytes, valid or not, lets a control byte through. */
static void printable_pairs(void **state)
{
	struct room room;
	unsigned int pair;
	uint8_t bytes[2];

	(void)state;
	for (pair = 0; pair < 0x10000; pair++) {
		bytes[0] = (uint8_t)(pair >> 8);
		bytes[1] = (uint8_t)pair;
		sot_buf_printable(wide_room(&room), bytes, 2);
		assert_true(is_clean_text(room.data, room.buf.len));
	}
}

static void digits(void **state)
{
	char storage[64];
	struct sot_buf buf;

	(void)state;
	sot_buf_init(&buf, storage, sizeof(storage));
	sot_buf_digits(&buf, 0, 2);
	sot_buf_digits(&buf, 7, 2);
	sot_buf_digits(&buf, 123, 2);
	sot_buf_digits(&buf, 70671, 6);
	sot_buf_digits(&buf, UINT64_MAX, 20);
	assert_string_equal(buf_text(&buf), "00072307067118446744073709551615");
}

static void assert_decimal(uint64_t num)
{
	char want[32];
	struct room room;

	snprintf(want, sizeof(want), "%" PRIu64, num);
	sot_buf_uint(wide_room(&room), num);
	assert_string_equal(buf_text(&room.buf), want);
	snprintf(want, sizeof(want), "%09" PRIu64, num % 1000000000);
	sot_buf_digits(wide_room(&room), num, 9);
	assert_string_equal(buf_text(&room.buf), want);
	sot_buf_eight_digits(wide_room(&room), num % 100000000);
	assert_string_equal(buf_text(&room.buf), want + 1);
}

/* As the C library has them: every short one, those beside a power of ten, and some of each length. */
static void decimals(void **state)
{
	uint64_t num, power;

	(void)state;
	for (num = 0; num < 20000; num++)
		assert_decimal(num);
	for (power = 10; power; power = power < UINT64_MAX / 10 ? power * 10 : 0) {
		assert_decimal(power - 1);
		assert_decimal(power);
		assert_decimal(power + 1);
	}
	for (num = 1; num < UINT64_MAX / 11 * 10; num += num / 1000 + 1)
		assert_decimal(num);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits),	   cmocka_unit_test(integers),
		cmocka_unit_test(hexadecimal),	   cmocka_unit_test(padding),
		cmocka_unit_test(full_buffers),	   cmocka_unit_test(utf8),
		cmocka_unit_test(utf8_pairs),	   cmocka_unit_test(json_bytes),
		cmocka_unit_test(json_strings),	   cmocka_unit_test(printable),
		cmocka_unit_test(printable_pairs), cmocka_unit_test(decimals),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
