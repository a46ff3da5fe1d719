/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* -r: a recording instead of the kernel. */
#ifndef SOT_REPLAY_H
#define SOT_REPLAY_H

#include "config.h"

/* Replays cfg->read to its end, or to its damage. Returns the exit status. */
int sot_replay__run(const struct sot_config *cfg);

#endif
