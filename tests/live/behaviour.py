# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the tracer does beyond single records: filters, loss, commands, errors, tidiness."""

import calendar
import collections
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import records
from harness import Failure, Skip, expect

if os.uname().machine == "aarch64":  # asm-generic/unistd.h
    CAPSET, PRCTL, BPF_SYSCALL, PERF_EVENT_OPEN = 91, 167, 280, 241
else:  # x86-64's own
    CAPSET, PRCTL, BPF_SYSCALL, PERF_EVENT_OPEN = 126, 157, 321, 298


def option_names(events):
    return ["%s:%s" % (event["args"][1]["value"], event["args"][2]["value"]) for event in events]


def traced_events(kit, *args, program=("seed_server",)):
    """The events of one case run as a command, under these options."""
    path = kit.path("behaviour", "events.json")
    result = kit.trace(*args, "-o", "json:" + path, "--", kit.cases, *program)
    expect(result.status == 0, "%s" % result)
    return records.load(path)[0]


def bytes_of_values(kit, *options):
    return [event["sockopt"]["optval"]["bytes"] for event in traced_events(kit, *options)]


def short_snapshots(kit):
    """Of a value no more is captured than -s says, also of an int, whichever way that goes."""
    whole = bytes_of_values(kit)
    expect("01000000" in whole, "%r" % whole)
    for size in (1, 2, 3, 4, 5):
        taken = bytes_of_values(kit, "-s", str(size))
        expect(taken == [digits[:2 * size] for digits in whole], "-s %d: %r" % (size, taken))


# ---- key material ---------------------------------------------------------------------------

KEY = b"SOT-SECRET-KEY! "  # of case keys in tests/cases/beyond.c


def written_of_keys(kit, *options):
    """All that the tracer writes of the case keys, in every format and a recording, as bytes."""
    outputs = ["table", "json", "json-v1beta1"]
    paths = [kit.path("keys", name) for name in outputs]
    wanted = [word for pair in zip(outputs, paths) for word in ("-o", "%s:%s" % pair)]
    wanted += ["-w", kit.path("keys", "recording")]
    result = kit.trace("-s", "4096", *options, *wanted, "--", kit.cases, "keys")
    expect(result.status == 0, "%s" % result)
    written = result.err.encode()
    for path in paths + [wanted[-1]]:
        with open(path, "rb") as file:
            written += file.read()
    return written, records.load(paths[1])[0]


def keys_in(written):
    """Eight bytes of the key, wherever in it they begin, plain or as hexadecimal digits."""
    pieces = [(KEY + KEY)[i:i + 8] for i in range(len(KEY))]
    lower = written.lower()
    return [piece for piece in pieces if piece in written or piece.hex().encode() in lower]


def keys_stay_in_the_kernel(kit):
    for raw in ((), ("--raw",)):
        written, events = written_of_keys(kit, *raw)
        expect(len(events) == 60, "%d records of 60 calls" % len(events))
        expect(not keys_in(written), "a key is in the output: %r" % keys_in(written))
        expect(written.count(b"redacted (") >= 60, "the records do not say that they hide it")


def keys_are_shown_when_asked_for(kit):
    written, events = written_of_keys(kit, "--show-secrets")
    expect(len(keys_in(written)) == len(KEY), "only %r is in the output" % keys_in(written))
    hidden = [name for name, event in zip(option_names(events), events)
              if KEY.hex() not in (event["sockopt"]["optval"]["bytes"] or "")
              and "unread_optval" not in event["sockopt"]["flags"]]
    expect(not hidden, "not shown: %r" % hidden)
    md5 = events[0]["sockopt"]["optval"]["value"]
    expect(md5["tcpm_key"].startswith((KEY + KEY)[8:24].hex()), "the key of TCP_MD5SIG: %r" % md5)
    expect(b"redacted" not in written, "something is hidden all the same")


def a_renamed_interface(kit):
    path = kit.path("behaviour", "interface.json")
    result = kit.run("unshare", "-n", kit.tracer, "--attach", kit.attachments[0], "-o",
                     "json:" + path, "--", kit.helper, "rename-interface", "other")
    if result.status == 77:
        raise Skip("this kernel does not rename its loopback interface")
    expect(result.status == 0, "%s" % result)
    texts = [event["sockopt"]["optval"]["text"] for event in records.load(path)[0]]
    expect(texts == ["ifindex 1 (lo)", "ifindex 1 (other)"], "told as %r" % texts)


# ---- filters -------------------------------------------------------------------------------

FILTERS = [
    # options, of seed_server's SO_REUSEADDR SO_KEEPALIVE SO_LINGER SO_RCVTIMEO those that stay
    (["-e", "SO_LINGER"], "13"),
    (["-e", "so_linger,SO_KEEPALIVE"], "9 13"),
    (["-e", "SO_*"], "2 9 13 20"),
    (["-e", "SOL_SOCKET:*"], "2 9 13 20"),
    (["-e", "SOL_SOCKET:SO_L*"], "13"),
    (["-e", "1:20"], "20"),
    (["-e", "SO_RCVTIMEO_OLD"], "20"),
    (["-e", "!SO_LINGER"], "2 9 20"),
    (["-e", "SO_*,!SO_LINGER", "-e", "!1:2"], "9 20"),
    (["-e", "!SOL_SOCKET:*"], ""),
    (["-e", "*,!SO_RCVTIMEO"], "2 9 13"),
    (["-e", "TCP_*"], ""),
    (["-x"], ""),
    (["--flagged"], ""),
    (["-u", "0"], "2 9 13 20"),
    (["-u", "12345"], ""),
    (["-u", "12345,0"], "2 9 13 20"),
    (["-n", "cases"], "2 9 13 20"),
    (["-n", "case"], ""),
    (["-n", "other", "-n", "cases"], "2 9 13 20"),
    (["-n", "cases", "-e", "SO_LINGER", "-u", "0"], "13"),
]


def filter_test(kit, options, wanted):
    def test():
        got = " ".join(str(event["sockopt"]["optname"])
                       for event in traced_events(kit, *options))
        expect(got == wanted, "wanted %r, got %r" % (wanted, got))
    return test


def failed_only(kit):
    """And a --rate counts no others then: calls that did not fail take no room from those that did."""
    got = [event["returnValue"] for event in traced_events(kit, "-x", program=("pointers",))]
    expect(len(got) > 5 and all(value < 0 for value in got), "-x let %r through" % got)
    some = [event["returnValue"] for event in
            traced_events(kit, "-x", "--rate", "5/86400", program=("pointers",))]
    expect(some == got[:5], "-x --rate 5 let %r through of %r" % (some, got))


def flagged_only(kit):
    events = traced_events(kit, "--flagged", program=("lengths",))
    expect(len(events) == 7 and all(event["sockopt"]["flags"] for event in events),
           "--flagged gave %r" % [event["sockopt"]["flags"] for event in events])


def by_pid(kit):
    """Two processes make calls, one is traced."""
    path = kit.path("behaviour", "pid.json")
    programs = [kit.start(kit.helper, "flood-for", "60") for _ in range(2)]
    result = kit.trace("-p", programs[0].pid, "--count", "50", "-o", "json:" + path)
    for program in programs:
        program.kill()
        program.wait()
    events, _ = records.load(path)
    expect(result.status == 0 and len(events) == 50, "%s" % result)
    pids = {event["processId"] for event in events}
    expect(pids == {programs[0].pid}, "calls of %r came, wanted %d" % (pids, programs[0].pid))


def ends_with_process(kit):
    """As strace -p does: when what was to be traced has ended, so do we."""
    path = kit.path("behaviour", "gone.json")
    program = kit.start(kit.helper, "flood-for", "60")
    tracing = kit.start_tracing("-p", program.pid, "-o", "json:" + path)
    program.kill()
    result = kit.finish(tracing, 20)
    expect(result.status == 0 and "all traced processes have ended" in result.err, "%s" % result)
    # a process that ends before we are attached: here it is a zombie already
    result = kit.trace("-p", program.pid, "-o", "json:" + path, timeout=20)
    program.wait()
    expect(result.status == 0 and "all traced processes have ended" in result.err, "%s" % result)


def follow(kit):
    """-p follows nobody; -p -f the child that is there already, and its later children."""
    for follows in (False, True):
        path = kit.path("behaviour", "follow.json")
        child = "(echo here; read go; %s family >/dev/null; true); true" % kit.cases
        shell = kit.start("sh", "-c", child, stdin=subprocess.PIPE)
        expect(shell.stdout.readline() == "here\n", "the child did not start")
        tracing = kit.start_tracing("-p", shell.pid, "-o", "json:" + path, *(["-f"] * follows))
        kit.finish(shell)  # its standard input ends
        result = kit.finish(tracing, 20)
        events, _ = records.load(path)
        expect(result.status == 0 and len(events) == (21 if follows else 0),
               "follow %s gave %d events: %s" % (follows, len(events), result))


# ---- loss ----------------------------------------------------------------------------------

def accounts_for(made, events, lost, result, what):
    """emitted + lost = made, in the stream and in what is told at the end."""
    expect(events + lost == made, "%s: %d calls made, %d emitted + %d lost = %d: %s" % (
        what, made, events, lost, events + lost, result))
    told = re.search(r"(\d+) events, (\d+) lost", result.err)
    expect(told and (int(told[1]), int(told[2])) == (events, lost),
           "%s: the end tells %r, the stream %d and %d" % (what, result.err, events, lost))


def file_accounts_for(made, path, result, what):
    events, lost = records.load(path)
    accounts_for(made, len(events), records.lost_total(lost), result, what)
    return events, lost


def flood(kit, attach):
    """Three processes in a tight loop: nothing is lost unaccounted."""
    def test():
        tracing = kit.start_tracing("--attach", attach, "-n", "helper", "-o", "json")
        counting = subprocess.Popen([kit.helper, "count"], stdin=tracing.stdout,
                                    stdout=subprocess.PIPE, text=True)
        tracing.stdout.close()
        tracing.stdout = None
        floods = [kit.start(kit.helper, "flood-for", kit.flood_seconds) for _ in range(3)]
        made = sum(int(kit.finish(program, kit.flood_seconds + 60).out) for program in floods)
        result = kit.stop(tracing)
        events, lost = map(int, counting.communicate()[0].split())
        expect(result.status == 0, "%s" % result)
        accounts_for(made, events, lost, result, "flood under " + attach)
        if kit.verbose:
            print("flood under %s: %d made, %d emitted, %d lost" % (attach, made, events, lost))
    return test


def count_in(path, text):
    with open(path) as file:
        return file.read().count(text)


def holds(path, text):
    return count_in(path, text) > 0


def calls_of(events, process):
    return [event for event in events if event["processId"] == process.pid]


def overload_reader_stopped(kit):
    """
    Who is traced goes on while the tracer is stopped; what found no room is counted by process, more
    of them than have an account, and told; and the stream goes on.
    """
    path, table = kit.path("behaviour", "stopped.json"), kit.path("behaviour", "stopped.table")
    recording = kit.path("behaviour", "stopped")
    tracing = kit.start_tracing("-n", "helper", "--buffer-size", "4", "-o", "json:" + path,
                                "-o", "table:" + table, "-w", recording)
    kit.pause(tracing)
    flooding, others = kit.start(kit.helper, "flood", 2000), 1100
    made = int(kit.finish(flooding).out) + int(kit.run(kit.helper, "processes", others).out)
    tracing.send_signal(signal.SIGCONT)
    kit.wait_until(lambda: holds(path, '"lost"'), "the loss is not told")
    last = kit.start(kit.helper, "flood", 3)
    made += int(kit.finish(last).out)
    result = kit.stop(tracing)
    events, lost = file_accounts_for(made, path, result, "stopped reader")
    expect(len(calls_of(events, last)) == 3, "the stream does not go on after the pressure")
    first, told = calls_of(events, flooding), [record["lost"] for record in lost]
    expect(first and len(told) == 1, "%d before the loss, told %r" % (len(first), told))
    loser, ring_full = told[0]["processes"][0], 2000 - len(first)
    expect((loser["hostProcessId"], loser["processName"], loser["ringFull"]) ==
           (first[0]["hostProcessId"], "helper", ring_full), "%r" % loser)
    expect(told[0]["others"]["ringFull"] == others - 4, "%r" % told[0])
    whose = "%d helper %d," % (loser["hostProcessId"], ring_full)
    expect("lost by process: " + whose in result.err, "%s" % result)
    expect(holds(table, "! lost %d events: ring buffer full %d; by %s" % (
        ring_full + others, ring_full + others, whose)), "the table does not tell of the loss")
    kit.expect_replayed(recording, [("json", path), ("table", table)], result)


def numbers_of(events, process):
    """The values of helper's alternate, which counts its calls, as they came out."""
    return [int.from_bytes(bytes.fromhex(event["sockopt"]["optval"]["bytes"]), "little")
            for event in calls_of(events, process)]


def overload_audit(kit):
    """
    Two processes' calls, each time in another ring, come in their order. While the tracer is stopped
    and the common ring is full root's privileged calls find room, whatever a user did, also as root of
    a user namespace: what is refused him takes none of it, what is not a half. Those for which there is none even there are told apart.
    All are in the summary, though the flood has filled the counts by process, too.
    """
    path = kit.path("behaviour", "counted.json")
    tracing = kit.start_tracing("-n", "helper", "--audit", "--buffer-size", "256", "-o", "json:" + path)

    def run(*command):
        program = kit.start(*command)
        calls.append(int(kit.finish(program).out))
        return program

    calls, as_user = [], (kit.helper, "as-user", "65534", "65534", kit.helper)
    racing = [kit.start(kit.helper, "alternate", 200) for _ in range(2)]
    calls += [int(kit.finish(program).out) for program in racing]
    kit.wait_until(lambda: count_in(path, '"setsockopt","matched') == sum(calls), "calls are missing")
    kit.pause(tracing)
    flooding = run(kit.helper, "options", 21000)
    refused, risky = run(*as_user, "alternate", 20), run(*as_user, "risky", 50)
    rescued = run(kit.helper, "alternate", 10)
    tracing.send_signal(signal.SIGCONT)
    kit.wait_until(lambda: holds(path, '"lost"'), "the loss is not told")
    kit.pause(tracing)
    run(kit.helper, "marks", 100)
    tracing.send_signal(signal.SIGCONT)
    kit.wait_until(lambda: count_in(path, '"lost"') > 1, "the second loss is not told")
    result = kit.stop(tracing)
    events, lost = file_accounts_for(sum(calls), path, result, "audit")
    for program in racing:
        expect(numbers_of(events, program) == list(range(200)),
               "not in order: %r" % numbers_of(events, program))
    expect(0 < len(calls_of(events, flooding)) < 1100, "%s" % result)
    expect(numbers_of(events, rescued) == [1, 3, 5, 7, 9], "%r" % calls_of(events, rescued))
    expect(not any(event["returnValue"] == -1 for event in calls_of(events, refused)),
           "what is refused is guarded: %r" % calls_of(events, refused))
    free = len(calls_of(events, risky))
    marks = sum(event["args"][2]["value"] == "SO_MARK" for event in events)
    guarded = [record["lost"].get("guardedFull", 0) for record in lost]
    some_missed = "without their return" in result.err or "skipped by the kernel" in result.err
    expect(0 < free < 50 and (guarded[0] == 50 - free or some_missed) and
           sum(guarded[1:]) == 200 + 5 + 150 - marks, "%d, %d, %r: %s" % (free, marks, guarded, result))
    counted = collections.Counter()
    for option, how, number, whose in re.findall(
            r"  (SO_MARK|IP_FREEBIND) \((\w+)\): (\d+) by (\d+ helper|further processes)\n", result.err):
        counted[option, how, whose[0] == "f"] += int(number)
    expect(some_missed or counted == {
        ("SO_MARK", "0", False): 200, ("SO_MARK", "0", True): 5 + 100, ("SO_MARK", "EPERM", True): 10,
        ("SO_MARK", "EBADF", True): 50, ("IP_FREEBIND", "0", True): 50}, "%r: %s" % (counted, result))


def overload_blocked_pipe(kit):
    """Nobody reads: who is traced goes on, what is lost is counted; when it is read the stream goes on."""
    path = kit.path("behaviour", "blocked.json")
    tracing = kit.start_tracing("-n", "helper", "--buffer-size", "4", "-o", "json")
    made = int(kit.run(kit.helper, "flood", 3000).out)
    with open(path, "w") as file:
        reading = subprocess.Popen(["cat"], stdin=tracing.stdout, stdout=file)
    tracing.stdout.close()
    tracing.stdout = None
    kit.wait_until(lambda: holds(path, '"lost"'), "the loss is not told")
    last = kit.start(kit.helper, "flood", 3)
    made += int(kit.finish(last).out)
    result = kit.stop(tracing)
    reading.wait()
    events, lost = file_accounts_for(made, path, result, "blocked pipe")
    expect(result.status == 0 and lost, "%s" % result)
    expect(len(calls_of(events, last)) == 3, "the stream does not go on after the pressure")


def overload_rate(kit):
    """
    A flood by one process, then a few calls of another, while nobody reads: with --rate there is
    room for them, and what is left out of the flood is counted.
    """
    path, table = kit.path("behaviour", "rate.json"), kit.path("behaviour", "rate.table")
    recording = kit.path("behaviour", "rate")
    tracing = kit.start_tracing("-n", "helper", "--rate", "20/86400", "--buffer-size", "64",
                                "-o", "json:" + path, "-o", "table:" + table, "-w", recording)
    kit.pause(tracing)
    flooding = kit.start(kit.helper, "flood", 3000)
    kit.finish(flooding)
    quiet = kit.start(kit.helper, "flood", 5)
    kit.finish(quiet)
    tracing.send_signal(signal.SIGCONT)
    kit.wait_until(lambda: holds(path, '"leftOut"'), "what is left out is not told")
    result = kit.stop(tracing)
    found = records.load_all(path)
    events, told = found["setsockopt"], [record["leftOut"] for record in found["leftOut"]]
    accounts_for(len(events), len(events), 0, result, "rate")
    expect(len(calls_of(events, quiet)) == 5 and not found["lost"], "%s" % result)
    flood_calls = calls_of(events, flooding)
    left_out = 3000 - len(flood_calls)
    expect(len(flood_calls) in range(20, 41), "%d of the flood" % len(flood_calls))  # two windows
    host = flood_calls[0]["hostProcessId"]
    expect(told == [{"aboveRate": left_out, "others": {"aboveRate": 0}, "processes": [
        {"hostProcessId": host, "processName": "helper", "aboveRate": left_out}]}], "%r" % told)
    expect("; %d left out by --rate" % left_out in result.err and
           "left out by process: %d helper %d\n" % (host, left_out) in result.err, "%s" % result)
    expect(holds(table, "! left out %d events: above --rate" % left_out), "not in the table")
    kit.expect_replayed(recording, [("json", path)], result)


def asleep_at_stop(kit):
    """A call that has not returned when tracing ends is given, with what is known of it."""
    path = kit.path("behaviour", "asleep.json")
    tracing = kit.start_tracing("-n", "helper", "-o", "json:" + path)
    program = kit.start(kit.helper, "asleep", "30")
    line = program.stdout.readline()
    if not line.startswith("asleep"):
        kit.stop(tracing)
        program.wait()
        raise Skip("this kernel has no userfaultfd") if program.returncode == 77 else \
            Failure("the helper said %r" % line)
    result = kit.stop(tracing)
    program.kill()
    program.wait()
    events, lost = file_accounts_for(1, path, result, "asleep")
    expect(len(events) == 1 and not lost, "%d events" % len(events))
    event = events[0]
    expect(event["sockopt"]["flags"] == ["unread_optval", "no_return"], event["sockopt"]["flags"])
    expect(event["returnValue"] is None and event["sockopt"]["durationNs"] is None,
           "a return that was not seen is told: %r" % event["returnValue"])


def events_but_of(path, pid):
    """What is in the file by now, by process and in order, but of one process."""
    found = {}
    with open(path) as file:
        for line in file.read().split("\n")[:-1]:
            event = json.loads(line)
            if event["eventName"] == "setsockopt" and event["processId"] != pid:
                found.setdefault(event["processId"], []).append(event)
    return list(found.values())


def calls_beside(kit, attach, sleepers, programs, *options, killed=True):
    """
    Calls of these programs, one after the other, while so many others are asleep inside: what they
    say must come out, and what did, by program; only then the sleepers are killed, or tracing ends
    before.
    """
    path = kit.path("behaviour", "crowd.json")
    tracing = kit.start_tracing("--attach", attach, "-n", "helper", "-n", "cases", "-n", "cases32",
                                *options, "-o", "json:" + path)
    crowd = kit.start(kit.helper, "crowd", sleepers)
    line = crowd.stdout.readline()
    try:
        if not line:
            crowd.wait()
            raise Skip("this kernel has no userfaultfd") if crowd.returncode == 77 else \
                Failure("the helper has not put its threads to sleep")
        said = [kit.run(*program).out for program in programs]
        wanted = [[call for call in map(json.loads, out.splitlines()) if seen_by(attach, call)]
                  if out.startswith("{") else int(out or 0) for out in said]
        made = sum(one if type(one) is int else len(one) for one in wanted)
        deadline = time.monotonic() + 30
        found = []
        while sum(map(len, found)) < made and time.monotonic() < deadline:
            time.sleep(0.1)
            found = events_but_of(path, crowd.pid)
    finally:
        if killed:
            crowd.kill()
            crowd.wait()
        result = kit.stop(tracing)
        crowd.kill()
        crowd.wait()
    file_accounts_for(sleepers + made, path, result, "beside sleepers")
    return [one for one in wanted if one], found


def seen_by(attach, call):
    """The plain tracepoint sees no request of io_uring."""
    return attach != "tracepoint" or call["abi"] != "io_uring"


def blinded(kit, attach):
    """
    64 calls asleep use up what a kretprobe has: the others' returns are seen all the same, by
    whatever way the calls come. The socket's addresses tell nothing here.
    """
    programs = [(kit.helper, "flood", "100"), (kit.cases, "uring_batch"), (kit.cases, "uring")]
    if attach == "tracepoint":
        programs.remove((kit.cases, "uring_batch"))
    if attach not in ("tracepoint", "tracepoint+fexit"):
        programs += [(kit.cases32, "compat_setsockopt"), (kit.cases32, "compat_socketcall")]

    def test():
        wanted, found = calls_beside(kit, attach, 64, programs)
        expect(len(found) == len(wanted), "calls of %d programs, wanted of %d" % (
            len(found), len(wanted)))
        for calls, events in zip(wanted, found):
            expect_returns(calls, events)
    return test


def expect_returns(calls, events):
    """So many calls that all succeeded, or these very ones."""
    if type(calls) is list:
        problems = records.compare_all(calls, events)
        expect(not problems, "; ".join(problems[:5]))
        return
    expect(len(events) == calls, "%d of %d calls" % (len(events), calls))
    for event in events:
        expect(event["returnValue"] == 0 and not event["sockopt"]["flags"],
               "%r, %r" % (event["returnValue"], event["sockopt"]["flags"]))


def store_full(kit, attach):
    """
    More calls asleep than have room: those that only their arguments are kept of have their
    returns, or are counted where tracing ends before; when there is no room for these either a call
    is told at once, and that it has none. What has room of its own has its return all the same:
    requests of io_uring, calls of BPF programs.
    """
    programs = [(kit.helper, "flood", "100")]
    if attach != "tracepoint":
        programs += [(kit.cases, "uring_batch"), (kit.cases, "by_program")]

    def test():
        for sleepers, killed, flags, value in ((40, False, [], 0), (100, True, ["no_return"], None)):
            wanted, found = calls_beside(kit, attach, sleepers, programs, "--in-flight", "4",
                                         killed=killed)
            expect(len(found) == len(wanted) and len(found[0]) == 100, "%d sleepers: %r calls" % (
                sleepers, [len(events) for events in found]))
            for event in found[0]:
                expect((event["returnValue"], event["sockopt"]["flags"]) == (value, flags),
                       "%r, %r" % (event["returnValue"], event["sockopt"]["flags"]))
                expect(event["sockopt"]["optval"]["bytes"] == "01000000" and event["socket"] and
                       event["processName"] == "helper", "%r" % event)
            for calls, events in zip(wanted[1:], found[1:]):
                if type(calls) is list:
                    calls = [call for call in calls if call["abi"] == "bpf"]
                    events = [event for event in events if event["sockopt"]["abi"] == "bpf"]
                expect_returns(calls, events)
    return test


RACED = ("11111111", "22222222")


def race(kit):
    """A value that another thread changes all the time: caught, and never half of each."""
    # where the machine is busy, the other thread may not run beside the calls
    expect(any(raced(kit, 4000) for _ in range(10)), "of 40,000 calls none was caught changing")


def raced(kit, made):
    """How many of so many calls were caught."""
    path = kit.path("behaviour", "race.json")
    result = kit.trace("-q", "--as-root", "-e", "SO_MARK", "-o", "json:" + path, "--", kit.helper,
                       "race", str(made))
    expect(result.status == 0, "%s" % result)
    events, lost = records.load(path)
    expect(len(events) + records.lost_total(lost) == made, "%d events" % len(events))
    caught = 0
    for event in events:
        sockopt = event["sockopt"]
        seen, later = sockopt["optval"]["bytes"], sockopt.get("changed", {}).get("bytes")
        expect(seen in RACED and later in RACED + (None,), "a mixture: %s, %s" % (seen, later))
        expect(seen != later, "flagged as changed, and not changed")
        caught += "optval_changed" in sockopt["flags"]
    return caught


# ---- running a command ---------------------------------------------------------------------

def exit_status(kit):
    for args, wanted in ((["exit", "0"], 0), (["exit", "42"], 42), (["kill-self", "15"], 143)):
        result = kit.trace("-q", "--", kit.helper, *args)
        expect(result.status == wanted, "%r gave %s" % (args, result))


def no_such_command(kit):
    result = kit.trace("--", "/no/such/program")
    expect(result.status == 1 and 'cannot run "/no/such/program": No such file' in result.err,
           "%s" % result)


def forwards_signal(kit):
    """Also when nothing is traced any more."""
    for more in ["-q"], ["--count", "1"]:
        process = kit.start(kit.tracer, "--attach", kit.attachments[0], *more, "-o",
                            "json:/dev/null", "--", kit.helper, "wait-for-term")
        expect(process.stdout.readline() == "ready\n", "the command did not start")
        if "-q" not in more:
            expect(any("1 events" in line for line in process.stderr), "no totals")
        result = kit.stop(process, signal.SIGTERM)
        expect(result.status == 7, "%s" % result)


def as_invoking_user(kit):
    env = dict(os.environ, SUDO_UID="1234", SUDO_GID="2345", SUDO_USER="nobody")
    out = ["-q", "-o", "json:" + kit.path("behaviour", "who.json")]
    result = kit.trace(*out, "--", kit.helper, "who", env=env)
    expect(result.out.startswith("1234 1234 2345 2345 +2345 "), "%s" % result)
    result = kit.trace(*out, "--as-root", "--", kit.helper, "who", env=env)
    expect(result.out.startswith("0 0 0 0"), "%s" % result)


def cgroup2_root():
    with open("/proc/self/mounts") as mounts:
        for line in mounts:
            if line.split()[2] == "cgroup2":
                return line.split()[1]
    raise Skip("there is no cgroup2 hierarchy here")


def on_host():
    """Are we in the mount namespace of pid 1, or in the first one of all (proc_ns.h)?"""
    ours = os.stat("/proc/self/ns/mnt").st_ino
    try:
        return ours == os.stat("/proc/1/ns/mnt").st_ino
    except PermissionError:
        return ours == 0xEFFFFFF8


CONTAINER_ID = "0123456789abcdef" * 4
POD_UID = "12345678-1234-1234-1234-123456789abc"
POD = "kubepods.slice/kubepods-pod%s.slice/" % POD_UID.replace("-", "_")
# Where each runtime puts a container, below the hierarchy's root: its id, the runtime, the pod's uid.
GROUPS = {
    "system.slice/docker-%s.scope" % CONTAINER_ID: (CONTAINER_ID, "docker", None),
    POD + "cri-containerd-%s.scope" % CONTAINER_ID: (CONTAINER_ID, "containerd", POD_UID),
    POD + "crio-%s.scope" % CONTAINER_ID: (CONTAINER_ID, "cri-o", POD_UID),
    "machine.slice/libpod-%s.scope/container" % CONTAINER_ID: (CONTAINER_ID, "podman", None),
    "machine.slice/machine-my\\x2dweb.scope/payload": ("my-web", "systemd-nspawn", None),
}


def make_groups(root):
    """Makes GROUPS; the folders that were not there, those below first."""
    made = []
    for group in GROUPS:
        path = root
        for part in group.split("/"):
            path = os.path.join(path, part)
            if not os.path.exists(path):
                os.mkdir(path)
                made.insert(0, path)
    return made


def runtimes(kit):
    """A task in the group of each runtime's container, and in a mount namespace of its own."""
    root, path = cgroup2_root(), kit.path("behaviour", "runtimes.json")
    made = make_groups(root)
    try:
        script = "\n".join("sh -c 'echo $$ >\"%s/cgroup.procs\" && exec unshare -m %s one_call'"
                           % (os.path.join(root, group), kit.cases) for group in GROUPS)
        result = kit.trace("-o", "json:" + path, "--", "sh", "-c", script)
        expect(result.status == 0, "%s" % result)
    finally:
        for folder in made:
            os.rmdir(folder)
    got = [(event["containerId"], event["process"]["containerRuntime"],
            (event["kubernetes"] or {}).get("podUID")) for event in records.load(path)[0]]
    expect(got == list(GROUPS.values()), "got %r" % got)


def container(kit):
    """On the host: "" and {}; in a container's cgroup and mount namespace: its id."""
    if on_host():
        event = traced_events(kit)[0]
        expect((event["containerId"], event["container"], event["kubernetes"]) == ("", {}, {}),
               "on the host: %r" % event["containerId"])
    name = "0123456789abcdef" * 4
    group = os.path.join(cgroup2_root(), "docker-%s.scope" % name)
    os.mkdir(group)
    try:
        path = kit.path("behaviour", "container.json")
        result = kit.trace("-o", "json:" + path, "--", "sh", "-c",
                           "echo $$ >%s/cgroup.procs && exec unshare -m %s one_call"
                           % (group, kit.cases))
        expect(result.status == 0, "%s" % result)
        event = records.load(path)[0][0]
        expect((event["containerId"], event["container"]) == (name, {"id": name}),
               "in a container: %r %r" % (event["containerId"], event["container"]))
        by_group(kit, group, "/" + os.path.basename(group), name)
    finally:
        os.rmdir(group)


HOSTILE = "\x1b[2J\u202e\"\\\udcff"


def hostile_group(kit):
    """
    A cgroup's name is its maker's choice, but for line ends, and systemd-nspawn's tells the container's:
    here with one that is escaped, too. Every byte of it comes out harmless.
    """
    names = ["docker-" + HOSTILE + "f" * 63, "machine-%s\\x0a\\x1b.scope" % HOSTILE]
    groups = [os.path.join(cgroup2_root(), name) for name in names]
    paths = {each: kit.path("behaviour", "group." + each) for each in ("json", "json-v1beta1", "table")}
    outputs = [word for each, path in paths.items() for word in ("-o", each + ":" + path)]
    for group in groups:
        os.mkdir(group)
    try:
        result = kit.trace("-v", *outputs, "--", "sh", "-c", 'for group; do\n'
                           'echo $$ >"$group/cgroup.procs" && unshare -m "$cases" one_call; done',
                           "sh", *groups, env=dict(os.environ, cases=kit.cases))
    finally:
        for group in groups:
            os.rmdir(group)
    expect(result.status == 0, "%s" % result)
    events = records.load(paths["json"])[0]
    told = result.err.encode(errors="surrogateescape")
    for path in paths.values():
        with open(path, "rb") as file:
            told += file.read()
    for part in (b"\x1b", b"\xff", "\u202e".encode()):
        expect(part not in told, "%r of a cgroup's name is in the output" % part)
    got = [event["containerId"] for event in events]
    expect(len(got) == 2 and not got[0] and
           got[1] == HOSTILE.replace("\udcff", "\ufffd") + "\n\x1b", "%r" % got)
    expect(told.count(b"\n") >= 3 * len(events), "%r" % told)


def by_group(kit, group, path, container_id):
    """--cgroup and --container: a task in the group or below, and no other."""
    inner = os.path.join(group, "inner")
    os.mkdir(inner)
    try:
        for option in (["--cgroup", path], ["--container", container_id[:12]]):
            out = kit.path("behaviour", "group.json")
            tracing = kit.start_tracing(*option, "-o", "json:" + out)
            kit.run(kit.cases, "one_call")
            for place in (group, inner):
                kit.run("sh", "-c", "echo $$ >%s/cgroup.procs && exec %s one_call"
                        % (place, kit.cases))
            result = kit.stop(tracing)
            events, _ = records.load(out)
            expect(len(events) == 2, "%r gave %d events: %s" % (option, len(events), result))
    finally:
        os.rmdir(inner)


def no_such_group(kit):
    cgroup2_root()
    one_sentence(kit.trace("--cgroup", "/no/such"), 1, "/no/such", "No such file")
    one_sentence(kit.trace("--container", "0" * 12), 1, "0" * 12)


def privileged_only(kit):
    """Of a case's many options those that may need a capability, as root has it or not."""
    names = option_names(traced_events(kit, "--privileged", program=("credentials",)))
    expect(names == ["SOL_SOCKET:SO_RCVBUFFORCE"], "%r" % names)
    names = option_names(traced_events(kit, "--privileged", "-e", "TCP_*",
                                       program=("credentials",)))
    expect(not names, "%r" % names)


# ---- ending --------------------------------------------------------------------------------

def ends_by(kit, number):
    def test():
        path = kit.path("behaviour", "ended.json")
        tracing = kit.start_tracing("-n", "helper", "-o", "json:" + path)
        made = int(kit.run(kit.helper, "flood", 1000).out)
        result = kit.stop(tracing, number)
        expect(result.status == 0, "%s" % result)
        file_accounts_for(made, path, result, "signal %d" % number)
    return test


def ends_in_flood(kit):
    """Events that come faster than they go do not keep a signal out."""
    tracing = kit.start_tracing("-n", "helper", "--buffer-size", "256", "-o", "json:/dev/null")
    floods = [kit.start(kit.helper, "flood-for", "600") for _ in range(6)]
    time.sleep(1)
    tracing.send_signal(signal.SIGTERM)
    try:
        result = kit.finish(tracing, 90)
    finally:
        for program in floods:
            program.kill()
            program.wait()
    expect(result.status == 0, "%s" % result)


def ends_with_blocked_pipe(kit):
    """A reader that does not read is no reason to hang; what it did not get is told."""
    tracing = kit.start_tracing("-n", "helper", "-o", "json")
    made = int(kit.run(kit.helper, "flood", 2000).out)
    time.sleep(0.5)
    tracing.send_signal(signal.SIGINT)
    expect(tracing.wait(timeout=20) == 1, "status %d" % tracing.returncode)
    err = tracing.stderr.read()
    missing = re.search(r"does not read|(\d+) lines are missing from it: its reader does not read", err)
    expect(missing and missing[1], "says %r" % err)
    whole = [line for line in tracing.stdout.read().split("\n")[:-1]]
    expect(len(whole) + int(missing[1]) == made, "%d lines, %s missing, %d made" % (
        len(whole), missing[1], made))


def by_duration(kit):
    """Also before a pipe that is full and not read, as it is unless the flood is slow."""
    start = time.monotonic()
    tracing = kit.start_tracing("--duration", "0.7", "-n", "helper", "-o", "json")
    kit.run(kit.helper, "flood", 200)
    status = tracing.wait(timeout=20)
    took, err = time.monotonic() - start, tracing.stderr.read()
    expect(took >= 0.7 and status == ("does not read" in err), "status %d, took %.1f s: %s" % (
        status, took, err))


def needs_bpftool():
    if not shutil.which("bpftool"):
        raise Skip("bpftool is not here; install it")


def plain_programs(kit):
    """Where threads are kept the programs that ask no setting run, unless one is not as they take it."""
    needs_bpftool()

    def running(*options):
        tracing = kit.start_tracing("-o", "json:/dev/null", *options)
        listing = kit.run("bpftool", "prog", "show")
        kit.stop(tracing)
        expect(listing.status == 0, "%s" % listing)
        return set(re.findall(r" name (\w+)", listing.out))

    def plain_ones(names):
        return {name for name in names if re.search("_(enter|exit)_plain$", name)}

    names = running()
    expect(len(plain_ones(names)) == (2 if "kept_thread_exit" in names else 0), "%r" % names)
    for option in ("--no-values", "--failed", "--rate=1000", "-c", "--audit"):
        names = running(option)
        expect(names and not plain_ones(names), "%s: %r" % (option, names))


def nothing_left(kit):
    """Programs, maps and links of ours are gone, also after SIGKILL."""
    needs_bpftool()

    def ours():
        found = []
        for kind in ("prog", "map", "link"):
            listing = kit.run("bpftool", kind, "show")
            expect(listing.status == 0, "%s" % listing)
            found += re.findall(r"name (kprobe_enter|kretprobe_exit|fentry_enter|fexit_exit|"
                                r"tracepoint_enter|tracepoint_exit|process_fork|process_exit|"
                                r"inflight|scratch|sockopt_\.\w+)", listing.out)
        return found

    def settle(what):
        for _ in range(50):  # the kernel frees after a grace period
            if not ours():
                return
            time.sleep(0.1)
        raise Failure("left %s: %r" % (what, ours()))

    settle("by another run")
    for number in (signal.SIGINT, signal.SIGKILL):
        tracing = kit.start_tracing("-o", "json:/dev/null")
        expect(len(ours()) >= 4, "bpftool does not show what runs: %r" % ours())
        kit.stop(tracing, number)
        settle("after signal %d" % number)


# ---- capabilities --------------------------------------------------------------------------

# linux/capability.h, as bits
CAP_DAC_READ_SEARCH, CAP_KILL, CAP_SYS_ADMIN, CAP_SYS_RESOURCE, CAP_BPF = (
    1 << number for number in (2, 5, 21, 24, 39))


def privileges(text):
    """Of a /proc/PID/status: the capability sets as numbers, and NoNewPrivs."""
    found = dict(re.findall(r"^(Cap\w+|NoNewPrivs):\s*(\w+)$", text, re.M))
    expect(len(found) == 6, "not a status: %r" % text)
    return {name: int(value, 16) for name, value in found.items()}


def huge_pages(text):
    """Of a /proc/PID/status: ["1"], ["0"], or [] where the kernel has none."""
    return re.findall(r"^THP_enabled:\s*(\d)$", text, re.M)


def status_of(pid):
    with open("/proc/%s/status" % pid) as status:
        return status.read()


def privileges_of(pid):
    return privileges(status_of(pid))


def expect_kept(pid, kept, bounding=0):
    wanted = {"CapInh": 0, "CapPrm": kept, "CapEff": kept, "CapBnd": bounding, "CapAmb": 0,
              "NoNewPrivs": 1}
    got = privileges_of(pid)
    expect(got == wanted, "%s, wanted %s" % tuple(
        {name: "%x" % value for name, value in some.items()} for some in (got, wanted)))


def for_containers():
    try:
        cgroup2_root()
    except Skip:
        return 0
    return CAP_DAC_READ_SEARCH


def capabilities_dropped(kit):
    """Under every attachment; and it goes on telling all to the end."""
    for attach in kit.attachments:
        path = kit.path("behaviour", "dropped.json")
        tracing = kit.start_tracing("--attach", attach, "-n", "helper", "-o", "json:" + path)
        expect_kept(tracing.pid, CAP_BPF | for_containers())
        made = int(kit.run(kit.helper, "flood", 100).out)
        file_accounts_for(made, path, kit.stop(tracing), attach)


def capabilities_beside_a_command(kit):
    """A tracer of a command may send it signals, also when it is another user's."""
    env = dict(os.environ, SUDO_UID="1234", SUDO_GID="2345", SUDO_USER="nobody")
    process = kit.start(kit.tracer, "--attach", kit.attachments[0], "-q", "-o", "json:/dev/null",
                        "--", kit.helper, "wait-for-term", env=env)
    expect(process.stdout.readline() == "ready\n", "the command did not start")
    expect_kept(process.pid, CAP_BPF | CAP_KILL | for_containers())
    result = kit.stop(process, signal.SIGTERM)
    expect(result.status == 7, "the signal did not reach the command: %s" % result)


def capabilities_of_a_command(kit):
    """A command has what it would have without us, and set-user-ID programs work in it; huge pages, too."""
    ours = privileges_of("self")
    out = ["-q", "-o", "json:/dev/null"]
    status = kit.trace(*out, "--as-root", "--", "cat", "/proc/self/status").out
    theirs = privileges(status)
    expect(theirs == ours and not ours["NoNewPrivs"], "%r, not %r" % (theirs, ours))
    expect(huge_pages(status) == huge_pages(status_of("self")), "huge pages: %r" % huge_pages(status))
    setuid = kit.path("bin", "setuid-helper")
    shutil.copy(kit.helper, setuid)
    os.chmod(setuid, 0o4755)
    env = dict(os.environ, SUDO_UID="1234", SUDO_GID="2345", SUDO_USER="nobody")
    theirs = privileges(kit.trace(*out, "--", "cat", "/proc/self/status", env=env).out)
    expect(theirs == dict(ours, CapPrm=0, CapEff=0), "as a user: %r" % theirs)
    try:
        result = kit.trace(*out, "--", setuid, "who", env=env)
    finally:
        os.unlink(setuid)
    expect(result.out.startswith("1234 0 2345 2345 "), "%s" % result)


def capabilities_given_sparsely(kit):
    """Who was let in by CAP_SYS_ADMIN keeps it; without CAP_SETPCAP the bounding set stays."""
    for given, kept in ((CAP_SYS_ADMIN, CAP_SYS_ADMIN), (CAP_SYS_ADMIN | CAP_BPF, CAP_BPF)):
        given |= CAP_SYS_RESOURCE  # for the memory of maps, before Linux 5.11
        path = kit.path("behaviour", "sparse.json")
        process = kit.start(kit.helper, "bounded", "%x" % given, kit.tracer, "--attach",
                            kit.attachments[0], "-n", "helper", "-o", "json:" + path)
        line = process.stderr.readline()
        expect("attached by" in line, "given %x: %r" % (given, line))
        expect_kept(process.pid, kept, given & privileges_of("self")["CapBnd"])
        made = int(kit.run(kit.helper, "flood", 100).out)
        file_accounts_for(made, path, kit.stop(process), "given %x" % given)


def capabilities_not_dropped(kit):
    """It does not go on with all of them, and the command is not run."""
    for number in (CAPSET, PRCTL):
        result = kit.run(kit.helper, "without", number, EPERM, kit.tracer, "--", kit.helper, "who")
        one_sentence(result, 1, "cannot give up the capabilities", "Operation not permitted")
        expect(not result.out, "the command ran: %s" % result)


# ---- rules read again ----------------------------------------------------------------------

def rule(name):
    return ("rules: [{id: %s, title: t, severity: low, description: d, when: {returnValue: {min: 0}}}]\n"
            % name)


def ask_again(tracing, path, text):
    """Other rules in the file, and the tracer's word of what became of them."""
    with open(path, "w") as file:
        file.write(text)
    tracing.send_signal(signal.SIGHUP)
    return tracing.stderr.readline()


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(child) for child in file.read().split()]


def rules_read_again(kit):
    """While calls flood: none is lost, each is judged, by the old rules and then by the new ones."""
    path, calls = kit.path("behaviour", "rules.yaml"), kit.path("behaviour", "reloaded.json")
    with open(path, "w") as file:
        file.write(rule("first"))
    tracing = kit.start_tracing("--audit", "--no-default-rules", "--rules", path, "-n", "helper",
                                "-o", "json:" + calls)
    reader, = children_of(tracing.pid)
    expect_kept(reader, privileges_of("self")["CapEff"] & CAP_DAC_READ_SEARCH)
    with open("/proc/%d/status" % reader) as status:
        expect("\nSeccomp:\t2\n" in status.read(), "the reader has no filter")
    flood = kit.start("sh", "-c", "i=0; while [ $i -lt 100 ]; do %s flood 100; i=$((i+1)); done"
                      % kit.helper)
    kit.wait_until(lambda: os.path.getsize(calls), "no call is written")
    said = ask_again(tracing, path, rule("second"))
    expect("rules read again: 1 rule" in said, "new rules: %r" % said)
    expect(flood.poll() is None, "the flood was over too soon")
    said = ask_again(tracing, path, rule("third") + " oops")
    expect("the rules stay as they were: %s:2:" % path in said, "a bad file: %r" % said)
    os.unlink(path)
    tracing.send_signal(signal.SIGHUP)
    said = tracing.stderr.readline()
    expect("stay as they were: %s: No such file" % path in said, "no file: %r" % said)
    made = sum(int(line) for line in kit.finish(flood).out.split())
    events, lost = file_accounts_for(made, calls, kit.stop(tracing), "rules read again")
    expect(made == 10000 and not lost, "%d made, lost %r" % (made, lost))
    judged = [finding["rule"] for event in events for finding in event["findings"]]
    expect(len(judged) == made, "%d calls judged, not %d" % (len(judged), made))
    expect(judged == sorted(judged) and set(judged) == {"first", "second"}, "by %r" % set(judged))
    kit.wait_until(lambda: not os.path.exists("/proc/%d" % reader), "the reader of rules stays")


def nothing_to_read_again(kit):
    """SIGHUP then ends nothing, either."""
    tracing = kit.start_tracing("--audit")
    tracing.send_signal(signal.SIGHUP)
    said = tracing.stderr.readline()
    expect("no files of rules" in said, "%r" % said)
    expect(kit.stop(tracing).status == 0, "does not end as it should")


# ---- errors --------------------------------------------------------------------------------

USAGE = [
    (["--bogus"], 'unknown option "--bogus"'),
    (["--folow"], "did you mean --follow"),
    (["-Z"], 'unknown option "-Z"'),
    (["-e", "SO_REUSADDR"], "did you mean SO_REUSEADDR"),
    (["-e", "SOL_TPC:*"], "SOL_TCP"),
    (["-e", "NOPE_*"], "no option matches"),
    (["-e", "13"], "LEVEL:NUMBER"),
    (["-p", "x"], '"x"'),
    (["-p", "0"], "names no process"),
    (["-u", "-1"], '"-1"'),
    (["--cgroup", "x"], "begin it with /"),
    (["--container", "xyz"], "hexadecimal"),
    (["-n", "sixteen-bytes-xx"], "1 to 15 bytes"),
    (["-o", "xml"], "table, json or json-v1beta1"),
    (["-o", "json:"], "names no file"),
    (["-s", "5000"], "1 to 4096"),
    (["--attach", "magic"], "kprobe, fentry or tracepoint"),
    (["--buffer-size", "100"], "power of two"),
    (["--duration", "0"], "above 0"),
    (["--rate", "10/"], "100 or 1000/60"),
    (["--heartbeat", "x"], "0 for none"),
    (["-s"], "needs a value"),
    (["--raw=1"], "takes no value"),
    (["word"], "goes after --"),
    (["--"], "no command"),
    (["-f"], "add -p PID"),
    (["-e", "\x1bX"], "unknown option"),
]


def usage_test(kit, args, words):
    def test():
        result = kit.run(kit.tracer, *args)
        expect(result.status == 2, "%s" % result)
        expect(words in result.err, "%r is not in %r" % (words, result.err))
        expect(result.err.count("\n") == 1, "not one line: %r" % result.err)
        expect("\x1b" not in result.err, "control characters in %r" % result.err)
        expect(not result.out, "prints %r" % result.out)
    return test


def one_sentence(result, status, *words):
    expect(result.status == status, "%s" % result)
    lines = [line for line in result.err.splitlines() if "attached by" not in line
             and not re.search(r"\d+ events, \d+ lost", line)]
    expect(len(lines) == 1, "not one line: %r" % result.err)
    for word in words:
        expect(word in lines[0], "%r is not in %r" % (word, lines[0]))


def not_root(kit):
    result = kit.run(kit.helper, "as-user", "1000", "1000", kit.tracer)
    one_sentence(result, 1, "CAP_BPF", "CAP_PERFMON", "sudo")


def no_btf(kit):
    result = kit.run("unshare", "-m", "sh", "-c",
                     "mount -t tmpfs none /sys/kernel/btf && exec %s" % kit.tracer)
    one_sentence(result, 1, "/sys/kernel/btf/vmlinux", "CONFIG_DEBUG_INFO_BTF")


def no_such_pid(kit):
    one_sentence(kit.trace("-p", "4194303"), 1, "4194303")
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    result = kit.trace("--duration", "5", "-p", str(thread.native_id))
    end.set()
    one_sentence(result, 1, str(thread.native_id), "thread")


def bad_output(kit):
    one_sentence(kit.trace("-o", "json:/no/such/folder/x"), 1, "/no/such/folder/x",
                 "No such file")
    # Both in the kit's own folder and both made anew: what an earlier run left must not count.
    link, target = kit.path("behaviour", "link"), kit.path("behaviour", "target")
    for path in link, target:
        if os.path.lexists(path):
            os.unlink(path)
    os.symlink(target, link)
    one_sentence(kit.trace("-o", "json:" + link), 1, link, "symbolic link")
    one_sentence(kit.trace("-w", link), 1, link, "symbolic link")
    expect(not os.path.exists(target), "the link was followed")


def output_mode(kit):
    """Readable by its owner alone, also where it was there; another's file is left as it is."""
    path, table = kit.path("behaviour", "mode.json"), kit.path("behaviour", "mode.table")
    other, linked = kit.path("behaviour", "other.json"), kit.path("behaviour", "linked.json")
    for name in path, table, other, linked + ".too", linked:
        if os.path.exists(name):
            os.unlink(name)
        if name in (table, other, linked):
            with open(name, "w") as file:
                file.write("before")
            os.chmod(name, 0o666)
    kit.trace("-q", "-o", "json:" + path, "-o", "table:" + table, "--", kit.cases, "one_call")
    for name in path, table:
        expect(os.stat(name).st_mode & 0o777 == 0o600, "mode is %o" % os.stat(name).st_mode)
        with open(name) as file:
            expect("before" not in file.read(), "what was in it is in it still")
    os.chown(other, 1234, 1234)
    one_sentence(kit.trace("-o", "json:" + other, "--", kit.cases, "one_call"), 1, other,
                 "belongs to another user")
    os.link(linked, linked + ".too")
    one_sentence(kit.trace("-o", "json:" + linked, "--", kit.cases, "one_call"), 1, linked,
                 "has other names")
    os.unlink(linked + ".too")
    for name in other, linked:
        with open(name) as file:
            expect(file.read() == "before", "%s was written to" % name)


def full_device(kit):
    result = kit.trace("-o", "json:/dev/full", "--", kit.cases, "seed_server")
    one_sentence(result, 1, "/dev/full", "No space left on device", "free some space")


def full_disk(kit):
    """The file ends with a whole line; the other output gets everything."""
    folder = kit.path("behaviour", "disk", "x")[:-2]
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder]):
        raise Skip("cannot mount a small file system here")
    try:
        result = kit.trace("-o", "json:%s/full.json" % folder, "--", kit.helper, "flood", "3000")
        one_sentence(result, 1, "full.json", "No space left on device")
        events, _ = records.load(folder + "/full.json")  # refuses half a line
        expect(events, "nothing was written before the disk was full")
        missing = int(re.search(r"(\d+) lines are missing from it", result.err)[1])
        told = int(re.search(r"(\d+) events, \d+ lost", result.err)[1])
        expect(missing > 0 and len(events) + missing == told,
               "%d written, %s" % (len(events), result))
    finally:
        subprocess.call(["umount", folder])


def closed_pipe(kit):
    tracing = kit.start_tracing("-n", "cases", "-o", "json")
    tracing.stdout.close()
    kit.run(kit.cases, "one_call")
    err = tracing.stderr.read()
    expect(tracing.wait(timeout=20) == 1, "status %d" % tracing.returncode)
    expect("standard output" in err and "closed" in err, "says %r" % err)


EPERM, EINVAL = 1, 22


def attach_refused(kit):
    """Says what was tried and why it failed, when nothing can be attached."""
    without = [kit.helper, "without", PERF_EVENT_OPEN, EPERM, kit.tracer]
    one_sentence(kit.run(*without, "--attach", "tracepoint"), 1,
                 "tracepoint: attach failed: Operation not permitted")
    one_sentence(kit.run(*without, "--attach", "kprobe"), 1, "kprobe+fexit: ",
                 "kprobe+kretprobe: attach failed: ")


def auto_falls(kit):
    """auto takes the next attachment, and says which."""
    result = kit.run(kit.helper, "without", PERF_EVENT_OPEN, EPERM, kit.tracer, "-v",
                     "--duration", "0.1", "-o", "json:/dev/null")
    if "fentry" in kit.attachments:
        expect(result.status == 0 and "attached by fentry" in result.err and
               "tried in vain: kprobe+fexit: attach failed" in result.err, "%s" % result)
    else:
        expect(result.status == 1 and "no attachment is possible" in result.err and
               result.err.count(" failed: ") >= 4, "%s" % result)


def old_kernel(kit):
    """Before Linux 5.8 the ring buffer is an unknown type of map: EINVAL."""
    result = kit.run(kit.helper, "without", BPF_SYSCALL, EINVAL, kit.tracer)
    one_sentence(result, 1, "Linux 5.8 or later is needed")


def colours(kit):
    """Colour on a terminal, none with NO_COLOR, none in a pipe."""
    for env, wanted in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                        ({"TERM": "dumb"}, False)):
        ours, theirs = os.openpty()
        full = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        kit.trace("-q", "--", kit.cases, "seed_server", stdout=theirs, env=dict(full, **env))
        os.close(theirs)
        out = os.read(ours, 65536)
        os.close(ours)
        expect(b"SO_LINGER" in out or wanted, "nothing came: %r" % out)
        expect((b"\x1b[" in out) == wanted, "%r gave %r" % (env, out[:200]))
    out = kit.trace("-q", "--", kit.cases, "seed_server", env=dict(os.environ, TERM="xterm")).out
    expect("\x1b" not in out, "colour in a pipe")


def auto_says(kit):
    result = kit.run(kit.tracer, "--duration", "0.1", "-o", "json:/dev/null")
    first = result.err.splitlines()[0]
    wanted = kit.attachments[0]
    attached = re.match(r"sockopt-trace: attached by ([a-z+]+)(?:; cannot see: (.*))?$", first)
    expect(attached and attached[1].split("+")[0] == wanted, "wanted %s: %s" % (wanted, first))
    unseen = "bpf_setsockopt by BPF programs" if wanted == "tracepoint" else None
    expect((attached[2] or "").endswith(unseen or "") and bool(unseen) == bool(attached[2]), first)


def explain(kit):
    """What a programmer wants to know, on one screen; unknown names are refused."""
    for name, words in (("SO_LINGER", ["1:13", "struct linger", "8 bytes;"]),
                        ("SOL_IP:IP_TTL", ["1 to 255, or -1", "[64], 4) = 0"]),
                        ("6:1", ["TCP_NODELAY", "everybody"]),
                        ("TCP_MD5SIG", ["redacted"]), ("SO_TYPE", ["only be read"])):
        result = kit.run(kit.tracer, "--explain", name)
        expect(result.status == 0 and result.out.count("\n") <= 24, "%s" % result)
        for word in words:
            expect(word in result.out, "%r is not in %s" % (word, result.out))
    for name in ("SO_LINGR", "6:999"):
        result = kit.run(kit.tracer, "--explain", name)
        expect(result.status == 2 and not result.out and result.err, "%s" % result)


def list_options(kit):
    """As a table or as JSON, to where -o says, all of them or those that -e names."""
    table = kit.run(kit.tracer, "--list-options").out.splitlines()
    lines = kit.run(kit.tracer, "--list-options", "-o", "json").out.splitlines()
    expect(len(lines) == len(table) - 1 > 500, "%d lines, %d" % (len(table), len(lines)))
    some = kit.run(kit.tracer, "-o", "json", "-e", "SO_REUSE*,6:1", "--list-options").out
    names = [json.loads(line)["name"] for line in some.splitlines()]
    expect(names == ["SO_REUSEADDR", "SO_REUSEPORT", "TCP_NODELAY", "L2CAP_OPTIONS"], "%r" % names)
    path, link = kit.path("behaviour", "options.json"), kit.path("behaviour", "options.link")
    result = kit.run(kit.tracer, "--list-options", "-o", "json:" + path, "-o", "table")
    expect(result.status == 0 and result.out.splitlines() == table, "%s" % result)
    with open(path) as file:
        expect(file.read().splitlines() == lines, "the file differs")
    os.symlink(path, link)
    result = kit.run(kit.tracer, "--list-options", "-o", "json:" + link)
    expect(result.status == 1 and "symbolic link" in result.err, "%s" % result)
    result = kit.run(kit.tracer, "--list-options", "-o", "table:/dev/full")
    expect(result.status == 1 and "cannot write to /dev/full" in result.err, "%s" % result)
    result = kit.run(kit.tracer, "--list-options", "-o", "json-v1beta1")
    expect(result.status == 2 and not result.out and result.err.count("\n") == 1, "%s" % result)


def quiet(kit):
    result = kit.trace("-q", "-o", "json:/dev/null", "--", kit.cases, "one_call")
    expect(result.status == 0 and not result.err, "%s" % result)


def help_fits(kit):
    result = kit.run(kit.tracer, "--help")
    long = [line for line in result.out.splitlines() if len(line) > 80]
    expect(result.status == 0 and not result.err and not long, "%s %r" % (result, long))


def no_values(kit):
    for event in traced_events(kit, "--no-values"):
        optval = event["sockopt"]["optval"]
        expect(optval["source"] == "none" and optval["bytes"] is None and
               not event["sockopt"]["flags"], "%r" % event["sockopt"])


def raw_numbers(kit):
    event = traced_events(kit, "--raw")[0]
    args = [(arg["name"], arg["type"], arg["value"]) for arg in event["args"]]
    expect(args[1:3] == [("level", "int", 1), ("optname", "int", 2)], "%r" % args)
    expect(isinstance(args[3][2], int), "%r" % args)


V1BETA1 = [
    # tracee-record.md: where, and the keys there in their order
    ("", ["timestamp", "id", "name", "policies", "workload", "data"]),
    ("workload", ["process"]),
    ("workload.process", ["executable", "unique_id", "host_pid", "pid", "real_user", "thread",
                          "ancestors"]),
    ("workload.process.thread", ["start_time", "name", "unique_id", "host_tid", "tid",
                                 "syscall"]),
]


def v1beta1(kit):
    """Tracee's newer record: its keys and no others, and the same facts as in the classic one."""
    new, classic = kit.path("behaviour", "new.json"), kit.path("behaviour", "classic.json")
    result = kit.trace("-q", "-o", "json-v1beta1:" + new, "-o", "json:" + classic, "--",
                       kit.cases, "one_call")
    expect(result.status == 0, "%s" % result)
    with open(new) as file:
        record = json.load(file)
    old = records.load(classic)[0][0]
    for path, keys in V1BETA1:
        got = list(records.find(record, path) if path else record)
        expect([key for key in got if key != "container"] == keys, "%s: %r" % (path, got))
    process = record["workload"]["process"]
    expect((record["id"], record["name"], record["policies"]) ==
           (55, "setsockopt", {"matched": [""]}), "%r" % record)
    expect((process["pid"], process["host_pid"], process["thread"]["tid"], process["unique_id"],
            process["real_user"]["id"], process["executable"], process["ancestors"][0]["pid"]) ==
           (old["processId"], old["hostProcessId"], old["threadId"], old["processEntityId"],
            old["userId"], old["executable"], old["parentProcessId"]), "%r" % process)
    seconds, fraction = record["timestamp"].rstrip("Z").split(".")
    whole = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S"))
    expect(whole * 10**9 + int(fraction) == old["timestamp"], record["timestamp"])
    args = {arg["name"]: arg["value"] for arg in old["args"]}
    expect(record["data"] == [
        {"name": "sockfd", "int32": args["sockfd"]}, {"name": "level", "str": args["level"]},
        {"name": "optname", "str": args["optname"]}, {"name": "optval", "str": args["optval"]},
        {"name": "optlen", "int32": args["optlen"]},
        {"name": "returnValue", "int64": str(old["returnValue"])}], "%r" % record["data"])


# A program that names itself, its file, its host, its group and its values as an attacker would.
EVIL = "\x1b]0;owned\x07\x1b[2J\"}\u202e\u2028\x9b31m"
EVIL_SCRIPT = """
echo $$ >"$1"/cgroup.procs
printf %s "$2" >/proc/sys/kernel/hostname
for name in hostile executable; do
	"$3" $name >/dev/null
done
exec "$4" evil "$2" "$5"
"""


def neutral(data, lines, what):
    """UTF-8, one record a line, and nothing in it that a terminal or a reader would act on."""
    text = data.decode("utf-8")
    bad = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text)
    expect(not bad, "%s has %r" % (what, bad))
    expect(text.count("\n") == lines, "%s has %d lines, not %d" % (what, text.count("\n"), lines))


def hostile_everywhere(kit):
    """In names of process, file, host, group and interface, in values: harmless in every output."""
    group = os.path.join(cgroup2_root(), EVIL)
    formats = ("table", "json", "json-v1beta1")
    paths = {name: kit.path("hostile", name) for name in formats}
    outputs = [word for name in formats for word in ("-o", "%s:%s" % (name, paths[name]))]
    outputs += ["-w", kit.path("hostile", "recording")]
    os.mkdir(group)
    try:
        result = kit.run("unshare", "-n", "-u", kit.tracer, "--attach", kit.attachments[0], *outputs,
                         "--cgroup", "/" + EVIL, "--", "sh", "-c", EVIL_SCRIPT,
                         "sh", group, EVIL, kit.cases, kit.helper, EVIL[:9])
        expect(result.status == 0, "%s" % result)
        result = kit.trace("--cgroup", "/" + EVIL + "x")
        expect(result.status == 1, "%s" % result)
        neutral(result.err.encode("utf-8", "surrogateescape"), 1, "the message")
    finally:
        os.rmdir(group)
    events, _ = records.load(paths["json"])
    for word in ("processName", "hostName"):
        expect([one for one in events if "\x1b" in one[word]], "no hostile %s came" % word)
    expect([one for one in events if "\x1b" in one["executable"]["path"]], "no hostile path came")
    for name in ("SO_BINDTODEVICE", "TCP_CONGESTION", "SO_BINDTOIFINDEX"):
        expect([one for one in events if one["args"][2]["value"] == name and
                "\\x1b" in one["sockopt"]["optval"]["text"]], "no hostile %s came" % name)
    for name in formats:
        with open(paths[name], "rb") as file:
            neutral(file.read(), len(events) + (name == "table"), name)
    hostile_sums(kit, paths)


def hostile_sums(kit, paths):
    """The same calls counted (-c), and judged: tables, findings with their reasons, what is said at the end."""
    rules = kit.path("hostile", "rules.yaml")
    with open(rules, "w") as file:
        file.write("rules: [{id: all, title: All calls, severity: low, when:\n"
                   "  {processName: {regex: '^[^a-z]'}}}]\n")
    outputs = [word for name, path in paths.items() for word in ("-o", "%s:%s.sum" % (name, path))]
    for how in ("-c",), ("--audit", "--rules", rules):
        result = kit.run(kit.tracer, "-r", kit.path("hostile", "recording"), *how, *outputs)
        expect(result.status == 0, "%s" % result)
        told = result.err.encode("utf-8", "surrogateescape")
        for path in paths.values():
            with open(path + ".sum", "rb") as file:
                told += file.read()
        neutral(told, told.count(b"\n"), " ".join(how))
        for word in ("owned", "All calls") if "--audit" in how else ("owned",):
            expect(word.encode() in told, "%s: no %s came: %r" % (how, word, told[-3000:]))


def record_shape(kit):
    """Every key and its order, by a parser of its own."""
    checker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check_record.py")
    if not os.path.exists(checker):
        checker = os.path.join(os.path.dirname(checker), "..", "golden", "check_record.py")
    files = []
    for attach in kit.attachments:
        folder = os.path.join(kit.out, attach)
        if os.path.isdir(folder):
            files += [os.path.join(folder, name) for name in sorted(os.listdir(folder))
                      if name.endswith(".json")]
    if not files:
        traced_events(kit)
        files = [kit.path("behaviour", "events.json")]
    result = kit.run("/usr/bin/python3", checker, *files)
    expect(result.status == 0, "%s" % result)


GOOD_RULES = """rules:
  - {id: linger, title: Lingers, severity: medium, when: {option: SO_LINGER}}
  - {id: two, title: Two options, severity: low, when: {sockopt.level: 1}, count: 2, within: 1h,
     per: socket}
  - {id: never, title: Never, severity: critical, when: {option: SO_MARK}}
"""


def audited(kit):
    """Findings in the record and the summary; --fail-on outweighs the command's own exit status."""
    rules, path = kit.path("audited", "rules.yaml"), kit.path("audited", "events.json")
    with open(rules, "w", encoding="utf-8") as file:
        file.write(GOOD_RULES)
    script = '"$1" seed_server; exit 7'
    found = {}
    for level, status in (("medium", 3), ("high", 7)):
        result = kit.trace("--rules", rules, "--no-default-rules", "--fail-on", level,
                           "-o", "json:" + path, "--", "sh", "-c", script, "sh", kit.cases)
        expect(result.status == status, "--fail-on %s: %s" % (level, result))
        found[level] = [(event["args"][2]["value"], [one["rule"] for one in event["findings"]])
                        for event in records.load(path)[0]]
    expect(found["medium"] == [("SO_REUSEADDR", []), ("SO_KEEPALIVE", ["two"]),
                               ("SO_LINGER", ["linger"]), ("SO_RCVTIMEO", ["two"])],
           "found %r" % found["medium"])
    expect(found["high"] == found["medium"], "another time %r" % found["high"])
    expect(re.search(r"linger \(medium\): 1 by [0-9]+ cases of uid 0\n", result.err),
           "no summary: %s" % result)


def bad_rules(kit):
    """Each error with its place; then nothing is attached and no command run."""
    rules, proof = kit.path("audited", "bad.yaml"), kit.path("audited", "made")
    with open(rules, "w", encoding="utf-8") as file:
        file.write(GOOD_RULES + "  - {id: bad, title: t, severity: low, when: {option: SO_MARKS}}\n")
    result = kit.trace("--rules", rules, "--", "touch", proof)
    expect(result.status == 1 and rules + ":6:55: unknown option" in result.err and
           "attached" not in result.err and not os.path.exists(proof), "%s" % result)
    result = kit.run(kit.tracer, "--rules-check", rules)
    expect(result.status == 1 and ":6:55:" in result.err, "--rules-check: %s" % result)
    for path, words in (("/dev/null", "no regular file"), (kit.out, "Is a directory"),
                        (rules + "x", "No such file")):
        result = kit.run(kit.tracer, "--rules-check", path)
        expect(result.status == 1 and words in result.err, "%s: %s" % (path, result))


# What the kernel has a part in.
SIMPLE = [short_snapshots, keys_stay_in_the_kernel, a_renamed_interface, capabilities_dropped,
          capabilities_of_a_command, capabilities_given_sparsely, privileged_only, failed_only,
          by_pid, overload_reader_stopped, overload_audit, overload_blocked_pipe, overload_rate,
          asleep_at_stop, race, container, runtimes, hostile_group, ends_in_flood, nothing_left,
          plain_programs, not_root, auto_falls, auto_says, rules_read_again, record_shape]

# The same on every kernel: what is ours alone.
OURS = [keys_are_shown_when_asked_for, capabilities_beside_a_command, capabilities_not_dropped,
        no_such_group, flagged_only, ends_with_process, follow, exit_status, no_such_command,
        forwards_signal, as_invoking_user, ends_with_blocked_pipe, by_duration, no_btf, no_such_pid,
        bad_output, output_mode, full_device, full_disk, closed_pipe, attach_refused, old_kernel,
        colours, explain, quiet, help_fits, no_values, list_options, raw_numbers, v1beta1,
        hostile_everywhere, nothing_to_read_again, audited, bad_rules]


def named(kit, functions):
    return [(function.__name__.replace("_", " "), lambda function=function: function(kit))
            for function in functions]


def tests(kit):
    found = []
    for name, make in (("flood", flood), ("blinded", blinded), ("store full", store_full)):
        found += [("%s %s" % (name, attach), make(kit, attach)) for attach in kit.attachments]
    return found + named(kit, SIMPLE)


def program_tests(kit):
    found = [("filter " + " ".join(options), filter_test(kit, options, wanted))
             for options, wanted in FILTERS]
    found += [("usage " + " ".join(map(repr, args)), usage_test(kit, args, words))
              for args, words in USAGE]
    found += [("ends by signal %d" % number, ends_by(kit, number))
              for number in (signal.SIGINT, signal.SIGTERM)]
    return found + named(kit, OURS)
