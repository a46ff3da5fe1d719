/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "buf.h"

static const char digits[] = "0123456789abcdef";

void sot_buf_put(struct sot_buf *buf, const void *bytes, size_t len)
{
	if (len > buf->size - buf->len) {
		buf->full = true;
		return;
	}
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

void sot_buf_str(struct sot_buf *buf, const char *str)
{
	sot_buf_put(buf, str, strlen(str));
}

void sot_buf_char(struct sot_buf *buf, char c)
{
	sot_buf_put(buf, &c, 1);
}

static void put_digits(struct sot_buf *buf, uint64_t num, unsigned int base)
{
	char text[20], *p = text + sizeof(text);

	do {
		*--p = digits[num % base];
		num /= base;
	} while (num);
	sot_buf_put(buf, p, text + sizeof(text) - p);
}

void sot_buf_uint(struct sot_buf *buf, uint64_t num)
{
	put_digits(buf, num, 10);
}

void sot_buf_int(struct sot_buf *buf, int64_t num)
{
	if (num < 0)
		sot_buf_char(buf, '-');
	put_digits(buf, num < 0 ? -(uint64_t)num : (uint64_t)num, 10);
}

void sot_buf_hex(struct sot_buf *buf, uint64_t num)
{
	put_digits(buf, num, 16);
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
	while (buf->len - start < width && !buf->full)
		sot_buf_char(buf, ' ');
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

void sot_buf_json(struct sot_buf *buf, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i = 0, start, n;
	uint32_t code;

	sot_buf_char(buf, '"');
	while (i < len) {
		for (start = i; i < len && json_plain(p[i]);)
			i++;
		sot_buf_put(buf, p + start, i - start);
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
