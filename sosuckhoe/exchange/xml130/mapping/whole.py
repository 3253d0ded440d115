"""A package as a whole: every table in turn, in the order in which they refer to each other."""

from __future__ import annotations

from datetime import datetime

from sosuckhoe.exchange.xml130.mapping.patient import claims_of
from sosuckhoe.exchange.xml130.mapping.provenance import map_provenance
from sosuckhoe.exchange.xml130.mapping.sensitive import labels_of
from sosuckhoe.exchange.xml130.mapping.values import moment, said
from sosuckhoe.exchange.xml130.mapping.visit import Mapped, People, Visit
from sosuckhoe.exchange.xml130.mapping.xml1_costs import map_costs
from sosuckhoe.exchange.xml130.mapping.xml1_coverage import map_coverage
from sosuckhoe.exchange.xml130.mapping.xml1_diagnoses import map_diagnoses
from sosuckhoe.exchange.xml130.mapping.xml1_measurements import map_measurements
from sosuckhoe.exchange.xml130.mapping.xml1_visit import map_conclusion, map_encounter
from sosuckhoe.exchange.xml130.mapping.xml2_drugs import map_drugs
from sosuckhoe.exchange.xml130.mapping.xml3_services import map_operations, map_services
from sosuckhoe.exchange.xml130.mapping.xml4_results import map_results, reported_services
from sosuckhoe.exchange.xml130.mapping.xml5_course import map_course
from sosuckhoe.exchange.xml130.mapping.xml6_hiv import map_hiv
from sosuckhoe.exchange.xml130.mapping.xml7_discharge import map_discharge
from sosuckhoe.exchange.xml130.mapping.xml8_summary import map_summary
from sosuckhoe.exchange.xml130.mapping.xml9_birth import map_birth
from sosuckhoe.exchange.xml130.mapping.xml10_maternity_leave import map_maternity_leave
from sosuckhoe.exchange.xml130.mapping.xml11_sick_leave import map_sick_leave
from sosuckhoe.exchange.xml130.mapping.xml12_assessment import map_assessment
from sosuckhoe.exchange.xml130.mapping.xml13_referral import map_referral
from sosuckhoe.exchange.xml130.mapping.xml14_reexamination import map_reexamination
from sosuckhoe.exchange.xml130.mapping.xml15_tuberculosis import map_tuberculosis
from sosuckhoe.exchange.xml130.package import Package, Row


def map_package(package: Package, people: People, born: datetime, received: datetime, digest: str = "") -> Mapped:
    """Everything that a package says, as FHIR drafts of its persons and of the registers they refer to.

    `born` is the first arrival of this episode and `received` this arrival, both with a time zone; `digest` tells
    this package from others. Never raises on a value: what cannot be read leaves its element out.
    """
    visit = _begin(package, people, born, received)
    _map_visit(visit, package)
    _map_papers(visit, package, people)
    map_provenance(visit, digest)
    return Mapped(visit.drafts, list(visit.registers.values()))


def _begin(package: Package, people: People, born: datetime, received: datetime) -> Visit:
    visit = Visit(package.facility, package.ma_lk, people.patient, born, received, labels_of(package))
    visit.workers = people.workers
    visit.started = moment(package.summary.get("NGAY_VAO"))
    visit.ended = moment(package.summary.get("NGAY_RA"))
    if visit.started and visit.ended and visit.ended < visit.started:
        visit.ended = visit.started
    return visit


def _map_visit(visit: Visit, package: Package) -> None:
    """The visit itself: diagnoses, services, results, drugs, course, measurements, insurance, costs."""
    row, results = package.summary, _rows(package, "XML4")
    diagnoses = map_diagnoses(visit, row)
    services = map_services(visit, _rows(package, "XML3"), reported_services(results))
    map_operations(visit, row, services.operations)
    map_encounter(visit, package, diagnoses, services.beds)
    map_conclusion(visit, row)
    map_drugs(visit, _rows(package, "XML2"), said(row, "MA_LOAI_KCB"))
    map_results(visit, results, services)
    map_course(visit, _rows(package, "XML5"))
    map_measurements(visit, row)
    map_costs(visit, package, map_coverage(visit, row))


def _map_papers(visit: Visit, package: Package, people: People) -> None:
    """The papers of the visit and the records of programmes."""
    map_hiv(visit, _rows(package, "XML6"))
    map_discharge(visit, _rows(package, "XML7"))
    map_summary(visit, _rows(package, "XML8"))
    if births := _rows(package, "XML9"):
        map_birth(visit, births, people.newborns, claims_of(package).patient.identifiers)
    map_maternity_leave(visit, _rows(package, "XML10"))
    map_sick_leave(visit, _rows(package, "XML11"))
    map_assessment(visit, _rows(package, "XML12"))
    map_referral(visit, _rows(package, "XML13"))
    map_reexamination(visit, _rows(package, "XML14"), package.summary)
    map_tuberculosis(visit, _rows(package, "XML15"))


def _rows(package: Package, table: str) -> list[Row]:
    return package.tables.get(table, [])
