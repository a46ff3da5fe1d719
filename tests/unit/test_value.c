/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decoding values. Each case gives bytes and says what must come of them, as JSON and as
 * text; data always end where an allocation ends, so that a byte too far is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue.h"
#include "value_types.h"

static struct sot_value value;
static struct sot_decode_options options;
static uint32_t socket_net_ns;

static const struct sot_option *option_named(const char *name)
{
	size_t i;

	for (i = 0; i < sot_options_count; i++)
		if (!strcmp(sot_options[i].name, name))
			return &sot_options[i];
	fail_msg("%s is not in the catalogue", name);
	return NULL;
}

/* The bytes in an allocation of just their size. */
static uint8_t *exactly(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

/* Spaces set off; 2 digits a byte. */
static size_t from_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t len = 0;
	unsigned int byte;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		assert_true(len < size);
		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		bytes[len++] = (uint8_t)byte;
		hex += 2;
	}
	return len;
}

/* A plain writer of the tree as JSON, strings unescaped: for comparing only. */
static void to_json(const struct sot_value *v, char *buf, size_t size)
{
	bool array[SOT_VALUE_NODES], first = true;
	unsigned int depth = 0, i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < v->count; i++) {
		const struct sot_node *node = &v->node[i];

		if (node->kind == SOT_NODE_END) {
			assert_true(depth > 0);
			depth--;
			len += (size_t)snprintf(buf + len, size - len, "%c",
						array[depth] ? ']' : '}');
			first = false;
			continue;
		}
		if (!first)
			len += (size_t)snprintf(buf + len, size - len, ",");
		if (depth && !array[depth - 1]) {
			assert_non_null(node->key);
			len += (size_t)snprintf(buf + len, size - len, "%s:", node->key);
		}
		first = false;
		if (node->kind == SOT_NODE_INT)
			len += (size_t)snprintf(buf + len, size - len, "%lld",
						(long long)node->num);
		else if (node->kind == SOT_NODE_UINT)
			len += (size_t)snprintf(buf + len, size - len, "%llu",
						(unsigned long long)node->num);
		else if (node->kind == SOT_NODE_NULL)
			len += (size_t)snprintf(buf + len, size - len, "null");
		else if (node->kind == SOT_NODE_STRING || node->kind == SOT_NODE_SYMBOL)
			len += (size_t)snprintf(buf + len, size - len, "'%.*s'", (int)node->len,
						node->str);
		else {
			array[depth] = node->kind == SOT_NODE_ARRAY;
			len += (size_t)snprintf(buf + len, size - len, "%c",
						array[depth++] ? '[' : '{');
			first = true;
		}
		assert_true(len < size);
	}
	assert_int_equal(depth, 0);
}

enum { NATIVE, COMPAT };
enum { FINE, REFUSED };

struct value_case {
	const char *option;
	int abi;
	const char *hex;
	int optlen;	  /* 0: as many as there are bytes */
	const char *json; /* NULL: nothing can be decoded */
	const char *text;
	int range;
	enum sot_behind behind;
	const char *filter; /* hex */
	uint32_t prog_id;
	const char *prog_name; /* SOT_PROG_NAME_LEN bytes */
};

static void check_case(const struct value_case *c)
{
	struct sot_decoding d = { .opt = option_named(c->option),
				  .compat = c->abi == COMPAT,
				  .value = &value,
				  .net_ns = socket_net_ns,
				  .options = &options };
	uint8_t bytes[1024], *data, *filter;
	char json[4096], text[2048];
	bool decoded;

	d.len = from_hex(c->hex, bytes, sizeof(bytes));
	d.optlen = c->optlen ? c->optlen : (int32_t)d.len;
	d.data = data = exactly(bytes, d.len);
	d.beyond.kind = c->behind;
	d.beyond.prog_id = c->prog_id;
	d.beyond.prog_name = c->prog_name;
	d.beyond.cbpf_len = from_hex(c->filter ? c->filter : "", bytes, sizeof(bytes));
	d.beyond.cbpf = filter = exactly(bytes, d.beyond.cbpf_len);
	decoded = sot_decode_value(&d);
	free(filter);
	free(data); /* the value must not point into it */
	if (decoded != !!c->json)
		fail_msg("%s of %s: %s", c->option, c->hex, decoded ? "decoded" : "not decoded");
	if (!decoded)
		return;
	to_json(&value, json, sizeof(json));
	sot_value_text(&value, text, sizeof(text));
	if (strcmp(json, c->json) || strcmp(text, c->text) ||
	    d.out_of_range != (c->range == REFUSED))
		fail_msg("%s of %s: json %s, text %s%s; not json %s, text %s%s", c->option, c->hex,
			 json, text, d.out_of_range ? " (refused)" : "", c->json, c->text,
			 c->range == REFUSED ? " (refused)" : "");
}

#define CHECK_CASES(_cases)                                                   \
	do {                                                                  \
		size_t _i;                                                    \
		(void)state;                                                  \
		for (_i = 0; _i < sizeof(_cases) / sizeof((_cases)[0]); _i++) \
			check_case(&(_cases)[_i]);                            \
	} while (0)

static void test_numbers(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_SNDBUF", NATIVE, "00100000", 0, "4096", "4096", FINE },
		{ "SO_SNDBUF", NATIVE, "ffffffff", 0, "-1", "-1", FINE },
		{ "SO_SNDBUF", NATIVE, "00100000 ffff", 0, "4096", "4096", FINE },
		{ "SO_SNDBUF", NATIVE, "001000", 0, NULL, NULL, FINE },
		{ "SO_SNDBUF", NATIVE, "00", 0, NULL, NULL, FINE },
		{ "SO_SNDBUF", NATIVE, "", 0, NULL, NULL, FINE },
		{ "SO_SNDBUF", NATIVE, "0010", 4, NULL, NULL, FINE },
		{ "TCP_QUEUE_SEQ", NATIVE, "ffffffff", 0, "4294967295", "4294967295", FINE },
		{ "SO_MARK", NATIVE, "2a000080", 0, "2147483690", "0x8000002a", FINE },
		{ "SO_KEEPALIVE", NATIVE, "00000000", 0, "0", "off", FINE },
		{ "SO_KEEPALIVE", NATIVE, "01000000", 0, "1", "on", FINE },
		{ "SO_KEEPALIVE", NATIVE, "02000000", 0, "2", "on (2)", FINE },
		{ "SO_KEEPALIVE", NATIVE, "ffffffff", 0, "-1", "on (-1)", FINE },
		{ "SO_ZEROCOPY", NATIVE, "02000000", 0, "2", "on (2)", REFUSED },
		{ "TCP_MAXSEG", NATIVE, "57000000", 0, "87", "87", REFUSED },
		{ "TCP_MAXSEG", NATIVE, "58000000", 0, "88", "88", FINE },
		{ "TCP_MAXSEG", NATIVE, "00000000", 0, "0", "0", FINE },
		{ "TCP_MAXSEG", NATIVE, "ff7f0000", 0, "32767", "32767", FINE },
		{ "TCP_MAXSEG", NATIVE, "00800000", 0, "32768", "32768", REFUSED },
		{ "TCP_KEEPIDLE", NATIVE, "3c000000", 0, "60", "60s", FINE },
		{ "TCP_KEEPIDLE", NATIVE, "00000000", 0, "0", "0s", REFUSED },
		{ "TCP_LINGER2", NATIVE, "ffffffff", 0, "-1", "-1", FINE },
		{ "TCP_USER_TIMEOUT", NATIVE, "88130000", 0, "5000", "5s", FINE },
		{ "TCP_USER_TIMEOUT", NATIVE, "dc050000", 0, "1500", "1.5s", FINE },
		{ "TCP_USER_TIMEOUT", NATIVE, "c8000000", 0, "200", "200ms", FINE },
		{ "TCP_USER_TIMEOUT", NATIVE, "ffffffff", 0, "-1", "-1", REFUSED },
		{ "SO_BUSY_POLL", NATIVE, "32000000", 0, "50", "50us", FINE },
		{ "SO_BUSY_POLL", NATIVE, "dc050000", 0, "1500", "1.5ms", FINE },
		{ "SO_BINDTOIFINDEX", NATIVE, "02000000", 0, "2", "ifindex 2", FINE },
		{ "SO_BINDTOIFINDEX", NATIVE, "ffffffff", 0, "-1", "ifindex -1", REFUSED },
		{ "IP_UNICAST_IF", NATIVE, "00000002", 0, "2", "ifindex 2", FINE },
		{ "SO_ATTACH_BPF", NATIVE, "05000000", 0, "{fd:5,prog_id:null,prog_name:null}",
		  "fd 5", FINE },
		{ "IP_MTU_DISCOVER", NATIVE, "02000000", 0, "2", "IP_PMTUDISC_DO", FINE },
		{ "IP_MTU_DISCOVER", NATIVE, "06000000", 0, "6", "6", REFUSED },
		{ "TCP_REPAIR", NATIVE, "ffffffff", 0, "-1", "TCP_REPAIR_OFF_NO_WP", FINE },
		{ "SO_BUF_LOCK", NATIVE, "03000000", 0, "3", "SOCK_SNDBUF_LOCK|SOCK_RCVBUF_LOCK",
		  FINE },
		{ "SO_BUF_LOCK", NATIVE, "00000000", 0, "0", "0", FINE },
		{ "IPV6_ADDR_PREFERENCES", NATIVE, "41000000", 0, "65", "IPV6_PREFER_SRC_TMP|0x40",
		  FINE },
		{ "IPV6_ADDR_PREFERENCES", NATIVE, "40000000", 0, "64", "0x40", FINE },
		{ "SO_MAX_PACING_RATE", NATIVE, "40420f00", 0, "1000000", "1000000", FINE },
		{ "SO_MAX_PACING_RATE", NATIVE, "ffffffff", 0, "4294967295", "unlimited", FINE },
		{ "SO_MAX_PACING_RATE", NATIVE, "0000000001000000", 0, "4294967296", "4294967296",
		  FINE },
		{ "SO_MAX_PACING_RATE", NATIVE, "ffffffffffffffff", 0, "18446744073709551615",
		  "unlimited", FINE },
		{ "SO_MAX_PACING_RATE", NATIVE, "00000000010000", 8, NULL, NULL, FINE },
		{ "IP_LOCAL_PORT_RANGE", NATIVE, "409c50c3", 0, "{low:40000,high:50000}",
		  "40000-50000", FINE },
		{ "IP_LOCAL_PORT_RANGE", NATIVE, "50c3409c", 0, "{low:50000,high:40000}",
		  "50000-40000", REFUSED },
		{ "IP_LOCAL_PORT_RANGE", NATIVE, "50c30000", 0, "{low:50000,high:0}", "50000-0",
		  FINE },
		{ "IP_LOCAL_PORT_RANGE", NATIVE, "50c300", 0, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

/* An option of SOL_IP takes a single byte; some of SOL_IPV6 take what is short for 0. */
static void test_short_numbers(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_TTL", NATIVE, "40000000", 0, "64", "64", FINE },
		{ "IP_TTL", NATIVE, "40", 0, "64", "64", FINE },
		{ "IP_TTL", NATIVE, "ff", 0, "255", "255", FINE },
		{ "IP_TTL", NATIVE, "00", 0, "0", "0", REFUSED },
		{ "IP_TTL", NATIVE, "40ffff", 0, "64", "64", FINE },
		{ "IP_TTL", NATIVE, "ffffffff", 0, "-1", "-1", FINE },
		{ "IP_TTL", NATIVE, "feffffff", 0, "-2", "-2", REFUSED },
		{ "IP_TTL", NATIVE, "00010000", 0, "256", "256", REFUSED },
		{ "IP_TTL", NATIVE, "4000", 4, NULL, NULL, FINE },
		{ "IP_PKTINFO", NATIVE, "01", 0, "1", "on", FINE },
		{ "IPV6_DONTFRAG", NATIVE, "01000000", 0, "1", "on", FINE },
		{ "IPV6_DONTFRAG", NATIVE, "01", 0, "0", "off", FINE },
		{ "IPV6_RECVERR", NATIVE, "01", 0, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

static void test_type_of_service(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_TOS", NATIVE, "10000000", 0, "16", "0x10 (lowdelay)", FINE },
		{ "IP_TOS", NATIVE, "b8", 0, "184", "0xb8 (EF)", FINE },
		{ "IP_TOS", NATIVE, "28", 0, "40", "0x28 (AF11)", FINE },
		{ "IP_TOS", NATIVE, "98", 0, "152", "0x98 (AF43)", FINE },
		{ "IP_TOS", NATIVE, "c0", 0, "192", "0xc0 (CS6)", FINE },
		{ "IP_TOS", NATIVE, "ba", 0, "186", "0xba (EF, ECT(0))", FINE },
		{ "IP_TOS", NATIVE, "03", 0, "3", "0x03 (CE)", FINE },
		{ "IP_TOS", NATIVE, "00", 0, "0", "0x00", FINE },
		{ "IP_TOS", NATIVE, "0c", 0, "12", "0x0c", FINE },
		{ "IP_TOS", NATIVE, "00010000", 0, "256", "256", FINE },
		{ "IPV6_TCLASS", NATIVE, "ffffffff", 0, "-1", "-1", FINE },
		{ "IPV6_TCLASS", NATIVE, "00010000", 0, "256", "256", REFUSED },
	};

	CHECK_CASES(cases);
}

static void test_times(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_RCVTIMEO", NATIVE, "0500000000000000 0000000000000000", 0,
		  "{tv_sec:5,tv_usec:0}", "5s", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0100000000000000 20a1070000000000", 0,
		  "{tv_sec:1,tv_usec:500000}", "1.5s", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 400d030000000000", 0,
		  "{tv_sec:0,tv_usec:200000}", "200ms", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 0100000000000000", 0,
		  "{tv_sec:0,tv_usec:1}", "1us", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 ec03000000000000", 0,
		  "{tv_sec:0,tv_usec:1004}", "1.004ms", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0300000000000000 0a00000000000000", 0,
		  "{tv_sec:3,tv_usec:10}", "3.00001s", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 0000000000000000", 0,
		  "{tv_sec:0,tv_usec:0}", "0s", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 40420f0000000000", 0,
		  "{tv_sec:0,tv_usec:1000000}", "{tv_sec=0, tv_usec=1000000}", REFUSED },
		{ "SO_RCVTIMEO", NATIVE, "0000000000000000 ffffffffffffffff", 0,
		  "{tv_sec:0,tv_usec:-1}", "{tv_sec=0, tv_usec=-1}", REFUSED },
		{ "SO_RCVTIMEO", NATIVE, "ffffffffffffffff 0000000000000000", 0,
		  "{tv_sec:-1,tv_usec:0}", "{tv_sec=-1, tv_usec=0}", FINE },
		{ "SO_RCVTIMEO", NATIVE, "ffffffffffffff7f 3f420f0000000000", 0,
		  "{tv_sec:9223372036854775807,tv_usec:999999}", "9223372036854775807.999999s",
		  FINE },
		{ "SO_RCVTIMEO", NATIVE, "0500000000000000 0000000000000000 ff", 0,
		  "{tv_sec:5,tv_usec:0}", "5s", FINE },
		{ "SO_RCVTIMEO", NATIVE, "0500000000000000 00000000000000", 0, "{tv_sec:5}",
		  "{tv_sec=5, ...}", FINE },
		{ "SO_RCVTIMEO", NATIVE, "05000000", 0, NULL, NULL, FINE },
		{ "SO_RCVTIMEO", COMPAT, "05000000 20a10700", 0, "{tv_sec:5,tv_usec:500000}",
		  "5.5s", FINE },
		{ "SO_RCVTIMEO", COMPAT, "ffffffff ffffffff", 0, "{tv_sec:-1,tv_usec:-1}",
		  "{tv_sec=-1, tv_usec=-1}", REFUSED },
		{ "SO_RCVTIMEO", COMPAT, "05000000 20a107", 0, "{tv_sec:5}", "{tv_sec=5, ...}",
		  FINE },
		{ "SO_SNDTIMEO_NEW", COMPAT, "0500000000000000 20a1070000000000", 0,
		  "{tv_sec:5,tv_usec:500000}", "5.5s", FINE },
	};

	CHECK_CASES(cases);
}

static void test_socket_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_LINGER", NATIVE, "01000000 05000000", 0, "{l_onoff:1,l_linger:5}", "{on, 5s}",
		  FINE },
		{ "SO_LINGER", NATIVE, "00000000 ffffffff", 0, "{l_onoff:0,l_linger:-1}",
		  "{off, -1}", FINE },
		{ "SO_LINGER", NATIVE, "01000000 05000000 00", 0, "{l_onoff:1,l_linger:5}",
		  "{on, 5s}", FINE },
		{ "SO_LINGER", NATIVE, "01000000 050000", 0, "{l_onoff:1}", "{on, ...}", FINE },
		{ "SO_LINGER", NATIVE, "01000000 05", 8, "{l_onoff:1}", "{on, ...}", FINE },
		{ "SO_LINGER", NATIVE, "01", 0, NULL, NULL, FINE },
		{ "SO_ATTACH_FILTER", NATIVE, "0300 000000000000 d01122334455 0000", 0,
		  "{len:3,filter:null,filter_missing:'not captured'}",
		  "{len=3, filter=0x5544332211d0 (not captured)}", FINE },
		{ "SO_ATTACH_FILTER", NATIVE, "0000 000000000000 d01122334455 0000", 0,
		  "{len:0,filter:[]}", "{len=0, filter=[]}", REFUSED },
		{ "SO_ATTACH_FILTER", NATIVE, "0110 000000000000 d01122334455 0000", 0,
		  "{len:4097,filter:null,filter_missing:'too long'}",
		  "{len=4097, filter=0x5544332211d0 (too long)}", REFUSED },
		{ "SO_ATTACH_FILTER", NATIVE, "0300 000000000000 0000000000000000", 0,
		  "{len:3,filter:null,filter_missing:'no pointer'}", "{len=3, filter=NULL}",
		  REFUSED },
		{ "SO_ATTACH_FILTER", COMPAT, "0300 0000 00f0ff08", 0,
		  "{len:3,filter:null,filter_missing:'not captured'}",
		  "{len=3, filter=0x8fff000 (not captured)}", FINE },
		{ "SO_ATTACH_FILTER", NATIVE, "0300 0000 00f0ff08", 0, "{len:3}", "{len=3, ...}",
		  FINE },
		{ "SO_TIMESTAMPING", NATIVE, "0a000000", 0, "10",
		  "SOF_TIMESTAMPING_TX_SOFTWARE|SOF_TIMESTAMPING_RX_SOFTWARE", FINE },
		{ "SO_TIMESTAMPING", NATIVE, "00800000 03000000", 0, "{flags:32768,bind_phc:3}",
		  "{flags=SOF_TIMESTAMPING_BIND_PHC, bind_phc=3}", FINE },
		{ "SO_TIMESTAMPING", NATIVE, "00000800", 0, "524288", "0x80000", REFUSED },
		{ "SO_TIMESTAMPING", NATIVE, "00000080 00000000", 0,
		  "{flags:2147483648,bind_phc:0}", "{flags=0x80000000, bind_phc=0}", REFUSED },
		{ "SO_TIMESTAMPING", NATIVE, "0a000000 0300", 0, "10",
		  "SOF_TIMESTAMPING_TX_SOFTWARE|SOF_TIMESTAMPING_RX_SOFTWARE", FINE },
		{ "SO_TXTIME", NATIVE, "0b000000 01000000", 0, "{clockid:11,flags:1}",
		  "{clockid=CLOCK_TAI, flags=SOF_TXTIME_DEADLINE_MODE}", FINE },
		{ "SO_TXTIME", NATIVE, "fbffffff 04000000", 0, "{clockid:-5,flags:4}",
		  "{clockid=-5, flags=0x4}", REFUSED },
		{ "SO_TXTIME", NATIVE, "01000000 010000", 0, "{clockid:1}",
		  "{clockid=CLOCK_MONOTONIC, ...}", FINE },
		{ "SO_DEVMEM_DONTNEED", NATIVE, "01000000 02000000 05000000 01000000", 0,
		  "[{token_start:1,token_count:2},{token_start:5,token_count:1}]",
		  "[{token_start=1, token_count=2}, {token_start=5, token_count=1}]", FINE },
		{ "SO_DEVMEM_DONTNEED", NATIVE, "01000000 02000000 0500", 16,
		  "[{token_start:1,token_count:2}]", "[{token_start=1, token_count=2}, ...]",
		  FINE },
	};

	CHECK_CASES(cases);
}

#define MCAST "ef010203" /* 239.1.2.3 */
#define LOCAL "0a000001" /* 10.0.0.1 */
#define ZERO8 "0000000000000000"
#define ZERO16 ZERO8 ZERO8
#define ZERO112 ZERO16 ZERO16 ZERO16 ZERO16 ZERO16 ZERO16 ZERO16
/* struct sockaddr_in, sockaddr_in6, each with the rest of struct sockaddr_storage */
#define SIN "0200 1388 " MCAST " " ZERO8 ZERO112
#define SIN6                                                                                  \
	"0a00 0000 00000000 ff020000000000000000000000000001 03000000 00000000" ZERO16 ZERO16 \
		ZERO16 ZERO16 ZERO16 ZERO16
#define SIN_JSON "{sin_family:2,sin_port:5000,sin_addr:'239.1.2.3'}"
#define SIN6_JSON "{sin6_family:10,sin6_port:0,sin6_flowinfo:0,sin6_addr:'ff02::1',sin6_scope_id:3}"

#define FPROG(_len) _len " 000000000000 d01122334455 0000"
#define INSN_LDH "28000000 0c000000"
#define INSN_JEQ "15000001 00080000"
#define INSN_ALL "06000000 ffffffff"
#define INSN_NONE "06000000 00000000"

static void test_filters(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0400"), 0,
		  "{len:4,filter:['ldh [12]','jeq #0x800, 2, 3','ret #4294967295','ret #0']}",
		  "{len=4, filter=ldh [12]; jeq #0x800, 2, 3; ret #4294967295; ret #0}", FINE,
		  SOT_BEHIND_CBPF, INSN_LDH INSN_JEQ INSN_ALL INSN_NONE },
		{ "SO_ATTACH_REUSEPORT_CBPF", COMPAT, "0100 0000 00f0ff08", 0,
		  "{len:1,filter:['ret #0']}", "{len=1, filter=ret #0}", FINE, SOT_BEHIND_CBPF,
		  INSN_NONE },
		{ "PACKET_FANOUT_DATA", NATIVE, FPROG("0100"), 0, "{len:1,filter:['ret #0']}",
		  "{len=1, filter=ret #0}", FINE, SOT_BEHIND_CBPF, INSN_NONE },
		/* not all of it was captured */
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0010"), 0,
		  "{len:4096,filter:['ldh [12]','ret #0']}",
		  "{len=4096, filter=ldh [12]; ret #0, ...}", FINE, SOT_BEHIND_CBPF,
		  INSN_LDH INSN_NONE },
		/* the short text shows the first eight */
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0900"), 0,
		  "{len:9,filter:['ret #0','ret #0','ret #0','ret #0','ret #0','ret #0',"
		  "'ret #0','ret #0','ldh [12]']}",
		  "{len=9, filter=ret #0; ret #0; ret #0; ret #0; ret #0; ret #0; ret #0; "
		  "ret #0; ...}",
		  FINE, SOT_BEHIND_CBPF,
		  INSN_NONE INSN_NONE INSN_NONE INSN_NONE INSN_NONE INSN_NONE INSN_NONE INSN_NONE
			  INSN_LDH },
		/* more than the value says, half an instruction, none: of a hostile recording */
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0100"), 0, "{len:1,filter:['ret #0']}",
		  "{len=1, filter=ret #0}", FINE, SOT_BEHIND_CBPF, INSN_NONE INSN_LDH },
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0100"), 0, "{len:1,filter:[]}",
		  "{len=1, filter=[], ...}", FINE, SOT_BEHIND_CBPF, "06000000 000000" },
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0000"), 0, "{len:0,filter:[]}",
		  "{len=0, filter=[]}", REFUSED, SOT_BEHIND_CBPF, INSN_NONE },
		{ "SO_ATTACH_FILTER", NATIVE, FPROG("0300"), 0,
		  "{len:3,filter:null,filter_missing:'unreadable'}",
		  "{len=3, filter=0x5544332211d0 (unreadable)}", FINE, SOT_BEHIND_UNREADABLE,
		  NULL },
		{ "SO_ATTACH_FILTER", NATIVE, "03", 0, NULL, NULL, FINE, SOT_BEHIND_NOTHING, NULL },
	};

	CHECK_CASES(cases);
}

static void test_programs(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_ATTACH_BPF", NATIVE, "05000000", 0, "{fd:5,prog_id:17,prog_name:'my_filter'}",
		  "fd 5 (program 17 my_filter)", FINE, SOT_BEHIND_PROG, NULL, 17,
		  "my_filter\0\0\0\0\0\0" },
		{ "SO_ATTACH_REUSEPORT_EBPF", COMPAT, "05000000", 0,
		  "{fd:5,prog_id:17,prog_name:''}", "fd 5 (program 17)", FINE, SOT_BEHIND_PROG,
		  NULL, 17, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
		/* no NUL, which the kernel never leaves out */
		{ "PACKET_FANOUT_DATA", NATIVE, "ffffffff", 0,
		  "{fd:-1,prog_id:4294967295,prog_name:'0123456789abcdef'}",
		  "fd -1 (program 4294967295 0123456789abcdef)", FINE, SOT_BEHIND_PROG, NULL,
		  UINT32_MAX, "0123456789abcdefg" },
		{ "SO_ATTACH_BPF", NATIVE, "050000", 0, NULL, NULL, FINE, SOT_BEHIND_PROG, NULL, 17,
		  "x\0\0\0\0\0\0\0\0\0\0\0\0\0\0" },
	};

	CHECK_CASES(cases);
}

static void test_multicast_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_ADD_MEMBERSHIP", NATIVE, MCAST LOCAL, 0,
		  "{imr_multiaddr:'239.1.2.3',imr_interface:'10.0.0.1'}",
		  "{imr_multiaddr=239.1.2.3, imr_interface=10.0.0.1}", FINE },
		{ "IP_ADD_MEMBERSHIP", NATIVE, MCAST LOCAL "02000000", 0,
		  "{imr_multiaddr:'239.1.2.3',imr_address:'10.0.0.1',imr_ifindex:2}",
		  "{imr_multiaddr=239.1.2.3, imr_address=10.0.0.1, imr_ifindex=2}", FINE },
		{ "IP_ADD_MEMBERSHIP", NATIVE, MCAST LOCAL "020000", 0,
		  "{imr_multiaddr:'239.1.2.3',imr_interface:'10.0.0.1'}",
		  "{imr_multiaddr=239.1.2.3, imr_interface=10.0.0.1}", FINE },
		{ "IP_ADD_MEMBERSHIP", NATIVE, MCAST LOCAL "020000", 12,
		  "{imr_multiaddr:'239.1.2.3',imr_address:'10.0.0.1'}",
		  "{imr_multiaddr=239.1.2.3, imr_address=10.0.0.1, ...}", FINE },
		{ "IP_ADD_MEMBERSHIP", NATIVE, MCAST, 0, "{imr_multiaddr:'239.1.2.3'}",
		  "{imr_multiaddr=239.1.2.3, ...}", FINE },
		{ "IP_MULTICAST_IF", NATIVE, LOCAL, 0, "'10.0.0.1'", "10.0.0.1", FINE },
		{ "IP_MULTICAST_IF", NATIVE, LOCAL "0000", 0, "'10.0.0.1'", "10.0.0.1", FINE },
		{ "IP_MULTICAST_IF", NATIVE, "0a0000", 0, NULL, NULL, FINE },
		{ "IP_MULTICAST_IF", NATIVE, "00000000" LOCAL "02000000", 0,
		  "{imr_multiaddr:'0.0.0.0',imr_address:'10.0.0.1',imr_ifindex:2}",
		  "{imr_multiaddr=0.0.0.0, imr_address=10.0.0.1, imr_ifindex=2}", FINE },
		{ "IP_BLOCK_SOURCE", NATIVE, MCAST "00000000" LOCAL, 0,
		  "{imr_multiaddr:'239.1.2.3',imr_interface:'0.0.0.0',imr_sourceaddr:'10.0.0.1'}",
		  "{imr_multiaddr=239.1.2.3, imr_interface=0.0.0.0, imr_sourceaddr=10.0.0.1}",
		  FINE },
		{ "IP_MSFILTER", NATIVE, MCAST "00000000 01000000 02000000" LOCAL LOCAL, 0,
		  "{imsf_multiaddr:'239.1.2.3',imsf_interface:'0.0.0.0',imsf_fmode:1,imsf_numsrc:2,"
		  "imsf_slist:['10.0.0.1','10.0.0.1']}",
		  "{imsf_multiaddr=239.1.2.3, imsf_interface=0.0.0.0, imsf_fmode=MCAST_INCLUDE, "
		  "imsf_numsrc=2, imsf_slist=[10.0.0.1, 10.0.0.1]}",
		  FINE },
		{ "IP_MSFILTER", NATIVE, MCAST "00000000 00000000 ffffffff" LOCAL, 0,
		  "{imsf_multiaddr:'239.1.2.3',imsf_interface:'0.0.0.0',imsf_fmode:0,"
		  "imsf_numsrc:4294967295,imsf_slist:['10.0.0.1']}",
		  "{imsf_multiaddr=239.1.2.3, imsf_interface=0.0.0.0, imsf_fmode=MCAST_EXCLUDE, "
		  "imsf_numsrc=4294967295, imsf_slist=[10.0.0.1], ...}",
		  REFUSED },
		{ "IP_MSFILTER", NATIVE, MCAST "00000000 010000", 0,
		  "{imsf_multiaddr:'239.1.2.3',imsf_interface:'0.0.0.0'}",
		  "{imsf_multiaddr=239.1.2.3, imsf_interface=0.0.0.0, ...}", FINE },
		{ "MCAST_JOIN_GROUP", NATIVE, "02000000 00000000" SIN, 0,
		  "{gr_interface:2,gr_group:" SIN_JSON "}",
		  "{gr_interface=2, gr_group=239.1.2.3:5000}", FINE },
		{ "MCAST_JOIN_GROUP", COMPAT, "02000000" SIN, 0,
		  "{gr_interface:2,gr_group:" SIN_JSON "}",
		  "{gr_interface=2, gr_group=239.1.2.3:5000}", FINE },
		/* the captured part has all that the family uses */
		{ "MCAST_JOIN_GROUP", NATIVE, "02000000 00000000 02001388" MCAST, 136,
		  "{gr_interface:2,gr_group:" SIN_JSON "}",
		  "{gr_interface=2, gr_group=239.1.2.3:5000}", FINE },
		{ "MCAST_JOIN_GROUP", NATIVE, "02000000 00000000 02001388 ef0102", 136,
		  "{gr_interface:2}", "{gr_interface=2, ...}", FINE },
		{ "MCAST_JOIN_GROUP", NATIVE, "02000000 00000000 4d00", 136,
		  "{gr_interface:2,gr_group:{ss_family:77}}",
		  "{gr_interface=2, gr_group=family 77}", FINE },
		{ "MCAST_JOIN_SOURCE_GROUP", NATIVE, "02000000 00000000" SIN6 SIN, 0,
		  "{gsr_interface:2,gsr_group:" SIN6_JSON ",gsr_source:" SIN_JSON "}",
		  "{gsr_interface=2, gsr_group=ff02::1%3, gsr_source=239.1.2.3:5000}", FINE },
		{ "MCAST_JOIN_SOURCE_GROUP", COMPAT, "02000000" SIN6 SIN, 0,
		  "{gsr_interface:2,gsr_group:" SIN6_JSON ",gsr_source:" SIN_JSON "}",
		  "{gsr_interface=2, gsr_group=ff02::1%3, gsr_source=239.1.2.3:5000}", FINE },
		{ "MCAST_JOIN_SOURCE_GROUP", NATIVE, "02000000 00000000" SIN6, 264,
		  "{gsr_interface:2,gsr_group:" SIN6_JSON "}",
		  "{gsr_interface=2, gsr_group=ff02::1%3, ...}", FINE },
		{ "MCAST_MSFILTER", NATIVE, "02000000 00000000" SIN "01000000 01000000" SIN, 0,
		  "{gf_interface:2,gf_group:" SIN_JSON ",gf_fmode:1,gf_numsrc:1,gf_slist:[" SIN_JSON
		  "]}",
		  "{gf_interface=2, gf_group=239.1.2.3:5000, gf_fmode=MCAST_INCLUDE, gf_numsrc=1, "
		  "gf_slist=[239.1.2.3:5000]}",
		  FINE },
		{ "MCAST_MSFILTER", COMPAT, "02000000" SIN "00000000 01000000" SIN, 0,
		  "{gf_interface:2,gf_group:" SIN_JSON ",gf_fmode:0,gf_numsrc:1,gf_slist:[" SIN_JSON
		  "]}",
		  "{gf_interface=2, gf_group=239.1.2.3:5000, gf_fmode=MCAST_EXCLUDE, gf_numsrc=1, "
		  "gf_slist=[239.1.2.3:5000]}",
		  FINE },
		{ "MCAST_MSFILTER", NATIVE, "02000000 00000000" SIN "01000000 02000000" SIN, 0,
		  "{gf_interface:2,gf_group:" SIN_JSON ",gf_fmode:1,gf_numsrc:2,gf_slist:[" SIN_JSON
		  "]}",
		  "{gf_interface=2, gf_group=239.1.2.3:5000, gf_fmode=MCAST_INCLUDE, gf_numsrc=2, "
		  "gf_slist=[239.1.2.3:5000], ...}",
		  REFUSED },
	};

	CHECK_CASES(cases);
}

#define IP6_ADDR "20010db8000000000000000000000001"

static void test_ipv6_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "IPV6_ADD_MEMBERSHIP", NATIVE, IP6_ADDR "02000000", 0,
		  "{ipv6mr_multiaddr:'2001:db8::1',ipv6mr_ifindex:2}",
		  "{ipv6mr_multiaddr=2001:db8::1, ipv6mr_ifindex=2}", FINE },
		{ "IPV6_ADD_MEMBERSHIP", NATIVE, IP6_ADDR "020000", 0,
		  "{ipv6mr_multiaddr:'2001:db8::1'}", "{ipv6mr_multiaddr=2001:db8::1, ...}", FINE },
		{ "IPV6_ADD_MEMBERSHIP", NATIVE, "2001", 0, NULL, NULL, FINE },
		{ "IPV6_PKTINFO", NATIVE, IP6_ADDR "02000000 00", 0,
		  "{ipi6_addr:'2001:db8::1',ipi6_ifindex:2}",
		  "{ipi6_addr=2001:db8::1, ipi6_ifindex=2}", FINE },
		{ "IPV6_FLOWLABEL_MGR", NATIVE, IP6_ADDR "000abcde 00 ff 0100 0600 0500 00000000",
		  0,
		  "{flr_dst:'2001:db8::1',flr_label:703710,flr_action:0,flr_share:255,flr_flags:1,"
		  "flr_expires:6,flr_linger:5}",
		  "{flr_dst=2001:db8::1, flr_label=0xabcde, flr_action=IPV6_FL_A_GET, "
		  "flr_share=IPV6_FL_S_ANY, flr_flags=IPV6_FL_F_CREATE, flr_expires=6s, "
		  "flr_linger=5s}",
		  FINE },
		{ "IPV6_FLOWLABEL_MGR", NATIVE, IP6_ADDR "00000000 03", 32,
		  "{flr_dst:'2001:db8::1',flr_label:0,flr_action:3}",
		  "{flr_dst=2001:db8::1, flr_label=0x0, flr_action=3, ...}", REFUSED },
	};

	CHECK_CASES(cases);
}

static void test_tcp_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "TCP_REPAIR_OPTIONS", NATIVE, "02000000 b4050000 04000000 00000000", 0,
		  "[{opt_code:2,opt_val:1460},{opt_code:4,opt_val:0}]",
		  "[{opt_code=TCPOPT_MSS, opt_val=1460}, {opt_code=TCPOPT_SACK_PERM, opt_val=0}]",
		  FINE },
		{ "TCP_REPAIR_OPTIONS", NATIVE, "02000000", 0, "[]", "[]", FINE },
		{ "TCP_REPAIR_OPTIONS", NATIVE, "020000", 0, NULL, NULL, FINE },
		{ "TCP_REPAIR_WINDOW", NATIVE, "01000000 02000000 03000000 04000000 05000000", 0,
		  "{snd_wl1:1,snd_wnd:2,max_window:3,rcv_wnd:4,rcv_wup:5}",
		  "{snd_wl1=1, snd_wnd=2, max_window=3, rcv_wnd=4, rcv_wup=5}", FINE },
		{ "TCP_AO_REPAIR", NATIVE, "00000001 00000002 03000000 04000000", 0,
		  "{snt_isn:1,rcv_isn:2,snd_sne:3,rcv_sne:4}",
		  "{snt_isn=1, rcv_isn=2, snd_sne=3, rcv_sne=4}", FINE },
		{ "TCP_AO_INFO", NATIVE, "15000000 0000 07 08", 48,
		  "{set_current:1,set_rnext:0,ao_required:1,set_counters:0,accept_icmps:1,"
		  "current_key:7,rnext:8}",
		  "{set_current=1, set_rnext=0, ao_required=1, set_counters=0, accept_icmps=1, "
		  "current_key=7, rnext=8, ...}",
		  FINE },
		{ "TCP_AO_DEL_KEY", NATIVE, SIN "ffffffff 04000000 0000 20 01 02 03 04 01", 0,
		  "{addr:" SIN_JSON ",ifindex:-1,set_current:0,set_rnext:0,del_async:1,prefix:32,"
		  "sndid:1,rcvid:2,current_key:3,rnext:4,keyflags:1}",
		  "{addr=239.1.2.3:5000, ifindex=-1, set_current=0, set_rnext=0, del_async=1, "
		  "prefix=32, "
		  "sndid=1, rcvid=2, current_key=3, rnext=4, keyflags=TCP_AO_KEYF_IFINDEX}",
		  FINE },
		/* keys are not read, whatever is there */
		{ "TCP_MD5SIG", NATIVE, SIN "0000", 216, NULL, NULL, FINE },
		{ "TCP_AO_ADD_KEY", NATIVE, SIN "0000", 288, NULL, NULL, FINE },
		{ "TCP_FASTOPEN_KEY", NATIVE, ZERO16, 0, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

static void test_packet_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "PACKET_ADD_MEMBERSHIP", NATIVE, "02000000 0100 0000 0000000000000000", 0,
		  "{mr_ifindex:2,mr_type:1,mr_alen:0}",
		  "{mr_ifindex=2, mr_type=PACKET_MR_PROMISC, mr_alen=0}", FINE },
		{ "PACKET_ADD_MEMBERSHIP", NATIVE, "02000000 0000 0600 01005e0000010000", 0,
		  "{mr_ifindex:2,mr_type:0,mr_alen:6,mr_address:'01:00:5e:00:00:01'}",
		  "{mr_ifindex=2, mr_type=PACKET_MR_MULTICAST, mr_alen=6, "
		  "mr_address=01:00:5e:00:00:01}",
		  FINE },
		{ "PACKET_DROP_MEMBERSHIP", NATIVE, "02000000 0300 0900 0102030405060708", 0,
		  "{mr_ifindex:2,mr_type:3,mr_alen:9}",
		  "{mr_ifindex=2, mr_type=PACKET_MR_UNICAST, mr_alen=9, ...}", REFUSED },
		{ "PACKET_DROP_MEMBERSHIP", NATIVE, "02000000 0400 0600 0102", 16,
		  "{mr_ifindex:2,mr_type:4,mr_alen:6}", "{mr_ifindex=2, mr_type=4, mr_alen=6, ...}",
		  FINE },
		{ "PACKET_RX_RING", NATIVE, "00100000 02000000 00080000 04000000", 0,
		  "{tp_block_size:4096,tp_block_nr:2,tp_frame_size:2048,tp_frame_nr:4}",
		  "{tp_block_size=4096, tp_block_nr=2, tp_frame_size=2048, tp_frame_nr=4}", FINE },
		{ "PACKET_TX_RING", NATIVE, "00100000 02000000 00080000 05000000", 0,
		  "{tp_block_size:4096,tp_block_nr:2,tp_frame_size:2048,tp_frame_nr:5}",
		  "{tp_block_size=4096, tp_block_nr=2, tp_frame_size=2048, tp_frame_nr=5}",
		  REFUSED },
		{ "PACKET_RX_RING", NATIVE, "00000000 00000000 00000000 00000000", 0,
		  "{tp_block_size:0,tp_block_nr:0,tp_frame_size:0,tp_frame_nr:0}",
		  "{tp_block_size=0, tp_block_nr=0, tp_frame_size=0, tp_frame_nr=0}", FINE },
		{ "PACKET_RX_RING", NATIVE,
		  "00000100 01000000 00080000 20000000 3c000000 00000000 01000000", 0,
		  "{tp_block_size:65536,tp_block_nr:1,tp_frame_size:2048,tp_frame_nr:32,"
		  "tp_retire_blk_tov:60,tp_sizeof_priv:0,tp_feature_req_word:1}",
		  "{tp_block_size=65536, tp_block_nr=1, tp_frame_size=2048, tp_frame_nr=32, "
		  "tp_retire_blk_tov=60ms, tp_sizeof_priv=0, "
		  "tp_feature_req_word=TP_FT_REQ_FILL_RXHASH}",
		  FINE },
		{ "PACKET_FANOUT", NATIVE, "0700 0080", 0, "{id:7,type_flags:32768}",
		  "{id=7, type_flags=PACKET_FANOUT_HASH|PACKET_FANOUT_FLAG_DEFRAG}", FINE },
		{ "PACKET_FANOUT", NATIVE, "0000 0620 00010000", 0,
		  "{id:0,type_flags:8198,max_num_members:256}",
		  "{id=0, type_flags=PACKET_FANOUT_CBPF|PACKET_FANOUT_FLAG_UNIQUEID, "
		  "max_num_members=256}",
		  FINE },
		{ "PACKET_FANOUT", NATIVE, "0100 0900", 0, "{id:1,type_flags:9}",
		  "{id=1, type_flags=9}", REFUSED },
		{ "PACKET_FANOUT", NATIVE, "0100 0310", 0, "{id:1,type_flags:4099}",
		  "{id=1, type_flags=PACKET_FANOUT_ROLLOVER|PACKET_FANOUT_FLAG_ROLLOVER}",
		  REFUSED },
		{ "PACKET_FANOUT_DATA", NATIVE, "05000000", 0, "{fd:5,prog_id:null,prog_name:null}",
		  "fd 5", FINE },
		{ "PACKET_FANOUT_DATA", COMPAT, "0100 0000 00100000", 0,
		  "{len:1,filter:null,filter_missing:'not captured'}",
		  "{len=1, filter=0x1000 (not captured)}", FINE },
		{ "PACKET_VERSION", NATIVE, "02000000", 0, "2", "TPACKET_V3", FINE },
		{ "PACKET_VERSION", NATIVE, "03000000", 0, "3", "3", REFUSED },
	};

	CHECK_CASES(cases);
}

static void test_structs_of_other_protocols(void **state)
{
	static const struct value_case cases[] = {
		{ "NETLINK_EXT_ACK", NATIVE, "01000000", 0, "1", "on", FINE },
		{ "NETLINK_EXT_ACK", NATIVE, "010000", 0, "0", "off", FINE },
		{ "NETLINK_ADD_MEMBERSHIP", NATIVE, "00000000", 0, "0", "0", REFUSED },
		{ "TLS_TX", NATIVE, ZERO16, 40, NULL, NULL, FINE },
		{ "TLS_TX_MAX_PAYLOAD_LEN", NATIVE, "0040", 0, "16384", "16384", FINE },
		{ "TLS_TX_MAX_PAYLOAD_LEN", NATIVE, "3e00", 0, "62", "62", REFUSED },
		{ "TLS_TX_MAX_PAYLOAD_LEN", NATIVE, "40", 0, NULL, NULL, FINE },
		{ "SO_VM_SOCKETS_BUFFER_SIZE", NATIVE, "0000040000000000", 0, "262144", "262144",
		  FINE },
		{ "SO_VM_SOCKETS_BUFFER_SIZE", NATIVE, "00000400000000", 8, NULL, NULL, FINE },
		{ "ALG_SET_KEY", NATIVE, ZERO16, 0, NULL, NULL, FINE },
		{ "XDP_RX_RING", NATIVE, "00080000", 0, "2048", "2048", FINE },
		{ "XDP_UMEM_REG", NATIVE,
		  "0010000000000000 0000010000000000 00080000 00000000 01000000", 24,
		  "{addr:'0x1000',len:65536,chunk_size:2048,headroom:0}",
		  "{addr=0x1000, len=65536, chunk_size=2048, headroom=0}", FINE },
		{ "XDP_UMEM_REG", NATIVE,
		  "0010000000000000 0000010000000000 00080000 00000000 05000000 10000000", 0,
		  "{addr:'0x1000',len:65536,chunk_size:2048,headroom:0,flags:5,tx_metadata_len:16}",
		  "{addr=0x1000, len=65536, chunk_size=2048, headroom=0, "
		  "flags=XDP_UMEM_UNALIGNED_CHUNK_FLAG|XDP_UMEM_TX_METADATA_LEN, "
		  "tx_metadata_len=16}",
		  FINE },
		{ "ICMP_FILTER", NATIVE, "01010080", 0, "{data:2147483905}",
		  "{data=ICMP_ECHOREPLY|ICMP_ECHO|0x80000000}", FINE },
		{ "ICMPV6_FILTER", NATIVE, ZERO16 ZERO16, 0, "{data:[0,0,0,0,0,0,0,0]}", "pass all",
		  FINE },
		{ "ICMPV6_FILTER", NATIVE, "02000000" ZERO16 "00000000 00000000 00000080", 0,
		  "{data:[2,0,0,0,0,0,0,2147483648]}", "block 1, 255", FINE },
		{ "ICMPV6_FILTER", NATIVE,
		  "ffffffff ffffffff ffffffff ffffffff bfffffff ffffffff ffffffff ffffffff", 0,
		  "{data:[4294967295,4294967295,4294967295,4294967295,4294967231,4294967295,"
		  "4294967295,4294967295]}",
		  "pass 134", FINE },
	};

	CHECK_CASES(cases);
}

static void test_structs_of_buses_and_clusters(void **state)
{
	static const struct value_case cases[] = {
		{ "RXRPC_SECURITY_KEY", NATIVE, "616673", 0, NULL, NULL, FINE },
		{ "RXRPC_UPGRADEABLE_SERVICE", NATIVE, "01000200", 0, "[1,2]", "[1, 2]", FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, "02001388 7f000001 0000000000000000", 0,
		  "{sin_family:2,sin_port:5000,sin_addr:'127.0.0.1'}", "127.0.0.1:5000", FINE },
		{ "RDS_FREE_MR", NATIVE, "0100000000000000 0400000000000000", 0,
		  "{cookie:1,flags:4}", "{cookie=0x1, flags=RDS_RDMA_INVALIDATE}", FINE },
		{ "SO_RDS_MSG_RXPATH_LATENCY", NATIVE, "02000200", 0,
		  "{rx_traces:2,rx_trace_pos:[0,2]}",
		  "{rx_traces=2, rx_trace_pos=[RDS_MSG_RX_HDR_TO_DGRAM_START, "
		  "RDS_MSG_RX_DGRAM_DELIVERED]}",
		  FINE },
		{ "SO_RDS_MSG_RXPATH_LATENCY", NATIVE, "01030000", 0,
		  "{rx_traces:1,rx_trace_pos:[3]}", "{rx_traces=1, rx_trace_pos=[3]}", REFUSED },
		{ "TIPC_GROUP_JOIN", NATIVE, "d2040000 01000000 02000000 01000000", 0,
		  "{type:1234,instance:1,scope:2,flags:1}",
		  "{type=1234, instance=1, scope=TIPC_CLUSTER_SCOPE, flags=TIPC_GROUP_LOOPBACK}",
		  FINE },
		{ "TIPC_GROUP_JOIN", NATIVE, "3f000000", 16, "{type:63}", "{type=63, ...}",
		  REFUSED },
		{ "CAN_RAW_FILTER", NATIVE, "23010000 ff070000 00000020 00000000", 0,
		  "[{can_id:291,can_mask:2047},{can_id:536870912,can_mask:0}]",
		  "[{can_id=0x123, can_mask=0x7ff}, {can_id=0x20000000, can_mask=0x0}]", FINE },
		{ "CAN_RAW_FILTER", NATIVE, "23010000 ff070000 00", 0,
		  "[{can_id:291,can_mask:2047}]", "[{can_id=0x123, can_mask=0x7ff}]", REFUSED },
		{ "CAN_RAW_ERR_FILTER", NATIVE, "42000000", 0, "66",
		  "CAN_ERR_LOSTARB|CAN_ERR_BUSOFF", FINE },
		{ "CAN_ISOTP_OPTS", NATIVE, "04000000 00000000 00 cc cc 00", 0,
		  "{flags:4,frame_txtime:0,ext_address:0,txpad_content:204,rxpad_content:204,"
		  "rx_ext_address:0}",
		  "{flags=CAN_ISOTP_TX_PADDING, frame_txtime=0s, ext_address=0x0, "
		  "txpad_content=0xcc, rxpad_content=0xcc, rx_ext_address=0x0}",
		  FINE },
		{ "CAN_ISOTP_LL_OPTS", NATIVE, "48 40 01", 0, "{mtu:72,tx_dl:64,tx_flags:1}",
		  "{mtu=CANFD_MTU, tx_dl=64, tx_flags=CANFD_BRS}", FINE },
		{ "CAN_ISOTP_LL_OPTS", NATIVE, "10 0c 00", 0, "{mtu:16,tx_dl:12,tx_flags:0}",
		  "{mtu=CAN_MTU, tx_dl=12, tx_flags=0}", REFUSED },
		{ "SO_J1939_FILTER", NATIVE, ZERO16 "00ea0000 ffff0300 20 ff 000000000000", 0,
		  "[{name:0,name_mask:0,pgn:59904,pgn_mask:262143,addr:32,addr_mask:255}]",
		  "[{name=0x0, name_mask=0x0, pgn=0xea00, pgn_mask=0x3ffff, addr=0x20, "
		  "addr_mask=0xff}]",
		  FINE },
		{ "L2CAP_LM", NATIVE, "06000000", 0, "6", "L2CAP_LM_AUTH|L2CAP_LM_ENCRYPT", FINE },
		{ "L2CAP_OPTIONS", NATIVE, "a002 a002 ffff 03 01 03 00 3f00", 0,
		  "{omtu:672,imtu:672,flush_to:65535,mode:3,fcs:1,max_tx:3,txwin_size:63}",
		  "{omtu=672, imtu=672, flush_to=65535, mode=L2CAP_MODE_ERTM, fcs=L2CAP_FCS_CRC16, "
		  "max_tx=3, "
		  "txwin_size=63}",
		  FINE },
		{ "BT_VOICE", NATIVE, "6000", 0, "{setting:96}", "{setting=BT_VOICE_CVSD_16BIT}",
		  FINE },
		{ "BT_VOICE", NATIVE, "6100", 0, "{setting:97}", "{setting=97}", FINE },
		{ "BT_SECURITY", NATIVE, "0310", 0, "{level:3,key_size:16}",
		  "{level=BT_SECURITY_HIGH, key_size=16}", FINE },
		{ "BT_ISO_QOS", NATIVE, ZERO16, 60, NULL, NULL, FINE },
		{ "WPAN_SECURITY", NATIVE, "03000000", 0, "3", "3", REFUSED },
		{ "LLC_OPT_ACK_TMR_EXP", NATIVE, "3d000000", 0, "61", "61s", REFUSED },
	};

	CHECK_CASES(cases);
}

#define ATM_UBR "01000000 ffffffff 00000000 00000000 0f270000 dc050000" ZERO16
#define ATM_UBR_JSON "{traffic_class:1,max_pcr:-1,pcr:0,min_pcr:0,max_cdv:9999,max_sdu:1500}"
#define ATM_UBR_TEXT                                                           \
	"{traffic_class=ATM_UBR, max_pcr=-1, pcr=0, min_pcr=0, max_cdv=9999, " \
	"max_sdu=1500}"

static void test_structs_of_removed_protocols(void **state)
{
	static const struct value_case cases[] = {
		{ "AX25_WINDOW", NATIVE, "40000000", 0, "64", "64", REFUSED },
		{ "AX25_BACKOFF", NATIVE, "02000000", 0, "2", "exponential", FINE },
		{ "AX25_IDLE", NATIVE, "45444404", 0, "71582789", "71582789min", REFUSED },
		{ "CAIFSO_LINK_SELECT", NATIVE, "01000000", 0, "1", "CAIF_LINK_LOW_LATENCY", FINE },
		{ "DSO_ACCEPTMODE", NATIVE, "01000000", 0, "1", "ACC_DEFER", FINE },
		{ "DSO_CONACCESS", NATIVE, ZERO16, 123, NULL, NULL, FINE },
		{ "SO_ATMQOS", NATIVE, ATM_UBR ATM_UBR "05000000", 0,
		  "{txtp:" ATM_UBR_JSON ",rxtp:" ATM_UBR_JSON ",aal:5}",
		  "{txtp=" ATM_UBR_TEXT ", rxtp=" ATM_UBR_TEXT ", aal=ATM_AAL5}", FINE },
		{ "SO_ATMQOS", NATIVE, ATM_UBR "06000000", 84,
		  "{txtp:" ATM_UBR_JSON ",rxtp:{traffic_class:6}}",
		  "{txtp=" ATM_UBR_TEXT ", rxtp={traffic_class=6}, ...}", REFUSED },
		{ "SO_ATMQOS", NATIVE,
		  "04000000 01000000 02000000 03000000 04000000 05000000 06000000 07000000"
		  "5634129a 91aaaa3a",
		  84,
		  "{txtp:{traffic_class:4,max_pcr:1,pcr:2,min_pcr:3,max_cdv:4,max_sdu:5,icr:6,tbe:"
		  "7,"
		  "frtt:1193046,rif:10,rdf:9,nrm_pres:1,trm_pres:0,adtf_pres:0,cdf_pres:0,nrm:1,"
		  "trm:5,adtf:682,cdf:2},rxtp:{}}",
		  "{txtp={traffic_class=ATM_ABR, max_pcr=1, pcr=2, min_pcr=3, max_cdv=4, "
		  "max_sdu=5, "
		  "icr=6, tbe=7, frtt=1193046, rif=10, rdf=9, nrm_pres=1, trm_pres=0, adtf_pres=0, "
		  "cdf_pres=0, nrm=1, trm=5, adtf=682, cdf=2}, rxtp={}, ...}",
		  FINE },
		{ "SO_ATMSAP", NATIVE,
		  "01 02 aabb000000000000 10 0700 0b 80 0080c20007 06 017f 0c 030102 000000"
		  "00 0000 10 2a 0000000000",
		  0,
		  "{hl_type:1,hl_length:2,hl_info:'aabb',blli:[{l2_proto:16,l2.user:7,l3_proto:11,"
		  "l3.ipi:128,l3.snap:'0080c20007'},{l2_proto:6,l2.mode:1,l2.window:127,l3_proto:"
		  "12,"
		  "l3.term_type:3,l3.fw_mpx_cap:1,l3.bw_mpx_cap:2},"
		  "{l2_proto:0,l3_proto:16,l3.user:42}]}",
		  "{hl_type=ATM_HL_ISO, hl_length=2, hl_info=0xaabb, blli=[{l2_proto=ATM_L2_USER, "
		  "l2.user=0x7, l3_proto=ATM_L3_TR9577, l3.ipi=0x80, l3.snap=0x0080c20007}, "
		  "{l2_proto=ATM_L2_X25_LL, l2.mode=ATM_IMD_NORMAL, l2.window=127, "
		  "l3_proto=ATM_L3_H310, l3.term_type=3, l3.fw_mpx_cap=1, l3.bw_mpx_cap=2}, "
		  "{l2_proto=ATM_L2_NONE, l3_proto=ATM_L3_USER, l3.user=0x2a}]}",
		  FINE },
		{ "SO_ATMSAP", NATIVE, "00 09 0000000000000000 00 0000 06 02 0c 07", 40,
		  "{hl_type:0,hl_length:9,hl_info:'0000000000000000',blli:[{l2_proto:0,l3_proto:6,"
		  "l3.mode:2,l3.def_size:12,l3.window:7}]}",
		  "{hl_type=ATM_HL_NONE, hl_length=9, hl_info=0x0000000000000000, "
		  "blli=[{l2_proto=ATM_L2_NONE, l3_proto=ATM_L3_X25, l3.mode=ATM_IMD_EXTENDED, "
		  "l3.def_size=12, l3.window=7}], ...}",
		  FINE },
		{ "SO_MULTIPOINT", NATIVE, "02000000", 0, "2", "on (2)", REFUSED },
	};

	CHECK_CASES(cases);
}

static void test_sctp_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "SCTP_INITMSG", NATIVE, "0a00 0500 0400 0000", 0,
		  "{sinit_num_ostreams:10,sinit_max_instreams:5,sinit_max_attempts:4,"
		  "sinit_max_init_timeo:0}",
		  "{sinit_num_ostreams=10, sinit_max_instreams=5, sinit_max_attempts=4, "
		  "sinit_max_init_timeo=0s}",
		  FINE },
		{ "SCTP_PRIMARY_ADDR", NATIVE, "07000000" SIN, 0,
		  "{ssp_assoc_id:7,ssp_addr:" SIN_JSON "}",
		  "{ssp_assoc_id=7, ssp_addr=239.1.2.3:5000}", FINE },
		{ "SCTP_EVENTS", NATIVE, "0100", 0,
		  "{sctp_data_io_event:1,sctp_association_event:0}",
		  "{sctp_data_io_event=on, sctp_association_event=off}", FINE },
		{ "SCTP_MAXSEG", NATIVE, "b4050000", 0, "1460", "1460", FINE },
		{ "SCTP_MAXSEG", NATIVE, "00000000 b4050000", 0, "{assoc_id:0,assoc_value:1460}",
		  "{assoc_id=0, assoc_value=1460}", FINE },
		{ "SCTP_ENABLE_STREAM_RESET", NATIVE, "02000000 05000000", 0,
		  "{assoc_id:2,assoc_value:5}",
		  "{assoc_id=2, "
		  "assoc_value=SCTP_ENABLE_RESET_STREAM_REQ|SCTP_ENABLE_CHANGE_ASSOC_REQ}",
		  FINE },
		{ "SCTP_STREAM_SCHEDULER", NATIVE, "00000000 02000000", 0,
		  "{assoc_id:0,assoc_value:2}", "{assoc_id=0, assoc_value=SCTP_SS_RR}", FINE },
		{ "SCTP_STREAM_SCHEDULER", NATIVE, "00000000 05000000", 0,
		  "{assoc_id:0,assoc_value:5}", "{assoc_id=0, assoc_value=5}", REFUSED },
		{ "SCTP_DELAYED_SACK", NATIVE, "00000000 f5010000", 0,
		  "{sack_assoc_id:0,sack_delay:501}", "{sack_assoc_id=0, sack_delay=501ms}",
		  REFUSED },
		{ "SCTP_AUTH_CHUNK", NATIVE, "c1", 0, "{sauth_chunk:193}",
		  "{sauth_chunk=SCTP_CID_ASCONF}", FINE },
		{ "SCTP_AUTH_CHUNK", NATIVE, "0f", 0, "{sauth_chunk:15}",
		  "{sauth_chunk=SCTP_CID_AUTH}", REFUSED },
		{ "SCTP_HMAC_IDENT", NATIVE, "02000000 0300 0100", 0,
		  "{shmac_num_idents:2,shmac_idents:[3,1]}",
		  "{shmac_num_idents=2, shmac_idents=[SCTP_AUTH_HMAC_ID_SHA256, "
		  "SCTP_AUTH_HMAC_ID_SHA1]}",
		  FINE },
		{ "SCTP_HMAC_IDENT", NATIVE, "02000000 0300", 0,
		  "{shmac_num_idents:2,shmac_idents:[3]}",
		  "{shmac_num_idents=2, shmac_idents=[SCTP_AUTH_HMAC_ID_SHA256], ...}", REFUSED },
		{ "SCTP_AUTH_KEY", NATIVE, ZERO16, 0, NULL, NULL, FINE },
		{ "SCTP_SOCKOPT_BINDX_ADD", NATIVE,
		  "02001388 7f000001 0000000000000000 02000000 "
		  "0a000001 0000000000000000",
		  0,
		  "[{sin_family:2,sin_port:5000,sin_addr:'127.0.0.1'},"
		  "{sin_family:2,sin_port:0,sin_addr:'10.0.0.1'}]",
		  "[127.0.0.1:5000, 10.0.0.1]", FINE },
		{ "SCTP_RESET_STREAMS", NATIVE, "01000000 0200 0200 0100 0300", 0,
		  "{srs_assoc_id:1,srs_flags:2,srs_number_streams:2,srs_stream_list:[1,3]}",
		  "{srs_assoc_id=1, srs_flags=SCTP_STREAM_RESET_OUTGOING, "
		  "srs_number_streams=2, srs_stream_list=[1, 3]}",
		  FINE },
		{ "SCTP_EVENT", NATIVE, "00000000 0180 01 00", 0,
		  "{se_assoc_id:0,se_type:32769,se_on:1}",
		  "{se_assoc_id=0, se_type=SCTP_ASSOC_CHANGE, se_on=on}", FINE },
	};

	CHECK_CASES(cases);
}

static void test_netfilter_structs(void **state)
{
	static const struct value_case cases[] = {
		{ "IPT_SO_SET_REPLACE", NATIVE,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "0e000000 04000000 70020000" ZERO16 ZERO16
		  "00000000 00000000 05000000 0010000000000000",
		  0,
		  "{name:'filter',valid_hooks:14,num_entries:4,size:624,hook_entry:[0,0,0,0,0],"
		  "underflow:[0,0,0,0,0],num_counters:5,counters:'0x1000'}",
		  "{name=\"filter\", valid_hooks="
		  "NF_INET_LOCAL_IN|NF_INET_FORWARD|NF_INET_LOCAL_OUT, num_entries=4, size=624, "
		  "hook_entry=[0x0, 0x0, 0x0, 0x0, 0x0], underflow=[0x0, 0x0, 0x0, 0x0, 0x0], "
		  "num_counters=5, counters=0x1000}",
		  FINE },
		{ "IPT_SO_SET_REPLACE", COMPAT,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "0e000000 04000000 70020000 00000000 98000000" ZERO8 "30010000 01000000" ZERO8
		  "00000000 02000000 05000000 00100000",
		  0,
		  "{name:'filter',valid_hooks:14,num_entries:4,size:624,hook_entry:[0,152,0,0,304],"
		  "underflow:[1,0,0,0,2],num_counters:5,counters:'0x1000'}",
		  "{name=\"filter\", valid_hooks="
		  "NF_INET_LOCAL_IN|NF_INET_FORWARD|NF_INET_LOCAL_OUT, num_entries=4, size=624, "
		  "hook_entry=[0x0, 0x98, 0x0, 0x0, 0x130], underflow=[0x1, 0x0, 0x0, 0x0, 0x2], "
		  "num_counters=5, counters=0x1000}",
		  FINE },
		{ "ARPT_SO_SET_REPLACE", NATIVE,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "03000000 04000000 70020000 01000000 02000000 03000000 04000000 05000000 06000000"
		  "07000000 0010000000000000",
		  0,
		  "{name:'filter',valid_hooks:3,num_entries:4,size:624,hook_entry:[1,2,3],"
		  "underflow:[4,5,6],num_counters:7,counters:'0x1000'}",
		  "{name=\"filter\", valid_hooks=NF_ARP_IN|NF_ARP_OUT, num_entries=4, size=624, "
		  "hook_entry=[0x1, 0x2, 0x3], underflow=[0x4, 0x5, 0x6], num_counters=7, "
		  "counters=0x1000}",
		  FINE },
		{ "EBT_SO_SET_ENTRIES", NATIVE,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "0e000000 04000000 70020000 00000000" ZERO8 "0020000000000000" ZERO16 ZERO16
		  "05000000 00000000 0010000000000000 0020000000000000",
		  0,
		  "{name:'filter',valid_hooks:14,nentries:4,entries_size:624,hook_entry:['NULL',"
		  "'0x2000','NULL','NULL','NULL','NULL'],num_counters:5,counters:'0x1000',"
		  "entries:'0x2000'}",
		  "{name=\"filter\", valid_hooks="
		  "NF_BR_LOCAL_IN|NF_BR_FORWARD|NF_BR_LOCAL_OUT, nentries=4, entries_size=624, "
		  "hook_entry=[NULL, 0x2000, NULL, NULL, NULL, NULL], num_counters=5, "
		  "counters=0x1000, entries=0x2000}",
		  FINE },
		{ "EBT_SO_SET_ENTRIES", COMPAT,
		  "66696c74 65720000 00000000 00000000" ZERO16 "0e000000 04000000 70020000"
		  "00200000 00000000" ZERO16 "05000000 00100000 00200000",
		  0,
		  "{name:'filter',valid_hooks:14,nentries:4,entries_size:624,hook_entry:['0x2000',"
		  "'NULL','NULL','NULL','NULL','NULL'],num_counters:5,counters:'0x1000',"
		  "entries:'0x2000'}",
		  "{name=\"filter\", valid_hooks="
		  "NF_BR_LOCAL_IN|NF_BR_FORWARD|NF_BR_LOCAL_OUT, nentries=4, entries_size=624, "
		  "hook_entry=[0x2000, NULL, NULL, NULL, NULL, NULL], num_counters=5, "
		  "counters=0x1000, entries=0x2000}",
		  FINE },
		{ "IP6T_SO_SET_ADD_COUNTERS", NATIVE,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "01000000 00000000 0700000000000000 5400000000000000",
		  0, "{name:'filter',num_counters:1,counters:[{pcnt:7,bcnt:84}]}",
		  "{name=\"filter\", num_counters=1, counters=[{pcnt=7, bcnt=84}]}", FINE },
		{ "IPT_SO_SET_ADD_COUNTERS", COMPAT,
		  "66696c74 65720000 00000000 00000000" ZERO16
		  "02000000 0700000000000000 5400000000000000",
		  0, "{name:'filter',num_counters:2,counters:[{pcnt:7,bcnt:84}]}",
		  "{name=\"filter\", num_counters=2, counters=[{pcnt=7, bcnt=84}], ...}", REFUSED },
		{ "IP_VS_SO_SET_ADD", NATIVE,
		  "06000000 0a000001 0050 0000 00000000 72720000 00000000 00000000 00000000"
		  "01000000 2c010000 ffffffff",
		  0,
		  "{protocol:6,addr:'10.0.0.1',port:80,fwmark:0,sched_name:'rr',flags:1,"
		  "timeout:300,netmask:'255.255.255.255'}",
		  "{protocol=IPPROTO_TCP, addr=10.0.0.1, port=80, fwmark=0, sched_name=\"rr\", "
		  "flags=IP_VS_SVC_F_PERSISTENT, timeout=300s, netmask=255.255.255.255}",
		  FINE },
		{ "IP_VS_SO_SET_TIMEOUT", NATIVE, "84030000 78000000 00000000", 0,
		  "{tcp_timeout:900,tcp_fin_timeout:120,udp_timeout:0}",
		  "{tcp_timeout=900s, tcp_fin_timeout=120s, udp_timeout=0s}", FINE },
		{ "MRT_ADD_VIF", NATIVE, "0100 08 01 00000000 02000000 00000000", 0,
		  "{vifc_vifi:1,vifc_flags:8,vifc_threshold:1,vifc_rate_limit:0,"
		  "vifc_lcl_ifindex:2,vifc_rmt_addr:'0.0.0.0'}",
		  "{vifc_vifi=1, vifc_flags=VIFF_USE_IFINDEX, vifc_threshold=1, "
		  "vifc_rate_limit=0, vifc_lcl_ifindex=2, vifc_rmt_addr=0.0.0.0}",
		  FINE },
		{ "MRT_DEL_VIF", NATIVE, "2000 00 01 00000000 0a000001 00000000", 0,
		  "{vifc_vifi:32,vifc_flags:0,vifc_threshold:1,vifc_rate_limit:0,"
		  "vifc_lcl_addr:'10.0.0.1',vifc_rmt_addr:'0.0.0.0'}",
		  "{vifc_vifi=32, vifc_flags=0, vifc_threshold=1, vifc_rate_limit=0, "
		  "vifc_lcl_addr=10.0.0.1, vifc_rmt_addr=0.0.0.0}",
		  REFUSED },
		{ "MRT_ADD_MFC", NATIVE, "0a000001 ef010203 0100 00 01", 60,
		  "{mfcc_origin:'10.0.0.1',mfcc_mcastgrp:'239.1.2.3',mfcc_parent:1,"
		  "mfcc_ttls:[0,1]}",
		  "{mfcc_origin=10.0.0.1, mfcc_mcastgrp=239.1.2.3, mfcc_parent=1, "
		  "mfcc_ttls=[0, 1], ...}",
		  FINE },
		{ "MRT_ADD_MFC", NATIVE,
		  "0a000001 ef010203 0100" ZERO16 ZERO16 "0000 07000000 54000000 02000000 ffffffff",
		  0,
		  "{mfcc_origin:'10.0.0.1',mfcc_mcastgrp:'239.1.2.3',mfcc_parent:1,"
		  "mfcc_ttls:[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"
		  "mfcc_pkt_cnt:7,mfcc_byte_cnt:84,mfcc_wrong_if:2,mfcc_expire:-1}",
		  "{mfcc_origin=10.0.0.1, mfcc_mcastgrp=239.1.2.3, mfcc_parent=1, mfcc_ttls=[0, 0, "
		  "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
		  "0, "
		  "0, 0, 0], mfcc_pkt_cnt=7, mfcc_byte_cnt=84, mfcc_wrong_if=2, mfcc_expire=-1}",
		  FINE },
		{ "MRT_FLUSH", NATIVE, "05000000", 0, "5", "MRT_FLUSH_MFC|MRT_FLUSH_VIFS", FINE },
		{ "MRT6_ADD_MIF", NATIVE, "0100 01 01 0200 0000 00000000", 0,
		  "{mif6c_mifi:1,mif6c_flags:1,vifc_threshold:1,mif6c_pifi:2,vifc_rate_limit:0}",
		  "{mif6c_mifi=1, mif6c_flags=MIFF_REGISTER, vifc_threshold=1, mif6c_pifi=2, "
		  "vifc_rate_limit=0}",
		  FINE },
	};

	CHECK_CASES(cases);
}

#define PORT0 "0200 0000 7f000001 0000000000000000" ZERO16 ZERO16 ZERO16 ZERO16 ZERO16 ZERO16 ZERO16

/* Interface 2 of namespace 99 is "eth0", 3 has a hostile name; every other is unknown. */
static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	assert_ptr_equal(context, &options);
	return net_ns != 99 ? NULL : index == 2 ? "eth0" : index == 3 ? "\x1b[2J" : NULL;
}

#define SCOPED(_prefix, _scope) \
	"0a00 0050 00000000" _prefix "0000 00000000 00000000 00000001" _scope "000000"
#define SCOPED_JSON(_addr, _scope)                                                                 \
	"{sin6_family:10,sin6_port:80,sin6_flowinfo:0,sin6_addr:'" _addr "',sin6_scope_id:" _scope \
	"}"

static void test_interface_names(void **state)
{
	static const struct value_case cases[] = {
		{ "SO_BINDTOIFINDEX", NATIVE, "02000000", 0, "2", "ifindex 2 (eth0)", FINE },
		{ "SO_BINDTOIFINDEX", NATIVE, "03000000", 0, "3", "ifindex 3 (\\x1b[2J)", FINE },
		{ "SO_BINDTOIFINDEX", NATIVE, "04000000", 0, "4", "ifindex 4", FINE },
		{ "SO_BINDTOIFINDEX", NATIVE, "feffffff", 0, "-2", "ifindex -2", REFUSED },
		{ "IP_UNICAST_IF", NATIVE, "00000002", 0, "2", "ifindex 2 (eth0)", FINE },
		{ "IPV6_MULTICAST_IF", NATIVE, "02000000", 0, "2", "ifindex 2 (eth0)", FINE },
		{ "IP_MULTICAST_IF", NATIVE, MCAST LOCAL "02000000", 0,
		  "{imr_multiaddr:'239.1.2.3',imr_address:'10.0.0.1',imr_ifindex:2,"
		  "imr_ifindex_name:'eth0'}",
		  "{imr_multiaddr=239.1.2.3, imr_address=10.0.0.1, imr_ifindex=2 (eth0)}", FINE },
		{ "IP_MULTICAST_IF", NATIVE, MCAST LOCAL "00000000", 0,
		  "{imr_multiaddr:'239.1.2.3',imr_address:'10.0.0.1',imr_ifindex:0}",
		  "{imr_multiaddr=239.1.2.3, imr_address=10.0.0.1, imr_ifindex=0}", FINE },
		{ "PACKET_ADD_MEMBERSHIP", NATIVE, "02000000 0100 0000 0000000000000000", 0,
		  "{mr_ifindex:2,mr_ifindex_name:'eth0',mr_type:1,mr_alen:0}",
		  "{mr_ifindex=2 (eth0), mr_type=PACKET_MR_PROMISC, mr_alen=0}", FINE },
		{ "MCAST_JOIN_GROUP", NATIVE, "02000000 00000000" SIN, 0,
		  "{gr_interface:2,gr_interface_name:'eth0',gr_group:{sin_family:2,sin_port:5000,"
		  "sin_addr:'239.1.2.3'}}",
		  "{gr_interface=2 (eth0), gr_group=239.1.2.3:5000}", FINE },
		/* a scope is an interface where the address is of a link, or of less */
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("fe80", "02"), 0,
		  SCOPED_JSON("fe80::1", "2,sin6_scope_id_name:'eth0'"), "[fe80::1%eth0]:80",
		  FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("febf", "03"), 0,
		  SCOPED_JSON("febf::1", "3,sin6_scope_id_name:'\x1b[2J'"), "[febf::1%\\x1b[2J]:80",
		  FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("ff12", "02"), 0,
		  SCOPED_JSON("ff12::1", "2,sin6_scope_id_name:'eth0'"), "[ff12::1%eth0]:80",
		  FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("ff01", "04"), 0,
		  SCOPED_JSON("ff01::1", "4"), "[ff01::1%4]:80", FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("ff05", "02"), 0,
		  SCOPED_JSON("ff05::1", "2"), "[ff05::1%2]:80", FINE },
		{ "RDS_CANCEL_SENT_TO", NATIVE, SCOPED("fec0", "02"), 0,
		  SCOPED_JSON("fec0::1", "2"), "[fec0::1%2]:80", FINE },
		{ "MRT6_ADD_MIF", NATIVE, "0100 00 01 0200 0000 00000000", 0,
		  "{mif6c_mifi:1,mif6c_flags:0,vifc_threshold:1,mif6c_pifi:2,"
		  "mif6c_pifi_name:'eth0',vifc_rate_limit:0}",
		  "{mif6c_mifi=1, mif6c_flags=0, vifc_threshold=1, mif6c_pifi=2 (eth0), "
		  "vifc_rate_limit=0}",
		  FINE },
	};
	static const struct value_case elsewhere = { "SO_BINDTOIFINDEX", NATIVE, "02000000", 0, "2",
						     "ifindex 2",	 FINE };

	options.interface_name = interface_name;
	options.context = &options;
	socket_net_ns = 99;
	CHECK_CASES(cases);
	socket_net_ns = 98;
	check_case(&elsewhere);
	options.interface_name = NULL;
	socket_net_ns = 99;
	check_case(&elsewhere);
}

/* Lists of a type, a length and what the type says: each within its own length. */
static void test_ip_options(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_OPTIONS", NATIVE, "94040000", 0, "[{type:148,length:4,value:0}]",
		  "[{type=IPOPT_RA, length=4, value=0}]", FINE },
		{ "IP_OPTIONS", NATIVE, "01 07 0b 04 00000000 00000000 00", 0,
		  "[{type:1},{type:7,length:11,pointer:4,addresses:['0.0.0.0','0.0.0.0']},{type:0}"
		  "]",
		  "[IPOPT_NOOP, {type=IPOPT_RR, length=11, pointer=4, addresses=[0.0.0.0, "
		  "0.0.0.0]}, "
		  "IPOPT_END]",
		  FINE },
		{ "IP_OPTIONS", NATIVE, "89 0b 04 0a000001 c0000207 00 ffff", 0,
		  "[{type:137,length:11,pointer:4,addresses:['10.0.0.1','192.0.2.7']},{type:0}]",
		  "[{type=IPOPT_SSRR, length=11, pointer=4, addresses=[10.0.0.1, 192.0.2.7]}, "
		  "IPOPT_END]",
		  FINE },
		{ "IP_OPTIONS", NATIVE, "44 0c 05 20 00000001 00000002", 0,
		  "[{type:68,length:12,pointer:5,overflow:2,flag:0,timestamps:[1,2]}]",
		  "[{type=IPOPT_TIMESTAMP, length=12, pointer=5, overflow=2, "
		  "flag=IPOPT_TS_TSONLY, timestamps=[1, 2]}]",
		  FINE },
		{ "IP_OPTIONS", NATIVE, "44 0c 05 03 c0000207 00000002", 0,
		  "[{type:68,length:12,pointer:5,overflow:0,flag:3,"
		  "timestamps:[{address:'192.0.2.7',timestamp:2}]}]",
		  "[{type=IPOPT_TIMESTAMP, length=12, pointer=5, overflow=0, "
		  "flag=IPOPT_TS_PRESPEC, timestamps=[{address=192.0.2.7, timestamp=2}]}]",
		  FINE },
		{ "IP_OPTIONS", NATIVE, "86 0a 00000003 01 04 0001", 0,
		  "[{type:134,length:10,doi:3,tags:[{type:1,length:4,data:'0001'}]}]",
		  "[{type=IPOPT_CIPSO, length=10, doi=3, tags=[{type=CIPSO_V4_TAG_RBITMAP, "
		  "length=4, data=0x0001}]}]",
		  FINE },
		{ "IP_OPTIONS", NATIVE, "88 04 0102 de 03 ff 00", 0,
		  "[{type:136,length:4,stream:258},{type:222,length:3,data:'ff'},{type:0}]",
		  "[{type=IPOPT_SID, length=4, stream=258}, {type=222, length=3, data=0xff}, "
		  "IPOPT_END]",
		  FINE },
		/* a length that is too small, one that is too great, and none */
		{ "IP_OPTIONS", NATIVE, "07 01 04 00", 0, "[{type:7,length:1}]",
		  "[{type=IPOPT_RR, length=1}, ...]", REFUSED },
		{ "IP_OPTIONS", NATIVE, "07 05 04 0a", 0,
		  "[{type:7,length:5,pointer:4,addresses:[]}]",
		  "[{type=IPOPT_RR, length=5, pointer=4, addresses=[]}, ...]", REFUSED },
		{ "IP_OPTIONS", NATIVE, "01 01 07", 0, "[{type:1},{type:1},{type:7}]",
		  "[IPOPT_NOOP, IPOPT_NOOP, {type=IPOPT_RR}, ...]", REFUSED },
		/* the kernel pads: 4 bytes are there */
		{ "IP_OPTIONS", NATIVE, "94 04 00", 0, "[{type:148,length:4}]",
		  "[{type=IPOPT_RA, length=4}, ...]", FINE },
		/* a pointer, and no room for it */
		{ "IP_OPTIONS", NATIVE, "07 02 0000", 0, "[{type:7,length:2},{type:0}]",
		  "[{type=IPOPT_RR, length=2}, IPOPT_END, ...]", REFUSED },
		/* a record of the pointer's last byte, of none, and that is full; a second one */
		{ "IP_OPTIONS", NATIVE, "07 07 05 00000000 00", 0,
		  "[{type:7,length:7,pointer:5,addresses:['0.0.0.0']},{type:0}]",
		  "[{type=IPOPT_RR, length=7, pointer=5, addresses=[0.0.0.0]}, IPOPT_END]",
		  REFUSED },
		{ "IP_OPTIONS", NATIVE, "07 07 03 00000000 00", 0,
		  "[{type:7,length:7,pointer:3,addresses:['0.0.0.0']},{type:0}]",
		  "[{type=IPOPT_RR, length=7, pointer=3, addresses=[0.0.0.0]}, IPOPT_END]",
		  REFUSED },
		{ "IP_OPTIONS", NATIVE, "07 07 08 00000000 00", 0,
		  "[{type:7,length:7,pointer:8,addresses:['0.0.0.0']},{type:0}]",
		  "[{type=IPOPT_RR, length=7, pointer=8, addresses=[0.0.0.0]}, IPOPT_END]", FINE },
		{ "IP_OPTIONS", NATIVE, "07 03 04 07 03 04 00", 0,
		  "[{type:7,length:3,pointer:4,addresses:[]},{type:7,length:3,pointer:4,"
		  "addresses:[]},{type:0}]",
		  "[{type=IPOPT_RR, length=3, pointer=4, addresses=[]}, {type=IPOPT_RR, length=3, "
		  "pointer=4, addresses=[]}, IPOPT_END]",
		  REFUSED },
		{ "IP_OPTIONS", NATIVE, "44 08 05 01 00000000", 0,
		  "[{type:68,length:8,pointer:5,overflow:0,flag:1,timestamps:[]}]",
		  "[{type=IPOPT_TIMESTAMP, length=8, pointer=5, overflow=0, "
		  "flag=IPOPT_TS_TSANDADDR, timestamps=[]}]",
		  REFUSED },
		{ "IP_OPTIONS", NATIVE, "44 04 05 f0", 0,
		  "[{type:68,length:4,pointer:5,overflow:15,flag:0,timestamps:[]}]",
		  "[{type=IPOPT_TIMESTAMP, length=4, pointer=5, overflow=15, flag=IPOPT_TS_TSONLY, "
		  "timestamps=[]}]",
		  REFUSED },
		/* not all of it was captured */
		{ "IP_OPTIONS", NATIVE, "9404", 4, "[{type:148,length:4}]",
		  "[{type=IPOPT_RA, length=4}, ...]", FINE },
		{ "IP_OPTIONS", NATIVE, "83 0b 04 0a000001 c000", 12,
		  "[{type:131,length:11,pointer:4,addresses:['10.0.0.1']}]",
		  "[{type=IPOPT_LSRR, length=11, pointer=4, addresses=[10.0.0.1]}, ...]", FINE },
	};

	CHECK_CASES(cases);
}

#define ADDR6(_last) "20010db8 00000000 00000000 000000" _last

static void test_extension_headers(void **state)
{
	static const struct value_case cases[] = {
		{ "IPV6_HOPOPTS", NATIVE, "00 00 0502 0001 0100", 0,
		  "{nexthdr:0,hdrlen:0,options:[{type:5,length:2,value:1},{type:1,length:0}]}",
		  "{nexthdr=0, hdrlen=0, options=[{type=IPV6_TLV_ROUTERALERT, length=2, value=1}, "
		  "{type=IPV6_TLV_PADN, length=0}]}",
		  FINE },
		{ "IPV6_RTHDRDSTOPTS", NATIVE, "2b 00 c204 00010000", 0,
		  "{nexthdr:43,hdrlen:0,options:[{type:194,length:4,payload_length:65536}]}",
		  "{nexthdr=NEXTHDR_ROUTING, hdrlen=0, options=[{type=IPV6_TLV_JUMBO, length=4, "
		  "payload_length=65536}]}",
		  FINE },
		{ "IPV6_DSTOPTS", NATIVE, "3b 02 0102 0000 c910" ADDR6("07"), 0,
		  "{nexthdr:59,hdrlen:2,options:[{type:1,length:2,data:'0000'},"
		  "{type:201,length:16,addr:'2001:db8::7'}]}",
		  "{nexthdr=NEXTHDR_NONE, hdrlen=2, options=[{type=IPV6_TLV_PADN, length=2, "
		  "data=0x0000}, {type=IPV6_TLV_HAO, length=16, addr=2001:db8::7}]}",
		  FINE },
		{ "IPV6_HOPOPTS", NATIVE, "00 01 00 07 08 00000001 00 05 abcd 00 00 00", 0,
		  "{nexthdr:0,hdrlen:1,options:[{type:0},{type:7,length:8,doi:1,cmpt_length:0,"
		  "sens_level:5,checksum:43981},{type:0},{type:0},{type:0}]}",
		  "{nexthdr=0, hdrlen=1, options=[IPV6_TLV_PAD1, {type=IPV6_TLV_CALIPSO, length=8, "
		  "doi=1, cmpt_length=0, sens_level=5, checksum=0xabcd}, IPV6_TLV_PAD1, "
		  "IPV6_TLV_PAD1, IPV6_TLV_PAD1]}",
		  FINE },
		{ "IPV6_HOPOPTS", NATIVE, "00 01 0100 310a 00 00 007b 1122 33445566", 0,
		  "{nexthdr:0,hdrlen:1,options:[{type:1,length:0},{type:49,length:10,ioam6_type:0,"
		  "namespace_id:123,data:'112233445566'}]}",
		  "{nexthdr=0, hdrlen=1, options=[{type=IPV6_TLV_PADN, length=0}, "
		  "{type=IPV6_TLV_IOAM, length=10, ioam6_type=IOAM6_TYPE_PREALLOC, "
		  "namespace_id=123, data=0x112233445566}]}",
		  FINE },
		/* hdrlen beyond optlen; no whole eight; an option beyond its header */
		{ "IPV6_HOPOPTS", NATIVE, "00 01 0100 0102 0000", 0,
		  "{nexthdr:0,hdrlen:1,options:[{type:1,length:0},{type:1,length:2,data:'0000'}]}",
		  "{nexthdr=0, hdrlen=1, options=[{type=IPV6_TLV_PADN, length=0}, "
		  "{type=IPV6_TLV_PADN, length=2, data=0x0000}], ...}",
		  REFUSED },
		{ "IPV6_HOPOPTS", NATIVE, "00", 0, "{nexthdr:0}", "{nexthdr=0, ...}", REFUSED },
		{ "IPV6_HOPOPTS", NATIVE, "00 00 0502 0001 0105 00000000 00000000", 0,
		  "{nexthdr:0,hdrlen:0,options:[{type:5,length:2,value:1},{type:1,length:5}]}",
		  "{nexthdr=0, hdrlen=0, options=[{type=IPV6_TLV_ROUTERALERT, length=2, value=1}, "
		  "{type=IPV6_TLV_PADN, length=5}], ...}",
		  FINE },
		{ "IPV6_HOPOPTS", NATIVE, "00 00 c204 0001", 8,
		  "{nexthdr:0,hdrlen:0,options:[{type:194,length:4}]}",
		  "{nexthdr=0, hdrlen=0, options=[{type=IPV6_TLV_JUMBO, length=4}], ...}", FINE },
	};

	CHECK_CASES(cases);
}

static void test_routing_headers(void **state)
{
	static const struct value_case cases[] = {
		{ "IPV6_RTHDR", NATIVE, "00 02 02 01 00000000" ADDR6("07"), 0,
		  "{nexthdr:0,hdrlen:2,type:2,segments_left:1,reserved:0,addr:['2001:db8::7']}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_2, segments_left=1, reserved=0x0, "
		  "addr=[2001:db8::7]}",
		  FINE },
		{ "IPV6_RTHDR", NATIVE, "00 04 00 02 00000000" ADDR6("07") ADDR6("08"), 0,
		  "{nexthdr:0,hdrlen:4,type:0,segments_left:2,reserved:0,"
		  "addr:['2001:db8::7','2001:db8::8']}",
		  "{nexthdr=0, hdrlen=4, type=IPV6_SRCRT_TYPE_0, segments_left=2, reserved=0x0, "
		  "addr=[2001:db8::7, 2001:db8::8]}",
		  REFUSED },
		{ "IPV6_RTHDR", NATIVE,
		  "00 05 04 01 01 40 0203" ADDR6("07") ADDR6("08") "04 06 000000000000", 0,
		  "{nexthdr:0,hdrlen:5,type:4,segments_left:1,first_segment:1,flags:64,tag:515,"
		  "segments:['2001:db8::7','2001:db8::8'],tlvs:[{type:4,len:6,data:'000000000000'}]"
		  "}",
		  "{nexthdr=0, hdrlen=5, type=IPV6_SRCRT_TYPE_4, segments_left=1, first_segment=1, "
		  "flags=SR6_FLAG1_PROTECTED, tag=515, segments=[2001:db8::7, 2001:db8::8], "
		  "tlvs=[{type=SR6_TLV_PADDING, len=6, data=0x000000000000}]}",
		  FINE },
		{ "IPV6_RTHDR", NATIVE,
		  "00 07 04 00 00 08 0000" ADDR6("07") "05 26 0000 00000009" ZERO16 ZERO16, 0,
		  "{nexthdr:0,hdrlen:7,type:4,segments_left:0,first_segment:0,flags:8,tag:0,"
		  "segments:['2001:db8::7'],tlvs:[{type:5,len:38,hmackeyid:9,hmac:"
		  "'0000000000000000000000000000000000000000000000000000000000000000'}]}",
		  "{nexthdr=0, hdrlen=7, type=IPV6_SRCRT_TYPE_4, segments_left=0, first_segment=0, "
		  "flags=SR6_FLAG1_HMAC, tag=0, segments=[2001:db8::7], tlvs=[{type=SR6_TLV_HMAC, "
		  "len=38, hmackeyid=9, hmac="
		  "0x0000000000000000000000000000000000000000000000000000000000000000}]}",
		  FINE },
		/* more segments than there is room for, and left than there are */
		{ "IPV6_RTHDR", NATIVE, "00 02 04 00 01 00 0000" ADDR6("07"), 0,
		  "{nexthdr:0,hdrlen:2,type:4,segments_left:0,first_segment:1,flags:0,tag:0,"
		  "segments:['2001:db8::7']}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_4, segments_left=0, first_segment=1, "
		  "flags=0, tag=0, segments=[2001:db8::7], ...}",
		  REFUSED },
		{ "IPV6_RTHDR", NATIVE, "00 02 04 01 00 00 0000" ADDR6("07"), 0,
		  "{nexthdr:0,hdrlen:2,type:4,segments_left:1,first_segment:0,flags:0,tag:0,"
		  "segments:['2001:db8::7']}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_4, segments_left=1, first_segment=0, "
		  "flags=0, tag=0, segments=[2001:db8::7]}",
		  REFUSED },
		{ "IPV6_RTHDR", NATIVE, "00 02 03 01 00 00 0000" ADDR6("07"), 0,
		  "{nexthdr:0,hdrlen:2,type:3,segments_left:1,cmpri:0,cmpre:0,pad:0,"
		  "segments:['2001:db8::7']}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_3, segments_left=1, cmpri=0, "
		  "cmpre=0, "
		  "pad=0, segments=[2001:db8::7]}",
		  REFUSED },
		{ "IPV6_RTHDR", NATIVE, "00 01 03 02 ef 60 0000 0001 00 0000000000", 0,
		  "{nexthdr:0,hdrlen:1,type:3,segments_left:2,cmpri:14,cmpre:15,pad:6,"
		  "data:'0001000000000000'}",
		  "{nexthdr=0, hdrlen=1, type=IPV6_SRCRT_TYPE_3, segments_left=2, cmpri=14, "
		  "cmpre=15, pad=6, data=0x0001000000000000}",
		  REFUSED },
		{ "IPV6_RTHDR", NATIVE, "00 00 fd 00 01020304", 0,
		  "{nexthdr:0,hdrlen:0,type:253,segments_left:0,data:'01020304'}",
		  "{nexthdr=0, hdrlen=0, type=253, segments_left=0, data=0x01020304}", REFUSED },
		{ "IPV6_RTHDR", NATIVE, "00 02 04", 24, "{nexthdr:0,hdrlen:2,type:4}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_4, ...}", FINE },
		{ "IPV6_RTHDR", NATIVE, "00 02 04 00 00 00 0000 2001", 24,
		  "{nexthdr:0,hdrlen:2,type:4,segments_left:0,first_segment:0,flags:0,tag:0,"
		  "segments:[]}",
		  "{nexthdr=0, hdrlen=2, type=IPV6_SRCRT_TYPE_4, segments_left=0, first_segment=0, "
		  "flags=0, tag=0, segments=[], ...}",
		  FINE },
	};

	CHECK_CASES(cases);
}

#define CMSG(_len, _type) _len "00000000000000 29000000" _type "000000"

static void test_control_messages(void **state)
{
	static const struct value_case cases[] = {
		{ "IPV6_2292PKTOPTIONS", NATIVE,
		  CMSG("14", "34") "40000000 00000000" CMSG("18", "36") "0000050200000100", 0,
		  "[{cmsg_len:20,cmsg_level:41,cmsg_type:52,data:64},"
		  "{cmsg_len:24,cmsg_level:41,cmsg_type:54,data:{nexthdr:0,hdrlen:0,"
		  "options:[{type:5,length:2,value:0},{type:1,length:0}]}}]",
		  "[{cmsg_len=20, cmsg_level=SOL_IPV6, cmsg_type=IPV6_HOPLIMIT, data=64}, "
		  "{cmsg_len=24, cmsg_level=SOL_IPV6, cmsg_type=IPV6_HOPOPTS, data={nexthdr=0, "
		  "hdrlen=0, options=[{type=IPV6_TLV_ROUTERALERT, length=2, value=0}, "
		  "{type=IPV6_TLV_PADN, length=0}]}}]",
		  FINE },
		/* the kernel's layout for 32-bit callers, too */
		{ "IPV6_2292PKTOPTIONS", COMPAT, CMSG("24", "32") ADDR6("07") "02000000 00000000",
		  0,
		  "[{cmsg_len:36,cmsg_level:41,cmsg_type:50,data:{ipi6_addr:'2001:db8::7',"
		  "ipi6_ifindex:2}}]",
		  "[{cmsg_len=36, cmsg_level=SOL_IPV6, cmsg_type=IPV6_PKTINFO, "
		  "data={ipi6_addr=2001:db8::7, ipi6_ifindex=2}}]",
		  FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE,
		  CMSG("28", "05") "00 02 02 01 00000000" ADDR6("07"), 0,
		  "[{cmsg_len:40,cmsg_level:41,cmsg_type:5,data:{nexthdr:0,hdrlen:2,type:2,"
		  "segments_left:1,reserved:0,addr:['2001:db8::7']}}]",
		  "[{cmsg_len=40, cmsg_level=SOL_IPV6, cmsg_type=IPV6_2292RTHDR, data={nexthdr=0, "
		  "hdrlen=2, type=IPV6_SRCRT_TYPE_2, segments_left=1, reserved=0x0, "
		  "addr=[2001:db8::7]}}]",
		  FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE,
		  "1400000000000000 01000000 24000000 2a000000 00000000"
		  "1100000000000000 11000000 05000000 ff",
		  0,
		  "[{cmsg_len:20,cmsg_level:1,cmsg_type:36,data:42},"
		  "{cmsg_len:17,cmsg_level:17,cmsg_type:5,data:'ff'}]",
		  "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SO_MARK, data=0x2a}, "
		  "{cmsg_len=17, cmsg_level=17, cmsg_type=5, data=0xff}]",
		  FINE },
		/* a length below the header's, one beyond optlen, one beyond what was captured */
		{ "IPV6_2292PKTOPTIONS", NATIVE, CMSG("0f", "34") "40000000", 0,
		  "[{cmsg_len:15,cmsg_level:41,cmsg_type:52}]",
		  "[{cmsg_len=15, cmsg_level=SOL_IPV6, cmsg_type=IPV6_HOPLIMIT}, ...]", FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE, CMSG("20", "36") "00 00 0502 0000 0100", 0,
		  "[{cmsg_len:32,cmsg_level:41,cmsg_type:54,data:{nexthdr:0,hdrlen:0,"
		  "options:[{type:5,length:2,value:0},{type:1,length:0}]}}]",
		  "[{cmsg_len=32, cmsg_level=SOL_IPV6, cmsg_type=IPV6_HOPOPTS, data={nexthdr=0, "
		  "hdrlen=0, options=[{type=IPV6_TLV_ROUTERALERT, length=2, value=0}, "
		  "{type=IPV6_TLV_PADN, length=0}]}}, ...]",
		  FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE, CMSG("14", "43") "0400", 24,
		  "[{cmsg_len:20,cmsg_level:41,cmsg_type:67}]",
		  "[{cmsg_len=20, cmsg_level=SOL_IPV6, cmsg_type=IPV6_TCLASS}, ...]", FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE, "1400000000000000 29", 24, "[{cmsg_len:20}]",
		  "[{cmsg_len=20}, ...]", FINE },
		{ "IPV6_2292PKTOPTIONS", NATIVE, "14000000", 24, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

#define NO_PORTS "0000 0000 0000 0000"
#define XFRM_ADDR4(_last) "c00002" _last "00000000 00000000 00000000"
#define XFRM_SEL4        \
	XFRM_ADDR4("07") \
	XFRM_ADDR4("00") "0050 ffff 0000 0000 0200 20 18 06 000000 02000000 e8030000"
#define INF "ffffffffffffffff"
#define XFRM_LIFE INF INF INF INF ZERO16 ZERO16 ZERO16 ZERO16
#define XFRM_TAIL(_dir, _share) "05000000 00000000" _dir "00 01" _share
#define XFRM_TMPL4                                                              \
	XFRM_ADDR4("08")                                                        \
	"00000100 32 000000 0000 0000" XFRM_ADDR4("09") "07000000 01 03 00 00 " \
							"ffffffff ffffffff ffffffff"
#define SEL4_JSON                                                                                  \
	"sel:{daddr:'192.0.2.7',saddr:'192.0.2.0',dport:80,dport_mask:65535,sport:0,sport_mask:0," \
	"family:2,prefixlen_d:32,prefixlen_s:24,proto:6,ifindex:2,user:1000}"
#define SEL4_TEXT                                                                             \
	"sel={daddr=192.0.2.7, saddr=192.0.2.0, dport=80, dport_mask=0xffff, sport=0, "       \
	"sport_mask=0x0, family=AF_INET, prefixlen_d=32, prefixlen_s=24, proto=IPPROTO_TCP, " \
	"ifindex=2, user=1000}"
#define LIFE_JSON                                                                           \
	"lft:{soft_byte_limit:18446744073709551615,hard_byte_limit:18446744073709551615,"   \
	"soft_packet_limit:18446744073709551615,hard_packet_limit:18446744073709551615,"    \
	"soft_add_expires_seconds:0,hard_add_expires_seconds:0,soft_use_expires_seconds:0," \
	"hard_use_expires_seconds:0},curlft:{bytes:0,packets:0,add_time:0,use_time:0}"
#define LIFE_TEXT "lft=unlimited, curlft={bytes=0, packets=0, add_time=0, use_time=0}"
#define TMPL_JSON                                                                            \
	"tmpl:[{id:{daddr:'192.0.2.8',spi:256,proto:50},family:0,saddr:'192.0.2.9',reqid:7," \
	"mode:1,share:3,optional:0,aalgos:4294967295,ealgos:4294967295,calgos:4294967295}]"
#define TMPL_TEXT                                                                                \
	"tmpl=[{id={daddr=192.0.2.8, spi=0x100, proto=IPPROTO_ESP}, family=0, "                  \
	"saddr=192.0.2.9, reqid=7, mode=XFRM_MODE_TUNNEL, share=XFRM_SHARE_UNIQUE, optional=0, " \
	"aalgos=0xffffffff, ealgos=0xffffffff, calgos=0xffffffff}]"
#define REST_JSON(_dir, _share) \
	",priority:5,index:0,dir:" _dir ",action:0,flags:1,share:" _share ","
#define REST_TEXT(_dir, _share)                                           \
	", priority=5, index=0, dir=" _dir ", action=XFRM_POLICY_ALLOW, " \
	"flags=XFRM_POLICY_LOCALOK, share=" _share ", "

static void test_xfrm_policies(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_XFRM_POLICY", NATIVE,
		  XFRM_SEL4 XFRM_LIFE XFRM_TAIL("01", "00") "00000000" XFRM_TMPL4, 0,
		  "{" SEL4_JSON "," LIFE_JSON REST_JSON("1", "0") TMPL_JSON "}",
		  "{" SEL4_TEXT ", " LIFE_TEXT REST_TEXT("XFRM_POLICY_OUT", "XFRM_SHARE_ANY")
			  TMPL_TEXT "}",
		  FINE },
		/* i386 has no padding, arm has */
		{ "IP_XFRM_POLICY", COMPAT, XFRM_SEL4 XFRM_LIFE XFRM_TAIL("01", "00") XFRM_TMPL4, 0,
		  "{" SEL4_JSON "," LIFE_JSON REST_JSON("1", "0") TMPL_JSON "}",
		  "{" SEL4_TEXT ", " LIFE_TEXT REST_TEXT("XFRM_POLICY_OUT", "XFRM_SHARE_ANY")
			  TMPL_TEXT "}",
		  FINE },
		{ "IP_XFRM_POLICY", COMPAT,
		  XFRM_SEL4 XFRM_LIFE XFRM_TAIL("01", "00") "00000000" XFRM_TMPL4, 0,
		  "{" SEL4_JSON "," LIFE_JSON REST_JSON("1", "0") TMPL_JSON "}",
		  "{" SEL4_TEXT ", " LIFE_TEXT REST_TEXT("XFRM_POLICY_OUT", "XFRM_SHARE_ANY")
			  TMPL_TEXT "}",
		  FINE },
		/* a socket forwards nothing */
		{ "IP_XFRM_POLICY", NATIVE, XFRM_SEL4 XFRM_LIFE XFRM_TAIL("02", "00") "00000000", 0,
		  "{" SEL4_JSON "," LIFE_JSON REST_JSON("2", "0") "tmpl:[]}",
		  "{" SEL4_TEXT
		  ", " LIFE_TEXT REST_TEXT("XFRM_POLICY_FWD", "XFRM_SHARE_ANY") "tmpl=[]}",
		  REFUSED },
		{ "IP_XFRM_POLICY", NATIVE, XFRM_SEL4 XFRM_LIFE XFRM_TAIL("00", "04") "00000000", 0,
		  "{" SEL4_JSON "," LIFE_JSON REST_JSON("0", "4") "tmpl:[]}",
		  "{" SEL4_TEXT ", " LIFE_TEXT REST_TEXT("XFRM_POLICY_IN", "4") "tmpl=[]}",
		  REFUSED },
		/* a snapshot of 128 bytes ends in the current lifetime */
		{ "IP_XFRM_POLICY", NATIVE, XFRM_SEL4 XFRM_LIFE, 232,
		  "{" SEL4_JSON "," LIFE_JSON "}", "{" SEL4_TEXT ", " LIFE_TEXT ", ...}", FINE },
		{ "IP_XFRM_POLICY", NATIVE, XFRM_SEL4 INF INF INF "0100000000000000" ZERO8 ZERO8,
		  232,
		  "{" SEL4_JSON ",lft:{soft_byte_limit:18446744073709551615,"
		  "hard_byte_limit:18446744073709551615,soft_packet_limit:18446744073709551615,"
		  "hard_packet_limit:1,soft_add_expires_seconds:0,hard_add_expires_seconds:0}}",
		  "{" SEL4_TEXT ", lft={soft_byte_limit=XFRM_INF, hard_byte_limit=XFRM_INF, "
		  "soft_packet_limit=XFRM_INF, hard_packet_limit=1, soft_add_expires_seconds=0, "
		  "hard_add_expires_seconds=0}, ...}",
		  FINE },
		/* addresses whose family was not captured, and IPv6's */
		{ "IPV6_XFRM_POLICY", NATIVE, ADDR6("07") ADDR6("08") "0050", 168,
		  "{sel:{daddr:'20010db8000000000000000000000007',"
		  "saddr:'20010db8000000000000000000000008',dport:80}}",
		  "{sel={daddr=0x20010db8000000000000000000000007, "
		  "saddr=0x20010db8000000000000000000000008, dport=80}, ...}",
		  FINE },
		{ "IPV6_XFRM_POLICY", NATIVE, ADDR6("07") ADDR6("08") NO_PORTS "0a00 80 40", 168,
		  "{sel:{daddr:'2001:db8::7',saddr:'2001:db8::8',dport:0,dport_mask:0,sport:0,"
		  "sport_mask:0,family:10,prefixlen_d:128,prefixlen_s:64}}",
		  "{sel={daddr=2001:db8::7, saddr=2001:db8::8, dport=0, dport_mask=0x0, sport=0, "
		  "sport_mask=0x0, family=AF_INET6, prefixlen_d=128, prefixlen_s=64}, ...}",
		  FINE },
		{ "IP_XFRM_POLICY", NATIVE, ZERO8 "00", 168, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

#define SADB(_len, _type, _dir) _len "00 1200" _type "00" _dir "00 00000000 05000000"
#define SADB_JSON(_len, _type, _dir)                                                     \
	"{sadb_x_policy_len:" _len ",sadb_x_policy_exttype:18,sadb_x_policy_type:" _type \
	",sadb_x_policy_dir:" _dir ",sadb_x_policy_id:0,sadb_x_policy_priority:5"
#define SADB_TEXT(_len, _type, _dir)                                                     \
	"{sadb_x_policy_len=" _len ", sadb_x_policy_exttype=SADB_X_EXT_POLICY, "         \
	"sadb_x_policy_type=" _type ", sadb_x_policy_dir=" _dir ", sadb_x_policy_id=0, " \
	"sadb_x_policy_priority=5"
#define ESP_JSON(_len, _mode)                                           \
	"{sadb_x_ipsecrequest_len:" _len                                \
	",sadb_x_ipsecrequest_proto:50,sadb_x_ipsecrequest_mode:" _mode \
	",sadb_x_ipsecrequest_level:2,sadb_x_ipsecrequest_reqid:7"
#define ESP_TEXT(_len, _mode)                                                                 \
	"{sadb_x_ipsecrequest_len=" _len ", sadb_x_ipsecrequest_proto=IPPROTO_ESP, "          \
	"sadb_x_ipsecrequest_mode=" _mode ", sadb_x_ipsecrequest_level=IPSEC_LEVEL_REQUIRE, " \
	"sadb_x_ipsecrequest_reqid=7"

static void test_pf_key_policies(void **state)
{
	static const struct value_case cases[] = {
		{ "IP_IPSEC_POLICY", NATIVE, SADB("02", "04", "02"), 0,
		  SADB_JSON("2", "4", "2") "}",
		  SADB_TEXT("2", "IPSEC_POLICY_BYPASS", "IPSEC_DIR_OUTBOUND") "}", FINE },
		{ "IP_IPSEC_POLICY", NATIVE,
		  SADB("0a", "02", "01") "1000 3200 01 02 0000 07000000 00000000"
					 "3000 3200 02 02 0000 07000000 00000000"
					 "0200 0000 c0000208" ZERO8 "0200 0000 c0000209" ZERO8,
		  0,
		  SADB_JSON("10", "2", "1") ",requests:[" ESP_JSON("16", "1") "}," ESP_JSON(
			  "48", "2") ",addresses:["
				     "{sin_family:2,sin_port:0,sin_addr:'192.0.2.8'},"
				     "{sin_family:2,sin_port:0,sin_addr:'192.0.2.9'}]}]}",
		  SADB_TEXT(
			  "10", "IPSEC_POLICY_IPSEC",
			  "IPSEC_DIR_INBOUND") ", "
					       "requests=[" ESP_TEXT("16", "IPSEC_MODE_TRANSPORT") "}, " ESP_TEXT(
						       "48", "IPSEC_MODE_"
							     "TUNNEL") ", "
								       "add"
								       "res"
								       "ses"
								       "=["
								       "192"
								       ".0."
								       "2."
								       "8, "
								       "192"
								       ".0."
								       "2."
								       "9]}"
								       "]}",
		  FINE },
		{ "IPV6_IPSEC_POLICY", NATIVE,
		  SADB("0b", "02", "02") "4800 3200 02 02 0000 07000000 00000000"
					 "0a00 0000 00000000" ADDR6(
						 "08") "00000000"
						       "0a00 0000 00000000" ADDR6("09") "00000000",
		  0,
		  SADB_JSON("11", "2", "2") ",requests:[" ESP_JSON(
			  "72", "2") ",addresses:["
				     "{sin6_family:10,sin6_port:0,sin6_flowinfo:0,sin6_addr:'2001:"
				     "db8::8',sin6_scope_id:0},"
				     "{sin6_family:10,sin6_port:0,sin6_flowinfo:0,sin6_addr:'2001:"
				     "db8::9',sin6_scope_id:0}"
				     "]}]}",
		  SADB_TEXT(
			  "11", "IPSEC_POLICY_IPSEC",
			  "IPSEC_DIR_OUTBOUND") ", requests=[" ESP_TEXT("72",
									"IPSEC_MODE_TUNNEL") ", "
											     "addre"
											     "sses="
											     "[2001"
											     ":db8:"
											     ":8, "
											     "2001:"
											     "db8::"
											     "9]}]"
											     "}",
		  FINE },
		/* a label behind the policy */
		{ "IP_IPSEC_POLICY", NATIVE, SADB("02", "01", "01") "0200 1800 01 01 0300 6c626c",
		  0,
		  SADB_JSON("2", "1",
			    "1") ",sec_ctx:{sadb_x_sec_len:2,sadb_x_sec_exttype:24,"
				 "sadb_x_ctx_alg:1,sadb_x_ctx_doi:1,sadb_x_ctx_len:3,ctx:'lbl'}}",
		  SADB_TEXT("2", "IPSEC_POLICY_NONE",
			    "IPSEC_DIR_INBOUND") ", sec_ctx={sadb_x_sec_len=2, "
						 "sadb_x_sec_exttype=SADB_X_EXT_SEC_CTX, "
						 "sadb_x_ctx_alg=1, sadb_x_ctx_doi=1, "
						 "sadb_x_ctx_len=3, ctx=\"lbl\"}}",
		  FINE },
		/* what the kernel refuses: a length beyond optlen, a type, a direction */
		{ "IP_IPSEC_POLICY", NATIVE, SADB("03", "04", "02"), 0,
		  SADB_JSON("3", "4", "2") ",requests:[]}",
		  SADB_TEXT("3", "IPSEC_POLICY_BYPASS", "IPSEC_DIR_OUTBOUND") ", requests=[], ...}",
		  REFUSED },
		{ "IP_IPSEC_POLICY", NATIVE, SADB("02", "05", "02"), 0,
		  SADB_JSON("2", "5", "2") "}", SADB_TEXT("2", "5", "IPSEC_DIR_OUTBOUND") "}",
		  REFUSED },
		{ "IP_IPSEC_POLICY", NATIVE, SADB("02", "04", "03"), 0,
		  SADB_JSON("2", "4", "3") "}",
		  SADB_TEXT("2", "IPSEC_POLICY_BYPASS", "IPSEC_DIR_FWD") "}", REFUSED },
		/* a request without room for itself, one that leads nowhere, one not captured */
		{ "IP_IPSEC_POLICY", NATIVE,
		  SADB("04", "02", "01") "2000 3200 01 02 0000 07000000 00000000", 0,
		  SADB_JSON("4", "2", "1") ",requests:[" ESP_JSON("32", "1") "}]}",
		  SADB_TEXT("4", "IPSEC_POLICY_IPSEC", "IPSEC_DIR_INBOUND") ", requests=[" ESP_TEXT(
			  "32", "IPSEC_MODE_TRANSPORT") "}], ...}",
		  FINE },
		{ "IP_IPSEC_POLICY", NATIVE,
		  SADB("04", "02", "01") "0000 3200 01 02 0000 07000000 00000000", 0,
		  SADB_JSON("4", "2", "1") ",requests:[" ESP_JSON("0", "1") "}]}",
		  SADB_TEXT("4", "IPSEC_POLICY_IPSEC", "IPSEC_DIR_INBOUND") ", requests=[" ESP_TEXT(
			  "0", "IPSEC_MODE_TRANSPORT") "}], ...}",
		  FINE },
		{ "IP_IPSEC_POLICY", NATIVE, SADB("04", "02", "01"), 32,
		  SADB_JSON("4", "2", "1") ",requests:[]}",
		  SADB_TEXT("4", "IPSEC_POLICY_IPSEC", "IPSEC_DIR_INBOUND") ", requests=[], ...}",
		  FINE },
		{ "IP_IPSEC_POLICY", NATIVE, "0200", 16, "{sadb_x_policy_len:2}",
		  "{sadb_x_policy_len=2, ...}", FINE },
	};

	CHECK_CASES(cases);
}

static void test_bluetooth_lists(void **state)
{
	static const struct value_case cases[] = {
		{ "BT_MODE", NATIVE, "04", 0, "4", "BT_MODE_EXT_FLOWCTL", FINE },
		{ "BT_MODE", NATIVE, "05", 0, "5", "5", REFUSED },
		{ "BT_PHY", NATIVE, "01060000", 0, "1537",
		  "BT_PHY_BR_1M_1SLOT|BT_PHY_LE_1M_TX|BT_PHY_LE_1M_RX", FINE },
		{ "BT_CODEC", NATIVE, "01 05 0000 0000 01 00", 0,
		  "{num_codecs:1,codecs:[{id:5,cid:0,vid:0,data_path:1,num_caps:0}]}",
		  "{num_codecs=1, codecs=[{id=BT_CODEC_MSBC, cid=0x0, vid=0x0, data_path=1, "
		  "num_caps=0}]}",
		  FINE },
		{ "BT_CODEC", NATIVE, "02 ff 1d00 0100 00 02 03 010203 00 02 0000 0000 00 00", 0,
		  "{num_codecs:2,codecs:[{id:255,cid:29,vid:1,data_path:0,num_caps:2,"
		  "caps:['010203','']},{id:2,cid:0,vid:0,data_path:0,num_caps:0}]}",
		  "{num_codecs=2, codecs=[{id=255, cid=0x1d, vid=0x1, data_path=0, num_caps=2, "
		  "caps=[0x010203, 0x]}, {id=BT_CODEC_CVSD, cid=0x0, vid=0x0, data_path=0, "
		  "num_caps=0}]}",
		  REFUSED },
		{ "BT_CODEC", NATIVE, "01 05 0000 0000 01 02 03 01", 0,
		  "{num_codecs:1,codecs:[{id:5,cid:0,vid:0,data_path:1,num_caps:2,caps:['01']}]}",
		  "{num_codecs=1, codecs=[{id=BT_CODEC_MSBC, cid=0x0, vid=0x0, data_path=1, "
		  "num_caps=2, caps=[0x01]}], ...}",
		  FINE },
		{ "BT_CODEC", NATIVE, "01", 8, "{num_codecs:1,codecs:[]}",
		  "{num_codecs=1, codecs=[], ...}", FINE },
		{ "BT_ISO_BASE", NATIVE,
		  "409c00 01 02 06 0000 0000 03 020103 04 03020400 01 06 050301000000 02 00", 0,
		  "{presentation_delay:40000,num_subgroups:1,subgroups:[{num_bis:2,"
		  "codec_id:{coding_format:6,company_id:0,vendor_codec_id:0},"
		  "codec_specific_configuration:[{type:1,value:'03'}],"
		  "metadata:[{type:2,value:'0400'}],bis:[{bis_index:1,"
		  "codec_specific_configuration:[{type:3,value:'01000000'}]},"
		  "{bis_index:2,codec_specific_configuration:[]}]}]}",
		  "{presentation_delay=40000, num_subgroups=1, subgroups=[{num_bis=2, "
		  "codec_id={coding_format=0x6, company_id=0x0, vendor_codec_id=0x0}, "
		  "codec_specific_configuration=[{type=1, value=0x03}], "
		  "metadata=[{type=2, value=0x0400}], bis=[{bis_index=1, "
		  "codec_specific_configuration=[{type=3, value=0x01000000}]}, "
		  "{bis_index=2, codec_specific_configuration=[]}]}]}",
		  FINE },
		{ "BT_ISO_BASE", NATIVE, "409c00 01 01 06 0000 0000 03 0501", 0,
		  "{presentation_delay:40000,num_subgroups:1,subgroups:[{num_bis:1,"
		  "codec_id:{coding_format:6,company_id:0,vendor_codec_id:0},"
		  "codec_specific_configuration:[{type:1,value:''}],bis:[]}]}",
		  "{presentation_delay=40000, num_subgroups=1, subgroups=[{num_bis=1, "
		  "codec_id={coding_format=0x6, company_id=0x0, vendor_codec_id=0x0}, "
		  "codec_specific_configuration=[{type=1, value=0x}], bis=[]}], ...}",
		  FINE },
		{ "BT_ISO_BASE", NATIVE, "409c00 01", 17,
		  "{presentation_delay:40000,num_subgroups:1,subgroups:[]}",
		  "{presentation_delay=40000, num_subgroups=1, subgroups=[], ...}", FINE },
		{ "BT_ISO_BASE", NATIVE, "409c00", 0, NULL, NULL, FINE },
	};

	CHECK_CASES(cases);
}

static void test_dccp_and_decnet(void **state)
{
	static const struct value_case cases[] = {
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "6664707a", 0,
		  "{dccps_service:1717858426,dccps_service_list:[]}",
		  "{dccps_service=SC:fdpz, dccps_service_list=[]}", FINE },
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "00000001 6664707a 66647020 ff", 0,
		  "{dccps_service:1,dccps_service_list:[1717858426,1717858336]}",
		  "{dccps_service=1, dccps_service_list=[SC:fdpz, 1717858336]}", FINE },
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "ffffffff", 0,
		  "{dccps_service:4294967295,dccps_service_list:[]}",
		  "{dccps_service=4294967295, dccps_service_list=[]}", REFUSED },
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "00000001 ffffffff", 0,
		  "{dccps_service:1,dccps_service_list:[4294967295]}",
		  "{dccps_service=1, dccps_service_list=[4294967295]}", REFUSED },
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "00000001 0000", 8,
		  "{dccps_service:1,dccps_service_list:[]}",
		  "{dccps_service=1, dccps_service_list=[], ...}", FINE },
		{ "DCCP_SOCKOPT_SERVICE", NATIVE, "000000", 4, NULL, NULL, FINE },
		{ "DCCP_SOCKOPT_TX_CCID", NATIVE, "03 02 f8", 0, "[3,2,248]",
		  "[DCCPC_CCID3, DCCPC_CCID2, 248]", FINE },
		{ "DCCP_SOCKOPT_RX_CCID", NATIVE, "03", 2, "[3]", "[DCCPC_CCID3, ...]", FINE },
		{ "DSO_CONDATA", NATIVE, "0100 0200 6869" ZERO8 "000000000000", 0,
		  "{opt_status:1,opt_optl:2,opt_data:'6869'}",
		  "{opt_status=1, opt_optl=2, opt_data=0x6869}", FINE },
		{ "DSO_DISDATA", NATIVE, "0000 1100" ZERO16, 0,
		  "{opt_status:0,opt_optl:17,opt_data:'00000000000000000000000000000000'}",
		  "{opt_status=0, opt_optl=17, opt_data=0x00000000000000000000000000000000}",
		  REFUSED },
		{ "DSO_DISDATA", NATIVE, "0000 0200 68", 20,
		  "{opt_status:0,opt_optl:2,opt_data:'68'}",
		  "{opt_status=0, opt_optl=2, opt_data=0x68, ...}", FINE },
		{ "AX25_T1", NATIVE, "0a000000", 0, "10", "10s", FINE },
		{ "AX25_T1", NATIVE, "ffffffff", 0, "4294967295", "4294967295s", REFUSED },
		{ "AX25_T1", NATIVE, "00000000", 0, "0", "0s", REFUSED },
		{ "ROSE_IDLE", NATIVE, "05000000", 0, "5", "5min", FINE },
		{ "ROSE_IDLE", NATIVE, "ffffffff", 0, "-1", "-1", REFUSED },
		{ "CAN_ISOTP_TX_STMIN", NATIVE, "20a10700", 0, "500000", "500us", FINE },
		{ "CAN_ISOTP_TX_STMIN", NATIVE, "dc050000", 0, "1500", "1500ns", FINE },
		{ "CAN_ISOTP_RX_STMIN", NATIVE, "ffffffff", 0, "4294967295", "4294967295ns", FINE },
		{ "WPAN_SECURITY_LEVEL", NATIVE, "ffffffff", 0, "-1", "WPAN_SECURITY_LEVEL_DEFAULT",
		  FINE },
		{ "DSO_SERVICES", NATIVE, "05", 0, "5", "NSP_FC_SRC", FINE },
		{ "DSO_INFO", NATIVE, "04", 0, "4", "4", REFUSED },
	};

	CHECK_CASES(cases);
}

#define ISO_COMMON \
	"01 ff 07 01 00 000000 10270000 0a00 2800 02 05 0000 10270000 0a00 7800 04 0d 0000"
#define ISO_JSON                                                                   \
	",packing:1,framing:0,in:{interval:10000,latency:10,sdu:40,phys:2,rtn:5}," \
	"out:{interval:10000,latency:10,sdu:120,phys:4,rtn:13}"
#define ISO_TEXT                                                                                \
	", packing=1, framing=0, in={interval=10ms, latency=10ms, sdu=40, phys=BT_ISO_PHY_2M, " \
	"rtn=5}, out={interval=10ms, latency=10ms, sdu=120, phys=BT_ISO_PHY_CODED, rtn=13}"

/* Decoded when they are to be shown, and only then. */
static void test_secrets(void **state)
{
	static const struct value_case cases[] = {
		{ "TCP_MD5SIG", NATIVE, PORT0 "02 18 0300 05000000 6b6579" ZERO16 ZERO16, 0,
		  "{tcpm_addr:{sin_family:2,sin_port:0,sin_addr:'127.0.0.1'},tcpm_flags:2,"
		  "tcpm_prefixlen:24,tcpm_keylen:3,tcpm_ifindex:5,tcpm_key:'6b6579'}",
		  "{tcpm_addr=127.0.0.1, tcpm_flags=TCP_MD5SIG_FLAG_IFINDEX, tcpm_prefixlen=24, "
		  "tcpm_keylen=3, tcpm_ifindex=5, tcpm_key=0x6b6579}",
		  FINE },
		{ "TCP_MD5SIG_EXT", NATIVE, PORT0 "00 00 5100 00000000 6b", 216,
		  "{tcpm_addr:{sin_family:2,sin_port:0,sin_addr:'127.0.0.1'},tcpm_flags:0,"
		  "tcpm_prefixlen:0,tcpm_keylen:81,tcpm_ifindex:0,tcpm_key:'6b'}",
		  "{tcpm_addr=127.0.0.1, tcpm_flags=0, tcpm_prefixlen=0, tcpm_keylen=81, "
		  "tcpm_ifindex=0, tcpm_key=0x6b, ...}",
		  REFUSED },
		{ "TCP_MD5SIG", NATIVE, PORT0, 216,
		  "{tcpm_addr:{sin_family:2,sin_port:0,sin_addr:'127.0.0.1'}}",
		  "{tcpm_addr=127.0.0.1, ...}", FINE },
		{ "TCP_AO_ADD_KEY", NATIVE,
		  PORT0 "686d6163 28736861 31290000 00000000" ZERO16 ZERO16 ZERO16
			"07000000 02000000 0000 20 64 65 0c 01 02 6b65",
		  288,
		  "{addr:{sin_family:2,sin_port:0,sin_addr:'127.0.0.1'},alg_name:'hmac(sha1)',"
		  "ifindex:7,set_current:0,set_rnext:1,prefix:32,sndid:100,rcvid:101,maclen:12,"
		  "keyflags:1,keylen:2,key:'6b65'}",
		  "{addr=127.0.0.1, alg_name=\"hmac(sha1)\", ifindex=7, set_current=0, "
		  "set_rnext=1, prefix=32, sndid=100, rcvid=101, maclen=12, "
		  "keyflags=TCP_AO_KEYF_IFINDEX, keylen=2, key=0x6b65}",
		  FINE },
		{ "TLS_TX", NATIVE,
		  "0303 3300 0102030405060708"
		  "101112131415161718191a1b1c1d1e1f"
		  "20212223 3031323334353637",
		  0,
		  "{version:771,cipher_type:51,iv:'0102030405060708',"
		  "key:'101112131415161718191a1b1c1d1e1f',salt:'20212223',"
		  "rec_seq:'3031323334353637'}",
		  "{version=TLS_1_2_VERSION, cipher_type=TLS_CIPHER_AES_GCM_128, "
		  "iv=0x0102030405060708, key=0x101112131415161718191a1b1c1d1e1f, "
		  "salt=0x20212223, rec_seq=0x3031323334353637}",
		  FINE },
		{ "TLS_RX", NATIVE,
		  "0403 3600 0102030405060708090a0b0c" ZERO16 ZERO16 "0000000000000001", 0,
		  "{version:772,cipher_type:54,iv:'0102030405060708090a0b0c',"
		  "key:'0000000000000000000000000000000000000000000000000000000000000000',"
		  "rec_seq:'0000000000000001'}",
		  "{version=TLS_1_3_VERSION, cipher_type=TLS_CIPHER_CHACHA20_POLY1305, "
		  "iv=0x0102030405060708090a0b0c, "
		  "key=0x0000000000000000000000000000000000000000000000000000000000000000, "
		  "rec_seq=0x0000000000000001}",
		  FINE },
		{ "TLS_RX", NATIVE, "0403 6300 010203", 0,
		  "{version:772,cipher_type:99,keys:'010203'}",
		  "{version=TLS_1_3_VERSION, cipher_type=99, keys=0x010203}", FINE },
		{ "SCTP_AUTH_KEY", NATIVE, "05000000 0100 0300 6b6579", 0,
		  "{sca_assoc_id:5,sca_keynumber:1,sca_keylength:3,sca_key:'6b6579'}",
		  "{sca_assoc_id=5, sca_keynumber=1, sca_keylength=3, sca_key=0x6b6579}", FINE },
		{ "SCTP_AUTH_KEY", NATIVE, "05000000 0100 0400 6b6579", 0,
		  "{sca_assoc_id:5,sca_keynumber:1,sca_keylength:4,sca_key:'6b6579'}",
		  "{sca_assoc_id=5, sca_keynumber=1, sca_keylength=4, sca_key=0x6b6579, ...}",
		  REFUSED },
		{ "ALG_SET_KEY", NATIVE, "6b6579", 0, "'6b6579'", "0x6b6579", FINE },
		{ "TCP_FASTOPEN_KEY", NATIVE, "6b6579", 16, "'6b6579'", "0x6b6579...", FINE },
		{ "RXRPC_SECURITY_KEY", NATIVE, "61667340", 0, "'afs@'", "\"afs@\"", FINE },
		{ "BT_ISO_QOS", NATIVE, ISO_COMMON, 0, "{ucast:{cig:1,cis:255,sca:7" ISO_JSON "}}",
		  "{ucast={cig=0x1, cis=0xff, sca=7" ISO_TEXT "}}", FINE },
		{ "BT_ISO_QOS", NATIVE,
		  ISO_COMMON "01 000102030405060708090a0b0c0d0e0f 05 0002 a000 1f 02 d007 0000", 0,
		  "{ucast:{cig:1,cis:255,sca:7" ISO_JSON
		  "},bcast:{big:1,bis:255,sync_factor:7" ISO_JSON
		  ",encryption:1,bcode:'000102030405060708090a0b0c0d0e0f',options:5,skip:512,"
		  "sync_timeout:160,sync_cte_type:31,mse:2,timeout:2000}}",
		  "{ucast={cig=0x1, cis=0xff, sca=7" ISO_TEXT
		  "}, bcast={big=0x1, bis=0xff, sync_factor=7" ISO_TEXT
		  ", encryption=1, bcode=0x000102030405060708090a0b0c0d0e0f, options=0x5, "
		  "skip=512, "
		  "sync_timeout=1.6s, sync_cte_type=0x1f, mse=2, timeout=20s}}",
		  FINE },
		{ "BT_ISO_QOS", NATIVE, "01 ff 07 01", 60,
		  "{ucast:{cig:1,cis:255,sca:7,packing:1,in:{},out:{}},"
		  "bcast:{big:1,bis:255,sync_factor:7,packing:1,in:{},out:{},bcode:''}}",
		  "{ucast={cig=0x1, cis=0xff, sca=7, packing=1, in={}, out={}}, bcast={big=0x1, "
		  "bis=0xff, sync_factor=7, packing=1, in={}, out={}, bcode=0x}, ...}",
		  FINE },
		{ "DSO_CONACCESS", NATIVE, "02 6d65" ZERO16 ZERO16 "000000000000 29 7077", 123,
		  "{acc_accl:2,acc_acc:'me',acc_passl:41}",
		  "{acc_accl=2, acc_acc=\"me\", acc_passl=41, ...}", REFUSED },
	};
	struct value_case hidden;
	size_t i;

	options.show_secrets = true;
	CHECK_CASES(cases);
	options.show_secrets = false;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hidden = cases[i];
		hidden.json = NULL;
		check_case(&hidden);
	}
}

static void test_strings(void **state)
{
	static const struct value_case cases[] = {
		{ "TCP_CONGESTION", NATIVE, "6375626963", 0, "'cubic'", "\"cubic\"", FINE },
		{ "TCP_CONGESTION", NATIVE, "637562696300ffff", 0, "'cubic'", "\"cubic\"", FINE },
		{ "TCP_CONGESTION", NATIVE, "00", 0, "''", "\"\"", FINE },
		/* TCP_CA_NAME_MAX - 1 bytes are all that the kernel looks at */
		{ "TCP_CONGESTION", NATIVE, "61616161616161616161616161616161616161", 0,
		  "'aaaaaaaaaaaaaaa'", "\"aaaaaaaaaaaaaaa\"", FINE },
		{ "TCP_CONGESTION", NATIVE, "6375", 5, "'cu'", "\"cu\"...", FINE },
		{ "TCP_CONGESTION", NATIVE, "637500", 5, "'cu'", "\"cu\"", FINE },
		{ "SO_BINDTODEVICE", NATIVE, "65746830", 0, "'eth0'", "\"eth0\"", FINE },
		{ "SO_BINDTODEVICE", NATIVE, "", 0, NULL, NULL, FINE },
		{ "SO_BINDTODEVICE", NATIVE, "1b5b324a0a22", 0, "'\x1b[2J\n\"'",
		  "\"\\x1b[2J\\n\\\"\"", FINE },
		/* U+202E, U+00E9, a lone continuation byte, U+0085, DEL, backslash */
		{ "SO_BINDTODEVICE", NATIVE, "e280ae c3a9 80 c285 7f 5c", 0,
		  "'\xe2\x80\xae\xc3\xa9\x80\xc2\x85\x7f\\'",
		  "\"\\u202e\xc3\xa9\\x80\\u0085\\x7f\\\\\"", FINE },
		/* a sequence that is cut off, a surrogate, U+2066, U+200F */
		{ "SO_BINDTODEVICE", NATIVE, "eda080 e281a6 e2808f e282", 0,
		  "'\xed\xa0\x80\xe2\x81\xa6\xe2\x80\x8f\xe2\x82'",
		  "\"\\xed\\xa0\\x80\\u2066\\u200f\\xe2\\x82\"", FINE },
		{ "CAIFSO_REQ_PARAM", NATIVE, "94040000", 0, "'94040000'", "0x94040000", FINE },
		{ "CAIFSO_REQ_PARAM", NATIVE, "9404", 4, "'9404'", "0x9404...", FINE },
		{ "CAIFSO_REQ_PARAM", NATIVE, ZERO16 ZERO16 "ff", 0,
		  "'0000000000000000000000000000000000000000000000000000000000000000ff'",
		  "0x0000000000000000000000000000000000000000000000000000000000000000...", FINE },
		{ "CAIFSO_REQ_PARAM", NATIVE, ZERO16 ZERO16 "ff", 40,
		  "'0000000000000000000000000000000000000000000000000000000000000000ff'",
		  "0x0000000000000000000000000000000000000000000000000000000000000000...", FINE },
	};

	CHECK_CASES(cases);
}

/* The layouts, by the system's own headers, would need them all in one room: sizes suffice. */
static void test_no_bytes_at_all(void **state)
{
	struct sot_decoding d = { .value = &value };
	size_t i;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		d.opt = &sot_options[i];
		d.data = NULL;
		d.len = 0;
		d.optlen = 4;
		assert_false(sot_decode_value(&d));
		assert_int_equal(value.count, 0);
	}
}

/* A terminal may be handed the text: no control character, no bidi control, valid UTF-8. */
static void assert_harmless(const char *text, size_t len)
{
	size_t i;

	assert_int_equal(strlen(text), len);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		assert_true(c >= 0x20 && c != 0x7f);
		assert_false(c == 0xc2 && (unsigned char)text[i + 1] < 0xa0);
		if (c == 0xe2 && (unsigned char)text[i + 1] == 0x80) {
			unsigned char last = (unsigned char)text[i + 2];

			assert_false(last == 0x8e || last == 0x8f ||
				     (last >= 0xaa && last <= 0xae));
		}
		if (c == 0xe2 && (unsigned char)text[i + 1] == 0x81) {
			unsigned char last = (unsigned char)text[i + 2];

			assert_false(last >= 0xa6 && last <= 0xa9);
		}
	}
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Bytes that lead somewhere: small numbers, families, UTF-8, and anything at all. */
static uint8_t random_byte(uint64_t *seed)
{
	static const uint8_t likely[] = { 0, 0, 0, 0, 1, 2, 10, 0xff, 0xe2, 0x80, 0xae, 0x1b, '"' };
	uint64_t r = next_random(seed);

	return r >> 60 < 10 ? likely[(r >> 8) % sizeof(likely)] : (uint8_t)(r >> 16);
}

static void decode_random(const struct sot_option *opt, size_t len, bool compat, uint64_t *seed)
{
	static const struct sot_decode_options all = { .show_secrets = true };
	struct sot_decoding d = { .opt = opt, .compat = compat, .value = &value, .options = &all };
	static const int more[] = { 0, 0, 1, 3, 200, 70000, INT32_MAX };
	uint8_t *data = malloc(len ? len : 1);
	static char json[65536];
	char text[300];
	size_t i, n;

	assert_non_null(data);
	for (i = 0; i < len; i++)
		data[i] = random_byte(seed);
	i = next_random(seed) % (sizeof(more) / sizeof(more[0]));
	d.optlen = more[i] == INT32_MAX ? INT32_MAX : (int32_t)len + more[i];
	d.data = data;
	d.len = len;
	if (sot_decode_value(&d)) {
		assert_true(len > 0);
		assert_true(value.count <= SOT_VALUE_NODES);
		assert_true(value.arena_used <= SOT_VALUE_ARENA);
		to_json(&value, json, sizeof(json));
		n = 1 + next_random(seed) % sizeof(text);
		assert_harmless(text, sot_value_text(&value, text, n));
	} else {
		assert_int_equal(value.count, 0);
		assert_false(d.out_of_range);
	}
	free(data);
}

static void test_every_row_with_every_length(void **state)
{
	uint64_t seed = 88172645463325252ULL;
	size_t i, len;
	int round, compat;

	(void)state;
	for (i = 0; i < sot_options_count; i++)
		for (len = 0; len <= 300; len++)
			for (compat = 0; compat < 2; compat++)
				for (round = 0; round < 3; round++)
					decode_random(&sot_options[i], len, compat, &seed);
}

/* A list of more sources than there are nodes: cut, and still balanced. */
static void test_more_than_fits(void **state)
{
	struct sot_decoding d = { .opt = option_named("IP_MSFILTER"), .value = &value };
	const size_t count = 5000, len = 16 + 4 * count;
	uint8_t *data = calloc(1, len);
	static char json[65536];
	char text[64];

	(void)state;
	assert_non_null(data);
	memcpy(data + 12, &(uint32_t){ (uint32_t)count }, 4);
	d.data = data;
	d.len = len;
	d.optlen = (int32_t)len;
	assert_true(sot_decode_value(&d));
	assert_true(value.cut);
	assert_false(d.out_of_range);
	to_json(&value, json, sizeof(json));
	assert_int_equal(sot_value_text(&value, text, sizeof(text)), 63);
	assert_string_equal(text + 60, "...");
	free(data);
}

static void test_more_bytes_than_fit(void **state)
{
	struct sot_decoding d = { .opt = option_named("IP_XFRM_POLICY"), .value = &value };
	uint8_t *data = calloc(1, 65536);

	(void)state;
	assert_non_null(data);
	d.data = data;
	d.len = 65536;
	d.optlen = 65536;
	assert_true(sot_decode_value(&d));
	assert_true(value.cut);
	free(data);
}

/* As many instructions as a snapshot holds, the longest there are. */
static void test_longest_filter(void **state)
{
	static const uint8_t fprog[16] = { 0x00, 0x10, [8] = 1 };
	struct sot_decoding d = { .opt = option_named("SO_ATTACH_FILTER"), .value = &value };
	static const uint8_t insn[] = { 0xff, 0xff, 255, 255, 0xff, 0xff, 0xff, 0xff };
	size_t count = SOT_SNAPSHOT_MAX / sizeof(insn), i;
	uint8_t *filter = malloc(SOT_SNAPSHOT_MAX);

	(void)state;
	assert_non_null(filter);
	for (i = 0; i < count; i++)
		memcpy(filter + i * sizeof(insn), insn, sizeof(insn));
	d.data = fprog;
	d.len = sizeof(fprog);
	d.optlen = sizeof(fprog);
	d.beyond = (struct sot_beyond){ SOT_BEHIND_CBPF, filter, SOT_SNAPSHOT_MAX };
	assert_true(sot_decode_value(&d));
	assert_false(value.full);
	assert_int_equal(value.count, 1 + 1 + 1 + count + 1 + 1);
	assert_string_equal(value.node[3 + count - 1].str, "{ 0xffff, 255, 255, 0xffffffff }");
	free(filter);
}

/* The builder, without any decoder */

static void test_builder_keeps_balance(void **state)
{
	char json[4096];
	int i;

	(void)state;
	sot_value_init(&value);
	for (i = 0; i < 3 * SOT_VALUE_NODES; i++)
		sot_value_open(&value, SOT_NODE_ARRAY, NULL, NULL);
	sot_value_int(&value, NULL, 1, NULL);
	for (i = 0; i < 3 * SOT_VALUE_NODES; i++)
		sot_value_close(&value);
	sot_value_close(&value); /* one too many is harmless */
	assert_true(value.cut);
	assert_int_equal(value.count, SOT_VALUE_NODES);
	to_json(&value, json, sizeof(json));
}

/* What comes after a node that was dropped is dropped too, or it would look like the next. */
static void test_builder_drops_the_rest(void **state)
{
	unsigned int i, count;

	(void)state;
	sot_value_init(&value);
	sot_value_open(&value, SOT_NODE_ARRAY, NULL, NULL);
	for (i = 0; i < SOT_VALUE_NODES - 3; i++)
		sot_value_int(&value, NULL, i, NULL);
	count = value.count;
	sot_value_open(&value, SOT_NODE_OBJECT, NULL, NULL); /* would need two nodes, one is left */
	sot_value_close(&value);
	sot_value_int(&value, NULL, 7, NULL);
	assert_int_equal(value.count, count);
	sot_value_close(&value);
	assert_int_equal(value.node[value.count - 1].kind, SOT_NODE_END);
	assert_true(value.cut);
}

static void test_arena_is_full(void **state)
{
	static char big[SOT_VALUE_ARENA + 1];
	char text[32];

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	sot_value_init(&value);
	sot_value_open(&value, SOT_NODE_TUPLE, NULL, NULL);
	sot_value_string(&value, "a", big, sizeof(big));
	assert_int_equal(value.arena_used, SOT_VALUE_ARENA);
	sot_value_int(&value, "b", 5, "five");
	sot_value_symbol(&value, "c", "symbol");
	assert_string_equal(sot_value_printf(&value, "%d", 5), "");
	sot_value_close(&value);
	assert_true(value.cut);
	assert_int_equal(value.node[1].len, SOT_VALUE_ARENA);
	assert_null(value.node[2].text);
	assert_int_equal(value.node[3].len, 0);
	assert_int_equal(sot_value_text(&value, text, sizeof(text)), 31);
}

/* The text fits whatever room there is, cut between characters, never inside an escape. */
static void test_text_is_cut_to_fit(void **state)
{
	static const char *const wanted[] = {
		"",
		"",
		".",
		"..",
		"...",
		"\"...",
		"\"a...",
		"\"a...",
		"\"a\\n...",
		"\"a\\n...",
		"\"a\\n\xc3\xa9...",
	};
	char text[16];
	size_t size, len;

	(void)state;
	sot_value_init(&value);
	sot_value_string(&value, NULL, "a\n\xc3\xa9zzzzzzzzzzzzzz", 18);
	for (size = 0; size < sizeof(wanted) / sizeof(wanted[0]); size++) {
		memset(text, '#', sizeof(text));
		len = sot_value_text(&value, text, size);
		assert_int_equal(text[size], '#');
		assert_int_equal(len, strlen(wanted[size]));
		if (size)
			assert_string_equal(text, wanted[size]);
	}
}

/* What fits exactly is not cut. */
static void test_text_fits_exactly(void **state)
{
	char text[6];

	(void)state;
	sot_value_init(&value);
	sot_value_symbol(&value, NULL, "abcde");
	assert_int_equal(sot_value_text(&value, text, sizeof(text)), 5);
	assert_string_equal(text, "abcde");
	assert_int_equal(sot_value_text(&value, text, 5), 4);
	assert_string_equal(text, "a...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_short_numbers),
		cmocka_unit_test(test_type_of_service),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_socket_structs),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_multicast_structs),
		cmocka_unit_test(test_ipv6_structs),
		cmocka_unit_test(test_tcp_structs),
		cmocka_unit_test(test_packet_structs),
		cmocka_unit_test(test_structs_of_other_protocols),
		cmocka_unit_test(test_structs_of_buses_and_clusters),
		cmocka_unit_test(test_structs_of_removed_protocols),
		cmocka_unit_test(test_sctp_structs),
		cmocka_unit_test(test_netfilter_structs),
		cmocka_unit_test(test_interface_names),
		cmocka_unit_test(test_ip_options),
		cmocka_unit_test(test_extension_headers),
		cmocka_unit_test(test_routing_headers),
		cmocka_unit_test(test_control_messages),
		cmocka_unit_test(test_xfrm_policies),
		cmocka_unit_test(test_pf_key_policies),
		cmocka_unit_test(test_bluetooth_lists),
		cmocka_unit_test(test_dccp_and_decnet),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_no_bytes_at_all),
		cmocka_unit_test(test_every_row_with_every_length),
		cmocka_unit_test(test_more_than_fits),
		cmocka_unit_test(test_more_bytes_than_fit),
		cmocka_unit_test(test_longest_filter),
		cmocka_unit_test(test_builder_keeps_balance),
		cmocka_unit_test(test_builder_drops_the_rest),
		cmocka_unit_test(test_arena_is_full),
		cmocka_unit_test(test_text_is_cut_to_fit),
		cmocka_unit_test(test_text_fits_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
