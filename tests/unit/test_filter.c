/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include <errno.h>

#include "filter.h"
#include "json_check.h"

#define IN SOT_OPTION_INCLUDE
#define OUT SOT_OPTION_EXCLUDE
#define RULES_MAX 4

static struct sot_option_filter filter;
static char message[512];

static int add(const char *list)
{
	struct sot_buf err;
	int ret;

	sot_buf_init(&err, message, sizeof(message) - 1);
	ret = sot_option_filter_add(&filter, list, &err);
	buf_text(&err);
	return ret;
}

static int parse(const char *list)
{
	memset(&filter, 0, sizeof(filter));
	return add(list);
}

/* What the rules say of an option, as the kernel's half looks it up. */
static uint32_t verdict_of(int level, int optname, bool any)
{
	uint32_t verdict = 0;
	size_t i;

	for (i = 0; i < filter.count; i++)
		if (filter.rule[i].key.level == level && filter.rule[i].key.optname == optname &&
		    filter.rule[i].key.any == any)
			verdict |= filter.rule[i].verdict;
	return verdict;
}

struct rule {
	int level, optname;
	bool any;
	uint32_t verdict;
};

/* Lists that make few rules: these and no others. */
static void exact_rules(void **state)
{
	static const struct {
		const char *list;
		bool selective, all;
		size_t count;
		struct rule rules[RULES_MAX];
	} rows[] = {
		{ "SO_REUSEADDR", true, false, 1, { { 1, 2, false, IN } } },
		{ "so_reuseaddr", true, false, 1, { { 1, 2, false, IN } } },
		{ "So_ReuseAddr", true, false, 1, { { 1, 2, false, IN } } },
		{ "SO_RCVTIMEO_OLD", true, false, 1, { { 1, 20, false, IN } } }, /* an alias */
		{ "!SO_KEEPALIVE", false, false, 1, { { 1, 9, false, OUT } } },
		{ "SO_REUSEADDR,TCP_NODELAY",
		  true,
		  false,
		  2,
		  { { 1, 2, false, IN }, { 6, 1, false, IN } } },
		{ "SO_REUSEADDR,SO_REUSEADDR", true, false, 1, { { 1, 2, false, IN } } },
		{ "SO_REUSEADDR,!SO_REUSEADDR", true, false, 1, { { 1, 2, false, IN | OUT } } },
		{ "!1:2,SO_REUSEADDR", true, false, 1, { { 1, 2, false, IN | OUT } } },
		{ "SO_REUSE*", true, false, 2, { { 1, 2, false, IN }, { 1, 15, false, IN } } },
		{ "so_reuse????", true, false, 2, { { 1, 2, false, IN }, { 1, 15, false, IN } } },
		{ "SO_REUSE[P]*", true, false, 1, { { 1, 15, false, IN } } },
		{ "MCAST_JOIN_GROUP",
		  true,
		  false,
		  2,
		  { { 0, 42, false, IN }, { 41, 42, false, IN } } },
		{ "SOL_IPV6:MCAST_JOIN_GROUP", true, false, 1, { { 41, 42, false, IN } } },
		{ "sol_ipv6:mcast_join_*up",
		  true,
		  false,
		  2,
		  { { 41, 42, false, IN }, { 41, 46, false, IN } } },
		{ "41:MCAST_JOIN_GROUP", true, false, 1, { { 41, 42, false, IN } } },
		{ "SOL_SOCKET:2", true, false, 1, { { 1, 2, false, IN } } },
		{ "SOL_TCP:*", true, false, 1, { { 6, 0, true, IN } } },
		{ "!SOL_TCP:*", false, false, 1, { { 6, 0, true, OUT } } },
		{ "SOL_TCP:*,!TCP_NODELAY",
		  true,
		  false,
		  2,
		  { { 6, 0, true, IN }, { 6, 1, false, OUT } } },
		{ "6:0,6:*", true, false, 2, { { 6, 0, false, IN }, { 6, 0, true, IN } } },
		{ "6:1", true, false, 1, { { 6, 1, false, IN } } },
		{ "0x29:26", true, false, 1, { { 41, 26, false, IN } } },
		{ "41:0x1a", true, false, 1, { { 41, 26, false, IN } } },
		{ "-1:5", true, false, 1, { { -1, 5, false, IN } } },
		{ "!-1:-5", false, false, 1, { { -1, -5, false, OUT } } },
		{ "2147483647:-2147483648",
		  true,
		  false,
		  1,
		  { { INT32_MAX, INT32_MIN, false, IN } } },
		{ "263:*", true, false, 1, { { 263, 0, true, IN } } },
		{ "*", true, true, 0, { { 0 } } },
		{ "*,!SO_KEEPALIVE", true, true, 1, { { 1, 9, false, OUT } } },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_row(!parse(rows[i].list), rows[i].list, "%s", message);
		assert_row(!*message, rows[i].list, "said %s", message);
		assert_row(filter.selective == rows[i].selective, rows[i].list, "selective %d",
			   filter.selective);
		assert_row(filter.all == rows[i].all, rows[i].list, "all %d", filter.all);
		assert_row(filter.count == rows[i].count, rows[i].list, "%zu rules", filter.count);
		for (j = 0; j < rows[i].count; j++)
			assert_row(verdict_of(rows[i].rules[j].level, rows[i].rules[j].optname,
					      rows[i].rules[j].any) == rows[i].rules[j].verdict,
				   rows[i].list, "rule %zu", j);
	}
}

/* A glob takes each row whose name or alias fits, and no other. */
static void globs(void **state)
{
	static const struct {
		const char *list, *prefix;
	} rows[] = {
		{ "TCP_*", "TCP_" },
		{ "tcp_*", "TCP_" },
		{ "IPV6_*", "IPV6_" },
		{ "UDP_*", "UDP_" },
	};
	const struct sot_option *opt;
	size_t i, j, fit;
	uint32_t verdict;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(parse(rows[i].list), 0);
		for (j = fit = 0; j < sot_options_count; j++) {
			opt = &sot_options[j];
			verdict = verdict_of(sot_levels[opt->level].number, opt->optname, false);
			if (!strncmp(opt->name, rows[i].prefix, strlen(rows[i].prefix))) {
				assert_row(verdict == IN, opt->name, "not in %s", rows[i].list);
				fit++;
			}
		}
		assert_true(fit > 3);
		assert_int_equal(filter.count, fit);
	}
	/* IP_* is neither IPV6_* nor TCP_* */
	assert_int_equal(parse("IP_*"), 0);
	assert_int_equal(verdict_of(41, 26, false), 0);
	assert_int_equal(verdict_of(0, 1, false), IN);
	/* every option by its own name and by its alias */
	for (j = 0; j < sot_options_count; j++) {
		opt = &sot_options[j];
		assert_int_equal(parse(opt->name), 0);
		assert_int_equal(verdict_of(sot_levels[opt->level].number, opt->optname, false),
				 IN);
		if (!opt->alias)
			continue;
		assert_row(!parse(opt->alias), opt->name, "%s", message);
		assert_int_equal(verdict_of(sot_levels[opt->level].number, opt->optname, false),
				 IN);
	}
}

/* wanted: "LEVEL:" or "LEVEL:NAME"; "" fits none */
static bool fits(const struct sot_option *opt, const char *wanted)
{
	char name[64];

	snprintf(name, sizeof(name), "%s:%s", sot_levels[opt->level].name, opt->name);
	name[*wanted && wanted[strlen(wanted) - 1] == ':' ? strlen(wanted) : sizeof(name) - 1] = 0;
	return !strcmp(name, wanted);
}

/* Of the catalogue's rows those that were meant, though others have the same number. */
static void rows_by_name(void **state)
{
	static const struct {
		const char *list, *in, *out; /* LEVEL:, LEVEL:NAME, "": none */
	} rows[] = {
		{ "TCP_NODELAY", "SOL_TCP:TCP_NODELAY", "SOL_L2CAP:L2CAP_OPTIONS" },
		{ "SOL_TCP:*", "SOL_TCP:", "SOL_L2CAP:" },
		{ "SOL_TCP:1", "SOL_TCP:TCP_NODELAY", "SOL_L2CAP:L2CAP_OPTIONS" },
		{ "SOL_TCP:*,!TCP_NODELAY", "SOL_TCP:TCP_CORK", "SOL_TCP:TCP_NODELAY" },
		{ "6:1", "SOL_TCP:TCP_NODELAY", "SOL_TCP:TCP_CORK" },
		{ "6:1", "SOL_L2CAP:L2CAP_OPTIONS", "SOL_TCP:TCP_CORK" },
		{ "6:*", "SOL_L2CAP:", "SOL_SOCKET:" },
		{ "so_reuse*", "SOL_SOCKET:SO_REUSEPORT", "SOL_SOCKET:SO_LINGER" },
		{ "SO_RCVTIMEO_OLD", "SOL_SOCKET:SO_RCVTIMEO", "SOL_SOCKET:SO_RCVTIMEO_NEW" },
		{ "!TCP_NODELAY", "SOL_L2CAP:L2CAP_OPTIONS", "SOL_TCP:TCP_NODELAY" },
		{ "!SOL_TCP:*", "SOL_SOCKET:", "SOL_TCP:" },
		{ "*,!SOL_TCP:*", "SOL_UDP:", "SOL_TCP:" },
		{ "6:999", "", "" },
	};
	const struct sot_option *opt;
	size_t i, j, in;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_row(!parse(rows[i].list), rows[i].list, "%s", message);
		for (j = in = 0; j < sot_options_count; j++) {
			opt = &sot_options[j];
			in += sot_option_filter_wants(&filter, opt);
			if (fits(opt, rows[i].in))
				assert_row(sot_option_filter_wants(&filter, opt), rows[i].list,
					   "leaves out %s", opt->name);
			if (fits(opt, rows[i].out))
				assert_row(!sot_option_filter_wants(&filter, opt), rows[i].list,
					   "has %s", opt->name);
		}
		assert_row(*rows[i].in ? in > 0 : !in, rows[i].list, "%zu rows", in);
	}
	memset(&filter, 0, sizeof(filter));
	for (j = 0; j < sot_options_count; j++)
		assert_true(sot_option_filter_wants(&filter, &sot_options[j]));
}

static void lists_add_up(void **state)
{
	(void)state;
	assert_int_equal(parse("SO_REUSEADDR"), 0);
	assert_int_equal(add("!SO_REUSEADDR,6:1"), 0);
	assert_int_equal(filter.count, 2);
	assert_int_equal(verdict_of(1, 2, false), IN | OUT);
	assert_int_equal(verdict_of(6, 1, false), IN);
}

static void refusals(void **state)
{
	static const struct {
		const char *list, *sentence;
	} rows[] = {
		{ "SO_REUSADDR", "unknown option \"SO_REUSADDR\"; did you mean SO_REUSEADDR" },
		{ "so_reusadr", "unknown option \"so_reusadr\"; did you mean SO_REUSEADDR" },
		{ "SO_KEEPALIV", "unknown option \"SO_KEEPALIV\"; did you mean SO_KEEPALIVE" },
		{ "!TCP_NODELY", "unknown option \"TCP_NODELY\"; did you mean TCP_NODELAY" },
		{ "XYZZY_NOTHING_LIKE_IT_ATALL", "write its number as LEVEL:NUMBER" },
		{ "SOL_SOKET:2", "unknown level \"SOL_SOKET\"; did you mean SOL_SOCKET" },
		{ "TPC:1", "unknown level \"TPC\"" },
		{ "SOL_TCP:SO_REUSEADDR",
		  "\"SO_REUSEADDR\" is not of this level but of SOL_SOCKET" },
		{ "SOL_TCP:TCP_NODELY", "did you mean TCP_NODELAY" },
		{ "NOPE_*", "no option matches \"NOPE_*\"" },
		{ "SOL_UDP:TCP_*", "no option matches \"TCP_*\"" },
		{ "2", "number 2 needs its level" },
		{ "0x29", "number 0x29 needs its level" },
		{ "-1", "number -1 needs its level" },
		{ "!2", "number 2 needs its level" },
		{ "", "name is missing" },
		{ "!", "name is missing" },
		{ ",", "name is missing" },
		{ "SO_REUSEADDR,", "name is missing" },
		{ ",SO_REUSEADDR", "name is missing" },
		{ "SO_REUSEADDR,,TCP_NODELAY", "name is missing" },
		{ "SO_REUSEADDR,!", "name is missing" },
		{ "SOL_TCP:", "\"\"" },
		{ ":TCP_NODELAY", "\"\"" },
		{ ":", "\"\"" },
		{ "!!SO_REUSEADDR", "\"!SO_REUSEADDR\"" },
		{ "SOL_TCP:1:2", "\"1:2\"" },
		{ "2147483648:1", "unknown level \"2147483648\"" },
		{ "1:2147483648", "\"2147483648\"" },
		{ "6:1x", "\"1x\"" },
		{ "SO_REUSEADDR\x1b[31m", "\\x1b[31m" },
		{ "SO_\xff", "SO_\\xff" },
	};
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		ret = parse(rows[i].list);
		assert_row(ret == -EINVAL, rows[i].list, "returned %d", ret);
		assert_row(strstr(message, rows[i].sentence), rows[i].list, "said %s", message);
		assert_row(is_clean_text(message, strlen(message)), rows[i].list, "said %s",
			   message);
	}
}

static void long_words(void **state)
{
	char list[4096];
	size_t len;

	(void)state;
	for (len = 1; len < sizeof(list); len += len < 200 ? 1 : 61) {
		memset(list, 'A', len);
		list[len] = '\0';
		assert_int_equal(parse(list), -EINVAL);
		assert_true(strlen(message) > 10);
		/* after a good one */
		memcpy(list, "1:2,", len < 4 ? 0 : 4);
		if (len > 4)
			assert_int_equal(parse(list), -EINVAL);
		/* a glob of any length fits everything or is too long */
		memset(list, '*', len);
		assert_int_equal(parse(list), len < 128 ? 0 : -EINVAL);
	}
}

/* As many as there is room for; one more is refused, and says what to do. */
static void too_many(void **state)
{
	char word[32];
	int i;

	(void)state;
	memset(&filter, 0, sizeof(filter));
	for (i = 0; i < SOT_FILTER_RULES; i++) {
		snprintf(word, sizeof(word), "6:%d", 100000 + i);
		assert_int_equal(add(word), 0);
	}
	assert_int_equal(add("6:100000"), 0); /* is there already */
	assert_int_equal(add("6:1"), -EINVAL);
	assert_non_null(strstr(message, "too many options"));
	assert_int_equal(filter.count, SOT_FILTER_RULES);
}

static const char *const words[] = { "alpha", "alpine", "beta", "betas", "gamma" };

static const char *word_name(size_t index)
{
	return words[index];
}

static void nearest_names(void **state)
{
	const char *nearest[8];

	(void)state;
	assert_int_equal(sot_nearest_names("beta", word_name, COUNT(words), nearest, 3), 2);
	assert_string_equal(nearest[0], "beta");
	assert_string_equal(nearest[1], "betas");
	assert_int_equal(sot_nearest_names("BETAS", word_name, COUNT(words), nearest, 3), 2);
	assert_string_equal(nearest[0], "betas");
	assert_int_equal(sot_nearest_names("betas", word_name, COUNT(words), nearest, 1), 1);
	assert_string_equal(nearest[0], "betas");
	assert_int_equal(sot_nearest_names("gamm", word_name, COUNT(words), nearest, 8), 1);
	assert_string_equal(nearest[0], "gamma");
	assert_int_equal(sot_nearest_names("zzzzzz", word_name, COUNT(words), nearest, 8), 0);
	assert_int_equal(sot_nearest_names("beta", word_name, COUNT(words), nearest, 0), 0);
	assert_int_equal(sot_nearest_names("beta", word_name, 0, nearest, 8), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_rules),	cmocka_unit_test(globs),
		cmocka_unit_test(rows_by_name), cmocka_unit_test(lists_add_up),
		cmocka_unit_test(refusals),	cmocka_unit_test(long_words),
		cmocka_unit_test(too_many),	cmocka_unit_test(nearest_names),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
