/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tracee's newer record (api/v1beta1/event_json.go): protobuf's JSON, in which a reader may refuse
 * a key that it does not know, so nothing of ours is added. What is not known is null, which
 * protobuf reads as "not set".
 */
#include <stdio.h>
#include <time.h>

#include "emit.h"

#define NS_PER_S 1000000000LL
#define EVENT_ID "55" /* of setsockopt, on every architecture */

/* As far as the dot. No number of ns goes beyond the year 2262. */
static void put_second(int64_t second, const struct sot_style *style, struct sot_buf *buf)
{
	time_t s = (time_t)second;
	struct tm tm;
	char text[64];

	(void)style;
	gmtime_r(&s, &tm);
	snprintf(text, sizeof(text), "\"%04d-%02d-%02dT%02d:%02d:%02d.", tm.tm_year + 1900,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	sot_buf_str(buf, text);
}

static void put_fraction(int64_t time_ns, struct sot_buf *buf)
{
	sot_buf_digits(buf, (uint64_t)(time_ns % NS_PER_S), 9);
	sot_buf_str(buf, "Z\"");
}

/* RFC 3339 in UTC with nanoseconds, quoted. */
static void put_time(const struct sot_style *style, int64_t time_ns, struct sot_buf *buf)
{
	if (time_ns < 0) {
		sot_buf_str(buf, "null");
		return;
	}
	put_second(time_ns / NS_PER_S, style, buf);
	put_fraction(time_ns, buf);
}

static int64_t since_epoch(const struct sot_style *style, uint64_t boot_ns)
{
	return (int64_t)(boot_ns + (uint64_t)style->boot_offset_ns);
}

static void put_thread(const struct sot_record *rec, const struct sot_style *style,
		       struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	bool start = ev->have & SOT_HAVE_START;

	sot_buf_str(buf, ",\"thread\":{\"start_time\":");
	if (start)
		put_time(style, since_epoch(style, ev->thread_start), buf);
	else
		sot_buf_str(buf, "null");
	sot_json_key(buf, "name");
	if (ev->have & SOT_HAVE_COMM)
		sot_buf_json(buf, ev->comm, strnlen(ev->comm, sizeof(ev->comm)));
	else
		sot_buf_str(buf, "null");
	sot_json_uint_if(buf, "unique_id", start, sot_entity_id(ev->host_tid, ev->thread_start));
	sot_json_uint_if(buf, "host_tid", true, ev->host_tid);
	sot_json_uint_if(buf, "tid", ev->have & SOT_HAVE_NS_PIDS, ev->tid);
	sot_json_key(buf, "syscall");
	sot_json_string_or_null(buf, rec->by_program ? NULL : "setsockopt");
	if (rec->compat)
		sot_buf_str(buf, ",\"compat\":true");
	sot_buf_char(buf, '}');
}

static void put_parent(const struct sot_event *ev, struct sot_buf *buf)
{
	bool host = ev->have & SOT_HAVE_PARENT;

	sot_buf_str(buf, ",\"ancestors\":[");
	if (host || (ev->have & SOT_HAVE_NS_PPID)) {
		sot_buf_str(buf, "{\"unique_id\":");
		if (host && (ev->have & SOT_HAVE_PARENT_START))
			sot_buf_uint(buf, sot_entity_id(ev->host_ppid, ev->parent_start));
		else
			sot_buf_str(buf, "null");
		sot_json_uint_if(buf, "host_pid", host, ev->host_ppid);
		sot_json_uint_if(buf, "pid", ev->have & SOT_HAVE_NS_PPID, ev->ppid);
		sot_buf_char(buf, '}');
	}
	sot_buf_char(buf, ']');
}

static void put_workload(const struct sot_record *rec, const struct sot_style *style,
			 struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;

	sot_buf_str(buf, ",\"workload\":{\"process\":{");
	if (rec->path_len) {
		sot_buf_str(buf, "\"executable\":{\"path\":");
		sot_buf_json(buf, rec->path, rec->path_len);
		sot_buf_str(buf, "},");
	}
	sot_buf_str(buf, "\"unique_id\":");
	if (ev->have & SOT_HAVE_LEADER_START)
		sot_buf_uint(buf, sot_entity_id(ev->host_pid, ev->leader_start));
	else
		sot_buf_str(buf, "null");
	sot_json_uint_if(buf, "host_pid", true, ev->host_pid);
	sot_json_uint_if(buf, "pid", ev->have & SOT_HAVE_NS_PIDS, ev->pid);
	sot_json_key(buf, "real_user");
	if (ev->have & SOT_HAVE_CRED) {
		sot_buf_str(buf, "{\"id\":");
		sot_buf_uint(buf, ev->uid);
		sot_buf_char(buf, '}');
	} else {
		sot_buf_str(buf, "null");
	}
	put_thread(rec, style, buf);
	put_parent(ev, buf);
	sot_buf_char(buf, '}');
	if (rec->container == SOT_CONTAINER_KNOWN) {
		sot_buf_str(buf, ",\"container\":{\"id\":");
		sot_json_string(buf, rec->container_facts->id);
		sot_buf_char(buf, '}');
	}
	sot_buf_char(buf, '}');
}

/* {"name":"sockfd","int32":3} */
static void put_int32(struct sot_buf *buf, const char *name, int32_t num)
{
	sot_buf_str(buf, "{\"name\":\"");
	sot_buf_str(buf, name);
	sot_buf_str(buf, "\",\"int32\":");
	sot_buf_int(buf, num);
	sot_buf_char(buf, '}');
}

static void put_str(struct sot_buf *buf, const char *name, const char *str)
{
	sot_buf_str(buf, "{\"name\":\"");
	sot_buf_str(buf, name);
	sot_buf_str(buf, "\",\"str\":");
	sot_json_string(buf, str);
	sot_buf_char(buf, '}');
}

static void put_named(const struct sot_record *rec, const struct sot_style *style,
		      struct sot_buf *buf)
{
	struct sot_number_text number;

	if (style->raw) {
		put_int32(buf, "level", rec->ev->level);
		sot_buf_char(buf, ',');
		put_int32(buf, "optname", rec->ev->optname);
		sot_buf_str(buf, ",{\"name\":\"optval\",\"pointer\":\"");
		sot_buf_uint(buf, rec->ev->optval);
	} else {
		put_str(buf, "level", sot_level_text(rec, &number));
		sot_buf_char(buf, ',');
		put_str(buf, "optname", sot_option_text(rec, &number));
		sot_buf_str(buf, ",{\"name\":\"optval\",\"str\":\"0x");
		sot_buf_hex(buf, rec->ev->optval);
	}
	sot_buf_str(buf, "\"}");
}

/* ,{"name":"finding","str":"medium packet-filter: ..."}: as one more value of the event. */
static void put_finding(struct sot_buf *buf, const struct sot_finding *finding)
{
	char storage[2 * SOT_WHY_MAX];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_str(&text, sot_severities[finding->severity]);
	sot_buf_char(&text, ' ');
	sot_buf_str(&text, finding->rule);
	sot_buf_str(&text, ": ");
	sot_buf_str(&text, finding->title);
	sot_buf_str(&text, ": ");
	sot_buf_put(&text, finding->why, finding->why_len);
	sot_buf_str(buf, ",{\"name\":\"finding\",\"str\":");
	sot_buf_json(buf, text.data, text.len);
	sot_buf_char(buf, '}');
}

/* It has the time alone. */
void sot_v1beta1_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		      struct sot_buf *buf)
{
	int64_t time_ns = since_epoch(style, ev->time);

	(void)each;
	if (time_ns < 0) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_put_coarse(put_second, time_ns / NS_PER_S, style, buf);
	put_fraction(time_ns, buf);
}

int sot_emit_v1beta1(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	size_t start = buf->len, i;

	sot_buf_str(buf, "{\"timestamp\":");
	sot_put_each(sot_v1beta1_each, SOT_EACH_TIME, ev, style, buf);
	sot_buf_str(buf, ",\"id\":" EVENT_ID
			 ",\"name\":\"setsockopt\",\"policies\":{\"matched\":[\"\"]}");
	put_workload(rec, style, buf);
	sot_buf_str(buf, ",\"data\":[");
	if (ev->have & SOT_HAVE_SOCKFD) {
		put_int32(buf, "sockfd", ev->sockfd);
		sot_buf_char(buf, ',');
	}
	put_named(rec, style, buf);
	sot_buf_char(buf, ',');
	put_int32(buf, "optlen", ev->optlen);
	if (ev->have & SOT_HAVE_RET) {
		sot_buf_str(buf, ",{\"name\":\"returnValue\",\"int64\":\"");
		sot_buf_int(buf, ev->ret);
		sot_buf_str(buf, "\"}");
	}
	for (i = 0; rec->findings && i < rec->findings->count; i++)
		put_finding(buf, &rec->findings->finding[i]);
	sot_buf_str(buf, "]}");
	return sot_finish_line(buf, start);
}

/*
 * News that are no event, and not of Tracee's: a reader that refuses them at least learns of it.
 * Returns where the line begins.
 */
size_t sot_v1beta1_open_news(int64_t time_ns, const char *name, struct sot_buf *buf)
{
	size_t start = buf->len;

	sot_buf_str(buf, "{\"timestamp\":");
	put_time(NULL, time_ns, buf);
	sot_json_key(buf, "name");
	sot_json_string(buf, name);
	return start;
}

int sot_emit_v1beta1_loss(const struct sot_loss_report *report, int64_t time_ns,
			  const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = sot_v1beta1_open_news(time_ns, sot_loss_kinds[report->kind].key, buf);

	(void)style;
	sot_json_loss(report, buf);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}

int sot_emit_v1beta1_probe(const struct sot_probe_news *news, int64_t time_ns,
			   const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = sot_v1beta1_open_news(time_ns, SOT_PROBE_KEY, buf);

	(void)style;
	sot_json_probe(news, buf);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}
