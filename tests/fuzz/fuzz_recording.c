/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes as a recording, read as -r does, and on their whole way through every output. */
#include "outputs.h"

#include "cli/select.h"
#include "recording.h"

static struct sot_record rec;
static struct sot_config config;
static char interface[16], sentence[512];
static struct sot_machine machine;

/* What a reading came to: the same, however the bytes come. */
struct outcome {
	uint64_t frames, events, unknown, offset;
	int ret;
	char sentence[512];
};

static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	(void)context;
	(void)net_ns;
	return index % 2 && *interface ? interface : NULL;
}

/* Of the last event of this recording that was one. */
static struct sot_shape good;

static void replay_event(const struct sot_frame *frame)
{
	const struct sot_decode_options options = { .show_secrets = frame->len & 1,
						    .interface_name = interface_name };
	uint8_t *event = exact_copy(frame->data, frame->len);

	CHECK((uintptr_t)frame->data % SOT_RECORDING_ALIGN == 0);
	CHECK(sot_view_next(event, frame->len, &good, &rec) == sot_view(event, frame->len, &rec));
	if (!sot_view(event, frame->len, &rec))
		sot_select_event(&config, &machine, rec.ev);
	if (!sot_decode(event, frame->len, &options, &rec)) {
		sot_check(&rec);
		check_outputs((struct output){ .rec = &rec });
	}
	free(event);
}

static void replay_cgroup(const struct sot_frame *frame)
{
	char *path = exact_string(frame->cgroup.path, frame->cgroup.path_len);
	struct sot_container_facts facts;

	CHECK(strlen(path) == frame->cgroup.path_len);
	sot_container_in_path(path, &facts);
	sot_select_cgroup(&config, path);
	free(path);
}

static void replay_frame(const struct sot_frame *frame)
{
	switch (frame->type) {
	case SOT_FRAME_MACHINE:
		machine = *frame->machine;
		break;
	case SOT_FRAME_ATTACHED:
		CHECK(strlen(frame->attached->variant) < sizeof(frame->attached->variant));
		break;
	case SOT_FRAME_EVENT:
		replay_event(frame);
		break;
	case SOT_FRAME_CGROUP:
		replay_cgroup(frame);
		break;
	case SOT_FRAME_INTERFACE:
		memcpy(interface, frame->interface->name, sizeof(interface));
		break;
	case SOT_FRAME_LOSS:
	case SOT_FRAME_LOSERS:
		CHECK(frame->report.kind < SOT_LOSS_KINDS);
		check_outputs(
			(struct output){ .report = &frame->report, .time_ns = frame->time_ns });
		break;
	case SOT_FRAME_PROBE:
		check_outputs((struct output){ .news = &frame->news, .time_ns = frame->time_ns });
		break;
	case SOT_FRAME_END:
		break;
	case SOT_FRAME_AGAIN: /* given as an event */
		CHECK(false);
	}
}

/* `most` bytes come at a time; the block is full when a longest frame is in it. */
static void read_recording(const uint8_t *data, size_t size, size_t most, bool replay,
			   struct outcome *outcome)
{
	static uint64_t block[SOT_FRAME_MAX / 8];
	struct sot_reader reader = { 0 };
	struct sot_frame frame;
	struct sot_buf err;
	size_t have = 0, given = 0, n;
	int used = 0;

	memset(outcome, 0, sizeof(*outcome));
	sot_buf_init(&err, sentence, sizeof(sentence));
	while (used >= 0 && given < size) {
		n = size - given < most ? size - given : most;
		n = n < sizeof(block) - have ? n : sizeof(block) - have;
		CHECK(n); /* no frame is longer than the block */
		memcpy((char *)block + have, data + given, n);
		given += n;
		have += n;
		while ((used = sot_reader__next(&reader, block, have, &frame, &err)) > 0) {
			CHECK((size_t)used <= have && used % SOT_RECORDING_ALIGN == 0);
			outcome->frames += frame.type != 0;
			if (frame.type && replay)
				replay_frame(&frame);
			have -= (size_t)used;
			memmove(block, (char *)block + used, have);
		}
	}
	outcome->ret = used < 0 ? used : sot_reader__finish(&reader, have, &err);
	CHECK(outcome->ret == 0 || outcome->ret == -EBADMSG);
	CHECK((outcome->ret == 0) == (err.len == 0) && !err.full);
	CHECK(is_clean_text(sentence, err.len));
	memcpy(outcome->sentence, sentence, err.len);
	outcome->events = reader.events;
	outcome->unknown = reader.unknown;
	outcome->offset = reader.offset;
	CHECK(reader.offset <= size && reader.events <= outcome->frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct outcome whole, pieces;

	config.pids_count = config.comms_count = config.cgroups_count = 1;
	config.pids[0] = 1;
	config.comms[0] = "nc";
	config.cgroups[0] = "/a";
	config.privileged = true;
	memset(&good, 0, sizeof(good));
	read_recording(data, size, SOT_FRAME_MAX, true, &whole);
	read_recording(data, size, 1 + size % 61, false, &pieces);
	CHECK(!memcmp(&whole, &pieces, sizeof(whole)));
	return 0;
}
