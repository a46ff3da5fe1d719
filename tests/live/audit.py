# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The default rules before the kernel: each rule's pattern and near miss, as patterns.tab says.

All programs run under one tracer with --audit. A test a row: what came of the calls, which rules were
raised of them, by root, by a user, and by that user as root of a namespace of its own.
"""

import collections
import json
import os
import shutil

from harness import Failure, expect

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "patterns.tab")
MODULES = os.path.join(os.path.dirname(TABLE), "audit.modules")
# A name that default.yaml excepts; no guest has such a program.
EXCEPTED = "/usr/sbin/tcpdump"
EXCEPTED_FROM = ("packet-filter", "promiscuous")
AUTHORITIES = ("root", "user", "child")

Row = collections.namedtuple("Row", "rule step severity cells since words")


def read_list(text):
    return [] if text == "-" else text.split(",")


def read_row(line):
    columns = [column.strip() for column in line.split("|")]
    rule, step, severity = columns[0].split()
    cells = {}
    for who, column in zip(AUTHORITIES, columns[1:4]):
        result, raised = column.split()
        cells[who] = ("made" if result == "+" else result, set(read_list(raised)))
    since = None if columns[4] == "-" else tuple(map(int, columns[4].split(".")))
    return Row(rule, step, severity, cells, since, read_list(columns[5]))


def read_table():
    with open(TABLE) as file:
        return [read_row(line) for line in file if line.strip() and not line.startswith("#")]


def kernel():
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])


def read_results(path):
    """{(rule, step, who): (pid, what came of it)}"""
    with open(path) as file:
        lines = [line.split(None, 4) for line in file]
    return {(rule, step, who): (int(pid), came.strip()) for rule, step, who, pid, came in lines}


def load(path):
    """{pid: its records of which a rule says something}: a guest is slow to read them all."""
    found = collections.defaultdict(list)
    with open(path) as file:
        for line in file:
            expect('"eventName":"lost"' not in line, "records were lost: " + line)
            if '"findings":[{' in line:
                event = json.loads(line)
                found[event["processId"]].append(event)
    return found


def findings_of(events):
    return [finding for event in events for finding in event["findings"]]


class Run:
    """What came of all the programs, under one tracer; made when the first test asks."""

    def __init__(self, kit):
        self.kit, self.why, self.done, self.excepted = kit, "", {}, {}
        self.events = collections.defaultdict(list)
        self.recording = kit.path("audit", "patterns.rec")  # for tests/replay/record

    def load_modules(self):
        """A user's socket would have them loaded, where that is not forbidden: so it is forbidden."""
        with open(MODULES) as file:
            for line in file:
                if not line.startswith("#"):
                    self.kit.run("modprobe", line.strip())
        with open("/proc/sys/kernel/modprobe", "w") as file:
            file.write("\n")

    def make(self):
        self.load_modules()
        out, told = self.kit.path("audit", "patterns.out"), self.kit.path("audit", "patterns.json")
        excepted = self.kit.path("audit", "excepted.out")
        expect(not os.path.exists(EXCEPTED), "there is a %s" % EXCEPTED)
        shutil.copy(self.kit.patterns, EXCEPTED)
        script = "%s >%s && %s >>%s && %s %s >%s" % (
            self.kit.patterns, out, self.kit.patterns32, out, EXCEPTED, " ".join(EXCEPTED_FROM),
            excepted)
        result = self.kit.trace("-q", "--audit", "-o", "json:" + told, "-w", self.recording, "--",
                                "sh", "-c", script, timeout=600)
        os.unlink(EXCEPTED)
        expect(result.status == 0, "%s" % result)
        self.done, self.excepted = read_results(out), read_results(excepted)
        self.events = load(told)

    def make_once(self):
        if not self.done and not self.why:
            try:
                self.make()
            except Failure as failure:
                self.why = str(failure)
        expect(not self.why, self.why)

    def of(self, rule, step, who):
        """(what came of it, the findings)"""
        self.make_once()
        expect((rule, step, who) in self.done, "no program makes it")
        pid, came = self.done[rule, step, who]
        return came, findings_of(self.events[pid])


def check_findings(row, who, findings):
    for finding in findings:
        expect(finding["title"] and finding["why"], "%s: without a title or why: %r" % (who, finding))
        if row.step != "make" or finding["rule"] != row.rule:
            continue
        expect(finding["severity"] == row.severity, "%s: severity %s" % (who, finding["severity"]))
        missing = [word for word in row.words if word not in finding["why"]]
        expect(not missing, "%s: why lacks %s: %s" % (who, missing, finding["why"]))


def row_test(run, row):
    def test():
        for who, (result, raised) in row.cells.items():
            came, findings = run.of(row.rule, row.step, who)
            found = {finding["rule"] for finding in findings}
            if row.since and kernel() < row.since:
                expect(came != "made" and not found, "%s: %s, raised %s" % (who, came, sorted(found)))
                continue
            expect(came == result, "%s: %s came of it, not %s" % (who, came, result))
            expect(found == raised, "%s: raised %s, not %s" % (
                who, sorted(found - raised), sorted(raised - found)))
            check_findings(row, who, findings)
    return test


def all_raised(rows, rules):
    """Each rule is raised by a pattern; a near miss raises its rule for nobody."""
    def test():
        raised = set().union(*(cell[1] for row in rows for cell in row.cells.values()))
        expect(raised == rules, "not in default.yaml: %s, raised by no pattern: %s" % (
            sorted(raised - rules), sorted(rules - raised)))
        for row in rows:
            raised = set().union(*(cell[1] for cell in row.cells.values()))
            expect((row.rule in raised) == (row.step == "make"), "%s %s raises %s" % (
                row.rule, row.step, sorted(raised)))
    return test


def excepted_test(run):
    """An exception by path holds for the machine's own root, not in a user's own namespace."""
    def test():
        run.make_once()
        for rule in EXCEPTED_FROM:
            for who, wanted in (("root", set()), ("child", {rule})):
                pid, came = run.excepted[rule, "make", who]
                found = {finding["rule"] for finding in findings_of(run.events[pid])}
                expect(came == "made" and found == wanted, "%s by %s: %s, raised %s" % (
                    rule, who, came, sorted(found)))
    return test


def tests(kit):
    run, rows = Run(kit), read_table()
    rules = [line.split()[1] for line in kit.run(kit.tracer, "--list-rules").out.splitlines()]
    yield "audit table", all_raised(rows, set(rules))
    yield "audit exceptions", excepted_test(run)
    for row in rows:
        yield "audit %s %s" % (row.rule, row.step), row_test(run, row)
