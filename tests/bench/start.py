#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: start.py TRACER [STARTS]

How long the tracer takes on this machine's own kernel from exec until it tells that it is attached:
the median of 11 starts, or STARTS, in ms, the least and the most. Root.
"""

import statistics
import subprocess
import sys
import time


def start_ms(tracer):
    begin = time.monotonic()
    with subprocess.Popen([tracer, "-o", "json:/dev/null"], stderr=subprocess.PIPE, text=True) as run:
        line = run.stderr.readline()
        took = time.monotonic() - begin
        run.terminate()
        run.stderr.read()
    if "attached by" not in line:
        sys.exit(line)
    return took * 1000


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    times = [start_ms(sys.argv[1]) for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 11)]
    print(f"{statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f}")


if __name__ == "__main__":
    main()
