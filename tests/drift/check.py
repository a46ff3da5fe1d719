#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
usage: check.py [HEADERS]

Compares the catalogue with the newest kernel's UAPI headers (fetch-headers, or the folder HEADERS):
what they define and the catalogue lacks, numbers that differ, rows that no header knows, headers
that no row of headers.tab covers. What is no option stands in `reviewed`, with the reason; what
stands there in vain is a failure, too.

Levels: SOL_* is not in the UAPI headers but for a few; the others are compared with the C
library's <sys/socket.h>.

Last line: "N passed, N failed, N skipped".
"""

import collections
import fnmatch
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INCLUDE = os.path.join(HERE, "../../include")
CC = os.environ.get("CC", "cc")
# whose asm/socket.h must be the generic one: their folders in linux-libc-dev
ARCHITECTURES = ("x86_64-linux-gnu", "i386-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf")
REASONS = ("value", "cmsg", "get", "alias", "protocol", "bound", "other", "header", "private",
           "level")
# what a header says that may define options: of 41 headers that do, all but those of ICMP and of
# multicast routing. A family of its own may have options, too.
SPEAKS_OF_OPTIONS = re.compile(
    r"\bSOL_[A-Z]|[sg]etsockopt|socket option|^\s*#\s*define\s+(\w+_)?(SO|SOCKOPT)_[A-Z]|"
    r"^struct\s+(full_)?sockaddr_\w+", re.I | re.M)

Option = collections.namedtuple("Option", "level name number aliases gone")
Row = collections.namedtuple("Row", "header level patterns needs")


def run(args, text):
    return subprocess.run(args, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def preprocess(text):
    done = run([CC, "-undef", "-E", "-P", "-I", INCLUDE, "-"], text)
    if done.returncode:
        sys.exit("check.py: the catalogue cannot be read:\n" + done.stderr)
    return done.stdout


def read_catalogue():
    """The levels as {name: number}, and the options."""
    text = preprocess("#define LEVEL(_name, _number, ...) @LEVEL _name _number\n"
                      "#define OPTION(_level, _name, _number, ...) "
                      "@OPTION _level _name _number __VA_ARGS__\n"
                      '#include "levels.def"\n#include "sockopts.def"\n')
    levels, options = {}, []
    for record in text.split("@")[1:]:
        kind, *words = record.split(None, 4)
        if kind == "LEVEL":
            levels[words[0]] = int(words[1], 0)
        else:
            options.append(Option(words[0], words[1], int(words[2], 0),
                                  re.findall(r'ALIAS\("(\w+)"\)', words[3]),
                                  "UNTIL(" in words[3]))
    return levels, options


def table(path):
    for line in read(path).splitlines():
        words = line.split("#")[0].split()
        if words:
            yield words


def read_headers_table():
    return [Row(words[0], words[1], words[2].split(","), words[3].split(",") if words[3:] else [])
            for words in table(os.path.join(HERE, "headers.tab"))]


class Reviewed:
    """The list of what is no option; each entry must have been of use in the end."""

    def __init__(self):
        self.entries, self.used = [], set()
        for reason, where, *names in table(os.path.join(HERE, "reviewed")):
            if reason not in REASONS:
                sys.exit("check.py: reviewed: unknown reason %s" % reason)
            self.entries += [(where, name, reason) for name in names or ["-"]]

    def has(self, where, name="-", reasons=REASONS):
        found = [entry for entry in self.entries if entry[0] == where and
                 fnmatch.fnmatchcase(name, entry[1]) and entry[2] in reasons]
        self.used.update(found)
        return bool(found)

    def stale(self):
        return ["reviewed: %s %s of %s is of no use: not in the headers, or an option by now" %
                (reason, name, where) for where, name, reason in self.entries
                if (where, name, reason) not in self.used]


def constants_of(text):
    """Names of macros that have no arguments, and of enumerators."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    names = re.findall(r"^\s*#\s*define\s+(\w+)(?=[ \t]+\S)", text, flags=re.M)
    for body in re.findall(r"\benum\b[^;{}()]*\{([^}]*)\}", text):
        body = re.sub(r"^\s*#.*$", "", body, flags=re.M)
        names += [found[1] for found in (re.match(r"\s*([A-Za-z_]\w*)", part)
                                         for part in body.split(",")) if found]
    return dict.fromkeys(names)


def fits(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def numbers_of(headers, row, names, levels):
    """What the compiler says that the constants are; levels as the kernel's own header has them."""
    program = "#define __user\n"
    for header in ["stdint.h", "sys/socket.h"] + row.needs + [row.header]:
        program += "#include <%s>\n" % header
    for level, number in levels.items():
        program += "#ifndef %s\n#define %s %d\n#endif\n" % (level, level, number)
    program += "int printf(const char *, ...);\nint main(void)\n{\n"
    for name in names:
        program += '\tprintf("%%s %%lld\\n", "%s", (long long)(%s));\n' % (name, name)
    program += "\treturn 0;\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "numbers")
        built = run([CC, "-w", "-isystem", headers,
                     "-isystem", os.path.join(headers, ARCHITECTURES[0]),
                     "-x", "c", "-o", binary, "-"], program)
        if built.returncode:
            return None, built.stderr
        return {name: int(number) for name, number in
                (line.split() for line in run([binary], "").stdout.splitlines())}, None


def check_header(headers, row, levels, options, reviewed):
    """Each constant of a header is an option, with that number, or reviewed."""
    known = collections.defaultdict(set)
    for option in options:
        if option.level == row.level:
            for name in [option.name] + option.aliases:
                known[name].add(option.number)
    found = [name for name in constants_of(read(os.path.join(headers, row.header)))
             if fits(name, row.patterns)]
    if not found:
        return ["%s has no %s any more: change headers.tab" % (row.header, row.patterns)]
    failures = ["%s of %s is not in the catalogue's %s" % (name, row.header, row.level)
                for name in found if name not in known and not reviewed.has(row.header, name)]
    numbers, complaint = numbers_of(headers, row, [name for name in found if name in known], levels)
    if numbers is None:
        return failures + ["%s: its numbers cannot be had:\n%s" % (row.header, complaint)]
    return failures + ["%s of %s is %d in %s, %s in the catalogue" %
                       (name, row.level, number, row.header, sorted(known[name]))
                       for name, number in numbers.items() if known[name] != {number}]


def all_headers(headers):
    for base in ("asm-generic", "linux"):
        for folder, _, files in os.walk(os.path.join(headers, base)):
            for file in sorted(files):
                yield os.path.relpath(os.path.join(folder, file), headers)


def check_coverage(headers, rows, reviewed):
    """A header that speaks of options is in headers.tab, or reviewed."""
    covered = {row.header for row in rows}
    return ["%s speaks of options, but headers.tab does not have it" % header
            for header in all_headers(headers)
            if header not in covered
            and SPEAKS_OF_OPTIONS.search(read(os.path.join(headers, header)))
            and not reviewed.has(header, reasons=("header",))]


def check_rows(headers, rows, options, reviewed):
    """A name that no header of its level has is misspelt, gone, or the kernel's own."""
    defined = collections.defaultdict(set)
    for row in rows:
        defined[row.level].update(constants_of(read(os.path.join(headers, row.header))))
    return ["%s of %s is in no header of headers.tab; if it is gone it wants UNTIL" %
            (name, option.level)
            for option in options if not option.gone
            for name in [option.name] + option.aliases
            if name not in defined[option.level]
            and not reviewed.has(option.level, name, ("private",))]


def check_levels(headers, levels, reviewed):
    """SOL_* of the headers and of the C library are levels, with that number."""
    sources = {"<sys/socket.h>": run([CC, "-E", "-dM", "-"], "#include <sys/socket.h>\n").stdout}
    for header in all_headers(headers):
        sources[header] = read(os.path.join(headers, header))
    failures = []
    for source, text in sources.items():
        for name, number in re.findall(r"^#\s*define\s+(SOL_\w+)\s+(\d+)\b", text, flags=re.M):
            if name in levels and levels[name] != int(number):
                failures.append("%s is %s in %s, %d in the catalogue" %
                                (name, number, source, levels[name]))
            elif name not in levels and not reviewed.has(source, name, ("level",)):
                failures.append("%s (%s) of %s is no level of the catalogue" %
                                (name, number, source))
    return failures


def check_architecture(headers, name):
    """The catalogue has the generic numbers: an architecture with others needs its own."""
    text = re.sub(r"/\*.*?\*/", "", read(os.path.join(headers, name, "asm/socket.h")), flags=re.S)
    if text.split() == ["#include", "<asm-generic/socket.h>"]:
        return []
    return ["asm/socket.h of %s is not asm-generic's" % name]


def fetch():
    done = run([os.path.join(HERE, "fetch-headers")], "")
    if done.returncode == 77:
        print("SKIPPED " + done.stderr.strip())
        print("0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.strip()


def main():
    headers = sys.argv[1] if sys.argv[1:] else fetch()
    levels, options = read_catalogue()
    rows, reviewed = read_headers_table(), Reviewed()
    results = [check_header(headers, row, levels, options, reviewed) for row in rows]
    results.append(check_coverage(headers, rows, reviewed))
    results.append(check_rows(headers, rows, options, reviewed))
    results.append(check_levels(headers, levels, reviewed))
    results += [check_architecture(headers, name) for name in ARCHITECTURES]
    results.append(reviewed.stale())
    for failures in results:
        for failure in failures:
            print("FAILED " + failure)
    failed = sum(1 for failures in results if failures)
    print("%d passed, %d failed, 0 skipped" % (len(results) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
