/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A recording's bytes, frame by frame. */
#include "recording.h"

#include <errno.h>

#include "lines.h"

/* Frames that whoever reads must know: without them the rest says something else. */
static const bool needed[] = {
	[SOT_FRAME_MACHINE] = true, [SOT_FRAME_EVENT] = true, [SOT_FRAME_LOSS] = true,
	[SOT_FRAME_END] = true,	    [SOT_FRAME_AGAIN] = true,
};

static struct sot_frame_head head_of(enum sot_frame_type type, size_t len)
{
	return (struct sot_frame_head){
		.len = (uint32_t)len,
		.type = (uint16_t)type,
		.flags = type < sizeof(needed) && needed[type] ? SOT_FRAME_NEEDED : 0,
	};
}

/* Returns where the frame begins, for finish(). */
static size_t begin(struct sot_buf *buf, enum sot_frame_type type, size_t len)
{
	const struct sot_frame_head head = head_of(type, len);
	size_t start = buf->len;

	sot_buf_put(buf, &head, sizeof(head));
	return start;
}

/* Pads. All or nothing: a frame that did not fit is taken back. */
static int finish(struct sot_buf *buf, size_t start)
{
	static const char zeros[SOT_RECORDING_ALIGN];

	sot_buf_put(buf, zeros, -(buf->len - start) % SOT_RECORDING_ALIGN);
	if (!buf->full)
		return 0;
	buf->len = start;
	buf->full = false;
	return -ENOSPC;
}

/* A whole one: room is asked for once, and the padding lies below what is put over it. */
static int put_frame(struct sot_buf *buf, enum sot_frame_type type, const void *data, size_t len)
{
	const struct sot_frame_head head = head_of(type, len);
	size_t whole = sizeof(head) + len + -len % SOT_RECORDING_ALIGN;
	char *to = buf->data + buf->len;

	if (whole > buf->size - buf->len)
		return -ENOSPC;
	memset(to + whole - SOT_RECORDING_ALIGN, 0, SOT_RECORDING_ALIGN);
	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), data, len);
	buf->len += whole;
	return 0;
}

static int put_header(const struct sot_style *style, struct sot_buf *buf)
{
	const struct sot_recording_start first = {
		.magic = { SOT_RECORDING_MAGIC[0], 'S', 'O', 'T', '\r', '\n', '\x1a', '\n' },
		.byte_order = SOT_RECORDING_ORDER,
		.version = SOT_RECORDING_VERSION,
	};

	sot_buf_put(buf, &first, sizeof(first));
	return put_frame(buf, SOT_FRAME_MACHINE, style->machine, sizeof(*style->machine));
}

_Static_assert(SOT_LINE_EVENT_MAX <= SOT_AGAIN_BYTES, "what is kept here the reader keeps, too");

/* The most frequent one, of known length: a few moves. */
static int put_again(const struct sot_event *ev, uint64_t back, struct sot_buf *buf)
{
	const struct {
		struct sot_frame_head head;
		struct sot_recorded_again again;
	} frame = {
		.head = head_of(SOT_FRAME_AGAIN, sizeof(frame.again)),
		.again = { .time = ev->time,
			   .duration_ns = ev->duration_ns,
			   .cpu = ev->cpu,
			   .back = (uint32_t)back },
	};

	if (sizeof(frame) > buf->size - buf->len)
		return -ENOSPC;
	memcpy(buf->data + buf->len, &frame, sizeof(frame));
	buf->len += sizeof(frame);
	return 0;
}

/* line: to serve for those that come again; NULL: none can. Apart, as in lines.c. */
static __attribute__((noinline)) int put_first(const struct sot_event *ev, struct sot_lines *lines,
					       struct sot_line *line, struct sot_buf *buf)
{
	int err = put_frame(buf, SOT_FRAME_EVENT, ev, ev->size);

	if (err || !lines)
		return err;
	lines->frames++;
	if (line)
		line->number = lines->frames;
	return 0;
}

static int put_event(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf)
{
	struct sot_lines *lines = style->lines;
	struct sot_line *line = lines ? sot_line_find(lines, rec) : NULL;

	if (line && line->number && lines->frames - line->number < SOT_AGAIN_MAX)
		return put_again(rec->ev, lines->frames - line->number + 1, buf);
	return put_first(rec->ev, lines, line, buf);
}

static int put_report(enum sot_frame_type type, const struct sot_loss_report *report,
		      int64_t time_ns, struct sot_buf *buf)
{
	const struct sot_recorded_loss head = { .time_ns = time_ns,
						.kind = report->kind,
						.reasons = SOT_REASONS,
						.talkers = (uint32_t)report->talkers_count };
	size_t counts = sizeof(report->whole.count), i, start;
	const struct sot_talker *talker = report->talker;

	start = begin(buf, type,
		      sizeof(head) + 2 * counts +
			      report->talkers_count *
				      (sizeof(talker->process) + sizeof(talker->comm) + counts));
	sot_buf_put(buf, &head, sizeof(head));
	sot_buf_put(buf, report->whole.count, counts);
	sot_buf_put(buf, report->others.count, counts);
	for (i = 0; i < report->talkers_count; i++, talker++) {
		sot_buf_put(buf, &talker->process, sizeof(talker->process));
		sot_buf_put(buf, talker->comm, sizeof(talker->comm));
		sot_buf_put(buf, talker->loss.count, counts);
	}
	return finish(buf, start);
}

static int put_loss(const struct sot_loss_report *report, int64_t time_ns,
		    const struct sot_style *style, struct sot_buf *buf)
{
	(void)style;
	return put_report(SOT_FRAME_LOSS, report, time_ns, buf);
}

int sot_put_losers(const struct sot_loss_report *report, struct sot_buf *buf)
{
	return put_report(SOT_FRAME_LOSERS, report, 0, buf);
}

static void set_text(char *to, size_t size, const char *text)
{
	size_t len = text ? strnlen(text, size - 1) : 0;

	if (len)
		memcpy(to, text, len);
}

static int put_probe(const struct sot_probe_news *news, int64_t time_ns,
		     const struct sot_style *style, struct sot_buf *buf)
{
	struct sot_recorded_probe probe = { .time_ns = time_ns,
					    .times = news->times,
					    .state = news->state };

	(void)style;
	set_text(probe.program, sizeof(probe.program), news->program);
	set_text(probe.call, sizeof(probe.call), news->call);
	return put_frame(buf, SOT_FRAME_PROBE, &probe, sizeof(probe));
}

int sot_put_attached(const struct sot_attached *attached, struct sot_buf *buf)
{
	return put_frame(buf, SOT_FRAME_ATTACHED, attached, sizeof(*attached));
}

int sot_put_cgroup(uint64_t id, const char *path, struct sot_buf *buf)
{
	const struct sot_recorded_cgroup cgroup = { .id = id };
	size_t len = strlen(path), start = begin(buf, SOT_FRAME_CGROUP, sizeof(cgroup) + len);

	sot_buf_put(buf, &cgroup, sizeof(cgroup));
	sot_buf_put(buf, path, len);
	return finish(buf, start);
}

int sot_put_interface(uint32_t net_ns, uint32_t index, const char *name, struct sot_buf *buf)
{
	struct sot_recorded_interface interface = { .net_ns = net_ns, .index = index };

	set_text(interface.name, sizeof(interface.name), name);
	return put_frame(buf, SOT_FRAME_INTERFACE, &interface, sizeof(interface));
}

int sot_put_end(const struct sot_recording_end *end, struct sot_buf *buf)
{
	const struct sot_totals *totals = &end->totals;
	const struct sot_recorded_end head = {
		.events = end->events,
		.unflagged = end->unflagged,
		.malformed = end->malformed,
		.seen = totals->seen,
		.filtered = totals->filtered,
		.emitted = totals->emitted,
		.no_return = totals->no_return,
		.unfollowed = totals->unfollowed,
		.reasons = SOT_REASONS,
	};
	struct sot_loss lost;
	size_t i, start = begin(buf, SOT_FRAME_END, sizeof(head) + sizeof(lost.count));

	for (i = 0; i < SOT_REASONS; i++)
		lost.count[i] = totals->loss[sot_reasons[i].kind].count[i];
	sot_buf_put(buf, &head, sizeof(head));
	sot_buf_put(buf, lost.count, sizeof(lost.count));
	return finish(buf, start);
}

struct sot_frame_cut sot_cut_frames(const void *data, size_t len, size_t skip, size_t done)
{
	struct sot_frame_cut cut = { .events = skip > done, .rest = skip > done ? skip - done : 0 };
	struct sot_frame_head head;
	size_t at, next;

	for (at = skip; at < len; at = next) {
		memcpy(&head, (const char *)data + at, sizeof(head));
		next = at + sizeof(head) + (head.len + 7) / 8 * 8;
		if (!memcmp(&head, SOT_RECORDING_MAGIC, sizeof(head)))
			next = at + sizeof(struct sot_recording_start);
		if (at <= done)
			cut.whole = at;
		if (at < done && next > done)
			cut.rest = next - done;
		if (next > done)
			cut.events += head.type == SOT_FRAME_EVENT || head.type == SOT_FRAME_AGAIN;
	}
	if (len == done)
		cut.whole = done;
	return cut;
}

const struct sot_format sot_recording_format = {
	.name = "recording",
	.event = put_event,
	.loss = put_loss,
	.probe = put_probe,
	.header = put_header,
};
