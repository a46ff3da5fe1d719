/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rules that the command line asks for: read from their files, errors told. */
#ifndef SOT_RULEBOOK_H
#define SOT_RULEBOOK_H

#include "config.h"
#include "rules/rules.h"

/* How a file of rules is opened: not waiting for the other end of a pipe. */
#define SOT_RULEBOOK_OPEN (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* A descriptor, or a negative errno. */
int sot_rulebook__open(const char *path);

/* The default set alone, or nothing where it is not wanted; NULL when out of memory. */
struct sot_rules *sot_rulebook__new(const struct sot_config *cfg);

/* The default set, then the files of --rules. NULL after telling every error. */
struct sot_rules *sot_rulebook__load(const struct sot_config *cfg);

/* --rules-check, --list-rules. Each returns the exit status. */
int sot_rulebook__check(const struct sot_config *cfg);
int sot_rulebook__list(const struct sot_config *cfg);

#endif
