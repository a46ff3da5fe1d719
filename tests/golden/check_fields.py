#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check_fields.py RECORDS FIELDS
Each leaf of a record must be a field that rules can ask for, with the value that the record has.
RECORDS: -o json; FIELDS: of the same calls in the same order, "make_golden fields"."""

import json
import sys

# Leaves that no rule can ask for, each with the reason.
NOT_FIELDS = {
    "timestamp": "a rule has no use for the date; count and sequence look at it",
    "threadStartTime": "the same",
    "eventId": "a constant of the machine",
    "matchedPolicies": "a constant",
    "argsNum": "a constant",
    "args": "option, level, sockopt.sockfd, sockopt.optval.address, sockopt.optlen",
    "stackAddresses": "never known",
    "contextFlags.containerStarted": "container",
    "container": "container.id; as a field it is whether there is one",
    "kubernetes": "kubernetes.podUID",
    "findings": "what the rules make",
    "privilege.checks": "privilege.checks.capability, .granted, .denied",
}
# Decoded values: a rule asks for their members by name, which the table cannot list.
TREES = ("sockopt.optval.value", "sockopt.optval.effective")


def leaves(value, path):
    if isinstance(value, dict) and path not in TREES and value:
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    else:
        yield path, value


def is_same(path, leaf, fact):
    if path in TREES and isinstance(leaf, (dict, list)):
        return fact is not None
    return leaf == fact and isinstance(leaf, type(fact))


def parents_of(fields):
    """Objects that may be null as a whole."""
    return {path[:i] for path in fields for i, c in enumerate(path) if c == "."}


def check(record, fields):
    parents = parents_of(fields)
    for path, leaf in leaves(record, ""):
        if path in NOT_FIELDS:
            continue
        if leaf is None and path in parents and path not in fields:
            below = [f for f in fields if f.startswith(path + ".")]
            if any(fields[f] is not None for f in below if f.count(".") == path.count(".") + 1
                   and f not in ("sockopt.optval.null",)):
                yield f"{path} is null, its fields are not"
            continue
        if path not in fields:
            yield f"{path} is no field of src/rules/fields.def"
        elif not is_same(path, leaf, fields[path]):
            yield f"{path} is {leaf!r}, the field {fields[path]!r}"


def main():
    checked = 0
    with open(sys.argv[1], encoding="utf-8") as records, open(sys.argv[2], encoding="utf-8") as facts:
        wrong = []
        for number, (record, fields) in enumerate(zip(records, facts), 1):
            record = json.loads(record)
            if record.get("eventName") != "setsockopt":
                break
            checked += 1
            wrong += [f"{number}: {what}" for what in check(record, json.loads(fields))]
    for what in wrong[:40]:
        print(what)
    if not checked:
        print("no records")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
