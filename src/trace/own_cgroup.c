/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "own_cgroup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "insn.h"

#define NAME_SIZE 32
#define PATH_SIZE 4096
/* From Linux 6.19 on a process is of its cgroup until it is switched away from for the last time. */
#define REMOVE_TRIES 100
#define REMOVE_NS (1000 * 1000)

#define STORE(_base, _off, _imm) INSN(BPF_ST | BPF_MEM | BPF_W, _base, 0, _off, _imm)

/* bpf_setsockopt(r1, SOL_SOCKET, SO_PRIORITY, &(int){ 0 }, 4): as it was; r6 is kept. */
#define CALL_SETSOCKOPT                                                                     \
	STORE(10, -4, 0), SET(2, SOL_SOCKET), SET(3, SO_PRIORITY), MOVE(4, 10), ADD(4, -4), \
		SET(5, 4), CALL(BPF_FUNC_setsockopt)

/* The option is to be one that no kernel has. r6: the context; 1: go on */
#define RENAME                                                                                   \
	SET(1, -1),                                                                              \
		INSN(BPF_STX | BPF_MEM | BPF_W, 6, 1, offsetof(struct bpf_sockopt, optname), 0), \
		SET(0, 1), RETURN

static const struct bpf_insn renames[] = { MOVE(6, 1), RENAME };

static const struct bpf_insn calls_and_renames[] = {
	MOVE(6, 1),
	INSN(BPF_LDX | BPF_MEM | BPF_DW, 1, 1, offsetof(struct bpf_sockopt, sk), 0),
	CALL_SETSOCKOPT,
	RENAME,
};

/* r1 is the context, which the helper takes for the socket. 0: refuse, so that nothing is connected. */
static const struct bpf_insn calls_and_refuses[] = { CALL_SETSOCKOPT, SET(0, 0), RETURN };

/* What it takes to make one, for the process that does it. */
struct builder {
	struct sot_own_cgroup *own; /* shared with that one */
	int parent_fd;		    /* the folder of our own cgroup */
	int filter_prog, connect_prog;
	char name[NAME_SIZE];
	int err; /* shared as well */
};

static int load(enum bpf_prog_type type, enum bpf_attach_type attach_type,
		const struct bpf_insn *insns, size_t count)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach_type);
	int fd = bpf_prog_load(type, "sot_own_call", "Dual BSD/GPL", insns, count, &opts);

	return fd < 0 ? -errno : fd;
}

#define LOAD(_type, _attach_type, _insns) \
	load(BPF_PROG_TYPE_##_type, _attach_type, _insns, sizeof(_insns) / sizeof((_insns)[0]))

/*
 * Programs at setsockopt may call bpf_setsockopt (kernel/bpf/cgroup.c: cg_sockopt_func_proto), but not
 * in Linux 5.10, where those at connect may (net/core/filter.c: sock_addr_func_proto).
 */
static int load_programs(struct builder *b)
{
	b->filter_prog = LOAD(CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT, calls_and_renames);
	if (b->filter_prog != -EINVAL)
		return b->filter_prog < 0 ? b->filter_prog : 0;
	b->connect_prog = LOAD(CGROUP_SOCK_ADDR, BPF_CGROUP_INET4_CONNECT, calls_and_refuses);
	if (b->connect_prog < 0)
		return b->connect_prog;
	b->own->calls_at_connect = true;
	b->filter_prog = LOAD(CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT, renames);
	return b->filter_prog < 0 ? b->filter_prog : 0;
}

/* "0::/system.slice/ssh.service": our place in the cgroup2 hierarchy, from the first slash on. */
static int own_place(char *path, size_t size)
{
	FILE *file = fopen("/proc/self/cgroup", "re");
	int err = file ? -ENOENT : -errno;

	while (err == -ENOENT && fgets(path, (int)size, file))
		if (!strncmp(path, "0::/", 4))
			err = 0;
	if (file)
		fclose(file);
	if (err)
		return err;
	path[strcspn(path, "\n")] = '\0';
	memmove(path, path + 3, strlen(path + 3) + 1);
	return 0;
}

/* A mount of the hierarchy in no place, so that it does not matter where others have theirs. */
static int mount_cgroup2(void)
{
	int fs = fsopen("cgroup2", FSOPEN_CLOEXEC), fd;

	if (fs < 0)
		return -errno;
	fd = fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ? -1 :
								fsmount(fs, FSMOUNT_CLOEXEC, 0);
	fd = fd < 0 ? -errno : fd;
	close(fs);
	return fd;
}

/* Below our own, so that nothing is set for it that is not set for us. */
static int open_parent(struct builder *b)
{
	char path[PATH_SIZE];
	int err = own_place(path, sizeof(path)), mount_fd;

	if (err)
		return err;
	mount_fd = mount_cgroup2();
	if (mount_fd < 0)
		return mount_fd;
	b->parent_fd =
		openat(mount_fd, path[1] ? path + 1 : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = b->parent_fd < 0 ? -errno : 0;
	close(mount_fd);
	return err;
}

/* Has it done by a process that shares our descriptors; cgroup_fd: where it is to be; -1: with us. */
static int do_apart(void (*fn)(struct builder *b), struct builder *b, int cgroup_fd)
{
	struct clone_args args = { .flags = CLONE_FILES, .exit_signal = SIGCHLD };
	pid_t pid;

	if (cgroup_fd >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)cgroup_fd;
	}
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0)
		return -errno;
	if (!pid) {
		fn(b);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return b->err;
}

static int attach(int prog_fd, int cgroup_fd, enum bpf_attach_type type, int *link_fd)
{
	if (prog_fd >= 0)
		*link_fd = bpf_link_create(prog_fd, cgroup_fd, type, NULL);
	return prog_fd >= 0 && *link_fd < 0 ? -errno : 0;
}

/* A socket is for ever of the cgroup that its maker was of. */
static void make_socket(struct builder *b)
{
	b->own->socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	b->err = b->own->socket_fd < 0 ? -errno : 0;
}

static int remove_cgroup(const struct builder *b)
{
	const struct timespec pause = { .tv_nsec = REMOVE_NS };
	int i;

	for (i = 0; unlinkat(b->parent_fd, b->name, AT_REMOVEDIR); i++) {
		if (errno != EBUSY || i == REMOVE_TRIES)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

static int fill_cgroup(struct builder *b)
{
	int fd = openat(b->parent_fd, b->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = attach(b->filter_prog, fd, BPF_CGROUP_SETSOCKOPT, &b->own->filter_fd)		 ?:
		      attach(b->connect_prog, fd, BPF_CGROUP_INET4_CONNECT, &b->own->connect_fd) ?:
		      do_apart(make_socket, b, fd);
	close(fd);
	return err;
}

/* The programs stay as long as the socket does (kernel/cgroup/cgroup.c: cgroup_sk_alloc). */
static void build(struct builder *b)
{
	int err;

	if (mkdirat(b->parent_fd, b->name, 0700)) {
		b->err = -errno;
		return;
	}
	err = fill_cgroup(b);
	b->err = remove_cgroup(b) ?: err;
}

static int find_inode(struct sot_own_cgroup *own)
{
	struct stat st;

	if (fstat(own->socket_fd, &st))
		return -errno;
	own->socket = st.st_ino;
	return 0;
}

static void close_if_open(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int sot_own_cgroup__open(struct sot_own_cgroup *own)
{
	struct shared {
		struct sot_own_cgroup own;
		struct builder builder;
	} *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	struct builder *b = &shared->builder;
	int err;

	*own = (struct sot_own_cgroup){ .socket_fd = -1, .filter_fd = -1, .connect_fd = -1 };
	if (shared == MAP_FAILED)
		return -errno;
	shared->own = *own;
	*b = (struct builder){
		.own = &shared->own, .parent_fd = -1, .filter_prog = -1, .connect_prog = -1
	};
	snprintf(b->name, sizeof(b->name), "sockopt-trace.%d", getpid());
	err = load_programs(b) ?: open_parent(b) ?: do_apart(build, b, -1);
	*own = shared->own;
	close_if_open(&b->filter_prog);
	close_if_open(&b->connect_prog);
	close_if_open(&b->parent_fd);
	munmap(shared, sizeof(*shared));
	err = err ?: find_inode(own);
	if (err)
		sot_own_cgroup__close(own);
	return err;
}

void sot_own_cgroup__close(struct sot_own_cgroup *own)
{
	close_if_open(&own->socket_fd);
	close_if_open(&own->filter_fd);
	close_if_open(&own->connect_fd);
}
