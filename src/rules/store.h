/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a rule remembers of processes, sockets or containers: for each some numbers. Of bounded
 * size; where it is full, who was not heard of for longest is forgotten.
 */
#ifndef SOT_RULES_STORE_H
#define SOT_RULES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sot_key {
	uint64_t a, b;
};

struct sot_slot {
	struct sot_key key;
	uint64_t used;	       /* 0: free; else when, by the store's own count */
	int64_t time;	       /* of the event */
	uint32_t next, filled; /* the caller's */
};

struct sot_store {
	struct sot_slot *slot;
	int64_t *number; /* width of them a slot */
	size_t slots, width;
	uint64_t clock;
};

/* As many slots as fit into a quarter of a million numbers, at least 64. -ENOMEM, or 0. */
int sot_store_init(struct sot_store *store, size_t width);
/* NULL: it is not there. */
struct sot_slot *sot_store_find(const struct sot_store *store, const struct sot_key *key);
/*
 * Its slot, new ones all 0 but key. *forgotten: another one, whose last event lies less than
 * `horizon` before `time`, had to make room.
 */
struct sot_slot *sot_store_take(struct sot_store *store, const struct sot_key *key, int64_t time,
				int64_t horizon, bool *forgotten);
int64_t *sot_store_numbers(const struct sot_store *store, const struct sot_slot *slot);
void sot_store_free(struct sot_store *store);

#endif
