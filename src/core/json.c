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

void sot_json_name(struct sot_buf *buf, const char *name)
{
	sot_buf_char(buf, '"');
	sot_buf_str(buf, name);
	sot_buf_char(buf, '"');
}

void sot_json_name_or_null(struct sot_buf *buf, const char *name)
{
	if (name)
		sot_json_name(buf, name);
	else
		sot_buf_str(buf, "null");
}

void sot_json_uint_if(struct sot_buf *buf, const char *key, bool known, uint64_t num)
{
	sot_json_key(buf, key);
	if (known)
		sot_buf_uint(buf, num);
	else
		sot_buf_str(buf, "null");
}

void sot_json_bool_if(struct sot_buf *buf, const char *key, bool known, bool is)
{
	sot_json_key(buf, key);
	sot_buf_str(buf, !known ? "null" : is ? "true" : "false");
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

/* Without what stands around the members, and before the first of them. */
void sot_json_strings(struct sot_buf *buf, const char *key, const char *const *strings)
{
	size_t i;

	sot_json_key(buf, key);
	sot_buf_char(buf, '[');
	for (i = 0; strings[i]; i++) {
		if (i)
			sot_buf_char(buf, ',');
		sot_json_string(buf, strings[i]);
	}
	sot_buf_char(buf, ']');
}

static void put_reasons(const struct sot_loss *loss, enum sot_loss_kind kind, struct sot_buf *buf)
{
	const char *before = "\"";
	size_t i;

	for (i = 0; i < SOT_REASONS; i++) {
		if (sot_reasons[i].kind != kind || (sot_reasons[i].rare && !loss->count[i]))
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, sot_reasons[i].key);
		sot_buf_str(buf, "\":");
		sot_buf_uint(buf, loss->count[i]);
		before = ",\"";
	}
}

void sot_json_loss(const struct sot_loss_report *report, struct sot_buf *buf)
{
	const struct sot_talker *talker = report->talker;
	size_t i;

	sot_json_key(buf, sot_loss_kinds[report->kind].key);
	sot_buf_char(buf, '{');
	put_reasons(&report->whole, report->kind, buf);
	sot_buf_str(buf, ",\"processes\":[");
	for (i = 0; i < report->talkers_count; i++, talker++) {
		sot_buf_str(buf, i ? ",{\"hostProcessId\":" : "{\"hostProcessId\":");
		sot_buf_uint(buf, talker->process.host_pid);
		sot_buf_str(buf, ",\"processName\":");
		sot_buf_json(buf, talker->comm, strnlen(talker->comm, sizeof(talker->comm)));
		sot_buf_char(buf, ',');
		put_reasons(&talker->loss, report->kind, buf);
		sot_buf_char(buf, '}');
	}
	sot_buf_str(buf, "],\"others\":{");
	put_reasons(&report->others, report->kind, buf);
	sot_buf_str(buf, "}}");
}

void sot_json_probe(const struct sot_probe_news *news, struct sot_buf *buf)
{
	sot_json_key(buf, SOT_PROBE_KEY);
	sot_buf_str(buf, "{\"program\":");
	sot_json_string(buf, news->program);
	sot_json_key(buf, "state");
	sot_json_string(buf, sot_probe_state_text(news->state));
	sot_json_key(buf, "call");
	sot_json_string_or_null(buf, news->call);
	sot_json_uint_if(buf, "times", true, news->times);
	sot_buf_char(buf, '}');
}
