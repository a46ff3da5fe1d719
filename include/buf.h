/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text into memory that somebody else owns. The hot path: no printf, no locale. */
#ifndef SOT_BUF_H
#define SOT_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sot_buf {
	char *data; /* the caller's */
	size_t len, size;
	bool full; /* something did not fit: what is there is incomplete */
};

static inline void sot_buf_init(struct sot_buf *buf, void *data, size_t size)
{
	buf->data = data;
	buf->len = 0;
	buf->size = size;
	buf->full = false;
}

/* Here, so that of a literal the length is known and the copy is a few moves. */
static inline void sot_buf_put(struct sot_buf *buf, const void *bytes, size_t len)
{
	if (len > buf->size - buf->len) {
		buf->full = true;
		return;
	}
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

static inline void sot_buf_str(struct sot_buf *buf, const char *str)
{
	sot_buf_put(buf, str, strlen(str));
}

static inline void sot_buf_char(struct sot_buf *buf, char c)
{
	sot_buf_put(buf, &c, 1);
}

void sot_buf_uint(struct sot_buf *buf, uint64_t num);
/* The last `width` digits, zeros before them; at most 20. */
void sot_buf_digits(struct sot_buf *buf, uint64_t num, size_t width);
/* Of a number that has no more. */
void sot_buf_eight_digits(struct sot_buf *buf, uint64_t num);
void sot_buf_int(struct sot_buf *buf, int64_t num);
/* As few lower-case digits as it takes, no 0x. */
void sot_buf_hex(struct sot_buf *buf, uint64_t num);
/* Two digits a byte. */
void sot_buf_hex_bytes(struct sot_buf *buf, const void *bytes, size_t len);
/* Spaces up to column `width`, counted from `start`. */
void sot_buf_pad(struct sot_buf *buf, size_t start, size_t width);

/* A JSON string with its quotes: control characters escaped, invalid UTF-8 made U+FFFD. */
void sot_buf_json(struct sot_buf *buf, const void *bytes, size_t len);
/*
 * For a terminal: printable text passes; control characters (C0, DEL, C1), invalid UTF-8,
 * line separators and characters that change the writing direction are escaped.
 * Returns the columns written, a character being one.
 */
size_t sot_buf_printable(struct sot_buf *buf, const void *bytes, size_t len);

/* Length of the valid UTF-8 sequence at p, at most `len` bytes; 0: none. *code: the character. */
size_t sot_utf8(const uint8_t *p, size_t len, uint32_t *code);

/*
 * Characters that a terminal may act upon, or that reorder or hide what stands around them:
 * C0, DEL, C1, the bidirectional controls, line separators, invisible ones.
 */
bool sot_is_unsafe(uint32_t code);

#endif
