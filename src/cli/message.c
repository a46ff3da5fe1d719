/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "buf.h"

static bool is_quiet;

void sot_set_quiet(bool quiet)
{
	is_quiet = quiet;
}

__attribute__((format(printf, 1, 0))) static void vmessage(const char *fmt, va_list args)
{
	char text[4096], storage[3 * sizeof(text)];
	struct sot_buf buf;
	int len = vsnprintf(text, sizeof(text), fmt, args);
	ssize_t done;

	if (len < 0)
		return;
	sot_buf_init(&buf, storage, sizeof(storage) - 1);
	sot_buf_str(&buf, "sockopt-trace: ");
	sot_buf_printable(&buf, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
	buf.size++;
	sot_buf_char(&buf, '\n');
	done = write(STDERR_FILENO, buf.data,
		     buf.len); /* in one piece; nowhere to tell of failure */
	(void)done;
}

void sot_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vmessage(fmt, args);
	va_end(args);
}

void sot_notice(const char *fmt, ...)
{
	va_list args;

	if (is_quiet)
		return;
	va_start(args, fmt);
	vmessage(fmt, args);
	va_end(args);
}
