/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Does a condition hold? What is unknown makes no test hold, and no negation of one: only `known`
 * can ask for it.
 */
#include <string.h>

#include "compiled.h"

bool sot_glob(const char *glob, size_t glob_len, const char *str, size_t len)
{
	size_t g = 0, s = 0, star = SIZE_MAX, after = 0;

	while (s < len) {
		if (g < glob_len && glob[g] == '*') {
			star = g++;
			after = s;
		} else if (g < glob_len && (glob[g] == '?' || glob[g] == str[s])) {
			g++;
			s++;
		} else if (star != SIZE_MAX) { /* the last * takes one more */
			g = star + 1;
			s = ++after;
		} else {
			return false;
		}
	}
	while (g < glob_len && glob[g] == '*')
		g++;
	return g == glob_len;
}

static enum sot_known verdict(bool holds)
{
	return holds ? SOT_YES : SOT_NO;
}

static bool same_text(const struct sot_text *a, const struct sot_text *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->str, b->str, a->len));
}

/* A decoded number may also be asked for by its name. */
static enum sot_known equals(const struct sot_fact *fact, const struct sot_operand *operand)
{
	switch (fact->kind) {
	case SOT_FIELD_NUMBER:
		if (operand->is_number)
			return verdict(fact->num == operand->num);
		if (operand->is_truth)
			return verdict((fact->num != 0) == (operand->num != 0));
		return fact->text.str ? verdict(same_text(&fact->text, &operand->text)) :
					SOT_UNKNOWN;
	case SOT_FIELD_TRUTH:
		return verdict(fact->num == operand->num);
	case SOT_FIELD_TEXT:
		return verdict(same_text(&fact->text, &operand->text));
	default:
		return SOT_UNKNOWN;
	}
}

static enum sot_known equals_one(const struct sot_fact *fact, const struct sot_test *test)
{
	enum sot_known v, all = SOT_NO;
	size_t i;

	for (i = 0; i < test->operands; i++) {
		v = equals(fact, &test->operand[i]);
		if (v == SOT_YES)
			return v;
		if (v == SOT_UNKNOWN)
			all = v;
	}
	return all;
}

static enum sot_known compare_number(const struct sot_fact *fact, const struct sot_test *test)
{
	sot_wide operand = test->operand[0].num;

	if (fact->kind != SOT_FIELD_NUMBER)
		return SOT_UNKNOWN;
	switch (test->op) {
	case SOT_OP_MIN:
		return verdict(fact->num >= operand);
	case SOT_OP_MAX:
		return verdict(fact->num <= operand);
	case SOT_OP_MASK:
		return verdict((fact->num & operand) == operand);
	default:
		return verdict((fact->num & operand) != 0);
	}
}

static bool has_name(const struct sot_fact *fact, const struct sot_text *name)
{
	size_t i;

	for (i = 0; i < fact->names; i++)
		if (same_text(&fact->name[i], name))
			return true;
	return false;
}

static enum sot_known look_for_names(const struct sot_fact *fact, const struct sot_test *test)
{
	size_t found = 0, i;

	if (fact->kind != SOT_FIELD_NAMES)
		return SOT_UNKNOWN;
	for (i = 0; i < test->operands; i++)
		found += has_name(fact, &test->operand[i].text);
	return verdict(test->op == SOT_OP_HAS	  ? found == test->operands :
		       test->op == SOT_OP_HAS_ANY ? found > 0 :
						    found == 0);
}

static enum sot_known is_empty(const struct sot_fact *fact, const struct sot_test *test)
{
	bool empty;

	if (fact->kind == SOT_FIELD_NAMES)
		empty = !fact->names;
	else if (fact->kind == SOT_FIELD_TEXT)
		empty = !fact->text.len;
	else
		return SOT_UNKNOWN;
	return verdict(empty == (test->operand[0].num != 0));
}

static enum sot_known match_pattern(struct sot_matching *m, const struct sot_fact *fact,
				    const struct sot_test *test)
{
	const struct sot_text *glob = &test->operand[0].text;
	int ret;

	if (!fact->text.str)
		return SOT_UNKNOWN;
	if (test->op == SOT_OP_GLOB)
		return verdict(sot_glob(glob->str, glob->len, fact->text.str, fact->text.len));
	ret = pcre2_match(test->regex, (PCRE2_SPTR)fact->text.str, fact->text.len, 0, 0,
			  m->match_data, m->match_context);
	if (ret >= 0)
		return SOT_YES;
	if (ret == PCRE2_ERROR_NOMATCH)
		return SOT_NO;
	m->limited = true;
	return SOT_UNKNOWN;
}

static enum sot_known compare_fields(struct sot_matching *m, const struct sot_fact *fact,
				     const struct sot_test *test)
{
	const struct sot_fact *other = &m->other_fact;
	bool same;

	sot_field_get(m->rec, test->other, &m->other, &m->other_fact);
	if (!other->known || other->kind != fact->kind)
		return SOT_UNKNOWN;
	if (fact->kind == SOT_FIELD_TEXT)
		same = same_text(&fact->text, &other->text);
	else if (fact->kind == SOT_FIELD_NUMBER || fact->kind == SOT_FIELD_TRUTH)
		same = fact->num == other->num;
	else
		return SOT_UNKNOWN;
	return verdict(same == (test->op == SOT_OP_SAME_AS));
}

static enum sot_known match_all(struct sot_matching *m, const struct sot_test *test, size_t count);

static enum sot_known match_test(struct sot_matching *m, const struct sot_test *test)
{
	const struct sot_fact *fact = &m->fact;
	enum sot_known v;

	if (test->op == SOT_OP_KNOWN)
		return verdict(fact->known == (test->operand[0].num != 0));
	if (!fact->known && test->op != SOT_OP_NOT)
		return SOT_UNKNOWN;
	switch (test->op) {
	case SOT_OP_EQUAL:
		return equals_one(fact, test);
	case SOT_OP_GLOB:
	case SOT_OP_REGEX:
		return match_pattern(m, fact, test);
	case SOT_OP_HAS:
	case SOT_OP_HAS_ANY:
	case SOT_OP_HAS_NONE:
		return look_for_names(fact, test);
	case SOT_OP_EMPTY:
		return is_empty(fact, test);
	case SOT_OP_SAME_AS:
	case SOT_OP_DIFFERS_FROM:
		return compare_fields(m, fact, test);
	case SOT_OP_NOT:
		v = match_all(m, test->test, test->tests);
		return v == SOT_UNKNOWN ? v : verdict(v == SOT_NO);
	default:
		return compare_number(fact, test);
	}
}

/* No if one does not hold, else unknown if one is. */
static enum sot_known match_all(struct sot_matching *m, const struct sot_test *test, size_t count)
{
	enum sot_known v, all = SOT_YES;
	size_t i;

	for (i = 0; i < count; i++) {
		v = match_test(m, &test[i]);
		if (v == SOT_NO)
			return v;
		if (v == SOT_UNKNOWN)
			all = v;
	}
	return all;
}

static bool holds(struct sot_matching *m, const struct sot_clause *clause)
{
	const struct sot_condition *c;

	for (c = clause->condition; c < clause->condition + clause->conditions; c++) {
		sot_field_get(m->rec, &c->ref, &m->scratch, &m->fact);
		if (match_all(m, c->test, c->tests) != SOT_YES)
			return false;
	}
	return true;
}

/* Only what the row alone decides; of it the plainest, which is what rules begin with. */
static bool may_hold(struct sot_matching *m, const struct sot_clause *clause)
{
	const struct sot_condition *c;

	for (c = clause->condition; c < clause->condition + clause->conditions; c++) {
		if (!sot_field_is_of_option(c->ref.field) || c->tests != 1 ||
		    c->test->op != SOT_OP_EQUAL)
			continue;
		sot_field_get(m->rec, &c->ref, &m->scratch, &m->fact);
		if (match_all(m, c->test, c->tests) != SOT_YES)
			return false;
	}
	return true;
}

bool sot_may_match(struct sot_matching *m, const struct sot_when *when)
{
	size_t i;

	for (i = 0; i < when->clauses; i++)
		if (may_hold(m, &when->clause[i]))
			return true;
	return false;
}

const struct sot_clause *sot_match(struct sot_matching *m, const struct sot_when *when)
{
	size_t i;

	for (i = 0; i < when->clauses; i++)
		if (holds(m, &when->clause[i]))
			return &when->clause[i];
	return NULL;
}
