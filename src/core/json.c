/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What both JSON formats are put together from. */
#include "emit.h"

void sot_json_string(struct sot_buf *buf, const char *str)
{
	sot_buf_json(buf, str, strlen(str));
}

void sot_json_string_or_null(struct sot_buf *buf, const char *str)
{
	if (str)
		sot_json_string(buf, str);
	else
		sot_buf_str(buf, "null");
}

void sot_json_key(struct sot_buf *buf, const char *key)
{
	sot_buf_str(buf, ",\"");
	sot_buf_str(buf, key);
	sot_buf_str(buf, "\":");
}

void sot_json_uint_if(struct sot_buf *buf, const char *key, bool known, uint64_t num)
{
	sot_json_key(buf, key);
	if (known)
		sot_buf_uint(buf, num);
	else
		sot_buf_str(buf, "null");
}

static uint32_t rotl(uint32_t x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t murmur_block(uint32_t hash, uint32_t block)
{
	hash ^= rotl(block * 0xcc9e2d51u, 15) * 0x1b873593u;
	return rotl(hash, 13) * 5 + 0xe6546b64u;
}

uint32_t sot_entity_id(uint32_t host_tid, uint64_t start_ns)
{
	uint64_t start = start_ns / 10000000 * 10000000;
	uint32_t hash = 0x18273645;

	hash = murmur_block(hash, __builtin_bswap32(host_tid));
	hash = murmur_block(hash, __builtin_bswap32((uint32_t)(start >> 32)));
	hash = murmur_block(hash, __builtin_bswap32((uint32_t)start));
	hash ^= 12;
	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35u;
	return hash ^ hash >> 16;
}

void sot_json_loss(const struct sot_loss *loss, struct sot_buf *buf)
{
	sot_buf_str(buf, ",\"lost\":{\"ringFull\":");
	sot_buf_uint(buf, loss->ring_full);
	sot_json_uint_if(buf, "inflightFull", true, loss->inflight_full);
	sot_json_uint_if(buf, "returnMissed", true, loss->return_missed);
	if (loss->probe_missed) /* rare, and no key of the contract */
		sot_json_uint_if(buf, "probeMissed", true, loss->probe_missed);
	sot_buf_char(buf, '}');
}
