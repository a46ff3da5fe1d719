/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "self_test.h"

#include <string.h>

/*
 * A fentry program is skipped where it has preempted itself on that CPU, and what does not run once
 * in three calls does not run.
 */
#define TRIES 3

#define BIT(_call) (1U << SOT_OWN_##_call)
#define BY_SYSCALL (BIT(64BIT) | BIT(32BIT) | BIT(SOCKETCALL) | BIT(X32))

/* Who is to be told of which calls. */
static const struct {
	const char *program;
	enum sot_hook hook;
	uint32_t calls;
} places[] = {
	{ "kprobe_enter", SOT_HOOK_ENTER, BY_SYSCALL },
	{ "fentry_enter", SOT_HOOK_ENTER, BY_SYSCALL },
	{ "tracepoint_enter", SOT_HOOK_ENTER, BIT(64BIT) },
	{ "kretprobe_exit", SOT_HOOK_EXIT, BY_SYSCALL },
	{ "fexit_exit", SOT_HOOK_EXIT, BY_SYSCALL },
	{ "tracepoint_exit", SOT_HOOK_SYSCALL_EXIT, BIT(64BIT) },
	{ "syscall_exit", SOT_HOOK_SYSCALL_EXIT, BIT(64BIT) }, /* and of calls of any number */
	{ "kprobe_call", SOT_HOOK_SOCK_ENTER, BIT(URING) },
	{ "kprobe_sock", SOT_HOOK_SOCK_ENTER, BY_SYSCALL | BIT(URING) },
	{ "fentry_sock", SOT_HOOK_SOCK_ENTER, BY_SYSCALL | BIT(URING) },
	{ "kprobe_uring", SOT_HOOK_URING, BIT(URING) },
	{ "fentry_uring", SOT_HOOK_URING, BIT(URING) },
	{ "kretprobe_uring", SOT_HOOK_URING_EXIT, BIT(URING) },
	{ "fexit_uring", SOT_HOOK_URING_EXIT, BIT(URING) },
	{ "kprobe_uring_done", SOT_HOOK_URING_DONE, BIT(URING) },
	{ "kprobe_uring_done", SOT_HOOK_URING_FREED, BIT(WORKER) },
	{ "fexit_filter", SOT_HOOK_FILTER_EXIT, BIT(FILTERED) },
	{ "kprobe_filter", SOT_HOOK_FILTER, BIT(FILTERED) },
	{ "kretprobe_filter", SOT_HOOK_FILTER_EXIT, BIT(FILTERED) },
	{ "fentry_program", SOT_HOOK_PROGRAM, BIT(PROGRAM) },
	{ "fexit_program", SOT_HOOK_PROGRAM_EXIT, BIT(PROGRAM) },
	{ "kprobe_program", SOT_HOOK_PROGRAM, BIT(PROGRAM) },
	{ "kretprobe_program", SOT_HOOK_PROGRAM_EXIT, BIT(PROGRAM) },
	{ "fexit_capable", SOT_HOOK_CAPABLE_EXIT, BIT(CAPABLE) },
	{ "kprobe_capable", SOT_HOOK_CAPABLE, BIT(CAPABLE) },
	{ "kretprobe_capable", SOT_HOOK_CAPABLE_EXIT, BIT(CAPABLE) },
	{ "fexit_refused", SOT_HOOK_LSM, BY_SYSCALL },
	{ "kretprobe_refused", SOT_HOOK_LSM, BY_SYSCALL },
	{ "process_fork", SOT_HOOK_FORK, BIT(CHILD) },
	{ "process_exit", SOT_HOOK_TASK_EXIT, BIT(CHILD) },
	{ "thread_exit", SOT_HOOK_THREAD_EXIT, BIT(CHILD) },
	{ "kept_thread_exit", SOT_HOOK_KEPT_EXIT, BIT(CHILD) },
};

void sot_self_test__place(struct sot_probe *probe, const char *name, bool of_workers)
{
	size_t i;

	probe->hook = -1;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strcmp(places[i].program, name) ||
		    of_workers != (places[i].calls == BIT(WORKER)))
			continue;
		probe->hook = places[i].hook;
		probe->calls = places[i].calls;
	}
}

static bool is_due(const struct sot_probe *probe, enum sot_own_call call)
{
	return probe->hook >= 0 && (probe->calls & 1U << call);
}

int sot_self_test__obstacle(const struct sot_self_test_result *result,
			    const struct sot_probe *probe, enum sot_own_call *call)
{
	for (*call = 0; *call < SOT_OWN_COUNT; (*call)++)
		if (is_due(probe, *call) && result->err[*call] < 0)
			return result->err[*call];
	return 0;
}

static bool any_due(const struct sot_self_test_result *result, enum sot_own_call call)
{
	size_t i;

	for (i = 0; i < result->count; i++)
		if (is_due(&result->probe[i], call))
			return true;
	return false;
}

static int make_watched(sot_make_fn make, void *context, enum sot_own_call call,
			struct sot_self_test *shared)
{
	int err;

	memset(shared->fired, 0, sizeof(shared->fired));
	__atomic_store_n(&shared->testing, 1, __ATOMIC_SEQ_CST);
	err = make(context, call);
	__atomic_store_n(&shared->testing, 0, __ATOMIC_SEQ_CST);
	return err;
}

static bool all_once(const struct sot_self_test_result *result, enum sot_own_call call,
		     const struct sot_self_test *shared)
{
	size_t i;

	for (i = 0; i < result->count; i++)
		if (is_due(&result->probe[i], call) && shared->fired[result->probe[i].hook] != 1)
			return false;
	return true;
}

/* A call that was turned away may have been so before it came by: it accuses nobody of silence. */
static void judge(struct sot_probe *probe, enum sot_own_call call, int err, uint32_t fired)
{
	if (probe->state == SOT_PROBE_SILENT || probe->state == SOT_PROBE_REPEATED)
		return;
	probe->call = call;
	probe->times = fired;
	if (fired == 1)
		probe->state = SOT_PROBE_FIRING;
	else if (fired)
		probe->state = SOT_PROBE_REPEATED;
	else if (!err)
		probe->state = SOT_PROBE_SILENT;
}

static void test_call(struct sot_self_test_result *result, enum sot_own_call call, sot_make_fn make,
		      void *context, struct sot_self_test *shared)
{
	struct sot_probe *probe;
	int i;

	for (i = 0; i < TRIES; i++) {
		result->err[call] = make_watched(make, context, call, shared);
		if (result->err[call] || all_once(result, call, shared))
			break;
	}
	for (probe = result->probe; probe < result->probe + result->count; probe++)
		if (is_due(probe, call))
			judge(probe, call, result->err[call], shared->fired[probe->hook]);
}

/* Calls that cannot be made any more: what the test of them has found stands. */
static bool is_settled(const struct sot_self_test_result *result, uint32_t calls)
{
	return calls && !(calls & ~result->settled);
}

bool sot_self_test__is_settled(const struct sot_self_test_result *result,
			       const struct sot_probe *probe)
{
	return is_settled(result, probe->calls);
}

void sot_self_test__run(struct sot_self_test_result *result, sot_make_fn make, void *context,
			struct sot_self_test *shared)
{
	struct sot_probe *probe;
	enum sot_own_call call;

	for (probe = result->probe; probe < result->probe + result->count; probe++)
		if (!is_settled(result, probe->calls))
			probe->state = SOT_PROBE_UNTESTED;
	for (call = 0; call < SOT_OWN_COUNT; call++) {
		if (is_settled(result, 1U << call))
			continue;
		if (any_due(result, call))
			test_call(result, call, make, context, shared);
		else
			result->err[call] = SOT_NOT_DUE;
	}
}
