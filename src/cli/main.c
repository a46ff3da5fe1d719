/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalogue.h"
#include "config.h"
#include "explain.h"
#include "kernel.h"
#include "message.h"
#include "session.h"
#include "value_types.h"

static int print_whole(const struct sot_buf *buf)
{
	if (fwrite(buf->data, 1, buf->len, stdout) == buf->len && !fflush(stdout))
		return 0;
	sot_error("cannot write to standard output: %m");
	return SOT_EXIT_FAILURE;
}

static int print_help(void)
{
	char storage[8192];
	struct sot_buf buf;

	sot_buf_init(&buf, storage, sizeof(storage));
	sot_config_help(&buf);
	return print_whole(&buf);
}

static int explain(struct sot_config *cfg, struct sot_buf *err)
{
	static char storage[512 * 1024]; /* the whole catalogue, for --explain '*' */
	struct sot_buf buf;

	sot_buf_init(&buf, storage, sizeof(storage));
	if (!sot_explain(cfg->explain, &cfg->options, &buf, err))
		return print_whole(&buf);
	sot_error("%.*s", (int)err->len, err->data);
	return SOT_EXIT_USAGE;
}

static int list_options(void)
{
	size_t i;

	printf("%-11s %5s  %-28s %-24s %s\n", "LEVEL", "NUM", "NAME", "TYPE", "WHAT IT DOES");
	for (i = 0; i < sot_options_count; i++)
		printf("%-11s %5d  %-28s %-24s %s\n", sot_levels[sot_options[i].level].name,
		       sot_options[i].optname, sot_options[i].name,
		       sot_value_types[sot_options[i].type].name, sot_options[i].doc);
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	sot_error("cannot write to standard output: %m");
	return SOT_EXIT_FAILURE;
}

static bool show_libbpf;

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return show_libbpf && level != LIBBPF_DEBUG ? vfprintf(stderr, fmt, args) : 0;
}

int main(int argc, char **argv)
{
	static struct sot_config cfg;
	char storage[1024];
	struct sot_buf err;

	sot_buf_init(&err, storage, sizeof(storage));
	if (sot_config_parse(&cfg, argc, argv, &err)) {
		sot_error("%.*s", (int)err.len, err.data);
		return SOT_EXIT_USAGE;
	}
	sot_set_quiet(cfg.quiet);
	show_libbpf = cfg.verbose;
	libbpf_set_print(on_libbpf);
	switch (cfg.action) {
	case SOT_ACTION_HELP:
		return print_help();
	case SOT_ACTION_VERSION:
		return puts("sockopt-trace " SOT_VERSION) < 0 || fflush(stdout) ? SOT_EXIT_FAILURE :
										  0;
	case SOT_ACTION_DOCTOR:
		return sot_kernel__doctor();
	case SOT_ACTION_LIST_OPTIONS:
		return list_options();
	case SOT_ACTION_EXPLAIN:
		return explain(&cfg, &err);
	case SOT_ACTION_TRACE:
		break;
	}
	return sot_session__run(&cfg);
}
