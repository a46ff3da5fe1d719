#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The tests on a running kernel: this machine's, or a guest's of the matrix.

usage: run.py --bin DIR --attach LIST [--parts LIST] [--only WORDS] [--out DIR]

--bin     where sockopt-trace and the programs are: cases, helper, judge, patterns, and their 32-bit kin
--attach  the attachments that this kernel must have; one that cannot be had fails the run
--parts   of cases, behaviour, program, recording, probes, judge and audit those that are to run
Prints a line for what failed, and last `N passed, N failed, N skipped`.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import audit  # noqa: E402
import behaviour  # noqa: E402
import cases  # noqa: E402
import judge  # noqa: E402
import probes  # noqa: E402
import summary  # noqa: E402
import recording  # noqa: E402
from harness import SKIPPED, Failure, Kit, Skip, may_skip  # noqa: E402


PARTS = {"cases": cases.tests,
         "behaviour": lambda kit: behaviour.tests(kit) + summary.tests(kit),
         "program": lambda kit: behaviour.program_tests(kit) + summary.program_tests(kit),
         "recording": recording.tests, "probes": probes.tests, "judge": judge.tests,
         "audit": audit.tests}
ATTEMPTS = 3  # of a test that fails where a program was skipped
# audit loads modules, and is for a guest of the matrix
DEFAULT_PARTS = ",".join(part for part in PARTS if part != "audit")


def judge_one(function, kit):
    kit.was_skipped = False
    try:
        function()
        return "passed", ""
    except Skip as skip:
        return "skipped", str(skip)
    except Failure as failure:
        return "failed", str(failure)
    except Exception:  # a test must not take the others with it
        return "failed", traceback.format_exc()
    finally:
        kit.end_all()


def run_one(name, function, kit, counts):
    start = time.monotonic()
    verdict, why = judge_one(function, kit)
    for _ in range(ATTEMPTS - 1):
        if verdict != "failed" or not may_skip() or not (kit.was_skipped or SKIPPED.search(why)):
            break
        print("AGAIN %s: the kernel skipped a program of the tracer's: %s" % (name, why), flush=True)
        verdict, why = judge_one(function, kit)
    counts[verdict] += 1
    if why:
        print("%s %s: %s" % (verdict.upper(), name, why), flush=True)
    elif kit.verbose:
        print("ok %s (%.1f s)" % (name, time.monotonic() - start), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--attach", required=True)
    parser.add_argument("--parts", default=DEFAULT_PARTS)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", help="keep what was written in this folder")
    parser.add_argument("--flood-seconds", type=int, default=3)
    parser.add_argument("--judge-calls", type=int, default=8000,
                        help="random calls, and a quarter more of a 32-bit program")
    parser.add_argument("--judge-seed", type=int, default=1)
    parser.add_argument("--judge-later", action="store_true",
                        help="leave the calls, compressed, for judge.py on another machine")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    out = options.out or tempfile.mkdtemp(prefix="sockopt-trace-")
    os.makedirs(out, exist_ok=True)
    os.chmod(out, 0o755)  # other users run programs in it
    kit = Kit(options, out)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for part in options.parts.split(","):
        for name, function in PARTS[part](kit):
            if kit.wanted(name):
                run_one(name, function, kit, counts)
    if not options.out and not counts["failed"]:
        shutil.rmtree(out)
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
