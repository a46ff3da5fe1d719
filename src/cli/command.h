/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command to trace: held before its first instruction until tracing runs. */
#ifndef SOT_COMMAND_H
#define SOT_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct sot_command {
	pid_t pid;	 /* 0: none */
	int pidfd;	 /* readable once it has ended */
	int go_fd;	 /* write end; closing it unwritten ends the child */
	int failure_fd;	 /* read end: why it could not be run */
	bool huge_pages; /* it may have them, as we might before we gave them up */
};

/*
 * Forks; the child waits. It becomes the user of sudo (SUDO_UID, SUDO_GID, their groups)
 * unless as_root. *mask is what signals it is to have blocked. Returns 0 or a negative
 * errno after telling the user why.
 */
int sot_command__prepare(struct sot_command *cmd, char **argv, bool as_root, const sigset_t *mask);

/* Lets it run. Negative errno, told, when the program cannot be run. */
int sot_command__start(struct sot_command *cmd, char **argv);

/* Takes its end; returns what a shell would: its status, or 128 + the signal. */
int sot_command__status(struct sot_command *cmd);

/* Ends a child that was never started. All zero is allowed. */
void sot_command__free(struct sot_command *cmd);

#endif
