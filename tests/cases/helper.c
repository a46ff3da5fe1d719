/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that the live tests run under the tracer: helper WHAT [ARGUMENT...] */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define RACE_A 0x11111111
#define RACE_B 0x22222222

static void set_keepalive(int fd)
{
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
}

/* flood N: that many calls, as fast as they go */
static int flood(char **args)
{
	long i, n = atol(args[0]);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	for (i = 0; i < n; i++)
		set_keepalive(fd);
	printf("%ld\n", n);
	return 0;
}

/* flood-for SECONDS: prints how many calls it made */
static int flood_for(char **args)
{
	time_t end = time(NULL) + atol(args[0]);
	int fd = socket(AF_INET, SOCK_STREAM, 0), i;
	long n = 0;

	for (; time(NULL) < end; n += 64)
		for (i = 0; i < 64; i++)
			set_keepalive(fd);
	printf("%ld\n", n);
	return 0;
}

static pid_t child_with_a_call(int fd)
{
	pid_t pid = vfork();

	if (!pid) {
		set_keepalive(fd);
		_exit(0);
	}
	return pid;
}

/* processes N: that many, one call each */
static int processes(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0);

	signal(SIGCHLD, SIG_IGN);
	for (i = 0; i < n; i++)
		if (child_with_a_call(fd) < 0)
			return 1;
	printf("%d\n", n);
	return 0;
}

/* tally N: N calls that succeed, and others of the option, the level or the descriptor that do not */
static int tally(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	for (i = 0; i < n; i++) {
		set_keepalive(fd);
		if (i % 2)
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (i % 4 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &one, 1);
		if (i % 8 == 0)
			setsockopt(-1, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (i % 16 == 0)
			setsockopt(fd, SOL_SOCKET, 9999, &one, sizeof(one));
		if (i % 32 == 0)
			setsockopt(fd, 12345, 1, &one, sizeof(one));
	}
	printf("%d\n", n);
	return 0;
}

/* marks N: a flood of N calls, of N that need a privilege, and of half as many of these that fail */
static int marks(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0), zero = 0;

	for (i = 0; i < 10 * n; i++)
		set_keepalive(fd);
	for (i = 0; i < n; i++) {
		setsockopt(fd, SOL_SOCKET, SO_MARK, &zero, sizeof(zero));
		if (i % 2)
			setsockopt(-1, SOL_SOCKET, SO_MARK, &zero, sizeof(zero));
	}
	printf("%d\n", 11 * n + n / 2);
	return 0;
}

/* alternate N: N calls, their value counts them; every second one needs a privilege */
static int alternate(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0);

	for (i = 0; i < n; i++)
		setsockopt(fd, SOL_SOCKET, i % 2 ? SO_MARK : SO_KEEPALIVE, &i, sizeof(i));
	printf("%d\n", n);
	return 0;
}

/*
 * risky N: calls that attackers make, too, and that need no privilege; half of them with all
 * capabilities in a user namespace of its own, where the kernel lets it make one
 */
static int risky(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0), zero = 0;

	for (i = 0; i < n; i++) {
		if (i == n / 2)
			unshare(CLONE_NEWUSER);
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &zero, sizeof(zero));
	}
	printf("%d\n", n);
	return 0;
}

/* options N: as many options that nobody knows, one call each */
static int options(char **args)
{
	int i, n = atoi(args[0]), fd = socket(AF_INET, SOCK_STREAM, 0);

	for (i = 0; i < n; i++)
		setsockopt(fd, SOL_SOCKET, 100000 + i, &i, sizeof(i));
	printf("%d\n", n);
	return 0;
}

/* The numbers of a loss record, added up, before it tells whose they were. */
static unsigned long loss_in(const char *line)
{
	const char *end = strstr(line, ",\"processes\":");
	unsigned long sum = 0;

	line = strstr(line, "\"lost\":{");
	while (line && end && (line = strstr(line, "\":")) && line < end) {
		line += 2;
		sum += strtoul(line, NULL, 10);
	}
	return sum;
}

/* count: of the tracer's JSON on standard input, "EVENTS LOST" */
static int count(char **args)
{
	unsigned long events = 0, lost = 0;
	char *line = NULL;
	size_t size = 0;

	(void)args;
	while (getline(&line, &size, stdin) > 0) {
		if (strstr(line, "\"eventName\":\"setsockopt\""))
			events++;
		else
			lost += loss_in(line);
	}
	free(line);
	printf("%lu %lu\n", events, lost);
	return 0;
}

static void *sleep_inside(void *page)
{
	setsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_KEEPALIVE, page, 4);
	return NULL;
}

/* asleep SECONDS: a thread inside setsockopt, waiting for a page that nobody brings */
static int asleep(char **args)
{
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffd_msg msg;
	pthread_t thread;

	reg.range.start = (unsigned long)page;
	reg.range.len = PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg) ||
	    pthread_create(&thread, NULL, sleep_inside, page))
		return 77;
	if (read(uffd, &msg, sizeof(msg)) != sizeof(msg))
		return 1;
	printf("asleep %d\n", getpid());
	fflush(stdout);
	sleep((unsigned int)atoi(args[0]));
	_exit(0);
}

/* crowd N: N threads inside setsockopt, waiting for one page that nobody brings */
static int crowd(char **args)
{
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC), i, n = atoi(args[0]);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffd_msg msg;
	pthread_attr_t small;
	pthread_t thread;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16 * PAGE);
	reg.range.start = (unsigned long)page;
	reg.range.len = PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		return 77;
	for (i = 0; i < n; i++)
		if (pthread_create(&thread, &small, sleep_inside, page))
			return 1;
	for (i = 0; i < n; i++) /* one message a thread */
		if (read(uffd, &msg, sizeof(msg)) != sizeof(msg))
			return 1;
	puts("asleep");
	fflush(stdout);
	pause();
	return 0;
}

static volatile int raced;

static void *flip(void *stop)
{
	while (!*(volatile int *)stop)
		raced = raced == RACE_A ? RACE_B : RACE_A;
	return NULL;
}

/* race N: that many calls, while another thread changes the value as fast as it can */
static int race(char **args)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), i, n = atoi(args[0]);
	volatile int stop = 0;
	pthread_t thread;

	raced = RACE_A;
	if (pthread_create(&thread, NULL, flip, (void *)&stop))
		return 1;
	for (i = 0; i < n; i++)
		setsockopt(fd, SOL_SOCKET, SO_MARK, (const void *)&raced, sizeof(raced));
	stop = 1;
	pthread_join(thread, NULL);
	return 0;
}

/* as-user UID GID PROGRAM...: with no capability left */
static int as_user(char **args)
{
	uid_t uid = (uid_t)atoi(args[0]);
	gid_t gid = (gid_t)atoi(args[1]);

	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		return 1;
	execvp(args[2], args + 2);
	return 127;
}

/* bounded MASK PROGRAM...: with no other capabilities than these, bit by bit */
static int bounded(char **args)
{
	unsigned long mask = strtoul(args[0], NULL, 16);
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++)
		if (!(mask >> cap & 1) && prctl(PR_CAPBSET_DROP, cap))
			return 1;
	execvp(args[1], args + 1);
	return 127;
}

/* without NUMBER ERRNO PROGRAM...: that system call fails, as on a kernel that lacks or locks it */
static int without(char **args)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), /* struct seccomp_data: nr */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)atoi(args[0]), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int)atoi(args[1])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return 1;
	execvp(args[2], args + 2);
	return 127;
}

/* native PROGRAM...: 32-bit calls end it by SIGSYS, as with systemd's SystemCallArchitectures= */
static int native(char **args)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4), /* struct seccomp_data: arch */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return 1;
	execvp(args[0], args);
	return 127;
}

static int bind_to_loopback(int fd)
{
	int index = 1;

	return setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof(index));
}

/* rename-interface NAME: the loopback of this network namespace, between two calls that name it */
static int rename_interface(char **args)
{
	struct timespec told = { .tv_nsec = 300 * 1000 * 1000 }, forgotten = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq req = { .ifr_name = "lo" };

	if (bind_to_loopback(fd))
		return 1;
	nanosleep(&told, NULL);
	snprintf(req.ifr_newname, sizeof(req.ifr_newname), "%s", args[0]);
	if (ioctl(fd, SIOCSIFNAME, &req))
		return 77;
	nanosleep(&forgotten, NULL);
	return bind_to_loopback(fd);
}

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* A descriptor of the BPF program whose name begins so, the newest. */
static int program_by_name(const char *begin)
{
	struct bpf_prog_info info;
	union bpf_attr attr = { 0 }, one;
	int fd, found = -1;

	while (!bpf(BPF_PROG_GET_NEXT_ID, &attr)) {
		attr.start_id = attr.next_id;
		one = (union bpf_attr){ .prog_id = attr.start_id };
		fd = (int)bpf(BPF_PROG_GET_FD_BY_ID, &one);
		one = (union bpf_attr){ .info = { .bpf_fd = (uint32_t)fd,
						  .info_len = sizeof(info),
						  .info = (uintptr_t)&info } };
		memset(&info, 0, sizeof(info));
		if (fd < 0 || bpf(BPF_OBJ_GET_INFO_BY_FD, &one) ||
		    strncmp(info.name, begin, strlen(begin)))
			close(fd);
		else
			found = fd;
	}
	return found;
}

/* again PROGRAM FUNCTION: somebody's kprobe program attached a second time, until killed */
static int again(char **args)
{
	FILE *file = fopen("/sys/bus/event_source/devices/kprobe/type", "re");
	struct perf_event_attr attr = { .size = sizeof(attr), .config1 = (uintptr_t)args[1] };
	int prog = program_by_name(args[0]), fd;

	if (!file || fscanf(file, "%u", &attr.type) != 1)
		return 77;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (prog < 0 || fd < 0 || ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog) ||
	    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
		return 1;
	puts("attached");
	fflush(stdout);
	pause();
	return 0;
}

#ifdef __x86_64__
static long ptrace_wait(int request, pid_t pid)
{
	struct __ptrace_syscall_info info = { 0 };
	int status;

	if (ptrace(request, pid, NULL, NULL) || waitpid(pid, &status, __WALL) != pid)
		return -1;
	return ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0 ? -1 : info.op;
}

#define SYSCALL_INSN 0x050f

/* Runs up to a 64-bit system call: for one by int 0x80 the numbers mean others. */
static int to_entry(pid_t pid, struct user_regs_struct *regs)
{
	long op = ptrace_wait(PTRACE_ATTACH, pid);

	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD);
	while (op >= 0) {
		if (op == PTRACE_SYSCALL_INFO_ENTRY) {
			if (ptrace(PTRACE_GETREGS, pid, NULL, regs))
				return -1;
			if ((ptrace(PTRACE_PEEKTEXT, pid, regs->rip - 2, NULL) & 0xffff) ==
			    SYSCALL_INSN)
				return 0;
		}
		op = ptrace_wait(PTRACE_SYSCALL, pid);
	}
	return -1;
}

/* inject PID NUMBER A B C: has that process make a system call, in the place of its next */
static int inject(char **args)
{
	pid_t pid = atoi(args[0]);
	struct user_regs_struct before, regs;

	if (to_entry(pid, &before))
		return 1;
	regs = before;
	regs.orig_rax = strtoull(args[1], NULL, 0);
	regs.rdi = strtoull(args[2], NULL, 0);
	regs.rsi = strtoull(args[3], NULL, 0);
	regs.rdx = strtoull(args[4], NULL, 0);
	if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) || ptrace_wait(PTRACE_SYSCALL, pid) < 0 ||
	    ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return 1;
	printf("%lld\n", (long long)regs.rax);
	before.rax = before.orig_rax; /* which it makes now */
	before.rip -= 2;
	return ptrace(PTRACE_SETREGS, pid, NULL, &before) || ptrace(PTRACE_DETACH, pid, NULL, NULL);
}
#else
static int inject(char **args)
{
	(void)args;
	return 77;
}
#endif

/* evil NAME INTERFACE: its own name, values and the loopback's name are what nobody expects */
static int evil(char **args)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct ifreq req = { .ifr_name = "lo" };
	socklen_t len = (socklen_t)strlen(args[0]);

	prctl(PR_SET_NAME, args[0]);
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, args[0], len);
	setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, args[0], len);
	snprintf(req.ifr_newname, sizeof(req.ifr_newname), "%s", args[1]);
	if (ioctl(fd, SIOCSIFNAME, &req))
		return 77;
	bind_to_loopback(fd);
	usleep(300 * 1000); /* until the interface has been asked for its name */
	return 0;
}

/* who: user, groups, home */
static int who(char **args)
{
	gid_t groups[64];
	int n = getgroups(64, groups), i;

	(void)args;
	printf("%d %d %d %d", getuid(), geteuid(), getgid(), getegid());
	for (i = 0; i < n; i++)
		printf(" +%d", groups[i]);
	printf(" %s\n", getenv("HOME") ? getenv("HOME") : "-");
	return 0;
}

static void on_term(int sig)
{
	(void)sig;
	_exit(7);
}

/* wait-for-term: 7 when SIGTERM came, 1 when it did not within 20 s */
static int wait_for_term(char **args)
{
	(void)args;
	signal(SIGTERM, on_term);
	set_keepalive(socket(AF_INET, SOCK_STREAM, 0));
	puts("ready");
	fflush(stdout);
	sleep(20);
	return 1;
}

static int exit_with(char **args)
{
	return atoi(args[0]);
}

static int kill_self(char **args)
{
	raise(atoi(args[0]));
	return 0;
}

/* A call that nobody else makes, so that what came before it can be told from what comes after. */
static int mark(char **args)
{
	(void)args;
	return setsockopt(-1, 0x5eed, 0, NULL, 0) != -1;
}

static const struct {
	const char *name;
	int (*run)(char **args);
	int args;
} programs[] = {
	{ "flood", flood, 1 },
	{ "flood-for", flood_for, 1 },
	{ "processes", processes, 1 },
	{ "tally", tally, 1 },
	{ "marks", marks, 1 },
	{ "alternate", alternate, 1 },
	{ "risky", risky, 1 },
	{ "options", options, 1 },
	{ "asleep", asleep, 1 },
	{ "crowd", crowd, 1 },
	{ "race", race, 1 },
	{ "as-user", as_user, 3 },
	{ "bounded", bounded, 2 },
	{ "without", without, 3 },
	{ "native", native, 1 },
	{ "rename-interface", rename_interface, 1 },
	{ "evil", evil, 2 },
	{ "again", again, 2 },
	{ "inject", inject, 5 },
	{ "who", who, 0 },
	{ "wait-for-term", wait_for_term, 0 },
	{ "count", count, 0 },
	{ "exit", exit_with, 1 },
	{ "kill-self", kill_self, 1 },
	{ "mark", mark, 0 },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(programs) / sizeof(programs[0]); i++)
		if (!strcmp(argv[1], programs[i].name) && argc - 2 >= programs[i].args)
			return programs[i].run(argv + 2);
	fprintf(stderr, "helper: unknown, or arguments are missing: %s\n", argc > 1 ? argv[1] : "");
	return 2;
}
