/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the catalogue holds of an option, for a person who writes or reads a program. */
#include "explain.h"

#include <errno.h>

#include "example.h"
#include "names.h"
#include "record.h"
#include "value_types.h"

#define LABEL_WIDTH 12
#define LINE_WIDTH 80
#define TEXT_MAX 2048
#define SHORT_TABLE 8 /* named values that are written out in full */

static const struct {
	enum sot_level_id level;
	const char *name, *text;
} mistakes[] = {
#define TYPE_MISTAKE(...)
#define MISTAKE(_level, _name, _text) { SOT_LEVEL_##_level, #_name, _text },
#include "mistakes.def"
#undef MISTAKE
#undef TYPE_MISTAKE
};

static const struct {
	enum sot_type_id type;
	const char *text;
} type_mistakes[] = {
#define TYPE_MISTAKE(_type, _text) { SOT_TYPE_##_type, _text },
#define MISTAKE(...)
#include "mistakes.def"
#undef MISTAKE
#undef TYPE_MISTAKE
};

/* Words are what spaces part, but " = 0" stays with what is before it. */
static size_t word_length(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] == ' ' && !(i + 1 < len && text[i + 1] == '=') &&
		    !(i && text[i - 1] == '='))
			break;
	return i;
}

/* From `column` on to the end of the text's last line, below LABEL_WIDTH all but the first. */
static void put_wrapped(struct sot_buf *buf, size_t column, const char *text, size_t len)
{
	bool first = true;
	size_t word;

	for (; len; text += word, len -= word) {
		word = word_length(text, len);
		if (!first && column + 1 + word > LINE_WIDTH) {
			sot_buf_char(buf, '\n');
			sot_buf_pad(buf, buf->len, LABEL_WIDTH);
			column = LABEL_WIDTH;
		} else if (!first) {
			sot_buf_char(buf, ' ');
			column++;
		}
		first = false;
		sot_buf_put(buf, text, word);
		column += word;
		word += word < len;
	}
	sot_buf_char(buf, '\n');
}

/* `label`, and beside it the text, as many lines as it takes. */
static void put_text(struct sot_buf *buf, const char *label, const char *text, size_t len)
{
	size_t start = buf->len;

	sot_buf_str(buf, "  ");
	sot_buf_str(buf, label);
	sot_buf_pad(buf, start, LABEL_WIDTH);
	put_wrapped(buf, LABEL_WIDTH, text, len);
}

static void put_line(struct sot_buf *buf, const char *label, const char *text)
{
	put_text(buf, label, text, strlen(text));
}

static void put_length(struct sot_buf *buf, const struct sot_option *opt)
{
	int least = sot_option_min_len(opt, false), most = sot_option_max_len(opt, false);
	int compat = sot_option_min_len(opt, true);
	char storage[TEXT_MAX];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_int(&text, least);
	if (most != SOT_LEN_ANY && most != least) {
		sot_buf_str(&text, " to ");
		sot_buf_int(&text, most);
	}
	sot_buf_str(&text, most == SOT_LEN_ANY		       ? " bytes or more" :
			   opt->flags & SOT_OPT_REFUSES_LONGER ? " bytes, no more" :
								 " bytes; any more are ignored");
	if (compat != least) {
		sot_buf_str(&text, "; from a 32-bit program ");
		sot_buf_int(&text, compat);
	}
	if (opt->flags & SOT_OPT_CHAR_OK)
		sot_buf_str(&text, "; of fewer than 4 one is read, unsigned");
	if (opt->flags & SOT_OPT_LEN_IS_VALUE)
		sot_buf_str(&text, "; the length is the value");
	if (opt->flags & SOT_OPT_NULL_OK)
		sot_buf_str(&text, "; optval may be NULL");
	put_text(buf, "length", text.data, text.len);
}

static void put_range(struct sot_buf *buf, const struct sot_option *opt)
{
	char storage[TEXT_MAX];
	struct sot_buf text;

	if (!opt->has_range)
		return;
	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_int(&text, opt->min);
	sot_buf_str(&text, " to ");
	sot_buf_int(&text, opt->max);
	if (opt->has_also) {
		sot_buf_str(&text, ", or ");
		sot_buf_int(&text, opt->also);
	}
	put_text(buf, "range", text.data, text.len);
}

/* How much all names of a long table have in common, up to an underscore; 0 for a short one. */
static size_t common_prefix(const struct sot_named *table)
{
	size_t len = strlen(table->name), count, same;

	for (count = 0; table[count].name; count++) {
		for (same = 0; same < len && table[count].name[same] == table->name[same];)
			same++;
		len = same;
	}
	while (len && table->name[len - 1] != '_')
		len--;
	return count > SHORT_TABLE ? len : 0;
}

/* The name, and the number as it is passed: bits in hexadecimal. */
static void put_named(struct sot_buf *buf, const struct sot_option *opt)
{
	const struct sot_named *named = opt->named;
	char storage[TEXT_MAX];
	struct sot_buf text;
	size_t prefix;

	if (!named)
		return;
	sot_buf_init(&text, storage, sizeof(storage));
	prefix = common_prefix(named);
	if (prefix) {
		sot_buf_put(&text, named->name, prefix);
		sot_buf_char(&text, ' ');
	}
	for (; named->name; named++) {
		sot_buf_str(&text, named->name + prefix);
		sot_buf_char(&text, '=');
		if (opt->type == SOT_TYPE_ENUM) {
			sot_buf_int(&text, (int64_t)named->value);
		} else {
			sot_buf_str(&text, "0x");
			sot_buf_hex(&text, named->value);
		}
		if (named[1].name)
			sot_buf_str(&text, ", ");
	}
	put_text(buf, "values", text.data, text.len);
}

static void put_capability(struct sot_buf *buf, const struct sot_option *opt)
{
	const char *before = "";
	char storage[TEXT_MAX];
	struct sot_buf text;
	unsigned int cap;

	sot_buf_init(&text, storage, sizeof(storage));
	if (!opt->caps)
		sot_buf_str(&text, "everybody");
	for (cap = 0; cap < 64; cap++) {
		if (!(opt->caps >> cap & 1))
			continue;
		sot_buf_str(&text, before);
		sot_buf_str(&text, sot_capability_name(cap));
		before = " or ";
	}
	if (opt->caps)
		sot_buf_str(&text, opt->cap_scope == SOT_CAP_INIT ?
					   " in the initial user namespace" :
					   " in the network namespace's user namespace");
	if (opt->cap_when) {
		sot_buf_str(&text, ", ");
		sot_buf_str(&text, opt->cap_when);
	}
	put_text(buf, "who may", text.data, text.len);
}

static void put_releases(struct sot_buf *buf, const struct sot_option *opt)
{
	put_line(buf, "since", opt->since ? opt->since : "5.10 or before");
	if (opt->until)
		put_line(buf, "until", opt->until);
}

/* optval as strace would have it: a lone number in brackets. */
static void put_plain_optval(struct sot_buf *text, const struct sot_record *rec)
{
	bool number = rec->decoded && (rec->value.node[0].kind == SOT_NODE_INT ||
				       rec->value.node[0].kind == SOT_NODE_UINT);
	char plain[TEXT_MAX / 2];

	if (!rec->decoded) {
		sot_optval_text(rec, text);
		return;
	}
	sot_value_plain_text(&rec->value, plain, sizeof(plain));
	if (number)
		sot_buf_char(text, '[');
	sot_buf_str(text, plain);
	if (number)
		sot_buf_char(text, ']');
}

/* The call as a tracer of system calls would show it, and how its value looks here. */
static void put_calls(struct sot_buf *buf, const struct sot_record *rec)
{
	const struct sot_option *opt = rec->option;
	char storage[TEXT_MAX];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_str(&text, "setsockopt(3, ");
	sot_buf_str(&text, sot_levels[opt->level].name);
	sot_buf_str(&text, ", ");
	sot_buf_str(&text, opt->name);
	sot_buf_str(&text, ", ");
	put_plain_optval(&text, rec);
	sot_buf_str(&text, ", ");
	sot_buf_int(&text, rec->ev->optlen);
	sot_buf_str(&text, opt->flags & SOT_OPT_GET_ONLY ? ") = -1 (refused)" : ") = 0");
	put_text(buf, "example", text.data, text.len);
	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_str(&text, "optval: ");
	sot_optval_text(rec, &text);
	put_text(buf, "shown as", text.data, text.len);
}

static void put_example(struct sot_buf *buf, const struct sot_option *opt)
{
	bool secret = opt->flags & SOT_OPT_SECRET;
	struct sot_example example;
	struct sot_event ev = { 0 };
	struct sot_record rec;
	struct sot_decoding d = { .opt = opt, .data = example.bytes, .value = &rec.value };

	sot_example_make(opt, &example);
	ev.optlen = example.optlen;
	ev.optval = example.null ? 0 : 1; /* anything but NULL */
	d.optlen = example.optlen;
	d.len = example.null || secret ? 0 : (size_t)example.optlen;
	rec.ev = &ev;
	rec.option = opt;
	rec.bytes = example.bytes;
	rec.bytes_len = d.len;
	rec.secret = secret;
	rec.decoded = sot_decode_value(&d);
	put_calls(buf, &rec);
}

static void put_mistakes(struct sot_buf *buf, const struct sot_option *opt)
{
	const char *label = "mistakes";
	size_t i;

	for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		if (mistakes[i].level != opt->level || strcmp(mistakes[i].name, opt->name))
			continue;
		put_line(buf, label, mistakes[i].text);
		label = "";
	}
	for (i = 0; i < sizeof(type_mistakes) / sizeof(type_mistakes[0]); i++) {
		if (type_mistakes[i].type != opt->type)
			continue;
		put_line(buf, label, type_mistakes[i].text);
		label = "";
	}
}

static void put_number(struct sot_buf *buf, const struct sot_option *opt)
{
	char storage[64];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_int(&text, sot_levels[opt->level].number);
	sot_buf_char(&text, ':');
	sot_buf_int(&text, opt->optname);
	put_text(buf, "number", text.data, text.len);
}

static void put_level(struct sot_buf *buf, const struct sot_level *level)
{
	char storage[256];
	struct sot_buf text;

	sot_buf_init(&text, storage, sizeof(storage));
	sot_buf_str(&text, level->name);
	sot_buf_str(&text, ", ");
	sot_buf_str(&text, level->doc);
	put_text(buf, "level", text.data, text.len);
}

void sot_explain_option(const struct sot_option *opt, struct sot_buf *buf)
{
	sot_buf_str(buf, opt->name);
	sot_buf_str(buf, ": ");
	put_wrapped(buf, strlen(opt->name) + 2, opt->doc, strlen(opt->doc));
	put_level(buf, &sot_levels[opt->level]);
	put_number(buf, opt);
	if (opt->alias)
		put_line(buf, "also", opt->alias);
	put_line(buf, "type", sot_value_types[opt->type].name);
	if (opt->flags & SOT_OPT_GET_ONLY) {
		put_line(buf, "set", "never: it can only be read, with getsockopt");
	} else {
		put_length(buf, opt);
		put_range(buf, opt);
		put_named(buf, opt);
		put_capability(buf, opt);
	}
	put_releases(buf, opt);
	put_example(buf, opt);
	if (opt->flags & SOT_OPT_SECRET)
		put_line(buf, "secret", "the value is a key: it never leaves the kernel");
	if (opt->risk)
		put_line(buf, "risk", "high: attackers use it, and it needs no capability");
	put_mistakes(buf, opt);
}

int sot_explain(const char *words, struct sot_option_filter *filter, struct sot_buf *buf,
		struct sot_buf *err)
{
	size_t start = buf->len, i;
	int ret;

	memset(filter, 0, sizeof(*filter));
	ret = sot_option_filter_add(filter, words, err);
	if (ret)
		return ret;
	for (i = 0; i < sot_options_count; i++) {
		if (!sot_option_filter_wants(filter, &sot_options[i]))
			continue;
		if (buf->len != start)
			sot_buf_char(buf, '\n');
		sot_explain_option(&sot_options[i], buf);
	}
	if (buf->len != start)
		return 0;
	sot_buf_str(err, "option \"");
	sot_buf_printable(err, words, strlen(words));
	sot_buf_str(err, "\" is not in the catalogue; see --list-options");
	return -EINVAL;
}
