"""Closure tables of clients: begun, told of codes, told again. https://hl7.org/fhir/R4/terminology-service.html#closure

Kept are the codes and the version with which each came; what stands below what is computed anew each time, in the
editions in which the first codes were compared. When one of these is not what counts any more,
the table must begin anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from sosuckhoe.access import audit
from sosuckhoe.access.actor import Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import grounding
from sosuckhoe.clinical.terminology import System, closing
from sosuckhoe.clinical.vocabulary import Vocabulary

MOST_TABLES = 20
MOST_CODES = 20_000
_MOST_BYTES = 1_000
_NAME = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_OWN = "account = %s and app = %s and name = %s"


class Concept(NamedTuple):
    """A code that a client has met; an empty `version` is the edition that counts."""

    system: str
    code: str
    version: str = ""


class Told(NamedTuple):
    """What a client adds to its table, and the version by which it names this answer."""

    version: int
    entries: Sequence[closing.Entry] = ()


class _Table(NamedTuple):
    version: int
    editions: str


class Closure:
    """One closure table of an account. Raises SSK-1003 for who may not read registers, SSK-3170 for a wrong name."""

    def __init__(self, vocabulary: Vocabulary, name: str) -> None:
        grounding.seen_by(vocabulary.actor, "CodeSystem")
        if not _NAME.fullmatch(name):
            raise Problem("SSK-3170")
        self._vocabulary = vocabulary
        self._key = (*_owner(vocabulary.actor), name)

    def begin(self) -> Told:
        """An empty table, also where there was one. SSK-3174 beyond MOST_TABLES of them."""
        with db.atomic():
            self._check_room()
            db.execute(
                "insert into clinical_closure (account, app, name, version, editions) values (%s, %s, %s, 0, '{}')"
                " on conflict (account, app, name) do update set version = 0, editions = '{}'",
                self._key,
            )
            db.execute(f"delete from clinical_closure_code where {_OWN}", self._key)  # noqa: S608 -- the constant above
            self._note("closure-begin")
        return Told(0)

    def add(self, concepts: Iterable[Concept]) -> Told:
        """Add codes; what is new because of them is told.

        Raises SSK-3171 where no table was begun, SSK-3172 when its editions do not count any more, SSK-3174 beyond
        MOST_CODES, SSK-3200 and SSK-3206 for what is not here.
        """
        with db.atomic():
            table = self._locked()
            systems = self._systems(table)
            new = [self._checked(one, systems) for one in concepts]
            known = self._codes()
            version = table.version + 1
            for one in new:
                known.setdefault(one.system, {}).setdefault(one.code, version)
            if sum(map(len, known.values())) > MOST_CODES:
                raise Problem("SSK-3174", most=MOST_CODES)
            self._keep(version, systems, new)
            self._note("closure")
        return Told(version, _entries(systems, known, table.version))

    def replay(self, since: str) -> Told:
        """What came after a version, once more; all of it after '0'. SSK-3173 for a version that was never told."""
        with db.atomic():
            table = self._locked()
            systems = self._systems(table)
            if not (since.isascii() and since.isdigit() and len(since) <= 9 and int(since) <= table.version):  # noqa: PLR2004 -- as many digits as 32 bits hold
                raise Problem("SSK-3173")
            return Told(table.version, _entries(systems, self._codes(), int(since)))

    def _check_room(self) -> None:
        account, app, name = self._key
        others = "select count(*) from clinical_closure where account = %s and app = %s and name <> %s"
        if db.value(others, (account, app, name)) >= MOST_TABLES:
            raise Problem("SSK-3174", most=MOST_TABLES)

    def _locked(self) -> _Table:
        found = db.tuples(f"select version, editions from clinical_closure where {_OWN} for update", self._key)  # noqa: S608 -- the constant above
        if not found:
            raise Problem("SSK-3171")
        return _Table(*found[0])

    def _codes(self) -> dict[str, dict[str, int]]:
        """System → code → the version with which it came."""
        known: dict[str, dict[str, int]] = {}
        rows = f"select system, code, version from clinical_closure_code where {_OWN} order by version, system, code"  # noqa: S608 -- the constant above
        for system, code, version in db.tuples(rows, self._key):
            known.setdefault(system, {})[code] = version
        return known

    def _systems(self, table: _Table) -> dict[str, System]:
        """The systems of a table in the editions of its codes; SSK-3172 when one of them has changed since."""
        found = {}
        for url, edition in orjson.loads(table.editions).items():
            system = self._vocabulary.system(url, edition.partition("#")[0])
            if system is None or self._edition(system) != edition:
                raise Problem("SSK-3172")
            found[url] = system
        return found

    def _checked(self, one: Concept, systems: dict[str, System]) -> Concept:
        """A code as it is kept; its system becomes one of the table's."""
        system = self._vocabulary.system(one.system, one.version)
        if system is None:
            raise Problem("SSK-3200")
        if not system.has(one.code):
            raise Problem("SSK-3206")
        if len((one.system + one.code).encode()) > _MOST_BYTES:
            raise Problem("SSK-3004", name="concept", form="Coding")
        known = systems.setdefault(one.system, system)
        if self._edition(known) != self._edition(system):
            raise Problem("SSK-3172")
        return one

    def _edition(self, system: System) -> str:
        """The version of a system, and which stored version of it is meant where it was stored."""
        about = system.about
        stored = self._vocabulary.stored("CodeSystem", about.url, about.version)
        return f"{about.version}#{stored.key}/{stored.version}" if stored else about.version

    def _keep(self, version: int, systems: Mapping[str, System], new: Sequence[Concept]) -> None:
        editions = orjson.dumps({url: self._edition(system) for url, system in systems.items()}).decode()
        update = f"update clinical_closure set version = %s, editions = %s where {_OWN}"  # noqa: S608 -- the constant above
        db.execute(update, (version, editions, *self._key))
        db.execute(
            "insert into clinical_closure_code (account, app, name, system, code, version)"
            " select %s, %s, %s, system, code, %s from unnest(%s::text[], %s::text[]) as one (system, code)"
            " on conflict do nothing",
            (*self._key, version, [one.system for one in new], [one.code for one in new]),
        )

    def _note(self, action: str) -> None:
        audit.record(
            self._vocabulary.actor, action, kind="ConceptMap", person=NOBODY, detail="", at=self._vocabulary.at
        )


def _owner(actor: Actor) -> tuple[int, str]:
    """Whose a table is: an account's, or an app's that works for it."""
    return actor.account, actor.narrowing.app if actor.narrowing else ""


def _entries(systems: Mapping[str, System], known: Mapping[str, Mapping[str, int]], since: int) -> list[closing.Entry]:
    return [one for url, codes in known.items() for one in closing.entries(systems[url], codes, since)]
