#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: record.py [--check]

Writes docs/RECORD.md from docs/record.schema.json, which lies beside this script. --check writes
nothing: exit status 1 where the file is not what would be written.
"""

import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(FOLDER, "record.schema.json")
REFERENCE = os.path.join(FOLDER, "RECORD.md")

HEAD = """# The JSON record

Written by `make docs` from [record.schema.json](record.schema.json) (JSON Schema, draft 2020-12);
change that, not this. The tests hold every record that they see against the schema.

`sockopt-trace -o json` writes one object a line, UTF-8, without control characters. The keys come in
the order in which they stand here. `eventName` tells the kinds of record apart. The first part of a
call's record, up to `args`, is Tracee's classic one (v0.20 to v0.24): what reads that reads this.

- What is not known is null, never 0 or an empty string; the last column says what null means, and
  where it is empty the value is never null. A key that may lack says when it is there.
- Integers are given exactly, up to 64 bits; a reader that keeps numbers as floating point loses the
  last digits of those beyond 2^53 (`cgroupId`, `cookie`, times).
- Names of processes, hosts and paths, and text out of values, are the traced process's own: they may
  lie. What a process cannot choose: ids, namespaces, inodes, credentials.

[SIEM.md](SIEM.md) maps the keys to the Elastic Common Schema and to OCSF.
"""

WORDS = {"string": "string", "boolean": "true or false", "object": "object"}


def resolved(schema, one):
    """A reference's target; a value is described in its place."""
    name = one.get("$ref", "").rpartition("/")[2]
    return schema["$defs"][name] if name and not name.startswith("value") else one


def integer(one):
    low, high = one["minimum"], one["maximum"]
    bits = (high + 1).bit_length() - 1 + (low < 0)
    if high + 1 == 1 << (bits - (low < 0)) and low in (0, -high - 1):
        return "%s %d bits" % ("unsigned" if low == 0 else "signed", bits)
    return "%d to %d" % (low, high)


def kind(one):
    """The type of a value, in words."""
    if "anyOf" in one:
        return "array"
    if "$ref" in one:
        return "any value"
    if "const" in one:
        return "`%s`" % json.dumps(one["const"])
    if "enum" in one:
        return ", ".join("`%s`" % word for word in one["enum"] if word is not None)
    types = one["type"] if type(one["type"]) is list else [one["type"]]
    name = [word for word in types if word != "null"][0]
    if name == "integer":
        return integer(one)
    return "array of " + kind(one["items"]) if name == "array" else WORDS[name]


def row(path, one):
    meaning, _, null = one["description"].partition(" null: ")
    cells = ("`%s`" % path, kind(one), meaning, null)
    return "| %s |" % " | ".join(cell.replace("|", "\\|") for cell in cells)


def rows(schema, one, path=""):
    """A row a key, those of an object below it."""
    for key, inner in one.get("properties", {}).items():
        name = path + key
        target = resolved(schema, inner)
        yield row(name, dict(target, **inner))
        yield from rows(schema, target, name + ".")
        yield from rows(schema, target.get("items") or {}, name + "[].")


def reference(schema):
    lines = [HEAD]
    for one in schema["oneOf"]:
        record = resolved(schema, one)
        lines += ["## %s" % record["title"], "", "| Key | JSON | Meaning | null |",
                  "| --- | --- | --- | --- |"]
        lines += list(rows(schema, record)) + [""]
    return "\n".join(lines)


def main():
    with open(SCHEMA, encoding="utf-8") as file:
        text = reference(json.load(file))
    if sys.argv[1:] == ["--check"]:
        with open(REFERENCE, encoding="utf-8") as file:
            if file.read() == text:
                return 0
        print("docs/RECORD.md is not what the schema says; run make docs")
        return 1
    if sys.argv[1:]:
        raise SystemExit(__doc__)
    with open(REFERENCE, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
