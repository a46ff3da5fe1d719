/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cases: programs that make setsockopt calls and print, for each, the record that
 * the tracer must print. What can be asked of the kernel (return value, bytes in
 * memory, the socket's addresses, credentials, namespaces) is asked, not written down.
 */
#ifndef SOT_CASE_H
#define SOT_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>

/* CASE_COMPAT: a 32-bit program of a 64-bit machine. */
#if defined(__x86_64__)
#define CASE_ABI "x86-64"
#elif defined(__aarch64__)
#define CASE_ABI "arm64"
#elif defined(__i386__)
#define CASE_ABI "i386"
#define CASE_COMPAT
#elif defined(__arm__)
#define CASE_ABI "arm"
#define CASE_COMPAT
#endif

/* How this program enters the kernel; socketcall is a 32-bit one's. */
enum case_path {
	CASE_SETSOCKOPT,
	CASE_SOCKETCALL,
	CASE_X32,
	CASE_URING,	     /* on a descriptor */
	CASE_URING_FIXED,    /* on a file that the ring knows by number */
	CASE_URING_WORKER,   /* carried out by a thread of the kernel's */
	CASE_PROGRAM,	     /* not us, but a BPF program that runs in our context */
	CASE_PROGRAM_AT_SYN, /* which finds the socket in another state than it was before */
};
extern enum case_path case_path;

/* Bytes of a value that the tracer was told to capture. */
extern int case_snapshot;

/* Ask the kernel by getsockopt what it holds after the call, for the record's "effective". */
extern bool case_ask_back;

/*
 * Makes one call and prints its expectation: a JSON object with what the kernel and the
 * process know, and `more`, JSON members that the case knows: the short names of
 * tests/live/cases.py, such as "\"text\":\"on\",\"flags\":[]". Returns what the kernel returned.
 */
long case_call(int fd, int level, int optname, const void *optval, int optlen, const char *more);

/* The call alone, nothing printed. */
long case_syscall(int fd, int level, int optname, const void *optval, int optlen);

/* The same by a ring that the case has opened. */
long case_by_uring(int fd, int level, int optname, const void *optval, int optlen);

/* The same by the BPF program that the case has attached; four bytes. */
long case_by_program(int fd, int level, int optname, const void *optval);

/* The same by the gate of x32 programs. */
long case_by_x32(int fd, int level, int optname, const void *optval, int optlen);

/* Runs it as a process of its own; returns what it returned, or 1. */
int case_in_child(int (*body)(void));

/* Runs `calls` in a cgroup of its own, once `prepare` has attached to it what it wants. */
int case_in_group(bool (*prepare)(int group), void (*calls)(void));

/* For the former: a program by which each call succeeds and none reaches the kernel's own code. */
bool case_attach_swallower(int group);

/* Cases with a file of their own. */
int effects(void);
int swallowed(void);
int rewritten(void);
int uring(void);
int uring_batch(void);
int changed(void);
int value_pages(void);
int by_program(void);
int case_privileges(void);
int case_security_module(void);
int case_x32(void);

struct case_row {
	const char *name;
	int (*run)(void); /* 0, or the exit status of a case that could not do its part */
};

/* Of beyond.c: values that lead to something else. */
int case_filters(void);
int case_long_filter(void);
int case_keys(void);
int case_interfaces(void);
int case_programs(void);

/* Of headers.c. */
int case_headers(void);
int case_policy(void);

#define CASE_OF_INT(_fd, _level, _optname, _value, _more)                 \
	do {                                                              \
		int _v = (_value);                                        \
		case_call(_fd, _level, _optname, &_v, sizeof(_v), _more); \
	} while (0)

#endif
