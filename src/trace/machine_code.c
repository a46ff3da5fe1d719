/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "machine_code.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define ENDBR_LEN 4
#define SITE_LEN 5 /* arch/x86/include/asm/ftrace.h: MCOUNT_INSN_SIZE */
#define NEAR_LEN 5 /* of a call or jump with its 32-bit distance */
#define NEAR_CALL 0xe8
#define NEAR_JUMP 0xe9
#define BREAKPOINT 0xcc /* another's kprobe is there, of which the distance remains */

/*
 * endbr64, or what the kernel makes of it where nobody calls the function by a pointer
 * (gen_endbr_poison: arch/x86/include/asm/ibt.h; the last is that of 7.2).
 */
static const uint8_t endbr[][ENDBR_LEN] = {
	{ 0xf3, 0x0f, 0x1e, 0xfa },
	{ 0x66, 0x0f, 0x1f, 0x00 },
	{ 0x0f, 0x1f, 0x40, 0xd6 },
};

/*
 * The site while nobody traces the function (arch/x86/include/asm/nops.h: BYTES_NOP5); else it is a
 * call, or for fexit a jump (CONFIG_DYNAMIC_FTRACE_WITH_JMP, in 7.2).
 */
static const uint8_t nop[SITE_LEN] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 };

int sot_x86_body(const uint8_t *text, size_t len)
{
	int offset = 0;
	size_t i;

	if (len < ENDBR_LEN + SITE_LEN)
		return -ENOENT;
	for (i = 0; i < sizeof(endbr) / sizeof(endbr[0]); i++)
		if (!memcmp(text, endbr[i], ENDBR_LEN))
			offset = ENDBR_LEN;
	if (memcmp(text + offset, nop, SITE_LEN) && text[offset] != NEAR_CALL &&
	    text[offset] != NEAR_JUMP)
		return -ENOENT;
	return offset + SITE_LEN;
}

/* The place of one call, if no other instruction goes there. */
struct found {
	int offset, calls, jumps;
};

static void note(struct found *found, size_t offset, bool is_call)
{
	found->offset = (int)offset;
	if (is_call)
		found->calls++;
	else
		found->jumps++;
}

static int sole_call(const struct found *found)
{
	return found->calls == 1 && !found->jumps && found->offset ? found->offset : -ENOENT;
}

/*
 * Instructions are not told apart: bytes that are none, but lead to that very address, are hardly
 * met, and the kernel refuses a probe that would not stand at an instruction (can_probe:
 * arch/x86/kernel/kprobes/core.c).
 */
int sot_x86_call(const uint8_t *text, size_t len, uint64_t address, uint64_t callee)
{
	struct found found = { 0 };
	int32_t distance;
	size_t i;

	for (i = 0; i + NEAR_LEN <= len; i++) {
		if (text[i] != NEAR_CALL && text[i] != NEAR_JUMP && text[i] != BREAKPOINT)
			continue;
		memcpy(&distance, text + i + 1, sizeof(distance));
		if (address + i + NEAR_LEN + (uint64_t)(int64_t)distance == callee)
			note(&found, i, text[i] != NEAR_JUMP);
	}
	return sole_call(&found);
}

/* bl and b: 26 bits of words, from the instruction itself. */
int sot_arm64_call(const uint8_t *text, size_t len, uint64_t address, uint64_t callee)
{
	struct found found = { 0 };
	uint32_t insn;
	int32_t words;
	size_t i;

	for (i = 0; i + sizeof(insn) <= len; i += sizeof(insn)) {
		memcpy(&insn, text + i, sizeof(insn));
		if ((insn & 0x7c000000) != 0x14000000)
			continue;
		words = (int32_t)(insn << 6) >> 6;
		if (address + i + (uint64_t)((int64_t)words * 4) == callee)
			note(&found, i, insn >> 31);
	}
	return sole_call(&found);
}
