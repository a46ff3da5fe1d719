#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""usage: check_options.py FOLDER < LINES

Is what `--list-options -o json` prints the catalogue, whole and as the contract says? Each line
is compared, keys in their order and values, with what is made here of the .def files in FOLDER,
by a reader that has nothing in common with the tool. Exit status: 0 it is, 1 it is not.
"""

import json
import re
import sys

SPLIT = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*(?:\([^()]*\)[^()]*)*\)|,|[^",()]+')


def rows(folder, name, macro):
    """The arguments of every use of a macro, each a string."""
    with open(folder + "/" + name) as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    for use in re.finditer(r"^%s(\w*)\(((?:\"(?:[^\"\\]|\\.)*\"|[^\"])*?)\)$" % macro, text, re.M):
        words = [""]
        for piece in SPLIT.findall(" ".join(use[2].split())):
            if piece == ",":
                words.append("")
            else:
                words[-1] += piece
        yield [word.strip() for word in words]


def number(word):
    return None if word == "SOT_LEN_ANY" else int(word, 0)


def parts(words):
    """What stands in brackets behind each name: {"LEN": ["4", "16"], ...}."""
    found = {}
    for word in words:
        match = re.fullmatch(r"(\w+)(?:\((.*)\))?", word)
        inside = re.findall(r'\s*("(?:[^"\\]|\\.)*"|[^,]+)', match[2] or "")
        found[match[1]] = [part.strip() for part in inside]
    return found


def text(found, name, index=0):
    if name not in found or found[name][index] == "NULL":
        return None
    return found[name][index][1:-1].replace('\\"', '"')


def lengths(found, of_type, flags):
    least, most = of_type
    if "LEN" in found:
        least, most = (number(word) for word in found["LEN"])
    if "CHAR_OR_INT" in found:
        least, most = number(found["CHAR_OR_INT"][0]), 4
    if "GET_ONLY" in flags:
        return None, None
    return least, most if "REFUSES_LONGER" in flags else None


def families(found, level):
    names = found.get("FAMILIES") or level.get("FAMILIES", []) + level.get("WHOLE_FAMILY", [])
    return [{"45": "AF_MCTP"}.get(name, name) for name in names] or ["*"]


def expected(folder):
    types = {row[0]: (row[1][1:-1], (number(row[2]), number(row[3])))
             for row in rows(folder, "value_types.def", "VALUE_TYPE") if row[0] != "_id"}
    levels = {row[0]: (int(row[1], 0), parts(row[2:])) for row in rows(folder, "levels.def", "LEVEL")}
    for words in rows(folder, "sockopts.def", "OPTION"):
        level, name, optname, kind = words[:4]
        found = parts(words[4:])
        flags = " ".join(found.get("FLAGS", [])).split(" | ")
        type_name, type_lengths = types[kind]
        least, most = lengths(found, type_lengths, flags)
        caps = found["CAP"][1].split(" | ") if "CAP" in found else []
        yield {"level": levels[level][0], "levelName": level, "optname": int(optname, 0),
               "name": name, "families": families(found, levels[level][1]), "type": type_name,
               "minLen": least, "maxLen": most,
               "capability": "|".join("CAP_" + cap for cap in caps) or None,
               "capabilityWhen": text(found, "CAP", 2),
               "capabilityScope": found["CAP"][0].lower() if caps else None,
               "since": text(found, "SINCE"), "until": text(found, "UNTIL"),
               "secret": "SECRET" in flags, "highRisk": "RISK" in found, "doc": text(found, "DOC")}


def main():
    wanted = sorted(expected(sys.argv[1]), key=lambda row: (row["levelName"], row["optname"]))
    lines = [json.loads(line, object_pairs_hook=list) for line in sys.stdin]
    lines.sort(key=lambda pairs: (pairs[1][1], pairs[2][1]))
    problems = [] if len(wanted) == len(lines) and lines else \
        ["%d lines, %d rows" % (len(lines), len(wanted))]
    for row, pairs in zip(wanted, lines):
        # json's text, since True == 1 in Python
        if json.dumps(list(row.items())) != json.dumps(pairs):
            problems.append("%s:\n  wanted %s\n  is     %s" % (row["name"], list(row.items()), pairs))
    for problem in problems[:10]:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
