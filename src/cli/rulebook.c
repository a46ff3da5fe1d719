/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "rulebook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "sink.h"

static void tell(void *context, const char *file, unsigned int line, unsigned int column,
		 const char *what)
{
	(void)context;
	sot_error("%s:%u:%u: %s", file, line, column, what);
}

static const struct sot_rules_teller teller = { .tell = tell };

/* Links are followed, as of any configuration: what it leads to is read, never written. */
static int read_open_file(int fd, char *text, size_t size, size_t *len)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	for (*len = 0; *len < size; *len += (size_t)n) {
		n = read(fd, text + *len, size - *len);
		if (n < 0)
			return -errno;
		if (!n)
			break;
	}
	return 0;
}

int sot_rulebook__open(const char *path)
{
	int fd = open(path, SOT_RULEBOOK_OPEN);

	return fd < 0 ? -errno : fd;
}

/* One byte more than a file may have, which loading then tells. */
static int read_file(const char *path, char **text, size_t *len)
{
	int fd = sot_rulebook__open(path), err;

	if (fd < 0)
		return fd;
	*text = malloc(SOT_RULES_FILE_MAX + 1);
	err = *text ? read_open_file(fd, *text, SOT_RULES_FILE_MAX + 1, len) : -ENOMEM;
	close(fd);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

static int add_file(struct sot_rules *rules, const char *path)
{
	char *text = NULL;
	size_t len = 0;
	int err = read_file(path, &text, &len);

	if (err) {
		sot_error("cannot read the rules in %s: %s", path,
			  err == -EINVAL ? "it is no regular file" : strerror(-err));
		return err;
	}
	err = sot_rules__add(rules, path, text, len, &teller);
	free(text);
	return err;
}

struct sot_rules *sot_rulebook__new(const struct sot_config *cfg)
{
	struct sot_rules *rules = sot_rules__new();

	if (!rules || cfg->no_default_rules ||
	    !sot_rules__add(rules, SOT_DEFAULT_RULES_NAME, sot_default_rules, sot_default_rules_len,
			    &teller))
		return rules;
	sot_rules__free(rules);
	return NULL;
}

struct sot_rules *sot_rulebook__load(const struct sot_config *cfg)
{
	struct sot_rules *rules = sot_rulebook__new(cfg);
	int err = rules ? 0 : -ENOMEM, ret;
	size_t i;

	for (i = 0; i < cfg->rules_count && err != -ENOMEM; i++) {
		ret = add_file(rules, cfg->rules[i]);
		err = ret ?: err;
	}
	if (err == -ENOMEM)
		sot_error("out of memory");
	if (!err)
		return rules;
	sot_rules__free(rules);
	return NULL;
}

int sot_rulebook__check(const struct sot_config *cfg)
{
	struct sot_rules *rules = sot_rulebook__load(cfg);

	if (!rules)
		return SOT_EXIT_FAILURE;
	sot_notice("no errors; %zu rules in all", sot_rules__count(rules));
	sot_rules__free(rules);
	return 0;
}

static void put_rule(const struct sot_rules *rules, size_t i, struct sot_buf *buf)
{
	size_t start = buf->len;

	sot_buf_str(buf, sot_severities[sot_rules__severity(rules, i)]);
	sot_buf_pad(buf, start, 9);
	sot_buf_str(buf, sot_rules__id(rules, i));
	sot_buf_pad(buf, start, 41);
	sot_buf_char(buf, ' ');
	sot_buf_printable(buf, sot_rules__title(rules, i), strlen(sot_rules__title(rules, i)));
	sot_buf_char(buf, '\n');
}

static int write_list(const struct sot_rules *rules, const struct sot_output_config *output,
		      char *storage)
{
	bool json = !strcmp(output->format->name, "json");
	struct sot_buf buf;
	size_t i;

	sot_buf_init(&buf, storage, 2 * SOT_RULES_FILE_MAX);
	for (i = 0; i < sot_rules__count(rules); i++) {
		if (!json)
			put_rule(rules, i, &buf);
		else if (sot_rules__put_json(rules, i, &buf))
			buf.full = true; /* half a list is none */
	}
	return sot_sink__write_whole(output->path, &buf) ? SOT_EXIT_FAILURE : 0;
}

int sot_rulebook__list(const struct sot_config *cfg)
{
	struct sot_rules *rules = sot_rulebook__load(cfg);
	char *storage =
		malloc(2 * SOT_RULES_FILE_MAX); /* what escaping may make of a file's words */
	int ret = rules && storage ? 0 : SOT_EXIT_FAILURE;
	size_t i;

	if (!storage)
		sot_error("out of memory");
	for (i = 0; i < cfg->outputs_count && !ret; i++)
		ret = write_list(rules, &cfg->outputs[i], storage);
	free(storage);
	sot_rules__free(rules);
	return ret;
}
