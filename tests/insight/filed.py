"""Filings written straight into exchange's tables, as the worker leaves them; and the same in plain lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_of
from sosuckhoe.identity.claim import PersonRef

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
COUNTS = {"filed": 0, "unchanged": 0, "refused": 0}


@dataclass(frozen=True)
class Sent:
    """One package: a record, or a check-in (`arrived` instead of `visit`)."""

    facility: str
    ma_lk: str
    person: int
    visit: datetime | None = None
    kind: str = "01"
    province: str = "01"
    commune: str = "00004"
    outcome: str = "filed"
    arrived: datetime | None = None
    findings: tuple[tuple[str, str, int, str, str, str], ...] = ()


@dataclass
class Ledger:
    """What was filed so far, as plain values: what a recount from scratch reads."""

    episodes: dict[tuple[str, str], Sent] = field(default_factory=dict)
    check_ins: dict[tuple[str, str], Sent] = field(default_factory=dict)
    filings: list[tuple[str, datetime, list[Sent]]] = field(default_factory=list)


def file(ledger: Ledger, facility: str, sent: list[Sent], at: datetime = NOW, **facts) -> int:
    """One arrival of a facility with these packages; its number."""
    arrival = db.value(
        """
        insert into exchange_arrival (facility, account, channel, kind, received, digest, codec, body)
        values (%s, %s, %s, %s, %s, sha256(gen_random_uuid()::text::bytea), 1, '') returning id
        """,
        (facility, 1, facts.get("channel", "gateway"), facts.get("kind", "records"), at),
    )
    outcomes = COUNTS | {name: sum(one.outcome == name for one in sent) for name in COUNTS}
    noted = sum(finding[0] == "noted" for one in sent for finding in one.findings)
    db.execute(
        """
        insert into exchange_filing (arrival, facility, at, packages, filed, unchanged, refused, noted, problem)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (arrival, facility, at, len(sent), *outcomes.values(), noted, facts.get("problem", "")),
    )
    for position, one in enumerate(sent, start=1):
        _package(ledger, arrival, position, one, at)
    ledger.filings.append((facility, at, sent))
    return arrival


def _package(ledger: Ledger, arrival: int, position: int, one: Sent, at: datetime) -> None:
    key = (one.facility, one.ma_lk)
    known = db.one("select version, born from exchange_episode where facility = %s and ma_lk = %s", key)
    version = (known.version if known else 0) + (one.arrived is None)
    is_filed = one.outcome == "filed"
    person = one.person if is_filed else 0
    db.execute(
        """
        insert into exchange_package (arrival, position, facility, ma_lk, outcome, bucket, person, version)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            arrival,
            position,
            *key,
            one.outcome,
            bucket_of(person),
            person,
            (version if is_filed else 0) * (not one.arrived),
        ),
    )
    for finding in one.findings:
        db.execute(
            "insert into exchange_finding values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (arrival, position, one.facility, *finding),
        )
    if is_filed:
        (_check_in if one.arrived else _episode)(ledger, arrival, one, version, at)


def _episode(ledger: Ledger, arrival: int, one: Sent, version: int, at: datetime) -> None:
    db.execute(
        """
        insert into exchange_episode
          (facility, ma_lk, bucket, person, patient, born, version, arrival, digest, visit, kind, province, commune)
        values (%s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s)
        on conflict (facility, ma_lk) do update set
          bucket = excluded.bucket, person = excluded.person, version = excluded.version, visit = excluded.visit,
          kind = excluded.kind, province = excluded.province, commune = excluded.commune
        """,
        (
            one.facility, one.ma_lk, bucket_of(one.person), one.person, patient_of(one.person).patient, at, version,
            arrival, one.visit, one.kind, one.province, one.commune,
        ),
    )  # fmt: skip
    ledger.episodes[one.facility, one.ma_lk] = one


def _check_in(ledger: Ledger, arrival: int, one: Sent, version: int, at: datetime) -> None:
    values = (one.facility, one.ma_lk, bucket_of(one.person), one.person)
    db.execute(
        """
        insert into exchange_episode
          (facility, ma_lk, bucket, person, patient, born, version, arrival, digest, visit, kind)
        values (%s, %s, %s, %s, %s, %s, 0, %s, '', %s, %s) on conflict do nothing
        """,
        (*values, patient_of(one.person).patient, at, arrival, one.arrived, one.kind),
    )
    db.execute(
        """
        insert into exchange_check_in (facility, ma_lk, bucket, person, arrived, kind, arrival)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (facility, ma_lk) do update set
          bucket = excluded.bucket, person = excluded.person, arrived = excluded.arrived, kind = excluded.kind
        """,
        (*values, one.arrived, one.kind, arrival),
    )
    ledger.check_ins[one.facility, one.ma_lk] = one


def patient_of(person: int) -> PersonRef:
    return PersonRef(person, UUID(int=person))
