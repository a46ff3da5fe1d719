#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check_record.py FILE...

Are the lines of these files records as docs/record.schema.json says (which may lie beside this
script, too), with their keys in its order? And does one part of a record not gainsay another? By a
parser that has nothing in common with the tool. Exit status: 0 all are, 1 one is not (its line and
the reason are printed), 2 wrong usage. Needs nothing but Python's own library, and knows of JSON
Schema what the file uses: a keyword that it does not know is an error.
"""

import json
import os
import re
import sys

ERRORS_SHOWN = 20


class Bad(Exception):
    """A part of a record that is not as it must be: where, and why."""

    def __init__(self, path, why, is_other_word=False):
        super().__init__("%s: %s" % (path or "record", why))
        self.rank = (is_other_word, -len(path))


# Each of these gives a function of (value, path) that raises Bad, for a schema of its type.

def integer(schema):
    low, high = schema["minimum"], schema["maximum"]

    def check(value, path):
        if type(value) is not int:  # neither a bool nor a float
            raise Bad(path, "%s is no integer" % json.dumps(value))
        if not low <= value <= high:
            raise Bad(path, "%d is not in %d..%d" % (value, low, high))
    return check


def string(schema):
    pattern = re.compile(schema.get("pattern", ".*"), re.DOTALL)
    least = schema.get("minLength", 0)

    def check(value, path):
        if type(value) is not str:
            raise Bad(path, "%s is no string" % json.dumps(value))
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise Bad(path, "a lone surrogate")
        if len(value) < least:
            raise Bad(path, "it is empty")
        if not pattern.fullmatch(value):
            raise Bad(path, "%s does not look like %s" % (json.dumps(value), pattern.pattern))
    return check


def boolean(_schema):
    return one_of((True, False))


def one_of(values):
    def check(value, path):
        if not any(type(value) is type(v) and value == v for v in values):
            raise Bad(path, "%s is none of %s" % (json.dumps(value), json.dumps(values)), True)
    return check


def array(schema):
    """Of items that are all alike, or of just these; with uniqueItems in the order of their enum."""
    first = [compiled(one) for one in schema.get("prefixItems", [])]
    inner = compiled(schema["items"]) if schema["items"] else None
    order = schema["items"]["enum"] if schema.get("uniqueItems") else None

    def check(value, path):
        if type(value) is not list:
            raise Bad(path, "%s is no array" % json.dumps(value))
        if len(value) < schema.get("minItems", 0) or (not inner and len(value) > len(first)):
            raise Bad(path, "%d items" % len(value))
        for index, item in enumerate(value):
            (first[index] if index < len(first) else inner)(item, "%s[%d]" % (path, index))
        if order and value != [name for name in order if name in value]:
            raise Bad(path, "%s is out of order, or twice" % json.dumps(value))
    return check


def fields(schema):
    """An object of just these members, in this order; those that are not required may lack."""
    members = [(key, compiled(one), key in schema["required"])
               for key, one in schema["properties"].items()]

    def check(value, path):
        if type(value) is not dict:
            raise Bad(path, "%s is no object" % json.dumps(value))
        keys = list(value)
        for key, inner, required in members:
            if not keys or keys[0] != key:
                if not required and key not in keys:
                    continue
                raise Bad(path, "key \"%s\" must be here, not %s"
                          % (key, "\"%s\"" % keys[0] if keys else "the end"))
            inner(value[keys.pop(0)], (path + "." if path else "") + key)
        if keys:
            raise Bad(path, "key \"%s\" does not belong here" % keys[0])
    return check


def mapping(schema):
    """An object whose members are all alike."""
    name, inner = string(schema["propertyNames"]), compiled(schema["additionalProperties"])

    def check(value, path):
        if type(value) is not dict:
            raise Bad(path, "%s is no object" % json.dumps(value))
        for key, item in value.items():
            name(key, path)
            inner(item, "%s.%s" % (path, key))
    return check


def either(kinds):
    """Where none fits: the reason that is deepest, and not just another word than it must be."""
    def check(value, path):
        reasons = []
        for kind in kinds:
            try:
                return kind(value, path)
            except Bad as bad:
                reasons.append(bad)
        raise min(reasons, key=lambda bad: bad.rank)
    return check


def reference(name):
    """Looked up when it is needed: a value may hold values."""
    return lambda value, path: DEFINED[name](value, path)


def plain(schema):
    kind = schema["type"]
    if kind == "object":
        return (fields if "properties" in schema else mapping)(schema)
    return {"integer": integer, "string": string, "boolean": boolean, "array": array}[kind](schema)


KEYWORDS = set("""$ref additionalProperties anyOf const description enum items maximum minItems minLength
minimum pattern prefixItems properties propertyNames required title type uniqueItems""".split())


def compiled(schema):
    unknown = set(schema) - KEYWORDS
    if unknown or schema.get("additionalProperties") is True:
        raise ValueError("of JSON Schema this is not known here: %s" % sorted(unknown))
    if "$ref" in schema:
        return reference(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return either([compiled(one) for one in schema["anyOf"]])
    if "const" in schema:
        return one_of([schema["const"]])
    if "enum" in schema:
        return one_of(schema["enum"])
    if type(schema["type"]) is str:
        return plain(schema)
    kind, = [one for one in schema["type"] if one != "null"]
    inner = plain(dict(schema, type=kind))
    return lambda value, path: None if value is None else inner(value, path)


def read_schema():
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.join(here, "..", "..", "docs")):
        name = os.path.join(folder, "record.schema.json")
        if os.path.exists(name):
            with open(name, encoding="utf-8") as file:
                return json.load(file)
    raise SystemExit("check_record.py: record.schema.json is neither beside it nor in docs/")


SCHEMA = read_schema()
DEFINED = {name: compiled(one) for name, one in SCHEMA["$defs"].items()}
# The kinds of record, by their eventName.
SHAPES = {}
for _one in SCHEMA["oneOf"]:
    _name = _one["$ref"].rpartition("/")[2]
    SHAPES[SCHEMA["$defs"][_name]["properties"]["eventName"]["const"]] = DEFINED[_name]
FLAGS = SCHEMA["$defs"]["call"]["properties"]["sockopt"]["properties"]["flags"]["items"]["enum"]


def probe_agrees(record):
    """A state that is about a call names it."""
    probe = record["probe"]
    same(probe["call"] is not None, probe["state"] in ("silent", "repeated"), "probe.call",
         "not as the state says")


def same(a, b, path, what):
    if a != b:
        raise Bad(path, what)


def agree(event):
    """What one part of an event says must not gainsay another."""
    sockopt = event["sockopt"]
    optval, flags, compat = sockopt["optval"], sockopt["flags"], event["contextFlags"]["isCompat"]
    arm = sockopt["abi"] in ("arm64", "arm")
    lost_return = event["returnValue"] is None

    same("no_return" in flags, lost_return, "sockopt.flags", "no_return and returnValue disagree")
    same(sockopt["durationNs"] is None, lost_return, "sockopt.durationNs",
         "it and returnValue disagree")
    same(optval["bytes"] is None, optval["source"] == "none", "sockopt.optval.bytes",
         "they and source disagree")
    same(len(optval["bytes"] or "") // 2, optval["captured"], "sockopt.optval.captured",
         "not the number of bytes")
    if optval["bytes"] is None and optval["value"] is not None:
        raise Bad("sockopt.optval.value", "decoded out of no bytes")
    for what, told in (("sockopt.taskIsContext", "taskIsContext" in sockopt),
                       ("syscall", event["syscall"] is None)):
        same(told, sockopt["abi"] == "bpf", what, "not as the abi says")
    same("rewritten" in flags, "rewritten" in sockopt, "sockopt.rewritten", "not as flagged")
    if "rewritten" in sockopt:
        same(set(sockopt["rewritten"]) == {"swallowed"}, sockopt["rewritten"]["swallowed"],
             "sockopt.rewritten", "not as swallowed says")
    same("optval_changed" in flags, "changed" in sockopt, "sockopt.changed", "not as flagged")
    if "effect_mismatch" in flags and optval["effective"] is None:
        raise Bad("sockopt.flags", "effect_mismatch of an effect that is not known")
    if sockopt["abi"] not in ("io_uring", "bpf"):  # which any machine has
        same(event["eventId"], "208" if arm else "54", "eventId", "not the abi's")
    if sockopt["abi"] != "io_uring":  # of which either kind of program may own the ring
        same(compat, None if sockopt["abi"] is None else sockopt["abi"] in ("i386", "arm"),
             "contextFlags.isCompat", "not the abi's")
    for index, name in ((1, "level"), (2, "optname")):
        shown = event["args"][index]["value"]
        if type(shown) is int or re.fullmatch(r"-?\d+", shown):
            same(str(shown), str(sockopt[name]), "sockopt." + name, "not that of args")
    user_namespace = event["credentials"]["userNamespace"]
    level_agrees(event)
    if user_namespace:
        same(user_namespace["initial"], user_namespace["level"] == 0,
             "credentials.userNamespace", "initial and level disagree")
        if user_namespace["initial"] and user_namespace["ancestorOwnerUid"] is not None:
            raise Bad("credentials.userNamespace.ancestorOwnerUid", "of the initial namespace")
    privilege_agrees(event["privilege"])


def privilege_agrees(privilege):
    """What was seen of checks stands and falls together."""
    checks = privilege["checks"]
    for key in ("checksMore", "source"):
        same(privilege[key] is None, checks is None, "privilege." + key, "it and checks disagree")
    if checks is None:
        same(privilege["disagreement"], None, "privilege.disagreement", "with no checks")
    elif len(checks) < 8:
        same(privilege["checksMore"], 0, "privilege.checksMore", "there was room for more")
    if privilege["required"] in (None, []):
        same(privilege["held"], None, "privilege.held", "nothing is required")


def losses_agree(lost, path):
    """The whole is the sum of its parts; those with most come first, five at the most."""
    sums = []
    for reason in [key for key in lost if key not in ("processes", "others")]:
        parts = [part.get(reason, 0) for part in lost["processes"] + [lost["others"]]]
        same(lost[reason], sum(parts), path + "." + reason, "not the sum of its parts")
    for process in lost["processes"]:
        sums.append(sum(process[reason] for reason in process if reason in lost))
    same(sums, sorted(sums, reverse=True)[:5], path + ".processes", "not the five with most")


def level_agrees(event):
    """A level's name is told to be an assumption where the socket is not known, but SOL_SOCKET's."""
    name, assumed = event["args"][1]["value"], "assumed" in event["sockopt"]
    if type(name) is not str:
        return
    is_name = not re.fullmatch(r"-?\d+", name)
    if event["socket"] is None:
        same(assumed, is_name and name != "SOL_SOCKET", "sockopt.assumed", "not as the socket is")
    elif assumed:
        same(is_name, True, "sockopt.assumed", "nothing is assumed of a number")


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice in one object: %s" % [key for key, _ in pairs])
    return members


def refuse(text):
    raise ValueError("%s is no integer" % text)


# What a kind of record must say of itself beyond its shape.
AGREE = {"setsockopt": agree, "probe": probe_agrees,
         "lost": lambda record: losses_agree(record["lost"], "lost"),
         "leftOut": lambda record: losses_agree(record["leftOut"], "leftOut")}


def check_line(line):
    """One line with its newline, bytes. Raises Bad or ValueError."""
    if not line.endswith(b"\n"):
        raise ValueError("the line is cut: no newline at its end")
    if re.search(rb"[\x00-\x1f]", line[:-1]):
        raise ValueError("a control character in the line")
    record = json.loads(line.decode("utf-8"), object_pairs_hook=unique, parse_float=refuse,
                        parse_constant=refuse)
    name = record.get("eventName") if type(record) is dict else None
    SHAPES[name if type(name) is str and name in SHAPES else "setsockopt"](record, "")
    AGREE[name](record)


def check_file(name):
    """How many lines are bad; says which and why."""
    bad = 0
    with open(name, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                check_line(line)
            except (Bad, ValueError, RecursionError) as error:
                bad += 1
                if bad <= ERRORS_SHOWN:
                    print("%s:%d: %s" % (name, number, error))
    if bad > ERRORS_SHOWN:
        print("%s: %d more" % (name, bad - ERRORS_SHOWN))
    return bad


def main(names):
    if not names:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    try:
        return 1 if sum(check_file(name) for name in names) else 0
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
