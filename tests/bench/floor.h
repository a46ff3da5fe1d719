/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a reader does of each event at the least: a record of constant text is written. */
#ifndef FLOOR_H
#define FLOOR_H

#include <stddef.h>

enum floor_way {
	FLOOR_COPIED,	/* the text is copied into a block, which is written when it is full */
	FLOOR_GATHERED, /* writev(2) takes it from where it is, a piece a record */
	FLOOR_IN_BLOCK, /* the block has it already */
	FLOOR_AGAIN,	/* the same, and each block is written over the one before */
};

struct floor_output;

/* NULL: no; path: of a new file; NULL: nothing is written. text_len: of a record, 0: has none. */
struct floor_output *floor_output__open(const char *path, size_t text_len, enum floor_way way);
void floor_output__record(struct floor_output *out);
void floor_output__flush(struct floor_output *out);

#endif
