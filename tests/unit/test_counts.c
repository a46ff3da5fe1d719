/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include <stdlib.h>

#include "make_event.h"
#include "record.h"
#include "counts.h"

static struct sot_counts *summary;
static char storage[16384];
static struct sot_buf buf;

static int clear(void **state)
{
	(void)state;
	if (!summary)
		summary = calloc(1, sizeof(*summary));
	sot_counts_clear(summary);
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(summary);
	summary = NULL;
	return 0;
}

/* Calls of process `pid`, of which each took 2^bucket ns. */
static void add(uint32_t pid, int level, int optname, int ret, unsigned int bucket, uint64_t calls)
{
	struct sot_tally_key key = { .start = 7,
				     .host_pid = pid,
				     .level = level,
				     .optname = optname,
				     .ret = ret,
				     .share = (uint8_t)(bucket % SOT_TALLY_SHARES) };
	struct sot_tally tally = { .ns = calls << bucket, .first = bucket + 1, .comm = "name" };

	tally.calls[bucket] = calls;
	sot_counts_add(summary, &key, &tally);
}

static const char *lines_of(int (*emit)(const struct sot_counts *summary, size_t line,
					int64_t time_ns, const struct sot_style *style,
					struct sot_buf *buf))
{
	static const struct sot_style style;
	size_t line;
	int ret = 0;

	sot_counts_arrange(summary);
	for (line = 0; !ret; line++)
		ret = emit(summary, line, 5, &style, &buf);
	assert_int_equal(ret, SOT_COUNTS_END);
	return buf_text(&buf);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

/* CPUs that counted apart are added up; another result is another row. */
static void adds_up(void **state)
{
	(void)state;
	add(1, 1, 9, 0, 8, 10);
	add(1, 1, 9, 0, 9, 5);
	add(1, 1, 9, -22, 8, 1);
	assert_int_equal(summary->count, 2);
	assert_int_equal(summary->row[0].calls, 15);
	assert_int_equal(summary->row[0].tally.ns, 10 * 256 + 5 * 512);
	assert_int_equal(summary->calls, 16);
	assert_int_equal(summary->errors, 1);
	sot_counts_clear(summary);
	assert_int_equal(summary->count, 0);
	add(1, 1, 9, 0, 8, 1);
	assert_int_equal(summary->row[0].calls, 1);
}

static void json(void **state)
{
	const char *text;

	(void)state;
	add(1, 1, 9, 0, 8, 98);
	add(1, 1, 9, 0, 10, 2);
	add(2, 270, 4711, -1, 3, 1);
	text = lines_of(sot_emit_json_summary);
	has(text, "{\"timestamp\":5,\"eventName\":\"summary\",\"summary\":{\"hostProcessId\":1,"
		  "\"processName\":\"name\",\"processEntityId\":");
	has(text,
	    ",\"level\":1,\"levelName\":\"SOL_SOCKET\",\"optname\":9,\"name\":\"SO_KEEPALIVE\","
	    "\"returnValue\":0,\"error\":null,\"calls\":100,\"timeNs\":27136,"
	    "\"p50BelowNs\":512,\"p90BelowNs\":512,\"p99BelowNs\":2048,"
	    "\"histogram\":[{\"fromNs\":256,\"calls\":98},{\"fromNs\":1024,\"calls\":2}]}}\n");
	has(text, "\"levelName\":\"SOL_NETLINK\",\"optname\":4711,\"name\":null,\"returnValue\":-1,"
		  "\"error\":\"EPERM\"");
	has(text, "\"summaryTotal\":{\"calls\":101,\"errors\":1,\"timeNs\":27144,"
		  "\"withoutReturn\":0,\"others\":0,\"uncounted\":0}}\n");
}

static void table(void **state)
{
	const char *text;

	(void)state;
	add(1, 1, 9, 0, 20, 3);
	add(2, 1, 9, -22, 20, 1);
	add(2, 263, 99, 0, 30, 1);
	text = lines_of(sot_emit_table_summary);
	has(text, " 99.61   1.073742 1073741.82          1          SOL_PACKET:99\n"
		  "  0.39   0.004194   1048.58          4        1 SOL_SOCKET:SO_KEEPALIVE\n");
	has(text, "100.00   1.077936 215587.23          5        1 total\n");
	has(text, " 99.71   1.074790 537395.20          2        1 2 name\n");
	has(text, "\n         1 EINVAL          2 name                 SOL_SOCKET:SO_KEEPALIVE\n");
}

/* A level of several families: named by the socket, and only assumed where that is not known. */
static void by_family(void **state)
{
	struct sot_tally_key key = { .host_pid = 1, .level = 6, .optname = 1 };
	struct sot_tally tally = { .calls = { 1 } };
	const char *text;

	(void)state;
	assert_true(sot_level_is_shared(0) && sot_level_is_shared(6) && sot_level_is_shared(17));
	assert_false(sot_level_is_shared(1) || sot_level_is_shared(41));
	sot_counts_add(summary, &key, &tally);
	key.has_kind = 1;
	key.family = 31; /* AF_BLUETOOTH */
	sot_counts_add(summary, &key, &tally);
	key.family = 2;
	key.protocol = 6;
	sot_counts_add(summary, &key, &tally);
	text = lines_of(sot_emit_table_summary);
	has(text, " SOL_L2CAP:L2CAP_OPTIONS\n");
	has(text, " SOL_TCP:TCP_NODELAY\n");
	has(text, " SOL_TCP?:TCP_NODELAY\n");
}

/* The loader has a bit a level for those that are shared. */
static void shared_fit_in_a_word(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SOT_LEVEL_COUNT; i++)
		if (sot_level_is_shared(sot_levels[i].number))
			assert_in_range(sot_levels[i].number, 0, 63);
}

/* What is not in a row is in the total, and said. */
static void nothing_is_lost(void **state)
{
	struct sot_tally_key key = { .level = 1, .optname = 2 };
	struct sot_tally tally = { .calls = { 4 } };
	const char *text;
	uint32_t pid;

	(void)state;
	tally.ns = 1 << 30;
	sot_counts_add(summary, &key, &tally); /* of others */
	tally.ns = 0;
	key.no_return = 1;
	key.host_pid = 1;
	sot_counts_add(summary, &key, &tally);
	for (pid = 2; summary->count < SOT_COUNTS_ROWS; pid++)
		add(pid, 1, 2, 0, 1, 1);
	add(pid, 1, 2, 0, 1, 2);
	add(2, 1, 2, 0, 1, 1);
	assert_int_equal(summary->uncounted, 2);
	assert_int_equal(summary->calls, 8 + SOT_COUNTS_ROWS - 2 + 3);
	sot_counts_set_calls(summary, summary->calls + 5);
	text = lines_of(sot_emit_table_summary);
	has(text, "4 calls whose return was not seen\n"
		  "4 calls of processes for which there was no room (others)\n"
		  "7 calls for which there was no room at all\n");
	has(text, " others\n");
	has(text, "\nand 20460 more\n");
}

static void from_records(void **state)
{
	static struct sot_record rec;
	static union made_event made;
	struct call call = { .level = 1, .optname = 9, .socket = TCP4, .optlen = 4 };

	(void)state;
	event_make(&made, &call);
	assert_int_equal(sot_decode(made.bytes, made.ev.size, NULL, &rec), 0);
	made.ev.duration_ns = 1000;
	sot_counts_add_record(summary, &rec);
	made.ev.have &= ~(uint64_t)SOT_HAVE_RET;
	sot_counts_add_record(summary, &rec);
	assert_int_equal(summary->count, 2);
	assert_int_equal(summary->row[0].tally.calls[9], 1);
	assert_int_equal(summary->no_return, 1);
	assert_int_equal(summary->ns, 1000);
}

static void first_comes_the_most(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 1; i < 200; i++)
		add(i, 1, 9, 0, 1, i * 7919 % 199 + 1);
	sot_counts_arrange(summary);
	for (i = 1; i < summary->count; i++)
		assert_true(summary->row[summary->order[i - 1]].tally.ns >=
			    summary->row[summary->order[i]].tally.ns);
	assert_int_equal(summary->processes.count, 199);
	assert_int_equal(summary->options.count, 1);
	assert_int_equal(summary->options.group[0].calls, summary->calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(adds_up, clear),
		cmocka_unit_test_setup(json, clear),
		cmocka_unit_test_setup(table, clear),
		cmocka_unit_test_setup(by_family, clear),
		cmocka_unit_test_setup(shared_fit_in_a_word, clear),
		cmocka_unit_test_setup(nothing_is_lost, clear),
		cmocka_unit_test_setup(from_records, clear),
		cmocka_unit_test_setup(first_comes_the_most, clear),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
