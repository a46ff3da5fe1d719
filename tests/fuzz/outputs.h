/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All outputs of a record, in every style: whole lines of what they claim to be, or nothing. */
#ifndef SOT_TESTS_OUTPUTS_H
#define SOT_TESTS_OUTPUTS_H

#include <errno.h>

#include "fuzz.h"
#include "json_cache.h"
#include "json_check.h"
#include "lines.h"
#include "record.h"

#define FORMATS 3

static char line[128 * 1024];
/* times of a hostile recording need not be sane */
static const struct sot_style styles[] = {
	{ 0 },
	{ .raw = true, .boot_offset_ns = INT64_MAX, .utc_offset_s = INT32_MAX },
	{ .colour = true, .boot_offset_ns = INT64_MIN, .utc_offset_s = INT32_MIN },
	{ .raw = true, .colour = true, .width = 40, .boot_offset_ns = 1700000000000000000LL },
};

/* One of a format's functions, with what it is to write. */
struct output {
	const struct sot_format *format;
	const struct sot_style *style;
	const struct sot_record *rec;	      /* or */
	const struct sot_loss_report *report; /* or */
	const struct sot_probe_news *news;
	int64_t time_ns;
};

static int put_output(const struct output *o, struct sot_buf *buf)
{
	if (o->rec)
		return o->format->event(o->rec, o->style, buf);
	if (o->report)
		return o->format->loss(o->report, o->time_ns, o->style, buf);
	return o->format->probe(o->news, o->time_ns, o->style, buf);
}

/* The line's length; with one byte less room, there must be none of it. */
static size_t emit(const struct output *o)
{
	struct sot_buf buf;
	size_t whole;

	sot_buf_init(&buf, line, sizeof(line));
	CHECK(put_output(o, &buf) == 0);
	whole = buf.len;
	sot_buf_init(&buf, line, whole - 1);
	CHECK(put_output(o, &buf) == -ENOSPC && buf.len == 0 && !buf.full);
	sot_buf_init(&buf, line, whole);
	CHECK(put_output(o, &buf) == 0 && buf.len == whole);
	return whole;
}

/* Takes our own escape sequences out, of which there are just these. */
static size_t strip_colours(char *text, size_t len)
{
	static const char *const codes[] = { "\x1b[0m",	 "\x1b[2m", "\x1b[31m",	 "\x1b[33m",
					     "\x1b[36m", "\x1b[1m", "\x1b[1;31m" };
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

static void check_output(const struct output *o)
{
	size_t len = emit(o), lines, least, from, n;

	if (strncmp(o->format->name, "json", 4) == 0) {
		CHECK(is_json_line(line, len));
		return;
	}
	if (o->style->colour)
		len = strip_colours(line, len);
	/* below a call its findings, a line each, or more on a screen */
	for (lines = 0, from = 0; from < len; from += n + 1, lines++) {
		n = strcspn(line + from, "\n");
		CHECK(line[from + n] == '\n' && is_clean_text(line + from, n));
	}
	least = 1 + (o->rec && o->rec->findings ? o->rec->findings->count : 0);
	CHECK(lines == least || (o->style->width && least > 1 && lines > least));
}

/* With what is kept of records before this one, and then of itself. */
static void check_kept(const struct sot_record *rec, const struct sot_format *format)
{
	static struct sot_json_cache cache;
	static struct sot_lines lines[FORMATS];
	static char again[sizeof(line)];
	const struct sot_style without = { 0 },
			       with = { .cache = &cache, .lines = &lines[format - sot_formats] };
	struct sot_buf buf, other;
	int times;

	CHECK(format - sot_formats < FORMATS);
	sot_buf_init(&buf, line, sizeof(line));
	CHECK(format->event(rec, &without, &buf) == 0);
	for (times = 0; times < 3; times++) {
		sot_buf_init(&other, again, sizeof(again));
		CHECK(sot_line_event(format, rec, &with, &other) == 0);
		CHECK(buf.len == other.len && !memcmp(line, again, buf.len));
	}
}

static void check_outputs(struct output o)
{
	size_t i;

	for (o.format = sot_formats; o.rec && o.format->name; o.format++)
		check_kept(o.rec, o.format);
	for (i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		for (o.style = &styles[i], o.format = sot_formats; o.format->name; o.format++)
			check_output(&o);
}

#endif
