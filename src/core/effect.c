/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel's state after a call: shown as the option's value, and compared with it. */
#include "effect.h"

#include <string.h>

#include "record.h"
#include "value_types.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_US 1000ULL
#define FOREVER UINT64_MAX
/* A jiffy is at most this long: CONFIG_HZ is 100 at the least. */
#define JIFFY_NS 10000000ULL
/*
 * At least as much as the least buffer that the kernel gives whatever was asked for,
 * SOCK_MIN_SNDBUF of include/net/sock.h; that is 4,608 in a usual configuration.
 */
#define BUFFER_LEAST 8192
#define TOS_ECN_MASK 3 /* the kernel keeps these two bits of a stream for itself */
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define PROTO_TCP 6
#define PROTO_UDP 17
#define PROTO_UDPLITE 136
#define PROTO_SMC 256
#define PROTO_MPTCP 262

const char *const sot_effect_roots[SOT_ROOT_COUNT] = {
	[SOT_ROOT_SOCK] = "sock",    [SOT_ROOT_INET] = "inet_sock",	[SOT_ROOT_TCP] = "tcp_sock",
	[SOT_ROOT_UDP] = "udp_sock", [SOT_ROOT_PACKET] = "packet_sock",
};

const struct sot_effect sot_effects[SOT_EFFECT_COUNT] = {
#define EFFECT2(_level, _name, _root, _form, _place, _second)              \
	[SOT_EFFECT_##_level##_##_name] = { SOT_OPTION_##_level##_##_name, \
					    SOT_ROOT_##_root,              \
					    SOT_FORM_##_form,              \
					    { _place, _second } },
#define EFFECT(_level, _name, _root, _form, _place) \
	EFFECT2(_level, _name, _root, _form, _place, NULL)
#include "effects.def"
#undef EFFECT
#undef EFFECT2
};

/* Is what the record's value asks for what the kernel holds? Only of a decoded value. */
typedef bool agrees_fn(const struct sot_record *rec, uint64_t state);

/* The state in the option's own layout, for its decoder; returns the number of bytes. */
typedef size_t bytes_fn(const struct sot_event *ev, uint8_t *bytes);

/* The number that a scalar asks for; an option without one has no form that looks. */
static int64_t asked(const struct sot_record *rec)
{
	return rec->value.node[0].num;
}

/* The same 32 bits: fields of the kernel are signed or not as they come. */
static bool same(const struct sot_record *rec, uint64_t state)
{
	return (uint32_t)asked(rec) == (uint32_t)state;
}

static bool same_truth(const struct sot_record *rec, uint64_t state)
{
	return !asked(rec) == !state;
}

/* do_tcp_setsockopt: of on, off, and off without window probe the first alone */
static bool same_repair(const struct sot_record *rec, uint64_t state)
{
	return (asked(rec) == 1) == (state == 1);
}

/* sk_setsockopt: up to net.core.[rw]mem_max, then doubled, then at least the least */
static bool same_buffer(const struct sot_record *rec, uint64_t state)
{
	int64_t val = asked(rec), held = (int32_t)state;

	return val < 0 || held <= 2 * val || held <= BUFFER_LEAST;
}

static bool same_forced_buffer(const struct sot_record *rec, uint64_t state)
{
	int64_t val = asked(rec), held = (int32_t)state;

	if (val < 0)
		val = 0;
	if (val > INT32_MAX / 2)
		val = INT32_MAX / 2;
	return held == 2 * val || (held > 2 * val && held <= BUFFER_LEAST);
}

static bool same_linger(const struct sot_record *rec, uint64_t is_on)
{
	uint64_t seconds = (uint32_t)rec->value.node[2].num;
	uint64_t held = rec->ev->effective[1];

	if (!rec->value.node[1].num || !is_on)
		return !rec->value.node[1].num == !is_on;
	return held == FOREVER || held == seconds * NS_PER_S;
}

/* sock_set_timeout: rounded up to a jiffy; nothing is for ever, less than nothing is nothing */
static bool same_timeout(const struct sot_record *rec, uint64_t state)
{
	int64_t sec = rec->value.node[1].num, usec = rec->value.node[2].num;
	uint64_t wanted;

	if (sec < 0)
		return state == 0;
	if (!sec && !usec)
		return state == FOREVER;
	if ((uint64_t)sec >= FOREVER / 4 / NS_PER_S) /* what the programs cannot tell from it */
		return state == FOREVER;
	wanted = (uint64_t)sec * NS_PER_S + (uint64_t)usec * NS_PER_US;
	return state >= wanted && state - wanted <= JIFFY_NS;
}

static bool same_seconds(const struct sot_record *rec, uint64_t state)
{
	return (uint64_t)asked(rec) * NS_PER_S == state;
}

/* The byte, without the two bits that the kernel keeps for itself on a stream. */
static bool same_tos(const struct sot_record *rec, uint64_t state)
{
	return ((asked(rec) ^ (int64_t)state) & 0xff & ~TOS_ECN_MASK) == 0;
}

/* do_ipv6_setsockopt: -1 is the default, 0 */
static bool same_class(const struct sot_record *rec, uint64_t state)
{
	return asked(rec) == -1 ? state == 0 : same_tos(rec, state);
}

/* The name of a device cannot be compared with its index; only whether there is to be one. */
static bool same_device(const struct sot_record *rec, uint64_t state)
{
	const struct sot_node *node = &rec->value.node[0];

	return !strnlen(node->str, node->len) == !state;
}

static bool same_name(const struct sot_record *rec, uint64_t state)
{
	const struct sot_node *node = &rec->value.node[0];
	const char *held = (const char *)rec->ev->effective;
	size_t len = strnlen(held, rec->ev->effective_len),
	       asked_len = strnlen(node->str, node->len);
	/* the snapshot may end within the name */
	bool is_cut = asked_len == rec->bytes_len && rec->bytes_len < (uint32_t)rec->ev->optlen;

	(void)state;
	return (is_cut ? asked_len <= len : asked_len == len) &&
	       !memcmp(node->str, held, asked_len);
}

/* struct sock_fprog begins with the number of instructions */
static bool same_filter(const struct sot_record *rec, uint64_t state)
{
	return rec->bytes_len < 2 || (rec->bytes[0] | (unsigned int)rec->bytes[1] << 8) == state;
}

/* struct tpacket_req: tp_block_size, tp_block_nr */
static bool same_ring(const struct sot_record *rec, uint64_t state)
{
	return rec->value.count < 3 || (uint32_t)rec->value.node[2].num == (uint32_t)state;
}

static size_t put_int(uint8_t *bytes, uint64_t num)
{
	int32_t val = (int32_t)num;

	memcpy(bytes, &val, sizeof(val));
	return sizeof(val);
}

static size_t int_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	return put_int(bytes, ev->effective[0]);
}

static size_t seconds_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	return put_int(bytes, ev->effective[0] / NS_PER_S);
}

static size_t index_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	return put_int(bytes, __builtin_bswap32((uint32_t)ev->effective[0]));
}

static size_t linger_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	size_t len = put_int(bytes, ev->effective[0]);

	return len + put_int(bytes + len,
			     ev->effective[1] == FOREVER ? INT32_MAX : ev->effective[1] / NS_PER_S);
}

/* for ever is 0, as sock_get_timeout has it */
static size_t timeout_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	uint64_t ns = ev->effective[0] == FOREVER ? 0 : ev->effective[0];
	int64_t part[2] = { (int64_t)(ns / NS_PER_S), (int64_t)(ns % NS_PER_S / NS_PER_US) };

	memcpy(bytes, part, sizeof(part));
	return sizeof(part);
}

static size_t name_bytes(const struct sot_event *ev, uint8_t *bytes)
{
	size_t len = strnlen((const char *)ev->effective, ev->effective_len);

	memcpy(bytes, ev->effective, len);
	return len;
}

/* A form: how it compares; its bytes, or the member's name (NULL: none) of a bare number. */
struct form {
	agrees_fn *agrees;
	bytes_fn *bytes;
	const char *member;
	uint8_t jiffies; /* places that count in jiffies, by bit */
	uint8_t nodes;	 /* of the decoded value that it looks at, the fewest */
};

static const struct form forms[SOT_FORM_COUNT] = {
	[SOT_FORM_SAME] = { same, int_bytes, .nodes = 1 },
	[SOT_FORM_TRUTH] = { same_truth, int_bytes, .nodes = 1 },
	[SOT_FORM_REPAIR] = { same_repair, int_bytes, .nodes = 1 },
	[SOT_FORM_BUFFER] = { same_buffer, int_bytes, .nodes = 1 },
	[SOT_FORM_BUFFER_FORCE] = { same_forced_buffer, int_bytes, .nodes = 1 },
	[SOT_FORM_LINGER] = { same_linger, linger_bytes, .jiffies = 2, .nodes = 4 },
	[SOT_FORM_TIMEOUT] = { same_timeout, timeout_bytes, .jiffies = 1, .nodes = 4 },
	[SOT_FORM_SECONDS] = { same_seconds, seconds_bytes, .jiffies = 1, .nodes = 1 },
	[SOT_FORM_TOS] = { same_tos, int_bytes, .nodes = 1 },
	[SOT_FORM_CLASS] = { same_class, int_bytes, .nodes = 1 },
	[SOT_FORM_INDEX_BE] = { same, index_bytes, .nodes = 1 },
	[SOT_FORM_DEVICE] = { same_device, NULL, .nodes = 1 },
	[SOT_FORM_NAME] = { same_name, name_bytes, .nodes = 1 },
	[SOT_FORM_FILTER] = { same_filter, NULL, "len" },
	[SOT_FORM_RING] = { same_ring, NULL, "tp_block_nr", .nodes = 4 },
};

bool sot_effect_in_jiffies(const struct sot_effect *effect, unsigned int index)
{
	return forms[effect->form].jiffies >> index & 1;
}

/* The socket is such a structure: multipath TCP's and SMC's are others under the same family. */
static bool is_root(const struct sot_event *ev, enum sot_effect_root root)
{
	bool inet = ev->family == AF_INET || ev->family == AF_INET6;

	if (inet && (ev->protocol == PROTO_MPTCP || ev->protocol == PROTO_SMC))
		return false;
	switch (root) {
	case SOT_ROOT_SOCK:
		return true;
	case SOT_ROOT_INET:
		return inet;
	case SOT_ROOT_TCP:
		return inet && ev->protocol == PROTO_TCP;
	case SOT_ROOT_UDP:
		return inet && (ev->protocol == PROTO_UDP || ev->protocol == PROTO_UDPLITE);
	case SOT_ROOT_PACKET:
		return ev->family == AF_PACKET;
	case SOT_ROOT_COUNT:
		break;
	}
	return false;
}

static const struct sot_effect *effect_of(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	const struct sot_effect *effect;

	if (!(ev->have & SOT_HAVE_EFFECTIVE) || !(ev->have & SOT_HAVE_SOCKET) || !ev->effect ||
	    ev->effect > SOT_EFFECT_COUNT || ev->effective_len > sizeof(ev->effective))
		return NULL;
	effect = &sot_effects[ev->effect - 1];
	if (rec->option != &sot_options[effect->option] || !is_root(ev, effect->root))
		return NULL;
	return effect;
}

bool sot_effect_known(const struct sot_record *rec)
{
	return effect_of(rec) != NULL;
}

void sot_effect_value(const struct sot_record *rec, struct sot_value *value)
{
	const struct form *form = &forms[effect_of(rec)->form];
	uint8_t bytes[SOT_EFFECT_PLACES * 8];
	struct sot_decoding d = { .opt = rec->option, .data = bytes, .value = value };

	if (form->bytes) {
		d.len = form->bytes(rec->ev, bytes);
		d.optlen = (int32_t)d.len;
		if (!sot_decode_value(&d))
			sot_value_string(value, NULL, "", 0);
		return;
	}
	sot_value_init(value);
	if (form->member)
		sot_value_open(value, SOT_NODE_OBJECT, NULL, NULL);
	sot_value_int(value, form->member, (int64_t)rec->ev->effective[0], NULL);
	if (form->member)
		sot_value_close(value);
}

bool sot_effect_mismatch(const struct sot_record *rec)
{
	const struct sot_effect *effect = effect_of(rec);
	const struct sot_event *ev = rec->ev;

	if (!effect || !(ev->have & SOT_HAVE_RET) || ev->ret < 0 || !rec->decoded ||
	    rec->value.count < forms[effect->form].nodes)
		return false;
	return !forms[effect->form].agrees(rec, ev->effective[0]);
}
