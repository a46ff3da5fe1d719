/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Places in a function, told by its first bytes. All return an offset from the first, above 0; or
 * -ENOENT: there is no such place, or none that is sure.
 */
#ifndef SOT_MACHINE_CODE_H
#define SOT_MACHINE_CODE_H

#include <stddef.h>
#include <stdint.h>

/* The first instruction behind the ftrace site: before it nothing has been done but nops. */
int sot_x86_body(const uint8_t *text, size_t len);

/* The one instruction that calls `callee`, where no other goes there. address: of the first byte. */
int sot_x86_call(const uint8_t *text, size_t len, uint64_t address, uint64_t callee);
int sot_arm64_call(const uint8_t *text, size_t len, uint64_t address, uint64_t callee);

#endif
