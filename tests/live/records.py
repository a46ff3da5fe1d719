# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Compares the tracer's JSON with what a case program said must come out."""

import json
import re
import struct

# linux/socket.h, linux/net.h, linux/in.h, net/tcp_states.h: written down apart from the tool's own.
FAMILIES = {1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET",
            38: "AF_ALG"}
TYPES = {1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 5: "SOCK_SEQPACKET"}
INET_PROTOCOLS = {0: "IPPROTO_IP", 1: "IPPROTO_ICMP", 6: "IPPROTO_TCP", 17: "IPPROTO_UDP"}
STATES = {1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 7: "CLOSE", 10: "LISTEN"}
# capability.h, in order
CAPABILITIES = """CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP
LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE
SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG
WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE""".split()

# Where in the record the short names of a case's expectation are.
PATHS = {
    "ret": "returnValue", "pid": "processId", "tid": "threadId", "ppid": "parentProcessId",
    "mntNs": "mountNamespace", "pidNs": "pidNamespace", "compat": "contextFlags.isCompat",
    "abi": "sockopt.abi", "flags": "sockopt.flags", "type": "sockopt.optval.type",
    "value": "sockopt.optval.value", "text": "sockopt.optval.text",
    "bytes": "sockopt.optval.bytes", "source": "sockopt.optval.source",
    "captured": "sockopt.optval.captured", "effective": "sockopt.optval.effective", "state": "socket.state",
    "userNs": "credentials.userNamespace.inode", "userNsLevel": "credentials.userNamespace.level",
    "userNsOwner": "credentials.userNamespace.ownerUid", "uid": "credentials.uid",
    "euid": "credentials.euid", "gid": "credentials.gid", "egid": "credentials.egid",
    "caps": "credentials.capEffective", "noNewPrivs": "credentials.noNewPrivs", "taskIsContext": "sockopt.taskIsContext",
    "heldCap": "privilege.held", "verdict": "privilege.verdict",
    "checksMore": "privilege.checksMore", "disagreement": "privilege.disagreement", "loginUid": "credentials.loginUid", "seccomp": "credentials.seccomp",
    "overridden": "credentials.overridden", "realUid": "credentials.realUid",
    "userNsAncestor": "credentials.userNamespace.ancestorOwnerUid",
    "netNsOwner": "socket.netNamespaceOwner", "foreignNetNs": "socket.foreignNetNamespace",
    "exeInode": "process.executableInode", "exeDevice": "process.executableDevice",
    "parentName": "process.parentName",
    "rewritten": "sockopt.rewritten", "changedBytes": "sockopt.changed.bytes", "comm": "processName", "exe": "executable.path", "host": "hostName",
}
# Those that are made of several.
CAPABILITY_SETS = {"capEff": "capEffective", "capPrm": "capPermitted", "capAmb": "capAmbient"}
IDS = {"uids": ("uid", "euid", "suid", "fsuid"), "gids": ("gid", "egid", "sgid", "fsgid")}


def load_all(path):
    """The records of a file by eventName. Raises ValueError on anything that is no JSON."""
    found = {"setsockopt": [], "lost": [], "leftOut": [], "probe": []}
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line.decode("utf-8"))
            except ValueError as error:
                raise ValueError("%s line %d: %s: %r" % (path, number, error, line[:200]))
            found[record["eventName"]].append(record)
    return found


def load(path):
    found = load_all(path)
    return found["setsockopt"], found["lost"]


def lost_total(lost):
    return sum(sum(number for number in record["lost"].values() if isinstance(number, int))
               for record in lost)


OPTIONAL = ("rewritten", "changed")  # keys that a record has only where they say something


def find(record, path):
    for key in path.split("."):
        if record is not None:
            record = record.get(key) if key in OPTIONAL else record[key]
    return record


def as_text(hexed):
    return bytes.fromhex(hexed).decode("utf-8", "replace")


def expected_socket(socket):
    if socket is None:
        return None
    wanted = {"family": FAMILIES[socket["family"]], "type": TYPES[socket["type"]],
              "inode": socket["inode"]}
    if socket["family"] in (2, 10):
        wanted["protocol"] = INET_PROTOCOLS[socket["protocol"]]
    if "state" in socket:
        wanted["state"] = STATES[socket["state"]]
    for key in ("local", "remote"):
        if key in socket:
            wanted[key] = socket[key]
    return wanted


def held(effective, hexed):
    """The bytes that getsockopt gives of such a state, as many as it gave."""
    if isinstance(effective, dict):
        data = struct.pack("=2i" if "l_onoff" in effective else "=2q", *effective.values())
    elif isinstance(effective, str):
        data = effective.encode().ljust(len(hexed) // 2, b"\0")
    elif effective is None:
        return None
    else:
        data = struct.pack("=I", effective & 0xffffffff)
    return data.hex()


def checks_of(record):
    """As a case writes them; None where they were not looked at."""
    checks = record["privilege"]["checks"]
    return checks if not checks else [[check[key] for key in ("capability", "granted", "level", "userNamespace",
                                               "audited")] for check in checks]


def compare(expected, record):
    """What differs, one sentence each."""
    problems = []

    def check(what, wanted, got):
        if wanted != got or type(wanted) is not type(got):
            problems.append("%s: wanted %r, got %r" % (what, wanted, got))

    fd, level, optname, optval, optlen = expected["args"]
    args = {arg["name"]: arg["value"] for arg in record["args"]}
    check("sockfd", fd, args["sockfd"])
    check("level", level, record["sockopt"]["level"])
    check("optname", optname, record["sockopt"]["optname"])
    if optval is None:  # a BPF program's: somewhere in the kernel's half
        check("optval", True, int(args["optval"], 16) >= 1 << 63)
    else:
        check("optval", "0x%x" % optval, args["optval"])
    check("optlen", optlen, args["optlen"])
    for key, wanted in expected.items():
        if key in ("args", "netNs"):
            continue
        if key in ("level", "optname"):
            check(key, wanted, args[key])
        elif key == "socket":
            wanted, got = expected_socket(wanted), record["socket"]
            if wanted is not None and got is not None:
                got = {part: got[part] for part in wanted}
            check(key, wanted, got)
        elif key == "held":
            check(key, wanted, held(find(record, PATHS["effective"]), wanted))
        elif key in CAPABILITY_SETS:
            bits = int(wanted, 16)
            names = ["CAP_" + name for bit, name in enumerate(CAPABILITIES) if bits >> bit & 1]
            check(key, names, record["credentials"][CAPABILITY_SETS[key]])
        elif key in IDS:
            check(key, wanted, [record["credentials"][name] for name in IDS[key]])
        elif key == "checks":
            check(key, wanted, checks_of(record))
        elif key == "assumed":
            check(key, wanted, record["sockopt"].get(key, False))
        else:
            if key in ("comm", "exe", "host", "parentName"):
                wanted = as_text(wanted)
            elif key == "noNewPrivs":
                wanted = bool(wanted)
            check(key, wanted, find(record, PATHS[key]))
    if expected["bytes"] is not None and "captured" not in expected:
        check("captured", len(expected["bytes"]) // 2, find(record, PATHS["captured"]))
    if expected.get("socket"):
        check("netNs", expected["netNs"], record["socket"]["netNamespace"])
    return problems


def compare_all(expected, records):
    """Problems of a whole case: one record a call, in the order of the calls."""
    problems = []
    if len(expected) != len(records):
        problems.append("%d calls were made, %d records came out" % (len(expected), len(records)))
    for number, (wanted, record) in enumerate(zip(expected, records), 1):
        problems += ["call %d: %s" % (number, problem) for problem in compare(wanted, record)]
        if record["threadStartTime"] > record["timestamp"]:
            problems.append("call %d: the thread started after its call" % number)
        if record["sockopt"]["durationNs"] == 0:
            problems.append("call %d: took no time" % number)
    times = [record["timestamp"] + (record["sockopt"]["durationNs"] or 0) for record in records]
    if times != sorted(times):
        problems.append("the records are not in the order of the returns")
    return problems


INITIAL_USER_NS = 4026531837
VARYING = ("timestamp", "threadStartTime", "processorId", "processId", "threadId",
           "parentProcessId", "hostProcessId", "hostThreadId", "hostParentProcessId",
           "threadEntityId", "processEntityId", "parentEntityId")


def normalised(record, fleeting_cgroup=False):
    """The record without what differs from run to run, to be the same under every attachment."""
    copy = json.loads(json.dumps(record))
    if fleeting_cgroup:
        for key in ("cgroupId", "containerId", "container", "kubernetes"):
            copy[key] = None
        copy["contextFlags"]["containerStarted"] = None
    for key in VARYING:
        copy[key] = copy[key] is None
    for arg in copy["args"]:
        if arg["name"] == "optval":
            arg["value"] = arg["value"] == "0x0"
    copy["sockopt"]["durationNs"] = copy["sockopt"]["attach"] = None
    if copy["sockopt"]["optval"]["type"] == "struct sock_fprog":
        copy["sockopt"]["optval"]["bytes"] = None  # a pointer, and padding
    value = copy["sockopt"]["optval"]["value"]
    if type(value) is dict and value.get("prog_id"):
        value["prog_id"] = True
        copy["sockopt"]["optval"]["text"] = None  # the id is in it
    if copy["sockopt"]["optval"]["text"]:
        copy["sockopt"]["optval"]["text"] = re.sub("0x[0-9a-f]{8,}", "0x",
                                                   copy["sockopt"]["optval"]["text"])
    if copy["socket"]:
        copy["socket"]["inode"] = copy["socket"]["netNamespace"] = None
        if copy["socket"]["netNamespaceOwner"]:
            copy["socket"]["netNamespaceOwner"]["inode"] = None
        for key in ("local", "remote"):
            if copy["socket"][key]:
                copy["socket"][key] = re.sub(":[1-9][0-9]*$", ":N", copy["socket"][key])
    for key in ("mountNamespace", "pidNamespace"):
        copy[key] = None
    copy["credentials"]["userNamespace"]["inode"] = None
    copy["privilege"]["source"] = None  # which hook, the attachment decides
    for check in copy["privilege"]["checks"] or ():
        check["userNamespace"] = check["userNamespace"] == INITIAL_USER_NS
    copy["process"]["executableInode"] = None  # a case may make its program
    return copy
