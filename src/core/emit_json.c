/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The classic Tracee record (types/trace/trace.go up to v0.24.1), then our objects.
 * Order of keys and what an unknown looks like (null) are a contract.
 */
#include "effect.h"
#include "emit.h"
#include "json_cache.h"
#include "names.h"
#include "value_types.h"

/* The number of setsockopt, as Tracee numbers events: by the machine's own table. */
#define EVENT_ID_X86_64 "54"
#define EVENT_ID_ARM64 "208"

/* Writes a part of the record. */
typedef void (*part_fn)(const struct sot_record *rec, const struct sot_style *style,
			struct sot_buf *buf);

/* The part as it was written last, or written now and kept. Slot NULL: nothing is kept. */
static void put_part(struct sot_json_slot *slot, enum sot_json_part part, part_fn put,
		     const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	size_t start = buf->len, len;

	if (slot && slot->part[part].len) {
		sot_buf_put(buf, slot->text + slot->part[part].off, slot->part[part].len);
		return;
	}
	put(rec, style, buf);
	len = buf->len - start;
	if (!slot || buf->full || len > sizeof(slot->text) - slot->text_len)
		return;
	memcpy(slot->text + slot->text_len, buf->data + start, len);
	slot->part[part].off = slot->text_len;
	slot->part[part].len = (uint16_t)len;
	slot->text_len += (uint16_t)len;
}

static void put_start(const struct sot_record *rec, const struct sot_style *style,
		      struct sot_buf *buf)
{
	sot_json_uint_if(buf, "threadStartTime", rec->ev->have & SOT_HAVE_START,
			 rec->ev->thread_start + style->boot_offset_ns);
	sot_json_key(buf, "processorId");
}

static void put_ids(const struct sot_event *ev, struct sot_buf *buf)
{
	bool ns = ev->have & SOT_HAVE_NS_PIDS;

	sot_json_uint_if(buf, "processId", ns, ev->pid);
	sot_json_uint_if(buf, "cgroupId", ev->have & SOT_HAVE_CGROUP, ev->cgroup_id);
	sot_json_uint_if(buf, "threadId", ns, ev->tid);
	sot_json_uint_if(buf, "parentProcessId", ev->have & SOT_HAVE_NS_PPID, ev->ppid);
	sot_json_uint_if(buf, "hostProcessId", true, ev->host_pid);
	sot_json_uint_if(buf, "hostThreadId", true, ev->host_tid);
	sot_json_uint_if(buf, "hostParentProcessId", ev->have & SOT_HAVE_PARENT, ev->host_ppid);
	sot_json_uint_if(buf, "userId", ev->have & SOT_HAVE_CRED, ev->uid);
	sot_json_uint_if(buf, "mountNamespace", ev->have & SOT_HAVE_MNT_NS, ev->mnt_ns);
	sot_json_uint_if(buf, "pidNamespace", ns, ev->pid_ns);
}

static void put_names(const struct sot_record *rec, struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;

	sot_json_key(buf, "processName");
	if (ev->have & SOT_HAVE_COMM)
		sot_buf_json(buf, ev->comm, strnlen(ev->comm, sizeof(ev->comm)));
	else
		sot_buf_str(buf, "null");
	sot_json_key(buf, "executable");
	sot_buf_str(buf, "{\"path\":");
	if (rec->path_len)
		sot_buf_json(buf, rec->path, rec->path_len);
	else
		sot_buf_str(buf, "null");
	sot_buf_char(buf, '}');
	sot_json_key(buf, "hostName");
	if (rec->nodename_len)
		sot_buf_json(buf, rec->nodename, rec->nodename_len);
	else
		sot_buf_str(buf, "null");
}

static void put_pod(const char *uid, struct sot_buf *buf)
{
	if (!*uid) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_str(buf, "{\"podUID\":");
	sot_json_string(buf, uid);
	sot_buf_char(buf, '}');
}

static void put_container(const struct sot_record *rec, struct sot_buf *buf)
{
	switch (rec->container) {
	case SOT_CONTAINER_UNKNOWN:
		sot_buf_str(buf, ",\"containerId\":null,\"container\":null,\"kubernetes\":null");
		break;
	case SOT_CONTAINER_HOST:
		sot_buf_str(buf, ",\"containerId\":\"\",\"container\":{},\"kubernetes\":{}");
		break;
	case SOT_CONTAINER_KNOWN: /* name, image and pod only the runtime knows */
		sot_json_key(buf, "containerId");
		sot_json_string(buf, rec->container_facts->id);
		sot_buf_str(buf, ",\"container\":{\"id\":");
		sot_json_string(buf, rec->container_facts->id);
		sot_buf_str(buf, "},\"kubernetes\":");
		put_pod(rec->container_facts->pod_uid, buf);
		break;
	}
}

static void put_task(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	(void)style;
	put_ids(rec->ev, buf);
	put_names(rec, buf);
	put_container(rec, buf);
	sot_json_key(buf, "eventId");
	sot_json_string(buf, rec->ev->have & SOT_ON_ARM64 ? EVENT_ID_ARM64 : EVENT_ID_X86_64);
	sot_buf_str(buf, ",\"eventName\":\"setsockopt\",\"matchedPolicies\":[\"\"],\"argsNum\":5");
	sot_json_key(buf, "returnValue");
}

static void put_context(const struct sot_record *rec, const struct sot_style *style,
			struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	bool start = ev->have & SOT_HAVE_START, leader = ev->have & SOT_HAVE_LEADER_START;
	bool parent = (ev->have & SOT_HAVE_PARENT) && (ev->have & SOT_HAVE_PARENT_START);

	(void)style;
	sot_json_key(buf, "syscall");
	sot_json_string_or_null(buf, rec->by_program ? NULL : "setsockopt");
	sot_buf_str(buf, ",\"stackAddresses\":null,\"contextFlags\":{\"containerStarted\":");
	sot_buf_str(buf, rec->container == SOT_CONTAINER_HOST ? "false" : "null");
	sot_json_key(buf, "isCompat");
	sot_buf_str(buf, !(ev->have & SOT_HAVE_ABI) ? "null" : rec->compat ? "true" : "false");
	sot_buf_char(buf, '}');
	sot_json_uint_if(buf, "threadEntityId", start,
			 sot_entity_id(ev->host_tid, ev->thread_start));
	sot_json_uint_if(buf, "processEntityId", leader,
			 sot_entity_id(ev->host_pid, ev->leader_start));
	sot_json_uint_if(buf, "parentEntityId", parent,
			 sot_entity_id(ev->host_ppid, ev->parent_start));
	sot_buf_str(buf, ",\"args\":[{\"name\":\"sockfd\",\"type\":\"int\",\"value\":");
}

static void put_int_or_null(struct sot_buf *buf, bool known, int value)
{
	if (known)
		sot_buf_int(buf, value);
	else
		sot_buf_str(buf, "null");
}

static void put_int_arg(struct sot_buf *buf, const char *name, int value)
{
	sot_buf_str(buf, "{\"name\":\"");
	sot_buf_str(buf, name);
	sot_buf_str(buf, "\",\"type\":\"int\",\"value\":");
	sot_buf_int(buf, value);
	sot_buf_char(buf, '}');
}

static void put_name_arg(struct sot_buf *buf, const char *name, const char *value)
{
	sot_buf_str(buf, "{\"name\":\"");
	sot_buf_str(buf, name);
	sot_buf_str(buf, "\",\"type\":\"string\",\"value\":");
	sot_json_name(buf, value);
	sot_buf_char(buf, '}');
}

/* All but sockfd. */
static void put_args(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	struct sot_number_text number;

	sot_buf_str(buf, "},");
	if (style->raw) {
		put_int_arg(buf, "level", ev->level);
		sot_buf_char(buf, ',');
		put_int_arg(buf, "optname", ev->optname);
	} else {
		put_name_arg(buf, "level", sot_level_text(rec, &number));
		sot_buf_char(buf, ',');
		put_name_arg(buf, "optname", sot_option_text(rec, &number));
	}
	sot_buf_str(buf, ",{\"name\":\"optval\",\"type\":\"const void*\",\"value\":");
	if (style->raw) {
		sot_buf_uint(buf, ev->optval);
	} else {
		sot_buf_str(buf, "\"0x");
		sot_buf_hex(buf, ev->optval);
		sot_buf_char(buf, '"');
	}
	sot_buf_str(buf, "},");
	put_int_arg(buf, "optlen", ev->optlen);
	sot_buf_char(buf, ']');
}

static void put_node(const struct sot_node *node, struct sot_buf *buf)
{
	switch (node->kind) {
	case SOT_NODE_INT:
		sot_buf_int(buf, node->num);
		break;
	case SOT_NODE_UINT:
		sot_buf_uint(buf, (uint64_t)node->num);
		break;
	case SOT_NODE_STRING:
	case SOT_NODE_SYMBOL:
		sot_buf_json(buf, node->str, node->len);
		break;
	case SOT_NODE_NULL:
		sot_buf_str(buf, "null");
		break;
	case SOT_NODE_OBJECT:
	case SOT_NODE_TUPLE:
		sot_buf_char(buf, '{');
		break;
	case SOT_NODE_ARRAY:
		sot_buf_char(buf, '[');
		break;
	case SOT_NODE_END:
		break; /* the bracket depends on what was opened: put_value */
	}
}

/* Nesting is bounded by the number of nodes; a bit a level says which bracket closes it. */
static void put_value(const struct sot_value *value, struct sot_buf *buf)
{
	bool is_array[SOT_VALUE_NODES], first = true;
	unsigned int depth = 0, i;

	for (i = 0; i < value->count; i++) {
		const struct sot_node *node = &value->node[i];

		if (node->kind == SOT_NODE_END) {
			if (!depth)
				break;
			sot_buf_char(buf, is_array[--depth] ? ']' : '}');
			first = false;
			continue;
		}
		if (!first)
			sot_buf_char(buf, ',');
		if (depth && !is_array[depth - 1]) {
			sot_json_string(buf, node->key ? node->key : "");
			sot_buf_char(buf, ':');
		}
		put_node(node, buf);
		first = sot_node_opens(node);
		if (first)
			is_array[depth++] = node->kind == SOT_NODE_ARRAY;
	}
}

static void put_effective(const struct sot_record *rec, struct sot_buf *buf)
{
	struct sot_value value;

	sot_buf_str(buf, ",\"effective\":");
	if (!sot_effect_known(rec)) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_effect_value(rec, &value);
	put_value(&value, buf);
}

static void put_optval(const struct sot_record *rec, struct sot_buf *buf)
{
	char storage[1200];
	struct sot_buf text;

	sot_buf_str(buf, ",\"optval\":{\"type\":");
	sot_json_name_or_null(buf, rec->option ? sot_value_types[rec->option->type].name : NULL);
	sot_buf_str(buf, ",\"value\":");
	if (rec->decoded)
		put_value(&rec->value, buf);
	else
		sot_buf_str(buf, "null");
	sot_buf_init(&text, storage, sizeof(storage));
	sot_optval_text(rec, &text);
	sot_buf_str(buf, ",\"text\":");
	if (rec->source != SOT_SOURCE_NONE || rec->secret)
		sot_buf_json(buf, text.data, text.len);
	else
		sot_buf_str(buf, "null");
	sot_buf_str(buf, ",\"bytes\":");
	if (rec->source != SOT_SOURCE_NONE) {
		sot_buf_char(buf, '"');
		sot_buf_hex_bytes(buf, rec->bytes, rec->bytes_len);
		sot_buf_char(buf, '"');
	} else {
		sot_buf_str(buf, "null");
	}
	sot_buf_str(buf, ",\"captured\":");
	sot_buf_uint(buf, rec->bytes_len);
	sot_buf_str(buf, ",\"source\":");
	sot_json_name(buf, sot_source_text(rec->source));
	put_effective(rec, buf);
	sot_buf_char(buf, '}');
}

static void put_flags(const struct sot_record *rec, struct sot_buf *buf)
{
	bool first = true;
	unsigned int i;

	sot_buf_str(buf, ",\"flags\":[");
	for (i = 0; i < SOT_FLAG_COUNT; i++) {
		if (!(rec->flags >> i & 1))
			continue;
		if (!first)
			sot_buf_char(buf, ',');
		sot_json_name(buf, sot_flag_info[i].name);
		first = false;
	}
	sot_buf_char(buf, ']');
}

static void put_text(struct sot_buf *buf, const struct sot_record *rec,
		     void (*put)(const struct sot_record *rec, struct sot_buf *buf))
{
	char storage[1200];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	put(rec, &text);
	sot_json_key(buf, "text");
	sot_buf_json(buf, text.data, text.len);
}

/* Not bytes that are secret, nor none. */
static void put_section(struct sot_buf *buf, const struct sot_record *rec,
			const struct sot_section *section, bool is_secret)
{
	sot_json_key(buf, "bytes");
	if (!section->len || is_secret) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_char(buf, '"');
	sot_buf_hex_bytes(buf, (const uint8_t *)rec->ev + section->off, section->len);
	sot_buf_char(buf, '"');
}

/* The value at return, where it is not the one of entry. */
static void put_changed(const struct sot_record *rec, struct sot_buf *buf)
{
	if (!(rec->flags & SOT_FLAG_OPTVAL_CHANGED))
		return;
	sot_buf_str(buf, ",\"changed\":{\"captured\":");
	sot_buf_uint(buf, rec->ev->later.len);
	put_text(buf, rec, sot_later_text);
	put_section(buf, rec, &rec->ev->later, rec->secret);
	sot_buf_char(buf, '}');
}

/* What the kernel got of a call that a cgroup BPF program rewrote. */
static void put_rewritten(const struct sot_record *rec, struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;

	if (!(rec->flags & SOT_FLAG_REWRITTEN))
		return;
	if (sot_was_swallowed(rec)) {
		sot_buf_str(buf, ",\"rewritten\":{\"swallowed\":true}");
		return;
	}
	sot_buf_str(buf, ",\"rewritten\":{\"swallowed\":false,\"level\":");
	sot_buf_int(buf, ev->given_level);
	sot_buf_str(buf, ",\"optname\":");
	sot_buf_int(buf, ev->given_optname);
	sot_buf_str(buf, ",\"optlen\":");
	sot_buf_int(buf, ev->given_optlen);
	put_text(buf, rec, sot_given_text);
	put_section(buf, rec, &ev->given, sot_given_is_secret(rec));
	sot_buf_char(buf, '}');
}

/* Up to how long the call took. */
static void put_call(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;

	put_args(rec, style, buf);
	sot_buf_str(buf, ",\"sockopt\":{\"level\":");
	sot_buf_int(buf, ev->level);
	sot_buf_str(buf, ",\"optname\":");
	sot_buf_int(buf, ev->optname);
	put_optval(rec, buf);
	put_flags(rec, buf);
	sot_buf_str(buf, ",\"abi\":");
	sot_json_name_or_null(buf, ev->have & SOT_HAVE_ABI ? sot_abi_text(ev->abi) : NULL);
	sot_buf_str(buf, ",\"durationNs\":");
}

static void put_call_end(const struct sot_record *rec, const struct sot_style *style,
			 struct sot_buf *buf)
{
	(void)style;
	sot_buf_str(buf, ",\"attach\":");
	sot_json_name_or_null(buf, sot_attach_text(rec->ev->attach));
	put_changed(rec, buf);
	put_rewritten(rec, buf);
	if (rec->by_program)
		sot_buf_str(buf, ",\"taskIsContext\":true");
	if (rec->level_assumed)
		sot_buf_str(buf, ",\"assumed\":true");
	sot_buf_char(buf, '}');
}

static void put_name_or_number(struct sot_buf *buf, const char *key, const char *name,
			       unsigned int num)
{
	struct sot_buf text;
	char storage[24];

	sot_json_key(buf, key);
	if (name) {
		sot_json_string(buf, name);
		return;
	}
	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_uint(&text, num);
	sot_buf_json(buf, text.data, text.len);
}

static void put_endpoint(struct sot_buf *buf, const struct sot_event *ev, const char *key,
			 const uint8_t *addr, unsigned int port, bool known)
{
	sot_json_key(buf, key);
	if (!known) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_char(buf, '"');
	sot_put_address(buf, ev, addr, port);
	sot_buf_char(buf, '"');
}

/* As getsockname and getpeername would say; null where there is no such address. */
static void put_socket(const struct sot_record *rec, const struct sot_style *style,
		       struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	bool local = ev->have & SOT_HAVE_ADDRESS;
	bool remote = local && sot_has_remote(ev);

	(void)style;
	sot_buf_str(buf, ",\"socket\":");
	if (!(ev->have & SOT_HAVE_SOCKET)) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_str(buf, "{\"family\":");
	sot_json_string_or_null(buf, sot_family_name(ev->family));
	put_name_or_number(buf, "type", sot_socket_type_name(ev->type), ev->type);
	put_name_or_number(buf, "protocol", sot_protocol_name(ev->family, ev->protocol),
			   ev->protocol);
	sot_json_key(buf, "state");
	sot_json_string_or_null(buf, sot_state_name(ev->family, ev->state));
	put_endpoint(buf, ev, "local", ev->local_addr, ev->local_port, local);
	put_endpoint(buf, ev, "remote", ev->remote_addr, ev->remote_port, remote);
	sot_json_uint_if(buf, "inode", ev->inode, ev->inode);
	sot_json_uint_if(buf, "cookie", ev->have & SOT_HAVE_COOKIE, ev->cookie);
	sot_json_uint_if(buf, "netNamespace", ev->have & SOT_HAVE_SOCK_NET_NS, ev->sock_net_ns);
	sot_json_net_owner(ev, buf);
	sot_buf_char(buf, '}');
}

static void put_credentials(const struct sot_record *rec, const struct sot_style *style,
			    struct sot_buf *buf)
{
	(void)style;
	sot_json_credentials(rec->ev, buf);
}

static void put_privilege(const struct sot_record *rec, const struct sot_style *style,
			  struct sot_buf *buf)
{
	(void)style;
	sot_json_privilege(rec, buf);
}

static void put_process(const struct sot_record *rec, const struct sot_style *style,
			struct sot_buf *buf)
{
	(void)style;
	sot_json_process(rec, buf);
}

static void put_finding(const struct sot_finding *finding, struct sot_buf *buf)
{
	sot_buf_str(buf, "{\"rule\":");
	sot_json_string(buf, finding->rule);
	sot_json_key(buf, "severity");
	sot_json_string(buf, sot_severities[finding->severity]);
	sot_json_key(buf, "title");
	sot_json_string(buf, finding->title);
	sot_json_strings(buf, "mitre", finding->mitre);
	sot_json_strings(buf, "cve", finding->cve);
	sot_json_key(buf, "why");
	sot_buf_json(buf, finding->why, finding->why_len);
	sot_buf_char(buf, '}');
}

static void put_findings(const struct sot_findings *found, struct sot_buf *buf)
{
	size_t i;

	sot_json_key(buf, "findings");
	if (!found) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_char(buf, '[');
	for (i = 0; i < found->count; i++) {
		if (i)
			sot_buf_char(buf, ',');
		put_finding(&found->finding[i], buf);
	}
	sot_buf_char(buf, ']');
}

bool sot_json_known(const struct sot_record *rec, const struct sot_style *style)
{
	if (!style->cache)
		return false;
	sot_json_find(style->cache, rec);
	return !rec->findings && sot_json_is_whole(&style->cache->found);
}

static struct sot_json_kept find_kept(const struct sot_record *rec, const struct sot_style *style)
{
	struct sot_json_cache *cache = style->cache;
	struct sot_json_kept kept;

	if (!cache)
		return (struct sot_json_kept){ 0 };
	if (!cache->is_found)
		sot_json_find(cache, rec);
	cache->is_found = false;
	kept = cache->found;
	if (kept.call && !kept.call->text_len && !sot_says_the_same(rec))
		kept.call = NULL;
	return kept;
}

static void put_high_digits(int64_t high, const struct sot_style *style, struct sot_buf *buf)
{
	(void)style;
	sot_buf_int(buf, high);
}

/* The last eight digits are the call's own, those before them are mostly the last one's, too. */
static void put_time(int64_t time_ns, const struct sot_style *style, struct sot_buf *buf)
{
	const uint64_t time = (uint64_t)time_ns, unit = 100000000;

	if (time_ns < (int64_t)unit) {
		sot_buf_int(buf, time_ns);
		return;
	}
	sot_put_coarse(put_high_digits, (int64_t)(time / unit), style, buf);
	sot_buf_eight_digits(buf, time % unit);
}

void sot_json_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		   struct sot_buf *buf)
{
	switch (each) {
	case SOT_EACH_TIME:
		put_time((int64_t)(ev->time + (uint64_t)style->boot_offset_ns), style, buf);
		break;
	case SOT_EACH_CPU:
		sot_buf_uint(buf, ev->cpu);
		break;
	default: /* SOT_EACH_DURATION */
		if (ev->have & SOT_HAVE_RET)
			sot_buf_uint(buf, ev->duration_ns);
		else
			sot_buf_str(buf, "null");
		break;
	}
}

int sot_emit_json(const struct sot_record *rec, const struct sot_style *style, struct sot_buf *buf)
{
	const struct sot_json_kept kept = find_kept(rec, style);
	const struct sot_event *ev = rec->ev;
	size_t start = buf->len;

	sot_buf_str(buf, "{\"timestamp\":");
	sot_put_each(sot_json_each, SOT_EACH_TIME, ev, style, buf);
	put_part(kept.task, SOT_JSON_START, put_start, rec, style, buf);
	sot_put_each(sot_json_each, SOT_EACH_CPU, ev, style, buf);
	put_part(kept.task, SOT_JSON_TASK, put_task, rec, style, buf);
	put_int_or_null(buf, ev->have & SOT_HAVE_RET, ev->ret);
	put_part(kept.task, SOT_JSON_CONTEXT, put_context, rec, style, buf);
	put_int_or_null(buf, ev->have & SOT_HAVE_SOCKFD, ev->sockfd);
	put_part(kept.call, SOT_JSON_CALL, put_call, rec, style, buf);
	sot_put_each(sot_json_each, SOT_EACH_DURATION, ev, style, buf);
	put_part(kept.call, SOT_JSON_CALL_END, put_call_end, rec, style, buf);
	put_part(kept.socket, SOT_JSON_SOCKET, put_socket, rec, style, buf);
	put_part(kept.task, SOT_JSON_CREDENTIALS, put_credentials, rec, style, buf);
	put_part(kept.call, SOT_JSON_PRIVILEGE, put_privilege, rec, style, buf);
	put_findings(rec->findings, buf);
	put_part(kept.task, SOT_JSON_PROCESS, put_process, rec, style, buf);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}

size_t sot_json_open_news(int64_t time_ns, const char *name, struct sot_buf *buf)
{
	size_t start = buf->len;

	sot_buf_str(buf, "{\"timestamp\":");
	sot_buf_int(buf, time_ns);
	sot_json_key(buf, "eventName");
	sot_json_string(buf, name);
	return start;
}

int sot_emit_json_loss(const struct sot_loss_report *report, int64_t time_ns,
		       const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = sot_json_open_news(time_ns, sot_loss_kinds[report->kind].key, buf);

	(void)style;
	sot_json_loss(report, buf);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}

int sot_emit_json_probe(const struct sot_probe_news *news, int64_t time_ns,
			const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = sot_json_open_news(time_ns, SOT_PROBE_KEY, buf);

	(void)style;
	sot_json_probe(news, buf);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}
