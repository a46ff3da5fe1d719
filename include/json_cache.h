/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text of JSON records that may serve again: what a record says of its task, and of its socket, is
 * mostly what the last one of that task or socket said. A text is taken again only where all bytes
 * of the event that it was made from are the same. sot_emit_json() uses what its style points to.
 */
#ifndef SOT_JSON_CACHE_H
#define SOT_JSON_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "record.h"

#define SOT_JSON_CACHE_SLOTS 64 /* tasks, by thread; and as many sockets */
#define SOT_JSON_KEY_MAX \
	(SOT_EVENT_HEAD + SOT_PATH_MAX + SOT_COMPONENT_MAX + SOT_NODENAME_MAX + 256)
#define SOT_JSON_TEXT_MAX 5120 /* longer texts are written anew each time */

/* The parts, in the order of the record; between them stands what each call has its own of. */
enum sot_json_part {
	SOT_JSON_START,
	SOT_JSON_TASK,
	SOT_JSON_CONTEXT,
	SOT_JSON_CREDENTIALS,
	SOT_JSON_PROCESS,
	SOT_JSON_PARTS,
	SOT_JSON_SOCKET = 0, /* the only one of a socket */
};

struct sot_json_slot {
	uint16_t key_len; /* 0: empty */
	uint16_t text_len;
	struct {
		uint16_t off, len; /* len 0: not yet written */
	} part[SOT_JSON_PARTS];
	uint8_t key[SOT_JSON_KEY_MAX];
	char text[SOT_JSON_TEXT_MAX];
};

/* All zeros at first. For records of one machine, with one style. */
struct sot_json_cache {
	struct sot_json_slot task[SOT_JSON_CACHE_SLOTS], socket[SOT_JSON_CACHE_SLOTS];
};

/*
 * The slot with the texts of this record's task, or of its socket; emptied if it was another's.
 * NULL: none is kept.
 */
struct sot_json_slot *sot_json_task(struct sot_json_cache *cache, const struct sot_record *rec);
struct sot_json_slot *sot_json_socket(struct sot_json_cache *cache, const struct sot_record *rec);

#endif
