/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Any bytes as a wire event, on their whole way to both outputs in every style; and as what stands in
 * a ring, one after the other, of which whole events are made first.
 */
#include "outputs.h"
#include "trace/whole.h"

#define THREADS 3
#define ROOM 2000 /* of an event */

static struct sot_record rec;

static void check_record(const uint8_t *event)
{
	uint32_t size = rec.ev->size;

	CHECK(rec.path_len <= sizeof(rec.path));
	CHECK(!rec.bytes_len || (rec.bytes >= event && rec.bytes + rec.bytes_len <= event + size));
	CHECK(rec.ev->optlen > 0 || !rec.bytes_len);
	CHECK(rec.bytes_len <= (size_t)(rec.ev->optlen > 0 ? rec.ev->optlen : 0));
	CHECK(rec.flags >> SOT_FLAG_COUNT == 0);
	CHECK(rec.level || !rec.option);
}

/* Decodes a copy of just `size` bytes; whatever the record held before must not matter. */
static int decode(const uint8_t *data, size_t size)
{
	uint8_t *event = exact_copy(data, size);
	struct sot_decode_options options = { .show_secrets = size & 1 };
	int ret;

	memset(&rec, 0xaa, sizeof(rec));
	ret = sot_decode(event, size, &options, &rec);
	CHECK(ret == 0 || ret == -EPROTO || ret == -EBADMSG);
	if (!ret) {
		sot_check(&rec);
		check_record(event);
		check_outputs((struct output){ .rec = &rec });
	}
	free(event);
	return ret;
}

static void take(struct sot_whole *whole, const uint8_t *data, size_t size)
{
	uint8_t *item = exact_copy(data, size);
	struct sot_whole_event ev = sot_whole__take(whole, item, size);

	if (ev.data && !sot_decode(ev.data, ev.size, NULL, &rec)) {
		CHECK(ev.data == item || ev.size == rec.ev->size);
		CHECK(ev.data == item || !rec.ev->thread);
		sot_check(&rec);
		check_record(ev.data);
		check_outputs((struct output){ .rec = &rec });
	}
	free(item);
}

/* As a ring: each begins with a whole word. */
static void decode_items(const uint8_t *data, size_t size)
{
	struct sot_whole whole;
	struct sot_event head;
	size_t whole_words;

	CHECK(!sot_whole__init(&whole, 0, THREADS, ROOM));
	for (; size >= sizeof(uint64_t); data += whole_words, size -= whole_words) {
		memcpy(&head, data, sizeof(uint64_t));
		whole_words = ((size_t)head.size + 7) & ~(size_t)7;
		if (!whole_words || whole_words > size)
			whole_words = size & ~(size_t)7;
		take(&whole, data, whole_words);
	}
	sot_whole__free(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sot_event head;

	decode_items(data, size);
	if (decode(data, size))
		return 0;
	/* what came behind the event is not the event's */
	memcpy(&head, data, sizeof(head));
	CHECK(head.size <= size);
	if (head.size < size)
		CHECK(decode(data, head.size) == 0);
	return 0;
}
