/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where records go: one a -o, one for -w. Written in large blocks, whole lines or frames only. */
#ifndef SOT_SINK_H
#define SOT_SINK_H

#include "config.h"
#include "record.h"

struct sot_sink;

/*
 * Opens it. Returns 0, or a negative errno after telling the user why. *sink is the caller's.
 * Waiting for a slow reader ends when wake_fd becomes readable.
 */
int sot_sink__open(struct sot_sink **sink, const struct sot_output_config *cfg,
		   const struct sot_style *style, int wake_fd);

/*
 * Each returns 0, or a negative errno when writing failed; what was written stays whole lines
 * or frames.
 * -EAGAIN: wake_fd cut the waiting short; what was handed over is kept, but look there first.
 */
int sot_sink__event(struct sot_sink *sink, const struct sot_record *rec);
/* It needs no more of this record, which is its next, than ev and container. */
bool sot_sink__knows(const struct sot_sink *sink, const struct sot_record *rec);
int sot_sink__loss(struct sot_sink *sink, const struct sot_loss_report *report, int64_t time_ns);
int sot_sink__probe(struct sot_sink *sink, const struct sot_probe_news *news, int64_t time_ns);
/* After -EAGAIN it goes on where it was. */
int sot_sink__summary(struct sot_sink *sink, const struct sot_counts *summary, int64_t time_ns);
int sot_sink__flush(struct sot_sink *sink);
/* For a line. -EAGAIN: there may be none yet. */
int sot_sink__make_room(struct sot_sink *sink);

/* Where to put what is none of these, up to 64 KiB; NULL: there is no room, or it has failed. */
struct sot_buf *sot_sink__room(struct sot_sink *sink);

/*
 * A whole text at once, to standard output or (path) a file made anew. Returns 0, or a negative
 * errno after telling the user why.
 */
int sot_sink__write_whole(const char *path, const struct sot_buf *buf);

/*
 * From now on the wait for a reader goes on until wake_fd becomes readable (at_once: it was); then one
 * that does not read gets one second, and the rest is given up.
 */
void sot_sink__finish(struct sot_sink *sink, bool at_once);

int sot_sink__fd(const struct sot_sink *sink);
/* Lines (of a recording: events) handed to it that did not reach the file, after a failure. */
uint64_t sot_sink__unwritten(const struct sot_sink *sink);
/* "standard output", or the path */
const char *sot_sink__name(const struct sot_sink *sink);

/* NULL is allowed. Flush first. */
void sot_sink__free(struct sot_sink *sink);

#endif
