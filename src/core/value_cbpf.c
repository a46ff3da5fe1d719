/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Classic BPF, read back: one line an instruction in the words of bpf_asm and `tcpdump -d`.
 * Jumps name the instructions that they lead to by number, the first being 0.
 * What may follow what is bpf_check_classic's affair (net/core/filter.c).
 */
#include <stdio.h>
#include <string.h>

#include "value_decode.h"

/* How the operand is written. `k` is the instruction's own. */
enum operand {
	OPERAND_NONE,
	OPERAND_HEX,	/* #0x10 */
	OPERAND_NUMBER, /* #16 */
	OPERAND_ABS,	/* [16], or what the kernel keeps there */
	OPERAND_IND,	/* [x + 16] */
	OPERAND_MEM,	/* M[3] */
	OPERAND_MSH,	/* 4*([14]&0xf) */
	OPERAND_LEN,	/* #len */
	OPERAND_X,
	OPERAND_A,
	OPERAND_TARGET, /* the instruction to go on with */
	OPERAND_JUMP_K, /* #0x800, then, else */
	OPERAND_JUMP_X, /* x, then, else */
};

struct cbpf_op {
	uint16_t code;
	enum operand operand;
	const char *name;
};

/* include/uapi/linux/bpf_common.h, filter.h: all that chk_code_allowed in net/core/filter.c has */
static const struct cbpf_op ops[] = {
	{ 0x00, OPERAND_HEX, "ld" },	  { 0x01, OPERAND_HEX, "ldx" },
	{ 0x02, OPERAND_MEM, "st" },	  { 0x03, OPERAND_MEM, "stx" },
	{ 0x20, OPERAND_ABS, "ld" },	  { 0x28, OPERAND_ABS, "ldh" },
	{ 0x30, OPERAND_ABS, "ldb" },	  { 0x40, OPERAND_IND, "ld" },
	{ 0x48, OPERAND_IND, "ldh" },	  { 0x50, OPERAND_IND, "ldb" },
	{ 0x60, OPERAND_MEM, "ld" },	  { 0x61, OPERAND_MEM, "ldx" },
	{ 0x80, OPERAND_LEN, "ld" },	  { 0x81, OPERAND_LEN, "ldx" },
	{ 0xb1, OPERAND_MSH, "ldxb" },

	{ 0x04, OPERAND_NUMBER, "add" },  { 0x0c, OPERAND_X, "add" },
	{ 0x14, OPERAND_NUMBER, "sub" },  { 0x1c, OPERAND_X, "sub" },
	{ 0x24, OPERAND_NUMBER, "mul" },  { 0x2c, OPERAND_X, "mul" },
	{ 0x34, OPERAND_NUMBER, "div" },  { 0x3c, OPERAND_X, "div" },
	{ 0x44, OPERAND_HEX, "or" },	  { 0x4c, OPERAND_X, "or" },
	{ 0x54, OPERAND_HEX, "and" },	  { 0x5c, OPERAND_X, "and" },
	{ 0x64, OPERAND_NUMBER, "lsh" },  { 0x6c, OPERAND_X, "lsh" },
	{ 0x74, OPERAND_NUMBER, "rsh" },  { 0x7c, OPERAND_X, "rsh" },
	{ 0x84, OPERAND_NONE, "neg" },	  { 0x94, OPERAND_NUMBER, "mod" },
	{ 0x9c, OPERAND_X, "mod" },	  { 0xa4, OPERAND_HEX, "xor" },
	{ 0xac, OPERAND_X, "xor" },

	{ 0x05, OPERAND_TARGET, "ja" },	  { 0x15, OPERAND_JUMP_K, "jeq" },
	{ 0x1d, OPERAND_JUMP_X, "jeq" },  { 0x25, OPERAND_JUMP_K, "jgt" },
	{ 0x2d, OPERAND_JUMP_X, "jgt" },  { 0x35, OPERAND_JUMP_K, "jge" },
	{ 0x3d, OPERAND_JUMP_X, "jge" },  { 0x45, OPERAND_JUMP_K, "jset" },
	{ 0x4d, OPERAND_JUMP_X, "jset" },

	{ 0x06, OPERAND_NUMBER, "ret" },  { 0x16, OPERAND_A, "ret" },
	{ 0x07, OPERAND_NONE, "tax" },	  { 0x87, OPERAND_NONE, "txa" },
};

/* filter.h: offsets below 0 are not in the packet */
#define SKF_AD_OFF (-0x1000)
#define SKF_NET_OFF (-0x100000)
#define SKF_LL_OFF (-0x200000)

/* filter.h: SKF_AD_*, by the names of Documentation/networking/filter.rst; 40 has none there */
static const char *const ancillary[] = {
	[0] = "proto",	     [4] = "type",  [8] = "ifidx",	[12] = "nla",
	[16] = "nlan",	     [20] = "mark", [24] = "queue",	[28] = "hatype",
	[32] = "rxhash",     [36] = "cpu",  [40] = "alu_xor_x", [44] = "vlan_tci",
	[48] = "vlan_avail", [52] = "poff", [56] = "rand",	[60] = "vlan_tpid",
};

static const struct cbpf_op *find_op(uint16_t code)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].code == code)
			return &ops[i];
	return NULL;
}

/* bpf_internal_load_pointer_neg_helper in kernel/bpf/core.c: from which header on it counts */
static void put_offset(char *buf, size_t size, int32_t off)
{
	if (off >= SKF_NET_OFF && off < 0)
		snprintf(buf, size, "[SKF_NET_OFF + %d]", off - SKF_NET_OFF);
	else if (off >= SKF_LL_OFF && off < 0)
		snprintf(buf, size, "[SKF_LL_OFF + %d]", off - SKF_LL_OFF);
	else
		snprintf(buf, size, "[%d]", off);
}

/* convert_bpf_extensions: what is known of a packet beside its bytes, whatever the load's width */
static void put_absolute(char *buf, size_t size, int32_t off)
{
	size_t which = (size_t)((int64_t)off - SKF_AD_OFF);

	if (off >= SKF_AD_OFF && which < sizeof(ancillary) / sizeof(ancillary[0]) &&
	    ancillary[which])
		snprintf(buf, size, "#%s", ancillary[which]);
	else
		put_offset(buf, size, off);
}

static void put_operand(char *buf, size_t size, enum operand operand, uint32_t k)
{
	char offset[32];

	switch (operand) {
	case OPERAND_HEX:
	case OPERAND_JUMP_K:
		snprintf(buf, size, "#0x%x", k);
		break;
	case OPERAND_NUMBER:
		snprintf(buf, size, "#%u", k);
		break;
	case OPERAND_ABS:
		put_absolute(buf, size, (int32_t)k);
		break;
	case OPERAND_IND:
		snprintf(buf, size, "[x + %d]", (int32_t)k); /* x may make up for it */
		break;
	case OPERAND_MEM:
		snprintf(buf, size, "M[%u]", k);
		break;
	case OPERAND_MSH:
		put_offset(offset, sizeof(offset), (int32_t)k);
		snprintf(buf, size, "4*(%s&0xf)", offset);
		break;
	case OPERAND_LEN:
		snprintf(buf, size, "#len");
		break;
	case OPERAND_A:
		snprintf(buf, size, "a");
		break;
	case OPERAND_X:
	case OPERAND_JUMP_X:
		snprintf(buf, size, "x");
		break;
	default:
		buf[0] = '\0';
	}
}

void sot_cbpf_text(const uint8_t insn[SOT_CBPF_INSN], unsigned int pc, char *buf, size_t size)
{
	const struct cbpf_op *op = find_op(load16(insn));
	unsigned int jt = insn[2], jf = insn[3];
	uint32_t k = load32(insn + 4);
	char operand[48];

	if (!op) {
		snprintf(buf, size, "{ 0x%x, %u, %u, 0x%x }", load16(insn), jt, jf, k);
		return;
	}
	put_operand(operand, sizeof(operand), op->operand, k);
	if (op->operand == OPERAND_TARGET)
		snprintf(buf, size, "%s %llu", op->name, pc + 1 + (unsigned long long)k);
	else if (op->operand == OPERAND_JUMP_K || op->operand == OPERAND_JUMP_X)
		snprintf(buf, size, "%s %s, %u, %u", op->name, operand, pc + 1 + jt, pc + 1 + jf);
	else
		snprintf(buf, size, "%s%s%s", op->name, *operand ? " " : "", operand);
}

/* Instructions that the short text shows. */
#define TEXT_INSNS 8

/* "ldh [12]; jeq #0x800, 2, 3; ret #0; ..."; the value itself says when it is cut */
static const char *short_text(struct sot_value *v, const uint8_t *insns, unsigned int count)
{
	char text[TEXT_INSNS * SOT_CBPF_TEXT], line[SOT_CBPF_TEXT];
	size_t len = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < count && i < TEXT_INSNS; i++) {
		sot_cbpf_text(insns + (size_t)i * SOT_CBPF_INSN, i, line, sizeof(line));
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? "; " : "",
					line);
	}
	return sot_value_printf(v, "%s%s", text, count > TEXT_INSNS && !v->cut ? "; ..." : "");
}

void sot_put_cbpf(struct sot_value *v, const char *key, const uint8_t *insns, size_t size,
		  unsigned int len)
{
	unsigned int count = (unsigned int)(size / SOT_CBPF_INSN), i;
	char line[SOT_CBPF_TEXT];

	if (count >= len)
		count = len;
	else
		v->cut = true;
	sot_value_open(v, SOT_NODE_ARRAY, key, count ? short_text(v, insns, count) : NULL);
	for (i = 0; i < count && !v->full; i++) {
		sot_cbpf_text(insns + (size_t)i * SOT_CBPF_INSN, i, line, sizeof(line));
		sot_value_symbol(v, NULL, line);
	}
	sot_value_close(v);
}
