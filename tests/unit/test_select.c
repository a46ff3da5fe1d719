/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The filters of -r mean what they mean to the kernel's side (bpf/filter.bpf.h). */
#include "unit.h"

#include "cli/select.h"
#include "make_event.h"

#define TRACER_NS 4026532000u

static struct sot_config config;

struct row {
	const char *words[4]; /* the command line, behind -r F */
	bool wanted;
	struct call call;
	uint32_t tracer_ns; /* 0: the initial one */
	uint32_t pid_ns;    /* of the task; 0: as made */
};

static void parse(const char *const *words)
{
	char *args[8] = { (char *)"sockopt-trace", (char *)"-r", (char *)"F" }, sentence[256];
	struct sot_buf err;
	int count = 3;

	while (*words)
		args[count++] = (char *)*words++;
	args[count] = NULL;
	sot_buf_init(&err, sentence, sizeof(sentence) - 1);
	assert_int_equal(sot_config_parse(&config, count, args, &err), 0);
}

/* Of the made event: host 4242, in its namespace 42, uid 1000, command "nc". */
static void by_event(void **state)
{
	static const struct row rows[] = {
		{ { NULL }, true, { .name = "all", .socket = TCP4, .level = 1, .optname = 2 } },
		{ { "-p", "4242" }, true, { "host pid", TCP4, 1, 2 } },
		{ { "-p", "42" }, false, { "pid in its namespace, tracer in the initial", TCP4 } },
		{ { "-p", "42" }, true, { "in the tracer's", TCP4 }, TRACER_NS, TRACER_NS },
		{ { "-p", "4242" }, false, { "host pid there", TCP4 }, TRACER_NS, TRACER_NS },
		{ { "-p", "42" }, false, { "of another namespace", TCP4 }, TRACER_NS },
		{ { "-p", "42" },
		  false,
		  { "namespace unknown", TCP4, .clear = SOT_HAVE_NS_PIDS },
		  TRACER_NS,
		  TRACER_NS },
		{ { "-u", "5,1000" }, true, { "uid", TCP4 } },
		{ { "-u", "0" }, false, { "another's", TCP4 } },
		{ { "-u", "1000" }, false, { "uid unknown", TCP4, .clear = SOT_HAVE_CRED } },
		{ { "-n", "nc" }, true, { "command", TCP4 } },
		{ { "-n", "n" }, false, { "begins so", TCP4 } },
		{ { "-n", "ncat" }, false, { "goes on", TCP4 } },
		{ { "-n", "nc" }, false, { "command unknown", TCP4, .clear = SOT_HAVE_COMM } },
		{ { "-x" }, false, { "taken", TCP4 } },
		{ { "-x" }, true, { "failed", TCP4, .ret = -22 } },
		{ { "-x" }, true, { "return unknown", TCP4, .clear = SOT_HAVE_RET } },
		{ { "-e", "SO_LINGER" }, true, { "by name", TCP4, 1, 13 } },
		{ { "-e", "SO_LINGER" }, false, { "other option", TCP4, 1, 14 } },
		{ { "-e", "SO_LINGER" }, false, { "other level", TCP4, 6, 13 } },
		{ { "-e", "1:*" }, true, { "level", TCP4, 1, 12345 } },
		{ { "-e", "1:*,!1:5" }, false, { "but this", TCP4, 1, 5 } },
		{ { "-e", "*,!1:5" }, true, { "all but another", TCP4, 77, 5 } },
		{ { "-e", "!1:5" }, true, { "nothing but exclusions", TCP4, 77, 5 } },
		/* numbers decide, as in the kernel: 6:1 is L2CAP_OPTIONS, too */
		{ { "-e", "L2CAP_OPTIONS" }, true, { "another family's", TCP4, 6, 1 } },
		{ { "--privileged" }, false, { "for everybody", TCP4, 1, 2 } },
		{ { "--privileged" }, true, { "SO_MARK", TCP4, 1, 36 } },
		{ { "--privileged" }, false, { "unknown", TCP4, 1, 12345 } },
		{ { "--privileged", "-e", "SO_LINGER" }, false, { "both", TCP4, 1, 36 } },
	};
	struct sot_machine machine = { 0 };
	union made_event made;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		parse(rows[i].words);
		event_make(&made, &rows[i].call);
		machine.pid_ns = rows[i].tracer_ns;
		if (rows[i].pid_ns)
			made.ev.pid_ns = rows[i].pid_ns;
		assert_row(sot_select_event(&config, &machine, &made.ev) == rows[i].wanted,
			   rows[i].call.name, "%s", rows[i].wanted ? "is left out" : "is let in");
	}
}

/* A name of 15 bytes has no room for a NUL that counts. */
static void longest_comm(void **state)
{
	static const char *const words[] = { "-n", "123456789012345", NULL };
	const struct call call = { "longest", TCP4 };
	const struct sot_machine machine = { 0 };
	union made_event made;

	(void)state;
	parse(words);
	event_make(&made, &call);
	memcpy(made.ev.comm, "123456789012345", 16);
	assert_true(sot_select_event(&config, &machine, &made.ev));
	memcpy(made.ev.comm, "1234567890123456", 16);
	assert_false(sot_select_event(&config, &machine, &made.ev));
}

#define ID "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void by_cgroup(void **state)
{
	static const struct {
		const char *words[5];
		const char *path;
		bool wanted;
	} rows[] = {
		{ { NULL }, "/a", true },
		{ { NULL }, "", true },
		{ { "--cgroup", "/a" }, "/a", true },
		{ { "--cgroup", "/a" }, "/a/b", true },
		{ { "--cgroup", "/a/" }, "/a/b", true },
		{ { "--cgroup", "/a" }, "/ab", false },
		{ { "--cgroup", "/a/b" }, "/a", false },
		{ { "--cgroup", "/" }, "/a", true },
		{ { "--cgroup", "/" }, "/", true },
		{ { "--cgroup", "/" }, "", false }, /* not known */
		{ { "--cgroup", "/x", "--cgroup", "/a" }, "/a", true },
		{ { "--container", "001122334455" }, "/docker-" ID ".scope", true },
		{ { "--container", "001122334455" }, "/docker-" ID ".scope/inner", true },
		{ { "--container", "001122334455" }, "/docker/" ID, true },
		{ { "--container", ID }, "/docker/" ID, true },
		{ { "--container", "112233445566" }, "/docker/" ID, false },
		{ { "--container", "001122334455" }, "/system.slice/001122334455", false },
		{ { "--container", "001122334455" }, "", false },
		{ { "--container", "112233445566", "--cgroup", "/docker" }, "/docker/" ID, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		parse(rows[i].words);
		assert_row(sot_select_cgroup(&config, rows[i].path) == rows[i].wanted, rows[i].path,
			   "row %zu is %s", i, rows[i].wanted ? "left out" : "let in");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_event),
		cmocka_unit_test(longest_comm),
		cmocka_unit_test(by_cgroup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
