"""A visit becomes what its facility sends: a package, the check-in before it, and the truth beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sosuckhoe.exchange.xml130.package import Package, Row
from sosuckhoe.simulation import costs, programmes, registration
from sosuckhoe.simulation.chance import mix
from sosuckhoe.simulation.lines import drug_row, has_notes, note_row, result_row, service_row
from sosuckhoe.simulation.moments import DAY, as_datetime, date_of, stamp, stamp_day
from sosuckhoe.simulation.papers import papers
from sosuckhoe.simulation.writing_down import Desk, check_in, summary

if TYPE_CHECKING:
    from datetime import datetime

    from sosuckhoe.simulation.costs import Amounts
    from sosuckhoe.simulation.facilities import Facility, Network
    from sosuckhoe.simulation.people import Person
    from sosuckhoe.simulation.visit import Visit

_REGISTERED_AT_STATION = 0.7
_HOME = 51


class Truth(NamedTuple):
    """Who one name in a package really is. Name, birth and numbers are as sent; `person` and `mother` are true."""

    person: int
    role: str
    facility: str
    ma_bn: str
    ma_lk: str
    name: str
    birth: str
    sex: str
    cccd: str
    card: str
    phone: str
    mother: str


class SimulatedPackage(NamedTuple):
    """One package as it leaves a facility."""

    package: Package
    edition: str
    sent: datetime
    check_in: Row
    truth: tuple[Truth, ...]

    @property
    def facility(self) -> str:
        return self.package.facility


def send(seed: int, network: Network, visit: Visit) -> SimulatedPackage:
    """Write a visit down in its facility's system."""
    desk = _desk(seed, visit)
    home = home_facility(seed, network, visit.person).code
    medicines = [drug_row(desk, place, given) for place, given in enumerate(visit.drugs, 1)]
    services = [service_row(desk, place, done) for place, done in enumerate(visit.services, 1)]
    first = _first(desk, home, [amounts for _, amounts in medicines], [amounts for _, amounts in services])
    tables: dict[str, list[Row]] = {"XML1": [first]}
    details = {
        "XML2": [row for row, _ in medicines],
        "XML3": [row for row, _ in services],
        "XML4": [result_row(desk, place, measured) for place, measured in enumerate(visit.results, 1)],
        "XML5": [note_row(desk, place, note) for place, note in enumerate(visit.notes, 1)] if has_notes(visit) else [],
    }
    tables.update({name: rows for name, rows in details.items() if rows})
    tables.update(programmes.programme(desk))
    tables.update(papers(desk, first))
    package = Package(visit.facility.code, dict(sorted(tables.items(), key=lambda item: int(item[0][3:]))))
    return SimulatedPackage(package, desk.edition, as_datetime(sent_at(visit)), check_in(desk, home), _truth(desk))


def sent_at(visit: Visit) -> int:
    """The moment of sending: some minutes after the patient has paid and left."""
    return visit.left + 5 + mix(visit.number) % 25


def home_facility(seed: int, network: Network, person: Person) -> Facility:
    """Where a person's card is registered: the commune's station, for some the district's centre."""
    share = mix(seed, _HOME, person.household.number) / 2**64
    return network.near("commune" if share < _REGISTERED_AT_STATION else "district", person.household.home)


def _desk(seed: int, visit: Visit) -> Desk:
    registered = registration.register(seed, visit.person, visit.facility, visit.arrived)
    vendor = registration.vendor(visit.facility.vendor)
    on_day = date_of(visit.left // DAY).isoformat()
    ma_lk = vendor.facts["visit_code"].format(
        facility=visit.facility.code, day=stamp_day(visit.arrived)[2:], number=visit.number
    )
    card = visit.person.card or (visit.person.temporary_card if registered.card else "")
    covered = costs.cover(visit, card, on_day)
    return Desk(visit, registered, vendor, registration.edition(visit.facility.vendor, on_day), ma_lk, covered)


def _first(desk: Desk, home: str, medicines: list[Amounts], services: list[Amounts]) -> Row:
    sums = costs.total([*medicines, *services])
    return summary(desk, home, sums, (costs.total(medicines).hospital, 0.0))


def _truth(desk: Desk) -> tuple[Truth, ...]:
    visit, registered = desk.visit, desk.registration
    mother = visit.person.mother
    patient = Truth(
        visit.person.number,
        "patient",
        visit.facility.code,
        registered.code,
        desk.ma_lk,
        registered.name,
        registered.birth,
        registered.sex,
        registered.cccd,
        registered.card,
        registered.phone,
        str(mother.number) if mother else "",
    )
    return (patient, *(_newborn(desk, birth.child) for birth in visit.births))


def _newborn(desk: Desk, child: Person) -> Truth:
    visit, sex = desk.visit, "1" if child.is_male else "2"
    texts = (visit.facility.code, "", desk.ma_lk, child.name.full, stamp(child.born), sex, "", child.temporary_card, "")
    return Truth(child.number, "newborn", *texts, str(visit.person.number))
