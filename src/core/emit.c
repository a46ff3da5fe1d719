/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What both outputs say alike. */
#include "emit.h"

#include <errno.h>
#include <stdio.h>

#include "effect.h"
#include "value_types.h"

/* Bytes of an undecoded value that the short text shows. */
#define TEXT_BYTES 16

const struct sot_format sot_formats[] = {
	{ "table", sot_emit_table, sot_emit_table_loss, sot_emit_table_probe,
	  sot_emit_table_summary, sot_emit_table_header, sot_list_table, sot_list_table_header,
	  NULL, sot_table_each },
	{ "json", sot_emit_json, sot_emit_json_loss, sot_emit_json_probe, sot_emit_json_summary,
	  NULL, sot_list_json, NULL, sot_json_known, sot_json_each },
	{ "json-v1beta1", sot_emit_v1beta1, sot_emit_v1beta1_loss, sot_emit_v1beta1_probe,
	  sot_emit_v1beta1_summary, NULL, NULL, NULL, NULL, sot_v1beta1_each },
	{ 0 },
};

const char *const sot_severities[SOT_SEVERITY_COUNT] = {
	[SOT_SEVERITY_LOW] = "low",
	[SOT_SEVERITY_MEDIUM] = "medium",
	[SOT_SEVERITY_HIGH] = "high",
	[SOT_SEVERITY_CRITICAL] = "critical",
};

const char *sot_probe_state_text(enum sot_probe_state state)
{
	static const char *const texts[] = {
		[SOT_PROBE_UNTESTED] = "untested", [SOT_PROBE_FIRING] = "firing",
		[SOT_PROBE_SILENT] = "silent",	   [SOT_PROBE_REPEATED] = "repeated",
		[SOT_PROBE_NOT_RUN] = "missed",	   [SOT_PROBE_DETACHED] = "detached",
	};

	return texts[state];
}

void sot_probe_text(const struct sot_probe_news *news, struct sot_buf *buf)
{
	switch (news->state) {
	case SOT_PROBE_UNTESTED:
		sot_buf_str(buf, "no call of our own comes by it any more");
		break;
	case SOT_PROBE_FIRING:
		sot_buf_str(buf, "calls of our own reach it again, once each");
		break;
	case SOT_PROBE_SILENT:
	case SOT_PROBE_REPEATED:
		sot_buf_str(buf, "a ");
		if (news->call)
			sot_buf_printable(buf, news->call, strlen(news->call));
		sot_buf_str(buf, " call of our own reached it ");
		sot_buf_uint(buf, news->times);
		sot_buf_str(buf, " times");
		break;
	case SOT_PROBE_NOT_RUN:
		sot_buf_str(buf, "the kernel did not run it ");
		sot_buf_uint(buf, news->times);
		sot_buf_str(buf, " times");
		break;
	case SOT_PROBE_DETACHED:
		sot_buf_str(buf, "what attached it is gone");
		break;
	}
}

static const char *number_text(struct sot_number_text *storage, int number)
{
	snprintf(storage->text, sizeof(storage->text), "%d", number);
	return storage->text;
}

const char *sot_level_text(const struct sot_record *rec, struct sot_number_text *storage)
{
	return rec->level ? rec->level->name : number_text(storage, rec->ev->level);
}

const char *sot_option_text(const struct sot_record *rec, struct sot_number_text *storage)
{
	return rec->option ? rec->option->name : number_text(storage, rec->ev->optname);
}

const char *sot_abi_text(uint8_t abi)
{
	static const char *const names[] = {
		[SOT_ABI_X86_64] = "x86-64", [SOT_ABI_I386] = "i386",
		[SOT_ABI_X32] = "x32",	     [SOT_ABI_ARM64] = "arm64",
		[SOT_ABI_ARM] = "arm",	     [SOT_ABI_IO_URING] = "io_uring",
		[SOT_ABI_BPF] = "bpf",
	};

	return abi < sizeof(names) / sizeof(names[0]) ? names[abi] : NULL;
}

const char *sot_attach_text(uint8_t attach)
{
	static const char *const names[] = {
		[SOT_ATTACH_KPROBE] = "kprobe",
		[SOT_ATTACH_FENTRY] = "fentry",
		[SOT_ATTACH_TRACEPOINT] = "tracepoint",
	};

	return attach < sizeof(names) / sizeof(names[0]) ? names[attach] : NULL;
}

static void put_bytes(const uint8_t *bytes, size_t len, struct sot_buf *buf)
{
	size_t i;

	sot_buf_char(buf, '<');
	for (i = 0; i < len && i < TEXT_BYTES; i++) {
		if (i)
			sot_buf_char(buf, ' ');
		sot_buf_hex_bytes(buf, bytes + i, 1);
	}
	if (len > TEXT_BYTES)
		sot_buf_str(buf, " ...");
	sot_buf_char(buf, '>');
}

static void put_value_text(const struct sot_value *value, struct sot_buf *buf)
{
	char text[1024];

	sot_value_text(value, text, sizeof(text));
	sot_buf_str(buf, text);
}

void sot_optval_text(const struct sot_record *rec, struct sot_buf *buf)
{
	if (rec->decoded) {
		put_value_text(&rec->value, buf);
	} else if (rec->bytes_len) {
		put_bytes(rec->bytes, rec->bytes_len, buf);
	} else if (!rec->ev->optval) {
		sot_buf_str(buf, "NULL");
	} else if (rec->secret) {
		sot_buf_str(buf, "redacted (");
		sot_buf_int(buf, rec->ev->optlen);
		sot_buf_str(buf, " bytes)");
	} else {
		sot_buf_str(buf, "0x");
		sot_buf_hex(buf, rec->ev->optval);
	}
}

void sot_effect_text(const struct sot_record *rec, struct sot_buf *buf)
{
	struct sot_value value;

	sot_effect_value(rec, &value);
	put_value_text(&value, buf);
}

bool sot_was_swallowed(const struct sot_record *rec)
{
	return rec->ev->filter_ret > 0;
}

const uint8_t *sot_given(const struct sot_record *rec)
{
	return (const uint8_t *)rec->ev + rec->ev->given.off;
}

bool sot_given_is_secret(const struct sot_record *rec)
{
	const struct sot_option *opt;

	sot_name_call(rec, rec->ev->given_level, rec->ev->given_optname, &opt);
	return rec->secret || (opt && (opt->flags & SOT_OPT_SECRET) &&
			       !(rec->options && rec->options->show_secrets));
}

/* Puts another value of the call than the one at entry: decoded where it can be, else bytes. */
static void put_other_value(const struct sot_record *rec, const struct sot_option *opt,
			    const struct sot_section *section, int32_t optlen, struct sot_buf *buf)
{
	struct sot_value value;
	struct sot_decoding d = { .opt = opt,
				  .options = rec->options,
				  .data = (const uint8_t *)rec->ev + section->off,
				  .len = section->len,
				  .optlen = optlen,
				  .compat = sot_compat_layout(rec, opt),
				  .net_ns = rec->ev->have & SOT_HAVE_SOCK_NET_NS ?
						    rec->ev->sock_net_ns :
						    0,
				  .value = &value };

	if (optlen > 0 && d.len > (size_t)optlen)
		d.len = (size_t)optlen;
	if (opt && optlen > 0 && d.len && sot_decode_value(&d))
		put_value_text(&value, buf);
	else
		put_bytes(d.data, d.len, buf);
}

void sot_later_text(const struct sot_record *rec, struct sot_buf *buf)
{
	if (rec->secret)
		sot_buf_str(buf, "redacted");
	else
		put_other_value(rec, rec->option, &rec->ev->later, rec->ev->optlen, buf);
}

void sot_given_text(const struct sot_record *rec, struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	const struct sot_option *opt;
	const struct sot_level *level =
		sot_name_call(rec, ev->given_level, ev->given_optname, &opt);
	struct sot_number_text number;

	if (sot_was_swallowed(rec)) {
		sot_buf_str(buf, "nothing");
		return;
	}
	sot_buf_str(buf, level ? level->name : number_text(&number, ev->given_level));
	sot_buf_char(buf, ' ');
	sot_buf_str(buf, opt ? opt->name : number_text(&number, ev->given_optname));
	sot_buf_char(buf, ' ');
	if (sot_given_is_secret(rec))
		sot_buf_str(buf, "redacted");
	else
		put_other_value(rec, opt, &ev->given, ev->given_optlen, buf);
	sot_buf_str(buf, ", optlen ");
	sot_buf_int(buf, ev->given_optlen);
}

/* An IPv6 address as RFC 5952 writes it. */
static void put_ipv6(struct sot_buf *buf, const uint8_t *addr)
{
	unsigned int group[8], best = 8, best_len = 1, run, i;

	for (i = 0; i < 8; i++)
		group[i] = (unsigned int)addr[2 * i] << 8 | addr[2 * i + 1];
	for (i = 0; i < 8; i++) {
		for (run = 0; i + run < 8 && !group[i + run];)
			run++;
		if (run > best_len) {
			best = i;
			best_len = run;
		}
	}
	for (i = 0; i < 8; i++) {
		if (i == best) {
			sot_buf_str(buf, "::");
			i += best_len - 1;
			continue;
		}
		if (i && i != best + best_len)
			sot_buf_char(buf, ':');
		/* ::ffff:1.2.3.4 */
		if (i == 6 && best == 0 && best_len == 5 && group[5] == 0xffff) {
			sot_put_ipv4(buf, addr + 12);
			return;
		}
		sot_buf_hex(buf, group[i]);
	}
}

void sot_put_ipv4(struct sot_buf *buf, const uint8_t *addr)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (i)
			sot_buf_char(buf, '.');
		sot_buf_uint(buf, addr[i]);
	}
}

#define TYPE_RAW 3 /* SOCK_RAW of include/linux/net.h */

bool sot_has_remote(const struct sot_event *ev)
{
	static const uint8_t any[16];

	return ev->type == TYPE_RAW ? memcmp(ev->remote_addr, any, sizeof(any)) != 0 :
				      ev->remote_port != 0;
}

const char *sot_source_text(enum sot_value_source source)
{
	static const char *const texts[] = {
		[SOT_SOURCE_NONE] = "none",
		[SOT_SOURCE_ENTRY] = "entry",
		[SOT_SOURCE_EXIT] = "exit",
	};

	return texts[source];
}

void sot_put_address(struct sot_buf *buf, const struct sot_event *ev, const uint8_t *addr,
		     unsigned int port)
{
	bool raw = ev->type == TYPE_RAW; /* which keeps its protocol where the port would be */

	if (ev->family == 2) {
		sot_put_ipv4(buf, addr);
	} else {
		if (!raw)
			sot_buf_char(buf, '[');
		put_ipv6(buf, addr);
		if (!raw)
			sot_buf_char(buf, ']');
	}
	if (raw)
		return;
	sot_buf_char(buf, ':');
	sot_buf_uint(buf, port);
}

int sot_all_or_nothing(struct sot_buf *buf, size_t start)
{
	if (!buf->full)
		return 0;
	buf->len = start;
	buf->full = false;
	return -ENOSPC;
}

int sot_finish_line(struct sot_buf *buf, size_t start)
{
	sot_buf_char(buf, '\n');
	return sot_all_or_nothing(buf, start);
}

bool sot_says_the_same(const struct sot_record *rec)
{
	return !(rec->flags & SOT_FLAG_REWRITTEN) &&
	       (!rec->option || !sot_type_may_name_interface(rec->option->type));
}
