/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of --list-options; that all rows are there as they must is tests/golden's business. */
#include "unit.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/socket.h>

#include "json_check.h"
#include "names.h"
#include "record.h"

static char storage[4096];
static struct sot_buf buf;

static const char *json(const struct sot_option *opt)
{
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	assert_int_equal(sot_list_json(opt, &buf), 0);
	return buf_text(&buf);
}

/* A row with everything, and rows that differ from it in one thing. */
static void keys_and_values(void **state)
{
	struct sot_option opt = { .name = "X",
				  .level = SOT_LEVEL_SOL_TCP,
				  .optname = -1,
				  .type = SOT_TYPE_LINGER,
				  .caps = 1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW,
				  .cap_scope = SOT_CAP_NETNS,
				  .cap_when = "to \"raise\" it",
				  .flags = SOT_OPT_SECRET | SOT_OPT_REFUSES_LONGER,
				  .since = "5.11",
				  .until = "7.0",
				  .doc = "what it does" };

	(void)state;
	assert_string_equal(
		json(&opt),
		"{\"level\":6,\"levelName\":\"SOL_TCP\",\"optname\":-1,\"name\":\"X\","
		"\"families\":[\"AF_INET\",\"AF_INET6\",\"AF_SMC\"],\"type\":\"struct linger\","
		"\"minLen\":8,\"maxLen\":8,\"capability\":\"CAP_NET_ADMIN|CAP_NET_RAW\","
		"\"capabilityWhen\":\"to \\\"raise\\\" it\",\"capabilityScope\":\"netns\","
		"\"since\":\"5.11\",\"until\":\"7.0\",\"secret\":true,"
		"\"highRisk\":false,\"doc\":\"what it does\"}\n");
	opt.risk = true;
	opt.flags = 0; /* longer ones are taken */
	assert_non_null(strstr(json(&opt), "\"minLen\":8,\"maxLen\":null,"));
	assert_non_null(strstr(json(&opt), "\"secret\":false,\"highRisk\":true,"));
	opt.flags = SOT_OPT_REFUSES_LONGER;
	opt.has_len = true;
	opt.max_len = SOT_LEN_ANY; /* no bound that could be refused */
	assert_non_null(strstr(json(&opt), "\"minLen\":0,\"maxLen\":null,"));
	opt.max_len = 16;
	assert_non_null(strstr(json(&opt), "\"minLen\":0,\"maxLen\":16,"));
	opt.flags |= SOT_OPT_GET_ONLY; /* no length can set it */
	assert_non_null(strstr(json(&opt), "\"minLen\":null,\"maxLen\":null,"));
	opt.families[0] = AF_INET6; /* narrower than its level */
	assert_non_null(strstr(json(&opt), "\"families\":[\"AF_INET6\"],"));
	opt.families[0] = 0;
	opt.level = SOT_LEVEL_SOL_SOCKET;
	assert_non_null(strstr(json(&opt), "\"families\":[\"*\"],"));
	opt.caps = 1ULL << CAP_SYS_ADMIN;
	opt.cap_scope = SOT_CAP_INIT;
	opt.cap_when = NULL;
	assert_non_null(strstr(json(&opt), "\"capability\":\"CAP_SYS_ADMIN\",\"capabilityWhen\":"
					   "null,\"capabilityScope\":\"init\","));
	opt.caps = 0;
	opt.cap_scope = SOT_CAP_NONE;
	assert_non_null(strstr(json(&opt), "\"capability\":null,\"capabilityWhen\":null,"
					   "\"capabilityScope\":null,"));
}

static void columns(void **state)
{
	const struct sot_option opt = { .name = "X",
					.level = SOT_LEVEL_SOL_IP,
					.optname = 12,
					.type = SOT_TYPE_INT,
					.doc = "it" };

	(void)state;
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	assert_int_equal(sot_list_table_header(&buf), 0);
	assert_int_equal(sot_list_table(&opt, &buf), 0);
	assert_string_equal(buf_text(&buf),
			    "LEVEL                 NUM  NAME                                 "
			    "TYPE                            WHAT IT DOES\n"
			    "SOL_IP                 12  X                                    "
			    "int                             it\n");
}

/* What a row does stands below WHAT IT DOES. */
static void rows_fit_the_columns(void **state)
{
	const char *doc;
	size_t i, at;

	(void)state;
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	assert_int_equal(sot_list_table_header(&buf), 0);
	at = (size_t)(strstr(buf_text(&buf), "WHAT") - storage);
	for (i = 0; i < sot_options_count; i++) {
		sot_buf_init(&buf, storage, sizeof(storage) - 1);
		assert_int_equal(sot_list_table(&sot_options[i], &buf), 0);
		doc = strstr(buf_text(&buf), sot_options[i].doc);
		assert_row(doc == storage + at, sot_options[i].name, "%s", storage);
	}
}

/* At any size of the buffer the whole line or nothing. */
static void no_half_lines(void **state)
{
	size_t size, whole = strlen(json(&sot_options[0]));

	(void)state;
	for (size = 0; size <= whole; size++) {
		sot_buf_init(&buf, storage, size);
		assert_int_equal(sot_list_json(&sot_options[0], &buf), size < whole ? -ENOSPC : 0);
		assert_int_equal(buf.len, size < whole ? 0 : whole);
	}
}

/* Every row is a line of JSON, and whatever it needs a name for has one. */
static void every_row(void **state)
{
	const struct sot_option *opt;
	size_t i, j, len;

	(void)state;
	for (i = 0; i < SOT_LEVEL_COUNT; i++)
		for (j = 0; j < COUNT(sot_levels[i].families) && sot_levels[i].families[j]; j++)
			assert_non_null(sot_family_name(sot_levels[i].families[j]));
	for (i = 0; i < sot_options_count; i++) {
		opt = &sot_options[i];
		len = strlen(json(opt));
		assert_row(is_json_line(storage, len), opt->name, "%s", storage);
		for (j = 0; j < COUNT(opt->families) && opt->families[j]; j++)
			assert_row(sot_family_name(opt->families[j]), opt->name, "a family");
		assert_row(!opt->cap_when || opt->caps, opt->name, "when, but no capability");
		assert_row(!opt->caps == (opt->cap_scope == SOT_CAP_NONE), opt->name, "scope");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_values),
		cmocka_unit_test(columns),
		cmocka_unit_test(rows_fit_the_columns),
		cmocka_unit_test(no_half_lines),
		cmocka_unit_test(every_row),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
