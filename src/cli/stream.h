/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What becomes of events once they are fetched, from the kernel or from a recording: decode, check,
 * judge, filter, write. Both come in by the same functions, so a recording is replayed as it was
 * traced.
 */
#ifndef SOT_STREAM_H
#define SOT_STREAM_H

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "config.h"
#include "container.h"
#include "counts.h"
#include "interfaces.h"
#include "record.h"
#include "recording.h"
#include "rules/summary.h"
#include "rulebook.h"
#include "sink.h"

/* No more is to be handed over before signals, losses and time were looked at. */
#define SOT_STOP_FETCHING (-ECANCELED)

#define SOT_HINTS 65536

struct sot_stream {
	const struct sot_config *cfg;
	struct sot_sink *sinks[SOT_SINKS_MAX]; /* as cfg->outputs; a recording comes last */
	int sink_errors[SOT_SINKS_MAX];	       /* negative errno; 0: none */
	struct sot_style style;
	struct sot_machine machine; /* that the events were made on */
	struct sot_decode_options decode;
	struct sot_interfaces interfaces;
	struct sot_containers *containers;
	struct sot_rules *rules; /* NULL: no --audit */
	struct sot_audit *audit;
	struct sot_summary summary;
	bool found;			  /* what --fail-on is about */
	struct sot_counts *counts;	  /* NULL: no -c */
	uint64_t last_ns;		  /* CLOCK_BOOTTIME of the last event */
	int64_t summary_ns;		  /* CLOCK_REALTIME of the summary that is being written */
	bool summary_left[SOT_SINKS_MAX]; /* it is not whole yet */
	uint64_t written, unflagged, malformed;
	sigset_t old_mask;
	int signal_fd;
	bool ending;	/* no more is wanted */
	bool hurried;	/* by a signal, or the time is over: a reader that does not read is left */
	bool finishing; /* what is left is fetched */
	bool decodes;	/* every event: its flags, values or findings decide what becomes of it */
	/* which options' values may name an interface: a bit for each hash of level and number */
	uint64_t may_name[SOT_HINTS / 64];
	struct sot_shape good; /* of the last event that was one */
	struct sot_record record;
	char scratch[64 * 1024];
};

/* Once, all 0. Takes the signals, too: they are read where we wait, so that none cuts a record in half.
 * Returns 0, or a negative errno after telling the user. */
int sot_stream__init(struct sot_stream *stream, const struct sot_config *cfg);

/* Opens what is written to; stream->machine tells whose events they are. As above. */
int sot_stream__open(struct sot_stream *stream);

/* Takes a signal that has come; false: there is none. */
bool sot_stream__signal(struct sot_stream *stream, struct signalfd_siginfo *info);
/* It asks us to end. */
bool sot_signal_ends(const struct signalfd_siginfo *info);

/*
 * The way of an event: `size` bytes at `data`, 8-byte aligned; facts as struct sot_record has it.
 * Returns 0, or SOT_STOP_FETCHING.
 */
int sot_stream__event(struct sot_stream *stream, const void *data, size_t size, uint64_t facts);

/* News into the stream, where they happened. */
void sot_stream__attached(struct sot_stream *stream, const struct sot_attached *attached);
void sot_stream__loss(struct sot_stream *stream, const struct sot_loss_report *report,
		      int64_t time_ns);
/* Whether all have it: one that has no room is to be told again. */
bool sot_stream__probe(struct sot_stream *stream, const struct sot_probe_news *news,
		       int64_t time_ns);

/* Judges by other rules from the next event on; they are the stream's then. What was remembered between
 * calls is forgotten with the old ones. Tells the user. */
void sot_stream__take_rules(struct sot_stream *stream, struct sot_rules *rules);

/*
 * What has been added to it, or what events have, takes the events' place. Where a signal waits and a
 * reader does not read some of it is left: the counts are to stay till that is written, too.
 */
void sot_stream__summary(struct sot_stream *stream, int64_t time_ns);
/* What is left of it. Whether nothing is now. */
bool sot_stream__summary_rest(struct sot_stream *stream);

/* For events and news; false: not yet, and a signal waits. */
bool sot_stream__has_room(struct sot_stream *stream);

/* Hands on what was written so far. */
void sot_stream__flush(struct sot_stream *stream);

/* What to poll for, beside what is read: outputs whose reader has gone. Returns their number. */
size_t sot_stream__poll_fds(const struct sot_stream *stream, struct pollfd *fds);
void sot_stream__polled(struct sot_stream *stream, const struct pollfd *fds);

/*
 * From now on what is left is fetched. A reader that does not read is waited for until a signal comes,
 * and then, or with `hurried`, not for long.
 */
void sot_stream__finish(struct sot_stream *stream);

/*
 * The end: tells whose the losses were, what is missing where, and the whole. losers: one a kind.
 * counted: all calls, as the kernel's side counted them; NULL: it did not.
 */
void sot_stream__end(struct sot_stream *stream, const struct sot_totals *totals,
		     const struct sot_loss_report *losers, const struct sot_counts *counted,
		     bool is_whole);

bool sot_stream__failed(const struct sot_stream *stream);
/* The exit status: `status`, unless something outweighs it. */
int sot_stream__status(const struct sot_stream *stream, int status);

void sot_stream__release(struct sot_stream *stream);

#endif
