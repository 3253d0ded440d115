"""A Patient of another system as a claim on who somebody is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sosuckhoe.exchange.xml130.mapping import systems
from sosuckhoe.identity import home, identifiers
from sosuckhoe.identity.claim import Claim, Identifier

_SEXES = frozenset({"male", "female", "other", "unknown"})
_CODED = {systems.EXT_RACE: "ethnicity", systems.EXT_OCCUPATION: "occupation", systems.EXT_NATIONALITY: "nationality"}
RECORD = "record"
"""The kind of number that a system's own id of a patient is, with the system before it."""


def claim_of(source: str, record: str, body: Mapping[str, Any]) -> Claim:
    """What a system says of the patient whom it knows as `record`: nothing that it does not say is guessed."""
    sex = body.get("gender", "")
    address: Mapping[str, Any] = next(iter(body.get("address", ())), {})
    told = {**_coded(body), **home.codes_of(address)}
    phones = [one.get("value", "") for one in body.get("telecom", ()) if one.get("system") == "phone"]
    deceased = body.get("deceasedDateTime", "")
    return Claim(
        name=_name(body),
        birth=str(body.get("birthDate", "")),
        sex=sex if sex in _SEXES else "unknown",
        facility="",
        identifiers=tuple(dict.fromkeys((*_numbers(body), Identifier(RECORD, f"{source}/{record}")))),
        phone=phones[0] if phones else "",
        address=_text(address),
        province=told.get("province", ""),
        district=told.get("district", ""),
        commune=told.get("commune", ""),
        nationality=told.get("nationality", ""),
        ethnicity=told.get("ethnicity", ""),
        occupation=told.get("occupation", ""),
        extra={"deceased": deceased} if deceased else {},
    )


def _name(body: Mapping[str, Any]) -> str:
    names = body.get("name") or [{}]
    name = next((one for one in names if one.get("use") == "official"), names[0])
    words = name.get("text") or " ".join(part for part in (name.get("family"), *name.get("given", ())) if part)
    return " ".join(words.split())


def _numbers(body: Mapping[str, Any]) -> Iterator[Identifier]:
    """The state's numbers; an insurance card tells its holder's social insurance number too."""
    for one in body.get("identifier", ()):
        kind, value = _kinds().get(one.get("system", "")), str(one.get("value", ""))
        if kind in {"cccd", "cmnd", "passport"} and (paper := identifiers.identity_paper(value)):
            yield paper
        elif kind in {"bhyt", "bhxh"}:
            yield from identifiers.insurance_card(value)
        elif kind == "temp_child" and (card := identifiers.temporary_card(value)):
            yield card


@cache
def _kinds() -> dict[str, str]:
    return {system.uri: kind for kind, system in identifiers.systems().items()}


def _text(address: Mapping[str, Any]) -> str:
    parts = [*address.get("line", ()), address.get("district", ""), address.get("city", ""), address.get("state", "")]
    return str(address.get("text") or ", ".join(part for part in parts if part))


def _coded(body: Mapping[str, Any]) -> dict[str, str]:
    """Ethnic group, occupation and nationality, by the guide's extensions."""
    told = {}
    for one in body.get("extension", ()):
        if point := _CODED.get(one.get("url", "")):
            codings = (one.get("valueCodeableConcept") or {}).get("coding") or [{}]
            told[point] = str(codings[0].get("code", ""))
    return told
