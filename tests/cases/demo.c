/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a small server sets, and two mistakes: what `make demo` traces. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct linger linger = { .l_onoff = 1, .l_linger = 5 };
	struct timeval timeout = { .tv_sec = 5 };

	if (fd < 0) {
		perror("socket");
		return 1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, (void *)16, sizeof(on)); /* no such memory */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, 2);		  /* half of nothing */
	close(fd);
	return 0;
}
