/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Two rings that threads write while they are read: each thread's events come in its order. */
#include <errno.h>
#include <stdlib.h>

#include "trace/merge.h"
#include "unit.h"

#define THREADS 4
#define CALLS 40 /* of each */
#define RUNS 3000
#define STOP (-EINTR)

struct slot {
	struct sot_event ev;
	bool busy;     /* there is room for it, and it is being written */
	bool is_facts; /* of a thread: no event */
};

struct ring {
	struct slot slot[2 * THREADS * CALLS];
	size_t in, out;
};

enum step { ENTER, RETURN, RESERVE, COMMIT };

struct thread {
	struct sot_event ev, missed; /* the call; one whose return was not seen, to be told first */
	bool has_missed, telling_missed;
	enum step next;
	enum sot_ring ring;
	size_t place;	     /* in the ring */
	uint32_t made, told; /* calls, events that came out */
};

static struct {
	struct ring ring[SOT_RINGS];
	struct thread thread[THREADS];
	uint64_t clock;
	bool sleeps; /* nobody writes */
	size_t told;
} world;

static struct sot_merge merge;

static bool chance(int one_in)
{
	return random() % one_in == 0;
}

static void reserve(struct thread *t)
{
	struct ring *ring;

	t->ring = chance(3) ? SOT_RING_GUARDED : SOT_RING_COMMON;
	ring = &world.ring[t->ring];
	if (chance(6))
		ring->slot[ring->in++] = (struct slot){ .is_facts = true };
	t->place = ring->in++;
	ring->slot[t->place] =
		(struct slot){ .ev = t->telling_missed ? t->missed : t->ev, .busy = true };
}

static void enter(struct thread *t)
{
	t->ev = (struct sot_event){ .time = world.clock,
				    .host_tid = (uint32_t)(t - world.thread),
				    .cookie = t->made++ };
	t->telling_missed = t->has_missed;
	t->has_missed = false;
	t->next = t->telling_missed ? RESERVE : RETURN;
}

/* One that is missed is told when the thread comes again; its last one is not. */
static void leave(struct thread *t)
{
	if (chance(5) && t->made < CALLS) {
		t->missed = t->ev;
		t->has_missed = true;
		t->next = ENTER;
		return;
	}
	t->ev.duration_ns = world.clock - t->ev.time;
	t->next = RESERVE;
}

static void commit(struct thread *t)
{
	world.ring[t->ring].slot[t->place].busy = false;
	t->next = t->telling_missed ? RETURN : ENTER;
	t->telling_missed = false;
	if (t->next == RETURN)
		t->ev.time = world.clock; /* the programs look at the clock after that */
}

static void take_step(struct thread *t)
{
	world.clock++;
	if (t->next == ENTER && t->made < CALLS)
		enter(t);
	else if (t->next == RETURN)
		leave(t);
	else if (t->next == RESERVE) {
		reserve(t);
		t->next = COMMIT;
	} else if (t->next == COMMIT)
		commit(t);
}

/* Whatever the reader does, others go on meanwhile. */
static void go_on(void)
{
	if (world.sleeps)
		return;
	while (!chance(3))
		take_step(&world.thread[random() % THREADS]);
}

/* Told with the event, whenever it is given. */
static uint64_t facts_of(const struct sot_event *ev)
{
	return ((uint64_t)ev->host_tid << 32 | ev->cookie) + 1;
}

/* As libbpf's: an event is taken out after it was handed over, whatever came of that. */
static int consume(void *context, enum sot_ring which)
{
	struct ring *ring = &world.ring[which];
	int ret;

	assert_ptr_equal(context, &world);
	for (go_on(); ring->out < ring->in && !ring->slot[ring->out].busy; go_on()) {
		ret = ring->slot[ring->out].is_facts ?
			      0 :
			      sot_merge__event(&merge, which, &ring->slot[ring->out].ev,
					       sizeof(struct sot_event),
					       facts_of(&ring->slot[ring->out].ev));
		ring->out++;
		if (ret < 0)
			return ret;
	}
	return 0;
}

static bool is_empty(void *context, enum sot_ring which)
{
	bool empty;

	assert_ptr_equal(context, &world);
	go_on();
	empty = world.ring[which].in == world.ring[which].out;
	go_on();
	return empty;
}

static int give(void *context, const void *data, size_t size, uint64_t facts)
{
	const struct sot_event *ev = data;
	struct thread *t = &world.thread[ev->host_tid];

	assert_ptr_equal(context, &world);
	assert_int_equal(size, sizeof(*ev));
	assert_int_equal(ev->cookie, t->told);
	assert_int_equal(facts, facts_of(ev));
	t->told++;
	world.told++;
	return chance(7) ? STOP : 0;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	memset(&merge, 0, sizeof(merge));
	merge.consume = consume;
	merge.is_empty = is_empty;
	merge.give = give;
	merge.context = &world;
	return 0;
}

static void put(enum sot_ring which, uint32_t thread, uint64_t time, bool busy)
{
	struct ring *ring = &world.ring[which];
	struct thread *t = &world.thread[thread];

	ring->slot[ring->in++] =
		(struct slot){ .ev = { .time = time, .host_tid = thread, .cookie = t->made++ },
			       .busy = busy };
}

static int poll_on(void)
{
	int ret;

	do
		ret = sot_merge__poll(&merge);
	while (ret == STOP);
	return ret;
}

static void by_time(void **state)
{
	(void)state;
	world.sleeps = true;
	put(SOT_RING_GUARDED, 0, 1, false);
	put(SOT_RING_COMMON, 0, 2, false);
	put(SOT_RING_COMMON, 0, 3, false);
	put(SOT_RING_GUARDED, 0, 4, false);
	put(SOT_RING_GUARDED, 0, 5, false);
	put(SOT_RING_COMMON, 0, 6, false);
	put(SOT_RING_GUARDED, 0, 7, false);
	assert_int_equal(poll_on(), 0);
	assert_int_equal(world.told, 7);
	assert_int_equal(poll_on(), 0);
	/* that of return, not of entry */
	put(SOT_RING_GUARDED, 1, 8, false);
	world.ring[SOT_RING_GUARDED].slot[4].ev.duration_ns = 3;
	world.ring[SOT_RING_GUARDED].slot[4].ev.cookie++;
	put(SOT_RING_COMMON, 1, 10, false);
	world.ring[SOT_RING_COMMON].slot[3].ev.cookie--;
	assert_int_equal(poll_on(), 0);
	assert_int_equal(world.told, 9);
}

/* Behind what is still being written there may be something older than the other ring's. */
static void waits(enum sot_ring first, enum sot_ring second)
{
	world.sleeps = true;
	put(first, 1, 1, true);
	put(first, 0, 2, false);
	put(second, 0, 3, false);
	assert_int_equal(poll_on(), SOT_MERGE_WAIT);
	assert_int_equal(poll_on(), SOT_MERGE_WAIT);
	assert_int_equal(world.told, 0);
	world.ring[first].slot[0].busy = false;
	assert_int_equal(poll_on(), 0);
	assert_int_equal(world.told, 3);
}

static void waits_for_guarded(void **state)
{
	(void)state;
	waits(SOT_RING_GUARDED, SOT_RING_COMMON);
}

static void waits_for_common(void **state)
{
	(void)state;
	waits(SOT_RING_COMMON, SOT_RING_GUARDED);
}

static bool all_made(void)
{
	size_t i;

	for (i = 0; i < THREADS; i++)
		if (world.thread[i].made < CALLS || world.thread[i].next != ENTER ||
		    world.thread[i].has_missed)
			return false;
	return true;
}

static void raced(void **state)
{
	int run, ret;

	for (run = 0; run < RUNS; run++) {
		begin(state);
		srandom((unsigned int)run);
		do {
			ret = sot_merge__poll(&merge);
			assert_true(ret == 0 || ret == STOP || ret == SOT_MERGE_WAIT);
		} while (!all_made());
		while (poll_on())
			;
		assert_int_equal(world.told, THREADS * CALLS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(by_time, begin),
		cmocka_unit_test_setup(waits_for_guarded, begin),
		cmocka_unit_test_setup(waits_for_common, begin),
		cmocka_unit_test_setup(raced, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
