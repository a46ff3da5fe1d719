/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How the bytes of a value are read: one function a type, and the table of them.
 * Numbers and bytes are here, structures in value_structs.c and
 * value_protocols.c.
 *
 * Bytes come from a traced process, at any address and of any length: every load goes
 * byte by byte and only after have() said that the bytes are there. Layouts are those
 * of x86-64 and arm64 (little-endian) and of their 32-bit callers.
 */
#include <stdio.h>
#include <string.h>

#include "value_decode.h"

const char *sot_named_find(const struct sot_named *table, uint64_t value)
{
	for (; table && table->name; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

/* "A|B|0x40"; NULL when not one bit has a name. */
const char *sot_bits_text(struct sot_value *v, const struct sot_named *table, uint64_t bits)
{
	char text[512];
	size_t len = 0;
	bool named = false;

	for (; table && table->name; table++) {
		if (!table->value || (bits & table->value) != table->value ||
		    len + strlen(table->name) + 24 > sizeof(text))
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? "|" : "",
					table->name);
		bits &= ~table->value;
		named = true;
	}
	if (!named)
		return bits ? sot_value_printf(v, "0x%llx", (unsigned long long)bits) : NULL;
	if (bits)
		snprintf(text + len, sizeof(text) - len, "|0x%llx", (unsigned long long)bits);
	return sot_value_printf(v, "%s", text);
}

/* "5s", "1.5s", "200ms", "1.5ms", "30us"; NULL where it makes no sense. */
const char *sot_duration_text(struct sot_value *v, int64_t sec, int64_t usec)
{
	unsigned int part = (unsigned int)usec, digits = 6;
	const char *unit = "s";

	if (sec < 0 || usec < 0 || usec > 999999)
		return NULL;
	if (!sec && part && part < 1000)
		return sot_value_printf(v, "%uus", part);
	if (!sec && part) {
		unit = "ms";
		sec = part / 1000;
		part %= 1000;
		digits = 3;
	}
	for (; part && part % 10 == 0; digits--)
		part /= 10;
	if (!part)
		return sot_value_printf(v, "%lld%s", (long long)sec, unit);
	return sot_value_printf(v, "%lld.%0*u%s", (long long)sec, (int)digits, part, unit);
}

const char *sot_nanoseconds_text(struct sot_value *v, uint64_t nsec)
{
	if (nsec % 1000)
		return sot_value_printf(v, "%lluns", (unsigned long long)nsec);
	return sot_duration_text(v, (int64_t)(nsec / 1000000000), (int64_t)(nsec / 1000 % 1000000));
}

/* Numbers */

/*
 * The int of a scalar option as the kernel reads it: from 4 bytes on an int; of fewer
 * one byte (do_ip_setsockopt), or nothing and 0 (do_ipv6_setsockopt), or it refuses.
 */
static bool load_int(struct sot_decoding *d, int32_t *val)
{
	bool is_short = d->optlen < 4 && sot_option_min_len(d->opt, d->compat) < 4;

	if (is_short && !(d->opt->flags & SOT_OPT_CHAR_OK)) {
		*val = 0;
	} else if (is_short && have(d, 0, 1)) {
		*val = d->data[0];
	} else if (have(d, 0, 4)) {
		*val = (int32_t)load32(d->data);
	} else {
		d->value->cut = true;
		return false;
	}
	return true;
}

void sot_check_range(struct sot_decoding *d, int64_t val)
{
	const struct sot_option *opt = d->opt;

	if (!opt->has_range || (val >= opt->min && val <= opt->max))
		return;
	d->out_of_range = !(opt->has_also && val == opt->also);
}

/* The text of an int in its type's way; NULL: the number. */
typedef const char *int_text_fn(struct sot_decoding *d, int32_t val);

static void decode_int(struct sot_decoding *d, int_text_fn *text)
{
	int32_t val;

	if (!load_int(d, &val))
		return;
	sot_check_range(d, val);
	sot_value_int(d->value, NULL, val, text ? text(d, val) : NULL);
}

void sot_decode_INT(struct sot_decoding *d)
{
	decode_int(d, NULL);
}

void sot_decode_UINT(struct sot_decoding *d)
{
	int32_t val;

	if (!load_int(d, &val))
		return;
	sot_check_range(d, (uint32_t)val);
	sot_value_uint(d->value, NULL, (uint32_t)val, NULL);
}

void sot_decode_UINT_SECONDS(struct sot_decoding *d)
{
	int32_t val;

	if (!load_int(d, &val))
		return;
	sot_check_range(d, (uint32_t)val);
	sot_value_uint(d->value, NULL, (uint32_t)val,
		       sot_duration_text(d->value, (uint32_t)val, 0));
}

void sot_decode_UINT_NSECONDS(struct sot_decoding *d)
{
	int32_t val;

	if (load_int(d, &val))
		sot_value_uint(d->value, NULL, (uint32_t)val,
			       sot_nanoseconds_text(d->value, (uint32_t)val));
}

void sot_decode_HEX(struct sot_decoding *d)
{
	int32_t val;

	if (load_int(d, &val))
		sot_value_uint(d->value, NULL, (uint32_t)val,
			       sot_value_printf(d->value, "0x%x", (uint32_t)val));
}

const char *sot_bool_text(struct sot_value *v, int32_t val)
{
	if (val == 0 || val == 1)
		return val ? "on" : "off";
	return sot_value_printf(v, "on (%d)", val);
}

static const char *int_bool_text(struct sot_decoding *d, int32_t val)
{
	return sot_bool_text(d->value, val);
}

static const char *int_enum_text(struct sot_decoding *d, int32_t val)
{
	return sot_named_find(d->opt->named, (uint64_t)(int64_t)val);
}

static const char *int_bits_text(struct sot_decoding *d, int32_t val)
{
	return sot_bits_text(d->value, d->opt->named, (uint32_t)val);
}

static const char *seconds_text(struct sot_decoding *d, int32_t val)
{
	return sot_duration_text(d->value, val, 0);
}

static const char *mseconds_text(struct sot_decoding *d, int32_t val)
{
	return sot_duration_text(d->value, val / 1000, val % 1000 * 1000);
}

static const char *useconds_text(struct sot_decoding *d, int32_t val)
{
	return sot_duration_text(d->value, val / 1000000, val % 1000000);
}

static const char *minutes_text(struct sot_decoding *d, int32_t val)
{
	return val < 0 ? NULL : sot_value_printf(d->value, "%dmin", val);
}

const char *sot_interface_name(struct sot_decoding *d, int64_t index)
{
	if (!d->options->interface_name || index <= 0 || index > INT32_MAX)
		return NULL;
	return d->options->interface_name(d->options->context, d->net_ns, (uint32_t)index);
}

static const char *ifindex_text(struct sot_decoding *d, int32_t val)
{
	const char *name = sot_interface_name(d, val);

	return name ? sot_value_printf(d->value, "ifindex %d (%s)", val, name) :
		      sot_value_printf(d->value, "ifindex %d", val);
}

/* Differentiated services: RFC 2474, 2597, 3246, 5865, 8622; else the bits of RFC 1349. */
static const char *dscp_name(uint8_t dscp, char buf[16])
{
	static const struct sot_named names[] = {
		{ 1, "LE" },  { 2, "throughput" }, { 4, "lowdelay" },
		{ 44, "VA" }, { 46, "EF" },	   { 0, NULL },
	};
	unsigned int class = dscp >> 3, drop = dscp >> 1 & 3; /* of AFxy */

	if (dscp && dscp % 8 == 0)
		snprintf(buf, 16, "CS%u", class);
	else if (class >= 1 && class <= 4 && drop && dscp % 2 == 0)
		snprintf(buf, 16, "AF%u%u", class, drop);
	else
		return sot_named_find(names, dscp);
	return buf;
}

static const char *tos_text(struct sot_decoding *d, int32_t val)
{
	static const char *const ecn[] = { "", "ECT(1)", "ECT(0)", "CE" };
	char buf[16];
	const char *name;

	if (val < 0 || val > 255)
		return NULL;
	name = dscp_name((uint8_t)val >> 2, buf);
	if (!name && !(val & 3))
		return sot_value_printf(d->value, "0x%02x", (unsigned int)val);
	return sot_value_printf(d->value, "0x%02x (%s%s%s)", (unsigned int)val, name ? name : "",
				name && (val & 3) ? ", " : "", ecn[val & 3]);
}

#define INT_TYPE(_id, _text)                          \
	void sot_decode_##_id(struct sot_decoding *d) \
	{                                             \
		decode_int(d, _text);                 \
	}
INT_TYPE(BOOL, int_bool_text)
INT_TYPE(ENUM, int_enum_text)
INT_TYPE(BITS, int_bits_text)
INT_TYPE(SECONDS, seconds_text)
INT_TYPE(MSECONDS, mseconds_text)
INT_TYPE(USECONDS, useconds_text)
INT_TYPE(MINUTES, minutes_text)
INT_TYPE(IFINDEX, ifindex_text)
INT_TYPE(TOS, tos_text)

/* IP_UNICAST_IF, IPV6_UNICAST_IF: the index in network order */
void sot_decode_IFINDEX_BE(struct sot_decoding *d)
{
	int32_t val;

	if (!load_int(d, &val))
		return;
	val = (int32_t)__builtin_bswap32((uint32_t)val);
	sot_value_int(d->value, NULL, val, ifindex_text(d, val));
}

/* "fd 5 (program 17 my_filter)"; which one it is the descriptor's number does not tell later */
void sot_decode_BPF_FD(struct sot_decoding *d)
{
	bool known = d->beyond.kind == SOT_BEHIND_PROG;
	struct sot_value *v = d->value;
	const char *name, *text;
	int32_t fd;

	if (!load_int(d, &fd))
		return;
	name = known ? sot_value_printf(v, "%.*s", SOT_PROG_NAME_LEN, d->beyond.prog_name) : NULL;
	if (known)
		text = sot_value_printf(v, "fd %d (program %u%s%s)", fd, d->beyond.prog_id,
					*name ? " " : "", name);
	else
		text = sot_value_printf(v, "fd %d", fd);
	sot_value_open(v, SOT_NODE_OBJECT, NULL, text);
	sot_value_int(v, "fd", fd, NULL);
	if (known) {
		sot_value_uint(v, "prog_id", d->beyond.prog_id, NULL);
		sot_value_string(v, "prog_name", name, strlen(name));
	} else {
		sot_value_null(v, "prog_id", NULL);
		sot_value_null(v, "prog_name", NULL);
	}
	sot_value_close(v);
}

/* IP_LOCAL_PORT_RANGE in do_ip_setsockopt: two shorts in host order, 0 leaves a bound as it is */
void sot_decode_PORT_RANGE(struct sot_decoding *d)
{
	unsigned int low, high;

	if (!have(d, 0, 4)) {
		d->value->cut = true;
		return;
	}
	low = load16(d->data);
	high = load16(d->data + 2);
	d->out_of_range = low && high && low > high;
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL,
		       sot_value_printf(d->value, "%u-%u", low, high));
	sot_value_uint(d->value, "low", low, NULL);
	sot_value_uint(d->value, "high", high, NULL);
	sot_value_close(d->value);
}

void sot_decode_U8(struct sot_decoding *d)
{
	/* there is one: sot_decode_value */
	sot_check_range(d, d->data[0]);
	sot_value_uint(d->value, NULL, d->data[0], sot_named_find(d->opt->named, d->data[0]));
}

void sot_decode_USHORT(struct sot_decoding *d)
{
	if (!have(d, 0, 2)) {
		d->value->cut = true;
		return;
	}
	sot_check_range(d, load16(d->data));
	sot_value_uint(d->value, NULL, load16(d->data), NULL);
}

void sot_decode_U64(struct sot_decoding *d)
{
	if (have(d, 0, 8))
		sot_value_uint(d->value, NULL, load64(d->data), NULL);
	else
		d->value->cut = true;
}

/* SO_MAX_PACING_RATE in sk_setsockopt: from 8 bytes on an unsigned long, else an unsigned int */
void sot_decode_PACING_RATE(struct sot_decoding *d)
{
	size_t size = d->optlen >= 8 ? 8 : 4;
	uint64_t rate;

	if (!have(d, 0, size)) {
		d->value->cut = true;
		return;
	}
	rate = size == 8 ? load64(d->data) : load32(d->data);
	sot_value_uint(d->value, NULL, rate,
		       rate == (size == 8 ? UINT64_MAX : UINT32_MAX) ? "unlimited" : NULL);
}

/* Bytes */

/* Up to the first NUL, or one byte less than there is room for it: strncpy_from_sockptr. */
void sot_decode_STRING(struct sot_decoding *d)
{
	int max = sot_option_max_len(d->opt, d->compat);
	size_t used = max == SOT_LEN_ANY ? (size_t)d->optlen : (size_t)max - 1;
	size_t room = d->len < used ? d->len : used;
	size_t len = strnlen((const char *)d->data, room);

	if (len == d->len && len < used && d->len < (size_t)d->optlen)
		d->value->cut = true;
	sot_value_string(d->value, NULL, d->data, len);
}

#define BYTES_MAX 2048
#define BYTES_TEXT_MAX 32

void sot_decode_BYTES(struct sot_decoding *d)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * BYTES_MAX + 1];
	size_t len = d->len < BYTES_MAX ? d->len : BYTES_MAX, i;
	struct sot_value *v = d->value;

	v->cut = len < (size_t)d->optlen;
	for (i = 0; i < len; i++) {
		hex[2 * i] = digits[d->data[i] >> 4];
		hex[2 * i + 1] = digits[d->data[i] & 15];
	}
	hex[2 * len] = '\0';
	sot_value_symbol(v, NULL, hex);
	if (len > BYTES_TEXT_MAX)
		v->node[0].text = sot_value_printf(v, "0x%.*s%s", 2 * BYTES_TEXT_MAX, hex,
						   v->cut ? "" : "...");
	else
		v->node[0].text = sot_value_printf(v, "0x%s", hex);
}

const struct sot_value_type sot_value_types[SOT_TYPE_COUNT] = {
#define VALUE_TYPE(_id, _name, _min, _max) \
	[SOT_TYPE_##_id] = { _name, _min, _max, _min, _max, sot_decode_##_id },
#define VALUE_TYPE_COMPAT(_id, _name, _min, _max, _cmin, _cmax) \
	[SOT_TYPE_##_id] = { _name, _min, _max, _cmin, _cmax, sot_decode_##_id },
#include "value_types.def"
#undef VALUE_TYPE_COMPAT
#undef VALUE_TYPE
};

/* Those that the calls of most programs have; a new type is not among them, which is no harm. */
static const bool names_none[SOT_TYPE_COUNT] = {
	[SOT_TYPE_INT] = true,		[SOT_TYPE_UINT] = true,
	[SOT_TYPE_HEX] = true,		[SOT_TYPE_BOOL] = true,
	[SOT_TYPE_ENUM] = true,		[SOT_TYPE_BITS] = true,
	[SOT_TYPE_SECONDS] = true,	[SOT_TYPE_MSECONDS] = true,
	[SOT_TYPE_USECONDS] = true,	[SOT_TYPE_MINUTES] = true,
	[SOT_TYPE_UINT_SECONDS] = true, [SOT_TYPE_UINT_NSECONDS] = true,
	[SOT_TYPE_BPF_FD] = true,	[SOT_TYPE_TOS] = true,
	[SOT_TYPE_U8] = true,		[SOT_TYPE_USHORT] = true,
	[SOT_TYPE_U64] = true,		[SOT_TYPE_PACING_RATE] = true,
	[SOT_TYPE_STRING] = true,	[SOT_TYPE_BYTES] = true,
	[SOT_TYPE_TIMEVAL] = true,	[SOT_TYPE_SOCK_TIMEVAL] = true,
	[SOT_TYPE_LINGER] = true,	[SOT_TYPE_SOCK_FPROG] = true,
};

bool sot_type_may_name_interface(enum sot_type_id type)
{
	return !names_none[type];
}

bool sot_decode_value(struct sot_decoding *d)
{
	static const struct sot_decode_options none;

	sot_value_init(d->value);
	d->out_of_range = false;
	if (!d->options)
		d->options = &none;
	if (d->optlen < 0 || !d->len || !d->data)
		return false;
	if ((d->opt->flags & SOT_OPT_SECRET) && !d->options->show_secrets)
		return false;
	if (d->len > (size_t)d->optlen)
		d->len = (size_t)d->optlen;
	if (!d->len)
		return false;
	sot_value_types[d->opt->type].decode(d);
	return d->value->count > 0;
}
