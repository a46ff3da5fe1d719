/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* With whose authority a call is made, and whether it is what it looks like. */
#include "patterns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define ATTEMPTS 8
#define GROUP "/sys/fs/cgroup/sot-patterns"
#define POLICY_PRIORITY 5 /* what the policy swallows */

static int mark(void)
{
	return set_int(udp_socket(), SOL_SOCKET, SO_MARK, 7);
}

static int force_buffer(int times)
{
	int ret = 0;

	while (times--)
		ret = set_int(udp_socket(), SOL_SOCKET, SO_SNDBUFFORCE, 65536);
	return ret == -EPERM ? 0 : ret; /* refused is what it is about */
}

static int force_once(void)
{
	return force_buffer(1);
}

static int force_often(void)
{
	return force_buffer(ATTEMPTS);
}

static int ask_buffer(void)
{
	return set_int(udp_socket(), SOL_SOCKET, SO_SNDBUF, 65536);
}

/* Not to be set, by nobody. */
static int set_peer(void)
{
	int ret = set_int(open_socket(AF_UNIX, SOCK_STREAM, 0), SOL_SOCKET, SO_PEERCRED, 0);

	return ret == -ENOPROTOOPT ? 0 : ret;
}

static int pass_credentials(void)
{
	return set_int(open_socket(AF_UNIX, SOCK_STREAM, 0), SOL_SOCKET, SO_PASSCRED, 1);
}

static int debug(int on)
{
	return set_int(udp_socket(), SOL_SOCKET, SO_DEBUG, on);
}

static int debug_on(void)
{
	return debug(1);
}

static int debug_off(void)
{
	return debug(0);
}

/* What root permits itself stays permitted to the user. */
static int keep_capabilities(void)
{
	return prctl(PR_SET_KEEPCAPS, 1) ? -errno : 0;
}

static int mark_by_capability(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = 1 << CAP_NET_ADMIN,
						    .permitted = 1 << CAP_NET_ADMIN } };

	return syscall(SYS_capset, &head, data) ? -errno : mark();
}

/* The capability is there, but nothing asks for it. */
static int ask_buffer_by_capability(void)
{
	return ask_buffer();
}

/*
 * A thread inside sendto keeps the socket's lock while it waits for a page of its data that another
 * thread brings (udp_sendmsg, ip_append_data). What it would have sent is never sent: it is corked.
 */
static struct {
	int uffd, fd;
	char *data, *insns; /* a page each, missing until they are brought */
	struct sock_fprog prog;
	volatile int tid;
} held = { .uffd = -1 };

static int open_userfaultfd(void)
{
	struct uffdio_api api = { .api = UFFD_API };

	held.uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	return held.uffd < 0 || ioctl(held.uffd, UFFDIO_API, &api) ? -errno : 0;
}

static char *missing_page(void)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	reg.range.start = (unsigned long)page;
	reg.range.len = PAGE;
	return page == MAP_FAILED || ioctl(held.uffd, UFFDIO_REGISTER, &reg) ? NULL : page;
}

static void wait_for_fault(void)
{
	struct uffd_msg msg;

	while (read(held.uffd, &msg, sizeof(msg)) != sizeof(msg))
		;
}

static void bring(char *page, const void *bytes, size_t len)
{
	static char content[PAGE] __attribute__((aligned(PAGE)));
	struct uffdio_copy copy = { .dst = (unsigned long)page,
				    .src = (unsigned long)content,
				    .len = PAGE };

	memset(content, 0, sizeof(content));
	memcpy(content, bytes, len);
	ioctl(held.uffd, UFFDIO_COPY, &copy);
}

static void *keep_lock(void *unused)
{
	send(held.fd, held.data, 64, MSG_MORE);
	return unused;
}

static void *attach_filter(void *unused)
{
	held.tid = (int)syscall(SYS_gettid);
	set_value(held.fd, SOL_SOCKET, SO_ATTACH_FILTER, &held.prog, sizeof(held.prog));
	return unused;
}

/* "54 0x3 ...": it sleeps in this system call. */
static bool sleeps_in(int tid, long nr)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtol(text, NULL, 10) == nr && text[0] >= '0' && text[0] <= '9';
}

static int start_held(pthread_t *sender, pthread_t *setter)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	held.data = missing_page();
	held.insns = missing_page();
	held.fd = udp_socket();
	held.prog = (struct sock_fprog){ 1, (struct sock_filter *)held.insns };
	if (!held.data || !held.insns || connect(held.fd, (struct sockaddr *)&at, sizeof(at)) ||
	    pthread_create(sender, NULL, keep_lock, NULL))
		return -errno;
	wait_for_fault(); /* the lock is held from now on */
	if (pthread_create(setter, NULL, attach_filter, NULL))
		return -EAGAIN;
	while (!held.tid || !sleeps_in(held.tid, SYS_setsockopt))
		usleep(1000);
	return 0;
}

/*
 * The length is changed while the kernel waits for the lock, before it copies the value; and changed
 * again while it waits for the instructions, after it has.
 */
static int change(int before_copy, int after_copy)
{
	static const struct sock_filter none[] = { { 0x06, 0, 0, 0 }, { 0x06, 0, 0, 0 } };
	pthread_t sender, setter;
	int ret = start_held(&sender, &setter);

	if (ret)
		return ret;
	held.prog.len = (unsigned short)(held.prog.len + before_copy);
	bring(held.data, none, 0);
	wait_for_fault(); /* the value has been copied */
	held.prog.len = (unsigned short)(held.prog.len + after_copy);
	bring(held.insns, none, sizeof(none));
	pthread_join(sender, NULL);
	pthread_join(setter, NULL);
	return 0;
}

static int change_value(void)
{
	return change(0, 1);
}

/* Two instructions are attached; before and after memory says one. */
static int change_and_back(void)
{
	return change(1, -1);
}

static int change_nothing(void)
{
	return change(0, 0);
}

/* io_uring with the credentials that root has left in the ring */
static struct {
	int fd, personality;
	char *sq, *cq;
	struct io_uring_sqe *sqe;
	struct io_uring_params params;
} ring = { .fd = -1 };

static int open_ring(void)
{
	const struct io_uring_params *p = &ring.params;
	const int protection = PROT_READ | PROT_WRITE;

	ring.fd = (int)syscall(SYS_io_uring_setup, 1, &ring.params);
	ring.personality =
		(int)syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_PERSONALITY, NULL, 0);
	if (ring.fd < 0 || ring.personality < 0)
		return -errno;
	ring.sq = mmap(NULL, p->sq_off.array + 4, protection, MAP_SHARED, ring.fd,
		       IORING_OFF_SQ_RING);
	ring.cq = mmap(NULL, p->cq_off.cqes + 2 * sizeof(struct io_uring_cqe), protection,
		       MAP_SHARED, ring.fd, IORING_OFF_CQ_RING);
	ring.sqe = mmap(NULL, sizeof(*ring.sqe), protection, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	return ring.sq == MAP_FAILED || ring.cq == MAP_FAILED || ring.sqe == MAP_FAILED ? -errno :
											  0;
}

static int mark_by_ring(int personality)
{
	static const int value = 7;
	struct io_uring_cqe *cqe = (struct io_uring_cqe *)(ring.cq + ring.params.cq_off.cqes);

	*ring.sqe = (struct io_uring_sqe){
		.opcode = IORING_OP_URING_CMD,
		.fd = udp_socket(),
		.off = 3, /* SOCKET_URING_OP_SETSOCKOPT, in the place of cmd_op */
		.addr = SOL_SOCKET | (uint64_t)SO_MARK << 32,
		.file_index = sizeof(value),
		.addr3 = (uintptr_t)&value,
		.personality = (uint16_t)personality,
	};
	__atomic_fetch_add((uint32_t *)(ring.sq + ring.params.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	return cqe->res;
}

static int mark_as_root(void)
{
	return mark_by_ring(ring.personality);
}

static int mark_as_oneself(void)
{
	return mark_by_ring(0);
}

#define INSN(_code, _dst, _src, _off, _imm)                                           \
	{                                                                             \
		.code = (_code), .dst_reg = (_dst), .src_reg = (_src), .off = (_off), \
		.imm = (_imm)                                                         \
	}

/* Swallows SO_PRIORITY of SOL_SOCKET: optlen becomes -1, and the kernel's own code is passed by. */
static int load_policy(void)
{
	static const struct bpf_insn insns[] = {
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct bpf_sockopt, level), 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 4, SOL_SOCKET),
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct bpf_sockopt, optname), 0),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 2, 0, 2, SO_PRIORITY),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, -1),
		INSN(BPF_STX | BPF_MEM | BPF_W, 1, 2, offsetof(struct bpf_sockopt, optlen), 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = { 0 };

	attr.prog_type = BPF_PROG_TYPE_CGROUP_SOCKOPT;
	attr.expected_attach_type = BPF_CGROUP_SETSOCKOPT;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.license = (uintptr_t) "GPL";
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

/* Into a group with that policy. The empty group stays behind; it is made once. */
static int enter_group(void)
{
	union bpf_attr attr = { 0 };
	int procs;

	mkdir(GROUP, 0755);
	attr.target_fd = (uint32_t)open(GROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	attr.attach_bpf_fd = (uint32_t)load_policy();
	attr.attach_type = BPF_CGROUP_SETSOCKOPT;
	procs = open(GROUP "/cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr)) || write(procs, "0", 1) != 1)
		return -errno;
	return 0;
}

#ifdef __x86_64__
/* The 32-bit call of a 64-bit program: no cgroup program is asked (kernel/bpf/cgroup.c). */
static int set_priority_compat(int fd)
{
	int *value = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long ret;

	*value = POLICY_PRIORITY;
	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "0"(366L), "b"((long)fd), "c"((long)SOL_SOCKET), "d"((long)SO_PRIORITY),
		       "S"(value), "D"(sizeof(*value))
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}
#else
static int set_priority_compat(int fd)
{
	return set_int(fd, SOL_SOCKET, SO_PRIORITY, POLICY_PRIORITY);
}
#endif

static int pass_by_policy(void)
{
	int fd = udp_socket(), ret = set_int(fd, SOL_SOCKET, SO_PRIORITY, POLICY_PRIORITY);

	return ret ? ret : set_priority_compat(fd);
}

/* Twice by the way that the policy sees. */
static int obey_policy(void)
{
	int fd = udp_socket(), ret = set_int(fd, SOL_SOCKET, SO_PRIORITY, POLICY_PRIORITY);

	return ret ? ret : set_int(fd, SOL_SOCKET, SO_PRIORITY, POLICY_PRIORITY);
}

const struct pattern authority_patterns[] = {
#ifdef __LP64__
	{ "denied", force_once, ask_buffer, NULL },
	{ "denied-burst", force_often, force_once, NULL },
	{ "userns-granted", mark, ask_buffer, NULL },
	{ "capable-user", mark_by_capability, ask_buffer_by_capability, keep_capabilities },
	{ "peer-credentials-set", set_peer, pass_credentials, NULL },
	{ "socket-debug", debug_on, debug_off, NULL },
	{ "value-changed", change_value, change_nothing, open_userfaultfd },
	{ "effect-mismatch", change_and_back, change_nothing, open_userfaultfd },
	{ "overridden-credentials", mark_as_root, mark_as_oneself, open_ring },
	{ "policy-bypass", pass_by_policy, obey_policy, enter_group },
	{ "compat-privileged", NULL, mark, NULL },
#else
	{ "compat-privileged", mark, NULL, NULL },
#endif
	{ NULL, NULL, NULL, NULL },
};
