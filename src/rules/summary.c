/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 20 /* of a table */

static bool is_same(const struct sot_summary_row *row, const struct sot_event *ev, const char *what,
		    const char *how)
{
	return row->pid == ev->host_pid && row->start == ev->leader_start &&
	       !strcmp(row->what, what) && !strcmp(row->how, how);
}

static void count(struct sot_summary_table *table, const struct sot_record *rec, const char *what,
		  const char *how, unsigned int rank)
{
	const struct sot_event *ev = rec->ev;
	struct sot_summary_row *row;
	size_t i;

	for (i = 0; i < table->rows && !is_same(&table->row[i], ev, what, how); i++)
		;
	if (i == SOT_SUMMARY_ROWS) {
		table->others++;
		return;
	}
	row = &table->row[i];
	if (i == table->rows) {
		table->rows++;
		strncpy(row->what, what, SOT_SUMMARY_WHAT);
		row->how = how;
		row->rank = rank;
		row->pid = ev->host_pid;
		row->start = ev->leader_start;
		row->uid = ev->uid;
		row->uid_known = ev->have & SOT_HAVE_CRED;
		if (ev->have & SOT_HAVE_COMM)
			memcpy(row->comm, ev->comm, SOT_COMM_LEN);
	}
	row->count++;
}

/* By whose authority, as far as it is known. */
static const char *authority(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;

	if (rec->privilege.verdict != SOT_VERDICT_UNKNOWN)
		return sot_verdict_text(rec->privilege.verdict);
	if ((ev->have & SOT_HAVE_RET) && (ev->ret == -EPERM || ev->ret == -EACCES))
		return "denied";
	return rec->privilege.held == SOT_YES ? "the capability held" :
	       rec->privilege.held == SOT_NO  ? "the capability not held" :
						"authority unknown";
}

void sot_summary__add(struct sot_summary *summary, const struct sot_record *rec)
{
	const struct sot_finding *finding;
	const char *how;
	size_t i;

	for (i = 0; rec->findings && i < rec->findings->count; i++) {
		finding = &rec->findings->finding[i];
		count(&summary->findings, rec, finding->rule, sot_severities[finding->severity],
		      finding->severity);
	}
	if (!rec->option || !rec->option->caps)
		return;
	how = authority(rec);
	/* lsm-denied, too */
	count(&summary->privileged, rec, rec->option->name, how, strstr(how, "denied") != NULL);
}

static int compare(const void *left, const void *right)
{
	const struct sot_summary_row *a = left, *b = right;
	int names = strcmp(a->what, b->what);

	if (a->rank != b->rank)
		return a->rank < b->rank ? 1 : -1;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return names ?: (a->pid > b->pid) - (a->pid < b->pid);
}

static void put_row(const struct sot_summary_row *row, struct sot_buf *buf)
{
	sot_buf_str(buf, "  ");
	sot_buf_str(buf, row->what);
	sot_buf_str(buf, " (");
	sot_buf_str(buf, row->how);
	sot_buf_str(buf, "): ");
	sot_buf_uint(buf, row->count);
	sot_buf_str(buf, " by ");
	sot_buf_uint(buf, row->pid);
	sot_buf_char(buf, ' ');
	sot_buf_str(buf, *row->comm ? row->comm : "?");
	sot_buf_str(buf, " of uid ");
	if (row->uid_known)
		sot_buf_uint(buf, row->uid);
	else
		sot_buf_char(buf, '?');
}

static void tell_others(uint64_t others, void (*line)(void *context, const char *text, size_t len),
			void *context)
{
	char storage[64];
	struct sot_buf buf;

	if (!others)
		return;
	sot_buf_init(&buf, storage, sizeof(storage));
	sot_buf_str(&buf, "  others: ");
	sot_buf_uint(&buf, others);
	line(context, buf.data, buf.len);
}

static void tell_table(struct sot_summary_table *table, const char *heading,
		       void (*line)(void *context, const char *text, size_t len), void *context)
{
	uint64_t others = table->others;
	char storage[256];
	struct sot_buf buf;
	size_t i;

	if (!table->rows)
		return;
	qsort(table->row, table->rows, sizeof(table->row[0]), compare);
	line(context, heading, strlen(heading));
	for (i = 0; i < table->rows; i++) {
		if (i >= LINES_MAX) {
			others += table->row[i].count;
			continue;
		}
		sot_buf_init(&buf, storage, sizeof(storage));
		put_row(&table->row[i], &buf);
		line(context, buf.data, buf.len);
	}
	tell_others(others, line, context);
}

void sot_summary__tell(struct sot_summary *summary,
		       void (*line)(void *context, const char *text, size_t len), void *context)
{
	tell_table(&summary->findings, "findings, by rule and process:", line, context);
	tell_table(&summary->privileged, "options that may need a capability, by process:", line,
		   context);
}

static void put_counted(const struct sot_counts_row *row, struct sot_buf *buf)
{
	const char *error = sot_counts_error_name(&row->key);

	sot_buf_str(buf, "  ");
	sot_buf_str(buf, row->option->name);
	sot_buf_str(buf, " (");
	if (row->key.no_return)
		sot_buf_str(buf, "result unknown");
	else if (error)
		sot_buf_str(buf, error);
	else
		sot_buf_int(buf, row->key.ret);
	sot_buf_str(buf, "): ");
	sot_buf_uint(buf, row->calls);
	sot_buf_str(buf, " by ");
	if (!row->key.host_pid && !row->key.start) {
		sot_buf_str(buf, "further processes");
		return;
	}
	sot_buf_uint(buf, row->key.host_pid);
	sot_buf_char(buf, ' ');
	sot_buf_put(buf, row->tally.comm, strnlen(row->tally.comm, sizeof(row->tally.comm)));
}

static bool is_guarded(const struct sot_counts_row *row)
{
	return row->option && sot_option_is_guarded(row->option);
}

/* Those that may need a capability first, since anybody can make the others many; then by calls. */
static bool is_before(const struct sot_counts_row *row, const struct sot_counts_row *other)
{
	bool privileged = row->option->caps, other_is = other->option->caps;

	if (privileged != other_is)
		return privileged;
	return row->calls > other->calls || (row->calls == other->calls && row < other);
}

/* The first after `last`; NULL: there is none. */
static const struct sot_counts_row *next_counted(const struct sot_counts *counts,
						 const struct sot_counts_row *last)
{
	const struct sot_counts_row *row, *next = NULL;

	for (row = counts->row; row < counts->row + counts->count; row++) {
		if (!is_guarded(row) || (last && !is_before(last, row)))
			continue;
		if (!next || is_before(row, next))
			next = row;
	}
	return next;
}

void sot_summary__tell_counted(const struct sot_counts *counts,
			       void (*line)(void *context, const char *text, size_t len),
			       void *context)
{
	static const char heading[] =
		"options that are privileged or of high risk, lost calls too, by result and "
		"process:";
	const struct sot_counts_row *row;
	char storage[256];
	struct sot_buf buf;
	uint64_t others = 0;
	size_t lines;

	for (row = counts->row; row < counts->row + counts->count; row++)
		others += is_guarded(row) ? row->calls : 0;
	if (others)
		line(context, heading, strlen(heading));
	row = next_counted(counts, NULL);
	for (lines = 0; row && lines < LINES_MAX; row = next_counted(counts, row), lines++) {
		others -= row->calls;
		sot_buf_init(&buf, storage, sizeof(storage));
		put_counted(row, &buf);
		line(context, buf.data, buf.len);
	}
	tell_others(others, line, context);
}
