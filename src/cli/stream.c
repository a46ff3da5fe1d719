/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

static struct sot_sink *recording_of(struct sot_stream *s)
{
	return s->cfg->write ? s->sinks[s->cfg->outputs_count - 1] : NULL;
}

/* We end; how much is missing from it is told then. */
static void sink_failed(struct sot_stream *s, size_t index, int err)
{
	if (!s->sink_errors[index])
		s->sink_errors[index] = err;
	s->ending = true;
}

/* Room in the recording; NULL: there is none, or it has failed. */
static struct sot_buf *recording_room(struct sot_stream *s)
{
	struct sot_sink *sink = recording_of(s);

	return sink ? sot_sink__room(sink) : NULL;
}

static void on_interface(void *context, uint32_t net_ns, uint32_t index, const char *name)
{
	struct sot_buf *buf = recording_room(context);

	if (buf)
		sot_put_interface(net_ns, index, name, buf);
}

static void on_cgroup(void *context, uint64_t id, const char *path)
{
	struct sot_buf *buf = recording_room(context);

	if (buf)
		sot_put_cgroup(id, path, buf);
}

static size_t hint_of(int level, int optname)
{
	return ((uint32_t)level << 7 ^ (uint32_t)optname) % SOT_HINTS;
}

static void set_hints(struct sot_stream *s)
{
	size_t i, hint;

	for (i = 0; i < sot_options_count; i++) {
		if (!sot_type_may_name_interface(sot_options[i].type))
			continue;
		hint = hint_of(sot_levels[sot_options[i].level].number, sot_options[i].optname);
		s->may_name[hint / 64] |= 1ULL << hint % 64;
	}
}

static bool has_hint(const struct sot_stream *s, int level, int optname)
{
	size_t hint = hint_of(level, optname);

	return s->may_name[hint / 64] >> hint % 64 & 1;
}

/* Names an output would ask for; only we know them, so they go into the recording all the same. */
static void record_names(struct sot_stream *s, const void *data, size_t size)
{
	const struct sot_event *ev = data;
	struct sot_buf buf;

	if (!(ev->have & SOT_HAVE_SOCK_NET_NS) || ev->sock_net_ns != s->interfaces.net_ns ||
	    s->interfaces.replayed)
		return;
	if (!has_hint(s, ev->level, ev->optname) &&
	    !((ev->have & SOT_HAVE_FILTER) && has_hint(s, ev->given_level, ev->given_optname)))
		return;
	sot_decode(data, size, &s->decode, &s->record);
	sot_check(&s->record);
	sot_buf_init(&buf, s->scratch, sizeof(s->scratch));
	sot_emit_json(&s->record, &s->style, &buf);
}

/* Names and groups go into the recording as they turn up. */
static int set_decoding(struct sot_stream *s)
{
	s->containers = sot_containers__new();
	if (!s->containers) {
		sot_error("out of memory");
		return -ENOMEM;
	}
	sot_interfaces__init(&s->interfaces);
	s->decode.show_secrets = s->cfg->show_secrets;
	s->decode.interface_name = sot_interfaces__name;
	s->decode.context = &s->interfaces;
	s->decodes = s->cfg->flagged || s->cfg->audit || s->cfg->summary;
	if (s->cfg->audit)
		sot_containers__want_paths(s->containers);
	if (!s->cfg->write)
		return 0;
	s->interfaces.fn = on_interface;
	s->interfaces.context = s;
	sot_containers__on_cgroup(s->containers, on_cgroup, s);
	set_hints(s);
	return 0;
}

/* First of all: rules with an error are to keep everything from beginning. */
static int load_rules(struct sot_stream *s)
{
	if (!s->cfg->audit)
		return 0;
	s->rules = sot_rulebook__load(s->cfg);
	if (!s->rules)
		return -EINVAL;
	s->audit = sot_audit__new(s->rules);
	if (!s->audit)
		sot_error("out of memory");
	return s->audit ? 0 : -ENOMEM;
}

/* What the rules could not do as they should. */
static void tell_notes(struct sot_stream *s)
{
	char storage[256];
	struct sot_buf buf;

	sot_buf_init(&buf, storage, sizeof(storage));
	for (; s->audit && sot_audit__take_note(s->audit, &buf); buf.len = 0)
		sot_notice("%.*s", (int)buf.len, buf.data);
}

void sot_stream__take_rules(struct sot_stream *s, struct sot_rules *rules)
{
	struct sot_audit *audit = sot_audit__new(rules);

	if (!audit) {
		sot_error("the rules stay as they were: out of memory");
		sot_rules__free(rules);
		return;
	}
	tell_notes(s);
	sot_audit__free(s->audit);
	sot_rules__free(s->rules);
	s->record.findings = NULL;
	s->audit = audit;
	s->rules = rules;
	sot_notice("rules read again: %zu rules", sot_rules__count(rules));
}

static int set_summary(struct sot_stream *s)
{
	if (!s->cfg->summary)
		return 0;
	s->counts = calloc(1, sizeof(*s->counts));
	if (s->counts)
		return 0;
	sot_error("out of memory");
	return -ENOMEM;
}

static int take_signals(struct sot_stream *s)
{
	static const int taken[] = { SIGINT,  SIGTERM, SIGHUP,	SIGQUIT,
				     SIGALRM, SIGUSR1, SIGUSR2, SIGWINCH };
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (taken[i] != SIGWINCH || s->cfg->command) /* a terminal's is nothing to us */
			sigaddset(&set, taken[i]);
	if (sigprocmask(SIG_BLOCK, &set, &s->old_mask))
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may grow no more is a full one */
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signal_fd < 0 ? -errno : 0;
}

int sot_stream__init(struct sot_stream *s, const struct sot_config *cfg)
{
	s->cfg = cfg;
	s->signal_fd = -1;
	return load_rules(s) ?: set_decoding(s) ?: set_summary(s) ?: take_signals(s);
}

bool sot_stream__signal(struct sot_stream *s, struct signalfd_siginfo *info)
{
	return read(s->signal_fd, info, sizeof(*info)) == sizeof(*info);
}

bool sot_signal_ends(const struct signalfd_siginfo *info)
{
	return info->ssi_signo == SIGINT || info->ssi_signo == SIGTERM ||
	       info->ssi_signo == SIGHUP || info->ssi_signo == SIGQUIT ||
	       info->ssi_signo == SIGALRM;
}

/* Two that write to one file from its beginning would leave neither. */
static int check_apart(const struct sot_stream *s, size_t index)
{
	int fd = sot_sink__fd(s->sinks[index]), other;
	struct stat st, there;
	size_t i;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	for (i = 0; i < index; i++) {
		other = sot_sink__fd(s->sinks[i]);
		if (other == fd || fstat(other, &there) || there.st_dev != st.st_dev ||
		    there.st_ino != st.st_ino)
			continue;
		sot_error("cannot write to %s: another output is written there, too; "
			  "name a file for each",
			  sot_sink__name(s->sinks[index]));
		return -EINVAL;
	}
	return 0;
}

static int open_sinks(struct sot_stream *s)
{
	size_t i;
	int err;

	for (i = 0; i < s->cfg->outputs_count; i++) {
		err = sot_sink__open(&s->sinks[i], &s->cfg->outputs[i], &s->style, s->signal_fd) ?:
			      check_apart(s, i);
		if (err)
			return err;
	}
	return 0;
}

int sot_stream__open(struct sot_stream *s)
{
	sigset_t taken;
	int err;

	s->style = (struct sot_style){ .boot_offset_ns = s->machine.boot_offset_ns,
				       .utc_offset_s = s->machine.utc_offset_s,
				       .raw = s->cfg->raw,
				       .no_events = s->cfg->summary,
				       .machine = &s->machine };
	s->decode.kernel_release = sot_release_number(s->machine.kernel_release);
	/* a FIFO waits for who reads it; nothing has begun, so a signal may end us as it would any */
	sigprocmask(SIG_SETMASK, &s->old_mask, &taken);
	err = open_sinks(s);
	sigprocmask(SIG_SETMASK, &taken, NULL);
	return err;
}

/* A sink that fails takes nothing from the others: they get what is still there. */
static int write_record(struct sot_stream *s)
{
	int err, ret = 0;
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++) {
		err = sot_sink__event(s->sinks[i], &s->record);
		if (err == -EAGAIN)
			ret = SOT_STOP_FETCHING; /* a signal waits */
		else if (err)
			sink_failed(s, i, err);
	}
	s->written++;
	if (s->cfg->count && s->written == s->cfg->count) {
		s->ending = true;
		ret = SOT_STOP_FETCHING;
	}
	return s->ending && !s->finishing ? SOT_STOP_FETCHING : ret;
}

static void judge(struct sot_stream *s)
{
	const struct sot_findings *found;
	size_t i;

	if (!s->audit)
		return;
	sot_audit__judge(s->audit, &s->record);
	sot_summary__add(&s->summary, &s->record);
	found = s->record.findings;
	for (i = 0; i < found->count; i++)
		s->found |= found->finding[i].severity >= s->cfg->fail_on;
}

/* With --flagged: a finding is one, too. */
static bool is_flagged(const struct sot_record *rec)
{
	return rec->flags || (rec->findings && rec->findings->count);
}

/*
 * No output needs more of it: a recording never does. The others are asked, each time: they
 * remember what they have found.
 */
static bool all_know(struct sot_stream *s)
{
	size_t texts = s->cfg->outputs_count - (s->cfg->write != NULL), i;
	bool all = true;

	for (i = 0; i < texts; i++)
		all &= sot_sink__knows(s->sinks[i], &s->record);
	return all;
}

static int read_event(struct sot_stream *s, const void *data, size_t size, uint64_t facts)
{
	int err;

	if (!s->decodes) {
		err = sot_view_next(data, size, &s->good, &s->record);
		if (err)
			return err;
		s->record.facts = facts;
		sot_containers__find(s->containers, &s->record);
		if (all_know(s)) {
			if (s->cfg->write)
				record_names(s, data, size);
			return 0;
		}
	}
	err = sot_decode(data, size, &s->decode, &s->record);
	if (err)
		return err;
	s->record.facts = facts;
	sot_containers__find(s->containers, &s->record);
	sot_check(&s->record);
	return 0;
}

int sot_stream__event(struct sot_stream *s, const void *data, size_t size, uint64_t facts)
{
	if (s->cfg->count && s->written == s->cfg->count)
		return 0; /* what is left in the buffer when the number is full */
	if (read_event(s, data, size, facts)) {
		s->malformed++;
		return 0;
	}
	judge(s);
	if (s->cfg->flagged && !is_flagged(&s->record)) {
		s->unflagged++;
		return 0;
	}
	if (!s->counts)
		return write_record(s);
	sot_counts_add_record(s->counts, &s->record);
	s->last_ns = s->record.ev->time + s->record.ev->duration_ns;
	s->written++;
	return 0;
}

bool sot_stream__summary_rest(struct sot_stream *s)
{
	bool all = true;
	size_t i;
	int err;

	for (i = 0; i < s->cfg->outputs_count; i++) {
		if (!s->summary_left[i])
			continue;
		err = sot_sink__summary(s->sinks[i], s->counts, s->summary_ns);
		s->summary_left[i] = err == -EAGAIN;
		all &= !s->summary_left[i];
		if (err && err != -EAGAIN)
			sink_failed(s, i, err);
	}
	return all;
}

void sot_stream__summary(struct sot_stream *s, int64_t time_ns)
{
	size_t i;

	sot_counts_arrange(s->counts);
	s->summary_ns = time_ns;
	for (i = 0; i < s->cfg->outputs_count; i++)
		s->summary_left[i] = true;
	sot_stream__summary_rest(s);
}

bool sot_stream__has_room(struct sot_stream *s)
{
	bool all = true;
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		if (sot_sink__make_room(s->sinks[i]) == -EAGAIN)
			all = false;
	return all;
}

void sot_stream__attached(struct sot_stream *s, const struct sot_attached *attached)
{
	struct sot_buf *buf = recording_room(s);

	if (buf)
		sot_put_attached(attached, buf);
}

void sot_stream__loss(struct sot_stream *s, const struct sot_loss_report *report, int64_t time_ns)
{
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		sot_sink__loss(s->sinks[i], report, time_ns);
}

bool sot_stream__probe(struct sot_stream *s, const struct sot_probe_news *news, int64_t time_ns)
{
	bool all = true;
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		if (sot_sink__probe(s->sinks[i], news, time_ns) == -ENOSPC)
			all = false;
	return all;
}

void sot_stream__flush(struct sot_stream *s)
{
	size_t i;
	int err;

	tell_notes(s);
	for (i = 0; i < s->cfg->outputs_count; i++) {
		err = sot_sink__flush(s->sinks[i]);
		if (err && err != -EAGAIN)
			sink_failed(s, i, err);
	}
}

size_t sot_stream__poll_fds(const struct sot_stream *s, struct pollfd *fds)
{
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		fds[i] = (struct pollfd){ .fd = sot_sink__fd(s->sinks[i]) };
	return i;
}

void sot_stream__polled(struct sot_stream *s, const struct pollfd *fds)
{
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		if (fds[i].revents & POLLNVAL) /* it was closed from the beginning */
			sink_failed(s, i, -EBADF);
		else if (fds[i].revents & (POLLERR | POLLHUP)) /* the reader of a pipe, a socket */
			sink_failed(s, i, -EPIPE);
}

void sot_stream__finish(struct sot_stream *s)
{
	size_t i;

	s->finishing = true;
	for (i = 0; i < s->cfg->outputs_count; i++)
		sot_sink__finish(s->sinks[i], s->hurried);
}

static const char *remedy(const struct sot_output_config *output, int err)
{
	if (err == -EPIPE)
		return "its reader has closed it";
	if (err == -ETIMEDOUT)
		return "its reader does not read";
	if (output->format == &sot_recording_format)
		return err == -ENOSPC ? "free some space, or write elsewhere with -w FILE" :
					"write elsewhere with -w FILE";
	return err == -ENOSPC ? "free some space, or write elsewhere with -o FORMAT:FILE" :
				"write elsewhere with -o FORMAT:FILE";
}

static void tell_sink_failures(struct sot_stream *s)
{
	size_t i;
	int err;

	for (i = 0; i < s->cfg->outputs_count; i++) {
		err = s->sink_errors[i];
		if (err)
			sot_error("cannot write to %s: %s; %" PRIu64 " %s are missing from it: %s",
				  sot_sink__name(s->sinks[i]), strerror(-err),
				  sot_sink__unwritten(s->sinks[i]),
				  s->sinks[i] == recording_of(s) ? "events" : "lines",
				  remedy(&s->cfg->outputs[i], err));
	}
}

static void tell_losers(const struct sot_loss_report *report)
{
	char storage[512];
	struct sot_buf buf;

	if (!report->talkers_count)
		return;
	sot_buf_init(&buf, storage, sizeof(storage));
	sot_put_talkers(report, &buf);
	sot_notice("%s by process:%.*s", sot_loss_kinds[report->kind].text, (int)buf.len, buf.data);
}

static void tell_whole_loss(const struct sot_totals *totals, const struct sot_loss_report *losers)
{
	const struct sot_loss *lost = &totals->loss[SOT_LOST];
	char storage[256];
	struct sot_buf buf;
	size_t kind;

	if (sot_loss_total(lost)) {
		sot_buf_init(&buf, storage, sizeof(storage));
		sot_put_reasons(lost, &buf);
		sot_notice("lost: %.*s; a larger --buffer-size or --in-flight, or a filter helps",
			   (int)buf.len, buf.data);
	}
	for (kind = 0; kind < SOT_LOSS_KINDS; kind++)
		tell_losers(&losers[kind]);
}

static void tell_end(const struct sot_stream *s, const struct sot_totals *t)
{
	uint64_t left_out = sot_loss_total(&t->loss[SOT_LEFT_OUT]);
	char more[512] = "";
	int n = 0;

	if (left_out)
		n += snprintf(more + n, sizeof(more) - n, "; %" PRIu64 " left out by --rate",
			      left_out);
	if (t->filtered || s->unflagged)
		n += snprintf(more + n, sizeof(more) - n, "; %" PRIu64 " other calls filtered out",
			      t->filtered + s->unflagged);
	if (t->no_return)
		n += snprintf(more + n, sizeof(more) - n, "; %" PRIu64 " without their return",
			      t->no_return);
	if (t->unfollowed)
		n += snprintf(more + n, sizeof(more) - n,
			      "; %" PRIu64 " descendants not followed: the table is full",
			      t->unfollowed);
	if (s->malformed)
		snprintf(more + n, sizeof(more) - n, "; %" PRIu64 " malformed", s->malformed);
	sot_notice("%" PRIu64 " %s, %" PRIu64 " lost%s", s->counts ? s->counts->calls : s->written,
		   s->counts ? "calls counted" : "events", sot_loss_total(&t->loss[SOT_LOST]),
		   more);
}

static void record_end(struct sot_stream *s, const struct sot_totals *totals,
		       const struct sot_loss_report *losers)
{
	const struct sot_recording_end end = { .events = s->written,
					       .unflagged = s->unflagged,
					       .malformed = s->malformed,
					       .totals = *totals };
	struct sot_buf *buf;
	size_t kind;

	for (kind = 0; kind < SOT_LOSS_KINDS; kind++) {
		buf = losers[kind].talkers_count ? recording_room(s) : NULL;
		if (buf)
			sot_put_losers(&losers[kind], buf);
	}
	buf = recording_room(s);
	if (buf)
		sot_put_end(&end, buf);
}

static void tell_line(void *context, const char *text, size_t len)
{
	(void)context;
	sot_notice("%.*s", (int)len, text);
}

void sot_stream__end(struct sot_stream *s, const struct sot_totals *totals,
		     const struct sot_loss_report *losers, const struct sot_counts *counted,
		     bool is_whole)
{
	if (is_whole)
		record_end(s, totals, losers);
	sot_stream__flush(s);
	tell_sink_failures(s);
	tell_end(s, totals);
	tell_whole_loss(totals, losers);
	sot_summary__tell(&s->summary, tell_line, NULL);
	if (counted)
		sot_summary__tell_counted(counted, tell_line, NULL);
}

bool sot_stream__failed(const struct sot_stream *s)
{
	size_t i;

	for (i = 0; i < s->cfg->outputs_count; i++)
		if (s->sink_errors[i])
			return true;
	return false;
}

int sot_stream__status(const struct sot_stream *s, int status)
{
	return sot_stream__failed(s) ? SOT_EXIT_FAILURE : s->found ? SOT_EXIT_FOUND : status;
}

void sot_stream__release(struct sot_stream *s)
{
	size_t i;

	sot_containers__free(s->containers);
	sot_audit__free(s->audit);
	sot_rules__free(s->rules);
	free(s->counts);
	for (i = 0; i < SOT_SINKS_MAX; i++)
		sot_sink__free(s->sinks[i]);
	if (s->signal_fd >= 0)
		close(s->signal_fd);
}
