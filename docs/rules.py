#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: rules.py [--check] TOOL (in the root of the tree)

Writes docs/RULES-DEFAULT.md from the rules that come with the program: their words from
`TOOL --list-rules -o json`, their conditions as they stand in share/rules/default.yaml.
--check writes nothing: exit status 1 where the file is not what would be written.
"""

import collections
import json
import re
import subprocess
import sys

REFERENCE = "docs/RULES-DEFAULT.md"
RULES = "share/rules/default.yaml"
# keys of a rule that say when it holds; the others are told in words
CONDITIONS = ("when", "sequence", "concurrent", "count", "within", "per")

HEAD = """# The default rules

Written by `make docs` from `share/rules/default.yaml`; change that, not this.

A finding says that a call *matches the call pattern of* something, no more. The pattern may be made
for other reasons, and misuse may be done without it. The value shown is what the caller's memory
held when it was read, at entry and at return; only `effective` is the kernel's own. Nothing is
prevented, and root can take the probes off.

- **low**: worth a look when something else is amiss; ordinary software may do it.
- **medium**: rare on an ordinary machine.
- **high**: rare, and known from attacks.
- **critical**: hardly to be explained otherwise.

Not judged, though known from attacks: races and odd values of sockets of vsock, SCTP, Bluetooth, DCCP,
IPv6 (IPV6_ADDRFORM, flow labels) and multicast; TLS keys, which are never read; SO_PASSCRED and
SO_TIMESTAMPING, which everybody sets. What is done by bind, connect, send or netlink is no setsockopt.

Each rule has a program that makes its pattern, with inert values, and one that nearly does
(`tests/cases/patterns*.c`); `tests/live/patterns.tab` says what must be raised of either, made by
root, by a user, and by that user as root of a user namespace of its own, and Debian's kernels
6.1, 6.12 and 7.2 are the judges. `make check` judges the same calls, recorded, by each rule without each
of its conditions: it must find something else. `docs/RULES.md` tells how rules are written.
"""


def run(tool, *args):
    return subprocess.run([tool, *args], stdout=subprocess.PIPE, text=True, check=True).stdout


def conditions():
    """{"packet-filter": ["when:", "  socket.family: AF_PACKET", ...], ...}: lines of the file."""
    found, rule, wanted = collections.OrderedDict(), None, False
    with open(RULES) as file:
        for line in file.read().splitlines():
            if line.startswith("- id: "):
                rule, wanted = line[len("- id: "):], False
                found[rule] = []
            elif re.match("  [a-z]", line):
                wanted = line.split(":")[0].strip() in CONDITIONS
            elif not line.startswith("   "):
                wanted = False
            if rule and wanted:
                found[rule].append(line[2:])
    return found


def link(rule):
    return "[%s](#%s)" % (rule, rule)


def sentence(text):
    return text[0].upper() + text[1:].rstrip(".") + "."


def section(rule, lines):
    text = ["### %s" % rule["rule"], "", "**%s** (%s). %s" % (
        rule["title"], rule["severity"], rule["description"]), "", "```yaml", *lines, "```", "",
        "- **Cannot know:** " + sentence(rule["limits"]),
        "- **Near miss:** " + sentence(rule["nearMiss"])]
    if rule["cve"]:
        text.append("- **Call pattern of:** " + ", ".join(rule["cve"]))
    if rule["mitre"]:
        text.append("- **ATT&CK:** " + ", ".join(rule["mitre"]))
    text += ["- **Except:** " + sentence(reason) for reason in rule["exceptions"]]
    return "\n".join(text) + "\n"


def reference(tool):
    rules = [json.loads(line) for line in run(tool, "--list-rules", "-o", "json").splitlines()]
    lines = conditions()
    if [rule["rule"] for rule in rules] != list(lines):
        raise SystemExit("%s and %s do not have the same rules" % (tool, RULES))
    for rule in rules:
        if not rule["limits"] or not rule["nearMiss"] or not rule["description"]:
            raise SystemExit("%s: without description, limits or near_miss" % rule["rule"])
    table = ["| Rule | Severity | What it tells |", "|---|---|---|"]
    table += ["| %s | %s | %s |" % (link(rule["rule"]), rule["severity"], rule["title"])
              for rule in rules]
    return "\n".join([HEAD, *table, "", *(section(rule, lines[rule["rule"]]) for rule in rules)])


def main():
    check = sys.argv[1:2] == ["--check"]
    if len(sys.argv) != 2 + check:
        raise SystemExit(__doc__)
    text = reference(sys.argv[-1])
    if not check:
        with open(REFERENCE, "w") as file:
            file.write(text)
        return 0
    with open(REFERENCE) as file:
        if file.read() == text:
            return 0
    print("%s is not what %s says now; run make docs" % (REFERENCE, RULES))
    return 1


if __name__ == "__main__":
    sys.exit(main())
