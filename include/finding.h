/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the rules of --audit say of a call. Strings are the rules' or the judge's own. */
#ifndef SOT_FINDING_H
#define SOT_FINDING_H

#include <stddef.h>

enum sot_severity {
	SOT_SEVERITY_LOW,
	SOT_SEVERITY_MEDIUM,
	SOT_SEVERITY_HIGH,
	SOT_SEVERITY_CRITICAL,
	SOT_SEVERITY_COUNT
};

/* "low" to "critical" */
extern const char *const sot_severities[SOT_SEVERITY_COUNT];

#define SOT_WHY_MAX 512

struct sot_finding {
	const char *rule, *title;
	const char *description; /* "": none */
	enum sot_severity severity;
	const char *const *mitre, *const *cve; /* end with NULL */
	char why[SOT_WHY_MAX]; /* may hold bytes of the traced process; why_len of them */
	size_t why_len;
};

/* Of one call; what does not fit is counted. */
#define SOT_FINDINGS_MAX 16

struct sot_findings {
	struct sot_finding finding[SOT_FINDINGS_MAX];
	size_t count, more;
};

#endif
