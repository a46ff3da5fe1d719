/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the running kernel keeps a field, by its name: what CO-RE does, but for names in data. */
#ifndef SOT_KERNEL_FIELD_H
#define SOT_KERNEL_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct btf;
struct btf_type;

struct sot_kernel_types {
	const struct btf *btf;
	const struct btf_type *last_enum; /* where the last enumerator was found; NULL at first */
};

/*
 * Looks up `path`, see effects.def, from struct `root` on. Returns 0, or -ENOENT when this
 * kernel has none of its alternatives (then place->size is 0).
 */
int sot_kernel_field(struct sot_kernel_types *kernel, const char *root, const char *path,
		     struct sot_place *place);

/* That parameter, from 0 on, is a structure passed by value. False too where there is none. */
bool sot_kernel_takes_struct(const struct btf *btf, const char *function, unsigned int param);

/* The kernel has a function of that name, by its BTF. */
bool sot_kernel_has_function(const struct btf *btf, const char *function);

#endif
