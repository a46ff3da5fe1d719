/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "descendants.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* proc(5): "pid (comm) state ppid"; comm may hold anything, so look from its last ")". */
static uint32_t parent_of(const char *pid)
{
	char path[64], text[512] = "", *end;
	unsigned int ppid = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0; /* it has ended */
	if (fread(text, 1, sizeof(text) - 1, file) && (end = strrchr(text, ')')))
		sscanf(end, ") %*c %u", &ppid);
	fclose(file);
	return ppid;
}

struct pid_list {
	uint32_t *ids;
	size_t count, room;
};

static int list_add(struct pid_list *list, uint32_t id)
{
	uint32_t *more;

	if (list->count == list->room) {
		more = realloc(list->ids, (list->room + 256) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->ids = more;
		list->room += 256;
	}
	list->ids[list->count++] = id;
	return 0;
}

static bool list_has(const struct pid_list *list, uint32_t id)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->ids[i] == id)
			return true;
	return false;
}

/* One pass over /proc: children of those known that are not known yet. */
static int add_generation(struct sot_tracer *tracer, struct pid_list *known, bool *grown)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	uint32_t pid;
	int err = 0;

	if (!proc)
		return -errno;
	*grown = false;
	while (!err && (entry = readdir(proc))) {
		pid = (uint32_t)strtoul(entry->d_name, NULL, 10);
		if (!pid || list_has(known, pid) || !list_has(known, parent_of(entry->d_name)))
			continue;
		err = list_add(known, pid) ?: sot_tracer__add_pid(tracer, pid);
		*grown = true;
	}
	closedir(proc);
	return err;
}

int sot_follow_descendants(struct sot_tracer *tracer, const uint32_t *pids, size_t count)
{
	struct pid_list known = { 0 };
	bool grown = true;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < count; i++)
		err = list_add(&known, pids[i]);
	while (!err && grown)
		err = add_generation(tracer, &known, &grown);
	free(known.ids);
	return err;
}
