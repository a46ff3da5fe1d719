#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the kernels asked for while the rows were probed, against what the catalogue says.

usage: checks.py TRACER CONFORMANCE DIR...

Each DIR is of a kernel: notes, and calls.gz, the recording of sockopt-trace --audit that ran the probes.
No record may tell of a disagreement, and of a row whose capability was tried the kernel must have
asked for each that the record says to be required: neither less nor more. Nor may one tell of a value
that the kernel took and does not hold (effect_mismatch): nobody changed these calls.
Prints a line for what failed, and last `N passed, N failed, 0 skipped`.
"""

import collections
import gzip
import json
import os
import subprocess
import sys
import tempfile


def replay(tracer, packed):
    """The records of a recording."""
    with tempfile.NamedTemporaryFile() as plain:
        with gzip.open(packed) as file:
            plain.write(file.read())
        plain.flush()
        done = subprocess.run([tracer, "-q", "-r", plain.name, "-o", "json"], check=True,
                              capture_output=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def name_of(record):
    return ":".join(record["args"][place]["value"] for place in (1, 2))


def is_skip(record):
    """A kernel that preempts skips a program of ours now and then (docs/INTERNALS.md, "Skipped")."""
    return record["eventName"] == "probe" and record["probe"]["state"] == "missed"


class Kernel:
    """What one kernel asked for, by the row's name."""

    def __init__(self, records):
        self.asked = collections.defaultdict(set)
        self.required, self.failures = {}, {}
        for record in records:
            if record["eventName"] == "setsockopt":
                self.add(name_of(record), record, record["privilege"])
            elif not is_skip(record):
                self.failures["records"] = "a record tells of %s: %r" % (record["eventName"], record)

    def add(self, name, record, privilege):
        self.required[name] = set(privilege["required"] or ())
        if "effect_mismatch" in record["sockopt"]["flags"]:
            self.failures[name] = "not what was asked for: %r" % record["sockopt"]["optval"]
        if privilege["source"] != "security_capable" or privilege["checksMore"]:
            self.failures[name] = "checks were not seen, or not all: %r" % privilege
            return
        self.asked[name] |= {check["capability"] for check in privilege["checks"]
                             if check["audited"]}
        if privilege["disagreement"]:
            self.failures[name] = "%s (returned %s): %r" % (
                privilege["disagreement"], record["returnValue"], privilege)

    def judge(self, rows):
        """{name: what is wrong, or None} of the rows whose capability was tried, and of what else fails."""
        verdicts = dict.fromkeys(rows)
        for name in rows:
            if self.asked[name] != self.required.get(name):
                verdicts[name] = "the kernel asked for %s, the catalogue has %s" % (
                    sorted(self.asked[name]), sorted(self.required.get(name, ())))
        verdicts.update(self.failures)
        return verdicts


def main():
    tracer, conformance = map(os.path.abspath, sys.argv[1:3])
    folders = sys.argv[3:]
    passed = failed = 0
    for folder in folders:
        notes = os.path.join(folder, "notes")
        rows = subprocess.run([conformance, "tried", notes], check=True, capture_output=True,
                              text=True).stdout.split()
        records = replay(tracer, os.path.join(folder, "calls.gz"))
        verdicts = Kernel(records).judge(rows)
        if not rows or not records:
            verdicts["rows"] = "nothing was tried"
        with open(notes) as file:
            kernel = file.readline().split()[1]
        print("  capabilities asked for on %s: %d calls, %d rows" % (kernel, len(records), len(rows)))
        for name, why in sorted(verdicts.items()):
            if why:
                print("FAILED %s on %s: %s" % (name, kernel, why))
        wrong = sum(why is not None for why in verdicts.values())
        failed += wrong
        passed += len(verdicts) - wrong
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
