/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the record says of the authority that a call was made with. */
#include "unit.h"

#include "make_event.h"
#include "record.h"

#define NET_ADMIN (1ULL << 12)
#define NET_RAW (1ULL << 13)
#define SYS_ADMIN (1ULL << 21)

static struct sot_record rec;
static union made_event made;

/* SO_SNDBUFFORCE is judged by the initial namespace, SO_MARK by the network's, the last by none. */
static const struct call sndbufforce = { .level = 1, .optname = 32, VALUE_INT(4096) };
static const struct call mark = { .level = 1, .optname = 36, VALUE_INT(1) };
static const struct call reuseaddr = { .level = 1, .optname = 2, VALUE_INT(1) };
static const struct call get_only = { .level = 0, .optname = 130, VALUE_INT(1) };

static void decode_made(void)
{
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
}

static void required(void **state)
{
	(void)state;
	event_make(&made, &sndbufforce);
	decode_made();
	assert_int_equal(rec.privilege.required, NET_ADMIN);
	event_make(&made, &mark);
	decode_made();
	assert_int_equal(rec.privilege.required, NET_ADMIN | NET_RAW);
	event_make(&made, &reuseaddr);
	decode_made();
	assert_int_equal(rec.privilege.required, 0);
	assert_int_equal(rec.privilege.held, SOT_UNKNOWN);
	event_make(&made, &(struct call){ .level = 1, .optname = 30000 });
	decode_made();
	assert_int_equal(rec.privilege.required, 0);
	assert_int_equal(rec.privilege.held, SOT_UNKNOWN);
}

/* Linux 5.10 lets nobody set a mark with CAP_NET_RAW. */
static void required_by_release(void **state)
{
	static const struct {
		const char *release;
		uint64_t required;
		enum sot_known held;
	} rows[] = {
		{ "5.10.0-32-amd64", NET_ADMIN, SOT_NO },
		{ "5.17.0", NET_ADMIN | NET_RAW, SOT_YES },
		{ "6.1.0-50-amd64", NET_ADMIN | NET_RAW, SOT_YES },
		{ "of my own", NET_ADMIN | NET_RAW, SOT_YES },
		{ "5.99999999999999999999", NET_ADMIN | NET_RAW, SOT_YES },
		{ "9223372036854775807.1", NET_ADMIN | NET_RAW, SOT_YES },
		{ "-1.0", NET_ADMIN | NET_RAW, SOT_YES },
	};
	struct sot_decode_options options = { 0 };
	size_t i;

	(void)state;
	event_make(&made, &mark);
	made.ev.cap_effective = NET_RAW;
	made.ev.sock_user_ns = made.ev.user_ns;
	for (i = 0; i < COUNT(rows); i++) {
		options.kernel_release = sot_release_number(rows[i].release);
		assert_int_equal(sot_decode(&made, made.ev.size, &options, &rec), 0);
		assert_row(rec.privilege.required == rows[i].required, rows[i].release, "required");
		assert_row(rec.privilege.held == rows[i].held, rows[i].release, "held");
	}
}

/* Namespaces by number: 1 is the initial one. */
static void held(void **state)
{
	static const struct {
		const char *name;
		const struct call *call;
		uint64_t caps;
		uint32_t cred_ns, cred_level, sock_ns, sock_level, sock_owner;
		uint64_t clear;
		enum sot_known held;
	} rows[] = {
		{ "root", &sndbufforce, NET_ADMIN, 1, 0, 1, 0, 0, 0, SOT_YES },
		{ "plain user", &sndbufforce, 0, 1, 0, 1, 0, 0, 0, SOT_NO },
		{ "another capability", &sndbufforce, SYS_ADMIN, 1, 0, 1, 0, 0, 0, SOT_NO },
		{ "in a child", &sndbufforce, NET_ADMIN, 2, 1, 2, 1, 1000, 0, SOT_NO },
		{ "net: root", &mark, NET_ADMIN, 1, 0, 1, 0, 0, 0, SOT_YES },
		{ "net: the other of the two", &mark, NET_RAW, 1, 0, 1, 0, 0, 0, SOT_YES },
		{ "net: plain user", &mark, 0, 1, 0, 1, 0, 0, 0, SOT_NO },
		{ "net: own child", &mark, NET_ADMIN, 2, 1, 2, 1, 1000, 0, SOT_YES },
		{ "net: own child, dropped", &mark, 0, 2, 1, 2, 1, 1000, 0, SOT_NO },
		{ "net: of the parent", &mark, NET_ADMIN, 2, 1, 1, 0, 0, 0, SOT_NO },
		{ "net: of a brother", &mark, NET_ADMIN, 2, 1, 3, 1, 1000, 0, SOT_NO },
		{ "net: root over a child", &mark, NET_ADMIN, 1, 0, 2, 1, 5, 0, SOT_YES },
		{ "net: over a child's child", &mark, NET_ADMIN, 1, 0, 3, 2, 5, 0, SOT_YES },
		{ "net: the owner over a child", &mark, 0, 1, 0, 2, 1, 1000, 0, SOT_YES },
		{ "net: another over a child", &mark, 0, 1, 0, 2, 1, 1001, 0, SOT_NO },
		{ "net: who is above that?", &mark, 0, 1, 0, 3, 2, 1000, 0, SOT_UNKNOWN },
		{ "net: above or beside?", &mark, NET_ADMIN, 2, 1, 3, 2, 1000, 0, SOT_UNKNOWN },
		{ "no capabilities read", &sndbufforce, NET_ADMIN, 1, 0, 1, 0, 0, SOT_HAVE_CAPS,
		  SOT_UNKNOWN },
		{ "no namespace read", &sndbufforce, NET_ADMIN, 1, 0, 1, 0, 0, SOT_HAVE_USER_NS,
		  SOT_UNKNOWN },
		{ "net: none read", &mark, NET_ADMIN, 1, 0, 1, 0, 0, SOT_HAVE_SOCK_USER_NS,
		  SOT_UNKNOWN },
		{ "net: no uid read", &mark, 0, 1, 0, 2, 1, 1000, SOT_HAVE_CRED, SOT_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, rows[i].call);
		made.ev.have &= ~rows[i].clear;
		made.ev.cap_effective = rows[i].caps;
		made.ev.user_ns = rows[i].cred_ns;
		made.ev.user_ns_level = rows[i].cred_level;
		made.ev.sock_user_ns = rows[i].sock_ns;
		made.ev.sock_user_ns_level = rows[i].sock_level;
		made.ev.sock_user_ns_owner = rows[i].sock_owner;
		decode_made();
		assert_row(rec.privilege.held == rows[i].held, rows[i].name, "held: %d",
			   rec.privilege.held);
	}
}

#define SEEN SOT_CHECK_SEEN
#define GRANTED (SOT_CHECK_SEEN | SOT_CHECK_GRANTED)
#define ADMIN_AT(_level, _cred_level, _outcome)       \
	{                                             \
		77, _level, _cred_level, 12, _outcome \
	}
#define RAW_AT(_level, _cred_level, _outcome)         \
	{                                             \
		77, _level, _cred_level, 13, _outcome \
	}

/* As the BPF programs would have left them. */
static void add_checks(const struct sot_check *checks, size_t count, uint32_t made_in_all)
{
	made.ev.size = (made.ev.size + 7) & ~7U;
	event_append(&made, &made.ev.checks, checks, count * sizeof(*checks));
	made.ev.checks_made = made_in_all ? made_in_all : (uint32_t)count;
	made.ev.check_source = SOT_CHECKS_BY_SECURITY;
}

/* Every row of the conditions in which a check may end; then what several of them make together. */
static void verdicts(void **state)
{
	static const struct {
		const char *name;
		struct sot_check check[3];
		size_t count;
		int ret, ancestor; /* of an ancestor -1 there is none */
		int refused;
		uint64_t clear;
		enum sot_verdict verdict;
	} rows[] = {
		{ "host", { ADMIN_AT(0, 0, GRANTED) }, 1, 0, -1, .verdict = SOT_VERDICT_HOST },
		{ "host over a child",
		  { ADMIN_AT(1, 0, GRANTED) },
		  1,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_HOST_OVER_CHILD },
		{ "of a user's making",
		  { RAW_AT(1, 1, GRANTED) },
		  1,
		  0,
		  1000,
		  .verdict = SOT_VERDICT_USERNS },
		{ "deeper in it",
		  { RAW_AT(3, 2, GRANTED) },
		  1,
		  0,
		  1000,
		  .verdict = SOT_VERDICT_USERNS },
		{ "of root's making",
		  { RAW_AT(1, 1, GRANTED) },
		  1,
		  0,
		  0,
		  .verdict = SOT_VERDICT_ROOT_USERNS },
		{ "of whose making?",
		  { RAW_AT(1, 1, GRANTED) },
		  1,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_UNKNOWN },
		{ "denied, EPERM",
		  { ADMIN_AT(0, 1, SEEN) },
		  1,
		  -EPERM,
		  1000,
		  .verdict = SOT_VERDICT_DENIED },
		{ "denied, EACCES",
		  { ADMIN_AT(0, 0, SEEN) },
		  1,
		  -EACCES,
		  -1,
		  .verdict = SOT_VERDICT_DENIED },
		{ "denied, another errno",
		  { ADMIN_AT(0, 0, SEEN) },
		  1,
		  -ENOENT,
		  -1,
		  .verdict = SOT_VERDICT_DENIED },
		{ "denied, no return",
		  { ADMIN_AT(0, 0, SEEN) },
		  1,
		  0,
		  -1,
		  .clear = SOT_HAVE_RET,
		  .verdict = SOT_VERDICT_DENIED },
		{ "a module after it",
		  { ADMIN_AT(0, 0, SEEN | SOT_CHECK_OVERRULED) },
		  1,
		  -EPERM,
		  -1,
		  .verdict = SOT_VERDICT_LSM_DENIED },
		{ "a module, the call",
		  { { 0 } },
		  0,
		  -EACCES,
		  -1,
		  .refused = -EACCES,
		  .verdict = SOT_VERDICT_LSM_DENIED },
		{ "nothing asked", { { 0 } }, 0, 0, -1, .verdict = SOT_VERDICT_NONE },
		{ "nothing asked, EPERM", { { 0 } }, 0, -EPERM, -1, .verdict = SOT_VERDICT_NONE },
		{ "asked, not needed",
		  { ADMIN_AT(0, 0, SEEN) },
		  1,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_NONE },
		{ "a probe",
		  { ADMIN_AT(0, 0, SEEN | SOT_CHECK_UNAUDITED) },
		  1,
		  -EPERM,
		  -1,
		  .verdict = SOT_VERDICT_NONE },
		{ "the second will do",
		  { RAW_AT(0, 0, SEEN), ADMIN_AT(0, 0, GRANTED) },
		  2,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_HOST },
		{ "neither",
		  { RAW_AT(0, 0, SEEN), ADMIN_AT(0, 0, SEEN) },
		  2,
		  -EPERM,
		  -1,
		  .verdict = SOT_VERDICT_DENIED },
		{ "and one more",
		  { RAW_AT(1, 1, GRANTED), ADMIN_AT(0, 1, SEEN) },
		  2,
		  -EPERM,
		  1000,
		  .verdict = SOT_VERDICT_DENIED },
		{ "one more, not needed",
		  { RAW_AT(1, 1, GRANTED), ADMIN_AT(0, 1, SEEN) },
		  2,
		  0,
		  1000,
		  .verdict = SOT_VERDICT_USERNS },
		{ "then refused",
		  { RAW_AT(0, 0, SEEN), ADMIN_AT(0, 0, GRANTED) },
		  2,
		  -EPERM,
		  -1,
		  .verdict = SOT_VERDICT_HOST },
		{ "to the opener",
		  { ADMIN_AT(0, 0, GRANTED | SOT_CHECK_OF_ANOTHER) },
		  1,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_UNKNOWN },
		{ "to both",
		  { ADMIN_AT(0, 0, GRANTED | SOT_CHECK_OF_ANOTHER), ADMIN_AT(0, 0, GRANTED) },
		  2,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_HOST },
		{ "to the opener alone",
		  { ADMIN_AT(0, 0, GRANTED | SOT_CHECK_OF_ANOTHER), ADMIN_AT(0, 0, SEEN) },
		  2,
		  -EPERM,
		  -1,
		  .verdict = SOT_VERDICT_DENIED },
		{ "no answer seen",
		  { ADMIN_AT(0, 0, 0) },
		  1,
		  0,
		  -1,
		  .verdict = SOT_VERDICT_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, &mark);
		add_checks(rows[i].check, rows[i].count, 0);
		made.ev.ret = rows[i].ret;
		made.ev.refused = rows[i].refused;
		made.ev.have &= ~rows[i].clear;
		if (rows[i].ancestor >= 0) {
			made.ev.user_ns_ancestor_owner = (uint32_t)rows[i].ancestor;
			made.ev.have |= SOT_HAVE_ANCESTOR;
		}
		decode_made();
		assert_row(rec.privilege.verdict == rows[i].verdict, rows[i].name, "verdict: %s",
			   sot_verdict_text(rec.privilege.verdict));
		made.ev.check_source = SOT_CHECKS_UNSEEN;
		decode_made();
		assert_row(rec.privilege.verdict == SOT_VERDICT_UNKNOWN, rows[i].name,
			   "without checks: %s", sot_verdict_text(rec.privilege.verdict));
	}
}

/* What cap_capable granted a security module may have refused: then it is not known. */
static void granted_by_cap_capable(void **state)
{
	static const struct sot_check granted[] = { ADMIN_AT(0, 0, GRANTED) };

	(void)state;
	event_make(&made, &mark);
	add_checks(granted, 1, 0);
	made.ev.check_source = SOT_CHECKS_BY_CAP;
	decode_made();
	assert_int_equal(rec.privilege.verdict, SOT_VERDICT_HOST);
	made.ev.ret = -EPERM;
	decode_made();
	assert_int_equal(rec.privilege.verdict, SOT_VERDICT_UNKNOWN);
	made.ev.ret = -EINVAL; /* no module says so */
	decode_made();
	assert_int_equal(rec.privilege.verdict, SOT_VERDICT_HOST);
}

static void counts(void **state)
{
	static const struct sot_check checks[SOT_CHECKS_MAX] = {
		ADMIN_AT(0, 0, SEEN), ADMIN_AT(0, 0, SEEN),    ADMIN_AT(0, 0, SEEN),
		ADMIN_AT(0, 0, SEEN), ADMIN_AT(0, 0, SEEN),    ADMIN_AT(0, 0, SEEN),
		ADMIN_AT(0, 0, SEEN), ADMIN_AT(0, 0, GRANTED),
	};

	(void)state;
	event_make(&made, &mark);
	add_checks(checks, COUNT(checks), 11);
	decode_made();
	assert_int_equal(rec.privilege.checks_count, 8);
	assert_int_equal(rec.privilege.checks_more, 3);
	assert_int_equal(rec.privilege.verdict, SOT_VERDICT_HOST);
	event_make(&made, &mark);
	add_checks(checks, 2, 0);
	((struct sot_check *)(made.bytes + made.ev.checks.off))[1].outcome = 0;
	decode_made();
	assert_int_equal(rec.privilege.checks_count, 1);
	assert_int_equal(rec.privilege.checks_more, 1);
}

/* Sizes that do not fit each other are refused: nothing is read that is not there. */
static void malformed(void **state)
{
	static const struct sot_check checks[2] = { ADMIN_AT(0, 0, SEEN), ADMIN_AT(0, 0, SEEN) };

	(void)state;
	event_make(&made, &mark);
	add_checks(checks, 2, 3);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), -EBADMSG);
	made.ev.checks_made = 2;
	decode_made();
	made.ev.checks.off += 2;
	made.ev.size += 4;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), -EBADMSG);
	made.ev.checks.off -= 2;
	made.ev.checks.len -= 1;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), -EBADMSG);
	made.ev.checks.len += 1;
	made.ev.checks.off = sizeof(made.ev) - 8;
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), -EBADMSG);
}

static void disagreements(void **state)
{
	static const struct {
		const char *name;
		const struct call *call;
		struct sot_check check;
		size_t count;
		int ret;
		uint64_t caps, set, clear;
		const char *part; /* of the sentence; NULL: they agree */
	} rows[] = {
		{ "as it should be", &mark, ADMIN_AT(0, 0, GRANTED), 1, 0, NET_ADMIN, 0, 0, NULL },
		{ "denied rightly", &mark, ADMIN_AT(0, 0, SEEN), 1, -EPERM, 0, 0, 0, NULL },
		{ "another asked for", &sndbufforce, RAW_AT(0, 0, GRANTED), 1, 0, NET_ADMIN, 0, 0,
		  "does not name" },
		{ "any asked for", &reuseaddr, RAW_AT(0, 0, SEEN), 1, 0, 0, 0, 0, "does not name" },
		{ "of what is only read", &get_only, ADMIN_AT(0, 0, SEEN), 1, -EPERM, 0, 0, 0,
		  NULL },
		{ "a probe", &reuseaddr, RAW_AT(0, 0, SEEN | SOT_CHECK_UNAUDITED), 1, 0, 0, 0, 0,
		  NULL },
		{ "another's", &reuseaddr, RAW_AT(0, 0, SEEN | SOT_CHECK_OF_ANOTHER), 1, 0, 0, 0, 0,
		  NULL },
		{ "none asked for", &sndbufforce, { 0 }, 0, 0, NET_ADMIN, 0, 0, "always needed" },
		{ "none, and it failed", &sndbufforce, { 0 }, 0, -EINVAL, NET_ADMIN, 0, 0, NULL },
		{ "none, no return", &sndbufforce, { 0 }, 0, 0, NET_ADMIN, 0, SOT_HAVE_RET, NULL },
		{ "none, rewritten",
		  &sndbufforce,
		  { 0 },
		  0,
		  0,
		  NET_ADMIN,
		  SOT_HAVE_FILTER,
		  0,
		  NULL },
		{ "granted, not held", &mark, ADMIN_AT(0, 0, GRANTED), 1, 0, 0, 0, 0,
		  "was granted" },
		{ "denied, held", &mark, ADMIN_AT(0, 0, SEEN), 1, -EPERM, NET_ADMIN, 0, 0,
		  "was denied" },
		{ "overruled", &mark, ADMIN_AT(0, 0, SEEN | SOT_CHECK_OVERRULED), 1, -EPERM,
		  NET_ADMIN, 0, 0, NULL },
	};
	const char *said;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		event_make(&made, rows[i].call);
		add_checks(&rows[i].check, rows[i].count, 0);
		made.ev.ret = rows[i].ret;
		made.ev.cap_effective = rows[i].caps;
		made.ev.have = (made.ev.have | rows[i].set) & ~rows[i].clear;
		decode_made();
		said = rec.privilege.disagreement;
		assert_row(rows[i].part ? said && strstr(said, rows[i].part) : !said, rows[i].name,
			   "said: %s", said ? said : "nothing");
	}
}

/* Nobody's authority is asked for: the helper of BPF programs makes no such checks. */
static void program(void **state)
{
	(void)state;
	event_make(&made, &mark);
	made.ev.abi = SOT_ABI_BPF;
	made.ev.cap_effective = NET_ADMIN;
	decode_made();
	assert_int_equal(rec.privilege.held, SOT_UNKNOWN);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(required),	 cmocka_unit_test(required_by_release),
		cmocka_unit_test(held),		 cmocka_unit_test(program),
		cmocka_unit_test(verdicts),	 cmocka_unit_test(granted_by_cap_capable),
		cmocka_unit_test(counts),	 cmocka_unit_test(malformed),
		cmocka_unit_test(disagreements),
	};

	return cmocka_run_group_tests_name("privilege", tests, NULL, NULL);
}
