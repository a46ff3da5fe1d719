/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "core_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_LEN 128

struct bytes {
	char *data;
	size_t size, room;
	bool full; /* no more memory: what was put is lost */
};

struct selection {
	const struct sot_kernel_types *kernel;
	uint32_t *new_id;      /* by the kernel's; 0: not taken */
	uint32_t *taken;       /* the kernel's, by the new one */
	uint32_t count, named; /* up to `named` they are asked for, the others parts of them */
	struct bytes records, strings;
};

static void put(struct bytes *bytes, const void *data, size_t size)
{
	size_t room = bytes->room;
	char *more;

	while (room - bytes->size < size)
		room = room ? 2 * room : 1 << 16;
	if (room != bytes->room) {
		more = realloc(bytes->data, room);
		bytes->full |= !more;
		if (!more)
			return;
		bytes->data = more;
		bytes->room = room;
	}
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

static uint32_t put_name(struct selection *sel, uint32_t offset)
{
	const char *name = sot_kernel_types__name(sel->kernel, offset);
	uint32_t at = (uint32_t)sel->strings.size;

	if (!*name)
		return 0;
	put(&sel->strings, name, strlen(name) + 1);
	return at;
}

/* The new id. */
static uint32_t take(struct selection *sel, uint32_t id)
{
	if (!sot_kernel_types__by_id(sel->kernel, id))
		return 0;
	if (!sel->new_id[id]) {
		sel->new_id[id] = ++sel->count;
		sel->taken[sel->count] = id;
	}
	return sel->new_id[id];
}

static uint32_t take_plain(struct selection *sel, uint32_t id)
{
	return take(sel, sot_kernel_types__plain_id(sel->kernel, id));
}

static void put_members(struct selection *sel, const struct btf_type *type)
{
	struct btf_member member;
	uint16_t i;

	for (i = 0; i < btf_vlen(type); i++) {
		member = btf_members(type)[i];
		member.name_off = put_name(sel, member.name_off);
		member.type = take_plain(sel, member.type);
		put(&sel->records, &member, sizeof(member));
	}
}

static void put_enumerators(struct selection *sel, const struct btf_type *type)
{
	struct btf_enum64 row64;
	struct btf_enum row;
	uint16_t i;

	for (i = 0; i < btf_vlen(type); i++) {
		if (btf_is_enum(type)) {
			row = btf_enum(type)[i];
			row.name_off = put_name(sel, row.name_off);
			put(&sel->records, &row, sizeof(row));
		} else {
			row64 = btf_enum64(type)[i];
			row64.name_off = put_name(sel, row64.name_off);
			put(&sel->records, &row64, sizeof(row64));
		}
	}
}

static void put_array(struct selection *sel, const struct btf_type *type)
{
	struct btf_array array = *btf_array(type);

	array.type = take_plain(sel, array.type);
	array.index_type = take_plain(sel, array.index_type);
	put(&sel->records, &array, sizeof(array));
}

static void put_type(struct selection *sel, uint32_t new_id)
{
	const struct btf_type *type = sot_kernel_types__by_id(sel->kernel, sel->taken[new_id]);
	bool is_part = new_id > sel->named;
	struct btf_type head = *type;

	head.name_off = put_name(sel, type->name_off);
	if (btf_is_any_enum(type) && is_part)
		head.info &= ~0xffffU; /* its size is all that is asked for */
	if (btf_is_ptr(type))
		head.type = 0;
	else if (btf_is_typedef(type))
		head.type = take_plain(sel, type->type);
	put(&sel->records, &head, sizeof(head));
	if (btf_is_composite(type))
		put_members(sel, type);
	else if (btf_is_any_enum(type) && !is_part)
		put_enumerators(sel, type);
	else if (btf_is_array(type))
		put_array(sel, type);
	else if (btf_is_int(type))
		put(&sel->records, type + 1, sizeof(uint32_t));
}

/* As libbpf cuts a flavour's name: at the last three underscores. */
static void cut_flavour(char *name)
{
	size_t i;

	for (i = strlen(name); i > 3; i--)
		if (!strncmp(name + i - 3, "___", 3) && name[i] && name[i] != '_' &&
		    name[i - 4] != '_') {
			name[i - 3] = '\0';
			return;
		}
}

/* What CO-RE can be asked for. */
static bool can_be_named(const struct btf_type *type)
{
	return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type) ||
	       btf_is_int(type);
}

static void take_named(struct selection *sel, const struct btf *local)
{
	uint32_t id, found, place, count = btf__type_cnt(local);
	const struct btf_type *type;
	char name[NAME_LEN];
	const char *full;
	size_t len;

	for (id = 1; id < count; id++) {
		type = btf__type_by_id(local, id);
		full = btf__name_by_offset(local, type->name_off);
		len = full ? strlen(full) : 0;
		if (!can_be_named(type) || !len || len >= sizeof(name))
			continue;
		memcpy(name, full, len + 1);
		cut_flavour(name);
		for (place = 0; (found = sot_kernel_types__next(sel->kernel, name, &place));)
			if (can_be_named(sot_kernel_types__by_id(sel->kernel, found)))
				take(sel, found);
	}
	sel->named = sel->count;
}

static bool write_all(int fd, const void *data, size_t size)
{
	return write(fd, data, size) == (ssize_t)size;
}

static int write_selection(const struct selection *sel, int fd)
{
	const struct btf_header head = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(head),
		.type_len = (uint32_t)sel->records.size,
		.str_off = (uint32_t)sel->records.size,
		.str_len = (uint32_t)sel->strings.size,
	};

	if (sel->records.full || sel->strings.full)
		return -ENOMEM;
	return write_all(fd, &head, sizeof(head)) &&
			       write_all(fd, sel->records.data, sel->records.size) &&
			       write_all(fd, sel->strings.data, sel->strings.size) ?
		       0 :
		       -EIO;
}

int sot_core_types__write(const struct sot_kernel_types *kernel, const struct btf *local, int fd)
{
	uint32_t count = sot_kernel_types__count(kernel), id;
	struct selection sel = {
		.kernel = kernel,
		.new_id = calloc(count + 1, sizeof(uint32_t)),
		.taken = calloc(count + 1, sizeof(uint32_t)),
	};
	int err = -ENOMEM;

	if (sel.new_id && sel.taken) {
		put(&sel.strings, "", 1);
		take_named(&sel, local);
		for (id = 1; id <= sel.count; id++)
			put_type(&sel, id);
		err = write_selection(&sel, fd);
	}
	free(sel.new_id);
	free(sel.taken);
	free(sel.records.data);
	free(sel.strings.data);
	return err;
}
