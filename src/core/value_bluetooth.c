/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of Bluetooth: include/net/bluetooth/hci_sock.h, l2cap.h, bluetooth.h */
#include "value_fields.h"

static const struct field hci_ufilter_fields[] = {
	{ "type_mask", 0, 4, 0, FIELD_HEX, NULL },
	{ "event_mask[0]", 4, 4, 0, FIELD_HEX, NULL },
	{ "event_mask[1]", 8, 4, 0, FIELD_HEX, NULL },
	{ "opcode", 12, 2, 0, FIELD_HEX, NULL },
};
STRUCT_TYPE(HCI_UFILTER, SOT_NODE_OBJECT, hci_ufilter_fields)

static const struct sot_named l2cap_modes[] = {
	{ 0, "L2CAP_MODE_BASIC" },	    { 1, "L2CAP_MODE_RETRANS" },
	{ 2, "L2CAP_MODE_FLOWCTL" },	    { 3, "L2CAP_MODE_ERTM" },
	{ 4, "L2CAP_MODE_STREAMING" },	    { 0x80, "L2CAP_MODE_LE_FLOWCTL" },
	{ 0x81, "L2CAP_MODE_EXT_FLOWCTL" }, { 0, NULL },
};
static const struct sot_named l2cap_fcs[] = { { 0, "L2CAP_FCS_NONE" },
					      { 1, "L2CAP_FCS_CRC16" },
					      { 0, NULL } };
static const struct field l2cap_options_fields[] = {
	{ "omtu", 0, 2, 0, FIELD_UINT, NULL },	      { "imtu", 2, 2, 0, FIELD_UINT, NULL },
	{ "flush_to", 4, 2, 0, FIELD_UINT, NULL },    { "mode", 6, 1, 0, FIELD_ENUM, l2cap_modes },
	{ "fcs", 7, 1, 0, FIELD_ENUM, l2cap_fcs },    { "max_tx", 8, 1, 0, FIELD_UINT, NULL },
	{ "txwin_size", 10, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(L2CAP_OPTS, SOT_NODE_OBJECT, l2cap_options_fields)

static const struct sot_named bt_levels[] = {
	{ 0, "BT_SECURITY_SDP" },  { 1, "BT_SECURITY_LOW" },  { 2, "BT_SECURITY_MEDIUM" },
	{ 3, "BT_SECURITY_HIGH" }, { 4, "BT_SECURITY_FIPS" }, { 0, NULL },
};
static const struct field bt_security_fields[] = {
	{ "level", 0, 1, 0, FIELD_ENUM, bt_levels },
	{ "key_size", 1, 1, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(BT_SECURITY_LEVEL, SOT_NODE_OBJECT, bt_security_fields)

static const struct field bt_power_fields[] = {
	{ "force_active", 0, 1, 0, FIELD_BOOL, NULL },
};
STRUCT_TYPE(BT_POWER_STATE, SOT_NODE_OBJECT, bt_power_fields)

static const struct sot_named bt_voices[] = { { 0x3, "BT_VOICE_TRANSPARENT" },
					      { 0x60, "BT_VOICE_CVSD_16BIT" },
					      { 0x63, "BT_VOICE_TRANSPARENT_16BIT" },
					      { 0, NULL } };
static const struct field bt_voice_fields[] = {
	{ "setting", 0, 2, 0, FIELD_ENUM, bt_voices },
};
STRUCT_TYPE(BT_VOICE_SETTING, SOT_NODE_OBJECT, bt_voice_fields)

/* BT_CODEC_* and struct bt_codecs; each codec is followed by its capabilities. */
static const struct sot_named bt_codec_ids[] = {
	{ 2, "BT_CODEC_CVSD" }, { 3, "BT_CODEC_TRANSPARENT" }, { 5, "BT_CODEC_MSBC" }, { 0, NULL }
};
static const struct field bt_codec_fields[] = {
	{ "id", 0, 1, 0, FIELD_ENUM, bt_codec_ids }, { "cid", 1, 2, 0, FIELD_HEX, NULL },
	{ "vid", 3, 2, 0, FIELD_HEX, NULL },	     { "data_path", 5, 1, 0, FIELD_UINT, NULL },
	{ "num_caps", 6, 1, 0, FIELD_UINT, NULL },
};

#define CODEC_SIZE 7

/* Returns where they end: of struct bt_codec_caps each has its own length. */
static size_t put_codec_caps(struct sot_decoding *d, size_t off, unsigned int count)
{
	unsigned int i;

	sot_value_open(d->value, SOT_NODE_ARRAY, "caps", NULL);
	for (i = 0; i < count && have(d, off, 1); i++) {
		sot_put_bytes(d, NULL, off + 1, d->data[off]);
		off += 1 + (size_t)d->data[off];
	}
	d->value->cut |= i < count;
	sot_value_close(d->value);
	return off;
}

/* sco_sock_setsockopt takes one, from 6.12 on exactly one, and does not look at capabilities. */
void sot_decode_BT_CODECS(struct sot_decoding *d)
{
	static const struct field num_codecs = { "num_codecs", 0, 1, 0, FIELD_UINT, NULL };
	unsigned int i;
	size_t off = 1;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, &num_codecs, 1))
		return;
	sot_value_open(d->value, SOT_NODE_ARRAY, "codecs", NULL);
	for (i = 0; i < d->data[0] && have(d, off, 1) && !d->value->full; i++) {
		sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
		sot_put_fields(d, bt_codec_fields, COUNT(bt_codec_fields), off);
		off += CODEC_SIZE;
		if (have(d, off - 1, 1) && d->data[off - 1])
			off = put_codec_caps(d, off, d->data[off - 1]);
		sot_value_close(d->value);
	}
	d->value->cut |= i < d->data[0];
	sot_value_close(d->value);
	sot_value_close(d->value);
	d->out_of_range = d->data[0] > 1;
}

/*
 * BT_ISO_BASE: what a broadcast announces of its streams. The kernel only hands it on (it is the
 * service data of 0x1851, eir_append_service_data in net/bluetooth/eir.c); the layout is that of
 * Bluetooth's Basic Audio Profile, whose words are used here.
 */

/* Length, type and so many bytes less one, up to `end`. */
static void put_ltvs(struct sot_decoding *d, const char *key, size_t off, size_t end)
{
	struct sot_value *v = d->value;
	size_t len;

	sot_value_open(v, SOT_NODE_ARRAY, key, NULL);
	while (off < end && have(d, off, 1) && !v->full) {
		len = d->data[off++];
		v->cut |= len > end - off;
		len = len > end - off ? end - off : len;
		if (len && have(d, off, 1)) {
			sot_value_open(v, SOT_NODE_OBJECT, NULL, NULL);
			sot_value_uint(v, "type", d->data[off], NULL);
			sot_put_bytes(d, "value", off + 1, len - 1);
			sot_value_close(v);
		}
		off += len;
	}
	v->cut |= off < end;
	sot_value_close(v);
}

/* Behind a byte that says how many bytes of them there are. Returns where they end. */
static size_t put_counted_ltvs(struct sot_decoding *d, const char *key, size_t off)
{
	size_t end;

	if (!have(d, off, 1)) {
		d->value->cut = true;
		return off + 1;
	}
	end = off + 1 + d->data[off];
	put_ltvs(d, key, off + 1, end);
	return end;
}

static size_t put_base_streams(struct sot_decoding *d, size_t off, unsigned int count)
{
	unsigned int i;

	sot_value_open(d->value, SOT_NODE_ARRAY, "bis", NULL);
	for (i = 0; i < count && have(d, off, 1) && !d->value->full; i++) {
		sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
		sot_value_uint(d->value, "bis_index", d->data[off], NULL);
		off = put_counted_ltvs(d, "codec_specific_configuration", off + 1);
		sot_value_close(d->value);
	}
	d->value->cut |= i < count;
	sot_value_close(d->value);
	return off;
}

/* Number of streams, codec, how they all are, and what is different about each. */
static size_t put_base_subgroup(struct sot_decoding *d, size_t off)
{
	static const struct field num_bis = { "num_bis", 0, 1, 0, FIELD_UINT, NULL };
	static const struct field codec_id[] = {
		{ "coding_format", 1, 1, 0, FIELD_HEX, NULL },
		{ "company_id", 2, 2, 0, FIELD_HEX, NULL },
		{ "vendor_codec_id", 4, 2, 0, FIELD_HEX, NULL },
	};
	unsigned int count = d->data[off];

	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_put_fields(d, &num_bis, 1, off);
	sot_put_struct(d, "codec_id", codec_id, COUNT(codec_id), off);
	off = put_counted_ltvs(d, "codec_specific_configuration", off + 6);
	off = put_counted_ltvs(d, "metadata", off);
	off = put_base_streams(d, off, count);
	sot_value_close(d->value);
	return off;
}

void sot_decode_BT_BASE(struct sot_decoding *d)
{
	unsigned int count, i;
	size_t off = 4;

	if (!have(d, 0, 4)) {
		d->value->cut = true;
		return;
	}
	count = d->data[3];
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_value_uint(d->value, "presentation_delay", load16(d->data) | (uint32_t)d->data[2] << 16,
		       NULL);
	sot_value_uint(d->value, "num_subgroups", count, NULL);
	sot_value_open(d->value, SOT_NODE_ARRAY, "subgroups", NULL);
	for (i = 0; i < count && have(d, off, 1) && !d->value->full; i++)
		off = put_base_subgroup(d, off);
	d->value->cut |= i < count;
	sot_value_close(d->value);
	sot_value_close(d->value);
}
