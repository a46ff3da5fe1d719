/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the path of a cgroup tells of a container, and what is remembered of groups. */
#include "unit.h"

#include "cli/config.h"
#include "cli/container.h"
#include "record.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define POD "0a1b2c3d-1111-2222-3333-444455556666"
#define POD_UNIT "0a1b2c3d_1111_2222_3333_444455556666"
#define NAME_64 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"

static void paths(void **state)
{
	static const struct {
		const char *path, *id, *runtime, *pod; /* id NULL: none; runtime NULL: unknown */
	} rows[] = {
		{ "", NULL },
		{ "/", NULL },
		{ "/user.slice/user-1000.slice/session-1.scope", NULL },
		{ "/system.slice/docker-" ID ".scope", ID, "docker" },
		{ "/docker/" ID, ID, "docker" },
		{ "/docker/" OTHER "/docker/" ID "/init", ID, "docker" },
		{ "/docker/" OTHER "/" ID, ID, NULL },
		{ "/docker/" ID "0", NULL },
		{ "/docker/0" ID, NULL },
		{ "/docker/0123456789abcdef", NULL },
		{ "/docker/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
		  NULL },
		{ ID, ID, NULL },
		{ "/system.slice/nerdctl-" ID ".scope", ID, "containerd" },
		{ "/machine.slice/libpod-" ID ".scope/container", ID, "podman" },
		{ "/libpod_parent/libpod-" ID, ID, "podman" },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_UNIT
		  ".slice/cri-containerd-" ID ".scope",
		  ID, "containerd", POD },
		{ "/kubepods.slice/kubepods-pod" POD_UNIT ".slice/crio-" ID ".scope", ID, "cri-o",
		  POD },
		{ "/kubepods/besteffort/pod" POD "/" ID, ID, NULL, POD },
		{ "/kubelet/kubepods/pod0123456789abcdef0123456789abcdef/" ID, ID, NULL,
		  "0123456789abcdef0123456789abcdef" },
		{ "/kubepods/besteffort/pod" POD "0/" ID, ID, NULL, "" },
		{ "/kubepods/besteffort/tripod" POD "/" ID, ID, NULL, "" },
		{ "/elsewhere/pod" POD "/" ID, ID, NULL, "" },
		{ "/machine.slice/machine-web.scope", "web", "systemd-nspawn" },
		{ "/machine.slice/machine-web.scope/payload/system.slice", "web",
		  "systemd-nspawn" },
		{ "/machine.slice/machine-my\\x2dweb.scope", "my-web", "systemd-nspawn" },
		{ "/machine.slice/systemd-nspawn@db.service/payload", "db", "systemd-nspawn" },
		{ "/machine.slice/machine-a.scope/payload/machine.slice/machine-b.scope", "b",
		  "systemd-nspawn" },
		{ "/machine.slice/machine-" NAME_64 "x.scope", NAME_64, "systemd-nspawn" },
		{ "/machine.slice/machine-qemu\\x2d1\\x2ddebian.scope", NULL },
		{ "/machine.slice/machine-lxc\\x2d5\\x2dx.scope", NULL },
		{ "/machine.slice/machine-.scope", NULL },
		{ "/machine.slice/machine-a\\x00b.scope", NULL },
		{ "/machine.slice/machine-a\\x2", NULL },
		{ "/machine.slice/machine-a\\x2.scope", "a\\x2", "systemd-nspawn" },
	};
	struct sot_container_facts facts;
	size_t i;
	bool found;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memset(&facts, 0xff, sizeof(facts));
		found = sot_container_in_path(rows[i].path, &facts);
		assert_row(found == !!rows[i].id, rows[i].path, "found: %d", found);
		if (!found)
			continue;
		assert_row(!strcmp(facts.id, rows[i].id), rows[i].path, "id %s", facts.id);
		assert_row(rows[i].runtime ?
				   facts.runtime && !strcmp(facts.runtime, rows[i].runtime) :
				   !facts.runtime,
			   rows[i].path, "runtime %s", facts.runtime ? facts.runtime : "unknown");
		assert_row(!strcmp(facts.pod_uid, rows[i].pod ? rows[i].pod : ""), rows[i].path,
			   "pod %s", facts.pod_uid);
	}
}

#define FAR 256 /* whose place in the table is the same */

/* An event's group is found as it was learnt last, whichever the event before was of. */
static void groups(void **state)
{
	static const struct {
		uint64_t learnt;
		const char *path; /* NULL: nothing is learnt */
		uint64_t asked;
		const char *found; /* NULL: nothing is known */
	} rows[] = {
		{ 0, NULL, 7, NULL },	    { 7, "/a", 7, "/a" },
		{ 0, NULL, 7, "/a" },	    { 8, "/b", 8, "/b" },
		{ 0, NULL, 7, "/a" },	    { 0, NULL, 9, NULL },
		{ 0, NULL, 7, "/a" },	    { 0, NULL, 0, NULL },
		{ 7, "/c", 7, "/c" }, /* another name */
		{ 7 + FAR, "/d", 7, NULL }, { 0, NULL, 7 + FAR, "/d" },
		{ 8, "", 8, NULL },
	};
	static const struct sot_config config;
	struct sot_containers *containers = sot_containers__new();
	struct sot_event ev = { .have = SOT_HAVE_CGROUP };
	struct sot_record rec = { .ev = &ev };
	size_t i;

	(void)state;
	assert_non_null(containers);
	sot_containers__replay(containers, &config, 1);
	for (i = 0; i < COUNT(rows); i++) {
		if (rows[i].path)
			sot_containers__learn(containers, rows[i].learnt, rows[i].path);
		ev.cgroup_id = rows[i].asked;
		rec.cgroup_path = NULL;
		sot_containers__find(containers, &rec);
		assert_int_equal(rec.cgroup_path != NULL, rows[i].found != NULL);
		assert_int_equal(rec.container,
				 rows[i].found ? SOT_CONTAINER_HOST : SOT_CONTAINER_UNKNOWN);
		if (rows[i].found)
			assert_string_equal(rec.cgroup_path, rows[i].found);
	}
	sot_containers__free(containers);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
