/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What each output says of an event. Whole records are compared in tests/golden. */
#include "unit.h"

#include "json_check.h"
#include "make_event.h"
#include "record.h"

#define LINE_MAX_BYTES (64 * 1024)

static struct sot_record rec;
static union made_event made;
static char line[LINE_MAX_BYTES];
static struct sot_buf out;
static struct sot_style style;
static struct sot_decode_options decode;

/* 1700000000 s after the epoch: 22:13:20 UTC on a day in November 2023 */
#define BOOT_OFFSET (1700000000000000000LL - 123456789012LL)

static int reset_style(void **state)
{
	(void)state;
	style = (struct sot_style){ .boot_offset_ns = BOOT_OFFSET };
	decode = (struct sot_decode_options){ 0 };
	return 0;
}

static void record_made(void)
{
	assert_int_equal(sot_decode(&made, made.ev.size, &decode, &rec), 0);
	sot_check(&rec);
}

static const char *json_of_made(void)
{
	record_made();
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_json(&rec, &style, &out), 0);
	assert_row(is_json_line(line, out.len), "JSON", "not well-formed: %s", buf_text(&out));
	return buf_text(&out);
}

static const char *table_of_made(void)
{
	record_made();
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_table(&rec, &style, &out), 0);
	assert_int_equal(line[out.len - 1], '\n');
	return buf_text(&out);
}

#define INT_1 "\1\0\0\0"

static const struct call reuseaddr = { .level = 1, .optname = 2, VALUE(INT_1) };

static void assert_contains(const char *row, const char *text, const char *part)
{
	assert_row(strstr(text, part), row, "%s is not in\n%s", part, text);
}

/* One bit of `have` cleared: null, and neither 0 nor "". */
static void unknown_is_null(void **state)
{
	static const struct {
		uint64_t clear;
		const char *parts[9];
	} rows[] = {
		{ SOT_HAVE_RET, { "\"returnValue\":null", "\"durationNs\":null" } },
		{ SOT_HAVE_PARENT, { "\"hostParentProcessId\":null", "\"parentEntityId\":null" } },
		{ SOT_HAVE_NS_PIDS,
		  { "\"processId\":null", "\"threadId\":null", "\"pidNamespace\":null" } },
		{ SOT_HAVE_NS_PPID, { "\"parentProcessId\":null" } },
		{ SOT_HAVE_CRED,
		  { "\"userId\":null", "\"uid\":null", "\"euid\":null", "\"gid\":null",
		    "\"egid\":null",
		    "\"suid\":null,\"fsuid\":null,\"sgid\":null,\"fsgid\":null" } },
		{ SOT_HAVE_CAPS,
		  { "\"capEffective\":null", "\"capPermitted\":null", "\"capAmbient\":null" } },
		{ SOT_HAVE_USER_NS, { "\"userNamespace\":null" } },
		{ SOT_HAVE_LOGIN_UID, { "\"loginUid\":null" } },
		{ SOT_HAVE_NO_NEW_PRIVS, { "\"noNewPrivs\":null" } },
		{ SOT_HAVE_MNT_NS, { "\"mountNamespace\":null" } },
		{ SOT_HAVE_CGROUP, { "\"cgroupId\":null" } },
		{ SOT_HAVE_START, { "\"threadStartTime\":null", "\"threadEntityId\":null" } },
		{ SOT_HAVE_LEADER_START, { "\"processEntityId\":null" } },
		{ SOT_HAVE_PARENT_START, { "\"parentEntityId\":null" } },
		{ SOT_HAVE_COMM, { "\"processName\":null" } },
		{ SOT_HAVE_ABI, { "\"abi\":null", "\"isCompat\":null" } },
		{ SOT_HAVE_SOCKET, { "\"socket\":null" } },
		{ SOT_HAVE_SOCK_NET_NS, { "\"netNamespace\":null" } },
		{ SOT_HAVE_SOCK_NET_NS, { "\"foreignNetNamespace\":null" } },
		{ SOT_HAVE_NET_NS, { "\"foreignNetNamespace\":null" } },
		{ SOT_HAVE_SOCK_USER_NS, { "\"netNamespaceOwner\":null" } },
		{ SOT_HAVE_SECCOMP, { "\"seccomp\":null" } },
		{ SOT_HAVE_REAL_CRED, { "\"overridden\":null", "\"realUid\":null" } },
		{ SOT_HAVE_EXE, { "\"executableInode\":null", "\"executableDevice\":null" } },
		{ SOT_HAVE_PARENT_COMM, { "\"parentName\":null" } },
		{ SOT_HAVE_COOKIE, { "\"cookie\":null" } },
		{ SOT_HAVE_ADDRESS, { "\"local\":null", "\"remote\":null" } },
		{ SOT_HAVE_VALUE,
		  { "\"value\":null,\"text\":null,\"bytes\":null,\"captured\":0,\"source\":"
		    "\"none\"" } },
	};
	struct call call = reuseaddr;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		for (j = 0; j < COUNT(rows[i].parts) && rows[i].parts[j]; j++) {
			event_make(&made, &reuseaddr);
			made.ev.remote_port = 1; /* else there is no remote end to be unknown */
			assert_row(!strstr(json_of_made(), rows[i].parts[j]), rows[i].parts[j],
				   "null though known");
			call.clear = rows[i].clear;
			event_make(&made, &call);
			assert_contains("cleared", json_of_made(), rows[i].parts[j]);
		}
	}
}

static void unknown_names_are_null(void **state)
{
	(void)state;
	event_make(&made, &reuseaddr);
	made.ev.path.len = 0;
	made.ev.nodename.len = 0;
	made.ev.abi = 200;
	made.ev.attach = 200;
	made.ev.login_uid = UINT32_MAX;
	json_of_made();
	assert_contains("path", line, "\"executable\":{\"path\":null}");
	assert_contains("node name", line, "\"hostName\":null");
	assert_contains("abi", line, "\"abi\":null");
	assert_contains("attach", line, "\"attach\":null");
	assert_contains("never logged in", line, "\"loginUid\":null");
	assert_contains("container", line,
			"\"containerId\":null,\"container\":null,\"kubernetes\":null");
}

static void container(void **state)
{
	struct sot_container_facts facts = { .id = "\"web", .runtime = "systemd-nspawn" };

	(void)state;
	event_make(&made, &reuseaddr);
	record_made();
	rec.container = SOT_CONTAINER_HOST;
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_json(&rec, &style, &out), 0);
	assert_contains("host", buf_text(&out),
			"\"containerId\":\"\",\"container\":{},\"kubernetes\":{}");
	rec.container = SOT_CONTAINER_KNOWN;
	rec.container_facts = &facts;
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_json(&rec, &style, &out), 0);
	assert_contains("container", buf_text(&out),
			"\"containerId\":\"\\\"web\",\"container\":{\"id\":\"\\\"web\"},"
			"\"kubernetes\":null,");
	assert_contains("runtime", line, "\"containerRuntime\":\"systemd-nspawn\"}");
	assert_true(is_json_line(line, out.len));
	facts.runtime = NULL;
	strcpy(facts.pod_uid, "0123");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_json(&rec, &style, &out), 0);
	assert_contains("pod", buf_text(&out), "\"kubernetes\":{\"podUID\":\"0123\"},");
	assert_contains("runtime", line, "\"containerRuntime\":null}");
}

/* All keys of a socket's owner, of the credentials and the process, in their order. */
static void authority(void **state)
{
	(void)state;
	event_make(&made, &reuseaddr);
	made.ev.suid = 1;
	made.ev.fsuid = 2;
	made.ev.sgid = 3;
	made.ev.fsgid = 4;
	made.ev.cap_permitted = 1;
	made.ev.cap_ambient = 2;
	made.ev.seccomp = 2;
	made.ev.overridden = 1;
	made.ev.real_uid = 5;
	made.ev.user_ns_level = 2;
	made.ev.user_ns_owner = 6;
	made.ev.user_ns_ancestor_owner = 7;
	made.ev.have |= SOT_HAVE_ANCESTOR;
	made.ev.net_ns = 8;
	made.ev.sock_user_ns = 9;
	made.ev.sock_user_ns_level = 1;
	made.ev.sock_user_ns_owner = 10;
	made.ev.exe_dev = 259 << 20 | 0xfffff;
	json_of_made();
	assert_contains("socket", line,
			"\"netNamespaceOwner\":{\"inode\":9,\"level\":1,\"ownerUid\":10},"
			"\"foreignNetNamespace\":true}");
	assert_contains("namespace", line,
			"\"level\":2,\"ownerUid\":6,\"initial\":false,\"ancestorOwnerUid\":7}");
	assert_contains("credentials", line,
			"\"noNewPrivs\":false,\"suid\":1,\"fsuid\":2,\"sgid\":3,\"fsgid\":4,"
			"\"capPermitted\":[\"CAP_CHOWN\"],\"capAmbient\":[\"CAP_DAC_OVERRIDE\"],"
			"\"seccomp\":\"filter\",\"overridden\":true,\"realUid\":5}");
	assert_contains("process", line,
			"\"process\":{\"executableInode\":5678,"
			"\"executableDevice\":\"259:1048575\",\"parentName\":\"bash\","
			"\"containerRuntime\":null}}");
	event_make(&made, &reuseaddr);
	made.ev.seccomp = 4; /* a mode that we do not know */
	json_of_made();
	assert_contains("own network", line, "\"foreignNetNamespace\":false");
	assert_contains("initial", line, "\"initial\":true,\"ancestorOwnerUid\":null}");
	assert_contains("mode", line, "\"seccomp\":null");
}

/* Two checks, the second unaudited, in a namespace that could not be read. */
static void checks(void **state)
{
	static const struct sot_check two[] = {
		{ 4026531837u, 0, 0, 13, SOT_CHECK_SEEN },
		{ 0, 1, 1, 63, SOT_CHECK_SEEN | SOT_CHECK_GRANTED | SOT_CHECK_UNAUDITED },
	};

	(void)state;
	event_make(&made, &(struct call){ .level = 1, .optname = 36, VALUE(INT_1), .ret = -EPERM });
	assert_contains("not looked at", json_of_made(),
			"\"verdict\":null,\"checks\":null,\"checksMore\":null,\"source\":null,"
			"\"disagreement\":null}");
	made.ev.check_source = SOT_CHECKS_BY_CAP;
	assert_contains("none", json_of_made(),
			"\"verdict\":\"none\",\"checks\":[],\"checksMore\":0,"
			"\"source\":\"cap_capable\",\"disagreement\":null}");
	made.ev.check_source = SOT_CHECKS_BY_SECURITY;
	made.ev.size = (made.ev.size + 7) & ~7U;
	event_append(&made, &made.ev.checks, two, sizeof(two));
	made.ev.checks_made = 2;
	assert_contains("two", json_of_made(),
			"\"checks\":[{\"capability\":\"CAP_NET_RAW\",\"granted\":false,"
			"\"userNamespace\":4026531837,\"level\":0,\"audited\":true},"
			"{\"capability\":\"CAP_63\",\"granted\":true,\"userNamespace\":null,"
			"\"level\":null,\"audited\":false}],\"checksMore\":0,"
			"\"source\":\"security_capable\",");
}

static void required(void **state)
{
	(void)state;
	event_make(&made, &(struct call){ .level = 1, .optname = 32, VALUE(INT_1) });
	assert_contains("needs", json_of_made(),
			"\"privilege\":{\"required\":[\"CAP_NET_ADMIN\"],\"held\":false,");
	made.ev.cap_effective = 1 << 12;
	assert_contains("has", json_of_made(), "\"held\":true,");
	event_make(&made, &reuseaddr);
	assert_contains("needs none", json_of_made(), "{\"required\":[],\"held\":null,");
	event_make(&made, &(struct call){ .level = 1, .optname = 30000 });
	assert_contains("unknown", json_of_made(), "{\"required\":null,\"held\":null,");
}

/* Values that are known, one row a call. */
static void json_parts(void **state)
{
	static const struct {
		struct call call;
		const char *parts[4];
	} rows[] = {
		{ { "names", .level = 6, .optname = 1, VALUE(INT_1) },
		  { "\"name\":\"level\",\"type\":\"string\",\"value\":\"SOL_TCP\"",
		    "\"name\":\"optname\",\"type\":\"string\",\"value\":\"TCP_NODELAY\"",
		    "\"name\":\"optval\",\"type\":\"const void*\",\"value\":\"0x7ffc880b8264\"",
		    "\"name\":\"optlen\",\"type\":\"int\",\"value\":4" } },
		{ { "numbers without names", .level = -1, .optname = -2, VALUE(INT_1) },
		  { "\"name\":\"level\",\"type\":\"string\",\"value\":\"-1\"",
		    "\"name\":\"optname\",\"type\":\"string\",\"value\":\"-2\"",
		    "\"sockopt\":{\"level\":-1,\"optname\":-2", "\"type\":null,\"value\":null" } },
		{ { "extreme lengths", .level = 1, .optname = 2, OPTLEN(INT32_MIN),
		    .ret = INT32_MIN },
		  { "\"value\":-2147483648}]", "\"returnValue\":-2147483648" } },
		{ { "value at entry", .level = 1, .optname = 2, VALUE(INT_1) },
		  { "\"bytes\":\"01000000\",\"captured\":4,\"source\":\"entry\"" } },
		{ { "value at return", .level = 1, .optname = 2, VALUE(INT_1),
		    .set = SOT_VALUE_AT_EXIT },
		  { "\"captured\":4,\"source\":\"exit\"" } },
		{ { "no bytes of an empty value", .level = 41, .optname = 57, .socket = TCP6,
		    OPTLEN(0), .set = SOT_HAVE_VALUE },
		  { "\"bytes\":\"\",\"captured\":0,\"source\":\"entry\"" } },
		{ { "secret", .level = 6, .optname = 33, OPTLEN(16), .set = SOT_VALUE_SECRET },
		  { "\"value\":null,\"text\":\"redacted (16 bytes)\",\"bytes\":null",
		    "\"source\":\"none\"", "\"flags\":[]" } },
		{ { "clean", .level = 1, .optname = 2, VALUE(INT_1) }, { "\"flags\":[]" } },
		{ { "flags", .level = 1, .optname = 2, OPTLEN(-1), .ret = -EINVAL, .null = true },
		  { "\"flags\":[\"null_optval\",\"negative_optlen\"]" } },
		{ { "32-bit caller", .level = 1, .optname = 2, VALUE(INT_1), .abi = SOT_ABI_I386 },
		  { "\"isCompat\":true", "\"abi\":\"i386\"", "\"eventId\":\"54\"" } },
		{ { "arm64", .level = 1, .optname = 2, VALUE(INT_1), .abi = SOT_ABI_ARM64 },
		  { "\"isCompat\":false", "\"abi\":\"arm64\"", "\"eventId\":\"208\"" } },
		{ { "io_uring on arm64", .level = 1, .optname = 2, VALUE(INT_1),
		    .abi = SOT_ABI_IO_URING, .set = SOT_ON_ARM64 },
		  { "\"abi\":\"io_uring\"", "\"eventId\":\"208\"" } },
		{ { "IPv4 socket", .level = 1, .optname = 2, VALUE(INT_1) },
		  { "\"family\":\"AF_INET\",\"type\":\"SOCK_STREAM\",\"protocol\":\"IPPROTO_TCP\"",
		    "\"state\":\"ESTABLISHED\",\"local\":\"127.0.0.1:80\",\"remote\":null" } },
		{ { "UNIX socket", .level = 1, .optname = 2, VALUE(INT_1), .socket = UNIX_STREAM },
		  { "\"family\":\"AF_UNIX\",\"type\":\"SOCK_STREAM\",\"protocol\":\"0\"",
		    "\"local\":null,\"remote\":null,\"inode\":123,\"cookie\":7" } },
		{ { "netlink socket", .level = 1, .optname = 2, VALUE(INT_1), .socket = NETLINK },
		  { "\"protocol\":\"NETLINK_AUDIT\",\"state\":null" } },
		{ { "raw socket has no ports", .level = 1, .optname = 2, VALUE(INT_1),
		    .socket = RAW4 },
		  { "\"local\":\"127.0.0.1\",\"remote\":null" } },
		{ { "no socket", .level = 1, .optname = 2, VALUE(INT_1), .socket = NO_SOCKET },
		  { "\"socket\":null" } },
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &rows[i].call);
		json_of_made();
		for (j = 0; j < 4 && rows[i].parts[j]; j++)
			assert_contains(rows[i].call.name, line, rows[i].parts[j]);
	}
}

static void addresses(void **state)
{
	static const struct {
		const char *text;
		uint8_t addr[16];
	} rows[] = {
		{ "[::]:80", { 0 } },
		{ "[::1]:80", { [15] = 1 } },
		{ "[2001:db8::1]:80", { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } },
		{ "[1::]:80", { 0, 1 } },
		{ "[1:0:1:1:1:1:1:1]:80", { 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 } },
		{ "[1::1:0:0:1:1]:80", { 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1 } },
		{ "[1:0:0:1::1]:80", { 0, 1, 0, 0, 0, 0, 0, 1, [15] = 1 } },
		{ "[fe80::ffff]:80", { 0xfe, 0x80, [14] = 0xff, 0xff } },
		{ "[::ffff:1.2.3.4]:80", { [10] = 0xff, 0xff, 1, 2, 3, 4 } },
		{ "[::ffff:0.0.0.0]:80", { [10] = 0xff, 0xff } },
		{ "[::1:102:304]:80", { [11] = 1, 1, 2, 3, 4 } },
		{ "[::1:ffff:102:304]:80", { [9] = 1, 0xff, 0xff, 1, 2, 3, 4 } },
	};
	char part[80];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &(struct call){ .socket = TCP6, .level = 1, .optname = 2 });
		memcpy(made.ev.local_addr, rows[i].addr, 16);
		memcpy(made.ev.remote_addr, rows[i].addr, 16);
		made.ev.remote_port = 65535;
		snprintf(part, sizeof(part), "\"local\":\"%s\",\"remote\":\"%.*s65535\"",
			 rows[i].text, (int)strlen(rows[i].text) - 2, rows[i].text);
		assert_contains(rows[i].text, json_of_made(), part);
	}
}

static void capabilities(void **state)
{
	static const struct {
		uint64_t caps;
		const char *part;
	} rows[] = {
		{ 0, "\"capEffective\":[]" },
		{ 1, "\"capEffective\":[\"CAP_CHOWN\"]" },
		{ 3ULL << 12, "\"capEffective\":[\"CAP_NET_ADMIN\",\"CAP_NET_RAW\"]" },
		{ 1ULL << 40 | 1ULL << 63,
		  "\"capEffective\":[\"CAP_CHECKPOINT_RESTORE\",\"CAP_63\"]" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &reuseaddr);
		made.ev.cap_effective = rows[i].caps;
		assert_contains("capabilities", json_of_made(), rows[i].part);
	}
}

static void times(void **state)
{
	(void)state;
	event_make(&made, &reuseaddr);
	json_of_made();
	assert_contains("entry", line, "{\"timestamp\":1700000000000000000,");
	assert_contains("start", line, "\"threadStartTime\":1699999975308643088,");
	assert_contains("duration", line, "\"durationNs\":1834");
	assert_memory_equal(table_of_made(), "22:13:20:000000  ", 17);
	style.utc_offset_s = -23 * 3600;
	assert_memory_equal(table_of_made(), "23:13:20:000000  ", 17);
	style.utc_offset_s = 2 * 3600 + 59;
	made.ev.time += 999999999;
	assert_memory_equal(table_of_made(), "00:14:19:999999  ", 17);
}

/* MurmurHash3, written down again from its definition: any length, any seed. */
static uint32_t murmur3(const uint8_t *bytes, size_t len, uint32_t hash)
{
	uint32_t block;
	size_t i;

	assert_int_equal(len % 4, 0);
	for (i = 0; i < len; i += 4) {
		block = bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 |
			(uint32_t)bytes[i + 3] << 24;
		block *= 0xcc9e2d51;
		block = (block << 15) | (block >> 17);
		block *= 0x1b873593;
		hash ^= block;
		hash = (hash << 13) | (hash >> 19);
		hash = hash * 5 + 0xe6546b64;
	}
	hash ^= (uint32_t)len;
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}

/* Tracee's HashU32AndU64: both numbers big-endian. */
static uint32_t task_hash(uint32_t tid, uint64_t start)
{
	uint8_t bytes[12];
	int i;

	for (i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(tid >> (24 - 8 * i));
	for (i = 0; i < 8; i++)
		bytes[4 + i] = (uint8_t)(start >> (56 - 8 * i));
	return murmur3(bytes, sizeof(bytes), 0x18273645);
}

/* Starts are rounded down to 10 ms, the kernel's USER_HZ, as Tracee does. */
static void entity_ids(void **state)
{
	static const struct {
		uint32_t tid;
		uint64_t start, rounded;
	} rows[] = {
		{ 0, 0, 0 },
		{ 0, 9999999, 0 },
		{ 1, 2, 0 },
		{ 1, 10000000, 10000000 },
		{ 4243, 98765432100, 98760000000 },
		{ UINT32_MAX, UINT64_MAX, UINT64_MAX / 10000000 * 10000000 },
	};
	char part[160];
	size_t i;

	(void)state;
	assert_int_equal(task_hash(0, 0), 0xf6c56b4a);
	assert_int_equal(task_hash(1, 2), 0xd25f0e74);
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &reuseaddr);
		made.ev.host_tid = rows[i].tid;
		made.ev.thread_start = rows[i].start;
		made.ev.host_pid = rows[i].tid + 1;
		made.ev.leader_start = rows[i].start;
		made.ev.host_ppid = rows[i].tid + 2;
		made.ev.parent_start = rows[i].start;
		snprintf(part, sizeof(part),
			 "\"threadEntityId\":%u,\"processEntityId\":%u,\"parentEntityId\":%u,",
			 task_hash(rows[i].tid, rows[i].rounded),
			 task_hash(rows[i].tid + 1, rows[i].rounded),
			 task_hash(rows[i].tid + 2, rows[i].rounded));
		assert_contains("ids", json_of_made(), part);
	}
	event_make(&made, &reuseaddr);
	made.ev.host_tid = 0;
	made.ev.thread_start = 0;
	assert_contains("known vector", json_of_made(), "\"threadEntityId\":4140133194,");
}

static void raw_numbers(void **state)
{
	(void)state;
	style.raw = true;
	event_make(&made, &reuseaddr);
	json_of_made();
	assert_contains("level", line, "{\"name\":\"level\",\"type\":\"int\",\"value\":1}");
	assert_contains("optname", line, "{\"name\":\"optname\",\"type\":\"int\",\"value\":2}");
	assert_contains("optval", line,
			"{\"name\":\"optval\",\"type\":\"const void*\",\"value\":140722590941796}");
	assert_contains("table", table_of_made(),
			"sockfd: 5, level: 1, optname: 2, optval: 0x7ffc880b8264, optlen: 4\n");
}

/* Key material that was captured all the same: of a recording, or by a mistake of ours. */
static void secret_is_not_shown(void **state)
{
	static const struct call calls[] = {
		{ .level = 6, .optname = 33, VALUE("hushhushhushhush") },
		{ .level = 6, .optname = 14, VALUE("hushhushhushhush"), .set = SOT_VALUE_SECRET },
		{ .level = 6, .optname = 38, VALUE("hushhushhushhush"), .socket = UNIX_STREAM },
		{ .level = 77, .optname = 1, VALUE("hushhushhushhush"), .set = SOT_VALUE_SECRET },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(calls); i++) {
		event_make(&made, &calls[i]);
		assert_contains("JSON", json_of_made(), "\"text\":\"redacted (16 bytes)\"");
		assert_null(strstr(line, "hush"));
		assert_null(strstr(line, "68757368"));
		assert_contains("table", table_of_made(), "optval: redacted (16 bytes)");
		assert_null(strstr(line, "hush"));
		assert_null(strstr(line, "68 75"));
	}
}

/* Tracee's own format, and the columns that a call must fill. */
static void table_columns(void **state)
{
	static const struct {
		struct call call;
		const char *uid, *comm, *pid, *ret, *args;
	} rows[] = {
		{ { "good", .level = 1, .optname = 2, VALUE(INT_1) },
		  "1000",
		  "nc",
		  "42",
		  "0",
		  "sockfd: 5, level: SOL_SOCKET, optname: SO_REUSEADDR, optval: on, optlen: 4" },
		{ { "linger", .level = 1, .optname = 13, VALUE("\1\0\0\0\5\0\0\0") },
		  "1000",
		  "nc",
		  "42",
		  "0",
		  "sockfd: 5, level: SOL_SOCKET, optname: SO_LINGER, optval: {on, 5s}, optlen: 8" },
		{ { "failed", .level = 1, .optname = 2, VALUE(INT_1), .ret = -EPERM },
		  "1000",
		  "nc",
		  "42",
		  "-1 EPERM",
		  "sockfd: 5, level: SOL_SOCKET, optname: SO_REUSEADDR, optval: on, optlen: 4" },
		{ { "an error without a name", .level = 77, .optname = 1, VALUE(INT_1),
		    .ret = -4000 },
		  "1000",
		  "nc",
		  "42",
		  "-4000",
		  "sockfd: 5, level: 77, optname: 1, optval: <01 00 00 00>, optlen: 4"
		  " ! unknown_level" },
		{ { "the longest error", .level = 77, .optname = 1, VALUE(INT_1),
		    .ret = INT32_MIN },
		  "1000",
		  "nc",
		  "42",
		  "-2147483648",
		  "sockfd: 5, level: 77, optname: 1, optval: <01 00 00 00>, optlen: 4"
		  " ! unknown_level" },
		{ { "unknown", .level = 1, .optname = 2, VALUE(INT_1),
		    .clear = SOT_HAVE_RET | HAVE_TASK },
		  "?",
		  "?",
		  "?",
		  "?",
		  "sockfd: 5, level: SOL_SOCKET, optname: SO_REUSEADDR, optval: on, optlen: 4"
		  " ! no_return" },
		{ { "NULL, flags", .level = 1, .optname = 2, .null = true, OPTLEN(-1),
		    .ret = -EINVAL },
		  "1000",
		  "nc",
		  "42",
		  "-22 EINVAL",
		  "sockfd: 5, level: SOL_SOCKET, optname: SO_REUSEADDR, optval: NULL, optlen: -1"
		  " ! null_optval, negative_optlen" },
		{ { "many bytes", .level = 1, .optname = 9999, VALUE("0123456789abcdefg"),
		    .ret = -ENOPROTOOPT },
		  "1000",
		  "nc",
		  "42",
		  "-92 ENOPROTOOPT",
		  "sockfd: 5, level: SOL_SOCKET, optname: 9999, optval: <30 31 32 33 34 35 36 37 "
		  "38 "
		  "39 61 62 63 64 65 66 ...>, optlen: 17 ! unknown_option" },
	};
	char expected[512];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &rows[i].call);
		snprintf(expected, sizeof(expected), "%-16s %-6s %-16s %-7s %-7s %-16s %-25s %s\n",
			 "22:13:20:000000", rows[i].uid, rows[i].comm, rows[i].pid,
			 rows[i].pid[0] == '?' ? "?" : "43", rows[i].ret, "setsockopt",
			 rows[i].args);
		table_of_made();
		assert_row(!strcmp(line, expected), rows[i].call.name, "got\n%s", line);
	}
}

static void table_header(void **state)
{
	char expected[256];

	(void)state;
	snprintf(expected, sizeof(expected), "%-16s %-6s %-16s %-7s %-7s %-16s %-25s %s\n", "TIME",
		 "UID", "COMM", "PID", "TID", "RET", "EVENT", "ARGS");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_table_header(&style, &out), 0);
	assert_string_equal(buf_text(&out), expected);
}

/* A comm that takes all its 16 bytes, and one of wide characters, keep the columns apart. */
static void table_comm(void **state)
{
	static const struct {
		const char *comm, *column;
	} rows[] = {
		{ "0123456789abcdef", " 1000   0123456789abcdef 42 " },
		{ "\xc3\xa9\xe2\x82\xac", " 1000   \xc3\xa9\xe2\x82\xac               42 " },
		{ "\x1b[31m", " 1000   \\x1b[31m         42 " },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &reuseaddr);
		memset(made.ev.comm, 0, sizeof(made.ev.comm));
		memcpy(made.ev.comm, rows[i].comm, strlen(rows[i].comm));
		assert_contains("comm", table_of_made(), rows[i].column);
	}
}

/* With the colours taken out, the line is the plain one. */
static void table_colour(void **state)
{
	static const struct call call = { .level = 1, .optname = 2, VALUE("\1"), .ret = -EINVAL };
	char plain[1024], *from, *to;

	(void)state;
	event_make(&made, &call);
	snprintf(plain, sizeof(plain), "%s", table_of_made());
	assert_null(strchr(plain, '\x1b'));
	style.colour = true;
	table_of_made();
	assert_non_null(strchr(line, '\x1b'));
	assert_memory_equal(line + out.len - 5, "\x1b[0m\n", 5);
	for (from = to = line; *from; from++) {
		if (*from == '\x1b')
			from = strchr(from, 'm');
		else
			*to++ = *from;
	}
	*to = '\0';
	assert_string_equal(line, plain);
}

/*
 * On a screen a finding goes on in the next line between two words; the width counts characters as they
 * are shown, colours none. A word that is longer than the screen stays whole.
 */
static void finding_on_a_screen(void **state)
{
	static const struct {
		unsigned int width;
		bool colour;
		const char *lines;
	} rows[] = {
		{ 0, false,
		  "\n  ! high a-rule: A title of \xc3\xa9: uid \\x1b of it. Look at "
		  "0123456789.\n" },
		{ 22, false,
		  "\n  ! high a-rule: A\n    title of \xc3\xa9: uid\n    \\x1b of it. Look\n"
		  "    at 0123456789.\n" },
		{ 22, true,
		  "\n  \x1b[31m! high a-rule: A\n    title of \xc3\xa9\x1b[0m: uid\n"
		  "    \\x1b of it. Look\n    at 0123456789.\n" },
		{ 10, false,
		  "\n  ! high a-rule:\n    A\n    title\n    of \xc3\xa9:\n    uid\n    \\x1b\n"
		  "    of it.\n    Look\n    at\n    0123456789.\n" },
	};
	struct sot_findings found = { .count = 1,
				      .finding = { { .rule = "a-rule",
						     .title = "A title of \xc3\xa9",
						     .description = "Look at 0123456789.",
						     .severity = SOT_SEVERITY_HIGH,
						     .why = "uid \x1b of it",
						     .why_len = 11 } } };
	size_t i;

	(void)state;
	event_make(&made, &reuseaddr);
	record_made();
	rec.findings = &found;
	for (i = 0; i < COUNT(rows); i++) {
		style.width = rows[i].width;
		style.colour = rows[i].colour;
		sot_buf_init(&out, line, sizeof(line) - 1);
		assert_int_equal(sot_emit_table(&rec, &style, &out), 0);
		assert_string_equal(strchr(buf_text(&out), '\n'), rows[i].lines);
	}
}

/* Everywhere that the traced process has a word, each byte there is. */
static void make_hostile(const char *bytes, size_t len)
{
	struct call call = { .level = 1, .optname = 25, .value = bytes, .value_len = len };

	event_make(&made, &call);
	memcpy(made.ev.comm, bytes, len < SOT_COMM_LEN ? len : SOT_COMM_LEN);
	event_append(&made, &made.ev.path, bytes, len);
	event_append(&made, &made.ev.nodename, bytes, len);
}

static void hostile_bytes(void **state)
{
	static const char words[][SOT_COMM_LEN] = {
		"\x1b]0;title\a",
		"\x1b[2J\x1b[H",
		"a\r\nb\tc",
		"\"},{\"x\":\"",
		"\\u0000\\\"",
		"\xff\xfe\x80",
		"\xc0\x80\xe0\x80",
		"\xed\xa0\x80\xed\xb0\x80",
		"\xe2\x80\xae\x67",
		"\xe2\x80\xa8",
		"\xc2\x9b\x33\x31\x6d",
		"\xf4\x90\x80\x80",
		"\x7f\x01\x02",
		"%s%n%1000d",
		"$(reboot)`id`",
	};
	char bytes[SOT_COMM_LEN];
	unsigned int c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++) {
		make_hostile(words[i], strlen(words[i]));
		json_of_made();
		table_of_made();
		assert_true(is_clean_text(line, out.len - 1));
	}
	for (c = 1; c < 256; c++) {
		memset(bytes, (int)c, sizeof(bytes));
		make_hostile(bytes, sizeof(bytes));
		json_of_made();
		table_of_made();
		assert_true(is_clean_text(line, out.len - 1));
	}
}

static int emit_json(struct sot_buf *buf)
{
	return sot_emit_json(&rec, &style, buf);
}

static int emit_table(struct sot_buf *buf)
{
	return sot_emit_table(&rec, &style, buf);
}

static int emit_header(struct sot_buf *buf)
{
	return sot_emit_table_header(&style, buf);
}

static const struct sot_loss_report all_lost = {
	.whole.count = { 12, 3, 4, UINT64_MAX - 24, [SOT_GUARDED_FULL] = 5 },
	.others.count = { 0, 3, 0, UINT64_MAX - 24, [SOT_GUARDED_FULL] = 3 },
	.talkers_count = 2,
	.talker = { { { .host_pid = 77 }, "nc", { { 10, 0, 1, [SOT_GUARDED_FULL] = 2 } } },
		    { { .host_pid = 8 }, "a\"b\n", { { 2, 0, 3 } } } },
};

static int emit_json_loss(struct sot_buf *buf)
{
	return sot_emit_json_loss(&all_lost, 1700000000000000000LL, &style, buf);
}

static int emit_table_loss(struct sot_buf *buf)
{
	return sot_emit_table_loss(&all_lost, 1700000000000000000LL, &style, buf);
}

static const struct sot_probe_news silent = { "kprobe/__sys_setsockopt", SOT_PROBE_SILENT, "64-bit",
					      0 };

static int emit_json_probe(struct sot_buf *buf)
{
	return sot_emit_json_probe(&silent, 1700000000000000000LL, &style, buf);
}

static int emit_v1beta1_probe(struct sot_buf *buf)
{
	return sot_emit_v1beta1_probe(&silent, 1700000000000000000LL, &style, buf);
}

static int emit_table_probe(struct sot_buf *buf)
{
	return sot_emit_table_probe(&silent, 1700000000000000000LL, &style, buf);
}

/* All of a line or nothing of it, and what stood before it stays. */
static void no_room(void **state)
{
	static int (*const emitters[])(struct sot_buf *) = { emit_json,		 emit_table,
							     emit_header,	 emit_json_loss,
							     emit_table_loss,	 emit_json_probe,
							     emit_v1beta1_probe, emit_table_probe };
	const size_t before = 7;
	size_t i, size, whole;

	(void)state;
	event_make(&made, &reuseaddr);
	record_made();
	style.colour = true;
	for (i = 0; i < COUNT(emitters); i++) {
		sot_buf_init(&out, line, sizeof(line));
		assert_int_equal(emitters[i](&out), 0);
		whole = out.len;
		for (size = 0; size <= whole; size++) {
			memset(line, '#', sizeof(line));
			sot_buf_init(&out, line, before + size);
			sot_buf_str(&out, "before\n");
			assert_int_equal(emitters[i](&out), size < whole ? -ENOSPC : 0);
			assert_int_equal(out.len, size < whole ? before : before + whole);
			assert_false(out.full);
			assert_memory_equal(line, "before\n", before);
			assert_int_equal(line[before + size], '#');
		}
	}
}

static void loss(void **state)
{
	static const struct sot_loss_report one = { .whole.count[SOT_RETURN_MISSED] = 1,
						    .others.count[SOT_RETURN_MISSED] = 1 };

	(void)state;
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(emit_json_loss(&out), 0);
	assert_true(is_json_line(line, out.len));
	assert_string_equal(buf_text(&out),
			    "{\"timestamp\":1700000000000000000,\"eventName\":\"lost\",\"lost\":{"
			    "\"ringFull\":12,\"inflightFull\":3,\"returnMissed\":4,"
			    "\"probeMissed\":18446744073709551591,\"guardedFull\":5,\"processes\":["
			    "{\"hostProcessId\":77,\"processName\":\"nc\",\"ringFull\":10,"
			    "\"inflightFull\":0,\"returnMissed\":1,\"guardedFull\":2},"
			    "{\"hostProcessId\":8,\"processName\":\"a\\\"b\\n\",\"ringFull\":2,"
			    "\"inflightFull\":0,\"returnMissed\":3}],"
			    "\"others\":{\"ringFull\":0,\"inflightFull\":3,\"returnMissed\":0,"
			    "\"probeMissed\":18446744073709551591,\"guardedFull\":3}}}\n");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(emit_table_loss(&out), 0);
	assert_string_equal(
		buf_text(&out),
		"22:13:20:000000  ! lost 18446744073709551615 events: ring buffer full "
		"12, in-flight table full 3, return missed 4, probe skipped by the kernel "
		"18446744073709551591, guarded ring buffer full 5; by 77 nc 13, 8 a\"b\\x0a 5, "
		"others "
		"18446744073709551597\n");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_table_loss(&one, 0, &style, &out), 0);
	assert_string_equal(buf_text(&out), "00:00:00:000000  ! lost 1 events: return missed 1\n");
}

static void left_out(void **state)
{
	static const struct sot_loss_report report = {
		.kind = SOT_LEFT_OUT,
		.whole.count[SOT_ABOVE_RATE] = 12,
		.others.count[SOT_ABOVE_RATE] = 2,
		.talkers_count = 1,
		.talker = { { { .host_pid = 77 }, "nc", { { [SOT_ABOVE_RATE] = 10 } } } },
	};

	(void)state;
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_json_loss(&report, 1, &style, &out), 0);
	assert_true(is_json_line(line, out.len));
	assert_string_equal(buf_text(&out),
			    "{\"timestamp\":1,\"eventName\":\"leftOut\",\"leftOut\":{"
			    "\"aboveRate\":12,\"processes\":[{\"hostProcessId\":77,"
			    "\"processName\":\"nc\",\"aboveRate\":10}],"
			    "\"others\":{\"aboveRate\":2}}}\n");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(sot_emit_table_loss(&report, 0, &style, &out), 0);
	assert_string_equal(buf_text(&out), "00:00:00:000000  ! left out 12 events: above --rate "
					    "12; by 77 nc 10, others 2\n");
}

static void probe(void **state)
{
	(void)state;
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(emit_json_probe(&out), 0);
	assert_true(is_json_line(line, out.len));
	assert_string_equal(buf_text(&out),
			    "{\"timestamp\":1700000000000000000,\"eventName\":\"probe\",\"probe\":{"
			    "\"program\":\"kprobe/__sys_setsockopt\",\"state\":\"silent\","
			    "\"call\":\"64-bit\",\"times\":0}}\n");
	sot_buf_init(&out, line, sizeof(line) - 1);
	assert_int_equal(emit_table_probe(&out), 0);
	assert_string_equal(
		buf_text(&out),
		"22:13:20:000000  ! probe kprobe/__sys_setsockopt silent: a 64-bit call "
		"of our own reached it 0 times\n");
}

/* Numbers of a hostile recording: any, without undefined behaviour. */
static void extreme_numbers(void **state)
{
	static const uint64_t extremes[] = { 0, 1, INT64_MAX, 1ULL << 63, UINT64_MAX };
	static const int64_t offsets[] = { 0, -1, INT64_MIN, INT64_MAX };
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(extremes); i++) {
		for (j = 0; j < COUNT(offsets); j++) {
			style.boot_offset_ns = offsets[j];
			event_make(&made, &reuseaddr);
			made.ev.time = made.ev.thread_start = extremes[i];
			made.ev.duration_ns = extremes[i];
			json_of_made();
			table_of_made();
			assert_true(is_clean_text(line, out.len - 1));
		}
	}
}

#define EMIT_TEST(_function) cmocka_unit_test_setup(_function, reset_style)

static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	(void)context;
	return net_ns && index == 2 ? "eth0" : NULL;
}

/* Also in a value that another thread, or a cgroup BPF program, put in the place of the caller's. */
static void interfaces_of_other_values(void **state)
{
	static const struct made_filter filter = {
		.level = 1, .optname = 62, .optlen = 4, .bytes = "\2\0\0", .bytes_len = 4
	};
	static const struct call changed = {
		.level = 1, .optname = 62, VALUE("\3\0\0\0"), .later = "\2\0\0"
	};
	static const struct call rewritten = {
		.level = 1, .optname = 62, VALUE("\3\0\0\0"), .filter = &filter
	};

	(void)state;
	decode.interface_name = interface_name;
	event_make(&made, &changed);
	assert_contains("changed", json_of_made(), "\"text\":\"ifindex 2 (eth0)\"");
	event_make(&made, &rewritten);
	assert_contains("rewritten", json_of_made(), "SO_BINDTOIFINDEX ifindex 2 (eth0)");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EMIT_TEST(unknown_is_null),
		EMIT_TEST(unknown_names_are_null),
		EMIT_TEST(container),
		EMIT_TEST(authority),
		EMIT_TEST(required),
		EMIT_TEST(checks),
		EMIT_TEST(json_parts),
		EMIT_TEST(addresses),
		EMIT_TEST(capabilities),
		EMIT_TEST(times),
		EMIT_TEST(entity_ids),
		EMIT_TEST(raw_numbers),
		EMIT_TEST(secret_is_not_shown),
		EMIT_TEST(table_columns),
		EMIT_TEST(table_header),
		EMIT_TEST(table_comm),
		EMIT_TEST(table_colour),
		EMIT_TEST(finding_on_a_screen),
		EMIT_TEST(hostile_bytes),
		EMIT_TEST(no_room),
		EMIT_TEST(loss),
		EMIT_TEST(left_out),
		EMIT_TEST(probe),
		EMIT_TEST(extreme_numbers),
		EMIT_TEST(interfaces_of_other_values),
	};

	return cmocka_run_group_tests_name("emit", tests, NULL, NULL);
}
