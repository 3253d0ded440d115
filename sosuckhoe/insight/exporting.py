"""Rows of views as files. https://build.fhir.org/ig/FHIR/sql-on-fhir-v2/OperationDefinition-ViewDefinitionExport.html

The plain engine makes them of the resources that an export would hold, as they stood at one moment: rights, trace and
folder are those of any export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sosuckhoe.access.actor import Actor
from sosuckhoe.base import clock, db
from sosuckhoe.clinical import admission, jsontext
from sosuckhoe.clinical.bulk import background, choosing, export, wanted
from sosuckhoe.clinical.bulk.background import Job
from sosuckhoe.clinical.bulk.files import demand_room, told_when_full
from sosuckhoe.clinical.bulk.going import Going, Stopped, emptied
from sosuckhoe.insight.copied import engine
from sosuckhoe.insight.views import definition, formats, rows
from sosuckhoe.insight.views.columns import Placed
from sosuckhoe.insight.views.rows import Plan, Row

KIND = "viewdefinition-export"
MOST_SECONDS = 1800.0
"""Of computing, for the rows of one view."""

PARQUET = "parquet"


class Wanted(msgspec.Struct, frozen=True):
    """What one export is asked for: the JSON of views by the names under which their rows go out.

    `persons`: of them only, whoever may be exported; None: not limited. `tracking` is the client's own mark.
    """

    views: dict[str, str]
    form: str = "ndjson"
    since: datetime | None = None
    persons: tuple[int, ...] | None = None
    tracking: str = ""

    def plan(self, name: str) -> Plan:
        """A view ready to run. SSK-3290 to SSK-3293."""
        return rows.plan(definition.read(jsontext.read_own(self.views[name].encode())))

    def of(self, *types: str) -> wanted.Wanted:
        """The resources of these types that are meant."""
        level = wanted.SYSTEM if self.persons is None else wanted.PATIENT
        return wanted.Wanted(level, types, self.since, persons=self.persons)


class Output(NamedTuple):
    """What became of one view: its name and its files, in order."""

    name: str
    files: list[str]


def run(job: Job) -> None:
    """All files, the trace and the manifest, or nothing of it."""
    emptied(job.folder)
    asked = msgspec.convert(job.asked["wanted"], Wanted)
    with db.snapshot():
        made = write(job.actor, asked, job)
        manifest = {
            "output": [one._asdict() for one in made],
            "form": asked.form,
            "ended": clock.now().isoformat(timespec="milliseconds"),
        }
        if not background.finish(job, manifest, clock.now()):
            raise Stopped


def write(actor: Actor, asked: Wanted, job: Job, file_bytes: int = export.FILE_BYTES) -> list[Output]:
    """Write the files into the job's empty folder, in one transaction with a line of the trace for every person.

    Raises SSK-1003, SSK-3228, SSK-3481, and what a view raises over the values that it meets (SSK-3294, SSK-3295).
    """
    with db.snapshot():
        export.make_ready()
        plans = {name: asked.plan(name) for name in asked.views}
        met = _Met(actor, asked, job)
        types = dict.fromkeys(ready.view.resource for ready in plans.values())
        made = [
            Output(name, _write(met.rows(ready), ready.columns, _named(number, name), asked.form, job, file_bytes))
            for number, (name, ready) in enumerate(plans.items(), 1)
        ]
        export.trace(actor, choosing.chosen(actor, asked.of(*types), job.created), job.created, job.id)
    return made


class _Met:
    """The resources that views meet, and how long they may take."""

    def __init__(self, actor: Actor, asked: Wanted, job: Job) -> None:
        self.actor = actor
        self.asked = asked
        self.job = job
        self.going = Going(job.folder)
        self.count = 0

    def rows(self, ready: Plan) -> Iterator[Row]:
        """The rows of one view, over all that it may meet."""
        told = admission.told_of(self.actor, self.job.created, MOST_SECONDS)
        yield from rows.rows(ready, self.resources(ready.view.resource), admission.outside(told), MOST_SECONDS)

    def resources(self, type_name: str) -> Iterator[dict[str, Any]]:
        for part in choosing.chosen(self.actor, self.asked.of(type_name), self.job.created):
            for body in export.resources(part):
                self.count += 1
                if not self.count % formats.BATCH:
                    self.going(self.count)
                yield jsontext.read_own(body)


def _named(number: int, name: str) -> str:
    """How the files of a view begin: its name where that can be one of a file."""
    return name if definition.NAME.fullmatch(name) else f"view-{number}"


def _write(
    found: Iterator[Row], columns: tuple[Placed, ...], start: str, form: str, job: Job, file_bytes: int
) -> list[str]:
    """Files of bounded size, one at least: a table without rows has its columns too."""
    left, names = _Left(found), list[str]()
    while left.is_any or not names:
        demand_room(job.folder)
        names.append(f"{start}.{len(names) + 1}.{form}")
        with told_when_full():
            _FORMS.get(form, _write_text)(columns, left, job.folder / names[-1], file_bytes)
    return names


class _Left:
    """Rows that wait to be written, of which the next is known."""

    def __init__(self, found: Iterator[Row]) -> None:
        self.found = found
        self.next = next(found, None)

    @property
    def is_any(self) -> bool:
        return self.next is not None

    def until(self, is_full: Callable[[], bool]) -> Iterator[Row]:
        """Rows for one file, which is asked after every batch whether it is full."""
        taken = 0
        while self.next is not None and not (taken and not taken % formats.BATCH and is_full()):
            row, self.next = self.next, next(self.found, None)
            taken += 1
            yield row


def _write_text(columns: tuple[Placed, ...], left: _Left, place: Path, file_bytes: int) -> None:
    content = formats.WRITERS[place.suffix[1:]]
    with place.open("wb", buffering=0) as out:
        place.chmod(0o600)
        out.writelines(content(columns, left.until(lambda: out.tell() >= file_bytes)))


def _write_parquet(columns: tuple[Placed, ...], left: _Left, place: Path, file_bytes: int) -> None:
    """By way of lines, whose size counts: packed they are smaller."""
    counted = _Counted()
    found = counted.each(left.until(lambda: counted.size >= file_bytes))
    engine.write_parquet(columns, found, place.parent).rename(place)
    place.chmod(0o600)


class _Counted:
    """About how large rows are as lines."""

    def __init__(self) -> None:
        self.size = 0

    def each(self, found: Iterable[Row]) -> Iterator[Row]:
        for row in found:
            self.size += len(str(row))
            yield row


_FORMS: dict[str, Callable[[tuple[Placed, ...], _Left, Path, int], None]] = {PARQUET: _write_parquet}
