"""A simulated province as a folder of files.

<facility>/<yyyymmdd>/<n>.xml           packages, as the facility sent them on that day
<facility>/<yyyymmdd>/check-in-<n>.xml  arrivals of the last two days (XML0)
facilities.csv, people.csv, truth.csv   who and where; who is who (profiles/: profiles.py)
"""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.exchange.xml130.write import write_check_in, write_envelope
from sosuckhoe.simulation import registration
from sosuckhoe.simulation.moments import DAY, stamp, stamp_day
from sosuckhoe.simulation.sending import SimulatedPackage, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sosuckhoe.simulation.life import Life

PEOPLE = (
    "person", "name", "sex", "birth", "ethnicity", "cccd", "old_id", "social", "card", "phone", "commune_before",
    "commune_now", "household", "mother", "father", "illnesses", "died", "key", "seen",
)  # fmt: skip
FACILITIES = ("code", "kind", "name_before", "name_now", "vendor", "commune", "district", "head", "doctors")


class File(NamedTuple):
    """One file as a facility sends it. `name` is unique within facility and day; `sent` holds its packages."""

    facility: str
    day: str
    name: str
    content: bytes
    sent: tuple[SimulatedPackage, ...] = ()


class Written(NamedTuple):
    """How much was written."""

    packages: int
    files: int
    check_ins: int


def write_province(life: Life, folder: Path, per_envelope: int = 1) -> Written:
    """Live the province to its end and write what it sends. The folder is made; files in it are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    packages = count = 0
    with _csv(folder / "truth.csv") as writer:
        writer.writerow(Truth._fields)
        for file in files(life, per_envelope):
            place = folder / file.facility / file.day
            place.mkdir(parents=True, exist_ok=True)
            (place / file.name).write_bytes(file.content)
            writer.writerows(truth for sent in file.sent for truth in sent.truth)
            packages, count = packages + len(file.sent), count + 1
    write_people(life, folder / "people.csv")
    _table(folder / "facilities.csv", FACILITIES, facility_rows(life))
    return Written(packages, count, len(life.arrivals))


def write_people(life: Life, place: Path) -> None:
    """Everybody as they truly are, as a CSV file."""
    _table(place, PEOPLE, people_rows(life))


def files(life: Life, per_envelope: int = 1) -> Iterator[File]:
    """Everything that facilities send until the end, envelope by envelope; at last the check-ins of two days."""
    for number, batch in enumerate(batches(life.packages(), per_envelope), 1):
        first = batch[0]
        day = first.sent.strftime("%Y%m%d")
        content = write_envelope([sent.package for sent in batch], first.facility, day, edition=first.edition)
        yield File(first.facility, day, f"{number:07d}.xml", content, tuple(batch))
    yield from check_in_files(life)


def batches(sent: Iterable[SimulatedPackage], size: int) -> Iterator[list[SimulatedPackage]]:
    """Packages of one facility, day and edition together, up to a size; each when it is full or its day is over."""
    waiting: dict[tuple[str, str], list[SimulatedPackage]] = {}
    today = None
    for package in sent:
        if package.sent.date() != today:
            yield from waiting.values()
            waiting, today = {}, package.sent.date()
        batch = waiting.setdefault((package.facility, package.edition), [])
        batch.append(package)
        if len(batch) == size:
            yield waiting.pop((package.facility, package.edition))
    yield from waiting.values()


def check_in_files(life: Life) -> Iterator[File]:
    """The check-ins of the last two days, one file for a facility and day."""
    by_place: dict[tuple[str, str], list[dict[str, str]]] = {}
    for arrived, facility, row in life.arrivals:
        by_place.setdefault((facility, stamp_day(arrived)), []).append(row)
    for (facility, day), rows in sorted(by_place.items()):
        numbered = [{**row, "STT": str(place)} for place, row in enumerate(rows, 1)]
        yield File(facility, day, "check-in-1.xml", write_check_in([Package(facility, {"XML0": numbered})]))


def people_rows(life: Life) -> Iterator[tuple[object, ...]]:
    """Everybody as they truly are."""
    for person in life.people:
        home = person.household.home
        yield (
            person.number,
            person.name.full,
            person.sex,
            stamp(person.born),
            person.group,
            person.cccd,
            registration.old_identity(person),
            person.social,
            registration.card_number(person),
            person.phone or person.household.phone,
            home.commune,
            home.new_commune,
            person.household.number,
            person.mother.number if person.mother else "",
            person.father.number if person.father else "",
            " ".join(person.illnesses),
            stamp(person.died) if person.died and person.died <= life.end + DAY else "",
            person.key,
            " ".join(
                f"{one.facility}:{stamp(one.began)}:{stamp(one.ends)}" for one in person.seen if one.began <= life.end
            ),
        )


def facility_rows(life: Life) -> Iterator[tuple[object, ...]]:
    """Every facility with its doctors ('name licence; …')."""
    for one in life.network.all:
        doctors = "; ".join(f"{doctor.name} {doctor.licence}" for doctor in one.doctors)
        head = f"{one.head.name} {one.head.social}"
        yield one.code, one.kind, one.name_before, one.name_now, one.vendor, one.commune, one.district, head, doctors


def _table(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with _csv(path) as writer:
        writer.writerow(columns)
        writer.writerows(rows)


@contextmanager
def _csv(path: Path) -> Iterator[Any]:
    """A CSV file to write, with line ends that are the same everywhere."""
    with path.open("w", encoding="utf-8", newline="") as out:
        yield csv.writer(out, lineterminator="\n")
