/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "field.h"

#include <string.h>

#include "effect.h"
#include "emit.h"
#include "names.h"
#include "sha256.h"
#include "value_decode.h"
#include "value_types.h"

#define CBPF_INSN 8 /* sizeof(struct sock_filter) */

/* ---- the strings that a field can have ---- */

#define COUNT(_array) (sizeof(_array) / sizeof((_array)[0]))

static const char *option_name(size_t i)
{
	return sot_options[i].name;
}

static size_t option_count(void)
{
	return sot_options_count;
}

static const char *level_name(size_t i)
{
	return sot_levels[i].name;
}

static size_t level_count(void)
{
	return SOT_LEVEL_COUNT;
}

static const char *flag_name(size_t i)
{
	return sot_flag_info[i].name;
}

static size_t flag_count(void)
{
	return SOT_FLAG_COUNT;
}

/* Numbers without a name are "" here. */
static const char *family_name(size_t i)
{
	return sot_family_name((unsigned int)i) ?: "";
}

static size_t family_count(void)
{
	return 64;
}

static const char *capability_name(size_t i)
{
	return sot_capability_name((unsigned int)i) ?: "";
}

static size_t capability_count(void)
{
	return 64;
}

static const char *abi_name(size_t i)
{
	return sot_abi_text((uint8_t)i) ?: "";
}

static size_t abi_count(void)
{
	return SOT_ABI_BPF + 1;
}

static const char *attach_name(size_t i)
{
	return sot_attach_text((uint8_t)i) ?: "";
}

static size_t attach_count(void)
{
	return SOT_ATTACH_TRACEPOINT + 1;
}

static const char *verdict_name(size_t i)
{
	return sot_verdict_text((enum sot_verdict)i) ?: "";
}

static size_t verdict_count(void)
{
	return SOT_VERDICT_NONE + 1;
}

static const char *source_name(size_t i)
{
	return sot_source_text((enum sot_value_source)i);
}

static size_t source_count(void)
{
	return SOT_SOURCE_EXIT + 1;
}

static const char *seccomp_name(size_t i)
{
	return sot_seccomp_text((uint8_t)i);
}

static size_t seccomp_count(void)
{
	return 3;
}

static const struct sot_domain domain_OPTION[] = { { "option", option_name, option_count } };
static const struct sot_domain domain_LEVEL[] = { { "level", level_name, level_count } };
static const struct sot_domain domain_FLAG[] = { { "flag", flag_name, flag_count } };
static const struct sot_domain domain_FAMILY[] = { { "address family", family_name,
						     family_count } };
static const struct sot_domain domain_CAPABILITY[] = { { "capability", capability_name,
							 capability_count } };
static const struct sot_domain domain_VERDICT[] = { { "verdict", verdict_name, verdict_count } };
static const struct sot_domain domain_ABI[] = { { "abi", abi_name, abi_count } };
static const struct sot_domain domain_ATTACH[] = { { "attachment", attach_name, attach_count } };
static const struct sot_domain domain_SOURCE[] = { { "source", source_name, source_count } };
static const struct sot_domain domain_SECCOMP[] = { { "seccomp mode", seccomp_name,
						      seccomp_count } };
#define domain_ANY NULL

/* ---- what is found out of an event ---- */

static bool was_given(const struct sot_record *rec)
{
	return (rec->flags & SOT_FLAG_REWRITTEN) && !sot_was_swallowed(rec);
}

/* A classic filter whose struct sock_fprog was captured: its length is the first member. */
static bool has_filter(const struct sot_record *rec)
{
	return rec->ev->behind == SOT_BEHIND_CBPF && rec->bytes_len >= sizeof(uint16_t);
}

static unsigned int filter_length(const struct sot_record *rec)
{
	uint16_t len;

	memcpy(&len, rec->bytes, sizeof(len));
	return len;
}

/* Of the instructions captured, how many load a constant (BPF_LD | BPF_IMM is 0): in percent. */
static unsigned int constant_loads(const struct sot_record *rec)
{
	const uint8_t *insn = (const uint8_t *)rec->ev + rec->ev->cbpf.off;
	size_t count = rec->ev->cbpf.len / CBPF_INSN, loads = 0, i;
	uint16_t code;

	for (i = 0; i < count; i++) {
		memcpy(&code, insn + i * CBPF_INSN, sizeof(code));
		loads += code == 0;
	}
	return count ? (unsigned int)(loads * 100 / count) : 0;
}

static void set_text(struct sot_fact *fact, const char *str, size_t len)
{
	fact->known = true;
	fact->kind = SOT_FIELD_TEXT;
	fact->text.str = str;
	fact->text.len = len;
}

static void set_string(struct sot_fact *fact, const char *str)
{
	if (str)
		set_text(fact, str, strlen(str));
}

static void set_number(struct sot_fact *fact, enum sot_field_kind kind, bool known, sot_wide num)
{
	fact->known = known;
	fact->kind = kind;
	fact->num = num;
}

static void add_name(struct sot_fact *fact, const char *str, size_t len)
{
	if (fact->names < SOT_FACT_NAMES)
		fact->name[fact->names++] = (struct sot_text){ str, len };
}

static struct sot_buf scratch_buf(struct sot_scratch *scratch)
{
	struct sot_buf buf;

	sot_buf_init(&buf, scratch->text, sizeof(scratch->text));
	return buf;
}

#define GET(_id)                                                                       \
	static void get_##_id(const struct sot_record *rec, const struct sot_ref *ref, \
			      struct sot_scratch *scratch, struct sot_fact *fact)

GET(COMM)
{
	(void)ref, (void)scratch;
	if (rec->ev->have & SOT_HAVE_COMM)
		set_text(fact, rec->ev->comm, strnlen(rec->ev->comm, sizeof(rec->ev->comm)));
}

GET(PATH)
{
	(void)ref, (void)scratch;
	if (rec->path_len)
		set_text(fact, rec->path, rec->path_len);
}

GET(NODENAME)
{
	(void)ref, (void)scratch;
	if (rec->nodename_len)
		set_text(fact, rec->nodename, rec->nodename_len);
}

/* As in the record: "" on the host. */
GET(CONTAINER_ID)
{
	(void)ref, (void)scratch;
	if (rec->container == SOT_CONTAINER_KNOWN)
		set_string(fact, rec->container_facts->id);
	else if (rec->container == SOT_CONTAINER_HOST)
		set_text(fact, "", 0);
}

GET(CONTAINER_ID2)
{
	(void)ref, (void)scratch;
	if (rec->container == SOT_CONTAINER_KNOWN)
		set_string(fact, rec->container_facts->id);
}

/* The name, or the number that stands for it. */
static void set_named_or_number(const char *name, const struct sot_number_text *number,
				struct sot_scratch *scratch, struct sot_fact *fact)
{
	if (name == number->text)
		name = memcpy(scratch->text, number->text, sizeof(number->text));
	set_string(fact, name);
}

GET(OPTION)
{
	struct sot_number_text number;

	(void)ref;
	set_named_or_number(sot_option_text(rec, &number), &number, scratch, fact);
}

GET(LEVEL)
{
	struct sot_number_text number;

	(void)ref;
	set_named_or_number(sot_level_text(rec, &number), &number, scratch, fact);
}

static void set_put(const struct sot_record *rec,
		    void (*put)(const struct sot_record *rec, struct sot_buf *buf),
		    struct sot_scratch *scratch, struct sot_fact *fact)
{
	struct sot_buf buf = scratch_buf(scratch);

	put(rec, &buf);
	set_text(fact, buf.data, buf.len);
}

static void set_bytes(const void *bytes, size_t len, struct sot_scratch *scratch,
		      struct sot_fact *fact)
{
	struct sot_buf buf = scratch_buf(scratch);

	sot_buf_hex_bytes(&buf, bytes, len);
	set_text(fact, buf.data, buf.len);
}

GET(VALUE_TEXT)
{
	(void)ref;
	if (rec->source != SOT_SOURCE_NONE || rec->secret)
		set_put(rec, sot_optval_text, scratch, fact);
}

GET(VALUE_BYTES)
{
	(void)ref;
	if (rec->source != SOT_SOURCE_NONE)
		set_bytes(rec->bytes, rec->bytes_len, scratch, fact);
}

GET(CHANGED_TEXT)
{
	(void)ref;
	if (rec->flags & SOT_FLAG_OPTVAL_CHANGED)
		set_put(rec, sot_later_text, scratch, fact);
}

GET(CHANGED_BYTES)
{
	const struct sot_event *ev = rec->ev;

	(void)ref;
	if ((rec->flags & SOT_FLAG_OPTVAL_CHANGED) && ev->later.len && !rec->secret)
		set_bytes((const uint8_t *)ev + ev->later.off, ev->later.len, scratch, fact);
}

GET(GIVEN_TEXT)
{
	(void)ref;
	if (was_given(rec))
		set_put(rec, sot_given_text, scratch, fact);
}

GET(GIVEN_BYTES)
{
	(void)ref;
	if (was_given(rec) && rec->ev->given.len && !sot_given_is_secret(rec))
		set_bytes(sot_given(rec), rec->ev->given.len, scratch, fact);
}

static void set_named(const char *name, unsigned int num, struct sot_scratch *scratch,
		      struct sot_fact *fact)
{
	struct sot_buf buf = scratch_buf(scratch);

	if (name)
		sot_buf_str(&buf, name);
	else
		sot_buf_uint(&buf, num);
	set_text(fact, buf.data, buf.len);
}

GET(TYPE)
{
	(void)ref;
	if (rec->ev->have & SOT_HAVE_SOCKET)
		set_named(sot_socket_type_name(rec->ev->type), rec->ev->type, scratch, fact);
}

GET(PROTOCOL)
{
	const struct sot_event *ev = rec->ev;

	(void)ref;
	if (ev->have & SOT_HAVE_SOCKET)
		set_named(sot_protocol_name(ev->family, ev->protocol), ev->protocol, scratch, fact);
}

GET(LOCAL)
{
	const struct sot_event *ev = rec->ev;
	struct sot_buf buf = scratch_buf(scratch);

	(void)ref;
	if (!(ev->have & SOT_HAVE_SOCKET) || !(ev->have & SOT_HAVE_ADDRESS))
		return;
	sot_put_address(&buf, ev, ev->local_addr, ev->local_port);
	set_text(fact, buf.data, buf.len);
}

GET(REMOTE)
{
	const struct sot_event *ev = rec->ev;
	struct sot_buf buf = scratch_buf(scratch);

	(void)ref;
	if (!(ev->have & SOT_HAVE_SOCKET) || !(ev->have & SOT_HAVE_ADDRESS) || !sot_has_remote(ev))
		return;
	sot_put_address(&buf, ev, ev->remote_addr, ev->remote_port);
	set_text(fact, buf.data, buf.len);
}

GET(POD_UID)
{
	(void)ref, (void)scratch;
	if (rec->container == SOT_CONTAINER_KNOWN && *rec->container_facts->pod_uid)
		set_string(fact, rec->container_facts->pod_uid);
}

GET(PARENT_NAME)
{
	const struct sot_event *ev = rec->ev;

	(void)ref, (void)scratch;
	if (ev->have & SOT_HAVE_PARENT_COMM)
		set_text(fact, ev->parent_comm, strnlen(ev->parent_comm, sizeof(ev->parent_comm)));
}

GET(EXE_DEVICE)
{
	struct sot_buf buf = scratch_buf(scratch);

	(void)ref;
	if (!(rec->ev->have & SOT_HAVE_EXE))
		return;
	sot_put_device(&buf, rec->ev->exe_dev);
	set_text(fact, buf.data, buf.len);
}

#define get_EXE_DEVICE2 get_EXE_DEVICE /* the same by a shorter name */

/* Most records have none or one. */
GET(FLAGS)
{
	uint32_t left;
	const char *name;

	(void)ref, (void)scratch;
	fact->known = true;
	for (left = rec->flags; left; left &= left - 1) {
		name = sot_flag_info[__builtin_ctz(left)].name;
		add_name(fact, name, strlen(name));
	}
}

/* Those that are newer than we are by their number, as in the record. */
static void set_capabilities(uint64_t caps, struct sot_scratch *scratch, struct sot_fact *fact)
{
	struct sot_buf buf = scratch_buf(scratch);
	const char *name;
	unsigned int i;
	size_t start;

	fact->known = true;
	for (i = 0; i < 64; i++) {
		if (!(caps >> i & 1))
			continue;
		name = sot_capability_name(i);
		if (name) {
			add_name(fact, name, strlen(name));
			continue;
		}
		start = buf.len;
		sot_buf_str(&buf, "CAP_");
		sot_buf_uint(&buf, i);
		add_name(fact, buf.data + start, buf.len - start);
	}
}

GET(CAP_PERMITTED)
{
	(void)ref;
	if (rec->ev->have & SOT_HAVE_CAPS)
		set_capabilities(rec->ev->cap_permitted, scratch, fact);
}

GET(CAP_AMBIENT)
{
	(void)ref;
	if (rec->ev->have & SOT_HAVE_CAPS)
		set_capabilities(rec->ev->cap_ambient, scratch, fact);
}

GET(REQUIRED)
{
	(void)ref;
	if (rec->option)
		set_capabilities(rec->privilege.required, scratch, fact);
}

/* Of the checks that were made those whose outcome has `bits` of `mask`. */
static void set_checks(const struct sot_privilege *privilege, unsigned int mask, unsigned int bits,
		       struct sot_scratch *scratch, struct sot_fact *fact)
{
	uint64_t caps = 0;
	size_t i;

	if (!privilege->checks_known)
		return;
	for (i = 0; i < privilege->checks_count; i++)
		if ((privilege->checks[i].outcome & mask) == bits)
			caps |= 1ULL << (privilege->checks[i].capability % 64);
	set_capabilities(caps, scratch, fact);
}

GET(CHECKS)
{
	(void)ref;
	set_checks(&rec->privilege, 0, 0, scratch, fact);
}

GET(CHECKS_GRANTED)
{
	(void)ref;
	set_checks(&rec->privilege, SOT_CHECK_GRANTED, SOT_CHECK_GRANTED, scratch, fact);
}

GET(CHECKS_DENIED)
{
	(void)ref;
	set_checks(&rec->privilege, SOT_CHECK_GRANTED, 0, scratch, fact);
}

GET(CAP_EFFECTIVE)
{
	(void)ref;
	if (rec->ev->have & SOT_HAVE_CAPS)
		set_capabilities(rec->ev->cap_effective, scratch, fact);
}

/* The filter's instructions as the kernel was given them, if all of them were captured. */
GET(FILTER_SHA256)
{
	const struct sot_event *ev = rec->ev;
	uint8_t digest[SOT_SHA256_LEN];

	(void)ref;
	if (!has_filter(rec) || !ev->cbpf.len ||
	    (size_t)filter_length(rec) * CBPF_INSN != ev->cbpf.len)
		return;
	sot_sha256((const uint8_t *)ev + ev->cbpf.off, ev->cbpf.len, digest);
	set_bytes(digest, sizeof(digest), scratch, fact);
}

/* The instructions that were captured, one after the other; cut where there is no more room. */
GET(FILTER_TEXT)
{
	const struct sot_event *ev = rec->ev;
	const uint8_t *insns = (const uint8_t *)ev + ev->cbpf.off;
	struct sot_buf buf = scratch_buf(scratch);
	unsigned int count = ev->cbpf.len / CBPF_INSN, i;
	char text[SOT_CBPF_TEXT];

	(void)ref;
	if (!has_filter(rec) || !count)
		return;
	for (i = 0; i < count && buf.size - buf.len > sizeof(text); i++) {
		sot_cbpf_text(insns + (size_t)i * CBPF_INSN, i, text, sizeof(text));
		sot_buf_str(&buf, i ? "; " : "");
		sot_buf_str(&buf, text);
	}
	set_text(fact, buf.data, buf.len);
}

/* ---- decoded values and their members ---- */

/* The node after `i` and all that is in it. */
static unsigned int skip(const struct sot_value *value, unsigned int i)
{
	unsigned int end = sot_node_opens(&value->node[i]) ? sot_value_end(value, i) : i;

	return end < value->count ? end + 1 : value->count;
}

static bool is_number(const char *name, unsigned int num)
{
	struct sot_number_text text;
	struct sot_buf buf;

	sot_buf_init(&buf, text.text, sizeof(text.text) - 1);
	sot_buf_uint(&buf, num);
	text.text[buf.len] = '\0';
	return !strcmp(name, text.text);
}

/* A member by its name, of an array by its index from 0; value->count: there is none. */
static unsigned int find_member(const struct sot_value *value, unsigned int parent,
				const char *name)
{
	bool is_array = value->node[parent].kind == SOT_NODE_ARRAY;
	const struct sot_node *node;
	unsigned int i, n = 0;

	if (!sot_node_opens(&value->node[parent]))
		return value->count;
	for (i = parent + 1; i < value->count; i = skip(value, i), n++) {
		node = &value->node[i];
		if (node->kind == SOT_NODE_END)
			break;
		if (is_array ? is_number(name, n) : node->key && !strcmp(node->key, name))
			return i;
	}
	return value->count;
}

static void add_element(const struct sot_node *node, struct sot_buf *buf, struct sot_fact *fact)
{
	size_t start = buf->len;

	switch (node->kind) {
	case SOT_NODE_STRING:
	case SOT_NODE_SYMBOL:
		add_name(fact, node->str, node->len);
		break;
	case SOT_NODE_INT:
		sot_buf_int(buf, node->num);
		add_name(fact, buf->data + start, buf->len - start);
		break;
	case SOT_NODE_UINT:
		sot_buf_uint(buf, (uint64_t)node->num);
		add_name(fact, buf->data + start, buf->len - start);
		break;
	default:
		break;
	}
}

static void set_node(const struct sot_value *value, unsigned int i, struct sot_scratch *scratch,
		     struct sot_fact *fact)
{
	const struct sot_node *node = &value->node[i];
	struct sot_buf buf = scratch_buf(scratch);

	switch (node->kind) {
	case SOT_NODE_INT:
	case SOT_NODE_UINT:
		set_number(fact, SOT_FIELD_NUMBER, true,
			   node->kind == SOT_NODE_INT ? (sot_wide)node->num :
							(sot_wide)(uint64_t)node->num);
		if (node->text)
			fact->text = (struct sot_text){ node->text, strlen(node->text) };
		break;
	case SOT_NODE_STRING:
	case SOT_NODE_SYMBOL:
		set_text(fact, node->str, node->len);
		break;
	case SOT_NODE_ARRAY:
		fact->known = true;
		fact->kind = SOT_FIELD_NAMES;
		for (i++; i < value->count && value->node[i].kind != SOT_NODE_END;
		     i = skip(value, i))
			add_element(&value->node[i], &buf, fact);
		break;
	case SOT_NODE_OBJECT:
	case SOT_NODE_TUPLE: /* known, and no more can be asked of it */
		fact->known = true;
		break;
	default:
		break;
	}
}

static void set_value(const struct sot_value *value, const struct sot_ref *ref,
		      struct sot_scratch *scratch, struct sot_fact *fact)
{
	unsigned int i = 0;
	size_t m;

	for (m = 0; m < ref->members && i < value->count; m++)
		i = find_member(value, i, ref->member[m]);
	if (i < value->count)
		set_node(value, i, scratch, fact);
}

GET(VALUE)
{
	if (rec->decoded)
		set_value(&rec->value, ref, scratch, fact);
}

GET(EFFECTIVE)
{
	if (!sot_effect_known(rec))
		return;
	sot_effect_value(rec, &scratch->value);
	set_value(&scratch->value, ref, scratch, fact);
}

/* ---- the table ---- */

#define HAVE(_what) ((ev->have & SOT_HAVE_##_what) != 0)
#define FLAGGED(_flag) ((rec->flags & SOT_FLAG_##_flag) != 0)

#define NUMBER(_id, _path, _words, _known, _value)                                         \
	GET(_id)                                                                           \
	{                                                                                  \
		const struct sot_event *ev = rec->ev;                                      \
		bool known = (_known);                                                     \
                                                                                           \
		(void)ref, (void)scratch, (void)ev;                                        \
		set_number(fact, SOT_FIELD_NUMBER, known, known ? (sot_wide)(_value) : 0); \
	}
#define TRUTH(_id, _path, _words, _known, _value)                            \
	GET(_id)                                                             \
	{                                                                    \
		const struct sot_event *ev = rec->ev;                        \
		bool known = (_known);                                       \
                                                                             \
		(void)ref, (void)scratch, (void)ev;                          \
		set_number(fact, SOT_FIELD_TRUTH, known, known && (_value)); \
	}
#define TEXT(_id, _path, _words, _domain, _string)    \
	GET(_id)                                      \
	{                                             \
		const struct sot_event *ev = rec->ev; \
                                                      \
		(void)ref, (void)scratch, (void)ev;   \
		set_string(fact, _string);            \
	}
#define ASKED(_id, _path, _words, _kind, _domain)
#include "fields.def"
#undef NUMBER
#undef TRUTH
#undef TEXT
#undef ASKED

#define FIELD(_id, _path, _words, _kind, _domain) \
	{ _path, _words, SOT_FIELD_##_kind, domain_##_domain, get_##_id },
#define NUMBER(_id, _path, _words, ...) FIELD(_id, _path, _words, NUMBER, ANY)
#define TRUTH(_id, _path, _words, ...) FIELD(_id, _path, _words, TRUTH, ANY)
#define TEXT(_id, _path, _words, _domain, _string) FIELD(_id, _path, _words, TEXT, _domain)
#define ASKED(_id, _path, _words, _kind, _domain) FIELD(_id, _path, _words, _kind, _domain)

const struct sot_field sot_fields[] = {
#include "fields.def"
};
const size_t sot_fields_count = COUNT(sot_fields);

const char *sot_field_path(size_t index)
{
	return sot_fields[index].path;
}

bool sot_field_is_of_option(const struct sot_field *field)
{
	return field->get == get_OPTION || field->get == get_LEVEL;
}

void sot_field_get(const struct sot_record *rec, const struct sot_ref *ref,
		   struct sot_scratch *scratch, struct sot_fact *fact)
{
	fact->known = false;
	fact->kind = ref->field->kind;
	fact->text = (struct sot_text){ 0 };
	fact->names = 0;
	fact->num = 0;
	ref->field->get(rec, ref, scratch, fact);
}

static void put_wide(struct sot_buf *buf, sot_wide num)
{
	if (num < 0)
		sot_buf_int(buf, (int64_t)num);
	else
		sot_buf_uint(buf, (uint64_t)num);
}

static void put_number(const struct sot_fact *fact, struct sot_buf *buf)
{
	put_wide(buf, fact->num);
	if (!fact->text.str)
		return;
	sot_buf_str(buf, " (");
	sot_buf_put(buf, fact->text.str, fact->text.len);
	sot_buf_char(buf, ')');
}

#define TEXT_SHOWN 128

void sot_fact_text(const struct sot_fact *fact, struct sot_buf *buf)
{
	size_t i;

	if (!fact->known) {
		sot_buf_str(buf, "unknown");
		return;
	}
	switch (fact->kind) {
	case SOT_FIELD_NUMBER:
		put_number(fact, buf);
		break;
	case SOT_FIELD_TRUTH:
		sot_buf_str(buf, fact->num ? "true" : "false");
		break;
	case SOT_FIELD_TEXT:
		if (fact->text.len <= TEXT_SHOWN) {
			sot_buf_put(buf, fact->text.str, fact->text.len);
			break;
		}
		sot_buf_put(buf, fact->text.str, TEXT_SHOWN);
		sot_buf_str(buf, "...");
		break;
	case SOT_FIELD_NAMES:
		for (i = 0; i < fact->names; i++) {
			sot_buf_str(buf, i ? ", " : "");
			sot_buf_put(buf, fact->name[i].str, fact->name[i].len);
		}
		break;
	case SOT_FIELD_VALUE:
		sot_buf_str(buf, "a structure");
		break;
	}
}
