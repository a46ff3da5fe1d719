/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The fields of a record that a rule may ask for, and what a record has in them. */
#ifndef SOT_RULES_FIELD_H
#define SOT_RULES_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum sot_field_kind {
	SOT_FIELD_NUMBER,
	SOT_FIELD_TRUTH,
	SOT_FIELD_TEXT,
	SOT_FIELD_NAMES, /* a list of strings */
	SOT_FIELD_VALUE, /* a decoded value, or by further names one of its members */
};

/* Wide enough for any signed and unsigned 64 bits. */
typedef __int128 sot_wide;

struct sot_text {
	const char *str; /* len bytes */
	size_t len;
};

#define SOT_FACT_NAMES 64

/* What a record has in a field. */
struct sot_fact {
	bool known;
	enum sot_field_kind kind; /* never VALUE */
	sot_wide num;		  /* NUMBER, TRUTH */
	struct sot_text text;	  /* TEXT; of a NUMBER its name, if it has one (str NULL: none) */
	struct sot_text name[SOT_FACT_NAMES];
	size_t names;
};

/* Room that a fact may point into. */
struct sot_scratch {
	struct sot_value value;
	char text[2 * SOT_SNAPSHOT_MAX + 64];
};

struct sot_domain {
	const char *what; /* "option" */
	const char *(*name)(size_t index);
	size_t (*count)(void);
};

struct sot_ref;

struct sot_field {
	const char *path;
	const char *words;
	enum sot_field_kind kind;
	const struct sot_domain *domain; /* NULL: any string */
	void (*get)(const struct sot_record *rec, const struct sot_ref *ref,
		    struct sot_scratch *scratch, struct sot_fact *fact);
};

extern const struct sot_field sot_fields[];
extern const size_t sot_fields_count;

/* A field as a rule names it. */
struct sot_ref {
	const struct sot_field *field;
	const char *path;    /* in full, with the members */
	const char **member; /* of a VALUE: names or indexes, `members` of them */
	size_t members;
};

/* For sot_nearest_names(). */
const char *sot_field_path(size_t index);

/* Fills *fact, which may point into rec and *scratch. */
void sot_field_get(const struct sot_record *rec, const struct sot_ref *ref,
		   struct sot_scratch *scratch, struct sot_fact *fact);

/* What it has is told by the option's row of the catalogue alone, of a call whose option has one. */
bool sot_field_is_of_option(const struct sot_field *field);

/* A fact in words, cut to fit: "1000", "SO_MARK", "CAP_NET_RAW, CAP_NET_ADMIN", "unknown" */
void sot_fact_text(const struct sot_fact *fact, struct sot_buf *buf);

#endif
