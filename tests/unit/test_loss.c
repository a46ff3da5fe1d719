/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include "loss.h"

static struct sot_talkers all;
static struct sot_loss_report report;

static int clear(void **state)
{
	(void)state;
	all.count = 0;
	return 0;
}

static void add(uint32_t pid, uint64_t start, uint64_t ring_full, uint64_t return_missed)
{
	struct sot_talker news = { { .start = start, .host_pid = pid }, "name", { { 0 } } };

	news.loss.count[SOT_RING_FULL] = ring_full;
	news.loss.count[SOT_RETURN_MISSED] = return_missed;
	sot_talkers_add(&all, &news);
}

/* For each reason the whole is the sum of its parts; the whole stays. */
static void report_of(uint64_t ring_full, uint64_t return_missed)
{
	const struct sot_loss whole = {
		{ [SOT_RING_FULL] = ring_full, [SOT_RETURN_MISSED] = return_missed }
	};
	uint64_t sum;
	size_t i, reason;

	sot_loss_report(&report, SOT_LOST, &whole, &all);
	for (reason = 0; reason < SOT_REASONS; reason++) {
		sum = report.others.count[reason];
		for (i = 0; i < report.talkers_count; i++)
			sum += report.talker[i].loss.count[reason];
		assert_int_equal(report.whole.count[reason], whole.count[reason]);
		assert_int_equal(sum, whole.count[reason]);
	}
}

static void nobody(void **state)
{
	(void)state;
	report_of(7, 1);
	assert_int_equal(report.talkers_count, 0);
	assert_int_equal(sot_loss_total(&report.others), 8);
}

/* A process is its number and its start: a number may be given again. */
static void by_process(void **state)
{
	(void)state;
	add(1, 10, 5, 0);
	add(2, 10, 1, 3);
	add(1, 11, 1, 0);
	add(1, 10, 2, 0);
	add(3, 10, 0, 0);
	report_of(10, 3);
	assert_int_equal(report.talkers_count, 3);
	assert_int_equal(report.talker[0].process.host_pid, 1);
	assert_int_equal(report.talker[0].process.start, 10);
	assert_int_equal(report.talker[0].loss.count[SOT_RING_FULL], 7);
	assert_int_equal(report.talker[1].process.host_pid, 2);
	assert_int_equal(sot_loss_total(&report.talker[1].loss), 4);
	assert_int_equal(report.talker[2].process.start, 11);
	assert_int_equal(sot_loss_total(&report.others), 1);
	assert_string_equal(report.talker[0].comm, "name");
}

/* In whatever order they come, the five that lost most are told, the most first. */
static void ranked(void **state)
{
	uint32_t step, i;

	(void)state;
	for (step = 1; step < 11; step++) { /* 11 is a prime: each step visits all of 1 to 10 */
		clear(NULL);
		for (i = 1; i < 11; i++)
			add(i * step % 11, 0, i * step % 11 * 100, 0);
		report_of(5500, 0);
		assert_int_equal(report.talkers_count, SOT_TALKERS_TOLD);
		for (i = 0; i < SOT_TALKERS_TOLD; i++)
			assert_int_equal(report.talker[i].process.host_pid, 10 - i);
		assert_int_equal(sot_loss_total(&report.others), 1500);
	}
}

/* What was told as the others' before is not told again. */
static void more_than_the_whole(void **state)
{
	(void)state;
	add(1, 0, 5, 0);
	add(2, 0, 3, 1);
	report_of(6, 0);
	assert_int_equal(report.talker[0].loss.count[SOT_RING_FULL], 5);
	assert_int_equal(report.talker[1].loss.count[SOT_RING_FULL], 1);
	assert_int_equal(report.talker[1].loss.count[SOT_RETURN_MISSED], 0);
	assert_int_equal(sot_loss_total(&report.others), 0);
}

/* Where all places are taken the one that lost least gives way, the big ones stay. */
static void no_room(void **state)
{
	uint32_t i;

	(void)state;
	add(1, 0, 1000, 0);
	for (i = 2; i < 2 * SOT_ACCOUNTS_MAX; i++)
		add(i, 0, 2, 0);
	add(1, 0, 1, 0);
	add(2 * SOT_ACCOUNTS_MAX, 0, 3, 0);
	assert_int_equal(all.count, SOT_ACCOUNTS_MAX);
	report_of(6000, 0);
	assert_int_equal(report.talker[0].process.host_pid, 1);
	assert_int_equal(report.talker[0].loss.count[SOT_RING_FULL], 1001);
	assert_int_equal(report.talker[1].process.host_pid, 2 * SOT_ACCOUNTS_MAX);
	assert_int_equal(report.talker[1].loss.count[SOT_RING_FULL], 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nobody, clear),
		cmocka_unit_test_setup(by_process, clear),
		cmocka_unit_test_setup(ranked, clear),
		cmocka_unit_test_setup(more_than_the_whole, clear),
		cmocka_unit_test_setup(no_room, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
