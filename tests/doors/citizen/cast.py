"""A fixed cast: the grandmother owns a book, her daughter holds it, a doctor treats her, others are strangers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.book import queries
from tests.book import library
from tests.signed import signed

DAUGHTER = library.GRANDMOTHER | {
    "HO_TEN": "Trần Thị Hạnh",
    "SO_CCCD": "025188004321",
    "NGAY_SINH": "198807010000",
    "MA_THE_BHYT": "DN4252500067890",
}
STRANGER = library.GRANDMOTHER | {
    "HO_TEN": "Lê Văn Khách",
    "SO_CCCD": "025170009999",
    "NGAY_SINH": "197001010000",
    "GIOI_TINH": "1",
    "MA_THE_BHYT": "DN4252500099999",
}


@dataclass(frozen=True)
class Cast:
    """Persons and accounts by what they are to the grandmother."""

    person: int
    patient: UUID
    grandmother: Account
    daughter: Account
    stranger: Account
    doctor: Account
    other_doctor: Account
    clerk: Account
    officer: Account


def cast() -> Cast:
    """Everybody, with the grandmother's book filled."""
    person = library.grandmother()
    daughter = library.file([library.package("LKD001", "2026-02-02", DAUGHTER)])
    stranger = library.file([library.package("LKS001", "2026-02-03", STRANGER, library.COMMUNE)])
    access.give_book_to(daughter, person, "representative", "see", date(2026, 1, 1))
    access.tie([(library.DISTRICT, person)], library.NOW)
    return Cast(
        person=person,
        patient=queries.owner(person).patient,
        grandmother=_citizen("ba-lua", "Nguyễn Thị Lụa", person, "66 tuổi, tăng huyết áp và đái tháo đường"),
        daughter=_citizen("chi-hanh", "Trần Thị Hạnh", daughter, "Con gái, giữ sổ của mẹ"),
        stranger=_citizen("ong-khach", "Lê Văn Khách", stranger, ""),
        doctor=_staff("bs-duc", "Lê Văn Đức", "doctor", library.DISTRICT),
        other_doctor=_staff("bs-xa", "Phạm Thị Xa", "doctor", library.COMMUNE),
        clerk=_staff("nv-hs", "Vũ Thị Giấy", "clerk", library.DISTRICT),
        officer=access.open_account(PROGRAM, "can-bo", name="Hoàng Văn Sở", role="officer", area="25"),
    )


def sign_in(client, account: Account):
    """The same client, in a session of this account."""
    return signed(client, account)


def _citizen(username: str, name: str, person: int, note: str) -> Account:
    return access.open_account(PROGRAM, username, name=name, role="citizen", person=person, note=note)


def _staff(username: str, name: str, role: str, facility: str) -> Account:
    return access.open_account(PROGRAM, username, name=name, role=role, facility=facility)
