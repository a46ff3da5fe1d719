/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SHA-256 (FIPS 180-4), to name an attached filter by its instructions. */
#ifndef SOT_RULES_SHA256_H
#define SOT_RULES_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SOT_SHA256_LEN 32

void sot_sha256(const void *data, size_t len, uint8_t digest[SOT_SHA256_LEN]);

#endif
