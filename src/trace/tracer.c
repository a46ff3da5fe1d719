/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "tracer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/perf_event.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core_types.h"
#include "counts.h"
#include "effect.h"
#include "kernel_facts.h"
#include "kernel_text.h"
#include "means.h"
#include "merge.h"
#include "missed.h"
#include "self_test.h"
#include "sockopt_trace.skel.h"
#include "tracefs.h"
#include "whole.h"

/* As many times more calls, beyond cfg->in_flight, are kept by their arguments alone. */
#define UNBUILT_TIMES 16
#define OPTION_ENTRIES 8192
/* The guarded ring has this part of --buffer-size, beside it. */
#define GUARDED_PART 16
#define GUARDED_KIB_MIN 4
#define NS_PER_S 1000000000ULL
#define INITIAL_PID_NS 0xEFFFFFFCU /* include/linux/proc_ns.h: PROC_PID_INIT_INO */
/* How long calls in progress are given to return once tracing is to end. */
#define SETTLE_NS (20 * 1000 * 1000)
#define SETTLE_ROUNDS 5

#define URING "io_uring_cmd_sock"
#define SOCK "do_sock_setsockopt"
#define SYSCALL "__sys_setsockopt"
#define HELPER "__bpf_setsockopt"
#define OLD_HELPER "_bpf_setsockopt"

#define CAST_FUNCTION "bpf_rdonly_cast"

#define CHECK "security_capable"
#define CAP_CHECK "cap_capable"
#define LSM_HOOK "security_socket_setsockopt"

#define BY_PROGRAMS "bpf_setsockopt by BPF programs"
#define CHECKS "which capabilities are asked for"

/*
 * Returns first: a call that is entered is to be seen to return. Requests of io_uring are known before
 * their call is seen, both by kprobes: a fentry program is skipped where another task's run of it was
 * preempted on that CPU, a kprobe's is not preempted.
 */
static const struct sot_side_program by_fentry[] = {
	{ "fexit_filter", SOT_CGROUP_FILTER },
	{ "fexit_uring", URING },
	{ "kprobe_uring", URING, .is_entry = true, .call = SOT_WITH_CALL },
	{ "kprobe_call", URING, .is_entry = true, .call = SOT_AT_CALL, .is_call = true },
	{ "fentry_sock", SOCK, .is_entry = true, .call = SOT_WITHOUT_CALL },
	{ "fentry_uring", URING, .is_entry = true, .call = SOT_WITHOUT_CALL },
	{ "fexit_program", HELPER, OLD_HELPER },
	{ "fentry_program", HELPER, OLD_HELPER, .is_entry = true, .without = BY_PROGRAMS,
	  .is_call = true },
	{ "fexit_capable", CHECK, .audit = true, .checks = SOT_CHECKS_BY_SECURITY,
	  .without = CHECKS },
	{ "fexit_refused", LSM_HOOK, .audit = true },
	{ 0 },
};

static const struct sot_side_program by_kprobe[] = {
	/* The kretprobe comes first, and leaves nothing to do to these three unless it was missed. */
	{ "syscall_exit", SYSCALL, .optional = true },
	{ "kprobe_uring_done", "__io_submit_flush_completions", .beside = URING },
	{ "kprobe_uring_done", "io_wq_free_work", .beside = URING, .is_workers = true },
	{ "kretprobe_filter", SOT_CGROUP_FILTER },
	{ "kprobe_filter", SOT_CGROUP_FILTER, .is_entry = true },
	{ "kretprobe_uring", URING },
	{ "kprobe_sock", SOCK, .is_entry = true, .call = SOT_WITHOUT_CALL },
	{ "kprobe_uring", URING, .is_entry = true },
	{ "kprobe_call", URING, .is_entry = true, .call = SOT_AT_CALL, .is_call = true },
	{ "kretprobe_program", HELPER, OLD_HELPER },
	{ "kprobe_program", HELPER, OLD_HELPER, .is_entry = true, .without = BY_PROGRAMS,
	  .is_call = true },
	{ "kretprobe_capable", CAP_CHECK, .audit = true },
	{ "kprobe_capable", CAP_CHECK, .audit = true, .checks = SOT_CHECKS_BY_CAP,
	  .without = CHECKS },
	{ "kretprobe_refused", LSM_HOOK, .audit = true },
	{ 0 },
};

static const struct sot_side_program none[] = { { 0 } };

/* Beside them: entry, return, exit and fork of processes, exit of threads that are counted or kept. */
_Static_assert(sizeof(by_kprobe) / sizeof(by_kprobe[0]) - 1 <= SOT_SIDE_MAX, "side_link");
_Static_assert(SOT_SIDE_MAX + 5 <= SOT_PROBES_MAX, "probe_fd");

/* What those without a program beside do not see. */
#define BESIDE "io_uring, what cgroup BPF programs make of a call, " BY_PROGRAMS

const struct sot_attachment sot_attachments[] = {
	{ "kprobe", "kprobe+fexit", SOT_ATTACH_KPROBE, "kprobe_enter", "fexit_exit", by_fentry,
	  NULL },
	{ "kprobe", "kprobe+kretprobe", SOT_ATTACH_KPROBE, "kprobe_enter", "kretprobe_exit",
	  by_kprobe,
	  "what cgroup BPF programs make of a call, where more calls sleep than the kernel has "
	  "kretprobe instances",
	  "which capabilities a security module refuses after the kernel granted them" },
	{ "fentry", "fentry", SOT_ATTACH_FENTRY, "fentry_enter", "fexit_exit", by_fentry, NULL },
	{ "tracepoint", "tracepoint+fexit", SOT_ATTACH_TRACEPOINT, "tracepoint_enter",
	  "tracepoint_exit", by_fentry, "32-bit and x32 calls" },
	{ "tracepoint", "tracepoint", SOT_ATTACH_TRACEPOINT, "tracepoint_enter", "tracepoint_exit",
	  none, "32-bit and x32 calls, " BESIDE, CHECKS },
	{ 0 },
};

/* Events handed over in one go: signals, losses and time are looked at in between. */
#define BATCH 1024
#define BATCH_FULL SOT_MERGE_WAIT
#define SILENT (-ENODATA)

/* A ring buffer, and how far its writers and its reader are, which libbpf 1.1 does not tell. */
struct ring {
	struct ring_buffer *buffer;
	const unsigned long *consumer, *producer;
};

/* Maps that are asked for while we trace. */
enum running_map {
	PIDS_MAP,
	ACCOUNTS_MAP,
	TIMING_MAP,
	TALLIES_MAP,
	OTHER_TALLIES_MAP,
	INFLIGHT_MAP,
	BESIDE_MAP,
	RUNNING_MAPS
};

static const char *const running_maps[RUNNING_MAPS] = {
	[PIDS_MAP] = "pids",
	[ACCOUNTS_MAP] = "accounts",
	[TIMING_MAP] = "timing",
	[TALLIES_MAP] = "tallies",
	[OTHER_TALLIES_MAP] = "other_tallies",
	[INFLIGHT_MAP] = "inflight",
	[BESIDE_MAP] = "beside",
};

/* All that is needed of the programs once they run. */
struct running {
	struct sockopt_trace_bpf__bss *bss;
	int map[RUNNING_MAPS]; /* 0: it is not open */
	bool keeps_threads;
};

struct sot_tracer {
	const struct sot_attachment *attachment;
	struct sot_kernel_facts facts;
	int core_fd; /* the kernel's types that the programs name, in memory; -1: libbpf finds them */
	uint32_t cast_id
		[SOT_CAST_COUNT]; /* by enum sot_cast_type, in the kernel's BTF; 0: it has none */
	/* Where probes stand that are not at the symbol, from there on; 0: they are at the symbol. */
	struct {
		int body; /* of entry */
		int call; /* where io_uring calls do_sock_setsockopt; 0: not known */
		bool known, failed;
	} place;
	struct sockopt_trace_bpf *skel; /* until all is attached: libbpf holds a MiB for it */
	struct running running;
	const char
		*without; /* what this kernel has no function for that could be watched; or NULL */
	struct bpf_link *enter_link, *exit_link, *fork_link, *thread_exit_link, *timing_link;
	struct bpf_link *kept_link, *kept_calls_link;
	int kept_calls_fd; /* read at the end; 0: no threads are kept */
	struct bpf_link *side_link[SOT_SIDE_MAX];
	struct ring ring[SOT_RINGS];
	struct sot_whole whole[SOT_RINGS];
	struct sot_merge merge;
	struct sot_own_calls *own_calls;
	bool audit;
	bool is_known; /* to our programs, by our pid namespace: they tell our calls from others' */
	struct sot_self_test_result health;
	int probe_fd[SOT_PROBES_MAX], probe_link_fd[SOT_PROBES_MAX]; /* of health's; 0: none */
	char probe_section[SOT_PROBES_MAX][64];
	uint64_t link_missed[SOT_PROBES_MAX]; /* of entry programs */
	uint64_t probe_link_id[SOT_PROBES_MAX];
	sot_event_fn fn;
	void *context;
	unsigned int batch; /* events handed over in this poll */
	uint64_t
		unbuilt; /* calls that were still inside at the end, and of which no event was built */
	struct sot_process account_of[SOT_ACCOUNTS_MAX]; /* for take_losses */
	struct sot_account account[SOT_ACCOUNTS_MAX];
};

static size_t event_size(uint32_t snapshot)
{
	size_t size = SOT_EVENT_MAX - 3 * (SOT_SNAPSHOT_MAX - (size_t)snapshot);

	return (size + 7) & ~(size_t)7;
}

/* A bit each: of those numbers several families have a level. */
static uint64_t shared_levels(void)
{
	uint64_t bits = 0;
	int level;

	for (level = 0; level < 64; level++)
		if (sot_level_is_shared(level))
			bits |= 1ULL << level;
	return bits;
}

uint32_t sot_own_pid_ns(bool *known)
{
	struct stat st;

	*known = !stat("/proc/self/ns/pid", &st);
	return *known && st.st_ino != INITIAL_PID_NS ? (uint32_t)st.st_ino : 0;
}

/* Few calls have such options. */
static uint32_t guarded_size(const struct sot_tracer_config *cfg)
{
	uint32_t kib = cfg->buffer_kib / GUARDED_PART;

	return (kib > GUARDED_KIB_MIN ? kib : GUARDED_KIB_MIN) * 1024;
}

/* bpf_rdonly_cast is there, since 6.2, and all that is cast to. */
static bool can_cast(const struct sot_tracer *tracer)
{
	size_t i;

	for (i = 0; i < SOT_CAST_COUNT; i++)
		if (!tracer->cast_id[i])
			return false;
	return tracer->facts.has_jit && sot_kernel_facts__function(&tracer->facts, CAST_FUNCTION);
}

/*
 * What is known of threads is kept with them where the kernel can, and where the tracer is in the
 * initial pid namespace: of others it could not list the threads at the end. Not where the exit of all
 * system calls is watched: 7.2 then skipped that program now and then.
 */
static bool keeps_threads(const struct sot_tracer *tracer, const struct sot_tracer_config *cfg)
{
	bool known;

	return can_cast(tracer) && tracer->attachment->side != by_kprobe && !cfg->count_only &&
	       cfg->snapshot <= SOT_KEPT_SNAPSHOT_MAX && !sot_own_pid_ns(&known) && known;
}

/* What they count tells whether a kept path may have changed; without them each step is looked at. */
static void set_locks(struct sockopt_trace_bpf *skel)
{
#if defined(__x86_64__) /* elsewhere loads may happen in another order */
	static const char *const locks[] = { "rename_lock", "mount_lock" };
	uint64_t addresses[2];

	if (sot_kernel_text__addresses(locks, addresses, 2))
		return;
	skel->rodata->rename_lock_at = addresses[0];
	skel->rodata->mount_lock_at = addresses[1];
#else
	(void)skel;
#endif
}

/* Its own entries of system calls are named so (arch/x86/include/asm/syscall_wrapper.h), since 5.11. */
static bool has_x32(void)
{
	static const char *const entry[] = { "__x64_compat_sys_ioctl" };
	uint64_t address;

	return sot_kernel_text__addresses(entry, &address, 1) != -ENOENT;
}

static void set_constants(struct sot_tracer *tracer, const struct sot_tracer_config *cfg)
{
	const struct sot_kernel_facts *facts = &tracer->facts;
	struct sockopt_trace_bpf *skel = tracer->skel;

	memcpy(skel->rodata->places, facts->places, sizeof(skel->rodata->places));
	memcpy(skel->rodata->plain_places, facts->plain_places, sizeof(skel->rodata->plain_places));
	skel->rodata->filter_takes_sockptr = facts->filter_takes_sockptr;
	skel->rodata->can_cast = can_cast(tracer);
	memcpy(skel->rodata->cast_id, tracer->cast_id, sizeof(skel->rodata->cast_id));
	skel->rodata->uring_at_call = tracer->place.call;
	skel->rodata->tick_ns = facts->tick_ns;
	skel->rodata->attach_id = tracer->attachment->id;
	skel->rodata->snapshot = cfg->snapshot;
	skel->rodata->wakeup_bytes = cfg->buffer_kib * 1024UL / 8;
	skel->rodata->guarded_wakeup_bytes = guarded_size(cfg) / 8;
	skel->rodata->guarded_half = guarded_size(cfg) / 2;
	skel->rodata->no_values = cfg->no_values;
	skel->rodata->only_failed = cfg->failed;
	skel->rodata->filter_pids = cfg->pids_count > 0;
	skel->rodata->filter_one_pid = cfg->pids_count == 1 && !cfg->follow;
	skel->bss->one_pid = cfg->pids_count ? cfg->pids[0] : 0;
	skel->rodata->filter_uids = cfg->uids_count > 0;
	skel->rodata->filter_comms = cfg->comms_count > 0;
	skel->rodata->filter_cgroups = cfg->cgroups_count > 0;
	skel->rodata->filters_process =
		cfg->pids_count || cfg->uids_count || cfg->comms_count || cfg->cgroups_count;
	skel->rodata->count_only = cfg->count_only;
	skel->rodata->count_events = cfg->count_events;
	skel->rodata->shared_levels = shared_levels();
	skel->rodata->any_option = !cfg->privileged && !cfg->options->count;
	skel->rodata->option_filter = SOT_OPTION_EXCLUDE |
				      (cfg->privileged ? SOT_OPTION_IS_PRIVILEGED : 0) |
				      (cfg->options->selective ? SOT_OPTION_INCLUDE : 0);
	skel->rodata->rate = cfg->rate;
	skel->rodata->rate_window_ns = cfg->rate_seconds * NS_PER_S;
	skel->rodata->tracer_pid_ns = sot_own_pid_ns(&tracer->is_known);
	skel->rodata->tracer_tgid = (uint32_t)getpid();
	skel->rodata->keeps_threads = keeps_threads(tracer, cfg);
	if (skel->rodata->can_cast)
		skel->rodata->has_x32 = has_x32();
	if (skel->rodata->keeps_threads)
		set_locks(skel);
}

/* Numbers from 1 on: 0 says that there is none. */
static int set_thread_sizes(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	if (!skel->rodata->keeps_threads)
		return 0;
	return bpf_map__set_max_entries(skel->maps.threads, cfg->in_flight + 1) ?:
		       bpf_map__set_max_entries(skel->maps.free_threads, cfg->in_flight);
}

static int number_threads(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	uint32_t number;
	int err = 0;

	if (!skel->rodata->keeps_threads)
		return 0;
	for (number = cfg->in_flight; number && !err; number--)
		err = bpf_map__update_elem(skel->maps.free_threads, NULL, 0, &number,
					   sizeof(number), BPF_ANY);
	return err;
}

static uint32_t kept_threads(const struct sockopt_trace_bpf *skel)
{
	return skel->rodata->keeps_threads ? bpf_map__max_entries(skel->maps.free_threads) : 0;
}

static int set_sizes(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	uint32_t size = (uint32_t)event_size(cfg->snapshot);

	return bpf_map__set_value_size(skel->maps.inflight, size)		     ?:
		       bpf_map__set_value_size(skel->maps.beside, size)		     ?:
		       bpf_map__set_value_size(skel->maps.scratch, size)	     ?:
		       bpf_map__set_max_entries(skel->maps.inflight, cfg->in_flight) ?:
		       bpf_map__set_max_entries(skel->maps.beside, cfg->in_flight)   ?:
		       bpf_map__set_max_entries(skel->maps.unbuilt, UNBUILT_TIMES * cfg->in_flight) ?:
		       bpf_map__set_max_entries(skel->maps.options, OPTION_ENTRIES)		 ?:
		       bpf_map__set_max_entries(skel->maps.rates, cfg->rate ? SOT_RATES_MAX : 1) ?:
		       bpf_map__set_max_entries(skel->maps.guarded, guarded_size(cfg))		 ?:
		       bpf_map__set_max_entries(skel->maps.events, cfg->buffer_kib * 1024);
}

/* What is not in use takes little room. */
static int set_count_sizes(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	bool counts = cfg->count_only || cfg->count_events;
	int err = 0;

	if (cfg->count_only)
		err = bpf_map__set_max_entries(skel->maps.timing, UNBUILT_TIMES * cfg->in_flight) ?:
			      bpf_map__set_max_entries(skel->maps.events, 4096)			  ?:
			      bpf_map__set_max_entries(skel->maps.guarded, 4096)		  ?:
			      bpf_map__set_max_entries(skel->maps.inflight, 1)			  ?:
			      bpf_map__set_max_entries(skel->maps.beside, 1)			  ?:
			      bpf_map__set_max_entries(skel->maps.unbuilt, 1);
	return err										  ?:
		       bpf_map__set_max_entries(skel->maps.tallies, counts ? SOT_TALLIES_MAX : 1) ?:
		       bpf_map__set_max_entries(skel->maps.other_tallies,
						counts ? SOT_OTHER_TALLIES_MAX : 1);
}

static bool is_plain(const struct sockopt_trace_bpf *skel)
{
#define AND_IS_ON(_setting) &&skel->rodata->_setting
#define AND_IS_OFF(_setting) &&!skel->rodata->_setting
	return true SOT_PLAIN_ON(AND_IS_ON) SOT_PLAIN_OFF(AND_IS_OFF);
}

/* The program of that name, or the one in its place; NULL: there is none. */
static struct bpf_program *find_program(const struct sockopt_trace_bpf *skel, const char *name)
{
	struct bpf_program *prog = NULL;
	char plain[64];

	snprintf(plain, sizeof(plain), "%s_plain", name);
	if (is_plain(skel))
		prog = bpf_object__find_program_by_name(skel->obj, plain);
	return prog ?: bpf_object__find_program_by_name(skel->obj, name);
}

static int want_program(struct sockopt_trace_bpf *skel, const char *name)
{
	struct bpf_program *prog = find_program(skel, name);

	return prog ? bpf_program__set_autoload(prog, true) : -ENOENT;
}

/* The function's name on this kernel; NULL: it has none. */
static const char *side_function(const struct sot_tracer *tracer,
				 const struct sot_side_program *side)
{
	const struct sot_kernel_facts *facts = &tracer->facts;

	if (side->call && (side->call == SOT_WITHOUT_CALL) == (tracer->place.call != 0))
		return NULL;
	if (side->beside && !sot_kernel_facts__function(facts, side->beside))
		return NULL;
	if (sot_kernel_facts__function(facts, side->function))
		return side->function;
	if (side->older && sot_kernel_facts__function(facts, side->older))
		return side->older;
	return NULL;
}

/* fentry and fexit name their function when they are loaded, kprobes when they are attached. */
static int want_side(struct sot_tracer *tracer, const struct sot_side_program *side)
{
	const char *function = side_function(tracer, side);
	struct bpf_program *prog;
	int err;

	if (side->audit && !tracer->audit)
		return 0;
	if (!function) {
		tracer->without = side->without ?: tracer->without;
		return 0;
	}
	if (side->checks)
		tracer->skel->rodata->check_source = side->checks;
	err = want_program(tracer->skel, side->program);
	prog = find_program(tracer->skel, side->program);
	if (err || function != side->older || bpf_program__type(prog) != BPF_PROG_TYPE_TRACING)
		return err;
	return bpf_program__set_attach_target(prog, 0, function);
}

static int set_programs(struct sot_tracer *tracer, const struct sot_tracer_config *cfg)
{
	const struct sot_attachment *attachment = tracer->attachment;
	struct sockopt_trace_bpf *skel = tracer->skel;
	const struct sot_side_program *side;
	int err = want_program(skel, attachment->enter) ?: want_program(skel, attachment->exit);

	tracer->without = NULL;
	for (side = attachment->side; !err && side->program; side++)
		err = want_side(tracer, side);
	if (!err && cfg->pids_count)
		err = want_program(skel, "process_exit");
	if (!err && cfg->follow)
		err = want_program(skel, "process_fork");
	if (!err && cfg->count_only)
		err = want_program(skel, "thread_exit");
	if (!skel->rodata->keeps_threads)
		return err ?: bpf_map__set_autocreate(skel->maps.numbers, false);
	return err ?: want_program(skel, "kept_thread_exit") ?: want_program(skel, "kept_calls");
}

/* What values of a type lead to, for the kernel's side to follow. */
static const uint32_t type_verdicts[SOT_TYPE_COUNT] = {
	[SOT_TYPE_SOCK_FPROG] = SOT_OPTION_HAS_CBPF,
	[SOT_TYPE_FANOUT_PROG] = SOT_OPTION_HAS_CBPF | SOT_OPTION_HAS_PROG,
	[SOT_TYPE_BPF_FD] = SOT_OPTION_HAS_PROG,
};

static uint32_t catalogue_verdict(const struct sot_option *opt)
{
	return type_verdicts[opt->type] | (opt->flags & SOT_OPT_SECRET ? SOT_OPTION_IS_SECRET : 0) |
	       (opt->caps ? SOT_OPTION_IS_PRIVILEGED : 0) |
	       (sot_option_is_guarded(opt) ? SOT_OPTION_IS_GUARDED : 0);
}

/* Its row, made if there is room for one; NULL: it has none. */
static __u32 *table_row(struct sot_option_table *table, int level)
{
	uint8_t *row = (unsigned int)level < SOT_TABLE_LEVELS ? &table->row[level] : NULL;
	int i, last = 0;

	if (!row)
		return NULL;
	for (i = 0; !*row && i < SOT_TABLE_LEVELS; i++)
		last = table->row[i] > last ? table->row[i] : last;
	if (!*row && last < SOT_TABLE_ROWS - 1)
		*row = (uint8_t)(last + 1);
	return *row ? table->verdict[*row] : NULL;
}

/* Further bits, to those that it has. */
static int add_verdict(struct sockopt_trace_bpf *skel, const struct sot_option_key *key,
		       uint32_t bits)
{
	__u32 *row = table_row(&skel->bss->option_table, key->level), known;
	int fd = bpf_map__fd(skel->maps.options), i;

	for (i = 0; row && key->any && i < SOT_TABLE_OPTIONS; i++)
		row[i] |= bits;
	if (row && !key->any && (unsigned int)key->optname < SOT_TABLE_OPTIONS) {
		row[key->optname] |= bits;
		return 0;
	}
	if (!bpf_map_lookup_elem(fd, key, &known))
		bits |= known;
	return bpf_map_update_elem(fd, key, &bits, BPF_ANY);
}

static struct sot_option_key key_of(const struct sot_option *opt)
{
	return (struct sot_option_key){ .level = sot_levels[opt->level].number,
					.optname = opt->optname };
}

/* Whose state is to be read back; rows of other families share a number, but have none. */
static int put_effects(struct sockopt_trace_bpf *skel)
{
	struct sot_option_key key;
	uint32_t id;
	int err = 0;

	for (id = 0; !err && id < SOT_EFFECT_COUNT; id++) {
		key = key_of(&sot_options[sot_effects[id].option]);
		err = add_verdict(skel, &key, (id + 1) << SOT_OPTION_EFFECT_SHIFT);
	}
	return err;
}

static void mark_left_out(struct sot_option_table *table, uint32_t filter)
{
	size_t i, k;

	for (i = 0; i < SOT_TABLE_ROWS; i++) {
		for (k = 0; k < SOT_TABLE_OPTIONS; k++) {
			if (SOT_LEAVES_OUT(filter, table->verdict[i][k]))
				table->verdict[i][k] |= SOT_OPTION_LEFT_OUT;
		}
	}
}

static int put_options(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	const struct sot_option_filter *filter = cfg->options;
	struct sot_option_key key;
	uint32_t verdict;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < sot_options_count; i++) {
		verdict = catalogue_verdict(&sot_options[i]);
		if (cfg->show_secrets)
			verdict &= ~(uint32_t)SOT_OPTION_IS_SECRET;
		key = key_of(&sot_options[i]); /* another row may share the number */
		if (verdict)
			err = add_verdict(skel, &key, verdict);
	}
	err = err ?: put_effects(skel);
	for (i = 0; !err && i < filter->count; i++)
		err = add_verdict(skel, &filter->rule[i].key, filter->rule[i].verdict);
	mark_left_out(&skel->bss->option_table, skel->rodata->option_filter);
	return err;
}

static int put_ids(int fd, const uint32_t *ids, size_t count)
{
	uint8_t one = 1;
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = bpf_map_update_elem(fd, &ids[i], &one, BPF_ANY);
		if (err)
			return err;
	}
	return 0;
}

static int put_comms(int fd, const char *const *comms, size_t count)
{
	char key[SOT_COMM_LEN];
	uint8_t one = 1;
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		memset(key, 0, sizeof(key));
		memcpy(key, comms[i], strnlen(comms[i], sizeof(key) - 1));
		err = bpf_map_update_elem(fd, key, &one, BPF_ANY);
		if (err)
			return err;
	}
	return 0;
}

static int put_cgroups(int fd, const int *cgroup_fds, size_t count)
{
	uint32_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = bpf_map_update_elem(fd, &i, &cgroup_fds[i], BPF_ANY);
		if (err)
			return err;
	}
	return 0;
}

static int fill_maps(struct sockopt_trace_bpf *skel, const struct sot_tracer_config *cfg)
{
	return put_options(skel, cfg)							      ?:
		       put_ids(bpf_map__fd(skel->maps.pids), cfg->pids, cfg->pids_count)      ?:
		       put_ids(bpf_map__fd(skel->maps.uids), cfg->uids, cfg->uids_count)      ?:
		       put_comms(bpf_map__fd(skel->maps.comms), cfg->comms, cfg->comms_count) ?:
		       put_cgroups(bpf_map__fd(skel->maps.cgroups), cfg->cgroup_fds, cfg->cgroups_count) ?:
		       number_threads(skel, cfg);
}

static void detach(struct bpf_link **link)
{
	bpf_link__destroy(*link); /* takes NULL */
	*link = NULL;
}

/* libbpf would look for tracefs where it is not always mounted. */
static struct bpf_link *attach_tracepoint(struct bpf_program *prog, const char *tracepoint)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	struct bpf_link *link;
	int id = sot_tracepoint_id(tracepoint), fd;

	if (id < 0) {
		errno = -id;
		return NULL;
	}
	attr.config = (uint64_t)id;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return NULL;
	link = bpf_program__attach_perf_event(prog, fd);
	if (!link)
		close(fd);
	return link;
}

static const char *section_of(const struct bpf_program *prog)
{
	const char *section = bpf_program__section_name(prog);

	return *section == '?' ? section + 1 : section;
}

static int attach_program(struct sockopt_trace_bpf *skel, const char *name, struct bpf_link **link)
{
	struct bpf_program *prog = find_program(skel, name);
	const char *section = section_of(prog);

	*link = !strncmp(section, "tp/", 3) ? attach_tracepoint(prog, section + 3) :
					      bpf_program__attach(prog);
	return *link ? 0 : -errno;
}

static int attach_kprobe(const struct bpf_program *prog, const char *function, bool is_return,
			 int offset, struct bpf_link **link)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .retprobe = is_return, .offset = (size_t)offset);

	*link = bpf_program__attach_kprobe_opts(prog, function, &opts);
	return *link ? 0 : -errno;
}

/* By a kprobe that leaves the function's ftrace site to fexit, where the place behind it is known. */
static bool enters_at_body(const struct sot_tracer *tracer)
{
	return tracer->place.body && tracer->attachment->id == SOT_ATTACH_KPROBE &&
	       tracer->attachment->side == by_fentry;
}

/* There where the kernel makes a jump of it. */
static int attach_at_body(struct sot_tracer *tracer)
{
	int err = attach_kprobe(find_program(tracer->skel, tracer->attachment->enter), SYSCALL,
				false, tracer->place.body, &tracer->enter_link);

	if (err || sot_kernel_text__becomes_jump(SYSCALL, tracer->place.body))
		return err;
	detach(&tracer->enter_link);
	return -EOPNOTSUPP;
}

static int attach_enter(struct sot_tracer *tracer)
{
	if (enters_at_body(tracer) && !attach_at_body(tracer))
		return 0;
	tracer->place.body = 0;
	return attach_program(tracer->skel, tracer->attachment->enter, &tracer->enter_link);
}

static int attach_side_program(struct sot_tracer *tracer, const struct sot_side_program *side,
			       struct bpf_link **link)
{
	struct bpf_program *prog = find_program(tracer->skel, side->program);
	const char *function = side_function(tracer, side);
	bool is_return = !strncmp(side->program, "kretprobe", strlen("kretprobe"));
	int err;

	if (!function || (side->audit && !tracer->audit))
		return 0;
	if (bpf_program__type(prog) != BPF_PROG_TYPE_KPROBE)
		return attach_program(tracer->skel, side->program, link);
	if (side->call != SOT_AT_CALL)
		return attach_kprobe(prog, function, is_return, 0, link);
	err = attach_kprobe(prog, function, is_return, tracer->place.call, link);
	tracer->place.failed = err;
	return err;
}

static int attach_side(struct sot_tracer *tracer)
{
	const struct sot_side_program *side = tracer->attachment->side;
	int i, err = 0;

	for (i = 0; !err && side[i].program; i++) {
		err = attach_side_program(tracer, &side[i], &tracer->side_link[i]);
		if (side[i].optional)
			err = 0;
	}
	return err;
}

/* The list is opened now: later the tracer may not. */
static int attach_kept(struct sot_tracer *tracer)
{
	int err = attach_program(tracer->skel, "kept_thread_exit", &tracer->kept_link);

	if (err)
		return err;
	tracer->kept_calls_link = bpf_program__attach_iter(tracer->skel->progs.kept_calls, NULL);
	if (!tracer->kept_calls_link)
		return -errno;
	tracer->kept_calls_fd = bpf_iter_create(bpf_link__fd(tracer->kept_calls_link));
	return tracer->kept_calls_fd < 0 ? -errno : 0;
}

/* The return first: a call that is entered is to be seen to return. */
static int attach_all(struct sot_tracer *tracer, const struct sot_tracer_config *cfg)
{
	int err = 0;

	if (cfg->pids_count)
		err = attach_program(tracer->skel, "process_exit", &tracer->thread_exit_link);
	if (!err && cfg->follow)
		err = attach_program(tracer->skel, "process_fork", &tracer->fork_link);
	if (!err && cfg->count_only)
		err = attach_program(tracer->skel, "thread_exit", &tracer->timing_link);
	if (!err && tracer->skel->rodata->keeps_threads)
		err = attach_kept(tracer);
	return err										  ?:
		       attach_program(tracer->skel, tracer->attachment->exit, &tracer->exit_link) ?:
		       attach_side(tracer)							  ?:
		       attach_enter(tracer);
}

/* One that stays when libbpf closes its own; or a negative errno. */
static int own_fd(int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	return own < 0 ? -errno : own;
}

static void close_fd(int *fd)
{
	if (*fd > 0)
		close(*fd);
	*fd = 0;
}

/* Stays when the skeleton goes. */
static int keep_running(struct running *running, const struct sockopt_trace_bpf *skel)
{
	void *bss = mmap(NULL, sizeof(*running->bss), PROT_READ | PROT_WRITE, MAP_SHARED,
			 bpf_map__fd(skel->maps.bss), 0);
	int i, *fd;

	if (bss == MAP_FAILED)
		return -errno;
	running->bss = bss;
	running->keeps_threads = skel->rodata->keeps_threads;
	for (i = 0; i < RUNNING_MAPS; i++) {
		fd = &running->map[i];
		*fd = own_fd(bpf_object__find_map_fd_by_name(skel->obj, running_maps[i]));
		if (*fd < 0)
			return *fd;
	}
	return 0;
}

static void forget_running(struct running *running)
{
	int i;

	for (i = 0; i < RUNNING_MAPS; i++)
		close_fd(&running->map[i]);
	if (running->bss)
		munmap(running->bss, sizeof(*running->bss));
	memset(running, 0, sizeof(*running));
}

static int give_event(void *context, const void *data, size_t size, uint64_t facts)
{
	struct sot_tracer *tracer = context;
	int err = tracer->fn ? tracer->fn(tracer->context, data, size, facts) : 0;

	if (err < 0)
		return err;
	return ++tracer->batch < BATCH ? 0 : BATCH_FULL;
}

static int on_item(struct sot_tracer *tracer, enum sot_ring ring, const void *data, size_t size)
{
	struct sot_whole_event ev = sot_whole__take(&tracer->whole[ring], data, size);

	return ev.data ? sot_merge__event(&tracer->merge, ring, ev.data, ev.size, ev.facts) : 0;
}

static int on_common(void *context, void *data, size_t size)
{
	return on_item(context, SOT_RING_COMMON, data, size);
}

static int on_guarded(void *context, void *data, size_t size)
{
	return on_item(context, SOT_RING_GUARDED, data, size);
}

static int consume_ring(void *context, enum sot_ring ring)
{
	struct sot_tracer *tracer = context;

	return ring_buffer__consume(tracer->ring[ring].buffer);
}

static bool is_ring_empty(void *context, enum sot_ring ring)
{
	const struct ring *r = &((struct sot_tracer *)context)->ring[ring];

	return *r->consumer == __atomic_load_n(r->producer, __ATOMIC_ACQUIRE);
}

_Static_assert((int)SOT_RINGS <= SOT_WHOLES, "facts of each ring have numbers of their own");

/* kernel/bpf/ringbuf.c: a page each for the positions of reader and writers, and the data. */
static int open_ring(struct sot_tracer *tracer, enum sot_ring ring, int fd,
		     ring_buffer_sample_fn fn)
{
	struct ring *r = &tracer->ring[ring];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *positions = mmap(NULL, 2 * page, PROT_READ, MAP_SHARED, fd, 0);

	if (positions == MAP_FAILED)
		return -errno;
	r->consumer = (void *)positions;
	r->producer = (void *)(positions + page);
	r->buffer = ring_buffer__new(fd, fn, tracer, NULL);
	if (!r->buffer)
		return -errno;
	return sot_whole__init(&tracer->whole[ring], ring, kept_threads(tracer->skel),
			       bpf_map__value_size(tracer->skel->maps.inflight));
}

static void close_ring(struct sot_tracer *tracer, enum sot_ring ring)
{
	struct ring *r = &tracer->ring[ring];

	sot_whole__free(&tracer->whole[ring]);
	ring_buffer__free(r->buffer); /* takes NULL */
	if (r->consumer)
		munmap((void *)r->consumer, 2 * (size_t)sysconf(_SC_PAGESIZE));
	memset(r, 0, sizeof(*r));
}

/* Who waits for the one waits for the other, too. */
static int open_rings(struct sot_tracer *tracer)
{
	int common = bpf_map__fd(tracer->skel->maps.events);
	int guarded = bpf_map__fd(tracer->skel->maps.guarded);
	struct epoll_event event = { .events = EPOLLIN };
	int err = open_ring(tracer, SOT_RING_COMMON, common, on_common) ?:
			  open_ring(tracer, SOT_RING_GUARDED, guarded, on_guarded);

	if (err)
		return err;
	tracer->merge.consume = consume_ring;
	tracer->merge.is_empty = is_ring_empty;
	tracer->merge.give = give_event;
	tracer->merge.context = tracer;
	return epoll_ctl(sot_tracer__fd(tracer), EPOLL_CTL_ADD, guarded, &event) ? -errno : 0;
}

/* NULL: it is not attached. */
static struct sot_probe *list_probe(struct sot_tracer *tracer, const char *name,
				    const struct bpf_link *link, bool of_workers)
{
	struct bpf_program *prog = find_program(tracer->skel, name);
	struct sot_self_test_result *health = &tracer->health;
	struct sot_probe *probe = &health->probe[health->count];
	char *section = tracer->probe_section[health->count];

	if (!link)
		return NULL;
	snprintf(section, sizeof(tracer->probe_section[0]), "%s", section_of(prog));
	probe->program = strchr(section, '/') ? section : name;
	sot_self_test__place(probe, name, of_workers);
	tracer->probe_fd[health->count] = own_fd(bpf_program__fd(prog));
	tracer->probe_link_fd[health->count] = bpf_link__fd(link);
	tracer->probe_link_id[health->count++] = sot_link_id(bpf_link__fd(link));
	return probe;
}

static void list_side(struct sot_tracer *tracer, const struct sot_side_program *side,
		      const struct bpf_link *link)
{
	struct sot_probe *probe = list_probe(tracer, side->program, link, side->is_workers);

	if (!probe)
		return;
	probe->is_call = side->is_call;
	probe->is_placed = side->call == SOT_AT_CALL;
	if (!strchr(probe->program, '/')) /* one program at several functions */
		probe->program = side->function;
}

/* The entry program comes first. */
static int list_probes(struct sot_tracer *tracer)
{
	const struct sot_attachment *attachment = tracer->attachment;
	size_t i;

	memset(&tracer->health, 0, sizeof(tracer->health));
	list_probe(tracer, attachment->enter, tracer->enter_link, false)->is_call = true;
	tracer->health.probe[0].is_placed = enters_at_body(tracer);
	list_probe(tracer, attachment->exit, tracer->exit_link, false);
	for (i = 0; attachment->side[i].program; i++)
		list_side(tracer, &attachment->side[i], tracer->side_link[i]);
	list_probe(tracer, "process_exit", tracer->thread_exit_link, false);
	list_probe(tracer, "process_fork", tracer->fork_link, false);
	list_probe(tracer, "thread_exit", tracer->timing_link, false);
	list_probe(tracer, "kept_thread_exit", tracer->kept_link, false);
	for (i = 0; i < tracer->health.count; i++)
		if (tracer->probe_fd[i] < 0)
			return tracer->probe_fd[i];
	return 0;
}

static int make_call(void *context, enum sot_own_call call)
{
	struct sot_tracer *tracer = context;

	if (!tracer->is_known)
		return -ESRCH;
	if (call == SOT_OWN_FILTERED || call == SOT_OWN_PROGRAM)
		tracer->running.bss->self_test.socket =
			sot_own_calls__program_socket(tracer->own_calls);
	return sot_own_calls__make(tracer->own_calls, call);
}

/* Of a probe that calls of our own do not reach any more there is still its link to be asked for. */
static void look_at_link(struct sot_tracer *tracer, size_t i)
{
	struct sot_probe *probe = &tracer->health.probe[i];
	uint64_t id = tracer->probe_link_id[i];

	if (!id || !sot_self_test__is_settled(&tracer->health, probe) ||
	    sot_link_id(tracer->probe_link_fd[i]) == id)
		return;
	probe->state = SOT_PROBE_DETACHED;
	probe->times = 0;
}

void sot_tracer__self_test(struct sot_tracer *tracer)
{
	struct sot_self_test_result *health = &tracer->health;
	size_t i;

	sot_self_test__run(health, make_call, tracer, &tracer->running.bss->self_test);
	for (i = 0; i < health->count; i++) {
		health->probe[i].missed = sot_missed_runs(tracer->probe_fd[i]) +
					  sot_missed_kprobe(tracer->probe_link_fd[i]);
		look_at_link(tracer, i);
	}
}

const struct sot_self_test_result *sot_tracer__health(const struct sot_tracer *tracer)
{
	return &tracer->health;
}

/* What is refused is told by the step that it would stop. */
static int ask_means(const struct sot_tracer *tracer, const char **step)
{
	const struct sot_attachment *attachment = tracer->attachment;
	int err = 0;

	*step = "attach";
	if (attachment->id != SOT_ATTACH_FENTRY)
		err = sot_means_perf_events();
	if (!err && attachment->id == SOT_ATTACH_KPROBE)
		err = sot_means_kprobes();
	if (err || attachment->side != by_fentry)
		return err;
	*step = "load";
	return sot_means_trampolines(sot_kernel_facts__function(&tracer->facts, SYSCALL));
}

/* Asked for once, and where kprobes are to be had. */
static void find_places(struct sot_tracer *tracer)
{
	const struct sot_kernel_facts *facts = &tracer->facts;
	int body, call = 0;

	if (tracer->place.known || tracer->attachment->side == none)
		return;
	tracer->place.known = true;
	if (sot_means_perf_events() || sot_means_kprobes())
		return;
	body = sot_kernel_text__body(SYSCALL);
	if (sot_kernel_facts__function(facts, URING) && sot_kernel_facts__function(facts, SOCK))
		call = sot_kernel_text__call(URING, SOCK);
	tracer->place.body = body > 0 ? body : 0;
	tracer->place.call = call > 0 ? call : 0;
}

#define CAST_NAME(_name) #_name,

/* The first time: what CO-RE needs of the kernel's types, which then are needed no more. */
static int keep_core_types(struct sot_tracer *tracer)
{
	static const char *const cast_names[] = { SOT_CAST_TYPES(CAST_NAME) };
	const struct btf *local = bpf_object__btf(tracer->skel->obj);
	const struct sot_kernel_types *types = tracer->facts.types;
	int err = 0;
	size_t i;

	if (!types)
		return 0;
	for (i = 0; i < SOT_CAST_COUNT; i++)
		tracer->cast_id[i] = sot_kernel_types__find(types, cast_names[i], BTF_KIND_STRUCT);
	if (tracer->core_fd >= 0)
		err = sot_core_types__write(types, local, tracer->core_fd);
	sot_kernel_facts__free_types(&tracer->facts);
	return err;
}

static int open_skeleton(struct sot_tracer *tracer)
{
	char path[32];
	LIBBPF_OPTS(bpf_object_open_opts, opts);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tracer->core_fd);
	if (tracer->core_fd >= 0 && access(path, R_OK)) { /* libbpf is to read the kernel's own */
		close(tracer->core_fd);
		tracer->core_fd = -1;
	}
	if (tracer->core_fd >= 0)
		opts.btf_custom_path = path;
	tracer->skel = sockopt_trace_bpf__open_opts(&opts);
	return tracer->skel ? keep_core_types(tracer) : -errno;
}

static void put_cast(const struct sot_tracer *tracer, struct bpf_insn *insn)
{
	if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == SOT_CALL_CAST) {
		insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
		insn->imm = (int)sot_kernel_facts__function(&tracer->facts, CAST_FUNCTION);
	}
}

/* Where the kernel has no such function the programs go another way: can_cast. */
static void put_casts(const struct sot_tracer *tracer)
{
	struct bpf_program *prog;
	struct bpf_insn *insn;
	size_t i;

	if (!can_cast(tracer))
		return;
	bpf_object__for_each_program (prog, tracer->skel->obj) {
		insn = (struct bpf_insn *)bpf_program__insns(prog);
		for (i = 0; i < bpf_program__insn_cnt(prog); i++)
			put_cast(tracer, &insn[i]);
	}
}

/* As where kprobes have been switched off, or a function was replaced (livepatch). */
static bool any_place_silent(const struct sot_tracer *tracer)
{
	const struct sot_probe *probe = tracer->health.probe;
	size_t i;

	for (i = 0; i < tracer->health.count; i++)
		if (probe[i].is_placed && probe[i].state == SOT_PROBE_SILENT)
			return true;
	return false;
}

static int try_attachment(struct sot_tracer *tracer, const struct sot_tracer_config *cfg,
			  const char **step)
{
	int err = ask_means(tracer, step);

	if (err)
		return err;
	find_places(tracer);
	*step = "open";
	err = open_skeleton(tracer);
	if (err)
		return err;
	set_constants(tracer, cfg);
	put_casts(tracer);
	err = set_sizes(tracer->skel, cfg)		  ?:
		      set_count_sizes(tracer->skel, cfg)  ?:
		      set_thread_sizes(tracer->skel, cfg) ?:
							    set_programs(tracer, cfg);
	if (err)
		return err;
	*step = "load";
	err = sockopt_trace_bpf__load(tracer->skel);
	if (err)
		return err;
	*step = "fill maps";
	err = fill_maps(tracer->skel, cfg) ?: keep_running(&tracer->running, tracer->skel);
	if (err)
		return err;
	*step = "map ring buffers";
	err = open_rings(tracer);
	if (err)
		return err;
	*step = "attach";
	err = attach_all(tracer, cfg);
	if (err)
		return err;
	*step = "self-test";
	err = list_probes(tracer);
	if (err)
		return err;
	sot_tracer__self_test(tracer);
	tracer->place.failed = any_place_silent(tracer);
	return tracer->health.probe[0].state == SOT_PROBE_SILENT ? SILENT : 0;
}

/* Entries alone, or all; in the other order than they were attached in. */
static void detach_side(struct sot_tracer *tracer, bool entries)
{
	const struct sot_side_program *side = tracer->attachment->side;
	int i = 0;

	while (side[i].program)
		i++;
	while (i-- > 0)
		if (!entries || side[i].is_entry)
			detach(&tracer->side_link[i]);
}

static void close_skeleton(struct sot_tracer *tracer)
{
	sockopt_trace_bpf__destroy(tracer->skel); /* takes NULL */
	tracer->skel = NULL;
}

/* Back to the state after calloc, but for what the caller set. */
static void release(struct sot_tracer *tracer)
{
	size_t i;

	detach(&tracer->enter_link);
	detach_side(tracer, false);
	detach(&tracer->exit_link);
	detach(&tracer->fork_link);
	detach(&tracer->thread_exit_link);
	detach(&tracer->timing_link);
	close_ring(tracer, SOT_RING_COMMON);
	close_ring(tracer, SOT_RING_GUARDED);
	detach(&tracer->kept_link);
	detach(&tracer->kept_calls_link);
	close_fd(&tracer->kept_calls_fd);
	for (i = 0; i < tracer->health.count; i++)
		close_fd(&tracer->probe_fd[i]);
	tracer->health.count = 0;
	forget_running(&tracer->running);
	close_skeleton(tracer);
}

/*
 * Where a probe that does not stand at its symbol is refused, or does not run, the same again with all
 * of them at their symbols.
 */
static int try_places(struct sot_tracer *tracer, const struct sot_tracer_config *cfg,
		      const char **step)
{
	int err = try_attachment(tracer, cfg, step);

	if (!tracer->place.failed)
		return err;
	release(tracer);
	memset(&tracer->place, 0, sizeof(tracer->place));
	tracer->place.known = true;
	return try_attachment(tracer, cfg, step);
}

static bool allowed(const struct sot_attachment *attachment, const char *wanted)
{
	return !strcmp(wanted, "auto") || !strcmp(wanted, attachment->name) ||
	       !strcmp(wanted, attachment->variant);
}

/* include/linux/errno.h: the kernel's own, which libc has no words for */
#define ENOTSUPP 524

static void tell_failure(struct sot_buf *tried, const struct sot_attachment *attachment,
			 const char *step, int err)
{
	if (tried->len)
		sot_buf_str(tried, "; ");
	sot_buf_str(tried, attachment->variant);
	sot_buf_str(tried, ": ");
	sot_buf_str(tried, step);
	sot_buf_str(tried, " failed: ");
	if (err == SILENT)
		sot_buf_str(tried, "a call of our own did not reach its entry program");
	else
		sot_buf_str(tried, strerror(err == -ENOTSUPP ? EOPNOTSUPP : -err));
}

static void note_functions(struct sot_kernel_facts *facts)
{
	const struct sot_attachment *row;
	const struct sot_side_program *side;

	sot_kernel_facts__note(facts, SYSCALL);
	sot_kernel_facts__note(facts, CAST_FUNCTION);
	for (row = sot_attachments; row->name; row++) {
		for (side = row->side; side->program; side++) {
			sot_kernel_facts__note(facts, side->function);
			if (side->older)
				sot_kernel_facts__note(facts, side->older);
			if (side->beside)
				sot_kernel_facts__note(facts, side->beside);
		}
	}
}

static void learn_kernel(struct sot_tracer *tracer)
{
	sot_kernel_facts__find(&tracer->facts);
	note_functions(&tracer->facts);
	tracer->core_fd = tracer->facts.types ? memfd_create("types", MFD_CLOEXEC) : -1;
}

static void forget_kernel(struct sot_tracer *tracer)
{
	sot_kernel_facts__free_types(&tracer->facts);
	if (tracer->core_fd >= 0)
		close(tracer->core_fd);
}

/* The whole pages there, of a file that can only be read: what is needed again is read again. */
static void forget_pages(const char *from, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t before = -(uintptr_t)from % page;

	if (size > before)
		madvise((char *)from + before, (size - before) / page * page, MADV_DONTNEED);
}

static int forget_object(struct dl_phdr_info *object, size_t size, void *unused)
{
	const char *headers = (const char *)object->dlpi_phdr;
	const ElfW(Phdr) * part;

	(void)size;
	(void)unused;
	for (part = object->dlpi_phdr; part < object->dlpi_phdr + object->dlpi_phnum; part++)
		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W))
			forget_pages(headers + (ptrdiff_t)(object->dlpi_addr + part->p_vaddr -
							   (uintptr_t)headers),
				     part->p_filesz);
	return 0;
}

void sot_tracer__forget_loading(void)
{
	dl_iterate_phdr(forget_object, NULL);
	malloc_trim(0);
}

int sot_tracer__open(struct sot_tracer **tracer, const struct sot_tracer_config *cfg,
		     struct sot_buf *tried)
{
	struct sot_tracer *t = calloc(1, sizeof(*t));
	const struct sot_attachment *row;
	const char *step;
	int err = -ENOENT;

	if (!t)
		return -ENOMEM;
	t->own_calls = sot_own_calls__new();
	if (!t->own_calls) {
		free(t);
		return -ENOMEM;
	}
	t->audit = cfg->audit;
	learn_kernel(t);
	for (row = sot_attachments; err && row->name; row++) {
		if (!allowed(row, cfg->attach))
			continue;
		t->attachment = row;
		err = try_places(t, cfg, &step);
		if (err) {
			tell_failure(tried, row, step, err);
			release(t);
		}
	}
	forget_kernel(t);
	if (err) {
		sot_tracer__free(t);
		return err;
	}
	close_skeleton(t);
	t->health.settled = sot_own_calls__started(t->own_calls);
	*tracer = t;
	return 0;
}

const struct sot_attachment *sot_tracer__attachment(const struct sot_tracer *tracer)
{
	return tracer->attachment;
}

void sot_tracer__unseen(const struct sot_tracer *tracer, struct sot_buf *buf)
{
	const char *const unseen[] = {
		tracer->attachment->unseen,
		tracer->without,
		tracer->audit ? tracer->attachment->audit_unseen : NULL,
	};
	const char *before = "";
	size_t i;

	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		if (!unseen[i])
			continue;
		sot_buf_str(buf, before);
		sot_buf_str(buf, unseen[i]);
		before = ", ";
	}
}

int sot_tracer__fd(const struct sot_tracer *tracer)
{
	return ring_buffer__epoll_fd(tracer->ring[SOT_RING_COMMON].buffer);
}

void sot_tracer__sleeps(struct sot_tracer *tracer)
{
	__atomic_store_n(&tracer->running.bss->reader_sleeps, true, __ATOMIC_RELAXED);
}

void sot_tracer__on_event(struct sot_tracer *tracer, sot_event_fn fn, void *context)
{
	tracer->fn = fn;
	tracer->context = context;
}

int sot_tracer__poll(struct sot_tracer *tracer)
{
	int ret;

	tracer->batch = 0;
	ret = sot_merge__poll(&tracer->merge);
	return ret == SOT_MERGE_WAIT ? 1 : ret;
}

int sot_tracer__add_pid(struct sot_tracer *tracer, uint32_t pid)
{
	return put_ids(tracer->running.map[PIDS_MAP], &pid, 1);
}

void sot_tracer__remove_pid(struct sot_tracer *tracer, uint32_t pid)
{
	bpf_map_delete_elem(tracer->running.map[PIDS_MAP], &pid);
}

/* Calls that the kernel kept from us, by skipping an entry program; taken off, a link tells no more. */
static uint64_t entry_misses(struct sot_tracer *tracer)
{
	const struct sot_self_test_result *health = &tracer->health;
	uint64_t misses = 0;
	size_t i;

	for (i = 0; i < health->count; i++) {
		if (!health->probe[i].is_call)
			continue;
		if (tracer->enter_link)
			tracer->link_missed[i] = sot_missed_kprobe(tracer->probe_link_fd[i]);
		misses += sot_missed_runs(tracer->probe_fd[i]) + tracer->link_missed[i];
	}
	return misses;
}

void sot_tracer__totals(struct sot_tracer *tracer, struct sot_totals *totals)
{
	const struct sot_counters *c = tracer->running.bss->counters;
	uint64_t *lost = totals->loss[SOT_LOST].count, *left_out = totals->loss[SOT_LEFT_OUT].count;
	uint64_t left_at_entry = 0;
	size_t i;

	memset(totals, 0, sizeof(*totals));
	for (i = 0; i < SOT_COUNTER_SLOTS; i++, c++) {
		totals->seen += __atomic_load_n(&c->taken, __ATOMIC_RELAXED);
		left_at_entry += __atomic_load_n(&c->filtered, __ATOMIC_RELAXED);
		totals->filtered += __atomic_load_n(&c->succeeded, __ATOMIC_RELAXED);
		totals->emitted += __atomic_load_n(&c->emitted, __ATOMIC_RELAXED);
		totals->no_return += __atomic_load_n(&c->no_return, __ATOMIC_RELAXED);
		totals->unfollowed += __atomic_load_n(&c->unfollowed, __ATOMIC_RELAXED);
		lost[SOT_RING_FULL] += __atomic_load_n(&c->lost_ring_full, __ATOMIC_RELAXED);
		lost[SOT_GUARDED_FULL] += __atomic_load_n(&c->lost_guarded_full, __ATOMIC_RELAXED);
		lost[SOT_INFLIGHT_FULL] +=
			__atomic_load_n(&c->lost_inflight_full, __ATOMIC_RELAXED);
		lost[SOT_RETURN_MISSED] +=
			__atomic_load_n(&c->lost_return_missed, __ATOMIC_RELAXED);
		left_out[SOT_ABOVE_RATE] += __atomic_load_n(&c->above_rate, __ATOMIC_RELAXED);
	}
	lost[SOT_INFLIGHT_FULL] += tracer->unbuilt;
	lost[SOT_PROBE_MISSED] = entry_misses(tracer);
	totals->filtered += left_at_entry;
	totals->seen += left_at_entry + lost[SOT_PROBE_MISSED];
}

static void put_account(struct sot_talkers news[SOT_LOSS_KINDS], const struct sot_process *process,
			const struct sot_account *account)
{
	struct sot_talker talker[SOT_LOSS_KINDS] = { 0 };
	uint64_t *lost = talker[SOT_LOST].loss.count, *left_out = talker[SOT_LEFT_OUT].loss.count;
	size_t kind;

	lost[SOT_RING_FULL] = account->lost_ring_full;
	lost[SOT_GUARDED_FULL] = account->lost_guarded_full;
	lost[SOT_INFLIGHT_FULL] = account->lost_inflight_full;
	lost[SOT_RETURN_MISSED] = account->lost_return_missed;
	left_out[SOT_ABOVE_RATE] = account->above_rate;
	for (kind = 0; kind < SOT_LOSS_KINDS; kind++) {
		if (!sot_loss_total(&talker[kind].loss))
			continue;
		talker[kind].process = *process;
		memcpy(talker[kind].comm, account->comm, sizeof(account->comm));
		sot_talkers_add(&news[kind], &talker[kind]);
	}
}

void sot_tracer__take_losses(struct sot_tracer *tracer, struct sot_talkers news[SOT_LOSS_KINDS])
{
	int fd = tracer->running.map[ACCOUNTS_MAP];
	uint32_t i, next, count = SOT_ACCOUNTS_MAX;

	/* ENOENT: those were all; another error leaves their losses the others' */
	if (bpf_map_lookup_and_delete_batch(fd, NULL, &next, tracer->account_of, tracer->account,
					    &count, NULL) &&
	    errno != ENOENT)
		return;
	for (i = 0; i < count; i++)
		put_account(news, &tracer->account_of[i], &tracer->account[i]);
}

static bool is_empty(const struct sot_tracer *tracer, enum running_map map)
{
	uint64_t key; /* as wide as any of these maps' */

	return bpf_map_get_next_key(tracer->running.map[map], NULL, &key) == -ENOENT;
}

bool sot_tracer__pids_gone(struct sot_tracer *tracer)
{
	return is_empty(tracer, PIDS_MAP);
}

/* As it would come out of a ring; what a thread's facts are marked with is not kept of them. */
static int hand_over_item(struct sot_tracer *tracer, struct sot_event *item)
{
	struct sot_whole_event ev;

	item->have |= SOT_INSIDE_AT_STOP;
	item->kept = 0;
	ev = sot_whole__take(&tracer->whole[SOT_RING_COMMON], item, item->size);
	return ev.data && tracer->fn ? tracer->fn(tracer->context, ev.data, ev.size, 0) : 0;
}

/* Calls that did not return while we looked: given as far as they are known. */
static int hand_over(struct sot_tracer *tracer, enum running_map store)
{
	int fd = tracer->running.map[store], ret = 0;
	uint64_t storage[SOT_EVENT_MAX / 8 + 1];
	struct sot_event *ev = (struct sot_event *)storage;
	uint64_t key, *last = NULL;

	while (!ret && !bpf_map_get_next_key(fd, last, &key)) {
		if (!bpf_map_lookup_elem(fd, &key, ev))
			ret = hand_over_item(tracer, ev);
		last = &key;
	}
	return ret;
}

/* The same of those that are kept with their threads: one item after the other. */
static int hand_over_kept(struct sot_tracer *tracer)
{
	uint64_t storage[SOT_EVENT_MAX / 8 + 1];
	struct sot_event *item = (struct sot_event *)storage;
	size_t have = 0, want = SOT_CALL_HEAD;
	int ret = 0;
	ssize_t n;

	while (tracer->kept_calls_fd > 0 && !ret) {
		n = read(tracer->kept_calls_fd, (char *)storage + have, want - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : 0;
		have += (size_t)n;
		want = have < SOT_CALL_HEAD ? SOT_CALL_HEAD : item->size;
		if (want < have || want > sizeof(storage))
			return -EBADMSG; /* not reached */
		if (have == want) {
			ret = hand_over_item(tracer, item);
			have = 0;
			want = SOT_CALL_HEAD;
		}
	}
	return ret;
}

static int hand_over_tallies(int fd, sot_tally_fn fn, void *context)
{
	int ret = 0;
	struct sot_tally_key key, *last = NULL;
	struct sot_tally tally;

	while (!ret && !bpf_map_get_next_key(fd, last, &key)) {
		if (!bpf_map_lookup_elem(fd, &key, &tally))
			ret = fn(context, &key, &tally);
		last = &key;
	}
	return ret;
}

/* Those that are inside; where fn is NULL their number. */
static int hand_over_timed(const struct sot_tracer *tracer, sot_tally_fn fn, void *context)
{
	int fd = tracer->running.map[TIMING_MAP], ret = 0, inside = 0;
	struct sot_tally tally = { .calls = { 1 } };
	uint64_t key, *last = NULL;
	struct sot_timed timed;

	while (!ret && !bpf_map_get_next_key(fd, last, &key)) {
		if (!bpf_map_lookup_elem(fd, &key, &timed) && timed.begun) {
			inside++;
			timed.key.ret = 0;
			timed.key.no_return = 1;
			tally.first = timed.begun;
			ret = fn ? fn(context, &timed.key, &tally) : 0;
		}
		last = &key;
	}
	return ret ?: inside;
}

int sot_tracer__tallies(struct sot_tracer *tracer, sot_tally_fn fn, void *context)
{
	int ret = hand_over_tallies(tracer->running.map[TALLIES_MAP], fn, context) ?:
			  hand_over_tallies(tracer->running.map[OTHER_TALLIES_MAP], fn, context);

	if (!ret)
		ret = hand_over_timed(tracer, fn, context);
	return ret < 0 ? ret : 0;
}

static uint64_t unbuilt_calls(const struct sot_tracer *tracer)
{
	return __atomic_load_n(&tracer->running.bss->unbuilt_count, __ATOMIC_RELAXED);
}

/* By the counters: what is counted between two of them may look like one. */
static bool threads_inside(struct sot_tracer *tracer)
{
	struct sot_totals totals;

	if (!tracer->running.keeps_threads)
		return false;
	sot_tracer__totals(tracer, &totals);
	return totals.seen != totals.filtered + totals.emitted +
				      sot_loss_total(&totals.loss[SOT_LOST]) +
				      sot_loss_total(&totals.loss[SOT_LEFT_OUT]);
}

static bool calls_inside(struct sot_tracer *tracer)
{
	return threads_inside(tracer) || unbuilt_calls(tracer) || !is_empty(tracer, INFLIGHT_MAP) ||
	       !is_empty(tracer, BESIDE_MAP) || hand_over_timed(tracer, NULL, NULL);
}

int sot_tracer__stop(struct sot_tracer *tracer)
{
	const struct timespec settle = { .tv_nsec = SETTLE_NS };
	int i, ret;

	entry_misses(tracer);
	detach(&tracer->enter_link);
	detach_side(tracer, true);
	for (i = 0; i < SETTLE_ROUNDS && calls_inside(tracer); i++)
		nanosleep(&settle, NULL);
	detach(&tracer->exit_link);
	detach_side(tracer, false);
	while ((ret = sot_tracer__poll(tracer)) > 0)
		;
	tracer->unbuilt = unbuilt_calls(tracer);
	return ret < 0			       ? ret :
	       hand_over(tracer, INFLIGHT_MAP) ?:
	       hand_over(tracer, BESIDE_MAP)   ?:
						 hand_over_kept(tracer);
}

void sot_tracer__free(struct sot_tracer *tracer)
{
	if (!tracer)
		return;
	release(tracer);
	sot_own_calls__free(tracer->own_calls);
	free(tracer);
}
