#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: profile.py --bin DIR [--least N] NAME

Where the instructions go that a setsockopt costs under the tracer NAME of tracers.tab, by symbol: of the
kernel, of its BPF programs, and of the tracer itself. In the guests of bench.py, whose blocks a plugin
of QEMU's counts: of two runs that differ in the number of calls the difference, by call, less the same
of the load without a tracer. It is a mean, and so has what the scheduler spends, which bench.py's
medians have not.

--least N  of symbols with at least N instructions (3)
"""

import argparse
import bisect
import collections
import os
import re
import shutil
import subprocess
import sys

import bench

CALLS = (500, 9500)  # far apart: what differs from boot to boot becomes little of a call
# tests.mk links load so far up that no address of it is one of a tracer's
LOAD_ADDRESS = 0x10000000
USER_END = 1 << 47
OPTIONS = {"user": "-u", "sockets": "-m"}  # of load, by a row's how


def symbols(lines):
    """Addresses in order, and names."""
    found = sorted((int(address, 16), name) for address, kind, name in
                   (line.split()[:3] for line in lines if len(line.split()) >= 3) if kind in "tTwWi")
    return [address for address, _ in found], [name for _, name in found]


def named(table, address):
    addresses, names = table
    i = bisect.bisect_right(addresses, address) - 1
    return names[i] if i >= 0 else "?"


def run(args, row, calls, name):
    """What was run by symbol, and how many setsockopts were made."""
    out = f"{args.out}/{name}"
    payload = f"{out}/overlay/payload"
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(payload)
    for program in ("load", "floor"):
        shutil.copy(f"{args.bin}/{program}", payload)
    shutil.copy(f"{args.bin}/sockopt-trace-static", f"{payload}/sockopt-trace")
    shutil.copy(f"{bench.HERE}/profile-guest", f"{payload}/run")
    for key, text in (("calls", calls), ("options", OPTIONS.get(row[1], "")), ("command", row[3])):
        with open(f"{payload}/{key}", "w") as file:
            file.write(f"{text}\n")
    kernel = bench.fetched(f"{bench.VM}/fetch-kernel", bench.KERNEL)
    bench.fetched(f"{bench.VM}/mkinitramfs", f"{out}/image", f"{out}/overlay")
    plugin = f"-plugin {os.path.abspath(args.bin)}/profile.so,out={out}/blocks"
    env = dict(os.environ, SOT_QEMU_EXTRA=f"{bench.QEMU} -m 1024 {plugin}")
    done = subprocess.run([f"{bench.VM}/boot", kernel, f"{out}/image", f"{out}/guest", "1800"], env=env,
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return count(args, row, out)


def count(args, row, out):
    program = "floor" if row[3].startswith("floor") else "sockopt-trace-static"
    own = symbols(bench.fetched("nm", f"{args.bin}/{program}").splitlines())
    with open(f"{out}/guest/out/kallsyms") as lines:
        kernel = symbols(lines)
    counts = collections.Counter()
    with open(f"{out}/blocks") as blocks:
        for line in blocks:
            address, instructions, times = line.split()
            address = int(address, 16)
            if address >= USER_END:
                where = named(kernel, address)
            elif address >= LOAD_ADDRESS:
                where = "load"
            else:
                where = "tracer: " + named(own, address)
            counts[where] += int(instructions) * int(times)
    with open(f"{out}/guest/out/results") as results:
        made = int(re.search(r" calls=(\d+)", results.read())[1])
    return counts, made


def per_call(args, row, name):
    (few, few_made), (many, many_made) = (run(args, row, calls, f"{name}-{calls}") for calls in CALLS)
    return {where: (many[where] - few[where]) / (many_made - few_made) for where in many}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", default=f"{bench.TOP}/build/profile")
    parser.add_argument("--least", type=float, default=3)
    parser.add_argument("name")
    args = parser.parse_args()
    rows = [row for row in bench.read_rows("", False) if row[0] == args.name and row[1] != "none"]
    if not rows or rows[0][2] not in ("own", "more", "floor"):
        sys.exit(f"{args.name} is no row of ours in tracers.tab")
    none = per_call(args, ["untraced", "none", "own", ""], "untraced")
    traced = per_call(args, rows[0], "traced")
    above = {where: traced[where] - none.get(where, 0) for where in traced}
    print(f"{sum(above.values()):8.0f} all")
    for where, instructions in sorted(above.items(), key=lambda item: -item[1]):
        if abs(instructions) >= args.least:
            print(f"{instructions:8.1f} {where}")


if __name__ == "__main__":
    main()
