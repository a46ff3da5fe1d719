/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "lines.h"

#include <errno.h>
#include <string.h>

#include "emit.h"

/* Two words, which may stand anywhere; the line's event begins with a whole pair. */
typedef uint64_t pair __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t whole_pair __attribute__((vector_size(16), may_alias));

/* Pairs of which the second, and of the third the last quarter, are each call's own. */
_Static_assert(offsetof(struct sot_event, time) == 16 &&
		       offsetof(struct sot_event, duration_ns) == 24 &&
		       offsetof(struct sot_event, cpu) == 44,
	       "what is left out");
_Static_assert(SOT_CALL_HEAD % sizeof(pair) == 0, "compared by pairs");

#define BUT_CPU ((pair){ UINT64_MAX, UINT32_MAX })

/*
 * Of two events with the same facts the rest. The tail, which is mostly short, from its end on: what
 * goes beyond its begin is the facts'. Few differ, so all is compared.
 */
static bool is_same_call(const struct sot_line *line, const struct sot_event *ev, size_t facts_end)
{
	const whole_pair *of = (const whole_pair *)line->event;
	const pair *is = (const pair *)ev;
	pair other = (is[0] ^ of[0]) | ((is[2] ^ of[2]) & BUT_CPU);
	size_t i;

#pragma GCC unroll 15
	for (i = 3; i < SOT_CALL_HEAD / sizeof(pair); i++)
		other |= is[i] ^ of[i];
	if (other[0] | other[1])
		return false; /* its size, too */
	for (i = ev->size; i > facts_end; i -= sizeof(pair))
		other |= *(const pair *)((const char *)ev + i - sizeof(pair)) ^
			 *(const pair *)((const char *)of + i - sizeof(pair));
	return !(other[0] | other[1]);
}

/* The line's event is made the same in what each call has its own of: the rest is compared at once. */
static bool is_same(struct sot_line *line, const struct sot_event *ev)
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
							     const struct sot_record *rec)
{
	memcpy(line->event, rec->ev, rec->ev->size);
	line->event_facts = rec->facts;
	line->is_seen = false;
	line->len = 0;
	line->number = 0;
	return line;
}

/* Apart, too. */
static __attribute__((noinline)) struct sot_line *find_by_all(struct sot_line *line,
							      const struct sot_record *rec)
{
	if (!is_same(line, rec->ev))
		return begin_anew(line, rec);
	line->event_facts = rec->facts;
	return line;
}

struct sot_line *sot_line_find(struct sot_lines *lines, const struct sot_record *rec)
{
	struct sot_line *line = &lines->line[index_of(rec->ev)];

	if (rec->ev->size > sizeof(line->event))
		return NULL;
	if (!rec->facts || rec->facts != line->event_facts)
		return find_by_all(line, rec);
	return is_same_call(line, rec->ev, SOT_FACTS_END(rec->facts)) ? line :
									begin_anew(line, rec);
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
	lines->found = sot_line_find(lines, rec);
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
