/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The IPsec policy of a socket: as struct xfrm_userpolicy_info, or as PF_KEY writes it. */
#include <sys/socket.h>

#include "value_fields.h"

static const struct sot_named families[] = { { AF_INET, "AF_INET" },
					     { AF_INET6, "AF_INET6" },
					     { 0, NULL } };
static const struct sot_named protocols[] = {
	{ 1, "IPPROTO_ICMP" },	   { 6, "IPPROTO_TCP" },
	{ 17, "IPPROTO_UDP" },	   { 33, "IPPROTO_DCCP" },
	{ 43, "IPPROTO_ROUTING" }, { 47, "IPPROTO_GRE" },
	{ 50, "IPPROTO_ESP" },	   { 51, "IPPROTO_AH" },
	{ 58, "IPPROTO_ICMPV6" },  { 60, "IPPROTO_DSTOPTS" },
	{ 108, "IPPROTO_COMP" },   { 132, "IPPROTO_SCTP" },
	{ 135, "IPPROTO_MH" },	   { 0, NULL },
};

/* IP_XFRM_POLICY: include/uapi/linux/xfrm.h; xfrm_user_policy in net/xfrm/xfrm_state.c */

#define SELECTOR_FAMILY 40
#define TEMPLATE_SIZE 64
#define TEMPLATE_FAMILY 24

/* xfrm_address_t: what of it holds the address the family says. */
static void put_address(struct sot_decoding *d, const char *key, size_t off, unsigned int family)
{
	const struct field address = {
		key,
		0,
		family == AF_INET ? 4 : 16,
		0,
		family == AF_INET ? FIELD_IN_ADDR : FIELD_IN6_ADDR,
		NULL,
	};

	if (family == AF_INET || family == AF_INET6)
		sot_put_fields(d, &address, 1, off);
	else
		sot_put_bytes(d, key, off, 16);
}

/* Of struct xfrm_selector, from its family on; 0 where that was not captured. */
static unsigned int selector_family(const struct sot_decoding *d)
{
	return have(d, SELECTOR_FAMILY, 2) ? load16(d->data + SELECTOR_FAMILY) : 0;
}

static void put_selector(struct sot_decoding *d)
{
	static const struct field rest[] = {
		{ "dport", 32, 2, 0, FIELD_BE, NULL },
		{ "dport_mask", 34, 2, 0, FIELD_BE_HEX, NULL },
		{ "sport", 36, 2, 0, FIELD_BE, NULL },
		{ "sport_mask", 38, 2, 0, FIELD_BE_HEX, NULL },
		{ "family", SELECTOR_FAMILY, 2, 0, FIELD_ENUM, families },
		{ "prefixlen_d", 42, 1, 0, FIELD_UINT, NULL },
		{ "prefixlen_s", 43, 1, 0, FIELD_UINT, NULL },
		{ "proto", 44, 1, 0, FIELD_ENUM, protocols },
		{ "ifindex", 48, 4, 0, FIELD_IFINDEX, NULL },
		{ "user", 52, 4, 0, FIELD_UINT, NULL },
	};
	unsigned int family = selector_family(d);

	sot_value_open(d->value, SOT_NODE_OBJECT, "sel", NULL);
	put_address(d, "daddr", 0, family);
	put_address(d, "saddr", 16, family);
	sot_put_fields(d, rest, COUNT(rest), 0);
	sot_value_close(d->value);
}

static const struct sot_named infinity[] = { { UINT64_MAX, "XFRM_INF" }, { 0, NULL } };
static const struct field lifetime_cfg_fields[] = {
	{ "soft_byte_limit", 56, 8, 0, FIELD_ENUM, infinity },
	{ "hard_byte_limit", 64, 8, 0, FIELD_ENUM, infinity },
	{ "soft_packet_limit", 72, 8, 0, FIELD_ENUM, infinity },
	{ "hard_packet_limit", 80, 8, 0, FIELD_ENUM, infinity },
	{ "soft_add_expires_seconds", 88, 8, 0, FIELD_UINT, NULL },
	{ "hard_add_expires_seconds", 96, 8, 0, FIELD_UINT, NULL },
	{ "soft_use_expires_seconds", 104, 8, 0, FIELD_UINT, NULL },
	{ "hard_use_expires_seconds", 112, 8, 0, FIELD_UINT, NULL },
};

/* As key exchange daemons set it: no limit of bytes and packets, no time after which it expires. */
static const char *lifetime_text(const struct sot_decoding *d)
{
	unsigned int i;

	for (i = 0; i < COUNT(lifetime_cfg_fields); i++)
		if (!have(d, lifetime_cfg_fields[i].off, 8) ||
		    load64(d->data + lifetime_cfg_fields[i].off) != (i < 4 ? UINT64_MAX : 0))
			return NULL;
	return "unlimited";
}

static const struct field lifetime_cur_fields[] = {
	{ "bytes", 120, 8, 0, FIELD_UINT, NULL },
	{ "packets", 128, 8, 0, FIELD_UINT, NULL },
	{ "add_time", 136, 8, 0, FIELD_UINT, NULL },
	{ "use_time", 144, 8, 0, FIELD_UINT, NULL },
};
static const struct sot_named policy_dirs[] = {
	{ 0, "XFRM_POLICY_IN" }, { 1, "XFRM_POLICY_OUT" }, { 2, "XFRM_POLICY_FWD" }, { 0, NULL }
};
static const struct sot_named policy_actions[] = { { 0, "XFRM_POLICY_ALLOW" },
						   { 1, "XFRM_POLICY_BLOCK" },
						   { 0, NULL } };
static const struct sot_named policy_flags[] = { { 1, "XFRM_POLICY_LOCALOK" },
						 { 2, "XFRM_POLICY_ICMP" },
						 { 4, "XFRM_POLICY_CPU_ACQUIRE" },
						 { 0, NULL } };
static const struct sot_named shares[] = {
	{ 0, "XFRM_SHARE_ANY" },
	{ 1, "XFRM_SHARE_SESSION" },
	{ 2, "XFRM_SHARE_USER" },
	{ 3, "XFRM_SHARE_UNIQUE" },
	{ 0, NULL },
};
static const struct field policy_fields[] = {
	{ "priority", 152, 4, 0, FIELD_UINT, NULL },
	{ "index", 156, 4, 0, FIELD_UINT, NULL },
	{ "dir", 160, 1, 0, FIELD_ENUM, policy_dirs },
	{ "action", 161, 1, 0, FIELD_ENUM, policy_actions },
	{ "flags", 162, 1, 0, FIELD_BITS, policy_flags },
	{ "share", 163, 1, 0, FIELD_ENUM, shares },
};

static const struct sot_named modes[] = {
	{ 0, "XFRM_MODE_TRANSPORT" },
	{ 1, "XFRM_MODE_TUNNEL" },
	{ 2, "XFRM_MODE_ROUTEOPTIMIZATION" },
	{ 3, "XFRM_MODE_IN_TRIGGER" },
	{ 4, "XFRM_MODE_BEET" },
	{ 5, "XFRM_MODE_IPTFS" },
	{ 0, NULL },
};

/* struct xfrm_user_tmpl; validate_tmpl takes family 0 for the selector's */
static void put_template(struct sot_decoding *d, size_t base)
{
	static const struct field id[] = {
		{ "spi", 16, 4, 0, FIELD_BE_HEX, NULL },
		{ "proto", 20, 1, 0, FIELD_ENUM, protocols },
	};
	static const struct field family_field = { "family", TEMPLATE_FAMILY, 2,
						   0,	     FIELD_ENUM,      families };
	static const struct field rest[] = {
		{ "reqid", 44, 4, 0, FIELD_UINT, NULL },
		{ "mode", 48, 1, 0, FIELD_ENUM, modes },
		{ "share", 49, 1, 0, FIELD_ENUM, shares },
		{ "optional", 50, 1, 0, FIELD_UINT, NULL },
		{ "aalgos", 52, 4, 0, FIELD_HEX, NULL },
		{ "ealgos", 56, 4, 0, FIELD_HEX, NULL },
		{ "calgos", 60, 4, 0, FIELD_HEX, NULL },
	};
	unsigned int family = 0;

	if (have(d, base + TEMPLATE_FAMILY, 2))
		family = load16(d->data + base + TEMPLATE_FAMILY);
	if (!family)
		family = selector_family(d);
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_value_open(d->value, SOT_NODE_OBJECT, "id", NULL);
	put_address(d, "daddr", base, family);
	sot_put_fields(d, id, COUNT(id), base);
	sot_value_close(d->value);
	sot_put_fields(d, &family_field, 1, base);
	put_address(d, "saddr", base + 28, family);
	sot_put_fields(d, rest, COUNT(rest), base);
	sot_value_close(d->value);
}

static void put_templates(struct sot_decoding *d, size_t off)
{
	size_t end = (size_t)d->optlen;

	sot_value_open(d->value, SOT_NODE_ARRAY, "tmpl", NULL);
	for (; end - off >= TEMPLATE_SIZE && have(d, off, 1) && !d->value->full;
	     off += TEMPLATE_SIZE)
		put_template(d, off);
	d->value->cut |= end - off >= TEMPLATE_SIZE;
	sot_value_close(d->value);
}

/* verify_newpolicy_info, and that a socket's policy goes in or out: net/xfrm/xfrm_user.c */
static bool policy_is_refused(const struct sot_decoding *d)
{
	const uint8_t *p = d->data;
	unsigned int most = load16(p + SELECTOR_FAMILY) == AF_INET ? 32 : 128;

	return !sot_named_find(families, load16(p + SELECTOR_FAMILY)) || p[42] > most ||
	       p[43] > most || p[160] > 1 || p[161] > 1 || p[163] > 3;
}

/*
 * 4 bytes of padding end the struct, but not where 64-bit numbers are aligned to 4: that of a
 * 32-bit caller on x86-64, which xfrm_user_policy_compat in net/xfrm/xfrm_compat.c turns into
 * the kernel's own. Templates follow, so the length tells it from a 32-bit arm's.
 */
static size_t policy_size(const struct sot_decoding *d)
{
	return d->compat && d->optlen % TEMPLATE_SIZE == 164 % TEMPLATE_SIZE ? 164 : 168;
}

void sot_decode_XFRM_POLICY(struct sot_decoding *d)
{
	size_t size = policy_size(d);

	if (!have(d, 0, 16)) {
		d->value->cut = true;
		return;
	}
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	put_selector(d);
	if (have(d, 0, 56)) {
		sot_value_open(d->value, SOT_NODE_OBJECT, "lft", lifetime_text(d));
		sot_put_fields(d, lifetime_cfg_fields, COUNT(lifetime_cfg_fields), 0);
		sot_value_close(d->value);
	}
	if (have(d, 0, 120))
		sot_put_struct(d, "curlft", lifetime_cur_fields, COUNT(lifetime_cur_fields), 0);
	if (have(d, 0, 152))
		sot_put_fields(d, policy_fields, COUNT(policy_fields), 0);
	if ((size_t)d->optlen >= size && have(d, 0, size))
		put_templates(d, size);
	sot_value_close(d->value);
	d->value->cut |= d->len < size || d->len < (size_t)d->optlen;
	d->out_of_range = have(d, 0, 164) && policy_is_refused(d);
}

/* IP_IPSEC_POLICY: include/uapi/linux/pfkeyv2.h, ipsec.h; pfkey_compile_policy in net/key/af_key.c */

#define POLICY_SIZE 16	/* of struct sadb_x_policy */
#define REQUEST_SIZE 16 /* of struct sadb_x_ipsecrequest */

static const struct sot_named sadb_exttypes[] = { { 18, "SADB_X_EXT_POLICY" },
						  { 24, "SADB_X_EXT_SEC_CTX" },
						  { 0, NULL } };
static const struct sot_named ipsec_policies[] = {
	{ 0, "IPSEC_POLICY_DISCARD" }, { 1, "IPSEC_POLICY_NONE" },   { 2, "IPSEC_POLICY_IPSEC" },
	{ 3, "IPSEC_POLICY_ENTRUST" }, { 4, "IPSEC_POLICY_BYPASS" }, { 0, NULL },
};
static const struct sot_named ipsec_dirs[] = {
	{ 0, "IPSEC_DIR_ANY" },
	{ 1, "IPSEC_DIR_INBOUND" },
	{ 2, "IPSEC_DIR_OUTBOUND" },
	{ 3, "IPSEC_DIR_FWD" },
	{ 0, NULL },
};
static const struct sot_named ipsec_modes[] = {
	{ 0, "IPSEC_MODE_ANY" },  { 1, "IPSEC_MODE_TRANSPORT" }, { 2, "IPSEC_MODE_TUNNEL" },
	{ 3, "IPSEC_MODE_BEET" }, { 4, "IPSEC_MODE_IPTFS" },	 { 0, NULL },
};
static const struct sot_named ipsec_levels[] = {
	{ 0, "IPSEC_LEVEL_DEFAULT" },
	{ 1, "IPSEC_LEVEL_USE" },
	{ 2, "IPSEC_LEVEL_REQUIRE" },
	{ 3, "IPSEC_LEVEL_UNIQUE" },
	{ 0, NULL },
};
static const struct field sadb_policy_fields[] = {
	{ "sadb_x_policy_len", 0, 2, 0, FIELD_UINT, NULL },
	{ "sadb_x_policy_exttype", 2, 2, 0, FIELD_ENUM, sadb_exttypes },
	{ "sadb_x_policy_type", 4, 2, 0, FIELD_ENUM, ipsec_policies },
	{ "sadb_x_policy_dir", 6, 1, 0, FIELD_ENUM, ipsec_dirs },
	{ "sadb_x_policy_id", 8, 4, 0, FIELD_UINT, NULL },
	{ "sadb_x_policy_priority", 12, 4, 0, FIELD_UINT, NULL },
};
static const struct field request_fields[] = {
	{ "sadb_x_ipsecrequest_len", 0, 2, 0, FIELD_UINT, NULL },
	{ "sadb_x_ipsecrequest_proto", 2, 2, 0, FIELD_ENUM, protocols },
	{ "sadb_x_ipsecrequest_mode", 4, 1, 0, FIELD_ENUM, ipsec_modes },
	{ "sadb_x_ipsecrequest_level", 5, 1, 0, FIELD_ENUM, ipsec_levels },
	{ "sadb_x_ipsecrequest_reqid", 8, 4, 0, FIELD_UINT, NULL },
};

/* parse_sockaddr_pair: where the tunnel begins and ends; each as long as its family's struct */
static void put_tunnel(struct sot_decoding *d, size_t off, size_t end)
{
	static const struct field address = { NULL, 0, 128, 0, FIELD_SOCKADDR, NULL };
	size_t len = d->len, size = have(d, off, 2) && load16(d->data + off) == AF_INET6 ? 28 : 16;

	if (d->len > end)
		d->len = end;
	sot_put_array(d, "addresses", off, size, 2, &address, 1);
	d->len = len;
}

/* Returns where the next one begins; parse_ipsecrequests refuses lengths that do not fit. */
static size_t put_request(struct sot_decoding *d, size_t off, size_t end)
{
	size_t len;

	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_put_fields(d, request_fields, COUNT(request_fields), off);
	len = load16(d->data + off);
	d->value->cut |= len < REQUEST_SIZE || len > end - off;
	if (len > end - off)
		len = end - off;
	if (len > REQUEST_SIZE)
		put_tunnel(d, off + REQUEST_SIZE, off + len);
	sot_value_close(d->value);
	return len < REQUEST_SIZE ? end : off + len;
}

static void put_requests(struct sot_decoding *d, size_t off, size_t end)
{
	sot_value_open(d->value, SOT_NODE_ARRAY, "requests", NULL);
	while (off < end && end - off >= REQUEST_SIZE && have(d, off, 2) && !d->value->full)
		off = put_request(d, off, end);
	d->value->cut |= off < end && end - off >= REQUEST_SIZE;
	sot_value_close(d->value);
}

/* struct sadb_x_sec_ctx behind the policy: the label of a security module, as a string */
static void put_security_context(struct sot_decoding *d, size_t off)
{
	static const struct field fields[] = {
		{ "sadb_x_sec_len", 0, 2, 0, FIELD_UINT, NULL },
		{ "sadb_x_sec_exttype", 2, 2, 0, FIELD_ENUM, sadb_exttypes },
		{ "sadb_x_ctx_alg", 4, 1, 0, FIELD_UINT, NULL },
		{ "sadb_x_ctx_doi", 5, 1, 0, FIELD_UINT, NULL },
		{ "sadb_x_ctx_len", 6, 2, 0, FIELD_UINT, NULL },
	};
	size_t len;

	sot_value_open(d->value, SOT_NODE_OBJECT, "sec_ctx", NULL);
	sot_put_fields(d, fields, COUNT(fields), off);
	if (have(d, off, 8)) {
		len = load16(d->data + off + 6);
		d->value->cut |= len > d->len - off - 8;
		if (len > d->len - off - 8)
			len = d->len - off - 8;
		sot_value_string(d->value, "ctx", d->data + off + 8, len);
	}
	sot_value_close(d->value);
}

void sot_decode_SADB_POLICY(struct sot_decoding *d)
{
	size_t len, end = (size_t)d->optlen;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, sadb_policy_fields,
			     COUNT(sadb_policy_fields)))
		return;
	len = 8 * (size_t)load16(d->data);
	if (len > POLICY_SIZE)
		put_requests(d, POLICY_SIZE, len < end ? len : end);
	if (len >= POLICY_SIZE && end > len && end - len >= 8)
		put_security_context(d, len);
	sot_value_close(d->value);
	d->value->cut |= len > end;
	d->out_of_range = len > end || (have(d, 4, 2) && load16(d->data + 4) > 4) ||
			  (have(d, 6, 1) && (!d->data[6] || d->data[6] > 2));
}
