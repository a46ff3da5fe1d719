/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The catalogue: every level and option of setsockopt that we know, as data.
 *
 * levels.def and sockopts.def hold the rows; names, decoding, checks, filters
 * and lists are all drawn from them. A row holds data only: how a value of some
 * type is read stands in the type table (value_types.h), indexed by row->type.
 *
 * Everything here is immutable, static storage: nothing is to be freed.
 */
#ifndef SOT_CATALOGUE_H
#define SOT_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No upper bound: the kernel takes any longer value and uses all of it. */
#define SOT_LEN_ANY INT32_MAX

enum sot_level_id {
#define LEVEL(_name, ...) SOT_LEVEL_##_name,
#include "levels.def"
#undef LEVEL
	SOT_LEVEL_COUNT
};

/* Room for one thing a row, where a table of them is made before the rows are counted. */
#define SOT_OPTIONS_MAX 2048

/* How the bytes of a value are laid out. One row a type in value_types.def. */
enum sot_type_id {
#define VALUE_TYPE(_id, ...) SOT_TYPE_##_id,
#include "value_types.def"
#undef VALUE_TYPE
	SOT_TYPE_COUNT
};

/* One a row: its index in sot_options. */
enum sot_option_id {
#define OPTION(_level, _name, ...) SOT_OPTION_##_level##_##_name,
#include "sockopts.def"
#undef OPTION
	SOT_OPTION_COUNT
};

/* One symbolic value or one bit mask; a table of them ends with name NULL. */
struct sot_named {
	uint64_t value;
	const char *name;
};

struct sot_level {
	const char *name;
	int number;
	/* Address families whose sockets have this level; ends with 0, empty: every family. */
	uint16_t families[6];
	/* sk_protocol of the sockets that have it; ends with 0, empty: every protocol. */
	uint16_t protocols[6];
	/* A family more whose sockets have it, whatever their protocol; 0: none. */
	uint16_t whole_family;
	const char *doc;
};

enum sot_cap_scope {
	SOT_CAP_NONE,
	SOT_CAP_INIT,  /* capable(): the initial user namespace */
	SOT_CAP_NETNS, /* ns_capable(): the owner of the socket's network namespace */
};

enum sot_option_flags {
	SOT_OPT_SECRET = 1 << 0, /* the value is key material: never captured, never printed */
	SOT_OPT_NULL_OK =
		1 << 1, /* the kernel takes optval NULL with a length (as 0 or as "none") */
	SOT_OPT_LEN_IS_VALUE = 1 << 2, /* the length is the value, optval is not read */
	SOT_OPT_GET_ONLY = 1 << 3,     /* getsockopt only: the kernel refuses to set it */
	SOT_OPT_VARIABLE = 1 << 4,     /* of variable size: huge_optlen does not apply */
	SOT_OPT_GONE = 1 << 5,	       /* newer kernels no longer know it; see until */
	SOT_OPT_CHAR_OK =
		1 << 6, /* of an int given with 1 to 3 bytes the kernel reads one, unsigned */
	SOT_OPT_REFUSES_LONGER = 1 << 7, /* the kernel refuses optlen above the greatest */
};

struct sot_option {
	const char *name;
	const char *alias; /* a second name in use, NULL: none */
	enum sot_level_id level;
	int optname;
	enum sot_type_id type;
	/* Families and protocols, where narrower than the level's; same form. */
	uint16_t families[4];
	uint16_t protocols[4];
	/* Lengths in bytes. Only valid when has_len, else the type's own. */
	bool has_len;
	int min_len; /* the least optlen that the kernel takes */
	int max_len; /* what the kernel uses; SOT_LEN_ANY: no bound */
	/* Values that the kernel takes, for scalars; only when has_range. */
	bool has_range;
	int64_t min, max;
	bool has_also;
	int64_t also; /* one value outside [min, max] that it takes too, such as -1 */
	const struct sot_named *named; /* values of an enum type, bits of a bit-mask type */
	uint64_t caps;		       /* 1 << CAP_*; more than one bit: either will do */
	enum sot_cap_scope cap_scope;
	const char *cap_when;	   /* NULL: always */
	uint64_t later_caps;	   /* of caps: before that release the kernel does not take them */
	const char *later_since;   /* kernel release */
	bool risk;		   /* attackers use it, and it needs no capability */
	uint32_t flags;		   /* enum sot_option_flags */
	const char *since, *until; /* kernel release, "5.10"; NULL: before 5.10, still there */
	const char *doc;	   /* one line */
};

extern const struct sot_level sot_levels[SOT_LEVEL_COUNT];
extern const struct sot_option sot_options[SOT_OPTION_COUNT];
extern const size_t sot_options_count;

/* What decides between rows that share a number. All 0: unknown socket. */
struct sot_socket_kind {
	bool known;
	uint16_t family, type, protocol;
};

/*
 * The level's row for this socket; NULL: the catalogue has none. For an unknown
 * socket, or one whose family has no such level, the first row with the number is
 * given (the inet meaning stands first in levels.def), and *assumed is set unless
 * every socket has that level.
 */
const struct sot_level *sot_level_find(int level, const struct sot_socket_kind *kind,
				       bool *assumed);

/* The option's row under that level for this socket; NULL: not in the catalogue. */
const struct sot_option *sot_option_find(const struct sot_level *level, int optname,
					 const struct sot_socket_kind *kind);

/* "6.12.9-amd64" as 6012: releases in their order. 0: NULL, or it is none. */
int sot_release_number(const char *release);

/* The capabilities that such a kernel may ask for; release 0: not known, all of the row's. */
uint64_t sot_option_caps(const struct sot_option *opt, int release);

/* Privileged or of high risk: a flood of others must not push its events out. */
bool sot_option_is_guarded(const struct sot_option *opt);

/* Length bounds of a row, its own or its type's, for a caller of that word size. */
int sot_option_min_len(const struct sot_option *opt, bool compat);
int sot_option_max_len(const struct sot_option *opt, bool compat);

#endif
