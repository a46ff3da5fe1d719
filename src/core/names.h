/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each gives the kernel's name of a number, static storage; NULL: it has none. */
#ifndef SOT_NAMES_H
#define SOT_NAMES_H

const char *sot_family_name(unsigned int family);
const char *sot_socket_type_name(unsigned int type);
const char *sot_protocol_name(unsigned int family, unsigned int protocol);
const char *sot_state_name(unsigned int family, unsigned int state);
const char *sot_capability_name(unsigned int cap);
const char *sot_errno_name(int err);

#endif
