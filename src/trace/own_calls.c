/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "own_calls.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event.h"
#include "own_cgroup.h"

#define PAGE 4096
#define SOCKET_URING_OP_SIOCINQ 0 /* newer than Debian 12's headers */
#define SOCKET_URING_OP_SETSOCKOPT 3
#define ROUNDS 100 /* a wait for our requests may be broken off so often */
#define RING_ENTRIES 2
#define DISCARD 9 /* RFC 863 */

#define I386_GETPID 20
#define X32_GETPID (39 | 0x40000000)

/* What the calls point to, where 32 bits reach. */
struct low_page {
	int off;
	uint32_t args[5]; /* of socketcall */
};

struct ring {
	int fd; /* -1: there is none */
	int err;
	struct io_uring_params params;
	char *queues; /* both */
	struct io_uring_sqe *sqe;
	size_t queues_size;
};

enum gate { UNKNOWN, ABSENT, PRESENT };

struct sot_own_calls {
	int socket_fd;
	struct low_page *page; /* NULL: none to be had */
	/* Looked for when they are first asked for: what cannot be watched is not tried. */
	enum gate i386, x32;
	bool ring_tried, cgroup_tried;
	struct ring ring;
	int cgroup_err;
	struct sot_own_cgroup cgroup;
};

const char *sot_own_call_name(enum sot_own_call which)
{
	static const char *const names[SOT_OWN_COUNT] = {
		[SOT_OWN_64BIT] = "64-bit",	     [SOT_OWN_32BIT] = "32-bit",
		[SOT_OWN_SOCKETCALL] = "socketcall", [SOT_OWN_X32] = "x32",
		[SOT_OWN_URING] = "io_uring",	     [SOT_OWN_WORKER] = "io_uring worker",
		[SOT_OWN_FILTERED] = "cgroup BPF",   [SOT_OWN_PROGRAM] = "bpf_setsockopt",
		[SOT_OWN_CAPABLE] = "capability",    [SOT_OWN_CHILD] = "fork",
	};

	return names[which];
}

#ifdef __x86_64__
/* The gate of 32-bit programs is open to 64-bit ones; pointers are cut to 32 bits. */
static long i386_call(long number, long a, long b, long c, long d, long e)
{
	long ret;

	/* r8 to r11, which no 32-bit program has, may be lost */
	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static long x32_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "memory", "rcx", "r11");
	return ret;
}

static bool answers_i386(void)
{
	return i386_call(I386_GETPID, 0, 0, 0, 0, 0) > 0;
}

static bool answers_x32(void)
{
	return x32_call(X32_GETPID, 0, 0, 0, 0, 0) > 0;
}

static void on_fault(int sig)
{
	(void)sig;
	_exit(1);
}

/*
 * A kernel without the gate of i386 answers with SIGSEGV, a seccomp filter may answer with SIGSYS,
 * which cannot be caught: a child finds out.
 */
static enum gate look_for(bool (*answers)(void))
{
	const struct rlimit none = { 0, 0 };
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGSEGV, on_fault);
		_exit(!answers());
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0 ? PRESENT : ABSENT;
}
#else
static long no_call(long number, long a, long b, long c, long d, long e)
{
	(void)number, (void)a, (void)b, (void)c, (void)d, (void)e;
	return -ENOSYS;
}

#define i386_call no_call
#define x32_call no_call
#define look_for(_answers) ABSENT

#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif
#endif

/*
 * No seccomp filter sees what a ring carries out, and this one stays: commands alone may be put into
 * it, for good (io_uring/register.c; Linux 5.10 has it).
 */
static int restrict_ring(int fd)
{
	struct io_uring_restriction only[] = {
		{ .opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_URING_CMD },
		{ .opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED,
		  .sqe_flags = IOSQE_ASYNC | IOSQE_IO_LINK },
	};

	return syscall(SYS_io_uring_register, fd, IORING_REGISTER_RESTRICTIONS, only,
		       sizeof(only) / sizeof(only[0])) ||
			       syscall(SYS_io_uring_register, fd, IORING_REGISTER_ENABLE_RINGS,
				       NULL, 0) ?
		       -1 :
		       0;
}

static void open_ring(struct ring *ring)
{
	struct io_uring_params *p = &ring->params;
	void *sqe;

	p->flags = IORING_SETUP_R_DISABLED;
	ring->fd = (int)syscall(SYS_io_uring_setup, RING_ENTRIES, p);
	ring->err = -errno;
	if (ring->fd < 0)
		return;
	ring->queues_size = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	if (ring->queues_size < p->sq_off.array + RING_ENTRIES * sizeof(uint32_t))
		ring->queues_size = p->sq_off.array + RING_ENTRIES * sizeof(uint32_t);
	/* both queues in one, since Linux 5.4 (IORING_FEAT_SINGLE_MMAP) */
	ring->queues = mmap(NULL, ring->queues_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			    IORING_OFF_SQ_RING);
	sqe = mmap(NULL, RING_ENTRIES * sizeof(*ring->sqe), PROT_READ | PROT_WRITE, MAP_SHARED,
		   ring->fd, IORING_OFF_SQES);
	ring->sqe = sqe == MAP_FAILED ? NULL : sqe;
	if (ring->queues != MAP_FAILED && ring->sqe && !restrict_ring(ring->fd))
		return;
	ring->err = -errno;
	close(ring->fd);
	ring->fd = -1;
}

struct sot_own_calls *sot_own_calls__new(void)
{
	struct sot_own_calls *calls = calloc(1, sizeof(*calls));
	void *page;

	if (!calls)
		return NULL;
	calls->socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		    0);
	calls->page = page == MAP_FAILED ? NULL : page;
	calls->ring.fd = -1;
	calls->cgroup =
		(struct sot_own_cgroup){ .socket_fd = -1, .filter_fd = -1, .connect_fd = -1 };
	return calls;
}

static int make_64bit(const struct sot_own_calls *calls, int fd)
{
	return setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &calls->page->off,
			  sizeof(calls->page->off)) ?
		       -errno :
		       0;
}

static int make_i386(struct sot_own_calls *calls, bool by_socketcall)
{
	struct low_page *page = calls->page;
	long optval = (long)&page->off;

	if (calls->i386 == UNKNOWN)
		calls->i386 = look_for(answers_i386);
	if (calls->i386 == ABSENT)
		return -ENOSYS;
	if (!by_socketcall)
		return (int)i386_call(SOT_I386_SETSOCKOPT, calls->socket_fd, SOL_SOCKET,
				      SO_BROADCAST, optval, sizeof(page->off));
	page->args[0] = (uint32_t)calls->socket_fd;
	page->args[1] = SOL_SOCKET;
	page->args[2] = SO_BROADCAST;
	page->args[3] = (uint32_t)optval;
	page->args[4] = sizeof(page->off);
	return (int)i386_call(SOT_I386_SOCKETCALL, SOT_SOCKETCALL_SETSOCKOPT, (long)page->args, 0,
			      0, 0);
}

static int make_x32(struct sot_own_calls *calls)
{
	if (calls->x32 == UNKNOWN)
		calls->x32 = look_for(answers_x32);
	if (calls->x32 == ABSENT)
		return -ENOSYS;
	return (int)x32_call(SOT_X32_SETSOCKOPT, calls->socket_fd, SOL_SOCKET, SO_BROADCAST,
			     (long)&calls->page->off, sizeof(calls->page->off));
}

static uint32_t *head_of(const struct ring *ring)
{
	return (uint32_t *)(ring->queues + ring->params.cq_off.head);
}

/* How many requests are done whose results were not taken. */
static uint32_t results(const struct ring *ring)
{
	uint32_t *tail = (uint32_t *)(ring->queues + ring->params.cq_off.tail);

	return __atomic_load_n(tail, __ATOMIC_ACQUIRE) - *head_of(ring);
}

/* Takes those of `count` requests; that of the one that is to be told. */
static int take_results(const struct ring *ring, uint32_t count)
{
	const struct io_uring_params *p = &ring->params;
	const struct io_uring_cqe *cqes =
		(const struct io_uring_cqe *)(ring->queues + p->cq_off.cqes);
	uint32_t *head = head_of(ring), i;
	int ret = -EIO;

	for (i = *head; i != *head + count; i++)
		if (cqes[i & (p->cq_entries - 1)].user_data == SOT_OWN_REQUEST)
			ret = cqes[i & (p->cq_entries - 1)].res;
	__atomic_store_n(head, *head + count, __ATOMIC_RELEASE);
	return ret;
}

/*
 * Has what stands in sqe[] carried out before it returns. A signal, or who traces us, ends the wait for
 * requests that were taken: their results would else be there as those of the next ones.
 */
static int carry_out(const struct ring *ring, uint32_t count)
{
	const struct io_uring_params *p = &ring->params;
	uint32_t *tail = (uint32_t *)(ring->queues + p->sq_off.tail), i, left = count;
	uint32_t *array = (uint32_t *)(ring->queues + p->sq_off.array);
	int ret;

	for (i = 0; i < count; i++)
		array[(*tail + i) & (RING_ENTRIES - 1)] = i;
	__atomic_store_n(tail, *tail + count, __ATOMIC_RELEASE);
	for (i = 0; i < ROUNDS && (left || results(ring) < count); i++) {
		ret = (int)syscall(SYS_io_uring_enter, ring->fd, left, count,
				   IORING_ENTER_GETEVENTS, NULL, 0);
		if (ret < 0 && errno != EINTR)
			return -errno;
		left -= ret > 0 ? (uint32_t)ret : 0;
	}
	return left || results(ring) < count ? -EIO : take_results(ring, count);
}

/*
 * One request; of a worker another behind it, which it begins after it is done with the first
 * (io_worker_handle_work: io_uring/io-wq.c).
 */
static int make_uring(struct sot_own_calls *calls, bool by_worker)
{
	struct ring *ring = &calls->ring;

	if (!calls->ring_tried)
		open_ring(ring);
	calls->ring_tried = true;
	if (ring->fd < 0)
		return ring->err;
	ring->sqe[0] = (struct io_uring_sqe){
		.opcode = IORING_OP_URING_CMD,
		.flags = by_worker ? IOSQE_ASYNC | IOSQE_IO_LINK : 0,
		.fd = calls->socket_fd,
		.off = SOCKET_URING_OP_SETSOCKOPT,		   /* cmd_op, in the same place */
		.addr = SOL_SOCKET | (uint64_t)SO_BROADCAST << 32, /* level, optname */
		.user_data = SOT_OWN_REQUEST,
		.file_index = sizeof(calls->page->off), /* optlen */
		.addr3 = (uintptr_t)&calls->page->off,	/* optval */
	};
	ring->sqe[1] = (struct io_uring_sqe){ .opcode = IORING_OP_URING_CMD,
					      .flags = IOSQE_ASYNC,
					      .fd = calls->socket_fd,
					      .off = SOCKET_URING_OP_SIOCINQ };
	return carry_out(ring, by_worker ? 2 : 1);
}

/* Refused by our program, in a way of its own. */
static int make_connect(const struct sot_own_cgroup *own)
{
	const struct sockaddr_in nobody = { .sin_family = AF_INET,
					    .sin_port = htons(DISCARD),
					    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (!connect(own->socket_fd, (const struct sockaddr *)&nobody, sizeof(nobody)))
		return -EOPNOTSUPP; /* our program was not asked */
	return errno == EPERM ? 0 : -errno;
}

uint64_t sot_own_calls__program_socket(struct sot_own_calls *calls)
{
	if (!calls->cgroup_tried)
		calls->cgroup_err = sot_own_cgroup__open(&calls->cgroup);
	calls->cgroup_tried = true;
	return calls->cgroup_err ? 0 : calls->cgroup.socket;
}

static int make_past_program(const struct sot_own_calls *calls, bool at_connect)
{
	int err;

	if (calls->cgroup_err)
		return calls->cgroup_err;
	if (at_connect && calls->cgroup.calls_at_connect)
		return make_connect(&calls->cgroup);
	err = make_64bit(calls, calls->cgroup.socket_fd);
	return err == -SOT_OWN_CGROUP_ANSWER ? 0 : err ? err : -EOPNOTSUPP;
}

/* SO_SNDBUFFORCE takes CAP_NET_ADMIN alone (net/core/sock.c); without it its answer is as good. */
static int make_capable(const struct sot_own_calls *calls)
{
	int err = make_64bit(calls,
			     calls->socket_fd); /* is it somebody before the kernel who refuses? */

	if (!err && setsockopt(calls->socket_fd, SOL_SOCKET, SO_SNDBUFFORCE, &calls->page->off,
			       sizeof(calls->page->off)))
		err = errno == EPERM ? 0 : -errno;
	return err;
}

/* Its end is told before the parent hears of it (kernel/exit.c: do_exit). */
static int make_child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid)
		_exit(0);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

int sot_own_calls__make(struct sot_own_calls *calls, enum sot_own_call which)
{
	if (calls->socket_fd < 0 || !calls->page)
		return -ENOTSOCK;
	switch (which) {
	case SOT_OWN_64BIT:
		return make_64bit(calls, calls->socket_fd);
	case SOT_OWN_32BIT:
	case SOT_OWN_SOCKETCALL:
		return make_i386(calls, which == SOT_OWN_SOCKETCALL);
	case SOT_OWN_X32:
		return make_x32(calls);
	case SOT_OWN_URING:
	case SOT_OWN_WORKER:
		return make_uring(calls, which == SOT_OWN_WORKER);
	case SOT_OWN_FILTERED:
	case SOT_OWN_PROGRAM:
		return make_past_program(calls, which == SOT_OWN_PROGRAM);
	case SOT_OWN_CAPABLE:
		return make_capable(calls);
	case SOT_OWN_CHILD:
		return make_child();
	case SOT_OWN_COUNT:
		break;
	}
	return -EINVAL;
}

uint32_t sot_own_calls__started(struct sot_own_calls *calls)
{
	uint32_t gone = 1U << SOT_OWN_CHILD;

	/*
	 * Linux 5.10 asks for programs at every packet and call of the machine, once there is one
	 * anywhere (include/linux/bpf-cgroup.h: cgroup_bpf_enabled_key); 6.1 for those of one kind
	 * that the socket's cgroup has (cgroup_bpf_sock_enabled).
	 */
	if (calls->cgroup.calls_at_connect) {
		sot_own_cgroup__close(&calls->cgroup);
		gone |= 1U << SOT_OWN_FILTERED | 1U << SOT_OWN_PROGRAM;
	}
	return gone;
}

static void close_ring(const struct ring *ring)
{
	if (ring->fd < 0)
		return;
	munmap(ring->queues, ring->queues_size);
	munmap(ring->sqe, RING_ENTRIES * sizeof(*ring->sqe));
	close(ring->fd);
}

void sot_own_calls__free(struct sot_own_calls *calls)
{
	if (!calls)
		return;
	close_ring(&calls->ring);
	sot_own_cgroup__close(&calls->cgroup);
	if (calls->page)
		munmap(calls->page, PAGE);
	if (calls->socket_fd >= 0)
		close(calls->socket_fd);
	free(calls);
}
