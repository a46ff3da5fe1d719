/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes as a file of rules; if it is one, the golden calls are judged by it and written. */
#include <errno.h>

#include "calls.h"
#include "outputs.h"
#include "rules/rules.h"

static struct sot_record rec;
static union made_event made;

/* What is told has a place in the file and a text that says something. */
static void tell(void *context, const char *file, unsigned int row, unsigned int column,
		 const char *what)
{
	size_t *told = context;

	CHECK(!strcmp(file, "file"));
	CHECK(row > 0 && column > 0);
	CHECK(*what && strlen(what) < 512);
	++*told;
}

static void check_findings(const struct sot_findings *found, const struct sot_rules *rules)
{
	const struct sot_finding *finding;

	CHECK(found && found->count <= SOT_FINDINGS_MAX);
	CHECK(found->count + found->more <= sot_rules__count(rules));
	for (finding = found->finding; finding < found->finding + found->count; finding++) {
		CHECK(finding->rule && *finding->rule && finding->title && finding->description);
		CHECK(finding->severity < SOT_SEVERITY_COUNT);
		CHECK(finding->why_len <= sizeof(finding->why));
	}
}

static void check_same(const struct sot_findings *a, const struct sot_findings *b)
{
	size_t i;

	CHECK(a->count == b->count && a->more == b->more);
	for (i = 0; i < a->count; i++)
		CHECK(a->finding[i].rule == b->finding[i].rule &&
		      a->finding[i].why_len == b->finding[i].why_len &&
		      !memcmp(a->finding[i].why, b->finding[i].why, a->finding[i].why_len));
}

/* Twice, so that counts and sequences come to an end. */
static void judge(struct sot_audit *audit, struct sot_audit *all, const struct sot_rules *rules)
{
	const struct sot_findings *of_all;
	char note[256];
	struct sot_buf buf;
	size_t i;

	for (i = 0; i < 2 * golden_calls_count; i++) {
		golden_call_make(i % golden_calls_count, &made);
		made.ev.time += i * 1000;
		if (sot_decode(&made, made.ev.size, NULL, &rec))
			continue;
		sot_check(&rec);
		sot_audit__judge(all, &rec);
		of_all = rec.findings;
		sot_audit__judge(audit, &rec);
		check_same(rec.findings, of_all);
		check_findings(rec.findings, rules);
		if (rec.findings->count && i < golden_calls_count)
			check_outputs((struct output){ .rec = &rec });
	}
	sot_buf_init(&buf, note, sizeof(note));
	for (i = 0; sot_audit__take_note(audit, &buf); i++) {
		CHECK(!buf.full && buf.len && i < 2 * SOT_RULES_MAX);
		buf.len = 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sot_rules *rules = sot_rules__new();
	char *text = exact_copy(data, size);
	struct sot_audit *audit, *all;
	size_t told = 0;
	int ret;

	CHECK(rules);
	ret = sot_rules__add(rules, "file", text, size,
			     &(struct sot_rules_teller){ .tell = tell, .context = &told });
	free(text);
	CHECK(ret == -ENOMEM || (ret == -EINVAL) == (told > 0));
	CHECK(ret == 0 || ret == -EINVAL || ret == -ENOMEM);
	audit = ret ? NULL : sot_audit__new(rules);
	all = ret ? NULL : sot_audit__new(rules);
	if (audit && all) {
		sot_audit__try_all(all);
		judge(audit, all, rules);
	}
	sot_audit__free(audit);
	sot_audit__free(all);
	sot_rules__free(rules);
	return 0;
}
