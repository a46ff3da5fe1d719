/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "catalogue.h"
#include "config.h"
#include "explain.h"
#include "kernel.h"
#include "message.h"
#include "replay.h"
#include "rulebook.h"
#include "session.h"
#include "sink.h"

/* The whole catalogue in the longest form, --explain '*'. */
#define WHOLE_MAX (2 * 1024 * 1024)

/* Got when asked for: of 2 MiB among a tracer's variables the kernel may make a huge page. */
static void start_whole(struct sot_buf *buf)
{
	static char *storage;

	if (!storage)
		storage = malloc(WHOLE_MAX);
	if (!storage) {
		sot_error("out of memory");
		exit(SOT_EXIT_FAILURE);
	}
	sot_buf_init(buf, storage, WHOLE_MAX);
}

static int print_whole(const struct sot_buf *buf)
{
	return sot_sink__write_whole(NULL, buf) ? SOT_EXIT_FAILURE : 0;
}

static int print_help(void)
{
	struct sot_buf buf;

	start_whole(&buf);
	sot_config_help(&buf);
	return print_whole(&buf);
}

static int explain(struct sot_config *cfg, struct sot_buf *err)
{
	struct sot_buf buf;

	start_whole(&buf);
	if (!sot_explain(cfg->explain, &cfg->options, &buf, err))
		return print_whole(&buf);
	sot_error("%.*s", (int)err->len, err->data);
	return SOT_EXIT_USAGE;
}

static void list_options(const struct sot_config *cfg, const struct sot_format *format,
			 struct sot_buf *buf)
{
	size_t i;

	if (format->option_header)
		format->option_header(buf);
	for (i = 0; i < sot_options_count; i++)
		if (sot_option_filter_wants(&cfg->options, &sot_options[i]) &&
		    (!cfg->privileged || sot_options[i].caps) &&
		    format->option(&sot_options[i], buf))
			buf->full = true; /* half a list is none */
}

static int print_options(const struct sot_config *cfg)
{
	struct sot_buf buf;
	int ret = 0;
	size_t i;

	for (i = 0; i < cfg->outputs_count; i++) {
		start_whole(&buf);
		list_options(cfg, cfg->outputs[i].format, &buf);
		if (sot_sink__write_whole(cfg->outputs[i].path, &buf))
			ret = SOT_EXIT_FAILURE;
	}
	return ret;
}

static bool show_libbpf;

__attribute__((format(printf, 2, 0))) static int on_libbpf(enum libbpf_print_level level,
							   const char *fmt, va_list args)
{
	return show_libbpf && level != LIBBPF_DEBUG ? vfprintf(stderr, fmt, args) : 0;
}

/*
 * Megabytes of the kernel's types are read at the start and given back; of glibc's own accord it would
 * keep as much for later.
 */
static void keep_memory_small(void)
{
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

/*
 * Of the standard descriptors one that is closed would be the next file's that is opened, and get what
 * is meant for it. What O_PATH opens can be neither read nor written; a command has it not.
 */
static void keep_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	static struct sot_config cfg;
	char sentence[1024];
	struct sot_buf err;

	keep_standard_descriptors();
	keep_memory_small();
	sot_buf_init(&err, sentence, sizeof(sentence));
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
		return print_options(&cfg);
	case SOT_ACTION_EXPLAIN:
		return explain(&cfg, &err);
	case SOT_ACTION_RULES_CHECK:
		return sot_rulebook__check(&cfg);
	case SOT_ACTION_LIST_RULES:
		return sot_rulebook__list(&cfg);
	case SOT_ACTION_TRACE:
		break;
	}
	return cfg.read ? sot_replay__run(&cfg) : sot_session__run(&cfg);
}
