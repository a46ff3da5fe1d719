/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A sink before a reader that does not read, or not yet. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/sink.h"
#include "counts.h"
#include "emit.h"

#define ROWS 2000 /* more than pipe and sink hold */
#define LINES (ROWS + 1)

static struct sot_counts *counts;
static char folder[] = "/tmp/test_sink.XXXXXX", path[64];
static int reader, wake[2];
static struct sot_sink *sink;
static size_t lines, got;

static int set_up(void **state)
{
	const struct sot_output_config output = { .format = &sot_formats[1], .path = path };
	const struct sot_style style = { 0 };
	struct sot_tally_key key = { .host_pid = 1, .level = 1 };
	const struct sot_tally tally = { .calls = { 1 }, .ns = 1, .first = 1 };

	(void)state;
	counts = calloc(1, sizeof(*counts));
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	if (!counts || pipe(wake) || !mkdtemp(folder))
		return -1;
	for (key.optname = 0; key.optname < ROWS; key.optname++)
		sot_counts_add(counts, &key, &tally);
	sot_counts_arrange(counts);
	snprintf(path, sizeof(path), "%s/pipe", folder);
	if (mkfifo(path, 0600))
		return -1;
	reader = open(path, O_RDONLY | O_NONBLOCK);
	lines = got = 0;
	return sot_sink__open(&sink, &output, &style, wake[0]);
}

static int tear_down(void **state)
{
	(void)state;
	sot_sink__free(sink);
	close(reader);
	close(wake[0]);
	close(wake[1]);
	unlink(path);
	rmdir(folder);
	free(counts);
	return 0;
}

/* What is there. */
static void read_some(void)
{
	char text[4096];
	ssize_t n, i;

	while ((n = read(reader, text, sizeof(text))) > 0) {
		got += (size_t)n;
		for (i = 0; i < n; i++)
			lines += text[i] == '\n';
	}
}

static size_t whole_size(void)
{
	static char storage[64 * 1024];
	const struct sot_style style = { 0 };
	struct sot_buf buf;
	size_t size = 0, i;

	for (i = 0; i < LINES; i++) {
		sot_buf_init(&buf, storage, sizeof(storage));
		assert_int_equal(sot_emit_json_summary(counts, i, 5, &style, &buf), 0);
		size += buf.len;
	}
	return size;
}

/* Each time a signal waits it comes back, and goes on from there: no line is lost or told twice. */
static void comes_back(void **state)
{
	size_t times = 0;

	(void)state;
	assert_int_equal(write(wake[1], "", 1), 1);
	while (sot_sink__summary(sink, counts, 5) == -EAGAIN) {
		assert_true(++times < 10000);
		if (times % 2)
			read_some();
	}
	assert_true(times > 4);
	while (sot_sink__flush(sink) == -EAGAIN)
		read_some();
	read_some();
	assert_int_equal(lines, LINES);
	assert_int_equal(got, whole_size());
	assert_int_equal(sot_sink__unwritten(sink), 0);
}

static void *read_late(void *end)
{
	const struct timespec a_while = { .tv_sec = 1, .tv_nsec = 200000000 };
	const struct timespec moment = { .tv_nsec = 1000000 };

	nanosleep(&a_while, NULL);
	for (; !__atomic_load_n((bool *)end, __ATOMIC_ACQUIRE); nanosleep(&moment, NULL))
		read_some();
	read_some();
	return NULL;
}

/* At the end, too, a reader may take his time. */
static void waits(void **state)
{
	pthread_t thread;
	bool end = false;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, read_late, &end), 0);
	sot_sink__finish(sink, false);
	assert_int_equal(sot_sink__summary(sink, counts, 5), 0);
	assert_int_equal(sot_sink__flush(sink), 0);
	__atomic_store_n(&end, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_int_equal(got, whole_size());
	assert_int_equal(sot_sink__unwritten(sink), 0);
}

/* Not with a signal: what is missing then is told, all of it. */
static void gives_up(void **state)
{
	(void)state;
	assert_int_equal(write(wake[1], "", 1), 1);
	sot_sink__finish(sink, false);
	assert_int_equal(sot_sink__summary(sink, counts, 5), -ETIMEDOUT);
	assert_int_equal(sot_sink__flush(sink), -ETIMEDOUT);
	read_some();
	assert_true(lines > 0);
	assert_int_equal(lines + sot_sink__unwritten(sink), LINES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gives_up, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
