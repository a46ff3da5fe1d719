/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the path of a cgroup tells of a container: each runtime names its groups in its own way. */
#include <string.h>

#include "record.h"

#define POD_UID_LEN 36	  /* with its '-' or '_' */
#define POD_DIGITS_LEN 32 /* of a static pod: a hash without */

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* What stands before the 64 digits. Other names before them, or none, leave the runtime unknown. */
static const struct {
	const char *before, *name;
} runtimes[] = {
	{ "docker-", "docker" },	     /* docker-ID.scope, systemd's driver */
	{ "/docker/", "docker" },	     /* /docker/ID, cgroupfs's */
	{ "cri-containerd-", "containerd" }, /* Kubernetes */
	{ "cri-containerd:", "containerd" },
	{ "nerdctl-", "containerd" },
	{ "crio-", "cri-o" },
	{ "libpod-", "podman" },
};

static const char *runtime_before(const char *path, const char *id)
{
	size_t i, len;

	for (i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		len = strlen(runtimes[i].before);
		if ((size_t)(id - path) >= len && !memcmp(id - len, runtimes[i].before, len))
			return runtimes[i].name;
	}
	return NULL;
}

/* The innermost one's. */
static const char *id_in_path(const char *path)
{
	const char *found = NULL, *p;
	size_t run = 0;

	for (p = path; *p; p++) {
		run = is_hex(*p) ? run + 1 : 0;
		if (run == SOT_CONTAINER_ID_LEN && !is_hex(p[1]))
			found = p + 1 - SOT_CONTAINER_ID_LEN;
	}
	return found;
}

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* The last "PREFIX...SUFFIX" among the path's components; NULL: there is none. */
static const char *last_component(const char *path, const char *prefix, const char *suffix,
				  size_t *len)
{
	size_t before = strlen(prefix), after = strlen(suffix), size;
	const char *found = NULL, *p = path;

	for (; *p; p += size + (p[size] == '/')) {
		size = strcspn(p, "/");
		if (size <= before + after || memcmp(p, prefix, before) != 0 ||
		    memcmp(p + size - after, suffix, after) != 0)
			continue;
		found = p + before;
		*len = size - before - after;
	}
	return found;
}

/*
 * systemd-nspawn: machine-NAME.scope, or systemd-nspawn@NAME.service; a character that is none of a
 * unit's name stands as \xHH there (systemd.unit(5)). Virtual machines and other containers that
 * libvirt registers have such scopes, too: qemu\x2d1\x2dNAME, lxc\x2d...
 */
static bool nspawn_in_path(const char *path, char *id)
{
	const char *name, *p;
	size_t len = 0, n = 0;

	name = last_component(path, "machine-", ".scope", &len);
	if (name && (!strncmp(name, "qemu\\x2d", 8) || !strncmp(name, "lxc\\x2d", 7)))
		return false;
	if (!name)
		name = last_component(path, "systemd-nspawn@", ".service", &len);
	for (p = name; name && p < name + len && n < SOT_CONTAINER_ID_LEN; p++) {
		if (name + len - p >= 4 && p[0] == '\\' && p[1] == 'x' && is_hex(p[2]) &&
		    is_hex(p[3])) {
			id[n++] = (char)(hex_value(p[2]) * 16 + hex_value(p[3]));
			p += 3;
		} else {
			id[n++] = *p;
		}
	}
	id[n] = '\0';
	return n && !memchr(id, '\0', n);
}

/* Kubernetes: .../kubepods-burstable-podUID.slice/..., its '-' as '_'; or /kubepods/.../podUID/... */
static void find_pod(const char *path, char *uid)
{
	const char *pods = strstr(path, "kubepods"), *p;
	size_t len, i;

	for (p = pods; p && (p = strstr(p, "pod")); p += 3) {
		len = strspn(p + 3, "0123456789abcdef-_");
		if ((len != POD_UID_LEN && len != POD_DIGITS_LEN) || p == pods ||
		    (p[-1] != '-' && p[-1] != '/'))
			continue;
		for (i = 0; i < len; i++)
			uid[i] = (char)(p[3 + i] == '_' ? '-' : p[3 + i]);
		uid[len] = '\0';
	}
}

bool sot_container_in_path(const char *path, struct sot_container_facts *facts)
{
	const char *id = id_in_path(path);

	memset(facts, 0, sizeof(*facts));
	if (id) {
		memcpy(facts->id, id, SOT_CONTAINER_ID_LEN);
		facts->runtime = runtime_before(path, id);
		find_pod(path, facts->pod_uid);
		return true;
	}
	if (!nspawn_in_path(path, facts->id))
		return false;
	facts->runtime = "systemd-nspawn";
	return true;
}

bool sot_same_facts(const struct sot_container_facts *a, const struct sot_container_facts *b)
{
	return !strcmp(a->id, b->id) && a->runtime == b->runtime && !strcmp(a->pod_uid, b->pod_uid);
}
