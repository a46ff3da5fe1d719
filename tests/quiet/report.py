#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: report.py OUT_DIR

Writes what tests/quiet/run has left in OUT_DIR into the tables of docs/QUIET.md.
"""

import os
import re
import sys

DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "QUIET.md")


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read().splitlines()


def table(head, rows):
    return "\n".join("| %s |" % " | ".join(row) for row in [head, ["---"] * len(head)] + rows)


def raised(folder, name, is_wanted):
    """severity, rule, program, option of each line"""
    rows = [line[2:].split() for line in read(folder, name)]
    return [row[:4] for row in rows if is_wanted(row[0])]


def programs(folder):
    rows = []
    for line in read(folder, "ran"):
        name, package, version, did, status = line.split("\t")
        if status != "ran":
            did += "; **%s**" % status
        rows.append([name.replace("_", ", "), "%s %s" % (package, version), did])
    return rows


def main(folder):
    low = [row[1:] for row in raised(folder, "raised", lambda severity: severity == "low")]
    hushed = [row for row in raised(folder, "raised-without", lambda severity: True)
              if row[1:] not in low]
    above = sum(line.startswith("!") for line in read(folder, "raised"))
    parts = {
        "run": "The last run, on Linux %s, %s calls: **%s above low.**" % (
            read(folder, "kernel")[0], read(folder, "calls")[0], above or "nothing"),
        "verdicts": table(["verdict", "calls"], [line.split()[::-1] for line in read(folder, "verdicts")]),
        "programs": table(["program", "package", "what it did"], programs(folder)),
        "low": table(["rule", "program", "option"], low),
        "hushed": table(["severity", "rule", "program", "option"], hushed),
    }
    with open(DOC, encoding="utf-8") as file:
        text = file.read()
    for name, part in parts.items():
        text, times = re.subn(r"(<!-- %s -->\n).*?(<!-- end -->)" % name,
                              lambda m, part=part: m.group(1) + part + "\n" + m.group(2), text, flags=re.S)
        assert times == 1, name
    with open(DOC, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
