/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From what the user writes after -e to the keys that the kernel's filter looks up. */
#ifndef SOT_FILTER_H
#define SOT_FILTER_H

#include "buf.h"
#include "catalogue.h"
#include "event.h"

#define SOT_FILTER_RULES 2048

struct sot_filter_rule {
	struct sot_option_key key;
	uint32_t verdict; /* enum sot_option_verdict */
};

struct sot_option_filter {
	bool selective; /* only what is included is wanted, not everything else */
	bool all;	/* "*" was given */
	size_t count;
	struct sot_filter_rule rule[SOT_FILTER_RULES];
	/* The same by row of the catalogue: two that share a number are told apart by name. */
	uint8_t row[SOT_OPTIONS_MAX]; /* enum sot_option_verdict */
};

/*
 * Adds a comma-separated list: NAME, GLOB, LEVEL:NAME, LEVEL:GLOB, LEVEL:NUMBER, each with
 * an optional ! before it, which excludes and outweighs every inclusion. LEVEL is a name or
 * a number. Case does not matter. Returns 0, or -EINVAL with one sentence in *err, which
 * proposes the nearest names.
 */
int sot_option_filter_add(struct sot_option_filter *filter, const char *list, struct sot_buf *err);

/* Does the filter let this row of the catalogue through? One that is empty does. */
bool sot_option_filter_wants(const struct sot_option_filter *filter, const struct sot_option *opt);

/* Does it let a call with these numbers through? By the same keys as the kernel's side looks up. */
bool sot_option_filter_takes(const struct sot_option_filter *filter, int level, int optname);

/*
 * Up to `max` of the `count` names nearest to `word`, best first, into nearest[]; names so
 * far off that they would be no help are left out. Returns how many.
 */
size_t sot_nearest_names(const char *word, const char *(*name)(size_t index), size_t count,
			 const char **nearest, size_t max);

#endif
