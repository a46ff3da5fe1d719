/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes as the value of any option. See struct value_input for the input's layout. */
#include "fuzz.h"

#include "json_check.h"
#include "value_input.h"
#include "value_types.h"

static struct sot_value value;

static void check_string(const struct sot_node *node)
{
	CHECK(node->str);
	CHECK(node->len <= SOT_VALUE_ARENA);
}

/* The tree as its header promises it: bounded, balanced, one value at the root. */
static void check_tree(const struct sot_value *v)
{
	unsigned int i, depth = 0, roots = 0;
	const struct sot_node *node;

	CHECK(v->count <= SOT_VALUE_NODES && v->arena_used <= SOT_VALUE_ARENA);
	CHECK(v->depth == 0 && v->dropped == 0);
	for (i = 0; i < v->count; i++) {
		node = &v->node[i];
		if (node->kind == SOT_NODE_END) {
			CHECK(depth > 0);
			depth--;
			continue;
		}
		roots += depth == 0;
		CHECK(node->kind < SOT_NODE_END);
		CHECK(!node->key || is_clean_text(node->key, strlen(node->key)));
		if (node->kind == SOT_NODE_STRING || node->kind == SOT_NODE_SYMBOL)
			check_string(node);
		if (node->kind >= SOT_NODE_OBJECT)
			depth++;
	}
	CHECK(depth == 0);
	CHECK(roots <= 1);
}

/* At any size of the buffer: terminated, nothing behind it, never a control character. */
typedef size_t text_fn(const struct sot_value *v, char *buf, size_t size);

static void check_text(const struct sot_value *v, size_t size, text_fn *write)
{
	char *text = malloc(size ? size : 1);
	size_t len;

	CHECK(text);
	len = write(v, text, size);
	CHECK(size ? len < size && text[len] == '\0' && strlen(text) == len : len == 0);
	CHECK(is_clean_text(text, len));
	free(text);
}

static bool asked;

static const char *interface_name(void *context, uint32_t net_ns, uint32_t index)
{
	(void)context;
	(void)net_ns;
	asked = true;
	return index % 2 ? "eth0" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct value_input input;
	struct sot_decode_options options = { .interface_name = interface_name };
	struct sot_decoding d = { .value = &value, .options = &options };
	char prog_name[SOT_PROG_NAME_LEN] = "";
	uint8_t *bytes, *filter;
	bool decoded;

	if (size < sizeof(input))
		return 0;
	memcpy(&input, data, sizeof(input));
	d.opt = &sot_options[input.row % sot_options_count];
	d.compat = input.bits & 1;
	d.optlen = input.optlen & INT32_MAX;
	d.len = size - sizeof(input);
	if (d.len > (size_t)d.optlen)
		d.len = (size_t)d.optlen;
	bytes = exact_copy(data + sizeof(input), d.len);
	d.data = bytes;
	d.beyond.kind = input.bits >> 2;
	options.show_secrets = input.bits & 2;
	d.beyond.cbpf_len = size - sizeof(input) - d.len;
	filter = exact_copy(data + sizeof(input) + d.len, d.beyond.cbpf_len);
	d.beyond.cbpf = filter;
	d.beyond.prog_id = (uint32_t)input.optlen;
	memcpy(prog_name, filter,
	       d.beyond.cbpf_len < sizeof(prog_name) ? d.beyond.cbpf_len : sizeof(prog_name));
	d.beyond.prog_name = prog_name;
	memset(&value, 0xaa, sizeof(value));
	asked = false;
	decoded = sot_decode_value(&d);
	CHECK(!asked || sot_type_may_name_interface(d.opt->type));
	CHECK(decoded == (value.count > 0));
	CHECK(d.len || !decoded);
	check_tree(&value);
	check_text(&value, input.text_size, sot_value_text);
	check_text(&value, input.text_size, sot_value_plain_text);
	check_text(&value, 4096, sot_value_text);
	check_text(&value, 4096, sot_value_plain_text);
	free(filter);
	free(bytes);
	return 0;
}
