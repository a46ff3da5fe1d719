# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""-w and -r: what is replayed is what was told."""

import os

from behaviour import FILTERS, named, one_sentence
from harness import expect
import records

NOBODY = ("as-user", "65534", "65534")
FORMATS = ("json", "table", "json-v1beta1")


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def replay(kit, path, *args):
    """By nobody, who may read this file and no other of ours."""
    os.chmod(path, 0o644)
    return kit.run(kit.helper, *NOBODY, kit.tracer, "-r", path, *args)


def last_line(result):
    return result.err.splitlines()[-1]


def record(kit, name, *argv, options=()):
    """The recording and the files of each format, of one run of a command."""
    path = kit.path("recording", name)
    words = [word for each in FORMATS for word in ("-o", "%s:%s.%s" % (each, path, each))]
    result = kit.trace("-w", path, *words, *options, "--", *argv)
    expect(result.status == 0, "%s" % result)
    expect(os.stat(path).st_mode & 0o777 == 0o600, "mode is %o" % os.stat(path).st_mode)
    return path, result


def replayed_alike(kit):
    """Every format byte for byte, the closing line, and all of it from a pipe as from a file."""
    path, told = record(kit, "alike", kit.cases, "seed_server")
    for each in FORMATS:
        result = replay(kit, path, "-o", each)
        expect(result.status == 0 and result.out.encode() == contents("%s.%s" % (path, each)),
               "%s is replayed as %s" % (each, result))
        expect(last_line(result) == last_line(told), "%r, %r" % (result.err, told.err))
    with open(path) as file:
        piped = kit.run(kit.helper, *NOBODY, kit.tracer, "-r", "-", "-o", "json", stdin=file)
    expect(piped.out.encode() == contents(path + ".json"), "standard input: %s" % piped)
    again = kit.path("recording", "again")
    result = kit.run(kit.tracer, "-r", path, "-w", again)
    expect(result.status == 0 and not result.out and contents(again) == contents(path),
           "recorded again it is another: %s" % result)


def filters_alike(kit):
    """The filters of -r let through what those of the kernel do."""
    path, _ = record(kit, "filters", kit.cases, "seed_server")
    found = kit.path("recording", "filtered.json")
    for options, wanted in FILTERS:
        result = kit.run(kit.tracer, "-r", path, "-q", "-o", "json:" + found, *options)
        got = " ".join(str(event["sockopt"]["optname"]) for event in records.load(found)[0])
        expect(result.status == 0 and got == wanted,
               "%r: wanted %r, got %r" % (options, wanted, got))


def cut_off(kit):
    path, _ = record(kit, "cut", kit.cases, "seed_server")
    whole = contents(path)
    for size in (0, 10, 300, len(whole) // 2, len(whole) - 1):
        cut = kit.path("recording", "cut-off")
        with open(cut, "wb") as file:
            file.write(whole[:size])
        result = kit.run(kit.tracer, "-r", cut, "-q", "-o", "json")
        one_sentence(result, 1, cut, " at byte ")
        expect(contents(path + ".json").startswith(result.out.encode()), "gave %r" % result.out)


def tests(kit):
    return named(kit, [replayed_alike, filters_alike, cut_off])
