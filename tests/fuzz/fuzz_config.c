/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any command line; a NUL ends an argument. */
#include "fuzz.h"

#include <errno.h>

#include "cli/config.h"
#include "json_check.h"

#define ARGS_MAX 64

static struct sot_config config;

static int split(const uint8_t *data, size_t size, char **argv)
{
	const uint8_t *end;
	int argc = 0;

	argv[argc++] = exact_string("sockopt-trace", 13);
	while (size && argc < ARGS_MAX) {
		end = memchr(data, 0, size);
		if (!end)
			end = data + size;
		argv[argc++] = exact_string(data, (size_t)(end - data));
		size -= (size_t)(end - data) + (end < data + size);
		data = end + 1;
	}
	argv[argc] = NULL;
	return argc;
}

static void check_config(char **argv, int argc)
{
	if (config.action == SOT_ACTION_HELP || config.action == SOT_ACTION_VERSION)
		return; /* given at once, the rest is not looked at */
	CHECK(config.snapshot >= 1 && config.snapshot <= SOT_SNAPSHOT_MAX);
	CHECK(config.buffer_kib >= 4 && !(config.buffer_kib & (config.buffer_kib - 1)));
	CHECK(config.rate ? config.rate_seconds >= 1 && config.rate_seconds <= 86400 :
			    !config.rate_seconds);
	CHECK(config.outputs_count >= 1 && config.outputs_count <= SOT_SINKS_MAX);
	CHECK(!config.write ||
	      !strcmp(config.outputs[config.outputs_count - 1].format->name, "recording"));
	CHECK(!config.read || !config.command);
	CHECK(config.pids_count <= SOT_LIST_MAX && config.uids_count <= SOT_LIST_MAX);
	CHECK(config.comms_count <= SOT_LIST_MAX);
	CHECK(config.duration >= 0 && config.duration <= 1e9);
	CHECK(config.heartbeat >= 0 && config.heartbeat <= 1e9);
	CHECK(config.attach);
	CHECK(!config.follow || config.pids_count || config.command);
	CHECK(!config.as_root || config.command);
	CHECK(!config.command || (config.command > argv + 1 && config.command < argv + argc &&
				  !strcmp(config.command[-1], "--")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGS_MAX + 1], message[512];
	int argc = split(data, size, argv), ret, i;
	struct sot_buf err;

	memset(&config, 0xaa, sizeof(config));
	sot_buf_init(&err, message, sizeof(message));
	ret = sot_config_parse(&config, argc, argv, &err);
	CHECK(ret == 0 || ret == -EINVAL);
	CHECK((ret == 0) == (err.len == 0));
	CHECK(is_clean_text(message, err.len));
	if (!ret)
		check_config(argv, argc);
	for (i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
