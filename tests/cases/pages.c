/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values in pages of every kind. A page that is merely absent (never touched, of a file, paged out)
 * is brought in by the kernel's own reading, and so is no bad pointer; /proc/self/pagemap says before
 * each call which is absent. Whether a page may be read at all, the kernel's answer says.
 */
#include "case.h"
#include "members.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define PRESENT (1ULL << 63) /* Documentation/admin-guide/mm/pagemap.rst */

static bool present(const void *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	unsigned long long entry = 0;
	off_t off = (off_t)((unsigned long)at / PAGE * sizeof(entry));

	if (fd < 0 || pread(fd, &entry, sizeof(entry), off) != sizeof(entry))
		perror("case: /proc/self/pagemap");
	close(fd);
	return entry & PRESENT;
}

/* Four bytes that are there, at once or when they are asked for. */
static bool readable(int fd, char *at)
{
	bool here = present(at) && present(at + 3);

	return !case_call(fd, SOL_SOCKET, SO_KEEPALIVE, at, 4,
			  here ? "\"source\":\"entry\",\"flags\":[]" :
				 "\"source\":\"exit\",\"flags\":[]");
}

static bool unreadable(int fd, char *at)
{
	return case_call(fd, SOL_SOCKET, SO_KEEPALIVE, at, 4,
			 "\"ret\":-14" FLAGS("\"bad_optval\"")) == -EFAULT;
}

/* Two pages, the first of them touched. */
static char *pages(int flags, int file)
{
	char *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, flags, file, 0);

	if (page != MAP_FAILED)
		memset(page, 1, PAGE);
	return page == MAP_FAILED ? NULL : page;
}

/* The second page is absent, and can be had: also for a value of which it holds the last byte. */
static bool absent(int fd, int flags, int file)
{
	char *page = pages(flags, file);

	return page && !present(page + PAGE) && readable(fd, page) &&
	       readable(fd, page + PAGE - 3) && readable(fd, page + PAGE) &&
	       !munmap(page, 2 * PAGE);
}

/* The guests of the matrix have room for pages that are put away; others may not. */
static bool must_swap(void)
{
	FILE *file = fopen("/proc/swaps", "re");
	char line[256];
	bool found = false;

	while (file && fgets(line, sizeof(line), file))
		found = found || !strncmp(line, "/dev/ram0 ", strlen("/dev/ram0 "));
	if (file)
		fclose(file);
	return found;
}

/* What was there is put away: to its file, or to swap where there is some. */
static bool put_away(int fd, int flags, int file, int advice)
{
	char *page = pages(flags, file);
	int tries = must_swap() || advice == MADV_DONTNEED ? 1000 : 1;

	if (!page)
		return false;
	while (present(page) && tries--) /* who else holds it, for a moment */
		if (madvise(page, PAGE, advice) && errno != EINVAL) /* Linux before 5.4 */
			return false;
	if (present(page) && must_swap())
		return false;
	return readable(fd, page) && !munmap(page, 2 * PAGE);
}

/* The second page cannot be had, for a reason of its own. */
static bool beyond(int fd, char *page, bool done)
{
	return page && done && unreadable(fd, page + PAGE) && unreadable(fd, page + PAGE - 1) &&
	       readable(fd, page + PAGE - 4) && !munmap(page, 2 * PAGE);
}

static bool forbidden(int fd)
{
	char *page = pages(MAP_PRIVATE | MAP_ANONYMOUS, -1);

	return beyond(fd, page, !mprotect(page + PAGE, PAGE, PROT_NONE));
}

static bool unmapped(int fd)
{
	char *page = pages(MAP_PRIVATE | MAP_ANONYMOUS, -1);

	return beyond(fd, page, !munmap(page + PAGE, PAGE));
}

static bool behind_end_of_file(int fd)
{
	int file = memfd_create("short", 0);

	return !ftruncate(file, PAGE) && beyond(fd, pages(MAP_SHARED, file), true) && !close(file);
}

/* Read-only, write-only and execute-only: what may be read is the machine's business. */
static bool protections(int fd)
{
	static const int kinds[] = { PROT_READ, PROT_WRITE, PROT_EXEC };
	char *page = pages(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int ends[2];
	size_t i;

	for (i = 0; page && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (mprotect(page, PAGE, kinds[i]))
			return false;
		if (pipe(ends))
			return false;
		if (write(ends[1], page, 4) == 4)
			case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page, 4,
				  "\"bytes\":\"01010101\",\"source\":\"entry\"" CLEAN);
		else if (!unreadable(fd, page))
			return false;
		close(ends[0]);
		close(ends[1]);
	}
	return page && !munmap(page, 2 * PAGE);
}

int value_pages(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), file = memfd_create("file", 0);

	if (ftruncate(file, 2 * PAGE))
		return 1;
	if (!absent(fd, MAP_PRIVATE | MAP_ANONYMOUS, -1) ||
	    !absent(fd, MAP_SHARED | MAP_ANONYMOUS, -1) || !absent(fd, MAP_PRIVATE, file) ||
	    !absent(fd, MAP_SHARED, file))
		return 1;
	if (!put_away(fd, MAP_SHARED, file, MADV_DONTNEED) ||
	    !put_away(fd, MAP_PRIVATE | MAP_ANONYMOUS, -1, MADV_PAGEOUT))
		return 1;
	return forbidden(fd) && unmapped(fd) && behind_end_of_file(fd) && protections(fd) ? 0 : 1;
}
