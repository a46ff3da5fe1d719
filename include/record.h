/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way of an event: wire event -> sot_decode -> sot_check -> sot_emit_*.
 *
 * Pure functions: they read what they are handed and write to where they are
 * told; no globals, clock, allocation or I/O. They link without libbpf.
 */
#ifndef SOT_RECORD_H
#define SOT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "catalogue.h"
#include "event.h"
#include "finding.h"
#include "loss.h"
#include "value.h"
#include "value_types.h"

enum sot_flag_bit {
#define FLAG(_id, _name, _doc) SOT_FLAG_BIT_##_id,
#include "flags.def"
#undef FLAG
	SOT_FLAG_COUNT
};

enum sot_flag {
#define FLAG(_id, _name, _doc) SOT_FLAG_##_id = 1 << SOT_FLAG_BIT_##_id,
#include "flags.def"
#undef FLAG
};

struct sot_flag_info {
	const char *name, *doc;
};

extern const struct sot_flag_info sot_flag_info[SOT_FLAG_COUNT];

/* Where the value came from. */
enum sot_value_source {
	SOT_SOURCE_NONE,
	SOT_SOURCE_ENTRY,
	SOT_SOURCE_EXIT,
};

/* In a container, or not: found out after decoding, by whoever can look. */
enum sot_container {
	SOT_CONTAINER_UNKNOWN,
	SOT_CONTAINER_HOST,  /* in none */
	SOT_CONTAINER_KNOWN, /* container_id */
};

#define SOT_CONTAINER_ID_LEN 64
#define SOT_POD_UID_LEN 36

/* What a cgroup's path tells of the innermost container. Strings end with NUL. */
struct sot_container_facts {
	char id[SOT_CONTAINER_ID_LEN + 1]; /* as many digits, or a machine's name */
	const char *runtime; /* as containerRuntime of a record; NULL: the path does not tell */
	char pod_uid[SOT_POD_UID_LEN + 1]; /* Kubernetes; "": the path does not tell */
};

bool sot_same_facts(const struct sot_container_facts *a, const struct sot_container_facts *b);

/* False: it is none of a container's. */
bool sot_container_in_path(const char *path, struct sot_container_facts *facts);

enum sot_known {
	SOT_UNKNOWN,
	SOT_NO,
	SOT_YES,
};

/* By whose authority the kernel let the call pass a check of capabilities, or that it did not. */
enum sot_verdict {
	SOT_VERDICT_UNKNOWN, /* checks were not looked at, or do not tell */
	SOT_VERDICT_HOST,
	SOT_VERDICT_HOST_OVER_CHILD, /* of the host, over a child user namespace */
	SOT_VERDICT_USERNS,	     /* by a user namespace that somebody else than root made */
	SOT_VERDICT_ROOT_USERNS,
	SOT_VERDICT_DENIED,
	SOT_VERDICT_LSM_DENIED,
	SOT_VERDICT_NONE, /* nothing was asked for, or what was denied was not needed */
};

const char *sot_verdict_text(enum sot_verdict verdict); /* NULL: unknown */

/* With what authority the call was made. By sot_decode. */
struct sot_privilege {
	uint64_t required; /* 1 << CAP_*, any of them; 0: none, or not in the catalogue */
	enum sot_known
		held; /* one of those, where it counts; unknown also where none is required */
	enum sot_verdict verdict;
	bool checks_known;
	const struct sot_check *checks; /* those with an answer, in their order */
	size_t checks_count;
	uint32_t checks_more;	  /* that were made beyond those, or had no answer that was seen */
	const char *disagreement; /* of catalogue, credentials and checks: a sentence; NULL: none */
};

/* The path, its "/" put back between the names, a mark before or after it. */
#define SOT_PATH_TEXT (SOT_PATH_MAX + SOT_COMPONENT_MAX + 32)

/*
 * Which facts of its thread's an event has, that was put together of them (trace/whole.h): a number,
 * the same of two events only where all is from SOT_CALL_HEAD to the facts' end; which is its low bits.
 */
#define SOT_FACTS_SHIFT 16
#define SOT_FACTS_END(_facts) ((size_t)((_facts) & ((1 << SOT_FACTS_SHIFT) - 1)))

/* A decoded event. Points into the wire event, which must outlive it. */
struct sot_record {
	const struct sot_event *ev;
	uint64_t facts;	      /* 0: not known, as sot_view() has it */
	const uint8_t *bytes; /* of the value, bytes_len of them */
	size_t bytes_len;
	enum sot_value_source source;
	char path[SOT_PATH_TEXT]; /* "": unknown */
	size_t path_len;
	const char *nodename;		 /* not terminated */
	size_t nodename_len;		 /* 0: unknown */
	const struct sot_level *level;	 /* NULL: not in the catalogue */
	const struct sot_option *option; /* NULL: not in the catalogue */
	bool level_assumed; /* the socket is unknown, or has no such level: the inet meaning; told */
	bool compat;	    /* a 32-bit caller */
	bool by_program;    /* a BPF program's call: the task is but the context that it ran in */
	bool secret;	    /* key material: not shown, even where it was captured */
	bool is_decoded; /* by sot_decode; else nothing is true but ev to facts, container, findings */
	bool decoded;	 /* value holds something */
	bool out_of_range;
	bool changed; /* at return the caller's memory held another value: ev->later */
	struct sot_value value;
	const struct sot_decode_options *options; /* as given to sot_decode; NULL: all 0 */
	struct sot_privilege privilege;
	enum sot_container container;
	const struct sot_container_facts *container_facts; /* of SOT_CONTAINER_KNOWN */
	const char *
		cgroup_path; /* from the root of the hierarchy; NULL: not known, or not asked for */
	uint32_t flags;	     /* enum sot_flag, by sot_check */
	const struct sot_findings *findings; /* by --audit; NULL: not judged */
};

/* What each call has its own of: the rest of its line may be an earlier one's (lines.h). */
enum sot_each { SOT_EACH_TIME, SOT_EACH_CPU, SOT_EACH_DURATION, SOT_EACH_COUNT };

/* What a record says that is not in the event: facts of the machine, wishes of the user. */
struct sot_style {
	int64_t boot_offset_ns; /* CLOCK_REALTIME - CLOCK_BOOTTIME where the event was made */
	int utc_offset_s;	/* local time - UTC, for the table */
	bool raw;		/* numbers, not names, in args */
	bool colour;		/* table: escape sequences for a terminal */
	unsigned int width;	/* table: columns of the terminal; 0: unknown, or there is none */
	bool no_events;		/* table: no heading for them */
	const struct sot_machine *machine; /* for a recording; recording.h */
	struct sot_json_cache *cache;	   /* for JSON; json_cache.h; NULL: none */
	struct sot_lines *lines;	   /* lines.h; NULL: none is kept */
};

/* Writes one of them; a format has each at most once in a line. */
typedef void (*sot_each_fn)(enum sot_each each, const struct sot_event *ev,
			    const struct sot_style *style, struct sot_buf *buf);

/*
 * Decodes a wire event of `size` bytes at `data` (8-byte aligned) into *rec. Options NULL: all 0.
 * Returns 0, -EPROTO for another version, -EBADMSG for an event whose sizes do
 * not fit; never reads outside the event.
 */
int sot_decode(const void *data, size_t size, const struct sot_decode_options *options,
	       struct sot_record *rec);

/* Does no more than to look whether it is an event: rec->ev; nothing is found. Returns the same. */
int sot_view(const void *data, size_t size, struct sot_record *rec);

/* All of an event that decides whether it is one, but how many bytes are there. */
struct sot_shape {
	uint64_t begin, given_and_cbpf, value_and_later, checks_and_made, path_and_nodename;
};

/* As sot_view(), of one event after the other: they are mostly of the shape of the last good one. All 0
 * at first. */
int sot_view_next(const void *data, size_t size, struct sot_shape *good, struct sot_record *rec);

/* The rows of a level and an option on the record's socket, NULL where there is none. */
const struct sot_level *sot_name_call(const struct sot_record *rec, int level, int optname,
				      const struct sot_option **option);

/*
 * Are the option's structs laid out as a 32-bit caller's? Also those of x32 are (in_compat_syscall in
 * the kernel's asm/compat.h), but for times (COMPAT_USE_64BIT_TIME: sock_set_timeout, net/core/sock.c).
 */
bool sot_compat_layout(const struct sot_record *rec, const struct sot_option *opt);

/* It says the same each time: the event alone tells. Names of interfaces may change. */
bool sot_says_the_same(const struct sot_record *rec);

/* Sets rec->flags. */
void sot_check(struct sot_record *rec);

/* One line with its '\n'. Returns 0, or -ENOSPC when buf had no room (then nothing is added). */
int sot_emit_json(const struct sot_record *rec, const struct sot_style *style, struct sot_buf *buf);
/* It can do so with no more of the record than ev and container. To be written next, if at all. */
bool sot_json_known(const struct sot_record *rec, const struct sot_style *style);
int sot_emit_v1beta1(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf);
int sot_emit_table(const struct sot_record *rec, const struct sot_style *style,
		   struct sot_buf *buf);
int sot_emit_table_header(const struct sot_style *style, struct sot_buf *buf);

/* What was lost since the last report. time_ns: since the epoch */
int sot_emit_json_loss(const struct sot_loss_report *report, int64_t time_ns,
		       const struct sot_style *style, struct sot_buf *buf);
int sot_emit_v1beta1_loss(const struct sot_loss_report *report, int64_t time_ns,
			  const struct sot_style *style, struct sot_buf *buf);
int sot_emit_table_loss(const struct sot_loss_report *report, int64_t time_ns,
			const struct sot_style *style, struct sot_buf *buf);

/* "ring buffer full 12, return missed 1" */
void sot_put_reasons(const struct sot_loss *loss, struct sot_buf *buf);
/* " 1234 helper 12, 77 curl 3, others 5": whose it was, for people; nothing if that is not known. */
void sot_put_talkers(const struct sot_loss_report *report, struct sot_buf *buf);

/* What became of one of our programs in the kernel. */
enum sot_probe_state {
	SOT_PROBE_UNTESTED, /* no call of our own comes by, or none could be made */
	SOT_PROBE_FIRING,   /* once a call */
	SOT_PROBE_SILENT,   /* a call of our own did not reach it */
	SOT_PROBE_REPEATED, /* one call reached it more than once */
	SOT_PROBE_NOT_RUN,  /* the kernel did not run it for some calls */
	SOT_PROBE_DETACHED, /* no call of our own can be made any more, and its link is gone */
};

const char *sot_probe_state_text(enum sot_probe_state state);

/* News of one, for the stream. */
struct sot_probe_news {
	const char *program; /* "kprobe/__sys_setsockopt" */
	enum sot_probe_state state;
	const char *call; /* how our own call was made, "64-bit"; NULL: it is not about one */
	uint64_t times;	  /* it fired for that call; or was missed since that was last told */
};

/* time_ns: since the epoch */
int sot_emit_json_probe(const struct sot_probe_news *news, int64_t time_ns,
			const struct sot_style *style, struct sot_buf *buf);
int sot_emit_v1beta1_probe(const struct sot_probe_news *news, int64_t time_ns,
			   const struct sot_style *style, struct sot_buf *buf);
int sot_emit_table_probe(const struct sot_probe_news *news, int64_t time_ns,
			 const struct sot_style *style, struct sot_buf *buf);
/* What it means, in a few words for people. */
void sot_probe_text(const struct sot_probe_news *news, struct sot_buf *buf);

/* Line `line` of a summary, from 0 on; SOT_COUNTS_END: there are no more. */
#define SOT_COUNTS_END 1
struct sot_counts;
int sot_emit_json_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			  const struct sot_style *style, struct sot_buf *buf);
int sot_emit_v1beta1_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			     const struct sot_style *style, struct sot_buf *buf);
int sot_emit_table_summary(const struct sot_counts *summary, size_t line, int64_t time_ns,
			   const struct sot_style *style, struct sot_buf *buf);

/* A row of the catalogue as a line, for --list-options; returns as above. */
int sot_list_json(const struct sot_option *opt, struct sot_buf *buf);
int sot_list_table(const struct sot_option *opt, struct sot_buf *buf);
int sot_list_table_header(struct sot_buf *buf);

/* A format of -o. The table of them ends with name NULL; the first is the default. */
struct sot_format {
	const char *name;
	int (*event)(const struct sot_record *rec, const struct sot_style *style,
		     struct sot_buf *buf);
	int (*loss)(const struct sot_loss_report *report, int64_t time_ns,
		    const struct sot_style *style, struct sot_buf *buf);
	int (*probe)(const struct sot_probe_news *news, int64_t time_ns,
		     const struct sot_style *style, struct sot_buf *buf);
	int (*summary)(const struct sot_counts *summary, size_t line, int64_t time_ns,
		       const struct sot_style *style, struct sot_buf *buf);
	int (*header)(const struct sot_style *style, struct sot_buf *buf); /* NULL: none */
	int (*option)(const struct sot_option *opt, struct sot_buf *buf);  /* NULL: cannot */
	int (*option_header)(struct sot_buf *buf);			   /* NULL: none */
	/* event() needs no more of the record than ev and container; NULL: it always does */
	bool (*known)(const struct sot_record *rec, const struct sot_style *style);
	sot_each_fn each; /* by which event() writes them; NULL: it has none */
};

extern const struct sot_format sot_formats[];

/* "SOL_TCP", or the number; *storage is used for the latter. */
struct sot_number_text {
	char text[16];
};
const char *sot_level_text(const struct sot_record *rec, struct sot_number_text *storage);
const char *sot_option_text(const struct sot_record *rec, struct sot_number_text *storage);

/* A cgroup BPF program had the kernel's own code never see the call. Needs SOT_HAVE_FILTER. */
bool sot_was_swallowed(const struct sot_record *rec);

/* The bytes that it put in the place of the caller's; ev->given.len of them. */
const uint8_t *sot_given(const struct sot_record *rec);

/* They are key material, or may be: not to be shown. */
bool sot_given_is_secret(const struct sot_record *rec);

/* What the kernel holds after the call, in short. Only if sot_effect_known(). */
void sot_effect_text(const struct sot_record *rec, struct sot_buf *buf);

/* The value that the caller's memory held at return, in short. Only if rec->changed. */
void sot_later_text(const struct sot_record *rec, struct sot_buf *buf);

/* What the kernel was given of a rewritten call: "SOL_SOCKET SO_KEEPALIVE off", "nothing". */
void sot_given_text(const struct sot_record *rec, struct sot_buf *buf);

/* The value in short, whatever is known of it: "{on, 5s}", "<01 02>", "redacted (16 bytes)". */
void sot_optval_text(const struct sot_record *rec, struct sot_buf *buf);

const char *sot_abi_text(uint8_t abi);	     /* NULL: unknown */
const char *sot_attach_text(uint8_t attach); /* NULL: unknown */

#endif
