#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check_record.py FILE...

Are the lines of these files records as the contract says? Keys, their order and JSON types
of Tracee's classic record, then our own objects; an unknown is null where it may be. By a
parser that has nothing in common with the tool. Exit status: 0 all are, 1 one is not (its
line and the reason are printed), 2 wrong usage. Needs nothing but Python's own library.
"""

import json
import re
import sys

FLAGS = """null_optval bad_optval kernel_optval unread_optval negative_optlen short_optlen
long_optlen huge_optlen out_of_range unknown_level unknown_option optval_changed
effect_mismatch rewritten no_return""".split()
ABIS = "x86-64 i386 x32 arm64 arm io_uring bpf".split()
ATTACHMENTS = "kprobe fentry tracepoint".split()
VERDICTS = """host-privileged host-privileged-over-child userns-granted root-userns-granted
denied lsm-denied none""".split()
SEVERITIES = "low medium high critical".split()
ERRORS_SHOWN = 20


class Bad(Exception):
    """A part of a record that is not as it must be: where, and why."""

    def __init__(self, path, why):
        super().__init__("%s: %s" % (path or "record", why))


# Each of these gives a function of (value, path) that raises Bad.

def integer(low, high):
    def check(value, path):
        if type(value) is not int:  # neither a bool nor a float
            raise Bad(path, "%s is no integer" % json.dumps(value))
        if not low <= value <= high:
            raise Bad(path, "%d is not in %d..%d" % (value, low, high))
    return check


def string(pattern=None):
    def check(value, path):
        if type(value) is not str:
            raise Bad(path, "%s is no string" % json.dumps(value))
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise Bad(path, "a lone surrogate")
        if pattern and not re.fullmatch(pattern, value, re.DOTALL):
            raise Bad(path, "%s does not look like %s" % (json.dumps(value), pattern))
    return check


def one_of(*values):
    def check(value, path):
        if not any(type(value) is type(v) and value == v for v in values):
            raise Bad(path, "%s is none of %s" % (json.dumps(value), json.dumps(values)))
    return check


def nullable(inner):
    def check(value, path):
        if value is not None:
            inner(value, path)
    return check


def array(inner):
    def check(value, path):
        if type(value) is not list:
            raise Bad(path, "%s is no array" % json.dumps(value))
        for index, item in enumerate(value):
            inner(item, "%s[%d]" % (path, index))
    return check


def fields(*members):
    """An object of just these members, in this order; those whose name ends with ? may lack."""
    def check(value, path):
        if type(value) is not dict:
            raise Bad(path, "%s is no object" % json.dumps(value))
        keys = list(value)
        for name, inner in members:
            key = name.rstrip("?")
            if not keys or keys[0] != key:
                if name.endswith("?") and key not in keys:
                    continue
                raise Bad(path, "key \"%s\" must be here, not %s"
                          % (key, "\"%s\"" % keys[0] if keys else "the end"))
            inner(value[keys.pop(0)], (path + "." if path else "") + key)
        if keys:
            raise Bad(path, "key \"%s\" does not belong here" % keys[0])
    return check


def ordered(names):
    """An array of some of these names, each once, in their order."""
    def check(value, path):
        array(one_of(*names))(value, path)
        if value != [name for name in names if name in value]:
            raise Bad(path, "%s is out of order, or twice" % json.dumps(value))
    return check


def anything(value, path):
    """A decoded value: integers, strings, objects and arrays of them; a member not known: null."""
    if type(value) is dict:
        for key, item in value.items():
            string("[a-z0-9_]+")(key, path)
            nullable(anything)(item, "%s.%s" % (path, key))
    elif type(value) is list:
        for index, item in enumerate(value):
            anything(item, "%s[%d]" % (path, index))
    elif type(value) is str:
        string()(value, path)
    else:
        integer(-2**63, 2**64 - 1)(value, path)


U16, U32, U64 = (integer(0, 2**bits - 1) for bits in (16, 32, 64))
I32, I64 = (integer(-2**(bits - 1), 2**(bits - 1) - 1) for bits in (32, 64))
TEXT = string()
NOT_EMPTY = string(".+")
BOOL = one_of(True, False)
CAPABILITY = string("CAP_[A-Z0-9_]+")
ADDRESS = string(r"[0-9.]+(:\d+)?|\[[0-9a-f:.]+\]:\d+|[0-9a-f:.]+")


def argument(name, kind, inner):
    return fields(("name", one_of(name)), ("type", one_of(kind)), ("value", inner))


ARGS = {
    "string": (argument("sockfd", "int", nullable(I32)), argument("level", "string", NOT_EMPTY),
               argument("optname", "string", NOT_EMPTY),
               argument("optval", "const void*", string("0x[0-9a-f]{1,16}")),
               argument("optlen", "int", I32)),
    "int": (argument("sockfd", "int", nullable(I32)), argument("level", "int", I32),
            argument("optname", "int", I32), argument("optval", "const void*", U64),
            argument("optlen", "int", I32)),
}


def arguments(value, path):
    """Parsed by default, numbers with --raw; level and optname tell which."""
    array(fields(("name", TEXT), ("type", TEXT), ("value", lambda _v, _p: None)))(value, path)
    if len(value) != 5:
        raise Bad(path, "%d arguments" % len(value))
    expected = ARGS.get(value[1]["type"])
    if not expected:
        raise Bad(path + "[1].type", "%s is neither string nor int" % json.dumps(value[1]["type"]))
    for index, inner in enumerate(expected):
        inner(value[index], "%s[%d]" % (path, index))


CONTAINER = fields(("id?", NOT_EMPTY), ("name?", TEXT), ("image?", TEXT), ("imageDigest?", TEXT))
KUBERNETES = fields(("podName?", TEXT), ("podNamespace?", TEXT), ("podUID?", TEXT),
                    ("podSandbox?", BOOL))

OPTVAL = fields(
    ("type", nullable(NOT_EMPTY)), ("value", nullable(anything)), ("text", nullable(TEXT)),
    ("bytes", nullable(string("([0-9a-f]{2})*"))), ("captured", integer(0, 4096)),
    ("source", one_of("entry", "exit", "none")), ("effective", nullable(anything)))

# Not in the contract: only where a cgroup BPF program rewrote the call.
REWRITTEN = fields(
    ("swallowed", BOOL), ("level?", I32), ("optname?", I32), ("optlen?", I32),
    ("text?", NOT_EMPTY), ("bytes?", nullable(string("([0-9a-f]{2})+"))))

# Nor this: only where the value was another at return.
CHANGED = fields(("captured", integer(1, 4096)), ("text", NOT_EMPTY),
                 ("bytes", nullable(string("([0-9a-f]{2})+"))))

SOCKOPT = fields(
    ("level", I32), ("optname", I32), ("optval", OPTVAL), ("flags", ordered(FLAGS)),
    ("abi", nullable(one_of(*ABIS))), ("durationNs", nullable(U64)),
    ("attach", nullable(one_of(*ATTACHMENTS))), ("changed?", CHANGED), ("rewritten?", REWRITTEN),
    ("taskIsContext?", one_of(True)), ("assumed?", one_of(True)))

SOCKET = fields(
    ("family", nullable(string("AF_[A-Za-z0-9_]+"))), ("type", string(r"SOCK_[A-Z]+|\d+")),
    ("protocol", string(r"[A-Z][A-Z0-9_]+|\d+")), ("state", nullable(string("[A-Z0-9_]+"))),
    ("local", nullable(ADDRESS)), ("remote", nullable(ADDRESS)), ("inode", nullable(U64)),
    ("cookie", nullable(U64)), ("netNamespace", nullable(U32)),
    ("netNamespaceOwner", nullable(fields(("inode", U32), ("level", U32), ("ownerUid", U32)))),
    ("foreignNetNamespace", nullable(BOOL)))

USER_NAMESPACE = fields(("inode", U32), ("level", U32), ("ownerUid", U32), ("initial", BOOL),
                        ("ancestorOwnerUid", nullable(U32)))

CREDENTIALS = fields(
    ("uid", nullable(U32)), ("euid", nullable(U32)), ("gid", nullable(U32)),
    ("egid", nullable(U32)), ("loginUid", nullable(U32)),
    ("capEffective", nullable(array(CAPABILITY))), ("userNamespace", nullable(USER_NAMESPACE)),
    ("noNewPrivs", nullable(BOOL)), ("suid", nullable(U32)), ("fsuid", nullable(U32)),
    ("sgid", nullable(U32)), ("fsgid", nullable(U32)),
    ("capPermitted", nullable(array(CAPABILITY))), ("capAmbient", nullable(array(CAPABILITY))),
    ("seccomp", nullable(one_of("disabled", "strict", "filter"))), ("overridden", nullable(BOOL)),
    ("realUid", nullable(U32)))

CHECK = fields(("capability", CAPABILITY), ("granted", BOOL), ("userNamespace", nullable(U32)),
               ("level", nullable(U32)), ("audited", nullable(BOOL)))

PRIVILEGE = fields(
    ("required", nullable(array(CAPABILITY))), ("held", nullable(BOOL)),
    ("verdict", nullable(one_of(*VERDICTS))), ("checks", nullable(array(CHECK))),
    ("checksMore", nullable(U32)), ("source", nullable(one_of("security_capable", "cap_capable"))),
    ("disagreement", nullable(NOT_EMPTY)))

PROCESS_FACTS = fields(
    ("executableInode", nullable(U64)), ("executableDevice", nullable(string(r"\d+:\d+"))),
    ("parentName", nullable(TEXT)),
    ("containerRuntime", nullable(one_of("docker", "containerd", "cri-o", "podman",
                                         "systemd-nspawn"))))

FINDING = fields(
    ("rule", NOT_EMPTY), ("severity", one_of(*SEVERITIES)), ("title", NOT_EMPTY),
    ("mitre", array(string(r"T\d{4}(\.\d{3})?"))), ("cve", array(string(r"CVE-\d{4}-\d{4,}"))),
    ("why", NOT_EMPTY))

EVENT = fields(
    ("timestamp", I64), ("threadStartTime", nullable(U64)), ("processorId", U32),
    ("processId", nullable(U32)), ("cgroupId", nullable(U64)), ("threadId", nullable(U32)),
    ("parentProcessId", nullable(U32)), ("hostProcessId", U32), ("hostThreadId", U32),
    ("hostParentProcessId", nullable(U32)), ("userId", nullable(U32)),
    ("mountNamespace", nullable(U32)), ("pidNamespace", nullable(U32)),
    ("processName", nullable(TEXT)), ("executable", fields(("path", nullable(NOT_EMPTY)))),
    ("hostName", nullable(NOT_EMPTY)), ("containerId", nullable(TEXT)),
    ("container", nullable(CONTAINER)), ("kubernetes", nullable(KUBERNETES)),
    ("eventId", one_of("54", "208")), ("eventName", one_of("setsockopt")),
    ("matchedPolicies", array(TEXT)), ("argsNum", one_of(5)), ("returnValue", nullable(I32)),
    ("syscall", nullable(one_of("setsockopt"))), ("stackAddresses", nullable(array(U64))),
    ("contextFlags", fields(("containerStarted", nullable(BOOL)), ("isCompat", nullable(BOOL)))),
    ("threadEntityId", nullable(U32)), ("processEntityId", nullable(U32)),
    ("parentEntityId", nullable(U32)), ("args", arguments), ("sockopt", SOCKOPT),
    ("socket", nullable(SOCKET)), ("credentials", CREDENTIALS),
    ("privilege", PRIVILEGE), ("findings", nullable(array(FINDING))),
    ("process", PROCESS_FACTS))

REASONS = (("ringFull", U64), ("inflightFull", U64), ("returnMissed", U64))
PROCESS = (("hostProcessId", U32), ("processName", TEXT))
LOST = fields(
    ("timestamp", I64), ("eventName", one_of("lost")),
    ("lost", fields(*REASONS, ("probeMissed?", U64), ("processes", array(fields(*PROCESS, *REASONS))),
                    ("others", fields(*REASONS, ("probeMissed?", U64))))))


RATE = (("aboveRate", U64),)
LEFT_OUT = fields(
    ("timestamp", I64), ("eventName", one_of("leftOut")),
    ("leftOut", fields(*RATE, ("processes", array(fields(*PROCESS, *RATE))), ("others", fields(*RATE)))))

PROBE = fields(
    ("timestamp", I64), ("eventName", one_of("probe")),
    ("probe", fields(("program", NOT_EMPTY),
                     ("state", one_of("untested", "firing", "silent", "repeated", "missed")),
                     ("call", nullable(one_of("64-bit", "32-bit", "socketcall", "io_uring"))),
                     ("times", U64))))


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


def check_line(line):
    """One line with its newline, bytes. Raises Bad or ValueError."""
    if not line.endswith(b"\n"):
        raise ValueError("the line is cut: no newline at its end")
    if re.search(rb"[\x00-\x1f]", line[:-1]):
        raise ValueError("a control character in the line")
    record = json.loads(line.decode("utf-8"), object_pairs_hook=unique, parse_float=refuse,
                        parse_constant=refuse)
    for name, shape in (("lost", LOST), ("leftOut", LEFT_OUT)):
        if type(record) is dict and record.get("eventName") == name:
            shape(record, "")
            losses_agree(record[name], name)
            return
    if type(record) is dict and record.get("eventName") == "probe":
        PROBE(record, "")
        probe_agrees(record)
        return
    EVENT(record, "")
    agree(record)


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
