/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compares what the kernels made of a row with what the row says.
 *
 * What a row refuses every kernel that has it must refuse: a flag must not accuse in vain. What it
 * takes some kernel must take, else the row is laxer than need be; that is judged only when all
 * kernels of the matrix were probed.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "conformance.h"

#define MAX_KERNELS 8
#define ENOUGH_PERCENT 90

static struct notes kernels[MAX_KERNELS];
static int kernel_count;
static bool all_kernels;
static int passed, failed, row_failures;

static const char *const probe_names[] = {
#define PROBE(_name, _text) _text,
	PROBES(PROBE)
#undef PROBE
};

/* Of each kind of protocol this share of the rows must be tried. */
static const struct group {
	const char *name;
	enum sot_level_id first, second; /* of the level or levels */
	int family;			 /* or only what is tried on sockets of that family */
} groups[] = {
	{ "SOL_SOCKET", SOT_LEVEL_SOL_SOCKET, SOT_LEVEL_SOL_SOCKET, 0 },
	{ "unix", SOT_LEVEL_SOL_SOCKET, SOT_LEVEL_SOL_SOCKET, AF_UNIX },
	{ "IP", SOT_LEVEL_SOL_IP, SOT_LEVEL_SOL_IP, 0 },
	{ "IPV6", SOT_LEVEL_SOL_IPV6, SOT_LEVEL_SOL_IPV6, 0 },
	{ "TCP", SOT_LEVEL_SOL_TCP, SOT_LEVEL_SOL_TCP, 0 },
	{ "UDP", SOT_LEVEL_SOL_UDP, SOT_LEVEL_SOL_UDPLITE, 0 },
	{ "RAW, ICMP", SOT_LEVEL_SOL_RAW, SOT_LEVEL_SOL_ICMPV6, 0 },
	{ "netlink", SOT_LEVEL_SOL_NETLINK, SOT_LEVEL_SOL_NETLINK, 0 },
	{ "packet", SOT_LEVEL_SOL_PACKET, SOT_LEVEL_SOL_PACKET, 0 },
	{ "sctp", SOT_LEVEL_SOL_SCTP, SOT_LEVEL_SOL_SCTP, 0 },
	{ "tls", SOT_LEVEL_SOL_TLS, SOT_LEVEL_SOL_TLS, 0 },
	{ "vsock", SOT_LEVEL_AF_VSOCK, SOT_LEVEL_SOL_VSOCK, 0 },
};

static bool is_one_of(int outcome, const int *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i] == outcome && list[i])
			return true;
	return false;
}

/* How a kernel says that it has no such option. */
static bool is_unknown(int outcome)
{
	static const int errors[] = { ENOPROTOOPT, EOPNOTSUPP, EINVAL, ENOSYS };

	return is_one_of(outcome, errors, sizeof(errors) / sizeof(errors[0]));
}

static bool is_denied(const struct trial *trial, int outcome)
{
	return outcome == EPERM || outcome == EACCES ||
	       (trial->cap_gives && outcome == trial->cap_gives);
}

/* The kernel took the call, or refused it for what we know to be lacking. */
static bool is_taken(const struct trial *trial, int outcome)
{
	return outcome == 0 || outcome == OUTCOME_POSITIVE ||
	       is_one_of(outcome, trial->gives, sizeof(trial->gives) / sizeof(int));
}

static bool is_configured(const struct trial *trial, const struct notes *kernel)
{
	char line[80];

	if (!trial || !trial->config || !kernel->config)
		return true;
	snprintf(line, sizeof(line), "\n%s=", trial->config);
	return strstr(kernel->config, line) != NULL;
}

static bool has_row(const struct sot_option *opt, const struct notes *kernel)
{
	const struct trial *trial = find_trial(opt);
	int release = sot_release_number(kernel->release);

	if (!is_configured(trial, kernel))
		return false;
	if (trial && trial->before && !is_unknown(kernel->outcome[opt - sot_options][PROBE_FIT]))
		return true;
	return (!opt->since || release >= sot_release_number(opt->since)) &&
	       (!opt->until || release <= sot_release_number(opt->until));
}

/* Only where the fitting call does its work do others tell what is wrong with them. */
static bool is_sound(const struct sot_option *opt, const struct trial *trial, size_t row,
		     const struct notes *kernel)
{
	return has_row(opt, kernel) && kernel->outcome[row][PROBE_FIT] >= 0 &&
	       is_taken(trial, kernel->outcome[row][PROBE_FIT]);
}

__attribute__((format(printf, 3, 4))) static void
fail(const struct sot_option *opt, const struct notes *kernel, const char *form, ...)
{
	va_list rest;

	printf("FAILED %s:%s", sot_levels[opt->level].name, opt->name);
	if (kernel)
		printf(" on %s", kernel->release);
	printf(": ");
	va_start(rest, form);
	vprintf(form, rest);
	va_end(rest);
	putchar('\n');
	row_failures++;
}

static const char *told(int outcome)
{
	const char *name = strerrorname_np(outcome);

	return outcome == 0		   ? "taken" :
	       outcome == OUTCOME_POSITIVE ? "a positive number" :
	       name			   ? name :
					     "an errno without a name";
}

/* Every kernel that made the probe must have refused it. */
static void must_refuse(const struct sot_option *opt, size_t row, enum probe probe,
			const char *because)
{
	int i;

	for (i = 0; i < kernel_count; i++)
		if (has_row(opt, &kernels[i]) && kernels[i].outcome[row][probe] == 0)
			fail(opt, &kernels[i], "%s was taken, but %s", probe_names[probe], because);
}

/* Some kernel that made the probe must have taken it. */
static bool some_took(const struct sot_option *opt, const struct trial *trial, size_t row,
		      enum probe probe, int *last)
{
	bool made = false;
	int i, outcome;

	for (i = 0; i < kernel_count; i++) {
		outcome = kernels[i].outcome[row][probe];
		if (!is_sound(opt, trial, row, &kernels[i]) || outcome < 0)
			continue;
		if (is_taken(trial, outcome))
			return true;
		made = true;
		*last = outcome;
	}
	return !made;
}

static void must_take(const struct sot_option *opt, const struct trial *trial, size_t row,
		      enum probe probe)
{
	int last = 0;

	if (all_kernels && !some_took(opt, trial, row, probe, &last))
		fail(opt, NULL, "no kernel took %s: %s", probe_names[probe], told(last));
}

static void judge_presence(const struct sot_option *opt, const struct trial *trial, size_t row)
{
	int i, outcome;

	for (i = 0; i < kernel_count; i++) {
		outcome = kernels[i].outcome[row][PROBE_FIT];
		if (outcome < 0)
			continue;
		if (!has_row(opt, &kernels[i])) {
			if (!is_unknown(outcome))
				fail(opt, &kernels[i], "not there by the row, yet the call gave %s",
				     told(outcome));
		} else if (opt->flags & SOT_OPT_GET_ONLY) {
			if (!is_unknown(outcome))
				fail(opt, &kernels[i], "for getsockopt only, yet the call gave %s",
				     told(outcome));
		} else if (!is_taken(trial, outcome)) {
			fail(opt, &kernels[i], "the fitting call gave %s", told(outcome));
		}
	}
}

static void judge_lengths(const struct sot_option *opt, const struct trial *trial, size_t row)
{
	bool refuses = opt->flags & SOT_OPT_REFUSES_LONGER;

	if (sot_option_min_len(opt, false) > 0)
		must_refuse(opt, row, PROBE_ZERO, "the row has a greater least length");
	must_refuse(opt, row, PROBE_LESS, "the row has a greater least length");
	must_take(opt, trial, row, PROBE_LEAST);
	must_take(opt, trial, row, PROBE_GREATEST);
	if (refuses) {
		must_refuse(opt, row, PROBE_LONGER, "the row says that longer values are refused");
		must_refuse(opt, row, PROBE_LONGEST, "the row says that longer values are refused");
	} else {
		must_take(opt, trial, row, PROBE_LONGER);
		must_take(opt, trial, row, PROBE_LONGEST);
	}
}

/* What is wrong with a pointer is EFAULT, unless the call is refused before it is looked at. */
static void judge_pointer(const struct sot_option *opt, const struct trial *trial, size_t row,
			  enum probe probe, bool harmless)
{
	int i, outcome, made = 0, faults = 0;

	for (i = 0; i < kernel_count; i++) {
		outcome = kernels[i].outcome[row][probe];
		if (!is_sound(opt, trial, row, &kernels[i]) || outcome < 0)
			continue;
		made++;
		faults += outcome == EFAULT;
		/* some functions hand back how many bytes could not be copied */
		if (outcome == EFAULT || outcome == OUTCOME_POSITIVE)
			continue;
		if (sot_release_number(kernels[i].release) <= sot_release_number(trial->overlooks))
			continue;
		if (!harmless &&
		    (outcome == 0 || (outcome != trial->fault && !is_taken(trial, outcome))))
			fail(opt, &kernels[i], "%s gave %s instead of EFAULT", probe_names[probe],
			     told(outcome));
	}
	if (harmless && all_kernels && made && faults == made)
		fail(opt, NULL, "%s gave EFAULT on every kernel", probe_names[probe]);
}

static void judge_range(const struct sot_option *opt, const struct trial *trial, size_t row)
{
	must_refuse(opt, row, PROBE_BELOW, "it lies outside of the row's range");
	must_refuse(opt, row, PROBE_ABOVE, "it lies outside of the row's range");
	must_take(opt, trial, row, PROBE_MIN);
	must_take(opt, trial, row, PROBE_MAX);
	must_take(opt, trial, row, PROBE_ALSO);
}

static void expect_denial(const struct sot_option *opt, const struct trial *trial, size_t row,
			  enum probe probe, const struct notes *kernel, bool denied)
{
	int outcome = kernel->outcome[row][probe];

	if (outcome < 0)
		return;
	if (denied ? !is_denied(trial, outcome) :
		     outcome != 0 && outcome != trial->cap_allows && !is_taken(trial, outcome))
		fail(opt, kernel, "%s: %s, but the row says %s", probe_names[probe], told(outcome),
		     denied ? "that it is denied" : "that it is granted");
}

static bool needs_cap(const struct trial *trial, const struct notes *kernel)
{
	int release = sot_release_number(kernel->release);

	return release >= sot_release_number(trial->cap_since) &&
	       (!trial->cap_until || release <= sot_release_number(trial->cap_until));
}

static void judge_capability(const struct sot_option *opt, const struct trial *trial, size_t row)
{
	int i, last = 0;

	for (i = 0; i < kernel_count; i++) {
		if (!is_sound(opt, trial, row, &kernels[i]))
			continue;
		expect_denial(opt, trial, row, PROBE_NOBODY, &kernels[i], false);
		expect_denial(opt, trial, row, PROBE_CAP_ROOT, &kernels[i], false);
		if (!needs_cap(trial, &kernels[i]))
			continue;
		expect_denial(opt, trial, row, PROBE_CAP_NOBODY, &kernels[i], true);
		expect_denial(opt, trial, row, PROBE_CAP_OTHERS, &kernels[i], true);
		expect_denial(opt, trial, row, PROBE_CAP_CHILD, &kernels[i],
			      opt->cap_scope == SOT_CAP_INIT);
	}
	if (!opt->caps || !all_kernels)
		return;
	if (!some_took(opt, trial, row, PROBE_CAP_FIRST, &last) && last != trial->cap_allows)
		fail(opt, NULL, "%s: %s on every kernel", probe_names[PROBE_CAP_FIRST], told(last));
	if (!some_took(opt, trial, row, PROBE_CAP_SECOND, &last) && last != trial->cap_allows)
		fail(opt, NULL, "%s: %s on every kernel", probe_names[PROBE_CAP_SECOND],
		     told(last));
}

static bool is_tried(size_t row)
{
	int i;

	for (i = 0; i < kernel_count; i++)
		if (has_row(&sot_options[row], &kernels[i]) &&
		    kernels[i].outcome[row][PROBE_FIT] >= 0)
			return true;
	return false;
}

static void judge_deaths(const struct sot_option *opt, size_t row)
{
	int i, probe;

	for (i = 0; i < kernel_count; i++)
		for (probe = 0; probe < PROBE_COUNT; probe++)
			if (kernels[i].outcome[row][probe] == OUTCOME_DIED) {
				fail(opt, &kernels[i], "%s: the call did not come back",
				     probe_names[probe]);
				break;
			}
}

static void judge_row(size_t row)
{
	const struct sot_option *opt = &sot_options[row];
	const struct trial *trial = find_trial(opt);
	int flags = (int)opt->flags;

	row_failures = 0;
	judge_deaths(opt, row);
	if (!row_failures && (!trial || !is_tried(row)))
		return;
	if (trial)
		judge_presence(opt, trial, row);
	if (trial && !(flags & SOT_OPT_GET_ONLY)) {
		judge_lengths(opt, trial, row);
		judge_pointer(opt, trial, row, PROBE_NULL_POINTER,
			      flags & (SOT_OPT_NULL_OK | SOT_OPT_LEN_IS_VALUE));
		judge_pointer(opt, trial, row, PROBE_BAD_POINTER,
			      trial->unread || flags & SOT_OPT_LEN_IS_VALUE);
		judge_range(opt, trial, row);
		judge_capability(opt, trial, row);
	}
	if (row_failures)
		failed++;
	else
		passed++;
}

/* Why no kernel could try the row. */
static const char *why_untried(size_t row, const struct trial *trial)
{
	static char text[120];
	int i, error = 0;

	if (!trial)
		return "no trial says how";
	for (i = 0; i < kernel_count; i++) {
		if (!has_row(&sot_options[row], &kernels[i]))
			continue;
		if (kernels[i].why[row] && kernels[i].why[row] != EAFNOSUPPORT)
			error = kernels[i].why[row];
		else if (!error)
			error = kernels[i].why[row];
	}
	if (!error)
		return trial->config ? "Debian's kernels are built without it" :
				       "no kernel of the matrix has it";
	if (trial->lacks) {
		snprintf(text, sizeof(text), "no %s", trial->lacks);
		return text;
	}
	if (error == EAFNOSUPPORT || error == EPROTONOSUPPORT || error == ESOCKTNOSUPPORT)
		return "Debian's kernels are built without the protocol";
	snprintf(text, sizeof(text), "no fitting socket: %s", strerrorname_np(error));
	return text;
}

/* Whether a call that needs the capability was made without it, on some kernel. */
static bool is_cap_tried(size_t row)
{
	int i;

	for (i = 0; i < kernel_count; i++)
		if (kernels[i].outcome[row][PROBE_CAP_NOBODY] >= 0)
			return true;
	return false;
}

static void list_untried_caps(void)
{
	size_t row;

	for (row = 0; row < sot_options_count; row++) {
		const struct sot_option *opt = &sot_options[row];
		const struct trial *trial = find_trial(opt);

		if (!opt->caps || !is_tried(row) || is_cap_tried(row))
			continue;
		if (trial->cap_untried) {
			printf("  capability not tried: %s (%s)\n", opt->name, trial->cap_untried);
			continue;
		}
		fail(opt, NULL, "no trial says when the capability is needed");
		failed++;
	}
}

/*
 * The rows not tried, a line for each stretch of one level with one reason, which tests/run-all
 * shows for the word in front, as far as 200 columns.
 */
static int list_untried(void)
{
	char last[200] = "", now[200];
	size_t row, len = 0;
	int count = 0;

	for (row = 0; row < sot_options_count; row++) {
		const struct sot_option *opt = &sot_options[row];

		if (is_tried(row))
			continue;
		snprintf(now, sizeof(now), "%s (%s):", sot_levels[opt->level].name,
			 why_untried(row, find_trial(opt)));
		if (strcmp(now, last) != 0 || len > 150) {
			printf("%sSKIPPED %s", count ? "\n" : "", now);
			len = strlen(now);
		}
		len += (size_t)printf(" %s", opt->name);
		strcpy(last, now);
		count++;
	}
	if (count)
		putchar('\n');
	return count;
}

static bool in_group(const struct group *group, const struct sot_option *opt)
{
	const struct trial *trial = find_trial(opt);

	if (opt->level != group->first && opt->level != group->second)
		return false;
	return !group->family || (trial && find_socket(trial)->family == group->family);
}

static void judge_shares(void)
{
	size_t i, row;

	printf("  tried:");
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		int rows = 0, tried = 0;

		for (row = 0; row < sot_options_count; row++)
			if (in_group(&groups[i], &sot_options[row])) {
				rows++;
				tried += is_tried(row);
			}
		printf("%s %s %d of %d", i ? "," : "", groups[i].name, tried, rows);
		if (!all_kernels || tried * 100 >= rows * ENOUGH_PERCENT)
			continue;
		printf("\nFAILED: of %s less than %d %% were tried\n ", groups[i].name,
		       ENOUGH_PERCENT);
		failed++;
	}
	putchar('\n');
}

static bool read_row(struct notes *notes, FILE *file, size_t row)
{
	char name[64];
	size_t number;
	int i, outcome, why;

	if (fscanf(file, "%zu %63s %d", &number, name, &why) != 3 || number != row ||
	    strcmp(name, sot_options[row].name) != 0)
		return false;
	notes->why[row] = (int16_t)why;
	for (i = 0; i < PROBE_COUNT; i++) {
		if (fscanf(file, "%d", &outcome) != 1)
			return false;
		notes->outcome[row][i] = (int16_t)outcome;
	}
	return true;
}

/* The file config beside the notes; NULL: there is none. */
static char *read_config(const char *notes)
{
	const char *slash = strrchr(notes, '/');
	size_t room = 1 << 20, len;
	char path[4096], *text;
	FILE *file;

	snprintf(path, sizeof(path), "%.*sconfig", slash ? (int)(slash + 1 - notes) : 0, notes);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	text = calloc(1, room);
	len = fread(text, 1, room - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static bool read_notes(struct notes *notes, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t row = 0;

	notes->config = read_config(path);
	notes->outcome = calloc(sot_options_count, sizeof(*notes->outcome));
	notes->why = calloc(sot_options_count, sizeof(*notes->why));
	if (file && fscanf(file, "kernel %79s", notes->release) == 1)
		while (row < sot_options_count && read_row(notes, file, row))
			row++;
	if (file)
		fclose(file);
	if (row != sot_options_count)
		printf("FAILED: %s is not whole, or not of this catalogue\n", path);
	return row == sot_options_count;
}

/* Whether only a refusal of the row is known, since what it needs is not to be had. */
static bool is_lacking(size_t row)
{
	int i;

	if (!is_tried(row) || sot_options[row].flags & SOT_OPT_GET_ONLY)
		return false;
	for (i = 0; i < kernel_count; i++)
		if (kernels[i].outcome[row][PROBE_FIT] == 0 ||
		    kernels[i].outcome[row][PROBE_FIT] == OUTCOME_POSITIVE)
			return false;
	return true;
}

/* Rows of which some probe is left out. */
static void list_in_part(void)
{
	const char *last = NULL;
	size_t row;

	for (row = 0; row < sot_options_count; row++) {
		const struct trial *trial = find_trial(&sot_options[row]);

		if (!trial || !trial->without || !is_tried(row))
			continue;
		if (!last || strcmp(trial->without_why, last) != 0)
			printf("%s  in part (%s):", last ? "\n" : "", trial->without_why);
		printf(" %s", sot_options[row].name);
		last = trial->without_why;
	}
	if (last)
		putchar('\n');
}

static void list_lacking(void)
{
	const char *last = NULL;
	size_t row;

	for (row = 0; row < sot_options_count; row++) {
		const char *lacks;

		if (!is_lacking(row))
			continue;
		lacks = find_trial(&sot_options[row])->lacks;
		if (!lacks || !last || strcmp(lacks, last) != 0)
			printf("%s  only refused, for want of %s:", last ? "\n" : "",
			       lacks ? lacks : "what fits");
		printf(" %s", sot_options[row].name);
		last = lacks ? lacks : "";
	}
	if (last)
		putchar('\n');
}

int judge_kernels(int count, char *files[], bool all)
{
	size_t row;
	int untried, i;

	all_kernels = all;
	for (i = 0; i < count && i < MAX_KERNELS; i++) {
		if (read_notes(&kernels[kernel_count], files[i]))
			kernel_count++;
		else
			failed++;
	}
	for (row = 0; row < sot_options_count; row++)
		judge_row(row);
	judge_shares();
	list_lacking();
	list_in_part();
	list_untried_caps();
	untried = list_untried();
	printf("%d passed, %d failed, %d skipped\n", passed, failed, untried);
	return failed != 0;
}

int print_tried(const char *path)
{
	const struct notes *kernel = &kernels[0];
	size_t row;

	if (!read_notes(&kernels[0], path))
		return 1;
	for (row = 0; row < sot_options_count; row++) {
		const struct sot_option *opt = &sot_options[row];
		const struct trial *trial = find_trial(opt);

		if (opt->caps && trial && is_sound(opt, trial, row, kernel) &&
		    needs_cap(trial, kernel) && kernel->outcome[row][PROBE_CAP_NOBODY] >= 0)
			printf("%s:%s\n", sot_levels[opt->level].name, opt->name);
	}
	return 0;
}
