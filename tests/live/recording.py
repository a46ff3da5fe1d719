# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""-w and -r: what is replayed is what was told."""

import json
import os
import re
import signal
import socket
import subprocess

from behaviour import FILTERS, cgroup2_root, expect_kept, keys_in, named, one_sentence
from harness import Skip, expect, messages
import records

FORMATS = ("json", "table", "json-v1beta1")


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def record(kit, name, *argv, options=(), before=()):
    """The recording of one run of a command; its files in each format, and what was said."""
    path = kit.path("recording", name)
    outputs = [(each, "%s.%s" % (path, each)) for each in FORMATS]
    words = [word for output in outputs for word in ("-o", "%s:%s" % output)]
    result = kit.trace("-w", path, *words, *options, "--", *argv, before=before)
    expect(result.status == 0, "%s" % result)
    return path, outputs, result


def replay(kit, path, *args, **kwargs):
    return kit.run(kit.tracer, "-r", path, *args, **kwargs)


def replayed_alike(kit):
    """Every format, from a file as from a pipe; recorded again it is the same."""
    path, outputs, told = record(kit, "alike", kit.cases, "seed_server")
    expect(os.stat(path).st_mode & 0o777 == 0o600, "mode is %o" % os.stat(path).st_mode)
    kit.expect_replayed(path, outputs, told)
    with open(path) as file:
        piped = replay(kit, "-", "-o", "json", stdin=file)
    expect(piped.out.encode() == contents(path + ".json"), "standard input: %s" % piped)
    again = kit.path("recording", "again")
    result = replay(kit, path, "-w", again)
    expect(result.status == 0 and not result.out and contents(again) == contents(path),
           "recorded again it is another: %s" % result)
    one_sentence(replay(kit, path, "-w", path), 1, path, "is the recording that is replayed")
    one_sentence(replay(kit, path, "-w", again, "-o", "json:" + again), 1, again,
                 "another output is written there")
    result = replay(kit, "-", preexec_fn=lambda: os.close(0))
    one_sentence(result, 1, "cannot read standard input: Bad file descriptor")


def alone(kit):
    """Nothing is decoded, nothing printed; and yet what only this machine knows is in it."""
    path = kit.path("recording", "alone")
    result = kit.trace("-w", path, "--", kit.helper, "rename-interface", "other",
                       before=("unshare", "-n"))
    if result.status == 77:
        raise Skip("this kernel does not rename its loopback interface")
    expect(result.status == 0 and not result.out, "%s" % result)
    events = [json.loads(line) for line in replay(kit, path, "-o", "json").out.splitlines()]
    texts = [event["sockopt"]["optval"]["text"] for event in events]
    expect(texts == ["ifindex 1 (lo)", "ifindex 1 (other)"], "told as %r" % texts)


def groups_alike(kit):
    """A container's name, and the filters by group, where no such group is any more."""
    name = "0123456789abcdef" * 4
    group = os.path.join(cgroup2_root(), "docker-%s.scope" % name)
    inside = "echo $$ >%s/cgroup.procs && exec unshare -m %s seed_server" % (group, kit.cases)
    os.mkdir(group)
    try:
        path, outputs, told = record(kit, "groups", "sh", "-c",
                                     "%s one_call && %s" % (kit.cases, inside))
    finally:
        os.rmdir(group)
    kit.expect_replayed(path, outputs, told)
    for options, wanted in (((), 5), (("--container", name[:12]), 4), (("--cgroup", "/"), 5),
                            (("--cgroup", "/docker-%s.scope" % name), 4),
                            (("--cgroup", "/docker-%s.scop" % name), 0)):
        found = replay(kit, path, "-q", "-o", "json", *options).out.splitlines()
        expect(len(found) == wanted, "%r gave %d of %d events" % (options, len(found), wanted))
        expect(wanted != 4 or all(json.loads(line)["containerId"] == name for line in found),
               "they are told outside of the container: %r" % found)


def filters_alike(kit):
    """The filters of -r let through what those of the kernel do."""
    path, _, _ = record(kit, "filters", kit.cases, "seed_server")
    rows = [(["-p", str(event["hostProcessId"])], "2 9 13 20")
            for event in records.load(path + ".json")[0][:1]]
    for options, wanted in FILTERS + rows + [(["-p", "1"], "")]:
        result = replay(kit, path, "-q", "-o", "json", *options)
        events = [json.loads(line) for line in result.out.splitlines()]
        got = " ".join(str(event["sockopt"]["optname"]) for event in events)
        expect(result.status == 0 and got == wanted,
               "%r: wanted %r, got %r" % (options, wanted, got))


def keys_recorded(kit):
    """Key material in a recording that was asked to have it is shown only where it is asked for."""
    path, outputs, _ = record(kit, "keys", kit.cases, "keys",
                              options=("-s", "4096", "--show-secrets"))
    expect(keys_in(contents(path)), "no key is in the recording")
    shown = replay(kit, path, "--show-secrets", "-o", "json")
    expect(shown.out.encode() == contents(path + ".json"), "--show-secrets shows other records")
    for name, _ in outputs:
        hidden = replay(kit, path, "-o", name)
        expect(hidden.status == 0 and not keys_in(hidden.out.encode()), "%s shows a key" % name)


def damaged(kit, path, told, *words):
    """What stands before the damage is replayed, then one sentence; returns how many events."""
    result = replay(kit, path, "-q", "-o", "json")
    one_sentence(result, 1, path, *words)
    expect(told.startswith(result.out.encode()), "replayed %r" % result.out)
    return result.out.count('"eventName":"setsockopt"')


def cut_off(kit):
    path, _, _ = record(kit, "cut", kit.cases, "seed_server")
    whole, told, cut = contents(path), contents(path + ".json"), kit.path("recording", "cut-off")
    for size in (0, 10, 300, len(whole) // 2, len(whole) - 1):
        with open(cut, "wb") as file:
            file.write(whole[:size])
        damaged(kit, cut, told, " at byte ")
    with open(cut, "wb") as file:
        file.write(whole + b"x")
    expect(damaged(kit, cut, told, "goes on behind its end at byte %d" % len(whole)) == 4, "lost")


def reader_gone(kit):
    """Of a socket, while more of the recording may come."""
    path, _, _ = record(kit, "gone", kit.cases, "seed_server")
    reader, writer = socket.socketpair()
    replaying = kit.start(kit.tracer, "-r", "-", "-o", "json", stdin=subprocess.PIPE,
                          stdout=writer)
    writer.close()
    replaying.stdin.buffer.write(contents(path)[:-1])
    replaying.stdin.flush()
    told = b""  # all of it: what is left unread resets the connection, which is told otherwise
    while told.count(b"\n") < 4:
        part = reader.recv(65536)
        expect(part, "ends after %r" % told)
        told += part
    reader.close()
    expect(replaying.wait(timeout=20) == 1, "status %d" % replaying.returncode)
    err = replaying.stderr.read()
    expect("closed" in err and "cut off" not in err, "says %r" % err)
    expect("on was not replayed" in err, "says nothing of the rest: %r" % err)


def signals(process, which):
    with open("/proc/%d/status" % process.pid) as status:
        return int(re.search(r"^%s:\s*(\w+)$" % which, status.read(), re.M)[1], 16)


def is_opening(process):
    with open("/proc/%d/syscall" % process.pid) as call:
        return call.read().split()[0] == {"x86_64": "257", "aarch64": "56"}[os.uname().machine]


def ends_while_it_waits(kit):
    """For bytes, where another signal has come before; for the other end of a FIFO."""
    replaying = kit.start(kit.tracer, "-r", "-", stdin=subprocess.PIPE)
    bit = 1 << signal.SIGUSR1 - 1
    kit.wait_until(lambda: signals(replaying, "SigBlk") & bit, "signals are not taken")
    replaying.send_signal(signal.SIGUSR1)
    kit.wait_until(lambda: not signals(replaying, "ShdPnd") & bit, "SIGUSR1 is not taken")
    replaying.terminate()
    expect(replaying.wait(timeout=20) == 1, "status %d" % replaying.returncode)
    fifo = kit.path("recording", "fifo")
    if not os.path.exists(fifo):
        os.mkfifo(fifo)
    for word in "-r", "-w":
        waiting = kit.start(kit.tracer, word, fifo)
        kit.wait_until(lambda: is_opening(waiting), "%s does not wait" % word)
        waiting.terminate()
        expect(waiting.wait(timeout=20) == -signal.SIGTERM, "status %d" % waiting.returncode)


def full_disk(kit):
    """What found no room is counted; what did is whole frames, of which the end is missing."""
    folder = kit.path("recording", "disk", "x")[:-2]
    if subprocess.call(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder]):
        raise Skip("cannot mount a small file system here")
    try:
        path, told = folder + "/full", kit.path("recording", "full.json")
        result = kit.trace("-w", path, "-o", "json:" + told, "--", kit.helper, "flood", "3000")
        one_sentence(result, 1, path, "No space left on device", "-w FILE")
        missing = int(re.search(r"(\d+) events are missing from it", result.err)[1])
        made = int(re.search(r"(\d+) events, \d+ lost", result.err)[1])
        there = damaged(kit, path, contents(told), "its end is missing", " at byte %d" % (
            os.stat(path).st_size))
        expect(there and missing and there + missing == made,
               "%d are in it, %s" % (there, result))
    finally:
        subprocess.call(["umount", folder])


def killed(kit):
    """SIGKILL: what was written up to then is replayed."""
    path, told = kit.path("recording", "killed"), kit.path("recording", "killed.json")
    for name in path, told:
        if os.path.exists(name):
            os.unlink(name)
    tracing = kit.start_tracing("-n", "helper", "-w", path, "-o", "json:" + told)
    kit.run(kit.helper, "flood", 5)
    kit.wait_until(lambda: contents(told).count(b"\n") == 5, "the events are not written")
    kit.wait_until(lambda: replay(kit, path, "-q", "-o", "json").out.count("\n") == 5,
                   "the recording is not written")
    kit.stop(tracing, signal.SIGKILL)
    there = damaged(kit, path, contents(told), " at byte ")
    expect(there == 5, "%d of 5 are replayed" % there)


def confined(pid):
    with open("/proc/%d/status" % pid) as status:
        return re.search(r"^Seccomp:\s*2$", status.read(), re.M)


def through_a_pipe(kit):
    """Recorded on one machine, replayed on another; a reader that has gone ends the tracer."""
    tracing = kit.start_tracing("-n", "helper", "--buffer-size", "4", "-w", "-")
    made = int(kit.run(kit.helper, "alternate", 3000).out)  # each another; nobody reads yet
    replaying = kit.start(kit.tracer, "-r", "-", "-o", "json", stdin=tracing.stdout)
    tracing.stdout.close()
    tracing.stdout = None
    kit.wait_until(lambda: confined(replaying.pid), "it does not confine itself")
    expect_kept(replaying.pid, 0)
    made += int(kit.run(kit.helper, "flood", 3).out)
    result = kit.stop(tracing)
    replayed = kit.finish(replaying)
    found = [json.loads(line) for line in replayed.out.splitlines()]
    events = [one for one in found if one["eventName"] == "setsockopt"]
    lost = records.lost_total([one for one in found if one["eventName"] == "lost"])
    expect(result.status == replayed.status == 0, "%s; %s" % (result, replayed))
    expect(lost and len(events) + lost == made, "%d and %d of %d" % (len(events), lost, made))
    expect(messages(result) == messages(replayed), "%s; %s" % (result.err, replayed.err))
    tracing = kit.start_tracing("-n", "cases", "-w", "-")
    tracing.stdout.close()
    kit.run(kit.cases, "one_call")
    err = tracing.stderr.read()
    expect(tracing.wait(timeout=20) == 1, "status %d" % tracing.returncode)
    expect("standard output" in err and "closed" in err, "says %r" % err)


def tests(kit):
    return named(kit, [replayed_alike, alone, groups_alike, filters_alike, keys_recorded, cut_off,
                       reader_gone, ends_while_it_waits, full_disk, killed, through_a_pipe])
