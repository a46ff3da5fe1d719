/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "floor.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define BLOCK (64 * 1024)

struct floor_output {
	int fd; /* -1: none */
	enum floor_way way;
	size_t text_len, used;
	char text[BLOCK], block[BLOCK];
	struct iovec pieces[IOV_MAX];
};

static void fill(struct floor_output *out)
{
	size_t i, len = out->text_len;

	memset(out->text, 'x', len);
	out->text[len - 1] = '\n';
	for (i = 0; i < BLOCK / len; i++)
		memcpy(out->block + i * len, out->text, len);
	for (i = 0; i < IOV_MAX; i++)
		out->pieces[i] = (struct iovec){ .iov_base = out->text, .iov_len = len };
}

struct floor_output *floor_output__open(const char *path, size_t text_len, enum floor_way way)
{
	struct floor_output *out;

	if (text_len > BLOCK || (way == FLOOR_GATHERED && text_len * IOV_MAX < BLOCK))
		return NULL;
	out = calloc(1, sizeof(*out));
	if (!out)
		return NULL;
	out->way = way;
	out->text_len = text_len;
	if (text_len)
		fill(out);
	out->fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (!path || out->fd >= 0)
		return out;
	free(out);
	return NULL;
}

static ssize_t write_block(const struct floor_output *out)
{
	if (out->way == FLOOR_GATHERED)
		return writev(out->fd, out->pieces, (int)(out->used / out->text_len));
	if (out->way == FLOOR_AGAIN)
		return pwrite(out->fd, out->block, out->used, 0);
	return write(out->fd, out->block, out->used);
}

void floor_output__flush(struct floor_output *out)
{
	if (out->fd >= 0 && out->used && write_block(out) != (ssize_t)out->used)
		exit(1);
	out->used = 0;
}

void floor_output__record(struct floor_output *out)
{
	if (BLOCK - out->used < out->text_len)
		floor_output__flush(out);
	if (out->way == FLOOR_COPIED)
		memcpy(out->block + out->used, out->text, out->text_len);
	out->used += out->text_len;
}
