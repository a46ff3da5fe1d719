/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table: Tracee's columns (pkg/cmd/printer, v0.24.1), the value decoded, flags
 * behind it. No byte of the traced process reaches the terminal unescaped.
 */
#include <stdio.h>

#include "emit.h"
#include "names.h"

#define NS_PER_S 1000000000LL
#define S_PER_DAY 86400

enum colour { PLAIN, DIM, RED, YELLOW, CYAN, BOLD, BOLD_RED };

static void put_colour(const struct sot_style *style, struct sot_buf *buf, enum colour colour)
{
	static const char *const codes[] = { "\x1b[0m",	 "\x1b[2m", "\x1b[31m",	 "\x1b[33m",
					     "\x1b[36m", "\x1b[1m", "\x1b[1;31m" };

	if (style->colour)
		sot_buf_str(buf, codes[colour]);
}

/* HH:MM:SS: of local time */
static void put_second(int64_t second, const struct sot_style *style, struct sot_buf *buf)
{
	int64_t s = second + style->utc_offset_s;
	unsigned int day = (unsigned int)(((s % S_PER_DAY) + S_PER_DAY) % S_PER_DAY);

	sot_buf_digits(buf, day / 3600, 2);
	sot_buf_char(buf, ':');
	sot_buf_digits(buf, day / 60 % 60, 2);
	sot_buf_char(buf, ':');
	sot_buf_digits(buf, day % 60, 2);
	sot_buf_char(buf, ':');
}

/* uuuuuu */
static void put_microseconds(int64_t time_ns, struct sot_buf *buf)
{
	unsigned int us = (unsigned int)(time_ns % NS_PER_S / 1000);

	sot_buf_digits(buf, us % 1000000, 6);
}

static void put_time(const struct sot_style *style, int64_t time_ns, struct sot_buf *buf)
{
	put_second(time_ns / NS_PER_S, style, buf);
	put_microseconds(time_ns, buf);
}

/* A column of at least `width`, then one space; what is longer pushes the rest. */
static void end_column(struct sot_buf *buf, size_t start, size_t width)
{
	sot_buf_pad(buf, start, width);
	sot_buf_char(buf, ' ');
}

static void put_number_column(struct sot_buf *buf, bool known, uint32_t num, size_t width)
{
	size_t start = buf->len;

	if (known)
		sot_buf_uint(buf, num);
	else
		sot_buf_char(buf, '?');
	end_column(buf, start, width);
}

static void put_comm_column(const struct sot_event *ev, struct sot_buf *buf)
{
	size_t columns = 1;

	if (ev->have & SOT_HAVE_COMM)
		columns = sot_buf_printable(buf, ev->comm, strnlen(ev->comm, sizeof(ev->comm)));
	else
		sot_buf_char(buf, '?');
	for (; columns < 16; columns++)
		sot_buf_char(buf, ' ');
	sot_buf_char(buf, ' ');
}

/* "0", "-14 EFAULT", or "?" where the return was not seen */
static void put_ret_column(const struct sot_event *ev, const struct sot_style *style,
			   struct sot_buf *buf)
{
	bool failed = (ev->have & SOT_HAVE_RET) && ev->ret < 0;
	const char *name =
		failed ? sot_errno_name(-(int64_t)ev->ret > INT32_MAX ? -1 : -ev->ret) : NULL;
	size_t start;

	if (failed)
		put_colour(style, buf, RED);
	start = buf->len;
	if (ev->have & SOT_HAVE_RET)
		sot_buf_int(buf, ev->ret);
	else
		sot_buf_char(buf, '?');
	if (name) {
		sot_buf_char(buf, ' ');
		sot_buf_str(buf, name);
	}
	end_column(buf, start, 16);
	if (failed)
		put_colour(style, buf, PLAIN);
}

static void put_names(const struct sot_record *rec, const struct sot_style *style,
		      struct sot_buf *buf)
{
	struct sot_number_text number;

	sot_buf_str(buf, ", level: ");
	if (style->raw)
		sot_buf_int(buf, rec->ev->level);
	else
		sot_buf_str(buf, sot_level_text(rec, &number));
	if (!style->raw && rec->level_assumed)
		sot_buf_str(buf, " (assumed)");
	sot_buf_str(buf, ", optname: ");
	put_colour(style, buf, BOLD);
	if (style->raw)
		sot_buf_int(buf, rec->ev->optname);
	else
		sot_buf_str(buf, sot_option_text(rec, &number));
	put_colour(style, buf, PLAIN);
}

static void put_value_text(const struct sot_record *rec, const struct sot_style *style,
			   struct sot_buf *buf)
{
	char storage[1200];
	struct sot_buf text;

	sot_buf_str(buf, ", optval: ");
	if (style->raw) {
		sot_buf_str(buf, "0x");
		sot_buf_hex(buf, rec->ev->optval);
		return;
	}
	sot_buf_init(&text, storage, sizeof(storage));
	sot_optval_text(rec, &text);
	put_colour(style, buf, CYAN);
	sot_buf_printable(buf, text.data, text.len);
	put_colour(style, buf, PLAIN);
}

/* A flag's facts in brackets, where it has some that the line does not show yet. */
static void put_flag_facts(const struct sot_record *rec, uint32_t flag, struct sot_buf *buf)
{
	static const struct {
		uint32_t flag;
		const char *before;
		void (*put)(const struct sot_record *rec, struct sot_buf *buf);
	} facts[] = {
		{ SOT_FLAG_OPTVAL_CHANGED, " (at return ", sot_later_text },
		{ SOT_FLAG_EFFECT_MISMATCH, " (the kernel holds ", sot_effect_text },
		{ SOT_FLAG_REWRITTEN, " (the kernel got ", sot_given_text },
	};
	char storage[1200];
	struct sot_buf text;
	size_t i;

	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (facts[i].flag != flag)
			continue;
		sot_buf_init(&text, storage, sizeof(storage));
		facts[i].put(rec, &text);
		sot_buf_str(buf, facts[i].before);
		sot_buf_printable(buf, text.data, text.len);
		sot_buf_char(buf, ')');
	}
}

static void put_flags(const struct sot_record *rec, const struct sot_style *style,
		      struct sot_buf *buf)
{
	const char *before = " ! ";
	unsigned int i;

	if (!rec->flags)
		return;
	put_colour(style, buf, YELLOW);
	for (i = 0; i < SOT_FLAG_COUNT; i++) {
		if (!(rec->flags >> i & 1))
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, sot_flag_info[i].name);
		put_flag_facts(rec, 1U << i, buf);
		before = ", ";
	}
	put_colour(style, buf, PLAIN);
}

/* Text that goes on in a line of its own, two columns in, where the screen ends. */
struct folded {
	struct sot_buf *buf;
	size_t width, column; /* width 0: there is no screen */
};

#define FOLD_INDENT 4

static void put_word(struct folded *f, const char *word, size_t len)
{
	size_t start = f->buf->len, columns = sot_buf_printable(f->buf, word, len);

	if (f->width && f->column + columns > f->width && f->column > FOLD_INDENT) {
		while (f->buf->data[start - 1] == ' ')
			start--;
		f->buf->len = start;
		sot_buf_str(f->buf, "\n    ");
		f->column = FOLD_INDENT;
		columns = sot_buf_printable(f->buf, word, len);
	}
	f->column += columns;
}

static void put_folded(struct folded *f, const char *text, size_t len)
{
	const char *end = text + len, *space;

	for (; text < end; text = space + 1) {
		space = memchr(text, ' ', (size_t)(end - text)) ?: end;
		put_word(f, text, (size_t)(space - text));
		if (space < end) {
			sot_buf_char(f->buf, ' ');
			f->column++;
		}
	}
}

static void put_folded_str(struct folded *f, const char *str)
{
	put_folded(f, str, strlen(str));
}

/* Stays in the line of what it follows. */
static void put_mark(struct folded *f, const char *mark)
{
	sot_buf_str(f->buf, mark);
	f->column += strlen(mark);
}

/*
 * A line below the event: what happened, the facts, what to look at next. All of it is wanted, so on
 * a screen that is too narrow it is folded, not cut.
 */
static void put_finding(const struct sot_finding *finding, const struct sot_style *style,
			struct sot_buf *buf)
{
	static const enum colour colours[] = {
		[SOT_SEVERITY_LOW] = CYAN,
		[SOT_SEVERITY_MEDIUM] = YELLOW,
		[SOT_SEVERITY_HIGH] = RED,
		[SOT_SEVERITY_CRITICAL] = BOLD_RED,
	};
	struct folded f = { .buf = buf, .width = style->width };

	sot_buf_char(buf, '\n');
	put_mark(&f, "  ");
	put_colour(style, buf, colours[finding->severity]);
	put_mark(&f, "! ");
	put_mark(&f, sot_severities[finding->severity]);
	put_mark(&f, " ");
	put_mark(&f, finding->rule);
	put_mark(&f, ": ");
	put_folded_str(&f, finding->title);
	put_colour(style, buf, PLAIN);
	put_mark(&f, ": ");
	put_folded(&f, finding->why, finding->why_len);
	if (*finding->description)
		put_mark(&f, ". ");
	put_folded_str(&f, finding->description);
}

static void put_findings(const struct sot_findings *found, const struct sot_style *style,
			 struct sot_buf *buf)
{
	size_t i;

	for (i = 0; found && i < found->count; i++)
		put_finding(&found->finding[i], style, buf);
}

int sot_emit_table_header(const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = buf->len;
	char text[128];

	snprintf(text, sizeof(text), "%-16s %-6s %-16s %-7s %-7s %-16s %-25s %s", "TIME", "UID",
		 "COMM", "PID", "TID", "RET", "EVENT", "ARGS");
	put_colour(style, buf, BOLD);
	sot_buf_str(buf, text);
	put_colour(style, buf, PLAIN);
	return sot_finish_line(buf, start);
}

/* It has the time alone. */
void sot_table_each(enum sot_each each, const struct sot_event *ev, const struct sot_style *style,
		    struct sot_buf *buf)
{
	int64_t time_ns = (int64_t)(ev->time + (uint64_t)style->boot_offset_ns);

	(void)each;
	sot_put_coarse(put_second, time_ns / NS_PER_S, style, buf);
	put_microseconds(time_ns, buf);
}

int sot_emit_table(const struct sot_record *rec, const struct sot_style *style, struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	bool ns = ev->have & SOT_HAVE_NS_PIDS;
	size_t start = buf->len, column;

	put_colour(style, buf, DIM);
	column = buf->len;
	sot_put_each(sot_table_each, SOT_EACH_TIME, ev, style, buf);
	end_column(buf, column, 16);
	put_colour(style, buf, PLAIN);
	put_number_column(buf, ev->have & SOT_HAVE_CRED, ev->uid, 6);
	put_comm_column(ev, buf);
	put_number_column(buf, ns, ev->pid, 7);
	put_number_column(buf, ns, ev->tid, 7);
	put_ret_column(ev, style, buf);
	column = buf->len;
	sot_buf_str(buf, rec->by_program ? "bpf_setsockopt" : "setsockopt");
	end_column(buf, column, 25);
	sot_buf_str(buf, "sockfd: ");
	if (ev->have & SOT_HAVE_SOCKFD)
		sot_buf_int(buf, ev->sockfd);
	else
		sot_buf_char(buf, '?');
	put_names(rec, style, buf);
	put_value_text(rec, style, buf);
	sot_buf_str(buf, ", optlen: ");
	sot_buf_int(buf, ev->optlen);
	put_flags(rec, style, buf);
	put_findings(rec->findings, style, buf);
	return sot_finish_line(buf, start);
}

void sot_put_reasons(const struct sot_loss *loss, struct sot_buf *buf)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < SOT_REASONS; i++) {
		if (!loss->count[i])
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, sot_reasons[i].text);
		sot_buf_char(buf, ' ');
		sot_buf_uint(buf, loss->count[i]);
		before = ", ";
	}
}

void sot_put_talkers(const struct sot_loss_report *report, struct sot_buf *buf)
{
	const struct sot_talker *talker = report->talker;
	uint64_t others = sot_loss_total(&report->others);
	size_t i;

	for (i = 0; i < report->talkers_count; i++, talker++) {
		sot_buf_str(buf, i ? ", " : " ");
		sot_buf_uint(buf, talker->process.host_pid);
		sot_buf_char(buf, ' ');
		sot_buf_printable(buf, talker->comm, strnlen(talker->comm, sizeof(talker->comm)));
		sot_buf_char(buf, ' ');
		sot_buf_uint(buf, sot_loss_total(&talker->loss));
	}
	if (i && others) {
		sot_buf_str(buf, ", others ");
		sot_buf_uint(buf, others);
	}
}

/* News that are no event: what stands before them. Returns where the line begins. */
static size_t open_news(int64_t time_ns, const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = buf->len, column;

	put_colour(style, buf, RED);
	column = buf->len;
	put_time(style, time_ns, buf);
	end_column(buf, column, 16);
	sot_buf_str(buf, "! ");
	return start;
}

int sot_emit_table_loss(const struct sot_loss_report *report, int64_t time_ns,
			const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = open_news(time_ns, style, buf);

	sot_buf_str(buf, sot_loss_kinds[report->kind].text);
	sot_buf_char(buf, ' ');
	sot_buf_uint(buf, sot_loss_total(&report->whole));
	sot_buf_str(buf, " events: ");
	sot_put_reasons(&report->whole, buf);
	if (report->talkers_count) {
		sot_buf_str(buf, "; by");
		sot_put_talkers(report, buf);
	}
	put_colour(style, buf, PLAIN);
	return sot_finish_line(buf, start);
}

int sot_emit_table_probe(const struct sot_probe_news *news, int64_t time_ns,
			 const struct sot_style *style, struct sot_buf *buf)
{
	size_t start = open_news(time_ns, style, buf);

	sot_buf_str(buf, "probe ");
	sot_buf_printable(buf, news->program, strlen(news->program));
	sot_buf_char(buf, ' ');
	sot_buf_str(buf, sot_probe_state_text(news->state));
	sot_buf_str(buf, ": ");
	sot_probe_text(news, buf);
	put_colour(style, buf, PLAIN);
	return sot_finish_line(buf, start);
}
