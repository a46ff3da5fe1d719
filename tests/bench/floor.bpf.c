/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs that do nothing: what the attachment alone costs, the floor of every tracer's figure. And
 * two that do what no tracer of a record can leave out: they take the time and the caller's value at
 * entry and at return, and give as many bytes as a record's event has. They ask who calls for what as
 * little as they look anything up: only one call may be made at a time.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EVENT_MAX 4096
#define EVENTS_BETWEEN 512 /* no more than a sixteenth of the ring buffer holds */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 event_bytes = 24; /* at the least, as many as struct event has */
const volatile __u64 wakeup_bytes;

bool reader_sleeps;
__u32 unasked;				 /* events since it was asked how much waits */
__u64 record[EVENT_MAX / sizeof(__u64)]; /* begins with a struct event */

struct event {
	__u64 time, duration_ns;
	__u32 value, value_after;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

#define EMPTY(_section, _name) \
	SEC("?" _section)      \
	int _name(void *ctx)   \
	{                      \
		return 0;      \
	}

EMPTY("fentry/__sys_setsockopt", fentry_enter)
EMPTY("fexit/__sys_setsockopt", fentry_exit)
EMPTY("kprobe/__sys_setsockopt", kprobe_enter)
EMPTY("kretprobe/__sys_setsockopt", kprobe_exit)
EMPTY("tp/syscalls/sys_enter_setsockopt", tracepoint_enter)
EMPTY("tp/syscalls/sys_exit_setsockopt", tracepoint_exit)

static __always_inline int enter(const void *optval)
{
	struct event *event = (void *)record;

	event->time = bpf_ktime_get_boot_ns();
	bpf_probe_read_user(&event->value, sizeof(event->value), optval);
	return 0;
}

/*
 * As the tracer does it: the reader is awakened when much is waiting, and only if it sleeps; and that
 * is asked now and then.
 */
static __always_inline __u64 wakeup_flags(void)
{
	unasked++;
	if (unasked < EVENTS_BETWEEN)
		return BPF_RB_NO_WAKEUP;
	unasked = 0;
	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < wakeup_bytes || !reader_sleeps)
		return BPF_RB_NO_WAKEUP;
	reader_sleeps = false;
	return BPF_RB_FORCE_WAKEUP;
}

SEC("?fentry/__sys_setsockopt")
int record_fentry(__u64 *args)
{
	return enter((const void *)args[3]);
}

SEC("?kprobe/__sys_setsockopt")
int record_kprobe(struct pt_regs *ctx)
{
	return enter((const void *)PT_REGS_PARM4(ctx));
}

static __always_inline void leave(struct event *event, const void *optval)
{
	event->duration_ns = bpf_ktime_get_boot_ns() - event->time;
	bpf_probe_read_user(&event->value_after, sizeof(event->value_after), optval);
}

SEC("?fexit/__sys_setsockopt")
int record_exit(__u64 *args)
{
	leave((void *)record, (const void *)args[3]);
	bpf_ringbuf_output(&events, record, event_bytes, wakeup_flags());
	return 0;
}

/* The rest is what was there: no more is copied than is new. */
SEC("?fexit/__sys_setsockopt")
int record_in_place(__u64 *args)
{
	const struct event *begun = (void *)record;
	__u64 flags = wakeup_flags();
	struct event *event = bpf_ringbuf_reserve(&events, event_bytes, 0);

	if (!event)
		return 0;
	event->time = begun->time;
	event->value = begun->value;
	leave(event, (const void *)args[3]);
	bpf_ringbuf_submit(event, flags);
	return 0;
}
