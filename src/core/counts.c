/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What -c tells: rows found by their key, then put into order and taken together. */
#include "counts.h"

#include <string.h>

#include "names.h"
#include "record.h"

#define PLACES (2 * SOT_COUNTS_ROWS)

bool sot_level_is_shared(int level)
{
	size_t rows = 0, i;

	for (i = 0; i < SOT_LEVEL_COUNT; i++)
		rows += sot_levels[i].number == level;
	return rows > 1;
}

void sot_counts_clear(struct sot_counts *summary)
{
	memset(summary->row, 0, summary->count * sizeof(summary->row[0]));
	memset(summary->place, 0, sizeof(summary->place));
	summary->count = 0;
	summary->calls = summary->errors = summary->ns = 0;
	summary->no_return = summary->others = summary->uncounted = 0;
}

/* FNV-1a, word by word. */
static uint32_t hash_of(const struct sot_tally_key *key)
{
	const unsigned char *bytes = (const unsigned char *)key;
	uint64_t hash = 0xcbf29ce484222325, word;
	size_t i;

	for (i = 0; i < sizeof(*key); i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3;
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

static void name_row(struct sot_counts_row *row)
{
	const struct sot_tally_key *key = &row->key;
	const struct sot_socket_kind kind = { .known = key->has_kind,
					      .family = key->family,
					      .protocol = key->protocol };

	row->level = sot_level_find(key->level, &kind, &row->assumed);
	row->assumed = row->assumed && sot_level_is_shared(key->level);
	row->option = row->level ? sot_option_find(row->level, key->optname, &kind) : NULL;
}

/* NULL: there is no room for another. */
static struct sot_counts_row *row_of(struct sot_counts *summary, const struct sot_tally_key *key)
{
	uint32_t at = hash_of(key) % PLACES;
	struct sot_counts_row *row;

	for (; summary->place[at]; at = (at + 1) % PLACES) {
		row = &summary->row[summary->place[at] - 1];
		if (!memcmp(&row->key, key, sizeof(*key)))
			return row;
	}
	if (summary->count == SOT_COUNTS_ROWS)
		return NULL;
	row = &summary->row[summary->count++];
	summary->place[at] = (uint32_t)summary->count;
	row->key = *key;
	name_row(row);
	return row;
}

static bool is_others(const struct sot_tally_key *key)
{
	return !key->start && !key->host_pid;
}

static bool is_error(const struct sot_tally_key *key)
{
	return !key->no_return && key->ret < 0;
}

void sot_counts_add(struct sot_counts *summary, const struct sot_tally_key *key,
		    const struct sot_tally *tally)
{
	struct sot_tally_key whole = *key;
	struct sot_counts_row *row;
	uint64_t calls = 0;
	size_t i;

	whole.share = 0;
	for (i = 0; i < SOT_TALLY_BUCKETS; i++)
		calls += tally->calls[i];
	row = calls ? row_of(summary, &whole) : NULL;
	summary->calls += calls;
	if (!row) {
		summary->uncounted += calls;
		return;
	}
	for (i = 0; i < SOT_TALLY_BUCKETS; i++)
		row->tally.calls[i] += tally->calls[i];
	row->tally.ns += tally->ns;
	row->calls += calls;
	if (!row->tally.first || tally->first < row->tally.first) {
		row->tally.first = tally->first;
		memcpy(row->tally.comm, tally->comm, sizeof(tally->comm));
	}
	summary->ns += tally->ns;
	summary->errors += is_error(key) ? calls : 0;
	summary->no_return += key->no_return ? calls : 0;
	summary->others += is_others(key) ? calls : 0;
}

static unsigned int bucket_of(uint64_t ns)
{
	unsigned int bucket = 0;

	while (ns > 1 && bucket < SOT_TALLY_BUCKETS - 1) {
		ns >>= 1;
		bucket++;
	}
	return bucket;
}

void sot_counts_add_record(struct sot_counts *summary, const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	bool returned = ev->have & SOT_HAVE_RET;
	struct sot_tally_key key = {
		.start = ev->leader_start,
		.host_pid = ev->host_pid,
		.level = ev->level,
		.optname = ev->optname,
		.ret = returned ? ev->ret : 0,
		.no_return = !returned,
	};
	struct sot_tally tally = {
		.ns = returned ? ev->duration_ns : 0,
		.first = ev->time + (returned ? ev->duration_ns : 0),
	};

	if (sot_level_is_shared(ev->level) && (ev->have & SOT_HAVE_SOCKET)) {
		key.has_kind = 1;
		key.family = ev->family;
		key.protocol = ev->protocol;
	}
	tally.calls[bucket_of(tally.ns)] = 1;
	memcpy(tally.comm, ev->comm, sizeof(tally.comm));
	sot_counts_add(summary, &key, &tally);
}

void sot_counts_set_calls(struct sot_counts *summary, uint64_t calls)
{
	if (calls <= summary->calls)
		return;
	summary->uncounted += calls - summary->calls;
	summary->calls = calls;
}

/* Above 0: a comes after b. */
typedef int (*compare_fn)(const struct sot_counts *summary, uint32_t a, uint32_t b);

static void sift(const struct sot_counts *summary, uint32_t *index, size_t root, size_t count,
		 compare_fn compare)
{
	size_t child;
	uint32_t swap;

	while ((child = 2 * root + 1) < count) {
		if (child + 1 < count && compare(summary, index[child + 1], index[child]) > 0)
			child++;
		if (compare(summary, index[root], index[child]) >= 0)
			return;
		swap = index[root];
		index[root] = index[child];
		index[child] = swap;
		root = child;
	}
}

/* Heapsort: in place, and never quadratic, whatever the processes have done. */
static void sort(const struct sot_counts *summary, uint32_t *index, size_t count,
		 compare_fn compare)
{
	uint32_t swap;
	size_t i;

	for (i = count / 2; i--;)
		sift(summary, index, i, count, compare);
	for (i = count; i-- > 1;) {
		swap = index[0];
		index[0] = index[i];
		index[i] = swap;
		sift(summary, index, 0, i, compare);
	}
}

static int in_order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Something to go by where all else is equal; rows that differ in nothing else stay as they are. */
static int by_key(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	const struct sot_tally_key *one = &summary->row[a].key, *two = &summary->row[b].key;

	return in_order(one->host_pid, two->host_pid)				?:
		       in_order(one->start, two->start)				?:
		       in_order((uint32_t)one->level, (uint32_t)two->level)	?:
		       in_order((uint32_t)one->optname, (uint32_t)two->optname) ?:
		       in_order((uint32_t)one->ret, (uint32_t)two->ret)		?:
										  in_order(a, b);
}

static int by_time(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	const struct sot_counts_row *one = &summary->row[a], *two = &summary->row[b];

	return in_order(two->tally.ns, one->tally.ns)	?:
		       in_order(two->calls, one->calls) ?:
							  by_key(summary, a, b);
}

static int by_calls(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	return in_order(summary->row[b].calls, summary->row[a].calls) ?: by_key(summary, a, b);
}

static int by_option(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	const struct sot_counts_row *one = &summary->row[a], *two = &summary->row[b];

	return in_order(one->assumed, two->assumed)				    ?:
		       in_order((uintptr_t)one->level, (uintptr_t)two->level)	    ?:
		       in_order((uintptr_t)one->option, (uintptr_t)two->option)	    ?:
		       in_order((uint32_t)one->key.level, (uint32_t)two->key.level) ?:
		       in_order((uint32_t)one->key.optname, (uint32_t)two->key.optname);
}

static int by_process(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	const struct sot_tally_key *one = &summary->row[a].key, *two = &summary->row[b].key;

	return in_order(one->start, two->start) ?: in_order(one->host_pid, two->host_pid);
}

/* Takes neighbours in `index` together that `compare` does not tell apart. */
static void group_rows(const struct sot_counts *summary, const uint32_t *index, compare_fn compare,
		       struct sot_counts_groups *groups)
{
	struct sot_counts_group *group = groups->group;
	const struct sot_counts_row *row;
	size_t i;

	groups->count = 0;
	for (i = 0; i < summary->count; i++) {
		row = &summary->row[index[i]];
		if (!i || compare(summary, index[i - 1], index[i])) {
			group = &groups->group[groups->count];
			*group = (struct sot_counts_group){ .row = index[i] };
			groups->order[groups->count] = (uint32_t)groups->count;
			groups->count++;
		}
		if (row->tally.first < summary->row[group->row].tally.first)
			group->row = index[i];
		group->calls += row->calls;
		group->errors += is_error(&row->key) ? row->calls : 0;
		group->no_return += row->key.no_return ? row->calls : 0;
		group->ns += row->tally.ns;
	}
}

static int group_by_time(const struct sot_counts *summary, const struct sot_counts_group *a,
			 const struct sot_counts_group *b)
{
	return in_order(b->ns, a->ns)		    ?:
		       in_order(b->calls, a->calls) ?:
						      by_key(summary, a->row, b->row);
}

static int options_by_time(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	return group_by_time(summary, &summary->options.group[a], &summary->options.group[b]);
}

static int processes_by_time(const struct sot_counts *summary, uint32_t a, uint32_t b)
{
	return group_by_time(summary, &summary->processes.group[a], &summary->processes.group[b]);
}

void sot_counts_arrange(struct sot_counts *summary)
{
	size_t i;

	for (i = 0; i < summary->count; i++)
		summary->order[i] = (uint32_t)i;
	sort(summary, summary->order, summary->count, by_option);
	group_rows(summary, summary->order, by_option, &summary->options);
	sort(summary, summary->options.order, summary->options.count, options_by_time);
	sort(summary, summary->order, summary->count, by_process);
	group_rows(summary, summary->order, by_process, &summary->processes);
	sort(summary, summary->processes.order, summary->processes.count, processes_by_time);
	sort(summary, summary->order, summary->count, by_time);
	summary->failed_count = 0;
	for (i = 0; i < summary->count; i++)
		if (is_error(&summary->row[i].key))
			summary->failed[summary->failed_count++] = (uint32_t)i;
	sort(summary, summary->failed, summary->failed_count, by_calls);
}

uint64_t sot_counts_below_ns(const struct sot_counts_row *row, unsigned int percent)
{
	uint64_t calls = 0;
	unsigned int i;

	if (row->key.no_return)
		return 0;
	for (i = 0; i < SOT_TALLY_BUCKETS - 1; i++) {
		calls += row->tally.calls[i];
		if (calls * 100 >= row->calls * percent)
			return 2ULL << i;
	}
	return 0;
}

const char *sot_counts_error_name(const struct sot_tally_key *key)
{
	return key->ret < 0 && key->ret != INT32_MIN ? sot_errno_name(-key->ret) : NULL;
}
