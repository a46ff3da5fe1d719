/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOT_EXPLAIN_H
#define SOT_EXPLAIN_H

#include "filter.h"

/*
 * Writes what is known of the options that `words` names, in the form of -e: SO_LINGER,
 * SOL_IP:IP_TTL, 6:1. *filter is room to work in. Returns 0, or -EINVAL with one sentence
 * in *err.
 */
int sot_explain(const char *words, struct sot_option_filter *filter, struct sot_buf *buf,
		struct sot_buf *err);

/* One row of the catalogue: at most 80 columns, and a screen of 24 lines. */
void sot_explain_option(const struct sot_option *opt, struct sot_buf *buf);

#endif
