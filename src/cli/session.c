/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "capabilities.h"
#include "command.h"
#include "confine.h"
#include "descendants.h"
#include "kernel.h"
#include "message.h"
#include "reread.h"
#include "stream.h"
#include "trace/tracer.h"

#define NS_PER_S 1000000000LL
/* The kernel wakes us only when much is waiting; this is how late a single event may be. */
#define POLL_MS 50

struct session {
	const struct sot_config *cfg;
	struct sot_tracer *tracer;
	struct sot_stream stream;
	struct sot_command command;
	struct sot_reread reread;
	int cgroup_fds[SOT_CGROUPS_MAX];
	size_t cgroups_count;
	struct sot_loss told[SOT_LOSS_KINDS]; /* losses that are in the stream */
	int64_t told_ns[SOT_LOSS_KINDS];      /* CLOCK_MONOTONIC */
	/* who lost since that was last told, and in all */
	struct sot_talkers news[SOT_LOSS_KINDS], losers[SOT_LOSS_KINDS];
	struct {
		enum sot_probe_state state;
		uint64_t missed;
	} told_probe[SOT_PROBES_MAX]; /* as the stream has it */
	int64_t summary_ns;	      /* CLOCK_MONOTONIC, of the next; 0: at the end alone */
	struct sot_counts *counted;   /* --audit: room for what the kernel's side has counted */
	int64_t heartbeat_ns;	      /* CLOCK_MONOTONIC, of the next; 0: none */
	int64_t deadline_ns;	      /* CLOCK_MONOTONIC; 0: none */
	bool more;
	int command_status; /* -1: still running, or none */
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Into zeros; what is too long is cut. */
static void set_text(char *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len < size ? len : size - 1);
}

/* This one: what decoding needs of it, and what a recording tells. */
static void set_machine(struct sot_stream *stream)
{
	struct sot_machine *machine = &stream->machine;
	time_t now = time(NULL);
	struct utsname uts;
	bool known;
	struct tm tm;

	machine->boot_offset_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	machine->utc_offset_s = localtime_r(&now, &tm) ? (int)tm.tm_gmtoff : 0;
	machine->event_version = SOT_EVENT_VERSION;
	machine->pid_ns = sot_own_pid_ns(&known);
	machine->mnt_ns = sot_containers__host_mnt_ns(stream->containers);
	machine->page_size = (uint32_t)sysconf(_SC_PAGESIZE);
	set_text(machine->tool_version, sizeof(machine->tool_version), SOT_VERSION);
	if (uname(&uts))
		return;
	set_text(machine->architecture, sizeof(machine->architecture), uts.machine);
	set_text(machine->host_name, sizeof(machine->host_name), uts.nodename);
	set_text(machine->kernel_release, sizeof(machine->kernel_release), uts.release);
}

static int on_event(void *context, const void *data, size_t size, uint64_t facts)
{
	struct session *s = context;

	return sot_stream__event(&s->stream, data, size, facts);
}

/* Losses at once, what is left out as the user wants it once a second. */
static bool is_due(const struct session *s, enum sot_loss_kind kind,
		   const struct sot_totals *totals)
{
	if (sot_loss_total(&totals->loss[kind]) == sot_loss_total(&s->told[kind]))
		return false;
	return kind == SOT_LOST || s->stream.finishing ||
	       clock_ns(CLOCK_MONOTONIC) - s->told_ns[kind] >= NS_PER_S;
}

static void tell_kind(struct session *s, enum sot_loss_kind kind, const struct sot_loss *total)
{
	struct sot_loss_report report;
	struct sot_loss whole;
	size_t i;

	for (i = 0; i < SOT_REASONS; i++)
		whole.count[i] = total->count[i] - s->told[kind].count[i];
	sot_loss_report(&report, kind, &whole, &s->news[kind]);
	for (i = 0; i < s->news[kind].count; i++)
		sot_talkers_add(&s->losers[kind], &s->news[kind].talker[i]);
	s->news[kind].count = 0;
	s->told[kind] = *total;
	s->told_ns[kind] = clock_ns(CLOCK_MONOTONIC);
	sot_stream__loss(&s->stream, &report, clock_ns(CLOCK_REALTIME));
}

/* What was lost since it was last told goes into the stream, where it happened. */
static void tell_loss(struct session *s)
{
	bool due[SOT_LOSS_KINDS], any = false;
	struct sot_totals totals;
	size_t kind;

	sot_tracer__totals(s->tracer, &totals);
	for (kind = 0; kind < SOT_LOSS_KINDS; kind++)
		any |= due[kind] = is_due(s, kind, &totals);
	if (!any)
		return;
	sot_tracer__take_losses(s->tracer, s->news);
	sot_tracer__totals(s->tracer, &totals); /* again: now all that was taken is in them */
	for (kind = 0; kind < SOT_LOSS_KINDS; kind++)
		if (due[kind])
			tell_kind(s, kind, &totals.loss[kind]);
}

/* Whether all have it: one that has no room is to be told again. */
static bool tell_probe(struct session *s, const struct sot_probe *probe, enum sot_probe_state state,
		       uint64_t times)
{
	const struct sot_probe_news news = {
		.program = probe->program,
		.state = state,
		.call = state == SOT_PROBE_SILENT || state == SOT_PROBE_REPEATED ?
				sot_own_call_name(probe->call) :
				NULL,
		.times = times,
	};

	return sot_stream__probe(&s->stream, &news, clock_ns(CLOCK_REALTIME));
}

/* What has changed since it was last told; misses of the entry program are told as losses. */
static void tell_health(struct session *s)
{
	const struct sot_self_test_result *health = sot_tracer__health(s->tracer);
	const struct sot_probe *probe;
	uint64_t missed;
	size_t i;

	for (i = 0; i < health->count; i++) {
		probe = &health->probe[i];
		missed = probe->missed - s->told_probe[i].missed;
		if (probe->state != s->told_probe[i].state &&
		    tell_probe(s, probe, probe->state, probe->times))
			s->told_probe[i].state = probe->state;
		if (!probe->is_call && missed && tell_probe(s, probe, SOT_PROBE_NOT_RUN, missed))
			s->told_probe[i].missed = probe->missed;
	}
}

static void tell_untested(const struct session *s, const struct sot_probe *probe)
{
	enum sot_own_call call;
	int err = sot_self_test__obstacle(sot_tracer__health(s->tracer), probe, &call);

	if (s->cfg->verbose && err)
		sot_notice("the probe %s is not tested: %s: %s", probe->program,
			   sot_own_call_name(call), strerror(-err));
}

/* The test made when the tracer was opened: what is well is not worth a word. */
static void tell_first_test(struct session *s)
{
	const struct sot_self_test_result *health = sot_tracer__health(s->tracer);
	const struct sot_probe *probe;
	size_t i;

	for (i = 0; i < health->count; i++) {
		probe = &health->probe[i];
		s->told_probe[i].state = probe->state;
		if (probe->state == SOT_PROBE_UNTESTED)
			tell_untested(s, probe);
		if (probe->state != SOT_PROBE_SILENT && probe->state != SOT_PROBE_REPEATED)
			continue;
		s->told_probe[i].state = SOT_PROBE_FIRING;
		sot_error("the probe %s does not work: a %s call of our own reached it %" PRIu32
			  " times; records are missing or wrong, see sockopt-trace --doctor",
			  probe->program, sot_own_call_name(probe->call), probe->times);
	}
	if (health->err[SOT_OWN_64BIT])
		sot_notice("cannot test the probes: a call of our own failed: %s",
			   strerror(-health->err[SOT_OWN_64BIT]));
	tell_health(s);
}

static void heartbeat(struct session *s)
{
	int64_t now = clock_ns(CLOCK_MONOTONIC);

	if (!s->heartbeat_ns || now < s->heartbeat_ns)
		return;
	sot_tracer__self_test(s->tracer);
	tell_health(s);
	s->heartbeat_ns = now + (int64_t)(s->cfg->heartbeat * NS_PER_S);
}

static int add_tally(void *context, const struct sot_tally_key *key, const struct sot_tally *tally)
{
	sot_counts_add(context, key, tally);
	return 0;
}

/* Of all calls since the start. */
static void tell_summary(struct session *s)
{
	struct sot_counts *counts = s->stream.counts;
	struct sot_totals totals;

	sot_stream__summary_rest(&s->stream); /* of the last one */
	sot_counts_clear(counts);
	sot_tracer__tallies(s->tracer, add_tally, counts);
	sot_tracer__totals(s->tracer, &totals);
	if (s->stream.finishing) /* before, calls that have just begun are seen and not there yet */
		sot_counts_set_calls(counts, totals.seen - totals.filtered -
						     sot_loss_total(&totals.loss[SOT_LOST]));
	sot_stream__summary(&s->stream, clock_ns(CLOCK_REALTIME));
}

/* What the lost calls were, as far as they are privileged: the kernel's side has counted all. */
static const struct sot_counts *counted_of(struct session *s, const struct sot_totals *totals)
{
	if (!s->counted || !sot_loss_total(&totals->loss[SOT_LOST]))
		return NULL;
	sot_tracer__tallies(s->tracer, add_tally, s->counted);
	return s->counted;
}

static void summary_when_due(struct session *s)
{
	int64_t now = clock_ns(CLOCK_MONOTONIC);

	if (!s->summary_ns || !sot_stream__summary_rest(&s->stream) || now < s->summary_ns)
		return;
	tell_summary(s);
	while (s->summary_ns <= now)
		s->summary_ns += (int64_t)(s->cfg->summary_seconds * NS_PER_S);
}

/* ^C on a terminal reaches the command by itself: it is not to get it twice. */
static void forward_signal(struct session *s, const struct signalfd_siginfo *info)
{
	if (info->ssi_code != SI_KERNEL)
		kill(s->command.pid, (int)info->ssi_signo);
}

static void on_signal(struct session *s)
{
	struct signalfd_siginfo info;

	while (sot_stream__signal(&s->stream, &info)) {
		if (!s->command.pid && s->cfg->audit && info.ssi_signo == SIGHUP) {
			sot_reread__ask(&s->reread);
			continue;
		}
		if (sot_signal_ends(&info))
			s->stream.hurried = true;
		if (s->command.pid)
			forward_signal(s, &info);
		else if (s->stream.hurried)
			s->stream.ending = true;
	}
}

static int poll_timeout(const struct session *s)
{
	int64_t left;

	if (!s->deadline_ns)
		return POLL_MS;
	left = (s->deadline_ns - clock_ns(CLOCK_MONOTONIC)) / 1000000;
	return left < 0 ? 0 : left < POLL_MS ? (int)left : POLL_MS;
}

static void take_rules(struct session *s)
{
	struct sot_rules *rules = sot_reread__take(&s->reread);

	if (rules)
		sot_stream__take_rules(&s->stream, rules);
}

/* While a reader does not read it is left in the kernel, and what is lost there is told later. */
static void take_events(struct session *s)
{
	if (!sot_stream__has_room(&s->stream))
		return;
	s->more = sot_tracer__poll(s->tracer) != 0;
	tell_loss(s);
	heartbeat(s);
	summary_when_due(s);
	sot_stream__flush(&s->stream);
}

enum { FD_RING, FD_SIGNAL, FD_COMMAND, FD_RULES, FD_SINKS };

static void wait_and_fetch(struct session *s)
{
	struct pollfd fds[FD_SINKS + SOT_SINKS_MAX] = {
		[FD_RING] = { .fd = sot_tracer__fd(s->tracer), .events = POLLIN },
		[FD_SIGNAL] = { .fd = s->stream.signal_fd, .events = POLLIN },
		[FD_COMMAND] = { .fd = s->command.pid ? s->command.pidfd : -1, .events = POLLIN },
		[FD_RULES] = { .fd = s->reread.fd, .events = POLLIN },
	};
	size_t sinks = sot_stream__poll_fds(&s->stream, fds + FD_SINKS);

	if (!s->more)
		sot_tracer__sleeps(s->tracer);
	poll(fds, FD_SINKS + sinks, s->more ? 0 : poll_timeout(s));
	take_events(s);
	if (fds[FD_SIGNAL].revents)
		on_signal(s);
	if (fds[FD_RULES].revents)
		take_rules(s);
	if (s->command.pid && fds[FD_COMMAND].revents) {
		s->command_status = sot_command__status(&s->command);
		s->stream.ending = true;
	}
	if (s->cfg->pids_count && !s->cfg->command && !s->stream.ending &&
	    sot_tracer__pids_gone(s->tracer)) {
		sot_notice("all traced processes have ended");
		s->stream.ending = true;
	}
	sot_stream__polled(&s->stream, fds + FD_SINKS);
	if (s->deadline_ns && clock_ns(CLOCK_MONOTONIC) >= s->deadline_ns)
		s->stream.ending = s->stream.hurried = true;
}

static int open_cgroups(struct session *s)
{
	int fd;

	for (; s->cgroups_count < s->cfg->cgroups_count; s->cgroups_count++) {
		fd = sot_cgroup_open(s->cfg->cgroups[s->cgroups_count],
				     s->cfg->is_container[s->cgroups_count]);
		if (fd < 0)
			return fd;
		s->cgroup_fds[s->cgroups_count] = fd;
	}
	return 0;
}

static int check_pids(const struct sot_config *cfg)
{
	size_t i;
	int fd;

	for (i = 0; i < cfg->pids_count; i++) {
		if (kill((pid_t)cfg->pids[i], 0) && errno == ESRCH) {
			sot_error("no process has the id %" PRIu32 "; see ps for those that run",
				  cfg->pids[i]);
			return -ESRCH;
		}
		fd = (int)syscall(SYS_pidfd_open, (pid_t)cfg->pids[i], 0);
		if (fd >= 0) {
			close(fd);
		} else if (errno == EINVAL || errno == ENOENT) { /* kernel/pid.c, fork.c */
			sot_error("%" PRIu32 " is a thread's id, not a process's; see Tgid in "
				  "/proc/%" PRIu32 "/status",
				  cfg->pids[i], cfg->pids[i]);
			return -EINVAL;
		}
	}
	return 0;
}

/* From now on the kernel's side takes out who ends; who ended before that we do, zombies too. */
static void drop_ended(struct sot_tracer *tracer, const uint32_t *pids, size_t count)
{
	struct pollfd pfd = { .events = POLLIN };
	size_t i;

	for (i = 0; i < count; i++) {
		pfd.fd = (int)syscall(SYS_pidfd_open, (pid_t)pids[i], 0);
		if (pfd.fd < 0 ? errno == ESRCH : poll(&pfd, 1, 0) == 1)
			sot_tracer__remove_pid(tracer, pids[i]);
		if (pfd.fd >= 0)
			close(pfd.fd);
	}
}

static int open_tracer(struct session *s)
{
	const struct sot_config *cfg = s->cfg;
	uint32_t pids[SOT_LIST_MAX + 1];
	struct sot_tracer_config tc = {
		.attach = cfg->attach,
		.snapshot = cfg->snapshot,
		.rate = cfg->rate,
		.rate_seconds = cfg->rate_seconds,
		.buffer_kib = cfg->buffer_kib,
		.in_flight = cfg->in_flight,
		.count_only = cfg->summary,
		.count_events = cfg->audit,
		.no_values = cfg->no_values,
		.show_secrets = cfg->show_secrets,
		.failed = cfg->failed,
		.follow = cfg->follow || s->command.pid,
		.pids = pids,
		.pids_count = cfg->pids_count,
		.uids = cfg->uids,
		.uids_count = cfg->uids_count,
		.comms = cfg->comms,
		.comms_count = cfg->comms_count,
		.privileged = cfg->privileged,
		.audit = cfg->audit,
		.cgroup_fds = s->cgroup_fds,
		.cgroups_count = s->cgroups_count,
		.options = &cfg->options,
	};
	char storage[2048];
	struct sot_buf tried;
	int err;

	memcpy(pids, cfg->pids, cfg->pids_count * sizeof(pids[0]));
	if (s->command.pid)
		pids[tc.pids_count++] = (uint32_t)s->command.pid;
	sot_buf_init(&tried, storage, sizeof(storage));
	err = sot_tracer__open(&s->tracer, &tc, &tried);
	if (err) {
		sot_kernel__explain(cfg->attach, &tried);
		return err;
	}
	if (cfg->verbose && tried.len)
		sot_notice("tried in vain: %.*s", (int)tried.len, tried.data);
	sot_tracer__on_event(s->tracer, on_event, s);
	drop_ended(s->tracer, cfg->pids, cfg->pids_count);
	return cfg->follow ? sot_follow_descendants(s->tracer, pids, cfg->pids_count) : 0;
}

static void tell_attachment(struct session *s)
{
	struct sot_attached attached = { 0 };
	struct sot_buf unseen;

	set_text(attached.variant, sizeof(attached.variant),
		 sot_tracer__attachment(s->tracer)->variant);
	sot_buf_init(&unseen, attached.unseen, sizeof(attached.unseen) - 1);
	sot_tracer__unseen(s->tracer, &unseen);
	sot_notice("attached by %s%s%s", attached.variant, unseen.len ? "; cannot see: " : "",
		   attached.unseen);
	sot_stream__attached(&s->stream, &attached);
}

/* The alarm, for where we wait for a reader that does not read, comes after it. */
static void set_deadline(struct session *s)
{
	int64_t ns = (int64_t)(s->cfg->duration * NS_PER_S), us = ns / 1000 + 1;
	const struct itimerval alarm = { .it_value = { us / 1000000, us % 1000000 } };

	s->deadline_ns = clock_ns(CLOCK_MONOTONIC) + ns;
	setitimer(ITIMER_REAL, &alarm, NULL);
}

/* Everything that may fail, up to the first event. */
static int start(struct session *s)
{
	struct sot_stream *stream = &s->stream;
	bool names = sot_containers__ask(stream->containers);
	int err = sot_kernel__check()				?:
			  check_pids(s->cfg)			?:
			  sot_reread__start(&s->reread, s->cfg) ?:
			  open_cgroups(s)			?:
								  sot_stream__open(stream);

	if (!err && s->cfg->command)
		err = sot_command__prepare(&s->command, s->cfg->command, s->cfg->as_root,
					   &stream->old_mask);
	if (!err)
		err = open_tracer(s);
	if (!err) /* all is open, and the command, which keeps its own, has not run yet */
		err = sot_drop_capabilities(s->cfg->command, names) ?:
			      sot_confine(s->command.pid, names);
	if (err)
		return err;
	tell_attachment(s);
	tell_first_test(s);
	if (s->cfg->heartbeat > 0)
		s->heartbeat_ns =
			clock_ns(CLOCK_MONOTONIC) + (int64_t)(s->cfg->heartbeat * NS_PER_S);
	if (s->cfg->summary_seconds > 0)
		s->summary_ns =
			clock_ns(CLOCK_MONOTONIC) + (int64_t)(s->cfg->summary_seconds * NS_PER_S);
	if (s->cfg->duration > 0)
		set_deadline(s);
	err = s->cfg->command ? sot_command__start(&s->command, s->cfg->command) : 0;
	sot_tracer__forget_loading();
	return err;
}

/* A command that still runs when we end (a full disk, --count) goes on untraced. */
static void finish(struct session *s)
{
	struct sot_loss_report losers[SOT_LOSS_KINDS];
	struct sot_totals totals;
	size_t kind;

	sot_stream__finish(&s->stream);
	sot_tracer__stop(s->tracer);
	tell_loss(s);
	if (s->stream.counts)
		tell_summary(s);
	sot_tracer__totals(s->tracer, &totals);
	for (kind = 0; kind < SOT_LOSS_KINDS; kind++)
		sot_loss_report(&losers[kind], kind, &totals.loss[kind], &s->losers[kind]);
	sot_stream__end(&s->stream, &totals, losers, counted_of(s, &totals), true);
}

/* It goes on without us, and its signals still come by here. */
static void await_command(struct session *s)
{
	struct pollfd fds[] = { { .fd = s->command.pidfd, .events = POLLIN },
				{ .fd = s->stream.signal_fd, .events = POLLIN } };

	while (!fds[0].revents) {
		poll(fds, 2, -1);
		if (fds[1].revents)
			on_signal(s);
	}
	s->command_status = sot_command__status(&s->command);
}

static void release(struct session *s)
{
	size_t i;

	sot_tracer__free(s->tracer);
	for (i = 0; i < s->cgroups_count; i++)
		close(s->cgroup_fds[i]);
	sot_reread__end(&s->reread);
	sot_stream__release(&s->stream);
	free(s->counted);
	free(s);
}

int sot_session__run(const struct sot_config *cfg)
{
	bool huge_pages = !prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
	int status = SOT_EXIT_FAILURE;
	struct session *s;

	/* not 2 MB for a few bytes, before the first of them is touched */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	s = calloc(1, sizeof(*s));
	if (!s) {
		sot_error("out of memory");
		return status;
	}
	s->cfg = cfg;
	s->command_status = -1;
	s->command.huge_pages = huge_pages;
	s->reread.fd = -1;
	s->counted = cfg->audit ? calloc(1, sizeof(*s->counted)) : NULL;
	if (cfg->audit && !s->counted) {
		sot_error("out of memory");
		goto out;
	}
	if (sot_stream__init(&s->stream, cfg))
		goto out;
	set_machine(&s->stream);
	if (start(s)) {
		sot_command__free(&s->command);
		goto out;
	}
	while (!s->stream.ending)
		wait_and_fetch(s);
	finish(s);
	if (s->command.pid && !sot_stream__failed(&s->stream))
		await_command(s);
	status = sot_stream__status(&s->stream, s->command_status >= 0 ? s->command_status : 0);
out:
	release(s);
	return status;
}
