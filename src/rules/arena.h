/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Memory that is freed all at once. */
#ifndef SOT_RULES_ARENA_H
#define SOT_RULES_ARENA_H

#include <stddef.h>

struct sot_arena {
	struct sot_block *blocks;
};

/* Zeroed and aligned for anything; NULL when out of memory. */
void *sot_arena_take(struct sot_arena *arena, size_t size);
/* A copy with a NUL after it. */
char *sot_arena_text(struct sot_arena *arena, const char *text, size_t len);
void sot_arena_free(struct sot_arena *arena);

#endif
