"""A record of the bulk job as a claim, and what is known of a person as records. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sosuckhoe.identity.claim import Claim, Identifier

NUMBERS = ("cccd", "cmnd", "passport", "bhxh", "bhyt", "temp_child", "newborn")
_CCCD_DIGITS = 12
_DESCRIBING = ("name", "birth", "sex", "facility", "phone", "province", "district", "commune")


def claim_of(row: Mapping[str, str]) -> Claim:
    """The claim of a record; columns as in `job.COLUMNS`."""
    numbers = [Identifier(system, _whole(system, row[system])) for system in NUMBERS if row[system]]
    if row["patient"]:
        numbers.append(Identifier("facility", f"{row['facility']}/{row['patient']}"))
    mother = Identifier("cccd", row["mother"]) if row["mother"] else None
    return Claim(
        name=row["name"],
        birth=row["birth"],
        sex=row["sex"],
        facility=row["facility"],
        identifiers=tuple(numbers),
        phone=row["phone"],
        province=row["province"],
        district=row["district"],
        commune=row["commune"],
        mother=mother,
    )


def _whole(system: str, number: str) -> str:
    """A citizen number whose zero a table has lost gets it back: every one begins with it."""
    lost = system == "cccd" and len(number) == _CCCD_DIGITS - 1 and number.isdigit()
    return f"0{number}" if lost else number


def rows_of(claim: Claim) -> Iterator[dict[str, str]]:
    """What is known of a person as records: one, and more of them where there are two numbers of a kind."""
    told = {field: getattr(claim, field) for field in _DESCRIBING}
    told["mother"] = claim.mother.value if claim.mother and claim.mother.system == "cccd" else ""
    held = {system: [n.value for n in claim.identifiers if n.system == system] for system in (*NUMBERS, "facility")}
    for place in range(max(1, *map(len, held.values()))):
        numbers = {system: values[min(place, len(values) - 1)] if values else "" for system, values in held.items()}
        scope, _, patient = numbers.pop("facility").partition("/")
        yield told | numbers | {"facility": scope or claim.facility, "patient": patient}
