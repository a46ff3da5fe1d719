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
		cmocka_unit_test(required),
		cmocka_unit_test(held),
		cmocka_unit_test(program),
	};

	return cmocka_run_group_tests_name("privilege", tests, NULL, NULL);
}
