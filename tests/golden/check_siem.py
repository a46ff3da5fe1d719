#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check_siem.py DOCS

Are the tables of DOCS/SIEM.md complete? Each key of a call's record, by DOCS/record.schema.json, stands
in each of them, by itself or below `KEY.*`; and nothing stands there that is no key.
"""

import json
import os
import re
import sys

MODELS = ("Elastic Common Schema", "OCSF")


def leaves(schema, one, path=""):
    """The paths of all that has no members, lists as their items. A value is what the option has."""
    if "$ref" in one and "value" not in one["$ref"]:
        target = schema
        for key in one["$ref"].split("/")[1:]:
            target = target[key]
        one = target
    found = set()
    for kind in ("anyOf", "oneOf", "allOf"):
        for other in one.get(kind, []):
            found |= leaves(schema, other, path)
    if "properties" in one:
        for key, member in one["properties"].items():
            found |= leaves(schema, member, path + "." + key if path else key)
    elif isinstance(one.get("items"), dict) and not found:
        found |= leaves(schema, one["items"], path)
    elif not found:
        found.add(path)
    return found


def named(section):
    """Keys in the first column of a section's table; [] and [2] say which item, * all below."""
    names = set()
    for line in section.splitlines():
        if line.startswith("| `"):
            names |= set(re.findall(r"`([^`]+)`", line.split("|")[1]))
    return {re.sub(r"\[\d*\]", "", name) for name in names}


def main(folder):
    with open(os.path.join(folder, "record.schema.json")) as file:
        schema = json.load(file)
    with open(os.path.join(folder, "SIEM.md")) as file:
        sections = file.read().split("\n## ")
    keys = leaves(schema, schema["$defs"]["call"])
    assert len(keys) > 100, "%d keys" % len(keys)
    for model in MODELS:
        names = named(next(section for section in sections if section.startswith(model)))
        below = tuple(name[:-1] for name in names if name.endswith(".*"))
        missing = {key for key in keys if key not in names and not key.startswith(below)}
        unknown = {name for name in names - keys
                   if not any((key + ".").startswith(name.rstrip("*")) for key in keys)} - {"args.value"}
        assert not missing, "%s: not in the table: %s" % (model, " ".join(sorted(missing)))
        assert not unknown, "%s: no such key: %s" % (model, " ".join(sorted(unknown)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
