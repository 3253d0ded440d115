"""What the registers know of codes, and of the lists that were sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from sosuckhoe.base import db
from sosuckhoe.base.sheet import Fault
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.register.lists import LICENCES, ROLES
from sosuckhoe.exchange.xml130.mapping.registers import register_key


class Entry(NamedTuple):
    """An entry as it stands: what its newest row told."""

    code: str
    worker: str
    area: str
    version: int
    values: dict[str, str]


class Licence(NamedTuple):
    """What a number of a practitioner means: who it is, and when a licence is valid; other numbers are always."""

    worker: str
    status: str
    valid_from: date | None
    valid_until: date | None


def entries(kind: str, codes: Collection[str]) -> dict[str, Entry]:
    """The entries of these codes; unknown ones are absent."""
    found = db.tuples(
        "select code, worker, area, version, content from exchange_register_entry where kind = %s and code = any(%s)",
        (kind, list(codes)),
    )
    return {row[0]: Entry(row[0], row[1], row[2], row[3], orjson.loads(row[4])) for row in found}


def licences_of(workers: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """Every licence of these practitioners, the newest first."""
    found = db.tuples(
        """
        select worker, content from exchange_register_entry where kind = %s and worker = any(%s)
        order by worker, valid_from desc nulls last, entered desc, code
        """,
        (LICENCES, list(workers)),
    )
    told: dict[str, list[dict[str, str]]] = {}
    for worker, content in found:
        told.setdefault(worker, []).append(orjson.loads(content))
    return told


def workers(codes: Collection[str]) -> dict[str, str]:
    """Whom each licence or social insurance number means, as the licence by which the register keeps them."""
    found = db.tuples("select code, worker from exchange_worker_code where code = any(%s)", (list(codes),))
    return dict(found)


def practitioner_of(licence: str) -> UUID | None:
    """The key of the Practitioner who has this number, also of one whom only hospital files name; None: of nobody."""
    worker = workers([licence]).get(licence, licence) if licence else ""
    key = register_key("Practitioner", worker)
    return key if worker and clinical.read("Practitioner", key) else None


def other_numbers(workers: Collection[str]) -> list[tuple[str, str]]:
    """The numbers of these practitioners besides those by which the register keeps them, each with its worker."""
    return db.tuples(
        "select code, worker from exchange_worker_code where worker = any(%s) and code <> worker order by code",
        (list(workers),),
    )


def licences(codes: Collection[str]) -> dict[str, Licence]:
    """What these numbers mean; unknown ones are absent."""
    found = db.tuples(
        """
        select named.code, named.worker, entry.content, entry.valid_from, entry.valid_until
        from exchange_worker_code named left join exchange_register_entry entry
          on entry.kind = %s and entry.code = named.code
        where named.code = any(%s)
        """,
        (LICENCES, list(codes)),
    )
    return {
        code: Licence(worker, orjson.loads(content)["status"] if content else "", since, until)
        for code, worker, content, since, until in found
    }


def staffed(facilities: Collection[str]) -> set[str]:
    """Those of the facilities whose practitioners the register has."""
    found = db.tuples(
        "select distinct facility from exchange_register_entry where kind = %s and facility = any(%s)",
        (ROLES, list(facilities)),
    )
    return {row[0] for row in found}


def is_empty() -> bool:
    """Whether the register has no practitioner."""
    return not db.value("select exists (select from exchange_worker_code)")


def imports(area: str, most: int) -> list[Any]:
    """The newest lists that were sent from an area ('' is every one), newest first."""
    return db.rows(
        """
        select imported.*, account.display_name as sender
        from exchange_register_import imported left join access_account account on account.id = imported.account
        where %(area)s = '' or imported.area = %(area)s order by at desc limit %(most)s
        """,
        {"area": area, "most": most},
    )


def one_import(area: str, key: UUID) -> Any:
    """One list that was sent from an area, or None."""
    return db.one(
        "select * from exchange_register_import where key = %(key)s and (%(area)s = '' or area = %(area)s)",
        {"key": key, "area": area},
    )


def faults(key: UUID, most: int) -> list[Fault]:
    """What was wrong with the rows of a list."""
    found = db.tuples(
        "select row, field, rule, places from exchange_register_fault where import = %s order by number limit %s",
        (key, most),
    )
    return [Fault(*row) for row in found]
