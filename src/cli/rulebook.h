/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rules that the command line asks for: read from their files, errors told. */
#ifndef SOT_RULEBOOK_H
#define SOT_RULEBOOK_H

#include "config.h"
#include "rules/rules.h"

/* The default set, then the files of --rules. NULL after telling every error. */
struct sot_rules *sot_rulebook__load(const struct sot_config *cfg);

/* --rules-check, --list-rules. Each returns the exit status. */
int sot_rulebook__check(const struct sot_config *cfg);
int sot_rulebook__list(const struct sot_config *cfg);

#endif
