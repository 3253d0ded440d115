"""A file as hospitals send it → packages: GIAMDINHHS with its HOSO, or a check-in file (XML0).

Damage of the envelope itself is a Problem (SSK-20xx). Damage of one HOSO is that HOSO's findings; its neighbours are
read. docs/formats/qd130.md describes both files.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Literal

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130 import guard, shape
from sosuckhoe.exchange.xml130.findings import found
from sosuckhoe.exchange.xml130.format import CHECK_IN, READINGS, TABLES
from sosuckhoe.exchange.xml130.guard import DEFAULT, Limits
from sosuckhoe.exchange.xml130.package import Envelope, Finding, Package, Row
from sosuckhoe.exchange.xml130.shape import SIGNATURE, Damage, Remark

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ENVELOPE_ROOT = "GIAMDINHHS"
CHECK_IN_ROOT = TABLES[CHECK_IN].root
_UNIT, _RECORDS, _LIST = "THONGTINDONVI", "THONGTINHOSO", "DANHSACHHOSO"
_LONGEST_TABLE_NAME = 20
_LONGEST_CODE: int = READINGS["longest_code"]
_RULE_OF_PROBLEM = {
    "SSK-2001": "file-not-xml",
    "SSK-2002": "file-doctype",
    "SSK-2003": "file-encoding",
    "SSK-2004": "file-encoding",
    "SSK-2005": "file-too-large",
    "SSK-2006": "file-too-large",
    "SSK-2007": "table-nested",
    "SSK-2011": "file-attributes",
}
"""A Problem of one table's file, as the rule of a finding."""


def kind_of(data: bytes) -> Literal["envelope", "check_in"]:
    """Which of the two files this is, by its root element. Problem SSK-2008 for anything else."""
    name = guard.first_element(data)
    if name == ENVELOPE_ROOT:
        return "envelope"
    if name == CHECK_IN_ROOT:
        return "check_in"
    raise Problem("SSK-2008")


def read_envelope(data: bytes, limits: Limits = DEFAULT) -> Envelope:
    """The packages of a GIAMDINHHS file. Problem SSK-2001 to 2011 where the envelope cannot be read."""
    root = _root(data, ENVELOPE_ROOT, limits)
    remarks = _remarks_on_root(root, limits)
    records = _only(root, _RECORDS)
    envelope = Envelope(
        facility=_text(_only(root, _UNIT), "MACSKCB", needed=True),
        made_on=_text(records, "NGAYLAP"),
        remarks=remarks,
        signed=_is_signed(root),
    )
    budget = _Budget(limits)
    listed = _only(records, _LIST)
    if len(listed) > limits.files:
        raise Problem("SSK-2006", limit=limits.files)
    for record in listed:
        if record.tag == "HOSO":
            _add_record(envelope, record, budget)
        else:
            remarks.append(_remarked("", Remark("element-unknown", "unknown", 0, _short(record.tag))))
    if not envelope.packages:
        raise Problem("SSK-2009", element=f"{_LIST}/HOSO")
    _compare_count(envelope, _text(records, "SOLUONGHOSO"))
    return envelope


def read_check_in(data: bytes, limits: Limits = DEFAULT) -> Envelope:
    """The rows of a check-in file, each as a package of its own, since each is another patient.

    The envelope's facility is the first row's; a row of another one is for `check` to refuse. `made_on` is empty.
    """
    root = _root(data, CHECK_IN_ROOT, limits)
    remarks = _remarks_on_root(root, limits)
    signed = _is_signed(root)
    for signature in root.findall(SIGNATURE):
        root.remove(signature)
    try:
        read = shape.rows_of(root, TABLES[CHECK_IN], limits)
    except Damage as damage:
        raise Problem("SSK-2014", row=damage.row, element=damage.field or CHECK_IN_ROOT) from None
    facility = next((code for row in read.rows if (code := row.get("MA_CSKCB", "").strip())), "")
    if not facility:
        raise Problem("SSK-2009", element="MA_CSKCB")
    if len(facility) > _LONGEST_CODE:
        raise Problem("SSK-2015", element="MA_CSKCB", limit=_LONGEST_CODE)
    packages: list[Package | None] = [Package(facility, {CHECK_IN: [row]}) for row in read.rows]
    findings: list[list[Finding]] = [[] for _ in read.rows]
    for remark in read.remarks:
        place = findings[remark.row - 1] if remark.row else remarks
        place.append(_remarked(CHECK_IN, remark._replace(row=min(remark.row, 1))))
    visits = [_known_as(package) for package in packages if package]
    return Envelope(facility, "", packages, findings, visits, remarks, signed)


class _Budget:
    """What is left of the files and elements that all tables of an envelope may have together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.elements = limits.all_elements
        self.files = limits.files

    def spend(self, data: bytes) -> None:
        self.elements -= data.count(b"<")
        self.files -= 1
        if self.elements < 0:
            raise Problem("SSK-2006", limit=self.limits.all_elements)
        if self.files < 0:
            raise Problem("SSK-2006", limit=self.limits.files)


def _root(data: bytes, name: str, limits: Limits) -> Element:
    root = guard.parse(data, limits.envelope_bytes, limits)
    guard.demand_depth(root, limits)
    if guard.local(root.tag) != name:
        raise Problem("SSK-2008")
    return root


def _remarks_on_root(root: Element, limits: Limits) -> list[Finding]:
    """What is noted of the envelope: attributes, strangers, namespaces (taken off, except within signatures)."""
    remarks = []
    signatures = [child for child in root if guard.local(child.tag) == SIGNATURE]
    for signature in signatures:
        root.remove(signature)
    if guard.attributes_of(root, limits):
        remarks.append(Remark("attributes", "attribute"))
    if guard.without_namespaces(root):
        remarks.append(Remark("namespaces", "namespace"))
    strangers = [child for child in root if child.tag not in (_UNIT, _RECORDS)] if root.tag == ENVELOPE_ROOT else []
    remarks += [Remark("element-unknown", "unknown", 0, _short(child.tag)) for child in strangers]
    for signature in signatures:
        signature.tag = SIGNATURE
        root.append(signature)
    return [_remarked("", remark) for remark in remarks]


def _only(parent: Element, name: str) -> Element:
    children = parent.findall(name)
    if not children:
        raise Problem("SSK-2009", element=f"{parent.tag}/{name}")
    if len(children) > 1:
        raise Problem("SSK-2010", element=f"{parent.tag}/{name}")
    return children[0]


def _text(parent: Element, name: str, *, needed: bool = False) -> str:
    """The text of an element without the spaces around it; '' where it is absent."""
    children = parent.findall(name)
    if len(children) > 1:
        raise Problem("SSK-2010", element=f"{parent.tag}/{name}")
    text = (children[0].text or "").strip() if children else ""
    if needed and not text:
        raise Problem("SSK-2009", element=f"{parent.tag}/{name}")
    if len(text) > _LONGEST_CODE:
        raise Problem("SSK-2015", element=f"{parent.tag}/{name}", limit=_LONGEST_CODE)
    return text


def _is_signed(root: Element) -> bool:
    """Whether anything stands in CHUKYDONVI. Whether it is a signature is for `signature.verify`."""
    return any(len(element) or (element.text or "").strip() for element in root.findall(SIGNATURE))


def _compare_count(envelope: Envelope, written: str) -> None:
    if written and written != str(len(envelope.packages)):
        envelope.remarks.append(_remarked("", Remark("count-differs", "differs", 0, "SOLUONGHOSO")))


# ── one HOSO ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _add_record(envelope: Envelope, record: Element, budget: _Budget) -> None:
    package = Package(envelope.facility)
    findings: list[Finding] = []
    is_whole = True
    for file in record:
        if file.tag == "FILEHOSO":
            is_whole &= _add_file(package, file, findings, budget)
        else:
            findings.append(_remarked("", Remark("element-unknown", "unknown", 0, _short(file.tag))))
    if is_whole and not package.tables:
        is_whole = False
        findings.append(_damaged("", Damage("package-empty", "empty")))
    visit = _known_as(package)
    if visit and visit in envelope.visits:
        findings.append(_remarked("", Remark("visit-twice", "repeated", 0, "MA_LK")))
    envelope.packages.append(package if is_whole else None)
    envelope.findings.append(findings)
    envelope.visits.append(visit)


def _add_file(package: Package, file: Element, findings: list[Finding], budget: _Budget) -> bool:
    """Add the rows of one FILEHOSO; False where they could not be read."""
    name = _short((file.findtext("LOAIHOSO") or "").strip().upper())
    try:
        rows, remarks = _rows_of_file(package, name, file, budget)
    except Damage as damage:
        findings.append(_damaged(name, damage))
        return False
    if rows is not None:
        package.tables.setdefault(name, []).extend(rows)
    findings.extend(_remarked(name, remark) for remark in remarks)
    return True


def _rows_of_file(package: Package, name: str, file: Element, budget: _Budget) -> tuple[list[Row] | None, list[Remark]]:
    """The rows of a FILEHOSO, None where it has no content, and what is to be noted."""
    contents = file.findall("NOIDUNGFILE")
    if not name or len(file.findall("LOAIHOSO")) != 1 or len(contents) > 1:
        raise Damage("file-form", "repeated" if name else "empty")
    strangers = [child for child in file if child.tag not in ("LOAIHOSO", "NOIDUNGFILE")]
    remarks = [Remark("element-unknown", "unknown", 0, _short(child.tag)) for child in strangers]
    content = (contents[0].text or "").strip() if contents else ""
    if not content:
        return None, [*remarks, Remark("file-empty", "empty" if contents else "absent")]
    rows, more = _read_table(package, name, content, budget)
    return rows, remarks + more


def _read_table(package: Package, name: str, content: str, budget: _Budget) -> tuple[list[Row], list[Remark]]:
    limits = budget.limits
    data = _decode(content, limits)
    budget.spend(data)
    try:
        root = guard.parse(data, limits.table_bytes, limits)
        remarks = _remarks_on_table(data, root, limits)
    except Problem as problem:
        place = f"unreadable:{problem.places['line']}" if "line" in problem.places else "unreadable"
        raise Damage(_RULE_OF_PROBLEM[problem.number], place) from None
    read = shape.rows_of(root, TABLES.get(name), limits)
    if read.shape:
        if package.shapes.setdefault(name, read.shape) != read.shape:
            raise Damage("table-nested", "nested")
        remarks.append(Remark("table-unknown", "unknown"))
    return read.rows, remarks + read.remarks


def _remarks_on_table(data: bytes, root: Element, limits: Limits) -> list[Remark]:
    """Attributes and namespaces need an equals sign; most files have one only in their declaration."""
    remarks = []
    if b"=" in data[data.find(b"?>") + 1 :]:
        if guard.attributes_of(root, limits):
            remarks.append(Remark("attributes", "attribute"))
        if guard.without_namespaces(root):
            remarks.append(Remark("namespaces", "namespace"))
    return remarks


def _decode(content: str, limits: Limits) -> bytes:
    """Base64, strictly, after line ends and spaces are taken out."""
    if len(content) > limits.table_bytes * 2:
        raise Damage("file-too-large", "too long")
    try:
        return binascii.a2b_base64(content, strict_mode=True)
    except ValueError:
        pass
    try:
        return binascii.a2b_base64("".join(content.split()), strict_mode=True)
    except ValueError:
        raise Damage("file-not-base64", "not base64") from None


def _known_as(package: Package) -> str:
    """The visit's code, or '' where it is too long to be one (`check` refuses that package)."""
    return package.ma_lk if len(package.ma_lk) <= _LONGEST_CODE else ""


def _short(name: str) -> str:
    """A name that a stranger wrote, fit to stand in a finding; '' where it is not fit."""
    return name if name.isidentifier() and len(name) <= _LONGEST_TABLE_NAME else ""


def _remarked(table: str, remark: Remark) -> Finding:
    return found(table, remark.row, remark.field, remark.rule, remark.value_class)


def _damaged(table: str, damage: Damage) -> Finding:
    return found(table, damage.row, damage.field, damage.rule, damage.value_class)
