/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two ring buffers read as one, so that each thread's events come in the order in which they were
 * submitted. A ring gives them as they went in; which of two rings is ahead tells the time of return:
 * a thread makes no call before it has submitted what it had. Pure but for what it is handed.
 *
 * That a ring has nothing does not say that nothing older will come: only one that is looked at after
 * the other's event was there does, and has nothing that is still being written.
 */
#ifndef SOT_MERGE_H
#define SOT_MERGE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

enum sot_ring {
	SOT_RING_COMMON,
	SOT_RING_GUARDED, /* the one with few events */
	SOT_RINGS
};

/* More is there, which is to be asked for soon: one that goes first is still being written. */
#define SOT_MERGE_WAIT (-EAGAIN)

/* An event that was taken out of its ring before its turn. */
struct sot_merge_head {
	size_t size; /* 0: none */
	uint64_t facts;
	uint64_t data[SOT_EVENT_MAX / sizeof(uint64_t) + 1];
};

struct sot_merge {
	/*
	 * Hands the events of a ring to sot_merge__event(), until there are no more, the next is
	 * still being written, or that returns a negative value, which is returned then.
	 */
	int (*consume)(void *context, enum sot_ring ring);
	/* Nothing is in it, neither what is still being written. */
	bool (*is_empty)(void *context, enum sot_ring ring);
	/* Negative: no more for now. */
	int (*give)(void *context, const void *data, size_t size, uint64_t facts);
	void *context;
	struct sot_merge_head head[SOT_RINGS]; /* all 0 at first */
};

/* From `consume`: an event of that ring, 8-byte aligned; facts as struct sot_whole_event has it. */
int sot_merge__event(struct sot_merge *merge, enum sot_ring ring, const void *data, size_t size,
		     uint64_t facts);

/* Gives what is there. 0: nothing is left; SOT_MERGE_WAIT; or the negative value of `give`. */
int sot_merge__poll(struct sot_merge *merge);

#endif
