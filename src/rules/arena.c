/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 16384

struct sot_block {
	struct sot_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

static struct sot_block *add_block(struct sot_arena *arena, size_t size)
{
	struct sot_block *block;

	if (size < BLOCK_BYTES)
		size = BLOCK_BYTES;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *sot_arena_take(struct sot_arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct sot_block *block = arena->blocks;
	void *taken;

	size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	if (!block)
		return NULL;
	taken = block->bytes + block->used;
	block->used += size;
	return taken;
}

char *sot_arena_text(struct sot_arena *arena, const char *text, size_t len)
{
	char *copy = sot_arena_take(arena, len + 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

void sot_arena_free(struct sot_arena *arena)
{
	struct sot_block *next;

	for (; arena->blocks; arena->blocks = next) {
		next = arena->blocks->next;
		free(arena->blocks);
	}
}
