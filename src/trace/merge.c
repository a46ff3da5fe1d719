/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "merge.h"

#include <string.h>

#define TAKEN (-ECANCELED) /* one event is enough */

/*
 * Not before that, and before the thread's next call began; of one whose return was not seen it may
 * have been long after. Of several threads none is promised to be told in the order of return.
 */
static uint64_t submitted(const void *data)
{
	const struct sot_event *ev = data;

	return ev->time + ev->duration_ns;
}

/* What is too long for any event is malformed, and stays so. */
static void keep(struct sot_merge_head *head, const void *data, size_t size, uint64_t facts)
{
	head->facts = facts;
	head->size = size < sizeof(head->data) ? size : sizeof(head->data);
	memcpy(head->data, data, head->size);
}

static int give_head(struct sot_merge *merge, enum sot_ring ring)
{
	struct sot_merge_head *head = &merge->head[ring];
	size_t size = head->size;

	head->size = 0;
	return merge->give(merge->context, head->data, size, head->facts);
}

/* 1: its first event is at hand; 0: it has none; or SOT_MERGE_WAIT. */
static int look_at_guarded(struct sot_merge *merge)
{
	const struct sot_merge_head *head = &merge->head[SOT_RING_GUARDED];

	if (head->size)
		return 1;
	if (merge->is_empty(merge->context, SOT_RING_GUARDED))
		return 0;
	merge->consume(merge->context, SOT_RING_GUARDED);
	return head->size ? 1 : SOT_MERGE_WAIT;
}

/* Once an event of the other ring is there: those that were submitted before it. */
static int give_guarded_before(struct sot_merge *merge, uint64_t time)
{
	int ret;

	while ((ret = look_at_guarded(merge)) > 0 &&
	       submitted(merge->head[SOT_RING_GUARDED].data) <= time) {
		ret = give_head(merge, SOT_RING_GUARDED);
		if (ret)
			break;
	}
	return ret < 0 ? ret : 0;
}

int sot_merge__event(struct sot_merge *merge, enum sot_ring ring, const void *data, size_t size,
		     uint64_t facts)
{
	int err;

	if (ring == SOT_RING_GUARDED) {
		keep(&merge->head[ring], data, size, facts);
		return TAKEN;
	}
	/* mostly so: as give_guarded_before() would find it */
	if (!merge->head[SOT_RING_GUARDED].size &&
	    merge->is_empty(merge->context, SOT_RING_GUARDED))
		return merge->give(merge->context, data, size, facts);
	err = give_guarded_before(merge, submitted(data));
	if (!err)
		return merge->give(merge->context, data, size, facts);
	keep(&merge->head[ring], data, size, facts);
	return err;
}

static int give_kept(struct sot_merge *merge)
{
	const struct sot_merge_head *head = &merge->head[SOT_RING_COMMON];

	if (!head->size)
		return 0;
	return give_guarded_before(merge, submitted(head->data)) ?:
								   give_head(merge, SOT_RING_COMMON);
}

int sot_merge__poll(struct sot_merge *merge)
{
	int ret = give_kept(merge);

	while (!ret) {
		if (!merge->is_empty(merge->context, SOT_RING_COMMON))
			ret = merge->consume(merge->context, SOT_RING_COMMON);
		if (ret < 0)
			return ret;
		ret = look_at_guarded(merge);
		if (ret <= 0)
			return ret;
		/* it is there: so is by now what was submitted before it */
		if (!merge->is_empty(merge->context, SOT_RING_COMMON))
			return SOT_MERGE_WAIT;
		ret = give_head(merge, SOT_RING_GUARDED);
	}
	return ret;
}
