/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"

#define GROUPS_MAX 1024

/* Why the child did not run its program: in which step, and errno. */
struct failure {
	int err;
	char step[32];
};

static bool read_id(const char *variable, uint32_t *id)
{
	const char *text = getenv(variable);
	unsigned long num;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	num = strtoul(text, &end, 10);
	*id = (uint32_t)num;
	return !*end && !errno && num < UINT32_MAX;
}

/*
 * The user's groups and home, from the files: a static binary cannot ask nsswitch.
 * Users of a directory service get their main group only.
 */
static int read_groups(const char *user, gid_t main_group, gid_t *groups)
{
	FILE *file = fopen("/etc/group", "re");
	struct group *entry;
	int count = 0;
	char **member;

	groups[count++] = main_group;
	while (file && user && count < GROUPS_MAX && (entry = fgetgrent(file))) {
		for (member = entry->gr_mem; *member; member++) {
			if (!strcmp(*member, user) && entry->gr_gid != main_group) {
				groups[count++] = entry->gr_gid;
				break;
			}
		}
	}
	if (file)
		fclose(file);
	return count;
}

static void set_home(uid_t uid)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *entry;

	while (file && (entry = fgetpwent(file))) {
		if (entry->pw_uid != uid)
			continue;
		setenv("HOME", entry->pw_dir, 1);
		setenv("USER", entry->pw_name, 1);
		setenv("LOGNAME", entry->pw_name, 1);
		setenv("SHELL", entry->pw_shell, 1);
		break;
	}
	if (file)
		fclose(file);
}

static int become_invoker(void)
{
	gid_t groups[GROUPS_MAX];
	uint32_t uid, gid;
	int count;

	if (geteuid() || !read_id("SUDO_UID", &uid) || !read_id("SUDO_GID", &gid) || !uid)
		return 0;
	count = read_groups(getenv("SUDO_USER"), gid, groups);
	if (setgroups((size_t)count, groups) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return -errno;
	set_home(uid);
	return 0;
}

static void child_fail(int fd, const char *step, int err)
{
	struct failure failure = { .err = err };
	ssize_t done;

	snprintf(failure.step, sizeof(failure.step), "%s", step);
	done = write(fd, &failure, sizeof(failure));
	(void)done;
	_exit(127);
}

static void child(const struct sot_command *cmd, char **argv, bool as_root, const sigset_t *mask,
		  int go, int failure)
{
	char byte;
	int err;

	/* not to outlive a tracer that dies before it started us */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go, &byte, 1) != 1)
		_exit(127);
	prctl(PR_SET_PDEATHSIG, 0);
	prctl(PR_SET_THP_DISABLE, !cmd->huge_pages, 0, 0, 0);
	err = as_root ? 0 : become_invoker();
	if (err)
		child_fail(failure, "become the user of sudo", -err);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	child_fail(failure, "run", errno);
}

int sot_command__prepare(struct sot_command *cmd, char **argv, bool as_root, const sigset_t *mask)
{
	int go[2] = { -1, -1 }, failure[2] = { -1, -1 }, err;

	if (pipe2(go, O_CLOEXEC) || pipe2(failure, O_CLOEXEC))
		goto fail;
	cmd->pid = fork();
	if (cmd->pid < 0)
		goto fail;
	if (!cmd->pid) {
		close(go[1]);
		child(cmd, argv, as_root, mask, go[0], failure[1]);
	}
	close(go[0]);
	close(failure[1]);
	cmd->go_fd = go[1];
	cmd->failure_fd = failure[0];
	cmd->pidfd = (int)syscall(SYS_pidfd_open, cmd->pid, 0);
	if (cmd->pidfd >= 0)
		return 0;
	err = errno;
	sot_command__free(cmd);
	sot_error("cannot watch the command \"%s\": %s", argv[0], strerror(err));
	return -err;
fail:
	err = errno;
	cmd->pid = 0;
	close(go[0]);
	close(go[1]);
	close(failure[0]);
	close(failure[1]);
	sot_error("cannot make a process for the command \"%s\": %s", argv[0], strerror(err));
	return -err;
}

int sot_command__start(struct sot_command *cmd, char **argv)
{
	struct failure failure = { 0 };
	ssize_t len;

	len = write(cmd->go_fd, "", 1);
	close(cmd->go_fd);
	cmd->go_fd = -1;
	if (len == 1)
		/* ends without a byte when the program is run: both pipes close on exec */
		len = read(cmd->failure_fd, &failure, sizeof(failure));
	if (len != sizeof(failure))
		return 0;
	failure.step[sizeof(failure.step) - 1] = '\0';
	sot_error("cannot %s \"%s\": %s; name a program that is there and may be run", failure.step,
		  argv[0], strerror(failure.err));
	return -failure.err;
}

int sot_command__status(struct sot_command *cmd)
{
	int status = 0;

	while (waitpid(cmd->pid, &status, 0) < 0)
		if (errno != EINTR)
			return SOT_EXIT_FAILURE;
	cmd->pid = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void sot_command__free(struct sot_command *cmd)
{
	if (!cmd->pid)
		return;
	if (cmd->go_fd >= 0)
		close(cmd->go_fd); /* the child reads its end and exits */
	cmd->go_fd = -1;
	sot_command__status(cmd);
	close(cmd->failure_fd);
	if (cmd->pidfd >= 0)
		close(cmd->pidfd);
}
