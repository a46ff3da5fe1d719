#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: test_check_record.py FILE

Is check_record.py as strict as it says? Takes the first record of FILE, which is good, and
spoils it in many ways: each must be refused, for the right reason. Last line: the counts.
"""

import copy
import json
import sys

sys.dont_write_bytecode = True  # the tree stays clean
import check_record

FULL_PRIVILEGE = {"required": ["CAP_NET_ADMIN"], "held": True, "verdict": "host-privileged",
                  "checks": [{"capability": "CAP_NET_ADMIN", "granted": True,
                              "userNamespace": 4026531837, "level": 0, "audited": True}],
                  "checksMore": 0, "source": "security_capable", "disagreement": None}
NOT_SEEN = dict(FULL_PRIVILEGE, verdict=None, checks=None, checksMore=None, source=None)
FULL_FINDINGS = [{"rule": "r1", "severity": "high", "title": "t", "mitre": ["T1040", "T1040.001"],
                  "cve": ["CVE-2024-12345"], "why": "w"}]
NONE_LOST = {"ringFull": 0, "inflightFull": 0, "returnMissed": 0}
LOSER = dict({"hostProcessId": 17, "processName": "x"}, **dict(NONE_LOST, ringFull=2))
PROBE = {"timestamp": 1, "eventName": "probe",
         "probe": {"program": "kprobe/x", "state": "silent", "call": "64-bit", "times": 0}}
LOST = {"timestamp": 1, "eventName": "lost",
        "lost": {"ringFull": 3, "inflightFull": 1, "returnMissed": 0, "processes": [LOSER],
                 "others": {"ringFull": 1, "inflightFull": 1, "returnMissed": 0}}}
CONTAINER = {"id": "abc", "name": "n", "image": "i", "imageDigest": "d"}

# (path, value): good records
GOOD = [
    ("privilege", FULL_PRIVILEGE), ("privilege.verdict", None), ("privilege.held", None),
    ("privilege", NOT_SEEN), ("privilege", dict(NOT_SEEN, required=None, held=None)),
    ("privilege", dict(FULL_PRIVILEGE, checks=[], verdict="none", disagreement="a sentence")),
    ("privilege", dict(FULL_PRIVILEGE, checks=8 * FULL_PRIVILEGE["checks"], checksMore=3)),
    ("credentials.seccomp", "filter"), ("credentials.seccomp", None),
    ("socket.netNamespaceOwner", None), ("process.executableDevice", None),
    ("process.containerRuntime", "cri-o"),
    ("findings", FULL_FINDINGS), ("findings", []), ("socket", None), ("container", CONTAINER),
    ("container", {}), ("kubernetes", {}), ("containerId", ""), ("processName", ""),
    ("processName", "\u20ac\u0001\U0001f600"), ("stackAddresses", [2**64 - 1]),
    ("userId", None), ("userId", 2**32 - 1), ("cgroupId", 2**64 - 1), ("timestamp", -1),
    ("executable.path", None), ("hostName", None), ("sockopt.attach", None),
    ("socket.local", "[2001:db8::1]:65535"), ("socket.remote", "::1"), ("socket.family", None),
    ("sockopt.optval.effective", {"l_onoff": 1, "list": [1, "a"]}),
    ("sockopt.optval.effective", {"len": 4, "filter": None}),
    ("credentials.userNamespace", None), ("credentials.capEffective", ["CAP_63"]),
    ("sockopt.assumed", True), ("sockopt.flags", ["null_optval", "bad_optval", "unread_optval"]),
]

# (path, value, part of the reason): spoilt ones
BAD = [
    ("timestamp", None, "timestamp: null is no integer"),
    ("sockopt.flags", ["effect_mismatch"], "effect that is not known"),
    ("sockopt.flags", ["rewritten"], "not as flagged"),
    ("sockopt.flags", ["optval_changed"], "not as flagged"),
    ("sockopt.rewritten", {"swallowed": True}, "not as flagged"),
    ("sockopt.taskIsContext", True, "not as the abi says"), ("sockopt.abi", "bpf", "not as the abi"),
    ("syscall", None, "not as the abi says"),
    ("sockopt.rewritten", {"swallowed": 1}, "sockopt.rewritten.swallowed: "),
    ("timestamp", 1.5, "1.5 is no integer"),
    ("timestamp", "1", "timestamp: \"1\" is no integer"),
    ("timestamp", 2**63, "timestamp: "),
    ("userId", -1, "userId: -1 is not in"), ("userId", 2**32, "userId: "),
    ("userId", True, "userId: true is no integer"), ("processId", "", "processId: "),
    ("processorId", None, "processorId: "), ("hostProcessId", None, "hostProcessId: "),
    ("processName", 0, "processName: 0 is no string"), ("hostName", "", "hostName: "),
    ("executable", {"path": ""}, "executable.path: "), ("executable", {}, "executable: "),
    ("executable", "/bin/nc", "executable: "),
    ("executable", {"path": None, "x": 1}, "\"x\" does not belong"),
    ("processName", "\ud800", "surrogate"),
    ("containerId", 0, "containerId: "), ("container", [], "container: "),
    ("container", {"name": "n", "id": "i"}, "container: "),
    ("eventId", 54, "eventId: "), ("eventId", "55", "eventId: "), ("eventId", "208", "abi"),
    ("eventName", "getsockopt", "eventName: "), ("matchedPolicies", None, "matchedPolicies: "),
    ("argsNum", 5.0, "5.0 is no integer"), ("argsNum", 4, "argsNum: "),
    ("argsNum", "5", "argsNum: "), ("returnValue", None, "no_return"),
    ("returnValue", 2**31, "returnValue: "), ("syscall", "", "syscall: "),
    ("stackAddresses", 0, "stackAddresses: "), ("contextFlags", {}, "contextFlags: "),
    ("contextFlags.isCompat", 0, "isCompat: 0 is none of"),
    ("contextFlags.isCompat", True, "not the abi's"), ("threadEntityId", 2**32, "threadEntityId: "),
    ("args", [], "args: 0 items"), ("args.0.name", "fd", "args[0].name: "),
    ("args.1.type", "int", "args[1].value: "), ("args.1.type", "long", '"long" is none of'),
    ("args.1.value", "77", "not that of args"), ("args.2.value", "", "args[2].value: "),
    ("args.2.value", 2, "args[2].value: "),
    ("args.3.value", "0xAB", "args[3].value: "), ("args.3.value", 4096, "args[3].value: "),
    ("args.3.type", "void*", "args[3].type: "), ("args.4.value", 2**31, "args[4].value: "),
    ("sockopt", None, "sockopt: null is no object"), ("sockopt.level", "1", "sockopt.level: "),
    ("sockopt.optval.bytes", "0100000", "bytes: "), ("sockopt.optval.bytes", "0100", "captured: "),
    ("sockopt.optval.bytes", "0100000A", "bytes: "), ("sockopt.optval.bytes", None, "disagree"),
    ("sockopt.optval.captured", 3, "captured: "), ("sockopt.optval.source", "none", "disagree"),
    ("sockopt.optval.source", None, "source: "), ("sockopt.optval.value", True, "value: "),
    ("sockopt.optval.value", {"A b": 1}, "value: "), ("sockopt.optval.value", [None], "value[0]"),
    ("sockopt.optval.text", 1, "text: "), ("sockopt.flags", None, "flags: "),
    ("sockopt.flags", ["nonsense"], "flags[0]: "),
    ("sockopt.flags", ["short_optlen", "null_optval"], "out of order"),
    ("sockopt.flags", ["null_optval", "null_optval"], "twice"),
    ("sockopt.flags", ["no_return"], "disagree"), ("sockopt.abi", "amd64", "abi: "),
    ("sockopt.abi", "arm64", "eventId: "), ("sockopt.durationNs", None, "disagree"),
    ("sockopt.assumed", False, "assumed: "), ("sockopt.attach", "auto", "attach: "),
    ("socket", {}, "socket: "),
    ("socket.family", "", "family: "), ("socket.family", 2, "family: "),
    ("socket.type", None, "socket.type: "), ("socket.local", "", "local: "),
    ("socket.local", "localhost", "local: "), ("socket.inode", "1", "inode: "),
    ("credentials", None, "credentials: "), ("credentials.uid", "0", "uid: "),
    ("credentials.capEffective", 0, "capEffective: "),
    ("credentials.capEffective", ["net_admin"], "capEffective[0]: "),
    ("credentials.userNamespace.initial", False, "disagree"),
    ("credentials.noNewPrivs", 0, "noNewPrivs: "),
    ("privilege", dict(FULL_PRIVILEGE, verdict="yes"), "verdict: "),
    ("privilege", dict(FULL_PRIVILEGE, x=1), "\"x\" does not belong"),
    ("privilege", None, "privilege: null is no object"),
    ("privilege.source", None, "it and checks disagree"),
    ("privilege", dict(NOT_SEEN, disagreement="x"), "with no checks"),
    ("privilege.checksMore", 1, "there was room for more"),
    ("privilege.required", [], "nothing is required"),
    ("credentials.userNamespace.ancestorOwnerUid", 0, "of the initial namespace"),
    ("credentials.seccomp", 2, "seccomp: "), ("credentials.overridden", 0, "overridden: "),
    ("socket.foreignNetNamespace", 0, "foreignNetNamespace: "),
    ("process.executableDevice", "8", "executableDevice: "),
    ("process.containerRuntime", "lxc", "containerRuntime: "), ("process", None, "process: "),
    ("findings", [dict(FULL_FINDINGS[0], severity="bad")], "severity: "),
    ("findings", [dict(FULL_FINDINGS[0], mitre=["1040"])], "mitre[0]: "),
    ("findings", {}, "findings: "),
]


def compact(record):
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def changed(good, path, value):
    record = copy.deepcopy(good)
    part, *rest = path.split(".")
    parent = record
    while rest:
        parent = parent[int(part) if part.isdigit() else part]
        part, *rest = rest
    parent[int(part) if part.isdigit() else part] = value
    return compact(record)


def objects(record, path=""):
    """Every object in it whose keys have an order, and where it is."""
    if isinstance(record, dict):
        yield path, record
        for key, item in record.items():
            if key != "value":
                yield from objects(item, path + "." + key)
    elif isinstance(record, list):
        for index, item in enumerate(record):
            yield from objects(item, "%s.%d" % (path, index))


def key_cases(good):
    """Each key of each object away, or the last of its object."""
    for path, _ in list(objects(good)):
        record = copy.deepcopy(good)
        part = dict(objects(record))[path]
        for key in list(part):
            saved = dict(part)
            del part[key]
            yield "%s without %s" % (path, key), compact(record), "must be here"
            if key != list(saved)[-1]:
                part[key] = saved[key]
                yield "%s with %s last" % (path, key), compact(record), "must be here"
            part.clear()
            part.update(saved)
        part["unexpected"] = 1
        yield "%s with one more" % path, compact(record), "does not belong"


def line_cases(good):
    line = compact(good)
    yield "no newline", line[:-1], "cut"
    yield "half a line", line[:100], "cut"
    yield "empty line", b"\n", "Expecting value"
    yield "two records", line[:-1] + line, "Extra data"
    yield "a key twice", line.replace(b"\"argsNum\":5", b"\"argsNum\":5,\"argsNum\":5"), "twice"
    yield "a tab", line.replace(b"\":", b"\":\t", 1), "control character"
    yield "a raw escape", line.replace(b"SO_REUSEADDR", b"SO_\x1b"), "control character"
    yield "NUL", line.replace(b"SO_REUSEADDR", b"SO_\0"), "control character"
    yield "invalid UTF-8", line.replace(b"SO_REUSEADDR", b"SO_\xff"), "utf-8"
    yield "NaN", line.replace(b"\"argsNum\":5", b"\"argsNum\":NaN"), "NaN"
    yield "an exponent", line.replace(b"\"argsNum\":5", b"\"argsNum\":5e0"), "no integer"
    yield "an array", b"[]\n", "no object"
    yield "too deep", b"[" * 100000 + b"\n", ""
    yield "lost, no count", compact(dict(LOST, lost={})), "ringFull"
    yield "lost, one more", compact(dict(LOST, x=1)), "does not belong"
    yield "lost, negative", compact(dict(LOST, lost=dict(LOST["lost"], ringFull=-1))), "ringFull"
    yield "probe, state", compact(dict(PROBE, probe=dict(PROBE["probe"], state="x"))), "state"
    yield "probe, call", compact(dict(PROBE, probe=dict(PROBE["probe"], call=None))), "call"
    yield "lost, no time", compact({"eventName": "lost", "lost": LOST["lost"]}), "timestamp"
    for what, changes, why in (
            ("too much", {"ringFull": 4}, "lost.ringFull: not the sum"),
            ("nobody's", {"inflightFull": 0}, "lost.inflightFull: not the sum"),
            ("no name", {"processes": [dict(LOSER, processName=None)]}, "processName"),
            ("probes of a process", {"processes": [dict(LOSER, probeMissed=1)]}, "not belong"),
            ("in disorder", {"ringFull": 6, "processes": [LOSER, dict(LOSER, ringFull=3)]}, "five"),
            ("six", {"ringFull": 13, "processes": [LOSER] * 6}, "not the five")):
        yield "lost, " + what, lost_with(**changes), why


    yield "left out, too much", left_out(4, 2, 1), "leftOut.aboveRate: not the sum"
    yield "left out, a loss", left_out(3, 2, 1).replace(b"aboveRate", b"ringFull"), "aboveRate"


def left_out(whole, one, others):
    process = {"hostProcessId": 17, "processName": "x", "aboveRate": one}
    return compact({"timestamp": 1, "eventName": "leftOut", "leftOut": {
        "aboveRate": whole, "processes": [process], "others": {"aboveRate": others}}})


def lost_with(**changes):
    return compact(dict(LOST, lost=dict(LOST["lost"], **changes)))


def reason(line):
    """Why check_record refuses a line; None: it does not."""
    try:
        check_record.check_line(line)
    except (check_record.Bad, ValueError, RecursionError) as error:
        return str(error)
    return None


def schema_cases():
    """(what is wrong, a schema that says more than is looked at)."""
    yield "a keyword that is not known", {"type": "string", "format": "date-time"}
    yield "members that are not named", {"type": "object", "properties": {}, "required": [],
                                         "additionalProperties": True}


def takes(schema):
    try:
        check_record.compiled(schema)
    except ValueError:
        return False
    return True


def main(name):
    with open(name, encoding="utf-8") as file:
        good = json.loads(file.readline())
    good["privilege"], good["findings"] = FULL_PRIVILEGE, FULL_FINDINGS
    cases = [("good", compact(good), None), ("lost", compact(LOST), None),
             ("probe", compact(PROBE), None),
             ("lost, five", lost_with(ringFull=11, processes=[LOSER] * 5), None)]
    cases.append(("left out", left_out(3, 2, 1), None))
    four = list(LOST["lost"].items())
    four[3:3] = [("probeMissed", 1)]
    four[-1] = ("others", dict(LOST["lost"]["others"], probeMissed=1))
    cases.append(("lost, four reasons", compact(dict(LOST, lost=dict(four))), None))
    cases += [("%s = %r" % case, changed(good, *case), None) for case in GOOD]
    cases += [("%s = %r" % case[:2], changed(good, *case[:2]), case[2]) for case in BAD]
    cases += list(key_cases(good)) + list(line_cases(good))
    failed = 0
    for what, line, expected in cases:
        why = reason(line)
        if (why is None) != (expected is None) or (expected and expected not in why):
            failed += 1
            print("check_record: %s: expected %r, got %r" % (what, expected, why))
    for what, schema in schema_cases():
        if takes(schema):
            failed += 1
            print("check_record: a schema with %s is taken" % what)
    print("%d passed, %d failed, 0 skipped" % (len(cases) + 2 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
