/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel_field.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_types.h"

#define NAME_LEN 64

/* Where a walk along the path stands. */
struct walk {
	const struct sot_kernel_types *kernel;
	const char *path; /* what is left of it */
	struct sot_place *place;
	const struct btf_type *type; /* of the field reached, no typedef or qualifier */
	uint32_t bits;		     /* its offset from the last pointer */
	uint32_t width;		     /* of a bit field; 0: it is none */
};

/* NULL: void */
static const struct btf_type *plain_type(const struct sot_kernel_types *kernel, uint32_t id)
{
	return sot_kernel_types__by_id(kernel, sot_kernel_types__plain_id(kernel, id));
}

/* The next word of the path: up to a mark that ends it. */
static bool take_name(struct walk *walk, char *name)
{
	size_t len = strcspn(walk->path, ".-#| ");

	if (!len || len >= NAME_LEN)
		return false;
	memcpy(name, walk->path, len);
	name[len] = '\0';
	walk->path += len;
	return true;
}

/* Looks into members without a name too, as C does. */
static bool find_member(struct walk *walk, const struct btf_type *type, const char *name)
{
	const struct btf_member *member = btf_members(type);
	uint32_t start = walk->bits;
	uint16_t i;

	for (i = 0; i < btf_vlen(type); i++, member++) {
		const char *own = sot_kernel_types__name(walk->kernel, member->name_off);
		const struct btf_type *inner = plain_type(walk->kernel, member->type);

		walk->bits = start + btf_member_bit_offset(type, i);
		if (!strcmp(own, name)) {
			walk->type = inner;
			walk->width = btf_member_bitfield_size(type, i);
			return inner != NULL;
		}
		if (!*own && inner && btf_is_composite(inner) && find_member(walk, inner, name))
			return true;
	}
	walk->bits = start;
	return false;
}

static bool follow_pointer(struct walk *walk)
{
	struct sot_place *place = walk->place;

	if (!btf_is_ptr(walk->type) || walk->width || place->steps == SOT_PLACE_STEPS - 1)
		return false;
	place->offset[place->steps++] = walk->bits / 8;
	walk->bits = 0;
	walk->type = plain_type(walk->kernel, walk->type->type);
	return walk->type != NULL;
}

/* "#ENUMERATOR" or "#number": one bit of the field. */
static bool take_bit(struct walk *walk)
{
	uint32_t size = walk->width ? walk->width : walk->type->size * 8, bit;
	char name[NAME_LEN];

	if (!btf_is_int(walk->type) || !take_name(walk, name))
		return false;
	if (isdigit((unsigned char)*name))
		bit = (uint32_t)strtoul(name, NULL, 10);
	else if (!sot_kernel_types__enumerator(walk->kernel, name, &bit))
		return false;
	if (bit >= size)
		return false;
	walk->bits += bit;
	walk->width = 1;
	return true;
}

static bool is_signed(const struct btf_type *type)
{
	return btf_is_int(type) && (btf_int_encoding(type) & BTF_INT_SIGNED);
}

/* How many bytes a number or a name takes; 0: it is neither. */
static uint32_t field_size(const struct btf_type *type)
{
	uint32_t size = type->size;

	if (btf_is_array(type)) { /* of char */
		size = btf_array(type)->nelems;
		return size < SOT_NAME_MAX ? size : SOT_NAME_MAX;
	}
	return (btf_is_int(type) || btf_is_any_enum(type)) && size <= 8 ? size : 0;
}

/* The bytes that the field lies in, of one word if they are eight or fewer, and where in them. */
static bool finish(struct walk *walk)
{
	struct sot_place *place = walk->place;
	uint32_t size = field_size(walk->type), byte = walk->bits / 8;

	if (walk->width) {
		byte = walk->bits / 64 * 8;
		size = 8;
		place->shift = (uint8_t)(walk->bits % 64);
		place->bits = (uint8_t)walk->width;
		if (place->shift + place->bits > 64)
			return false;
	} else if (size <= 8 && byte % 8 + size > 8) {
		return false; /* the programs read one word */
	}
	/* one bit is a truth; a wider field may be below 0, as 5.10's ipv6_pinfo.hop_limit */
	place->is_signed = is_signed(walk->type) && walk->width != 1;
	place->offset[place->steps++] = byte;
	place->size = (uint8_t)size;
	return size > 0;
}

static bool find_place(struct walk *walk, const char *root)
{
	char name[NAME_LEN];

	walk->type =
		sot_kernel_types__by_id(walk->kernel, sot_kernel_types__find(walk->kernel, root,
									     BTF_KIND_STRUCT));
	if (!walk->type)
		return false;
	for (;;) {
		if (!btf_is_composite(walk->type) || !take_name(walk, name) ||
		    !find_member(walk, walk->type, name))
			return false;
		if (*walk->path == '.') {
			walk->path++;
		} else if (!strncmp(walk->path, "->", 2)) {
			walk->path += 2;
			if (!follow_pointer(walk))
				return false;
		} else {
			break;
		}
	}
	if (*walk->path == '#') {
		walk->path++;
		if (!take_bit(walk))
			return false;
	}
	return finish(walk);
}

int sot_kernel_field(const struct sot_kernel_types *kernel, const char *root, const char *path,
		     struct sot_place *place)
{
	while (path) {
		struct walk walk = { .kernel = kernel, .path = path, .place = place };

		memset(place, 0, sizeof(*place));
		if (find_place(&walk, root))
			return 0;
		path = strchr(path, '|');
		if (path)
			path += strspn(path, "| ");
	}
	memset(place, 0, sizeof(*place));
	return -ENOENT;
}

struct sot_number sot_plain_place(const struct sot_place place[SOT_EFFECT_PLACES])
{
	uint32_t bits = place->bits ? place->bits : 8 * place->size;
	uint32_t low = 8 * (place->offset[0] % 8) + place->shift;

	if (place[1].size || place->steps != 1 || place->in_jiffies || !bits || low + bits > 64)
		return (struct sot_number){ 0 };
	return (struct sot_number){
		.offset = place->offset[0] / 8 * 8,
		.left = (uint8_t)(64 - low - bits),
		.right = (uint8_t)(64 - bits),
		.is_signed = place->is_signed,
	};
}

bool sot_kernel_takes_struct(const struct sot_kernel_types *kernel, const char *function,
			     unsigned int param)
{
	uint32_t id = sot_kernel_types__find(kernel, function, BTF_KIND_FUNC);
	const struct btf_type *type = sot_kernel_types__by_id(kernel, id), *proto;

	proto = type ? sot_kernel_types__by_id(kernel, type->type) : NULL;
	if (!proto || param >= btf_vlen(proto))
		return false;
	type = plain_type(kernel, btf_params(proto)[param].type);
	return type && btf_is_composite(type);
}
