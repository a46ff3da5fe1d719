/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Of the kernel's types those that the programs name, for CO-RE. libbpf looks through all types of
 * the kernel, some 130,000, for each type that it relocates; of a hundred it is soon through.
 */
#ifndef SOT_CORE_TYPES_H
#define SOT_CORE_TYPES_H

#include <stddef.h>

#include "kernel_types.h"

/*
 * Writes to fd, as BTF, the kernel's types that have the name of one of `local`, and what these are
 * made of. Pointers lead nowhere there: CO-RE goes no further than a pointer, but for
 * bpf_core_type_matches(). Returns 0 or negative errno.
 *
 * Ids are others than the kernel's, so that bpf_core_type_id_kernel() tells a wrong one: those that
 * programs need (enum sot_cast_type) are among their settings.
 */
int sot_core_types__write(const struct sot_kernel_types *kernel, const struct btf *local, int fd);

#endif
