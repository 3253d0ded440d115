"""Words of this door: outcomes, channels, ages. Every text through gettext."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from sosuckhoe.doors.look.finding_words import Tag

CHILD_YEARS = 6
"""Below this age months are said as well, as on a child's papers (72 months)."""

_MONTHS = 12
_FULL_DATE, _YEAR = 10, 4


def outcome(word: str) -> Tag:
    """What came of a package."""
    return {
        "filed": Tag(gettext("Đã vào sổ"), "green"),
        "unchanged": Tag(gettext("Đã có, không đổi"), "grey"),
        "refused": Tag(gettext("Bị từ chối"), "red"),
    }[word]


def arrival_outcome(row: Any) -> Tag:
    """What came of an arrival, in one word."""
    if row.at is None:
        return Tag(gettext("Đang chờ"), "blue")
    if row.problem or row.refused:
        return Tag(
            gettext("Bị từ chối") if row.problem or row.refused == row.packages else gettext("Từ chối một phần"), "red"
        )
    if row.noted:
        return Tag(gettext("Có ghi chú"), "yellow")
    return Tag(gettext("Đã vào sổ"), "green")


def outcome_choices() -> dict[str, str]:
    """The filter's outcomes (`exchange.sent.OUTCOMES`) in words."""
    return {
        "waiting": gettext("Đang chờ"),
        "refused": gettext("Có hồ sơ bị từ chối"),
        "noted": gettext("Có ghi chú"),
        "filed": gettext("Có hồ sơ vào sổ"),
    }


def channel_choices() -> dict[str, str]:
    """The ways in (`exchange.sent.CHANNELS`) in words."""
    return {
        "gateway": gettext("Phần mềm bệnh viện gửi"),
        "upload": gettext("Tải lên ở trang này"),
        "import": gettext("Nạp từ thư mục"),
    }


def content_kind(kind: str) -> str:
    """What an arrival holds."""
    return {
        "records": gettext("Hồ sơ (XML1–XML15)"),
        "check-in": gettext("Người đến khám (XML0)"),
    }.get(kind, gettext("Không đọc được"))


def sex(gender: str) -> str:
    """A FHIR administrative gender in words."""
    return {"male": pgettext("sex", "Nam"), "female": pgettext("sex", "Nữ")}.get(gender, "")


def age(birth: str, on: date) -> str:
    """'45 tuổi', for small children '3 tuổi 2 tháng' or '8 tháng'; by the year alone when no more is known."""
    if len(birth) != _FULL_DATE:
        year = birth[:_YEAR]
        return _years(on.year - int(year)) if year.isdigit() else ""
    born = date.fromisoformat(birth)
    months = (on.year - born.year) * _MONTHS + on.month - born.month - (on.day < born.day)
    if months >= CHILD_YEARS * _MONTHS:
        return _years(months // _MONTHS)
    rest = ngettext("%d tháng", "%d tháng", months % _MONTHS) % (months % _MONTHS)
    return f"{_years(months // _MONTHS)} {rest}" if months >= _MONTHS else rest


def _years(number: int) -> str:
    return ngettext("%d tuổi", "%d tuổi", number) % number
