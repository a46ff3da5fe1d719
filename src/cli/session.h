/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A run of the tracer: from the first attachment tried to the last line written. */
#ifndef SOT_SESSION_H
#define SOT_SESSION_H

#include "config.h"

/* Returns the exit status. */
int sot_session__run(const struct sot_config *cfg);

#endif
