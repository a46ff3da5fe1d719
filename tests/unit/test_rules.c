/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Rules: which conditions hold, what is found over several calls, which files are refused and where. */
#include "unit.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "make_event.h"
#include "record.h"
#include "rules/rules.h"
#include "rules/sha256.h"
#include "rules/summary.h"

#define MS 1000000ULL
#define S (1000 * MS)

/* ---- loading ---- */

struct told {
	char text[4096];
	struct sot_buf buf;
	size_t count;
};

static void tell(void *context, const char *file, unsigned int line, unsigned int column,
		 const char *what)
{
	struct told *told = context;

	assert_string_equal(file, "file");
	sot_buf_uint(&told->buf, line);
	sot_buf_char(&told->buf, ':');
	sot_buf_uint(&told->buf, column);
	sot_buf_char(&told->buf, ' ');
	sot_buf_str(&told->buf, what);
	sot_buf_char(&told->buf, '\n');
	told->count++;
}

/* Returns what loading it returned; `told` has a line for each error. */
static int add_rules(struct sot_rules *rules, const char *text, struct told *told)
{
	const struct sot_rules_teller teller = { tell, told };
	int ret;

	told->count = 0;
	sot_buf_init(&told->buf, told->text, sizeof(told->text) - 1);
	ret = sot_rules__add(rules, "file", text, strlen(text), &teller);
	buf_text(&told->buf);
	return ret;
}

static struct sot_rules *load(const char *text)
{
	struct sot_rules *rules = sot_rules__new();
	static struct told told;
	int ret;

	assert_non_null(rules);
	ret = add_rules(rules, text, &told);
	assert_row(!ret && !told.count, text, "is refused: %s", told.text);
	return rules;
}

/* ---- judging ---- */

static struct sot_rules *rules;
static struct sot_audit *audit;
static struct sot_record rec;
static union made_event made;

static void begin(const char *text)
{
	rules = load(text);
	audit = sot_audit__new(rules);
	assert_non_null(audit);
}

static void end(void)
{
	sot_audit__free(audit);
	sot_rules__free(rules);
}

/* Judges the event in `made`; returns how many findings there are. */
static size_t judge(void)
{
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	sot_check(&rec);
	sot_audit__judge(audit, &rec);
	assert_non_null(rec.findings);
	return rec.findings->count;
}

static const char *why(void)
{
	static char text[SOT_WHY_MAX + 1];

	snprintf(text, sizeof(text), "%.*s", (int)rec.findings->finding[0].why_len,
		 rec.findings->finding[0].why);
	return text;
}

/* ---- conditions ---- */

static const struct call linger = {
	.name = "linger", .level = 1, .optname = 13, VALUE("\1\0\0\0\5\0\0\0")
};
static const struct call cubic = { .name = "cubic", .level = 6, .optname = 13, VALUE("cubic") };
static const struct call keepalive = {
	.name = "keepalive", .level = 1, .optname = 9, VALUE_INT(1)
};
static const struct call denied = {
	.name = "denied", .level = 1, .optname = 36, VALUE_INT(0x85), .ret = -EPERM
};
static const struct call no_socket = { .name = "no socket",
				       .socket = BAD_FD,
				       .level = 1,
				       .optname = 2,
				       .null = true,
				       OPTLEN(4),
				       .ret = -EBADF };
static const struct call blind = { .name = "blind", .level = 1, .optname = 9999, .clear = ~0ULL };

static const struct {
	const struct call *call;
	const char *condition;
	bool holds;
} conditions[] = {
	{ &linger, "option: SO_LINGER", true },
	{ &linger, "option: SO_KEEPALIVE", false },
	{ &linger, "option: [SO_KEEPALIVE, SO_LINGER]", true },
	{ &linger, "option: [SO_KEEPALIVE, SO_MARK]", false },
	{ &linger, "option: {not: SO_LINGER}", false },
	{ &linger, "option: {not: [SO_MARK, SO_KEEPALIVE]}", true },
	{ &linger, "option: {glob: 'SO_L*'}", true },
	{ &linger, "option: {glob: 'so_*'}", false },
	{ &linger, "option: {glob: 'SO_LINGE'}", false },
	{ &linger, "option: {glob: '?O_*N*R'}", true },
	{ &linger, "option: {regex: '^SO_(LINGER|MARK)$'}", true },
	{ &linger, "option: {regex: '^SO_L$'}", false },
	{ &linger, "option: {glob: 'SO_*', not: SO_LINGER}", false },
	{ &linger, "option: {glob: 'SO_*', not: SO_MARK}", true },
	{ &linger, "level: SOL_SOCKET", true },
	{ &linger, "sockopt.level: 1", true },
	{ &linger, "sockopt.optname: 0xd", true },
	{ &linger, "sockopt.optname: {min: 13, max: 13}", true },
	{ &linger, "sockopt.optname: {min: 14}", false },
	{ &linger, "sockopt.optname: {max: 12}", false },
	{ &linger, "sockopt.optname: {mask: 0x5}", true },
	{ &linger, "sockopt.optname: {mask: 0x7}", false },
	{ &linger, "sockopt.optname: {anyBits: 0x7}", true },
	{ &linger, "sockopt.optname: {anyBits: 0x2}", false },
	{ &linger, "sockopt.optval.value.l_linger: 5", true },
	{ &linger, "sockopt.optval.value.l_linger: {max: 4}", false },
	{ &linger, "sockopt.optval.value.l_nothing: {known: false}", true },
	{ &linger, "sockopt.optval.value.l_nothing: {not: 5}", false },
	{ &linger, "sockopt.optval.value: {known: true}", true },
	{ &linger, "sockopt.optval.value: 5", false },
	{ &linger, "sockopt.optval.value: {not: 5}", false },
	{ &linger, "sockopt.optval.type: struct linger", true },
	{ &linger, "sockopt.optval.bytes: '0100000005000000'", true },
	{ &linger, "sockopt.optval.text: '{on, 5s}'", true },
	{ &linger, "sockopt.optval.captured: 8", true },
	{ &linger, "sockopt.optval.source: entry", true },
	{ &linger, "sockopt.optval.null: false", true },
	{ &linger, "sockopt.optlen: 8", true },
	{ &linger, "sockopt.flags: {empty: true}", true },
	{ &linger, "sockopt.flags: {hasNone: [no_return, rewritten]}", true },
	{ &linger, "sockopt.flags: {has: no_return}", false },
	{ &linger, "credentials.uid: 1000", true },
	{ &linger, "credentials.uid: {not: 0}", true },
	{ &linger, "credentials.uid: {not: {min: 1, max: 999}}", true },
	{ &linger, "credentials.uid: {not: {min: 1, max: 1000}}", false },
	{ &linger, "executable.path: /usr/bin/nc", true },
	{ &linger, "executable.path: {glob: '/usr/*'}", true },
	{ &linger, "executable.path: {glob: '/usr/?'}", false },
	{ &linger, "executable.inode: 5678, executable.device: '8:1'", true },
	{ &linger, "executable.inode: 5678, executable.device: '8:2'", false },
	{ &linger, "processName: nc", true },
	{ &linger, "process.parentName: bash", true },
	{ &linger, "socket.family: AF_INET, socket.type: SOCK_STREAM", true },
	{ &linger, "socket.family: AF_INET6", false },
	{ &linger, "socket.local: '127.0.0.1:80'", true },
	{ &linger, "socket.remote: {known: false}", true },
	{ &linger, "socket.netNamespace: {sameAs: netNamespace}", true },
	{ &linger, "socket.netNamespace: {differsFrom: netNamespace}", false },
	{ &linger, "credentials.uid: {differsFrom: credentials.gid}", true },
	{ &linger, "returnValue: 0, contextFlags.isCompat: false", true },
	{ &linger, "credentials.userNamespace.initial: true", true },
	{ &linger, "privileged: false", true },
	{ &linger, "container: {known: false}", true },
	{ &linger, "container: {not: true}", false },
	{ &cubic, "sockopt.optval.value: cubic", true },
	{ &cubic, "sockopt.optval.value: {regex: '^cub'}", true },
	{ &cubic, "sockopt.optval.value: {min: 1}", false },
	{ &keepalive, "sockopt.optval.value: true", true },
	{ &keepalive, "sockopt.optval.value: 1", true },
	{ &keepalive, "sockopt.optval.value: on", true },
	{ &keepalive, "sockopt.optval.value: off", false },
	{ &keepalive, "sockopt.optval.value: false", false },
	{ &denied, "returnValue: -EPERM", true },
	{ &denied, "returnValue: -1", true },
	{ &denied, "returnValue: {max: -1}", true },
	{ &denied, "returnValue: -EACCES", false },
	{ &denied, "privileged: true, privilege.held: false", true },
	{ &denied, "privilege.required: {has: CAP_NET_ADMIN}", true },
	{ &denied, "privilege.required: {hasAny: [CAP_SYS_ADMIN]}", false },
	/* nobody looked at the checks */
	{ &denied, "privilege.verdict: {known: false}", true },
	{ &denied, "privilege.verdict: {not: denied}", false },
	{ &denied, "privilege.checksMore: 0", false },
	{ &denied, "privilege.source: {known: true}", false },
	{ &denied, "privilege.disagreement: {known: false}", true },
	{ &denied, "privilege.required: {has: [CAP_NET_ADMIN, CAP_SYS_ADMIN]}", false },
	{ &denied, "privilege.required: {hasAny: [CAP_NET_ADMIN, CAP_SYS_ADMIN]}", true },
	{ &denied, "privilege.verdict: {known: false}, privilege.checks.denied: {known: false}",
	  true },
	{ &denied, "credentials.capEffective: {empty: true}", true },
	{ &no_socket, "socket.family: {known: false}", true },
	{ &no_socket, "socket.family: {not: AF_PACKET}", false },
	{ &no_socket, "socket.cookie: {known: false}", true },
	{ &no_socket, "sockopt.optval.null: true", true },
	{ &no_socket, "sockopt.flags: {hasAny: [null_optval, bad_optval]}", true },
	{ &blind, "option: '9999'", true },
	{ &blind, "option: {regex: '^[0-9]+$'}", true },
	{ &blind, "credentials.uid: {known: true}", false },
	{ &blind, "credentials.uid: {min: 0}", false },
	{ &blind, "credentials.uid: {not: {known: true}}", true },
	{ &blind, "credentials.capEffective: {hasNone: [CAP_NET_RAW]}", false },
	{ &blind, "credentials.noNewPrivs: false", false },
	{ &blind, "executable.path: {empty: true}", false },
	{ &blind, "sockopt.flags: {has: no_return}", true },
	{ &blind, "socket.netNamespace: {differsFrom: netNamespace}", false },
};

static void each_condition(void **state)
{
	char text[512];
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(conditions); i++) {
		snprintf(text, sizeof(text),
			 "rules:\n- {id: a, title: t, severity: low, when: {%s}}\n",
			 conditions[i].condition);
		begin(text);
		event_make(&made, conditions[i].call);
		n = judge();
		assert_row(n == conditions[i].holds, conditions[i].condition,
			   "of the call %s gives %zu findings", conditions[i].call->name, n);
		end();
	}
}

/* A list of alternatives: any; a mapping: all. */
static void alternatives(void **state)
{
	(void)state;
	begin("rules:\n- id: a\n  title: t\n  severity: low\n  when:\n"
	      "    - {option: SO_LINGER, credentials.uid: 0}\n"
	      "    - {option: SO_KEEPALIVE}\n");
	event_make(&made, &linger);
	assert_int_equal(judge(), 0);
	made.ev.uid = 0;
	assert_int_equal(judge(), 1);
	event_make(&made, &keepalive);
	assert_int_equal(judge(), 1);
	end();
}

/* ---- what is said ---- */

static void reasons(void **state)
{
	const struct sot_finding *finding;

	(void)state;
	begin("rules:\n- id: a-b\n  title: A title\n  severity: critical\n  mitre: [T1040, "
	      "T1205.002]\n"
	      "  cve: [CVE-2021-22555]\n  description: >\n    Two\n    lines.\n"
	      "  when: {option: SO_LINGER, sockopt.optval.value.l_linger: {min: 1},\n"
	      "         credentials.noNewPrivs: false, socket.remote: {known: false}}\n");
	event_make(&made, &linger);
	assert_int_equal(judge(), 1);
	finding = &rec.findings->finding[0];
	assert_string_equal(finding->rule, "a-b");
	assert_string_equal(finding->title, "A title");
	assert_string_equal(finding->description, "Two lines.");
	assert_int_equal(finding->severity, SOT_SEVERITY_CRITICAL);
	assert_string_equal(finding->mitre[1], "T1205.002");
	assert_null(finding->mitre[2]);
	assert_string_equal(finding->cve[0], "CVE-2021-22555");
	assert_null(finding->cve[1]);
	assert_string_equal(why(), "option SO_LINGER, value l_linger 5 (5s), not no_new_privs, "
				   "remote address unknown");
	end();
	begin("rules:\n- id: a\n  title: t\n  severity: low\n  when: {option: SO_LINGER}\n"
	      "  why: 'uid {credentials.uid} set {option} to {sockopt.optval.text}, "
	      "{socket.remote}'\n");
	event_make(&made, &linger);
	assert_int_equal(judge(), 1);
	assert_string_equal(why(), "uid 1000 set SO_LINGER to {on, 5s}, unknown");
	end();
}

/* ---- several calls ---- */

static void event_at(const struct call *call, uint64_t time)
{
	event_make(&made, call);
	made.ev.time = time;
}

static void counts(void **state)
{
	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {option: SO_KEEPALIVE}, count: 3, "
	      "within: 10s, per: process}\n");
	event_at(&keepalive, 1 * S);
	assert_int_equal(judge(), 0);
	event_at(&linger, 2 * S); /* another option does not count */
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 3 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 3 * S); /* another process has its own count */
	made.ev.host_pid++;
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 11 * S); /* the third, just within */
	assert_int_equal(judge(), 1);
	assert_string_equal(why(), "option SO_KEEPALIVE; 3 such calls in 10.000 s");
	/* then it begins anew; a window that slides: 12, 20, 29, 31, 35 */
	event_at(&keepalive, 12 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 20 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 29 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 31 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 35 * S);
	assert_int_equal(judge(), 1);
	end();
}

static void counts_per_container(void **state)
{
	static const struct sot_container_facts one = { .id = "one" }, two = { .id = "two" };
	size_t i, found[3] = { 0 };

	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {option: SO_KEEPALIVE}, count: 2, "
	      "within: 1h, per: container}\n");
	for (i = 0; i < 6; i++) {
		event_at(&keepalive, (i + 1) * S);
		made.ev.host_pid += (uint32_t)i;
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		rec.container = i % 3 == 2 ? SOT_CONTAINER_UNKNOWN : SOT_CONTAINER_KNOWN;
		rec.container_facts = i % 3 == 0 ? &one : &two;
		sot_check(&rec);
		sot_audit__judge(audit, &rec);
		found[i % 3] += rec.findings->count;
	}
	assert_int_equal(found[0], 1);
	assert_int_equal(found[1], 1);
	assert_int_equal(found[2], 0); /* whose, is not known */
	end();
}

static void counts_per_socket(void **state)
{
	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {option: SO_KEEPALIVE}, count: 2, "
	      "within: 1s, per: socket}\n");
	event_at(&keepalive, 1 * S);
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 1 * S);
	made.ev.inode++;
	assert_int_equal(judge(), 0);
	event_at(&keepalive, 2 * S);
	made.ev.host_pid++; /* another process, which has the socket as well */
	assert_int_equal(judge(), 1);
	end();
}

static void sequence_on_socket(void **state)
{
	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, per: socket, within: 10s,\n"
	      "   sequence: [{option: SO_KEEPALIVE}, {option: SO_LINGER}, {option: SO_MARK}]}\n");
	event_at(&keepalive, 1 * S);
	assert_int_equal(judge(), 0);
	event_at(&denied, 2 * S); /* not its turn yet */
	assert_int_equal(judge(), 0);
	event_at(&linger, 3 * S);
	assert_int_equal(judge(), 0);
	event_at(&denied, 4 * S);
	made.ev.inode++; /* another socket */
	assert_int_equal(judge(), 0);
	event_at(&denied, 12 * S); /* too late */
	assert_int_equal(judge(), 0);
	event_at(&denied, 11 * S);
	assert_int_equal(judge(), 1);
	assert_string_equal(why(), "option SO_MARK; the last of 3 steps on the socket in 10.000 s");
	event_at(&denied, 11 * S); /* it began anew */
	assert_int_equal(judge(), 0);
	end();
}

static void as_process(uint32_t pid, uint64_t start, uint32_t parent, uint64_t parent_start)
{
	made.ev.host_pid = pid;
	made.ev.leader_start = start;
	made.ev.host_ppid = parent;
	made.ev.parent_start = parent_start;
}

static void sequence_in_tree(void **state)
{
	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, per: tree, within: 10s,\n"
	      "   sequence: [{option: SO_KEEPALIVE}, {option: SO_LINGER}]}\n");
	event_at(&keepalive, 1 * S);
	as_process(10, 100, 1, 1);
	assert_int_equal(judge(), 0);
	event_at(&linger, 2 * S);
	as_process(20, 100, 1, 1); /* a sibling */
	assert_int_equal(judge(), 0);
	event_at(&denied, 2 * S);
	as_process(11, 110, 10, 100); /* a child, known by this call */
	assert_int_equal(judge(), 0);
	event_at(&linger, 3 * S);
	as_process(12, 120, 11, 111); /* its number is another process's now */
	assert_int_equal(judge(), 0);
	event_at(&linger, 3 * S);
	as_process(12, 120, 11, 110); /* a grandchild */
	assert_int_equal(judge(), 1);
	assert_string_equal(why(),
			    "option SO_LINGER; the last of 2 steps of the processes in 2.000 s");
	end();
}

static void concurrent(void **state)
{
	static const struct {
		uint64_t time, duration;
		uint32_t tid;
		uint64_t inode;
		bool found;
	} calls[] = {
		{ 100, 50, 1, 123, false }, { 151, 10, 2, 123, false }, /* after it */
		{ 140, 5, 3, 124, false },				/* another socket */
		{ 155, 1, 2, 123, false },				/* the same thread */
		{ 140, 12, 4, 123, true },				/* during the first */
		{ 200, 5, 5, 123, false },
	};
	size_t i;

	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, concurrent: true, "
	      "when: {option: SO_KEEPALIVE}}\n");
	for (i = 0; i < COUNT(calls); i++) {
		event_at(&keepalive, calls[i].time);
		made.ev.duration_ns = calls[i].duration;
		made.ev.host_tid = calls[i].tid;
		made.ev.inode = calls[i].inode;
		assert_row(judge() == calls[i].found, "concurrent", "call %zu", i);
	}
	end();
}

static void exceptions(void **state)
{
	(void)state;
	begin("rules:\n- id: a\n  title: t\n  severity: low\n  when: {option: SO_LINGER}\n  "
	      "except:\n"
	      "    - {executable.path: /usr/bin/tcpdump, reason: it may}\n"
	      "    - {credentials.uid: 0, processName: nc, reason: it may}\n");
	event_make(&made, &linger);
	assert_int_equal(judge(), 1);
	made.ev.uid = 0;
	assert_int_equal(judge(), 0);
	memcpy(made.ev.comm, "cn", 3);
	assert_int_equal(judge(), 1);
	made.ev.have &= ~(uint64_t)SOT_HAVE_COMM; /* who it is, is not known: no exception */
	assert_int_equal(judge(), 1);
	end();
}

/* By the file whatever its path, and by the group: what is not known is no exception. */
static void exceptions_by_file_and_group(void **state)
{
	static const struct {
		uint64_t inode;
		const char *group;
		bool found;
	} rows[] = {
		{ 5678, NULL, false },
		{ 5679, NULL, true },
		{ 5679, "/a.slice", true },
		{ 5679, "/a.slice/b.service", false },
	};
	size_t i;

	(void)state;
	begin("rules:\n- id: a\n  title: t\n  severity: low\n  when: {option: SO_LINGER}\n  "
	      "except:\n"
	      "    - {executable.inode: 5678, executable.device: '8:1', reason: it may}\n"
	      "    - {cgroup: {glob: '/a.slice/*'}, reason: it may}\n");
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &linger);
		made.ev.exe_inode = rows[i].inode;
		assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
		rec.cgroup_path = rows[i].group;
		sot_check(&rec);
		sot_audit__judge(audit, &rec);
		assert_row(rec.findings->count == rows[i].found, "exceptions", "row %zu", i);
	}
	end();
}

/* A hostile pattern on a hostile path comes to its limit: unknown, told once, and never a match. */
static void limits(void **state)
{
	char storage[256], path[64];
	struct sot_buf buf;

	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {executable.path: "
	      "{regex: '^(/(a+)+)+$'}}}\n"
	      "- {id: b, title: t, severity: low, when: {executable.path: "
	      "{not: {regex: '^(/(a+)+)+$'}}}}\n");
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	event_make(&made, &linger);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	memcpy(path + 60, "!", 2);
	event_path(&made, path);
	assert_int_equal(judge(), 0);
	assert_true(sot_audit__take_note(audit, &buf));
	assert_non_null(strstr(buf_text(&buf), "rule a: a regular expression came to its limit"));
	assert_true(sot_audit__take_note(audit, &buf));
	assert_false(sot_audit__take_note(audit, &buf));
	assert_int_equal(judge(), 0);
	assert_false(sot_audit__take_note(audit, &buf));
	end();
}

/* More processes than there is room for: the one that was quiet for longest goes, and it is told. */
static void forgetting(void **state)
{
	char storage[256];
	struct sot_buf buf;
	uint32_t i;

	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {option: SO_KEEPALIVE}, count: 2, "
	      "within: 1h, per: process}\n");
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	for (i = 0; i < 1025; i++) {
		event_at(&keepalive, S + i);
		made.ev.host_pid = i + 1;
		assert_int_equal(judge(), 0);
	}
	assert_true(sot_audit__take_note(audit, &buf));
	assert_non_null(strstr(buf_text(&buf), "rule a had to forget 1 "));
	assert_false(sot_audit__take_note(audit, &buf));
	made.ev.host_pid = 2; /* the oldest that is still known */
	assert_int_equal(judge(), 1);
	made.ev.host_pid = 1;
	assert_int_equal(judge(), 0);
	end();
}

/* ---- files ---- */

#define RULE "rules:\n- {id: a, title: t, severity: low, "

static const struct {
	const char *text, *told;
} bad_files[] = {
	{ "", "1:1 the file is empty" },
	{ "[", "2:1 not YAML" },
	{ "rules: [", "2:1 not YAML" },
	{ "\tx", "1:1 not YAML: found character that cannot start any token" },
	{ "rules:\n  - id: a\n id: b\n", "3:2 not YAML" },
	{ "\xff", "1:1 not YAML" },
	{ "a: &x [1]\n", "1:4 anchors (&) are not taken" },
	{ "a: *x\n", "1:4 aliases (*) are not taken" },
	{ "a: !!str x\n", "1:4 tags (!) are not taken" },
	{ "a: \"\\0\"\n", "1:4 a NUL in a value" },
	{ "rules: []\n---\nrules: []\n", "2:1 a second document" },
	{ "[[[[[[[[[[[[[[[[[\n", "1:17 nested more than 16 deep" },
	{ "rules: []\nrules: []\n", "2:1 \"rules\" stands here twice" },
	{ "{[a]: b}\n", "1:2 a key must be a word" },
	{ "- a\n", "1:1 a file of rules is a mapping with the key rules" },
	{ "rule: []\n", "1:1 a file of rules is a mapping" },
	{ "rules: []\nmore: 1\n", "2:1 unknown key \"more\"" },
	{ "rules: 1\n", "1:8 a list of rules is wanted here" },
	{ "rules:\n- a\n", "2:3 a rule is a mapping" },
	{ "rules:\n- {titles: x}\n", "2:4 unknown key \"titles\"; did you mean title" },
	{ "rules:\n- {title: x}\n", "2:3 a rule needs the key id" },
	{ "rules:\n- {id: x}\n", "2:3 a rule needs the key severity" },
	{ "rules:\n- {id: x}\n", "2:3 a rule needs the key when, or sequence" },
	{ "rules:\n- {id: A}\n", "2:8 an id is made of lower-case letters" },
	{ "rules:\n- {id: []}\n", "2:8 a text is wanted here" },
	{ "rules:\n- {severity: hihg}\n", "2:14 unknown severity \"hihg\"; did you mean high?" },
	{ "rules:\n- {mitre: T1040}\n", "2:11 a list of 1 to 16 ATT&CK ids" },
	{ "rules:\n- {mitre: [T104]}\n", "2:12 \"T104\" is none of the ATT&CK ids" },
	{ "rules:\n- {cve: [CVE-2021-1]}\n", "2:10 \"CVE-2021-1\" is none of the CVE ids" },
	{ RULE "when: {options: SO_MARK}}\n",
	  "2:43 unknown field \"options\"; did you mean option?" },
	{ RULE "when: {option: SO_MARKS}}\n",
	  "2:51 unknown option \"SO_MARKS\"; did you mean SO_MARK" },
	{ RULE "when: {option: {not: SO_MARKS}}}\n", "2:57 unknown option \"SO_MARKS\"" },
	{ RULE "when: {level: SOL_SOCKETS}}\n", "2:50 unknown level \"SOL_SOCKETS\"" },
	{ RULE "when: {socket.family: AF_INET4}}\n", "2:58 unknown address family" },
	{ RULE "when: {sockopt.flags: {has: oops}}}\n", "2:64 unknown flag \"oops\"" },
	{ RULE "when: {credentials.capEffective: {has: CAP_NET}}}\n",
	  "unknown capability \"CAP_NET\"" },
	{ RULE "when: {sockopt.flags: no_return}}\n", "sockopt.flags is a list: ask with has" },
	{ RULE "when: {credentials.uid: root}}\n",
	  "2:60 credentials.uid is a number, \"root\" is none" },
	{ RULE "when: {credentials.uid: '0'}}\n", "credentials.uid is a number" },
	{ RULE "when: {credentials.uid: 18446744073709551616}}\n", "credentials.uid is a number" },
	{ RULE "when: {credentials.uid: -9223372036854775809}}\n", "credentials.uid is a number" },
	{ RULE "when: {privileged: 1}}\n", "privileged is true or false" },
	{ RULE "when: {privilege.verdict: host-privilege}}\n",
	  "unknown verdict \"host-privilege\"; did you mean host-privileged" },
	{ RULE "when: {credentials.uid: }}\n", "no value; to ask whether it is unknown" },
	{ RULE "when: {credentials.uid: null}}\n", "no value; to ask whether it is unknown" },
	{ RULE "when: {credentials.uid: {}}}\n", "no operator for credentials.uid" },
	{ RULE "when: {credentials.uid: {mni: 1}}}\n",
	  "unknown operator \"mni\"; did you mean min" },
	{ RULE "when: {credentials.uid: {glob: 1}}}\n", "glob does not go with credentials.uid" },
	{ RULE "when: {option: {min: 1}}}\n", "min does not go with option" },
	{ RULE "when: {credentials.uid: {min: x}}}\n", "a number is wanted here, \"x\" is none" },
	{ RULE "when: {credentials.uid: {mask: 0}}}\n", "bits are a number above 0" },
	{ RULE "when: {credentials.uid: {known: 1}}}\n", "true or false is wanted here" },
	{ RULE "when: {credentials.uid: []}}\n", "an empty list" },
	{ RULE "when: {credentials.uid: [[1]]}}\n", "a single value is wanted here" },
	{ RULE "when: {option: {regex: '('}}}\n",
	  "not a regular expression: missing closing parenthesis" },
	{ RULE "when: {option: {regex: '\\C'}}}\n", "not a regular expression" },
	{ RULE "when: {credentials.uid: {sameAs: uid}}}\n", "unknown field \"uid\"" },
	{ RULE "when: {credentials.uid: {sameAs: option}}}\n", "are not of one kind" },
	{ RULE "when: {sockopt.optval.value.: 1}}\n", "a member without a name" },
	{ RULE "when: {sockopt.optval.value.a.b.c.d.e.f.g.h.i: 1}}\n", "more than 8 members deep" },
	{ RULE "when: {}}\n", "2:42 no condition" },
	{ RULE "when: []}\n", "2:42 no condition" },
	{ RULE "when: [1]}\n", "2:43 a mapping of conditions is wanted here" },
	{ RULE "when: {option: SO_MARK}, count: 3}\n", "count needs the key within" },
	{ RULE "when: {option: SO_MARK}, count: 3, within: 1s}\n", "count needs the key per" },
	{ RULE "when: {option: SO_MARK}, within: 1s, per: process}\n",
	  "within needs the key count" },
	{ RULE "when: {option: SO_MARK}, count: 1, within: 1s, per: process}\n",
	  "a number from 2 to 4096" },
	{ RULE "when: {option: SO_MARK}, count: 4097, within: 1s, per: process}\n",
	  "a number from 2" },
	{ RULE "when: {option: SO_MARK}, count: 2, within: 10, per: process}\n",
	  "a time with its unit" },
	{ RULE "when: {option: SO_MARK}, count: 2, within: 0s, per: process}\n",
	  "a time with its unit" },
	{ RULE "when: {option: SO_MARK}, count: 2, within: 25h, per: process}\n",
	  "a time with its unit" },
	{ RULE "when: {option: SO_MARK}, count: 2, within: 1s, per: user}\n",
	  "process, socket, container" },
	{ RULE "when: {option: SO_MARK}, count: 2, within: 1s, per: tree}\n",
	  "only a sequence is per tree" },
	{ RULE "sequence: [{option: SO_MARK}], within: 1s, per: tree}\n",
	  "a list of 2 to 8 steps" },
	{ RULE "sequence: [{option: SO_MARK}, {option: SO_MARK}], within: 1s, per: process}\n",
	  "a sequence is per socket or per tree" },
	{ RULE
	  "sequence: [{option: SO_MARK}, {option: SO_MARK}], when: {option: SO_MARK}, within: 1s, "
	  "per: tree}\n",
	  "sequence does not go with when" },
	{ RULE "when: {option: SO_MARK}, concurrent: maybe}\n", "true or false is wanted here" },
	{ RULE "when: {option: SO_MARK}, concurrent: true, per: socket}\n",
	  "concurrent does not go with per" },
	{ RULE "when: {option: SO_MARK}, except: [{credentials.uid: 0}]}\n",
	  "an exception needs a reason" },
	{ RULE "when: {option: SO_MARK}, except: [{reason: x}]}\n", "no condition" },
	{ RULE "when: {option: SO_MARK}, except: {credentials.uid: 0}}\n",
	  "a list of 1 to 256 exceptions" },
	{ RULE "when: {option: SO_MARK}, why: 'x {uid}'}\n", "unknown field \"uid\"" },
	{ RULE "when: {option: SO_MARK}, why: 'x {option'}\n", "a { without its }" },
	{ "rules:\n- {id: x, enabled: false}\n", "2:8 no rule \"x\" came before" },
	{ "rules:\n- {enabled: false}\n", "2:3 which rule is not enabled?" },
	{ RULE "when: {option: SO_MARK}}\n- {id: a, enabled: false, title: x}\n",
	  "3:8 the id \"a\" stands in line 2, too" },
	{ RULE "when: {option: SO_MARK}}\n- {id: b, enabled: false, title: x}\n",
	  "3:27 a rule that is not enabled has an id and no more" },
};

static void refused_files(void **state)
{
	static struct told told;
	struct sot_rules *set;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < COUNT(bad_files); i++) {
		set = sot_rules__new();
		assert_non_null(set);
		ret = add_rules(set, bad_files[i].text, &told);
		assert_row(ret == -EINVAL && told.count, bad_files[i].text, "returned %d", ret);
		assert_row(strstr(told.text, bad_files[i].told), bad_files[i].text, "said %s",
			   told.text);
		sot_rules__free(set);
	}
}

/* Each error is told, not the first alone. */
static void all_errors(void **state)
{
	static struct told told;
	struct sot_rules *set = sot_rules__new();

	(void)state;
	assert_int_equal(add_rules(set,
				   "rules:\n- {id: A, title: t, severity: x, when: {a: 1, b: 2}}\n"
				   "- {id: b, when: {option: {x: 1, y: 2}}}\n",
				   &told),
			 -EINVAL);
	assert_int_equal(told.count, 8);
	sot_rules__free(set);
}

static void later_files(void **state)
{
	static struct told told;

	(void)state;
	rules = load("rules:\n- {id: a, title: first, severity: low, when: {option: SO_MARK}}\n"
		     "- {id: b, title: second, severity: low, when: {option: SO_MARK}}\n");
	assert_int_equal(add_rules(rules,
				   "rules:\n- {id: a, title: new, severity: high, when: {option: "
				   "SO_MARK}}\n- {id: b, enabled: false}\n- {id: c, title: third, "
				   "severity: low, when: {option: SO_MARK}, enabled: true}\n",
				   &told),
			 0);
	assert_int_equal(sot_rules__count(rules), 2);
	assert_string_equal(sot_rules__title(rules, 0), "new");
	assert_int_equal(sot_rules__severity(rules, 0), SOT_SEVERITY_HIGH);
	assert_string_equal(sot_rules__id(rules, 1), "c");
	sot_rules__free(rules);
}

/* The set that is compiled in has no error, and is what share/rules has. */
static void default_rules(void **state)
{
	static struct told told;
	const struct sot_rules_teller teller = { tell, &told };

	(void)state;
	rules = sot_rules__new();
	sot_buf_init(&told.buf, told.text, sizeof(told.text) - 1);
	assert_row(!sot_rules__add(rules, "file", sot_default_rules, sot_default_rules_len,
				   &teller),
		   "default rules", "%s", buf_text(&told.buf));
	assert_true(sot_rules__count(rules) > 0);
	sot_rules__free(rules);
}

static bool filter_matches(const char *condition, size_t captured)
{
	static const uint8_t insns[] = { 0x28, 0, 0, 0, 12, 0, 0, 0, 0x15, 0, 0, 1, 0, 8, 0, 0,
					 0,    0, 0, 0, 7,  0, 0, 0, 0x06, 0, 0, 0, 0, 0, 0, 0 };
	static const struct call call = { .level = 1,
					  .optname = 26,
					  VALUE("\4\0\0\0\0\0\0\0\0\20\0\0\0\0\0\0") };
	char text[256];
	bool found;

	snprintf(text, sizeof(text),
		 "rules:\n- {id: a, title: t, severity: low, when: {sockopt.filter.%s}}\n",
		 condition);
	begin(text);
	event_make(&made, &call);
	event_append(&made, &made.ev.cbpf, insns, captured);
	made.ev.behind = SOT_BEHIND_CBPF;
	found = judge() == 1;
	end();
	return found;
}

/* Of an attached filter; the digest is what sha256sum says of these bytes. */
static void attached_filter(void **state)
{
	(void)state;
	assert_true(filter_matches("instructions: 4", 32));
	assert_true(filter_matches("instructions: 4", 16));
	assert_true(filter_matches("constantLoads: 25", 32));
	assert_false(filter_matches("constantLoads: {known: true}", 0));
	assert_true(
		filter_matches("sha256: "
			       "2833cf4a68efa3edca258d0786093d7249e1804280d66a24d78dbf9677c2e338",
			       32));
	assert_false(filter_matches("sha256: {known: true}", 24)); /* of a part it would mislead */
	assert_true(filter_matches("text: 'ldh [12]; jeq #0x800, 2, 3; ld #0x7; ret #0'", 32));
	assert_true(filter_matches("text: 'ldh [12]; jeq #0x800, 2, 3'", 16));
	assert_true(filter_matches("text: {regex: 'jeq #0x800\\b'}", 32));
	assert_false(filter_matches("text: {regex: 'jeq #0x80\\b'}", 32));
}

/* What the kernel asked for. */
static void checks(void **state)
{
	static const struct sot_check made_checks[] = {
		{ .capability = 12, .outcome = SOT_CHECK_SEEN | SOT_CHECK_GRANTED },
		{ .capability = 13, .outcome = SOT_CHECK_SEEN },
	};

	(void)state;
	begin("rules:\n- {id: a, title: t, severity: low, when: {privilege.verdict: "
	      "userns-granted,\n"
	      "   privilege.checks.capability: {has: [CAP_NET_ADMIN, CAP_NET_RAW]},\n"
	      "   privilege.checks.granted: {has: CAP_NET_ADMIN, hasNone: CAP_NET_RAW},\n"
	      "   privilege.checks.denied: {has: CAP_NET_RAW, hasNone: CAP_NET_ADMIN}}}\n");
	event_make(&made, &linger);
	assert_int_equal(judge(), 0);
	rec.privilege.verdict = SOT_VERDICT_USERNS;
	rec.privilege.checks_known = true;
	rec.privilege.checks = made_checks;
	rec.privilege.checks_count = COUNT(made_checks);
	sot_audit__judge(audit, &rec);
	assert_int_equal(rec.findings->count, 1);
	assert_non_null(strstr(why(), "verdict userns-granted, "));
	end();
}

static const char *listed_rule(size_t index)
{
	static char line[1024];
	struct sot_buf buf;

	sot_buf_init(&buf, line, sizeof(line) - 1);
	assert_int_equal(sot_rules__put_json(rules, index, &buf), 0);
	return buf_text(&buf);
}

/* For programs that read the list: what has no words is null. */
static void listed(void **state)
{
	char small[40];
	struct sot_buf buf;

	(void)state;
	rules = load(
		"rules:\n- {id: a, title: t, severity: low, when: {option: SO_MARK}}\n"
		"- {id: b, title: '\"', severity: high, description: d, limits: l, near_miss: n, "
		"mitre: [T1040], cve: [CVE-2021-22555], when: {option: SO_MARK}, "
		"except: [{credentials.uid: 0, reason: r}, {credentials.uid: 1, reason: s}]}\n");
	assert_string_equal(listed_rule(0),
			    "{\"rule\":\"a\",\"severity\":\"low\",\"title\":\"t\","
			    "\"description\":null,\"limits\":null,\"nearMiss\":null,\"mitre\":[],"
			    "\"cve\":[],\"exceptions\":[]}\n");
	assert_string_equal(listed_rule(1),
			    "{\"rule\":\"b\",\"severity\":\"high\",\"title\":\"\\\"\","
			    "\"description\":\"d\",\"limits\":\"l\",\"nearMiss\":\"n\","
			    "\"mitre\":[\"T1040\"],\"cve\":[\"CVE-2021-22555\"],"
			    "\"exceptions\":[\"r\",\"s\"]}\n");
	sot_buf_init(&buf, small, sizeof(small));
	assert_int_equal(sot_rules__put_json(rules, 0, &buf), -ENOSPC);
	assert_int_equal(buf.len, 0);
	sot_rules__free(rules);
}

struct lines {
	char text[4096];
	struct sot_buf buf;
};

static void add_line(void *context, const char *text, size_t len)
{
	struct lines *lines = context;

	sot_buf_put(&lines->buf, text, len);
	sot_buf_char(&lines->buf, '\n');
}

static const char *summary_text(struct sot_summary *summary)
{
	static struct lines lines;

	sot_buf_init(&lines.buf, lines.text, sizeof(lines.text) - 1);
	sot_summary__tell(summary, add_line, &lines);
	assert_false(lines.buf.full);
	return buf_text(&lines.buf);
}

static void summaries(void **state)
{
	static struct sot_summary summary;
	static const struct {
		const struct call *call;
		uint32_t pid;
	} calls[] = { { &linger, 1 },	 { &linger, 1 }, { &linger, 2 }, { &denied, 1 },
		      { &keepalive, 1 }, { &denied, 3 }, { &denied, 3 } };
	size_t i;

	(void)state;
	memset(&summary, 0, sizeof(summary));
	assert_string_equal(summary_text(&summary), "");
	begin("rules:\n- {id: a, title: t, severity: low, when: {option: SO_LINGER}}\n"
	      "- {id: b, title: t, severity: high, when: {returnValue: -EPERM}}\n");
	for (i = 0; i < COUNT(calls); i++) {
		event_make(&made, calls[i].call);
		made.ev.host_pid = calls[i].pid;
		judge();
		sot_summary__add(&summary, &rec);
	}
	event_make(&made, &linger); /* another process of that number */
	made.ev.host_pid = 2;
	made.ev.leader_start++;
	judge();
	sot_summary__add(&summary, &rec);
	event_make(&made, &denied); /* and one that succeeds */
	made.ev.ret = 0;
	made.ev.host_pid = 1;
	judge();
	sot_summary__add(&summary, &rec);
	assert_string_equal(summary_text(&summary),
			    "findings, by rule and process:\n"
			    "  b (high): 2 by 3 nc of uid 1000\n"
			    "  b (high): 1 by 1 nc of uid 1000\n"
			    "  a (low): 2 by 1 nc of uid 1000\n"
			    "  a (low): 1 by 2 nc of uid 1000\n"
			    "  a (low): 1 by 2 nc of uid 1000\n"
			    "options that may need a capability, by process:\n"
			    "  SO_MARK (denied): 2 by 3 nc of uid 1000\n"
			    "  SO_MARK (denied): 1 by 1 nc of uid 1000\n"
			    "  SO_MARK (the capability not held): 1 by 1 nc of uid 1000\n");
	for (i = 0; i < 2 * SOT_SUMMARY_ROWS; i++) {
		event_make(&made, &linger);
		made.ev.host_pid = (uint32_t)(100 + i);
		judge();
		sot_summary__add(&summary, &rec);
	}
	/* of these 16 have a line */
	assert_non_null(strstr(summary_text(&summary), "  others: 497\n"));
	end();
}

static void count_call(struct sot_counts *counts, uint32_t pid, int optname, int ret, bool returned,
		       uint64_t calls)
{
	const struct sot_tally_key key = { .start = pid,
					   .host_pid = pid,
					   .level = SOL_SOCKET,
					   .optname = optname,
					   .ret = ret,
					   .no_return = !returned };
	const struct sot_tally tally = { .calls = { calls }, .comm = "nc" };

	sot_counts_add(counts, &key, &tally);
}

/* What the kernel's side has counted, whatever was lost: privileged first, then risky. */
static void counted(void **state)
{
	static struct sot_counts counts;
	static struct lines lines;
	int ret;

	(void)state;
	memset(&counts, 0, sizeof(counts));
	count_call(&counts, 7, SO_REUSEADDR, 0, true, 9000);
	sot_buf_init(&lines.buf, lines.text, sizeof(lines.text) - 1);
	sot_summary__tell_counted(&counts, add_line, &lines);
	assert_string_equal(buf_text(&lines.buf), "");
	count_call(&counts, 7, SO_MARK, 0, true, 2);
	count_call(&counts, 0, SO_MARK, -EPERM, true, 5);
	count_call(&counts, 8, SO_MARK, -EPERM, true, 3);
	count_call(&counts, 8, SO_PRIORITY, 0, false, 1);
	count_call(&counts, 6, SO_PRIORITY, INT32_MIN, true, 1);
	count_call(&counts, 6, SO_ATTACH_BPF, 0, true, 70);
	sot_summary__tell_counted(&counts, add_line, &lines);
	assert_string_equal(
		buf_text(&lines.buf),
		"options that are privileged or of high risk, lost calls too, by result and "
		"process:\n"
		"  SO_MARK (EPERM): 5 by further processes\n"
		"  SO_MARK (EPERM): 3 by 8 nc\n"
		"  SO_MARK (0): 2 by 7 nc\n"
		"  SO_PRIORITY (result unknown): 1 by 8 nc\n"
		"  SO_PRIORITY (-2147483648): 1 by 6 nc\n"
		"  SO_ATTACH_BPF (0): 70 by 6 nc\n");
	for (ret = -40; ret < -10; ret++)
		count_call(&counts, 9, SO_MARK, ret, true, 2);
	lines.buf.len = 0;
	sot_summary__tell_counted(&counts, add_line, &lines);
	/* 36 rows, of which 20 are told; of the last three two have one call each */
	assert_non_null(strstr(buf_text(&lines.buf), "  others: 98\n"));
}

/* FIPS 180-4's examples (NIST's SHA256.pdf), and lengths around a block's end. */
static void sha256(void **state)
{
	static const struct {
		const char *text, *digest;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" },
	};
	uint8_t digest[SOT_SHA256_LEN];
	char text[2 * SOT_SHA256_LEN];
	struct sot_buf buf;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		sot_sha256(rows[i].text, strlen(rows[i].text), digest);
		sot_buf_init(&buf, text, sizeof(text));
		sot_buf_hex_bytes(&buf, digest, sizeof(digest));
		assert_row(!memcmp(text, rows[i].digest, sizeof(text)), rows[i].text, "gives %.64s",
			   text);
	}
}

/* ---- rules that cannot match are left out ---- */

static const char index_rules[] =
	"rules:\n"
	"- {id: by-number, title: t, severity: low, why: w, when: {sockopt.optname: 2}}\n"
	"- {id: none-of, title: t, severity: low, why: w, when: {option: {not: SO_DEBUG}}}\n"
	"- {id: by-glob, title: t, severity: low, why: w, when: {option: {glob: 'TCP_*'}}}\n"
	"- {id: other, title: t, severity: low, why: w, when: {option: {differsFrom: "
	"processName}}}\n"
	"- {id: by-level, title: t, severity: low, why: w, when: {level: [SOL_TCP, SOL_UDP]}}\n"
	"- {id: either, title: t, severity: low, why: w,\n"
	"   when: [{option: SO_MARK}, {returnValue: -22}]}\n"
	"- {id: but, title: t, severity: low, why: w, when: {level: SOL_SOCKET},\n"
	"   except: [{option: SO_MARK, reason: r}]}\n"
	"- {id: in-turn, title: t, severity: low, why: w, within: 10s, per: tree,\n"
	"   sequence: [{option: SO_DEBUG}, {level: SOL_TCP}, {returnValue: -1}]}\n";

static uint32_t random_number(uint32_t below)
{
	static uint32_t state = 1;

	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

/* A call of the option in this row; the number of rows: one that is in none. */
static void make_random(size_t row)
{
	static const int values[] = { 0, 1, 2, 7, 1000, 0x10000, 0x40000000, -1 };
	static const int rets[] = { 0, 0, 0, -EPERM, -EINVAL };
	const struct sot_option *opt = row < sot_options_count ? &sot_options[row] : NULL;
	const struct sot_level *level = &sot_levels[opt ? opt->level : 0];
	int value[8] = { values[random_number(8)], values[random_number(8)] };
	const struct call call = { .name = "random",
				   .level = level->number,
				   .optname = opt ? opt->optname : 12345,
				   .value = value,
				   .value_len = 4 + 4 * random_number(8),
				   .ret = rets[random_number(5)] };

	event_make(&made, &call);
	made.ev.family = level->whole_family ?: level->families[0] ?: AF_INET;
	made.ev.protocol = level->protocols[0] ?: 6;
	made.ev.type = (uint16_t)(1 + random_number(3));
	made.ev.euid = random_number(2) * 1000;
	made.ev.time = S + random_number(1000) * 10 * MS;
	made.ev.abi = (uint8_t)(1 + random_number(3));
}

static void assert_same_findings(const struct sot_findings *a, const struct sot_findings *b)
{
	size_t i;

	assert_int_equal(a->count, b->count);
	assert_int_equal(a->more, b->more);
	for (i = 0; i < a->count; i++) {
		assert_ptr_equal(a->finding[i].rule, b->finding[i].rule);
		assert_int_equal(a->finding[i].why_len, b->finding[i].why_len);
		assert_memory_equal(a->finding[i].why, b->finding[i].why, a->finding[i].why_len);
	}
}

static size_t compare_with_all(void)
{
	struct sot_audit *all = sot_audit__new(rules);
	size_t i, found = 0;

	assert_non_null(all);
	sot_audit__try_all(all);
	for (i = 0; i < 8 * (sot_options_count + 1); i++) {
		const struct sot_findings *indexed;

		make_random(random_number((uint32_t)sot_options_count + 1));
		found += judge();
		indexed = rec.findings;
		sot_audit__judge(all, &rec);
		assert_same_findings(indexed, rec.findings);
	}
	sot_audit__free(all);
	return found;
}

static void left_out(void **state)
{
	char *text = strndup(sot_default_rules, sot_default_rules_len);

	(void)state;
	begin(text);
	assert_true(compare_with_all() > 300);
	end();
	free(text);
	begin(index_rules);
	assert_true(compare_with_all() > 3000);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_condition),
		cmocka_unit_test(alternatives),
		cmocka_unit_test(reasons),
		cmocka_unit_test(counts),
		cmocka_unit_test(counts_per_container),
		cmocka_unit_test(counts_per_socket),
		cmocka_unit_test(sequence_on_socket),
		cmocka_unit_test(sequence_in_tree),
		cmocka_unit_test(concurrent),
		cmocka_unit_test(exceptions),
		cmocka_unit_test(exceptions_by_file_and_group),
		cmocka_unit_test(limits),
		cmocka_unit_test(forgetting),
		cmocka_unit_test(refused_files),
		cmocka_unit_test(all_errors),
		cmocka_unit_test(later_files),
		cmocka_unit_test(default_rules),
		cmocka_unit_test(attached_filter),
		cmocka_unit_test(checks),
		cmocka_unit_test(listed),
		cmocka_unit_test(summaries),
		cmocka_unit_test(counted),
		cmocka_unit_test(sha256),
		cmocka_unit_test(left_out),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
