#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds the calls that guests recorded against what their makers saw.

usage: judge_calls.py TRACER FOLDER

FOLDER has NAME.calls.gz and NAME.recording.gz of tests/live/judge.py; TRACER, one of this machine,
replays them. Prints a line for each NAME, and last `N passed, N failed, N skipped`.
"""

import gzip
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live"))

import judge  # noqa: E402
from harness import Failure  # noqa: E402


def unpacked(source, folder):
    target = os.path.join(folder, os.path.basename(source)[:-len(".gz")])
    with gzip.open(source) as packed, open(target, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    return target


def main():
    tracer, folder = sys.argv[1:]
    counts = {"passed": 0, "failed": 0}
    for file in sorted(os.listdir(folder)):
        name = file[:-len(".calls.gz")]
        if not file.endswith(".calls.gz"):
            continue
        with tempfile.TemporaryDirectory() as work:
            parts = [unpacked(os.path.join(folder, name + part + ".gz"), work)
                     for part in (".calls", ".recording")]
            try:
                verdict, told = "passed", judge.judge(tracer, *parts)
            except Failure as failure:
                verdict, told = "failed", str(failure)
        counts[verdict] += 1
        print("%s%s: %s" % ("FAILED " * (verdict == "failed"), name, told))
    print("%(passed)d passed, %(failed)d failed, 0 skipped" % counts)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
