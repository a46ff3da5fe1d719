/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Our reader of BTF before types that libbpf writes, and libbpf before those that we write. */
#include <stdlib.h>
#include <unistd.h>

#include "event.h"
#include "trace/core_types.h"
#include "trace/kernel_field.h"
#include "trace/kernel_types.h"
#include "unit.h"

static char path[] = "/tmp/sot-types-XXXXXX";

/*
 * struct part { int number; };
 * struct whole { const part_t part; struct other *far; int bits : 3;
 *                union { char name[9]; char odd[8]; }; enum state state; };
 * struct other { int number; }; struct other { char byte; }; a function; an enum without a name
 */
static struct btf *make_kernel(void)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int byte = btf__add_int(btf, "char", 1, 0);
	int name = btf__add_array(btf, number, byte, 9), odd = btf__add_array(btf, number, byte, 8);
	int part, other, inner, state, proto;

	part = btf__add_struct(btf, "part", 4);
	btf__add_field(btf, "number", number, 0, 0);
	part = btf__add_const(btf, btf__add_typedef(btf, "part_t", part));
	other = btf__add_struct(btf, "other", 4);
	btf__add_field(btf, "number", number, 0, 0);
	other = btf__add_ptr(btf, other);
	inner = btf__add_union(btf, NULL, 12);
	btf__add_field(btf, "name", name, 0, 0);
	btf__add_field(btf, "odd", odd, 0, 0);
	state = btf__add_enum(btf, "state", 4);
	btf__add_enum_value(btf, "STATE_ON", 7);
	btf__add_enum(btf, NULL, 4);
	btf__add_enum_value(btf, "FLAG_A", 2);
	btf__add_enum_value(btf, "FLAG_B", 5);
	btf__add_struct(btf, "whole", 32);
	btf__add_field(btf, "part", part, 0, 0);
	btf__add_field(btf, "far", other, 64, 0);
	btf__add_field(btf, "bits", number, 128, 3);
	btf__add_field(btf, NULL, inner, 160, 0);
	btf__add_field(btf, "state", state, 32, 0);
	btf__add_struct(btf, "other", 1);
	btf__add_field(btf, "byte", byte, 0, 0);
	proto = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "first", other);
	btf__add_func_param(btf, "second", part);
	btf__add_func(btf, "whole", BTF_FUNC_GLOBAL, proto);
	return btf;
}

static void write_file(const void *data, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	fclose(file);
}

static struct sot_kernel_types *read_kernel(void)
{
	struct btf *btf = make_kernel();
	struct sot_kernel_types *types;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	write_file(data, size);
	types = sot_kernel_types__read(path);
	assert_non_null(types);
	assert_int_equal(sot_kernel_types__count(types), btf__type_cnt(btf) - 1);
	btf__free(btf);
	return types;
}

static void finds_names(void **state)
{
	struct sot_kernel_types *types = read_kernel();
	uint32_t value = 0, place = 0, id;

	(void)state;
	id = sot_kernel_types__find(types, "whole", BTF_KIND_STRUCT);
	assert_int_equal(sot_kernel_types__by_id(types, id)->size, 32);
	assert_int_not_equal(sot_kernel_types__find(types, "whole", BTF_KIND_FUNC), 0);
	assert_int_equal(sot_kernel_types__find(types, "who", BTF_KIND_STRUCT), 0);
	assert_int_equal(sot_kernel_types__find(types, "STATE_ON", BTF_KIND_ENUM), 0);
	assert_true(sot_kernel_types__enumerator(types, "FLAG_B", &value));
	assert_int_equal(value, 5);
	assert_false(sot_kernel_types__enumerator(types, "whole", &value));
	assert_int_not_equal(sot_kernel_types__next(types, "other", &place), 0);
	assert_int_not_equal(sot_kernel_types__next(types, "other", &place), 0);
	assert_int_equal(sot_kernel_types__next(types, "other", &place), 0);
	assert_true(sot_kernel_takes_struct(types, "whole", 1));
	assert_false(sot_kernel_takes_struct(types, "whole", 0));
	assert_false(sot_kernel_takes_struct(types, "whole", 2));
	sot_kernel_types__free(types);
}

static void finds_fields(void **state)
{
	static const struct {
		const char *path;
		int offset[2], size, shift, bits; /* offset -1: none */
	} rows[] = {
		{ "part.number", { 0, -1 }, 4, 0, 0 },
		{ "far->number", { 8, 0 }, 4, 0, 0 },
		{ "bits", { 16, -1 }, 8, 0, 3 },
		{ "name", { 20, -1 }, 9, 0, 0 },
		{ "odd", { -1, -1 }, 0, 0, 0 }, /* in two words */
		{ "gone | bits#FLAG_A", { 16, -1 }, 8, 2, 1 },
		{ "gone", { -1, -1 }, 0, 0, 0 },
		{ "bits#FLAG_B", { -1, -1 }, 0, 0, 0 }, /* beyond its three bits */
	};
	struct sot_kernel_types *types = read_kernel();
	struct sot_place place;
	size_t i;
	int err, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		err = sot_kernel_field(types, "whole", rows[i].path, &place);
		assert_row(!err == (rows[i].offset[0] >= 0), rows[i].path, "returned %d", err);
		for (j = 0; !err && j < 2 && rows[i].offset[j] >= 0; j++)
			assert_int_equal(place.offset[j], rows[i].offset[j]);
		assert_int_equal(place.steps, err ? 0 : j);
		assert_int_equal(place.size, rows[i].size);
		assert_int_equal(place.shift, rows[i].shift);
		assert_int_equal(place.bits, rows[i].bits);
	}
	sot_kernel_types__free(types);
}

static void knows_plain_places(void **state)
{
	static const struct {
		const char *what;
		struct sot_place place[SOT_EFFECT_PLACES];
		struct sot_number number;
	} rows[] = {
		{ "a word", { { .offset = { 24 }, .steps = 1, .size = 8 } }, { .offset = 24 } },
		{ "its upper half",
		  { { .offset = { 28 }, .steps = 1, .size = 4, .is_signed = 1 } },
		  { .offset = 24, .right = 32, .is_signed = 1 } },
		{ "its second byte",
		  { { .offset = { 25 }, .steps = 1, .size = 1 } },
		  { .offset = 24, .left = 48, .right = 56 } },
		{ "three bits",
		  { { .offset = { 16 }, .steps = 1, .size = 8, .shift = 2, .bits = 3 } },
		  { .offset = 16, .left = 59, .right = 61 } },
		{ "behind a pointer", { { .offset = { 16, 8 }, .steps = 2, .size = 4 } }, { 0 } },
		{ "in jiffies",
		  { { .offset = { 16 }, .steps = 1, .size = 4, .in_jiffies = 1 } },
		  { 0 } },
		{ "a name", { { .offset = { 16 }, .steps = 1, .size = 16 } }, { 0 } },
		{ "a half of the state",
		  { { .offset = { 16 }, .steps = 1, .size = 4 },
		    { .offset = { 20 }, .steps = 1, .size = 4 } },
		  { 0 } },
		{ "none", { { .size = 0 } }, { 0 } },
	};
	struct sot_number number;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		number = sot_plain_place(rows[i].place);
		assert_row(number.offset == rows[i].number.offset &&
				   number.left == rows[i].number.left &&
				   number.right == rows[i].number.right &&
				   number.is_signed == rows[i].number.is_signed,
			   rows[i].what, "%u, %u, %u", number.offset, number.left, number.right);
	}
}

static struct btf *write_for(const struct sot_kernel_types *types, const char *name)
{
	struct btf *local = btf__new_empty(), *written;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	btf__add_struct(local, name, 0);
	assert_int_equal(sot_core_types__write(types, local, fileno(file)), 0);
	fclose(file);
	written = btf__parse(path, NULL);
	assert_non_null(written);
	btf__free(local);
	return written;
}

static int find_struct(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
}

static void writes_what_is_named(void **state)
{
	static const struct {
		const char *name;
		uint16_t kind;
		uint32_t at, bits;
	} members[] = {
		{ "part", BTF_KIND_STRUCT, 0, 0 }, { "far", BTF_KIND_PTR, 64, 0 },
		{ "bits", BTF_KIND_INT, 128, 3 },  { "", BTF_KIND_UNION, 160, 0 },
		{ "state", BTF_KIND_ENUM, 32, 0 },
	};
	struct sot_kernel_types *types = read_kernel();
	struct btf *btf = write_for(types, "whole___of_old");
	const struct btf_type *whole, *type;
	const struct btf_member *member;
	uint16_t i;

	(void)state;
	whole = btf__type_by_id(btf, (uint32_t)find_struct(btf, "whole"));
	assert_int_equal(whole->size, 32);
	assert_int_equal(btf_vlen(whole), COUNT(members));
	for (i = 0; i < COUNT(members); i++) {
		member = &btf_members(whole)[i];
		type = btf__type_by_id(btf, member->type);
		assert_string_equal(btf__name_by_offset(btf, member->name_off), members[i].name);
		assert_int_equal(btf_member_bit_offset(whole, i), members[i].at);
		assert_int_equal(btf_member_bitfield_size(whole, i), members[i].bits);
		assert_int_equal(btf_kind(type), members[i].kind);
		if (btf_is_ptr(type))
			assert_int_equal(type->type, 0);
		else
			assert_int_equal(btf__resolve_size(btf, member->type), i == 3 ? 12 : 4);
	}
	assert_int_equal(btf_kind(btf__type_by_id(btf, 1)), BTF_KIND_STRUCT); /* no function */
	assert_true(find_struct(btf, "part") > 0);			      /* in it */
	assert_true(find_struct(btf, "other") < 0);			      /* behind a pointer */
	btf__free(btf);

	btf = write_for(types, "other"); /* both: which is meant CO-RE finds out */
	assert_int_equal(btf__type_cnt(btf) - 1, 4);
	btf__free(btf);
	sot_kernel_types__free(types);
}

/* Cut off anywhere, and each byte another: refused, or read within its bounds. */
static void damaged_types(void **state)
{
	struct btf *btf = make_kernel();
	struct sot_kernel_types *types;
	uint32_t size, i;
	const char *data = btf__raw_data(btf, &size);
	char *copy = malloc(size);

	(void)state;
	assert_non_null(copy);
	for (i = 0; i < size; i++) {
		write_file(data, i);
		assert_null(sot_kernel_types__read(path));
		memcpy(copy, data, size);
		copy[i] = (char)~copy[i];
		write_file(copy, size);
		types = sot_kernel_types__read(path);
		if (types)
			btf__free(write_for(types, "whole"));
		sot_kernel_types__free(types);
	}
	free(copy);
	btf__free(btf);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_names),	      cmocka_unit_test(finds_fields),
		cmocka_unit_test(knows_plain_places), cmocka_unit_test(writes_what_is_named),
		cmocka_unit_test(damaged_types),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
