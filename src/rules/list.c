/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A rule as a line of JSON: what it is about, in words; not its conditions. */
#include "compiled.h"
#include "emit.h"

static void put_text(struct sot_buf *buf, const char *key, const char *text)
{
	sot_json_key(buf, key);
	sot_json_string_or_null(buf, *text ? text : NULL);
}

static void put_reasons(struct sot_buf *buf, const struct sot_rule *rule)
{
	size_t i;

	sot_json_key(buf, "exceptions");
	sot_buf_char(buf, '[');
	for (i = 0; i < rule->except.clauses; i++) {
		sot_buf_str(buf, i ? "," : "");
		sot_json_string(buf, rule->reason[i]);
	}
	sot_buf_char(buf, ']');
}

int sot_rules__put_json(const struct sot_rules *rules, size_t index, struct sot_buf *buf)
{
	const struct sot_rule *rule = rules->rule[index];
	size_t start = buf->len;

	sot_buf_str(buf, "{\"rule\":");
	sot_json_string(buf, rule->id);
	put_text(buf, "severity", sot_severities[rule->severity]);
	put_text(buf, "title", rule->title);
	put_text(buf, "description", rule->description);
	put_text(buf, "limits", rule->limits);
	put_text(buf, "nearMiss", rule->near_miss);
	sot_json_strings(buf, "mitre", rule->mitre);
	sot_json_strings(buf, "cve", rule->cve);
	put_reasons(buf, rule);
	sot_buf_char(buf, '}');
	return sot_finish_line(buf, start);
}
