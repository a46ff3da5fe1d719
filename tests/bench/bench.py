#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: bench.py --bin DIR [--check | --record] [--calls N] [--only WORD] [--out DIR]

Boots the matrix's 6.12 kernel in QEMU, where an instruction of the guest is a nanosecond
(-icount shift=0) on one CPU, and prints what each tracer of tracers.tab costs in instructions.

--check   our own tracers only, compared with recorded.tab: exit status 1 where a figure is worse
--record  writes recorded.tab anew
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
VM = f"{TOP}/tests/vm"
RECORDED = f"{HERE}/recorded.tab"
KERNEL = "6.12"
QEMU = "-accel tcg,thread=single -icount shift=0,sleep=off -smp 1"
WORSE = 1.03  # times the recorded figure, or
SLACK = 5  # more: of a figure near 0 a share says nothing
OURS = ["own", "more"]
PRESSURES = ["stopped", "blocked"]  # under which a caller is to pay no more than in the same run without
LOST = 0.9  # of the calls at the least: else there was no pressure
FIGURES = ["all", "kernel", "reader", "bytes", "getppid", "capable", "filtered", *PRESSURES, "rss", "peak",
           "start"]
CHECKED = [figure for figure in FIGURES if figure not in PRESSURES]
MADE = ["setsockopt", "getppid", "capable"]  # calls of load


class Skip(Exception):
    """What a row needs cannot be had here."""


def fetched(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Skip((done.stderr.strip() or "failed").splitlines()[-1])
    return done.stdout.strip()


def read_rows(only, own):
    """Rows of tracers.tab: lists of name, how, who, command."""
    rows = []
    with open(f"{HERE}/tracers.tab") as tab:
        for line in tab:
            row = line.rstrip("\n").split("\t")
            if line.startswith("#") or (own and row[2] != "own"):
                continue
            if row[1] == "none" or not only or only in row[0]:
                rows.append(row)
    return rows


def pack_peers(rows, overlay):
    """Puts the peers' programs in; takes out the rows of those that cannot be had, and tells."""
    roots = {}
    for who in sorted({row[2] for row in rows} - {"own", "more", "floor"}):
        try:
            root = roots[who] = fetched(f"{TOP}/packaging/fetch-sysroot", who)
        except Skip as why:
            print(f"SKIPPED {who}: {why}")
            rows[:] = [row for row in rows if row[2] != who]
            continue
        programs = {row[3].split()[2] for row in rows if row[2] == who}
        for program in programs:
            fetched("env", f"GUEST_ROOT={root}", f"{VM}/pack-program", f"{overlay}/peers/{who}", program)
    return roots


def make_overlay(args, rows):
    overlay = f"{args.out}/overlay"
    payload = f"{overlay}/payload"
    shutil.rmtree(args.out, ignore_errors=True)
    os.makedirs(payload)
    for name in ("load", "floor"):
        shutil.copy(f"{args.bin}/{name}", payload)
    shutil.copy(f"{args.bin}/sockopt-trace-static", f"{payload}/sockopt-trace")
    shutil.copytree(f"{HERE}/bpftrace", f"{payload}/bpftrace")
    shutil.copy(f"{HERE}/peer", payload)
    shutil.copy(f"{HERE}/guest", f"{payload}/run")
    roots = pack_peers(rows, overlay)
    with open(f"{payload}/rows", "w") as out:
        out.writelines("\t".join(row) + "\n" for row in rows)
    with open(f"{payload}/calls", "w") as out:
        out.write(f"{args.calls}\n")
    return overlay, roots


def boot(args, overlay, memory):
    kernel = fetched(f"{VM}/fetch-kernel", KERNEL)
    image = f"{args.out}/image"
    fetched(f"{VM}/mkinitramfs", image, overlay)
    env = dict(os.environ, SOT_QEMU_EXTRA=f"{QEMU} -m {memory}")
    done = subprocess.run([f"{VM}/boot", kernel, image, f"{args.out}/guest", "1800"], env=env,
                          stderr=subprocess.PIPE, text=True)
    os.unlink(image)
    if done.returncode == 77:
        raise Skip(done.stderr.strip())
    if done.returncode:
        sys.exit(done.stderr)
    with open(f"{kernel}/version") as version:
        return version.read().split()[0]


def versions(roots):
    """Of what the figures depend on beside the kernel: QEMU, the peers' own packages."""
    said = fetched("qemu-system-x86_64", "--version").splitlines()[:1]
    for root in roots.values():
        with open(f"{root}/packages") as packages:
            said += re.findall(r"^(?:strace|linux-perf|bpftrace)=.*", packages.read(), re.M)
    return ", ".join(said)


def per_call(line, calls):
    """What load printed, by key; the costs of a call."""
    found = {key: float(num) for key, num in re.findall(r"(\w+)=(\d+)", line)}
    for call in MADE:
        for key in (call, call + "_reader"):
            found[key] /= calls
    return found


def trouble(how, now):
    """Why the figures of a row of ours are not those of a tracer that did its work; None: they are."""
    if "told" not in now:
        return "its totals were not told"
    told, lost, calls = now["told"], now["lost"], now["calls"]
    if how == "filtered":
        return f"{told:.0f} events of calls that are left out" if told else None
    if how in PRESSURES:
        return None if lost >= LOST * calls else f"of {calls:.0f} calls only {lost:.0f} were lost"
    if told < calls or (lost and how != "burst"):
        return f"of {calls:.0f} calls {told:.0f} were told, and {lost:.0f} lost"
    return None


def figures(rows, lines, calls):
    """By name of the tracer: a dict of FIGURES, above the untraced call."""
    table, none = {}, None
    for (name, how, who, _), line in zip(rows, lines):
        if line.startswith("failed"):
            print(f"FAILED {name} ({how}): {line}")
            continue
        now = per_call(line, calls)
        if how == "none":
            none = now
            continue
        why = trouble(how, now) if who in OURS else None
        if why or not none:
            print(f"FAILED {name} ({how}): {why or 'nothing is known of the untraced calls'}")
            continue
        row = table.setdefault(name, {})
        kernel = now["setsockopt"] - none["setsockopt"]
        if how == "filtered":
            row["filtered"] = kernel + now["setsockopt_reader"]
            continue
        if how == "burst":
            row["burst"] = now["lost"]
            continue
        if how in PRESSURES:
            row[how] = kernel
            continue
        row.update(kernel=kernel, reader=now["setsockopt_reader"],
                   all=kernel + now["setsockopt_reader"],
                   **{call: now[call] - none[call] + now[call + "_reader"] for call in MADE[1:]},
                   rss=now["rss"], peak=now["peak"], start=now["start"] / 1e6)
        if how == "user":
            del row["capable"]  # untraced it was root that was asked for
        if now.get("events", 0) >= now.get("told", 1):  # of -c lines are no events
            row["bytes"] = now["bytes"] / now["events"]
        if who not in OURS and now.get("events", now["calls"]) < now["calls"]:
            print(f"{name}: of {now['calls']:.0f} calls {now['events']:.0f} lines were written")
    return none, table


def show(none, table):
    if not none:
        return
    print("untraced: " + ", ".join(f"{call} {none[call]:.0f}" for call in MADE))
    head = ["setsockopt", "kernel", "reader", "bytes", "getppid", "capable", "filtered", *PRESSURES, "KiB",
            "peak, KiB", "start, M"]
    print("| tracer | " + " | ".join(head) + " |")
    print("|---|" + "---:|" * len(head))
    for name, row in table.items():
        cells = [f"{row[key]:,.0f}" if key in row else "" for key in FIGURES]
        print(f"| {name} | " + " | ".join(cells) + " |")


def show_ratios(table):
    ours = table.get("kprobe, JSON", {}).get("all")
    for name, row in table.items():
        if ours and "all" in row and name != "kprobe, JSON":
            print(f"{name}: {row['all'] / ours:.2f} times kprobe, JSON")


def record(table, version):
    with open(RECORDED, "w") as out:
        out.write("# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause\n#\n"
                  "# What make bench-check compares with: instructions above an untraced call, KiB.\n"
                  "# Written by make bench-record. Columns apart by tabs: tracer, figure, number; the\n"
                  "# kernel first, since its own share is in each figure.\n")
        out.write(f"kernel\tversion\t{version}\n")
        for name, row in table.items():
            out.writelines(f"{name}\t{key}\t{row[key]:.0f}\n" for key in CHECKED if key in row)


def count_slowed(table, rows):
    """In how many conditions the caller pays for a tracer that cannot keep up, or nothing is known."""
    failed = 0
    for name, how, _, _ in rows:
        if how not in PRESSURES:
            continue
        under, without = (table.get(name, {}).get(key) for key in (how, "kernel"))
        if not under or not without or under > without + SLACK:
            print(f"FAILED {name}, {how}: the caller pays {under}, with a tracer that keeps up {without}")
            failed += 1
    return failed


def count_unwoken(table, rows):
    """After how many bursts something was lost, since nobody woke the reader, or nothing is known."""
    failed = 0
    for name in [row[0] for row in rows if row[1] == "burst"]:
        lost = table.get(name, {}).get("burst")
        if lost != 0:
            print(f"FAILED {name}, burst: {lost} were lost")
            failed += 1
    return failed


def read_recorded():
    """The kernel's version, and the figures by tracer and key."""
    version, recorded = None, {}
    with open(RECORDED) as tab:
        for line in tab:
            if line.startswith("#"):
                continue
            name, key, number = line.rstrip("\n").split("\t")
            if name == "kernel":
                version = number
            else:
                recorded[name, key] = float(number)
    return version, recorded


def compare(table, version, rows):
    """Of another kernel than the recorded one nothing can be said: how long its own ways are differs."""
    failed = count_slowed(table, rows) + count_unwoken(table, rows)
    passed = len([row for row in rows if row[1] in [*PRESSURES, "burst"]]) - failed
    known, recorded = read_recorded()
    if known and known != version:
        print(f"SKIPPED bench-check: recorded on {known}, this is {version}: make bench-record\n"
              f"{passed} passed, {failed} failed, 1 skipped")
        return failed
    measured = {(name, key): row[key] for name, row in table.items() for key in CHECKED if key in row}
    for figure in [*recorded, *(figure for figure in measured if figure not in recorded)]:
        now, then = measured.get(figure), recorded.get(figure)
        if now is not None and then is not None and now <= max(then * WORSE, then + SLACK):
            passed += 1
            continue
        failed += 1
        now, then = ("nothing" if number is None else f"{number:.0f}" for number in (now, then))
        print(f"FAILED {', '.join(figure)}: {now}, recorded {then}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", default=f"{TOP}/build/bench")
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--only", default="")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record", action="store_true")
    args = parser.parse_args()
    own = args.check or args.record
    rows = read_rows(args.only, own)
    try:
        overlay, roots = make_overlay(args, rows)
        version = boot(args, overlay, 3072 if roots else 1024)
    except Skip as why:
        print(f"SKIPPED bench: {why}\n0 passed, 0 failed, 1 skipped")
        return 0
    with open(f"{args.out}/guest/out/results") as results:
        none, table = figures(rows, results.read().splitlines(), args.calls)
    print(f"kernel {version}, {args.calls} calls; {versions(roots)}")
    show(none, table)
    if args.record:
        record(table, version)
    if args.check:
        return 1 if compare(table, version, rows) else 0
    show_ratios(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
