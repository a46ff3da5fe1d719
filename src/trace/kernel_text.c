/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel_text.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "insn.h"
#include "machine_code.h"

/* kernel/kprobes.c: those that are to be jumps and are not yet; one leaves it once it is one. */
#define WAITING "optimizing_list"
#define JUMP 0xe9

#define NAME_LEN 32
/* io_uring_cmd_sock is 1280 bytes long in Linux 7.2, with all that is inlined. */
#define TEXT_LEN 2048

/* What the program is asked, and what it says. */
struct question {
	char symbol[NAME_LEN];
	uint64_t address;
	uint8_t text[TEXT_LEN];
};

/* The program, with the question's map; or a negative errno. */
static int load_reader(int map_fd)
{
	const struct bpf_insn program[] = {
		INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_6, BPF_PSEUDO_MAP_VALUE, 0, map_fd),
		{ 0 },
		MOVE(BPF_REG_1, BPF_REG_6),
		SET(BPF_REG_2, NAME_LEN),
		SET(BPF_REG_3, 0),
		MOVE(BPF_REG_4, BPF_REG_6),
		ADD(BPF_REG_4, offsetof(struct question, address)),
		CALL(BPF_FUNC_kallsyms_lookup_name),
		INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 5, 0), /* to the end */
		MOVE(BPF_REG_1, BPF_REG_6),
		ADD(BPF_REG_1, offsetof(struct question, text)),
		SET(BPF_REG_2, TEXT_LEN),
		INSN(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_3, BPF_REG_6,
		     offsetof(struct question, address), 0),
		CALL(BPF_FUNC_probe_read_kernel),
		RETURN,
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);

	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, NULL, "GPL", program,
			     sizeof(program) / sizeof(program[0]), &opts);
}

static int ask(int prog_fd, int map_fd, struct question *question)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	uint32_t zero = 0;
	int err = bpf_map_update_elem(map_fd, &zero, question, BPF_ANY) ?:
			  bpf_prog_test_run_opts(prog_fd, &opts);

	return err ?: (int)opts.retval ?: bpf_map_lookup_elem(map_fd, &zero, question);
}

/* The address and the first bytes of each, in this order; 0 or a negative errno. */
static int read_text(struct question *questions, size_t count)
{
	int map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, sizeof(uint32_t), sizeof(*questions),
				    1, NULL);
	int prog_fd, err = 0;
	size_t i;

	if (map_fd < 0)
		return map_fd;
	prog_fd = load_reader(map_fd);
	for (i = 0; prog_fd >= 0 && !err && i < count; i++)
		err = ask(prog_fd, map_fd, &questions[i]);
	if (prog_fd >= 0)
		close(prog_fd);
	close(map_fd);
	return prog_fd < 0 ? prog_fd : err;
}

static void name(struct question *question, const char *symbol)
{
	strncpy(question->symbol, symbol, NAME_LEN - 1);
}

int sot_kernel_text__addresses(const char *const *symbols, uint64_t *addresses, size_t count)
{
	struct question *questions = calloc(count, sizeof(*questions));
	int err = questions ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !err && i < count; i++)
		name(&questions[i], symbols[i]);
	err = err ?: read_text(questions, count);
	for (i = 0; !err && i < count; i++)
		addresses[i] = questions[i].address;
	free(questions);
	return err;
}

#if defined(__x86_64__)

int sot_kernel_text__body(const char *function)
{
	struct question question = { 0 };
	int err;

	name(&question, function);
	err = read_text(&question, 1);
	return err ?: sot_x86_body(question.text, TEXT_LEN);
}

bool sot_kernel_text__becomes_jump(const char *function, int offset)
{
	struct question question[2] = { 0 };
	uint64_t first;

	name(&question[0], WAITING);
	name(&question[1], function);
	if (read_text(question, 2))
		return false;
	memcpy(&first, question[0].text, sizeof(first)); /* of the list; itself where it is empty */
	return first != question[0].address || question[1].text[offset] == JUMP;
}

#define call_in sot_x86_call

#else

int sot_kernel_text__body(const char *function)
{
	(void)function;
	return -ENOENT;
}

bool sot_kernel_text__becomes_jump(const char *function, int offset)
{
	(void)function;
	(void)offset;
	return false;
}

#define call_in sot_arm64_call

#endif

int sot_kernel_text__call(const char *function, const char *callee)
{
	struct question question[2] = { 0 };
	int err;

	name(&question[0], function);
	name(&question[1], callee);
	err = read_text(question, 2);
	return err ?: call_in(question[0].text, TEXT_LEN, question[0].address, question[1].address);
}
