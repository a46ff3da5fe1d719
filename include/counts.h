/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls added up by process, option and result: from what the kernel's side has counted, or from
 * records. Pure: the room is the caller's.
 */
#ifndef SOT_COUNTS_H
#define SOT_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "event.h"

#define SOT_COUNTS_ROWS (SOT_TALLIES_MAX + SOT_OTHER_TALLIES_MAX)

/* Calls of one process, option and result; of all processes where start and host_pid are 0. */
struct sot_counts_row {
	struct sot_tally_key key;
	struct sot_tally tally;
	uint64_t calls;
	const struct sot_level *level;	 /* NULL: not in the catalogue */
	const struct sot_option *option; /* NULL: not in the catalogue */
	bool assumed; /* several families have the level, and the socket has it not, or is none */
};

/* Rows taken together. */
struct sot_counts_group {
	uint32_t row; /* of a process the one that came first */
	uint64_t calls, errors, no_return, ns;
};

struct sot_counts_groups {
	size_t count;
	struct sot_counts_group group[SOT_COUNTS_ROWS];
	uint32_t order[SOT_COUNTS_ROWS]; /* most time first */
};

/* All 0 to begin with. A large one: parts that are not used are not touched. */
struct sot_counts {
	size_t count;
	struct sot_counts_row row[SOT_COUNTS_ROWS];
	uint32_t place[2 * SOT_COUNTS_ROWS]; /* of a key: index of its row + 1 */
	uint64_t calls, errors, ns;
	uint64_t no_return; /* calls whose return was not seen */
	uint64_t others;    /* calls whose process is not known, for want of room */
	uint64_t uncounted; /* calls of which only the number is known, for want of room */
	/* by sot_counts_arrange: */
	uint32_t order[SOT_COUNTS_ROWS]; /* of rows, most time first */
	struct sot_counts_groups options, processes;
	uint32_t failed[SOT_COUNTS_ROWS]; /* rows with an error, most calls first */
	size_t failed_count;
};

/* Several families have a level of this number. */
bool sot_level_is_shared(int level);

void sot_counts_clear(struct sot_counts *summary);
void sot_counts_add(struct sot_counts *summary, const struct sot_tally_key *key,
		    const struct sot_tally *tally);

struct sot_record;
void sot_counts_add_record(struct sot_counts *summary, const struct sot_record *rec);

/* So many calls were made in all: what has not been added is uncounted. */
void sot_counts_set_calls(struct sot_counts *summary, uint64_t calls);

/* Once all is added, before anything is written. */
void sot_counts_arrange(struct sot_counts *summary);

/* "EPERM"; NULL: it is none, or has no name. */
const char *sot_counts_error_name(const struct sot_tally_key *key);

/* Of `percent` of the row's calls each took less than so many ns; 0: that is not known. */
uint64_t sot_counts_below_ns(const struct sot_counts_row *row, unsigned int percent);

#endif
