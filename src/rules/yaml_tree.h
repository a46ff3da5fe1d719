/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A YAML document as a tree of bounded size. Anchors, aliases and tags are refused: rules need
 * none, and aliases let a small file grow without end.
 */
#ifndef SOT_RULES_YAML_TREE_H
#define SOT_RULES_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "rules.h"

enum sot_yaml_kind {
	SOT_YAML_SCALAR,
	SOT_YAML_LIST,
	SOT_YAML_MAP, /* its children are key, value, key, value */
};

struct sot_yaml {
	enum sot_yaml_kind kind;
	unsigned int line, column; /* from 1 */
	const char *text;	   /* of a scalar: NUL-terminated, no NUL in it */
	size_t len;
	bool is_plain; /* a scalar without quotes */
	struct sot_yaml *first, *last, *next;
	size_t count; /* children; of a map pairs */
};

/*
 * The tree of `len` bytes at `text`, in the arena. NULL after telling at most one error,
 * or when out of memory (-ENOMEM in *err, else -EINVAL).
 */
struct sot_yaml *sot_yaml_parse(const char *text, size_t len, struct sot_arena *arena,
				const struct sot_rules_teller *teller, const char *file, int *err);

/* The value of a key of a map; NULL: it has no such key. */
struct sot_yaml *sot_yaml_get(const struct sot_yaml *map, const char *key);

#endif
