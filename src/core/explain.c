/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the catalogue holds of an option, for a person who writes or reads a program. */
#include "explain.h"

#include <errno.h>

#include "filter.h"
#include "names.h"
#include "value_types.h"

#define LABEL_WIDTH 12

static void put_label(struct sot_buf *buf, const char *label)
{
	size_t start = buf->len;

	sot_buf_str(buf, "  ");
	sot_buf_str(buf, label);
	sot_buf_pad(buf, start, LABEL_WIDTH);
}

static void put_line(struct sot_buf *buf, const char *label, const char *text)
{
	put_label(buf, label);
	sot_buf_str(buf, text);
	sot_buf_char(buf, '\n');
}

static void put_length(struct sot_buf *buf, const struct sot_option *opt)
{
	int least = sot_option_min_len(opt, false), most = sot_option_max_len(opt, false);

	put_label(buf, "length");
	sot_buf_int(buf, least);
	sot_buf_str(buf, " bytes at the least");
	if (most != SOT_LEN_ANY) {
		sot_buf_str(buf, ", ");
		sot_buf_int(buf, most);
		sot_buf_str(buf, " are looked at");
	}
	if (opt->flags & SOT_OPT_LEN_IS_VALUE)
		sot_buf_str(buf, "; the length is the value");
	if (opt->flags & SOT_OPT_NULL_OK)
		sot_buf_str(buf, "; optval may be NULL");
	sot_buf_char(buf, '\n');
}

static void put_range(struct sot_buf *buf, const struct sot_option *opt)
{
	if (!opt->has_range)
		return;
	put_label(buf, "range");
	sot_buf_int(buf, opt->min);
	sot_buf_str(buf, " to ");
	sot_buf_int(buf, opt->max);
	if (opt->has_also) {
		sot_buf_str(buf, ", or ");
		sot_buf_int(buf, opt->also);
	}
	sot_buf_char(buf, '\n');
}

/* One a line: the number as it is passed, and its name. */
static void put_named(struct sot_buf *buf, const struct sot_option *opt)
{
	const struct sot_named *named;
	const char *label = "values";

	for (named = opt->named; named && named->name; named++) {
		put_label(buf, label);
		sot_buf_int(buf, (int64_t)named->value);
		sot_buf_char(buf, ' ');
		sot_buf_str(buf, named->name);
		sot_buf_char(buf, '\n');
		label = "";
	}
}

static void put_capability(struct sot_buf *buf, const struct sot_option *opt)
{
	const char *before = "";
	unsigned int cap;

	put_label(buf, "who may");
	if (!opt->caps)
		sot_buf_str(buf, "everybody");
	for (cap = 0; cap < 64; cap++) {
		if (!(opt->caps >> cap & 1))
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, sot_capability_name(cap));
		before = " or ";
	}
	if (opt->caps)
		sot_buf_str(buf, opt->cap_scope == SOT_CAP_INIT ?
					 " in the initial user namespace" :
					 " in the network namespace's user namespace");
	if (opt->cap_when) {
		sot_buf_str(buf, ", ");
		sot_buf_str(buf, opt->cap_when);
	}
	sot_buf_char(buf, '\n');
}

static void explain_row(const struct sot_option *opt, struct sot_buf *buf)
{
	const struct sot_level *level = &sot_levels[opt->level];

	sot_buf_str(buf, opt->name);
	sot_buf_str(buf, ": ");
	sot_buf_str(buf, opt->doc);
	sot_buf_char(buf, '\n');
	put_label(buf, "level");
	sot_buf_str(buf, level->name);
	sot_buf_str(buf, ", ");
	sot_buf_str(buf, level->doc);
	sot_buf_char(buf, '\n');
	put_label(buf, "number");
	sot_buf_int(buf, level->number);
	sot_buf_char(buf, ':');
	sot_buf_int(buf, opt->optname);
	sot_buf_char(buf, '\n');
	if (opt->alias)
		put_line(buf, "also", opt->alias);
	put_line(buf, "type", sot_value_types[opt->type].name);
	if (opt->flags & SOT_OPT_GET_ONLY) {
		put_line(buf, "set", "never: it can only be read, with getsockopt");
	} else {
		put_length(buf, opt);
		put_range(buf, opt);
		put_named(buf, opt);
		put_capability(buf, opt);
	}
	if (opt->flags & SOT_OPT_SECRET)
		put_line(buf, "shown", "as redacted: the value is secret and stays in the kernel");
	if (opt->since)
		put_line(buf, "since", opt->since);
	if (opt->until)
		put_line(buf, "until", opt->until);
}

static bool is_asked_for(const struct sot_option_filter *filter, const struct sot_option *opt)
{
	size_t i;

	for (i = 0; i < filter->count; i++)
		if (filter->rule[i].key.level == sot_levels[opt->level].number &&
		    (filter->rule[i].key.any || filter->rule[i].key.optname == opt->optname))
			return true;
	return false;
}

int sot_explain(const char *words, struct sot_option_filter *filter, struct sot_buf *buf,
		struct sot_buf *err)
{
	size_t start = buf->len, i;
	int ret;

	memset(filter, 0, sizeof(*filter));
	ret = sot_option_filter_add(filter, words, err);
	if (ret)
		return ret;
	for (i = 0; i < sot_options_count; i++) {
		if (!filter->all && !is_asked_for(filter, &sot_options[i]))
			continue;
		if (buf->len != start)
			sot_buf_char(buf, '\n');
		explain_row(&sot_options[i], buf);
	}
	if (buf->len != start)
		return 0;
	sot_buf_str(err, "option \"");
	sot_buf_printable(err, words, strlen(words));
	sot_buf_str(err, "\" is not in the catalogue; see --list-options");
	return -EINVAL;
}
