# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Flags judged by the kernel: random calls of judge.c, each record before what the process saw.

The calls are recorded (-w), and the recording is replayed and compared; what a slow guest recorded
is compared elsewhere (tests/vm/judge_calls.py). Each disagreement is told as "kind, level:option, how
often, the first of them".
"""

import collections
import json
import os
import subprocess

from harness import Failure, expect

SHOWN = 128  # of judge.c
EFAULT = -14
ARM64_EVENT = "208"  # setsockopt's number there
SOL_TCP = 6
ROWS = 100  # of a matrix, at the most
POINTER = {"null_optval", "bad_optval", "kernel_optval"}
# None of these is ever said of a call that the kernel took.
REFUSED = {"null_optval", "bad_optval", "short_optlen", "negative_optlen", "out_of_range"}
# Nobody else was there, and the machine has no such programs.
NEVER = {"effect_mismatch", "rewritten", "no_return"}

Call = collections.namedtuple(
    "Call", "fd level optname optval optlen ret reach present changed correct bytes")


def read_call(line):
    words = line.split()
    numbers = [int(word, 0) for word in words[:10]]
    return Call(*numbers, "" if words[10] == "-" else words[10])


def arguments(record):
    args = {arg["name"]: arg["value"] for arg in record["args"]}
    return (args["sockfd"], record["sockopt"]["level"], record["sockopt"]["optname"],
            int(args["optval"], 16), args["optlen"])


def captured_amiss(call, optval):
    """The bytes: as many as there are, up to a page that is missing, and these very ones."""
    if optval["source"] == "none":
        if (optval["text"] or "").startswith("redacted"):
            return False
        return call.present and min(call.reach, call.optlen) > 0
    wanted = call.bytes
    if call.present:
        return optval["bytes"] != wanted
    # a page that was not in memory ends the value, unless the kernel has brought it in
    return not optval["bytes"] or not wanted.startswith(optval["bytes"])


def inner_pointer_bad(call, record):
    """SO_ATTACH_FILTER and its like: optval is well, the pointer in it is not (docs/INTERNALS)."""
    return ((call.level, call.optname) in ((1, 26), (1, 51), (263, 22)) and
            "(unreadable)" in (record["sockopt"]["optval"]["text"] or ""))


def in_kernel_half(call, record):
    """The address's highest bit; on arm64 that below the top byte, which may hold a tag."""
    return call.optval >> (55 if record["eventId"] == ARM64_EVENT else 63) & 1


def pointer_kinds(call, record, flags):
    """EFAULT if and only if a pointer is accused."""
    whole = call.reach == call.optlen
    in_kernel = in_kernel_half(call, record)
    if (call.ret == EFAULT and not flags & POINTER and
            not (whole and inner_pointer_bad(call, record))):
        yield "EFAULT of a value that is all there" if whole else "EFAULT, no pointer flag"
    if "bad_optval" in flags and (call.ret != EFAULT or whole):
        yield "bad_optval of a good pointer"
    if "bad_optval" in flags and not call.optval:
        yield "bad_optval of NULL"
    if "null_optval" in flags and (call.optval or not call.optlen):
        yield "null_optval without NULL"
    if ("kernel_optval" in flags) != bool(in_kernel):
        yield "kernel_optval"
    if "unread_optval" in flags and call.present and whole:
        yield "unread_optval of what is all there"


def kernel_pointer_read(call, record):
    """Taken, though the pointer cannot be the caller's: only where the kernel does not look at it.

    Multipath TCP passes over what means nothing to it (net/mptcp/sockopt.c:
    mptcp_setsockopt_sol_socket, mptcp_setsockopt_sol_tcp), the others over less than an int.
    """
    socket = record["socket"] or {}
    return (call.ret >= 0 and in_kernel_half(call, record) and call.optlen >= 4 and
            socket.get("protocol") != "IPPROTO_MPTCP")


def linger_overflows(call):
    """Kernels before 6.6 multiply l_linger with HZ in 32 bits: the state is not what was asked for.

    sock_setsockopt in net/core/sock.c: (unsigned int)ling.l_linger * HZ, of at most 1000.
    """
    if (call.level, call.optname) != (1, 13) or len(call.bytes) < 16:
        return False
    return int.from_bytes(bytes.fromhex(call.bytes)[4:8], "little") * 1000 >= 1 << 32


def kinds(call, record):
    flags = set(record["sockopt"]["flags"])
    if call[:5] != arguments(record):
        yield "other arguments"
    if call.ret != record["returnValue"]:
        yield "other return"
    if captured_amiss(call, record["sockopt"]["optval"]):
        yield "other bytes"
    yield from pointer_kinds(call, record, flags)
    if kernel_pointer_read(call, record):
        yield "kernel_optval, but taken"
    if call.ret >= 0:
        yield from ("%s, but taken" % flag for flag in sorted(flags & REFUSED))
        yield from ("%s, but taken" % flag for flag in sorted(flags) if "unknown" in flag)
    elif (call.optlen < 0) != ("negative_optlen" in flags):
        yield "negative_optlen"
    if call.correct and flags:
        yield "a correct call: %s" % " ".join(sorted(flags))
    if call.changed != ("optval_changed" in flags):
        yield "optval_changed"
    yield from sorted(flags & NEVER - ({"effect_mismatch"} if linger_overflows(call) else set()))


class Matrix:
    """What was found, and what one call says about another."""

    def __init__(self):
        self.found = {}
        self.taken, self.accused = set(), {}
        self.counts = collections.Counter()

    def add(self, kind, call, record):
        key = (kind, "%d:%d" % (call.level, call.optname))
        count, first = self.found.get(key, (0, None))
        socket = record["socket"] or {}
        self.found[key] = (count + 1, first or "%s %s %s, flags %s, %r" % (
            " ".join(map(str, call[:9])), socket.get("family"), socket.get("protocol"),
            " ".join(record["sockopt"]["flags"]), record["sockopt"]["optval"]["text"]))

    def compare(self, call, record):
        """A length, a value or NULL that the kernel took of a like socket is no fault.

        A multipath TCP socket takes any number for SOL_TCP until it has a subflow to refuse it
        (__mptcp_setsockopt_set_val in net/mptcp/sockopt.c): of its values this says nothing.
        """
        socket = record["socket"] or {}
        base = (socket.get("family"), socket.get("type"), socket.get("protocol"), call.level,
                call.optname, call.optlen)
        told = {"short_optlen": base, "null_optval": base + ("NULL",)}
        if socket.get("protocol") != "IPPROTO_MPTCP" or call.level != SOL_TCP:
            told["out_of_range"] = base + (call.bytes,)
        if call.ret >= 0:
            self.taken.add(base)
            if "out_of_range" in told and call.reach == call.optlen:
                self.taken.add(told["out_of_range"])
            if not call.optval:
                self.taken.add(told["null_optval"])
        for flag in record["sockopt"]["flags"]:
            if flag in told:
                self.accused.setdefault((flag, told[flag]), (call, record))

    def add_call(self, call, record):
        self.counts["calls"] += 1
        self.counts["taken"] += call.ret >= 0
        self.counts["EFAULT"] += call.ret == EFAULT
        self.counts["correct"] += call.correct
        flags = record["sockopt"]["flags"]
        self.counts["flagged"] += bool(flags)
        for flag in POINTER & set(flags):
            self.counts["%s, %s" % (flag, "EFAULT" if call.ret == EFAULT else
                                    "refused otherwise" if call.ret < 0 else "taken")] += 1
        for kind in kinds(call, record):
            self.add(kind, call, record)
        self.compare(call, record)

    def finish(self):
        for (flag, told), (call, record) in self.accused.items():
            if told in self.taken:
                self.add("%s of what another call was taken with" % flag, call, record)

    def rows(self):
        return ["%s, %s, %d times: %s" % (key + found) for key, found in sorted(self.found.items())]


def record(kit, name, program, count):
    """Leaves what the process saw, a line a call, and the recording."""
    calls, path = kit.path("judge", name + ".calls"), kit.path("judge", name + ".recording")
    with open(calls, "w") as out:
        result = kit.trace("-q", "--as-root", "--buffer-size", "65536", "-w", path, "--", program,
                           count, kit.judge_seed, stdout=out)
    expect(result.status == 0, "%s" % result)
    return calls, path


def judged(tracer, calls, path):
    matrix = Matrix()
    replay = subprocess.Popen([tracer, "-q", "-r", path, "-o", "json"], stdout=subprocess.PIPE,
                              text=True, errors="surrogateescape")
    with open(calls) as mine, replay.stdout as theirs:
        for line in theirs:
            record = json.loads(line)
            expect(record["eventName"] != "lost", "records were lost: %s" % line)
            wanted = mine.readline()
            expect(wanted, "more records than calls")
            matrix.add_call(read_call(wanted), record)
        expect(replay.wait() == 0, "the replay ended with %d" % replay.returncode)
        expect(not mine.readline(), "fewer records than calls: %r" % matrix.counts)
    matrix.finish()
    return matrix


def judge(tracer, calls, path):
    """What was judged, in words; a Failure if there was anything to object to."""
    matrix = judged(tracer, calls, path)
    rows = matrix.rows()
    if rows:
        print("\n".join("  " + row for row in rows[:ROWS]), flush=True)
        raise Failure("%d disagreements, such as: %s" % (len(rows), "; ".join(rows[:3])))
    return ", ".join("%d %s" % (count, what) for what, count in matrix.counts.items())


def judge_test(kit, name, program, count):
    def test():
        calls, path = record(kit, name, program, count)
        with open(calls) as file:
            made = sum(1 for _ in file)
        expect(made == count, "%d calls of %d were made" % (made, count))
        if kit.judge_later:
            expect(kit.run("gzip", "-1", calls, path).status == 0, "gzip does not work")
            return
        told = judge(kit.tracer, calls, path)
        if kit.verbose:
            print("%s: %s" % (name, told), flush=True)
        os.unlink(calls)
        os.unlink(path)
    return test


def tests(kit):
    found = [("judge", judge_test(kit, "judge", kit.judge, kit.judge_calls))]
    if kit.attachments[0] != "tracepoint":  # it does not see 32-bit calls
        found.append(("judge 32-bit", judge_test(kit, "judge-32-bit", kit.judge32,
                                                 kit.judge_calls // 4)))
    return found
