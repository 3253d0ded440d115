"""What a package must be as a whole: somebody's, of one visit, at one time; and how its tables must agree."""

from __future__ import annotations

from collections.abc import Iterator

from sosuckhoe.base.text import fold, nfc
from sosuckhoe.exchange.xml130.findings import found
from sosuckhoe.exchange.xml130.format import CHECK_IN, READINGS, SUMMARY, TABLES
from sosuckhoe.exchange.xml130.package import Finding, Package, Row
from sosuckhoe.exchange.xml130.row_rules import day, number

_WHO: tuple[str, ...] = tuple(READINGS["who"])
_NUMBERS_OF_SOMEBODY = ("SO_CCCD", "MA_THE_BHYT", "MA_BN")
_TOLERANCE: float = READINGS["tolerance"]
_AGREEING_TAGS = 2


def refusals(package: Package) -> Iterator[Finding]:
    """Why a package cannot be trusted, if it cannot."""
    base = SUMMARY if SUMMARY in package.tables or CHECK_IN not in package.tables else CHECK_IN
    rows = package.tables.get(base, [])
    if not package.facility.strip():
        yield found("", 0, "", "no-facility", "empty")
    if not rows:
        yield found("", 0, "", "no-summary", "absent")
        return
    if len(rows) > 1:
        yield found(base, 0, "", "several-summaries", "several")
    if not package.ma_lk:
        yield found(base, 1, "MA_LK", "no-visit-code", _emptiness(rows[0], "MA_LK"))
    yield from _about_summary(package, base, rows[0])
    for name, others in package.tables.items():
        if name != base:
            yield from _about_strangers(package, name, others)


def remarks(package: Package) -> Iterator[Finding]:
    """What is to be noted between the tables of a package."""
    for name, rows in package.tables.items():
        table = TABLES.get(name)
        if table and len(rows) > 1 and not table.repeats and name not in READINGS["one_file_a_row"] and name != SUMMARY:
            yield found(name, 0, "", "several-rows", "several")
        yield from _repeated_numbers(name, rows)
        yield from _copies(package, name, rows)
    if package.tables.get(SUMMARY):
        yield from _unexpected(package)
        yield from _days_of_treatment(package.summary)
        yield from _totals(package)


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _about_summary(package: Package, table: str, row: Row) -> Iterator[Finding]:
    facility = row.get("MA_CSKCB", "").strip()
    if facility and facility != (package.facility.strip() or facility):
        yield found(table, 1, "MA_CSKCB", "facility-differs", "differs")
    if not row.get("HO_TEN", "").strip() and not any(row.get(tag, "").strip() for tag in _NUMBERS_OF_SOMEBODY):
        yield found(table, 1, "HO_TEN", "nobody", _emptiness(row, "HO_TEN"))
    if day(row.get("NGAY_VAO", "")) is None and day(row.get("NGAY_RA", "")) is None:
        kind = "not a date" if row.get("NGAY_VAO", "").strip() else _emptiness(row, "NGAY_VAO")
        yield found(table, 1, "NGAY_VAO", "no-time", kind)


def _about_strangers(package: Package, name: str, rows: list[Row]) -> Iterator[Finding]:
    """Rows that say themselves that they are of another visit or of another person."""
    visit, summary = package.ma_lk, package.summary
    for place, row in enumerate(rows, 1):
        other = row.get("MA_LK", visit)
        if visit and other != visit and other.strip() not in ("", visit):
            yield found(name, place, "MA_LK", "visit-differs", "differs")
    if name in _TABLES_WITH_PERSONS:
        for place, row in enumerate(rows, 1):
            if _is_another_person(row, summary):
                yield found(name, place, "HO_TEN", "another-person", "differs")


_TABLES_WITH_PERSONS = frozenset(
    name for name, table in TABLES.items() if sum(tag in table.by_name for tag in _WHO) >= _AGREEING_TAGS
)


def _is_another_person(row: Row, summary: Row) -> bool:
    both = [tag for tag in _WHO if row.get(tag, "").strip() and summary.get(tag, "").strip()]
    return len(both) >= _AGREEING_TAGS and not any(_agree(tag, row[tag], summary[tag]) for tag in both)


def _agree(tag: str, one: str, other: str) -> bool:
    """Names without marks and spaces, births by their day, or by their year where the day is not known."""
    if tag == "HO_TEN":
        return fold(one) == fold(other)
    one, other = one.strip(), other.strip()
    if tag == "NGAY_SINH":
        length = 4 if "0000" in (one[4:8], other[4:8]) else 8
        return one[:length] == other[:length]
    return one.upper() == other.upper()


# ── noted ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _repeated_numbers(name: str, rows: list[Row]) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, row in enumerate(rows, 1):
        text = row.get("STT", "").strip()
        if text and text in seen:
            yield found(name, place, "STT", "row-number-repeated", "repeated")
        seen.add(text)


_COPIED = {
    name: tuple((field.name, field.summary_tag) for field in table.fields if field.summary_tag)
    for name, table in TABLES.items()
}


def _copies(package: Package, name: str, rows: list[Row]) -> Iterator[Finding]:
    """Fields that repeat XML1, where they are filled. What 3176 renamed may mean something else: not looked at."""
    pairs = _COPIED.get(name)
    if not pairs or not package.tables.get(SUMMARY):
        return
    summary = package.summary
    for place, row in enumerate(rows, 1):
        for tag, original in pairs:
            text = row.get(tag, "")
            if text and text != summary.get(original) and _plain(text) not in ("", _plain(summary.get(original, ""))):
                yield found(name, place, tag, "differs-from-summary", f"differs:{original}")


def _plain(text: str) -> str:
    return " ".join(nfc(text).split())


def _unexpected(package: Package) -> Iterator[Finding]:
    for name, (tag, codes) in READINGS["only_with"].items():
        code = package.summary.get(tag, "").strip()
        if package.tables.get(name) and code and not {code, code.zfill(2)} & set(codes):
            yield found(name, 0, "", "table-not-expected", f"not expected:{tag}")


def _days_of_treatment(row: Row) -> Iterator[Finding]:
    kinds = READINGS["days_of_treatment"]
    kind, written = row.get("MA_LOAI_KCB", "").strip().zfill(2), number(row.get("SO_NGAY_DTRI", ""))
    first, last = day(row.get("NGAY_VAO", "")), day(row.get("NGAY_RA", ""))
    if written is None:
        return
    if kind in kinds["none"] and written != 0:
        yield found(SUMMARY, 1, "SO_NGAY_DTRI", "days-differ", "differs:0")
    if kind in kinds["by_dates"] and first and last and written != (last - first).days + 1:
        yield found(SUMMARY, 1, "SO_NGAY_DTRI", "days-differ", "differs:NGAY_RA − NGAY_VAO + 1")


def _totals(package: Package) -> Iterator[Finding]:
    for total, entry in READINGS["totals"].items():
        written = number(package.summary.get(total, ""))
        if written is None:
            continue
        rows = [row for name in entry["tables"] for row in package.tables.get(name, ())]
        amounts = [number(row.get(entry["of"], "")) for row in rows if _counts(row, entry.get("where", {}))]
        counted = [amount for amount in amounts if amount is not None]
        if len(counted) == len(amounts) and abs(sum(counted) - written) > _TOLERANCE:
            limit = f"{' + '.join(entry['tables'])}: {entry['of']}"
            yield found(SUMMARY, 1, total, "total-differs", f"differs:{limit}")


def _counts(row: Row, where: dict[str, str]) -> bool:
    return all(
        bool(text) if wanted == "filled" else text == wanted
        for tag, wanted in where.items()
        for text in [row.get(tag, "").strip()]
    )


def _emptiness(row: Row, tag: str) -> str:
    return "empty" if tag in row else "absent"
