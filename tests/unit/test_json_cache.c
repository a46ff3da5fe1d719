/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A record with kept parts is the record without them, whatever byte of the event has changed. */
#include "unit.h"

#include <stdlib.h>

#include "json_cache.h"
#include "make_event.h"
#include "record.h"

#define LINE_MAX_BYTES (64 * 1024)

static struct sot_json_cache cache;
static struct sot_record rec;
static struct sot_container_facts facts = { .id = "0011", .runtime = "docker", .pod_uid = "aa" };

/* An interface may get another name. */
static const char *interface;

static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	(void)context;
	(void)net_ns;
	(void)index;
	return interface;
}

static const struct sot_decode_options options = { .interface_name = interface_name };

/* The line of `made`; 0: it is no event any more. */
static size_t emit(const union made_event *made, enum sot_container container,
		   struct sot_json_cache *kept, char *line)
{
	const struct sot_style style = { .cache = kept };
	struct sot_buf buf;

	if (sot_decode(made, made->ev.size, interface ? &options : NULL, &rec))
		return 0;
	rec.container = container;
	rec.container_facts = &facts;
	sot_check(&rec);
	sot_buf_init(&buf, line, LINE_MAX_BYTES);
	assert_int_equal(sot_emit_json(&rec, &style, &buf), 0);
	return buf.len;
}

/* Of a record of which nothing but event and container is true; 0: it cannot be written so. */
static size_t emit_known(const union made_event *made, enum sot_container container, char *line)
{
	const struct sot_style style = { .cache = &cache };
	struct sot_buf buf;

	memset(&rec, 0xa5, sizeof(rec));
	if (sot_view(made, made->ev.size, &rec))
		return 0;
	rec.container = container;
	rec.container_facts = &facts;
	if (!sot_json_known(&rec, &style))
		return 0;
	sot_buf_init(&buf, line, LINE_MAX_BYTES);
	assert_int_equal(sot_emit_json(&rec, &style, &buf), 0);
	return buf.len;
}

static size_t known; /* how many were written so */

static void assert_same(const union made_event *made, enum sot_container container)
{
	static char with[LINE_MAX_BYTES], without[LINE_MAX_BYTES];
	size_t len = emit(made, container, NULL, without), known_len;

	known_len = emit_known(made, container, with);
	known += known_len != 0;
	if (known_len) {
		assert_int_equal(known_len, len);
		assert_memory_equal(with, without, len);
	}
	assert_int_equal(emit(made, container, &cache, with), len);
	assert_memory_equal(with, without, len);
}

static const struct call calls[] = {
	{ .level = 1, .optname = 2, VALUE("\1\0\0\0") },
	{ .level = 41, .optname = 26, .socket = TCP6, VALUE("\1\0\0\0") },
	{ .level = 1, .optname = 2, .socket = UNIX_STREAM, VALUE("\1\0\0\0") },
	{ .level = 1, .optname = 2, .socket = BAD_FD, VALUE("\1\0\0\0") },
};

static void flip_bits(union made_event *made)
{
	uint8_t *bytes = made->bytes;
	size_t i, bit;

	assert_same(made, SOT_CONTAINER_HOST);
	known = 0;
	assert_same(made, SOT_CONTAINER_HOST);
	assert_int_equal(known, 1);
	for (i = offsetof(struct sot_event, have); i < made->ev.size; i++) {
		for (bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_same(made, SOT_CONTAINER_HOST);
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_same(made, SOT_CONTAINER_HOST);
		}
	}
}

static void every_byte(void **state)
{
	static union made_event made;
	size_t call;

	(void)state;
	for (call = 0; call < COUNT(calls); call++) {
		event_make(&made, &calls[call]);
		flip_bits(&made);
	}
}

/* Whether the caller had the privilege is a matter of the call, the task and the socket's namespace. */
static void with_authority(void **state)
{
	static const struct call mark = { .level = 1, .optname = 36, VALUE("\1\0\0\0") };
	static union made_event made;

	(void)state;
	event_make(&made, &mark);
	made.ev.cap_effective = 1 << 12;
	flip_bits(&made);
	made.ev.sock_user_ns++;
	made.ev.sock_user_ns_level = 1;
	flip_bits(&made);
	made.ev.cap_effective = 0;
	made.ev.sock_user_ns_owner = made.ev.euid;
	flip_bits(&made);
}

static void other_container(void **state)
{
	union made_event made;

	(void)state;
	event_make(&made, &calls[0]);
	assert_same(&made, SOT_CONTAINER_HOST);
	assert_same(&made, SOT_CONTAINER_UNKNOWN);
	assert_same(&made, SOT_CONTAINER_KNOWN);
	facts.id[0] = '9';
	assert_same(&made, SOT_CONTAINER_KNOWN);
	facts.pod_uid[0] = 'b';
	assert_same(&made, SOT_CONTAINER_KNOWN);
	facts.runtime = NULL;
	assert_same(&made, SOT_CONTAINER_KNOWN);
}

static void renamed_interface(void **state)
{
	static const struct call bind = { .level = 1, .optname = 62, VALUE("\2\0\0\0") };
	static const struct call broadcast = { .level = 1, .optname = 6, VALUE("\2\0\0\0") };
	static char line[LINE_MAX_BYTES];
	union made_event made;

	(void)state;
	event_make(&made, &bind);
	interface = "eth0";
	assert_same(&made, SOT_CONTAINER_HOST);
	interface = "eth1";
	assert_same(&made, SOT_CONTAINER_HOST);
	line[emit(&made, SOT_CONTAINER_HOST, &cache, line)] = '\0';
	assert_non_null(strstr(line, "eth1"));

	/* the call that a cgroup BPF program made of another */
	event_make(&made, &broadcast);
	made.ev.have |= SOT_HAVE_FILTER;
	made.ev.given_level = 1;
	made.ev.given_optname = 62;
	made.ev.given_optlen = 4;
	event_append(&made, &made.ev.given, "\2\0\0\0", 4);
	assert_same(&made, SOT_CONTAINER_HOST);
	interface = "eth2";
	assert_same(&made, SOT_CONTAINER_HOST);
	line[emit(&made, SOT_CONTAINER_HOST, &cache, line)] = '\0';
	assert_non_null(strstr(line, "eth2"));
	interface = NULL;
}

/* Parts that are too long to be kept, and names that are no host's. */
static void long_names(void **state)
{
	static char names[SOT_PATH_MAX + SOT_COMPONENT_MAX];
	static union made_event made;

	(void)state;
	memset(names, 1, sizeof(names) - 1);
	event_make(&made, &calls[0]);
	made.ev.path.len = 0;
	event_append(&made, &made.ev.path, names, sizeof(names));
	assert_same(&made, SOT_CONTAINER_HOST);
	assert_same(&made, SOT_CONTAINER_HOST);
	event_append(&made, &made.ev.nodename, names, 300);
	assert_same(&made, SOT_CONTAINER_HOST);
	assert_same(&made, SOT_CONTAINER_HOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),	   cmocka_unit_test(with_authority),
		cmocka_unit_test(other_container), cmocka_unit_test(renamed_interface),
		cmocka_unit_test(long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
