/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A value that changes, or goes away, while the kernel is inside the call: a page that is not there
 * yet holds the call until another thread brings it, and that thread does the rest first.
 * SO_ATTACH_FILTER's kernel side copies the value, then the filter that it points to.
 */
#include "case.h"
#include "members.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

static const struct sock_filter take_all[] = { { 0x06, 0, 0, 0x40000 }, { 0x06, 0, 0, 0 } };
static struct sock_fprog value;
static int uffd = -1;
static int change_by;	    /* added to the length */
static void *page_to_unmap; /* NULL: none */

static bool hold(void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	reg.range.start = (unsigned long)page;
	reg.range.len = PAGE;
	return uffd >= 0 && !ioctl(uffd, UFFDIO_API, &api) && !ioctl(uffd, UFFDIO_REGISTER, &reg);
}

/* Waits for the call to ask for the page, changes the value, brings the page. */
static void *bring(void *page)
{
	static char content[PAGE] __attribute__((aligned(PAGE)));
	struct uffdio_copy copy = { .dst = (unsigned long)page,
				    .src = (unsigned long)content,
				    .len = PAGE };
	struct uffd_msg msg;

	memset(content, 0, sizeof(content));
	if (!page_to_unmap)
		memcpy(content, take_all, sizeof(take_all));
	if (read(uffd, &msg, sizeof(msg)) != sizeof(msg))
		return NULL;
	value.len = (unsigned short)(value.len + change_by);
	if (page_to_unmap)
		munmap(page_to_unmap, PAGE);
	ioctl(uffd, UFFDIO_COPY, &copy);
	return NULL;
}

static void hex(char *text, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (; len--; text += 2)
		sprintf(text, "%02x", *p++);
}

/* The call, held once; `by` 0: nothing changes, a near miss. */
static bool held_call(int by)
{
	/* the same address in every run, for the records to be the same */
	void *page = mmap((void *)0x200000000, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	char more[400], before[2 * sizeof(value) + 1], after[2 * sizeof(value) + 1];
	struct sock_fprog later;
	pthread_t thread;

	value.len = 1;
	value.filter = page;
	later = value;
	later.len = (unsigned short)(1 + by);
	hex(before, &value, sizeof(value));
	hex(after, &later, sizeof(later));
	if (by)
		snprintf(more, sizeof(more),
			 "\"bytes\":\"%s\",\"changedBytes\":\"%s\",\"effective\":{\"len\":1}" FLAGS(
				 "\"optval_changed\""),
			 before, after);
	else
		snprintf(more, sizeof(more), "\"effective\":{\"len\":1}" CLEAN);
	change_by = by;
	if (page == MAP_FAILED || !hold(page) || pthread_create(&thread, NULL, bring, page))
		return false;
	case_call(socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_ATTACH_FILTER, &value,
		  sizeof(value), more);
	pthread_join(thread, NULL);
	close(uffd);
	munmap(page, PAGE);
	return true;
}

/*
 * A struct timeval across two pages, whole words, which any kernel copies one after the other. Entry
 * can read the first; when the kernel has copied that, its page goes away, and at return nothing can
 * be read: it must not look like zeros.
 */
static bool vanishing_value(void)
{
	char *pages = mmap((void *)0x300000000, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	long *seconds = (long *)(pages + PAGE - sizeof(long));
	pthread_t thread;

	if (pages == MAP_FAILED)
		return false;
	*seconds = 7;
	change_by = 0;
	page_to_unmap = pages;
	if (!hold(pages + PAGE) || pthread_create(&thread, NULL, bring, pages + PAGE))
		return false;
	case_call(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, 20 /* SO_RCVTIMEO */, seconds,
		  2 * sizeof(long),
		  "\"ret\":0,\"bytes\":null,\"source\":\"none\",\"captured\":0,"
		  "\"effective\":{\"tv_sec\":7,\"tv_usec\":0}" FLAGS("\"unread_optval\""));
	pthread_join(thread, NULL);
	close(uffd);
	return true;
}

/* The value itself is in a page that is held, and no bad pointer: the record waits for it as well. */
static bool held_value(void)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;

	page_to_unmap = NULL;
	if (page == MAP_FAILED || !hold(page) || pthread_create(&thread, NULL, bring, page))
		return false;
	case_call(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_KEEPALIVE, page, sizeof(int),
		  "\"ret\":0,\"source\":\"exit\",\"value\":6" CLEAN);
	pthread_join(thread, NULL);
	close(uffd);
	return true;
}

int changed(void)
{
	memset(&value, 0, sizeof(value));
	return held_call(1) && held_call(0) && vanishing_value() && held_value() ? 0 : 1;
}
