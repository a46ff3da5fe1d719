/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the decoders of value_*.c share; nobody else needs it. */
#ifndef SOT_VALUE_DECODE_H
#define SOT_VALUE_DECODE_H

#include "value_types.h"

/* One function a type: sot_decode_INT and so on. */
#define VALUE_TYPE(_id, ...) void sot_decode_##_id(struct sot_decoding *d);
#include "value_types.def"
#undef VALUE_TYPE

static inline uint16_t load16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t load32(const uint8_t *p)
{
	return load16(p) | (uint32_t)load16(p + 2) << 16;
}

static inline uint64_t load64(const uint8_t *p)
{
	return load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline uint16_t load_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)load_be16(p) << 16 | load_be16(p + 2);
}

static inline bool have(const struct sot_decoding *d, size_t off, size_t size)
{
	return off <= d->len && size <= d->len - off;
}

/* The name of a value in a table; NULL: it has none, or there is no table. */
const char *sot_named_find(const struct sot_named *table, uint64_t value);
/* "A|B|0x40"; NULL: 0. */
const char *sot_bits_text(struct sot_value *v, const struct sot_named *table, uint64_t bits);
/* "5s", "1.5s", "200ms", "1.5ms", "30us"; NULL where it makes no sense. */
const char *sot_duration_text(struct sot_value *v, int64_t sec, int64_t usec);
/* The same of nanoseconds; "1500ns" where they are no whole microseconds. */
const char *sot_nanoseconds_text(struct sot_value *v, uint64_t nsec);
/* "off", "on", "on (2)" */
const char *sot_bool_text(struct sot_value *v, int32_t val);
/* Sets d->out_of_range by the row's bounds. */
void sot_check_range(struct sot_decoding *d, int64_t val);
/* The name of an interface of the socket's network namespace; NULL: not known. */
const char *sot_interface_name(struct sot_decoding *d, int64_t index);

#define SOT_CBPF_MAX 4096 /* instructions: BPF_MAXINSNS of linux/bpf_common.h */
#define SOT_CBPF_INSN 8	  /* bytes of a struct sock_filter: code, jt, jf, k */
#define SOT_CBPF_TEXT 64  /* room for the text of any one */
/* An instruction of classic BPF, number `pc` of its program: "jeq #0x800, 2, 5". */
void sot_cbpf_text(const uint8_t insn[SOT_CBPF_INSN], unsigned int pc, char *buf, size_t size);
/* A program of `len` instructions, of which `size` bytes were captured, as an array of texts. */
void sot_put_cbpf(struct sot_value *v, const char *key, const uint8_t *insns, size_t size,
		  unsigned int len);

#endif
