/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json_cache.h"
#include "lines.h"
#include "message.h"
#include "recording.h"

#define SINK_BUFFER (256 * 1024)
#define LAST_CALL_MS 1000
/*
 * The longest line: 4096 bytes of value as hex and as text, every byte of the names escaped; of
 * each finding, too.
 */
#define LINE_MAX_BYTES (128 * 1024)

struct sot_sink {
	const char *path; /* NULL: standard output */
	int fd;
	int wake_fd; /* -1: the last call */
	bool finishing;
	bool is_file;
	const struct sot_format *format;
	struct sot_style style;
	struct sot_buf buf;
	size_t torn; /* of a recording: how much of buf is the rest of a frame begun before */
	size_t summary_line; /* the next */
	uint64_t unwritten;
	int error; /* sticky */
	char storage[SINK_BUFFER];
};

static bool wants_colour(int fd)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");

	return isatty(fd) && !(no_colour && *no_colour) && term && strcmp(term, "dumb");
}

static unsigned int screen_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

/* A file that is there is to be ours alone, or somebody else would read along, or lose what is his. */
static int take_file(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	if (st.st_uid != geteuid())
		return -EPERM;
	if (st.st_nlink > 1)
		return -EMLINK;
	return fchmod(fd, 0600) || ftruncate(fd, 0) ? -errno : 0;
}

static int open_file(const char *path)
{
	/* never through a link that somebody else may have laid there; readable by us alone */
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	int err = fd < 0 ? errno : -take_file(fd);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	if (err == ELOOP)
		sot_error("cannot write to %s: it is a symbolic link, which is not followed; "
			  "name the file itself",
			  path);
	else if (err == EMLINK)
		sot_error("cannot write to %s: the file has other names, too; remove this one, or "
			  "name another file",
			  path);
	else if (fd >= 0 && err == EPERM)
		sot_error("cannot write to %s: the file belongs to another user; remove it, or "
			  "name another file",
			  path);
	else
		sot_error("cannot write to %s: %s; name a file that you may write with -o "
			  "FORMAT:FILE",
			  path, strerror(err));
	return -err;
}

int sot_sink__open(struct sot_sink **sink, const struct sot_output_config *cfg,
		   const struct sot_style *style, int wake_fd)
{
	struct stat st;
	struct sot_sink *s;
	int fd = cfg->path ? open_file(cfg->path) : STDOUT_FILENO;

	if (fd < 0)
		return fd;
	if (cfg->format == &sot_recording_format && isatty(fd)) {
		sot_error("cannot write a recording to a terminal; name a file with -w FILE, or "
			  "pipe it on");
		return -ENOTTY;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		if (cfg->path)
			close(fd);
		sot_error("cannot write to %s: out of memory", cfg->path ?: "standard output");
		return -ENOMEM;
	}
	s->path = cfg->path;
	s->fd = fd;
	s->wake_fd = wake_fd;
	s->is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);
	s->format = cfg->format;
	s->style = *style;
	s->style.colour = wants_colour(fd);
	s->style.width = screen_width(fd);
	if (s->format->event == sot_emit_json)
		s->style.cache = calloc(1, sizeof(*s->style.cache)); /* without it, it is slower */
	s->style.lines = calloc(1, sizeof(*s->style.lines));	     /* the same */
	sot_buf_init(&s->buf, s->storage, sizeof(s->storage));
	if (s->format->header && !style->no_events)
		s->format->header(&s->style, &s->buf);
	*sink = s;
	return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	for (; len; data += n, len -= (size_t)n) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -errno;
	}
	return 0;
}

int sot_sink__write_whole(const char *path, const struct sot_buf *buf)
{
	int fd = path ? open_file(path) : STDOUT_FILENO, err;

	if (fd < 0)
		return fd;
	err = buf->full ? -ENOSPC : write_all(fd, buf->data, buf->len);
	if (path && close(fd) && !err)
		err = -errno;
	if (err)
		sot_error("cannot write to %s: %s", path ?: "standard output", strerror(-err));
	return err;
}

static bool is_recording(const struct sot_sink *sink)
{
	return sink->format == &sot_recording_format;
}

static struct sot_frame_cut cut_lines(const char *data, size_t len, size_t done)
{
	struct sot_frame_cut cut = { .whole = done };
	size_t i;

	while (cut.whole && data[cut.whole - 1] != '\n')
		cut.whole--;
	for (i = done; i < len; i++)
		cut.events += data[i] == '\n';
	return cut;
}

static struct sot_frame_cut cut_at(const struct sot_sink *sink, size_t done)
{
	const struct sot_buf *buf = &sink->buf;

	return is_recording(sink) ? sot_cut_frames(buf->data, buf->len, sink->torn, done) :
				    cut_lines(buf->data, buf->len, done);
}

/* After a failure in the middle of a record: a file is cut back to its last whole one. */
static void give_up(struct sot_sink *sink, size_t done)
{
	const struct sot_frame_cut cut = cut_at(sink, done);
	off_t half = (off_t)(done - cut.whole), end;

	sink->unwritten += cut.events;
	if (!half || !sink->is_file)
		return;
	end = lseek(sink->fd, 0, SEEK_CUR);
	if (end >= half && ftruncate(sink->fd, end - half))
		return; /* the half record stays; the error is told anyway */
}

/* The rest is written later. */
static void keep_rest(struct sot_sink *sink, size_t done)
{
	sink->torn = cut_at(sink, done).rest;
	sink->buf.len -= done;
	memmove(sink->buf.data, sink->buf.data + done, sink->buf.len);
}

/*
 * Waits until a pipe or terminal takes at least PIPE_BUF bytes without blocking (pipe(7)): in
 * write(2) itself no signal that we block could reach us.
 */
static int wait_for_room(struct sot_sink *sink)
{
	struct pollfd fds[] = { { .fd = sink->fd, .events = POLLOUT },
				{ .fd = sink->wake_fd, .events = POLLIN } };
	int n;

	for (;;) {
		n = poll(fds, 2, sink->wake_fd < 0 ? LAST_CALL_MS : -1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (fds[0].revents)
			return 0;
		if (!n)
			return -ETIMEDOUT;
		if (!sink->finishing)
			return -EAGAIN;
		sink->wake_fd = fds[1].fd = -1;
	}
}

/* A file takes everything; what may block gets little enough that it does not. */
static ssize_t write_some(struct sot_sink *sink, const char *data, size_t len)
{
	ssize_t n;
	int err;

	if (!sink->is_file) {
		err = wait_for_room(sink);
		if (err)
			return err;
		len = len < PIPE_BUF ? len : PIPE_BUF;
	}
	n = write(sink->fd, data, len);
	return n >= 0 ? n : errno == EINTR ? 0 : -errno;
}

int sot_sink__flush(struct sot_sink *sink)
{
	size_t done = 0;
	ssize_t n = 0;

	while (!sink->error && done < sink->buf.len) {
		n = write_some(sink, sink->buf.data + done, sink->buf.len - done);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	if (n == -EAGAIN) {
		keep_rest(sink, done);
		return -EAGAIN;
	}
	if (n < 0)
		sink->error = (int)-n;
	if (done < sink->buf.len)
		give_up(sink, done);
	sink->buf.len = sink->torn = 0;
	return -sink->error;
}

/* 0 or -EAGAIN: there is room, though after -EAGAIN perhaps not for the longest line. */
static int room_for_line(struct sot_sink *sink)
{
	return sink->buf.size - sink->buf.len < LINE_MAX_BYTES ? sot_sink__flush(sink) :
								 -sink->error;
}

bool sot_sink__knows(const struct sot_sink *sink, const struct sot_record *rec)
{
	return sot_line_known(sink->format, rec, &sink->style);
}

int sot_sink__event(struct sot_sink *sink, const struct sot_record *rec)
{
	int room = room_for_line(sink), err = room == -EAGAIN ? 0 : room;

	if (!err)
		err = sot_line_event(sink->format, rec, &sink->style, &sink->buf);
	if (!err)
		return room;
	sink->unwritten++;
	return err;
}

int sot_sink__loss(struct sot_sink *sink, const struct sot_loss_report *report, int64_t time_ns)
{
	int room = room_for_line(sink);

	if (room && room != -EAGAIN)
		return room;
	return sink->format->loss(report, time_ns, &sink->style, &sink->buf);
}

int sot_sink__probe(struct sot_sink *sink, const struct sot_probe_news *news, int64_t time_ns)
{
	int room = room_for_line(sink);

	if (room && room != -EAGAIN)
		return room;
	return sink->format->probe(news, time_ns, &sink->style, &sink->buf);
}

struct sot_buf *sot_sink__room(struct sot_sink *sink)
{
	int room = room_for_line(sink);

	return room && room != -EAGAIN ? NULL : &sink->buf;
}

/* After a failure, too, all lines are handed over: how many are missing is told. */
int sot_sink__summary(struct sot_sink *sink, const struct sot_counts *summary, int64_t time_ns)
{
	int ret;

	for (;; sink->summary_line++) {
		if (room_for_line(sink) == -EAGAIN)
			return -EAGAIN;
		ret = sink->format->summary(summary, sink->summary_line, time_ns, &sink->style,
					    &sink->buf);
		if (ret == SOT_COUNTS_END)
			break;
		if (ret < 0)
			return ret;
	}
	sink->summary_line = 0;
	return -sink->error;
}

int sot_sink__make_room(struct sot_sink *sink)
{
	return room_for_line(sink);
}

void sot_sink__finish(struct sot_sink *sink, bool at_once)
{
	sink->finishing = true;
	if (at_once)
		sink->wake_fd = -1;
}

int sot_sink__fd(const struct sot_sink *sink)
{
	return sink->fd;
}

uint64_t sot_sink__unwritten(const struct sot_sink *sink)
{
	return sink->unwritten;
}

const char *sot_sink__name(const struct sot_sink *sink)
{
	return sink->path ?: "standard output";
}

void sot_sink__free(struct sot_sink *sink)
{
	if (!sink)
		return;
	if (sink->path)
		close(sink->fd);
	free(sink->style.cache);
	free(sink->style.lines);
	free(sink);
}
