/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "filter.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WORD_MAX 64

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, letters compared without case. */
static size_t distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], i, j, above, corner, len = strnlen(b, WORD_MAX);

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i] && i < WORD_MAX; i++) {
		corner = row[0];
		row[0] = i + 1;
		for (j = 0; j < len; j++) {
			above = row[j + 1];
			row[j + 1] = smallest(above + 1, row[j] + 1,
					      corner + (toupper((unsigned char)a[i]) !=
							toupper((unsigned char)b[j])));
			corner = above;
		}
	}
	return row[len];
}

size_t sot_nearest_names(const char *word, const char *(*name)(size_t index), size_t count,
			 const char **nearest, size_t max)
{
	size_t best[8], found = 0, i, j, d, limit = strlen(word) / 3 + 1;

	if (max > sizeof(best) / sizeof(best[0]))
		max = sizeof(best) / sizeof(best[0]);
	for (i = 0; max && i < count; i++) {
		d = distance(word, name(i));
		if (d > limit || (found == max && d >= best[found - 1]))
			continue;
		if (found < max)
			found++;
		for (j = found - 1; j > 0 && best[j - 1] > d; j--) {
			best[j] = best[j - 1];
			nearest[j] = nearest[j - 1];
		}
		best[j] = d;
		nearest[j] = name(i);
	}
	return found;
}

static const char *option_name(size_t index)
{
	return sot_options[index].name;
}

static const char *level_name(size_t index)
{
	return sot_levels[index].name;
}

static int unknown(struct sot_buf *err, const char *what, const char *word,
		   const char *(*name)(size_t), size_t count)
{
	const char *nearest[3];
	size_t n = sot_nearest_names(word, name, count, nearest, 3), i;

	sot_buf_str(err, "unknown ");
	sot_buf_str(err, what);
	sot_buf_str(err, " \"");
	sot_buf_printable(err, word, strlen(word));
	sot_buf_str(err, "\"");
	for (i = 0; i < n; i++) {
		sot_buf_str(err, i == 0 ? "; did you mean " : i + 1 < n ? ", " : " or ");
		sot_buf_str(err, nearest[i]);
	}
	sot_buf_str(err, n ? "?" : "; write its number as LEVEL:NUMBER, such as 1:2");
	return -EINVAL;
}

static int refuse(struct sot_buf *err, const char *before, const char *word, const char *after)
{
	sot_buf_str(err, before);
	sot_buf_printable(err, word, strlen(word));
	sot_buf_str(err, after);
	return -EINVAL;
}

static bool parse_number(const char *word, int *number)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(word, &end, 0);
	if (end == word || *end || errno || n < INT32_MIN || n > INT32_MAX)
		return false;
	*number = (int)n;
	return true;
}

static int add_rule(struct sot_option_filter *filter, int level, int optname, bool any,
		    uint32_t verdict, struct sot_buf *err)
{
	struct sot_option_key key = { .level = level, .optname = any ? 0 : optname, .any = any };
	size_t i;

	for (i = 0; i < filter->count; i++) {
		if (!memcmp(&filter->rule[i].key, &key, sizeof(key))) {
			filter->rule[i].verdict |= verdict;
			return 0;
		}
	}
	if (filter->count == SOT_FILTER_RULES)
		return refuse(err, "too many options in -e", "", "; use a glob such as TCP_*");
	filter->rule[filter->count].key = key;
	filter->rule[filter->count++].verdict = verdict;
	return 0;
}

/* What stands before the colon. */
struct level_choice {
	int number;
	const struct sot_level *named; /* NULL: it was given as a number */
};

/* No choice: any level. */
static bool is_of_level(const struct sot_option *opt, const struct level_choice *level)
{
	const struct sot_level *row = &sot_levels[opt->level];

	if (!level)
		return true;
	return level->named ? level->named == row : level->number == row->number;
}

/* One option of a level by number, or (NULL) all: a key for the kernel, and the rows that fit. */
static int add_number(struct sot_option_filter *filter, const struct level_choice *level,
		      const int *optname, uint32_t verdict, struct sot_buf *err)
{
	size_t i;

	for (i = 0; i < sot_options_count; i++)
		if (is_of_level(&sot_options[i], level) &&
		    (!optname || sot_options[i].optname == *optname))
			filter->row[i] |= (uint8_t)verdict;
	return add_rule(filter, level->number, optname ? *optname : 0, !optname, verdict, err);
}

static bool name_matches(const struct sot_option *opt, const char *pattern)
{
	return !fnmatch(pattern, opt->name, FNM_CASEFOLD) ||
	       (opt->alias && !fnmatch(pattern, opt->alias, FNM_CASEFOLD));
}

static const struct sot_option *find_name(const char *name)
{
	size_t i;

	for (i = 0; i < sot_options_count; i++)
		if (name_matches(&sot_options[i], name))
			return &sot_options[i];
	return NULL;
}

/* No row fitted: was it the level that was wrong, or the name? */
static int no_such_name(const struct level_choice *level, const char *pattern, struct sot_buf *err)
{
	const struct sot_option *other = level ? find_name(pattern) : NULL;

	if (strpbrk(pattern, "*?["))
		return refuse(err, "no option matches \"", pattern,
			      "\"; see the names with --list-options");
	if (other) {
		refuse(err, "option \"", pattern, "\" is not of this level but of ");
		return refuse(err, "", sot_levels[other->level].name, "");
	}
	return unknown(err, "option", pattern, option_name, sot_options_count);
}

/* Every row whose name fits, of one level or (NULL) of all. */
static int add_names(struct sot_option_filter *filter, const struct level_choice *level,
		     const char *pattern, uint32_t verdict, struct sot_buf *err)
{
	bool found = false;
	size_t i;
	int ret;

	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *opt = &sot_options[i];

		if (!is_of_level(opt, level) || !name_matches(opt, pattern))
			continue;
		filter->row[i] |= (uint8_t)verdict;
		ret = add_rule(filter, sot_levels[opt->level].number, opt->optname, false, verdict,
			       err);
		if (ret)
			return ret;
		found = true;
	}
	return found ? 0 : no_such_name(level, pattern, err);
}

static int find_level(const char *word, struct level_choice *level, struct sot_buf *err)
{
	size_t i;

	level->named = NULL;
	if (parse_number(word, &level->number))
		return 0;
	for (i = 0; i < SOT_LEVEL_COUNT; i++) {
		if (!strcasecmp(word, sot_levels[i].name)) {
			level->named = &sot_levels[i];
			level->number = sot_levels[i].number;
			return 0;
		}
	}
	return unknown(err, "level", word, level_name, SOT_LEVEL_COUNT);
}

static int add_word(struct sot_option_filter *filter, char *word, struct sot_buf *err)
{
	uint32_t verdict = SOT_OPTION_INCLUDE;
	struct level_choice level;
	int optname, ret;
	char *colon;

	if (*word == '!') {
		verdict = SOT_OPTION_EXCLUDE;
		word++;
	}
	if (!*word)
		return refuse(err, "an option's name is missing in -e", "",
			      "; write it as SO_REUSEADDR,TCP_*,!SO_KEEPALIVE");
	if (verdict == SOT_OPTION_INCLUDE)
		filter->selective = true;
	if (!strcmp(word, "*") && verdict == SOT_OPTION_INCLUDE) {
		filter->all = true;
		return 0;
	}
	colon = strchr(word, ':');
	if (!colon && parse_number(word, &optname))
		return refuse(
			err, "number ", word,
			" needs its level in -e; write it as LEVEL:NUMBER, such as SOL_SOCKET:2");
	if (!colon)
		return add_names(filter, NULL, word, verdict, err);
	*colon = '\0';
	ret = find_level(word, &level, err);
	if (ret)
		return ret;
	if (!strcmp(colon + 1, "*"))
		return add_number(filter, &level, NULL, verdict, err);
	if (parse_number(colon + 1, &optname))
		return add_number(filter, &level, &optname, verdict, err);
	return add_names(filter, &level, colon + 1, verdict, err);
}

int sot_option_filter_add(struct sot_option_filter *filter, const char *list, struct sot_buf *err)
{
	char word[2 * WORD_MAX];
	const char *end;
	int ret;

	for (;; list = end + 1) {
		end = strchrnul(list, ',');
		if ((size_t)(end - list) >= sizeof(word))
			return refuse(err, "a name in -e is too long to be an option's", "", "");
		memcpy(word, list, end - list);
		word[end - list] = '\0';
		ret = add_word(filter, word, err);
		if (ret || !*end)
			return ret;
	}
}

bool sot_option_filter_wants(const struct sot_option_filter *filter, const struct sot_option *opt)
{
	uint8_t verdict = filter->row[opt - sot_options];

	if (verdict & SOT_OPTION_EXCLUDE)
		return false;
	return !filter->selective || filter->all || (verdict & SOT_OPTION_INCLUDE);
}

bool sot_option_filter_takes(const struct sot_option_filter *filter, int level, int optname)
{
	const struct sot_option_key *key;
	uint32_t verdict = 0;
	size_t i;

	for (i = 0; i < filter->count; i++) {
		key = &filter->rule[i].key;
		if (key->level == level && (key->any || key->optname == optname))
			verdict |= filter->rule[i].verdict;
	}
	if (verdict & SOT_OPTION_EXCLUDE)
		return false;
	return !filter->selective || filter->all || (verdict & SOT_OPTION_INCLUDE);
}
