/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Does every program that is attached run, once for each call that comes by it? Asked by calls of
 * our own, which the programs count apart (struct sot_self_test) and tell nobody.
 */
#ifndef SOT_SELF_TEST_H
#define SOT_SELF_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "own_calls.h"
#include "record.h"

#define SOT_PROBES_MAX 25
#define SOT_NOT_DUE 1 /* a way that no attached program is to see */

/* One of our programs that is attached, and what is known of it. */
struct sot_probe {
	const char *program; /* its section, "kprobe/__sys_setsockopt" */
	int hook;	     /* enum sot_hook; -1: no call of our own comes by */
	uint32_t calls;	     /* bits by enum sot_own_call: of which it is to be told */
	bool is_placed;	     /* stands elsewhere than at its symbol */
	bool is_call;	     /* what the kernel keeps from it is a call that we lose */
	uint64_t missed;     /* how often the kernel did not run it, as far as it counts that */
	enum sot_probe_state state;
	enum sot_own_call call; /* silent, repeated: at which call */
	uint32_t times;		/* and how often it fired for that */
};

struct sot_self_test_result {
	struct sot_probe probe[SOT_PROBES_MAX];
	size_t count;
	uint32_t settled;	/* bits by enum sot_own_call: these are not made again */
	int err[SOT_OWN_COUNT]; /* of our calls: 0, SOT_NOT_DUE or a negative errno */
};

/* Fills in hook and calls of a program by its name in the BPF object, and by whom it is passed. */
void sot_self_test__place(struct sot_probe *probe, const char *name, bool of_workers);

/* Why a probe could not be tested: the negative errno of a call; 0: no call of ours comes by. */
int sot_self_test__obstacle(const struct sot_self_test_result *result,
			    const struct sot_probe *probe, enum sot_own_call *call);

/* No call of ours can reach it any more: its state stays as the last test of it had it. */
bool sot_self_test__is_settled(const struct sot_self_test_result *result,
			       const struct sot_probe *probe);

/* Makes one call of our own: 0, or a negative errno where it was turned away. */
typedef int (*sot_make_fn)(void *context, enum sot_own_call call);

/* Has the calls made; sets each probe's state, and the calls' errors. */
void sot_self_test__run(struct sot_self_test_result *result, sot_make_fn make, void *context,
			struct sot_self_test *shared);

#endif
