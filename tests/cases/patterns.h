/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Patterns: for each rule of rules/default.yaml the calls that it is about, and a near miss that it
 * must say nothing of. Inert: sockets of this process alone, on the loopback or on nothing, filters
 * that let nothing through, values that the kernel refuses or that go with the socket.
 */
#ifndef SOT_PATTERNS_H
#define SOT_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/filter.h>

/* Returns 0, or a negative errno: the kernel did not let us do it. */
typedef int (*pattern_step)(void);

struct pattern {
	const char *rule;
	pattern_step make, miss; /* NULL: the program of the other word size does it */
	pattern_step prepare;	 /* as root, before it becomes who it is to be; NULL: nothing */
};

extern const struct pattern packet_patterns[], inet_patterns[], surface_patterns[],
	authority_patterns[]; /* each ends with rule NULL */

/* Each makes one call: 0 or a negative errno. */
int set_value(int fd, int level, int optname, const void *value, int len);
int set_int(int fd, int level, int optname, int value);
int set_filter(int fd, const struct sock_filter *insns, size_t count);

/* A socket, or a negative errno. These take one, too, and hand it on. */
int open_socket(int family, int type, int protocol);
int tcp_socket(void);
int udp_socket(void);
/* Connected to itself over the loopback: nobody else is there. */
int tcp_pair(void);

/* In a socket of a kind, set one number; the socket is closed by the process's end. */
int give_int(int fd, int level, int optname, int value);

/* "ret #0": lets nothing through */
extern const struct sock_filter take_none[1];

#endif
