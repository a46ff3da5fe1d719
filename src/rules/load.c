/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file of rules: from YAML to struct sot_rules. Every error is told; with one, all is refused. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "filter.h"

#define ID_MAX 64
#define TITLE_MAX 128
#define TEXT_MAX 1024
#define TAG_MAX 24
#define TAGS_MAX 16
#define STEPS_MAX 8
#define PIECES_MAX 16
#define COUNT_MAX 4096
#define ERRORS_MAX 200 /* then it is no file of rules */
#define PROPOSALS_MAX 20

#define NS_PER_S 1000000000LL
#define WITHIN_MAX_H 24

void sot_refuse(struct sot_loading *l, const struct sot_yaml *at, const char *fmt, ...)
{
	char what[512];
	va_list args;

	if (l->errors++ >= ERRORS_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (l->errors == ERRORS_MAX)
		snprintf(what, sizeof(what), "too many errors; the rest is not told");
	l->teller->tell(l->teller->context, l->file, at->line, at->column, what);
}

void sot_refuse_unknown(struct sot_loading *l, const struct sot_yaml *at, const char *what,
			const char *word, const char *(*name)(size_t index), size_t count)
{
	const char *nearest[3], *before = "; did you mean ";
	char storage[256];
	struct sot_buf buf;
	size_t n = 0, i;

	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	if (l->errors < PROPOSALS_MAX)
		n = sot_nearest_names(word, name, count, nearest, 3);
	for (i = 0; i < n; i++) {
		if (!*nearest[i])
			continue;
		sot_buf_str(&buf, before);
		sot_buf_str(&buf, nearest[i]);
		before = i + 2 < n ? ", " : " or ";
	}
	if (buf.len)
		sot_buf_char(&buf, '?');
	storage[buf.len] = '\0';
	sot_refuse(l, at, "unknown %s \"%.60s\"%s", what, word, storage);
}

void *sot_load_take(struct sot_loading *l, size_t size)
{
	void *taken = sot_arena_take(l->arena, size);

	if (!taken)
		l->out_of_memory = true;
	return taken;
}

const char *sot_load_text(struct sot_loading *l, const struct sot_yaml *node)
{
	char *text = sot_arena_text(l->arena, node->text, node->len);

	if (!text)
		l->out_of_memory = true;
	return text;
}

/* ---- the keys of a rule ---- */

static bool is_scalar(struct sot_loading *l, const struct sot_yaml *node, size_t max)
{
	if (node->kind != SOT_YAML_SCALAR) {
		sot_refuse(l, node, "a text is wanted here");
		return false;
	}
	if (!node->len || node->len > max) {
		sot_refuse(l, node, node->len ? "a text of more than %zu bytes" : "no text", max);
		return false;
	}
	return true;
}

static void load_id(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	if (!is_scalar(l, node, ID_MAX))
		return;
	if (strspn(node->text, "abcdefghijklmnopqrstuvwxyz0123456789-") != node->len ||
	    node->text[0] == '-')
		sot_refuse(l, node, "an id is made of lower-case letters, digits and -");
	rule->id = sot_load_text(l, node);
}

/* A text of one line: a folded one ends with a line break. */
static const char *load_line(struct sot_loading *l, const struct sot_yaml *node, size_t max)
{
	char *text, *p;

	if (!is_scalar(l, node, max))
		return NULL;
	text = sot_arena_text(l->arena, node->text, node->len);
	if (!text) {
		l->out_of_memory = true;
		return NULL;
	}
	for (p = text + node->len; p > text && isspace((unsigned char)p[-1]);)
		*--p = '\0';
	for (p = text; *p; p++)
		if (isspace((unsigned char)*p))
			*p = ' ';
	return text;
}

static void load_title(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	rule->title = load_line(l, node, TITLE_MAX);
}

static void load_description(struct sot_loading *l, const struct sot_yaml *node,
			     struct sot_rule *rule)
{
	rule->description = load_line(l, node, TEXT_MAX);
}

static void load_limits(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	rule->limits = load_line(l, node, TEXT_MAX);
}

static void load_near_miss(struct sot_loading *l, const struct sot_yaml *node,
			   struct sot_rule *rule)
{
	rule->near_miss = load_line(l, node, TEXT_MAX);
}

static const char *severity_name(size_t index)
{
	return sot_severities[index];
}

static void load_severity(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	size_t i;

	if (!is_scalar(l, node, TEXT_MAX))
		return;
	for (i = 0; i < SOT_SEVERITY_COUNT; i++) {
		if (!strcmp(node->text, sot_severities[i])) {
			rule->severity = (enum sot_severity)i;
			return;
		}
	}
	sot_refuse_unknown(l, node, "severity", node->text, severity_name, SOT_SEVERITY_COUNT);
}

/* "T1205.002", "CVE-2021-22555": N digit, others as they are; '+' more digits. */
static bool has_form(const char *text, const char *form)
{
	for (; *form; form++) {
		if (*form == '+') {
			while (isdigit((unsigned char)*text))
				text++;
		} else if (*form == 'N' ? !isdigit((unsigned char)*text) : *form != *text) {
			return false;
		} else {
			text++;
		}
	}
	return !*text;
}

static const char *const *load_tags(struct sot_loading *l, const struct sot_yaml *node,
				    const char *form, const char *longer, const char *what)
{
	const struct sot_yaml *item;
	const char **tags;
	size_t n = 0;

	if (node->kind != SOT_YAML_LIST || !node->count || node->count > TAGS_MAX) {
		sot_refuse(l, node, "a list of 1 to 16 %s is wanted here", what);
		return NULL;
	}
	tags = sot_load_take(l, (TAGS_MAX + 1) * sizeof(*tags));
	for (item = node->first; tags && item; item = item->next) {
		if (!is_scalar(l, item, TAG_MAX))
			continue;
		if (!has_form(item->text, form) && !has_form(item->text, longer))
			sot_refuse(l, item, "\"%.30s\" is none of the %s", item->text, what);
		tags[n++] = sot_load_text(l, item);
	}
	return tags;
}

static void load_mitre(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	rule->mitre = load_tags(l, node, "TNNNN", "TNNNN.NNN", "ATT&CK ids, such as T1205.002");
}

static void load_cve(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	rule->cve = load_tags(l, node, "CVE-NNNN-NNNN+", "CVE-NNNN-NNNN+",
			      "CVE ids, such as CVE-2021-22555");
}

static void load_when(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	sot_load_when(l, node, &rule->when);
}

static void load_except(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	const struct sot_yaml *item, *reason;
	size_t i = 0;

	if (node->kind != SOT_YAML_LIST || !node->count || node->count > SOT_LIST_ITEMS_MAX) {
		sot_refuse(l, node, "a list of 1 to 256 exceptions is wanted here");
		return;
	}
	rule->except.clause = sot_load_take(l, node->count * sizeof(*rule->except.clause));
	rule->reason = sot_load_take(l, node->count * sizeof(*rule->reason));
	if (!rule->except.clause || !rule->reason)
		return;
	rule->except.clauses = node->count;
	for (item = node->first; item; item = item->next) {
		sot_load_clause(l, item, true, &rule->except.clause[i]);
		reason = sot_yaml_get(item, "reason");
		if (!reason)
			sot_refuse(l, item, "an exception needs a reason");
		else
			rule->reason[i] = load_line(l, reason, TEXT_MAX);
		i++;
	}
}

static void load_sequence(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	const struct sot_yaml *item;
	size_t i = 0;

	if (node->kind != SOT_YAML_LIST || node->count < 2 || node->count > STEPS_MAX) {
		sot_refuse(l, node, "a list of 2 to 8 steps is wanted here");
		return;
	}
	rule->step = sot_load_take(l, node->count * sizeof(*rule->step));
	if (!rule->step)
		return;
	rule->steps = node->count;
	for (item = node->first; item; item = item->next)
		sot_load_when(l, item, &rule->step[i++]);
}

static void load_count(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	char *end;

	if (!is_scalar(l, node, TEXT_MAX))
		return;
	rule->count = isdigit((unsigned char)node->text[0]) ? strtoull(node->text, &end, 10) : 0;
	if (rule->count < 2 || rule->count > COUNT_MAX || *end)
		sot_refuse(l, node, "a number from 2 to 4096 is wanted here");
}

static void load_within(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "ns", 1 },	 { "us", 1000 },	 { "ms", 1000000 },
		      { "s", NS_PER_S }, { "m", 60 * NS_PER_S }, { "h", 3600 * NS_PER_S } };
	unsigned long long num = 0;
	char *end;
	size_t i;

	if (!is_scalar(l, node, TEXT_MAX))
		return;
	errno = 0;
	if (isdigit((unsigned char)node->text[0])) {
		num = strtoull(node->text, &end, 10);
		for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (!strcmp(end, units[i].name) && !errno &&
			    num <= WITHIN_MAX_H * 3600 * (uint64_t)NS_PER_S / (uint64_t)units[i].ns)
				rule->within_ns = (int64_t)num * units[i].ns;
	}
	if (rule->within_ns <= 0)
		sot_refuse(l, node,
			   "a time with its unit is wanted here, such as 10s, to 24h (ns "
			   "us ms s m h)");
}

static const char *const pers[] = {
	[SOT_PER_PROCESS] = "process",
	[SOT_PER_SOCKET] = "socket",
	[SOT_PER_CONTAINER] = "container",
	[SOT_PER_TREE] = "tree",
};

static void load_per(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	size_t i;

	if (!is_scalar(l, node, TEXT_MAX))
		return;
	for (i = SOT_PER_PROCESS; i <= SOT_PER_TREE; i++)
		if (!strcmp(node->text, pers[i]))
			rule->per = (enum sot_per)i;
	if (!rule->per)
		sot_refuse(l, node, "process, socket, container or tree is wanted here");
}

static bool is_truth(struct sot_loading *l, const struct sot_yaml *node, bool *truth)
{
	if (node->kind == SOT_YAML_SCALAR &&
	    (!strcmp(node->text, "true") || !strcmp(node->text, "false"))) {
		*truth = node->text[0] == 't';
		return true;
	}
	sot_refuse(l, node, "true or false is wanted here");
	return false;
}

static void load_concurrent(struct sot_loading *l, const struct sot_yaml *node,
			    struct sot_rule *rule)
{
	is_truth(l, node, &rule->is_concurrent);
}

static void load_enabled(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	bool enabled;

	(void)rule;
	is_truth(l, node, &enabled);
}

/* "uid {credentials.uid} set it" -> pieces */
static void load_why(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule)
{
	const char *text = load_line(l, node, TEXT_MAX), *brace;
	struct sot_piece *piece = sot_load_take(l, PIECES_MAX * sizeof(*piece));
	struct sot_ref *ref;
	size_t len;

	rule->why = piece;
	while (text && piece) {
		if (rule->pieces == PIECES_MAX) {
			sot_refuse(l, node, "more than 15 fields");
			return;
		}
		brace = strchr(text, '{');
		len = brace ? (size_t)(brace - text) : strlen(text);
		piece->text = sot_arena_text(l->arena, text, len);
		rule->pieces++;
		if (!brace)
			return;
		len = strcspn(brace + 1, "}");
		if (!brace[1 + len]) {
			sot_refuse(l, node, "a { without its }");
			return;
		}
		ref = sot_load_take(l, sizeof(*ref));
		if (!ref || !sot_load_ref(l, node, brace + 1, len, ref))
			return;
		piece++->ref = ref;
		text = brace + 1 + len + 1;
	}
}

struct key_row {
	const char *name;
	void (*load)(struct sot_loading *l, const struct sot_yaml *node, struct sot_rule *rule);
};

static const struct key_row keys[] = {
	{ "id", load_id },
	{ "title", load_title },
	{ "severity", load_severity },
	{ "description", load_description },
	{ "limits", load_limits },
	{ "near_miss", load_near_miss },
	{ "mitre", load_mitre },
	{ "cve", load_cve },
	{ "when", load_when },
	{ "count", load_count },
	{ "within", load_within },
	{ "per", load_per },
	{ "sequence", load_sequence },
	{ "concurrent", load_concurrent },
	{ "except", load_except },
	{ "why", load_why },
	{ "enabled", load_enabled },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static const char *key_name(size_t index)
{
	return keys[index].name;
}

static void load_keys(struct sot_loading *l, const struct sot_yaml *map, struct sot_rule *rule)
{
	const struct sot_yaml *key;
	size_t i;

	for (key = map->first; key && !l->out_of_memory; key = key->next->next) {
		for (i = 0; i < KEYS && strcmp(keys[i].name, key->text); i++)
			;
		if (i < KEYS)
			keys[i].load(l, key->next, rule);
		else
			sot_refuse_unknown(l, key, "key", key->text, key_name, KEYS);
	}
}

/* ---- what goes with what ---- */

struct needs {
	const char *key, *other; /* with `key` also `other`; "!other": not with it */
};

static const struct needs needs[] = {
	{ "count", "when" },	  { "count", "within" },       { "count", "per" },
	{ "count", "!sequence" }, { "count", "!concurrent" },  { "sequence", "within" },
	{ "sequence", "per" },	  { "sequence", "!when" },     { "sequence", "!concurrent" },
	{ "concurrent", "when" }, { "concurrent", "!within" }, { "concurrent", "!per" },
	{ "within", "per" },
};

static void check_together(struct sot_loading *l, const struct sot_yaml *map,
			   const struct sot_rule *rule)
{
	static const char *const always[] = { "id", "title", "severity" };
	const char *other;
	size_t i;
	bool not ;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!sot_yaml_get(map, always[i]))
			sot_refuse(l, map, "a rule needs the key %s", always[i]);
	if (!sot_yaml_get(map, "when") && !sot_yaml_get(map, "sequence"))
		sot_refuse(l, map, "a rule needs the key when, or sequence");
	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		not = needs[i].other[0] == '!';
		other = needs[i].other + not ;
		if (sot_yaml_get(map, needs[i].key) && !sot_yaml_get(map, other) != not )
			sot_refuse(l, map, not ? "%s does not go with %s" : "%s needs the key %s",
				   needs[i].key, other);
	}
	if (sot_yaml_get(map, "within") && !rule->count && !rule->steps)
		sot_refuse(l, map, "within needs the key count, or sequence");
	if (rule->per && rule->steps && rule->per != SOT_PER_SOCKET && rule->per != SOT_PER_TREE)
		sot_refuse(l, sot_yaml_get(map, "per"), "a sequence is per socket or per tree");
	if (rule->per == SOT_PER_TREE && !rule->steps)
		sot_refuse(l, sot_yaml_get(map, "per"), "only a sequence is per tree");
}

static size_t find_rule(const struct sot_rules *rules, const char *id)
{
	size_t i;

	for (i = 0; i < rules->count && strcmp(rules->rule[i]->id, id); i++)
		;
	return i;
}

static void remove_rule(struct sot_loading *l, const struct sot_yaml *map)
{
	const struct sot_yaml *id = sot_yaml_get(map, "id"), *key;
	struct sot_rules *rules = l->rules;
	size_t i;

	for (key = map->first; key; key = key->next->next)
		if (strcmp(key->text, "id") && strcmp(key->text, "enabled"))
			sot_refuse(l, key, "a rule that is not enabled has an id and no more");
	if (!id || id->kind != SOT_YAML_SCALAR) {
		sot_refuse(l, map, "which rule is not enabled? Give its id");
		return;
	}
	i = find_rule(rules, id->text);
	if (i == rules->count) {
		sot_refuse(l, id, "no rule \"%.64s\" came before", id->text);
		return;
	}
	for (rules->count--; i < rules->count; i++)
		rules->rule[i] = rules->rule[i + 1];
}

static void keep_rule(struct sot_loading *l, const struct sot_yaml *map, struct sot_rule *rule)
{
	static const char *const none[] = { NULL };
	struct sot_rules *rules = l->rules;
	size_t i;

	if (!rule->description)
		rule->description = "";
	if (!rule->limits)
		rule->limits = "";
	if (!rule->near_miss)
		rule->near_miss = "";
	if (!rule->mitre)
		rule->mitre = none;
	if (!rule->cve)
		rule->cve = none;
	if (!rule->id || !rule->title)
		return; /* told */
	i = find_rule(rules, rule->id);
	if (i == SOT_RULES_MAX) {
		sot_refuse(l, map, "more than 1024 rules");
		return;
	}
	rules->rule[i] = rule;
	if (i == rules->count)
		rules->count++;
}

static void check_repeated(struct sot_loading *l, const struct sot_yaml *list,
			   const struct sot_yaml *map)
{
	const struct sot_yaml *id = sot_yaml_get(map, "id"), *p, *other;

	if (!id || id->kind != SOT_YAML_SCALAR)
		return;
	for (p = list->first; p != map; p = p->next) {
		other = sot_yaml_get(p, "id");
		if (!other || other->kind != SOT_YAML_SCALAR || strcmp(other->text, id->text))
			continue;
		sot_refuse(l, id, "the id \"%.64s\" stands in line %u, too", id->text, other->line);
		return;
	}
}

static void load_rule(struct sot_loading *l, const struct sot_yaml *list,
		      const struct sot_yaml *map)
{
	const struct sot_yaml *enabled;
	struct sot_rule *rule;

	if (map->kind != SOT_YAML_MAP) {
		sot_refuse(l, map, "a rule is a mapping");
		return;
	}
	check_repeated(l, list, map);
	enabled = sot_yaml_get(map, "enabled");
	if (enabled && enabled->kind == SOT_YAML_SCALAR && !strcmp(enabled->text, "false")) {
		remove_rule(l, map);
		return;
	}
	rule = sot_load_take(l, sizeof(*rule));
	if (!rule)
		return;
	load_keys(l, map, rule);
	check_together(l, map, rule);
	keep_rule(l, map, rule);
}

static void load_rules(struct sot_loading *l, const struct sot_yaml *root)
{
	const struct sot_yaml *list = sot_yaml_get(root, "rules"), *item, *key;

	if (root->kind != SOT_YAML_MAP || !list) {
		sot_refuse(l, root, "a file of rules is a mapping with the key rules");
		return;
	}
	for (key = root->first; key; key = key->next->next)
		if (strcmp(key->text, "rules"))
			sot_refuse(l, key, "unknown key \"%.60s\"; only rules is taken here",
				   key->text);
	if (list->kind != SOT_YAML_LIST) {
		sot_refuse(l, list, "a list of rules is wanted here");
		return;
	}
	if (list->count > SOT_RULES_MAX) {
		sot_refuse(l, list, "more than 1024 rules");
		return;
	}
	for (item = list->first; item && !l->out_of_memory; item = item->next)
		load_rule(l, list, item);
}

int sot_rules__add(struct sot_rules *rules, const char *file, const char *text, size_t len,
		   const struct sot_rules_teller *teller)
{
	struct sot_loading l = {
		.rules = rules, .arena = &rules->arena, .teller = teller, .file = file
	};
	struct sot_yaml whole = { .line = 1, .column = 1 }, *root;
	struct sot_arena nodes = { 0 };
	int err;

	if (len > SOT_RULES_FILE_MAX) {
		sot_refuse(&l, &whole, "a file of more than 1 MiB");
		return -EINVAL;
	}
	root = sot_yaml_parse(text, len, &nodes, teller, file, &err);
	if (root)
		load_rules(&l, root);
	sot_arena_free(&nodes);
	return err ? err : l.out_of_memory ? -ENOMEM : l.errors ? -EINVAL : 0;
}

struct sot_rules *sot_rules__new(void)
{
	return calloc(1, sizeof(struct sot_rules));
}

size_t sot_rules__count(const struct sot_rules *rules)
{
	return rules->count;
}

const char *sot_rules__id(const struct sot_rules *rules, size_t index)
{
	return rules->rule[index]->id;
}

const char *sot_rules__title(const struct sot_rules *rules, size_t index)
{
	return rules->rule[index]->title;
}

enum sot_severity sot_rules__severity(const struct sot_rules *rules, size_t index)
{
	return rules->rule[index]->severity;
}

void sot_rules__free(struct sot_rules *rules)
{
	struct sot_regex *regex;

	if (!rules)
		return;
	for (regex = rules->regexes; regex; regex = regex->next)
		pcre2_code_free(regex->code);
	sot_arena_free(&rules->arena);
	free(rules);
}
