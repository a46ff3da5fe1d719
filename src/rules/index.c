/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which rules a call of an option can meet: most are about a few options. */
#include <errno.h>
#include <stdlib.h>

#include "compiled.h"

static bool may_meet(struct sot_matching *m, const struct sot_rule *rule)
{
	size_t i;

	if (!rule->steps)
		return sot_may_match(m, &rule->when);
	for (i = 0; i < rule->steps; i++)
		if (sot_may_match(m, &rule->step[i]))
			return true;
	return false;
}

/* Those of one option. Returns how many. */
static size_t list_rules(const struct sot_rules *rules, struct sot_matching *m, uint16_t *list)
{
	size_t i, count = 0;

	for (i = 0; i < rules->count; i++)
		if (!m->rec->option || may_meet(m, rules->rule[i]))
			list[count++] = (uint16_t)i;
	return count;
}

/* An option that is in no row may be any. */
int sot_index_init(struct sot_index *index, const struct sot_rules *rules, struct sot_matching *m)
{
	static const struct sot_event none;
	struct sot_record rec = { .ev = &none };
	size_t row, at = 0, size = sizeof(*index->rule);
	uint16_t *list = calloc((sot_options_count + 1) * rules->count + 1, size);

	if (!list)
		return -ENOMEM;
	m->rec = &rec;
	for (row = 0; row <= sot_options_count; row++) {
		index->first[row] = (uint32_t)at;
		rec.option = row < sot_options_count ? &sot_options[row] : NULL;
		rec.level = rec.option ? &sot_levels[rec.option->level] : NULL;
		at += list_rules(rules, m, list + at);
	}
	index->first[row] = (uint32_t)at;
	m->rec = NULL;
	index->rule = realloc(list, (at + 1) * size) ?: list;
	return 0;
}

const uint16_t *sot_index_find(const struct sot_index *index, const struct sot_option *option,
			       size_t *count)
{
	size_t row = option ? (size_t)(option - sot_options) : sot_options_count;

	*count = index->first[row + 1] - index->first[row];
	return index->rule + index->first[row];
}

void sot_index_free(struct sot_index *index)
{
	free(index->rule);
}
