/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Classic BPF as text: every instruction that the kernel takes, by its headers' own names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/filter.h>

#include "value_decode.h"

#define PC 10

struct insn_case {
	struct sock_filter insn;
	const char *text;
};

#define K(_code, _k, _text)                \
	{                                  \
		BPF_STMT(_code, _k), _text \
	}
#define J(_code, _k, _jt, _jf, _text)                \
	{                                            \
		BPF_JUMP(_code, _k, _jt, _jf), _text \
	}
#define AD(_size, _which, _text) \
	K(BPF_LD | _size | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_##_which), _text)

static const struct insn_case valid[] = {
	K(BPF_LD | BPF_IMM, 0xffffffff, "ld #0xffffffff"),
	K(BPF_LDX | BPF_IMM, 16, "ldx #0x10"),
	K(BPF_LD | BPF_W | BPF_ABS, 26, "ld [26]"),
	K(BPF_LD | BPF_H | BPF_ABS, 12, "ldh [12]"),
	K(BPF_LD | BPF_B | BPF_ABS, 23, "ldb [23]"),
	K(BPF_LD | BPF_W | BPF_IND, 14, "ld [x + 14]"),
	K(BPF_LD | BPF_H | BPF_IND, 16, "ldh [x + 16]"),
	K(BPF_LD | BPF_B | BPF_IND, (uint32_t)-4, "ldb [x + -4]"),
	K(BPF_LD | BPF_MEM, 15, "ld M[15]"),
	K(BPF_LDX | BPF_MEM, 0, "ldx M[0]"),
	K(BPF_LD | BPF_W | BPF_LEN, 0, "ld #len"),
	K(BPF_LDX | BPF_W | BPF_LEN, 0, "ldx #len"),
	K(BPF_LDX | BPF_B | BPF_MSH, 14, "ldxb 4*([14]&0xf)"),
	K(BPF_ST, 3, "st M[3]"),
	K(BPF_STX, 4, "stx M[4]"),

	K(BPF_ALU | BPF_ADD | BPF_K, 4294967295u, "add #4294967295"),
	K(BPF_ALU | BPF_ADD | BPF_X, 9, "add x"),
	K(BPF_ALU | BPF_SUB | BPF_K, 1, "sub #1"),
	K(BPF_ALU | BPF_SUB | BPF_X, 0, "sub x"),
	K(BPF_ALU | BPF_MUL | BPF_K, 2, "mul #2"),
	K(BPF_ALU | BPF_MUL | BPF_X, 0, "mul x"),
	K(BPF_ALU | BPF_DIV | BPF_K, 3, "div #3"),
	K(BPF_ALU | BPF_DIV | BPF_X, 0, "div x"),
	K(BPF_ALU | BPF_MOD | BPF_K, 5, "mod #5"),
	K(BPF_ALU | BPF_MOD | BPF_X, 0, "mod x"),
	K(BPF_ALU | BPF_AND | BPF_K, 0x1fff, "and #0x1fff"),
	K(BPF_ALU | BPF_AND | BPF_X, 0, "and x"),
	K(BPF_ALU | BPF_OR | BPF_K, 1, "or #0x1"),
	K(BPF_ALU | BPF_OR | BPF_X, 0, "or x"),
	K(BPF_ALU | BPF_XOR | BPF_K, 0xff, "xor #0xff"),
	K(BPF_ALU | BPF_XOR | BPF_X, 0, "xor x"),
	K(BPF_ALU | BPF_LSH | BPF_K, 2, "lsh #2"),
	K(BPF_ALU | BPF_LSH | BPF_X, 0, "lsh x"),
	K(BPF_ALU | BPF_RSH | BPF_K, 4, "rsh #4"),
	K(BPF_ALU | BPF_RSH | BPF_X, 0, "rsh x"),
	K(BPF_ALU | BPF_NEG, 0, "neg"),

	K(BPF_JMP | BPF_JA, 5, "ja 16"),
	K(BPF_JMP | BPF_JA, 0xffffffff, "ja 4294967306"),
	J(BPF_JMP | BPF_JEQ | BPF_K, 0x800, 0, 3, "jeq #0x800, 11, 14"),
	J(BPF_JMP | BPF_JEQ | BPF_X, 7, 1, 2, "jeq x, 12, 13"),
	J(BPF_JMP | BPF_JGT | BPF_K, 100, 255, 254, "jgt #0x64, 266, 265"),
	J(BPF_JMP | BPF_JGT | BPF_X, 0, 1, 0, "jgt x, 12, 11"),
	J(BPF_JMP | BPF_JGE | BPF_K, 1, 1, 0, "jge #0x1, 12, 11"),
	J(BPF_JMP | BPF_JGE | BPF_X, 0, 1, 0, "jge x, 12, 11"),
	J(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 1, 0, "jset #0x1fff, 12, 11"),
	J(BPF_JMP | BPF_JSET | BPF_X, 0, 1, 0, "jset x, 12, 11"),

	K(BPF_RET | BPF_K, 262144, "ret #262144"),
	K(BPF_RET | BPF_K, 0xffffffff, "ret #4294967295"),
	K(BPF_RET | BPF_A, 0, "ret a"),
	K(BPF_MISC | BPF_TAX, 0, "tax"),
	K(BPF_MISC | BPF_TXA, 0, "txa"),
};

static const struct insn_case beside_the_packet[] = {
	AD(BPF_W, PROTOCOL, "ld #proto"),
	AD(BPF_H, PROTOCOL, "ldh #proto"),
	AD(BPF_B, PKTTYPE, "ldb #type"),
	AD(BPF_W, IFINDEX, "ld #ifidx"),
	AD(BPF_W, NLATTR, "ld #nla"),
	AD(BPF_W, NLATTR_NEST, "ld #nlan"),
	AD(BPF_W, MARK, "ld #mark"),
	AD(BPF_W, QUEUE, "ld #queue"),
	AD(BPF_W, HATYPE, "ld #hatype"),
	AD(BPF_W, RXHASH, "ld #rxhash"),
	AD(BPF_W, CPU, "ld #cpu"),
	AD(BPF_W, ALU_XOR_X, "ld #alu_xor_x"),
	AD(BPF_W, VLAN_TAG, "ld #vlan_tci"),
	AD(BPF_W, VLAN_TAG_PRESENT, "ld #vlan_avail"),
	AD(BPF_W, PAY_OFFSET, "ld #poff"),
	AD(BPF_W, RANDOM, "ld #rand"),
	AD(BPF_W, VLAN_TPID, "ld #vlan_tpid"),
	/* none of them: the kernel refuses these */
	K(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_AD_OFF + 1, "ld [SKF_NET_OFF + 1044481]"),
	K(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_MAX,
	  "ld [SKF_NET_OFF + 1044544]"),
	/* of BPF_ABS alone */
	K(BPF_LD | BPF_W | BPF_IND, (uint32_t)SKF_AD_OFF, "ld [x + -4096]"),
	K(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF + 9, "ldb [SKF_NET_OFF + 9]"),
	K(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_LL_OFF, "ldh [SKF_LL_OFF + 0]"),
	K(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_LL_OFF - 1, "ldh [-2097153]"),
	K(BPF_LDX | BPF_B | BPF_MSH, (uint32_t)SKF_NET_OFF, "ldxb 4*([SKF_NET_OFF + 0]&0xf)"),
};

static const struct insn_case invalid[] = {
	J(0xff, 3, 1, 2, "{ 0xff, 1, 2, 0x3 }"),
	J(BPF_RET | BPF_X, 0, 0, 0, "{ 0xe, 0, 0, 0x0 }"),
	J(0x8000 | BPF_RET, 0xffffffff, 255, 255, "{ 0x8006, 255, 255, 0xffffffff }"),
	J(BPF_LD | BPF_H | BPF_IMM, 1, 0, 0, "{ 0x8, 0, 0, 0x1 }"),
	/* of eBPF alone */
	J(BPF_ALU | 0xb0, 1, 0, 0, "{ 0xb4, 0, 0, 0x1 }"),
};

static void check_insns(const struct insn_case *cases, size_t count)
{
	uint8_t *insn = malloc(SOT_CBPF_INSN);
	char text[SOT_CBPF_TEXT];
	size_t i;

	assert_non_null(insn);
	for (i = 0; i < count; i++) {
		memcpy(insn, &cases[i].insn, sizeof(cases[i].insn));
		sot_cbpf_text(insn, PC, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
	free(insn);
}

#define COUNT(_array) (sizeof(_array) / sizeof((_array)[0]))

static void test_valid(void **state)
{
	(void)state;
	check_insns(valid, COUNT(valid));
}

static void test_beside_the_packet(void **state)
{
	(void)state;
	check_insns(beside_the_packet, COUNT(beside_the_packet));
}

static void test_invalid(void **state)
{
	(void)state;
	check_insns(invalid, COUNT(invalid));
}

/* Of all 65536 codes just those of the table above have a name, and no text needs more room. */
static void test_every_code(void **state)
{
	char text[SOT_CBPF_TEXT];
	uint8_t insn[SOT_CBPF_INSN];
	unsigned int code, named = 0, distinct = 0;
	size_t i, j;

	(void)state;
	memset(insn, 0xff, sizeof(insn));
	for (code = 0; code <= UINT16_MAX; code++) {
		memcpy(insn, &(uint16_t){ (uint16_t)code }, 2);
		sot_cbpf_text(insn, UINT16_MAX, text, sizeof(text));
		assert_true(strlen(text) < sizeof(text) - 8);
		named += text[0] != '{';
	}
	for (i = 0; i < COUNT(valid); i++) {
		for (j = 0; j < i && valid[j].insn.code != valid[i].insn.code; j++)
			;
		distinct += j == i;
	}
	assert_int_equal(named, distinct);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_beside_the_packet),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_every_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
