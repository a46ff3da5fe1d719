/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capabilities.h"
#include "confine.h"
#include "message.h"
#include "select.h"
#include "stream.h"

#define BLOCK (4 * SOT_FRAME_MAX)

struct replay {
	const struct sot_config *cfg;
	struct sot_stream stream;
	struct sot_reader reader;
	struct sot_recording_end
		end; /* the whole: told at the end, till then what was read of it */
	struct sot_loss_report losers[SOT_LOSS_KINDS];
	uint64_t unwanted; /* events that are not asked for */
	bool opened;	   /* the outputs */
	bool failed;
	int fd;
	size_t from, to; /* what of the block is not used up */
	union {
		uint64_t align;
		char block[BLOCK];
	};
};

static const char *name_of(const struct sot_config *cfg)
{
	return strcmp(cfg->read, "-") ? cfg->read : "standard input";
}

static int open_recording(struct replay *r)
{
	int err;

	r->fd = STDIN_FILENO;
	if (strcmp(r->cfg->read, "-"))
		r->fd = open(r->cfg->read, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (r->fd >= 0)
		return 0;
	err = errno;
	sot_error("cannot read %s: %s; name a file that -w has written and you may read",
		  r->cfg->read, strerror(err));
	return -err;
}

/* Writing it anew while it is read would leave nothing of it. */
static int check_outputs(const struct replay *r)
{
	struct stat in, out;
	const char *path;
	size_t i;

	if (fstat(r->fd, &in))
		return -errno;
	for (i = 0; i < r->cfg->outputs_count; i++) {
		path = r->cfg->outputs[i].path;
		if (!path || stat(path, &out) || in.st_dev != out.st_dev || in.st_ino != out.st_ino)
			continue;
		sot_error("cannot write to %s: it is the recording that is replayed; "
			  "name another file",
			  path);
		return -EINVAL;
	}
	return 0;
}

/* Whose events they are decides how all that follows is told. */
static int on_machine(struct replay *r, const struct sot_frame *frame)
{
	r->stream.machine = *frame->machine;
	sot_containers__replay(r->stream.containers, r->cfg, frame->machine->mnt_ns);
	/* all is open; what comes now may be anybody's bytes */
	r->opened = !check_outputs(r) && !sot_stream__open(&r->stream) &&
		    !sot_drop_all_capabilities() && !sot_confine(0, false);
	return r->opened ? 0 : -EINVAL;
}

static int on_attached(struct replay *r, const struct sot_frame *frame)
{
	const struct sot_machine *machine = &r->stream.machine;
	const struct sot_attached *attached = frame->attached;

	sot_notice("recorded on %s (Linux %s, %s) by sockopt-trace %s, attached by %s%s%s",
		   machine->host_name, machine->kernel_release, machine->architecture,
		   machine->tool_version, attached->variant,
		   *attached->unseen ? "; cannot see: " : "", attached->unseen);
	sot_stream__attached(&r->stream, attached);
	return 0;
}

static void on_signals(struct replay *r)
{
	struct signalfd_siginfo info;

	while (sot_stream__signal(&r->stream, &info))
		if (sot_signal_ends(&info))
			r->stream.ending = r->stream.hurried = true;
}

static int on_event(struct replay *r, const struct sot_frame *frame)
{
	struct sot_record *rec = &r->stream.record;

	if (!sot_view(frame->data, frame->len, rec) &&
	    (!sot_select_event(r->cfg, &r->stream.machine, rec->ev) ||
	     (r->cfg->cgroups_count && !sot_containers__wanted(r->stream.containers, rec->ev)))) {
		r->unwanted++;
		return 0;
	}
	if (sot_stream__event(&r->stream, frame->data, frame->len, 0))
		on_signals(r); /* until they are taken no output waits for its reader */
	return 0;
}

static int on_cgroup(struct replay *r, const struct sot_frame *frame)
{
	char path[PATH_MAX];

	if (frame->cgroup.path_len >= sizeof(path))
		return 0; /* longer than any */
	memcpy(path, frame->cgroup.path, frame->cgroup.path_len);
	path[frame->cgroup.path_len] = '\0';
	sot_containers__learn(r->stream.containers, frame->cgroup.id, path);
	return 0;
}

static int on_interface(struct replay *r, const struct sot_frame *frame)
{
	sot_interfaces__learn(&r->stream.interfaces, frame->interface->net_ns,
			      frame->interface->index, frame->interface->name);
	return 0;
}

static int on_loss(struct replay *r, const struct sot_frame *frame)
{
	struct sot_loss *whole = &r->end.totals.loss[frame->report.kind];
	size_t i;

	for (i = 0; i < SOT_REASONS; i++)
		whole->count[i] += frame->report.whole.count[i];
	sot_stream__loss(&r->stream, &frame->report, frame->time_ns);
	return 0;
}

static int on_losers(struct replay *r, const struct sot_frame *frame)
{
	r->losers[frame->report.kind] = frame->report;
	return 0;
}

static int on_probe(struct replay *r, const struct sot_frame *frame)
{
	sot_stream__probe(&r->stream, &frame->news, frame->time_ns);
	return 0;
}

static int on_end(struct replay *r, const struct sot_frame *frame)
{
	r->end = frame->end;
	return 0;
}

static int (*const handlers[])(struct replay *r, const struct sot_frame *frame) = {
	[SOT_FRAME_MACHINE] = on_machine,
	[SOT_FRAME_ATTACHED] = on_attached,
	[SOT_FRAME_EVENT] = on_event,
	[SOT_FRAME_CGROUP] = on_cgroup,
	[SOT_FRAME_INTERFACE] = on_interface,
	[SOT_FRAME_LOSS] = on_loss,
	[SOT_FRAME_LOSERS] = on_losers,
	[SOT_FRAME_PROBE] = on_probe,
	[SOT_FRAME_END] = on_end,
};

enum { FD_READ, FD_SIGNAL, FD_SINKS };

/*
 * For something to read, a signal or an output; where that takes time, what was read is handed on
 * before. Returns whether there is something to read.
 */
static bool wait_for_bytes(struct replay *r)
{
	struct pollfd fds[FD_SINKS + SOT_SINKS_MAX] = {
		[FD_READ] = { .fd = r->fd, .events = POLLIN },
		[FD_SIGNAL] = { .fd = r->stream.signal_fd, .events = POLLIN },
	};
	size_t sinks = r->opened ? sot_stream__poll_fds(&r->stream, fds + FD_SINKS) : 0;

	if (!poll(fds, FD_SINKS + sinks, 0)) {
		if (r->opened)
			sot_stream__flush(&r->stream);
		poll(fds, FD_SINKS + sinks, -1);
	}
	if (fds[FD_SIGNAL].revents)
		on_signals(r);
	if (r->opened)
		sot_stream__polled(&r->stream, fds + FD_SINKS);
	return fds[FD_READ].revents;
}

/* More behind what is not used up. Returns the number of bytes, 0 at the end, or a negative errno. */
static ssize_t fetch(struct replay *r)
{
	ssize_t n;

	memmove(r->block, r->block + r->from, r->to - r->from);
	r->to -= r->from;
	r->from = 0;
	/* in read(2) itself no signal that we block could reach us */
	while (!wait_for_bytes(r) && !r->stream.ending)
		;
	if (r->stream.ending)
		return 0;
	do
		n = read(r->fd, r->block + r->to, sizeof(r->block) - r->to);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	r->to += (size_t)n;
	return n;
}

static void tell_damage(struct replay *r, const struct sot_buf *why)
{
	if (r->opened)
		sot_stream__flush(&r->stream);
	sot_error("%s: %.*s; %s", name_of(r->cfg), (int)why->len, why->data,
		  r->opened ? "what stands before was replayed" : "nothing was replayed");
	r->failed = true;
}

/* Whole frames of what was read. Returns 0 when more is needed, else a negative errno. */
static int use_up(struct replay *r, struct sot_buf *why)
{
	struct sot_frame frame;
	int used, err = 0;

	while (!err && !r->stream.ending) {
		used = sot_reader__next(&r->reader, r->block + r->from, r->to - r->from, &frame,
					why);
		if (used <= 0)
			return used;
		r->from += (size_t)used;
		if (frame.type)
			err = handlers[frame.type](r, &frame);
	}
	return err;
}

static void read_on(struct replay *r)
{
	char sentence[512];
	struct sot_buf why;
	ssize_t n = 0;
	int err = 0;

	sot_buf_init(&why, sentence, sizeof(sentence));
	while (!r->stream.ending && !err) {
		n = fetch(r);
		if (n <= 0)
			break;
		err = use_up(r, &why);
	}
	r->failed = err;
	if (n < 0) {
		sot_error("cannot read %s: %s", name_of(r->cfg), strerror((int)-n));
		r->failed = true;
	} else if (!err && !r->stream.ending) {
		sot_reader__finish(&r->reader, r->to - r->from, &why);
	}
	if (why.len)
		tell_damage(r, &why);
}

static void finish(struct replay *r)
{
	struct sot_totals *totals = &r->end.totals;

	totals->filtered += r->unwanted;
	r->stream.unflagged += r->end.unflagged;
	r->stream.malformed += r->end.malformed;
	sot_stream__finish(&r->stream);
	if (r->stream.counts) /* times may be anybody's: unsigned they wrap */
		sot_stream__summary(&r->stream,
				    (int64_t)(r->stream.last_ns +
					      (uint64_t)r->stream.machine.boot_offset_ns));
	sot_stream__end(&r->stream, totals, r->losers, NULL, !r->failed);
	if (sot_stream__failed(&r->stream) && r->reader.state != SOT_READER_ENDED)
		sot_notice("what stands in the recording from byte %" PRIu64 " on was not replayed",
			   r->reader.offset);
	if (r->reader.unknown)
		sot_notice("%" PRIu64 " frames of the recording are of a newer sockopt-trace and "
			   "were passed over",
			   r->reader.unknown);
}

int sot_replay__run(const struct sot_config *cfg)
{
	struct replay *r = calloc(1, sizeof(*r));
	bool failed;
	int status;

	if (!r) {
		sot_error("out of memory");
		return SOT_EXIT_FAILURE;
	}
	r->cfg = cfg;
	r->stream.signal_fd = -1;
	/* before signals are blocked: a FIFO waits here for who writes it */
	failed = open_recording(r) || sot_stream__init(&r->stream, cfg);
	if (!failed) {
		r->stream.interfaces.replayed = true;
		read_on(r);
		if (r->opened)
			finish(r);
		failed = r->failed || !r->opened;
	}
	status = failed ? SOT_EXIT_FAILURE : sot_stream__status(&r->stream, 0);
	sot_stream__release(&r->stream);
	if (r->fd > STDIN_FILENO)
		close(r->fd);
	free(r);
	return status;
}
