/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* JSON members for case_call's `more`. The first in a list of them needs no comma: CLEAN + 1. */
#ifndef SOT_CASE_MEMBERS_H
#define SOT_CASE_MEMBERS_H

#define NAMES(_level, _name) "\"level\":\"" _level "\",\"optname\":\"" _name "\""
#define CLEAN ",\"flags\":[]"
#define FLAGS(_list) ",\"flags\":[" _list "]"
#define TEXT(_text) ",\"text\":\"" _text "\""

#endif
