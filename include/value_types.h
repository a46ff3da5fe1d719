/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the bytes of a value to a struct sot_value, one function per type.
 */
#ifndef SOT_VALUE_TYPES_H
#define SOT_VALUE_TYPES_H

#include "catalogue.h"
#include "event.h"
#include "value.h"

/* What the value leads to, as the event tells it. */
struct sot_beyond {
	enum sot_behind kind;
	const uint8_t *cbpf; /* instructions of classic BPF */
	size_t cbpf_len;     /* bytes */
	uint32_t prog_id;
	const char *prog_name; /* SOT_PROG_NAME_LEN bytes at the most */
};

/* What decoding may do and use beyond the event. */
struct sot_decode_options {
	bool show_secrets;  /* key material is decoded as any other value */
	int kernel_release; /* as sot_release_number has it; 0: not known */
	/*
	 * The name of the interface with that index in the network namespace with that inode;
	 * NULL: not known. It need live until the next call only. No function: no names.
	 */
	const char *(*interface_name)(void *context, uint32_t net_ns, uint32_t index);
	void *context;
};

/* What a type's function is handed, and where it puts its result. */
struct sot_decoding {
	const struct sot_option *opt; /* never NULL */
	const uint8_t *data;	      /* the captured bytes; may be NULL when len is 0 */
	size_t len;		      /* how many of them may be read: at most optlen */
	int32_t optlen;		      /* as the caller gave it, never negative here */
	bool compat;		      /* a 32-bit caller: its layout */
	uint32_t net_ns;	      /* of the socket: its inode; 0: not known */
	struct sot_beyond beyond;     /* all 0: nothing was looked at */
	const struct sot_decode_options *options; /* NULL: all 0 */
	struct sot_value *value;		  /* out */
	bool out_of_range;			  /* out: the kernel refuses this value */
};

struct sot_value_type {
	const char *name; /* as printed: "struct linger" */
	int min_len, max_len;
	int compat_min_len, compat_max_len;
	void (*decode)(struct sot_decoding *d);
};

extern const struct sot_value_type sot_value_types[SOT_TYPE_COUNT];

/* False: decoding a value of this type asks for no interface's name. */
bool sot_type_may_name_interface(enum sot_type_id type);

/*
 * Decodes d->data into d->value (initialised here). False when not one field
 * could be decoded: fewer bytes than the first field needs.
 */
bool sot_decode_value(struct sot_decoding *d);

/*
 * The short text of a value ("{on, 5s}", "\"cubic\"", "on"), cut to fit,
 * NUL-terminated. Never a control character. Returns the length written.
 */
size_t sot_value_text(const struct sot_value *v, char *buf, size_t size);

/*
 * The same as a tracer of calls writes it, with the kernel's names and numbers alone:
 * "{l_onoff=1, l_linger=5}", "1".
 */
size_t sot_value_plain_text(const struct sot_value *v, char *buf, size_t size);

#endif
