/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A summary as lines: for people as strace -c has it, for programs a record a row, and one in all. */
#include <errno.h>
#include <stdio.h>

#include "emit.h"
#include "counts.h"

#define NS_PER_S 1000000000.0
/* Lines of each part of the table; what there is more is told by number. */
#define OPTIONS_SHOWN 100
#define PROCESSES_SHOWN 20
#define ERRORS_SHOWN 20

#define RULE "------ ---------- --------- ---------- --------"

static void put_json_names(const struct sot_counts_row *row, struct sot_buf *buf)
{
	sot_json_key(buf, "level");
	sot_buf_int(buf, row->key.level);
	sot_json_key(buf, "levelName");
	sot_json_string_or_null(buf, row->level ? row->level->name : NULL);
	if (row->assumed)
		sot_buf_str(buf, ",\"assumed\":true");
	sot_json_key(buf, "optname");
	sot_buf_int(buf, row->key.optname);
	sot_json_key(buf, "name");
	sot_json_string_or_null(buf, row->option ? row->option->name : NULL);
}

static void put_json_times(const struct sot_counts_row *row, struct sot_buf *buf)
{
	static const unsigned int percents[] = { 50, 90, 99 };
	const char *before = "";
	char key[16];
	uint64_t ns;
	size_t i;

	sot_json_uint_if(buf, "timeNs", !row->key.no_return, row->tally.ns);
	for (i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		ns = sot_counts_below_ns(row, percents[i]);
		snprintf(key, sizeof(key), "p%uBelowNs", percents[i]);
		sot_json_uint_if(buf, key, ns, ns);
	}
	sot_buf_str(buf, ",\"histogram\":[");
	for (i = 0; i < SOT_TALLY_BUCKETS && !row->key.no_return; i++) {
		if (!row->tally.calls[i])
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, "{\"fromNs\":");
		sot_buf_uint(buf, i ? 1ULL << i : 0);
		sot_json_uint_if(buf, "calls", true, row->tally.calls[i]);
		sot_buf_char(buf, '}');
		before = ",";
	}
	sot_buf_char(buf, ']');
}

static void put_json_row(const struct sot_counts_row *row, struct sot_buf *buf)
{
	const struct sot_tally_key *key = &row->key;
	bool known = key->start || key->host_pid;

	sot_buf_str(buf, ",\"summary\":{\"hostProcessId\":");
	if (known)
		sot_buf_uint(buf, key->host_pid);
	else
		sot_buf_str(buf, "null");
	sot_json_key(buf, "processName");
	if (known)
		sot_buf_json(buf, row->tally.comm,
			     strnlen(row->tally.comm, sizeof(row->tally.comm)));
	else
		sot_buf_str(buf, "null");
	sot_json_uint_if(buf, "processEntityId", key->start,
			 sot_entity_id(key->host_pid, key->start));
	put_json_names(row, buf);
	sot_json_key(buf, "returnValue");
	if (key->no_return)
		sot_buf_str(buf, "null");
	else
		sot_buf_int(buf, key->ret);
	sot_json_key(buf, "error");
	sot_json_string_or_null(buf, sot_counts_error_name(key));
	sot_json_uint_if(buf, "calls", true, row->calls);
	put_json_times(row, buf);
	sot_buf_str(buf, "}}");
}

static void put_json_total(const struct sot_counts *summary, struct sot_buf *buf)
{
	sot_buf_str(buf, ",\"summaryTotal\":{\"calls\":");
	sot_buf_uint(buf, summary->calls);
	sot_json_uint_if(buf, "errors", true, summary->errors);
	sot_json_uint_if(buf, "timeNs", true, summary->ns);
	sot_json_uint_if(buf, "withoutReturn", true, summary->no_return);
	sot_json_uint_if(buf, "others", true, summary->others);
	sot_json_uint_if(buf, "uncounted", true, summary->uncounted);
	sot_buf_str(buf, "}}");
}

/* A record a row, then one in all, each after what the format begins news with. */
static int json_line(const struct sot_counts *summary, size_t line,
		     size_t (*open_news)(int64_t time_ns, const char *name, struct sot_buf *buf),
		     int64_t time_ns, struct sot_buf *buf)
{
	size_t start;

	if (line > summary->count)
		return SOT_COUNTS_END;
	start = open_news(time_ns, line < summary->count ? "summary" : "summaryTotal", buf);
	if (line < summary->count)
		put_json_row(&summary->row[summary->order[line]], buf);
	else
		put_json_total(summary, buf);
	return sot_finish_line(buf, start);
}

int sot_emit_json_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			  const struct sot_style *style, struct sot_buf *buf)
{
	(void)style;
	return json_line(summary, line, sot_json_open_news, time_ns, buf);
}

int sot_emit_v1beta1_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			     const struct sot_style *style, struct sot_buf *buf)
{
	(void)style;
	return json_line(summary, line, sot_v1beta1_open_news, time_ns, buf);
}

/* "SOL_TCP:TCP_NODELAY"; a number where there is no name */
static void put_option(const struct sot_counts_row *row, const struct sot_style *style,
		       struct sot_buf *buf)
{
	bool raw = style->raw;

	if (row->level && !raw)
		sot_buf_str(buf, row->level->name);
	else
		sot_buf_int(buf, row->key.level);
	if (row->assumed && !raw)
		sot_buf_char(buf, '?');
	sot_buf_char(buf, ':');
	if (row->option && !raw)
		sot_buf_str(buf, row->option->name);
	else
		sot_buf_int(buf, row->key.optname);
}

static void put_process(const struct sot_counts_row *row, const struct sot_style *style,
			struct sot_buf *buf)
{
	(void)style;
	if (!row->key.start && !row->key.host_pid) {
		sot_buf_str(buf, "others");
		return;
	}
	sot_buf_uint(buf, row->key.host_pid);
	sot_buf_char(buf, ' ');
	sot_buf_printable(buf, row->tally.comm, strnlen(row->tally.comm, sizeof(row->tally.comm)));
}

static void put_group(const struct sot_counts *summary, const struct sot_counts_group *group,
		      struct sot_buf *buf)
{
	uint64_t timed = group->calls - group->no_return;
	char text[80];

	snprintf(text, sizeof(text), "%6.2f %10.6f %9.2f %10llu ",
		 summary->ns ? 100.0 * (double)group->ns / (double)summary->ns : 0.0,
		 (double)group->ns / NS_PER_S,
		 timed ? (double)group->ns / (double)timed / 1000 : 0.0,
		 (unsigned long long)group->calls);
	sot_buf_str(buf, text);
	if (group->errors)
		snprintf(text, sizeof(text), "%8llu ", (unsigned long long)group->errors);
	else
		snprintf(text, sizeof(text), "%8s ", "");
	sot_buf_str(buf, text);
}

static void put_more(size_t more, struct sot_buf *buf)
{
	sot_buf_str(buf, "and ");
	sot_buf_uint(buf, more);
	sot_buf_str(buf, " more");
}

/* Title, rule, groups up to `most`, the number of those left, rule. Counts *line down. */
static bool group_line(const struct sot_counts *summary, const struct sot_counts_groups *groups,
		       const char *what, size_t most, size_t *line, const struct sot_style *style,
		       void (*put)(const struct sot_counts_row *row, const struct sot_style *style,
				   struct sot_buf *buf),
		       struct sot_buf *buf)
{
	size_t shown = groups->count < most ? groups->count : most;
	size_t more = groups->count - shown, at = *line;
	const struct sot_counts_group *group;

	if (at == 0) {
		sot_buf_str(buf, "% time    seconds usecs/call      calls   errors ");
		sot_buf_str(buf, what);
	} else if (at == 1 || at == 2 + shown + (more > 0)) {
		sot_buf_str(buf, RULE " -------------------------------");
	} else if (at < 2 + shown) {
		group = &groups->group[groups->order[at - 2]];
		put_group(summary, group, buf);
		put(&summary->row[group->row], style, buf);
	} else if (more && at == 2 + shown) {
		put_more(more, buf);
	} else {
		*line -= 3 + shown + (more > 0);
		return false;
	}
	return true;
}

/* What a call came to, whose it was; those that failed most often first. */
static bool error_line(const struct sot_counts *summary, size_t *line,
		       const struct sot_style *style, struct sot_buf *buf)
{
	size_t shown = summary->failed_count < ERRORS_SHOWN ? summary->failed_count : ERRORS_SHOWN;
	size_t more = summary->failed_count - shown, at = *line, start;
	const struct sot_counts_row *row;
	char text[48];

	if (!shown)
		return false;
	if (at == 0) {
		return true;
	} else if (at == 1) {
		sot_buf_str(buf, "     calls error           process                option");
	} else if (at < 2 + shown) {
		row = &summary->row[summary->failed[at - 2]];
		snprintf(text, sizeof(text), "%10llu ", (unsigned long long)row->calls);
		sot_buf_str(buf, text);
		start = buf->len;
		if (sot_counts_error_name(&row->key))
			sot_buf_str(buf, sot_counts_error_name(&row->key));
		else
			sot_buf_int(buf, row->key.ret);
		sot_buf_pad(buf, start, 16);
		start = buf->len;
		put_process(row, style, buf);
		sot_buf_pad(buf, start, 22);
		sot_buf_char(buf, ' ');
		put_option(row, style, buf);
	} else if (more && at == 2 + shown) {
		put_more(more, buf);
	} else {
		*line -= 2 + shown + (more > 0);
		return false;
	}
	return true;
}

static void put_total(const struct sot_counts *summary, struct sot_buf *buf)
{
	const struct sot_counts_group all = { .calls = summary->calls,
					      .errors = summary->errors,
					      .no_return = summary->no_return + summary->uncounted,
					      .ns = summary->ns };

	put_group(summary, &all, buf);
	sot_buf_str(buf, "total");
}

/* What the totals hold and the lines do not tell. */
static bool put_rest(const struct sot_counts *summary, size_t line, struct sot_buf *buf)
{
	const struct {
		uint64_t calls;
		const char *text;
	} rests[] = {
		{ summary->no_return, " calls whose return was not seen" },
		{ summary->others, " calls of processes for which there was no room (others)" },
		{ summary->uncounted, " calls for which there was no room at all" },
	};
	size_t i;

	for (i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		if (!rests[i].calls || line--)
			continue;
		sot_buf_uint(buf, rests[i].calls);
		sot_buf_str(buf, rests[i].text);
		return true;
	}
	return false;
}

static bool table_line(const struct sot_counts *summary, size_t line, const struct sot_style *style,
		       struct sot_buf *buf)
{
	if (group_line(summary, &summary->options, "option", OPTIONS_SHOWN, &line, style,
		       put_option, buf))
		return true;
	if (line == 0)
		put_total(summary, buf);
	if (line < 2)
		return true;
	line -= 2;
	if (group_line(summary, &summary->processes, "process", PROCESSES_SHOWN, &line, style,
		       put_process, buf) ||
	    error_line(summary, &line, style, buf))
		return true;
	return put_rest(summary, line, buf);
}

int sot_emit_table_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			   const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = buf->len;

	(void)time_ns;
	if (!table_line(summary, line, style, buf))
		return SOT_COUNTS_END;
	return sot_finish_line(buf, start);
}
