/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Wire event -> record: where its parts are, what its numbers mean. */
#include <errno.h>
#include <string.h>

#include "privilege.h"
#include "record.h"
#include "value_types.h"

/* An empty section may lie anywhere; any other lies wholly in the tail. */
static bool section_fits(const struct sot_event *ev, const struct sot_section *s)
{
	return !s->len || (s->off >= ev->head && (uint32_t)s->off + s->len <= ev->size);
}

static bool checks_fit(const struct sot_event *ev)
{
	const struct sot_section *s = &ev->checks;
	uint32_t held = ev->checks_made < SOT_CHECKS_MAX ? ev->checks_made : SOT_CHECKS_MAX;

	return section_fits(ev, s) && s->len == held * sizeof(struct sot_check) &&
	       (!s->len || s->off % _Alignof(struct sot_check) == 0);
}

static int check_wire(const struct sot_event *ev, size_t size)
{
	if (size < sizeof(*ev))
		return -EBADMSG;
	if (ev->version != SOT_EVENT_VERSION)
		return -EPROTO;
	if (ev->head != sizeof(*ev) || ev->size < ev->head || ev->size > size ||
	    !section_fits(ev, &ev->value) || !section_fits(ev, &ev->path) ||
	    !section_fits(ev, &ev->nodename) || !section_fits(ev, &ev->given) ||
	    !section_fits(ev, &ev->later) || !section_fits(ev, &ev->cbpf) || !checks_fit(ev) ||
	    ev->path.len > SOT_PATH_MAX + SOT_COMPONENT_MAX)
		return -EBADMSG;
	return 0;
}

static void append_path(struct sot_record *rec, const char *str, size_t len)
{
	if (len > sizeof(rec->path) - rec->path_len)
		len = sizeof(rec->path) - rec->path_len;
	memcpy(rec->path + rec->path_len, str, len);
	rec->path_len += len;
}

/* The names came leaf first: put them the other way round, with what d_path would add. */
static void decode_path(struct sot_record *rec)
{
	const char *names = (const char *)rec->ev + rec->ev->path.off, *name;
	size_t end = rec->ev->path.len;

	rec->path_len = 0;
	if (!end)
		return;
	if (rec->ev->have & SOT_PATH_CUT)
		append_path(rec, "...", 3);
	while (end) {
		if (!names[end - 1] && --end == 0)
			break;
		for (name = names + end; name > names && name[-1];)
			name--;
		append_path(rec, "/", 1);
		append_path(rec, name, names + end - name);
		end = name - names;
	}
	if (rec->ev->have & SOT_PATH_DELETED)
		append_path(rec, " (deleted)", 10);
}

static void decode_nodename(struct sot_record *rec)
{
	rec->nodename = (const char *)rec->ev + rec->ev->nodename.off;
	rec->nodename_len = strnlen(rec->nodename, rec->ev->nodename.len);
}

static const struct sot_level *name_call(const struct sot_event *ev, int level, int optname,
					 const struct sot_option **option, bool *assumed)
{
	struct sot_socket_kind kind = { .known = ev->have & SOT_HAVE_SOCKET };
	const struct sot_level *row;

	if (kind.known) {
		kind.family = ev->family;
		kind.type = ev->type;
		kind.protocol = ev->protocol;
	}
	row = sot_level_find(level, &kind, assumed);
	*option = row ? sot_option_find(row, optname, &kind) : NULL;
	return row;
}

const struct sot_level *sot_name_call(const struct sot_record *rec, int level, int optname,
				      const struct sot_option **option)
{
	bool assumed;

	return name_call(rec->ev, level, optname, option, &assumed);
}

static void decode_names(struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;

	rec->level = name_call(ev, ev->level, ev->optname, &rec->option, &rec->level_assumed);
}

bool sot_compat_layout(const struct sot_record *rec, const struct sot_option *opt)
{
	const struct sot_event *ev = rec->ev;

	if (!(ev->have & SOT_HAVE_ABI) || ev->abi != SOT_ABI_X32)
		return rec->compat;
	return !opt || opt->type != SOT_TYPE_TIMEVAL;
}

static void decode_optval(struct sot_record *rec, const struct sot_decode_options *options)
{
	const struct sot_event *ev = rec->ev;
	struct sot_decoding d = {
		.opt = rec->option,
		.optlen = ev->optlen,
		.compat = sot_compat_layout(rec, rec->option),
		.net_ns = ev->have & SOT_HAVE_SOCK_NET_NS ? ev->sock_net_ns : 0,
		.value = &rec->value,
		.options = options,
		.beyond = { .kind = ev->behind,
			    .cbpf = (const uint8_t *)ev + ev->cbpf.off,
			    .cbpf_len = ev->cbpf.len,
			    .prog_id = ev->prog_id,
			    .prog_name = ev->prog_name },
	};

	rec->bytes = (const uint8_t *)ev + ev->value.off;
	rec->bytes_len = ev->value.len;
	rec->source = !(ev->have & SOT_HAVE_VALUE) ? SOT_SOURCE_NONE :
		      ev->have & SOT_VALUE_AT_EXIT ? SOT_SOURCE_EXIT :
						     SOT_SOURCE_ENTRY;
	rec->options = options;
	rec->secret =
		(ev->have & SOT_VALUE_SECRET) ||
		(rec->source != SOT_SOURCE_NONE && rec->option &&
		 (rec->option->flags & SOT_OPT_SECRET) && !(options && options->show_secrets));
	if (rec->secret)
		rec->source = SOT_SOURCE_NONE;
	if (rec->source == SOT_SOURCE_NONE || ev->optlen <= 0)
		rec->bytes_len = 0;
	else if (rec->bytes_len > (size_t)ev->optlen)
		rec->bytes_len = ev->optlen;
	rec->changed = rec->bytes_len && ev->later.len == rec->bytes_len &&
		       memcmp((const uint8_t *)ev + ev->later.off, rec->bytes, rec->bytes_len);
	if (!rec->option || !rec->bytes_len)
		return;
	d.data = rec->bytes;
	d.len = rec->bytes_len;
	rec->decoded = sot_decode_value(&d);
	rec->out_of_range = d.out_of_range;
}

int sot_view(const void *data, size_t size, struct sot_record *rec)
{
	rec->ev = data;
	rec->facts = 0;
	rec->findings = NULL;
	rec->is_decoded = false;
	return (uintptr_t)data % _Alignof(struct sot_event) ? -EBADMSG : check_wire(data, size);
}

static uint64_t word_at(const void *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	return word;
}

#define WORD_OF(_ev, _first) word_at((const char *)(_ev) + offsetof(struct sot_event, _first))
#define ARE_PAIR(_first, _second)                                      \
	_Static_assert(offsetof(struct sot_event, _second) ==          \
			       offsetof(struct sot_event, _first) + 4, \
		       "a word")

ARE_PAIR(version, size);
ARE_PAIR(given, cbpf);
ARE_PAIR(value, later);
ARE_PAIR(checks, checks_made);
ARE_PAIR(path, nodename);

static struct sot_shape shape_of(const struct sot_event *ev)
{
	return (struct sot_shape){
		.begin = WORD_OF(ev, version),
		.given_and_cbpf = WORD_OF(ev, given),
		.value_and_later = WORD_OF(ev, value),
		.checks_and_made = WORD_OF(ev, checks),
		.path_and_nodename = WORD_OF(ev, path),
	};
}

static bool is_same(const struct sot_shape *a, const struct sot_shape *b)
{
	return a->begin == b->begin && a->given_and_cbpf == b->given_and_cbpf &&
	       a->value_and_later == b->value_and_later &&
	       a->checks_and_made == b->checks_and_made &&
	       a->path_and_nodename == b->path_and_nodename;
}

/* All that check_wire() looks at is the same. The version is asked for: good may be all zeros. */
static bool is_good_again(const struct sot_event *ev, size_t size, const struct sot_shape *good)
{
	struct sot_shape shape;

	if (size < sizeof(*ev) || ev->version != SOT_EVENT_VERSION || ev->size > size)
		return false;
	shape = shape_of(ev);
	return is_same(&shape, good);
}

int sot_view_next(const void *data, size_t size, struct sot_shape *good, struct sot_record *rec)
{
	int err;

	if ((uintptr_t)data % _Alignof(struct sot_event) || !is_good_again(data, size, good)) {
		err = sot_view(data, size, rec);
		if (!err)
			*good = shape_of(data);
		return err;
	}
	rec->ev = data;
	rec->facts = 0;
	rec->findings = NULL;
	rec->is_decoded = false;
	return 0;
}

int sot_decode(const void *data, size_t size, const struct sot_decode_options *options,
	       struct sot_record *rec)
{
	const struct sot_event *ev = data;
	int err = sot_view(data, size, rec);

	if (err)
		return err;
	rec->compat =
		(ev->have & SOT_HAVE_ABI) && (ev->abi == SOT_ABI_I386 || ev->abi == SOT_ABI_ARM ||
					      (ev->abi == SOT_ABI_IO_URING && ev->uring_compat));
	rec->by_program = (ev->have & SOT_HAVE_ABI) && ev->abi == SOT_ABI_BPF;
	rec->decoded = rec->out_of_range = false;
	rec->flags = 0;
	rec->cgroup_path = NULL;
	rec->container = SOT_CONTAINER_UNKNOWN;
	decode_path(rec);
	decode_nodename(rec);
	decode_names(rec);
	decode_optval(rec, options);
	sot_judge_privilege(rec);
	rec->is_decoded = true;
	return 0;
}
