/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* share/rules/default.yaml, as numbers by the Makefile. */
#include "rules.h"

const char sot_default_rules[] = {
#include "default_rules.inc"
};
const size_t sot_default_rules_len = sizeof(sot_default_rules);
