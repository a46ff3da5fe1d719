/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any text behind -e. */
#include "fuzz.h"

#include <errno.h>

#include "filter.h"
#include "json_check.h"

static struct sot_option_filter filter;

static void check_rules(void)
{
	size_t i;

	CHECK(filter.count <= SOT_FILTER_RULES);
	for (i = 0; i < filter.count; i++) {
		CHECK(filter.rule[i].verdict & (SOT_OPTION_INCLUDE | SOT_OPTION_EXCLUDE));
		CHECK(filter.rule[i].key.any <= 1);
		CHECK(!filter.rule[i].key.any || filter.rule[i].key.optname == 0);
		CHECK(filter.selective || !(filter.rule[i].verdict & SOT_OPTION_INCLUDE));
	}
	CHECK(filter.selective || !filter.all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = exact_string(data, size), message[512];
	struct sot_buf err;
	size_t count;
	int ret;

	memset(&filter, 0, sizeof(filter));
	sot_buf_init(&err, message, sizeof(message));
	ret = sot_option_filter_add(&filter, list, &err);
	CHECK(ret == 0 || ret == -EINVAL);
	CHECK((ret == 0) == (err.len == 0));
	CHECK(is_clean_text(message, err.len));
	check_rules();
	if (!ret) { /* the same again changes nothing */
		count = filter.count;
		CHECK(sot_option_filter_add(&filter, list, &err) == 0);
		CHECK(filter.count == count);
	}
	free(list);
	return 0;
}
