/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What fuzz_value's inputs begin with; the value follows, and what is beyond optlen is a filter. */
#ifndef SOT_TESTS_VALUE_INPUT_H
#define SOT_TESTS_VALUE_INPUT_H

#include <stdint.h>

struct value_input {
	uint16_t row;	   /* of sot_options, modulo their number */
	uint8_t bits;	   /* bit 0: compat, 1: show secrets; the others: enum sot_behind */
	uint8_t text_size; /* room for the short text */
	int32_t optlen;	   /* made positive */
};

#endif
