/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes as a wire event, on their whole way to both outputs in every style. */
#include "fuzz.h"

#include <errno.h>

#include "json_check.h"
#include "record.h"

static struct sot_record rec;
static char line[128 * 1024];
/* times of a hostile recording need not be sane */
static const struct sot_style styles[] = {
	{ 0 },
	{ .raw = true, .boot_offset_ns = INT64_MAX, .utc_offset_s = INT32_MAX },
	{ .colour = true, .boot_offset_ns = INT64_MIN, .utc_offset_s = INT32_MIN },
	{ .raw = true, .colour = true, .boot_offset_ns = 1700000000000000000LL },
};

typedef int (*emitter)(const struct sot_record *rec, const struct sot_style *style,
		       struct sot_buf *buf);

/* The line's length; with one byte less room, there must be none of it. */
static size_t emit(emitter function, const struct sot_style *style)
{
	struct sot_buf buf;
	size_t whole;

	sot_buf_init(&buf, line, sizeof(line));
	CHECK(function(&rec, style, &buf) == 0);
	whole = buf.len;
	sot_buf_init(&buf, line, whole - 1);
	CHECK(function(&rec, style, &buf) == -ENOSPC && buf.len == 0 && !buf.full);
	sot_buf_init(&buf, line, whole);
	CHECK(function(&rec, style, &buf) == 0 && buf.len == whole);
	return whole;
}

/* Takes our own escape sequences out, of which there are just these. */
static size_t strip_colours(char *text, size_t len)
{
	static const char *const codes[] = { "\x1b[0m",	 "\x1b[2m",  "\x1b[31m",
					     "\x1b[33m", "\x1b[36m", "\x1b[1m" };
	size_t from = 0, to = 0, i, n;

	while (from < len) {
		for (i = 0, n = 0; !n && i < sizeof(codes) / sizeof(codes[0]); i++)
			if (strlen(codes[i]) <= len - from &&
			    !memcmp(text + from, codes[i], strlen(codes[i])))
				n = strlen(codes[i]);
		if (n)
			from += n;
		else
			text[to++] = text[from++];
	}
	return to;
}

static void check_outputs(const struct sot_style *style)
{
	size_t len = emit(sot_emit_json, style);

	CHECK(is_json_line(line, len));
	len = emit(sot_emit_v1beta1, style);
	CHECK(is_json_line(line, len));
	len = emit(sot_emit_table, style);
	if (style->colour)
		len = strip_colours(line, len);
	CHECK(line[len - 1] == '\n');
	CHECK(is_clean_text(line, len - 1));
}

static void check_record(const uint8_t *event)
{
	uint32_t size = rec.ev->size;

	CHECK(rec.path_len <= sizeof(rec.path));
	CHECK(!rec.bytes_len || (rec.bytes >= event && rec.bytes + rec.bytes_len <= event + size));
	CHECK(rec.ev->optlen > 0 || !rec.bytes_len);
	CHECK(rec.bytes_len <= (size_t)(rec.ev->optlen > 0 ? rec.ev->optlen : 0));
	CHECK(rec.flags >> SOT_FLAG_COUNT == 0);
	CHECK(rec.level || !rec.option);
}

/* Decodes a copy of just `size` bytes; whatever the record held before must not matter. */
static int decode(const uint8_t *data, size_t size)
{
	uint8_t *event = exact_copy(data, size);
	struct sot_decode_options options = { .show_secrets = size & 1 };
	size_t i;
	int ret;

	memset(&rec, 0xaa, sizeof(rec));
	ret = sot_decode(event, size, &options, &rec);
	CHECK(ret == 0 || ret == -EPROTO || ret == -EBADMSG);
	if (!ret) {
		sot_check(&rec);
		check_record(event);
		for (i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
			check_outputs(&styles[i]);
	}
	free(event);
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sot_event head;

	if (decode(data, size))
		return 0;
	/* what came behind the event is not the event's */
	memcpy(&head, data, sizeof(head));
	CHECK(head.size <= size);
	if (head.size < size)
		CHECK(decode(data, head.size) == 0);
	return 0;
}
