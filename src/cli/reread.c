/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "reread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capabilities.h"
#include "confine.h"
#include "message.h"
#include "rulebook.h"

/* One packet of the socket. status: how many bytes follow; 0: the file ends; a negative errno. */
struct packet {
	int32_t status;
	char bytes[16 * 1024];
};

#define PACKET_HEAD sizeof(int32_t)

/* ---- the process that reads ---- */

static bool put(int fd, const struct packet *packet)
{
	size_t len = PACKET_HEAD + (packet->status > 0 ? (size_t)packet->status : 0);

	return write(fd, packet, len) == (ssize_t)len;
}

/* More than a file may have is not read: whoever takes it refuses it. */
static bool send_file(int fd, const char *path)
{
	int file = sot_rulebook__open(path);
	struct packet packet;
	size_t len = 0;

	packet.status = file;
	while (file >= 0) {
		packet.status = (int32_t)read(file, packet.bytes, sizeof(packet.bytes));
		if (packet.status < 0)
			packet.status = -errno;
		len += (size_t)packet.status;
		if (packet.status <= 0 || len > SOT_RULES_FILE_MAX)
			break;
		if (!put(fd, &packet))
			return false;
	}
	if (file >= 0)
		close(file);
	if (packet.status > 0)
		packet.status = -EFBIG;
	return put(fd, &packet);
}

/* Ends when the tracer does: by the signal, or since there is nobody at the other end. */
static _Noreturn void serve(int fd, const struct sot_config *cfg, pid_t tracer)
{
	size_t i;
	char ask;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != tracer || dup2(fd, 0) < 0 ||
	    syscall(SYS_close_range, 1, ~0U, 0) || sot_keep_reading() || sot_confine_to_reading())
		_exit(1);
	while (read(0, &ask, 1) == 1)
		for (i = 0; i < cfg->rules_count; i++)
			if (!send_file(0, cfg->rules[i]))
				_exit(1);
	_exit(0);
}

/* ---- the tracer ---- */

static int no_reader(int err)
{
	sot_error("cannot make a process to read the rules again by: %s", strerror(err));
	return -err;
}

int sot_reread__start(struct sot_reread *r, const struct sot_config *cfg)
{
	pid_t tracer = getpid(), pid;
	int fds[2];

	r->cfg = cfg;
	r->fd = -1;
	if (!cfg->rules_count || cfg->command)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return no_reader(errno);
	pid = fork();
	if (!pid)
		serve(fds[1], cfg, tracer);
	close(fds[1]);
	r->fd = fds[0];
	return pid < 0 || fcntl(r->fd, F_SETFL, O_NONBLOCK) ? no_reader(errno) : 0;
}

static void stay(const char *file, unsigned int line, unsigned int column, const char *why)
{
	char place[32] = "";

	if (line)
		snprintf(place, sizeof(place), "%u:%u: ", line, column);
	sot_error("the rules stay as they were: %s:%s%s", file, line ? place : " ", why);
}

/* Only the first error, and with it that nothing has changed. */
static void tell(void *context, const char *file, unsigned int line, unsigned int column,
		 const char *what)
{
	bool *told = context;

	if (!*told)
		stay(file, line, column, what);
	*told = true;
}

static void fail(struct sot_reread *r)
{
	sot_rules__free(r->rules);
	r->rules = NULL;
}

/* err: a negative errno; 0: the file is whole. */
static void end_file(struct sot_reread *r, int err)
{
	const char *path = r->cfg->rules[r->file++];
	bool told = false;
	const struct sot_rules_teller teller = { .tell = tell, .context = &told };

	if (!r->rules)
		return; /* an earlier one has failed */
	if (!err) {
		err = sot_rules__add(r->rules, path, r->text, r->len, &teller);
		told |= err == -EINVAL;
	}
	if (!err)
		return;
	if (!told)
		stay(path, 0, 0, strerror(-err));
	fail(r);
}

static void begin(struct sot_reread *r)
{
	r->busy = true;
	r->again = false;
	r->file = 0;
	r->len = 0;
	r->text = r->text ?: malloc(SOT_RULES_FILE_MAX + 1);
	r->rules = r->text ? sot_rulebook__new(r->cfg) : NULL;
	if (!r->rules)
		sot_error("the rules stay as they were: out of memory");
	if (write(r->fd, "", 1) != 1)
		r->busy = false;
}

bool sot_reread__ask(struct sot_reread *r)
{
	if (r->fd < 0) {
		sot_notice("there are no files of rules to read again");
		return false;
	}
	if (r->busy)
		r->again = true;
	else
		begin(r);
	return true;
}

static struct sot_rules *end_all(struct sot_reread *r)
{
	struct sot_rules *rules = r->rules;

	r->rules = NULL;
	r->busy = false;
	if (r->again)
		begin(r);
	return rules;
}

static void lost_reader(struct sot_reread *r)
{
	sot_error("the rules stay as they were: the process that reads them has ended");
	fail(r);
	close(r->fd);
	r->fd = -1;
}

struct sot_rules *sot_reread__take(struct sot_reread *r)
{
	struct packet packet;
	ssize_t n;

	while ((n = read(r->fd, &packet, sizeof(packet))) >= (ssize_t)PACKET_HEAD) {
		if (packet.status > 0) {
			if (r->text && r->len + (size_t)packet.status <= SOT_RULES_FILE_MAX)
				memcpy(r->text + r->len, packet.bytes, (size_t)packet.status);
			r->len += (size_t)packet.status;
			continue;
		}
		end_file(r, packet.status);
		r->len = 0;
		if (r->file == r->cfg->rules_count)
			return end_all(r);
	}
	if (n >= 0 || errno != EAGAIN)
		lost_reader(r);
	return NULL;
}

void sot_reread__end(struct sot_reread *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	sot_rules__free(r->rules);
	free(r->text);
}
