/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whole events of what stands in a ring (include/event.h): a thread's facts are kept, and put to each
 * of its calls. Pure; one of these a ring, since a thread's facts come into each ring apart.
 */
#ifndef SOT_WHOLE_H
#define SOT_WHOLE_H

#include <stddef.h>
#include <stdint.h>

#include "event.h"

#define SOT_WHOLES 2

struct sot_whole_thread;

struct sot_whole {
	struct sot_whole_thread **thread; /* by number; NULL: nothing has come of it */
	uint32_t count;			  /* numbers are below this */
	uint32_t room;			  /* for an event */
	uint64_t facts;			  /* of the facts kept last, as below */
};

struct sot_whole_event {
	const void *data; /* NULL: there is none */
	size_t size;
	uint64_t facts; /* as struct sot_record has it; 0: it came whole, or is malformed */
};

/*
 * As many threads, with numbers from 1 on; events are of that size at the most. number: below
 * SOT_WHOLES, another one of each ring, so that all facts have another number. -ENOMEM, or 0.
 */
int sot_whole__init(struct sot_whole *whole, uint32_t number, uint32_t threads, size_t event_size);

/* Takes one that is all zeros, too. */
void sot_whole__free(struct sot_whole *whole);

/*
 * The event of what came next; none if that is a thread's facts. It stands where it stood, or until the
 * thread's next one. What is malformed becomes an event that is. data: 8-byte aligned, and readable up
 * to a multiple of 8 bytes, as a ring has it.
 */
struct sot_whole_event sot_whole__take(struct sot_whole *whole, const void *data, size_t size);

#endif
