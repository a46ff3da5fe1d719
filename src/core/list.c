/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A row of the catalogue as a line: a table for reading, JSON for programs. */
#include "emit.h"
#include "names.h"
#include "value_types.h"

#define LENGTH_OF(_array) (sizeof(_array) / sizeof((_array)[0]))

/* Of the columns; tests/unit/test_list.c knows whether all rows fit. SOL_ATM's numbers are long. */
enum { LEVEL_WIDTH = 14, NUMBER_WIDTH = 10, NAME_WIDTH = 36, TYPE_WIDTH = 31 };

/* One column: text, and spaces up to the next. */
static void put_column(struct sot_buf *buf, const char *text, size_t width)
{
	size_t start = buf->len;

	sot_buf_str(buf, text);
	sot_buf_pad(buf, start, width);
	sot_buf_char(buf, ' ');
}

/* The number to the right, for units to stand below units. */
static void put_number_column(struct sot_buf *buf, int number)
{
	char digits[16];
	struct sot_buf text;

	sot_buf_init(&text, digits, sizeof(digits));
	sot_buf_int(&text, number);
	sot_buf_pad(buf, buf->len, text.len < NUMBER_WIDTH ? NUMBER_WIDTH - text.len : 0);
	sot_buf_put(buf, digits, text.len);
	sot_buf_str(buf, "  ");
}

int sot_list_table_header(struct sot_buf *buf)
{
	size_t start = buf->len;

	put_column(buf, "LEVEL", LEVEL_WIDTH);
	sot_buf_pad(buf, buf->len, NUMBER_WIDTH - 3);
	sot_buf_str(buf, "NUM  ");
	put_column(buf, "NAME", NAME_WIDTH);
	put_column(buf, "TYPE", TYPE_WIDTH);
	sot_buf_str(buf, "WHAT IT DOES");
	return sot_finish_line(buf, start);
}

int sot_list_table(const struct sot_option *opt, struct sot_buf *buf)
{
	size_t start = buf->len;

	put_column(buf, sot_levels[opt->level].name, LEVEL_WIDTH);
	put_number_column(buf, opt->optname);
	put_column(buf, opt->name, NAME_WIDTH);
	put_column(buf, sot_value_types[opt->type].name, TYPE_WIDTH);
	sot_buf_str(buf, opt->doc);
	return sot_finish_line(buf, start);
}

static void put_family(struct sot_buf *buf, uint16_t family, bool *first)
{
	const char *name = sot_family_name(family);

	if (!*first)
		sot_buf_char(buf, ',');
	*first = false;
	sot_json_string(buf, name ? name : "?");
}

/* The row's own, else its level's; "*": sockets of every family have it. */
static void put_families(struct sot_buf *buf, const struct sot_option *opt)
{
	const struct sot_level *level = &sot_levels[opt->level];
	const uint16_t *list = opt->families[0] ? opt->families : level->families;
	size_t max = opt->families[0] ? LENGTH_OF(opt->families) : LENGTH_OF(level->families), i;
	bool first = true;

	sot_json_key(buf, "families");
	sot_buf_char(buf, '[');
	for (i = 0; i < max && list[i]; i++)
		put_family(buf, list[i], &first);
	if (!opt->families[0] && level->whole_family)
		put_family(buf, level->whole_family, &first);
	if (first)
		sot_json_string(buf, "*");
	sot_buf_char(buf, ']');
}

/* What the kernel takes; null: no bound, or that the option cannot be set at all. */
static void put_lengths(struct sot_buf *buf, const struct sot_option *opt)
{
	int most = sot_option_max_len(opt, false);
	bool settable = !(opt->flags & SOT_OPT_GET_ONLY);
	bool bounded = (opt->flags & SOT_OPT_REFUSES_LONGER) && most != SOT_LEN_ANY;

	sot_json_uint_if(buf, "minLen", settable, (uint64_t)sot_option_min_len(opt, false));
	sot_json_uint_if(buf, "maxLen", settable && bounded, (uint64_t)most);
}

static void put_capability(struct sot_buf *buf, const struct sot_option *opt)
{
	const char *before = "\"";
	unsigned int cap;

	sot_json_key(buf, "capability");
	for (cap = 0; cap < 64; cap++) {
		if (!(opt->caps >> cap & 1))
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, sot_capability_name(cap));
		before = "|";
	}
	sot_buf_str(buf, opt->caps ? "\"" : "null");
	sot_json_key(buf, "capabilityWhen");
	sot_json_string_or_null(buf, opt->cap_when);
	sot_json_key(buf, "capabilityScope");
	sot_json_string_or_null(buf, opt->cap_scope == SOT_CAP_INIT  ? "init" :
				     opt->cap_scope == SOT_CAP_NETNS ? "netns" :
								       NULL);
}

int sot_list_json(const struct sot_option *opt, struct sot_buf *buf)
{
	const struct sot_level *level = &sot_levels[opt->level];
	size_t start = buf->len;

	sot_buf_str(buf, "{\"level\":");
	sot_buf_int(buf, level->number);
	sot_json_key(buf, "levelName");
	sot_json_string(buf, level->name);
	sot_json_key(buf, "optname");
	sot_buf_int(buf, opt->optname);
	sot_json_key(buf, "name");
	sot_json_string(buf, opt->name);
	put_families(buf, opt);
	sot_json_key(buf, "type");
	sot_json_string(buf, sot_value_types[opt->type].name);
	put_lengths(buf, opt);
	put_capability(buf, opt);
	sot_json_key(buf, "since");
	sot_json_string_or_null(buf, opt->since);
	sot_json_key(buf, "until");
	sot_json_string_or_null(buf, opt->until);
	sot_json_key(buf, "secret");
	sot_buf_str(buf, opt->flags & SOT_OPT_SECRET ? "true" : "false");
	sot_json_key(buf, "highRisk");
	sot_buf_str(buf, opt->risk ? "true" : "false");
	sot_json_key(buf, "doc");
	sot_json_string(buf, opt->doc);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}
