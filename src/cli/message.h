/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Messages to the user: one sentence each, on standard error, safe for a terminal. */
#ifndef SOT_MESSAGE_H
#define SOT_MESSAGE_H

#include <stdbool.h>

#define SOT_EXIT_FAILURE 1
#define SOT_EXIT_USAGE 2
#define SOT_EXIT_FOUND 3 /* --fail-on */

/* "sockopt-trace: ..." with a newline. Control characters in what is formatted are escaped. */
void sot_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same, but not with -q. */
void sot_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sot_set_quiet(bool quiet);

#endif
