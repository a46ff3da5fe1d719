/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tool, with nothing but its -r: to be built with sanitizers. */
#include "cli/config.h"
#include "cli/message.h"
#include "cli/replay.h"

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
