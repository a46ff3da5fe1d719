/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include <errno.h>

#include "cli/config.h"
#include "json_check.h"

#define ARGS_MAX 16

static struct sot_config config;
static char message[512];
static char *args[ARGS_MAX + 1];

/* words: ended by NULL, without the program's name */
static int parse(const char *const *words)
{
	struct sot_buf err;
	int count = 1, ret;

	args[0] = (char *)"sockopt-trace";
	for (; *words; words++)
		args[count++] = (char *)*words;
	args[count] = NULL;
	sot_buf_init(&err, message, sizeof(message) - 1);
	ret = sot_config_parse(&config, count, args, &err);
	buf_text(&err);
	return ret;
}

enum kind { BOOLEAN, U32, U64, SIZE, DOUBLE, TEXT, FORMAT, ENUMERATION };

#define FIELD(_kind, _field) .kind = _kind, .off = offsetof(struct sot_config, _field)

/* An option in all its forms and one field that it must set. */
struct option_case {
	const char *name;     /* long, without "--" */
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	enum kind kind;
	size_t off;
	uint64_t num;
	const char *text;    /* of TEXT */
	double fraction;     /* of DOUBLE */
	const char *more[3]; /* further words that the option needs or ends the line with */
};

static const struct option_case options[] = {
	{ "pid", 'p', "17", FIELD(U32, pids[0]), 17 },
	{ "pid", 'p', "1,2,2147483647", FIELD(U32, pids[2]), INT32_MAX },
	{ "pid", 'p', "1,2,3", FIELD(SIZE, pids_count), 3 },
	{ "follow", 'f', NULL, FIELD(BOOLEAN, follow), 1, .more = { "-p", "1" } },
	{ "follow", 'f', NULL, FIELD(BOOLEAN, follow), 1, .more = { "--", "true" } },
	{ "uid", 'u', "0", FIELD(SIZE, uids_count), 1 },
	{ "uid", 'u', "7,4294967295", FIELD(U32, uids[1]), UINT32_MAX },
	{ "cgroup", 0, "/system.slice", FIELD(TEXT, cgroups[0]), .text = "/system.slice" },
	{ "container", 0, "0123456789ab", FIELD(TEXT, cgroups[0]), .text = "0123456789ab" },
	{ "container", 0, "0123456789ab", FIELD(BOOLEAN, is_container[0]), 1 },
	{ "privileged", 0, NULL, FIELD(BOOLEAN, privileged), 1 },
	{ "comm", 'n', "nc", FIELD(TEXT, comms[0]), .text = "nc" },
	{ "comm", 'n', "123456789012345", FIELD(TEXT, comms[0]), .text = "123456789012345" },
	{ "option", 'e', "SO_REUSEADDR", FIELD(U32, options.rule[0].key.optname), 2 },
	{ "option", 'e', "6:1", FIELD(BOOLEAN, options.selective), 1 },
	{ "option", 'e', "*", FIELD(BOOLEAN, options.selective), 0 },
	{ "option", 'e', "*,!6:1", FIELD(BOOLEAN, options.selective), 0 },
	{ "failed", 'x', NULL, FIELD(BOOLEAN, failed), 1 },
	{ "flagged", 0, NULL, FIELD(BOOLEAN, flagged), 1 },
	{ "rate", 0, "1", FIELD(U32, rate), 1 },
	{ "rate", 0, "100", FIELD(U32, rate_seconds), 1 },
	{ "rate", 0, "4294967295/86400", FIELD(U32, rate), UINT32_MAX },
	{ "rate", 0, "10/60", FIELD(U32, rate_seconds), 60 },
	{ "output", 'o', "json", FIELD(FORMAT, outputs[0].format), .text = "json" },
	{ "output", 'o', "json-v1beta1", FIELD(FORMAT, outputs[0].format), .text = "json-v1beta1" },
	{ "output", 'o', "json", FIELD(TEXT, outputs[0].path), .text = NULL },
	{ "output", 'o', "json:a:b", FIELD(TEXT, outputs[0].path), .text = "a:b" },
	{ "output", 'o', "json:-", FIELD(TEXT, outputs[0].path), .text = NULL },
	{ "output", 'o', "table", FIELD(FORMAT, outputs[0].format), .text = "table" },
	{ "output", 'o', "table:x", FIELD(SIZE, outputs_count), 1 },
	{ "write", 'w', "F", FIELD(TEXT, write), .text = "F" },
	{ "write", 'w', "F", FIELD(SIZE, outputs_count), 1 },
	{ "write", 'w', "F", FIELD(TEXT, outputs[0].path), .text = "F" },
	{ "write", 'w', "F", FIELD(FORMAT, outputs[0].format), .text = "recording" },
	{ "write", 'w', "-", FIELD(TEXT, outputs[0].path), .text = NULL },
	{ "write", 'w', "F", FIELD(FORMAT, outputs[1].format), .text = "recording",
	  .more = { "-o", "json" } },
	{ "write", 'w', "F", FIELD(FORMAT, outputs[0].format), .text = "json",
	  .more = { "-o", "json" } },
	{ "read", 'r', "F", FIELD(TEXT, read), .text = "F" },
	{ "read", 'r', "-", FIELD(FORMAT, outputs[0].format), .text = "table" },
	{ "summary", 'c', NULL, FIELD(BOOLEAN, summary), 1 },
	{ "summary", 'c', NULL, FIELD(BOOLEAN, summary), 1, .more = { "-r", "F", "--flagged" } },
	{ "raw", 0, NULL, FIELD(BOOLEAN, raw), 1 },
	{ "snapshot", 's', "1", FIELD(U32, snapshot), 1 },
	{ "snapshot", 's', "4096", FIELD(U32, snapshot), 4096 },
	{ "no-values", 0, NULL, FIELD(BOOLEAN, no_values), 1 },
	{ "show-secrets", 0, NULL, FIELD(BOOLEAN, show_secrets), 1 },
	{ "quiet", 'q', NULL, FIELD(BOOLEAN, quiet), 1 },
	{ "verbose", 'v', NULL, FIELD(BOOLEAN, verbose), 1 },
	{ "audit", 0, NULL, FIELD(BOOLEAN, audit), 1 },
	{ "rules", 0, "a.yaml", FIELD(TEXT, rules[0]), .text = "a.yaml" },
	{ "rules", 0, "a.yaml", FIELD(BOOLEAN, audit), 1 },
	{ "no-default-rules", 0, NULL, FIELD(BOOLEAN, no_default_rules), 1,
	  .more = { "--rules", "a.yaml" } },
	{ "fail-on", 0, "low", FIELD(ENUMERATION, fail_on), SOT_SEVERITY_LOW },
	{ "fail-on", 0, "critical", FIELD(ENUMERATION, fail_on), SOT_SEVERITY_CRITICAL },
	{ "fail-on", 0, "high", FIELD(BOOLEAN, audit), 1 },
	{ "rules-check", 0, "a.yaml", FIELD(TEXT, rules[0]), .text = "a.yaml" },
	{ "rules-check", 0, "a", FIELD(ENUMERATION, action), SOT_ACTION_RULES_CHECK },
	{ "list-rules", 0, NULL, FIELD(ENUMERATION, action), SOT_ACTION_LIST_RULES },
	{ "duration", 0, "0.25", FIELD(DOUBLE, duration), .fraction = 0.25 },
	{ "duration", 0, "86400", FIELD(DOUBLE, duration), .fraction = 86400 },
	{ "heartbeat", 0, "0", FIELD(DOUBLE, heartbeat), .fraction = 0 },
	{ "heartbeat", 0, "2.5", FIELD(DOUBLE, heartbeat), .fraction = 2.5 },
	{ "count", 0, "1", FIELD(U64, count), 1 },
	{ "count", 0, "18446744073709551615", FIELD(U64, count), UINT64_MAX },
	{ "attach", 0, "auto", FIELD(TEXT, attach), .text = "auto" },
	{ "attach", 0, "kprobe", FIELD(TEXT, attach), .text = "kprobe" },
	{ "attach", 0, "fentry", FIELD(TEXT, attach), .text = "fentry" },
	{ "attach", 0, "tracepoint", FIELD(TEXT, attach), .text = "tracepoint" },
	{ "buffer-size", 0, "4", FIELD(U32, buffer_kib), 4 },
	{ "buffer-size", 0, "1048576", FIELD(U32, buffer_kib), 1048576 },
	{ "in-flight", 0, "1", FIELD(U32, in_flight), 1 },
	{ "in-flight", 0, "65536", FIELD(U32, in_flight), 65536 },
	{ "as-root", 0, NULL, FIELD(BOOLEAN, as_root), 1, .more = { "--", "true" } },
	{ "doctor", 0, NULL, FIELD(ENUMERATION, action), SOT_ACTION_DOCTOR },
	{ "list-options", 0, NULL, FIELD(ENUMERATION, action), SOT_ACTION_LIST_OPTIONS },
	{ "explain", 0, "SO_LINGER", FIELD(TEXT, explain), .text = "SO_LINGER" },
	{ "explain", 0, "SO_LINGER", FIELD(ENUMERATION, action), SOT_ACTION_EXPLAIN },
	{ "version", 0, NULL, FIELD(ENUMERATION, action), SOT_ACTION_VERSION },
	{ "help", 'h', NULL, FIELD(ENUMERATION, action), SOT_ACTION_HELP },
};

static bool field_is_set(const struct option_case *row)
{
	const void *field = (const char *)&config + row->off;
	const char *text;

	switch (row->kind) {
	case BOOLEAN:
		return *(const bool *)field == (row->num != 0);
	case U32:
		return *(const uint32_t *)field == row->num;
	case U64:
		return *(const uint64_t *)field == row->num;
	case SIZE:
		return *(const size_t *)field == row->num;
	case DOUBLE:
		return *(const double *)field == row->fraction;
	case FORMAT:
		return !strcmp((*(const struct sot_format *const *)field)->name, row->text);
	case ENUMERATION:
		return *(const unsigned int *)field == row->num;
	case TEXT:
		text = *(const char *const *)field;
		return text == row->text || (text && row->text && !strcmp(text, row->text));
	}
	return false;
}

static void assert_option(const struct option_case *row, const char *first, const char *second)
{
	const char *words[ARGS_MAX];
	size_t i, count = 0;
	int ret;

	words[count++] = first;
	if (second)
		words[count++] = second;
	for (i = 0; i < COUNT(row->more) && row->more[i]; i++)
		words[count++] = row->more[i];
	words[count] = NULL;
	ret = parse(words);
	assert_row(!ret, first, "returned %d: %s", ret, message);
	assert_row(!*message, first, "said %s", message);
	assert_row(field_is_set(row), first, "its field is not set by %s",
		   second ? second : "itself");
}

/* --name VALUE, --name=VALUE, -n VALUE, -nVALUE */
static void each_option(void **state)
{
	const struct option_case *row;
	char text[64], joined[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(options); i++) {
		row = &options[i];
		snprintf(text, sizeof(text), "--%s", row->name);
		assert_option(row, text, row->argument);
		if (row->argument) {
			snprintf(joined, sizeof(joined), "--%s=%s", row->name, row->argument);
			assert_option(row, joined, NULL);
		}
		if (!row->letter)
			continue;
		snprintf(text, sizeof(text), "-%c", row->letter);
		assert_option(row, text, row->argument);
		if (row->argument) {
			snprintf(joined, sizeof(joined), "-%c%s", row->letter, row->argument);
			assert_option(row, joined, NULL);
		}
	}
}

static const char *help_text(void)
{
	static char text[8192];
	struct sot_buf buf;

	sot_buf_init(&buf, text, sizeof(text) - 1);
	sot_config_help(&buf);
	assert_false(buf.full);
	return buf_text(&buf);
}

/* The help is drawn from the table: what it names is tested above, and the other way round. */
static void help_and_tests_agree(void **state)
{
	const char *help = help_text(), *p;
	char name[40];
	size_t i, len;
	bool tested;

	(void)state;
	for (i = 0; i < COUNT(options); i++) {
		snprintf(name, sizeof(name), options[i].letter ? "-%c, --%s" : "   %c--%s",
			 options[i].letter ? options[i].letter : ' ', options[i].name);
		assert_row(strstr(help, name), name, "is not in the help");
	}
	for (p = strstr(help, "  -"); p; p = strstr(p, "  -")) {
		p = strstr(p, "--") + 2;
		len = strspn(p, "abcdefghijklmnopqrstuvwxyz-");
		if (!len)
			continue; /* "-- command" */
		for (i = 0, tested = false; i < COUNT(options); i++)
			tested |=
				strlen(options[i].name) == len && !memcmp(options[i].name, p, len);
		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		assert_row(tested, name, "is in the help but not tested");
		p += len;
	}
}

static void help_fits_a_terminal(void **state)
{
	const char *text = help_text();
	size_t len;

	(void)state;
	assert_memory_equal(text, "Usage: sockopt-trace ", 21);
	for (; *text; text += len + 1) {
		len = strcspn(text, "\n");
		assert_row(len <= 79, "help", "%zu columns: %.*s", len, (int)len, text);
		assert_int_equal(text[len], '\n');
		assert_true(is_clean_text(text, len));
		assert_false(len && text[len - 1] == ' ');
		/* an option's name never runs into its text */
		assert_row(len < 31 || strncmp(text, "  ", 2) || text[2] == 's' || text[29] == ' ',
			   "help", "no room after the name: %.*s", (int)len, text);
	}
}

static void defaults(void **state)
{
	static const char *const none[] = { NULL };
	struct sot_config zero;

	(void)state;
	memset(&config, 0xff, sizeof(config));
	assert_int_equal(parse(none), 0);
	assert_int_equal(config.action, SOT_ACTION_TRACE);
	assert_int_equal(config.snapshot, 128);
	assert_int_equal(config.buffer_kib, 4096);
	assert_int_equal(config.in_flight, 1024);
	assert_true(config.heartbeat == 10);
	assert_string_equal(config.attach, "auto");
	assert_int_equal(config.fail_on, SOT_SEVERITY_COUNT);
	assert_int_equal(config.outputs_count, 1);
	assert_string_equal(config.outputs[0].format->name, "table");
	assert_null(config.outputs[0].path);
	assert_int_equal(parse((const char *const[]){ "--audit", NULL }), 0);
	assert_int_equal(config.snapshot, 512);
	assert_int_equal(parse((const char *const[]){ "-s", "9", "--audit", NULL }), 0);
	assert_int_equal(config.snapshot, 9);
	assert_int_equal(parse(none), 0);
	config.snapshot = config.buffer_kib = config.in_flight = 0;
	config.heartbeat = 0;
	config.attach = NULL;
	config.fail_on = SOT_SEVERITY_LOW;
	config.outputs_count = 0;
	config.outputs[0].format = NULL;
	memset(&zero, 0, sizeof(zero));
	assert_memory_equal(&config, &zero, sizeof(zero));
}

/* Each is refused by a sentence that says what was wrong. */
static void refusals(void **state)
{
	static const struct {
		const char *words[6];
		const char *sentence;
	} rows[] = {
		{ { "-p", "x" }, "process id \"x\" is not a number" },
		{ { "-p", "" }, "process id \"\" is not a number" },
		{ { "-p", "0" }, "process id \"0\" names no process" },
		{ { "-p", "1,0" }, "process id \"0\" names no process" },
		{ { "-p", "-1" }, "process id \"-1\"" },
		{ { "-p", "+1" }, "process id \"+1\"" },
		{ { "-p", " 1" }, "process id \" 1\"" },
		{ { "-p", "1,,2" }, "process id \"\"" },
		{ { "-p", "1," }, "process id \"\"" },
		{ { "-p", "0x10" }, "process id \"0x10\"" },
		{ { "-p", "2147483648" }, "process id \"2147483648\"" },
		{ { "-p", "99999999999999999999" }, "process id \"99999999999999999999\"" },
		{ { "-p", "00000000000000000000000000000000001" },
		  "process id \"00000000000000000000000000000000001\" is not a number" },
		{ { "-u", "root" }, "user id \"root\"" },
		{ { "-u", "4294967296" }, "user id \"4294967296\"" },
		{ { "-n", "" }, "command name \"\" must have 1 to 15" },
		{ { "-n", "1234567890123456" }, "command name \"1234567890123456\"" },
		{ { "-e", "SO_REUSADDR" }, "unknown option \"SO_REUSADDR\"; did you mean" },
		{ { "-e", "SO_REUSEADDR", "-e", "2" }, "number 2 needs its level" },
		{ { "-o", "xml" },
		  "output format \"xml\" is not known; use table, json or json-v1beta1" },
		{ { "-o", "" }, "output format \"\"" },
		{ { "-o", "jso" }, "output format \"jso\"" },
		{ { "-o", "jsonx" }, "output format \"jsonx\"" },
		{ { "-o", "JSON" }, "output format \"JSON\"" },
		{ { "-o", ":file" }, "output format \":file\"" },
		{ { "-o", "json:" }, "output \"json:\" names no file" },
		{ { "-w", "F", "-w", "G" }, "recording \"G\" is one too many" },
		{ { "-w", "" }, "recording \"\" is no file's name" },
		{ { "-r", "F", "-r", "G" }, "recording \"G\" is one too many" },
		{ { "-r", "" }, "recording \"\" is no file's name" },
		{ { "-w", "-", "-o", "json" }, "recording \"-\" shares standard output" },
		{ { "-w", "F", "--doctor" }, "recording \"F\" goes with tracing only" },
		{ { "-r", "F", "--list-options" }, "recording \"F\" goes with tracing only" },
		{ { "-r", "F", "--explain", "SO_LINGER" }, "recording \"F\" goes with tracing" },
		{ { "-r", "F", "--", "true" }, "command \"true\" cannot be run beside --read" },
		{ { "-r", "F", "-p", "1", "-f" }, "option \"--follow\" says how to trace" },
		{ { "--rate", "5", "-r", "F" }, "option \"--rate\" says how to trace" },
		{ { "-r", "F", "-s", "5" }, "option \"--snapshot\" says how to trace" },
		{ { "-r", "F", "--no-values" }, "option \"--no-values\" says how to trace" },
		{ { "-r", "F", "--duration", "5" }, "option \"--duration\" says how to trace" },
		{ { "-r", "F", "--heartbeat", "5" }, "option \"--heartbeat\" says how to trace" },
		{ { "-r", "F", "--attach", "auto" }, "option \"--attach\" says how to trace" },
		{ { "-r", "F", "--buffer-size", "8" }, "option \"--buffer-size\" says how" },
		{ { "-r", "F", "--in-flight", "8" }, "option \"--in-flight\" says how to trace" },
		{ { "-r", "F", "--as-root" }, "option \"--as-root\" says how to trace" },
		{ { "-c=0" }, "summary \"0\" must be a number of seconds from 0.1" },
		{ { "-c=0.0000000001" }, "summary \"0.0000000001\" must be" },
		{ { "-c=0.099" }, "summary \"0.099\" must be" },
		{ { "-c=1000000001" }, "summary \"1000000001\" must be" },
		{ { "-cx" }, "summary \"x\" must be" },
		{ { "--summary=" }, "summary \"\" must be" },
		{ { "-c", "5" }, "unexpected argument \"5\"" },
		{ { "-c", "--flagged" }, "option \"--flagged\" does not go with --summary" },
		{ { "-c", "--count", "1" }, "option \"--count\" does not go with --summary" },
		{ { "-c", "--rate", "1" }, "option \"--rate\" does not go with --summary" },
		{ { "-c", "--audit" }, "option \"--audit\" does not go with --summary" },
		{ { "-c", "-w", "F" }, "recording \"F\" does not go with --summary" },
		{ { "-c=2", "-r", "F" }, "option \"--summary\" takes no seconds with --read" },
		{ { "-s", "0" }, "snapshot \"0\" must be a number of bytes from 1 to 4096" },
		{ { "-s", "4097" }, "snapshot \"4097\"" },
		{ { "-s", "-1" }, "snapshot \"-1\"" },
		{ { "-s", "1k" }, "snapshot \"1k\"" },
		{ { "--duration", "0" }, "duration \"0\" must be a number of seconds above 0" },
		{ { "--duration", "-1" }, "duration \"-1\"" },
		{ { "--duration", "" }, "duration \"\"" },
		{ { "--duration", "." }, "duration \".\"" },
		{ { "--duration", "1.2.3" }, "duration \"1.2.3\"" },
		{ { "--duration", "1e3" }, "duration \"1e3\"" },
		{ { "--duration", "nan" }, "duration \"nan\"" },
		{ { "--duration", "inf" }, "duration \"inf\"" },
		{ { "--duration", "99999999999" },
		  "duration \"99999999999\" must be a number of seconds above 0, at most" },
		{ { "--fail-on", "huge" }, "severity \"huge\" is not known; use low, medium" },
		{ { "--no-default-rules" }, "option \"--no-default-rules\" leaves no rules" },
		{ { "--no-default-rules", "--audit" }, "add --rules FILE" },
		{ { "--heartbeat", "-1" }, "heartbeat \"-1\" must be a number of seconds" },
		{ { "--heartbeat", "" }, "heartbeat \"\"" },
		{ { "--count", "0" }, "count \"0\" must be a number of events above 0" },
		{ { "--count", "18446744073709551616" }, "count \"18446744073709551616\"" },
		{ { "--count", "ten" }, "count \"ten\"" },
		{ { "--attach", "xdp" }, "attachment \"xdp\" is not known" },
		{ { "--attach", "" }, "attachment \"\"" },
		{ { "--buffer-size", "2" },
		  "buffer size \"2\" must be a power of two from 4 to 1048576 (KiB)" },
		{ { "--in-flight", "0" }, "number of calls \"0\" must be from 1 to 65536" },
		{ { "--in-flight", "65537" }, "number of calls \"65537\"" },
		{ { "--buffer-size", "5" }, "buffer size \"5\"" },
		{ { "--buffer-size", "2097152" }, "buffer size \"2097152\"" },
		{ { "--buffer-size", "0" }, "buffer size \"0\"" },
		{ { "--rate", "0" },
		  "rate \"0\" must be a number of events above 0, and may end with a number of "
		  "seconds from 1 to 86400: 100 or 1000/60" },
		{ { "--rate", "" }, "rate \"\"" },
		{ { "--rate", "/" }, "rate \"/\"" },
		{ { "--rate", "10/" }, "rate \"10/\"" },
		{ { "--rate", "/10" }, "rate \"/10\"" },
		{ { "--rate", "10/0" }, "rate \"10/0\"" },
		{ { "--rate", "10/86401" }, "rate \"10/86401\"" },
		{ { "--rate", "10/1s" }, "rate \"10/1s\"" },
		{ { "--rate", "10/1/1" }, "rate \"10/1/1\"" },
		{ { "--rate", "-1" }, "rate \"-1\"" },
		{ { "--rate", "1.5" }, "rate \"1.5\"" },
		{ { "--rate", "4294967296" }, "rate \"4294967296\"" },
		{ { "--rate", "00000000000000000001" }, "rate \"00000000000000000001\"" },
		{ { "--list-options", "-o", "json-v1beta1" }, "use table or json" },
		{ { "-o", "json-v1beta1:a", "-o", "json", "--list-options" }, "use table or json" },
		{ { "--explain", "SO_LINGER", "-o", "json" }, "use --list-options -e NAME" },
		{ { "--cgroup", "system.slice" },
		  "cgroup \"system.slice\" is no path; begin it with /, as in /proc/PID/cgroup" },
		{ { "--container", "web" },
		  "container \"web\" is no id; give 12 to 64 of its hexadecimal digits" },
		{ { "-f" }, "add -p PID" },
		{ { "--follow" }, "add -p PID" },
		{ { "--as-root" }, "needs a command to run" },
		{ { "-p" }, "option \"-p\" needs a value" },
		{ { "--output" }, "option \"--output\" needs a value" },
		{ { "--raw=1" }, "takes no value" },
		{ { "-Z" }, "unknown option \"-Z\"; see sockopt-trace --help" },
		{ { "-qZ" }, "unknown option \"-Z\"" },
		{ { "--nonsense" }, "unknown option \"--nonsense\"" },
		{ { "--outptu", "json" }, "unknown option \"--outptu\"; did you mean --output" },
		{ { "--outptu=json" }, "did you mean --output" },
		{ { "--\x1b[31m" }, "\\x1b[31m" },
		{ { "-\xff" }, "unknown option \"-\\xff\"" },
		{ { "server" }, "unexpected argument \"server\"; a command to run goes after --" },
		{ { "-q", "server", "--port" }, "unexpected argument \"server\"" },
		{ { "server", "--", "-q" }, "unexpected argument \"server\"" },
		{ { "-" }, "unexpected argument \"-\"" },
		{ { "" }, "unexpected argument \"\"" },
		{ { "--" }, "no command after \"--\"; name the program to run and trace" },
		{ { "-q", "--" }, "no command after \"--\"" },
		{ { "-n", "--", "server" }, "unexpected argument \"server\"" },
	};
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		ret = parse(rows[i].words);
		assert_row(ret == -EINVAL, rows[i].sentence, "returned %d, %s", ret, message);
		assert_row(strstr(message, rows[i].sentence), rows[i].sentence, "said %s", message);
		assert_row(is_clean_text(message, strlen(message)), rows[i].sentence, "said %s",
			   message);
	}
}

/* What follows -- is the command's, whatever it looks like. */
static void commands(void **state)
{
	static const struct {
		const char *words[6];
		int command; /* index in words; -1: none */
	} rows[] = {
		{ { "--", "server" }, 1 },
		{ { "--", "server", "-q", "--help" }, 1 },
		{ { "--", "--", "x" }, 1 },
		{ { "--", "-p" }, 1 },
		{ { "--", "" }, 1 },
		{ { "-x", "--", "server", "--" }, 2 },
		{ { "-n", "--", "--", "server" }, 3 },
		{ { "-n", "--" }, -1 },
		{ { "-q" }, -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_row(!parse(rows[i].words), "command", "%zu: %s", i, message);
		if (rows[i].command < 0)
			assert_null(config.command);
		else
			assert_ptr_equal(config.command, args + 1 + rows[i].command);
		assert_false(rows[i].command == 1 && config.quiet);
	}
}

static void repeated(void **state)
{
	static const char *const words[] = { "-o", "json:a", "-otable", "--output=json",
					     "-n", "nc",     "-n",	"sh",
					     "-p", "1",	     "-p2,3",	"-e6:1",
					     "-e", "!6:2",   NULL };

	(void)state;
	assert_int_equal(parse(words), 0);
	assert_int_equal(config.outputs_count, 3);
	assert_string_equal(config.outputs[0].format->name, "json");
	assert_string_equal(config.outputs[0].path, "a");
	assert_string_equal(config.outputs[1].format->name, "table");
	assert_null(config.outputs[1].path);
	assert_string_equal(config.outputs[2].format->name, "json");
	assert_int_equal(config.comms_count, 2);
	assert_string_equal(config.comms[1], "sh");
	assert_int_equal(config.pids_count, 3);
	assert_int_equal(config.pids[2], 3);
	assert_int_equal(config.options.count, 2);
}

/* What is listed, and in which form, may be said before or behind. */
static void lists(void **state)
{
	static const char *const orders[][7] = {
		{ "--list-options", "-o", "json", "-e", "TCP_*", NULL },
		{ "-o", "json", "--list-options", "-e", "TCP_*", NULL },
		{ "-e", "TCP_*", "-o", "json", "--list-options", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(orders); i++) {
		assert_int_equal(parse(orders[i]), 0);
		assert_int_equal(config.action, SOT_ACTION_LIST_OPTIONS);
		assert_int_equal(config.outputs_count, 1);
		assert_string_equal(config.outputs[0].format->name, "json");
		assert_true(config.options.selective);
	}
}

static void add_word(char **line, int *count, const char *word)
{
	line[(*count)++] = (char *)word;
}

/* Each list takes as many as it says, and refuses one more. */
static void limits(void **state)
{
	static const struct {
		const char *option, *value;
		int max;
	} rows[] = {
		{ "-p", "1", SOT_LIST_MAX },
		{ "-u", "1", SOT_LIST_MAX },
		{ "-n", "nc", SOT_LIST_MAX },
		{ "-o", "json", SOT_OUTPUTS_MAX },
		{ "--cgroup", "/a", SOT_CGROUPS_MAX },
		{ "--container", "0123456789ab", SOT_CGROUPS_MAX },
	};
	char *line[2 * SOT_LIST_MAX + 8];
	struct sot_buf err;
	int count, n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		count = 0;
		add_word(line, &count, "sockopt-trace");
		for (n = 0; n <= rows[i].max; n++) {
			add_word(line, &count, rows[i].option);
			add_word(line, &count, rows[i].value);
		}
		line[count] = NULL;
		sot_buf_init(&err, message, sizeof(message) - 1);
		assert_int_equal(sot_config_parse(&config, count, line, &err), -EINVAL);
		assert_non_null(strstr(buf_text(&err), "one too many"));
		line[count - 2] = NULL;
		sot_buf_init(&err, message, sizeof(message) - 1);
		assert_int_equal(sot_config_parse(&config, count - 2, line, &err), 0);
	}
}

/* Help and version are given whatever else is wrong behind them. */
static void help_first(void **state)
{
	static const char *const help[] = { "-q", "--help", "--nonsense", "x", NULL };
	static const char *const version[] = { "--version", "-p", "x", NULL };

	(void)state;
	assert_int_equal(parse(help), 0);
	assert_int_equal(config.action, SOT_ACTION_HELP);
	assert_int_equal(parse(version), 0);
	assert_int_equal(config.action, SOT_ACTION_VERSION);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_option),
		cmocka_unit_test(help_and_tests_agree),
		cmocka_unit_test(help_fits_a_terminal),
		cmocka_unit_test(defaults),
		cmocka_unit_test(refusals),
		cmocka_unit_test(commands),
		cmocka_unit_test(repeated),
		cmocka_unit_test(lists),
		cmocka_unit_test(limits),
		cmocka_unit_test(help_first),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
