/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "whole.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define SHORT_TAIL 32 /* bytes: a call of memcpy costs more than to copy as many by words */

/* Of an event: its first word, and that of its sections value and later. */
struct shape {
	uint64_t begin, sections;
};

/* The thread's part and tail stand where they came, its calls' part and tail around them. */
struct sot_whole_thread {
	struct shape call, whole; /* of the last one with a short tail; all 0: there was none */
	uint32_t by;		  /* by how much a call's tail is moved */
	uint64_t facts;		  /* as struct sot_record has it */
	uint64_t event[];
};

/* Two words, wherever words may stand: without them compilers copy word by word, or call memcpy. */
typedef uint64_t pair __attribute__((vector_size(16), aligned(8), may_alias));

/* Two fields that are read as one. */
typedef uint64_t word __attribute__((may_alias));

#define WORD_OF(_ev, _first) (*(word *)((char *)(_ev) + offsetof(struct sot_event, _first)))
#define IS_WORD(_first, _second)                                               \
	_Static_assert(offsetof(struct sot_event, _first) % 8 == 0 &&          \
			       offsetof(struct sot_event, _second) ==          \
				       offsetof(struct sot_event, _first) + 4, \
		       "a word")

IS_WORD(version, size);
IS_WORD(given, cbpf);
IS_WORD(value, later);
IS_WORD(checks, checks_made);
_Static_assert(SOT_CALL_HEAD % sizeof(pair) == 0, "copied by pairs");
_Static_assert(SOT_EVENT_HEAD % sizeof(uint64_t) == 0, "a tail begins with a whole word");

static const struct sot_event malformed; /* of no version */

int sot_whole__init(struct sot_whole *whole, uint32_t number, uint32_t threads, size_t event_size)
{
	whole->facts = (uint64_t)number << SOT_FACTS_SHIFT;
	whole->count = threads + 1;
	whole->room = (uint32_t)(event_size + 15) & ~7U; /* facts end with a whole word */
	whole->thread = calloc(whole->count, sizeof(void *));
	return whole->thread ? 0 : -ENOMEM;
}

void sot_whole__free(struct sot_whole *whole)
{
	uint32_t number;

	for (number = 0; whole->thread && number < whole->count; number++)
		free(whole->thread[number]);
	free(whole->thread);
	memset(whole, 0, sizeof(*whole));
}

static __attribute__((cold, noinline)) struct sot_whole_event malformed_event(void)
{
	return (struct sot_whole_event){ &malformed, sizeof(malformed), 0 };
}

/* Lies it wholly in the tail that begins there, of what has that size? An empty one may be anywhere. */
static bool fits(const struct sot_section *s, uint32_t tail, uint32_t size)
{
	return !s->len || (s->off >= tail && (uint32_t)s->off + s->len <= size);
}

static bool are_facts(const struct sot_whole *whole, const struct sot_event *item, size_t size)
{
	return item->version == SOT_EVENT_VERSION && item->head == sizeof(*item) && item->thread &&
	       item->thread < whole->count && item->size >= sizeof(*item) && item->size <= size &&
	       item->size <= whole->room && item->size % sizeof(uint64_t) == 0 &&
	       fits(&item->path, sizeof(*item), item->size) &&
	       fits(&item->nodename, sizeof(*item), item->size);
}

/* Another number for each, as it comes; it says where they end, too. */
static uint64_t next_facts(struct sot_whole *whole, uint32_t size)
{
	whole->facts += (uint64_t)SOT_WHOLES << SOT_FACTS_SHIFT;
	return whole->facts | size;
}

/* Apart, as add_any() is: most calls do not pay for it. */
static __attribute__((noinline)) struct sot_whole_event
keep_facts(struct sot_whole *whole, const struct sot_event *item, size_t size)
{
	struct sot_whole_thread **thread;

	if (!are_facts(whole, item, size))
		return malformed_event();
	thread = &whole->thread[item->thread];
	if (!*thread)
		*thread = malloc(sizeof(**thread) + whole->room);
	if (!*thread)
		return malformed_event(); /* and all calls of the thread */
	memcpy((*thread)->event, item, item->size);
	(*thread)->by = item->size - SOT_CALL_HEAD;
	(*thread)->facts = next_facts(whole, item->size);
	(*thread)->call = (struct shape){ 0 };
	return (struct sot_whole_event){ 0 };
}

static struct shape shape_of(const struct sot_event *ev)
{
	return (struct shape){ .begin = WORD_OF(ev, version), .sections = WORD_OF(ev, value) };
}

static void copy_head(struct sot_event *ev, const struct sot_event *item)
{
	const pair *from = (const pair *)item;
	pair *to = (pair *)ev;
	size_t i;

#pragma GCC unroll 15
	for (i = 0; i < SOT_CALL_HEAD / sizeof(*to); i++)
		to[i] = from[i];
	ev->thread = 0;
}

/* A section of the call, as it is to be in the whole event. */
static bool move(struct sot_section *s, uint32_t by, uint32_t size)
{
	if (!fits(s, SOT_CALL_HEAD, size))
		return false;
	s->off = s->off ? (uint16_t)(s->off + by) : 0;
	return true;
}

/* Whatever the call is. */
static __attribute__((noinline)) struct sot_whole_event
add_any(struct sot_whole_thread *thread, const struct sot_event *item, uint32_t room)
{
	struct sot_event *ev = (struct sot_event *)thread->event;
	uint32_t size = item->size, by = thread->by;

	if (size < SOT_CALL_HEAD || size > room - by)
		return malformed_event();
	copy_head(ev, item);
	if (!move(&ev->given, by, size) || !move(&ev->cbpf, by, size) ||
	    !move(&ev->value, by, size) || !move(&ev->later, by, size) ||
	    !move(&ev->checks, by, size))
		return malformed_event();
	ev->head = sizeof(*ev);
	ev->size = size + by;
	memcpy((char *)ev + SOT_CALL_HEAD + by, (const char *)item + SOT_CALL_HEAD,
	       size - SOT_CALL_HEAD);
	if (size <= SOT_CALL_HEAD + SHORT_TAIL) {
		thread->call = shape_of(item);
		thread->whole = shape_of(ev);
	}
	return (struct sot_whole_event){ ev, ev->size, thread->facts };
}

/* A value, which may have been read twice, as the last one had it, and nothing else. */
static bool is_plain_again(const struct sot_whole_thread *thread, const struct sot_event *item)
{
	const struct shape shape = shape_of(item);

	return shape.begin == thread->call.begin && shape.sections == thread->call.sections &&
	       !WORD_OF(item, given) && !WORD_OF(item, checks);
}

static struct sot_whole_event add_plain(struct sot_whole_thread *thread,
					const struct sot_event *item)
{
	struct sot_event *ev = (struct sot_event *)thread->event;
	word *to = (word *)((char *)ev + thread->by);
	const word *from = (const word *)item;
	size_t i, size = item->size;

	copy_head(ev, item);
	WORD_OF(ev, version) = thread->whole.begin;
	WORD_OF(ev, value) = thread->whole.sections;
	/* up to a whole word */
	for (i = SOT_CALL_HEAD / sizeof(*to); i * sizeof(*to) < size; i++)
		to[i] = from[i];
	return (struct sot_whole_event){ ev, size + thread->by, thread->facts };
}

static struct sot_whole_event add_facts(const struct sot_whole *whole, const struct sot_event *item,
					size_t size)
{
	struct sot_whole_thread *thread;

	if (item->thread >= whole->count || item->size > size)
		return malformed_event();
	thread = whole->thread[item->thread];
	if (!thread)
		return malformed_event();
	if (is_plain_again(thread, item))
		return add_plain(thread, item);
	return add_any(thread, item, whole->room);
}

struct sot_whole_event sot_whole__take(struct sot_whole *whole, const void *data, size_t size)
{
	const struct sot_event *item = data;

	if (size < SOT_CALL_HEAD)
		return malformed_event();
	if (item->have & SOT_FACTS_ONLY)
		return keep_facts(whole, item, size);
	if (item->head == SOT_CALL_HEAD)
		return add_facts(whole, item, size);
	return (struct sot_whole_event){ data, size, 0 };
}
