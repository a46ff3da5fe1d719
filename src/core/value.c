/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The decoded value: building the flat tree, and its short text. */
#include "value.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "value_types.h"

void sot_value_init(struct sot_value *v)
{
	v->count = 0;
	v->depth = 0;
	v->dropped = 0;
	v->full = false;
	v->cut = false;
	v->arena_used = 0;
}

/*
 * The next free node; NULL: no room. Every open bracket has its END reserved. Once
 * one node is dropped all that follow are, lest a hole be taken for the value's end.
 */
static struct sot_node *add_node(struct sot_value *v, enum sot_node_kind kind, const char *key)
{
	unsigned int wanted =
		kind == SOT_NODE_OBJECT || kind == SOT_NODE_TUPLE || kind == SOT_NODE_ARRAY ? 2 : 1;
	struct sot_node *node;

	if (v->full || v->count + v->depth + wanted > SOT_VALUE_NODES) {
		v->full = true;
		v->cut = true;
		return NULL;
	}
	node = &v->node[v->count++];
	*node = (struct sot_node){ .kind = kind, .key = key };
	return node;
}

static bool in_arena(const struct sot_value *v, const char *str)
{
	return (uintptr_t)str >= (uintptr_t)v->arena &&
	       (uintptr_t)str < (uintptr_t)v->arena + sizeof(v->arena);
}

/* What was printed by sot_value_printf is in the arena already. NULL: no room. */
static const char *keep_text(struct sot_value *v, const char *text)
{
	size_t size;
	char *copy;

	if (!text || in_arena(v, text))
		return text;
	size = strlen(text) + 1;
	if (size > sizeof(v->arena) - v->arena_used)
		return NULL;
	copy = memcpy(v->arena + v->arena_used, text, size);
	v->arena_used += size;
	return copy;
}

void sot_value_int(struct sot_value *v, const char *key, int64_t num, const char *text)
{
	struct sot_node *node = add_node(v, SOT_NODE_INT, key);

	if (!node)
		return;
	node->num = num;
	node->text = keep_text(v, text);
}

void sot_value_uint(struct sot_value *v, const char *key, uint64_t num, const char *text)
{
	struct sot_node *node = add_node(v, SOT_NODE_UINT, key);

	if (!node)
		return;
	node->num = (int64_t)num;
	node->text = keep_text(v, text);
}

void sot_value_string(struct sot_value *v, const char *key, const void *bytes, size_t len)
{
	struct sot_node *node = add_node(v, SOT_NODE_STRING, key);

	if (!node)
		return;
	if (len > sizeof(v->arena) - v->arena_used) {
		len = sizeof(v->arena) - v->arena_used;
		v->cut = true;
	}
	node->str = v->arena + v->arena_used;
	node->len = (uint32_t)len;
	if (len)
		memcpy(v->arena + v->arena_used, bytes, len);
	v->arena_used += len;
}

void sot_value_symbol(struct sot_value *v, const char *key, const char *str)
{
	struct sot_node *node = add_node(v, SOT_NODE_SYMBOL, key);

	if (!node)
		return;
	node->str = keep_text(v, str);
	if (!node->str) {
		node->str = "";
		v->cut = true;
	}
	node->len = (uint32_t)strlen(node->str);
}

void sot_value_null(struct sot_value *v, const char *key, const char *text)
{
	struct sot_node *node = add_node(v, SOT_NODE_NULL, key);

	if (node)
		node->text = keep_text(v, text);
}

void sot_value_aside(struct sot_value *v, const char *key, const char *str)
{
	unsigned int before = v->count;

	sot_value_symbol(v, key, str);
	if (v->count > before)
		v->node[before].json_only = true;
}

void sot_value_open(struct sot_value *v, enum sot_node_kind kind, const char *key, const char *text)
{
	struct sot_node *node = add_node(v, kind, key);

	if (!node) {
		v->dropped++;
		return;
	}
	node->text = keep_text(v, text);
	v->depth++;
}

void sot_value_close(struct sot_value *v)
{
	if (v->dropped) {
		v->dropped--;
		return;
	}
	if (!v->depth)
		return;
	v->depth--;
	v->node[v->count++] = (struct sot_node){ .kind = SOT_NODE_END };
}

const char *sot_value_printf(struct sot_value *v, const char *fmt, ...)
{
	size_t room = sizeof(v->arena) - v->arena_used;
	char *text = v->arena + v->arena_used;
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(text, room, fmt, args);
	va_end(args);
	if (len < 0 || (size_t)len >= room) {
		v->cut = true;
		return "";
	}
	v->arena_used += (size_t)len + 1;
	return text;
}

/* The text as it is written: units that fit or do not, and where "..." may still go. */
struct writer {
	char *buf;
	size_t size; /* without the terminating NUL */
	size_t len;
	size_t mark; /* the longest length after which "..." still fits */
	bool full;
	bool plain; /* the kernel's names and numbers, not our words for them */
};

#define ELLIPSIS "..."
#define ELLIPSIS_LEN 3

static void put(struct writer *w, const char *str, size_t len)
{
	if (w->full || len > w->size - w->len) {
		w->full = true;
		return;
	}
	memcpy(w->buf + w->len, str, len);
	w->len += len;
	if (w->len + ELLIPSIS_LEN <= w->size)
		w->mark = w->len;
}

static void put_str(struct writer *w, const char *str)
{
	put(w, str, strlen(str));
}

static void put_escape(struct writer *w, uint32_t code)
{
	char text[16];

	if (code == '\n')
		put_str(w, "\\n");
	else if (code == '\t')
		put_str(w, "\\t");
	else if (code == '\r')
		put_str(w, "\\r");
	else if (code < 0x80)
		put(w, text, (size_t)snprintf(text, sizeof(text), "\\x%02x", (unsigned int)code));
	else if (code <= 0xffff)
		put(w, text, (size_t)snprintf(text, sizeof(text), "\\u%04x", (unsigned int)code));
	else
		put(w, text, (size_t)snprintf(text, sizeof(text), "\\U%08x", (unsigned int)code));
}

/* In quotes, quote and backslash are escaped too. */
static void put_escaped(struct writer *w, const char *str, size_t len, bool quoted)
{
	const uint8_t *p = (const uint8_t *)str;
	char text[8];
	uint32_t code = 0;
	size_t i, n;

	for (i = 0; i < len && !w->full; i += n) {
		n = sot_utf8(p + i, len - i, &code);
		if (!n) {
			snprintf(text, sizeof(text), "\\x%02x", p[i]);
			put(w, text, 4);
			n = 1;
		} else if (sot_is_unsafe(code)) {
			put_escape(w, code);
		} else if (quoted && (code == '"' || code == '\\')) {
			text[0] = '\\';
			text[1] = (char)code;
			put(w, text, 2);
		} else {
			put(w, str + i, n);
		}
	}
}

/*
 * Of the texts the constants' names are the kernel's: AF_INET, but neither 5s nor on. A symbol's
 * text is its own way to be written: 0x68 for bytes.
 */
static bool has_text(const struct writer *w, const struct sot_node *node)
{
	return node->text && (!w->plain || node->kind == SOT_NODE_SYMBOL ||
			      (*node->text >= 'A' && *node->text <= 'Z'));
}

static void put_scalar(struct writer *w, const struct sot_node *node)
{
	char text[24];

	if (has_text(w, node)) {
		put_escaped(w, node->text, strlen(node->text), false);
		return;
	}
	switch (node->kind) {
	case SOT_NODE_INT:
		put(w, text, (size_t)snprintf(text, sizeof(text), "%lld", (long long)node->num));
		break;
	case SOT_NODE_UINT:
		put(w, text,
		    (size_t)snprintf(text, sizeof(text), "%llu", (unsigned long long)node->num));
		break;
	case SOT_NODE_NULL:
		put_str(w, "?");
		break;
	case SOT_NODE_STRING:
		put(w, "\"", 1);
		put_escaped(w, node->str, node->len, true);
		put(w, "\"", 1);
		break;
	default:
		put_escaped(w, node->str, node->len, false);
	}
}

bool sot_node_opens(const struct sot_node *node)
{
	return node->kind == SOT_NODE_OBJECT || node->kind == SOT_NODE_TUPLE ||
	       node->kind == SOT_NODE_ARRAY;
}

unsigned int sot_value_end(const struct sot_value *v, unsigned int i)
{
	unsigned int depth = 0;

	for (; i < v->count; i++) {
		if (sot_node_opens(&v->node[i]))
			depth++;
		else if (v->node[i].kind == SOT_NODE_END && --depth == 0)
			break;
	}
	return i;
}

/* The brackets that are open where the walk is, outermost first. */
struct brackets {
	enum sot_node_kind kind[SOT_VALUE_NODES];
	unsigned int depth;
	bool empty; /* nothing stands yet in the innermost */
};

static void put_end(struct writer *w, const struct sot_value *v, struct brackets *b)
{
	if (!b->depth)
		return;
	b->depth--;
	/* the outermost says that there was more */
	if (!b->depth && v->cut)
		put_str(w, b->empty ? ELLIPSIS : ", " ELLIPSIS);
	put(w, b->kind[b->depth] == SOT_NODE_ARRAY ? "]" : "}", 1);
	b->empty = false;
}

static void put_nodes(struct writer *w, const struct sot_value *v)
{
	struct brackets b = { .depth = 0, .empty = true };
	unsigned int i;

	for (i = 0; i < v->count && !w->full; i++) {
		const struct sot_node *node = &v->node[i];

		if (node->kind == SOT_NODE_END) {
			put_end(w, v, &b);
			continue;
		}
		if (node->json_only)
			continue;
		if (!b.empty)
			put(w, ", ", 2);
		b.empty = false;
		if (node->key && b.depth && (w->plain || b.kind[b.depth - 1] == SOT_NODE_OBJECT)) {
			put_str(w, node->key);
			put(w, "=", 1);
		}
		if (!sot_node_opens(node)) {
			put_scalar(w, node);
		} else if (has_text(w, node)) {
			put_scalar(w, node);
			i = sot_value_end(v, i);
		} else {
			put(w, node->kind == SOT_NODE_ARRAY ? "[" : "{", 1);
			b.kind[b.depth++] = node->kind;
			b.empty = true;
		}
	}
	if (v->cut && v->count && (!sot_node_opens(&v->node[0]) || has_text(w, &v->node[0])))
		put_str(w, ELLIPSIS);
}

static size_t write_text(const struct sot_value *v, char *buf, size_t size, bool plain)
{
	struct writer w = { .buf = buf, .size = size ? size - 1 : 0, .plain = plain };

	if (!size)
		return 0;
	put_nodes(&w, v);
	if (w.full) {
		w.len = w.mark;
		while (w.len < w.size && w.len < w.mark + ELLIPSIS_LEN)
			buf[w.len++] = '.';
	}
	buf[w.len] = '\0';
	return w.len;
}

size_t sot_value_text(const struct sot_value *v, char *buf, size_t size)
{
	return write_text(v, buf, size, false);
}

size_t sot_value_plain_text(const struct sot_value *v, char *buf, size_t size)
{
	return write_text(v, buf, size, true);
}
