/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's state after a call: which options it is read back of (effects.def), what it
 * looks like, and whether it is what the value asked for. Pure, immutable, static storage.
 */
#ifndef SOT_EFFECT_H
#define SOT_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "catalogue.h"
#include "event.h"

enum sot_effect_id {
#define EFFECT(_level, _name, ...) SOT_EFFECT_##_level##_##_name,
#include "effects.def"
#undef EFFECT
	SOT_EFFECT_COUNT
};

_Static_assert(SOT_EFFECT_COUNT <= SOT_EFFECTS_MAX, "the programs' table has room");

/* The structure that begins where the kernel's struct sock begins. */
enum sot_effect_root {
	SOT_ROOT_SOCK,
	SOT_ROOT_INET,
	SOT_ROOT_TCP,
	SOT_ROOT_UDP,
	SOT_ROOT_PACKET,
	SOT_ROOT_COUNT
};

extern const char *const sot_effect_roots[SOT_ROOT_COUNT]; /* "tcp_sock" */

/* How the state compares to the value; see the table of forms in src/core/effect.c. */
enum sot_effect_form {
	SOT_FORM_SAME,
	SOT_FORM_TRUTH,
	SOT_FORM_REPAIR,
	SOT_FORM_BUFFER,
	SOT_FORM_BUFFER_FORCE,
	SOT_FORM_LINGER,
	SOT_FORM_TIMEOUT,
	SOT_FORM_SECONDS,
	SOT_FORM_TOS,
	SOT_FORM_CLASS,
	SOT_FORM_INDEX_BE,
	SOT_FORM_DEVICE,
	SOT_FORM_NAME,
	SOT_FORM_FILTER,
	SOT_FORM_RING,
	SOT_FORM_COUNT
};

struct sot_effect {
	enum sot_option_id option;
	enum sot_effect_root root;
	enum sot_effect_form form;
	const char *place[SOT_EFFECT_PLACES]; /* the second may be NULL */
};

extern const struct sot_effect sot_effects[SOT_EFFECT_COUNT];

/* Does place `index` of such an effect count in jiffies? */
bool sot_effect_in_jiffies(const struct sot_effect *effect, unsigned int index);

struct sot_record;
struct sot_value;

/* The event holds the kernel's state of this very option. */
bool sot_effect_known(const struct sot_record *rec);

/* That state as the option's value would be written. Only if sot_effect_known(). */
void sot_effect_value(const struct sot_record *rec, struct sot_value *value);

/*
 * The call succeeded and the state is not what the value asked for, nor what the kernel is
 * documented to make of it. False where one of the two is unknown.
 */
bool sot_effect_mismatch(const struct sot_record *rec);

#endif
