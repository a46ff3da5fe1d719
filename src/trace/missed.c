/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "missed.h"

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define PERF_EVENT_KPROBE 3 /* include/uapi/linux/bpf.h: enum bpf_perf_event_type */
#define PERF_EVENT_KRETPROBE 4

/* struct bpf_link_info of a perf event on a kprobe, newer than Debian 12's headers. */
struct kprobe_link_info {
	uint32_t type, id, prog_id, reserved;
	uint32_t event_type, reserved2;
	uint64_t func_name;
	uint32_t name_len, offset;
	uint64_t addr;
	uint64_t missed; /* Linux 6.7 */
};

_Static_assert(offsetof(struct bpf_link_info, raw_tracepoint) ==
		       offsetof(struct kprobe_link_info, event_type),
	       "the union's place in struct bpf_link_info");

uint64_t sot_missed_runs(int prog_fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(prog_fd, &info, &len) ? 0 : info.recursion_misses;
}

uint64_t sot_missed_kprobe(int link_fd)
{
	struct kprobe_link_info info = { 0 };
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(link_fd, &info, &len) || info.type != BPF_LINK_TYPE_PERF_EVENT ||
	    len < sizeof(info))
		return 0;
	return info.event_type == PERF_EVENT_KPROBE || info.event_type == PERF_EVENT_KRETPROBE ?
		       info.missed :
		       0;
}

uint64_t sot_link_id(int link_fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t len = sizeof(info);
	uint64_t id;

	if (!bpf_obj_get_info_by_fd(link_fd, &info, &len))
		return info.id;
	return ioctl(link_fd, PERF_EVENT_IOC_ID, &id) ? 0 : id;
}
