/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a probe may stand in a function: by bytes as kernels of the matrix have them, and others. */
#include <errno.h>

#include "trace/machine_code.h"
#include "unit.h"

#define BASE 0xffffffff81000000ULL

/* Begins with the site or not, and ends as __sys_setsockopt goes on: push %r15, mov %ecx, %r15d */
static const struct {
	const char *name;
	const char *bytes; /* in hex */
	int body;	   /* 0: none */
} bodies[] = {
	{ "site alone", "0f1f440000 4157 4189cf", 5 },
	{ "site, traced", "e811223344 4157 4189cf", 5 },
	{ "endbr64", "f30f1efa 0f1f440000 4157", 9 },
	{ "endbr64, traced", "f30f1efa e811223344 4157", 9 },
	{ "sealed, 6.1 to 6.12", "660f1f00 0f1f440000 4157", 9 },
	{ "sealed, 7.2", "0f1f40d6 0f1f440000 4157", 9 },
	{ "sealed, traced", "0f1f40d6 e811223344 4157", 9 },
	{ "no site", "f30f1efa 4157 4189cf 4156 53", 0 },
	{ "no site, no endbr", "4157 4189cf 4156 4155 53", 0 },
	{ "a breakpoint at the site", "cc1f440000 4157 4189cf", 0 },
	{ "a breakpoint there, endbr64", "f30f1efa cc1f440000 4157", 0 },
	{ "endbr64, traced by a jump", "f30f1efa e911223344 4157", 9 },
	{ "endbr32", "f30f1efb 0f1f440000 4157", 0 },
	{ "a register pushed first", "4157 0f1f440000 4157 90", 0 },
	{ "another nop", "f30f1efa 660f1f4400 4157", 0 },
	{ "zeros", "000000000000000000", 0 },
	{ "too short", "0f1f440000 4157", 0 },
};

/* Returns how many. */
static size_t from_hex(const char *hex, uint8_t *bytes)
{
	size_t len = 0;
	unsigned int byte;

	for (; *hex; hex += 2) {
		while (*hex == ' ')
			hex++;
		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		bytes[len++] = (uint8_t)byte;
	}
	return len;
}

static void test_body(void **state)
{
	uint8_t bytes[64];
	size_t i, len;
	int body;

	for (i = 0; i < COUNT(bodies); i++) {
		len = from_hex(bodies[i].bytes, bytes);
		body = sot_x86_body(bytes, len);
		assert_row(body == (bodies[i].body ?: -ENOENT), bodies[i].name, "%d", body);
	}
	(void)state;
}

static void put_near(uint8_t *text, size_t at, uint8_t code, uint64_t target)
{
	uint64_t distance = target - (BASE + at + 5);

	text[at] = code;
	memcpy(text + at + 1, &distance, 4);
}

static void put_branch(uint8_t *text, size_t at, uint32_t code, uint64_t target)
{
	uint32_t insn = code | ((uint32_t)((int64_t)(target - (BASE + at)) / 4) & 0x3ffffff);

	memcpy(text + at, &insn, 4);
}

static const struct {
	const char *name;
	size_t call[2], jump,
		elsewhere; /* offsets; 0: none. elsewhere: a call of another function */
	int64_t callee;	   /* from the function's beginning */
	int found;	   /* 0: none */
} calls[] = {
	{ "one, forward", { 300 }, 0, 0, 0x400000, 300 },
	{ "one, backward", { 300 }, 0, 0, -0x400000, 300 },
	{ "one, far", { 300 }, 0, 0, 0x6000000, 300 }, /* arm64's reach is 128 MiB */
	{ "one, far backward", { 300 }, 0, 0, -0x6000000, 300 },
	{ "another function's beside", { 300 }, 0, 200, 0x400000, 300 },
	{ "another function's alone", { 0 }, 0, 200, 0x400000, 0 },
	{ "two", { 200, 300 }, 0, 0, 0x400000, 0 },
	{ "a jump, too", { 300 }, 400, 0, 0x400000, 0 },
	{ "a jump alone", { 0 }, 400, 0, 0x400000, 0 },
	{ "the last bytes", { 508 }, 0, 0, 0x400000, 0 }, /* x86-64: cut off */
	{ "none", { 0 }, 0, 0, 0x400000, 0 },
};

static void test_x86_call(void **state)
{
	uint8_t text[512];
	int found;
	size_t i;

	for (i = 0; i < COUNT(calls); i++) {
		const uint64_t callee = BASE + (uint64_t)calls[i].callee;
		uint8_t longer[520];

		memset(longer, 0x90, sizeof(longer));
		if (calls[i].call[0])
			put_near(longer, calls[i].call[0], 0xe8, callee);
		if (calls[i].call[1])
			put_near(longer, calls[i].call[1], 0xe8, callee);
		if (calls[i].jump)
			put_near(longer, calls[i].jump, 0xe9, callee);
		if (calls[i].elsewhere)
			put_near(longer, calls[i].elsewhere, 0xe8, callee + 1);
		memcpy(text, longer, sizeof(text));
		found = sot_x86_call(text, sizeof(text), BASE, callee);
		assert_row(found == (calls[i].found ?: -ENOENT), calls[i].name, "%d", found);
	}
	(void)state;
}

/* The last instruction is a whole one here. */
static void test_arm64_call(void **state)
{
	int found, wanted;
	uint8_t text[512];
	size_t i;

	for (i = 0; i < COUNT(calls); i++) {
		const uint64_t callee = BASE + (uint64_t)calls[i].callee;

		memset(text, 0, sizeof(text));
		if (calls[i].call[0])
			put_branch(text, calls[i].call[0], 0x94000000, callee);
		if (calls[i].call[1])
			put_branch(text, calls[i].call[1], 0x94000000, callee);
		if (calls[i].jump)
			put_branch(text, calls[i].jump, 0x14000000, callee);
		if (calls[i].elsewhere)
			put_branch(text, calls[i].elsewhere, 0x94000000, callee + 4);
		wanted = calls[i].call[0] == 508 ? 508 : calls[i].found;
		found = sot_arm64_call(text, sizeof(text), BASE, callee);
		assert_row(found == (wanted ?: -ENOENT), calls[i].name, "%d", found);
	}
	(void)state;
}

/* Where another has a kprobe. */
static void test_breakpoint(void **state)
{
	uint8_t text[512];

	memset(text, 0x90, sizeof(text));
	put_near(text, 300, 0xcc, BASE + 0x400000);
	assert_int_equal(sot_x86_call(text, sizeof(text), BASE, BASE + 0x400000), 300);
	put_near(text, 400, 0xe9, BASE + 0x400000);
	assert_int_equal(sot_x86_call(text, sizeof(text), BASE, BASE + 0x400000), -ENOENT);
	(void)state;
}

/* At its own beginning nothing can be told from "none". */
static void test_first(void **state)
{
	uint8_t text[512] = { 0 };

	put_near(text, 0, 0xe8, BASE + 64);
	assert_int_equal(sot_x86_call(text, sizeof(text), BASE, BASE + 64), -ENOENT);
	assert_int_equal(sot_x86_call(text, 4, BASE, BASE + 64), -ENOENT);
	assert_int_equal(sot_arm64_call(text, 3, BASE, BASE), -ENOENT);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_body),	   cmocka_unit_test(test_x86_call),
		cmocka_unit_test(test_arm64_call), cmocka_unit_test(test_breakpoint),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
