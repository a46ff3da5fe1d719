/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The facts that a rule used, in one sentence. */
#include <string.h>

#include "compiled.h"

/* Of a list only what was asked for: a process may have 41 capabilities. */
static bool put_asked_names(const struct sot_fact *fact, const struct sot_test *test,
			    struct sot_buf *buf)
{
	const char *before = "";
	size_t i, j;

	if (test->op != SOT_OP_HAS && test->op != SOT_OP_HAS_ANY)
		return false;
	for (i = 0; i < test->operands; i++) {
		for (j = 0; j < fact->names; j++) {
			if (fact->name[j].len != test->operand[i].text.len ||
			    memcmp(fact->name[j].str, test->operand[i].text.str, fact->name[j].len))
				continue;
			sot_buf_str(buf, before);
			sot_buf_put(buf, fact->name[j].str, fact->name[j].len);
			before = ", ";
			break;
		}
	}
	return true;
}

static void put_without(const struct sot_test *test, struct sot_buf *buf)
{
	size_t i;

	sot_buf_str(buf, "without ");
	for (i = 0; i < test->operands; i++) {
		sot_buf_str(buf, i ? ", " : "");
		sot_buf_put(buf, test->operand[i].text.str, test->operand[i].text.len);
	}
}

static void put_words(const struct sot_ref *ref, struct sot_buf *buf)
{
	size_t i;

	sot_buf_str(buf, ref->field->words);
	for (i = 0; i < ref->members; i++) {
		sot_buf_char(buf, ' ');
		sot_buf_str(buf, ref->member[i]);
	}
}

static void put_condition(struct sot_matching *m, const struct sot_condition *c,
			  struct sot_buf *buf)
{
	const struct sot_test *test = c->test;

	sot_field_get(m->rec, &c->ref, &m->scratch, &m->fact);
	if (m->fact.known && m->fact.kind == SOT_FIELD_TRUTH) {
		sot_buf_str(buf, m->fact.num ? "" : "not ");
		put_words(&c->ref, buf);
		return;
	}
	put_words(&c->ref, buf);
	sot_buf_char(buf, ' ');
	if (m->fact.known && m->fact.kind == SOT_FIELD_NAMES && test->op == SOT_OP_HAS_NONE)
		put_without(test, buf);
	else if (!m->fact.known || m->fact.kind != SOT_FIELD_NAMES ||
		 !put_asked_names(&m->fact, test, buf))
		sot_fact_text(&m->fact, buf);
	if (test->op != SOT_OP_SAME_AS && test->op != SOT_OP_DIFFERS_FROM)
		return;
	sot_buf_str(buf, test->op == SOT_OP_SAME_AS ? ", as " : ", not ");
	put_words(test->other, buf);
	sot_buf_char(buf, ' ');
	sot_field_get(m->rec, test->other, &m->scratch, &m->fact);
	sot_fact_text(&m->fact, buf);
}

static void put_template(struct sot_matching *m, const struct sot_rule *rule, struct sot_buf *buf)
{
	const struct sot_piece *piece;

	for (piece = rule->why; piece < rule->why + rule->pieces; piece++) {
		sot_buf_str(buf, piece->text);
		if (!piece->ref)
			continue;
		sot_field_get(m->rec, piece->ref, &m->scratch, &m->fact);
		sot_fact_text(&m->fact, buf);
	}
}

void sot_put_why(struct sot_matching *m, const struct sot_rule *rule,
		 const struct sot_clause *clause, struct sot_buf *buf)
{
	size_t i;

	if (rule->pieces) {
		put_template(m, rule, buf);
		return;
	}
	for (i = 0; i < clause->conditions; i++) {
		sot_buf_str(buf, i ? ", " : "");
		put_condition(m, &clause->condition[i], buf);
	}
}
