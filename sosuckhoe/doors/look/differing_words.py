"""Where the register's word on a person differs from ours, in the reader's words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext, pgettext

from sosuckhoe.doors.look import dates
from sosuckhoe.exchange.bhxh.results import MISMATCH
from sosuckhoe.exchange.population.differing import NUMBER, OTHER, UNKNOWN
from sosuckhoe.exchange.population.resolve import CARDS
from sosuckhoe.identity.tickets import Ticket

_SHOWN = 3


class Differing(NamedTuple):
    """One field: what it is called, our word and the register's."""

    field: str
    ours: str
    theirs: str
    source: str


def fields(ticket: Ticket) -> list[Differing]:
    """Every field that differs, in the order in which people read them."""
    return [
        Differing(label, _told(name, ticket.ours[name]), _told(name, ticket.theirs[name]), ticket.source)
        for name, label in _labels().items()
        if name in ticket.ours
    ]


def names(ticket: Ticket) -> str:
    """The fields that differ: 'họ tên, ngày sinh'."""
    return ", ".join(label.lower() for name, label in _labels().items() if name in ticket.ours)


def is_of_number(ticket: Ticket) -> bool:
    """Whether the number itself is in doubt: then the register's word is nothing to take over."""
    return bool({NUMBER, *CARDS} & ticket.ours.keys())


def _labels() -> dict[str, str]:
    return {
        "name": gettext("Họ và tên"),
        "birth": gettext("Ngày sinh"),
        "sex": gettext("Giới tính"),
        "deceased": gettext("Ngày mất"),
        NUMBER: gettext("Số định danh cá nhân"),
        "bhyt": gettext("Thẻ bảo hiểm y tế"),
        "temp_child": gettext("Thẻ tạm của trẻ em"),
        "bhxh": gettext("Mã số bảo hiểm xã hội"),
    }


def _told(name: str, value: str) -> str:
    match name:
        case "birth":
            return dates.day(value)
        case "sex":
            return {"male": pgettext("sex", "Nam"), "female": pgettext("sex", "Nữ")}.get(value, "–")
        case "deceased":
            return dates.day(value) or gettext("chưa khai tử")
    if name not in {NUMBER, *CARDS}:
        return value
    if value in {OTHER, UNKNOWN, MISMATCH}:
        return {
            OTHER: gettext("số của người khác"),
            MISMATCH: gettext("họ tên hoặc ngày sinh của chủ thẻ khác"),
            UNKNOWN: gettext("không có số này"),
        }[value]
    return f"{value[:_SHOWN]}••••••{value[-_SHOWN:]}"
