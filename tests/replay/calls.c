/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: calls text LIKE < RECORDING     prints its calls as text; of those that are alike the first
 *                                        LIKE, but of those that may need a privilege the first 100
 *                                        of each process
 *        calls recording < TEXT          makes a recording of them again
 *
 * So that calls which were once recorded can be judged by the rules of today, whatever the layout of
 * events has become. A line a call: member=value for each member of struct sot_event that is not as
 * in the line before; sets of bits and places in tables by name. What no rule asks for is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "effect.h"
#include "record.h"
#include "recording.h"

#define LINE_SIZE (64 * 1024)

union event {
	struct sot_event ev;
	uint64_t align[(SOT_EVENT_MAX + 64) / 8];
	uint8_t bytes[SOT_EVENT_MAX + 64];
};

struct member {
	const char *name;
	size_t offset, size;
	void (*put)(const struct sot_event *ev, const struct member *m, struct sot_buf *buf);
	void (*take)(union event *event, const struct member *m, const char *text);
};

_Noreturn static void fail(const char *what, const char *where)
{
	fprintf(stderr, "calls: %s: %s\n", what, where);
	exit(1);
}

/* ---- numbers ---- */

static uint64_t load(const void *from, size_t size)
{
	uint64_t num = 0;

	memcpy(&num, from, size); /* little-endian */
	return num;
}

static void put_unsigned(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	sot_buf_uint(buf, load((const char *)ev + m->offset, m->size));
}

static void take_unsigned(union event *event, const struct member *m, const char *text)
{
	uint64_t num = strtoull(text, NULL, 10);

	memcpy(event->bytes + m->offset, &num, m->size);
}

static void put_signed(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	sot_buf_int(buf, (int32_t)load((const char *)ev + m->offset, m->size));
}

static void take_signed(union event *event, const struct member *m, const char *text)
{
	int64_t num = strtoll(text, NULL, 10);

	memcpy(event->bytes + m->offset, &num, m->size);
}

/* ---- bits and places that have names ---- */

/* Most calls have these; `have` names those that a call lacks, and then what it has beside. */
static const struct {
	const char *name;
	uint64_t bit;
	bool is_usual;
} have[] = {
#define USUAL(_name)                           \
	{                                      \
#_name, SOT_HAVE_##_name, true \
	}
#define RARE(_name)                        \
	{                                  \
#_name, SOT_##_name, false \
	}
	USUAL(RET),	     USUAL(VALUE),	   USUAL(PARENT),	USUAL(NS_PIDS),
	USUAL(NS_PPID),	     USUAL(CRED),	   USUAL(CAPS),		USUAL(USER_NS),
	USUAL(LOGIN_UID),    USUAL(NO_NEW_PRIVS),  USUAL(MNT_NS),	USUAL(NET_NS),
	USUAL(CGROUP),	     USUAL(START),	   USUAL(LEADER_START), USUAL(PARENT_START),
	USUAL(COMM),	     USUAL(ABI),	   USUAL(FD),		USUAL(SOCKET),
	USUAL(SOCK_NET_NS),  USUAL(SOCKFD),	   USUAL(SECCOMP),	USUAL(REAL_CRED),
	USUAL(SOCK_USER_NS), USUAL(EXE),	   USUAL(PARENT_COMM),	RARE(HAVE_COOKIE),
	RARE(HAVE_ADDRESS),  RARE(HAVE_EFFECTIVE), RARE(HAVE_FILTER),	RARE(HAVE_ANCESTOR),
	RARE(VALUE_AT_EXIT), RARE(VALUE_UNWANTED), RARE(VALUE_SECRET),	RARE(VALUE_END_BAD),
	RARE(VALUE_PART),    RARE(PATH_CUT),	   RARE(PATH_DELETED),	RARE(INSIDE_AT_STOP),
	RARE(ON_ARM64),
};

#define HAVE_COUNT (sizeof(have) / sizeof(have[0]))

static void put_have(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	uint64_t rest = ev->have;
	size_t i;

	(void)m;
	for (i = 0; i < HAVE_COUNT; i++) {
		if (!(rest & have[i].bit) == have[i].is_usual) {
			sot_buf_str(buf, have[i].name);
			sot_buf_char(buf, ',');
		}
		rest &= ~have[i].bit;
	}
	if (rest)
		fail("a bit of `have` that is not in the table", "name it");
}

static bool is_named(const char *list, const char *name)
{
	size_t len;

	for (; *list; list += len + 1) {
		len = strcspn(list, ",");
		if (strlen(name) == len && !memcmp(list, name, len))
			return true;
	}
	return false;
}

static void take_have(union event *event, const struct member *m, const char *text)
{
	size_t i;

	(void)m;
	for (i = 0; i < HAVE_COUNT; i++)
		if (is_named(text, have[i].name) != have[i].is_usual)
			event->ev.have |= have[i].bit;
}

/* The option that the state is of. */
static void put_effect(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	(void)m;
	if (ev->effect)
		sot_buf_str(buf, sot_options[sot_effects[ev->effect - 1].option].name);
}

static void take_effect(union event *event, const struct member *m, const char *text)
{
	size_t i;

	(void)m;
	for (i = 0; *text && i < SOT_EFFECT_COUNT; i++)
		if (!strcmp(text, sot_options[sot_effects[i].option].name))
			event->ev.effect = (uint8_t)(i + 1);
	if (*text && !event->ev.effect)
		fail("no such effect", text);
}

/* ---- bytes ---- */

static bool is_plain(uint8_t byte)
{
	return byte > ' ' && byte < 0x7f && byte != '%';
}

static void put_bytes(const void *bytes, size_t len, bool is_text, struct sot_buf *buf)
{
	const uint8_t *byte = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_text && is_plain(byte[i])) {
			sot_buf_char(buf, (char)byte[i]);
			continue;
		}
		if (is_text)
			sot_buf_char(buf, '%');
		sot_buf_hex_bytes(buf, byte + i, 1);
	}
}

static size_t take_bytes(const char *text, bool is_text, uint8_t *bytes, size_t size)
{
	char two[3] = "";
	size_t len = 0;

	for (; *text; len++) {
		if (len == size)
			fail("too long", text);
		if (is_text && *text != '%') {
			bytes[len] = (uint8_t)*text++;
			continue;
		}
		text += is_text;
		memcpy(two, text, 2);
		bytes[len] = (uint8_t)strtoul(two, NULL, 16);
		text += strnlen(two, 2);
	}
	return len;
}

static void put_name(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	const char *name = (const char *)ev + m->offset;

	put_bytes(name, strnlen(name, m->size), true, buf);
}

static void take_name(union event *event, const struct member *m, const char *text)
{
	take_bytes(text, true, event->bytes + m->offset, m->size);
}

static void put_raw(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	put_bytes((const char *)ev + m->offset, m->size, false, buf);
}

static void take_raw(union event *event, const struct member *m, const char *text)
{
	take_bytes(text, false, event->bytes + m->offset, m->size);
}

static const struct sot_section *section_of(const struct sot_event *ev, const struct member *m)
{
	return (const struct sot_section *)((const char *)ev + m->offset);
}

static void put_section(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	const struct sot_section *s = section_of(ev, m);

	put_bytes((const char *)ev + s->off, s->len, false, buf);
}

static void put_text_section(const struct sot_event *ev, const struct member *m,
			     struct sot_buf *buf)
{
	const struct sot_section *s = section_of(ev, m);

	put_bytes((const char *)ev + s->off, s->len, true, buf);
}

static void add_section(union event *event, const struct member *m, const char *text, bool is_text)
{
	struct sot_section *s = (struct sot_section *)(event->bytes + m->offset);

	s->off = (uint16_t)event->ev.size;
	s->len = (uint16_t)take_bytes(text, is_text, event->bytes + event->ev.size,
				      sizeof(event->bytes) - event->ev.size);
	event->ev.size += s->len;
}

static void take_section(union event *event, const struct member *m, const char *text)
{
	add_section(event, m, text, false);
}

static void take_text_section(union event *event, const struct member *m, const char *text)
{
	add_section(event, m, text, true);
}

/* "user_ns:level:cred_level:capability:outcome," each */
static void put_checks(const struct sot_event *ev, const struct member *m, struct sot_buf *buf)
{
	const struct sot_section *s = section_of(ev, m);
	const struct sot_check *check = (const void *)((const char *)ev + s->off);
	char text[64];
	size_t i;

	for (i = 0; i < s->len / sizeof(*check); i++, check++) {
		snprintf(text, sizeof(text), "%u:%u:%u:%u:%u,", check->user_ns, check->level,
			 check->cred_level, check->capability, check->outcome);
		sot_buf_str(buf, text);
	}
}

static void take_checks(union event *event, const struct member *m, const char *text)
{
	struct sot_section *s = (struct sot_section *)(event->bytes + m->offset);
	struct sot_check check;

	event->ev.size += -event->ev.size % _Alignof(struct sot_check);
	s->off = (uint16_t)event->ev.size;
	for (; *text; text = strchr(text, ',') + 1) {
		if (sscanf(text, "%u:%hhu:%hhu:%hhu:%hhu,", &check.user_ns, &check.level,
			   &check.cred_level, &check.capability, &check.outcome) != 5)
			fail("no checks", text);
		memcpy(event->bytes + event->ev.size, &check, sizeof(check));
		event->ev.size += sizeof(check);
	}
	s->len = (uint16_t)(event->ev.size - s->off);
}

/* ---- the members ---- */

#define MEMBER(_kind, _name)                                                                 \
	{                                                                                    \
#_name, __builtin_offsetof(struct sot_event, _name),                         \
			sizeof(((struct sot_event *)NULL)->_name), put_##_kind, take_##_kind \
	}

static const struct member members[] = {
	MEMBER(unsigned, time),
	MEMBER(have, have),
	MEMBER(unsigned, duration_ns),
	MEMBER(unsigned, optval),
	MEMBER(signed, sockfd),
	MEMBER(signed, level),
	MEMBER(signed, optname),
	MEMBER(signed, optlen),
	MEMBER(signed, ret),
	MEMBER(unsigned, abi),
	MEMBER(unsigned, attach),
	MEMBER(unsigned, is_socket),
	MEMBER(unsigned, no_new_privs),
	MEMBER(effect, effect),
	MEMBER(unsigned, effective_len),
	MEMBER(raw, effective),
	MEMBER(unsigned, behind),
	MEMBER(unsigned, uring_compat),
	MEMBER(unsigned, host_pid),
	MEMBER(unsigned, host_tid),
	MEMBER(unsigned, host_ppid),
	MEMBER(unsigned, pid),
	MEMBER(unsigned, tid),
	MEMBER(unsigned, ppid),
	MEMBER(unsigned, uid),
	MEMBER(unsigned, euid),
	MEMBER(unsigned, gid),
	MEMBER(unsigned, egid),
	MEMBER(unsigned, suid),
	MEMBER(unsigned, sgid),
	MEMBER(unsigned, fsuid),
	MEMBER(unsigned, fsgid),
	MEMBER(unsigned, real_uid),
	MEMBER(unsigned, login_uid),
	MEMBER(unsigned, mnt_ns),
	MEMBER(unsigned, pid_ns),
	MEMBER(unsigned, net_ns),
	MEMBER(unsigned, user_ns),
	MEMBER(unsigned, user_ns_level),
	MEMBER(unsigned, user_ns_owner),
	MEMBER(unsigned, user_ns_ancestor_owner),
	MEMBER(unsigned, sock_net_ns),
	MEMBER(unsigned, sock_user_ns),
	MEMBER(unsigned, sock_user_ns_level),
	MEMBER(unsigned, sock_user_ns_owner),
	MEMBER(unsigned, exe_dev),
	MEMBER(unsigned, exe_inode),
	MEMBER(unsigned, seccomp),
	MEMBER(unsigned, overridden),
	MEMBER(unsigned, cap_effective),
	MEMBER(unsigned, cap_permitted),
	MEMBER(unsigned, cap_ambient),
	MEMBER(unsigned, cgroup_id),
	MEMBER(unsigned, thread_start),
	MEMBER(unsigned, leader_start),
	MEMBER(unsigned, parent_start),
	MEMBER(signed, filter_ret),
	MEMBER(signed, given_level),
	MEMBER(signed, given_optname),
	MEMBER(signed, given_optlen),
	MEMBER(unsigned, inode),
	MEMBER(unsigned, cookie),
	MEMBER(unsigned, family),
	MEMBER(unsigned, type),
	MEMBER(unsigned, protocol),
	MEMBER(unsigned, state),
	MEMBER(unsigned, local_port),
	MEMBER(unsigned, remote_port),
	MEMBER(raw, local_addr),
	MEMBER(raw, remote_addr),
	MEMBER(name, comm),
	MEMBER(name, parent_comm),
	MEMBER(name, prog_name),
	MEMBER(unsigned, prog_id),
	MEMBER(signed, refused),
	MEMBER(unsigned, check_source),
	MEMBER(unsigned, checks_made),
	MEMBER(checks, checks),
	MEMBER(section, value),
	MEMBER(section, later),
	MEMBER(section, given),
	MEMBER(section, cbpf),
	MEMBER(text_section, path),
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

/* As in the last line. */
static char *last[MEMBERS];

/* Whether it is another text than the last. */
static bool keep(size_t i, const char *text)
{
	if (last[i] && !strcmp(last[i], text))
		return false;
	free(last[i]);
	last[i] = strdup(text);
	return true;
}

static char line[LINE_SIZE];

/* ---- a recording as text ---- */

#define KINDS_MAX 16384

/* More than any of the default rules counts. */
#define OF_PROCESS_MAX 100

/* How many calls there were before that differ from this one in nothing that rules look at first. */
static size_t count_alike(const struct sot_record *rec, bool of_process)
{
	static struct {
		char *text;
		size_t calls;
	} kinds[KINDS_MAX];
	const struct sot_event *ev = rec->ev;
	char text[1024];
	size_t i;

	snprintf(text, sizeof(text), "%u %.*s %d %d %d %d %d %d %d %u %u",
		 of_process ? ev->host_pid : 0, (int)rec->path_len, rec->path, ev->level,
		 ev->optname, ev->optlen, ev->ret, ev->family, ev->type, ev->abi, ev->euid,
		 ev->user_ns_level);
	for (i = 0; i < KINDS_MAX && kinds[i].text && strcmp(kinds[i].text, text);)
		i++;
	if (i == KINDS_MAX)
		fail("more kinds of calls than there is room for", text);
	if (!kinds[i].text)
		kinds[i].text = strdup(text);
	return kinds[i].calls++;
}

static bool is_wanted(const struct sot_record *rec, size_t like)
{
	if ((rec->option && rec->option->caps) || rec->privilege.checks_count)
		return count_alike(rec, true) < OF_PROCESS_MAX;
	return count_alike(rec, false) < like;
}

static void print_call(const struct sot_frame *frame, size_t like)
{
	static struct sot_record rec;
	struct sot_buf buf;
	size_t i;

	if (sot_decode(frame->data, frame->len, NULL, &rec))
		fail("an event cannot be decoded", "it is of another version");
	if (!is_wanted(&rec, like))
		return;
	printf("call");
	for (i = 0; i < MEMBERS; i++) {
		sot_buf_init(&buf, line, sizeof(line) - 1);
		members[i].put(rec.ev, &members[i], &buf);
		line[buf.len] = '\0';
		if (keep(i, line))
			printf(" %s=%s", members[i].name, line);
	}
	putchar('\n');
}

static void print_frame(const struct sot_frame *frame, size_t like)
{
	struct sot_buf buf;

	switch (frame->type) {
	case SOT_FRAME_MACHINE:
		printf("machine %u %u %u\n", frame->machine->pid_ns, frame->machine->mnt_ns,
		       frame->machine->page_size);
		break;
	case SOT_FRAME_CGROUP:
		sot_buf_init(&buf, line, sizeof(line) - 1);
		put_bytes(frame->cgroup.path, frame->cgroup.path_len, true, &buf);
		line[buf.len] = '\0';
		printf("cgroup %llu %s\n", (unsigned long long)frame->cgroup.id, line);
		break;
	case SOT_FRAME_EVENT:
		print_call(frame, like);
		break;
	default:
		break;
	}
}

static void print_text(size_t like)
{
	static uint64_t block[SOT_FRAME_MAX / 8];
	struct sot_reader reader = { 0 };
	struct sot_frame frame;
	char sentence[256];
	size_t len = 0, n;
	struct sot_buf err;
	int used = 0;

	sot_buf_init(&err, sentence, sizeof(sentence) - 1);
	while (used >= 0 && (n = fread((char *)block + len, 1, sizeof(block) - len, stdin)) > 0) {
		len += n;
		while ((used = sot_reader__next(&reader, block, len, &frame, &err)) > 0) {
			print_frame(&frame, like);
			len -= (size_t)used;
			memmove(block, (char *)block + used, len);
		}
	}
	sentence[err.len] = '\0';
	if (used < 0 || sot_reader__finish(&reader, len, &err))
		fail("this is no recording", sentence);
}

/* ---- text as a recording ---- */

static void print_buf(const struct sot_buf *buf)
{
	if (buf->full || fwrite(buf->data, 1, buf->len, stdout) != buf->len)
		fail("cannot write", "a frame");
}

static void record_machine(const char *text)
{
	struct sot_machine machine = { .event_version = SOT_EVENT_VERSION,
				       .architecture = "x86_64",
				       .tool_version = SOT_VERSION,
				       .kernel_release = "6.12" };
	const struct sot_style style = { .machine = &machine };
	struct sot_buf buf;

	if (sscanf(text, "%u %u %u", &machine.pid_ns, &machine.mnt_ns, &machine.page_size) != 3)
		fail("no machine", text);
	sot_buf_init(&buf, line, sizeof(line));
	sot_recording_format.header(&style, &buf);
	print_buf(&buf);
}

static void record_cgroup(char *text)
{
	char *path = strchr(text, ' ');
	uint8_t bytes[4096];
	struct sot_buf buf;

	if (!path)
		fail("no cgroup", text);
	bytes[take_bytes(path + 1, true, bytes, sizeof(bytes) - 1)] = '\0';
	sot_buf_init(&buf, line, sizeof(line));
	sot_put_cgroup(strtoull(text, NULL, 10), (char *)bytes, &buf);
	print_buf(&buf);
}

static size_t member_of(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < MEMBERS; i++)
		if (strlen(members[i].name) == len && !memcmp(members[i].name, word, len))
			return i;
	fail("no such member", word);
}

static void record_call(char *text)
{
	static const struct sot_style style = { 0 };
	static struct sot_record rec;
	static union event event;
	struct sot_buf buf;
	char *word, *value;
	size_t i;

	for (word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		value = strchr(word, '=');
		if (!value)
			fail("no member=value", word);
		keep(member_of(word, (size_t)(value - word)), value + 1);
	}
	memset(&event, 0, sizeof(event));
	event.ev.version = SOT_EVENT_VERSION;
	event.ev.head = sizeof(event.ev);
	event.ev.size = sizeof(event.ev);
	for (i = 0; i < MEMBERS; i++)
		members[i].take(&event, &members[i], last[i] ? last[i] : "");
	if (sot_decode(&event, event.ev.size, NULL, &rec))
		fail("no event can be made of", text);
	sot_buf_init(&buf, line, sizeof(line));
	sot_recording_format.event(&rec, &style, &buf);
	print_buf(&buf);
}

static void print_recording(void)
{
	static char text[LINE_SIZE];
	struct sot_recording_end end = { 0 };
	struct sot_buf buf;

	while (fgets(text, sizeof(text), stdin)) {
		text[strcspn(text, "\n")] = '\0';
		if (!strncmp(text, "machine ", 8)) {
			record_machine(text + 8);
		} else if (!strncmp(text, "cgroup ", 7)) {
			record_cgroup(text + 7);
		} else if (!strncmp(text, "call ", 5)) {
			record_call(text + 5);
			end.events++;
		} else if (*text && *text != '#') {
			fail("neither machine, cgroup, call nor a comment", text);
		}
	}
	sot_buf_init(&buf, line, sizeof(line));
	sot_put_end(&end, &buf);
	print_buf(&buf);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "recording"))
		print_recording();
	else if (argc == 3 && !strcmp(argv[1], "text"))
		print_text(strtoul(argv[2], NULL, 10));
	else
		fail("usage", "calls text LIKE | calls recording");
	return 0;
}
