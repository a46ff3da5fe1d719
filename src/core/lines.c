/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "lines.h"

#include <errno.h>
#include <string.h>

#include "emit.h"

/* The line's event is made the same in what each call has its own of: the rest is compared at once. */
static bool is_of(struct sot_line *line, const struct sot_event *ev)
{
	struct sot_event *of = (void *)line->event;

	of->time = ev->time;
	of->duration_ns = ev->duration_ns;
	of->cpu = ev->cpu;
	return !memcmp(of, ev, ev->size);
}

/* By what differs between threads, between their sockets, and between the calls of one. */
static size_t index_of(const struct sot_event *ev)
{
	uint32_t hash = (uint32_t)ev->level ^ (uint32_t)ev->optname << 8 ^ ev->host_tid << 16 ^
			(uint32_t)(ev->optval >> 2) ^ (uint32_t)ev->ret ^ (uint32_t)ev->inode << 4;

	return (hash * 0x9e3779b1u >> 16) % SOT_LINES_MAX;
}

/* Apart: an event that comes again does not pay for it. */
static __attribute__((noinline)) struct sot_line *begin_anew(struct sot_line *line,
							     const struct sot_event *ev)
{
	memcpy(line->event, ev, ev->size);
	line->is_seen = false;
	line->len = 0;
	line->number = 0;
	return line;
}

struct sot_line *sot_line_find(struct sot_lines *lines, const struct sot_event *ev)
{
	struct sot_line *line = &lines->line[index_of(ev)];

	if (ev->size > sizeof(line->event))
		return NULL;
	return is_of(line, ev) ? line : begin_anew(line, ev);
}

static bool serves(const struct sot_line *line, const struct sot_record *rec)
{
	if (!line || !line->len || line->container != rec->container ||
	    line->is_judged != (rec->findings != NULL) || (rec->findings && rec->findings->count))
		return false;
	return rec->container != SOT_CONTAINER_KNOWN ||
	       sot_same_facts(&line->facts, rec->container_facts);
}

static void find(struct sot_lines *lines, const struct sot_record *rec)
{
	lines->found = sot_line_find(lines, rec->ev);
	lines->serves = serves(lines->found, rec);
	lines->is_found = true;
}

/* Of what was not decoded the format had all it said already. */
static bool may_keep(const struct sot_record *rec)
{
	return (!rec->is_decoded || sot_says_the_same(rec)) &&
	       !(rec->findings && rec->findings->count);
}

static int put_again(const struct sot_line *line, const struct sot_format *format,
		     const struct sot_event *ev, const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = buf->len, from = 0, i;

	for (i = 0; i < line->places.count; i++) {
		sot_buf_put(buf, line->text + from, line->places.place[i].off - from);
		format->each(line->places.place[i].each, ev, style, buf);
		from = line->places.place[i].end;
	}
	sot_buf_put(buf, line->text + from, line->len - from);
	return sot_all_or_nothing(buf, start);
}

static void keep(struct sot_line *line, const struct sot_lines *lines, const struct sot_record *rec,
		 const struct sot_buf *buf)
{
	size_t len = buf->len - lines->start;

	line->len = 0;
	if (len > sizeof(line->text))
		return;
	memcpy(line->text, buf->data + lines->start, len);
	line->len = len;
	line->places = lines->places;
	line->is_judged = rec->findings != NULL;
	line->container = rec->container;
	if (rec->container == SOT_CONTAINER_KNOWN)
		line->facts = *rec->container_facts;
}

void sot_put_each(sot_each_fn put, enum sot_each each, const struct sot_event *ev,
		  const struct sot_style *style, struct sot_buf *buf)
{
	struct sot_lines *lines = style->lines;
	size_t start = buf->len;

	put(each, ev, style, buf);
	if (!lines || lines->places.count == SOT_EACH_COUNT)
		return;
	lines->places.place[lines->places.count].each = each;
	lines->places.place[lines->places.count].off = start - lines->start;
	lines->places.place[lines->places.count].end = buf->len - lines->start;
	lines->places.count++;
}

void sot_put_coarse_anew(sot_coarse_fn put, int64_t time, const struct sot_style *style,
			 struct sot_buf *buf)
{
	struct sot_coarse *kept = style->lines ? &style->lines->coarse : NULL;
	size_t start = buf->len, len;

	put(time, style, buf);
	len = buf->len - start;
	if (!kept || buf->full || len > sizeof(kept->text))
		return;
	memcpy(kept->text, buf->data + start, len);
	kept->len = len;
	kept->time = time;
}

/* Apart, as the next is: a recording does not pay for them. */
static __attribute__((noinline)) int keep_event(const struct sot_format *format,
						const struct sot_record *rec,
						const struct sot_style *style, struct sot_buf *buf)
{
	struct sot_lines *lines = style->lines;
	struct sot_line *line;
	int err;

	if (!lines->is_found)
		find(lines, rec);
	lines->is_found = false;
	line = lines->found;
	if (lines->serves)
		return put_again(line, format, rec->ev, style, buf);
	lines->start = buf->len;
	lines->places.count = 0;
	err = format->event(rec, style, buf);
	if (err || !line)
		return err;
	if (line->is_seen && may_keep(rec))
		keep(line, lines, rec, buf);
	line->is_seen = true;
	return 0;
}

static __attribute__((noinline)) bool is_kept(struct sot_lines *lines, const struct sot_record *rec)
{
	find(lines, rec);
	return lines->serves;
}

int sot_line_event(const struct sot_format *format, const struct sot_record *rec,
		   const struct sot_style *style, struct sot_buf *buf)
{
	if (format->each && style->lines)
		return keep_event(format, rec, style, buf);
	return format->event(rec, style, buf);
}

bool sot_line_known(const struct sot_format *format, const struct sot_record *rec,
		    const struct sot_style *style)
{
	if (format->each && style->lines && is_kept(style->lines, rec))
		return true;
	return format->known && format->known(rec, style);
}
