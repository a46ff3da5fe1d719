/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Recordings: the bytes of one, written into a struct sot_buf, and a reader of bytes that somebody
 * hands it. Pure: no I/O, no allocation. docs/RECORDING.md describes the format.
 *
 * A recording is a struct sot_recording_start and frames: a head, its payload, zeros up to a
 * multiple of 8 bytes. All numbers are little-endian. The machine's frame comes first, the end's
 * last; what decodes an event (a cgroup, an interface) stands before it.
 */
#ifndef SOT_RECORDING_H
#define SOT_RECORDING_H

#include "buf.h"
#include "event.h"
#include "loss.h"
#include "record.h"

/* A byte above 127, both ends of line and ^Z: a transfer as text harms at least one of them. */
#define SOT_RECORDING_MAGIC "\x89SOT\r\n\x1a\n"
#define SOT_RECORDING_VERSION 1
#define SOT_RECORDING_ORDER 0x01020304u

struct sot_recording_start {
	char magic[8];
	__u32 byte_order; /* SOT_RECORDING_ORDER as the writer has it */
	__u16 version;	  /* another one: another layout of all that follows */
	__u16 reserved;
};

/* The least alignment of all that is handed to the reader, and of each payload. */
#define SOT_RECORDING_ALIGN 8
/* The longest frame, head and padding included; whoever reads has room for it. */
#define SOT_FRAME_MAX (64 * 1024)

struct sot_frame_head {
	__u32 len; /* of the payload, without padding */
	__u16 type;
	__u16 flags; /* enum sot_frame_flags */
};

enum sot_frame_flags {
	SOT_FRAME_NEEDED = 1 << 0, /* who does not know the type is not to go on */
};

/* Never renumber. A payload may grow at its end; what is read is its beginning. */
enum sot_frame_type {
	SOT_FRAME_MACHINE = 1,	 /* struct sot_machine */
	SOT_FRAME_ATTACHED = 2,	 /* struct sot_attached */
	SOT_FRAME_EVENT = 3,	 /* a struct sot_event and its tail */
	SOT_FRAME_CGROUP = 4,	 /* struct sot_recorded_cgroup */
	SOT_FRAME_INTERFACE = 5, /* struct sot_recorded_interface */
	SOT_FRAME_LOSS = 6,	 /* struct sot_recorded_loss: news of the stream */
	SOT_FRAME_LOSERS = 7,	 /* the same, of the whole recording; before the end */
	SOT_FRAME_PROBE = 8,	 /* struct sot_recorded_probe */
	SOT_FRAME_END = 9,	 /* struct sot_recorded_end */
	SOT_FRAME_AGAIN = 10,	 /* struct sot_recorded_again; it is read as SOT_FRAME_EVENT */
};

/* What decoding needs of the machine that an event was made on. Texts end with a NUL. */
struct sot_machine {
	__s64 boot_offset_ns; /* CLOCK_REALTIME - CLOCK_BOOTTIME */
	__s32 utc_offset_s;   /* local time - UTC */
	__u32 event_version;  /* SOT_EVENT_VERSION */
	__u32 pid_ns;	      /* of the tracer: its inode; 0: the initial one */
	__u32 mnt_ns;	      /* of pid 1: whose tasks are in no container */
	__u32 page_size;
	__u32 reserved;
	char architecture[16]; /* "x86_64", as uname -m */
	char tool_version[24];
	char host_name[72];
	char kernel_release[72];
};

struct sot_attached {
	char variant[32];
	char unseen[480]; /* what it cannot see, for people; "": nothing */
};

/*
 * An event that is the same as an earlier one but for these: as that of the frame SOT_FRAME_EVENT which
 * stands `back` such frames before, 1 being the last. It has no more than SOT_AGAIN_BYTES.
 */
#define SOT_AGAIN_MAX 64
#define SOT_AGAIN_BYTES 1024

struct sot_recorded_again {
	__u64 time, duration_ns;
	__u32 cpu, back; /* back: 1 to SOT_AGAIN_MAX */
};

/* From here on the group with this id has this path; "": it is not known. */
struct sot_recorded_cgroup {
	__u64 id;
	char path[]; /* from the root of the cgroup2 hierarchy; not terminated */
};

/* From here on the interface has this name; "": there is none. */
struct sot_recorded_interface {
	__u32 net_ns, index;
	char name[16];
};

struct sot_recorded_loss {
	__s64 time_ns;
	__u32 kind; /* enum sot_loss_kind */
	__u32 reasons, talkers, reserved;
	/* whole[reasons], others[reasons], and `talkers` of: struct sot_process, comm, [reasons] */
	__u64 counts[];
};

struct sot_recorded_probe {
	__s64 time_ns;
	__u64 times;
	__u32 state; /* enum sot_probe_state */
	__u32 reserved;
	char program[96];
	char call[24]; /* "": it is not about one */
};

struct sot_recorded_end {
	__u64 events;		    /* before this frame */
	__u64 unflagged, malformed; /* that were read and not written */
	__u64 seen, filtered, emitted, no_return, unfollowed;
	__u32 reasons, reserved;
	__u64 lost[]; /* by reason, of both kinds */
};

_Static_assert(sizeof(struct sot_recording_start) == 16, "file layout");
_Static_assert(sizeof(struct sot_frame_head) == 8, "file layout");
_Static_assert(sizeof(struct sot_machine) == 216, "file layout");
_Static_assert(sizeof(struct sot_recorded_again) == 24, "file layout");
_Static_assert(sizeof(struct sot_recorded_loss) == 24, "file layout");
_Static_assert(sizeof(struct sot_recorded_probe) == 144, "file layout");
_Static_assert(sizeof(struct sot_recorded_end) == 72, "file layout");
_Static_assert(SOT_EVENT_MAX + 16 < SOT_FRAME_MAX, "an event has room in a frame");

/* What the end tells of the whole. */
struct sot_recording_end {
	uint64_t events, unflagged, malformed;
	struct sot_totals totals;
};

/*
 * As an output: events, losses and news of probes as frames; the header is the start and the
 * frame of style->machine.
 */
extern const struct sot_format sot_recording_format;

/* Each puts one frame. Returns 0, or -ENOSPC when buf had no room (then nothing is added). */
int sot_put_attached(const struct sot_attached *attached, struct sot_buf *buf);
int sot_put_cgroup(uint64_t id, const char *path, struct sot_buf *buf);
int sot_put_interface(uint32_t net_ns, uint32_t index, const char *name, struct sot_buf *buf);
int sot_put_losers(const struct sot_loss_report *report, struct sot_buf *buf);
int sot_put_end(const struct sot_recording_end *end, struct sot_buf *buf);

/* Where writing stopped within our own frames. */
struct sot_frame_cut {
	size_t whole;	 /* of what was written: bytes of whole frames */
	size_t rest;	 /* of what was not: bytes of a frame of which some were written */
	uint64_t events; /* that were not written whole */
};

/* data: `len` bytes, of which `done` were written; the first frame in them begins at `skip`. */
struct sot_frame_cut sot_cut_frames(const void *data, size_t len, size_t skip, size_t done);

/* A frame that was read. Its pointers are into what was handed over, or into the reader. */
struct sot_frame {
	enum sot_frame_type type; /* 0: nothing to be given */
	const void *data;	  /* the payload */
	size_t len;
	int64_t time_ns; /* of a loss, a probe; since the epoch */
	union {
		const struct sot_machine *machine;
		const struct sot_attached *attached;
		const struct sot_recorded_interface *interface;
		struct {
			uint64_t id;
			const char *path; /* not terminated */
			size_t path_len;
		} cgroup;
		struct sot_loss_report report; /* LOSS, LOSERS */
		struct sot_probe_news news;
		struct sot_recording_end end;
	};
};

/* All 0 at the beginning. */
struct sot_reader {
	uint64_t offset;  /* of the byte to be handed over next */
	uint64_t events;  /* read so far */
	uint64_t unknown; /* frames passed over: their type, or a reason for a loss, is newer */
	uint64_t frames;  /* of events, without those that are one again */
	struct {
		size_t len; /* 0: it cannot come again */
		uint64_t event[SOT_AGAIN_BYTES / 8];
	} last[SOT_AGAIN_MAX]; /* each by its number */
	enum { SOT_READER_START, SOT_READER_MACHINE, SOT_READER_FRAMES, SOT_READER_ENDED } state;
};

/*
 * Reads on. data: `len` bytes from reader->offset on, aligned to SOT_RECORDING_ALIGN. Returns how
 * many of them were used up, with what they hold in *frame; 0 when more bytes are needed, which
 * never is so with SOT_FRAME_MAX; or -EBADMSG with one sentence in *err, after which nothing is to
 * be read any more.
 */
int sot_reader__next(struct sot_reader *reader, const void *data, size_t len,
		     struct sot_frame *frame, struct sot_buf *err);

/* There are no more bytes but `len` unused ones: 0 if that is well, else as above. */
int sot_reader__finish(const struct sot_reader *reader, size_t len, struct sot_buf *err);

#endif
