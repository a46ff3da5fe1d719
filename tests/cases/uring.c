/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt by io_uring (Linux 6.7 and later), which never enters the system call: carried out
 * by the caller, by a worker, by a thread that polls; on a descriptor and on a registered file.
 */
#include "case.h"
#include "members.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define ENTRIES 8
#define SOCKET_URING_OP_SETSOCKOPT 3 /* newer than Debian 12's headers */

static struct ring {
	int fd;
	struct io_uring_params params;
	char *sq, *cq;
	struct io_uring_sqe *sqes;
} ring = { .fd = -1 };

static void *map_ring(size_t size, uint64_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd,
		    (off_t)what);
}

static bool open_ring(unsigned int flags)
{
	const struct io_uring_params *p = &ring.params;

	if (ring.fd >= 0)
		close(ring.fd);
	memset(&ring, 0, sizeof(ring));
	ring.params.flags = flags;
	ring.params.sq_thread_idle = 1000;
	ring.fd = (int)syscall(SYS_io_uring_setup, ENTRIES, &ring.params);
	if (ring.fd < 0)
		return false;
	ring.sq = map_ring(p->sq_off.array + p->sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	ring.cq = map_ring(p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe),
			   IORING_OFF_CQ_RING);
	ring.sqes = map_ring(p->sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	return ring.sq != MAP_FAILED && ring.cq != MAP_FAILED && ring.sqes != MAP_FAILED;
}

static void fill(struct io_uring_sqe *sqe, int fd, int level, int optname, const void *optval,
		 int optlen)
{
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->off = SOCKET_URING_OP_SETSOCKOPT; /* cmd_op, in the same place */
	sqe->addr = (uint32_t)level | (uint64_t)(uint32_t)optname << 32;
	sqe->file_index = (uint32_t)optlen;
	sqe->addr3 = (uintptr_t)optval;
	if (case_path == CASE_URING_FIXED) {
		sqe->fd = 0; /* the first of the registered files */
		sqe->flags = IOSQE_FIXED_FILE;
	} else if (case_path == CASE_URING_WORKER) {
		sqe->flags = IOSQE_ASYNC;
	}
}

/* Puts a request into the queue. */
static void queue(int fd, int level, int optname, const void *optval, int optlen)
{
	const struct io_sqring_offsets *so = &ring.params.sq_off;
	uint32_t *sq_tail = (uint32_t *)(ring.sq + so->tail);
	uint32_t slot = *sq_tail & (ring.params.sq_entries - 1);

	fill(&ring.sqes[slot], fd, level, optname, optval, optlen);
	((uint32_t *)(ring.sq + so->array))[slot] = slot;
	__atomic_store_n(sq_tail, *sq_tail + 1, __ATOMIC_RELEASE);
}

/* Has so many carried out; a negative errno where that is refused. */
static long carry_out(unsigned int count)
{
	while (syscall(SYS_io_uring_enter, ring.fd, count, count,
		       IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, NULL, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* The next result that comes. */
static long result(void)
{
	const struct io_cqring_offsets *co = &ring.params.cq_off;
	struct io_uring_cqe *cqes = (struct io_uring_cqe *)(ring.cq + co->cqes);
	uint32_t *cq_head = (uint32_t *)(ring.cq + co->head), head = *cq_head;
	long ret;

	while (__atomic_load_n((uint32_t *)(ring.cq + co->tail), __ATOMIC_ACQUIRE) == head)
		usleep(1000);
	ret = cqes[head & (ring.params.cq_entries - 1)].res;
	__atomic_store_n(cq_head, head + 1, __ATOMIC_RELEASE);
	return ret;
}

/* One request, and its result. */
long case_by_uring(int fd, int level, int optname, const void *optval, int optlen)
{
	long ret;

	if (case_path == CASE_URING_FIXED &&
	    syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1))
		return -errno;
	queue(fd, level, optname, optval, optlen);
	ret = carry_out(1);
	if (ret)
		return ret;
	ret = result();
	if (case_path == CASE_URING_FIXED)
		syscall(SYS_io_uring_register, ring.fd, IORING_UNREGISTER_FILES, NULL, 0);
	return ret;
}

/* Older kernels turn the request away before any setsockopt: nothing is to be seen. */
static bool kernel_can(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	if (uname(&name) || sscanf(name.release, "%d.%d", &major, &minor) != 2)
		return false;
	return major > 6 || (major == 6 && minor >= 7);
}

/* By the thread that made the request, or another in its stead: asked for with its credentials. */
#define GRANTED                                                                   \
	"\"heldCap\":true,\"disagreement\":null,\"verdict\":\"host-privileged\"," \
	"\"checks\":[[\"CAP_NET_ADMIN\",true,0,4026531837,true]]"

static void calls(void)
{
	struct linger linger = { 1, 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CASE_OF_INT(fd, IPPROTO_TCP, TCP_NODELAY, 1,
		    NAMES("SOL_TCP", "TCP_NODELAY") TEXT("on") CLEAN ",\"effective\":1");
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger), TEXT("{on, 5s}") CLEAN + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, (void *)16, sizeof(linger),
		  FLAGS("\"bad_optval\"") + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, 3, FLAGS("\"short_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, -1, FLAGS("\"negative_optlen\"") + 1);
	CASE_OF_INT(fd, SOL_SOCKET, SO_RCVBUFFORCE, 8192, getenv("CASE_AUDIT") ? GRANTED : "");
	close(fd);
}

int uring(void)
{
	static const struct {
		enum case_path path;
		unsigned int flags;
	} ways[] = {
		{ CASE_URING, 0 },
		{ CASE_URING_FIXED, 0 },
		{ CASE_URING_WORKER, 0 },
		{ CASE_URING, IORING_SETUP_SQPOLL },
	};
	int one = 1;
	size_t i;

	if (!kernel_can()) {
		case_path = CASE_URING;
		if (open_ring(0))
			case_by_uring(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_REUSEADDR,
				      &one, sizeof(one));
		return 0;
	}
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		case_path = ways[i].path;
		if (!open_ring(ways[i].flags))
			return 1;
		calls();
		/* the same function in the kernel, and told once */
		case_path = CASE_SETSOCKOPT;
		CASE_OF_INT(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_KEEPALIVE, 1,
			    TEXT("on") CLEAN + 1);
	}
	return 0;
}

/* Several requests by one io_uring_enter: prints how many setsockopts that were. */
int uring_batch(void)
{
	int one = 1, i, fd = socket(AF_INET, SOCK_STREAM, 0);
	const int made = kernel_can() ? 4 : 0;

	if (made && !open_ring(0))
		return 1;
	for (i = 0; i < made; i++)
		queue(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	if (made && carry_out((unsigned int)made))
		return 1;
	for (i = 0; i < made; i++)
		if (result())
			return 1;
	printf("%d\n", made);
	return 0;
}
