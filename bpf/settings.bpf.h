/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the loader sets before the programs are loaded: constants by the time the verifier runs, which
 * takes away what is off, but not the two instructions that load each: those that are mostly off are
 * asked behind one that says so. And in the plain programs (plain.bpf.c), which are compiled apart,
 * those of event.h: SOT_PLAIN_ON are constants to clang.
 */
#ifndef SOT_SETTINGS_BPF_H
#define SOT_SETTINGS_BPF_H

#include "vmlinux.h"
#include "event.h"

#ifdef SOT_PLAIN
/* There once: bpftool links what is compiled apart. */
#define SHARED extern
#define PROGRAM(_name) _name##_plain

#define PLAIN_ON(_name) _name = true,
#define PLAIN_OFF(_name) _name = false,
enum plain_setting { SOT_PLAIN_ON(PLAIN_ON) SOT_PLAIN_OFF(PLAIN_OFF) };
#else
#define SHARED
#define PROGRAM(_name) _name

const volatile bool can_cast;	   /* fields can be loaded (load.bpf.h) */
const volatile bool keeps_threads; /* what is known of a thread is kept (thread.bpf.h) */
const volatile bool no_values;
const volatile bool only_failed;
const volatile __u64 rate;	  /* calls of a process in a window; 0: no limit */
const volatile bool count_only;	  /* calls are counted, and no event is built */
const volatile bool count_events; /* calls of which there are events are counted as well */
#endif

#define SETTING SHARED const volatile

SETTING __u8 attach_id;
SETTING bool uring_at_call; /* a probe stands where io_uring calls do_sock_setsockopt */
SETTING __u32 snapshot;
SETTING __u64 wakeup_bytes, guarded_wakeup_bytes;
SETTING __u64 guarded_half;   /* bytes, of the guarded ring */
SETTING bool filters_process; /* by pid, uid, name or cgroup */
SETTING bool filter_pids;
SETTING bool filter_one_pid; /* only one, which is one_pid, and none to come */
SETTING bool filter_uids;
SETTING bool filter_comms;
SETTING bool any_option;     /* no filter asks which option it is */
SETTING __u32 option_filter; /* what it asks: SOT_LEAVES_OUT */
SETTING bool filter_cgroups; /* only tasks in or below a group of `cgroups` */
SETTING __u64 rate_window_ns;
SETTING __u64 shared_levels;	   /* a bit each: several families have it */
SETTING __u64 tick_ns;		   /* a jiffy */
SETTING __u8 check_source;	   /* enum sot_check_source */
SETTING bool filter_takes_sockptr; /* __cgroup_bpf_run_filter_setsockopt, since 6.7 */
SETTING __u32 tracer_pid_ns;	   /* inode; 0: the initial one, where the pids are the host's */
SETTING __u32 tracer_tgid;	   /* our own, in that namespace */
SETTING bool has_x32;		   /* the kernel may take such calls */
SETTING __u32 cast_id[SOT_CAST_COUNT];	     /* in the kernel's BTF, by enum sot_cast_type */
SETTING __u64 rename_lock_at, mount_lock_at; /* addresses; 0: not known */

/* Where this kernel keeps what enum sot_effect_id names. */
SETTING struct sot_place places[SOT_EFFECTS_MAX][SOT_EFFECT_PLACES];

/* The same where it is one number in the struct sock itself, by an event's `effect`. */
SETTING struct sot_number plain_places[SOT_PLAIN_PLACES];

#endif
