/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Conditions of a rule: from YAML to struct sot_clause, with every name and operand checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "filter.h"
#include "names.h"

#define MEMBERS_MAX 8
#define PATTERN_MAX 512
#define NESTED_GROUPS_MAX 32

/* Which operators a kind of field takes. */
#define ON(_kind) (1U << SOT_FIELD_##_kind)
#define ON_ALL (ON(NUMBER) | ON(TRUTH) | ON(TEXT) | ON(NAMES) | ON(VALUE))

struct op_row {
	const char *name;
	enum sot_op op;
	unsigned int kinds;
	enum {
		TAKES_SCALAR,
		TAKES_NUMBER,
		TAKES_LIST,
		TAKES_TRUTH,
		TAKES_FIELD,
		TAKES_TESTS
	} takes;
};

static const struct op_row ops[] = {
	{ "min", SOT_OP_MIN, ON(NUMBER) | ON(VALUE), TAKES_NUMBER },
	{ "max", SOT_OP_MAX, ON(NUMBER) | ON(VALUE), TAKES_NUMBER },
	{ "mask", SOT_OP_MASK, ON(NUMBER) | ON(VALUE), TAKES_NUMBER },
	{ "anyBits", SOT_OP_ANY_BITS, ON(NUMBER) | ON(VALUE), TAKES_NUMBER },
	{ "glob", SOT_OP_GLOB, ON(TEXT) | ON(VALUE), TAKES_SCALAR },
	{ "regex", SOT_OP_REGEX, ON(TEXT) | ON(VALUE), TAKES_SCALAR },
	{ "has", SOT_OP_HAS, ON(NAMES) | ON(VALUE), TAKES_LIST },
	{ "hasAny", SOT_OP_HAS_ANY, ON(NAMES) | ON(VALUE), TAKES_LIST },
	{ "hasNone", SOT_OP_HAS_NONE, ON(NAMES) | ON(VALUE), TAKES_LIST },
	{ "empty", SOT_OP_EMPTY, ON(NAMES) | ON(TEXT) | ON(VALUE), TAKES_TRUTH },
	{ "known", SOT_OP_KNOWN, ON_ALL, TAKES_TRUTH },
	{ "sameAs", SOT_OP_SAME_AS, ON(NUMBER) | ON(TRUTH) | ON(TEXT) | ON(VALUE), TAKES_FIELD },
	{ "differsFrom", SOT_OP_DIFFERS_FROM, ON(NUMBER) | ON(TRUTH) | ON(TEXT) | ON(VALUE),
	  TAKES_FIELD },
	{ "not", SOT_OP_NOT, ON_ALL, TAKES_TESTS },
};

#define OPS (sizeof(ops) / sizeof(ops[0]))

static const char *op_name(size_t index)
{
	return ops[index].name;
}

static bool starts_with(const char *path, size_t len, const char *start)
{
	size_t n = strlen(start);

	return len > n && !memcmp(path, start, n) && path[n] == '.';
}

static const struct sot_field *find_field(const char *path, size_t len, const char **rest)
{
	const struct sot_field *field;

	for (field = sot_fields; field < sot_fields + sot_fields_count; field++) {
		*rest = NULL;
		if (strlen(field->path) == len && !memcmp(field->path, path, len))
			return field;
		if (field->kind == SOT_FIELD_VALUE && starts_with(path, len, field->path)) {
			*rest = path + strlen(field->path) + 1;
			return field;
		}
	}
	return NULL;
}

/* "a.b.0" -> three members */
static bool load_members(struct sot_loading *l, const struct sot_yaml *at, const char *rest,
			 struct sot_ref *ref)
{
	size_t len;

	ref->member = sot_load_take(l, MEMBERS_MAX * sizeof(*ref->member));
	if (!ref->member)
		return false;
	for (;; rest += len + 1) {
		len = strcspn(rest, ".");
		if (!len || ref->members == MEMBERS_MAX) {
			sot_refuse(l, at, "%s: %s", ref->path,
				   len ? "more than 8 members deep" : "a member without a name");
			return false;
		}
		ref->member[ref->members] = sot_arena_text(l->arena, rest, len);
		if (!ref->member[ref->members++]) {
			l->out_of_memory = true;
			return false;
		}
		if (!rest[len])
			return true;
	}
}

bool sot_load_ref(struct sot_loading *l, const struct sot_yaml *at, const char *path, size_t len,
		  struct sot_ref *ref)
{
	const char *rest;

	*ref = (struct sot_ref){ .path = sot_arena_text(l->arena, path, len) };
	if (!ref->path) {
		l->out_of_memory = true;
		return false;
	}
	ref->field = find_field(ref->path, len, &rest);
	if (!ref->field) {
		sot_refuse_unknown(l, at, "field", ref->path, sot_field_path, sot_fields_count);
		return false;
	}
	return !rest || load_members(l, at, rest, ref);
}

/* Decimal, 0x hexadecimal; -2^63 to 2^64 - 1. */
static bool parse_number(const char *text, sot_wide *num)
{
	bool negative = *text == '-';
	const char *digits = text + negative;
	unsigned long long n;
	char *end;

	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	n = strtoull(digits, &end, digits[0] == '0' && digits[1] == 'x' ? 16 : 10);
	if (*end || errno || (negative && n > 1ULL << 63))
		return false;
	*num = negative ? -(sot_wide)n : (sot_wide)n;
	return true;
}

/* "-EPERM" -> -1 */
static bool parse_errno(const char *text, sot_wide *num)
{
	int err;

	if (text[0] != '-' || text[1] != 'E')
		return false;
	for (err = 1; err < 4096; err++) {
		if (sot_errno_name(err) && !strcmp(sot_errno_name(err), text + 1)) {
			*num = -err;
			return true;
		}
	}
	return false;
}

static const char *domain_name(const struct sot_domain *domain, const char *word)
{
	sot_wide num;
	size_t i;

	for (i = 0; i < domain->count(); i++)
		if (*domain->name(i) && !strcmp(domain->name(i), word))
			return domain->name(i);
	for (i = 0; !strcmp(domain->what, "option") && i < sot_options_count; i++)
		if (sot_options[i].alias && !strcmp(sot_options[i].alias, word))
			return sot_options[i].name;
	/* what has no name is told by its number */
	return parse_number(word, &num) ? word : NULL;
}

static bool check_operand(struct sot_loading *l, const struct sot_yaml *node,
			  const struct sot_ref *ref, struct sot_operand *operand)
{
	const struct sot_domain *domain = ref->field->domain;
	const char *name;

	switch (ref->field->kind) {
	case SOT_FIELD_NUMBER:
		if (!operand->is_number && !strcmp(ref->path, "returnValue"))
			operand->is_number = parse_errno(node->text, &operand->num);
		if (operand->is_number)
			return true;
		sot_refuse(l, node, "%s is a number, \"%.60s\" is none", ref->path, node->text);
		return false;
	case SOT_FIELD_TRUTH:
		if (operand->is_truth)
			return true;
		sot_refuse(l, node, "%s is true or false", ref->path);
		return false;
	default:
		if (!domain)
			return true;
		name = domain_name(domain, node->text);
		if (!name) {
			sot_refuse_unknown(l, node, domain->what, node->text, domain->name,
					   domain->count());
			return false;
		}
		if (name != node->text)
			operand->text = (struct sot_text){ name, strlen(name) };
		return true;
	}
}

static bool is_null(const struct sot_yaml *node)
{
	return node->is_plain &&
	       (!node->len || !strcmp(node->text, "~") || !strcmp(node->text, "null"));
}

static bool load_scalar(struct sot_loading *l, const struct sot_yaml *node,
			struct sot_operand *operand)
{
	if (node->kind != SOT_YAML_SCALAR) {
		sot_refuse(l, node, "a single value is wanted here");
		return false;
	}
	if (is_null(node)) {
		sot_refuse(l, node, "no value; to ask whether it is unknown write {known: false}");
		return false;
	}
	operand->text.str = sot_load_text(l, node);
	operand->text.len = node->len;
	if (!operand->text.str)
		return false;
	if (node->is_plain) {
		operand->is_number = parse_number(node->text, &operand->num);
		operand->is_truth = !strcmp(node->text, "true") || !strcmp(node->text, "false");
		if (operand->is_truth)
			operand->num = node->text[0] == 't';
	}
	return true;
}

/* Operands of a scalar or of a list of them. */
static bool load_operands(struct sot_loading *l, const struct sot_yaml *node,
			  const struct sot_ref *ref, struct sot_test *test)
{
	const struct sot_yaml *item = node->kind == SOT_YAML_LIST ? node->first : node;
	size_t count = node->kind == SOT_YAML_LIST ? node->count : 1, i;
	struct sot_operand *operand;
	bool good = true;

	if (!count || count > SOT_LIST_ITEMS_MAX) {
		sot_refuse(l, node, count ? "a list of more than 256 values" : "an empty list");
		return false;
	}
	operand = sot_load_take(l, count * sizeof(*operand));
	if (!operand)
		return false;
	test->operand = operand;
	test->operands = count;
	for (i = 0; i < count; i++, item = item->next)
		good &= load_scalar(l, item, &operand[i]) &&
			check_operand(l, item, ref, &operand[i]);
	return good;
}

static bool load_number(struct sot_loading *l, const struct sot_yaml *node, struct sot_test *test)
{
	struct sot_operand *operand = sot_load_take(l, sizeof(*operand));

	if (!operand || !load_scalar(l, node, operand))
		return false;
	if (!operand->is_number) {
		sot_refuse(l, node, "a number is wanted here, \"%.60s\" is none", node->text);
		return false;
	}
	if ((test->op == SOT_OP_MASK || test->op == SOT_OP_ANY_BITS) && operand->num <= 0) {
		sot_refuse(l, node, "bits are a number above 0");
		return false;
	}
	test->operand = operand;
	test->operands = 1;
	return true;
}

static bool load_truth(struct sot_loading *l, const struct sot_yaml *node, struct sot_test *test)
{
	struct sot_operand *operand = sot_load_take(l, sizeof(*operand));

	if (!operand || !load_scalar(l, node, operand))
		return false;
	if (!operand->is_truth) {
		sot_refuse(l, node, "true or false is wanted here");
		return false;
	}
	test->operand = operand;
	test->operands = 1;
	return true;
}

static bool compile_regex(struct sot_loading *l, const struct sot_yaml *node, struct sot_test *test)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	struct sot_regex *kept = sot_load_take(l, sizeof(*kept));
	char message[128];
	size_t offset;
	int err = 0;

	if (!context || !kept) {
		l->out_of_memory = true;
		pcre2_compile_context_free(context);
		return false;
	}
	pcre2_set_max_pattern_length(context, PATTERN_MAX);
	pcre2_set_parens_nest_limit(context, NESTED_GROUPS_MAX);
	test->regex = pcre2_compile((PCRE2_SPTR)node->text, node->len,
				    PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C,
				    &err, &offset, context);
	pcre2_compile_context_free(context);
	if (!test->regex) {
		pcre2_get_error_message(err, (PCRE2_UCHAR *)message, sizeof(message));
		sot_refuse(l, node, "not a regular expression: %s, at its character %zu", message,
			   offset + 1);
		return false;
	}
	kept->code = test->regex;
	kept->next = l->rules->regexes;
	l->rules->regexes = kept;
	return true;
}

static bool load_pattern(struct sot_loading *l, const struct sot_yaml *node, struct sot_test *test)
{
	struct sot_operand *operand = sot_load_take(l, sizeof(*operand));

	if (!operand || !load_scalar(l, node, operand))
		return false;
	if (node->len > PATTERN_MAX) {
		sot_refuse(l, node, "a pattern of more than 512 bytes");
		return false;
	}
	test->operand = operand;
	test->operands = 1;
	return test->op == SOT_OP_GLOB || compile_regex(l, node, test);
}

static bool load_other(struct sot_loading *l, const struct sot_yaml *node,
		       const struct sot_ref *ref, struct sot_test *test)
{
	struct sot_ref *other = sot_load_take(l, sizeof(*other));

	if (!other)
		return false;
	if (node->kind != SOT_YAML_SCALAR) {
		sot_refuse(l, node, "the path of a field is wanted here");
		return false;
	}
	if (!sot_load_ref(l, node, node->text, node->len, other))
		return false;
	test->other = other;
	if (other->field->kind != ref->field->kind && other->field->kind != SOT_FIELD_VALUE &&
	    ref->field->kind != SOT_FIELD_VALUE) {
		sot_refuse(l, node, "%s and %s are not of one kind", ref->path, other->path);
		return false;
	}
	return true;
}

static bool load_tests(struct sot_loading *l, const struct sot_yaml *node,
		       const struct sot_ref *ref, const struct sot_test **test, size_t *count);

static const struct op_row *find_op(struct sot_loading *l, const struct sot_yaml *key,
				    const struct sot_ref *ref)
{
	size_t i;

	for (i = 0; i < OPS && strcmp(ops[i].name, key->text); i++)
		;
	if (i == OPS) {
		sot_refuse_unknown(l, key, "operator", key->text, op_name, OPS);
		return NULL;
	}
	if (!(ops[i].kinds & 1U << ref->field->kind)) {
		sot_refuse(l, key, "%s does not go with %s", ops[i].name, ref->path);
		return NULL;
	}
	return &ops[i];
}

static bool load_op(struct sot_loading *l, const struct sot_yaml *key, const struct sot_ref *ref,
		    struct sot_test *test)
{
	const struct op_row *row = find_op(l, key, ref);
	const struct sot_yaml *node = key->next;

	if (!row)
		return false;
	test->op = row->op;
	switch (row->takes) {
	case TAKES_NUMBER:
		return load_number(l, node, test);
	case TAKES_LIST:
		return load_operands(l, node, ref, test);
	case TAKES_TRUTH:
		return load_truth(l, node, test);
	case TAKES_FIELD:
		return load_other(l, node, ref, test);
	case TAKES_TESTS:
		return load_tests(l, node, ref, &test->test, &test->tests);
	default:
		return load_pattern(l, node, test);
	}
}

static bool load_equal(struct sot_loading *l, const struct sot_yaml *node,
		       const struct sot_ref *ref, struct sot_test *test)
{
	if (ref->field->kind == SOT_FIELD_NAMES) {
		sot_refuse(l, node, "%s is a list: ask with has, hasAny, hasNone or empty",
			   ref->path);
		return false;
	}
	test->op = SOT_OP_EQUAL;
	return load_operands(l, node, ref, test);
}

/* A scalar, a list (one of) or a mapping of operators. */
static bool load_tests(struct sot_loading *l, const struct sot_yaml *node,
		       const struct sot_ref *ref, const struct sot_test **test, size_t *count)
{
	size_t n = node->kind == SOT_YAML_MAP ? node->count : 1, i;
	struct sot_test *tests = sot_load_take(l, (n ? n : 1) * sizeof(*tests));
	const struct sot_yaml *key;
	bool good = true;

	if (!tests)
		return false;
	*test = tests;
	*count = n;
	if (node->kind != SOT_YAML_MAP)
		return load_equal(l, node, ref, tests);
	if (!n) {
		sot_refuse(l, node, "no operator for %s", ref->path);
		return false;
	}
	for (key = node->first, i = 0; key; key = key->next->next, i++)
		good &= load_op(l, key, ref, &tests[i]);
	return good;
}

bool sot_load_clause(struct sot_loading *l, const struct sot_yaml *map, bool has_reason,
		     struct sot_clause *clause)
{
	const struct sot_yaml *key;
	struct sot_condition *c;
	bool good = true;

	if (map->kind != SOT_YAML_MAP) {
		sot_refuse(l, map, "a mapping of conditions is wanted here");
		return false;
	}
	clause->condition = sot_load_take(l, (map->count + 1) * sizeof(*c));
	if (!clause->condition)
		return false;
	for (key = map->first; key; key = key->next->next) {
		if (has_reason && !strcmp(key->text, "reason"))
			continue;
		c = &clause->condition[clause->conditions++];
		good &= sot_load_ref(l, key, key->text, key->len, &c->ref) &&
			load_tests(l, key->next, &c->ref, &c->test, &c->tests);
	}
	if (!clause->conditions) {
		sot_refuse(l, map, "no condition");
		return false;
	}
	return good;
}

bool sot_load_when(struct sot_loading *l, const struct sot_yaml *node, struct sot_when *when)
{
	const struct sot_yaml *item = node->kind == SOT_YAML_LIST ? node->first : node;
	size_t count = node->kind == SOT_YAML_LIST ? node->count : 1;
	bool good = true;

	if (!count || count > SOT_LIST_ITEMS_MAX) {
		sot_refuse(l, node, count ? "more than 256 alternatives" : "no condition");
		return false;
	}
	when->clause = sot_load_take(l, count * sizeof(*when->clause));
	if (!when->clause)
		return false;
	for (; when->clauses < count; item = item->next)
		good &= sot_load_clause(l, item, false, &when->clause[when->clauses++]);
	return good;
}
