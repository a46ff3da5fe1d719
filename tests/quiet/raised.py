#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: raised.py FILE...

What the rules raised in these files of records: a line each with severity, rule, program, option
and how often. Exit status 1 where something above low is: those lines begin with !.
"""

import collections
import json
import sys


def findings(names):
    """(severity, rule, program, option): how often."""
    found = collections.Counter()
    for name in names:
        with open(name, encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                for finding in record.get("findings") or []:
                    found[(finding["severity"], finding["rule"], record["executable"]["path"],
                           record["args"][2]["value"])] += 1
    return found


def main(*names):
    bad = 0
    for (severity, rule, program, option), count in sorted(findings(names).items()):
        bad += severity != "low"
        print("%s %-8s %-32s %s %s %d" % (" " if severity == "low" else "!", severity, rule, program, option,
                                          count))
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
