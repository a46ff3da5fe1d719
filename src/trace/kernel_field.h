/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the running kernel keeps a field, by its name: what CO-RE does, but for names in data. */
#ifndef SOT_KERNEL_FIELD_H
#define SOT_KERNEL_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct sot_kernel_types;

/*
 * Looks up `path`, see effects.def, from struct `root` on. Returns 0, or -ENOENT when this
 * kernel has none of its alternatives (then place->size is 0).
 */
int sot_kernel_field(const struct sot_kernel_types *kernel, const char *root, const char *path,
		     struct sot_place *place);

/* Of an option's state, by its places. offset 0: it is no plain number in the struct sock itself. */
struct sot_number sot_plain_place(const struct sot_place place[SOT_EFFECT_PLACES]);

/* That parameter, from 0 on, is a structure passed by value. False too where there is none. */
bool sot_kernel_takes_struct(const struct sot_kernel_types *kernel, const char *function,
			     unsigned int param);

#endif
