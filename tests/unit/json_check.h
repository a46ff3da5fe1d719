/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A strict JSON validator (RFC 8259) and UTF-8 decoder that share no code with what they
 * check. They tell only whether a line is one well-formed object without white space;
 * its keys and values are the business of tests/golden/check_record.py.
 */
#ifndef SOT_TESTS_JSON_CHECK_H
#define SOT_TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_DEPTH_MAX 256

struct json_text {
	const uint8_t *p, *end;
	unsigned int depth;
};

/* By Unicode's table 3-7: the second byte's range depends on the first. Length, or 0. */
static inline size_t utf8_length(const uint8_t *p, size_t len)
{
	static const struct {
		uint8_t first, last, low, high;
		size_t len;
	} table[] = {
		{ 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, j;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!len || p[0] < table[i].first || p[0] > table[i].last)
			continue;
		if (len < table[i].len)
			return 0;
		if (table[i].len > 1 && (p[1] < table[i].low || p[1] > table[i].high))
			return 0;
		for (j = 2; j < table[i].len; j++)
			if (p[j] < 0x80 || p[j] > 0xbf)
				return 0;
		return table[i].len;
	}
	return 0;
}

/* C0, DEL, C1, line and paragraph separators, and what changes the writing direction. */
static inline bool is_control(const uint8_t *p, size_t len)
{
	if (len == 1)
		return p[0] < 0x20 || p[0] == 0x7f;
	if (len == 2)
		return (p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c);
	if (len == 3 && p[0] == 0xe2)
		return (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f)) ||
		       (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
		       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
	return false;
}

/* Fit for a terminal: valid UTF-8 without control characters. */
static inline bool is_clean_text(const void *text, size_t len)
{
	const uint8_t *p = text;
	size_t n;

	for (; len; p += n, len -= n) {
		n = utf8_length(p, len);
		if (!n || is_control(p, n))
			return false;
	}
	return true;
}

static inline bool json_take(struct json_text *t, uint8_t c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

static inline bool json_word(struct json_text *t, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(t->end - t->p) < len || memcmp(t->p, word, len))
		return false;
	t->p += len;
	return true;
}

static inline size_t json_digits(struct json_text *t)
{
	const uint8_t *start = t->p;

	while (t->p < t->end && *t->p >= '0' && *t->p <= '9')
		t->p++;
	return (size_t)(t->p - start);
}

/* Integers only: no number of a record is anything else. */
static inline bool json_number(struct json_text *t)
{
	json_take(t, '-');
	if (json_take(t, '0'))
		return true;
	return json_digits(t) > 0;
}

static inline bool json_escape_sequence(struct json_text *t)
{
	int i;

	if (t->p == t->end)
		return false;
	if (*t->p != 'u')
		return *t->p && strchr("\"\\/bfnrt", *t->p++) != NULL;
	t->p++;
	for (i = 0; i < 4; i++, t->p++)
		if (t->p == t->end || !*t->p || !strchr("0123456789abcdefABCDEF", *t->p))
			return false;
	return true;
}

static inline bool json_string(struct json_text *t)
{
	size_t n;

	if (!json_take(t, '"'))
		return false;
	while (t->p < t->end) {
		if (json_take(t, '"'))
			return true;
		if (json_take(t, '\\')) {
			if (!json_escape_sequence(t))
				return false;
			continue;
		}
		n = utf8_length(t->p, (size_t)(t->end - t->p));
		if (!n || *t->p < 0x20)
			return false;
		t->p += n;
	}
	return false;
}

static inline bool json_value(struct json_text *t);

static inline bool json_members(struct json_text *t, bool object)
{
	uint8_t close = object ? '}' : ']';

	if (json_take(t, close))
		return true;
	do {
		if (object && !(json_string(t) && json_take(t, ':')))
			return false;
		if (!json_value(t))
			return false;
	} while (json_take(t, ','));
	return json_take(t, close);
}

static inline bool json_value(struct json_text *t)
{
	bool good;

	if (t->depth == JSON_DEPTH_MAX)
		return false;
	t->depth++;
	if (json_take(t, '{'))
		good = json_members(t, true);
	else if (json_take(t, '['))
		good = json_members(t, false);
	else if (t->p < t->end && *t->p == '"')
		good = json_string(t);
	else
		good = json_word(t, "true") || json_word(t, "false") || json_word(t, "null") ||
		       json_number(t);
	t->depth--;
	return good;
}

/* One object, one final newline, no other byte below 0x20, nothing after it. */
static inline bool is_json_line(const char *line, size_t len)
{
	struct json_text t = { .p = (const uint8_t *)line };

	if (!len || line[len - 1] != '\n' || line[0] != '{')
		return false;
	t.end = t.p + len - 1;
	return json_value(&t) && t.p == t.end;
}

#endif
