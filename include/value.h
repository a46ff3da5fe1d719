/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A decoded value: a small flat tree that both the JSON and the text writer render.
 *
 * A struct linger {1, 5} is four nodes: OBJECT, INT l_onoff, INT l_linger, END.
 * Nothing is allocated: nodes and strings live in the struct itself; when it is
 * full, further nodes are dropped and `cut` is set. The builder functions keep
 * OBJECT/ARRAY and END balanced even then.
 */
#ifndef SOT_VALUE_H
#define SOT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a filter of SOT_SNAPSHOT_MAX bytes, a node and a text for each instruction. */
#define SOT_VALUE_NODES 640
#define SOT_VALUE_ARENA 18432

enum sot_node_kind {
	SOT_NODE_INT,	 /* JSON number, signed */
	SOT_NODE_UINT,	 /* JSON number, unsigned */
	SOT_NODE_STRING, /* bytes from the traced process: JSON string; text quoted and escaped */
	SOT_NODE_SYMBOL, /* our own words (an address, a name): JSON string; text bare */
	SOT_NODE_NULL,	 /* JSON null: not known */
	SOT_NODE_OBJECT, /* members follow, up to END; text {name=value, ...} */
	SOT_NODE_TUPLE,	 /* JSON object too; text {value, ...} without the names */
	SOT_NODE_ARRAY,	 /* elements follow, up to END */
	SOT_NODE_END,
};

struct sot_node {
	enum sot_node_kind kind;
	const char *key; /* member's name, static storage; NULL in an array and at the root */
	int64_t num;	 /* INT, UINT (cast) */
	const char *str; /* STRING, SYMBOL: in the arena or static; len bytes, not terminated */
	uint32_t len;
	const char *
		text; /* overrides the text form, in the arena or static, NUL-terminated; NULL: none */
	bool json_only; /* the text form leaves it out */
};

struct sot_value {
	struct sot_node node[SOT_VALUE_NODES];
	unsigned int count;
	unsigned int depth;
	unsigned int dropped; /* brackets opened when there was no room, not yet closed */
	bool full;	      /* a node was dropped: all that follow are, too */
	bool cut;	      /* the value has more than was captured, or than fits here */
	char arena[SOT_VALUE_ARENA];
	size_t arena_used;
};

void sot_value_init(struct sot_value *v);
/* Each adds a node; text may be NULL. str and text are copied into the arena, key is not. */
void sot_value_int(struct sot_value *v, const char *key, int64_t num, const char *text);
void sot_value_uint(struct sot_value *v, const char *key, uint64_t num, const char *text);
void sot_value_string(struct sot_value *v, const char *key, const void *bytes, size_t len);
void sot_value_symbol(struct sot_value *v, const char *key, const char *str);
void sot_value_null(struct sot_value *v, const char *key, const char *text);
/* A symbol that the text form leaves out, since another node's text tells it. */
void sot_value_aside(struct sot_value *v, const char *key, const char *str);
void sot_value_open(struct sot_value *v, enum sot_node_kind kind, const char *key,
		    const char *text);
void sot_value_close(struct sot_value *v);
/* It opens a bracket. */
bool sot_node_opens(const struct sot_node *node);
/* The index of the END that closes the bracket at `i`; v->count: it is not closed. */
unsigned int sot_value_end(const struct sot_value *v, unsigned int i);
/* printf into the arena; "" when it is full. The result lives as long as v. */
const char *sot_value_printf(struct sot_value *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
