#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs every example of README.md and the man page, and compares what they claim.

usage: docs.py (in the root of a built tree)
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

NOBODY = 65534  # runs what README does not run by sudo
SECONDS = 4  # --doctor, which tries every attachment, takes two


def read(path):
    with open(path) as file:
        return file.read()


def examples():
    """(where, command line) of every example."""
    found = []
    for block in re.findall(r"^```sh\n(.*?)^```", read("README.md"), re.S | re.M):
        found += [("README.md", line.split("#")[0].strip()) for line in block.splitlines()]
    for block in re.findall(r"^\.nf\n(sudo .*?)^\.fi", read("docs/sockopt-trace.8"), re.S | re.M):
        found += [("man page", line) for line in block.splitlines()]
    return found


def run_example(command, folder):
    """None when it did what an example must: run, and end well. Else why not."""
    line = re.sub(r"^sudo (\./)?", "", command).replace("./sockopt-trace", "sockopt-trace", 1)
    user = {} if command.startswith("sudo ") else {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    env = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], USER=str(NOBODY))
    process = subprocess.Popen("exec " + line, shell=True, cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, **user)
    try:
        _, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    return None if process.returncode == 0 else "status %d: %s" % (process.returncode, err.decode())


def problem_of(where, command, folder):
    """None, or a sentence."""
    if command.startswith("make "):
        target = command.split()[1]
        found = re.search("^%s:" % target, read("Makefile"), re.M)
        return None if found else "%s: %s: no such target" % (where, command)
    why = run_example(command, folder)
    return why and "%s: %s: %s" % (where, command, why)


def check_examples():
    problems, folders = [], {}
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        for where, command in examples():
            if where not in folders:  # what the one's have written is not in the other's way
                folders[where] = "%s/%d" % (top, len(folders))
                os.mkdir(folders[where])
                shutil.copy("sockopt-trace", folders[where])
                shutil.copy("build/tests/cases/demo", folders[where] + "/server")
            problems.append(problem_of(where, command, folders[where]))
    return [problem for problem in problems if problem]


def shape(text):
    """Without times, process ids and the widths they bring."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d:\d{6} +(\d+) +demo +\d+ +\d+ +", r"T \1 demo ", line)
             for line in text.splitlines()]
    return [re.sub(" +", " ", line) for line in lines]


def check_sample():
    """The output on README's first screen is what the demo prints."""
    claimed = re.search(r"^```\n(TIME .*?)^```", read("README.md"), re.S | re.M)[1]
    out = subprocess.run(["./sockopt-trace", "-q", "--", "build/tests/cases/demo"],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    if shape(claimed) == shape(out):
        return []
    return ["README.md: the sample is not what the demo prints now:\n" + out]


def check_options():
    """--help and the man page name the same options."""
    helped = set(re.findall(r"--([a-z-]+)", subprocess.run(
        ["./sockopt-trace", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout))
    page = set(re.findall(r"--([a-z-]+)", read("docs/sockopt-trace.8").replace("\\-", "-")))
    helped.discard("port")  # of an example's server
    return ["only in --help: --%s" % name for name in sorted(helped - page)] + \
           ["only in the man page: --%s" % name for name in sorted(page - helped)]


def check_man():
    """man finds nothing to complain about."""
    result = subprocess.run(["man", "--warnings", "-l", "docs/sockopt-trace.8"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env=dict(os.environ, MANPAGER="cat", LC_ALL="C.UTF-8"))
    return [result.stderr] if result.stderr or result.returncode else []


def check_count():
    """The number of options in README is the catalogue's."""
    rows = len(subprocess.run(["./sockopt-trace", "--list-options"], stdout=subprocess.PIPE,
                              text=True, check=True).stdout.splitlines()) - 1
    claimed = int(re.search(r"(\d+) options of", read("README.md"))[1])
    return [] if rows == claimed else ["README.md says %d options, there are %d" % (claimed, rows)]


def check_flags():
    """Every flag is in the man page."""
    names = re.findall(r'^FLAG\(\w+, "(\w+)"', read("include/flags.def"), re.M)
    page = read("docs/sockopt-trace.8")
    return ["the man page lacks the flag " + name for name in names if name not in page]


def check_generated():
    """docs/OPTIONS.md and the man page's list are the catalogue's, docs/RULES-DEFAULT.md the rules'."""
    results = [subprocess.run([script, "--check", "./sockopt-trace"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
               for script in ("docs/options.py", "docs/rules.py")]
    return [result.stdout for result in results if result.returncode]


def main():
    passed = failed = 0
    for check in (check_examples, check_sample, check_options, check_man, check_count, check_flags,
                  check_generated):
        problems = check()
        for problem in problems:
            print("FAILED %s: %s" % (check.__name__, problem))
        failed += bool(problems)
        passed += not problems
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
