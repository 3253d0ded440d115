"""Người bệnh: who a file is about (XML1, XML0, XML9), and the Patient of a person who is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.exchange.xml130.mapping.names import human_name
from sosuckhoe.exchange.xml130.mapping.values import code, day, moment, partial_date, said, several
from sosuckhoe.exchange.xml130.package import Package, Row
from sosuckhoe.identity import identifiers, places
from sosuckhoe.identity.claim import Claim, Identifier

SEX = {"1": "male", "2": "female"}
_VIETNAM = {"000", "VN", "VNM"}
_PROVINCE_WIDTH = 2
_CHILD_CARD_YEARS = 6
_DIED = "5"
_BEFORE_REFORM = date(2025, 6, 30)
_MARRIED = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M", "display": "Married"}],
    "text": "Đã kết hôn",
}
_UNKNOWN_CLOCK = "T00:00:00+07:00"


class Claims(NamedTuple):
    """Whom a package is about: its patient, and each newborn in the order of XML9."""

    patient: Claim
    newborns: list[Claim]


def claims_of(package: Package) -> Claims:
    """What a package says of its patient (XML1, numbers also from its papers) and of the newborns (XML9)."""
    numbers = [*_numbers(package.facility, package.summary), *_numbers_on_papers(package)]
    patient = _claim(package.summary, package.facility, numbers)
    return Claims(patient, _newborn_claims(package))


def claim_of_check_in(row: Row) -> Claim:
    """What a check-in (XML0) says of who has come."""
    facility = code(row, "MA_CSKCB")
    return _claim(row, facility, _numbers(facility, row))


def _claim(row: Row, facility: str, numbers: Iterable[Identifier | None]) -> Claim:
    return Claim(
        name=said(row, "HO_TEN"),
        birth=partial_date(row.get("NGAY_SINH")) or "",
        sex=SEX.get(said(row, "GIOI_TINH"), "unknown"),
        facility=facility,
        identifiers=tuple(dict.fromkeys(number for number in numbers if number)),
        phone=said(row, "DIEN_THOAI"),
        address=said(row, "DIA_CHI"),
        province=code(row, "MATINH_CU_TRU"),
        district=code(row, "MAHUYEN_CU_TRU"),
        commune=code(row, "MAXA_CU_TRU"),
        nationality=code(row, "MA_QUOCTICH"),
        ethnicity=code(row, "MA_DANTOC"),
        occupation=code(row, "MA_NGHE_NGHIEP"),
        extra=_birth_time(row.get("NGAY_SINH")) | _death(row),
    )


def _death(row: Row) -> dict[str, str]:
    """When the patient died, where the visit's result says so (KET_QUA_DTRI 5): at its end."""
    at = moment(row.get("NGAY_RA")) if said(row, "KET_QUA_DTRI") == _DIED else ""
    return {"deceased": at} if at else {}


def _numbers(facility: str, row: Row) -> list[Identifier | None]:
    cards = [number for card in several(row, "MA_THE_BHYT") for number in identifiers.insurance_card(card)]
    return [
        identifiers.identity_paper(said(row, "SO_CCCD")),
        *cards,
        identifiers.patient_number(facility, said(row, "MA_BN")),
    ]


def _numbers_on_papers(package: Package) -> Iterable[Identifier | None]:
    """Numbers of the patient that only a paper names: the social insurance number, a small child's temporary card.

    On a mother's paper the temporary card is her newborn's, so it proves nothing of her.
    """
    is_child = _is_small_child(package.summary)
    for table in ("XML7", "XML8", "XML11"):
        for row in package.tables.get(table, ()):
            yield identifiers.temporary_card(said(row, "MA_THE_TAM")) if is_child else None
            yield identifiers.social_insurance_number(said(row, "MA_BHXH"))


def _is_small_child(row: Row) -> bool:
    born, came = partial_date(row.get("NGAY_SINH")), day(row.get("NGAY_VAO"))
    return bool(born and came) and int(str(came)[:4]) - int(str(born)[:4]) <= _CHILD_CARD_YEARS


def _birth_time(text: str | None) -> dict[str, str]:
    """The moment of birth, where the file knows it (newborns); midnight means that it does not."""
    at = moment(text)
    return {"birth_time": at} if at and "T" in at and not at.endswith(_UNKNOWN_CLOCK) else {}


def _newborn_claims(package: Package) -> list[Claim]:
    rows = package.tables.get("XML9", [])
    shared = _repeated(said(row, "MA_THE_TAM") for row in rows)
    claims: list[Claim] = []
    seen: Counter[str] = Counter()
    for row in rows:
        number = _birth_number(package, row)
        seen[number] += 1
        value = number if seen[number] == 1 else f"{number}#{seen[number]}"
        claims.append(_newborn_claim(package.facility, row, value, said(row, "MA_THE_TAM") in shared))
    return claims


def _newborn_claim(facility: str, row: Row, number: str, has_shared_card: bool) -> Claim:  # noqa: FBT001 -- one caller
    """A newborn tied to the mother by her number. Twins entered with one temporary card get none by it."""
    card = None if has_shared_card else identifiers.temporary_card(said(row, "MA_THE_TAM"))
    mother = mother_of(row)
    numbers = [Identifier("newborn", f"{facility}/{number}"), *([card] if card else [])]
    return Claim(
        name=said(row, "HO_TEN_CON"),
        birth=partial_date(row.get("NGAY_SINH_CON")) or "",
        sex=SEX.get(said(row, "GIOI_TINH_CON"), "unknown"),
        facility=facility,
        identifiers=tuple(numbers),
        address=said(row, "NOI_CU_TRU_NND"),
        province=code(row, "MATINH_CU_TRU"),
        district=code(row, "MAHUYEN_CU_TRU"),
        commune=code(row, "MAXA_CU_TRU"),
        nationality=code(row, "MA_QUOCTICH"),
        ethnicity=code(row, "MA_DANTOC_NND"),
        mother=mother,
        extra=_birth_time(row.get("NGAY_SINH_CON")) | {"mother_name": said(row, "HO_TEN_NND")},
    )


def mother_of(row: Row) -> Identifier | None:
    """The mother's (or carer's) most trusted number in a birth certificate."""
    numbers = mother_numbers(row)
    return numbers[0] if numbers else None


def mother_numbers(row: Row) -> list[Identifier]:
    """All numbers of the mother or carer in a birth certificate, most trusted first."""
    numbers = [
        identifiers.identity_paper(said(row, "SO_CCCD_NND")),
        identifiers.social_insurance_number(said(row, "MA_BHXH_NND")),
        *identifiers.insurance_card(said(row, "MA_THE_NND")),
    ]
    return list(dict.fromkeys(number for number in numbers if number))


def _birth_number(package: Package, row: Row) -> str:
    """The certificate's own number; without one, the visit and the moment of birth."""
    number, book = code(row, "SO"), code(row, "QUYEN_SO")
    if number:
        return f"{book}/{number}"
    return f"{said(package.summary, 'MA_LK')}/{said(row, 'NGAY_SINH_CON')}/{said(row, 'CAN_NANG_CON')}"


def _repeated(cards: Iterable[str]) -> set[str]:
    return {card for card, times in Counter(cards).items() if card and times > 1}


def patient_body(claim: Claim, key: UUID) -> dict[str, Any]:
    """The Patient of a person, from what is known of them: one claim, or several joined into one."""
    body: dict[str, Any] = {"resourceType": "Patient", "id": str(key)}
    parts = {
        "extension": _extensions(claim),
        "identifier": [identifier_body(number) for number in _shown(claim.identifiers)],
        "active": True,
        "name": _names(claim),
        "telecom": _telecom(claim),
        "gender": claim.sex or "unknown",
        "birthDate": claim.birth,
        "_birthDate": _birth_extension(claim),
        "deceasedDateTime": claim.extra.get("deceased", ""),
        "address": _addresses(claim),
        "maritalStatus": _MARRIED if claim.extra.get("married") else None,
    }
    body.update((name, part) for name, part in parts.items() if part)
    return body


def _telecom(claim: Claim) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [{"system": "phone", "value": claim.phone}] if claim.phone else []
    if landline := claim.extra.get("landline"):
        told.append({"system": "phone", "value": landline, "use": "home"})
    if email := claim.extra.get("email"):
        told.append({"system": "email", "value": email})
    return told


def _shown(numbers: tuple[Identifier, ...]) -> list[Identifier]:
    """The numbers without a temporary card that is also the person's card."""
    return [n for n in numbers if n.system != "temp_child" or Identifier("bhyt", n.value) not in numbers]


def identifier_body(number: Identifier) -> dict[str, Any]:
    """A number of a person as a FHIR Identifier; a facility's number names the facility that gave it."""
    system = identifiers.systems()[number.system]
    facility, value = identifiers.split_scope(number)
    body: dict[str, Any] = {
        "use": "temp" if number.system == "temp_child" else "official",
        "type": {"coding": [{"system": systems.IDENTIFIER_TYPE, "code": system.type}], "text": system.vi},
        "system": system.uri,
        "value": value,
    }
    if number.system == "record":
        return {**body, "use": "secondary", "system": f"{system.uri}:{facility}"}
    if facility:
        body["use"] = "usual"
        body["assigner"] = {"identifier": {"system": systems.FACILITY, "value": facility}}
    return body


def _names(claim: Claim) -> list[dict[str, Any]]:
    if claim.name:
        return [human_name(claim.name)]
    mother = claim.extra.get("mother_name")
    return [{"use": "temp", "text": f"Con bà {mother}"}] if mother else []


def _birth_extension(claim: Claim) -> dict[str, Any]:
    at = claim.extra.get("birth_time", "")
    if not at.startswith(claim.birth or " "):
        return {}
    return {"extension": [{"url": systems.EXT_BIRTH_TIME, "valueDateTime": at}]}


def _extensions(claim: Claim) -> list[dict[str, Any]]:
    told = (
        (systems.EXT_RACE, systems.ETHNICITY, claim.ethnicity, places.ethnic_group(claim.ethnicity)),
        (systems.EXT_OCCUPATION, systems.OCCUPATION, claim.occupation, places.occupation(claim.occupation)),
        (systems.EXT_NATIONALITY, systems.NATIONALITY, claim.nationality, _country(claim.nationality)),
    )
    coded = [
        {"url": url, "valueCodeableConcept": {"coding": [_named(system, code, name)]}}
        for url, system, code, name in told
        if code
    ]
    return [*coded, *_origin(claim)]


def _origin(claim: Claim) -> list[dict[str, Any]]:
    """Religion and the province of birth, which health profiles tell."""
    made: list[dict[str, Any]] = []
    if religion := claim.extra.get("religion"):
        made.append({"url": systems.EXT_RELIGION, "valueCodeableConcept": {"text": religion}})
    if born := claim.extra.get("birth_province"):
        coded = {"url": "province", "valueCoding": {"system": systems.PROVINCE, "code": born}}
        place: dict[str, Any] = {"extension": [{"url": systems.EXT_ADDRESS, "extension": [coded]}]}
        if name := places.province_name(born, _BEFORE_REFORM) or places.province_name(born, places.REFORM):
            place["state"] = name
        made.append({"url": systems.EXT_BIRTH_PLACE, "valueAddress": place})
    return made


def _country(nationality: str) -> str | None:
    return "Việt Nam" if nationality in _VIETNAM else None


def _addresses(claim: Claim) -> list[dict[str, Any]]:
    codes = (claim.commune, claim.district, claim.province)
    if not claim.address and not any(codes):
        return []
    on = _BEFORE_REFORM if claim.district else places.REFORM
    province = claim.province[-_PROVINCE_WIDTH:].strip()
    address: dict[str, Any] = {"use": "home"}
    if text := claim.address or places.address(claim.commune, claim.district, province, on):
        address["text"] = text
    if name := places.district_name(claim.district, on):
        address["district"] = name
    if name := places.province_name(province, on):
        address["state"] = name
    if claim.nationality in _VIETNAM:
        address["country"] = "VN"
    if parts := _administrative(claim, province):
        address["extension"] = [{"url": systems.EXT_ADDRESS, "extension": parts}]
    return [address]


def _administrative(claim: Claim, province: str) -> list[dict[str, Any]]:
    told = (
        ("province", systems.PROVINCE, province),
        ("district", systems.DISTRICT, claim.district),
        ("ward", systems.COMMUNE, claim.commune),
    )
    return [{"url": url, "valueCoding": {"system": system, "code": code}} for url, system, code in told if code]


def _named(system: str, code: str, name: str | None) -> dict[str, str]:
    coding = {"system": system, "code": code}
    return coding | {"display": name} if name else coding
