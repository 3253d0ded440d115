"""What a tag of QĐ 130 or QĐ 831 means, short enough to stand beside its value."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext

from sosuckhoe.base import facts
from sosuckhoe.exchange.qd831 import format as profiles
from sosuckhoe.exchange.xml130.format import DATA

LONGEST = 90
_OPENING = re.compile(r"^(?:Là|Ghi|Mã hóa|Mã hoá)\s+", re.IGNORECASE)
_EXAM = re.compile(r"HOSOKHAMCHUABENH#(\d+)/")
_END = re.compile(r"[.;:(\n]| - |, (?:gồm|trong đó|ghi|tối đa)")


@cache
def _tables() -> dict[str, tuple[str, dict[str, str]]]:
    """Table → its name, and tag → label."""
    known = facts.read_json(DATA / "fields.json")
    return {
        name: (table["name"], {field["name"]: _short(field.get("meaning", "")) for field in table["fields"]})
        for name, table in known.items()
        if not name.startswith("_")
    }


def table_heading(name: str) -> str:
    """A table's name and what it holds; of a health profile, whose names are long paths, what it holds alone."""
    if profile := profiles.TABLES.get(profiles.plain(name)):
        nth = _EXAM.search(name)
        return gettext("%(table)s, lần khám %(nth)s") % {"table": profile.vi, "nth": nth[1]} if nth else profile.vi
    title = _tables().get(name, ("", {}))[0]
    return f"{name} – {title}" if title else name


def field_label(table: str, tag: str) -> str:
    """What a field holds, in a few words; '' for a tag that the decision does not know."""
    if profile := profiles.TABLES.get(profiles.plain(table)):
        return profile.fields[tag].vi if tag in profile.fields else ""
    return _tables().get(table, ("", {}))[1].get(tag, "")


def _short(meaning: str) -> str:
    """The first clause: 'Là họ và tên của người bệnh. - Lưu ý: …' → 'Họ và tên của người bệnh'."""
    clause = _END.split(_OPENING.sub("", meaning.strip()), maxsplit=1)[0].strip(' ,“”"')
    if len(clause) > LONGEST:
        clause = f"{clause[:LONGEST].rpartition(' ')[0]} …"
    return clause[:1].upper() + clause[1:]
