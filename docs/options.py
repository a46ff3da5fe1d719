#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: options.py [--check] TOOL (in the root of the tree)

Writes docs/OPTIONS.md and the man page's list of options from what TOOL knows: a row each from
`--list-options -o json`, and from `--explain '*'`, in the same order, what those keys do not say.
--check writes nothing: exit status 1 where a file is not what would be written.
"""

import itertools
import json
import re
import subprocess
import sys

REFERENCE = "docs/OPTIONS.md"
MAN_PAGE = "docs/sockopt-trace.8"
BEGIN = '.\\" What follows is written by docs/options.py.\n'
END = '.\\" Here ends what is written by docs/options.py.\n'

HEAD = """# Socket options

Written by `make docs` from the catalogue (`include/sockopts.def`); change that, not this.
`sockopt-trace --explain NAME` tells more: named values, an example, common mistakes.

- **Length**: what `optlen` the kernel takes from a 64-bit program. `8+` is 8 or more: it does not
  look at the rest, unless the value is of variable size. "read only": `setsockopt` refuses it.
- **Range**: the values that it takes; empty: any, or it depends on more than the number.
- **Capability**: "init": in the initial user namespace; "netns": in the one that owns the network
  namespace of the socket. Empty: everybody may.
- **Linux**: the releases that have it; empty: 5.10 to 7.2 at the least.
- *secret*: the value is a key, which is never shown.
- *high risk*: attackers use it, though it needs no capability. Its calls, and those of options with
  one, are kept from being pushed out by others.
"""

COLUMNS = ("Name", "No.", "Type", "Length", "Range", "Capability", "Linux", "What it does")


def run(tool, *args):
    return subprocess.run([tool, *args], stdout=subprocess.PIPE, text=True, check=True).stdout


def explained(block):
    """{"range": "1 to 255", ...} of one option's text; the lines of a label joined."""
    facts, label = {}, None
    for line in block.splitlines():
        if line.startswith("  "):
            label = line[2:12].strip() or label
            facts[label] = " ".join([facts.get(label, ""), line[12:]]).strip()
    return facts


def rows(tool):
    found = [json.loads(line) for line in run(tool, "--list-options", "-o", "json").splitlines()]
    blocks = run(tool, "--explain", "*").split("\n\n")
    if len(blocks) != len(found):
        raise SystemExit("%d rows, but %d explanations" % (len(found), len(blocks)))
    for row, block in zip(found, blocks):
        if not block.startswith(row["name"] + ":"):
            raise SystemExit("%s is explained as %s" % (row["name"], block.splitlines()[0]))
        row["facts"] = explained(block)
    return found


def name(row):
    text = "`%s`" % row["name"]
    if "also" in row["facts"]:
        text += ", `%s`" % row["facts"]["also"]
    return text + (" *secret*" if row["secret"] else "") + (" *high risk*" if row["highRisk"] else "")


def length(row):
    if row["minLen"] is None:
        return "read only"
    if row["maxLen"] is None:
        return "%d+" % row["minLen"]
    return str(row["minLen"]) if row["minLen"] == row["maxLen"] else \
        "%d to %d" % (row["minLen"], row["maxLen"])


def capability(row):
    if not row["capability"]:
        return ""
    text = "%s (%s)" % (row["capability"].replace("|", " or "), row["capabilityScope"])
    return text + (", " + row["capabilityWhen"] if row["capabilityWhen"] else "")


def releases(row):
    if row["since"] and row["until"]:
        return "%s to %s" % (row["since"], row["until"])
    return "from " + row["since"] if row["since"] else "to " + row["until"] if row["until"] else ""


def table_line(cells):
    return "| %s |" % " | ".join(cell.replace("|", "\\|") for cell in cells)


def levels(found):
    """(name, number, what it is, its rows)."""
    for level, group in itertools.groupby(found, lambda row: row["levelName"]):
        group = list(group)
        what = group[0]["facts"]["level"].split(", ", 1)[1]
        yield level, group[0]["level"], what, group


def reference(found):
    lines = [HEAD]
    for level, number, what, group in levels(found):
        lines += ["## %s (%d)" % (level, number), "", what, "", table_line(COLUMNS),
                  table_line(["---"] * len(COLUMNS))]
        lines += [table_line((name(row), str(row["optname"]), row["type"], length(row),
                              row["facts"].get("range", ""), capability(row), releases(row),
                              row["doc"])) for row in group]
        lines.append("")
    return "\n".join(lines)


def man_section(found):
    lines = [".SH SOCKET OPTIONS", "The options that are known by name, by level.", ".nh", ".ad l"]
    for level, number, what, group in levels(found):
        lines += [".TP", '.BR "%s" " (%d): %s"' % (level, number, what.replace("'", "\\(aq"))]
        names = ", ".join(row["name"] for row in group) + "."
        lines += re.findall(r".{1,96}(?: |$)", names)
    return "\n".join(line.rstrip() for line in lines + [".ad b", ".hy"]) + "\n"


def man_page(found):
    with open(MAN_PAGE) as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    return before + BEGIN + man_section(found) + END + rest.split(END)[1]


def main():
    check = sys.argv[1:2] == ["--check"]
    if len(sys.argv) != 2 + check:
        raise SystemExit(__doc__)
    found, stale = rows(sys.argv[-1]), []
    for path, text in ((REFERENCE, reference(found)), (MAN_PAGE, man_page(found))):
        if check:
            with open(path) as file:
                stale += [path] * (file.read() != text)
        else:
            with open(path, "w") as file:
                file.write(text)
    for path in stale:
        print("%s is not what the catalogue says now; run make docs" % path)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
