/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "means.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracefs.h"

/* What perf knows kprobes by (Linux 4.17); libbpf takes tracefs where it is not there. */
#define KPROBE_EVENTS "/sys/bus/event_source/devices/kprobe/type"

int sot_means_perf_events(void)
{
	/* An event that counts nothing: who may open it is asked as for the others. */
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_DUMMY };
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int sot_means_kprobes(void)
{
	if (!access(KPROBE_EVENTS, F_OK))
		return 0;
	return sot_tracefs_has("kprobe_events");
}

int sot_means_trampolines(uint32_t function)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FEXIT,
		    .attach_btf_id = function);
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, NULL, "GPL", program,
			       sizeof(program) / sizeof(program[0]), &opts);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}
