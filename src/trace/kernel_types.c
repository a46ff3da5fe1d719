/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel_types.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUCKETS (1U << 15)

/* A type's name, or an enumerator's of the type. */
struct entry {
	uint32_t id, name, next; /* next: its place in the list, 0: none */
};

struct sot_kernel_types {
	char *data;
	const char *records, *strings;
	uint32_t records_size, strings_size;
	uint32_t *offset; /* of the record, by id */
	uint32_t count;
	struct entry *entry; /* from 1 on */
	uint32_t entries;
	uint32_t bucket[BUCKETS];
};

/* FNV-1a */
static uint32_t bucket_of(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return (hash ^ hash >> 16) % BUCKETS;
}

/* What stands behind struct btf_type (include/uapi/linux/btf.h). */
static size_t record_size(const struct btf_type *type)
{
	static const struct {
		uint8_t once, each;
	} sizes[] = {
		[BTF_KIND_INT] = { .once = 4 },
		[BTF_KIND_ARRAY] = { .once = sizeof(struct btf_array) },
		[BTF_KIND_STRUCT] = { .each = sizeof(struct btf_member) },
		[BTF_KIND_UNION] = { .each = sizeof(struct btf_member) },
		[BTF_KIND_ENUM] = { .each = sizeof(struct btf_enum) },
		[BTF_KIND_FUNC_PROTO] = { .each = sizeof(struct btf_param) },
		[BTF_KIND_VAR] = { .once = sizeof(struct btf_var) },
		[BTF_KIND_DATASEC] = { .each = sizeof(struct btf_var_secinfo) },
		[BTF_KIND_DECL_TAG] = { .once = sizeof(struct btf_decl_tag) },
		[BTF_KIND_ENUM64] = { .each = sizeof(struct btf_enum64) },
	};
	uint16_t kind = btf_kind(type);

	if (kind > BTF_KIND_ENUM64)
		return 0;
	return sizeof(*type) + sizes[kind].once + (size_t)sizes[kind].each * btf_vlen(type);
}

static void add_entry(struct sot_kernel_types *types, uint32_t id, uint32_t name)
{
	uint32_t *bucket = &types->bucket[bucket_of(sot_kernel_types__name(types, name))];

	types->entry[++types->entries] = (struct entry){ .id = id, .name = name, .next = *bucket };
	*bucket = types->entries;
}

static void add_names(struct sot_kernel_types *types, uint32_t id, const struct btf_type *type)
{
	uint16_t i;

	if (type->name_off)
		add_entry(types, id, type->name_off);
	if (!btf_is_enum(type))
		return;
	for (i = 0; i < btf_vlen(type); i++)
		add_entry(types, id, btf_enum(type)[i].name_off);
}

static int index_all(struct sot_kernel_types *types)
{
	const struct btf_type *type;
	uint32_t at = 0;
	size_t size;

	/* at the most; what is not used of it is never touched. The first of each is no type's. */
	types->offset = malloc((types->records_size / sizeof(*type) + 1) * sizeof(uint32_t));
	types->entry =
		malloc((types->records_size / sizeof(struct btf_enum) + 1) * sizeof(struct entry));
	if (!types->offset || !types->entry)
		return -ENOMEM;
	while (at < types->records_size) {
		if (types->records_size - at < sizeof(*type))
			return -EINVAL;
		type = (const struct btf_type *)(types->records + at);
		size = record_size(type);
		if (!size || size > types->records_size - at)
			return -EINVAL;
		types->offset[++types->count] = at;
		add_names(types, types->count, type);
		at += size;
	}
	return 0;
}

static int find_parts(struct sot_kernel_types *types, size_t size)
{
	const struct btf_header *head = (const struct btf_header *)types->data;
	size_t left;

	if (size < sizeof(*head) || head->magic != BTF_MAGIC || head->hdr_len > size)
		return -EINVAL;
	left = size - head->hdr_len;
	if (head->type_off > left || head->type_len > left - head->type_off ||
	    head->str_off > left || head->str_len > left - head->str_off || !head->str_len ||
	    head->type_off % 4 || head->hdr_len % 4)
		return -EINVAL;
	types->records = types->data + head->hdr_len + head->type_off;
	types->records_size = head->type_len;
	types->strings = types->data + head->hdr_len + head->str_off;
	types->strings_size = head->str_len;
	return types->strings[types->strings_size - 1] ? -EINVAL : 0;
}

static char *read_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data = NULL;
	struct stat st;
	ssize_t len;

	*size = 0;
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && st.st_size > 0)
		data = malloc((size_t)st.st_size);
	while (data && *size < (size_t)st.st_size) {
		len = read(fd, data + *size, (size_t)st.st_size - *size);
		if (len <= 0)
			break;
		*size += (size_t)len;
	}
	close(fd);
	return data;
}

struct sot_kernel_types *sot_kernel_types__read(const char *path)
{
	struct sot_kernel_types *types = calloc(1, sizeof(*types));
	size_t size;
	int err;

	if (!types)
		return NULL;
	types->data = read_file(path, &size);
	err = types->data ? find_parts(types, size) ?: index_all(types) : -errno;
	if (!err)
		return types;
	sot_kernel_types__free(types);
	errno = -err;
	return NULL;
}

void sot_kernel_types__free(struct sot_kernel_types *types)
{
	if (!types)
		return;
	free(types->data);
	free(types->offset);
	free(types->entry);
	free(types);
}

uint32_t sot_kernel_types__count(const struct sot_kernel_types *types)
{
	return types->count;
}

const struct btf_type *sot_kernel_types__by_id(const struct sot_kernel_types *types, uint32_t id)
{
	if (!id || id > types->count)
		return NULL;
	return (const struct btf_type *)(types->records + types->offset[id]);
}

const char *sot_kernel_types__name(const struct sot_kernel_types *types, uint32_t offset)
{
	return offset < types->strings_size ? types->strings + offset : "";
}

uint32_t sot_kernel_types__plain_id(const struct sot_kernel_types *types, uint32_t id)
{
	const struct btf_type *type = sot_kernel_types__by_id(types, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type) || btf_is_type_tag(type))) {
		id = type->type;
		type = sot_kernel_types__by_id(types, id);
	}
	return id;
}

/* The next entry of that name behind this one, or from the first on; NULL: no more. */
static const struct entry *next_entry(const struct sot_kernel_types *types, const char *name,
				      uint32_t *place)
{
	uint32_t at = *place ? types->entry[*place].next : types->bucket[bucket_of(name)];

	for (; at; at = types->entry[at].next) {
		if (strcmp(sot_kernel_types__name(types, types->entry[at].name), name))
			continue;
		*place = at;
		return &types->entry[at];
	}
	return NULL;
}

uint32_t sot_kernel_types__next(const struct sot_kernel_types *types, const char *name,
				uint32_t *place)
{
	const struct entry *entry;

	while ((entry = next_entry(types, name, place)))
		if (sot_kernel_types__by_id(types, entry->id)->name_off == entry->name)
			return entry->id; /* else an enumerator's */
	return 0;
}

uint32_t sot_kernel_types__find(const struct sot_kernel_types *types, const char *name,
				uint32_t kind)
{
	uint32_t id, place = 0;

	while ((id = sot_kernel_types__next(types, name, &place)))
		if (btf_kind(sot_kernel_types__by_id(types, id)) == kind)
			return id;
	return 0;
}

bool sot_kernel_types__enumerator(const struct sot_kernel_types *types, const char *name,
				  uint32_t *value)
{
	const struct btf_type *type;
	const struct entry *entry;
	uint32_t place = 0;
	uint16_t i;

	while ((entry = next_entry(types, name, &place))) {
		type = sot_kernel_types__by_id(types, entry->id);
		for (i = 0; btf_is_enum(type) && i < btf_vlen(type); i++) {
			if (btf_enum(type)[i].name_off != entry->name)
				continue;
			*value = (uint32_t)btf_enum(type)[i].val;
			return true;
		}
	}
	return false;
}
