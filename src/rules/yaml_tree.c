/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "yaml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 16
#define NODES_MAX 65536
#define PAIRS_MAX 64 /* of one mapping */

struct builder {
	yaml_parser_t parser;
	struct sot_arena *arena;
	const struct sot_rules_teller *teller;
	const char *file;
	struct sot_yaml *open[DEPTH_MAX]; /* maps and lists not ended yet */
	size_t depth, nodes;
	struct sot_yaml *root;
	bool done;
	int err;
};

static void refuse(struct builder *b, const yaml_mark_t *mark, const char *what)
{
	b->err = -EINVAL;
	b->teller->tell(b->teller->context, b->file, (unsigned int)mark->line + 1,
			(unsigned int)mark->column + 1, what);
}

static void refuse_syntax(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const yaml_mark_t *mark =
		p->problem_mark.line || p->problem_mark.column ? &p->problem_mark : &p->mark;
	char what[256];

	if (p->error == YAML_MEMORY_ERROR) {
		b->err = -ENOMEM;
		return;
	}
	snprintf(what, sizeof(what), "not YAML: %s%s%s",
		 p->problem ? p->problem : "it cannot be read", p->context ? ", " : "",
		 p->context ? p->context : "");
	refuse(b, mark, what);
}

static bool same_text(const struct sot_yaml *a, const struct sot_yaml *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static bool is_key(const struct sot_yaml *map, const struct sot_yaml *node)
{
	const struct sot_yaml *p;
	size_t before = 0;

	for (p = map->first; p && p != node; p = p->next)
		before++;
	return before % 2 == 0;
}

static bool is_repeated(const struct sot_yaml *map, const struct sot_yaml *key)
{
	const struct sot_yaml *p;

	for (p = map->first; p && p != key; p = p->next->next)
		if (same_text(p, key))
			return true;
	return false;
}

static void check_child(struct builder *b, struct sot_yaml *parent, const struct sot_yaml *node,
			const yaml_mark_t *mark)
{
	char what[128];

	if (parent->kind != SOT_YAML_MAP)
		return;
	if (!is_key(parent, node))
		return;
	if (node->kind != SOT_YAML_SCALAR) {
		refuse(b, mark, "a key must be a word");
	} else if (++parent->count > PAIRS_MAX) {
		refuse(b, mark, "a mapping of more than 64 keys");
	} else if (is_repeated(parent, node)) {
		snprintf(what, sizeof(what), "\"%.60s\" stands here twice", node->text);
		refuse(b, mark, what);
	}
}

static void link_child(struct builder *b, struct sot_yaml *node, const yaml_mark_t *mark)
{
	struct sot_yaml *parent;

	if (!b->depth) {
		b->root = node;
		return;
	}
	parent = b->open[b->depth - 1];
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	if (parent->kind == SOT_YAML_LIST)
		parent->count++;
	check_child(b, parent, node, mark);
}

static struct sot_yaml *add(struct builder *b, enum sot_yaml_kind kind, const yaml_mark_t *mark,
			    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct sot_yaml *node;

	if (anchor || tag) {
		refuse(b, mark, anchor ? "anchors (&) are not taken" : "tags (!) are not taken");
		return NULL;
	}
	if (++b->nodes > NODES_MAX) {
		refuse(b, mark, "the file has more than 65536 values");
		return NULL;
	}
	node = sot_arena_take(b->arena, sizeof(*node));
	if (!node) {
		b->err = -ENOMEM;
		return NULL;
	}
	node->kind = kind;
	node->line = (unsigned int)mark->line + 1;
	node->column = (unsigned int)mark->column + 1;
	return node;
}

static void open_node(struct builder *b, enum sot_yaml_kind kind, const yaml_mark_t *mark,
		      const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct sot_yaml *node = add(b, kind, mark, anchor, tag);

	if (!node)
		return;
	if (b->depth == DEPTH_MAX) {
		refuse(b, mark, "nested more than 16 deep");
		return;
	}
	link_child(b, node, mark);
	b->open[b->depth++] = node;
}

static void add_scalar(struct builder *b, const yaml_event_t *event)
{
	const yaml_char_t *tag = event->data.scalar.tag;
	struct sot_yaml *node;

	node = add(b, SOT_YAML_SCALAR, &event->start_mark, event->data.scalar.anchor, tag);
	if (!node)
		return;
	node->len = event->data.scalar.length;
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = sot_arena_text(b->arena, (const char *)event->data.scalar.value, node->len);
	if (!node->text)
		b->err = -ENOMEM;
	else if (memchr(node->text, 0, node->len))
		refuse(b, &event->start_mark, "a NUL in a value");
	else
		link_child(b, node, &event->start_mark);
}

static void on_event(struct builder *b, const yaml_event_t *event)
{
	const yaml_mark_t *mark = &event->start_mark;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->root)
			refuse(b, mark, "a second document; one is taken");
		break;
	case YAML_ALIAS_EVENT:
		refuse(b, mark,
		       "aliases (*) are not taken; a value that begins with * needs "
		       "quotes");
		break;
	case YAML_SCALAR_EVENT:
		add_scalar(b, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_node(b, SOT_YAML_LIST, mark, event->data.sequence_start.anchor,
			  event->data.sequence_start.tag);
		break;
	case YAML_MAPPING_START_EVENT:
		open_node(b, SOT_YAML_MAP, mark, event->data.mapping_start.anchor,
			  event->data.mapping_start.tag);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		break;
	case YAML_STREAM_END_EVENT:
		b->done = true;
		break;
	default:
		break;
	}
}

struct sot_yaml *sot_yaml_parse(const char *text, size_t len, struct sot_arena *arena,
				const struct sot_rules_teller *teller, const char *file, int *err)
{
	struct builder b = { .arena = arena, .teller = teller, .file = file };
	yaml_mark_t begin = { 0 };
	yaml_event_t event;

	*err = -ENOMEM;
	if (!yaml_parser_initialize(&b.parser))
		return NULL;
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, len);
	while (!b.err && !b.done) {
		if (!yaml_parser_parse(&b.parser, &event)) {
			refuse_syntax(&b);
			break;
		}
		on_event(&b, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&b.parser);
	if (!b.err && !b.root)
		refuse(&b, &begin, "the file is empty");
	*err = b.err;
	return b.err ? NULL : b.root;
}

struct sot_yaml *sot_yaml_get(const struct sot_yaml *map, const char *key)
{
	struct sot_yaml *p;

	for (p = map->kind == SOT_YAML_MAP ? map->first : NULL; p; p = p->next->next)
		if (!strcmp(p->text, key))
			return p->next;
	return NULL;
}
