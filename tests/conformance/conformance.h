/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The catalogue before the kernel. In a guest every row is probed: a fitting socket is made, calls
 * are made on it, and their errno noted. On the host the notes of all kernels are judged together,
 * since a row holds the laxest bounds of them all.
 *
 *   trials.c   how a row is tried: which socket, which value fits, when the capability is needed
 *   sockets.c  what a socket needs before it will do
 *   probe.c    makes the calls       judge.c  compares what came of them with the row
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <netinet/in.h>
#include <linux/filter.h>

#include "catalogue.h"

/* One call. What it is made with is drawn from the row and its trial by make_call. */
#define PROBES(_)                                                                \
	_(FIT, "the fitting value")                                              \
	_(ZERO, "length 0")                                                      \
	_(LESS, "one byte less than the least length")                           \
	_(LEAST, "the least length")                                             \
	_(GREATEST, "the greatest length")                                       \
	_(LONGER, "one byte more than the greatest length")                      \
	_(LONGEST, "64 bytes more than the greatest length")                     \
	_(NULL_POINTER, "NULL")                                                  \
	_(BAD_POINTER, "an unreadable pointer")                                  \
	_(BELOW, "one less than the least value")                                \
	_(MIN, "the least value")                                                \
	_(MAX, "the greatest value")                                             \
	_(ABOVE, "one more than the greatest value")                             \
	_(ALSO, "the value outside of the range")                                \
	_(NOBODY, "the fitting value without any capability")                    \
	_(CAP_ROOT, "what needs the capability, with it")                        \
	_(CAP_NOBODY, "what needs the capability, without any")                  \
	_(CAP_OTHERS, "what needs the capability, with all others")              \
	_(CAP_FIRST, "what needs the capability, with nothing else")             \
	_(CAP_SECOND, "what needs the capability, with only the second of them") \
	_(CAP_CHILD, "what needs the capability, held in a child user namespace")

enum probe {
#define PROBE(_name, _text) PROBE_##_name,
	PROBES(PROBE)
#undef PROBE
		PROBE_COUNT
};

/* What came of a probe, if not an errno (0: the kernel took it). */
enum outcome {
	OUTCOME_NONE = -1,	 /* does not apply, or was not made */
	OUTCOME_NO_SOCKET = -2,	 /* no fitting socket could be had: see struct notes.why */
	OUTCOME_DIED = -3,	 /* the process that made the call died, or hung */
	OUTCOME_POSITIVE = 4096, /* it returned a positive number */
};

/* A value, and how long a value of that kind is. Bytes beyond it are 0. */
struct fitting {
	bool set;
	int64_t number; /* of a scalar */
	const void *bytes;
	int len;
	/* Instead, where the value depends on the length, or cannot be known beforehand. */
	void (*fill)(uint8_t *value, int len);
};

/* How the rows from..to (option numbers) of a level are tried. */
struct trial {
	enum sot_level_id level;
	int from, to;
	int family, type, protocol; /* family 0: as the level's own trial, the last of its rows */
	int (*prepare)(int fd);	    /* makes it fit; returns it, another, or a negative errno */
	struct fitting fit;
	/* What the fitting call may be refused with, and what is lacking that it is. */
	int gives[4];
	const char *lacks;
	/* What needs the capability, if only some values or states do. */
	struct fitting trigger;
	int (*cap_prepare)(int fd); /* instead of prepare; from cap_prepare on, no capability */
	const char *cap_since, *cap_until;
	int cap_gives;		 /* what it is refused with, if neither EPERM nor EACCES */
	int cap_allows;		 /* what the call with the capability gives, if not success */
	const char *cap_untried; /* why the capability cannot be tried here */
	/* What a bad pointer gives instead of EFAULT: the function says so itself. */
	int fault;
	/* The last release that overlooks a bad pointer, by a mistake of its own. */
	const char *overlooks;
	/* The kernel does not look at optval at all, and why. */
	const char *unread;
	/* Kernels before `since` may take it as well, and why. */
	const char *before;
	/* The kernel's configuration must have this, else the row is unknown to it. */
	const char *config;
	/* Probes that say nothing about this row, a bit each, and why. */
	uint32_t without;
	const char *without_why;
};

extern const struct trial trials[];

/* The first trial that holds the row, and the one its socket is taken from; NULL: none. */
const struct trial *find_trial(const struct sot_option *opt);
const struct trial *find_socket(const struct trial *trial);

/* What a probe passes. value has room for PROBE_ROOM bytes. False: it does not apply. */
#define PROBE_ROOM (160 * 1024)
struct call {
	int len;
	bool null, bad;
};
bool make_call(const struct sot_option *opt, const struct trial *trial, enum probe probe,
	       uint8_t *value, struct call *call);

/* What a kernel made of every row. */
struct notes {
	char release[80];
	char *config; /* the text of its configuration; NULL: not known */
	int16_t (*outcome)[PROBE_COUNT];
	int16_t *why; /* the errno that no socket could be had for */
};

int probe_kernel(FILE *out);
int judge_kernels(int count, char *files[], bool all);
/* The rows whose capability that kernel was asked about. */
int print_tried(const char *path);

/* sockets.c */
int prepare_nothing(int fd);
int prepare_connected(int fd);
int prepare_mapped(int fd);
int prepare_sctp(int fd);
int prepare_sctp_peer(int fd);
int prepare_sctp_bound(int fd);
int prepare_sctp_auth(int fd);
int prepare_sctp_key(int fd);
int prepare_sctp_interleave(int fd);
int prepare_tls(int fd);
int prepare_tls_tx(int fd);
int prepare_tls13_tx(int fd);
int prepare_tls13_rx(int fd);
int prepare_repair(int fd);
int prepare_repair_queue(int fd);
int prepare_repair_established(int fd);
int prepare_ao(int fd);
int prepare_ao_repair(int fd);
int prepare_loopback(int fd);
int prepare_tcp_instead(int fd);
int prepare_netfilter_instead(int fd);
int prepare_packet_fanout(int fd);
int prepare_reuseport(int fd);
int prepare_filter(int fd);
int prepare_reuseport_filter(int fd);
int prepare_joined4(int fd);
int prepare_blocked4(int fd);
int prepare_source4(int fd);
int prepare_joined6(int fd);
int prepare_blocked6(int fd);
int prepare_source6(int fd);
int prepare_router4(int fd);
int prepare_router6(int fd);
int prepare_labels(int fd);
int prepare_xdp_limit(int fd);
int prepare_xdp_ring(int fd);
int prepare_hash(int fd);
int prepare_aead(int fd);
int prepare_rds(int fd);
int prepare_tipc_group(int fd);
int prepare_l2tp(int fd);
int prepare_l2cap(int fd);
int prepare_l2cap_le(int fd);
int prepare_ax25_long(int fd);
int bpf_program(void);

extern struct sockaddr_in listener;
extern struct sock_filter take_all;
extern const struct sock_fprog take_all_program;
extern const uint8_t ao_key[288];

/* trials.c */
extern const uint8_t group4[12], source4[12];
extern uint8_t group_source6[264];
extern const uint8_t new_label[32];

#endif
