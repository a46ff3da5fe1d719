/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command line: one row an option; parsing, help and messages are drawn from the rows. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "recording.h"

/* IPsec policies and most filters whole: rules ask for their ends */
#define SNAPSHOT_OF_AUDIT 512
#define BUFFER_KIB_DEFAULT 4096
#define IN_FLIGHT_DEFAULT 1024
#define IN_FLIGHT_MAX 65536
#define HEARTBEAT_DEFAULT 10
#define BUFFER_KIB_MIN 4
#define BUFFER_KIB_MAX (1024 * 1024)
#define RATE_SECONDS_MAX 86400
#define SECONDS_MAX 1e9
#define SUMMARY_SECONDS_MIN 0.1 /* the session wakes twice as often */

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;     /* "\n" goes on below */
	int (*parse)(struct sot_config *cfg, const char *arg, struct sot_buf *err);
	size_t offset;	     /* of a bool to set, when parse is NULL */
	const char *section; /* a heading before this row */
	bool tracing;	     /* means nothing to a recording that is replayed */
	bool may_lack;	     /* its argument; which then begins with = */
};

const char *const sot_attach_names[] = {
	"auto",		"kprobe",	    "fentry",		"tracepoint",
	"kprobe+fexit", "kprobe+kretprobe", "tracepoint+fexit", NULL
};

static int refuse(struct sot_buf *err, const char *what, const char *arg, const char *why)
{
	sot_buf_str(err, what);
	sot_buf_str(err, " \"");
	sot_buf_printable(err, arg, strlen(arg));
	sot_buf_str(err, *why == ';' ? "\"" : "\" ");
	sot_buf_str(err, why);
	return -EINVAL;
}

static bool parse_uint(const char *text, uint64_t max, uint64_t *num)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*num = strtoull(text, &end, 10);
	return !*end && !errno && *num <= max;
}

static int parse_ids(const char *list, uint32_t *ids, size_t *count, uint32_t max, const char *what,
		     struct sot_buf *err)
{
	char word[32];
	uint64_t num;
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if (*count == SOT_LIST_MAX)
			return refuse(err, what, list, "is one too many; 256 can be given");
		if (len >= sizeof(word))
			return refuse(err, what, list, "is not a number");
		memcpy(word, list, len);
		word[len] = '\0';
		if (!parse_uint(word, max, &num))
			return refuse(err, what, word, "is not a number from 0 up, or too large");
		ids[(*count)++] = (uint32_t)num;
		if (!list[len])
			return 0;
	}
}

static int parse_pid(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t i;
	int ret = parse_ids(arg, cfg->pids, &cfg->pids_count, INT32_MAX, "process id", err);

	for (i = 0; !ret && i < cfg->pids_count; i++)
		if (!cfg->pids[i])
			return refuse(err, "process id", "0", "names no process");
	return ret;
}

static int parse_uid(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	return parse_ids(arg, cfg->uids, &cfg->uids_count, UINT32_MAX, "user id", err);
}

static int parse_comm(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (!*arg || strlen(arg) >= SOT_COMM_LEN)
		return refuse(err, "command name", arg,
			      "must have 1 to 15 bytes: the kernel keeps no more");
	if (cfg->comms_count == SOT_LIST_MAX)
		return refuse(err, "command name", arg, "is one too many; 256 can be given");
	cfg->comms[cfg->comms_count++] = arg;
	return 0;
}

static int add_group(struct sot_config *cfg, const char *arg, bool is_container,
		     struct sot_buf *err)
{
	if (cfg->cgroups_count == SOT_CGROUPS_MAX)
		return refuse(err, is_container ? "container" : "cgroup", arg,
			      "is one too many; 16 can be given");
	cfg->is_container[cfg->cgroups_count] = is_container;
	cfg->cgroups[cfg->cgroups_count++] = arg;
	return 0;
}

static int parse_cgroup(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (*arg != '/')
		return refuse(err, "cgroup", arg,
			      "is no path; begin it with /, as in /proc/PID/cgroup");
	return add_group(cfg, arg, false, err);
}

static int parse_container(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t len = strlen(arg);

	if (len < 12 || len > 64 || strspn(arg, "0123456789abcdef") != len)
		return refuse(err, "container", arg,
			      "is no id; give 12 to 64 of its hexadecimal digits");
	return add_group(cfg, arg, true, err);
}

static int parse_option(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	return sot_option_filter_add(&cfg->options, arg, err);
}

static const struct sot_format *find_format(const char *name, size_t len)
{
	const struct sot_format *format;

	for (format = sot_formats; format->name; format++)
		if (strlen(format->name) == len && !memcmp(format->name, name, len))
			return format;
	return NULL;
}

static int parse_output(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t len = strcspn(arg, ":");
	struct sot_output_config *output = &cfg->outputs[cfg->outputs_count];

	if (cfg->outputs_count == SOT_OUTPUTS_MAX)
		return refuse(err, "output", arg, "is one too many; 8 can be given");
	output->format = find_format(arg, len);
	if (!output->format)
		return refuse(err, "output format", arg,
			      "is not known; use table, json or json-v1beta1, with :FILE to write "
			      "to a file");
	if (arg[len] && !arg[len + 1])
		return refuse(err, "output", arg, "names no file after the colon");
	output->path = arg[len] && strcmp(arg + len + 1, "-") ? arg + len + 1 : NULL;
	cfg->outputs_count++;
	return 0;
}

static int parse_write(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (cfg->write || !*arg)
		return refuse(err, "recording", arg,
			      *arg ? "is one too many; one can be written" : "is no file's name");
	cfg->write = arg;
	return 0;
}

static int parse_read(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (cfg->read || !*arg)
		return refuse(err, "recording", arg,
			      *arg ? "is one too many; one can be replayed" : "is no file's name");
	cfg->read = arg;
	return 0;
}

static int parse_snapshot(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	uint64_t num;

	if (!parse_uint(arg, SOT_SNAPSHOT_MAX, &num) || !num)
		return refuse(err, "snapshot", arg, "must be a number of bytes from 1 to 4096");
	cfg->snapshot = (uint32_t)num;
	return 0;
}

static int parse_rate(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t len = strcspn(arg, "/");
	uint64_t events = 0, seconds = 1;
	char word[16];

	if (len < sizeof(word)) {
		memcpy(word, arg, len);
		word[len] = '\0';
		if (parse_uint(word, UINT32_MAX, &events) && events &&
		    (!arg[len] || parse_uint(arg + len + 1, RATE_SECONDS_MAX, &seconds)) &&
		    seconds) {
			cfg->rate = (uint32_t)events;
			cfg->rate_seconds = (uint32_t)seconds;
			return 0;
		}
	}
	return refuse(err, "rate", arg,
		      "must be a number of events above 0, and may end with a number of seconds "
		      "from 1 to 86400: 100 or 1000/60");
}

static int parse_buffer(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	uint64_t num;

	if (!parse_uint(arg, BUFFER_KIB_MAX, &num) || num < BUFFER_KIB_MIN || (num & (num - 1)))
		return refuse(err, "buffer size", arg,
			      "must be a power of two from 4 to 1048576 (KiB)");
	cfg->buffer_kib = (uint32_t)num;
	return 0;
}

static int parse_in_flight(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	uint64_t num;

	if (!parse_uint(arg, IN_FLIGHT_MAX, &num) || !num)
		return refuse(err, "number of calls", arg, "must be from 1 to 65536");
	cfg->in_flight = (uint32_t)num;
	return 0;
}

static int parse_rules(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (cfg->rules_count == SOT_RULES_FILES_MAX)
		return refuse(err, "file of rules", arg, "is one too many; 64 can be given");
	cfg->rules[cfg->rules_count++] = arg;
	return 0;
}

static int parse_rules_check(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	cfg->action = SOT_ACTION_RULES_CHECK;
	return parse_rules(cfg, arg, err);
}

static int parse_fail_on(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t i;

	for (i = 0; i < SOT_SEVERITY_COUNT; i++) {
		if (!strcmp(arg, sot_severities[i])) {
			cfg->fail_on = (enum sot_severity)i;
			return 0;
		}
	}
	return refuse(err, "severity", arg, "is not known; use low, medium, high or critical");
}

static bool parse_seconds(const char *text, double *seconds)
{
	char *end;

	if (strspn(text, "0123456789.") != strlen(text))
		return false;
	*seconds = strtod(text, &end);
	return end != text && !*end && *seconds <= SECONDS_MAX;
}

static int parse_duration(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	return parse_seconds(arg, &cfg->duration) && cfg->duration > 0 ?
		       0 :
		       refuse(err, "duration", arg,
			      "must be a number of seconds above 0, at most 1000000000");
}

static int parse_heartbeat(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	return parse_seconds(arg, &cfg->heartbeat) ?
		       0 :
		       refuse(err, "heartbeat", arg,
			      "must be a number of seconds up to 1000000000, 0 for none");
}

static int parse_count(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	if (!parse_uint(arg, UINT64_MAX, &cfg->count) || !cfg->count)
		return refuse(err, "count", arg, "must be a number of events above 0");
	return 0;
}

static int parse_summary(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	cfg->summary = true;
	if (!arg)
		return 0;
	if (*arg == '=') /* after the letter */
		arg++;
	return parse_seconds(arg, &cfg->summary_seconds) &&
			       cfg->summary_seconds >= SUMMARY_SECONDS_MIN ?
		       0 :
		       refuse(err, "summary", arg,
			      "must be a number of seconds from 0.1 to 1000000000");
}

static int parse_explain(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	(void)err;
	cfg->explain = arg;
	cfg->action = SOT_ACTION_EXPLAIN;
	return 0;
}

static int parse_attach(struct sot_config *cfg, const char *arg, struct sot_buf *err)
{
	size_t i;

	for (i = 0; sot_attach_names[i]; i++) {
		if (!strcmp(arg, sot_attach_names[i])) {
			cfg->attach = sot_attach_names[i];
			return 0;
		}
	}
	return refuse(err, "attachment", arg,
		      "is not known; use auto, kprobe, fentry or tracepoint");
}

static int set_action(struct sot_config *cfg, enum sot_action action)
{
	cfg->action = action;
	return 0;
}

#define ACTION(_function, _action)                                                         \
	static int _function(struct sot_config *cfg, const char *arg, struct sot_buf *err) \
	{                                                                                  \
		(void)arg;                                                                 \
		(void)err;                                                                 \
		return set_action(cfg, _action);                                           \
	}
ACTION(parse_help, SOT_ACTION_HELP)
ACTION(parse_version, SOT_ACTION_VERSION)
ACTION(parse_doctor, SOT_ACTION_DOCTOR)
ACTION(parse_list_options, SOT_ACTION_LIST_OPTIONS)
ACTION(parse_list_rules, SOT_ACTION_LIST_RULES)

#define SETS(_field) .offset = offsetof(struct sot_config, _field)

static const struct option_row rows[] = {
	{ "pid", 'p', "PID[,PID...]", "only these processes", parse_pid,
	  .section = "Which calls (decided in the kernel)" },
	{ "follow", 'f', NULL, "and their descendants", SETS(follow), .tracing = true },
	{ "uid", 'u', "UID[,UID...]", "only processes of this real user id", parse_uid },
	{ "comm", 'n', "NAME", "only this command name; may be repeated", parse_comm },
	{ "option", 'e', "LIST",
	  "only these, by name, glob, level or number:\n"
	  "SO_REUSEADDR,TCP_*,SOL_IP:*,6:1; ! excludes",
	  parse_option },
	{ "cgroup", 0, "PATH", "only processes in this cgroup or below", parse_cgroup },
	{ "container", 0, "ID", "only processes of this container", parse_container },
	{ "privileged", 0, NULL, "only options that may need a capability", SETS(privileged) },
	{ "failed", 'x', NULL, "only calls that failed", SETS(failed) },
	{ "flagged", 0, NULL, "only calls with a flag", SETS(flagged) },
	{ "rate", 0, "N[/SECONDS]", "of each process at most N in each SECONDS (1)", parse_rate,
	  .tracing = true },

	{ "output", 'o', "FORMAT[:FILE]", "table (default), json or json-v1beta1;\nmay be repeated",
	  parse_output, .section = "What is written" },
	{ "write", 'w', "FILE", "record raw events for -r; - is standard output", parse_write },
	{ "summary", 'c', "SECONDS", "no events, but counts of calls at the end,\nor this often",
	  parse_summary, .may_lack = true },
	{ "raw", 0, NULL, "numbers instead of names in the arguments", SETS(raw) },
	{ "snapshot", 's', "BYTES", "to capture of each value (128; --audit: 512)", parse_snapshot,
	  .tracing = true },
	{ "no-values", 0, NULL, "do not read the values", SETS(no_values), .tracing = true },
	{ "show-secrets", 0, NULL, "capture and show key material, too", SETS(show_secrets) },
	{ "quiet", 'q', NULL, "no messages but errors", SETS(quiet) },
	{ "verbose", 'v', NULL, "tell what is tried, and what libbpf says", SETS(verbose) },

	{ "audit", 0, NULL, "judge each call by rules", SETS(audit), .section = "What is judged" },
	{ "rules", 0, "FILE", "judge by the rules in it, too; may be repeated", parse_rules },
	{ "no-default-rules", 0, NULL, "judge by those of --rules alone", SETS(no_default_rules) },
	{ "fail-on", 0, "SEVERITY",
	  "exit status 3 if it was found, or worse:\nlow, medium, high or critical",
	  parse_fail_on },

	{ "duration", 0, "SECONDS", "end after this time", parse_duration, .section = "How it runs",
	  .tracing = true },
	{ "count", 0, "N", "end after N events", parse_count },
	{ "heartbeat", 0, "SECONDS", "test the probes this often (10)", parse_heartbeat,
	  .tracing = true },
	{ "attach", 0, "HOW", "auto (default), kprobe, fentry or tracepoint", parse_attach,
	  .tracing = true },
	{ "buffer-size", 0, "KIB", "of the ring buffer, a power of two (4096)", parse_buffer,
	  .tracing = true },
	{ "in-flight", 0, "CALLS", "to keep between entry and return (1024)", parse_in_flight,
	  .tracing = true },
	{ "as-root", 0, NULL, "run the command as root, even under sudo", SETS(as_root),
	  .tracing = true },

	{ "read", 'r', "FILE", "replay a recording; - is standard input", parse_read,
	  .section = "Instead of tracing" },
	{ "doctor", 0, NULL, "tell what this kernel offers", parse_doctor },
	{ "list-options", 0, NULL, "print the options that are known (-e, -o)",
	  parse_list_options },
	{ "explain", 0, "NAME", "tell what is known of an option", parse_explain },
	{ "rules-check", 0, "FILE", "tell every error in a file of rules", parse_rules_check },
	{ "list-rules", 0, NULL, "print the rules that --audit judges by (-o)", parse_list_rules },
	{ "version", 0, NULL, "print the version", parse_version },
	{ "help", 'h', NULL, "print this", parse_help },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define FIRST_ROW_VALUE 256 /* what getopt returns for rows[0]; above any letter */

static const char *row_name(size_t index)
{
	return rows[index].name;
}

static void fill_getopt(struct option *longs, char *letters)
{
	size_t i;

	*letters++ = '+'; /* stop at the first argument that is no option */
	*letters++ = ':'; /* tell a missing argument from an unknown option */
	for (i = 0; i < ROWS; i++) {
		longs[i] = (struct option){ rows[i].name,
					    rows[i].may_lack ? optional_argument :
					    rows[i].argument ? required_argument :
							       no_argument,
					    NULL, FIRST_ROW_VALUE + (int)i };
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
		if (rows[i].may_lack)
			*letters++ = ':';
	}
	longs[ROWS] = (struct option){ 0 };
	*letters = '\0';
}

static const struct option_row *find_row(int value)
{
	size_t i;

	if (value >= FIRST_ROW_VALUE)
		return &rows[value - FIRST_ROW_VALUE];
	for (i = 0; i < ROWS; i++)
		if (rows[i].letter == value)
			return &rows[i];
	return NULL;
}

static int unknown_option(const char *word, struct sot_buf *err)
{
	const char *nearest[2];
	char name[32];
	size_t n = 0, i;

	sot_buf_str(err, "unknown option \"");
	sot_buf_printable(err, word, strlen(word));
	sot_buf_str(err, "\"");
	if (!strncmp(word, "--", 2)) {
		strncpy(name, word + 2, sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		name[strcspn(name, "=")] = '\0';
		n = sot_nearest_names(name, row_name, ROWS, nearest, 2);
	}
	for (i = 0; i < n; i++) {
		sot_buf_str(err, i ? " or --" : "; did you mean --");
		sot_buf_str(err, nearest[i]);
	}
	sot_buf_str(err, n ? "?" : "; see sockopt-trace --help");
	return -EINVAL;
}

static int apply_row(struct sot_config *cfg, const struct option_row *row, const char *arg,
		     struct sot_buf *err)
{
	if (row->parse)
		return row->parse(cfg, arg, err);
	*(bool *)((char *)cfg + row->offset) = true;
	return 0;
}

/* What is told instead of tracing goes where -o says, if it has that form. */
static int check_outputs(struct sot_config *cfg, struct sot_buf *err)
{
	size_t i;

	if (cfg->action == SOT_ACTION_EXPLAIN && cfg->outputs_count)
		return refuse(err, "option", "--output",
			      "does not go with --explain; use --list-options -e NAME -o json");
	if (!cfg->outputs_count && !cfg->write)
		cfg->outputs[cfg->outputs_count++].format = &sot_formats[0];
	if (cfg->action != SOT_ACTION_LIST_OPTIONS && cfg->action != SOT_ACTION_LIST_RULES)
		return 0;
	for (i = 0; i < cfg->outputs_count; i++)
		if (!cfg->outputs[i].format->option)
			return refuse(err, "output format", cfg->outputs[i].format->name,
				      "has calls only; use table or json for a list");
	return 0;
}

/* The recording comes last: what names the others ask for stands in it before the event. */
static int add_recording(struct sot_config *cfg, struct sot_buf *err)
{
	struct sot_output_config *recording = &cfg->outputs[cfg->outputs_count];
	size_t i;

	recording->format = &sot_recording_format;
	recording->path = strcmp(cfg->write, "-") ? cfg->write : NULL;
	for (i = 0; !recording->path && i < cfg->outputs_count; i++)
		if (!cfg->outputs[i].path)
			return refuse(err, "recording", "-",
				      "shares standard output with --output; name a file for one");
	cfg->outputs_count++;
	return 0;
}

/* Nothing is traced: not with an option that says how, nor with a command. */
static int check_replay(const struct sot_config *cfg, const struct option_row *tracing,
			struct sot_buf *err)
{
	char name[32] = "--";

	if (cfg->action != SOT_ACTION_TRACE)
		return refuse(err, "recording", cfg->read ?: cfg->write,
			      "goes with tracing only, not with what is told instead");
	if (!cfg->read)
		return 0;
	if (cfg->command)
		return refuse(err, "command", cfg->command[0],
			      "cannot be run beside --read, which traces nothing");
	if (!tracing)
		return 0;
	strncat(name, tracing->name, sizeof(name) - 3);
	return refuse(err, "option", name,
		      "says how to trace; --read replays what was traced already");
}

/* What there is only of events, or while tracing. */
static int check_summary(const struct sot_config *cfg, struct sot_buf *err)
{
	if (!cfg->summary)
		return 0;
	if (cfg->audit)
		return refuse(err, "option", "--audit",
			      "does not go with --summary, which has no events");
	if (cfg->write)
		return refuse(err, "recording", cfg->write,
			      "does not go with --summary, which has no events; record first, then "
			      "-r FILE -c");
	if (cfg->read)
		return !cfg->summary_seconds ?
			       0 :
			       refuse(err, "option", "--summary",
				      "takes no seconds with --read, which gives one at the end");
	if (cfg->flagged || cfg->count || cfg->rate)
		return refuse(err, "option",
			      cfg->flagged ? "--flagged" :
			      cfg->count   ? "--count" :
					     "--rate",
			      "does not go with --summary, which has no events");
	return 0;
}

/* options_end: the index after the options; getopt went one further if there was a "--" */
static int check_whole(struct sot_config *cfg, int argc, char **argv, int options_end,
		       const struct option_row *tracing, struct sot_buf *err)
{
	bool dashes = optind > options_end;
	int ret;

	if (optind < argc && !dashes)
		return refuse(err, "unexpected argument", argv[optind],
			      "; a command to run goes after --");
	if (optind < argc)
		cfg->command = argv + optind;
	else if (dashes)
		return refuse(err, "no command after", "--", "; name the program to run and trace");
	ret = cfg->read || cfg->write ? check_replay(cfg, tracing, err) : 0;
	if (ret)
		return ret;
	if (cfg->follow && !cfg->pids_count && !cfg->command)
		return refuse(err, "option", "--follow", "needs processes to follow; add -p PID");
	if (cfg->as_root && !cfg->command)
		return refuse(err, "option", "--as-root", "needs a command to run, after --");
	if (cfg->no_default_rules && !cfg->rules_count)
		return refuse(err, "option", "--no-default-rules",
			      "leaves no rules; add --rules FILE");
	if (cfg->rules_count || cfg->fail_on != SOT_SEVERITY_COUNT)
		cfg->audit = true;
	if (!cfg->snapshot)
		cfg->snapshot = cfg->audit ? SNAPSHOT_OF_AUDIT : SOT_SNAPSHOT_DEFAULT;
	if (cfg->options.all)
		cfg->options.selective = false;
	ret = check_summary(cfg, err) ?: check_outputs(cfg, err);
	return ret || !cfg->write ? ret : add_recording(cfg, err);
}

int sot_config_parse(struct sot_config *cfg, int argc, char **argv, struct sot_buf *err)
{
	const struct option_row *row, *tracing = NULL;
	struct option longs[ROWS + 1];
	char letters[3 * ROWS + 3];
	int value, ret, options_end = 1;

	memset(cfg, 0, sizeof(*cfg));
	cfg->buffer_kib = BUFFER_KIB_DEFAULT;
	cfg->in_flight = IN_FLIGHT_DEFAULT;
	cfg->heartbeat = HEARTBEAT_DEFAULT;
	cfg->attach = sot_attach_names[0];
	cfg->fail_on = SOT_SEVERITY_COUNT;
	fill_getopt(longs, letters);
	opterr = 0;
	optind = 0; /* glibc: begin anew */
	while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == ':')
			return refuse(err, "option", argv[optind - 1], "needs a value after it");
		if (value == '?' && optopt >= FIRST_ROW_VALUE)
			return refuse(err, "option", argv[optind - 1], "takes no value");
		if (value == '?') {
			char letter[3] = { '-', (char)optopt, '\0' };

			return unknown_option(optopt ? letter : argv[optind - 1], err);
		}
		options_end = optind;
		row = find_row(value);
		if (row->tracing)
			tracing = row;
		ret = apply_row(cfg, row, optarg, err);
		if (ret)
			return ret;
		if (cfg->action == SOT_ACTION_HELP || cfg->action == SOT_ACTION_VERSION)
			return 0;
	}
	return check_whole(cfg, argc, argv, options_end, tracing, err);
}

static void help_row(const struct option_row *row, struct sot_buf *buf)
{
	size_t start = buf->len, len;
	const char *line = row->help;

	sot_buf_str(buf, "  ");
	if (row->letter) {
		sot_buf_char(buf, '-');
		sot_buf_char(buf, row->letter);
		sot_buf_str(buf, ", --");
	} else {
		sot_buf_str(buf, "    --");
	}
	sot_buf_str(buf, row->name);
	if (row->argument) {
		sot_buf_str(buf, row->may_lack ? "[=" : " ");
		sot_buf_str(buf, row->argument);
		sot_buf_str(buf, row->may_lack ? "]" : "");
	}
	for (;; line += len + 1) {
		sot_buf_pad(buf, start, 30);
		len = strcspn(line, "\n");
		sot_buf_put(buf, line, len);
		sot_buf_char(buf, '\n');
		start = buf->len;
		if (!line[len])
			return;
	}
}

void sot_config_help(struct sot_buf *buf)
{
	size_t i;

	sot_buf_str(
		buf,
		"Usage: sockopt-trace [options] [-- command [args...]]\n"
		"Shows every setsockopt call of this machine, of some processes (-p), or of a\n"
		"command: who set which option of which socket to what, and what came of it.\n");
	for (i = 0; i < ROWS; i++) {
		if (rows[i].section) {
			sot_buf_char(buf, '\n');
			sot_buf_str(buf, rows[i].section);
			sot_buf_str(buf, ":\n");
		}
		help_row(&rows[i], buf);
	}
	sot_buf_str(
		buf,
		"\nExamples:\n"
		"  sudo sockopt-trace\n"
		"  sudo sockopt-trace -- ./server --port 8080\n"
		"  sudo sockopt-trace -x -e 'SO_*,!SO_RCVBUF' -o table -o json:calls.json\n"
		"\nExit status: 0 done, 1 failure, 2 wrong usage, 3 found by --fail-on, else the\n"
		"command's own.\n");
}
