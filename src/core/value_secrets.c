/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values with key material. Only read where the user wants them shown: sot_decode_value. */
#include "value_fields.h"

#define KEY_MAX 80 /* TCP_MD5SIG_MAXKEYLEN, TCP_AO_MAXKEYLEN; those of TLS are shorter */

static void put_key(struct sot_decoding *d, const char *key, size_t off, size_t len)
{
	d->value->cut |= len > KEY_MAX;
	sot_put_bytes(d, key, off, len < KEY_MAX ? len : KEY_MAX);
}

void sot_decode_KEY(struct sot_decoding *d)
{
	sot_decode_BYTES(d);
}

/* Of SOL_TCP: include/uapi/linux/tcp.h */

static const struct sot_named md5sig_flags[] = { { 1, "TCP_MD5SIG_FLAG_PREFIX" },
						 { 2, "TCP_MD5SIG_FLAG_IFINDEX" },
						 { 0, NULL } };
static const struct field md5sig_fields[] = {
	{ "tcpm_addr", 0, 128, 0, FIELD_SOCKADDR, NULL },
	{ "tcpm_flags", 128, 1, 0, FIELD_BITS, md5sig_flags },
	{ "tcpm_prefixlen", 129, 1, 0, FIELD_UINT, NULL },
	{ "tcpm_keylen", 130, 2, 0, FIELD_UINT, NULL },
	{ "tcpm_ifindex", 132, 4, 0, FIELD_IFINDEX, NULL },
};

/* tcp_v4_parse_md5_keys in net/ipv4/tcp_ipv4.c */
void sot_decode_MD5SIG(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, md5sig_fields, COUNT(md5sig_fields)))
		return;
	if (have(d, 130, 2)) {
		put_key(d, "tcpm_key", 136, load16(d->data + 130));
		d->out_of_range = load16(d->data + 130) > KEY_MAX;
	}
	sot_value_close(d->value);
}

static const struct sot_named ao_keyflags[] = { { 1, "TCP_AO_KEYF_IFINDEX" },
						{ 2, "TCP_AO_KEYF_EXCLUDE_OPT" },
						{ 0, NULL } };
static const struct field ao_add_fields[] = {
	{ "addr", 0, 128, 0, FIELD_SOCKADDR, NULL },
	{ "alg_name", 128, 64, 0, FIELD_STRING, NULL },
	{ "ifindex", 192, 4, 0, FIELD_IFINDEX, NULL },
	{ "set_current", 196, 4, 0, FIELD_BIT, NULL },
	{ "set_rnext", 196, 4, 1, FIELD_BIT, NULL },
	{ "prefix", 202, 1, 0, FIELD_UINT, NULL },
	{ "sndid", 203, 1, 0, FIELD_UINT, NULL },
	{ "rcvid", 204, 1, 0, FIELD_UINT, NULL },
	{ "maclen", 205, 1, 0, FIELD_UINT, NULL },
	{ "keyflags", 206, 1, 0, FIELD_BITS, ao_keyflags },
	{ "keylen", 207, 1, 0, FIELD_UINT, NULL },
};

void sot_decode_AO_ADD(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, ao_add_fields, COUNT(ao_add_fields)))
		return;
	if (have(d, 207, 1)) {
		put_key(d, "key", 208, d->data[207]);
		d->out_of_range = d->data[207] > KEY_MAX;
	}
	sot_value_close(d->value);
}

/* Only to be asked for, never set. */
void sot_decode_AO_GETSOCKOPT(struct sot_decoding *d)
{
	sot_decode_BYTES(d);
}

/* Of SOL_TLS: include/uapi/linux/tls.h */

static const struct sot_named tls_versions[] = { { 0x303, "TLS_1_2_VERSION" },
						 { 0x304, "TLS_1_3_VERSION" },
						 { 0, NULL } };
static const struct sot_named tls_ciphers[] = {
	{ 51, "TLS_CIPHER_AES_GCM_128" },
	{ 52, "TLS_CIPHER_AES_GCM_256" },
	{ 53, "TLS_CIPHER_AES_CCM_128" },
	{ 54, "TLS_CIPHER_CHACHA20_POLY1305" },
	{ 55, "TLS_CIPHER_SM4_GCM" },
	{ 56, "TLS_CIPHER_SM4_CCM" },
	{ 57, "TLS_CIPHER_ARIA_GCM_128" },
	{ 58, "TLS_CIPHER_ARIA_GCM_256" },
	{ 0, NULL },
};
static const struct field tls_fields[] = {
	{ "version", 0, 2, 0, FIELD_ENUM, tls_versions },
	{ "cipher_type", 2, 2, 0, FIELD_ENUM, tls_ciphers },
};

/* Bytes of iv, key and salt; the sequence number, always 8, ends the struct. */
static const struct {
	uint16_t cipher;
	uint8_t iv, key, salt;
} tls_sizes[] = {
	{ 51, 8, 16, 4 }, { 52, 8, 32, 4 }, { 53, 8, 16, 4 }, { 54, 12, 32, 0 },
	{ 55, 8, 16, 4 }, { 56, 8, 16, 4 }, { 57, 8, 16, 4 }, { 58, 8, 32, 4 },
};

static void put_tls_keys(struct sot_decoding *d, unsigned int cipher)
{
	size_t off = 4, i;

	for (i = 0; i < COUNT(tls_sizes) && tls_sizes[i].cipher != cipher; i++)
		;
	if (i == COUNT(tls_sizes)) { /* of a newer kernel */
		put_key(d, "keys", off, (size_t)d->optlen - off);
		return;
	}
	put_key(d, "iv", off, tls_sizes[i].iv);
	off += tls_sizes[i].iv;
	put_key(d, "key", off, tls_sizes[i].key);
	off += tls_sizes[i].key;
	if (tls_sizes[i].salt)
		put_key(d, "salt", off, tls_sizes[i].salt);
	put_key(d, "rec_seq", off + tls_sizes[i].salt, 8);
}

void sot_decode_TLS_KEYS(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, tls_fields, COUNT(tls_fields)))
		return;
	if (have(d, 0, 4))
		put_tls_keys(d, load16(d->data + 2));
	sot_value_close(d->value);
}

/* Of SOL_SCTP: include/uapi/linux/sctp.h */

static const struct field sctp_key_fields[] = {
	{ "sca_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sca_keynumber", 4, 2, 0, FIELD_UINT, NULL },
	{ "sca_keylength", 6, 2, 0, FIELD_UINT, NULL },
};

/* sctp_setsockopt_auth_key: refused when optlen has no room for the key */
void sot_decode_SCTP_KEY(struct sot_decoding *d)
{
	size_t len;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, sctp_key_fields, COUNT(sctp_key_fields)))
		return;
	if (have(d, 0, 8)) {
		len = load16(d->data + 6);
		d->out_of_range = len > (size_t)d->optlen - 8;
		put_key(d, "sca_key", 8, len);
	}
	sot_value_close(d->value);
}

/* Of DECnet: include/uapi/linux/dn.h of Linux 5.10; __dn_setsockopt in net/decnet/af_decnet.c */

#define DECNET_MAX 40 /* DN_MAXACCL */

/* Three strings, each behind its length, in room for DECNET_MAX. */
void sot_decode_DECNET_ACCESS(struct sot_decoding *d)
{
	static const struct field fields[] = {
		{ "acc_accl", 0, 1, 0, FIELD_UINT, NULL },
		{ "acc_acc", 1, 40, 0, FIELD_STRING, NULL },
		{ "acc_passl", 41, 1, 0, FIELD_UINT, NULL },
		{ "acc_pass", 42, 40, 0, FIELD_STRING, NULL },
		{ "acc_userl", 82, 1, 0, FIELD_UINT, NULL },
		{ "acc_user", 83, 40, 0, FIELD_STRING, NULL },
	};
	size_t off;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, fields, COUNT(fields)))
		return;
	sot_value_close(d->value);
	for (off = 0; off <= 82; off += 41)
		d->out_of_range |= have(d, off, 1) && d->data[off] > DECNET_MAX;
}

/*
 * Of Bluetooth: include/net/bluetooth/bluetooth.h. A union, of which the socket's address says
 * which it is; the value does not, so both are put where there is room for both. Linux 6.0 to 6.2
 * had what is common to them, and no key.
 */

static const struct field ucast_fields[] = {
	{ "cig", 0, 1, 0, FIELD_HEX, NULL },	  { "cis", 1, 1, 0, FIELD_HEX, NULL },
	{ "sca", 2, 1, 0, FIELD_UINT, NULL },	  { "packing", 3, 1, 0, FIELD_UINT, NULL },
	{ "framing", 4, 1, 0, FIELD_UINT, NULL },
};
static const struct field bcast_fields[] = {
	{ "big", 0, 1, 0, FIELD_HEX, NULL },	      { "bis", 1, 1, 0, FIELD_HEX, NULL },
	{ "sync_factor", 2, 1, 0, FIELD_UINT, NULL }, { "packing", 3, 1, 0, FIELD_UINT, NULL },
	{ "framing", 4, 1, 0, FIELD_UINT, NULL },
};
static const struct sot_named iso_phys[] = {
	{ 1, "BT_ISO_PHY_1M" }, { 2, "BT_ISO_PHY_2M" }, { 4, "BT_ISO_PHY_CODED" }, { 0, NULL }
};
static const struct field iso_io_fields[] = {
	{ "interval", 0, 4, 0, FIELD_UUSECONDS, NULL },
	{ "latency", 4, 2, 0, FIELD_UMSECONDS, NULL },
	{ "sdu", 6, 2, 0, FIELD_UINT, NULL },
	{ "phys", 8, 1, 0, FIELD_BITS, iso_phys },
	{ "rtn", 9, 1, 0, FIELD_UINT, NULL },
};
static const struct field bcast_more_fields[] = {
	{ "options", 49, 1, 0, FIELD_HEX, NULL },
	{ "skip", 50, 2, 0, FIELD_UINT, NULL },
	{ "sync_timeout", 52, 2, 0, FIELD_U10MSECONDS, NULL },
	{ "sync_cte_type", 54, 1, 0, FIELD_HEX, NULL },
	{ "mse", 55, 1, 0, FIELD_UINT, NULL },
	{ "timeout", 56, 2, 0, FIELD_U10MSECONDS, NULL },
};

static void put_iso_common(struct sot_decoding *d, const char *key, const struct field *fields,
			   size_t count)
{
	sot_value_open(d->value, SOT_NODE_OBJECT, key, NULL);
	sot_put_fields(d, fields, count, 0);
	sot_put_struct(d, "in", iso_io_fields, COUNT(iso_io_fields), 8);
	sot_put_struct(d, "out", iso_io_fields, COUNT(iso_io_fields), 20);
}

void sot_decode_BT_ISO_QUALITY(struct sot_decoding *d)
{
	static const struct field encryption = { "encryption", 32, 1, 0, FIELD_UINT, NULL };

	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	put_iso_common(d, "ucast", ucast_fields, COUNT(ucast_fields));
	sot_value_close(d->value);
	if (d->optlen > 32) {
		put_iso_common(d, "bcast", bcast_fields, COUNT(bcast_fields));
		sot_put_fields(d, &encryption, 1, 0);
		put_key(d, "bcode", 33, 16);
		sot_put_fields(d, bcast_more_fields, COUNT(bcast_more_fields), 0);
		sot_value_close(d->value);
	}
	sot_value_close(d->value);
}
