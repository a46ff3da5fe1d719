/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Structures as tables of fields, by which one function puts them all into a value. */
#ifndef SOT_VALUE_FIELDS_H
#define SOT_VALUE_FIELDS_H

#include "value_decode.h"

#define COUNT(_array) (sizeof(_array) / sizeof((_array)[0]))

enum field_kind {
	FIELD_INT,	/* signed, of `size` bytes */
	FIELD_UINT,	/* unsigned */
	FIELD_HEX,	/* unsigned, text 0x... */
	FIELD_BE,	/* unsigned, in network order */
	FIELD_BE_HEX,	/* the same, text 0x... */
	FIELD_IFINDEX,	/* signed, an interface: its name, too, where it is known */
	FIELD_UIFINDEX, /* the same, unsigned */
	FIELD_BOOL,	/* signed, text on or off */
	FIELD_SECONDS,	/* signed */
	FIELD_USECONDS, /* unsigned: seconds, milliseconds, microseconds, nanoseconds */
	FIELD_UMSECONDS,
	FIELD_U10MSECONDS, /* in tens of milliseconds */
	FIELD_UUSECONDS,
	FIELD_UNSECONDS,
	FIELD_CLOCK,	/* signed, text from `named` */
	FIELD_ENUM,	/* unsigned, text from `named` */
	FIELD_BITS,	/* unsigned, text from `named` */
	FIELD_BIT,	/* bit number `bit` of a word of `size` bytes */
	FIELD_PTR,	/* address in the traced process */
	FIELD_IN_ADDR,	/* 4 bytes */
	FIELD_IN6_ADDR, /* 16 bytes */
	FIELD_SOCKADDR, /* struct __kernel_sockaddr_storage, 128 bytes */
	FIELD_STRING,	/* `size` characters, up to a NUL */
};

struct field {
	const char *key; /* the kernel's name; NULL for the element of an array */
	uint16_t off;
	uint8_t size;
	uint8_t bit;
	enum field_kind kind;
	const struct sot_named *named;
};

/* Are its bytes there? Of a socket address only what its family uses need be. */
bool sot_have_field(const struct sot_decoding *d, const struct field *f, size_t base);
/* Puts the fields of the struct at `base`, as far as whole ones go. */
void sot_put_fields(struct sot_decoding *d, const struct field *fields, size_t count, size_t base);
/* Opens the struct and puts its fields; false, and nothing opened, when the first is not there. */
bool sot_open_struct(struct sot_decoding *d, enum sot_node_kind kind, const char *text,
		     const struct field *fields, size_t count);
/* A struct at `base` in another, by its key there. */
void sot_put_struct(struct sot_decoding *d, const char *key, const struct field *fields,
		    size_t count, size_t base);
/* Bytes without a structure of their own, as hex digits; the text has "0x" before them. */
void sot_put_bytes(struct sot_decoding *d, const char *key, size_t off, size_t len);
/* `count` elements from `off` on, each `stride` bytes: bare when it has one field without a key. */
void sot_put_array(struct sot_decoding *d, const char *key, size_t off, size_t stride,
		   uint64_t count, const struct field *fields, size_t field_count);
/* An array whose length is optlen's alone. */
void sot_decode_array(struct sot_decoding *d, size_t stride, const struct field *fields,
		      size_t count);
uint64_t sot_load_uint(const uint8_t *p, unsigned int size, bool big_endian);
int64_t sot_sign_extend(uint64_t num, unsigned int size);

/* A type that is nothing but a struct. */
#define STRUCT_TYPE(_id, _kind, _fields)                                      \
	void sot_decode_##_id(struct sot_decoding *d)                         \
	{                                                                     \
		if (sot_open_struct(d, _kind, NULL, _fields, COUNT(_fields))) \
			sot_value_close(d->value);                            \
	}

#endif
