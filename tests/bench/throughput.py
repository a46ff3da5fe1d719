#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: throughput.py --bin DIR [--rounds N] [--seconds S] [--only WORD]

How many calls a second a process makes on this machine's own kernel while each tracer of
throughput.tab runs, and how many events a second each takes for S seconds with nothing lost. Root.

A call is made with and without each tracer in turns, N rounds; ratios are of the same round, and
medians. The rate that a tracer sustains is looked for by short runs, from what it took of a flood on,
and must then hold for S seconds: of one process, and of one a CPU where these are taken as fast.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FLOOD_SECONDS = 1.0
TRY_SECONDS = 1.0
START_SECONDS = 30
END_SECONDS = 30  # a flood is to be written first
LOWER, HIGHER = 0.85, 1.2  # the next rate that is tried
NEAR = 1.04  # of two rates: the one without a loss is taken
TRIES = 12
AGAIN = 0.97  # the next rate where one did not hold
TRIES_TO_HOLD = 5
TOTALS = re.compile(r"(\d+) events, (\d+) lost")


class Failed(Exception):
    """A tracer that does not run here."""


class Row:
    def __init__(self, line):
        self.name, self.who, self.told, self.how, self.command = line.rstrip("\n").split("\t")
        self.ratios, self.rates, self.why = [], [], None
        self.sustained = {}  # by how many processes made the calls


def read_rows(only):
    with open(f"{HERE}/throughput.tab") as tab:
        rows = [Row(line) for line in tab if not line.startswith("#")]
    return [row for row in rows if not only or only in row.name]


def fetch_peers(rows):
    """A folder with a link to each folder of packages; rows whose packages cannot be had are told."""
    links = f"{TOP}/build/throughput"
    os.makedirs(links, exist_ok=True)
    for who in {row.who for row in rows} - {"own"}:
        done = subprocess.run([f"{TOP}/packaging/fetch-sysroot", who], capture_output=True, text=True)
        if done.returncode:
            for row in rows:
                row.why = row.why or (done.stderr.strip() if row.who == who else None)
            continue
        link = f"{links}/{who}"
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(done.stdout.strip(), link)
    return links


class Counter(threading.Thread):
    """Takes and counts the lines of a pipe. What a peer keeps in a buffer of its own when `mark` is
    called counts as told later: that is to its favour."""

    def __init__(self, pipe):
        super().__init__()
        self.pipe, self.lines, self.marked = pipe, 0, 0
        self.start()

    def run(self):
        while block := os.read(self.pipe.fileno(), 1 << 16):
            self.lines += block.count(b"\n")
        self.pipe.close()

    def mark(self):
        self.marked = self.lines

    def told(self):
        self.join()
        return self.lines - self.marked


class Bench:
    def __init__(self, args):
        self.args = args
        self.rows = read_rows(args.only)
        self.env = dict(os.environ, PEERS=fetch_peers(self.rows),
                        PATH=f"{args.bin}:{HERE}:{os.environ['PATH']}")

    def pace(self, seconds, rate=0, around=None, processes=1):
        """Calls made, and a second."""
        command = f"pace {seconds} {rate} {processes}"
        command = f"{around} {command}" if around else command
        done = subprocess.run(["sh", "-c", "exec " + command], env=self.env, cwd=HERE,
                              capture_output=True, text=True)
        if done.returncode:
            raise Failed(" ".join(done.stderr.split())[-200:])
        made, took = map(int, done.stdout.split()[-2:])
        return made, made / (took / 1e9)

    def start(self, row):
        """The tracer, and what counts its lines; returns once it sees calls."""
        tracer = subprocess.Popen(["sh", "-c", "exec " + row.command], env=self.env, cwd=HERE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        counter = Counter(tracer.stdout)
        try:
            if row.who != "own":
                self.wait_until_traced(tracer)
            elif b"attached" not in tracer.stderr.readline():
                raise Failed(tracer.stderr.read().decode()[-200:])
        except Failed:
            tracer.kill()
            raise
        counter.mark()
        return tracer, counter

    def wait_until_traced(self, tracer):
        free = max(self.pace(0.05)[1] for _ in range(3))
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if tracer.poll() is not None:
                raise Failed(" ".join(tracer.stderr.read().decode().split())[-200:])
            if self.pace(0.02)[1] < 0.75 * free:
                time.sleep(1)  # until its own programs are all there, and what was made is written
                return
            time.sleep(0.2)
        raise Failed("no call became dearer")

    def stop(self, row, tracer, counter):
        """Events it told of, and lost by its own word; of a peer None."""
        tracer.send_signal(signal.SIGINT)
        killer = threading.Timer(END_SECONDS, tracer.kill)
        killer.start()
        err = tracer.stderr.read().decode(errors="replace")
        tracer.wait()
        killer.cancel()
        if tracer.returncode == -signal.SIGKILL:
            raise Failed("it did not end")
        lines = counter.told()
        if row.told != "own":
            return lines, None
        found = TOTALS.search(err)
        if not found:
            raise Failed(err[-200:])
        return int(found[1]), int(found[2])

    def measure(self, row, seconds, rate=0, processes=1):
        """(calls made, calls a second, events told, lost)"""
        if row.how == "around":
            made, speed = self.pace(seconds, rate, row.command, processes)
            return made, speed, made, 0
        tracer, counter = self.start(row)
        try:
            made, speed = self.pace(seconds, rate, None, processes)
            time.sleep(0.5)
        finally:
            told, lost = self.stop(row, tracer, counter)
        if row.told == "all":
            return made, speed, made, 0
        if lost is None:
            return made, speed, told, max(0, made - told)
        if told + lost < made:
            raise Failed(f"{made} calls were made, {told} events and {lost} lost were told")
        return made, speed, told, lost

    def rounds(self):
        for number in range(self.args.rounds):
            for row in [row for row in self.rows if not row.why or row.ratios]:
                try:
                    free = self.pace(FLOOD_SECONDS)[1]
                    _, speed, told, _ = self.measure(row, FLOOD_SECONDS)
                    row.ratios.append(speed / free)
                    row.rates.append(min(speed, told / FLOOD_SECONDS))
                    self.free.append(free)
                except Failed as why:
                    row.why = str(why)
            print(f"round {number + 1} of {self.args.rounds} done", file=sys.stderr)

    def find_rate(self, row, rate, processes):
        """A short run takes so much without a loss; 0: nothing. Processes beside the first must be
        taken as fast as it was, or they are not looked at further."""
        good, bad, seconds = 0, 0, min(TRY_SECONDS, self.args.seconds)
        for _ in range(TRIES):
            _, speed, _, lost = self.measure(row, seconds, int(rate), processes)
            if lost:
                bad = rate
            else:
                good = speed
            if (lost and processes > 1 and not good) or (not lost and speed < 0.9 * rate):
                break  # the latter: they make no more
            if not bad:
                rate = good * HIGHER
            elif not good:
                rate = bad * LOWER
            elif bad < good * NEAR:
                break
            else:
                rate = (good * bad) ** 0.5
        return good

    def hold(self, row, rate, processes):
        for _ in range(TRIES_TO_HOLD if rate else 0):
            _, speed, _, lost = self.measure(row, self.args.seconds, int(rate), processes)
            if not lost:
                row.sustained[processes] = speed
                return
            rate *= AGAIN

    def sustain(self, row):
        for processes in sorted({1, os.cpu_count()}):
            if row.told == "all":
                row.sustained[processes] = self.measure(row, self.args.seconds, 0, processes)[1]
            elif processes == 1:
                self.hold(row, self.find_rate(row, max(row.rates) * HIGHER, 1), 1)
            elif row.sustained:
                self.hold(row, self.find_rate(row, row.sustained[1], processes), processes)

    def run(self):
        self.free = []
        self.rounds()
        for row in [row for row in self.rows if row.ratios]:
            try:
                self.sustain(row)
            except Failed as why:
                row.why = str(why)
            print(f"{row.name} done", file=sys.stderr)


def machine():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read())[1]
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    return f"kernel {os.uname().release}, {os.cpu_count()} CPUs ({model}), load {load}"


def show(bench, before):
    free = statistics.median(bench.free)
    best = max([max(row.sustained.values(), default=0) for row in bench.rows if row.who != "own"],
               default=0)
    print(f"{before}; at the end: load {os.getloadavg()[0]:.1f}")
    print(f"untraced: {free:,.0f} calls a second, median of {len(bench.free)}; "
          f"{bench.args.seconds} s for what is sustained")
    print("| tracer | calls a second, of untraced | events a second, nothing lost | of a process a CPU "
          "| of the best peer |")
    print("|---|---:|---:|---:|---:|")
    for row in bench.rows:
        if row.why:
            print(f"{'FAILED once' if row.ratios else 'SKIPPED'} {row.name}: {row.why}")
        if not row.ratios:
            continue
        cells = [f"{row.sustained[many]:,.0f}" if many in row.sustained else
                 "fewer" if row.sustained else "none" for many in (1, os.cpu_count())]
        ratio = f"{max(row.sustained.values()) / best:.1f}" if best and row.sustained else ""
        print(f"| {row.name} | {statistics.median(row.ratios):.3f} | {' | '.join(cells)} | {ratio} |")


def own_mounts():
    """Peers look for tracefs, which is not mounted everywhere: here it is, for them alone."""
    if "SOT_OWN_MOUNTS" not in os.environ:
        os.environ["SOT_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "-m", sys.executable] + sys.argv)
    for kind, where in (("debugfs", "/sys/kernel/debug"), ("tracefs", "/sys/kernel/tracing")):
        subprocess.run(["mount", "-t", kind, kind, where], stderr=subprocess.DEVNULL, check=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    args.bin = os.path.abspath(args.bin)
    own_mounts()
    before = machine()
    bench = Bench(args)
    bench.run()
    show(bench, before)


if __name__ == "__main__":
    main()
