/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a call is accused of. The kernel is the judge: a call that it took is never
 * said to have had a bad pointer, a short or negative length or a refused value.
 */
#include <errno.h>
#include <string.h>

#include "effect.h"
#include "record.h"

#define HUGE_OPTLEN (64 * 1024)
#define MPTCP 262 /* include/uapi/linux/in.h: IPPROTO_MPTCP */

const struct sot_flag_info sot_flag_info[SOT_FLAG_COUNT] = {
#define FLAG(_id, _name, _doc) [SOT_FLAG_BIT_##_id] = { _name, _doc },
#include "flags.def"
#undef FLAG
};

static bool faulted(const struct sot_event *ev)
{
	return (ev->have & SOT_HAVE_RET) && ev->ret == -EFAULT;
}

/*
 * The kernel took it, or may have: multipath TCP takes for several options what no other socket
 * takes (net/mptcp/sockopt.c), so of such a call without return nothing is known.
 */
static bool may_have_succeeded(const struct sot_event *ev)
{
	return (ev->have & SOT_HAVE_RET) ? ev->ret >= 0 :
					   (ev->have & SOT_HAVE_SOCKET) && ev->protocol == MPTCP;
}

/* The socket is known, and has no such level: its name is but what the caller may have meant. */
static bool level_is_foreign(const struct sot_record *rec)
{
	return (rec->ev->have & SOT_HAVE_SOCKET) && rec->level_assumed;
}

/* The row whose bounds hold for this call; NULL: the kernel may take the number for another. */
static const struct sot_option *sure_option(const struct sot_record *rec)
{
	return level_is_foreign(rec) ? NULL : rec->option;
}

/* Of an option unknown to us, or not to be set, only the kernel can say that it wanted a value. */
static bool null_is_wrong(const struct sot_record *rec)
{
	const struct sot_option *opt = sure_option(rec);

	if (!opt || (opt->flags & SOT_OPT_GET_ONLY))
		return faulted(rec->ev);
	return !(opt->flags & (SOT_OPT_NULL_OK | SOT_OPT_LEN_IS_VALUE));
}

/* Bytes that the caller offered and that we tried to read are not there. */
static bool value_missing(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;

	if (ev->have & SOT_VALUE_END_BAD)
		return true;
	return !(ev->have & (SOT_HAVE_VALUE | SOT_VALUE_UNWANTED | SOT_VALUE_SECRET));
}

/* arm64 passes over the top byte: it may be a tag (Documentation/arch/arm64/tagged-pointers.rst). */
static bool in_kernel_half(const struct sot_event *ev)
{
	return ev->optval >> (ev->have & SOT_ON_ARM64 ? 55 : 63) & 1;
}

static uint32_t check_pointer(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;

	if (rec->by_program) /* its value is the kernel's memory, as the verifier saw to */
		return ev->optlen > 0 && value_missing(rec) ? SOT_FLAG_UNREAD_OPTVAL : 0;
	if (in_kernel_half(ev))
		return SOT_FLAG_KERNEL_OPTVAL;
	if (!ev->optlen || may_have_succeeded(ev))
		goto unread;
	if (!ev->optval && null_is_wrong(rec))
		return SOT_FLAG_NULL_OPTVAL;
	if (faulted(ev) && value_missing(rec))
		return SOT_FLAG_BAD_OPTVAL;
unread:
	/* NULL where it is taken, and a length that is the value, are not read by the kernel either */
	if (ev->optlen > 0 && ev->optval && value_missing(rec) &&
	    !(rec->option && (rec->option->flags & SOT_OPT_LEN_IS_VALUE)))
		return SOT_FLAG_UNREAD_OPTVAL;
	return 0;
}

static uint32_t check_length(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	const struct sot_option *opt = sure_option(rec);
	bool compat = sot_compat_layout(rec, opt);
	uint32_t flags = 0;

	if (ev->optlen < 0)
		return may_have_succeeded(ev) ? 0 : SOT_FLAG_NEGATIVE_OPTLEN;
	if (!opt)
		return 0;
	if (ev->optlen < sot_option_min_len(opt, compat) && !may_have_succeeded(ev))
		flags |= SOT_FLAG_SHORT_OPTLEN;
	if (ev->optlen > sot_option_max_len(opt, compat))
		flags |= SOT_FLAG_LONG_OPTLEN;
	if (ev->optlen > HUGE_OPTLEN && !(opt->flags & SOT_OPT_VARIABLE))
		flags |= SOT_FLAG_HUGE_OPTLEN;
	return flags;
}

static uint32_t check_names(const struct sot_record *rec)
{
	if (!rec->level || level_is_foreign(rec))
		return SOT_FLAG_UNKNOWN_LEVEL;
	/* some are for BPF programs alone, and no catalogue of setsockopt's (enum TCP_BPF_IW on) */
	if (rec->by_program && may_have_succeeded(rec->ev))
		return 0;
	return rec->option ? 0 : SOT_FLAG_UNKNOWN_OPTION;
}

/*
 * The kernel got other arguments than the caller gave, or never saw the call. A program of a
 * cgroup that only looked leaves all of it as it was.
 */
static bool was_rewritten(const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	size_t len = ev->given.len < rec->bytes_len ? ev->given.len : rec->bytes_len;

	if (!(ev->have & SOT_HAVE_FILTER) || ev->filter_ret < 0)
		return false;
	if (sot_was_swallowed(rec) || ev->given_level != ev->level ||
	    ev->given_optname != ev->optname || ev->given_optlen != ev->optlen)
		return true;
	/* of a value that changed meanwhile nobody knows which the program was shown */
	return !rec->changed && memcmp(sot_given(rec), rec->bytes, len) != 0;
}

void sot_check(struct sot_record *rec)
{
	rec->flags = check_pointer(rec) | check_length(rec) | check_names(rec);
	if (rec->out_of_range && sure_option(rec) && !may_have_succeeded(rec->ev))
		rec->flags |= SOT_FLAG_OUT_OF_RANGE;
	if (rec->changed)
		rec->flags |= SOT_FLAG_OPTVAL_CHANGED;
	if (sot_effect_mismatch(rec))
		rec->flags |= SOT_FLAG_EFFECT_MISMATCH;
	if (was_rewritten(rec))
		rec->flags |= SOT_FLAG_REWRITTEN;
	if (!(rec->ev->have & SOT_HAVE_RET))
		rec->flags |= SOT_FLAG_NO_RETURN;
}
