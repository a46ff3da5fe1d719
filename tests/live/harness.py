# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the live tests share: running the tracer, saying what went wrong."""

import os
import re
import shutil
import signal
import subprocess
import time

TIMEOUT = 120
END_SECONDS = 20  # given to a tracer whose test has failed
# what the tracer tells where the kernel has not run a program of it
SKIPPED = re.compile("skipped by the kernel|without their return|probe .*missed|.state.: ?.missed")


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def kernel_release():
    return tuple(int(part) for part in os.uname().release.split(".")[:2])


def may_skip():
    """
    A kernel that preempts a program of ours, if that is no kprobe's, runs it for nobody else on that
    CPU until it goes on: a call is lost then, or its return is.
    """
    return "PREEMPT" in os.uname().version


def expect(condition, why):
    if not condition:
        raise Failure(why)


def messages(result):
    """But the first, which says how it was attached or recorded."""
    return [line for line in result.err.splitlines()
            if not re.match("sockopt-trace: (attached by|recorded on) ", line)]


class Result:
    def __init__(self, process, out, err):
        self.status = process.returncode
        self.out, self.err = out, err

    def __str__(self):
        return "status %d, stderr %r, stdout %r" % (self.status, self.err[-600:], self.out[-300:])


class Kit:
    def __init__(self, options, out):
        self.attachments = options.attach.split(",")
        self.out = os.path.abspath(out)
        self.started = []
        self.was_skipped = False  # since the test began
        self.verbose, self.only = options.verbose, options.only
        self.flood_seconds = options.flood_seconds
        self.judge_calls, self.judge_seed = options.judge_calls, options.judge_seed
        self.judge_later = options.judge_later
        self.tracer = self.take(options.bin, "sockopt-trace")
        self.cases = self.take(options.bin, "cases")
        self.cases32 = self.take(options.bin, "cases32")
        self.helper = self.take(options.bin, "helper")
        self.judge = self.take(options.bin, "judge")
        self.judge32 = self.take(options.bin, "judge32")
        self.patterns = self.take(options.bin, "patterns")
        self.patterns32 = self.take(options.bin, "patterns32")

    def take(self, folder, name):
        """A copy where other users can run it too: a clone may lie in a folder of root's own."""
        source, target = os.path.join(folder, name), self.path("bin", name)
        if not os.access(source, os.X_OK):
            raise SystemExit("run.py: %s is missing; make check-live builds it" % source)
        shutil.copy(source, target)
        os.chmod(target, 0o755)
        return target

    def wanted(self, name):
        return any(word in name for word in self.only.split(","))

    def path(self, *parts):
        path = os.path.join(self.out, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def start(self, *args, **kwargs):
        kwargs.setdefault("stdout", subprocess.PIPE)
        kwargs.setdefault("stderr", subprocess.PIPE)
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen([str(arg) for arg in args], text=True, errors="replace", **kwargs)
        self.started.append(process)
        return process

    def end_all(self):
        """What a test that failed has left running; of a tracer what it tells of skipped programs, too."""
        for process in self.started:
            if process.poll() is not None:
                continue
            if process.args[0] == self.tracer:
                self.end_tracer(process)
            process.kill()
            process.wait()
        self.started = []

    def end_tracer(self, process):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        try:
            self.finish(process, END_SECONDS)
        except Failure:
            pass  # it is told of another one

    def finish(self, process, timeout=TIMEOUT):
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Failure("hangs: %s: %r" % (process.args, err[-500:]))
        self.was_skipped |= bool(SKIPPED.search((err or "") + (out or "")))
        return Result(process, out or "", err or "")

    def run(self, *args, timeout=TIMEOUT, **kwargs):
        return self.finish(self.start(*args, **kwargs), timeout)

    def trace(self, *args, before=(), **kwargs):
        """
        The tracer under the first attachment that this kernel must have; before: a program, and its
        arguments, that runs it.
        """
        if "--attach" not in args:
            args = ("--attach", self.attachments[0]) + args
        return self.run(*before, self.tracer, *args, **kwargs)

    def expect_replayed(self, recording, outputs, told=None, options=()):
        """
        By nobody, who may read this file and no other of ours: each output, (format, path), byte for
        byte. told: the result of the tracer, whose messages at the end are the same.
        """
        os.chmod(recording, 0o644)
        for name, path in outputs:
            replayed = path + ".replayed"
            with open(replayed, "wb") as file:
                result = self.run(self.helper, "as-user", "65534", "65534", self.tracer, "-r",
                                  recording, *options, "-o", name, stdout=file)
            expect(result.status == 0, "%s" % result)
            expect(told is None or messages(result) == messages(told),
                   "told %r, replayed %r" % (told and messages(told), messages(result)))
            with open(path, "rb") as first, open(replayed, "rb") as second:
                expect(first.read() == second.read(), "%s is replayed otherwise, %s" % (
                    path, replayed))
            os.unlink(replayed)

    def start_tracing(self, *args, **kwargs):
        """In the background; returns once it says that it is attached."""
        if "--attach" not in args:
            args = ("--attach", self.attachments[0]) + args
        process = self.start(self.tracer, *args, **kwargs)
        line = process.stderr.readline()
        if "attached by" not in line:
            process.kill()
            raise Failure("did not attach: %r" % (line + process.stderr.read()))
        return process

    @staticmethod
    def wait_until(condition, why):
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            expect(time.monotonic() < deadline, why)
            time.sleep(0.02)

    def pause(self, process):
        """Returns once it does not run any more."""
        def stopped():
            with open("/proc/%d/stat" % process.pid) as stat:
                return stat.read().rpartition(")")[2].split()[0] == "T"
        process.send_signal(signal.SIGSTOP)
        self.wait_until(stopped, "does not stop")

    def stop(self, process, number=signal.SIGINT):
        process.send_signal(number)
        return self.finish(process)
