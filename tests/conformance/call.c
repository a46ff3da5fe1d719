/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a probe passes: a pure function of the row and its trial. */
#include <limits.h>
#include <string.h>

#include "conformance.h"
#include "value_types.h"

static bool holds(const struct trial *trial, const struct sot_option *opt)
{
	return trial->level == opt->level && opt->optname >= trial->from &&
	       opt->optname <= trial->to;
}

const struct trial *find_trial(const struct sot_option *opt)
{
	const struct trial *trial;

	for (trial = trials; trial->level != SOT_LEVEL_COUNT; trial++)
		if (holds(trial, opt))
			return trial;
	return NULL;
}

const struct trial *find_socket(const struct trial *trial)
{
	if (trial->family)
		return trial;
	while (trial[1].level == trial->level)
		trial++;
	return trial;
}

/* The width of a scalar; 0: none. */
static int scalar_width(const struct sot_option *opt)
{
	switch (opt->type) {
	case SOT_TYPE_U8:
		return 1;
	case SOT_TYPE_USHORT:
		return 2;
	case SOT_TYPE_U64:
	case SOT_TYPE_PACING_RATE:
		return 8;
	default:
		return opt->type < SOT_TYPE_USHORT ? 4 : 0;
	}
}

static bool is_unsigned(const struct sot_option *opt)
{
	return opt->type == SOT_TYPE_UINT || opt->type == SOT_TYPE_HEX ||
	       opt->type == SOT_TYPE_UINT_SECONDS || opt->type == SOT_TYPE_UINT_NSECONDS ||
	       opt->type == SOT_TYPE_U8 || opt->type == SOT_TYPE_USHORT ||
	       opt->type == SOT_TYPE_U64;
}

static void put_number(uint8_t *value, int width, int64_t number)
{
	memcpy(value, &number, (size_t)width); /* the guest is little-endian */
}

static int64_t fitting_number(const struct sot_option *opt)
{
	return opt->has_range && (opt->min > 0 || opt->max < 0) ? opt->min : 0;
}

/* Writes what fits, and returns how long it is. len: what is asked for, -1: no matter. */
static int put_fitting(const struct sot_option *opt, const struct fitting *fit, uint8_t *value,
		       int len)
{
	int width = scalar_width(opt), least = sot_option_min_len(opt, false);
	int own = fit->len ? fit->len : width > least ? width : least;

	if (fit->fill)
		fit->fill(value, len < 0 ? own : len);
	else if (fit->bytes)
		memcpy(value, fit->bytes, (size_t)fit->len);
	else if (width)
		put_number(value, width, fit->set ? fit->number : fitting_number(opt));
	return own;
}

static bool fitting_call(const struct sot_option *opt, const struct trial *trial, enum probe probe,
			 uint8_t *value, struct call *call)
{
	int least = sot_option_min_len(opt, false), greatest = sot_option_max_len(opt, false);
	bool bound = greatest != SOT_LEN_ANY;
	int len;

	switch (probe) {
	case PROBE_ZERO:
		len = 0;
		break;
	case PROBE_LESS:
		len = least - 1;
		break;
	case PROBE_LEAST:
		len = least;
		break;
	case PROBE_GREATEST:
		len = bound ? greatest : -1;
		break;
	case PROBE_LONGER:
		len = bound ? greatest + 1 : -1;
		break;
	default:
		len = bound ? greatest + 64 : -1;
		break;
	}
	if (len < 0 || len > PROBE_ROOM)
		return false;
	put_fitting(opt, &trial->fit, value, probe > PROBE_GREATEST ? greatest : len);
	call->len = len;
	call->null = len == 0 && greatest == 0; /* without a value, some want no pointer either */
	return true;
}

static bool pointer_call(const struct sot_option *opt, const struct trial *trial, enum probe probe,
			 uint8_t *value, struct call *call)
{
	call->len = put_fitting(opt, &trial->fit, value, -1);
	if (!call->len)
		call->len = sot_option_max_len(opt, false) ? 4 : 0;
	call->null = probe == PROBE_NULL_POINTER;
	call->bad = probe == PROBE_BAD_POINTER;
	return call->len != 0;
}

/* Whether a scalar of that row can hold the number at all. */
static bool can_hold(const struct sot_option *opt, __int128 number)
{
	int bits = 8 * scalar_width(opt);
	__int128 least = is_unsigned(opt) ? 0 : -((__int128)1 << (bits - 1));
	__int128 most = ((__int128)1 << (is_unsigned(opt) ? bits : bits - 1)) - 1;

	return number >= least && number <= most;
}

static bool range_call(const struct sot_option *opt, enum probe probe, uint8_t *value,
		       struct call *call)
{
	__int128 number;

	if (!opt->has_range || !scalar_width(opt) || (probe == PROBE_ALSO && !opt->has_also))
		return false;
	number = probe == PROBE_BELOW ? (__int128)opt->min - 1 :
		 probe == PROBE_MIN   ? opt->min :
		 probe == PROBE_MAX   ? opt->max :
		 probe == PROBE_ABOVE ? (__int128)opt->max + 1 :
					opt->also;
	if (!can_hold(opt, number))
		return false;
	if ((probe == PROBE_BELOW || probe == PROBE_ABOVE) && opt->has_also && number == opt->also)
		return false;
	put_number(value, scalar_width(opt), (int64_t)number);
	call->len = scalar_width(opt);
	return true;
}

/* What needs the capability: any call, or the one that the trial names. */
static bool cap_call(const struct sot_option *opt, const struct trial *trial, enum probe probe,
		     uint8_t *value, struct call *call)
{
	const struct fitting *fit = trial->trigger.set ? &trial->trigger : &trial->fit;

	if (!opt->caps || trial->cap_untried)
		return false;
	if (opt->cap_when && !trial->trigger.set && !trial->cap_prepare)
		return false;
	if (probe == PROBE_CAP_SECOND && !(opt->caps & (opt->caps - 1)))
		return false;
	call->len = put_fitting(opt, fit, value, -1);
	call->null = call->len == 0 && sot_option_max_len(opt, false) == 0;
	return true;
}

bool make_call(const struct sot_option *opt, const struct trial *trial, enum probe probe,
	       uint8_t *value, struct call *call)
{
	*call = (struct call){ 0 };
	if (trial->without & 1U << probe)
		return false;
	if (probe == PROBE_FIT) {
		call->len = put_fitting(opt, &trial->fit, value, -1);
		if (opt->flags & SOT_OPT_GET_ONLY && call->len < 4)
			call->len = 4;
		call->null = call->len == 0 && sot_option_max_len(opt, false) == 0;
		return true;
	}
	if (opt->flags & SOT_OPT_GET_ONLY)
		return false;
	if (probe < PROBE_NULL_POINTER)
		return fitting_call(opt, trial, probe, value, call);
	if (probe < PROBE_BELOW)
		return pointer_call(opt, trial, probe, value, call);
	if (probe < PROBE_NOBODY)
		return range_call(opt, probe, value, call);
	if (probe == PROBE_NOBODY) {
		call->len = put_fitting(opt, &trial->fit, value, -1);
		call->null = call->len == 0 && sot_option_max_len(opt, false) == 0;
		return !opt->caps || opt->cap_when;
	}
	return cap_call(opt, trial, probe, value, call);
}
