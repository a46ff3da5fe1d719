/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

static int open_mounted(const char *path)
{
	struct statfs fs;
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!fstatfs(fd, &fs) && fs.f_type == TRACEFS_MAGIC)
		return fd;
	close(fd);
	return -ENOENT;
}

/* A mount that is attached nowhere and goes with its descriptor (Linux 5.2). */
static int open_detached(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), fd = -1, err = 0;

	if (fs < 0)
		return -errno;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ||
	    (fd = fsmount(fs, FSMOUNT_CLOEXEC, 0)) < 0)
		err = -errno;
	close(fs);
	return err ? err : fd;
}

static int open_tracefs(void)
{
	static const char *const paths[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	size_t i;
	int fd;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		fd = open_mounted(paths[i]);
		if (fd >= 0)
			return fd;
	}
	return open_detached();
}

int sot_tracepoint_id(const char *tracepoint)
{
	char path[128], text[16] = "";
	int dir = open_tracefs(), fd, id;
	ssize_t len;

	if (dir < 0)
		return dir;
	snprintf(path, sizeof(path), "events/%s/id", tracepoint);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	id = -errno;
	close(dir);
	if (fd < 0)
		return id;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	id = len > 0 ? atoi(text) : 0;
	return id > 0 ? id : -EIO;
}

int sot_tracefs_has(const char *file)
{
	int dir = open_tracefs(), err;

	if (dir < 0)
		return dir;
	err = faccessat(dir, file, F_OK, 0) ? -errno : 0;
	close(dir);
	return err;
}
