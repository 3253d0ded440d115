"""Where the register's word on a person differs from ours, field by field. Pure.

A field of which one side knows nothing does not differ: what we lack is heard, what the register lacks is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sosuckhoe.base.text import fold
from sosuckhoe.exchange.population.messages import Word
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.matching import births_agree, is_slip, names_agree

FIELDS = ("name", "birth", "sex", "deceased")
NUMBER = "cccd"
"""The field that differs when the number itself is in doubt: another person's, or nobody's."""

OTHER, UNKNOWN = "other", "unknown"
_DAY = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """`ours` and `theirs` by field name; both empty when we agree."""

    ours: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)

    @property
    def is_of_number(self) -> bool:
        return NUMBER in self.ours

    def __bool__(self) -> bool:
        return bool(self.ours)

    def apart_from(self, *fields: str) -> Difference:
        """What else differs."""
        return Difference(
            {name: value for name, value in self.ours.items() if name not in fields},
            {name: value for name, value in self.theirs.items() if name not in fields},
        )


def number_of(claim: Claim) -> str:
    """The person's newest citizen number, '' without one."""
    numbers = [number.value for number in claim.identifiers if number.system == NUMBER]
    return numbers[-1] if numbers else ""


def difference(ours: Claim, number: str, word: Word | None) -> Difference:
    """Where the two differ. Of another person's number nothing is told but that it is another person's."""
    if word is None:
        return Difference({NUMBER: number}, {NUMBER: UNKNOWN})
    if is_somebody_else(ours, word):
        return Difference({NUMBER: number}, {NUMBER: OTHER})
    pairs = {
        "name": (ours.name, word.name) if not _same_name(ours.name, word.name) else None,
        "birth": (ours.birth, word.birth) if not _same_birth(ours.birth, word.birth) else None,
        "sex": (ours.sex, word.sex) if {ours.sex, word.sex} == {"male", "female"} else None,
        "deceased": _deaths(ours.extra.get("deceased", "")[:_DAY], word.deceased),
    }
    told = {name: pair for name, pair in pairs.items() if pair}
    return Difference({name: pair[0] for name, pair in told.items()}, {name: pair[1] for name, pair in told.items()})


def is_somebody_else(ours: Claim, word: Word) -> bool:
    """Whether the number's holder must be another person: neither the name nor the birth date is anywhere near."""
    if not ours.name or not ours.birth:
        return bool(ours.birth) and not births_agree(ours.birth, word.birth)
    births = births_agree(ours.birth, word.birth) or is_slip(ours.birth, word.birth)
    return not names_agree(ours.name, word.name) and not births


def heard(word: Word, found: Difference) -> Claim:
    """The register's word as a claim on the person, silent where we differ: that is for people to settle."""
    said = Claim(
        name="" if "name" in found.ours else word.name,
        birth="" if "birth" in found.ours else word.birth,
        sex="" if "sex" in found.ours or word.sex == "unknown" else word.sex,
        facility="",
        identifiers=(Identifier(NUMBER, word.number),),
    )
    died = word.deceased and not found
    return replace(said, extra={"deceased": word.deceased}) if died else said


def agreed(word: Word, found: Difference) -> tuple[str, ...]:
    """The fields on which there is nothing more to settle."""
    known = {"name": word.name, "birth": word.birth, "sex": word.sex.removeprefix("unknown")}
    return tuple(name for name, value in known.items() if value and name not in found.ours)


def _same_name(ours: str, theirs: str) -> bool:
    return not ours or not theirs or fold(ours) == fold(theirs)


def _same_birth(ours: str, theirs: str) -> bool:
    return not ours or not theirs or births_agree(ours, theirs)


def _deaths(ours: str, theirs: str) -> tuple[str, str] | None:
    """A death that only the register knows is no difference: it is heard. One that it does not know is."""
    if not ours or (theirs and births_agree(ours, theirs)):
        return None
    return ours, theirs
