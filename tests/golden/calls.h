/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The calls of the golden output; the fuzzers begin with them, too. */
#ifndef SOT_TESTS_CALLS_H
#define SOT_TESTS_CALLS_H

#include "../unit/make_event.h"

extern const size_t golden_calls_count;

/* The name of call `index`, for a file's name or a message. */
const char *golden_call_name(size_t index);
void golden_call_make(size_t index, union made_event *made);

#endif
