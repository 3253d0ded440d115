"""Write trusted packages into the books they belong in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sosuckhoe.access import actions as access
from sosuckhoe.base.clock import day_of
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.actions.erase import erased_among
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange import formats, queries
from sosuckhoe.exchange.actions import cutting, ledger, profiles, registers
from sosuckhoe.exchange.actions.unit import FILED, UNCHANGED, Unit
from sosuckhoe.exchange.feeds import memory
from sosuckhoe.exchange.feeds.memory import Word
from sosuckhoe.exchange.qd831.findings import older
from sosuckhoe.exchange.queries import Episode
from sosuckhoe.exchange.xml130 import findings, mapping
from sosuckhoe.exchange.xml130.mapping import Claims, Mapped, People
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.identity.actions import Found, find_again

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Case:
    """A package that says something new, the episode that it changes, and whom it is about."""

    unit: Unit
    digest: bytes
    episode: Episode | None
    claims: Claims
    patient: Found | None = None
    newborns: Sequence[Found] = ()


def settle(units: Sequence[Unit], at: datetime) -> None:
    """File packages of different episodes, inside the caller's transaction.

    Each unit gets its outcome: filed as a new version of its episode, or unchanged. Raises identity's Raced.
    """
    cases = _new_cases(units)
    if not cases:
        return
    _find_people(cases, at)
    cases = _under_other_numbers(cases)
    cases = [case for case in cases if _map(case, at)]
    _write_resources(cases, at)
    _write_rights(cases, at)
    ledger.write_versions([(case.unit, case.digest) for case in cases], at)
    _write_words(cases)


def _new_cases(units: Sequence[Unit]) -> list[_Case]:
    """The packages whose content differs from what is filed; the others are marked unchanged."""
    episodes = queries.episodes({(unit.facility, unit.ma_lk) for unit in units})
    cases = []
    for unit in units:
        digest, episode = unit.seal(), episodes.get((unit.facility, unit.ma_lk))
        unit.is_cut = episode is not None and (episode.is_erased or episode.is_cut)
        if episode and episode.is_erased:
            unit.findings.append(findings.erased())
        elif not _stands(unit, digest, episode) and (claims := _claims(unit)) is not None:
            cases.append(_Case(unit, digest, episode, claims))
    return cases


def _stands(unit: Unit, digest: bytes, episode: Episode | None) -> bool:
    """Whether what stands remains: it says the same, or it was written later. The unit is then settled."""
    if episode is None or not episode.version:
        return False
    is_older = episode.digest != digest and profiles.is_older(unit, episode)
    if is_older:
        unit.findings.append(older())
    if is_older or episode.digest == digest:
        unit.outcome, unit.person, unit.version = UNCHANGED, episode.person, episode.version
    return unit.outcome == UNCHANGED


def _under_other_numbers(cases: Sequence[_Case]) -> list[_Case]:
    """The cases that change something, profiles that are known under another number joined to what stands there."""
    unknown = [
        (case.unit, case.patient.ref.person)
        for case in cases
        if case.unit.is_profile and case.episode is None and case.patient
    ]
    known = profiles.known_otherwise(unknown)
    return [case for case in cases if not _joined(case, known.get((case.unit.facility, case.unit.ma_lk)))]


def _joined(case: _Case, episode: Episode | None) -> bool:
    """Join a case to the episode that it is a version of; whether that one remains as it stands."""
    if episode is None:
        return False
    assert case.unit.package is not None
    case.episode, case.unit.ma_lk, case.unit.package.number = episode, episode.ma_lk, episode.ma_lk
    case.unit.is_cut = episode.is_erased or episode.is_cut
    if episode.is_erased:
        case.unit.findings.append(findings.erased())
        return True
    return _stands(case.unit, case.digest, episode)


def _claims(unit: Unit) -> Claims | None:
    try:
        assert unit.package is not None
        return formats.claims_of(unit.package)
    except Exception as error:  # noqa: BLE001 -- a fault of ours in one package must not hold up its neighbours
        _refuse_by_fault(unit, error)
        return None


def _find_people(cases: Sequence[_Case], at: datetime) -> None:
    claims = [claim for case in cases for claim in (case.claims.patient, *case.claims.newborns)]
    told = [case.unit.told for case in cases for _ in (case.claims.patient, *case.claims.newborns)]
    found = iter(find_again(claims, at, told))
    for case in cases:
        case.patient = next(found)
        case.newborns = tuple(islice(found, len(case.claims.newborns)))


def _write_words(cases: Sequence[_Case]) -> None:
    """Keep what another system's file says of who somebody is; what comes of it is settled when all is filed."""
    memory.write_words(_word(case, told) for case in cases if (told := case.unit.told))


def _word(case: _Case, told: datetime) -> Word:
    unit = case.unit
    assert unit.package is not None
    assert case.patient is not None
    born = case.episode.born if case.episode else unit.received
    claim = case.claims.patient
    return Word(unit.package.source, unit.ma_lk, case.patient.ref.person, born, told, case.digest, unit.arrival, claim)


def _map(case: _Case, at: datetime) -> bool:
    """Make the package's resources; whether that worked."""
    unit, patient = case.unit, case.patient
    assert unit.package is not None
    assert patient is not None
    born = case.episode.born if case.episode else at
    people = People(patient.ref, tuple(newborn.ref for newborn in case.newborns), unit.workers)

    def mapped(package: Package) -> Mapped:
        return formats.map_package(package, people, born, unit.received, case.digest.hex())

    try:
        if case.episode and case.episode.is_cut and not _leave_out(unit, unit.package, mapped):
            return False
        made = mapped(unit.package)
    except Exception as error:  # noqa: BLE001 -- as above
        _refuse_by_fault(unit, error)
        return False
    _take(unit, case, made, born)
    return True


def _leave_out(unit: Unit, package: Package, mapped: Callable[[Package], Mapped]) -> bool:
    """Leave out of a package what was erased by right; where that is not possible, it is refused."""
    erased = erased_among([draft.key for draft in mapped(package).drafts])
    if not erased:
        return True
    left = cutting.without_all(package, erased, lambda one: mapped(one).drafts)
    if left is None:
        unit.findings.append(findings.erased())
        return False
    unit.findings.append(findings.entry_erased())
    unit.package, unit.content = left, queries.sealed(left)
    return True


def _take(unit: Unit, case: _Case, mapped: Mapped, born: datetime) -> None:
    assert case.patient is not None
    unit.outcome, unit.born = FILED, born
    unit.person, unit.patient = case.patient.ref
    unit.version = (case.episode.version if case.episode else 0) + 1
    unit.keys = [draft.key for draft in mapped.drafts]
    unit.drafts = [*mapped.drafts, *mapped.registers]


def _refuse_by_fault(unit: Unit, error: Exception) -> None:
    _log.error("arrival %s, package %s: %s", unit.arrival, unit.position, type(error).__name__)
    unit.findings.append(findings.program_fault())


def _write_resources(cases: Sequence[_Case], at: datetime) -> None:
    """Registers that are new, the Patients whose facts changed, the facts; then what a correction took back."""
    drafts: list[Draft] = []
    arrivals: dict[UUID, int] = {}
    gone: list[UUID] = []
    for case in cases:
        kept = [*_patients(case), *registers.unknown(case.unit.drafts)]
        drafts += kept
        gone += case.episode.keys if case.episode else ()
        arrivals |= dict.fromkeys((draft.key for draft in kept), case.unit.arrival)
    clinical.put_many(drafts, at, arrivals, complete=gone)


def _patients(case: _Case) -> list[Draft]:
    found = [one for one in (case.patient, *case.newborns) if one and one.changed]
    return [
        Draft("Patient", one.ref.patient, one.ref.person, mapping.patient_body(one.claim, one.ref.patient))
        for one in found
    ]


def _write_rights(cases: Sequence[_Case], at: datetime) -> None:
    """The facility has treated these persons; a mother holds the book of the child she bore."""
    access.tie(
        (
            (case.unit.facility, found.ref.person)
            for case in cases
            for found in (case.patient, *case.newborns)
            if found is not None
        ),
        at,
    )
    for case in cases:
        for newborn in case.newborns:
            assert case.patient is not None
            if newborn.claim.mother in case.patient.claim.identifiers:
                mother, born = case.patient.ref.person, newborn.claim.birth
                access.give_book_to(mother, newborn.ref.person, "mother", "full", day_of(at), born)
