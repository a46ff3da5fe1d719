/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOT_PRIVILEGE_H
#define SOT_PRIVILEGE_H

#include "record.h"

/* Sets rec->privilege; the rest of *rec is decoded. */
void sot_judge_privilege(struct sot_record *rec);

#endif
