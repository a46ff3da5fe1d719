/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shared by the emitters; not for others. */
#ifndef SOT_EMIT_H
#define SOT_EMIT_H

#include "lines.h"
#include "record.h"

void sot_put_ipv4(struct sot_buf *buf, const uint8_t *addr);
/* "1.2.3.4:80", "[::1]:80", of the event's family; without port for SOCK_RAW */
void sot_put_address(struct sot_buf *buf, const struct sot_event *ev, const uint8_t *addr,
		     unsigned int port);
/* It has a peer; of SOCK_RAW, which has no port, one by its address. Needs SOT_HAVE_ADDRESS. */
bool sot_has_remote(const struct sot_event *ev);
const char *sot_source_text(enum sot_value_source source);
/* "8:1" */
void sot_put_device(struct sot_buf *buf, uint32_t dev);
/* "filter"; NULL: none of the modes that we know */
const char *sot_seccomp_text(uint8_t mode);
const char *sot_check_source_text(unsigned int source); /* NULL: unseen */
void sot_table_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		    struct sot_buf *buf);
void sot_json_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		   struct sot_buf *buf);
void sot_v1beta1_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		      struct sot_buf *buf);
/* Each call's own, by the format's `put`. */
void sot_put_each(sot_each_fn put, enum sot_each each, const struct sot_event *ev,
		  const struct sot_style *style, struct sot_buf *buf);
/* An event's time but for its last digits: by the format's `put`, or as the last one's was. */
typedef void (*sot_coarse_fn)(int64_t time, const struct sot_style *style, struct sot_buf *buf);
void sot_put_coarse_anew(sot_coarse_fn put, int64_t time, const struct sot_style *style,
			 struct sot_buf *buf);
static inline void sot_put_coarse(sot_coarse_fn put, int64_t time, const struct sot_style *style,
				  struct sot_buf *buf)
{
	const struct sot_coarse *kept = style->lines ? &style->lines->coarse : NULL;

	if (!kept || !kept->len || kept->time != time ||
	    buf->size - buf->len < sizeof(kept->text)) {
		sot_put_coarse_anew(put, time, style, buf);
		return;
	}
	memcpy(buf->data + buf->len, kept->text, sizeof(kept->text)); /* a few moves */
	buf->len += kept->len;
}
/* What began at buf->len == start and did not fit is taken back; -ENOSPC then, else 0. */
int sot_all_or_nothing(struct sot_buf *buf, size_t start);
/* Ends a line begun at buf->len == start. All or nothing: one that did not fit is taken back. */
int sot_finish_line(struct sot_buf *buf, size_t start);

void sot_json_string(struct sot_buf *buf, const char *str);
/* One of our own tables' names, in which nothing needs to be escaped. */
void sot_json_name(struct sot_buf *buf, const char *name);
void sot_json_name_or_null(struct sot_buf *buf, const char *name);
void sot_json_string_or_null(struct sot_buf *buf, const char *str);
/* ,"key": */
static inline void sot_json_key(struct sot_buf *buf, const char *key)
{
	sot_buf_str(buf, ",\"");
	sot_buf_str(buf, key);
	sot_buf_str(buf, "\":");
}

/* ,"key":num; or null where it is not known */
void sot_json_uint_if(struct sot_buf *buf, const char *key, bool known, uint64_t num);
/* ,"key":true or false; or null where it is not known */
void sot_json_bool_if(struct sot_buf *buf, const char *key, bool known, bool is);
/* ,"key":["...",...]; the strings end with NULL */
void sot_json_strings(struct sot_buf *buf, const char *key, const char *const *strings);
/* ,"credentials":{...} and so on */
void sot_json_credentials(const struct sot_event *ev, struct sot_buf *buf);
void sot_json_privilege(const struct sot_record *rec, struct sot_buf *buf);
void sot_json_process(const struct sot_record *rec, struct sot_buf *buf);
/* What of the socket's network namespace tells whose it is. */
void sot_json_net_owner(const struct sot_event *ev, struct sot_buf *buf);
/* ,"lost":{...} or ,"leftOut":{...} */
void sot_json_loss(const struct sot_loss_report *report, struct sot_buf *buf);
/* News that are no event: what stands before them. Returns where the line begins. */
size_t sot_json_open_news(int64_t time_ns, const char *name, struct sot_buf *buf);
size_t sot_v1beta1_open_news(int64_t time_ns, const char *name, struct sot_buf *buf);
/* The name of news of a probe, and the key of what they say. */
#define SOT_PROBE_KEY "probe"
/* ,"probe":{...} */
void sot_json_probe(const struct sot_probe_news *news, struct sot_buf *buf);

/*
 * Tracee's id of a task: MurmurHash3 (x86, 32 bits) with its own seed over the host tid and
 * the start time in ns, rounded down to USER_HZ, both big-endian (pkg/ebpf/c/common/hash.h).
 */
uint32_t sot_entity_id(uint32_t host_tid, uint64_t start_ns);

#endif
