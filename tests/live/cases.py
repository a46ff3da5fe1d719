# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every case under every attachment; and the same records under all of them."""

import json
import os
import shlex
import shutil

import records
from harness import Failure, expect

# What these cannot see is not in the stream at all.
COMPAT = ("compat_setsockopt", "compat_socketcall", "compat_rewritten", "compat_filters",
          "compat_keys", "compat_interfaces",
          "compat_programs", "compat_privileges")
OTHER_GATES = COMPAT + ("x32",)
BLIND = {"tracepoint": OTHER_GATES, "tracepoint+fexit": OTHER_GATES}
# Seen, but not that a cgroup BPF program rewrote it; only what came of it.
UNAWARE = {"tracepoint": ("rewritten", "swallowed")}
# Not seen at all by these; of such a case's calls only the ordinary ones are.
WITHOUT_URING = WITHOUT_PROGRAMS = ("tracepoint",)
# Make no call that anybody could see where the kernel is older than 6.7, or has no x32.
MAY_BE_EMPTY = ("uring", "x32")
# These make a cgroup of their own, which may be gone when the tracer looks for its name.
FLEETING = ("rewritten", "compat_rewritten", "swallowed", "by_program")
CLIENTS = {
    "python client": (["/usr/bin/python3", "-c",
                       "import socket; s = socket.socket(); "
                       "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); "
                       "s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)"],
                      ["SOL_SOCKET:SO_REUSEADDR", "SOL_TCP:TCP_NODELAY"]),
    "shell client": (["sh", "-c", "busybox nc -l -p 0 -w 1; true"], ["SOL_SOCKET:SO_REUSEADDR"]),
}


def names_of(kit, program):
    return kit.run(program, "list").out.split()


MARK = 0x5eed  # the level of helper's mark


class Batch:
    """Programs, one after the other under one tracer: to start it takes a guest a second."""

    def __init__(self, kit, attach, extra=()):
        self.kit, self.attach, self.extra = kit, attach, extra
        self.programs, self.outcome, self.why = [], {}, ""

    def add(self, name, *argv):
        if self.kit.wanted("%s %s" % (self.attach, name)):
            self.programs.append((name, argv))

    def base(self, name):
        return self.kit.path(self.attach, name.replace(" ", "-"))

    def script(self):
        """Each program's standard output and exit status in files, a mark behind its calls."""
        lines = []
        for name, argv in self.programs:
            lines += ["%s >%s.expected" % (" ".join(map(shlex.quote, argv)), self.base(name)),
                      "echo $? >%s.status" % self.base(name), "%s mark" % self.kit.helper]
        return "\n".join(lines)

    def run(self):
        path = self.base(self.programs[0][0] + "-and-on")
        result = self.kit.run(self.kit.tracer, "--attach", self.attach, "-q",
                              "-o", "json:" + path + ".json", "-o", "table:" + path + ".table",
                              "-w", path + ".recording", *self.extra, "--", "sh", "-c", self.script(), timeout=600)
        expect(result.status == 0, "%s" % result)
        try:
            events, lost = records.load(path + ".json")
        except ValueError as error:
            raise Failure(str(error))
        expect(not lost, "records were lost: %r" % lost)
        findings = sum(len(event["findings"] or ()) for event in events)  # a line for each
        check_table(path + ".table", len(events) + findings)
        self.kit.expect_replayed(path + ".recording", [("json", path + ".json")],
                                 options=[option for option in self.extra if option == "--audit"])
        self.carry(path)
        self.split(events)

    def carry(self, path):
        """For a machine of another architecture, where run-matrix replays it."""
        if os.uname().machine == "x86_64" or self.extra:
            return
        base = self.kit.path("carried", self.attach)
        shutil.copy(path + ".recording", base + ".recording")
        with open(base + ".sha256", "w") as total:
            total.write(self.kit.run("sha256sum", path + ".json").out.split()[0])

    def split(self, events):
        marks = [place for place, event in enumerate(events) if event["sockopt"]["level"] == MARK]
        expect(len(marks) == len(self.programs), "%d marks of %d came" % (
            len(marks), len(self.programs)))
        start = 0
        for (name, _), mark in zip(self.programs, marks):
            self.outcome[name] = events[start:mark]
            start = mark + 1
        expect(start == len(events), "%d records came after the last mark" % (len(events) - start))

    def events(self, name):
        """What came out of a program that ended well."""
        if not self.outcome and not self.why:
            try:
                self.run()
            except Failure as failure:
                self.why = str(failure)
        expect(not self.why, self.why)
        with open(self.base(name) + ".status") as file:
            status = file.read().strip()
        expect(status == "0", "the program ended with %s" % status)
        return self.outcome[name]

    def expected(self, name):
        with open(self.base(name) + ".expected") as file:
            return [json.loads(line) for line in file]


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


def case_test(batch, seen, attach, case):
    def test():
        events, expected = batch.events(case), batch.expected(case)
        if case in BLIND.get(attach, ()):
            expect(not events, "%s claims to see %s" % (attach, case))
            return
        if attach in WITHOUT_URING:
            expected = [call for call in expected if call["abi"] != "io_uring"]
        if attach in WITHOUT_PROGRAMS:
            expected = [call for call in expected if call["abi"] != "bpf"]
        expect(expected or case in MAY_BE_EMPTY, "the case made no call")
        if case in UNAWARE.get(attach, ()):
            expected = [unaware(call) for call in expected]
        problems = records.compare_all(expected, events)
        problems += ["attach is %r" % event["sockopt"]["attach"] for event in events
                     if event["sockopt"]["attach"] != attach_name(attach)]
        expect(not problems, "; ".join(problems[:5]))
        normal = [records.normalised(event, case in FLEETING) for event in events]
        first_attach, first = seen.setdefault(case, (attach, normal))
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
    batch = Batch(kit, attach, ("-s", "4096"))
    batch.add("snapshot 4096", "env", "CASE_SNAPSHOT=4096", kit.cases, "snapshot")

    def test():
        events, expected = batch.events("snapshot 4096"), batch.expected("snapshot 4096")
        problems = records.compare_all(expected, events)
        expect(not problems, "; ".join(problems[:5]))
    return test


def has_bpf_module():
    """Were BPF programs as a security module asked for? Without, such a case can make no call."""
    with open("/proc/cmdline") as file:
        found = [word for word in file.read().split() if word.startswith("lsm=")]
    return bool(found) and "bpf" in found[-1][len("lsm="):].split(",")


def seen_by(source, call):
    """The case's expectation, where the checks are seen elsewhere than in security_capable."""
    call = dict(call)
    by_cap = call.pop("byCapCapable", {})
    if not source:
        call.update(verdict=None, checks=None)
        call.pop("checksMore", None)
    elif source == "cap_capable":
        call.update(by_cap)
    return call


class WithoutAddresses:
    """The kernel tells nobody where its functions lie: all probes stand at their symbols."""
    path = "/proc/sys/kernel/kptr_restrict"

    def __enter__(self):
        with open(self.path) as file:
            self.before = file.read()
        self.set("2")

    def set(self, value):
        with open(self.path, "w") as file:
            file.write(value)

    def __exit__(self, *_):
        self.set(self.before)


def audited_test(kit, attach):
    """With --audit, also what the kernel asked for; the other programs of io_uring's way."""
    batch = Batch(kit, attach, ("--audit",))
    programs = [(kit.cases, "privileges"), (kit.cases, "security_module")]
    if attach not in BLIND:
        programs.append((kit.cases32, "compat_privileges"))
    if attach not in WITHOUT_URING:
        programs.append((kit.cases, "uring"))
    for program, case in programs:
        batch.add("audited " + case, "env", "CASE_AUDIT=1", program, case)
    source = {"kprobe+kretprobe": "cap_capable", "tracepoint": None}.get(attach, "security_capable")

    def test():
        with WithoutAddresses():
            batch.events("audited privileges")  # all are run now
        for _, case in programs:
            events, expected = batch.events("audited " + case), batch.expected("audited " + case)
            expect(expected or case in MAY_BE_EMPTY or not has_bpf_module(),
                   "%s made no call" % case)
            expected = [seen_by(source, call) for call in expected]
            problems = records.compare_all(expected, events)
            problems += ["source: %r" % event["privilege"]["source"] for event in events
                         if event["privilege"]["source"] != source]
            expect(not problems, "; ".join(problems[:5]))
    return test


def client_test(batch, name, wanted):
    """Real programs: options that must be among what they set."""
    def test():
        events = batch.events(name)
        got = ["%s:%s" % (event["args"][1]["value"], event["args"][2]["value"])
               for event in events]
        for option in wanted:
            expect(option in got, "%s is not among %s" % (option, got))
        flags = [event["sockopt"]["flags"] for event in events if event["sockopt"]["flags"]]
        expect(not flags, "a correct program is accused of %s" % flags)
    return test


def tests(kit):
    found, seen = [], {}
    for attach in kit.attachments:
        batch = Batch(kit, attach)
        for program in (kit.cases, kit.cases32):
            for case in names_of(kit, program):
                batch.add(case, program, case)
                found.append(("%s %s" % (attach, case), case_test(batch, seen, attach, case)))
        for name, (argv, wanted) in CLIENTS.items():
            batch.add(name, *argv)
            found.append(("%s %s" % (attach, name), client_test(batch, name, wanted)))
        found.append(("%s snapshot 4096" % attach, snapshot_test(kit, attach)))
        found.append(("%s audited" % attach, audited_test(kit, attach)))
    return found
