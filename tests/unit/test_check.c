/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "unit.h"

#include "effect.h"
#include "make_event.h"
#include "record.h"

/* Numbers of the options that the rows use. */
enum {
	SOCKET = 1,
	REUSEADDR = 2,
	LINGER = 13,
	SNDTIMEO = 21,
	ATTACH_FILTER = 26,
	IPV6 = 41,
	UNICAST_HOPS = 16,
	V6ONLY = 26,
	MSFILTER = 48,
	TCP = 6,
	NODELAY = 1,
	INFO = 11,
	FASTOPEN_KEY = 33,
};

#define KERNEL_POINTER 0xffff888000000000ULL
#define USER_POINTER_MAX 0x7fffffffffffffffULL

/* A value that was not read, and the usual ways to come to it. */
#define UNREAD(_len, _ret) OPTLEN(_len), .ret = (_ret)
#define NULL_VALUE(_len, _ret) .null = true, OPTLEN(_len), .ret = (_ret)
#define REUSE .level = SOCKET, .optname = REUSEADDR
#define HOPS .socket = TCP6, .level = IPV6, .optname = UNICAST_HOPS

#define STATE(_num)                                 \
	&(const struct made_state)                  \
	{                                           \
		SOT_EFFECT_SOL_SOCKET_SO_REUSEADDR, \
		{                                   \
			_num                        \
		}                                   \
	}
#define FILTER(...)                 \
	&(const struct made_filter) \
	{                           \
		__VA_ARGS__         \
	}

#define BY_PROGRAM .abi = SOT_ABI_BPF, .optval = 0xffffc90000013e5cULL

#define F(_flag) SOT_FLAG_##_flag

/*
 * Each row: a call and all the flags that it must have. A row with `near` is all but the
 * case of that flag. Every flag needs a row that has it alone, and a near miss.
 */
struct check_row {
	struct call call;
	uint32_t flags, near;
};

static const struct check_row rows[] = {
	{ { "a good call", REUSE, VALUE_INT(1) }, 0 },

	{ { "a BPF program's value", REUSE, VALUE_INT(1), BY_PROGRAM }, 0, F(KERNEL_OPTVAL) },
	{ { "a BPF program's value, not read", REUSE, UNREAD(4, -EINVAL), BY_PROGRAM },
	  F(UNREAD_OPTVAL) },
	{ { "a BPF program's own option", .level = TCP, .optname = 1001, VALUE_INT(1), BY_PROGRAM },
	  0,
	  F(UNKNOWN_OPTION) },
	{ { "a BPF program's option that is none", .level = TCP, .optname = 9999, VALUE_INT(1),
	    .ret = -EINVAL, BY_PROGRAM },
	  F(UNKNOWN_OPTION) },
	{ { "NULL", REUSE, NULL_VALUE(4, -EFAULT) }, F(NULL_OPTVAL) },
	{ { "NULL, refused for another reason", REUSE, NULL_VALUE(4, -EBADF), .socket = BAD_FD },
	  F(NULL_OPTVAL) },
	{ { "NULL with optlen 0", REUSE, NULL_VALUE(0, -EINVAL) },
	  F(SHORT_OPTLEN),
	  F(NULL_OPTVAL) },
	{ { "NULL and negative", REUSE, NULL_VALUE(-4, -EINVAL) },
	  F(NULL_OPTVAL) | F(NEGATIVE_OPTLEN) },
	{ { "NULL where it is taken", HOPS, NULL_VALUE(4, 0) }, 0, F(NULL_OPTVAL) },
	{ { "NULL where it is taken, refused", HOPS, NULL_VALUE(4, -ENOPROTOOPT) },
	  0,
	  F(NULL_OPTVAL) },
	{ { "NULL for an option unknown to us, not to the kernel", .level = SOCKET, .optname = 9999,
	    NULL_VALUE(4, -EFAULT) },
	  F(UNKNOWN_OPTION) | F(NULL_OPTVAL) },
	{ { "NULL for an option that nobody knows", .level = SOCKET, .optname = 9999,
	    NULL_VALUE(4, -ENOPROTOOPT) },
	  F(UNKNOWN_OPTION),
	  F(NULL_OPTVAL) },
	{ { "NULL for an option that cannot be set", .level = TCP, .optname = INFO,
	    NULL_VALUE(4, -ENOPROTOOPT) },
	  0,
	  F(NULL_OPTVAL) },
	{ { "NULL for an option that cannot be set, and read", .level = TCP, .optname = INFO,
	    NULL_VALUE(4, -EFAULT) },
	  F(NULL_OPTVAL) },
	{ { "NULL on multipath TCP, return not seen", .socket = MPTCP4, REUSE, NULL_VALUE(4, 0),
	    .clear = SOT_HAVE_RET },
	  F(NO_RETURN),
	  F(NULL_OPTVAL) },
	{ { "NULL, return not seen", REUSE, NULL_VALUE(4, 0), .clear = SOT_HAVE_RET },
	  F(NULL_OPTVAL) | F(NO_RETURN) },

	{ { "bad pointer", REUSE, UNREAD(4, -EFAULT) }, F(BAD_OPTVAL) },
	{ { "bad pointer that is NULL, where NULL is taken", HOPS, NULL_VALUE(4, -EFAULT) },
	  F(BAD_OPTVAL) },
	{ { "EFAULT with the value readable", .level = SOCKET, .optname = ATTACH_FILTER,
	    VALUE("\1\0\0\0\0\0\0\0\0\20\0\0\0\0\0\0"), .ret = -EFAULT },
	  0,
	  F(BAD_OPTVAL) },
	{ { "EFAULT with the value readable at return", REUSE, VALUE_INT(1), .ret = -EFAULT,
	    .set = SOT_VALUE_AT_EXIT },
	  0,
	  F(BAD_OPTVAL) },
	{ { "EFAULT with the value's end not readable", REUSE, VALUE("\1\0"), OPTLEN(4),
	    .ret = -EFAULT, .set = SOT_VALUE_END_BAD },
	  F(BAD_OPTVAL) },
	{ { "EFAULT, values not asked for", REUSE, UNREAD(4, -EFAULT), .set = SOT_VALUE_UNWANTED },
	  0,
	  F(BAD_OPTVAL) },
	{ { "EFAULT of a secret", .level = TCP, .optname = FASTOPEN_KEY, UNREAD(16, -EFAULT),
	    .set = SOT_VALUE_SECRET },
	  0,
	  F(BAD_OPTVAL) },
	{ { "unread, another error", REUSE, UNREAD(4, -EPERM) }, F(UNREAD_OPTVAL), F(BAD_OPTVAL) },
	{ { "unread, success", REUSE, UNREAD(4, 0) }, F(UNREAD_OPTVAL), F(BAD_OPTVAL) },

	{ { "kernel pointer", REUSE, UNREAD(4, -EFAULT), .optval = KERNEL_POINTER },
	  F(KERNEL_OPTVAL) },
	{ { "kernel pointer, optlen 0", .level = IPV6, .socket = TCP6, .optname = 57, UNREAD(0, 0),
	    .optval = UINT64_MAX },
	  F(KERNEL_OPTVAL) },
	{ { "highest pointer of the user's half", REUSE, UNREAD(4, -EFAULT),
	    .optval = USER_POINTER_MAX },
	  F(BAD_OPTVAL),
	  F(KERNEL_OPTVAL) },
	{ { "highest pointer of a 32-bit caller", REUSE, UNREAD(4, -EFAULT), .optval = UINT32_MAX,
	    .abi = SOT_ABI_I386 },
	  F(BAD_OPTVAL),
	  F(KERNEL_OPTVAL) },

	{ { "tagged pointer of arm64", REUSE, UNREAD(4, -EFAULT), .optval = 0xff00ffff00000000,
	    .abi = SOT_ABI_ARM64 },
	  F(BAD_OPTVAL),
	  F(KERNEL_OPTVAL) },
	{ { "kernel pointer of arm64", REUSE, UNREAD(4, -EFAULT), .optval = 0xffff800080000000,
	    .abi = SOT_ABI_ARM64 },
	  F(KERNEL_OPTVAL) },
	{ { "tagged kernel pointer of arm64", REUSE, UNREAD(4, -EFAULT),
	    .optval = 0x00ff800080000000, .abi = SOT_ABI_IO_URING, .set = SOT_ON_ARM64 },
	  F(KERNEL_OPTVAL) },

	{ { "unread, not asked for", REUSE, UNREAD(4, 0), .set = SOT_VALUE_UNWANTED },
	  0,
	  F(UNREAD_OPTVAL) },
	{ { "unread, secret", .level = TCP, .optname = FASTOPEN_KEY, UNREAD(16, 0),
	    .set = SOT_VALUE_SECRET },
	  0,
	  F(UNREAD_OPTVAL) },
	{ { "unread, nothing to read", .level = IPV6, .socket = TCP6, .optname = 57, UNREAD(0, 0) },
	  0,
	  F(UNREAD_OPTVAL) },
	{ { "unread, negative", REUSE, UNREAD(-1, -EINVAL) },
	  F(NEGATIVE_OPTLEN),
	  F(UNREAD_OPTVAL) },

	{ { "negative", REUSE, UNREAD(-1, -EINVAL) }, F(NEGATIVE_OPTLEN) },
	{ { "INT32_MIN", REUSE, UNREAD(INT32_MIN, -EINVAL) }, F(NEGATIVE_OPTLEN) },
	{ { "negative but taken", REUSE, UNREAD(-1, 0) }, 0, F(NEGATIVE_OPTLEN) },
	{ { "0 is not negative", REUSE, UNREAD(0, -EINVAL) }, F(SHORT_OPTLEN), F(NEGATIVE_OPTLEN) },
	{ { "negative, unknown option", .level = SOCKET, .optname = 9999, UNREAD(-1, -EINVAL) },
	  F(NEGATIVE_OPTLEN) | F(UNKNOWN_OPTION) },

	{ { "one byte short", REUSE, VALUE("\1\0\0"), .ret = -EINVAL }, F(SHORT_OPTLEN) },
	{ { "struct one byte short", .level = SOCKET, .optname = LINGER, VALUE("\1\0\0\0\5\0\0"),
	    .ret = -EINVAL },
	  F(SHORT_OPTLEN) },
	{ { "long enough, refused", REUSE, VALUE_INT(1), .ret = -EINVAL }, 0, F(SHORT_OPTLEN) },
	{ { "short but taken", REUSE, VALUE("\1\0\0"), .ret = 0 }, 0, F(SHORT_OPTLEN) },
	{ { "short on multipath TCP", .socket = MPTCP4, REUSE, VALUE("\1\0"), .ret = -EINVAL },
	  F(SHORT_OPTLEN) },
	{ { "short on multipath TCP, return not seen", .socket = MPTCP4, REUSE, VALUE("\1\0"),
	    .clear = SOT_HAVE_RET },
	  F(NO_RETURN),
	  F(SHORT_OPTLEN) },
	{ { "short on TCP, return not seen", REUSE, VALUE("\1\0"), .clear = SOT_HAVE_RET },
	  F(NO_RETURN) | F(SHORT_OPTLEN) },
	{ { "long enough for 32 bits", .level = SOCKET, .optname = SNDTIMEO,
	    VALUE("\1\0\0\0\2\0\0\0"), .ret = -EDOM, .abi = SOT_ABI_I386 },
	  0,
	  F(SHORT_OPTLEN) },
	{ { "not long enough for 64 bits", .level = SOCKET, .optname = SNDTIMEO,
	    VALUE("\1\0\0\0\2\0\0\0"), .ret = -EINVAL },
	  F(SHORT_OPTLEN) },

	{ { "one byte long", REUSE, VALUE("\1\0\0\0\0") }, F(LONG_OPTLEN) },
	{ { "one byte long, refused", REUSE, VALUE("\1\0\0\0\0"), .ret = -EINVAL },
	  F(LONG_OPTLEN) },
	{ { "as long as the type", .level = SOCKET, .optname = LINGER, VALUE("\1\0\0\0\5\0\0\0") },
	  0,
	  F(LONG_OPTLEN) },
	{ { "of any length", .level = TCP, .optname = INFO, VALUE("0123456789"),
	    .ret = -ENOPROTOOPT },
	  0,
	  F(LONG_OPTLEN) },

	{ { "huge", .level = TCP, .optname = INFO, VALUE("0123456789"), OPTLEN(64 * 1024 + 1),
	    .ret = -ENOPROTOOPT },
	  F(HUGE_OPTLEN) },
	{ { "huge and long", REUSE, VALUE_INT(1), OPTLEN(INT32_MAX) },
	  F(HUGE_OPTLEN) | F(LONG_OPTLEN) },
	{ { "64 KiB", .level = TCP, .optname = INFO, VALUE("0123456789"), OPTLEN(64 * 1024),
	    .ret = -ENOPROTOOPT },
	  0,
	  F(HUGE_OPTLEN) },
	{ { "huge, of variable size", .socket = TCP6, .level = IPV6, .optname = MSFILTER,
	    VALUE("0123456789"), OPTLEN(1 << 20), .ret = -ENOBUFS },
	  0,
	  F(HUGE_OPTLEN) },
	{ { "huge, unknown option", .level = SOCKET, .optname = 9999, VALUE_INT(1), OPTLEN(1 << 20),
	    .ret = -ENOPROTOOPT },
	  F(UNKNOWN_OPTION),
	  F(HUGE_OPTLEN) },

	{ { "above the range", HOPS, VALUE_INT(256), .ret = -EINVAL }, F(OUT_OF_RANGE) },
	{ { "below the range", HOPS, VALUE_INT(-2), .ret = -EINVAL }, F(OUT_OF_RANGE) },
	{ { "above the range, return not seen", HOPS, VALUE_INT(256), .clear = SOT_HAVE_RET },
	  F(OUT_OF_RANGE) | F(NO_RETURN) },
	{ { "greatest of the range, refused", HOPS, VALUE_INT(255), .ret = -EINVAL },
	  0,
	  F(OUT_OF_RANGE) },
	{ { "least of the range, refused", HOPS, VALUE_INT(-1), .ret = -EINVAL },
	  0,
	  F(OUT_OF_RANGE) },
	{ { "above the range but taken", HOPS, VALUE_INT(256) }, 0, F(OUT_OF_RANGE) },

	{ { "unknown level", .level = 77, .optname = 2, VALUE_INT(1), .ret = -ENOPROTOOPT },
	  F(UNKNOWN_LEVEL) },
	{ { "negative level", .level = -1, .optname = -1, VALUE_INT(1), .ret = -ENOPROTOOPT },
	  F(UNKNOWN_LEVEL) },
	{ { "unknown level of an unknown socket", .socket = BAD_FD, .level = 77, .optname = 2,
	    VALUE_INT(1), .ret = -EBADF },
	  F(UNKNOWN_LEVEL) },
	{ { "level of another family", .socket = UNIX_STREAM, .level = TCP, .optname = NODELAY,
	    VALUE_INT(1), .ret = -EOPNOTSUPP },
	  F(UNKNOWN_LEVEL) },
	{ { "level of another protocol", .socket = UDP4, .level = TCP, .optname = NODELAY,
	    VALUE_INT(1), .ret = -ENOPROTOOPT },
	  F(UNKNOWN_LEVEL) },
	{ { "level of another family, no more to accuse of", .socket = UNIX_STREAM, .level = TCP,
	    .optname = NODELAY, VALUE("\1\0"), .ret = -EOPNOTSUPP },
	  F(UNKNOWN_LEVEL) },
	{ { "level of another family, NULL", .socket = UNIX_STREAM, .level = TCP,
	    .optname = NODELAY, NULL_VALUE(4, -EOPNOTSUPP) },
	  F(UNKNOWN_LEVEL),
	  F(NULL_OPTVAL) },
	{ { "level of another family, out of range", .socket = UNIX_STREAM, .level = IPV6,
	    .optname = UNICAST_HOPS, VALUE_INT(256), .ret = -EOPNOTSUPP },
	  F(UNKNOWN_LEVEL),
	  F(OUT_OF_RANGE) },
	{ { "level assumed: the descriptor is no socket", .socket = NO_SOCKET, .level = TCP,
	    .optname = NODELAY, VALUE_INT(1), .ret = -ENOTSOCK },
	  0,
	  F(UNKNOWN_LEVEL) },
	{ { "level assumed: the descriptor is not known", .socket = BAD_FD, .level = TCP,
	    .optname = NODELAY, VALUE_INT(1), .ret = -EBADF },
	  0,
	  F(UNKNOWN_LEVEL) },
	{ { "level of every family", .socket = UNIX_STREAM, REUSE, VALUE_INT(1) },
	  0,
	  F(UNKNOWN_LEVEL) },

	{ { "unknown option", .level = SOCKET, .optname = 9999, VALUE_INT(1), .ret = -ENOPROTOOPT },
	  F(UNKNOWN_OPTION) },
	{ { "option of an unknown level", .level = 77, .optname = 9999, VALUE_INT(1),
	    .ret = -ENOPROTOOPT },
	  F(UNKNOWN_LEVEL),
	  F(UNKNOWN_OPTION) },

	{ { "another value at return", REUSE, VALUE_INT(1), .later = "\2\0\0\0" },
	  F(OPTVAL_CHANGED) },
	{ { "the same value at return", REUSE, VALUE_INT(1), .later = "\1\0\0\0" },
	  0,
	  F(OPTVAL_CHANGED) },
	{ { "not read again", REUSE, VALUE_INT(1) }, 0, F(OPTVAL_CHANGED) },
	{ { "another value at return, and in the kernel", REUSE, VALUE_INT(1), .later = "\2\0\0\0",
	    .filter = FILTER(0, SOCKET, REUSEADDR, 4, "\2\0\0\0", 4) },
	  F(OPTVAL_CHANGED),
	  F(REWRITTEN) },

	{ { "the kernel holds something else", REUSE, VALUE_INT(1), .state = STATE(0) },
	  F(EFFECT_MISMATCH) },
	{ { "the kernel holds it", REUSE, VALUE_INT(1), .state = STATE(1) },
	  0,
	  F(EFFECT_MISMATCH) },
	{ { "the kernel refused it", REUSE, VALUE_INT(1), .ret = -EPERM, .state = STATE(0) },
	  0,
	  F(EFFECT_MISMATCH) },
	{ { "held, return not seen", REUSE, VALUE_INT(1), .clear = SOT_HAVE_RET,
	    .state = STATE(0) },
	  F(NO_RETURN),
	  F(EFFECT_MISMATCH) },
	{ { "held, but not known what was asked for", REUSE, UNREAD(4, 0),
	    .set = SOT_VALUE_UNWANTED, .state = STATE(0) },
	  0,
	  F(EFFECT_MISMATCH) },
	{ { "held by another structure", REUSE, VALUE_INT(1), .socket = MPTCP4, .state = STATE(0) },
	  0,
	  F(EFFECT_MISMATCH) },
	{ { "state of another option", .level = SOCKET, .optname = LINGER,
	    VALUE("\1\0\0\0\5\0\0\0"), .state = STATE(0) },
	  0,
	  F(EFFECT_MISMATCH) },

	{ { "swallowed", REUSE, VALUE_INT(1), .filter = FILTER(1, SOCKET, REUSEADDR, 4) },
	  F(REWRITTEN) },
	{ { "another level", REUSE, VALUE_INT(1), .filter = FILTER(0, IPV6, REUSEADDR, 4) },
	  F(REWRITTEN) },
	{ { "another option", REUSE, VALUE_INT(1), .filter = FILTER(0, SOCKET, LINGER, 4) },
	  F(REWRITTEN) },
	{ { "another length", REUSE, VALUE_INT(1), .filter = FILTER(0, SOCKET, REUSEADDR, 8) },
	  F(REWRITTEN) },
	{ { "another value", REUSE, VALUE_INT(1),
	    .filter = FILTER(0, SOCKET, REUSEADDR, 4, "\2\0\0\0", 4) },
	  F(REWRITTEN) },
	{ { "looked at", REUSE, VALUE_INT(1),
	    .filter = FILTER(0, SOCKET, REUSEADDR, 4, "\1\0\0\0", 4) },
	  0,
	  F(REWRITTEN) },
	{ { "left the caller's value", REUSE, VALUE_INT(1),
	    .filter = FILTER(0, SOCKET, REUSEADDR, 4) },
	  0,
	  F(REWRITTEN) },
	{ { "value not known", REUSE, UNREAD(4, 0), .set = SOT_VALUE_UNWANTED,
	    .filter = FILTER(0, SOCKET, REUSEADDR, 4, "\2\0\0\0", 4) },
	  0,
	  F(REWRITTEN) },
	{ { "refused by the program", REUSE, VALUE_INT(1), .ret = -EPERM,
	    .filter = FILTER(-EPERM, SOCKET, LINGER, 4) },
	  0,
	  F(REWRITTEN) },

	{ { "return not seen", REUSE, VALUE_INT(1), .clear = SOT_HAVE_RET }, F(NO_RETURN) },
	{ { "return seen, positive", REUSE, VALUE_INT(1), .ret = 1 }, 0, F(NO_RETURN) },
};

static struct sot_record rec;
static union made_event made;

static uint32_t flags_of(const struct call *call)
{
	event_make(&made, call);
	assert_int_equal(sot_decode(&made, made.ev.size, NULL, &rec), 0);
	sot_check(&rec);
	return rec.flags;
}

static void table(void **state)
{
	uint32_t flags;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		flags = flags_of(&rows[i].call);
		assert_row(flags == rows[i].flags, rows[i].call.name, "flags %#x, not %#x", flags,
			   rows[i].flags);
		assert_row(!(rows[i].flags & rows[i].near), rows[i].call.name, "no near miss");
	}
}

/* A flag without its own call, or without a near miss, is not tested. */
static void every_flag_has_rows(void **state)
{
	uint32_t alone = 0, near = 0;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		near |= rows[i].near;
		if (!(rows[i].flags & (rows[i].flags - 1)))
			alone |= rows[i].flags;
	}
	for (i = 0; i < SOT_FLAG_COUNT; i++) {
		assert_row(alone >> i & 1, sot_flag_info[i].name, "no call has it alone");
		assert_row(near >> i & 1, sot_flag_info[i].name, "no near miss");
	}
}

static const uint64_t pointers[] = { 0, 0x1000, USER_OPTVAL, KERNEL_POINTER };
static const int lengths[] = { INT32_MIN, -1, 0, 1, 3, 4, 8, 16, 128, 65537, INT32_MAX };

/* Calls `check` with every option of the catalogue, pointer and length, all returning `ret`. */
static void each_call(int ret, const void *value, size_t value_len,
		      void (*check)(const struct call *call))
{
	struct call call = { .value = value, .value_len = value_len, .has_optlen = true };
	size_t option, pointer, length;

	call.ret = ret;
	for (option = 0; option < sot_options_count; option++) {
		call.name = sot_options[option].name;
		call.level = sot_levels[sot_options[option].level].number;
		call.optname = sot_options[option].optname;
		call.socket = call.level == IPV6 ? TCP6 : call.level == 17 ? UDP4 : TCP4;
		for (pointer = 0; pointer < COUNT(pointers); pointer++) {
			call.optval = pointers[pointer];
			call.null = !call.optval;
			for (length = 0; length < COUNT(lengths); length++) {
				call.optlen = lengths[length];
				check(&call);
			}
		}
	}
}

static void not_accused(const struct call *call)
{
	const uint32_t never = F(NULL_OPTVAL) | F(BAD_OPTVAL) | F(NEGATIVE_OPTLEN) |
			       F(SHORT_OPTLEN) | F(OUT_OF_RANGE) | F(NO_RETURN);

	assert_row(!(flags_of(call) & never), call->name, "flags %#x, pointer %#llx, optlen %d",
		   rec.flags, (unsigned long long)made.ev.optval, call->optlen);
}

static void success_is_not_accused(void **state)
{
	static const uint8_t ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255,
					  255, 255, 255, 255, 255, 255, 255, 255 };

	(void)state;
	each_call(0, NULL, 0, not_accused);
	each_call(0, ones, sizeof(ones), not_accused);
	each_call(1, ones, 4, not_accused);
}

static void pointer_accused(const struct call *call)
{
	if (call->optlen <= 0)
		return;
	assert_row(flags_of(call) & (F(NULL_OPTVAL) | F(BAD_OPTVAL) | F(KERNEL_OPTVAL)), call->name,
		   "flags %#x, pointer %#llx, optlen %d", rec.flags,
		   (unsigned long long)made.ev.optval, call->optlen);
}

static void efault_is_the_pointer(void **state)
{
	(void)state;
	each_call(-EFAULT, NULL, 0, pointer_accused);
}

/* At most one flag tells what is wrong with the pointer. */
static void one_pointer_flag(const struct call *call)
{
	uint32_t flags = flags_of(call) &
			 (F(NULL_OPTVAL) | F(BAD_OPTVAL) | F(KERNEL_OPTVAL) | F(UNREAD_OPTVAL));

	assert_row(!(flags & (flags - 1)), call->name, "flags %#x", flags);
}

static void pointer_flags_exclude_each_other(void **state)
{
	(void)state;
	each_call(-EFAULT, NULL, 0, one_pointer_flag);
	each_call(-EINVAL, NULL, 0, one_pointer_flag);
	each_call(0, NULL, 0, one_pointer_flag);
}

/* Of secrets and of values not asked for, nothing is said that would need the value. */
static void unwanted_is_not_unread(const struct call *call)
{
	struct call unwanted = *call;

	unwanted.set = SOT_VALUE_UNWANTED;
	assert_false(flags_of(&unwanted) & (F(UNREAD_OPTVAL) | F(BAD_OPTVAL)));
	unwanted.set = SOT_VALUE_SECRET;
	assert_false(flags_of(&unwanted) & (F(UNREAD_OPTVAL) | F(BAD_OPTVAL)));
}

static void no_values_is_not_unread(void **state)
{
	(void)state;
	each_call(0, NULL, 0, unwanted_is_not_unread);
	each_call(-EFAULT, NULL, 0, unwanted_is_not_unread);
}

/* No row of the catalogue takes its length as the value yet; such a row is made here. */
static void length_is_the_value(void **state)
{
	static const struct call call = { REUSE, UNREAD(3, -EINVAL) };
	static const struct call null = { REUSE, NULL_VALUE(3, -EINVAL) };
	struct sot_option option;

	(void)state;
	flags_of(&call);
	option = *rec.option;
	option.flags = SOT_OPT_LEN_IS_VALUE;
	option.has_len = true;
	option.min_len = 0;
	option.max_len = SOT_LEN_ANY;
	rec.option = &option;
	sot_check(&rec);
	assert_int_equal(rec.flags, 0);
	flags_of(&null);
	rec.option = &option;
	sot_check(&rec);
	assert_int_equal(rec.flags, 0);
}

static void flags_are_described(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SOT_FLAG_COUNT; i++) {
		assert_true(strspn(sot_flag_info[i].name, "abcdefghijklmnopqrstuvwxyz_") ==
			    strlen(sot_flag_info[i].name));
		assert_true(strlen(sot_flag_info[i].doc) > 10);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(every_flag_has_rows),
		cmocka_unit_test(success_is_not_accused),
		cmocka_unit_test(efault_is_the_pointer),
		cmocka_unit_test(pointer_flags_exclude_each_other),
		cmocka_unit_test(no_values_is_not_unread),
		cmocka_unit_test(length_is_the_value),
		cmocka_unit_test(flags_are_described),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
