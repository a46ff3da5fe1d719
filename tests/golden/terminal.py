#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: terminal.py TOOL RECORDING

The findings of a recording on a screen of 80 and of 120 columns: in colours by their severity, folded
at words, and with nothing less said than in a pipe, where each is one line. No colour with NO_COLOR.
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

COLOURS = {"low": "36", "medium": "33", "high": "31", "critical": "1;31"}
FINDING = re.compile(r"  ! (low|medium|high|critical) [a-z0-9-]+: ")


def on_screen(columns, command, **more):
    """What the command writes to a terminal of so many columns."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(command, stdout=slave, env={**env, "TERM": "xterm", **more}) as process:
        os.close(slave)
        out = b""
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # its other end is closed
                break
            out += data
        os.close(master)
    assert process.returncode == 0, "exit status %d" % process.returncode
    return out.decode().replace("\r\n", "\n")


def findings(text):
    """Each as a list of its lines."""
    found = []
    inside = False
    for line in text.splitlines():
        if FINDING.match(line):
            found.append([])
            inside = True
        elif not line.startswith("    "):
            inside = False
        if inside:
            found[-1].append(line)
    return found


def without_colours(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def check_screen(columns, command, piped):
    """The number of findings that took more than a line."""
    text = on_screen(columns, command)
    found = findings(without_colours(text))
    assert [" ".join(line.lstrip() if i else line for i, line in enumerate(lines)) for lines in found] == [
        lines[0] for lines in piped], "%d columns: not what a pipe gets:\n%s" % (columns, text)
    for lines in found:
        for line in lines:
            assert len(line) <= columns, "%d columns: a line has %d: %s" % (columns, len(line), line)
        severity = FINDING.match(lines[0]).group(1)
        assert "  \x1b[%sm! %s " % (COLOURS[severity], severity) in text, "%s: another colour" % severity
    plain = on_screen(columns, command, NO_COLOR="1")
    assert "\x1b" not in plain, "colours with NO_COLOR"
    assert findings(plain) == found, "without colours it says something else"
    return sum(len(lines) > 1 for lines in found)


def main(tool, recording):
    command = [tool, "-q", "-r", recording, "--audit"]
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    piped = findings(text)
    assert len(piped) >= 3 and all(len(lines) == 1 for lines in piped), "in a pipe: %s" % piped
    assert "\x1b" not in text, "colours in a pipe"
    assert check_screen(80, command, piped) >= check_screen(120, command, piped) > 0, "none is folded"
    assert check_screen(10000, command, piped) == 0, "folded without need"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
