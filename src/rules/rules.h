/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rules (docs/RULES.md): loaded from text, then asked of each record.
 *
 * Loading allocates and opens nothing. Judging is a function of the rules, the record and the
 * state in struct sot_audit alone: no clock (the times of the events), no I/O, no globals.
 */
#ifndef SOT_RULES_H
#define SOT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "finding.h"
#include "record.h"

#define SOT_RULES_FILE_MAX (1024 * 1024) /* bytes */
#define SOT_RULES_MAX 1024

/* Who is told of an error in a file. */
struct sot_rules_teller {
	void (*tell)(void *context, const char *file, unsigned int line, unsigned int column,
		     const char *what);
	void *context;
};

/* The set that is compiled in. */
extern const char sot_default_rules[];
extern const size_t sot_default_rules_len;
#define SOT_DEFAULT_RULES_NAME "default rules"

struct sot_rules;

/* NULL when out of memory. */
struct sot_rules *sot_rules__new(void);

/*
 * Adds the rules of a file: one with an id that an earlier file has replaces that. `file` is for
 * messages. Returns 0; -EINVAL after telling every error; -ENOMEM. After an error the set is of
 * no use but to be freed.
 */
int sot_rules__add(struct sot_rules *rules, const char *file, const char *text, size_t len,
		   const struct sot_rules_teller *teller);

size_t sot_rules__count(const struct sot_rules *rules);
const char *sot_rules__id(const struct sot_rules *rules, size_t index);
const char *sot_rules__title(const struct sot_rules *rules, size_t index);
enum sot_severity sot_rules__severity(const struct sot_rules *rules, size_t index);
/* A rule as a line of JSON, for --list-rules. Returns 0, or -ENOSPC (then nothing is added). */
int sot_rules__put_json(const struct sot_rules *rules, size_t index, struct sot_buf *buf);
/* NULL is allowed. */
void sot_rules__free(struct sot_rules *rules);

struct sot_audit;

/* What is remembered between calls. NULL when out of memory. The rules must outlive it. */
struct sot_audit *sot_audit__new(const struct sot_rules *rules);

/* Sets rec->findings, which live until the next call. */
void sot_audit__judge(struct sot_audit *audit, struct sot_record *rec);

/* From now on no rule is left out because it cannot match: for tests, to find the same. */
void sot_audit__try_all(struct sot_audit *audit);

/* News for the user in one sentence: what had to be forgotten, what could not be decided. */
bool sot_audit__take_note(struct sot_audit *audit, struct sot_buf *buf);

/* NULL is allowed. */
void sot_audit__free(struct sot_audit *audit);

#endif
