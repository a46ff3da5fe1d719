/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text of JSON records that may serve again: what a record says of its task, of its socket and of its
 * call is mostly what an earlier one said. A text is taken again only where all bytes of the event
 * that it was made from are the same. sot_emit_json() uses what its style points to.
 */
#ifndef SOT_JSON_CACHE_H
#define SOT_JSON_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define SOT_JSON_CACHE_SLOTS 64 /* tasks, by thread; as many sockets; twice as many calls */
#define SOT_JSON_EVENT_MAX 2048 /* of longer events nothing is kept */
#define SOT_JSON_TEXT_MAX 5120	/* longer texts are written anew each time */

/* Parts of a slot, in the order of the record; between them stands what each call has its own of. */
enum sot_json_part {
	SOT_JSON_START, /* of a task */
	SOT_JSON_TASK,
	SOT_JSON_CONTEXT,
	SOT_JSON_CREDENTIALS,
	SOT_JSON_PROCESS,
	SOT_JSON_PARTS,
	SOT_JSON_SOCKET = 0,
	SOT_JSON_SOCKET_PARTS,
	SOT_JSON_CALL = 0,
	SOT_JSON_CALL_END,
	SOT_JSON_PRIVILEGE,
	SOT_JSON_CALL_PARTS,
};

struct sot_json_slot {
	uint64_t stamp; /* another each time that it is filled; 0: empty */
	uint64_t task;	/* of a call: the stamp of its task's slot */
	enum sot_container container;
	uint16_t text_len;
	struct {
		uint16_t off, len; /* len 0: not yet written */
	} part[SOT_JSON_PARTS];
	struct sot_container_facts facts;
	uint64_t event[SOT_JSON_EVENT_MAX / 8]; /* that the texts were made from */
	char text[SOT_JSON_TEXT_MAX];
};

/* The slots of a record; NULL: nothing is kept. */
struct sot_json_kept {
	struct sot_json_slot *task, *socket, *call;
};

/* All zeros at first. For records of one machine, with one style. */
struct sot_json_cache {
	uint64_t stamps;
	bool is_found; /* found are those of the record that is written next */
	struct sot_json_kept found;
	struct sot_json_slot task[SOT_JSON_CACHE_SLOTS], socket[SOT_JSON_CACHE_SLOTS];
	struct sot_json_slot call[2 * SOT_JSON_CACHE_SLOTS];
};

/* Sets cache->found; slots that were another's are emptied. Needs rec->ev and rec->container alone. */
void sot_json_find(struct sot_json_cache *cache, const struct sot_record *rec);
/* All parts are there. */
bool sot_json_is_whole(const struct sot_json_kept *kept);

#endif
