/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "capabilities.h"
#include "message.h"
#include "trace/kernel_types.h"
#include "trace/tracefs.h"

static bool have_bpf_caps(void)
{
	return sot_have_capability(CAP_SYS_ADMIN) ||
	       (sot_have_capability(SOT_CAP_BPF) && sot_have_capability(SOT_CAP_PERFMON));
}

static const char *release(void)
{
	static struct utsname uts;

	return uname(&uts) ? "?" : uts.release;
}

static bool have_ring_buffer(void)
{
	return libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) == 1;
}

int sot_kernel__check(void)
{
	if (!have_bpf_caps()) {
		sot_error("tracing needs the capabilities CAP_BPF and CAP_PERFMON, or "
			  "CAP_SYS_ADMIN, which this process lacks; run it with sudo");
		return -EPERM;
	}
	if (access(SOT_KERNEL_BTF, R_OK)) {
		sot_error(
			"kernel %s gives no type information: %s: %s; run a kernel built with "
			"CONFIG_DEBUG_INFO_BTF=y, as the distributions' own are, with /sys mounted",
			release(), SOT_KERNEL_BTF, strerror(errno));
		return -ENOENT;
	}
	return 0;
}

void sot_kernel__explain(const char *attach, const struct sot_buf *tried)
{
	if (!have_ring_buffer()) {
		sot_error(
			"kernel %s has no BPF ring buffer, or does not let us make one; Linux 5.8 "
			"or later is needed (tried: %.*s)",
			release(), (int)tried->len, tried->data);
		return;
	}
	if (!strcmp(attach, "auto"))
		sot_error(
			"no attachment is possible on kernel %s (%.*s); see sockopt-trace --doctor",
			release(), (int)tried->len, tried->data);
	else
		sot_error(
			"attachment %s is not possible on kernel %s (%.*s); leave --attach out to "
			"take one that is",
			attach, release(), (int)tried->len, tried->data);
}

static void put_word(struct sot_buf *buf, const char *before, const char *word)
{
	if (buf->len)
		sot_buf_str(buf, before);
	sot_buf_str(buf, word);
}

/* "64-bit, 32-bit", and why the others could not be made */
static void print_calls(const struct sot_self_test_result *health)
{
	char made[256], failed[512];
	struct sot_buf yes, no;
	int call;

	sot_buf_init(&yes, made, sizeof(made));
	sot_buf_init(&no, failed, sizeof(failed));
	for (call = 0; call < SOT_OWN_COUNT; call++) {
		if (!health->err[call])
			put_word(&yes, ", ", sot_own_call_name(call));
		if (health->err[call] >= 0)
			continue;
		put_word(&no, ", ", sot_own_call_name(call));
		sot_buf_str(&no, " (");
		sot_buf_str(&no, strerror(-health->err[call]));
		sot_buf_str(&no, ")");
	}
	printf("%-24s %.*s", "  own calls made", (int)yes.len, yes.data);
	if (no.len)
		printf("; not made: %.*s", (int)no.len, no.data);
	putchar('\n');
}

/* "not tested: cgroup BPF: Operation not permitted" */
static void print_untested(const struct sot_self_test_result *health, const struct sot_probe *probe)
{
	enum sot_own_call call;
	int err = sot_self_test__obstacle(health, probe, &call);

	printf("    %-44s not tested: ", probe->program);
	if (err)
		printf("%s: %s\n", sot_own_call_name(call), strerror(-err));
	else
		printf("none of them comes by\n");
}

static void print_probe(const struct sot_probe *probe)
{
	static const char *const words[] = {
		[SOT_PROBE_FIRING] = "fired once for each",
		[SOT_PROBE_SILENT] = "did NOT fire for",
		[SOT_PROBE_REPEATED] = "fired MORE THAN ONCE for",
	};

	printf("    %-44s %s%s%s\n", probe->program, words[probe->state],
	       probe->state >= SOT_PROBE_SILENT ? " " : "",
	       probe->state >= SOT_PROBE_SILENT ? sot_own_call_name(probe->call) : "");
}

static void print_health(const struct sot_self_test_result *health)
{
	size_t i;

	print_calls(health);
	for (i = 0; i < health->count; i++) {
		if (health->probe[i].state == SOT_PROBE_UNTESTED)
			print_untested(health, &health->probe[i]);
		else
			print_probe(&health->probe[i]);
	}
}

/* Loads, attaches and tests one row for a moment; the calls are those of one process: ourselves. */
static struct sot_tracer *try_row(const struct sot_attachment *row, struct sot_buf *why)
{
	static const struct sot_option_filter everything;
	uint32_t self = (uint32_t)getpid();
	struct sot_tracer_config cfg = {
		.attach = row->variant,
		.snapshot = SOT_SNAPSHOT_DEFAULT,
		.buffer_kib = 4,
		.in_flight = 1,
		.pids = &self,
		.pids_count = 1,
		.audit = true,
		.options = &everything,
	};
	struct sot_tracer *tracer;

	return sot_tracer__open(&tracer, &cfg, why) ? NULL : tracer;
}

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "NO";
}

int sot_kernel__doctor(void)
{
	const struct sot_attachment *row, *best = NULL;
	char storage[1024], unseen_storage[512];
	struct sot_tracer *tracer;
	struct sot_buf why, unseen;

	printf("%-24s %s\n", "kernel", release());
	printf("%-24s %s\n", "capabilities",
	       have_bpf_caps() ? "yes" :
				 "NO: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN; run it with sudo");
	printf("%-24s %s\n", "type information (BTF)", yes_no(!access(SOT_KERNEL_BTF, R_OK)));
	printf("%-24s %s\n", "BPF ring buffer", yes_no(have_ring_buffer()));
	printf("%-24s %s\n", "tracefs",
	       yes_no(sot_tracepoint_id("syscalls/sys_enter_setsockopt") > 0));
	for (row = sot_attachments; row->name; row++) {
		sot_buf_init(&why, storage, sizeof(storage));
		sot_buf_init(&unseen, unseen_storage, sizeof(unseen_storage));
		tracer = try_row(row, &why);
		if (tracer) {
			sot_tracer__unseen(tracer, &unseen);
			printf("%-24s works%s%.*s\n", row->variant,
			       unseen.len ? "; does not see: " : "", (int)unseen.len, unseen.data);
			print_health(sot_tracer__health(tracer));
			sot_tracer__free(tracer);
			if (!best)
				best = row;
		} else {
			/* why begins with the variant's name */
			printf("%-24s no: %.*s\n", row->variant,
			       (int)(why.len - strlen(row->variant) - 2),
			       why.data + strlen(row->variant) + 2);
		}
	}
	if (best)
		printf("\nWould run: %s\n", best->variant);
	else
		printf("\nNothing can run here.\n");
	return best ? 0 : SOT_EXIT_FAILURE;
}
