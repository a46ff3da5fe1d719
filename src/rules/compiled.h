/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rules as they are judged by: what src/rules/load.c makes of a file. Not for others. */
#ifndef SOT_RULES_COMPILED_H
#define SOT_RULES_COMPILED_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "arena.h"
#include "field.h"
#include "rules.h"
#include "yaml_tree.h"

enum sot_op {
	SOT_OP_EQUAL, /* one of the operands */
	SOT_OP_MIN,
	SOT_OP_MAX,
	SOT_OP_MASK, /* all bits set */
	SOT_OP_ANY_BITS,
	SOT_OP_GLOB,
	SOT_OP_REGEX,
	SOT_OP_HAS, /* all of the operands */
	SOT_OP_HAS_ANY,
	SOT_OP_HAS_NONE,
	SOT_OP_EMPTY,
	SOT_OP_KNOWN,
	SOT_OP_SAME_AS,
	SOT_OP_DIFFERS_FROM,
	SOT_OP_NOT, /* the tests do not all hold */
};

/* A scalar, read every way that it can be read. */
struct sot_operand {
	bool is_number, is_truth;
	sot_wide num; /* of both */
	struct sot_text text;
};

struct sot_test {
	enum sot_op op;
	const struct sot_operand *operand;
	size_t operands;
	const struct sot_ref *other; /* SAME_AS, DIFFERS_FROM */
	pcre2_code *regex;
	const struct sot_test *test; /* NOT */
	size_t tests;
};

/* All tests of one field. */
struct sot_condition {
	struct sot_ref ref;
	const struct sot_test *test;
	size_t tests;
};

/* All conditions hold. */
struct sot_clause {
	struct sot_condition *condition;
	size_t conditions;
};

/* Any clause holds. */
struct sot_when {
	struct sot_clause *clause;
	size_t clauses;
};

enum sot_per { SOT_PER_NONE, SOT_PER_PROCESS, SOT_PER_SOCKET, SOT_PER_CONTAINER, SOT_PER_TREE };

/* A piece of a `why`: text, then a field; ref NULL: no field. */
struct sot_piece {
	const char *text;
	const struct sot_ref *ref;
};

struct sot_rule {
	const char *id, *title, *description;
	const char *limits, *near_miss; /* for the list; "": none */
	enum sot_severity severity;
	const char *const *mitre, *const *cve;
	struct sot_when when;
	uint64_t count; /* 0: each call by itself */
	int64_t within_ns;
	enum sot_per per;
	struct sot_when *step; /* of a sequence */
	size_t steps;
	bool is_concurrent;
	struct sot_when except;
	const char **reason; /* of each clause of except */
	const struct sot_piece *why;
	size_t pieces;
};

struct sot_regex {
	pcre2_code *code;
	struct sot_regex *next;
};

struct sot_rules {
	struct sot_arena arena;
	struct sot_regex *regexes;
	struct sot_rule *rule[SOT_RULES_MAX];
	size_t count;
};

/* What a file is loaded with. */
struct sot_loading {
	struct sot_rules *rules;
	struct sot_arena *arena; /* the rules' */
	const struct sot_rules_teller *teller;
	const char *file;
	size_t errors;
	bool out_of_memory;
};

#define SOT_LIST_ITEMS_MAX 256

/* Tells an error at a node, and counts it. */
__attribute__((format(printf, 3, 4))) void
sot_refuse(struct sot_loading *l, const struct sot_yaml *at, const char *fmt, ...);
/* The same, with the names nearest to `word`. */
void sot_refuse_unknown(struct sot_loading *l, const struct sot_yaml *at, const char *what,
			const char *word, const char *(*name)(size_t index), size_t count);
/* Zeroed room of the rules' arena; NULL sets out_of_memory. */
void *sot_load_take(struct sot_loading *l, size_t size);
const char *sot_load_text(struct sot_loading *l, const struct sot_yaml *node);

/* Each false after telling an error. condition.c */
bool sot_load_ref(struct sot_loading *l, const struct sot_yaml *at, const char *path, size_t len,
		  struct sot_ref *ref);
/* A mapping of conditions, the key `reason` aside if it may have one. */
bool sot_load_clause(struct sot_loading *l, const struct sot_yaml *map, bool has_reason,
		     struct sot_clause *clause);
bool sot_load_when(struct sot_loading *l, const struct sot_yaml *node, struct sot_when *when);

/* ---- judging: match.c ---- */

struct sot_matching {
	const struct sot_record *rec;
	struct sot_scratch scratch, other;
	struct sot_fact fact, other_fact;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	bool limited; /* a regular expression came to its limit */
};

/* The first clause that holds; NULL: none. */
const struct sot_clause *sot_match(struct sot_matching *m, const struct sot_when *when);

/* False: no call of the option, whose row of the catalogue m->rec has, can match. */
bool sot_may_match(struct sot_matching *m, const struct sot_when *when);

/* ---- index.c: which rules a call can meet ---- */

struct sot_index {
	uint16_t *rule;			     /* numbers of rules, in their order */
	uint32_t first[SOT_OPTIONS_MAX + 2]; /* of each row of the catalogue; then of no row */
};

/* 0, or -ENOMEM. Borrows *m. */
int sot_index_init(struct sot_index *index, const struct sot_rules *rules, struct sot_matching *m);
/* *count numbers of rules: all but those that cannot match. */
const uint16_t *sot_index_find(const struct sot_index *index, const struct sot_option *option,
			       size_t *count);
void sot_index_free(struct sot_index *index);

/* '*' and '?', no time but len * glob_len. */
bool sot_glob(const char *glob, size_t glob_len, const char *str, size_t len);

/* why.c: the facts that a clause is about, in one sentence. */
void sot_put_why(struct sot_matching *m, const struct sot_rule *rule,
		 const struct sot_clause *clause, struct sot_buf *buf);

#endif
