# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every case under every attachment; and the same records under all of them."""

import json

import records
from harness import Failure, expect

# What these cannot see is not in the stream at all.
COMPAT = ("compat_setsockopt", "compat_socketcall", "compat_rewritten", "compat_filters",
          "compat_keys", "compat_interfaces",
          "compat_programs")
BLIND = {"tracepoint": COMPAT, "tracepoint+fexit": COMPAT}
# Seen, but not that a cgroup BPF program rewrote it; only what came of it.
UNAWARE = {"tracepoint": ("rewritten",)}
# Not seen at all by these; of its calls only the ordinary ones are.
WITHOUT_URING = ("tracepoint",)
# Makes no call that anybody could see where the kernel is older than 6.7.
MAY_BE_EMPTY = ("uring",)
# These make a cgroup of their own, which may be gone when the tracer looks for its name.
FLEETING = ("rewritten", "compat_rewritten")
CLIENTS = {
    "python": ("import socket; s = socket.socket(); "
               "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); "
               "s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)"),
}


def names_of(kit, program):
    return kit.run(program, "list").out.split()


def run_case(kit, attach, program, case, extra=()):
    """Returns (what must come out, what came out)."""
    base = kit.path(attach, case)
    with open(base + ".expected", "w") as out:
        result = kit.run(kit.tracer, "--attach", attach, "-q", "-o", "json:" + base + ".json",
                         "-o", "table:" + base + ".table", *extra, "--", program, case, stdout=out)
    expect(result.status == 0, "%s" % result)
    with open(base + ".expected") as file:
        expected = [json.loads(line) for line in file]
    try:
        events, lost = records.load(base + ".json")
    except ValueError as error:
        raise Failure(str(error))
    expect(not lost, "records were lost: %r" % lost)
    check_table(base + ".table", len(events))
    return expected, events


def check_table(path, count):
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    expect(len(lines) == count + 2, "%s has %d lines for %d records" % (path, len(lines) - 2, count))
    for line in lines:
        bad = [byte for byte in line.decode("utf-8") if ord(byte) < 32 or 127 <= ord(byte) < 160]
        expect(not bad, "%s lets control characters through: %r" % (path, line))


def unaware(call):
    """What must come out of a rewritten call where the rewriting is not seen."""
    call = dict(call, flags=[flag for flag in call["flags"] if flag != "rewritten"])
    call.pop("rewritten", None)
    return call


def attach_name(attach):
    return attach.split("+")[0]


def case_test(kit, seen, attach, program, case, extra=()):
    def test():
        expected, events = run_case(kit, attach, program, case, extra)
        if case in BLIND.get(attach, ()):
            expect(not events, "%s claims to see %s" % (attach, case))
            return
        if attach in WITHOUT_URING:
            expected = [call for call in expected if call["abi"] != "io_uring"]
        expect(expected or case in MAY_BE_EMPTY, "the case made no call")
        if case in UNAWARE.get(attach, ()):
            expected = [unaware(call) for call in expected]
        problems = records.compare_all(expected, events)
        problems += ["attach is %r" % event["sockopt"]["attach"] for event in events
                     if event["sockopt"]["attach"] != attach_name(attach)]
        expect(not problems, "; ".join(problems[:5]))
        key = (program, case) + tuple(extra)
        normal = [records.normalised(event, case in FLEETING) for event in events]
        first_attach, first = seen.setdefault(key, (attach, normal))
        for number, (mine, other) in enumerate(zip(normal, first), 1):
            if mine != other:
                differs = [name for name in mine if mine[name] != other[name]]
                raise Failure("record %d differs between %s and %s in %s: %r, %r" % (
                    number, first_attach, attach, differs, [other[name] for name in differs],
                    [mine[name] for name in differs]))
        expect(len(normal) == len(first), "as many records under %s as under %s" % (
            attach, first_attach))
    return test


def snapshot_test(kit, attach):
    def test():
        import os
        os.environ["CASE_SNAPSHOT"] = "4096"
        try:
            expected, events = run_case(kit, attach, kit.cases, "snapshot", ("-s", "4096"))
        finally:
            del os.environ["CASE_SNAPSHOT"]
        problems = records.compare_all(expected, events)
        expect(not problems, "; ".join(problems[:5]))
    return test


def client_test(kit, attach, argv, wanted):
    """Real programs: options that must be among what they set."""
    def test():
        path = kit.path(attach, "client.json")
        result = kit.run(kit.tracer, "--attach", attach, "-o", "json:" + path, "--", *argv)
        expect(result.status == 0, "%s" % result)
        events, _ = records.load(path)
        got = ["%s:%s" % (event["args"][1]["value"], event["args"][2]["value"])
               for event in events]
        for name in wanted:
            expect(name in got, "%s is not among %s" % (name, got))
        flags = [event["sockopt"]["flags"] for event in events if event["sockopt"]["flags"]]
        expect(not flags, "a correct program is accused of %s" % flags)
    return test


def clients(kit, attach):
    nc = ["busybox", "nc", "-l", "-p", "0", "-w", "1"]
    return [
        ("%s python client" % attach, client_test(
            kit, attach, ["/usr/bin/python3", "-c", CLIENTS["python"]],
            ["SOL_SOCKET:SO_REUSEADDR", "SOL_TCP:TCP_NODELAY"])),
        ("%s shell client" % attach, client_test(
            kit, attach, ["sh", "-c", "%s; true" % " ".join(nc)], ["SOL_SOCKET:SO_REUSEADDR"])),
    ]


def tests(kit):
    found, seen = [], {}
    for attach in kit.attachments:
        for program in (kit.cases, kit.cases32):
            for case in names_of(kit, program):
                found.append(("%s %s" % (attach, case),
                              case_test(kit, seen, attach, program, case)))
        found.append(("%s snapshot 4096" % attach, snapshot_test(kit, attach)))
        found += clients(kit, attach)
    return found
