/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lines that may serve again: a call is mostly the same as an earlier one, but for when it was made, on
 * which CPU and how long it took. A line is taken again only where all other bytes of the event are the
 * same. Those numbers are written anew, by the format, which writes them by sot_put_each() alone.
 */
#ifndef SOT_LINES_H
#define SOT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define SOT_LINES_MAX 64
#define SOT_LINE_EVENT_MAX 1024 /* of longer events none is kept */
#define SOT_LINE_TEXT_MAX 5120	/* neither are longer lines */

/* Where a line has what is each call's own. */
struct sot_line_places {
	size_t count;
	struct {
		enum sot_each each;
		size_t off, end;
	} place[SOT_EACH_COUNT];
};

struct sot_line {
	bool is_seen; /* a line was made of the event: when it comes again it is worth to be kept */
	bool is_judged;
	enum sot_container container;
	struct sot_container_facts facts;
	struct sot_line_places places;
	size_t len;	      /* of the text; 0: none is kept */
	uint64_t number;      /* in a recording: of the frame that has the event; 0: none has */
	uint64_t event_facts; /* as struct sot_record's facts */
	_Alignas(16) uint64_t event[SOT_LINE_EVENT_MAX / 8];
	char text[SOT_LINE_TEXT_MAX];
};

/* What a format writes of a time, but for its last digits. */
struct sot_coarse {
	int64_t time; /* in units of the format's */
	size_t len;   /* 0: none is kept */
	char text[24];
};

/* All zeros at first. For records of one machine, in one format and style. */
struct sot_lines {
	bool is_found;		  /* these two are of the record that is written next */
	bool serves;		  /* the line does */
	struct sot_line *found;	  /* NULL: its line cannot be kept */
	size_t start;		  /* of the line that is written now */
	uint64_t frames;	  /* in a recording: that have an event */
	struct sot_coarse coarse; /* of the last event */
	struct sot_line_places places;
	struct sot_line line[SOT_LINES_MAX];
};

/* The line of this record's event, emptied if it was another's; NULL: none is kept of it. */
struct sot_line *sot_line_find(struct sot_lines *lines, const struct sot_record *rec);

/* As format->event(), and with style->lines a line that serves again. */
int sot_line_event(const struct sot_format *format, const struct sot_record *rec,
		   const struct sot_style *style, struct sot_buf *buf);
/* It needs no more of the record than ev and container. To be written next, if at all. */
bool sot_line_known(const struct sot_format *format, const struct sot_record *rec,
		    const struct sot_style *style);

#endif
