/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One function puts every structure, by its table of fields. A value shorter than its
 * struct is put as far as whole fields go.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "value_fields.h"

#define SOCKADDR_IN_LEN 8   /* family, port, address */
#define SOCKADDR_IN6_LEN 28 /* the whole of it */

static size_t sockaddr_used(const struct sot_decoding *d, size_t off)
{
	if (!have(d, off, 2))
		return 2;
	switch (load16(d->data + off)) {
	case AF_INET:
		return SOCKADDR_IN_LEN;
	case AF_INET6:
		return SOCKADDR_IN6_LEN;
	default:
		return 2;
	}
}

bool sot_have_field(const struct sot_decoding *d, const struct field *f, size_t base)
{
	size_t off = base + f->off;

	return have(d, off, f->kind == FIELD_SOCKADDR ? sockaddr_used(d, off) : f->size);
}

static const char *in_addr_text(const uint8_t *p, char buf[INET6_ADDRSTRLEN])
{
	snprintf(buf, INET6_ADDRSTRLEN, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
	return buf;
}

static const char *in6_addr_text(const uint8_t *p, char buf[INET6_ADDRSTRLEN])
{
	struct in6_addr addr;

	memcpy(&addr, p, sizeof(addr));
	return inet_ntop(AF_INET6, &addr, buf, INET6_ADDRSTRLEN) ? buf : "";
}

static void put_sockaddr_in(struct sot_value *v, const char *key, const uint8_t *p)
{
	unsigned int port = load_be16(p + 2);
	char buf[INET6_ADDRSTRLEN];
	const char *addr = in_addr_text(p + 4, buf);

	sot_value_open(v, SOT_NODE_OBJECT, key,
		       port ? sot_value_printf(v, "%s:%u", addr, port) : addr);
	sot_value_uint(v, "sin_family", AF_INET, "AF_INET");
	sot_value_uint(v, "sin_port", port, NULL);
	sot_value_symbol(v, "sin_addr", addr);
	sot_value_close(v);
}

/* Is its scope an interface? As __ipv6_addr_needs_scope_id in include/net/ipv6.h has it. */
static bool in6_addr_needs_scope(const uint8_t *p)
{
	bool interface_or_link = (p[1] & 15) == 1 || (p[1] & 15) == 2;

	return (p[0] == 0xfe && (p[1] & 0xc0) == 0x80) || (p[0] == 0xff && interface_or_link);
}

static void put_sockaddr_in6(struct sot_decoding *d, const char *key, const uint8_t *p)
{
	unsigned int port = load_be16(p + 2);
	uint32_t flowinfo = load_be32(p + 4), scope = load32(p + 24);
	const char *name = in6_addr_needs_scope(p + 8) ? sot_interface_name(d, scope) : NULL;
	struct sot_value *v = d->value;
	char buf[INET6_ADDRSTRLEN];
	const char *addr = in6_addr_text(p + 8, buf), *zone = "", *text;

	if (scope)
		zone = name ? sot_value_printf(v, "%%%s", name) :
			      sot_value_printf(v, "%%%u", scope);
	text = port ? sot_value_printf(v, "[%s%s]:%u", addr, zone, port) :
		      sot_value_printf(v, "%s%s", addr, zone);
	sot_value_open(v, SOT_NODE_OBJECT, key, text);
	sot_value_uint(v, "sin6_family", AF_INET6, "AF_INET6");
	sot_value_uint(v, "sin6_port", port, NULL);
	sot_value_uint(v, "sin6_flowinfo", flowinfo, NULL);
	sot_value_symbol(v, "sin6_addr", addr);
	sot_value_uint(v, "sin6_scope_id", scope, NULL);
	if (name)
		sot_value_aside(v, "sin6_scope_id_name", name);
	sot_value_close(v);
}

static void put_sockaddr(struct sot_decoding *d, const char *key, const uint8_t *p)
{
	unsigned int family = load16(p);
	struct sot_value *v = d->value;

	if (family == AF_INET) {
		put_sockaddr_in(v, key, p);
	} else if (family == AF_INET6) {
		put_sockaddr_in6(d, key, p);
	} else {
		sot_value_open(v, SOT_NODE_OBJECT, key, sot_value_printf(v, "family %u", family));
		sot_value_uint(v, "ss_family", family, NULL);
		sot_value_close(v);
	}
}

uint64_t sot_load_uint(const uint8_t *p, unsigned int size, bool big_endian)
{
	switch (size) {
	case 1:
		return p[0];
	case 2:
		return big_endian ? load_be16(p) : load16(p);
	case 4:
		return big_endian ? load_be32(p) : load32(p);
	default:
		return load64(p);
	}
}

int64_t sot_sign_extend(uint64_t num, unsigned int size)
{
	switch (size) {
	case 1:
		return (int8_t)num;
	case 2:
		return (int16_t)num;
	case 4:
		return (int32_t)num;
	default:
		return (int64_t)num;
	}
}

static void put_signed_field(struct sot_value *v, const struct field *f, int64_t num)
{
	const char *text = NULL;

	if (f->kind == FIELD_BOOL)
		text = sot_bool_text(v, (int32_t)num);
	else if (f->kind == FIELD_SECONDS)
		text = sot_duration_text(v, num, 0);
	else if (f->kind == FIELD_CLOCK)
		text = sot_named_find(f->named, (uint64_t)num);
	sot_value_int(v, f->key, num, text);
}

static const char *unsigned_duration(struct sot_value *v, enum field_kind kind, uint64_t num)
{
	switch (kind) {
	case FIELD_USECONDS:
		return num > INT64_MAX ? NULL : sot_duration_text(v, (int64_t)num, 0);
	case FIELD_UMSECONDS:
		return sot_duration_text(v, (int64_t)(num / 1000), (int64_t)(num % 1000) * 1000);
	case FIELD_U10MSECONDS:
		return sot_duration_text(v, (int64_t)(num / 100), (int64_t)(num % 100) * 10000);
	case FIELD_UUSECONDS:
		return sot_duration_text(v, (int64_t)(num / 1000000), (int64_t)(num % 1000000));
	case FIELD_UNSECONDS:
		return sot_nanoseconds_text(v, num);
	default:
		return NULL;
	}
}

static void put_unsigned_field(struct sot_value *v, const struct field *f, uint64_t num)
{
	const char *text = unsigned_duration(v, f->kind, num);

	if (f->kind == FIELD_HEX || f->kind == FIELD_BE_HEX)
		text = sot_value_printf(v, "0x%llx", (unsigned long long)num);
	else if (f->kind == FIELD_ENUM)
		text = sot_named_find(f->named, num);
	else if (f->kind == FIELD_BITS)
		text = sot_bits_text(v, f->named, num);
	else if (f->kind == FIELD_BIT)
		num = num >> f->bit & 1;
	sot_value_uint(v, f->key, num, text);
}

/* Beside "imr_ifindex":1 stands "imr_ifindex_name":"lo"; both in one text, "1 (lo)". */
static void put_ifindex(struct sot_decoding *d, const struct field *f, uint64_t num)
{
	int64_t index = f->kind == FIELD_IFINDEX ? sot_sign_extend(num, f->size) : (int64_t)num;
	const char *name = sot_interface_name(d, index), *text = NULL;
	struct sot_value *v = d->value;

	if (name)
		text = sot_value_printf(v, "%lld (%s)", (long long)index, name);
	sot_value_int(v, f->key, index, text);
	if (name)
		sot_value_aside(v, sot_value_printf(v, "%s_name", f->key), name);
}

/* The bytes are there: sot_have_field() was asked. */
static void put_field(struct sot_decoding *d, const struct field *f, size_t base)
{
	const uint8_t *p = d->data + base + f->off;
	struct sot_value *v = d->value;
	char buf[INET6_ADDRSTRLEN];
	uint64_t num;

	switch (f->kind) {
	case FIELD_IN_ADDR:
		sot_value_symbol(v, f->key, in_addr_text(p, buf));
		return;
	case FIELD_IN6_ADDR:
		sot_value_symbol(v, f->key, in6_addr_text(p, buf));
		return;
	case FIELD_SOCKADDR:
		put_sockaddr(d, f->key, p);
		return;
	case FIELD_STRING:
		sot_value_string(v, f->key, p, strnlen((const char *)p, f->size));
		return;
	default:
		break;
	}
	num = sot_load_uint(p, f->size, f->kind == FIELD_BE || f->kind == FIELD_BE_HEX);
	if (f->kind == FIELD_IFINDEX || f->kind == FIELD_UIFINDEX)
		put_ifindex(d, f, num);
	else if (f->kind == FIELD_PTR)
		sot_value_symbol(v, f->key,
				 num ? sot_value_printf(v, "0x%llx", (unsigned long long)num) :
				       "NULL");
	else if (f->kind == FIELD_INT || f->kind == FIELD_BOOL || f->kind == FIELD_SECONDS ||
		 f->kind == FIELD_CLOCK)
		put_signed_field(v, f, sot_sign_extend(num, f->size));
	else
		put_unsigned_field(v, f, num);
}

void sot_put_fields(struct sot_decoding *d, const struct field *fields, size_t count, size_t base)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!sot_have_field(d, &fields[i], base)) {
			d->value->cut = true;
			return;
		}
		put_field(d, &fields[i], base);
	}
}

bool sot_open_struct(struct sot_decoding *d, enum sot_node_kind kind, const char *text,
		     const struct field *fields, size_t count)
{
	if (!sot_have_field(d, &fields[0], 0)) {
		d->value->cut = true;
		return false;
	}
	sot_value_open(d->value, kind, NULL, text);
	sot_put_fields(d, fields, count, 0);
	return true;
}

void sot_put_struct(struct sot_decoding *d, const char *key, const struct field *fields,
		    size_t count, size_t base)
{
	sot_value_open(d->value, SOT_NODE_OBJECT, key, NULL);
	sot_put_fields(d, fields, count, base);
	sot_value_close(d->value);
}

#define BYTES_MAX 256

void sot_put_bytes(struct sot_decoding *d, const char *key, size_t off, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	size_t room = off < d->len ? d->len - off : 0, most = room < BYTES_MAX ? room : BYTES_MAX,
	       i;
	struct sot_value *v = d->value;
	unsigned int before = v->count;
	char hex[2 * BYTES_MAX + 3] = "0x";
	const char *text;

	v->cut |= len > most;
	len = len < most ? len : most;
	for (i = 0; i < len; i++) {
		hex[2 + 2 * i] = digits[d->data[off + i] >> 4];
		hex[3 + 2 * i] = digits[d->data[off + i] & 15];
	}
	text = sot_value_printf(v, "%s", hex);
	sot_value_symbol(v, key, *text ? text + 2 : "");
	if (v->count > before && *text)
		v->node[before].text = text;
}

void sot_put_array(struct sot_decoding *d, const char *key, size_t off, size_t stride,
		   uint64_t count, const struct field *fields, size_t field_count)
{
	struct sot_value *v = d->value;
	uint64_t i;

	sot_value_open(v, SOT_NODE_ARRAY, key, NULL);
	for (i = 0; i < count && !v->full; i++, off += stride) {
		if (!sot_have_field(d, &fields[0], off)) {
			v->cut = true;
			break;
		}
		if (!fields[0].key) {
			put_field(d, &fields[0], off);
			continue;
		}
		sot_value_open(v, SOT_NODE_OBJECT, NULL, NULL);
		sot_put_fields(d, fields, field_count, off);
		sot_value_close(v);
	}
	sot_value_close(v);
}

void sot_decode_array(struct sot_decoding *d, size_t stride, const struct field *fields,
		      size_t count)
{
	if (!sot_have_field(d, &fields[0], 0)) {
		d->value->cut = true;
		return;
	}
	sot_put_array(d, NULL, 0, stride, (uint64_t)d->optlen / stride, fields, count);
}
