/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The catalogue's tables, drawn from the .def files, and how a row is found. */
#include "catalogue.h"

#include <linux/capability.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "value_types.h"

/* include/uapi/linux/in.h; older C libraries do not have them */
#ifndef IPPROTO_SMC
#define IPPROTO_SMC 256
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* The parts of a row. */
#define ALIAS(_name) .alias = _name
#define FAMILIES(...) .families = { __VA_ARGS__ }
#define WHOLE_FAMILY(_family) .whole_family = _family
#define PROTOCOLS(...) .protocols = { __VA_ARGS__ }
#define LEN(_min, _max) .has_len = true, .min_len = _min, .max_len = _max
#define CHAR_OR_INT(_min) LEN(_min, 4), .flags = SOT_OPT_CHAR_OK
#define RANGE(_min, _max) .has_range = true, .min = _min, .max = _max
#define ALSO(_value) .has_also = true, .also = _value
#define ENUM(_table) .named = _table
#define BITS(_table) .named = _table
#define CAP(_scope, _caps, _when) .cap_scope = SOT_CAP_##_scope, .caps = _caps, .cap_when = _when
#define CAP_LATER(_caps, _since) .later_caps = _caps, .later_since = _since
#define RISK .risk = true
#define NET_ADMIN (1ULL << CAP_NET_ADMIN)
#define NET_RAW (1ULL << CAP_NET_RAW)
#define NET_BROADCAST (1ULL << CAP_NET_BROADCAST)
#define IPC_LOCK (1ULL << CAP_IPC_LOCK)
#define SYS_ADMIN (1ULL << CAP_SYS_ADMIN)
#define FLAGS(_flags) .flags = _flags
#define SECRET SOT_OPT_SECRET
#define NULL_OK SOT_OPT_NULL_OK
#define LEN_IS_VALUE SOT_OPT_LEN_IS_VALUE
#define GET_ONLY SOT_OPT_GET_ONLY
#define VARIABLE SOT_OPT_VARIABLE
#define GONE SOT_OPT_GONE
#define REFUSES_LONGER SOT_OPT_REFUSES_LONGER
#define SINCE(_release) .since = _release
#define UNTIL(_release) .until = _release
#define DOC(_text) .doc = _text

const struct sot_level sot_levels[SOT_LEVEL_COUNT] = {
#define LEVEL(_name, _number, ...) \
	[SOT_LEVEL_##_name] = { .name = #_name, .number = _number, __VA_ARGS__ },
#include "levels.def"
#undef LEVEL
};

#define NAMED(_table, ...) static const struct sot_named _table[] = { __VA_ARGS__, { 0, NULL } };
#define OPTION(...)
#include "sockopts.def"
#undef OPTION
#undef NAMED

const struct sot_option sot_options[] = {
#define NAMED(...)
#define OPTION(_level, _name, _number, _type, ...) \
	{ .name = #_name,                          \
	  .level = SOT_LEVEL_##_level,             \
	  .optname = _number,                      \
	  .type = SOT_TYPE_##_type,                \
	  __VA_ARGS__ },
#include "sockopts.def"
#undef OPTION
#undef NAMED
};

const size_t sot_options_count = sizeof(sot_options) / sizeof(sot_options[0]);
_Static_assert(sizeof(sot_options) / sizeof(sot_options[0]) <= SOT_OPTIONS_MAX,
	       "SOT_OPTIONS_MAX is too small");

/* Lists end with 0; an empty one leaves the choice open. */
static bool list_has(const uint16_t *list, size_t count, uint16_t value)
{
	size_t i;

	for (i = 0; i < count && list[i]; i++)
		if (list[i] == value)
			return true;
	return i == 0;
}

#define LIST_HAS(_list, _value) list_has(_list, sizeof(_list) / sizeof((_list)[0]), _value)

static bool level_is_of(const struct sot_level *row, const struct sot_socket_kind *kind)
{
	if (row->whole_family && row->whole_family == kind->family)
		return true;
	return LIST_HAS(row->families, kind->family) && LIST_HAS(row->protocols, kind->protocol);
}

const struct sot_level *sot_level_find(int level, const struct sot_socket_kind *kind, bool *assumed)
{
	const struct sot_level *first = NULL;
	size_t i;

	*assumed = false;
	for (i = 0; i < SOT_LEVEL_COUNT; i++) {
		const struct sot_level *row = &sot_levels[i];

		if (row->number != level)
			continue;
		if (kind->known && level_is_of(row, kind))
			return row;
		if (!first)
			first = row;
	}
	/* a level that every socket has means the same on one that is not known */
	*assumed = first && (first->families[0] || first->protocols[0]);
	return first;
}

/* Rows stand in the order of (level, optname), which a unit test makes sure of. */
static bool is_before(const struct sot_option *opt, enum sot_level_id level, int optname)
{
	return opt->level != level ? opt->level < level : opt->optname < optname;
}

const struct sot_option *sot_option_find(const struct sot_level *level, int optname,
					 const struct sot_socket_kind *kind)
{
	enum sot_level_id id = (enum sot_level_id)(level - sot_levels);
	size_t low = 0, high = sot_options_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (is_before(&sot_options[middle], id, optname))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sot_options_count; low++) {
		const struct sot_option *opt = &sot_options[low];

		if (opt->level != id || opt->optname != optname)
			break;
		if (!kind->known || (LIST_HAS(opt->families, kind->family) &&
				     LIST_HAS(opt->protocols, kind->protocol)))
			return opt;
	}
	return NULL;
}

bool sot_option_is_guarded(const struct sot_option *opt)
{
	return opt->caps || opt->risk;
}

int sot_option_min_len(const struct sot_option *opt, bool compat)
{
	const struct sot_value_type *type = &sot_value_types[opt->type];

	if (opt->has_len)
		return opt->min_len;
	return compat ? type->compat_min_len : type->min_len;
}

int sot_option_max_len(const struct sot_option *opt, bool compat)
{
	const struct sot_value_type *type = &sot_value_types[opt->type];

	if (opt->has_len)
		return opt->max_len;
	return compat ? type->compat_max_len : type->max_len;
}

/* What a recording claims may be any text. */
int sot_release_number(const char *release)
{
	long major, minor;
	char *rest;

	if (!release)
		return 0;
	major = strtol(release, &rest, 10);
	minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
	if (major < 0 || major > 999 || minor < 0 || minor > 999)
		return 0;
	return (int)(major * 1000 + minor);
}

uint64_t sot_option_caps(const struct sot_option *opt, int release)
{
	if (!release || !opt->later_caps || release >= sot_release_number(opt->later_since))
		return opt->caps;
	return opt->caps & ~opt->later_caps;
}
