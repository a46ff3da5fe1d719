/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions of BPF, for the few programs of ours that are not compiled. */
#ifndef SOT_INSN_H
#define SOT_INSN_H

#include <linux/bpf.h>

#define INSN(_code, _dst, _src, _off, _imm)                                           \
	{                                                                             \
		.code = (_code), .dst_reg = (_dst), .src_reg = (_src), .off = (_off), \
		.imm = (_imm)                                                         \
	}
#define MOVE(_dst, _src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, _dst, _src, 0, 0)
#define SET(_dst, _imm) INSN(BPF_ALU64 | BPF_MOV | BPF_K, _dst, 0, 0, _imm)
#define ADD(_dst, _imm) INSN(BPF_ALU64 | BPF_ADD | BPF_K, _dst, 0, 0, _imm)
#define CALL(_function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, _function)
#define RETURN INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
