/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What every unit test begins with. */
#ifndef SOT_TESTS_UNIT_H
#define SOT_TESTS_UNIT_H

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"

#define COUNT(_array) (sizeof(_array) / sizeof((_array)[0]))

/* Like assert_true, and says which row of a table it was and what came out. */
#define assert_row(_condition, _row, ...)                  \
	do {                                               \
		if (!(_condition)) {                       \
			print_error("row \"%s\": ", _row); \
			print_error(__VA_ARGS__);          \
			print_error("\n");                 \
			fail();                            \
		}                                          \
	} while (0)

/* What a buffer holds as a C string; the room for the NUL must be there. */
static inline const char *buf_text(struct sot_buf *buf)
{
	buf->data[buf->len] = '\0';
	return buf->data;
}

#endif
