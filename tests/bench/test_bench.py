#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: test_bench.py

Does bench-check fail where it is to fail? Hands bench.py what a guest leaves, good, and then spoilt in
many ways: each must be told. Last line: the counts.
"""

import contextlib
import io
import os
import sys
import tempfile

sys.dont_write_bytecode = True  # the tree stays clean
import bench

CALLS = 4000
VERSION = "6.12.1-1"
ROWS = [["untraced", "none", "own", ""],
        ["JSON", "traced", "own", "sockopt-trace -o json:$OUT"],
        ["JSON", "filtered", "own", "sockopt-trace -o json:$OUT -p $$"],
        ["JSON", "stopped", "own", "sockopt-trace -o json:$OUT"],
        ["-w", "traced", "own", "sockopt-trace -w $OUT.raw"],
        ["-w", "burst", "own", "sockopt-trace -w $OUT.raw"],
        ["-c", "traced", "own", "sockopt-trace -c -o json:$OUT"]]
ALL = dict(setsockopt_reader=0, getppid_reader=0, capable_reader=0, start=538000000, rss=12000,
           peak=14000, calls=16016)
NONE = dict(setsockopt=840 * CALLS, getppid=348 * CALLS, capable=423 * CALLS)
TRACED = dict(NONE, setsockopt=3000 * CALLS, setsockopt_reader=5000 * CALLS, told=16976, lost=0,
              events=16976, bytes=16976 * 3000)
RUN = [NONE, TRACED,
       dict(NONE, setsockopt=1240 * CALLS, told=0, lost=0, events=0, bytes=0),
       dict(TRACED, setsockopt_reader=0, told=1000, lost=15976, events=1000, bytes=3000000),
       dict(TRACED, setsockopt_reader=600 * CALLS),
       dict(TRACED, setsockopt_reader=600 * CALLS),
       dict(TRACED, setsockopt_reader=0, events=2, bytes=584)]

# (row, what is changed in it, how bench-check tells)
WORSE = [
    (1, {"setsockopt": 3070 * CALLS}, "JSON, kernel: 2230, recorded 2160"),
    (1, {"setsockopt_reader": 5160 * CALLS}, "JSON, reader: 5160, recorded 5000"),
    (1, {"getppid": 354 * CALLS}, "JSON, getppid: 6, recorded 0"),
    (1, {"capable_reader": 6 * CALLS}, "JSON, capable: 6, recorded 0"),
    (1, {"bytes": 16976 * 3100}, "JSON, bytes: 3100, recorded 3000"),
    (1, {"rss": 12400}, "JSON, rss: 12400, recorded 12000"),
    (1, {"peak": 14500}, "JSON, peak: 14500, recorded 14000"),
    (1, {"start": 556000000}, "JSON, start: 556, recorded 538"),
    (1, {"told": 8000, "lost": 8976}, "JSON, all: nothing"),
    (1, {"told": 8000}, "JSON, all: nothing"),
    (1, {"told": None}, "JSON, all: nothing"),
    (1, "failed: load: no call was traced", "JSON, all: nothing"),
    (2, {"setsockopt": 1253 * CALLS}, "JSON, filtered: 413, recorded 400"),
    (2, {"told": 16976}, "JSON, filtered: nothing"),
    (3, {"setsockopt": 3010 * CALLS}, "JSON, stopped: the caller pays 2170"),
    (3, {"told": 16976, "lost": 0}, "JSON, stopped: the caller pays None"),
    (4, {"setsockopt_reader": 619 * CALLS}, "-w, reader: 619, recorded 600"),
    (5, {"lost": 87}, "-w, burst: 87"),
    (5, {"told": None, "lost": None}, "-w, burst: None"),
    (0, "failed: load: socket", "JSON, all: nothing"),
]
AS_GOOD = [(6, {"bytes": 608}), (1, {"setsockopt": 3060 * CALLS}), (1, {"getppid": 352 * CALLS}), (1, {"rss": 12300})]


def line(numbers):
    if isinstance(numbers, str):
        return numbers
    full = {**ALL, **numbers}
    return " ".join(f"{key}={number}" for key, number in full.items() if number is not None)


def spoilt(at, change):
    run = list(RUN)
    run[at] = change if isinstance(change, str) else dict(RUN[at], **change)
    return run


def check(run, rows=ROWS, version=VERSION):
    """How many failed, and what was said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        _, table = bench.figures(rows, [line(numbers) for numbers in run], CALLS)
        failed = bench.compare(table, version, rows)
    return failed, said.getvalue()


def cases():
    """(name, whether it went as it should)"""
    failed, said = check(RUN)
    yield "what was recorded is good", not failed and "0 skipped" in said
    for at, change in AS_GOOD:
        yield f"{change} is no worse", not check(spoilt(at, change))[0]
    for at, change, told in WORSE:
        failed, said = check(spoilt(at, change))
        yield f"{ROWS[at][:2]} {change}", failed and f"FAILED {told}" in said
    failed, said = check(RUN[:4], ROWS)
    yield "the guest died", failed and "FAILED -w, all: nothing" in said
    failed, said = check(RUN[:4], ROWS[:4])
    yield "a row is gone", failed and "FAILED -w, all: nothing" in said
    failed, said = check(RUN + [TRACED], ROWS + [["table", "traced", "own", ""]])
    yield "a row was not recorded", failed and "FAILED table, all: 7160, recorded nothing" in said
    failed, said = check(spoilt(1, {"rss": 20000}), version="6.12.2-1")
    yield "of another kernel nothing is said", not failed and "1 skipped" in said


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        bench.RECORDED = os.path.join(folder, "recorded.tab")
        bench.record(bench.figures(ROWS, [line(numbers) for numbers in RUN], CALLS)[1], VERSION)
        for name, is_right in cases():
            passed += bool(is_right)
            failed += not is_right
            if not is_right:
                print(f"FAILED {name}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
