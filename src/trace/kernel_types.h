/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The running kernel's types (BTF), read where they lie. libbpf's own reader copies all of them
 * twice and looks through all for each name; here a name is found by its hash. The file is the
 * kernel's own: what leads out of it is refused, but types that lead in a circle are not looked for.
 */
#ifndef SOT_KERNEL_TYPES_H
#define SOT_KERNEL_TYPES_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stdint.h>

#define SOT_KERNEL_BTF "/sys/kernel/btf/vmlinux"

struct sot_kernel_types;

/* NULL: there are none, or they are in a form that we do not know; errno says why. */
struct sot_kernel_types *sot_kernel_types__read(const char *path);

void sot_kernel_types__free(struct sot_kernel_types *types);

/* Ids go from 1 to this. */
uint32_t sot_kernel_types__count(const struct sot_kernel_types *types);

/* NULL: none, as of id 0, which is void. */
const struct btf_type *sot_kernel_types__by_id(const struct sot_kernel_types *types, uint32_t id);

/* Of a type or a member; "" where it has none. */
const char *sot_kernel_types__name(const struct sot_kernel_types *types, uint32_t offset);

/* No typedef or qualifier; type tags (__rcu, __user) stand before the type proper, too. */
uint32_t sot_kernel_types__plain_id(const struct sot_kernel_types *types, uint32_t id);

/* The id of the next one of that name, of any kind; 0: no more. *place is 0 at first. */
uint32_t sot_kernel_types__next(const struct sot_kernel_types *types, const char *name,
				uint32_t *place);

/* One of that name and kind (BTF_KIND_*); 0: none. */
uint32_t sot_kernel_types__find(const struct sot_kernel_types *types, const char *name,
				uint32_t kind);

/* Most enums of flags have no name themselves. */
bool sot_kernel_types__enumerator(const struct sot_kernel_types *types, const char *name,
				  uint32_t *value);

#endif
