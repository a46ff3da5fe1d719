/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "buf.h"

static const char digits[] = "0123456789abcdef";

#define EIGHT_DIGITS 100000000u /* no number below has more */

/* Of a number below 100. */
static inline void put_pair(char *to, uint64_t num)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";

	memcpy(to, pairs + num * 2, 2);
}

/* Base 10 two digits at a time: half the divisions. */
static char *put_decimal(char *end, uint64_t num)
{
	for (; num >= 100; num /= 100)
		put_pair(end -= 2, num % 100);
	if (num < 10)
		*--end = (char)('0' + num);
	else
		put_pair(end -= 2, num);
	return end;
}

/* Apart: most are shorter. */
static __attribute__((noinline)) void put_long(struct sot_buf *buf, uint64_t num)
{
	char text[20], *p = put_decimal(text + sizeof(text), num);

	sot_buf_put(buf, p, text + sizeof(text) - p);
}

/* Of a number below 100, no zero before it. Returns the end. */
static inline char *put_short(char *to, uint64_t num)
{
	if (num < 10) {
		*to = (char)('0' + num);
		return to + 1;
	}
	put_pair(to, num);
	return to + 2;
}

void sot_buf_uint(struct sot_buf *buf, uint64_t num)
{
	char *to = buf->data + buf->len;

	if (num >= 10000 || buf->size - buf->len < 4) {
		put_long(buf, num);
		return;
	}
	if (num >= 100) {
		to = put_short(to, num / 100);
		put_pair(to, num % 100);
		to += 2;
	} else {
		to = put_short(to, num);
	}
	buf->len = to - buf->data;
}

/*
 * Of a number below EIGHT_DIGITS: times 2^57 / 10^6, rounded up, it has the first two from bit 57
 * on. What is behind them is too large by less than 10^8 / 2^57, a thousandth of the last digit.
 */
static inline void put_eight(char *to, uint64_t num)
{
	const uint64_t below = (1ULL << 57) - 1;
	const uint64_t first = num * 144115188076, second = (first & below) * 100,
		       third = (second & below) * 100, last = (third & below) * 100;

	put_pair(to, first >> 57);
	put_pair(to + 2, second >> 57);
	put_pair(to + 4, third >> 57);
	put_pair(to + 6, last >> 57);
}

void sot_buf_eight_digits(struct sot_buf *buf, uint64_t num)
{
	if (buf->size - buf->len < 8) {
		buf->full = true;
		return;
	}
	put_eight(buf->data + buf->len, num);
	buf->len += 8;
}

void sot_buf_digits(struct sot_buf *buf, uint64_t num, size_t width)
{
	char *end = buf->data + buf->len + width;

	if (width > buf->size - buf->len) {
		buf->full = true;
		return;
	}
	buf->len += width;
	for (; width >= 8; width -= 8, num /= EIGHT_DIGITS)
		put_eight(end -= 8, num % EIGHT_DIGITS);
	for (; width >= 2; width -= 2, num /= 100)
		put_pair(end -= 2, num % 100);
	if (width)
		*--end = (char)('0' + num % 10);
}

void sot_buf_int(struct sot_buf *buf, int64_t num)
{
	if (num < 0)
		sot_buf_char(buf, '-');
	sot_buf_uint(buf, num < 0 ? -(uint64_t)num : (uint64_t)num);
}

void sot_buf_hex(struct sot_buf *buf, uint64_t num)
{
	char text[16], *p = text + sizeof(text);

	do {
		*--p = digits[num & 15];
		num >>= 4;
	} while (num);
	sot_buf_put(buf, p, text + sizeof(text) - p);
}

void sot_buf_hex_bytes(struct sot_buf *buf, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		char pair[2] = { digits[p[i] >> 4], digits[p[i] & 15] };

		sot_buf_put(buf, pair, 2);
	}
}

void sot_buf_pad(struct sot_buf *buf, size_t start, size_t width)
{
	static const char spaces[] = "                ";
	size_t len = buf->len - start, n;

	for (; len < width && !buf->full; len += n) {
		n = width - len < sizeof(spaces) - 1 ? width - len : sizeof(spaces) - 1;
		sot_buf_put(buf, spaces, n);
	}
}

static bool is_continuation(const uint8_t *p, size_t n)
{
	while (n--)
		if ((*p++ & 0xc0) != 0x80)
			return false;
	return true;
}

size_t sot_utf8(const uint8_t *p, size_t len, uint32_t *code)
{
	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf && len >= 2 && is_continuation(p + 1, 1)) {
		*code = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	}
	if ((p[0] & 0xf0) == 0xe0 && len >= 3 && is_continuation(p + 1, 2)) {
		*code = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
		/* neither overlong nor a surrogate */
		return *code >= 0x800 && (*code < 0xd800 || *code > 0xdfff) ? 3 : 0;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4 && len >= 4 && is_continuation(p + 1, 3)) {
		*code = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 |
			(p[3] & 0x3fu);
		return *code >= 0x10000 && *code <= 0x10ffff ? 4 : 0;
	}
	return 0;
}

bool sot_is_unsafe(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0x61c, 0x61c },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
	};
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* \uNNNN */
static void json_unit(struct sot_buf *buf, uint32_t unit)
{
	const uint8_t bytes[] = { (uint8_t)(unit >> 8), (uint8_t)unit };

	sot_buf_str(buf, "\\u");
	sot_buf_hex_bytes(buf, bytes, sizeof(bytes));
}

static void json_escape(struct sot_buf *buf, uint32_t code)
{
	static const char named[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (code < sizeof(named) && named[code]) {
		sot_buf_char(buf, '\\');
		sot_buf_char(buf, named[code]);
	} else if (code > 0xffff) { /* RFC 8259, 7: as UTF-16 has it */
		json_unit(buf, 0xd800 + ((code - 0x10000) >> 10));
		json_unit(buf, 0xdc00 + ((code - 0x10000) & 0x3ff));
	} else {
		json_unit(buf, code);
	}
}

/* Bytes that stand in a JSON string as they are. */
static bool json_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

#define EACH_BYTE(_byte) (0x0101010101010101ULL * (_byte))

/* Some byte of the word is below _least, of all from 0 to 0x80: Hacker's Delight, 6-1. */
#define ANY_BELOW(_word, _least) (((_word)-EACH_BYTE(_least)) & ~(_word)&EACH_BYTE(0x80))

/* Eight bytes, all plain. */
static bool json_plain_word(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return !((word & EACH_BYTE(0x80)) | ANY_BELOW(word, 0x20) |
		 ANY_BELOW(word ^ EACH_BYTE('"'), 1) | ANY_BELOW(word ^ EACH_BYTE('\\'), 1) |
		 ANY_BELOW(word ^ EACH_BYTE(0x7f), 1));
}

static size_t json_plain_run(const uint8_t *p, size_t len)
{
	size_t i = 0;

	while (i + 8 <= len && json_plain_word(p + i))
		i += 8;
	while (i < len && json_plain(p[i]))
		i++;
	return i;
}

void sot_buf_json(struct sot_buf *buf, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i = 0, n;
	uint32_t code;

	sot_buf_char(buf, '"');
	while (i < len) {
		n = json_plain_run(p + i, len - i);
		sot_buf_put(buf, p + i, n);
		i += n;
		if (i == len)
			break;
		n = sot_utf8(p + i, len - i, &code);
		if (p[i] == '"' || p[i] == '\\') {
			sot_buf_char(buf, '\\');
			sot_buf_char(buf, (char)p[i]);
		} else if (n && sot_is_unsafe(code)) {
			json_escape(buf, code);
		} else if (n) {
			sot_buf_put(buf, p + i, n);
		} else {
			sot_buf_str(buf, "\xef\xbf\xbd"); /* U+FFFD */
		}
		i += n ? n : 1;
	}
	sot_buf_char(buf, '"');
}

size_t sot_buf_printable(struct sot_buf *buf, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i, j, n, columns = 0;
	uint32_t code;

	for (i = 0; i < len; i += n) {
		n = sot_utf8(p + i, len - i, &code);
		if (n && !sot_is_unsafe(code)) {
			sot_buf_put(buf, p + i, n);
			columns++;
			continue;
		}
		if (!n)
			n = 1;
		for (j = 0; j < n; j++) { /* each byte as \xNN */
			sot_buf_str(buf, "\\x");
			sot_buf_hex_bytes(buf, p + i + j, 1);
		}
		columns += 4 * n;
	}
	return columns;
}
