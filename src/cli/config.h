/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the command line asks for. Pure: parsing it opens and prints nothing. */
#ifndef SOT_CONFIG_H
#define SOT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "filter.h"
#include "record.h"

#define SOT_LIST_MAX 256
#define SOT_OUTPUTS_MAX 8
#define SOT_SINKS_MAX (SOT_OUTPUTS_MAX + 1) /* and a recording */
#define SOT_RULES_FILES_MAX 64

enum sot_action {
	SOT_ACTION_TRACE,
	SOT_ACTION_HELP,
	SOT_ACTION_VERSION,
	SOT_ACTION_DOCTOR,
	SOT_ACTION_LIST_OPTIONS,
	SOT_ACTION_EXPLAIN,
	SOT_ACTION_RULES_CHECK,
	SOT_ACTION_LIST_RULES,
};

struct sot_output_config {
	const struct sot_format *format;
	const char *path; /* NULL: standard output */
};

struct sot_config {
	enum sot_action action;
	uint32_t pids[SOT_LIST_MAX];
	size_t pids_count;
	uint32_t uids[SOT_LIST_MAX];
	size_t uids_count;
	const char *comms[SOT_LIST_MAX];
	size_t comms_count;
	const char *cgroups[SOT_CGROUPS_MAX]; /* paths, or containers' ids with is_container */
	bool is_container[SOT_CGROUPS_MAX];
	size_t cgroups_count;
	bool follow;
	bool failed;
	bool flagged;
	bool privileged;
	bool raw;
	bool no_values;
	bool show_secrets;
	bool quiet;
	bool verbose;
	bool as_root;
	bool audit; /* also where rules or fail_on are given */
	bool no_default_rules;
	const char *rules[SOT_RULES_FILES_MAX]; /* paths */
	size_t rules_count;
	enum sot_severity fail_on; /* SOT_SEVERITY_COUNT: never */
	bool summary;		   /* no events, but how many calls there were */
	double summary_seconds;	   /* between two of them; 0: one at the end */
	struct sot_output_config outputs[SOT_SINKS_MAX]; /* at least one after parsing */
	size_t outputs_count;
	const char *write; /* a recording, "-": standard output; NULL: none. The last output, too */
	const char
		*read; /* a recording to replay, "-": standard input; NULL: the kernel is traced */
	uint32_t snapshot; /* bytes */
	uint32_t rate;	   /* events of a process in rate_seconds; 0: no limit */
	uint32_t rate_seconds;
	uint32_t buffer_kib; /* of the ring buffer, a power of two */
	uint32_t in_flight;  /* calls kept between entry and return */
	double duration;     /* seconds; 0: no end */
	double heartbeat;    /* seconds between tests of the probes; 0: only at the start */
	uint64_t count;	     /* events; 0: no end */
	const char *explain; /* of --explain */
	const char *attach;  /* "auto", or a name that sot_attachments knows */
	char **command;	     /* NULL: none */
	struct sot_option_filter options;
};

/*
 * Returns 0, or -EINVAL with one sentence in *err. *cfg keeps pointers into argv.
 * Not for two threads at once: getopt_long has a state of its own.
 */
int sot_config_parse(struct sot_config *cfg, int argc, char **argv, struct sot_buf *err);

/* The text of --help, from the same table. */
void sot_config_help(struct sot_buf *buf);

/* Splits nothing, allocates nothing: the values of --attach, for messages; ends with NULL. */
extern const char *const sot_attach_names[];

#endif
