/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tool, with nothing but its -r: to be built with sanitizers. They make system calls at the end
 * that it would have given up, so it gives up nothing.
 */
#include "cli/capabilities.h"
#include "cli/config.h"
#include "cli/confine.h"
#include "cli/message.h"
#include "cli/replay.h"

int sot_drop_all_capabilities(void)
{
	return 0;
}

int sot_confine(pid_t command, bool names_containers)
{
	(void)command;
	(void)names_containers;
	return 0;
}

int main(int argc, char **argv)
{
	static struct sot_config cfg;
	char sentence[1024];
	struct sot_buf err;

	sot_buf_init(&err, sentence, sizeof(sentence));
	if (sot_config_parse(&cfg, argc, argv, &err) || !cfg.read) {
		sot_error("%.*s", (int)err.len, err.data);
		return SOT_EXIT_USAGE;
	}
	sot_set_quiet(cfg.quiet);
	return sot_replay__run(&cfg);
}
