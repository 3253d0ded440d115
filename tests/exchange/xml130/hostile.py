"""Files that mean harm, and what reading each of them costs. Run as a module it prints one JSON line a case.

Every case is a function that makes the bytes; its name says the attack. `python -m tests.exchange.xml130.hostile`.
"""

import json
import resource
import time
from base64 import b64encode
from pathlib import Path

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.guard import DEFAULT
from sosuckhoe.exchange.xml130.read import kind_of, read_check_in, read_envelope

MEGA = 1 << 20
SLOW = 1.0
"""Seconds of processor time after which a file is read once more: a machine that stalls holds up one run, not all."""

RUNS = 3
TOP = b"<GIAMDINHHS><THONGTINDONVI><MACSKCB>79001</MACSKCB></THONGTINDONVI><THONGTINHOSO><DANHSACHHOSO>"
END = b"</DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>"


def envelope(*tables, name=b"XML1"):
    """One HOSO for each table's file."""
    files = [
        b"<HOSO><FILEHOSO><LOAIHOSO>%s</LOAIHOSO><NOIDUNGFILE>%s</NOIDUNGFILE></FILEHOSO></HOSO>"
        % (name, b64encode(table))
        for table in tables
    ]
    return TOP + b"".join(files) + END


def row(inner):
    return b"<TONG_HOP><MA_LK>1</MA_LK>" + inner + b"</TONG_HOP>"


def nested(depth, tag=b"a"):
    return (b"<%s>" % tag) * depth + (b"</%s>" % tag) * depth


LAUGHS = b"<!DOCTYPE a [<!ENTITY l0 'ha'>%s]><GIAMDINHHS>&l20;</GIAMDINHHS>" % b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 21)
)
CASES = {
    "entities that laugh": lambda: LAUGHS,
    "entities that laugh in a table": lambda: envelope(LAUGHS.replace(b"GIAMDINHHS", b"TONG_HOP")),
    "entity of a file": lambda: (
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + TOP.replace(b"79001", b"&x;") + END
    ),
    "entity of a file in a table": lambda: envelope(b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>" + row(b"")),
    "parameter entity": lambda: b"<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///dev/zero'>%p;]><GIAMDINHHS/>",
    "doctype after two megabytes of comment": lambda: (
        b"<!--" + b"x" * 2 * MEGA + b"--><!DOCTYPE GIAMDINHHS>" + TOP + END
    ),
    "utf-16": lambda: (TOP + END).decode().encode("utf-16"),
    "utf-16 in a table": lambda: envelope(row(b"").decode().encode("utf-16-le")),
    "utf-7 declared": lambda: b"<?xml version='1.0' encoding='utf-7'?>+ADw-GIAMDINHHS+AD4-",
    "utf-7 undeclared": lambda: b"+ADw-GIAMDINHHS+AD4-",
    "utf-32": lambda: (TOP + END).decode().encode("utf-32"),
    "nul": lambda: TOP + b"\0" + END,
    "overlong utf-8": lambda: TOP.replace(b"79001", b"\xc0\xaf") + END,
    "nested a hundred thousand deep": lambda: TOP + nested(100_000) + END,
    "nested a hundred thousand deep in a table": lambda: envelope(row(nested(100_000))),
    "nested within limits of elements in a check-in": lambda: nested(100_000, b"CHI_TIEU_TRANG_THAI_KCB"),
    "never closed": lambda: b"<GIAMDINHHS>" + b"<a>" * 240_000,
    "six million elements": lambda: TOP + b"<a/>" * 6_000_000 + END,
    "as many elements as allowed": lambda: TOP + b"<HOSO/>" * (DEFAULT.elements - 20) + END,
    "two million elements in a table": lambda: envelope(row(b"<a/>" * 1_900_000)),
    "many tables, each as large as allowed": lambda: envelope(*[row(b"<a/>" * 249_000)] * 20),
    "many tables, each as large as allowed, of good rows": lambda: envelope(
        *[b"<C><D>" + b"<R><STT>123456</STT><MA_LK>LK%d</MA_LK></R>" * 40_000 + b"</D></C>"] * 8, name=b"XML2"
    ),
    "many records": lambda: TOP + b"<HOSO/>" * (DEFAULT.files) + END,
    "many small tables": lambda: envelope(*[b"<a/>"] * 30_000),
    "a megabyte too many": lambda: TOP + b" " * (DEFAULT.envelope_bytes + MEGA) + END,
    "one text of all bytes": lambda: TOP + b"x" * (DEFAULT.envelope_bytes - 500) + END,
    "one name of all bytes": lambda: b"<" + b"x" * (DEFAULT.envelope_bytes - 500) + b"/>",
    "one attribute of all bytes": lambda: b"<GIAMDINHHS a='" + b"x" * (DEFAULT.envelope_bytes - 500) + b"'/>",
    "a million attributes": lambda: b"<GIAMDINHHS " + b"".join(b"a%d='' " % n for n in range(1_100_000)) + b"/>",
    "as many attributes as allowed": lambda: b"<GIAMDINHHS " + b"".join(b"a%d='' " % n for n in range(99_000)) + b"/>",
    "as many namespaces as allowed": lambda: (
        b"<GIAMDINHHS " + b"".join(b"xmlns:a%d='u%d' " % (n, n) for n in range(60_000)) + b"/>"
    ),
    "namespaces anew at each element": lambda: TOP + b"".join(b"<a xmlns='u%d'/>" % n for n in range(200_000)) + END,
    "one attribute of all bytes in a table": lambda: envelope(b"<TONG_HOP a='%s'/>" % (b"x" * 7 * 1_000_000)),
    "one text of all bytes in a table": lambda: envelope(row(b"<GHI_CHU>%s</GHI_CHU>" % (b"x" * 7 * 1_000_000))),
    "twenty-four million line ends": lambda: TOP + b"\n" * 23 * MEGA + END,
    "twenty-four million carriage returns": lambda: TOP + b"\r" * 23 * MEGA + END,
    "five million references": lambda: TOP + b"&lt;" * 5 * MEGA + END,
    "references in a table": lambda: envelope(row(b"<GHI_CHU>%s</GHI_CHU>" % (b"&#9;" * 2_000_000))),
    "as many line ends as allowed in a table": lambda: envelope(row(b"<GHI_CHU>%s</GHI_CHU>" % (b"\n" * 990_000))),
    "cdata sections": lambda: envelope(row(b"<GHI_CHU>%s</GHI_CHU>" % (b"<![CDATA[x]]>" * 600_000))),
    "a comment of all bytes": lambda: b"<!--" + b"-x" * (DEFAULT.envelope_bytes // 2 - 300) + b"-->" + TOP + END,
    "instructions before no element": lambda: b"<??>" * 2000,
    "comments before no element": lambda: b"<!---->" * 1100,
    "a comment never closed": lambda: b"<GIAMDINHHS><!--" + b"x" * (DEFAULT.envelope_bytes - 500),
    "base64 of all bytes": lambda: envelope(b"\xff" * 17 * MEGA),
    "base64 within base64": lambda: envelope(b64encode(b64encode(row(b"") * 100_000))),
    "base64 that is not": lambda: envelope(b"").replace(b"<NOIDUNGFILE>", b"<NOIDUNGFILE>" + b"*" * 23 * MEGA),
    "the same tag a hundred thousand times": lambda: envelope(row(b"<GHI_CHU>a</GHI_CHU>" * 100_000)),
    "a hundred thousand tags": lambda: envelope(row(b"".join(b"<t%d/>" % n for n in range(100_000)))),
    "a tag of a megabyte": lambda: envelope(row(b"<%s/>" % (b"x" * MEGA))),
    "broken at the very end": lambda: TOP + b" " * (DEFAULT.envelope_bytes - 500) + b"</b>",
    "not utf-8 at the very end": lambda: TOP + b" " * (DEFAULT.envelope_bytes - 500) + b"\xff" + END,
}


def outcome(data):
    """What comes of a file: the number of a Problem, or the rules by which its records are refused, or 'read'."""
    try:
        read = (read_check_in if kind_of(data) == "check_in" else read_envelope)(data)
    except Problem as problem:
        return problem.number if problem.vi and problem.en else "said nothing"
    refused = {f.rule for findings in read.findings for f in findings if f.level == "refused"}
    return ", ".join(sorted(refused)) or "read"


def measure(name):
    data = CASES[name]()
    _forget_peak()
    seconds = []
    while len(seconds) < RUNS and (not seconds or seconds[-1] > SLOW):
        start = time.process_time()
        came = outcome(data)
        seconds.append(time.process_time() - start)
    return {"case": name, "outcome": came, "seconds": round(min(seconds), 3), "megabytes": _peak()}


def _peak():
    """The most memory that this process has held, in megabytes, since `_forget_peak`; the file itself included."""
    return next(int(line.split()[1]) >> 10 for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))


def _forget_peak():
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))  # a fuse: the test looks at what was used
    for case in CASES:
        print(json.dumps(measure(case)), flush=True)
