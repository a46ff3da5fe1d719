/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The self-test's judgement, of calls that a test makes up. */
#include <errno.h>

#include "trace/self_test.h"
#include "unit.h"

/* What a call does: how often each hook fires, and what the kernel says. */
struct answer {
	uint32_t fired[SOT_HOOK_COUNT];
	int err;
};

static struct sot_self_test shared;
static struct sot_self_test_result result;
static struct answer answers[SOT_OWN_COUNT];
static unsigned int made[SOT_OWN_COUNT];
static unsigned int good_from; /* the first tries do not fire */
static bool of_workers;

static int make(void *context, enum sot_own_call call)
{
	assert_ptr_equal(context, &shared);
	assert_int_equal(shared.testing, 1);
	if (made[call]++ >= good_from)
		memcpy(shared.fired, answers[call].fired, sizeof(shared.fired));
	return answers[call].err;
}

static struct sot_probe *add(const char *name)
{
	struct sot_probe *probe = &result.probe[result.count++];

	sot_self_test__place(probe, name, !strcmp(name, "kprobe_uring_done") && of_workers);
	probe->program = name;
	return probe;
}

static void run(void)
{
	memset(made, 0, sizeof(made));
	sot_self_test__run(&result, make, &shared, &shared);
	assert_int_equal(shared.testing, 0);
}

static int reset(void **state)
{
	size_t i, j;

	(void)state;
	memset(&result, 0, sizeof(result));
	memset(answers, 0, sizeof(answers));
	good_from = 0;
	of_workers = false;
	for (i = 0; i < COUNT(answers); i++)
		for (j = 0; j < SOT_HOOK_COUNT; j++)
			answers[i].fired[j] = 1;
	return 0;
}

static void all_well(void **state)
{
	const struct sot_probe *enter = add("kprobe_enter"), *leave = add("fexit_exit"),
			       *filter = add("fexit_filter"), *other = add("another");

	(void)state;
	run();
	assert_int_equal(enter->state, SOT_PROBE_FIRING);
	assert_int_equal(leave->state, SOT_PROBE_FIRING);
	assert_int_equal(filter->state, SOT_PROBE_FIRING);
	assert_int_equal(other->state, SOT_PROBE_UNTESTED);
	assert_int_equal(made[SOT_OWN_SOCKETCALL], 1);
	assert_int_equal(result.err[SOT_OWN_SOCKETCALL], 0);
	/* nobody here is to see it */
	assert_int_equal(made[SOT_OWN_URING], 0);
	assert_int_equal(result.err[SOT_OWN_URING], SOT_NOT_DUE);
}

/* The first call that it misses is told, and what others make good does not count. */
static void silent(void **state)
{
	const struct sot_probe *enter = add("fentry_enter"), *leave = add("fexit_exit");

	(void)state;
	answers[SOT_OWN_32BIT].fired[SOT_HOOK_EXIT] = 0;
	run();
	assert_int_equal(enter->state, SOT_PROBE_FIRING);
	assert_int_equal(leave->state, SOT_PROBE_SILENT);
	assert_int_equal(leave->call, SOT_OWN_32BIT);
	assert_int_equal(leave->times, 0);
	assert_int_equal(made[SOT_OWN_32BIT], 3);
	answers[SOT_OWN_32BIT].fired[SOT_HOOK_EXIT] = 1;
	run();
	assert_int_equal(leave->state, SOT_PROBE_FIRING);
}

static void repeated(void **state)
{
	const struct sot_probe *enter = add("tracepoint_enter"), *leave = add("tracepoint_exit");

	(void)state;
	answers[SOT_OWN_64BIT].fired[SOT_HOOK_ENTER] = 2;
	run();
	assert_int_equal(enter->state, SOT_PROBE_REPEATED);
	assert_int_equal(enter->times, 2);
	assert_int_equal(leave->state, SOT_PROBE_FIRING);
	assert_int_equal(result.err[SOT_OWN_32BIT], SOT_NOT_DUE);
}

/* Twice skipped is not silent. */
static void third_try(void **state)
{
	const struct sot_probe *enter = add("fentry_enter");

	(void)state;
	good_from = 2;
	run();
	assert_int_equal(enter->state, SOT_PROBE_FIRING);
	good_from = 3;
	run();
	assert_int_equal(enter->state, SOT_PROBE_SILENT);
}

/* A call that was turned away accuses nobody of silence, but what fired has fired. */
static void refused(void **state)
{
	const struct sot_probe *enter = add("kprobe_enter"), *uring = add("kprobe_uring"),
			       *sock = add("kprobe_sock");
	enum sot_own_call call;

	(void)state;
	answers[SOT_OWN_32BIT] = answers[SOT_OWN_SOCKETCALL] = answers[SOT_OWN_X32] =
		answers[SOT_OWN_URING] = (struct answer){ .err = -ENOSYS };
	run();
	assert_int_equal(enter->state, SOT_PROBE_FIRING);
	assert_int_equal(sock->state, SOT_PROBE_FIRING);
	assert_int_equal(uring->state, SOT_PROBE_UNTESTED);
	assert_int_equal(made[SOT_OWN_URING], 1);
	assert_int_equal(result.err[SOT_OWN_URING], -ENOSYS);
	assert_int_equal(sot_self_test__obstacle(&result, uring, &call), -ENOSYS);
	assert_int_equal(call, SOT_OWN_URING);
	answers[SOT_OWN_64BIT] = answers[SOT_OWN_32BIT];
	run();
	assert_int_equal(enter->state, SOT_PROBE_UNTESTED);
	answers[SOT_OWN_64BIT].fired[SOT_HOOK_ENTER] = 1;
	run();
	assert_int_equal(enter->state, SOT_PROBE_FIRING);
}

/* A child is made once; what that has shown of these two stands, of others not. */
static void children(void **state)
{
	const struct sot_probe *on_fork = add("process_fork"), *on_exit = add("process_exit"),
			       *enter = add("kprobe_enter");

	(void)state;
	answers[SOT_OWN_CHILD].fired[SOT_HOOK_FORK] = 0;
	run();
	assert_int_equal(on_fork->state, SOT_PROBE_SILENT);
	assert_int_equal(on_fork->call, SOT_OWN_CHILD);
	assert_int_equal(on_exit->state, SOT_PROBE_FIRING);
	assert_int_equal(made[SOT_OWN_CHILD], 3);
	memset(answers, 0, sizeof(answers));
	result.settled = 1U << SOT_OWN_CHILD;
	run();
	assert_int_equal(made[SOT_OWN_CHILD], 0);
	assert_int_equal(on_fork->state, SOT_PROBE_SILENT);
	assert_int_equal(on_exit->state, SOT_PROBE_FIRING);
	assert_int_equal(enter->state, SOT_PROBE_SILENT);
}

/* One program at two functions: each is asked for its own. */
static void workers(void **state)
{
	const struct sot_probe *done = add("kprobe_uring_done"), *freed;

	(void)state;
	of_workers = true;
	freed = add("kprobe_uring_done");
	answers[SOT_OWN_WORKER].fired[SOT_HOOK_URING_FREED] = 0;
	run();
	assert_int_equal(done->state, SOT_PROBE_FIRING);
	assert_int_equal(freed->state, SOT_PROBE_SILENT);
	assert_int_equal(freed->call, SOT_OWN_WORKER);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_well, reset), cmocka_unit_test_setup(silent, reset),
		cmocka_unit_test_setup(repeated, reset), cmocka_unit_test_setup(third_try, reset),
		cmocka_unit_test_setup(refused, reset),	 cmocka_unit_test_setup(children, reset),
		cmocka_unit_test_setup(workers, reset),
	};

	return cmocka_run_group_tests_name("self_test", tests, NULL, NULL);
}
