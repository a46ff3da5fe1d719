/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the fuzzers share. */
#ifndef SOT_TESTS_FUZZ_H
#define SOT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what does not hold, then crashes: libFuzzer keeps the input. */
#define CHECK(_condition)                                                                \
	do {                                                                             \
		if (!(_condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, \
				#_condition);                                            \
			abort();                                                         \
		}                                                                        \
	} while (0)

/* In memory of its own, aligned and ending where the bytes do: the sanitizer sees any more. */
static inline void *exact_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	CHECK(copy);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

static inline char *exact_string(const void *data, size_t size)
{
	char *copy = malloc(size + 1);

	CHECK(copy);
	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

#endif
