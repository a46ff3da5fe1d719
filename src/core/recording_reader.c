/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads what anybody may have written: nothing in it is believed before it was looked at. */
#include <errno.h>

#include "recording.h"

#define PASS_OVER 1

/* "it ... at byte 17" */
static int refuse(const struct sot_reader *reader, const char *why, struct sot_buf *err)
{
	sot_buf_str(err, why);
	sot_buf_str(err, " at byte ");
	sot_buf_uint(err, reader->offset);
	return -EBADMSG;
}

static int refuse_numbers(const char *before, uint64_t theirs, const char *between, uint64_t ours,
			  struct sot_buf *err)
{
	sot_buf_str(err, before);
	sot_buf_uint(err, theirs);
	sot_buf_str(err, between);
	sot_buf_uint(err, ours);
	return -EBADMSG;
}

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

#define IS_TEXT(_array) is_text(_array, sizeof(_array))

/* Each: 0, PASS_OVER, or -EBADMSG. frame->data and len are set; len is at least the row's. */
static int parse_machine(struct sot_frame *frame)
{
	const struct sot_machine *machine = frame->data;

	frame->machine = machine;
	return IS_TEXT(machine->architecture) && IS_TEXT(machine->tool_version) &&
			       IS_TEXT(machine->host_name) && IS_TEXT(machine->kernel_release) ?
		       0 :
		       -EBADMSG;
}

static int parse_attached(struct sot_frame *frame)
{
	frame->attached = frame->data;
	return IS_TEXT(frame->attached->variant) && IS_TEXT(frame->attached->unseen) ? 0 : -EBADMSG;
}

static int parse_event(struct sot_frame *frame)
{
	(void)frame; /* sot_decode looks into it */
	return 0;
}

static void remember(struct sot_reader *reader, const struct sot_frame *frame)
{
	size_t place = ++reader->frames % SOT_AGAIN_MAX;
	bool fits = frame->len >= sizeof(struct sot_event) && frame->len <= SOT_AGAIN_BYTES;

	reader->last[place].len = fits ? frame->len : 0;
	if (fits)
		memcpy(reader->last[place].event, frame->data, frame->len);
}

/* Makes it the event that it stands for. */
static int recall(struct sot_reader *reader, struct sot_frame *frame)
{
	const struct sot_recorded_again *again = frame->data;
	size_t place = (reader->frames + 1 - again->back) % SOT_AGAIN_MAX;
	struct sot_event *ev = (void *)reader->last[place].event;

	if (!again->back || again->back > SOT_AGAIN_MAX || !reader->last[place].len)
		return -EBADMSG;
	ev->time = again->time;
	ev->duration_ns = again->duration_ns;
	ev->cpu = again->cpu;
	frame->data = ev;
	frame->len = reader->last[place].len;
	return 0;
}

static int parse_cgroup(struct sot_frame *frame)
{
	const struct sot_recorded_cgroup *cgroup = frame->data;

	frame->cgroup.id = cgroup->id;
	frame->cgroup.path = cgroup->path;
	frame->cgroup.path_len = frame->len - sizeof(*cgroup);
	return memchr(cgroup->path, '\0', frame->cgroup.path_len) ? -EBADMSG : 0;
}

static int parse_interface(struct sot_frame *frame)
{
	frame->interface = frame->data;
	return IS_TEXT(frame->interface->name) ? 0 : -EBADMSG;
}

/* Takes `reasons` numbers from *from on into *loss, but those of newer ones; its others are 0. */
static void take_loss(struct sot_loss *loss, const char **from, size_t reasons)
{
	memset(loss, 0, sizeof(*loss));
	memcpy(loss->count, *from,
	       (reasons < SOT_REASONS ? reasons : SOT_REASONS) * sizeof(uint64_t));
	*from += reasons * sizeof(uint64_t);
}

static void take_talker(struct sot_talker *talker, const char **from, size_t reasons)
{
	memcpy(&talker->process, *from, sizeof(talker->process));
	*from += sizeof(talker->process);
	memcpy(talker->comm, *from, sizeof(talker->comm));
	*from += sizeof(talker->comm);
	take_loss(&talker->loss, from, reasons);
}

static int parse_loss(struct sot_frame *frame)
{
	const struct sot_recorded_loss *loss = frame->data;
	struct sot_loss_report *report = &frame->report;
	const char *from = (const char *)loss->counts;
	size_t i, counts;

	if (loss->kind >= SOT_LOSS_KINDS)
		return PASS_OVER; /* a newer one's */
	counts = loss->reasons * sizeof(uint64_t);
	if (loss->talkers > SOT_TALKERS_TOLD ||
	    frame->len < sizeof(*loss) + 2 * counts +
				 loss->talkers * (sizeof(report->talker->process) +
						  sizeof(report->talker->comm) + counts))
		return -EBADMSG;
	for (i = SOT_REASONS; i < loss->reasons; i++)
		if (loss->counts[i])
			return PASS_OVER; /* it would tell less than was lost */
	frame->time_ns = loss->time_ns;
	report->kind = loss->kind;
	report->talkers_count = loss->talkers;
	take_loss(&report->whole, &from, loss->reasons);
	take_loss(&report->others, &from, loss->reasons);
	for (i = 0; i < loss->talkers; i++)
		take_talker(&report->talker[i], &from, loss->reasons);
	return 0;
}

static int parse_probe(struct sot_frame *frame)
{
	const struct sot_recorded_probe *probe = frame->data;

	if (!IS_TEXT(probe->program) || !IS_TEXT(probe->call))
		return -EBADMSG;
	if (probe->state > SOT_PROBE_DETACHED)
		return PASS_OVER;
	frame->time_ns = probe->time_ns;
	frame->news = (struct sot_probe_news){ .program = probe->program,
					       .state = probe->state,
					       .call = *probe->call ? probe->call : NULL,
					       .times = probe->times };
	return 0;
}

static int parse_end(struct sot_frame *frame)
{
	const struct sot_recorded_end *end = frame->data;
	struct sot_totals *totals = &frame->end.totals;
	size_t i;

	if (end->reasons > (frame->len - sizeof(*end)) / sizeof(end->lost[0]))
		return -EBADMSG;
	memset(&frame->end, 0, sizeof(frame->end));
	frame->end.events = end->events;
	frame->end.unflagged = end->unflagged;
	frame->end.malformed = end->malformed;
	totals->seen = end->seen;
	totals->filtered = end->filtered;
	totals->emitted = end->emitted;
	totals->no_return = end->no_return;
	totals->unfollowed = end->unfollowed;
	for (i = 0; i < SOT_REASONS && i < end->reasons; i++)
		totals->loss[sot_reasons[i].kind].count[i] = end->lost[i];
	return 0;
}

static const struct {
	size_t least; /* bytes of payload */
	int (*parse)(struct sot_frame *frame);
} types[] = {
	[SOT_FRAME_MACHINE] = { sizeof(struct sot_machine), parse_machine },
	[SOT_FRAME_ATTACHED] = { sizeof(struct sot_attached), parse_attached },
	[SOT_FRAME_EVENT] = { 0, parse_event },
	[SOT_FRAME_CGROUP] = { sizeof(struct sot_recorded_cgroup), parse_cgroup },
	[SOT_FRAME_INTERFACE] = { sizeof(struct sot_recorded_interface), parse_interface },
	[SOT_FRAME_LOSS] = { sizeof(struct sot_recorded_loss), parse_loss },
	[SOT_FRAME_LOSERS] = { sizeof(struct sot_recorded_loss), parse_loss },
	[SOT_FRAME_PROBE] = { sizeof(struct sot_recorded_probe), parse_probe },
	[SOT_FRAME_END] = { sizeof(struct sot_recorded_end), parse_end },
	[SOT_FRAME_AGAIN] = { sizeof(struct sot_recorded_again), parse_event },
};

static int read_start(struct sot_reader *reader, const struct sot_recording_start *start,
		      struct sot_buf *err)
{
	if (memcmp(start->magic, SOT_RECORDING_MAGIC, sizeof(start->magic)))
		return refuse(reader, "it is no recording of sockopt-trace: its mark is missing",
			      err);
	if (start->byte_order == __builtin_bswap32(SOT_RECORDING_ORDER))
		return refuse(reader,
			      "its numbers are in the other byte order, which is not read: "
			      "replay it on a machine like its own; it says so",
			      err);
	if (start->byte_order != SOT_RECORDING_ORDER)
		return refuse(reader, "its mark of the byte order is none, it is damaged", err);
	if (start->version != SOT_RECORDING_VERSION)
		return refuse_numbers("its format has version ", start->version,
				      ", this sockopt-trace reads version ", SOT_RECORDING_VERSION,
				      err);
	reader->state = SOT_READER_MACHINE;
	return 0;
}

static int check_order(const struct sot_reader *reader, uint16_t type, struct sot_buf *err)
{
	if (reader->state == SOT_READER_MACHINE && type != SOT_FRAME_MACHINE)
		return refuse(reader, "it does not begin with the machine that it was made on",
			      err);
	if (reader->state == SOT_READER_FRAMES && type == SOT_FRAME_MACHINE)
		return refuse(reader, "it names a second machine", err);
	return 0;
}

/* What is known by now decides whether the next frames can be understood. */
static int after_frame(struct sot_reader *reader, const struct sot_frame *frame,
		       struct sot_buf *err)
{
	if (frame->type == SOT_FRAME_EVENT)
		reader->events++;
	if (frame->type == SOT_FRAME_MACHINE) {
		reader->state = SOT_READER_FRAMES;
		if (frame->machine->event_version != SOT_EVENT_VERSION)
			return refuse_numbers("its events have version ",
					      frame->machine->event_version,
					      ", this sockopt-trace reads version ",
					      SOT_EVENT_VERSION, err);
	}
	if (frame->type == SOT_FRAME_END) {
		reader->state = SOT_READER_ENDED;
		if (frame->end.events != reader->events)
			return refuse_numbers("its end counts ", frame->end.events,
					      " events, but it holds ", reader->events, err);
	}
	return 0;
}

static int read_frame(struct sot_reader *reader, const struct sot_frame_head *head,
		      struct sot_frame *frame, struct sot_buf *err)
{
	bool known = head->type && head->type < sizeof(types) / sizeof(types[0]);
	int ret = check_order(reader, head->type, err);

	if (ret)
		return ret;
	if (!known && (head->flags & SOT_FRAME_NEEDED))
		return refuse(reader,
			      "a newer sockopt-trace made it, and is needed to read what it has",
			      err);
	ret = !known ? PASS_OVER : frame->len < types[head->type].least ? -EBADMSG : 0;
	if (!ret)
		ret = types[head->type].parse(frame);
	if (!ret && head->type == SOT_FRAME_AGAIN)
		ret = recall(reader, frame);
	else if (!ret && head->type == SOT_FRAME_EVENT)
		remember(reader, frame);
	if (ret < 0)
		return refuse(reader, "it is damaged: a frame makes no sense", err);
	if (ret == PASS_OVER) {
		reader->unknown++;
		return 0;
	}
	frame->type = head->type == SOT_FRAME_AGAIN ? SOT_FRAME_EVENT : head->type;
	return after_frame(reader, frame, err);
}

int sot_reader__next(struct sot_reader *reader, const void *data, size_t len,
		     struct sot_frame *frame, struct sot_buf *err)
{
	const struct sot_frame_head *head = data;
	size_t size = sizeof(*head);
	int ret;

	frame->type = 0;
	if (len && reader->state == SOT_READER_ENDED)
		return refuse(reader, "it goes on behind its end", err);
	if (reader->state == SOT_READER_START) {
		size = sizeof(struct sot_recording_start);
		if (len < size)
			return 0;
		ret = read_start(reader, data, err);
	} else {
		if (len < size)
			return 0;
		if (head->len > SOT_FRAME_MAX - sizeof(*head))
			return refuse(reader, "it is damaged: a frame is longer than any", err);
		size += (head->len + 7) / 8 * 8;
		if (len < size)
			return 0;
		frame->data = head + 1;
		frame->len = head->len;
		ret = read_frame(reader, head, frame, err);
	}
	if (ret)
		return ret;
	reader->offset += size;
	return (int)size;
}

int sot_reader__finish(const struct sot_reader *reader, size_t len, struct sot_buf *err)
{
	if (reader->state == SOT_READER_START)
		return refuse(reader, "it is no recording of sockopt-trace: it ends", err);
	if (len)
		return refuse(reader, "it is cut off within the frame", err);
	if (reader->state != SOT_READER_ENDED)
		return refuse(reader,
			      "its end is missing, so its tracer was killed or could not write on: "
			      "what was traced later is not in it; it stops",
			      err);
	return 0;
}
