/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The rules asked of one record after the other: which of them find something, and why. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiled.h"
#include "sha256.h"
#include "store.h"

/* A regular expression on a path of 800 bytes needs a few thousand; a hostile one any number. */
#define MATCH_LIMIT 20000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT_KIB 256

/* Two calls that overlap are told when the later of them ends: so long one is remembered. */
#define CONCURRENT_HORIZON_NS (60 * 1000000000LL)

/* How many processes up a descendant is looked for, and how many are known by their parent. */
#define TREE_DEPTH 32

/* What one rule remembers. */
struct memory {
	struct sot_store store;
	uint64_t forgotten, told_forgotten;
	bool limited, told_limited;
};

struct sot_audit {
	const struct sot_rules *rules;
	struct memory *memory; /* one a rule */
	struct sot_index index;
	struct sot_store parents;
	bool has_trees, tries_all;
	uint64_t too_many, told_too_many;
	struct sot_matching matching;
	struct sot_findings findings;
};

struct judging {
	struct sot_audit *audit;
	const struct sot_rule *rule;
	struct memory *memory;
	const struct sot_record *rec;
	int64_t time; /* of the call's entry, on the clock of the machine since its boot */
};

/* So that no sum or difference of two overflows, whatever a recording says. */
static int64_t bounded(uint64_t ns)
{
	return ns < INT64_MAX / 4 ? (int64_t)ns : INT64_MAX / 4;
}

/* ---- who is counted as one ---- */

static bool process_key(const struct sot_event *ev, struct sot_key *key)
{
	*key = (struct sot_key){ ev->host_pid,
				 ev->have & SOT_HAVE_LEADER_START ? ev->leader_start : 0 };
	return true;
}

/* Its inode is its own while a descriptor is open; without one its cookie. */
static bool socket_key(const struct sot_event *ev, struct sot_key *key)
{
	if (!(ev->have & SOT_HAVE_SOCKET))
		return false;
	*key = (struct sot_key){ ev->inode, 1 };
	if (ev->inode)
		return true;
	*key = (struct sot_key){ ev->cookie, 2 };
	return ev->have & SOT_HAVE_COOKIE;
}

/* By its id, which may be a machine's name; the host outside of any is one, too. */
static bool container_key(const struct sot_record *rec, struct sot_key *key)
{
	uint8_t digest[SOT_SHA256_LEN] = { 0 };

	if (rec->container == SOT_CONTAINER_KNOWN)
		sot_sha256(rec->container_facts->id, strlen(rec->container_facts->id), digest);
	memcpy(key, digest, sizeof(*key));
	return rec->container != SOT_CONTAINER_UNKNOWN;
}

static bool key_of(const struct sot_record *rec, enum sot_per per, struct sot_key *key)
{
	switch (per) {
	case SOT_PER_SOCKET:
		return socket_key(rec->ev, key);
	case SOT_PER_CONTAINER:
		return container_key(rec, key);
	default:
		return process_key(rec->ev, key);
	}
}

/* ---- findings ---- */

static struct sot_slot *take(struct judging *j, const struct sot_key *key, int64_t horizon)
{
	bool forgotten = false;
	struct sot_slot *slot =
		sot_store_take(&j->memory->store, key, j->time, horizon, &forgotten);

	j->memory->forgotten += forgotten;
	return slot;
}

static void put_seconds(int64_t ns, struct sot_buf *buf)
{
	int64_t ms = (ns < 0 ? -ns : ns) / 1000000;

	sot_buf_int(buf, ms / 1000);
	sot_buf_char(buf, '.');
	sot_buf_char(buf, (char)('0' + ms / 100 % 10));
	sot_buf_char(buf, (char)('0' + ms / 10 % 10));
	sot_buf_char(buf, (char)('0' + ms % 10));
	sot_buf_str(buf, " s");
}

/* Everything but the end of its sentence; NULL: no room. */
static struct sot_finding *add_finding(struct judging *j, const struct sot_clause *clause,
				       struct sot_buf *why)
{
	struct sot_findings *found = &j->audit->findings;
	struct sot_finding *finding;

	if (found->count == SOT_FINDINGS_MAX) {
		found->more++;
		j->audit->too_many++;
		return NULL;
	}
	finding = &found->finding[found->count++];
	finding->rule = j->rule->id;
	finding->title = j->rule->title;
	finding->description = j->rule->description;
	finding->severity = j->rule->severity;
	finding->mitre = j->rule->mitre;
	finding->cve = j->rule->cve;
	sot_buf_init(why, finding->why, sizeof(finding->why));
	sot_put_why(&j->audit->matching, j->rule, clause, why);
	return finding;
}

static void find(struct judging *j, const struct sot_clause *clause)
{
	struct sot_buf why;
	struct sot_finding *finding = add_finding(j, clause, &why);

	if (finding)
		finding->why_len = why.len;
}

/* ---- a number of calls within a time ---- */

/* The times of the last calls are kept in a ring; the oldest of `count` says how long they took. */
static void judge_count(struct judging *j, const struct sot_clause *clause)
{
	struct sot_finding *finding;
	struct sot_slot *slot;
	struct sot_buf why;
	struct sot_key key;
	int64_t *times, oldest;

	if (!key_of(j->rec, j->rule->per, &key))
		return;
	slot = take(j, &key, j->rule->within_ns);
	times = sot_store_numbers(&j->memory->store, slot);
	times[slot->next] = j->time;
	slot->next = (uint32_t)((slot->next + 1) % j->rule->count);
	if (slot->filled < j->rule->count)
		slot->filled++;
	oldest = times[slot->next];
	if (slot->filled < j->rule->count || j->time - oldest > j->rule->within_ns)
		return;
	slot->filled = slot->next = 0;
	finding = add_finding(j, clause, &why);
	if (!finding)
		return;
	sot_buf_str(&why, "; ");
	sot_buf_uint(&why, j->rule->count);
	sot_buf_str(&why, " such calls in ");
	put_seconds(j->time - oldest, &why);
	finding->why_len = why.len;
}

/* ---- calls one after the other ---- */

/*
 * number[i]: when the first call was made of the latest series that came as far as step i;
 * 0: none did. (No event has the time 0: that is the boot.)
 */
static int64_t began(struct judging *j, size_t step, const struct sot_key *key)
{
	const struct sot_slot *slot, *parent;
	struct sot_key who = *key;
	int64_t latest = 0, time;
	unsigned int up;

	for (up = 0; up < TREE_DEPTH; up++) {
		slot = sot_store_find(&j->memory->store, &who);
		time = slot ? sot_store_numbers(&j->memory->store, slot)[step] : 0;
		if (time > latest)
			latest = time;
		parent = j->rule->per == SOT_PER_TREE ? sot_store_find(&j->audit->parents, &who) :
							NULL;
		if (!parent)
			break;
		memcpy(&who, sot_store_numbers(&j->audit->parents, parent), sizeof(who));
	}
	return latest && j->time - latest <= j->rule->within_ns ? latest : 0;
}

static void find_sequence(struct judging *j, const struct sot_clause *clause, int64_t first)
{
	struct sot_finding *finding;
	struct sot_buf why;

	finding = add_finding(j, clause, &why);
	if (!finding)
		return;
	sot_buf_str(&why, "; the last of ");
	sot_buf_uint(&why, j->rule->steps);
	sot_buf_str(&why, j->rule->per == SOT_PER_SOCKET ? " steps on the socket in " :
							   " steps of the processes in ");
	put_seconds(j->time - first, &why);
	finding->why_len = why.len;
}

/* From the last step down, so that one call is not two steps. */
static void judge_sequence(struct judging *j)
{
	const struct sot_clause *clause;
	struct sot_slot *slot;
	struct sot_key key;
	int64_t first;
	size_t i;

	if (!key_of(j->rec, j->rule->per, &key))
		return;
	for (i = j->rule->steps; i-- > 0;) {
		first = i ? began(j, i - 1, &key) : j->time;
		if (!first)
			continue;
		clause = sot_match(&j->audit->matching, &j->rule->step[i]);
		if (!clause || sot_match(&j->audit->matching, &j->rule->except))
			continue;
		slot = take(j, &key, j->rule->within_ns);
		if (i + 1 < j->rule->steps) {
			sot_store_numbers(&j->memory->store, slot)[i] = first;
			continue;
		}
		memset(sot_store_numbers(&j->memory->store, slot), 0,
		       j->rule->steps * sizeof(int64_t));
		find_sequence(j, clause, first);
		return;
	}
}

/* Who begat whom, as far as the events tell: of processes that made calls. */
static void learn_parent(struct sot_audit *audit, const struct sot_event *ev)
{
	struct sot_key parent, key;
	struct sot_slot *slot;
	bool forgotten;

	if (!(ev->have & SOT_HAVE_PARENT) || !(ev->have & SOT_HAVE_PARENT_START))
		return;
	process_key(ev, &key);
	parent = (struct sot_key){ ev->host_ppid, ev->parent_start };
	slot = sot_store_take(&audit->parents, &key, (int64_t)ev->time, 0, &forgotten);
	memcpy(sot_store_numbers(&audit->parents, slot), &parent, sizeof(parent));
}

/* ---- two threads in it at the same time ---- */

static bool overlaps(const int64_t *interval, int64_t begin, int64_t end)
{
	return interval[0] <= end && begin <= interval[1];
}

/* The last call of each thread on each socket is kept, by the socket and the thread. */
static void judge_concurrent(struct judging *j, const struct sot_clause *clause)
{
	const struct sot_event *ev = j->rec->ev;
	struct sot_store *store = &j->memory->store;
	int64_t end = j->time + (ev->have & SOT_HAVE_RET ? bounded(ev->duration_ns) : 0);
	struct sot_finding *finding;
	struct sot_slot *slot;
	struct sot_buf why;
	struct sot_key key;
	int64_t *interval;
	uint32_t tid = 0;
	size_t i;

	if (!socket_key(ev, &key))
		return;
	key.b = key.b << 32 | ev->host_tid;
	for (i = 0; i < store->slots && store->slot[i].used; i++) {
		slot = &store->slot[i];
		if (slot->key.a == key.a && slot->key.b >> 32 == key.b >> 32 &&
		    slot->key.b != key.b && overlaps(sot_store_numbers(store, slot), j->time, end))
			tid = (uint32_t)slot->key.b;
	}
	interval = sot_store_numbers(store, take(j, &key, CONCURRENT_HORIZON_NS));
	interval[0] = j->time;
	interval[1] = end;
	finding = tid ? add_finding(j, clause, &why) : NULL;
	if (!finding)
		return;
	sot_buf_str(&why, "; thread ");
	sot_buf_uint(&why, tid);
	sot_buf_str(&why, " was inside setsockopt on the same socket at the same time");
	finding->why_len = why.len;
}

/* ---- */

static void judge_rule(struct judging *j)
{
	struct sot_matching *m = &j->audit->matching;
	const struct sot_clause *clause;

	m->limited = false;
	if (j->rule->steps) {
		judge_sequence(j);
	} else {
		clause = sot_match(m, &j->rule->when);
		if (clause && !sot_match(m, &j->rule->except)) {
			if (j->rule->count)
				judge_count(j, clause);
			else if (j->rule->is_concurrent)
				judge_concurrent(j, clause);
			else
				find(j, clause);
		}
	}
	j->memory->limited |= m->limited;
}

void sot_audit__judge(struct sot_audit *audit, struct sot_record *rec)
{
	struct judging j = { .audit = audit, .rec = rec, .time = bounded(rec->ev->time) };
	const uint16_t *rule;
	size_t count;

	audit->findings.count = audit->findings.more = 0;
	audit->matching.rec = rec;
	if (audit->has_trees)
		learn_parent(audit, rec->ev);
	rule = sot_index_find(&audit->index, audit->tries_all ? NULL : rec->option, &count);
	for (; count; rule++, count--) {
		j.rule = audit->rules->rule[*rule];
		j.memory = &audit->memory[*rule];
		judge_rule(&j);
	}
	rec->findings = &audit->findings;
}

/* ---- news ---- */

static bool note_forgotten(struct memory *memory, const struct sot_rule *rule, struct sot_buf *buf)
{
	if (memory->forgotten == memory->told_forgotten)
		return false;
	sot_buf_str(buf, "rule ");
	sot_buf_str(buf, rule->id);
	sot_buf_str(buf, " had to forget ");
	sot_buf_uint(buf, memory->forgotten - memory->told_forgotten);
	sot_buf_str(buf, " that it was watching: more came than it has room for; it may have "
			 "missed something");
	memory->told_forgotten = memory->forgotten;
	return true;
}

static bool note_limited(struct memory *memory, const struct sot_rule *rule, struct sot_buf *buf)
{
	if (!memory->limited || memory->told_limited)
		return false;
	memory->told_limited = true;
	sot_buf_str(buf, "rule ");
	sot_buf_str(buf, rule->id);
	sot_buf_str(buf, ": a regular expression came to its limit; such a match counts as "
			 "unknown, make it simpler");
	return true;
}

bool sot_audit__take_note(struct sot_audit *audit, struct sot_buf *buf)
{
	size_t i;

	for (i = 0; i < audit->rules->count; i++)
		if (note_limited(&audit->memory[i], audit->rules->rule[i], buf) ||
		    note_forgotten(&audit->memory[i], audit->rules->rule[i], buf))
			return true;
	if (audit->too_many == audit->told_too_many)
		return false;
	sot_buf_uint(buf, audit->too_many - audit->told_too_many);
	sot_buf_str(buf, " findings are not told: a call has room for 16");
	audit->told_too_many = audit->too_many;
	return true;
}

/* ---- */

static int prepare_memory(struct sot_audit *audit)
{
	const struct sot_rule *rule;
	size_t width, i;
	int err = 0;

	for (i = 0; i < audit->rules->count && !err; i++) {
		rule = audit->rules->rule[i];
		width = rule->steps ? rule->steps : rule->is_concurrent ? 2 : rule->count;
		if (width)
			err = sot_store_init(&audit->memory[i].store, width);
		audit->has_trees |= rule->per == SOT_PER_TREE;
	}
	if (!err && audit->has_trees)
		err = sot_store_init(&audit->parents, 2);
	return err;
}

static int prepare_matching(struct sot_matching *m)
{
	m->match_data = pcre2_match_data_create(1, NULL);
	m->match_context = pcre2_match_context_create(NULL);
	if (!m->match_data || !m->match_context)
		return -ENOMEM;
	pcre2_set_match_limit(m->match_context, MATCH_LIMIT);
	pcre2_set_depth_limit(m->match_context, DEPTH_LIMIT);
	pcre2_set_heap_limit(m->match_context, HEAP_LIMIT_KIB);
	return 0;
}

struct sot_audit *sot_audit__new(const struct sot_rules *rules)
{
	struct sot_audit *audit = calloc(1, sizeof(*audit));

	if (!audit)
		return NULL;
	audit->rules = rules;
	audit->memory = calloc(rules->count + 1, sizeof(*audit->memory));
	if (!audit->memory || prepare_memory(audit) || prepare_matching(&audit->matching) ||
	    sot_index_init(&audit->index, rules, &audit->matching)) {
		sot_audit__free(audit);
		return NULL;
	}
	return audit;
}

void sot_audit__try_all(struct sot_audit *audit)
{
	audit->tries_all = true;
}

void sot_audit__free(struct sot_audit *audit)
{
	size_t i;

	if (!audit)
		return;
	for (i = 0; audit->memory && i < audit->rules->count; i++)
		sot_store_free(&audit->memory[i].store);
	sot_store_free(&audit->parents);
	sot_index_free(&audit->index);
	pcre2_match_data_free(audit->matching.match_data);
	pcre2_match_context_free(audit->matching.match_context);
	free(audit->memory);
	free(audit);
}
