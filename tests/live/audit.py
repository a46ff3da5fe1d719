# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The default rules before the kernel: each rule's pattern and near miss, as patterns.tab says.

All programs run under one tracer with --audit. A test a row: what came of the calls, which rules were
raised of them, by root, by a user, and by that user as root of a namespace of its own.
"""

import collections
import os

import records
from harness import Failure, expect

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "patterns.tab")
MODULES = os.path.join(os.path.dirname(TABLE), "audit.modules")
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


class Run:
    """What came of all the programs, under one tracer; made when the first test asks."""

    def __init__(self, kit):
        self.kit, self.why, self.done = kit, "", {}
        self.events = collections.defaultdict(list)

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
        out, json = self.kit.path("audit", "patterns.out"), self.kit.path("audit", "patterns.json")
        script = "%s >%s && %s >>%s" % (self.kit.patterns, out, self.kit.patterns32, out)
        result = self.kit.trace("-q", "--audit", "-o", "json:" + json, "--", "sh", "-c", script,
                                timeout=600)
        expect(result.status == 0, "%s" % result)
        with open(out) as file:
            for line in file:
                rule, step, who, pid, came = line.split(None, 4)
                self.done[rule, step, who] = (int(pid), came.strip())
        try:
            events, lost = records.load(json)
        except ValueError as error:
            raise Failure(str(error))
        expect(not lost, "records were lost: %r" % lost)
        for event in events:
            self.events[event["processId"]].append(event)

    def of(self, rule, step, who):
        """(what came of it, the findings)"""
        if not self.done and not self.why:
            try:
                self.make()
            except Failure as failure:
                self.why = str(failure)
        expect(not self.why, self.why)
        expect((rule, step, who) in self.done, "no program makes it")
        pid, came = self.done[rule, step, who]
        return came, [finding for event in self.events[pid] for finding in event["findings"]]


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


def all_raised(rows):
    """Each row of a pattern raises its rule for somebody; no near miss does for anybody."""
    def test():
        for row in rows:
            raised = set().union(*(cell[1] for cell in row.cells.values()))
            expect((row.rule in raised) == (row.step == "make"), "%s %s raises %s" % (
                row.rule, row.step, sorted(raised)))
    return test


def tests(kit):
    run, rows = Run(kit), read_table()
    yield "audit table", all_raised(rows)
    for row in rows:
        yield "audit %s %s" % (row.rule, row.step), row_test(run, row)
