/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Makes the calls, in the guest, as root. Every row in processes of its own: one may die. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/capability.h>

#include "conformance.h"
#include "value_types.h"

#define ROW_SECONDS 30 /* closing a packet socket waits for RCU, and the guest is slow */
#define ALL_CAPS (~0ULL)
#define BAD_POINTER ((void *)0x10)

/* Who makes the call. */
struct creds {
	enum probe from, to; /* the probes that it makes */
	bool drops;	     /* keeps but these */
	uint64_t (*keeps)(const struct sot_option *opt);
	bool child; /* the socket is one of a child user namespace */
};

static uint64_t keep_none(const struct sot_option *opt)
{
	(void)opt;
	return 0;
}

static uint64_t keep_others(const struct sot_option *opt)
{
	return ALL_CAPS & ~opt->caps;
}

static uint64_t keep_first(const struct sot_option *opt)
{
	return opt->caps & -opt->caps;
}

static uint64_t keep_second(const struct sot_option *opt)
{
	return opt->caps & (opt->caps - 1);
}

static const struct creds creds[] = {
	{ PROBE_FIT, PROBE_ALSO, false, NULL, false },
	{ PROBE_NOBODY, PROBE_NOBODY, true, keep_none, false },
	{ PROBE_CAP_ROOT, PROBE_CAP_ROOT, false, NULL, false },
	{ PROBE_CAP_NOBODY, PROBE_CAP_NOBODY, true, keep_none, false },
	{ PROBE_CAP_OTHERS, PROBE_CAP_OTHERS, true, keep_others, false },
	{ PROBE_CAP_FIRST, PROBE_CAP_FIRST, true, keep_first, false },
	{ PROBE_CAP_SECOND, PROBE_CAP_SECOND, true, keep_second, false },
	{ PROBE_CAP_CHILD, PROBE_CAP_CHILD, false, NULL, true },
};

static uint8_t value[PROBE_ROOM];
static struct notes notes;

/* A bounding set for programs that are run, no uid: what the kernel asks for is in the sets. */
static bool keep_caps(uint64_t caps)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];
	int i;

	if (syscall(SYS_capget, &header, data) != 0)
		return false;
	for (i = 0; i < 2; i++) {
		uint32_t kept = data[i].permitted & (uint32_t)(caps >> (32 * i));

		data[i].effective = data[i].permitted = kept;
		data[i].inheritable = 0;
	}
	if (caps == 0 && (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
		return false;
	return caps == 0 || syscall(SYS_capset, &header, data) == 0;
}

static int make_socket(const struct trial *trial, bool for_cap)
{
	const struct trial *from = find_socket(trial);
	int (*prepare)(int fd) = trial->prepare ? trial->prepare : from->prepare;
	int fd = socket(from->family, from->type, from->protocol);
	int error = errno;

	if (fd < 0)
		return -error;
	if (for_cap && trial->cap_prepare)
		prepare = trial->cap_prepare;
	return prepare ? prepare(fd) : fd;
}

/* Makes one call on a socket of its own, as root but for what is dropped just before. False: there
 * is no such socket. */
static bool probe(size_t row, const struct trial *trial, const struct creds *who, enum probe kind)
{
	const struct sot_option *opt = &sot_options[row];
	struct call call;
	int fd, status;

	memset(value, 0, sizeof(value));
	fd = make_socket(trial, kind >= PROBE_CAP_ROOT);
	if (fd < 0) {
		notes.outcome[row][kind] = OUTCOME_NO_SOCKET;
		if (kind == PROBE_FIT)
			notes.why[row] = (int16_t)-fd;
		return false;
	}
	if (!make_call(opt, trial, kind, value, &call) ||
	    (who->drops && !keep_caps(who->keeps(opt)))) {
		close(fd);
		return true;
	}
	status = setsockopt(fd, sot_levels[opt->level].number, opt->optname,
			    call.null ? NULL :
			    call.bad  ? BAD_POINTER :
					value,
			    (socklen_t)call.len);
	notes.outcome[row][kind] = (int16_t)(status > 0	 ? OUTCOME_POSITIVE :
					     status == 0 ? 0 :
							   errno);
	close(fd);
	return true;
}

static void probe_as(size_t row, const struct trial *trial, const struct creds *who)
{
	enum probe kind;

	for (kind = who->from; kind <= who->to; kind++)
		if (!probe(row, trial, who, kind))
			return;
}

static void note_death(size_t row, const struct trial *trial, const struct creds *who)
{
	struct call call;
	enum probe kind;

	for (kind = who->from; kind <= who->to; kind++)
		if (notes.outcome[row][kind] == OUTCOME_NONE &&
		    make_call(&sot_options[row], trial, kind, value, &call))
			notes.outcome[row][kind] = OUTCOME_DIED;
}

/* Whether these credentials have a probe to make for the row. */
static bool applies(const struct sot_option *opt, const struct trial *trial,
		    const struct creds *who)
{
	struct call call;
	enum probe kind;

	for (kind = who->from; kind <= who->to; kind++)
		if (make_call(opt, trial, kind, value, &call))
			return true;
	return false;
}

/* Whether the process came to its end in time. One that cannot be killed is left behind. */
static bool await(pid_t pid)
{
	struct timespec limit = { ROW_SECONDS, 0 };
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0)
		if (sigtimedwait(&set, NULL, &limit) < 0 && errno == EAGAIN) {
			kill(pid, SIGKILL);
			return false;
		}
	return status == 0;
}

static void probe_row(size_t row, const struct creds *who)
{
	const struct trial *trial = find_trial(&sot_options[row]);
	pid_t pid;

	if (!trial || !applies(&sot_options[row], trial, who))
		return;
	if (who->from != PROBE_FIT && notes.outcome[row][PROBE_FIT] < OUTCOME_NONE)
		return;
	pid = fork();
	if (pid == 0) {
		probe_as(row, trial, who);
		_exit(0);
	}
	if (pid < 0 || !await(pid)) {
		fprintf(stderr, "row %zu, %s: died\n", row, sot_options[row].name);
		note_death(row, trial, who);
	}
}

static void probe_rows(bool child)
{
	size_t row, i;

	for (row = 0; row < sot_options_count; row++)
		for (i = 0; i < sizeof(creds) / sizeof(creds[0]); i++)
			if (creds[i].child == child)
				probe_row(row, &creds[i]);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* All that is probed in a child user namespace, whose root owns a network namespace. */
static void probe_in_child_namespace(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 ||
		    !write_file("/proc/self/setgroups", "deny") ||
		    !write_file("/proc/self/uid_map", "0 0 1") ||
		    !write_file("/proc/self/gid_map", "0 0 1") || system("ip link set lo up") != 0)
			_exit(1);
		probe_rows(true);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void *shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("conformance: mmap");
		exit(1);
	}
	return memory;
}

static void print_notes(FILE *out)
{
	size_t row;
	int kind;

	fprintf(out, "kernel %s\n", notes.release);
	for (row = 0; row < sot_options_count; row++) {
		fprintf(out, "%zu %s %d", row, sot_options[row].name, notes.why[row]);
		for (kind = 0; kind < PROBE_COUNT; kind++)
			fprintf(out, " %d", notes.outcome[row][kind]);
		fputc('\n', out);
	}
}

int probe_kernel(FILE *out)
{
	struct utsname name;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL); /* await takes it */
	uname(&name);
	snprintf(notes.release, sizeof(notes.release), "%s", name.release);
	notes.outcome = shared(sot_options_count * sizeof(*notes.outcome));
	notes.why = shared(sot_options_count * sizeof(*notes.why));
	memset(notes.outcome, 0xff, sot_options_count * sizeof(*notes.outcome)); /* OUTCOME_NONE */
	probe_rows(false);
	probe_in_child_namespace();
	print_notes(out);
	return fflush(out) != 0;
}
