/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel holds, against what was asked for: one row a rule, and its near misses. */
#include "unit.h"

#include "effect.h"
#include "make_event.h"
#include "record.h"

#define S 1000000000ULL
#define FOREVER UINT64_MAX
#define HELD(_effect, ...)            \
	&(const struct made_state)    \
	{                             \
		SOT_EFFECT_##_effect, \
		{                     \
			__VA_ARGS__   \
		}                     \
	}
#define HELD_NAME(_effect, _name)                     \
	&(const struct made_state)                    \
	{                                             \
		SOT_EFFECT_##_effect, .name = (_name) \
	}
#define HELD_NOTHING(_effect)                            \
	&(const struct made_state)                       \
	{                                                \
		SOT_EFFECT_##_effect, .is_nothing = true \
	}
#define OPT(_socket, _level, _optname) .socket = _socket, .level = _level, .optname = _optname
#define TIME(_sec, _usec) .value = (const int64_t[]){ _sec, _usec }, .value_len = 16
#define LINGERING(_on, _sec) .value = (const int32_t[]){ _on, _sec }, .value_len = 8

static const struct {
	struct call call;
	bool agrees;
	const char *text; /* of what the kernel holds */
} rows[] = {
	{ { "a boolean is any number", OPT(TCP4, 1, 2), VALUE_INT(7),
	    .state = HELD(SOL_SOCKET_SO_REUSEADDR, 1) },
	  true,
	  "on" },
	{ { "off is not on", OPT(TCP4, 1, 2), VALUE_INT(0),
	    .state = HELD(SOL_SOCKET_SO_REUSEADDR, 1) },
	  false,
	  "on" },
	{ { "the same 32 bits", OPT(UDP4, 1, 36), VALUE_INT(-2),
	    .state = HELD(SOL_SOCKET_SO_MARK, 0xfffffffe) },
	  true,
	  "0xfffffffe" },
	{ { "another mark", OPT(UDP4, 1, 36), VALUE_INT(2), .state = HELD(SOL_SOCKET_SO_MARK, 3) },
	  false,
	  "0x3" },
	{ { "a field of 16 bits, signed", OPT(TCP4, 0, 2), VALUE_INT(-1),
	    .state = HELD(SOL_IP_IP_TTL, UINT64_MAX) },
	  true,
	  "-1" },

	{ { "buffer, doubled", OPT(TCP4, 1, 8), VALUE_INT(50000),
	    .state = HELD(SOL_SOCKET_SO_RCVBUF, 100000) },
	  true,
	  "100000" },
	{ { "buffer, capped by the system", OPT(TCP4, 1, 8), VALUE_INT(50000),
	    .state = HELD(SOL_SOCKET_SO_RCVBUF, 20000) },
	  true,
	  "20000" },
	{ { "buffer, raised to the least", OPT(TCP4, 1, 8), VALUE_INT(0),
	    .state = HELD(SOL_SOCKET_SO_RCVBUF, 2304) },
	  true,
	  "2304" },
	{ { "buffer, negative: the most", OPT(TCP4, 1, 8), VALUE_INT(-1),
	    .state = HELD(SOL_SOCKET_SO_RCVBUF, 425984) },
	  true,
	  "425984" },
	{ { "buffer, more than doubled", OPT(TCP4, 1, 8), VALUE_INT(50000),
	    .state = HELD(SOL_SOCKET_SO_RCVBUF, 100001) },
	  false,
	  "100001" },
	{ { "forced buffer, doubled", OPT(TCP4, 1, 33), VALUE_INT(50000),
	    .state = HELD(SOL_SOCKET_SO_RCVBUFFORCE, 100000) },
	  true,
	  "100000" },
	{ { "forced buffer, not capped", OPT(TCP4, 1, 33), VALUE_INT(50000),
	    .state = HELD(SOL_SOCKET_SO_RCVBUFFORCE, 99999) },
	  false,
	  "99999" },
	{ { "forced buffer, negative: the least", OPT(TCP4, 1, 33), VALUE_INT(-1),
	    .state = HELD(SOL_SOCKET_SO_RCVBUFFORCE, 2304) },
	  true,
	  "2304" },
	{ { "forced buffer, negative: not the most", OPT(TCP4, 1, 33), VALUE_INT(-1),
	    .state = HELD(SOL_SOCKET_SO_RCVBUFFORCE, 425984) },
	  false,
	  "425984" },
	{ { "forced buffer, the most", OPT(TCP4, 1, 33), VALUE_INT(INT32_MAX),
	    .state = HELD(SOL_SOCKET_SO_RCVBUFFORCE, INT32_MAX - 1) },
	  true,
	  "2147483646" },

	{ { "linger", OPT(TCP4, 1, 13), LINGERING(1, 5),
	    .state = HELD(SOL_SOCKET_SO_LINGER, 1, 5 * S) },
	  true,
	  "{on, 5s}" },
	{ { "linger, other time", OPT(TCP4, 1, 13), LINGERING(1, 5),
	    .state = HELD(SOL_SOCKET_SO_LINGER, 1, 6 * S) },
	  false,
	  "{on, 6s}" },
	{ { "linger, not on", OPT(TCP4, 1, 13), LINGERING(1, 5),
	    .state = HELD(SOL_SOCKET_SO_LINGER, 0, 5 * S) },
	  false,
	  "{off, 5s}" },
	{ { "linger off, the time is left as it was", OPT(TCP4, 1, 13), LINGERING(0, 5),
	    .state = HELD(SOL_SOCKET_SO_LINGER, 0, 77 * S) },
	  true,
	  "{off, 77s}" },
	{ { "linger on, only half of it known", OPT(TCP4, 1, 13), .value = "\1\0\0\0",
	    .value_len = 4, OPTLEN(8), .state = HELD(SOL_SOCKET_SO_LINGER, 0, 77 * S) },
	  true,
	  "{off, 77s}" },

	{ { "time, rounded up", OPT(TCP4, 1, 20), TIME(2, 1),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 2 * S + 10000000) },
	  true,
	  "2.01s" },
	{ { "time, not rounded down", OPT(TCP4, 1, 20), TIME(2, 1),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 2 * S) },
	  false,
	  "2s" },
	{ { "time, rounded too far", OPT(TCP4, 1, 20), TIME(2, 0),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 2 * S + 10000001) },
	  false,
	  "2.01s" },
	{ { "no time is for ever", OPT(TCP4, 1, 20), TIME(0, 0),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, FOREVER) },
	  true,
	  "0s" },
	{ { "no time is not none", OPT(TCP4, 1, 20), TIME(0, 0),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 0) },
	  false,
	  "0s" },
	{ { "some time is not for ever", OPT(TCP4, 1, 20), TIME(0, 5),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, FOREVER) },
	  false,
	  "0s" },
	{ { "too much time is for ever", OPT(TCP4, 1, 20), TIME(INT64_MAX, 0),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, FOREVER) },
	  true,
	  "0s" },
	{ { "negative time is none", OPT(TCP4, 1, 20), TIME(-1, 0),
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 0) },
	  true,
	  "0s" },
	{ { "time of a 32-bit caller", OPT(TCP4, 1, 20), .abi = SOT_ABI_I386,
	    .value = (const int32_t[]){ 5, 0 }, .value_len = 8,
	    .state = HELD(SOL_SOCKET_SO_RCVTIMEO, 5 * S) },
	  true,
	  "5s" },

	{ { "seconds", OPT(TCP4, 6, 4), VALUE_INT(60),
	    .state = HELD(SOL_TCP_TCP_KEEPIDLE, 60 * S) },
	  true,
	  "60s" },
	{ { "other seconds", OPT(TCP4, 6, 4), VALUE_INT(60),
	    .state = HELD(SOL_TCP_TCP_KEEPIDLE, 7200 * S) },
	  false,
	  "7200s" },

	{ { "type of service, without the kernel's two bits", OPT(TCP4, 0, 1), VALUE_INT(0xbb),
	    .state = HELD(SOL_IP_IP_TOS, 0xb8) },
	  true,
	  NULL },
	{ { "another type of service", OPT(TCP4, 0, 1), VALUE_INT(0xb8),
	    .state = HELD(SOL_IP_IP_TOS, 0x10) },
	  false,
	  NULL },
	{ { "traffic class, the default", OPT(TCP6, 41, 67), VALUE_INT(-1),
	    .state = HELD(SOL_IPV6_IPV6_TCLASS, 0) },
	  true,
	  NULL },
	{ { "traffic class -1 is not all ones", OPT(TCP6, 41, 67), VALUE_INT(-1),
	    .state = HELD(SOL_IPV6_IPV6_TCLASS, 0xfc) },
	  false,
	  NULL },
	{ { "type of service -1 is all ones", OPT(TCP4, 0, 1), VALUE_INT(-1),
	    .state = HELD(SOL_IP_IP_TOS, 0xfc) },
	  true,
	  NULL },
	{ { "interface in network order", OPT(UDP4, 0, 50), VALUE("\0\0\0\3"),
	    .state = HELD(SOL_IP_IP_UNICAST_IF, 3) },
	  true,
	  "ifindex 3" },
	{ { "another interface", OPT(UDP4, 0, 50), VALUE("\3\0\0\0"),
	    .state = HELD(SOL_IP_IP_UNICAST_IF, 3) },
	  false,
	  "ifindex 3" },
	{ { "repair off without probe", OPT(TCP4, 6, 19), VALUE_INT(-1),
	    .state = HELD(SOL_TCP_TCP_REPAIR, 0) },
	  true,
	  "TCP_REPAIR_OFF" },
	{ { "repair still on", OPT(TCP4, 6, 19), VALUE_INT(0),
	    .state = HELD(SOL_TCP_TCP_REPAIR, 1) },
	  false,
	  "TCP_REPAIR_ON" },

	{ { "a device", OPT(TCP4, 1, 25), VALUE("eth0\0"),
	    .state = HELD(SOL_SOCKET_SO_BINDTODEVICE, 2) },
	  true,
	  "2" },
	{ { "no device", OPT(TCP4, 1, 25), VALUE("\0"),
	    .state = HELD(SOL_SOCKET_SO_BINDTODEVICE, 2) },
	  false,
	  "2" },
	{ { "a device, none held", OPT(TCP4, 1, 25), VALUE("eth0"),
	    .state = HELD(SOL_SOCKET_SO_BINDTODEVICE, 0) },
	  false,
	  "0" },
	{ { "a name with what follows its end", OPT(TCP4, 6, 13), VALUE("reno\0xyz"),
	    .state = HELD_NAME(SOL_TCP_TCP_CONGESTION, "reno") },
	  true,
	  "\"reno\"" },
	{ { "another name", OPT(TCP4, 6, 13), VALUE("reno"),
	    .state = HELD_NAME(SOL_TCP_TCP_CONGESTION, "renow") },
	  false,
	  "\"renow\"" },
	{ { "a name of which a part was captured", OPT(TCP4, 6, 13), VALUE("re"), OPTLEN(4),
	    .state = HELD_NAME(SOL_TCP_TCP_CONGESTION, "reno") },
	  true,
	  "\"reno\"" },
	{ { "a part of another name", OPT(TCP4, 6, 13), VALUE("cu"), OPTLEN(5),
	    .state = HELD_NAME(SOL_TCP_TCP_CONGESTION, "reno") },
	  false,
	  "\"reno\"" },
	{ { "no name", OPT(TCP4, 6, 31), VALUE("tls"), .state = HELD_NOTHING(SOL_TCP_TCP_ULP) },
	  false,
	  "\"\"" },

	{ { "a filter", OPT(PACKET_RAW, 1, 26), VALUE("\2\0\0\0\0\0\0\0\0\20\0\0\0\0\0\0"),
	    .state = HELD(SOL_SOCKET_SO_ATTACH_FILTER, 2) },
	  true,
	  "{len=2}" },
	{ { "another filter", OPT(PACKET_RAW, 1, 26), VALUE("\2\0\0\0\0\0\0\0\0\20\0\0\0\0\0\0"),
	    .state = HELD(SOL_SOCKET_SO_ATTACH_FILTER, 3) },
	  false,
	  "{len=3}" },
	{ { "a ring", OPT(PACKET_RAW, 263, 5), VALUE("\0\20\0\0\3\0\0\0\0\10\0\0\6\0\0\0"),
	    .state = HELD(SOL_PACKET_PACKET_RX_RING, 3) },
	  true,
	  "{tp_block_nr=3}" },
	{ { "another ring", OPT(PACKET_RAW, 263, 5), VALUE("\0\20\0\0\3\0\0\0\0\10\0\0\6\0\0\0"),
	    .state = HELD(SOL_PACKET_PACKET_RX_RING, 0) },
	  false,
	  "{tp_block_nr=0}" },
};

static struct sot_record rec;
static union made_event made;

static void decode(const struct call *call)
{
	event_make(&made, call);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
}

static void table(void **state)
{
	char storage[256];
	struct sot_buf text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		decode(&rows[i].call);
		assert_row(sot_effect_known(&rec), rows[i].call.name, "not known");
		assert_row(sot_effect_mismatch(&rec) == !rows[i].agrees, rows[i].call.name,
			   "agrees is not %d", rows[i].agrees);
		sot_buf_init(&text, storage, sizeof(storage));
		sot_effect_text(&rec, &text);
		assert_row(!rows[i].text || !strcmp(buf_text(&text), rows[i].text),
			   rows[i].call.name, "text is %s", buf_text(&text));
	}
}

/* A rule without a call that agrees and one that does not is not tested. */
static void every_form_has_rows(void **state)
{
	bool agrees[SOT_FORM_COUNT] = { 0 }, differs[SOT_FORM_COUNT] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		bool *list = rows[i].agrees ? agrees : differs;

		list[sot_effects[rows[i].call.state->effect].form] = true;
	}
	for (i = 0; i < SOT_FORM_COUNT; i++) {
		assert_row(agrees[i], "a form", "number %zu has no row that agrees", i);
		assert_row(differs[i], "a form", "number %zu has no row that differs", i);
	}
}

/* A state that some other socket or option has is none. */
static const struct call foreign_calls[] = {
	{ "multipath TCP", OPT(MPTCP4, 1, 2), VALUE_INT(1),
	  .state = HELD(SOL_SOCKET_SO_REUSEADDR, 1) },
	{ "no socket", OPT(BAD_FD, 1, 2), VALUE_INT(1), .state = HELD(SOL_SOCKET_SO_REUSEADDR, 1) },
	{ "TCP's on UDP", OPT(UDP4, 6, 1), VALUE_INT(1), .state = HELD(SOL_TCP_TCP_NODELAY, 1) },
	{ "another option", OPT(TCP4, 1, 9), VALUE_INT(1),
	  .state = HELD(SOL_SOCKET_SO_REUSEADDR, 1) },
	{ "no such effect", OPT(TCP4, 1, 2), VALUE_INT(1),
	  .state = &(const struct made_state){ SOT_EFFECT_COUNT, { 1 } } },
	{ "no effect", OPT(TCP4, 1, 2), VALUE_INT(1), .set = SOT_HAVE_EFFECTIVE },
};

static void foreign(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(foreign_calls); i++) {
		decode(&foreign_calls[i]);
		assert_row(!sot_effect_known(&rec), foreign_calls[i].name, "known");
		assert_row(!sot_effect_mismatch(&rec), foreign_calls[i].name, "accused");
	}
}

/* The tables agree: every row has a root, a place, and an option that can be set. */
static void rows_are_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SOT_EFFECT_COUNT; i++) {
		const struct sot_option *opt = &sot_options[sot_effects[i].option];

		assert_row(sot_effects[i].place[0], opt->name, "has no place");
		assert_row(sot_effect_roots[sot_effects[i].root], opt->name, "has no root");
		assert_row(!(opt->flags & (SOT_OPT_GET_ONLY | SOT_OPT_SECRET)), opt->name,
			   "is not to be set, or not to be shown");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(every_form_has_rows),
		cmocka_unit_test(foreign),
		cmocka_unit_test(rows_are_whole),
	};

	return cmocka_run_group_tests_name("effect", tests, NULL, NULL);
}
