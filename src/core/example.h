/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A value that an option might be given, to show what a call with it looks like. */
#ifndef SOT_EXAMPLE_H
#define SOT_EXAMPLE_H

#include "catalogue.h"

#define SOT_EXAMPLE_MAX 512

struct sot_example {
	uint8_t bytes[SOT_EXAMPLE_MAX];
	int optlen;
	bool null; /* optval is NULL: nothing is read from it */
};

/* As a 64-bit program lays it out; within the row's lengths and range. */
void sot_example_make(const struct sot_option *opt, struct sot_example *example);

#endif
