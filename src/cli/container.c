/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "select.h"

/* include/linux/proc_ns.h: PROC_PID_INIT_INO; and MNT_NS_INIT_INO, fixed since Linux 6.17 */
#define INITIAL_PID_NS 0xEFFFFFFCU
#define INITIAL_MNT_NS 0xEFFFFFF8U
/* include/linux/exportfs.h: a cgroup's id is its kernfs file handle */
#define FILEID_KERNFS 0xfe
#define CACHE_ENTRIES 256
#define PATH_SHOWN 512

/* What one cgroup turned out to be. A cgroup's id is not used twice while the machine is up. */
struct cached {
	uint64_t cgroup_id; /* 0: empty */
	enum sot_container kind;
	struct sot_container_facts facts;
	bool wanted;	       /* when a recording is replayed */
	char path[PATH_SHOWN]; /* "": not known, or longer */
};

struct sot_containers {
	int cgroup_fd;			   /* of the cgroup2 hierarchy's root; -1: there is none */
	char root[PATH_MAX];		   /* its path */
	uint32_t host_mnt_ns;		   /* of pid 1 */
	const struct sot_config *replayed; /* what there is was learnt; NULL: it is asked for */
	bool wants_paths;		   /* also of tasks that are in no container */
	sot_cgroup_fn fn;		   /* NULL: nobody wants to know */
	void *context;
	const struct cached *last; /* of the last event; calls mostly come of one group */
	struct cached cache[CACHE_ENTRIES];
};

static bool cgroup2_root(char *root, size_t size)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	bool found = false;

	while (mounts && !found && (entry = getmntent(mounts))) {
		found = !strcmp(entry->mnt_type, "cgroup2");
		snprintf(root, size, "%s", entry->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

static int open_cgroup2(char *root, size_t size)
{
	return cgroup2_root(root, size) ? open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

struct sot_containers *sot_containers__new(void)
{
	struct sot_containers *containers = calloc(1, sizeof(*containers));
	struct stat st;

	if (!containers)
		return NULL;
	containers->cgroup_fd = open_cgroup2(containers->root, sizeof(containers->root));
	containers->host_mnt_ns = INITIAL_MNT_NS;
	containers->last = containers->cache;
	if (!stat("/proc/1/ns/mnt", &st))
		containers->host_mnt_ns = (uint32_t)st.st_ino;
	return containers;
}

bool sot_containers__ask(const struct sot_containers *containers)
{
	return containers->cgroup_fd >= 0;
}

/* The path of a cgroup by its id; it needs CAP_DAC_READ_SEARCH, and the cgroup to be there still. */
static bool cgroup_path(int cgroup_fd, uint64_t id, char *path, size_t size)
{
	char storage[sizeof(struct file_handle) + sizeof(id)]
		__attribute__((aligned(__alignof__(struct file_handle))));
	struct file_handle *handle = (struct file_handle *)storage;
	char link[64];
	ssize_t len;
	int fd;

	handle->handle_bytes = sizeof(id);
	handle->handle_type = FILEID_KERNFS;
	memcpy(handle->f_handle, &id, sizeof(id));
	fd = open_by_handle_at(cgroup_fd, handle, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, size - 1);
	close(fd);
	if (len < 0)
		return false;
	path[len] = '\0';
	return true;
}

/* Without the path of the hierarchy's root, where it begins with that. */
static const char *below_root(const struct sot_containers *containers, const char *path)
{
	size_t len = strlen(containers->root);

	if (strncmp(path, containers->root, len))
		return path;
	return path[len] ? path + len : "/";
}

void sot_containers__learn(struct sot_containers *containers, uint64_t cgroup_id, const char *path)
{
	struct cached *entry = &containers->cache[cgroup_id % CACHE_ENTRIES];

	entry->cgroup_id = cgroup_id;
	entry->kind = SOT_CONTAINER_UNKNOWN;
	if (snprintf(entry->path, sizeof(entry->path), "%s", path) >= (int)sizeof(entry->path))
		entry->path[0] = '\0';
	entry->wanted = containers->replayed && sot_select_cgroup(containers->replayed, path);
	if (sot_container_in_path(path, &entry->facts)) {
		entry->kind = SOT_CONTAINER_KNOWN;
	} else if (*path && cgroup_id > 1) {
		/* in a named group that is no container's; the root tells nothing (cgroup v1) */
		entry->kind = SOT_CONTAINER_HOST;
	}
	if (containers->fn)
		containers->fn(containers->context, cgroup_id, path);
}

static void look_up(struct sot_containers *containers, uint64_t cgroup_id)
{
	char path[PATH_MAX];
	bool known = containers->cgroup_fd >= 0 &&
		     cgroup_path(containers->cgroup_fd, cgroup_id, path, sizeof(path));

	sot_containers__learn(containers, cgroup_id, known ? below_root(containers, path) : "");
}

void sot_containers__on_cgroup(struct sot_containers *containers, sot_cgroup_fn fn, void *context)
{
	containers->fn = fn;
	containers->context = context;
}

void sot_containers__want_paths(struct sot_containers *containers)
{
	containers->wants_paths = true;
}

uint32_t sot_containers__host_mnt_ns(const struct sot_containers *containers)
{
	return containers->host_mnt_ns;
}

void sot_containers__replay(struct sot_containers *containers, const struct sot_config *cfg,
			    uint32_t host_mnt_ns)
{
	containers->replayed = cfg;
	containers->host_mnt_ns = host_mnt_ns;
}

static bool in_host_namespaces(const struct sot_containers *containers, const struct sot_event *ev)
{
	return (ev->have & SOT_HAVE_NS_PIDS) && (ev->have & SOT_HAVE_MNT_NS) &&
	       ev->pid_ns == INITIAL_PID_NS && ev->mnt_ns == containers->host_mnt_ns;
}

/* Apart: the rest is short. NULL: nothing is known of it. */
static __attribute__((noinline)) const struct cached *
another_entry(struct sot_containers *containers, uint64_t cgroup_id)
{
	const struct cached *entry = &containers->cache[cgroup_id % CACHE_ENTRIES];

	if (entry->cgroup_id != cgroup_id) {
		if (containers->replayed)
			return NULL;
		look_up(containers, cgroup_id);
	}
	containers->last = entry;
	return entry;
}

static const struct cached *entry_of(struct sot_containers *containers, const struct sot_event *ev)
{
	if (!(ev->have & SOT_HAVE_CGROUP) || !ev->cgroup_id)
		return NULL;
	if (containers->last->cgroup_id == ev->cgroup_id)
		return containers->last;
	return another_entry(containers, ev->cgroup_id);
}

bool sot_containers__wanted(const struct sot_containers *containers, const struct sot_event *ev)
{
	const struct cached *entry = &containers->cache[ev->cgroup_id % CACHE_ENTRIES];

	return (ev->have & SOT_HAVE_CGROUP) && entry->cgroup_id == ev->cgroup_id && entry->wanted;
}

void sot_containers__find(struct sot_containers *containers, struct sot_record *rec)
{
	bool is_host = in_host_namespaces(containers, rec->ev);
	const struct cached *entry;

	rec->container = is_host ? SOT_CONTAINER_HOST : SOT_CONTAINER_UNKNOWN;
	if (is_host && !containers->fn && !containers->wants_paths)
		return;
	entry = entry_of(containers, rec->ev);
	if (!entry)
		return;
	rec->cgroup_path = *entry->path ? entry->path : NULL;
	if (is_host)
		return;
	rec->container = entry->kind;
	rec->container_facts = &entry->facts;
}

/* nftw hands its function no context. */
static const char *wanted_id;
static char found_path[PATH_MAX];

static int look_for_id(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct sot_container_facts facts;

	(void)st;
	if (type != FTW_D || !sot_container_in_path(path + ftw->base, &facts) ||
	    strncmp(facts.id, wanted_id, strlen(wanted_id)) != 0)
		return 0;
	snprintf(found_path, sizeof(found_path), "%s", path);
	return 1;
}

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : -errno;
}

int sot_cgroup_open(const char *name, bool is_container)
{
	const char *what = is_container ? "container" : "cgroup";
	char root[PATH_MAX], path[PATH_MAX * 2];
	int fd;

	if (!cgroup2_root(root, sizeof(root))) {
		sot_error("cannot filter by %s \"%s\": no cgroup2 hierarchy is mounted; "
			  "use -p PID -f instead",
			  what, name);
		return -ENOENT;
	}
	if (is_container) {
		wanted_id = name;
		fd = nftw(root, look_for_id, 16, FTW_PHYS) == 1 ? open_folder(found_path) : -ENOENT;
	} else {
		snprintf(path, sizeof(path), "%s%s", root, name);
		fd = open_folder(path);
	}
	if (fd < 0)
		sot_error("no %s \"%s\" below %s: %s; see /proc/PID/cgroup of a process in it",
			  what, name, root, strerror(-fd));
	return fd;
}

void sot_containers__free(struct sot_containers *containers)
{
	if (!containers)
		return;
	if (containers->cgroup_fd >= 0)
		close(containers->cgroup_fd);
	free(containers);
}
