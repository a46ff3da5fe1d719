#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check.py TOOL CALLS

The default rules before calls that were recorded once (`calls` makes recordings of them again):
patterns.calls are those of tests/cases/patterns*.c, on 6.12. Every rule must say of them what
patterns.tab demands of the calls themselves, and of those that near.tab makes of them; without any of
its conditions it must say something else. quiet.calls are those of ordinary programs, of which nothing
above low may be said, and nothing but what docs/QUIET.md tells. Last line: the counts.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "live"))
import audit  # noqa: E402  (the table of patterns)

QUIET = os.path.join(HERE, "..", "..", "docs", "QUIET.md")
RULES = os.path.join(HERE, "..", "..", "share", "rules", "default.yaml")

# Of an exception by a regular expression, some that it matches.
REGEX_PATHS = {"buffer-force": ["/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-udevd",
                                "/usr/bin/udevadm", "/usr/sbin/NetworkManager",
                                "/usr/sbin/xtables-nft-multi", "/usr/sbin/nft"],
               "capable-user": ["/usr/lib/systemd/systemd-networkd", "/lib/systemd/systemd-resolved",
                                "/usr/bin/ping", "/bin/ping", "/usr/sbin/chronyd", "/usr/sbin/dnsmasq"]}

# Conditions without which no call more matches: they say, for who reads, what the rest is about.
IDLE = {
    ("busy-poll", "option: SO_TXTIME"),  # no other value has a clockid
    ("ipsec-bypass", "option: [IP_XFRM_POLICY, IPV6_XFRM_POLICY]"),  # nor an action
    ("packet-ring-private", "option: [PACKET_RX_RING, PACKET_TX_RING]"),  # nor a tp_sizeof_priv
    ("peer-credentials-set", "level: SOL_SOCKET"),  # options of no other level have these names
    # of root in a user namespace of its own this is not granted
    ("buffer-force", "except credentials.userNamespace.initial: true"),
    ("capable-user", "except credentials.userNamespace.initial: true"),
}


class Calls:
    """A file of calls, each with all its members."""

    def __init__(self, name):
        self.heads, self.calls, self.comments = [], [], []
        members = {}
        with open(os.path.join(HERE, name)) as file:
            for line in file:
                word, _, rest = line.rstrip("\n").partition(" ")
                if word == "call":
                    members = dict(members, **dict(pair.split("=", 1) for pair in rest.split()))
                    self.calls.append(members)
                elif word == "#":
                    self.comments.append(rest.split(None, 5))
                elif word:
                    self.heads.append(line)

    def text(self):
        return "".join(self.heads) + "".join("call %s\n" % " ".join(
            "%s=%s" % pair for pair in call.items()) for call in self.calls)


class Judge:
    """Replays calls under rules."""

    def __init__(self, tool, calls, text, folder):
        self.tool, self.folder = tool, folder
        os.makedirs(folder, exist_ok=True)
        self.recording = os.path.join(folder, "recording")
        with open(self.recording, "wb") as out:
            subprocess.run([calls, "recording"], input=text.encode(), stdout=out, check=True)

    def records(self, rules=""):
        """Those of which a rule says something, with these rules in the place of the default ones."""
        command = [self.tool, "-q", "-r", self.recording, "--audit", "-o", "json"]
        if rules:
            path = os.path.join(self.folder, "rules.yaml")
            with open(path, "w") as file:
                file.write("rules:\n" + rules)
            command += ["--rules", path]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise AssertionError(done.stderr.decode())
        return [json.loads(line) for line in done.stdout.splitlines() if b'"findings":[{' in line]

    def raised(self, rules=""):
        """{rule: the processes that raised it}"""
        found = collections.defaultdict(set)
        for record in self.records(rules):
            for finding in record["findings"]:
                found[finding["rule"]].add(record["hostProcessId"])
        return found


# ---- calls with something changed ----

APART = 100000  # processes, sockets of one variant from those of the next


class Variants:
    """Calls of programs, made by others: what they are to raise and what not, by process."""

    def __init__(self, calls, made):
        self.calls, self.made = calls, made
        self.wanted = []  # (what it is, rule, process, whether it is raised)

    def add(self, what, rule, who, is_raised, change):
        """change: a call -> what it becomes; None: nothing"""
        process = self.made[rule, "make", who]
        number = len(self.wanted) + 1
        of_process = [call for call in self.calls.calls if call["host_pid"] == process]
        for call in of_process[:]:
            new = change(call, call is of_process[-1])
            if not new:
                continue
            new = dict(new)
            for member in ("host_pid", "host_tid", "pid", "tid", "inode", "cookie"):
                if int(new[member]):
                    new[member] = str(int(new[member]) + number * APART)
            self.calls.calls.append(new)
        self.wanted.append((what, rule, int(process) + number * APART, is_raised))


def changed_by(which, change):
    new = {} if change == "drop" else dict(pair.split("=", 1) for pair in change.split())
    member, _, value = which.partition("=")

    def become(call, is_last):
        if which == "last" and not is_last or value and call[member] != value:
            return call
        return None if change == "drop" else dict(call, **new)
    return become


def add_near(variants):
    with open(os.path.join(HERE, "near.tab")) as file:
        for line in file:
            if line.startswith("#"):
                continue
            rule, who, sign, which, change = [column.strip() for column in line.split("|")]
            variants.add("%s: %s" % (which, change), rule, who, sign == "+", changed_by(which, change))


def add_excepted(variants, rules, table):
    """Root's program by each path that is excepted; the same in a container."""
    variants.calls.heads.append("cgroup 999999 /docker/%s\n" % ("0a" * 32))
    for rule, lines in rules.items():
        begin, end = sections(lines).get("except", (0, 0))
        if not end:
            continue
        who = "root" if rule in table[rule, "make"].cells["root"][1] else "user"
        paths = re.findall(r"/[A-Za-z0-9_/.-]+", " ".join(
            line for line in lines[begin:end] if "reason:" not in line))
        if "{regex:" in " ".join(lines[begin:end]):
            paths = REGEX_PATHS[rule]
        for path in paths:
            mine = {"path": "".join(part + "%00" for part in reversed(path[1:].split("/")))}
            inside = dict(mine, cgroup_id="999999", mnt_ns="1")
            if rule in table[rule, "make"].cells["child"][1]:
                variants.add(path + " in a user namespace", rule, "child", True,
                             lambda call, _, new=mine: dict(call, **new))
            variants.add(path, rule, who, False, lambda call, _, new=mine: dict(call, **new))
            variants.add(path + " in a container", rule, who, True,
                         lambda call, _, new=inside: dict(call, **new))


# ---- rules made weaker ----

def read_rules():
    """{id: its lines}"""
    rules, lines = {}, []
    with open(RULES) as file:
        for line in file:
            if line.startswith("- id: "):
                lines = rules.setdefault(line[6:].strip(), [])
            if lines or line.startswith("- id: "):
                if line.strip() and not line.startswith("#"):
                    lines.append(line)
    return rules


def sections(lines):
    """{key: (first line, line after the last)}"""
    begins = [i for i, line in enumerate(lines) if re.match(r"(- |  )[a-z]", line)]
    return {re.match(r"(?:- |  )([a-z_]+)", lines[begin]).group(1): (begin, end)
            for begin, end in zip(begins, begins[1:] + [len(lines)])}


def without_condition(lines, begin, end):
    """Of a mapping in lines: a condition less, each."""
    starts = [i for i in range(begin + 1, end) if re.match(r"    (- |  )?[a-z]", lines[i])]
    for start, after in zip(starts, starts[1:] + [end]):
        rest, next_line = lines[start][:6], lines[after] if after < end else ""
        if rest.startswith("    - ") and not next_line.startswith("      "):
            continue  # the only one
        if len(starts) == 1:
            continue
        kept = lines[:start] + lines[after:]
        if rest.startswith("    - "):
            kept[start] = "    - " + kept[start].lstrip()
        yield lines[start].strip(" -\n"), kept


def without_flow_condition(lines, begin, end):
    """The same of steps, a mapping in braces each."""
    for i in range(begin + 1, end):
        inside = re.match(r"    - \{(.*)\}$", lines[i].rstrip()).group(1)
        conditions = re.split(r", (?=[a-z.A-Z]+: )", inside)
        # of a condition's own mapping, the comma is no end
        whole = []
        for condition in conditions:
            if whole and whole[-1].count("{") > whole[-1].count("}"):
                whole[-1] += ", " + condition
            else:
                whole.append(condition)
        for condition in whole if len(whole) > 1 else []:
            kept = [other for other in whole if other is not condition]
            yield condition, lines[:i] + ["    - {%s}\n" % ", ".join(kept)] + lines[i + 1:]


def weaker(lines):
    """(what was done, the rule)"""
    parts = sections(lines)
    if "when" in parts:
        yield from without_condition(lines, *parts["when"])
    if "sequence" in parts:
        yield from without_flow_condition(lines, *parts["sequence"])
        begin, end = parts["sequence"]
        if end - begin > 3:
            yield "a step", lines[:begin + 1] + lines[begin + 2:]
    if "except" in parts:
        begin, end = parts["except"]
        yield "except", lines[:begin] + lines[end:]
        for what, kept in without_condition(lines, begin, end):
            if not what.startswith("reason:"):
                yield "except " + what, kept
    if "count" in parts:
        at = parts["count"][0]
        count = int(lines[at].split(":")[1])
        yield "count", lines[:at] + ["  count: %d\n" % max(2, count // 2)] + lines[at + 1:]
    if "concurrent" in parts:
        at = parts["concurrent"][0]
        yield "concurrent", lines[:at] + lines[at + 1:]


# ---- tests ----

# What ordinary software sets all the time, and of which a rule asks for an odd value.
UNGUARDED = {"SO_SNDBUF", "SO_RCVBUF"}


def programs(calls, word):
    """{(rule, step, who): (process, what came of it)}"""
    return {tuple(comment[1:4]): (int(comment[4]), comment[5].strip())
            for comment in calls.comments if comment and comment[0] == word}


def patterns_test(calls, raised):
    """What tests/live/patterns.tab says, of the calls as they were recorded."""
    made = programs(calls, "made")
    found = collections.defaultdict(set)
    for rule, processes in raised.items():
        for process in processes:
            found[process].add(rule)
    rows = audit.read_table()
    for row in rows:
        for who, (result, wanted) in row.cells.items():
            process, came = made.get((row.rule, row.step, who), (0, "nothing: make record-patterns"))
            assert came == result, "%s %s %s: %s came of it" % (row.rule, row.step, who, came)
            assert found[process] == wanted, "%s %s by %s raised %s, not %s" % (
                row.rule, row.step, who, sorted(found[process]), sorted(wanted))
    return len(rows)


def variants_test(variants, raised):
    wrong = ["%s, %s: %sraised" % (rule, what, "not " * is_raised)
             for what, rule, process, is_raised in variants.wanted
             if (process in raised[rule]) != is_raised]
    assert not wrong, "\n".join(wrong)
    return len(variants.wanted)


def removed_test(judge, base, rules):
    """With half of the rules removed the others say what they said, and those say nothing."""
    names = sorted(rules)
    for half in (0, 1):
        found = judge.raised("".join("- {id: %s, enabled: false}\n" % rule for rule in names[half::2]))
        wanted = {rule: base[rule] for rule in names[1 - half::2]}
        assert dict(found) == wanted, "raised %s, not %s" % (sorted(found), sorted(wanted))
        assert all(wanted.values()), "raised by nobody: %s" % [rule for rule in wanted if not wanted[rule]]
    return len(names)


def weaker_test(judge, base, rules):
    """A rule without one of its conditions is raised by other programs: each is needed."""
    left = {rule: list(weaker(lines)) for rule, lines in rules.items()}
    idle, tried = set(), 0
    while any(left.values()):
        now = {rule: changes.pop() for rule, changes in left.items() if changes}
        found = judge.raised("".join("".join(lines) for _, lines in now.values()))
        for rule, (what, _) in now.items():
            tried += 1
            if found[rule] == base[rule]:
                idle.add((rule, what))
    assert idle == IDLE, "of no effect:\n%s\nof effect: %s" % (
        "\n".join(map(str, sorted(idle - IDLE))), sorted(IDLE - idle))
    return tried


def guarded_test(tool, judge):
    """What a rule is alarmed by is kept from being pushed out by floods: the catalogue says so."""
    listed = subprocess.run([tool, "--list-options", "-o", "json"], stdout=subprocess.PIPE, check=True)
    options = [json.loads(line) for line in listed.stdout.splitlines()]
    guarded = {(row["level"], row["optname"]) for row in options if row["capability"] or row["highRisk"]}
    alarming = [(record, finding["rule"]) for record in judge.records()
                for finding in record["findings"] if finding["severity"] != "low"]
    left_out = {(record["args"][2]["value"], rule) for record, rule in alarming
                if (record["sockopt"]["level"], record["sockopt"]["optname"]) not in guarded
                and record["args"][2]["value"] not in UNGUARDED}
    assert alarming and not left_out, "neither CAP nor RISK in the catalogue: %s" % sorted(left_out)
    return len({rule for _, rule in alarming})


def read_tables():
    """Of docs/QUIET.md: {its name: its rows, without the head}"""
    with open(QUIET) as file:
        text = file.read()
    return {name: [[cell.strip() for cell in line.strip("|").split("|")] for line in rows.splitlines()[2:]]
            for name, rows in re.findall(r"<!-- ([a-z]+) -->\n(.*?)<!-- end -->", text, flags=re.S)}


def what_was_raised(records):
    """(severity, rule, program, option)"""
    return {(finding["severity"], finding["rule"], record["executable"]["path"], record["args"][2]["value"])
            for record in records for finding in record["findings"]}


def quiet_test(judge, rules):
    """Nothing above low; and without the exceptions what they are there for."""
    tables = read_tables()
    low = {("low", *row) for row in tables["low"]}
    found = what_was_raised(judge.records())
    loud = {row for row in found if row[0] != "low"}
    assert not loud, "above low: %s" % sorted(loud)
    assert found == low, "more than in docs/QUIET.md: %s, less: %s" % (sorted(found - low), sorted(low - found))
    parts = {rule: sections(lines).get("except") for rule, lines in rules.items()}
    bare = "".join("".join(lines[:parts[rule][0]] + lines[parts[rule][1]:])
                   for rule, lines in rules.items() if parts[rule])
    found, wanted = what_was_raised(judge.records(bare)), low | {tuple(row) for row in tables["hushed"]}
    assert found == wanted, "without exceptions, more: %s, less: %s" % (
        sorted(found - wanted), sorted(wanted - found))
    assert len(low) >= 5 and len(wanted) >= 20, "%d and %d" % (len(low), len(wanted))
    return len(wanted)


def main(tool, calls_program):
    failed = passed = 0
    rules = read_rules()
    calls = Calls("patterns.calls")
    table = {(row.rule, row.step): row for row in audit.read_table()}
    variants = Variants(calls, {key: str(process) for key, (process, _) in programs(calls, "made").items()})
    add_near(variants)
    add_excepted(variants, rules, table)
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(tool, calls_program, calls.text(), folder)
        raised = judge.raised()
        quiet = Judge(tool, calls_program, Calls("quiet.calls").text(), os.path.join(folder, "quiet"))
        for test in (lambda: quiet_test(quiet, rules), lambda: patterns_test(calls, raised),
                     lambda: variants_test(variants, raised), lambda: guarded_test(tool, judge),
                     lambda: removed_test(judge, raised, rules),
                     lambda: weaker_test(judge, raised, rules)):
            try:
                passed += test()
            except AssertionError as error:
                failed += 1
                print("FAILED replay: %s" % error)
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sys.exit(main(*sys.argv[1:]))
