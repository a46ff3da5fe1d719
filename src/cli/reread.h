/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The rule files read again while tracing (SIGHUP). The tracer may open nothing by then: a process
 * of its own, forked before, opens and reads them, and may do nothing else. What it reads comes by
 * a socket, whenever it comes: the tracer does not wait for a slow disk.
 */
#ifndef SOT_REREAD_H
#define SOT_REREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "rules/rules.h"

struct sot_reread {
	const struct sot_config *cfg;
	int fd;		  /* -1: there is no such process */
	bool busy, again; /* asked for; and once more meanwhile */
	size_t file;	  /* which of cfg->rules comes now */
	char *text;	  /* what has come of it: SOT_RULES_FILE_MAX + 1 bytes of room */
	size_t len;
	struct sot_rules *rules; /* made of the files before it; NULL: it has failed */
};

/*
 * To be called before anything is opened that the process is not to have. Without rule files, or with
 * a command (which gets the signals), there is nothing to do. Returns 0, or a negative errno after
 * telling the user.
 */
int sot_reread__start(struct sot_reread *reread, const struct sot_config *cfg);

/* Rules to be read again; false: there are none that could be, and the user knows. */
bool sot_reread__ask(struct sot_reread *reread);

/* When fd is readable: the new rules, the caller's, once they are whole. Tells what failed. */
struct sot_rules *sot_reread__take(struct sot_reread *reread);

/* Zeros with fd -1 are allowed. */
void sot_reread__end(struct sot_reread *reread);

#endif
