/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What --explain says, of every row; and that its examples are what the row allows. */
#include "unit.h"

#include <errno.h>

#include "example.h"
#include "explain.h"
#include "json_check.h"
#include "value_types.h"

#define SCREEN_LINES 24
#define SCREEN_COLUMNS 80

static char storage[2 * 1024 * 1024], message[512];
static struct sot_option_filter filter;
static struct sot_value value;
static struct sot_buf buf;

static const char *explain(const char *words)
{
	struct sot_buf err;

	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	sot_buf_init(&err, message, sizeof(message) - 1);
	if (sot_explain(words, &filter, &buf, &err)) {
		assert_true(err.len);
		return buf_text(&err);
	}
	return buf_text(&buf);
}

static const char *explain_row(const struct sot_option *opt)
{
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	sot_explain_option(opt, &buf);
	assert_false(buf.full);
	return buf_text(&buf);
}

static const struct sot_option *find(enum sot_level_id level, const char *name)
{
	size_t i;

	for (i = 0; i < sot_options_count; i++)
		if (sot_options[i].level == level && !strcmp(sot_options[i].name, name))
			return &sot_options[i];
	return NULL;
}

static void whole_text(void **state)
{
	(void)state;
	assert_string_equal(
		explain("SO_LINGER"),
		"SO_LINGER: wait on close for unsent data; 0 seconds: reset\n"
		"  level     SOL_SOCKET, the socket itself, whatever its protocol\n"
		"  number    1:13\n"
		"  type      struct linger\n"
		"  length    8 bytes; any more are ignored\n"
		"  who may   everybody\n"
		"  since     5.10 or before\n"
		"  example   setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8) = 0\n"
		"  shown as  optval: {on, 5s}\n"
		"  mistakes  l_linger is in seconds. close waits that long even on a non-blocking\n"
		"            socket.\n"
		"            On with 0 seconds makes close drop what is unsent and reset.\n");
}

/* Words: in the text of that option. */
static void facts(void **state)
{
	static const struct {
		const char *option, *words;
	} rows[] = {
		{ "SOL_IP:IP_TTL", "  number    0:2\n" },
		{ "SOL_IP:IP_TTL", "1 to 4 bytes; any more are ignored; of fewer than 4 one is" },
		{ "IP_TTL", "  range     1 to 255, or -1\n" },
		{ "6:1", "TCP_NODELAY: " },
		{ "6:1", "\n\nL2CAP_OPTIONS: " }, /* who can tell which was meant */
		{ "SO_RCVTIMEO", "16 bytes; any more are ignored; from a 32-bit program 8\n" },
		{ "SO_RCVTIMEO", "SO_RCVTIMEO, {tv_sec=5, tv_usec=0},\n            16) = 0\n" },
		{ "SO_RCVTIMEO", "  also      SO_RCVTIMEO_OLD\n" },
		{ "IP_MTU_DISCOVER", "IP_PMTUDISC_DO=2," },
		{ "IP_MTU_DISCOVER", "IP_MTU_DISCOVER, [IP_PMTUDISC_DO], 4) = 0\n" },
		{ "SO_TIMESTAMPING", "  values    SOF_TIMESTAMPING_ TX_HARDWARE=0x1, " },
		{ "SO_PRIORITY", "CAP_NET_ADMIN or CAP_NET_RAW in the network namespace's user" },
		{ "SO_BUSY_POLL", "CAP_NET_ADMIN in the initial user namespace, to raise it" },
		{ "SO_TYPE", "never: it can only be read" },
		{ "SO_TYPE", "SO_TYPE, [1], 4) = -1 (refused)\n" },
		{ "SO_TXREHASH", "  since     5.18\n" },
		{ "UDPLITE_SEND_CSCOV", "  until     7.0\n" },
		{ "TCP_MD5SIG", "TCP_MD5SIG, redacted (216 bytes), 216) = 0\n" },
		{ "TCP_MD5SIG", "  secret    the value is a key" },
		{ "SO_ATTACH_BPF", "  risk      high: " },
		{ "ALG_SET_AEAD_AUTHSIZE", "; the length is the value" },
		{ "ALG_SET_AEAD_AUTHSIZE", "ALG_SET_AEAD_AUTHSIZE, NULL, 8) = 0\n" },
		{ "IPV6_UNICAST_HOPS", "; optval may be NULL\n" },
		{ "TCP_CONGESTION", "TCP_CONGESTION, \"cubic\", 6) = 0\n" },
		{ "IP_UNICAST_IF", "optval: ifindex 2\n" },
		{ "IP_UNICAST_IF", "  mistakes  The index goes in network byte order" },
		{ "SOL_IPV6:MCAST_JOIN_GROUP", "optval: {gr_interface=2, gr_group=ff02::123}\n" },
		{ "SOL_IP:MCAST_JOIN_GROUP", "optval: {gr_interface=2, gr_group=239.1.1.1}\n" },
		{ "SO_LINGR", "did you mean SO_LINGER" },
		{ "6:999", "is not in the catalogue" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		assert_row(strstr(explain(rows[i].option), rows[i].words), rows[i].option,
			   "lacks %s:\n%s", rows[i].words, storage);
	/* a name means one option, though another has its number */
	assert_null(strstr(explain("TCP_NODELAY"), "L2CAP"));
}

/* What is said of optlen, by what the row says. */
static void lengths(void **state)
{
	struct sot_option opt = *find(SOT_LEVEL_SOL_SOCKET, "SO_LINGER");

	(void)state;
	assert_non_null(strstr(explain_row(&opt), "  length    8 bytes; any more are ignored\n"));
	opt.flags = SOT_OPT_REFUSES_LONGER;
	assert_non_null(strstr(explain_row(&opt), "  length    8 bytes, no more\n"));
	opt.has_len = true;
	opt.min_len = 4;
	opt.max_len = 16;
	assert_non_null(strstr(explain_row(&opt), "  length    4 to 16 bytes, no more\n"));
	opt.max_len = SOT_LEN_ANY;
	assert_non_null(strstr(explain_row(&opt), "  length    4 bytes or more\n"));
}

static void every_row_fits_a_screen(void **state)
{
	const char *line, *end;
	char call[128];
	size_t i, lines;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *opt = &sot_options[i];

		lines = 0;
		for (line = explain_row(opt); *line; line = end + 1) {
			end = strchr(line, '\n');
			assert_row(end, opt->name, "a line without an end");
			assert_row(end - line <= SCREEN_COLUMNS, opt->name, "%.*s",
				   (int)(end - line), line);
			assert_row(is_clean_text(line, (size_t)(end - line)), opt->name, "%.*s",
				   (int)(end - line), line);
			lines++;
		}
		assert_row(lines <= SCREEN_LINES, opt->name, "%zu lines", lines);
		snprintf(call, sizeof(call), "  example   setsockopt(3, %s,",
			 sot_levels[opt->level].name);
		assert_row(strstr(storage, call), opt->name, "no example:\n%s", storage);
	}
}

/* Lengths and values of the examples are what the row says that the kernel takes. */
static void examples(void **state)
{
	struct sot_example example;
	struct sot_decoding d;
	size_t i;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *opt = &sot_options[i];

		memset(&example, 0xaa, sizeof(example));
		sot_example_make(opt, &example);
		assert_row(example.optlen >= sot_option_min_len(opt, false), opt->name, "length %d",
			   example.optlen);
		assert_row(example.optlen <= sot_option_max_len(opt, false), opt->name, "length %d",
			   example.optlen);
		assert_row(example.optlen <= SOT_EXAMPLE_MAX, opt->name, "%d", example.optlen);
		if (example.null || (opt->flags & SOT_OPT_SECRET))
			continue;
		d = (struct sot_decoding){ .opt = opt,
					   .data = example.bytes,
					   .len = (size_t)example.optlen,
					   .optlen = example.optlen,
					   .value = &value };
		assert_row(sot_decode_value(&d), opt->name, "%d bytes", example.optlen);
		assert_row(!d.out_of_range, opt->name, "out of range");
		assert_row(!value.cut, opt->name, "cut");
	}
}

static void assert_sentences(const char *name, const char *text)
{
	size_t len = strlen(text);

	assert_row(len && text[len - 1] == '.', name, "no sentence: %s", text);
	assert_row(!strstr(text, "  "), name, "two spaces: %s", text);
}

/* Each mistake is one of an option that there is and that can be set. */
static void mistakes(void **state)
{
	static const struct {
		enum sot_level_id level;
		const char *name, *text;
	} rows[] = {
#define TYPE_MISTAKE(...)
#define MISTAKE(_level, _name, _text) { SOT_LEVEL_##_level, #_name, _text },
#include "mistakes.def"
#undef MISTAKE
#undef TYPE_MISTAKE
	};
	const struct sot_option *opt, *last = sot_options;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		opt = find(rows[i].level, rows[i].name);
		assert_row(opt, rows[i].name, "not in the catalogue");
		assert_row(!(opt->flags & SOT_OPT_GET_ONLY), rows[i].name, "cannot be set");
		assert_row(opt >= last, rows[i].name, "not in the catalogue's order");
		last = opt;
		assert_sentences(rows[i].name, rows[i].text);
		assert_non_null(strstr(explain_row(opt), "  mistakes  "));
	}
#define MISTAKE(...)
#define TYPE_MISTAKE(_type, _text) assert_sentences(#_type, _text);
#include "mistakes.def"
#undef MISTAKE
#undef TYPE_MISTAKE
}

/* --explain '*' has room in main.c for as much as this test. */
static void all_at_once(void **state)
{
	(void)state;
	explain("*");
	assert_false(buf.full);
	assert_true(buf.len > sot_options_count * 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_text),  cmocka_unit_test(facts),
		cmocka_unit_test(lengths),     cmocka_unit_test(every_row_fits_a_screen),
		cmocka_unit_test(examples),    cmocka_unit_test(mistakes),
		cmocka_unit_test(all_at_once),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
