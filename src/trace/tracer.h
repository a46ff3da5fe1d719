/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The loader: BPF programs and maps, from open to teardown. Nothing is pinned:
 * what it put into the kernel is gone when the tracer is freed, or its process dies.
 * Functions return 0 or a negative errno; none prints.
 */
#ifndef SOT_TRACER_H
#define SOT_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "filter.h"
#include "record.h"
#include "self_test.h"

#define SOT_SIDE_MAX 20

/* Whether it is known where io_uring calls do_sock_setsockopt, and what that is to a program. */
enum sot_call_place {
	SOT_ANY_CALL,	  /* nothing */
	SOT_AT_CALL,	  /* it stands there */
	SOT_WITH_CALL,	  /* attached only where it is known */
	SOT_WITHOUT_CALL, /* only where it is not */
};

/* Attached where the kernel has the function: what has none is no way into setsockopt either. */
struct sot_side_program {
	const char *program, *function;
	const char *older; /* the function's name on older kernels; NULL: the same */
	bool is_entry;
	enum sot_call_place call;
	const char *beside;  /* only where the kernel has this function as well; NULL: anywhere */
	const char *without; /* what is not seen on a kernel that has no such function; or NULL */
	bool is_call; /* entry of calls that nobody else tells: a run that is skipped is one lost */
	bool is_workers;	      /* io_uring's workers come by */
	bool optional;		      /* a kernel on which it cannot be attached does without */
	bool audit;		      /* only where checks of capabilities are looked at */
	enum sot_check_source checks; /* the source of these, where this is the program for them */
};

/* One way of being told of calls. */
struct sot_attachment {
	const char *name; /* for --attach; several rows may share it, the first that works runs */
	const char *variant; /* names the very row */
	enum sot_attach_id id;
	const char *enter, *exit;	     /* names of BPF programs */
	const struct sot_side_program *side; /* the same beside __sys_setsockopt; ends with NULL */
	const char *unseen;		     /* what it cannot see, for people; NULL: nothing */
	const char *audit_unseen;	     /* the same of what is looked at for --audit only */
};

/* In order of preference; ends with name NULL. */
extern const struct sot_attachment sot_attachments[];

struct sot_tracer_config {
	const char *attach; /* "auto", a name or a variant */
	uint32_t snapshot;  /* bytes */
	uint32_t buffer_kib;
	uint32_t in_flight; /* calls that are kept whole between entry and return, at the most */
	uint32_t rate;	    /* events of a process in so many seconds; 0: no limit */
	uint32_t rate_seconds;
	bool count_only;   /* calls are counted, and there are no events */
	bool count_events; /* calls of which there are events are counted as well */
	bool no_values;
	bool show_secrets; /* key material is captured as any other value */
	bool failed;
	bool privileged;
	bool audit; /* look at checks of capabilities */
	bool follow;
	const uint32_t *pids;
	size_t pids_count;
	const uint32_t *uids;
	size_t uids_count;
	const char *const *comms;
	size_t comms_count;
	const int *cgroup_fds; /* folders of the cgroup2 hierarchy; at most SOT_CGROUPS_MAX */
	size_t cgroups_count;
	const struct sot_option_filter *options;
};

struct sot_tracer;

/*
 * Tries the attachments that cfg->attach allows, one after the other, by loading and
 * attaching each. On success *tracer is the caller's, to be freed. *tried gets one
 * "variant: reason" for each that failed, separated by "; ".
 */
int sot_tracer__open(struct sot_tracer **tracer, const struct sot_tracer_config *cfg,
		     struct sot_buf *tried);

/*
 * To be called once all is started: the kernel has the programs then, and neither their object file,
 * which is a part of ours, is needed any more, nor what loads it. Takes the pages of the program and
 * its libraries out of memory, which come back where they are needed again, and those that were freed.
 */
void sot_tracer__forget_loading(void);

/*
 * The inode of our pid namespace, by whose numbers processes are picked; 0 when it is the initial
 * one, whose pids are the host's, or unknown.
 */
uint32_t sot_own_pid_ns(bool *known);

const struct sot_attachment *sot_tracer__attachment(const struct sot_tracer *tracer);

/* What it cannot see on this kernel, for people; nothing is added where it sees all. */
void sot_tracer__unseen(const struct sot_tracer *tracer, struct sot_buf *buf);

/* Becomes readable when much is waiting; what little waits is fetched by polling anyway. */
int sot_tracer__fd(const struct sot_tracer *tracer);

/* To be called before waiting for that: a reader that does not sleep is not woken. */
void sot_tracer__sleeps(struct sot_tracer *tracer);

/*
 * Called with each wire event, 8-byte aligned, valid during the call; facts as struct sot_record has
 * it. Negative: stop fetching.
 */
typedef int (*sot_event_fn)(void *context, const void *data, size_t size, uint64_t facts);

/*
 * Hands over what is in the ring buffer, but not for ever where events come faster than they
 * go. Returns 0 when nothing is left, 1 when something is, or the negative value of `fn`.
 */
int sot_tracer__poll(struct sot_tracer *tracer);

/*
 * Makes calls of our own, which nobody is told of, and looks which programs they reach, and what
 * the kernel says that they missed. Done once when the tracer is opened; an attachment whose entry
 * program is silent then is taken for one that cannot be had. Only before sot_tracer__stop().
 */
void sot_tracer__self_test(struct sot_tracer *tracer);

/* What the last one found; changes with the next. */
const struct sot_self_test_result *sot_tracer__health(const struct sot_tracer *tracer);

void sot_tracer__totals(struct sot_tracer *tracer, struct sot_totals *totals);

/*
 * What was counted: calls with their return, those of which it was not seen, those that are inside.
 * Each may come in several parts, which are to be added up. Negative: stop.
 */
typedef int (*sot_tally_fn)(void *context, const struct sot_tally_key *key,
			    const struct sot_tally *tally);
int sot_tracer__tallies(struct sot_tracer *tracer, sot_tally_fn fn, void *context);

/*
 * Whose the losses were, since this was last asked: added to news[], a table a kind. To be asked
 * before the totals, which then hold all that it tells.
 */
void sot_tracer__take_losses(struct sot_tracer *tracer, struct sot_talkers news[SOT_LOSS_KINDS]);

/* To be set before the first poll. */
void sot_tracer__on_event(struct sot_tracer *tracer, sot_event_fn fn, void *context);

/* Adds a process to those traced; only when the configuration named one. */
int sot_tracer__add_pid(struct sot_tracer *tracer, uint32_t pid);

/* Takes a process out again: it has ended. */
void sot_tracer__remove_pid(struct sot_tracer *tracer, uint32_t pid);

/* None of the processes that were to be traced is left, nor a descendant that was followed. */
bool sot_tracer__pids_gone(struct sot_tracer *tracer);

/* Takes the programs off and hands over all that is left, calls that are still inside included. */
int sot_tracer__stop(struct sot_tracer *tracer);

/* NULL is allowed. */
void sot_tracer__free(struct sot_tracer *tracer);

#endif
