/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an audit comes to: findings by rule and process, privileged options by whom and how. Pure. */
#ifndef SOT_RULES_SUMMARY_H
#define SOT_RULES_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "counts.h"
#include "record.h"

#define SOT_SUMMARY_ROWS 256
#define SOT_SUMMARY_WHAT 64

struct sot_summary_row {
	char what[SOT_SUMMARY_WHAT + 1]; /* a rule, or an option */
	const char *how;		 /* a severity, or what came of it */
	unsigned int rank;		 /* the greatest comes first */
	uint64_t start;			 /* of the process: its own and */
	uint32_t pid;			 /* the host's number */
	uint32_t uid;
	bool uid_known;
	char comm[SOT_COMM_LEN + 1];
	uint64_t count;
};

struct sot_summary_table {
	struct sot_summary_row row[SOT_SUMMARY_ROWS];
	size_t rows;
	uint64_t others; /* counts that found no row */
};

/* All 0 at first. */
struct sot_summary {
	struct sot_summary_table findings, privileged;
};

/* Counts a call, after it was judged. */
void sot_summary__add(struct sot_summary *summary, const struct sot_record *rec);

/*
 * Hands line after line to `line`, without '\n', the most of each table first; none where nothing
 * was counted. Sorts the tables. The lines may hold bytes of traced processes.
 */
void sot_summary__tell(struct sot_summary *summary,
		       void (*line)(void *context, const char *text, size_t len), void *context);

/*
 * The same of what the kernel's side has counted, of which no call is missing: the options that are
 * privileged or of high risk, by result and process.
 */
void sot_summary__tell_counted(const struct sot_counts *counts,
			       void (*line)(void *context, const char *text, size_t len),
			       void *context);

#endif
