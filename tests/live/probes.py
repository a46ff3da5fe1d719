# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Does the tracer know when its own programs do not run, and does it say so?"""

import collections
import json
import os
import re
import subprocess
import tempfile
import time

import records
from harness import Failure, Skip, expect, kernel_release

HEARTBEAT = ("--heartbeat", "0.1")
LIMIT = 60  # seconds; what is waited for comes in less than one
SYS_CLOSE = 3  # x86-64


class Watched:
    """A tracer whose stream is read as it comes."""

    def __init__(self, kit, *args):
        self.kit = kit
        self.path, self.table = kit.path("probes", "stream.json"), kit.path("probes", "stream.table")
        self.process = kit.start_tracing(*HEARTBEAT, "-n", "helper", "-o", "json:" + self.path, "-o",
                                         "table:" + self.table, "-w", self.path + ".recording",
                                         *args)
        self.told = 0

    def news(self):
        with open(self.path) as file:
            whole = file.read().rpartition("\n")[0].splitlines()
        return [record["probe"] for record in map(json.loads, whole)
                if record["eventName"] == "probe"]

    def wait(self, what, wanted):
        """Until wanted(news since it was last waited for) is true; and those news."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            fresh = self.news()[self.told:]
            if wanted(fresh):
                self.told += len(fresh)
                return fresh
            time.sleep(0.05)
        raise Failure("%s: the stream tells only %r" % (what, fresh))

    def stop(self):
        result = self.kit.stop(self.process)
        self.kit.expect_replayed(self.path + ".recording",
                                 [("json", self.path), ("table", self.table)])
        return result

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:  # the test has failed
            self.process.kill()
            self.process.wait()


def states(news):
    """What is told last of each program."""
    return {one["program"]: one["state"] for one in news if one["state"] != "missed"}


def all_are(state):
    return lambda news: news and set(states(news).values()) == {state}


def expect_in_table(watched, state):
    with open(watched.table) as file:
        expect(re.search(r"^\d\d:\d\d:\d\d:\d{6}  ! probe \S+ %s: " % state, file.read(), re.M),
               "the table does not tell of a probe that is " + state)


def has_x32():
    with open("/proc/cmdline") as file:
        return os.uname().machine == "x86_64" and "syscall.x32=y" in file.read()


def groups_left():
    """Names of cgroups that the self-test has made."""
    return [name for _, names, _ in os.walk("/sys/fs/cgroup") for name in names
            if name.startswith("sockopt-trace.")]


# ---- at the start ---------------------------------------------------------------------------

def doctor(kit):
    """Own calls by every way that this kernel has; every program that they pass fires once."""
    result = kit.run(kit.tracer, "--doctor")
    rows = re.split(r"^(?=\S)", result.out, flags=re.M)
    expect(result.status == 0, "%s" % result)
    for attach in kit.attachments:
        row = next((row for row in rows if re.match(re.escape(attach) + r"\S* +works", row)), "")
        expect(row, "%s does not work: %s" % (attach, result.out))
        lines = row.splitlines()
        made = re.match(r"  own calls made +([^;]*)$", lines[1])
        wanted = ["64-bit"]
        if attach != "tracepoint":
            wanted += ["32-bit", "socketcall"] + ["x32"] * has_x32()
        if attach != "tracepoint" and kernel_release() >= (6, 7):
            wanted += ["io_uring"] + ["io_uring worker"] * (attach == "kprobe+kretprobe")
        if attach != "tracepoint":
            wanted += ["cgroup BPF", "bpf_setsockopt", "capability"]
        wanted += ["fork"]
        expect(made and made[1].split(", ") == wanted, "%s: wanted %r: %s" % (attach, wanted, row))
        expect(("kprobe/io_uring_cmd_sock:do_sock_setsockopt" in row) == ("io_uring" in wanted), row)
        probes = [line.split(None, 1) for line in lines[2:] if line.startswith("    ")]
        expect(len(probes) >= 3 and {verdict for _, verdict in probes} == {"fired once for each"}, row)
    expect(not groups_left(), "groups are left: %r" % groups_left())
    expect("Would run: " in result.out, result.out)


def counted(kit, filters):
    """Calls that the tracer counts, of how many that a program made, beside its heartbeats."""
    path = kit.path("probes", "unseen.json")
    tracing = kit.start_tracing("--heartbeat", "0.01", *filters, "-o", "json:" + path)
    made = int(kit.run(kit.helper, "flood", 500).out)
    time.sleep(1)  # 20 heartbeats
    result = kit.stop(tracing)
    events, lost = records.load(path)
    expect(not [one for one in events if one["hostProcessId"] == tracing.pid or
                one["processName"] == "sockopt-trace"], "our own calls are told")
    mine = [one for one in events if one["processName"] == "helper"]
    expect("-p" in filters or len(mine) + records.lost_total(lost) == made, "%s" % result)
    told = re.search(r"(\d+) events, (\d+) lost(?:; (\d+) other)?", result.err)
    return sum(int(count or 0) for count in told.groups()), made


def unseen_by_others(kit):
    """Our own calls are in no stream and in no count, whatever the filter."""
    for filters in (("-e", "!SO_BROADCAST"), ("-p", str(os.getpid()))):
        for _ in range(3):  # others on this machine make calls, too, but not always
            seen, made = counted(kit, filters)
            if made <= seen < made + 10:
                break
        else:
            raise Failure("%d made, %d counted" % (made, seen))


def without_proc(kit):
    """Where our programs cannot tell our calls from others' nothing is tested, and nobody accused."""
    result = kit.trace("--heartbeat", "0.01", "--duration", "0.3", "-o", "json:/dev/null",
                       before=("unshare", "-pfm", "sh", "-c", "mount -t tmpfs n /proc; exec \"$@\"",
                               "sh"))
    expect(result.status == 0 and "cannot test the probes" in result.err and
           "does not work" not in result.err, "%s" % result)


# ---- while it runs --------------------------------------------------------------------------

def links_of(pid):
    """
    The descriptors by which the tracer holds on to its probes, and how many these are; of how many it
    holds on to the end of threads; those by which it holds on to the cgroup of its own.
    """
    folder = "/proc/%d/fd" % pid
    probes, ends, cgroup = [], [], []
    for fd in os.listdir(folder):
        if os.readlink(folder + "/" + fd) in ("anon_inode:[perf_event]", "anon_inode:bpf_link",
                                              "anon_inode:bpf-link"):
            with open(folder + "info/" + fd) as info:
                facts = info.read()
            if "link_type:\titer" not in facts:  # it runs when it is read
                (cgroup if "link_type:\tcgroup" in facts else probes).append(int(fd))
            ends += re.findall("tp_name:\tsched_process_exit", facts)
    links = [fd for fd in probes if "perf" not in os.readlink("%s/%d" % (folder, fd))]
    return probes, len(links if kernel_release() >= (5, 15) else probes), len(ends), cgroup


def inject(kit, pid, number, *args):
    result = kit.run(kit.helper, "inject", pid, number, *(args + (0, 0, 0))[:3])
    expect(result.status == 0, "inject: %s" % result)
    return int(result.out)


def detached(kit, attach):
    """Root has the tracer close what holds its probes: each program is told."""
    def test():
        with Watched(kit, "--attach", attach, "--audit") as watched:
            pid = watched.process.pid
            probes, count, ends, cgroup = links_of(pid)
            # on 5.10 what there is of one is for the start alone
            kept = attach != "tracepoint" and kernel_release() >= (5, 15)
            expect(len(cgroup) == kept, "%d links of a cgroup" % len(cgroup))
            for fd in probes:
                expect(inject(kit, pid, SYS_CLOSE, fd) == 0, "descriptor %d is not closed" % fd)
            # a kprobe has a link as well as a perf event since 5.15
            unkept = 0 if kept or attach == "tracepoint" else 4 if attach == "kprobe+kretprobe" else 3
            told = {"silent": count - unkept - ends}
            if ends + unkept:
                told["detached"] = ends + unkept
            watched.wait("detached, %r" % told,
                         lambda news: collections.Counter(states(news).values()) == told)
            for one in watched.news():
                expect((one["call"] is None) == (one["state"] == "detached") and one["times"] == 0,
                       "%r" % one)
            if kept:
                inject(kit, pid, SYS_CLOSE, cgroup[0])
                watched.wait("its cgroup", lambda news: all_are("untested")(news))
            expect(watched.stop().status == 0, "it does not end well")
            expect_in_table(watched, "silent")
    return test


class Kprobes:
    """All kprobes of the machine, switched off for as long as this is open."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        if subprocess.call(["mount", "-t", "debugfs", "none", self.folder]):
            raise Skip("this kernel has no debugfs")
        self.set("0")
        return self

    def set(self, value):
        with open(self.folder + "/kprobes/enabled", "w") as file:
            file.write(value)

    def __exit__(self, *_):
        self.set("1")
        subprocess.call(["umount", self.folder])
        os.rmdir(self.folder)


def kprobes_off(kit):
    """Told when they stop and when they go on; and nothing starts by them meanwhile."""
    with Watched(kit, "--attach", "kprobe+kretprobe") as watched:
        with Kprobes():
            watched.wait("off", lambda news: "silent" in states(news).values())
            result = kit.run(kit.tracer, "--attach", "kprobe", "--duration", "0.1")
            expect(result.status == 1 and "a call of our own did not reach its entry program"
                   in result.err, "%s" % result)
            result = kit.run(kit.tracer, "--duration", "0.1", "-o", "json:/dev/null")
            expect(result.status == 0 and "attached by fentry" in result.err, "%s" % result)
        watched.wait("on again", lambda _: all_are("firing")(watched.news()))
        made = int(kit.run(kit.helper, "flood", 10).out)
        watched.stop()
        events, _ = records.load(watched.path)
        expect(len(events) == made, "%d of %d calls" % (len(events), made))
        expect_in_table(watched, "firing")


def kprobes_at(function):
    """What the kernel has made of each kprobe in that function: FTRACE, OPTIMIZED, or "" for neither."""
    folder = tempfile.mkdtemp()
    if subprocess.call(["mount", "-t", "debugfs", "none", folder]):
        raise Skip("this kernel has no debugfs")
    try:
        with open(folder + "/kprobes/list") as file:
            return re.findall(r" k +%s\+0x\w+ +\[?(\w*)" % function, file.read())
    finally:
        subprocess.call(["umount", folder])
        os.rmdir(folder)


def expect_jump():
    """Behind the ftrace site the kprobe becomes a jump; where it would not it is at the site."""
    if os.uname().machine != "x86_64":
        return
    wanted = ["OPTIMIZED" if kernel_release() >= (6, 12) else "FTRACE"]
    deadline = time.monotonic() + LIMIT
    while kprobes_at("__sys_setsockopt") != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    expect(kprobes_at("__sys_setsockopt") == wanted, "%r" % kprobes_at("__sys_setsockopt"))


def attached_twice(kit):
    """A program that somebody attached once more runs twice a call, and each call is told twice."""
    with Watched(kit, "--attach", "kprobe") as watched:
        expect_jump()
        program = kit.start(kit.helper, "again", "kprobe_enter", "__sys_setsockopt")
        expect(program.stdout.readline() == "attached\n", "cannot attach a second time")
        news = watched.wait("twice", all_are("repeated"))
        program.kill()
        program.wait()
        expect(len(news) == 1 and news[0]["program"] == "kprobe/__sys_setsockopt" and
               news[0]["call"] and news[0]["times"] == 2, "%r" % news)
        watched.wait("once again", all_are("firing"))
        watched.stop()


def returns_run_out(kit):
    """64 calls asleep leave no kretprobe for others: told, and told when they have gone."""
    with Watched(kit, "--attach", "kprobe+kretprobe") as watched:
        program = kit.start(kit.helper, "crowd", "64", "10")
        if not program.stdout.readline():
            raise Skip("this kernel has no userfaultfd")
        exit_probe = "kretprobe/__sys_setsockopt"
        news = watched.wait("asleep", lambda news: states(news).get(exit_probe) == "silent")
        if kernel_release() >= (6, 7):
            news += watched.wait("missed", lambda news: [one for one in news
                                                         if one["state"] == "missed"])
            missed = [one["times"] for one in news
                      if (one["program"], one["state"]) == (exit_probe, "missed")]
            expect(missed and missed[0] > 0, "missed: %r" % news)
        program.kill()
        program.wait()
        watched.wait("awake", lambda news: states(news).get(exit_probe) == "firing")
        watched.stop()


# ---- what is left to it ---------------------------------------------------------------------

# x86-64: name, number, arguments
FORBIDDEN = [("open", 2), ("openat", 257), ("connect", 42), ("sendto", 44), ("fork", 57),
             ("execve", 59), ("kill", 62, 1, 0), ("ptrace", 101), ("unlink", 87), ("setuid", 105),
             ("init_module", 175), ("bpf, load a program", 321, 5), ("bpf, make a map", 321, 0),
             ("ioctl, a key typed", 16, 0, 0x5412), ("mmap, executable", 9, 0, 4096, 5),
             ("io_uring_setup", 425), ("perf_event_open", 298), ("process_vm_writev", 311),
             ("x32 write", 0x40000001)]


def seccomp_of(status):
    return re.search(r"^Seccomp:\s*(\d)$", status, re.M)[1]


def confined(kit):
    """Most system calls are refused to a tracer that is attached; it traces on, its command has all."""
    path = kit.path("probes", "confined.json")
    tracing = kit.start_tracing("-n", "helper", "-o", "json:" + path)
    try:
        with open("/proc/%d/status" % tracing.pid) as status:
            expect(seccomp_of(status.read()) == "2", "no seccomp filter")
        for name, number, *args in FORBIDDEN:
            result = inject(kit, tracing.pid, number, *args)
            expect(result == -1, "%s gave %d, not EPERM" % (name, result))
    except Failure:
        tracing.kill()
        raise
    made = int(kit.run(kit.helper, "flood", 100).out)
    result = kit.stop(tracing)
    events, lost = records.load(path)
    expect(result.status == 0 and len(events) + records.lost_total(lost) == made, "%s" % result)
    with open("/proc/self/status") as status:
        ours = seccomp_of(status.read())
    theirs = kit.trace("-q", "-o", "json:/dev/null", "--", "cat", "/proc/self/status").out
    expect(seccomp_of(theirs) == ours, "the command is confined, too")


def no_cgroup(kit):
    """Where a cgroup of its own is not to be had it says what it cannot test, and goes on without."""
    clone3, enosys = 435, 38
    result = kit.run(kit.helper, "without", clone3, enosys, kit.tracer, "-v", "--attach",
                     "fentry", "--heartbeat", "0.05", "--duration", "0.3", "-o", "json:/dev/stdout")
    untested = re.findall(r"the probe (\S+) is not tested: (.*): Function not implemented",
                          result.err)
    expect(result.status == 0 and not result.out and [call for _, call in untested] ==
           ["cgroup BPF"] + 2 * ["bpf_setsockopt"], "%s" % result)


def not_confined(kit):
    """It does not go on where the filter is refused; and does where 32-bit calls are deadly."""
    result = kit.run(kit.helper, "without", 317, 1, kit.tracer)
    expect(result.status == 1 and "cannot give up the system calls" in result.err, "%s" % result)
    result = kit.trace("--duration", "0.1", "-o", "json:/dev/null", before=(kit.helper, "native"))
    expect(result.status == 0 and result.err.count("\n") == 2, "%s" % result)


def tests(kit):
    found = [("doctor", lambda: doctor(kit)), ("probes unseen", lambda: unseen_by_others(kit)),
             ("probes without proc", lambda: without_proc(kit))]
    found += [("probes detached " + attach, detached(kit, attach)) for attach in kit.attachments]
    if "fentry" in kit.attachments:
        found += [("probes no cgroup", lambda: no_cgroup(kit))]
    found += [("confined", lambda: confined(kit)), ("not confined", lambda: not_confined(kit))]
    if "kprobe" in kit.attachments:
        found += [("probes " + test.__name__.replace("_", " "), lambda test=test: test(kit))
                  for test in (kprobes_off, attached_twice, returns_run_out)]
    return found
