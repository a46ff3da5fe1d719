/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls that came to be no record: how many for which reason, and whose they were. Pure. */
#ifndef SOT_LOSS_H
#define SOT_LOSS_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

/* Two kinds, told apart: each has its records, with its own reasons in them. */
enum sot_loss_kind {
	SOT_LOST,
	SOT_LEFT_OUT, /* as the user wants it */
	SOT_LOSS_KINDS,
};

enum sot_reason {
	SOT_RING_FULL,
	SOT_INFLIGHT_FULL,
	SOT_RETURN_MISSED,
	SOT_PROBE_MISSED, /* the kernel skipped our program: it was running already */
	SOT_ABOVE_RATE,
	SOT_GUARDED_FULL, /* whatever the reason was, of a call whose event is guarded */
	SOT_REASONS,	  /* new ones last: recordings hold their numbers */
};

struct sot_reason_row {
	enum sot_loss_kind kind;
	const char *key;  /* in JSON */
	const char *text; /* in the table and messages */
	int rare;	  /* no key where it is 0 */
};

extern const struct sot_reason_row sot_reasons[SOT_REASONS];

/* In JSON, and for people. */
struct sot_loss_kind_row {
	const char *key, *text;
};

extern const struct sot_loss_kind_row sot_loss_kinds[SOT_LOSS_KINDS];

/* Of one kind; the reasons of the other are 0. */
struct sot_loss {
	uint64_t count[SOT_REASONS];
};

uint64_t sot_loss_total(const struct sot_loss *loss);

/* Counted up to now: calls seen, calls filtered out, those lost or left out by reason. */
struct sot_totals {
	uint64_t seen, filtered, emitted, no_return, unfollowed;
	struct sot_loss loss[SOT_LOSS_KINDS];
};

/* A process and what it lost. */
struct sot_talker {
	struct sot_process process;
	char comm[SOT_COMM_LEN];
	struct sot_loss loss;
};

struct sot_talkers {
	size_t count;
	struct sot_talker talker[SOT_ACCOUNTS_MAX];
};

/* Adds to what is known of the process. Where there is no room the one with the least gives way. */
void sot_talkers_add(struct sot_talkers *all, const struct sot_talker *news);

#define SOT_TALKERS_TOLD 5

/* whole = the talkers' + the others' losses, for each reason. */
struct sot_loss_report {
	enum sot_loss_kind kind;
	struct sot_loss whole, others;
	size_t talkers_count;
	struct sot_talker talker[SOT_TALKERS_TOLD]; /* who lost most comes first */
};

/*
 * Those of `all` that lost most. Where their part exceeds the whole it is taken down to it: the kernel
 * counts the whole first, so something of theirs may have been told as the others' before.
 */
void sot_loss_report(struct sot_loss_report *report, enum sot_loss_kind kind,
		     const struct sot_loss *whole, const struct sot_talkers *all);

#endif
