# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""--summary: what was counted is what was called, whatever happens meanwhile."""

import collections
import json
import re

from harness import Skip, expect, kernel_release, may_skip
import records


def load(path):
    """Rows and totals, as they stand in the stream."""
    rows, totals = [], []
    with open(path) as file:
        for line in file:
            record = json.loads(line)
            if record["eventName"] == "summary":
                rows.append(record["summary"])
            elif record["eventName"] == "summaryTotal":
                totals.append(record["summaryTotal"])
            else:
                expect(record["eventName"] == "lost", "in a summary: %r" % record)
    return rows, totals


def counts(rows):
    """Calls by (level, option, result), and that each row adds up."""
    found = collections.Counter()
    for row in rows:
        in_buckets = sum(bucket["calls"] for bucket in row["histogram"])
        expect(in_buckets == (row["calls"] if row["returnValue"] is not None else 0),
               "the histogram does not add up: %r" % row)
        least = sum(bucket["calls"] * bucket["fromNs"] for bucket in row["histogram"])
        expect(not in_buckets or least <= row["timeNs"], "less time than its buckets say: %r" % row)
        found[row["level"], row["optname"], row["returnValue"]] += row["calls"]
    return found


def made_by_tally(calls):
    """What `helper tally` calls."""
    return {(1, 9, 0): calls, (6, 1, 0): calls // 2, (1, 13, -22): calls // 4,
            (6, 1, -9): calls // 8, (1, 9999, -92): calls // 16, (12345, 1, -92): calls // 32}


def exact(kit, attach):
    """Three processes in a flood, with a buffer that holds nothing: every call is counted, and whose."""
    def test():
        path, table = kit.path("summary", "exact.json"), kit.path("summary", "exact.table")
        tracing = kit.start_tracing("--attach", attach, "-c", "-n", "helper", "--buffer-size", "4",
                                    "-o", "json:" + path, "-o", "table:" + table)
        programs = [kit.start(kit.helper, "tally", 3200) for _ in range(3)]
        for program in programs:
            kit.finish(program)
        result = kit.stop(tracing)
        rows, totals = load(path)
        by_process = collections.defaultdict(list)
        for row in rows:
            by_process[row["hostProcessId"]].append(row)
            expect(row["processName"] == "helper", "%r" % row)
        expect(len(by_process) == 3, "%d processes: %s" % (len(by_process), result))
        calls = 3 * sum(made_by_tally(3200).values())
        lost = int(re.search(r"calls counted, (\d+) lost", result.err)[1])
        expect(totals[0]["calls"] + lost == calls and not totals[0]["uncounted"],
               "%r, %s" % (totals, result))
        if attach != "kprobe+kretprobe" and may_skip() and (lost or totals[0]["withoutReturn"]):
            for process in by_process.values():
                check_skipped(counts(process), made_by_tally(3200))
            return
        for process in by_process.values():
            expect(counts(process) == made_by_tally(3200), "%r" % counts(process))
        check_names(rows)
        expect(totals == [{"calls": calls, "errors": 3 * (800 + 400 + 200 + 100),
                           "timeNs": sum(row["timeNs"] for row in rows), "withoutReturn": 0,
                           "others": 0, "uncounted": 0}], "%r" % totals)
        expect("%d calls counted, 0 lost" % calls in result.err, "%s" % result)
        check_table(table, calls)
    return test


def check_skipped(counted, made):
    """Nothing is counted that was not made: what has its return, and with what has none."""
    for key, calls in made.items():
        expect(0.5 * calls < counted[key] <= calls, "%r of %r" % (counted, made))
    for level, optname in {key[:2] for key in made}:
        whole = sum(calls for key, calls in counted.items() if key[:2] == (level, optname))
        expect(whole <= sum(calls for key, calls in made.items() if key[:2] == (level, optname)),
               "%r of %r" % (counted, made))


def check_names(rows):
    names = {(row["level"], row["optname"]): (row["levelName"], row["name"]) for row in rows}
    expect(names == {(1, 9): ("SOL_SOCKET", "SO_KEEPALIVE"), (6, 1): ("SOL_TCP", "TCP_NODELAY"),
                     (1, 13): ("SOL_SOCKET", "SO_LINGER"), (1, 9999): ("SOL_SOCKET", None),
                     (12345, 1): (None, None)}, "%r" % names)
    # of no socket nobody knows whose level 6 is
    expect({row["returnValue"] for row in rows if row.get("assumed")} == {-9}, "%r" % rows)
    errors = {row["error"] for row in rows}
    expect(errors == {None, "EINVAL", "EBADF", "ENOPROTOOPT"}, "%r" % errors)


def check_table(path, calls):
    with open(path) as file:
        lines = file.read().split("\n")
    expect(all(len(line) <= 80 for line in lines), "wider than 80 columns: %r" % lines)
    told = {line.split()[-1]: line.split() for line in lines[:10] if line}
    expect(told["SOL_SOCKET:SO_KEEPALIVE"][3] == "9600" and
           told["SOL_SOCKET:SO_LINGER"][3:5] == ["2400", "2400"] and
           told["SOL_TCP?:TCP_NODELAY"][3:5] == ["1200", "1200"] and
           told["total"][0] == "100.00" and told["total"][3] == str(calls), "%r" % lines)
    expect(sum(line.endswith(" helper") for line in lines) == 3, "%r" % lines)
    errors = [line.split() for line in lines if line.endswith("SOL_SOCKET:SO_LINGER")][1:]
    expect([error[0:2] + error[3:4] for error in errors] == 3 * [["800", "EINVAL", "helper"]],
           "%r" % lines)


def like_events(kit, case):
    """What is counted is what there would be events of, however the calls are made."""
    def test():
        path = kit.path("summary", "like.json")
        result = kit.trace("-o", "json:" + path, "--", kit.cases, case)
        if result.status == 77:
            raise Skip("this kernel cannot do what the case needs")
        events, lost = records.load(path)
        expect(result.status == 0 and not lost, "%s" % result)
        made = collections.Counter()
        for event in events:
            args = {arg["name"]: arg["value"] for arg in event["args"]}
            made[str(args["level"]), str(args["optname"]), event["returnValue"]] += 1
        result = kit.trace("-c", "-o", "json:" + path, "--", kit.cases, case)
        rows, totals = load(path)
        named = collections.Counter()
        for row in rows:
            named[row["levelName"] or str(row["level"]), row["name"] or str(row["optname"]),
                  row["returnValue"]] += row["calls"]
        expect(result.status == 0 and made and named == made, "%r counted, %r made" % (named, made))
        expect(totals[0]["calls"] == sum(made.values()), "%r" % totals)
    return test


def filters(kit):
    """Each filter before anything is counted; what is left out is no call of the summary."""
    path = kit.path("summary", "filters.json")
    for options, wanted in ((["-x", "-u", "0"], lambda key: key[2] < 0),
                            (["-e", "!SO_KEEPALIVE"], lambda key: key[:2] != (1, 9))):
        result = kit.trace("-c", *options, "-o", "json:" + path, "--", kit.helper, "tally", 64)
        rows, totals = load(path)
        left = {key: calls for key, calls in made_by_tally(64).items() if wanted(key)}
        expect(counts(rows) == left and totals[0]["calls"] == sum(left.values()),
               "%r: %r, %r, %s" % (options, rows, totals, result))


def inside(kit):
    """A call that has not returned when tracing ends is one without return."""
    path = kit.path("summary", "inside.json")
    tracing = kit.start_tracing("-c", "-n", "helper", "-o", "json:" + path)
    program = kit.start(kit.helper, "asleep", "30")
    if not program.stdout.readline().startswith("asleep"):
        kit.stop(tracing)
        raise Skip("this kernel has no userfaultfd")
    result = kit.stop(tracing)
    program.kill()
    program.wait()
    rows, totals = load(path)
    expect([(row["name"], row["returnValue"], row["calls"], row["timeNs"]) for row in rows] ==
           [("SO_KEEPALIVE", None, 1, None)], "%r" % rows)
    expect((totals[0]["calls"], totals[0]["withoutReturn"]) == (1, 1), "%r, %s" % (totals, result))


def every_so_often(kit):
    """Each is of all calls so far; the last is the whole."""
    path = kit.path("summary", "often.json")
    tracing = kit.start_tracing("--summary=0.2", "-n", "helper", "-o", "json:" + path)
    kit.finish(kit.start(kit.helper, "tally", 64))
    first = sum(made_by_tally(64).values())

    def told(calls):
        with open(path) as file:
            return '"summaryTotal":{"calls":%d,' % calls in file.read()
    kit.wait_until(lambda: told(first), "it is not told before the end")
    kit.finish(kit.start(kit.helper, "tally", 64))
    kit.stop(tracing)
    _, totals = load(path)
    calls = [total["calls"] for total in totals]
    expect(calls == sorted(calls) and calls[-1] == 2 * first, "%r" % calls)


def full(kit):
    """More options than there is room for: each call is in the total all the same."""
    path = kit.path("summary", "full.json")
    result = kit.trace("-c", "-o", "json:" + path, "--", kit.helper, "options", 21000)
    rows, (total,) = load(path)
    named = sum(row["calls"] for row in rows)
    others = sum(row["calls"] for row in rows if row["hostProcessId"] is None)
    expect(total["calls"] == 21000 == named + total["uncounted"], "%r, %s" % (total, result))
    expect(0 < others == total["others"] <= 4096 and total["uncounted"] >= 21000 - 16384 - 4096,
           "%r" % total)


def replayed(kit):
    """The same counts from a recording of the calls."""
    path, again = kit.path("summary", "calls.rec"), kit.path("summary", "replayed.json")
    result = kit.trace("-w", path, "--", kit.helper, "tally", 64)
    expect(result.status == 0, "%s" % result)
    result = kit.run(kit.tracer, "-r", path, "-c", "-o", "json:" + again)
    rows, (total,) = load(again)
    expect(counts(rows) == made_by_tally(64), "%r, %s" % (rows, result))
    check_names(rows)
    expect(total["calls"] == sum(made_by_tally(64).values()), "%r" % total)


def tests(kit):
    found = [("summary exact " + attach, exact(kit, attach)) for attach in kit.attachments]
    return found + [("summary inside", lambda: inside(kit))]


def program_tests(kit):
    made_here = (["uring"] if kernel_release() >= (6, 7) else []) + ["by_program"]
    found = [("summary like events " + case, like_events(kit, case)) for case in made_here]
    return found + [("summary " + function.__name__.replace("_", " "),
             lambda function=function: function(kit))
            for function in (filters, every_so_often, full, replayed)]
