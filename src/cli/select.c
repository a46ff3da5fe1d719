/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "select.h"

static bool is_among(uint32_t id, const uint32_t *ids, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* As the tracer's pid namespace numbered it (bpf/filter.bpf.h: tgid_for_tracer). */
static bool pid_wanted(const struct sot_config *cfg, const struct sot_machine *machine,
		       const struct sot_event *ev)
{
	if (!machine->pid_ns)
		return is_among(ev->host_pid, cfg->pids, cfg->pids_count);
	return (ev->have & SOT_HAVE_NS_PIDS) && ev->pid_ns == machine->pid_ns &&
	       is_among(ev->pid, cfg->pids, cfg->pids_count);
}

static bool comm_wanted(const struct sot_config *cfg, const struct sot_event *ev)
{
	size_t i;

	for (i = 0; (ev->have & SOT_HAVE_COMM) && i < cfg->comms_count; i++)
		if (!strncmp(ev->comm, cfg->comms[i], sizeof(ev->comm)))
			return true;
	return false;
}

static bool may_need_capability(int level, int optname)
{
	size_t i;

	for (i = 0; i < sot_options_count; i++)
		if (sot_options[i].caps && sot_options[i].optname == optname &&
		    sot_levels[sot_options[i].level].number == level)
			return true;
	return false;
}

static bool option_wanted(const struct sot_config *cfg, const struct sot_event *ev)
{
	if (cfg->privileged && !may_need_capability(ev->level, ev->optname))
		return false;
	return sot_option_filter_takes(&cfg->options, ev->level, ev->optname);
}

bool sot_select_event(const struct sot_config *cfg, const struct sot_machine *machine,
		      const struct sot_event *ev)
{
	if (cfg->failed && (ev->have & SOT_HAVE_RET) && ev->ret >= 0)
		return false;
	if (cfg->pids_count && !pid_wanted(cfg, machine, ev))
		return false;
	if (cfg->uids_count &&
	    !((ev->have & SOT_HAVE_CRED) && is_among(ev->uid, cfg->uids, cfg->uids_count)))
		return false;
	if (cfg->comms_count && !comm_wanted(cfg, ev))
		return false;
	return option_wanted(cfg, ev);
}

/* In that group, or below it. */
static bool is_below(const char *path, const char *group)
{
	size_t len = strlen(group);

	while (len && group[len - 1] == '/')
		len--;
	return !strncmp(path, group, len) && (!path[len] || path[len] == '/');
}

/* One of the groups on the way is the container's. */
static bool is_in_container(const char *path, const char *wanted)
{
	struct sot_container_facts facts;
	char name[SOT_COMPONENT_MAX];
	size_t len;

	for (; *path; path += len + (path[len] == '/')) {
		len = strcspn(path, "/");
		if (len >= sizeof(name))
			continue; /* longer than any name can be */
		memcpy(name, path, len);
		name[len] = '\0';
		if (sot_container_in_path(name, &facts) &&
		    !strncmp(facts.id, wanted, strlen(wanted)))
			return true;
	}
	return false;
}

bool sot_select_cgroup(const struct sot_config *cfg, const char *path)
{
	size_t i;

	for (i = 0; *path && i < cfg->cgroups_count; i++)
		if (cfg->is_container[i] ? is_in_container(path, cfg->cgroups[i]) :
					   is_below(path, cfg->cgroups[i]))
			return true;
	return !cfg->cgroups_count;
}
