/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX (256 * 1024)
#define SLOTS_MIN 64
#define SLOTS_MAX 1024

int sot_store_init(struct sot_store *store, size_t width)
{
	store->width = width;
	store->slots = NUMBERS_MAX / width;
	if (store->slots < SLOTS_MIN)
		store->slots = SLOTS_MIN;
	if (store->slots > SLOTS_MAX)
		store->slots = SLOTS_MAX;
	store->slot = calloc(store->slots, sizeof(*store->slot));
	store->number = calloc(store->slots * width, sizeof(*store->number));
	return store->slot && store->number ? 0 : -ENOMEM;
}

static bool is_of(const struct sot_slot *slot, const struct sot_key *key)
{
	return slot->used && slot->key.a == key->a && slot->key.b == key->b;
}

struct sot_slot *sot_store_find(const struct sot_store *store, const struct sot_key *key)
{
	size_t i;

	for (i = 0; i < store->slots && store->slot[i].used; i++)
		if (is_of(&store->slot[i], key))
			return &store->slot[i];
	return NULL;
}

/* Slots are taken in order and never given back: the first free one ends the search. */
struct sot_slot *sot_store_take(struct sot_store *store, const struct sot_key *key, int64_t time,
				int64_t horizon, bool *forgotten)
{
	struct sot_slot *slot, *oldest = store->slot;
	size_t i;

	for (i = 0; i < store->slots; i++) {
		slot = &store->slot[i];
		if (!slot->used || is_of(slot, key))
			break;
		if (slot->used < oldest->used)
			oldest = slot;
	}
	if (i == store->slots) {
		slot = oldest;
		*forgotten = time - slot->time < horizon;
		slot->used = 0;
	}
	if (!slot->used) {
		*slot = (struct sot_slot){ .key = *key };
		memset(sot_store_numbers(store, slot), 0, store->width * sizeof(*store->number));
	}
	slot->used = ++store->clock;
	slot->time = time;
	return slot;
}

int64_t *sot_store_numbers(const struct sot_store *store, const struct sot_slot *slot)
{
	return store->number + (size_t)(slot - store->slot) * store->width;
}

void sot_store_free(struct sot_store *store)
{
	free(store->slot);
	free(store->number);
}
