"""What the shapes of a search cost: orders, chains, filters, several types, compartments, a hospital's own searches.

    python -m bench search_shape [--packages 4000] [--times 7]

Each package is one person's visit of 30 resources. The call is whole: rights, search, a line of the trace.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime

from bench import house
from bench.put_many import packages

HOSPITALS = {"79001": 1, "79002": 100, "79003": 1000}
"""Of how many persons each has treated one."""


def main(words: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench search_shape")
    options.add_argument("--packages", type=int, default=4000)
    options.add_argument("--times", type=int, default=7)
    asked = options.parse_args(words)
    with house.running(web=False, worker=False):
        patient = _prepare(asked.packages)
        for who, label, types, pairs in _searches(patient):
            _measure(who, label, types, pairs, asked.times)


def _prepare(count: int) -> str:
    """Store everything; the id of one patient."""
    from sosuckhoe.access import actions as access
    from sosuckhoe.base import db
    from sosuckhoe.base.keys import NOBODY, bucket_of, derived_key
    from sosuckhoe.clinical import actions
    from sosuckhoe.clinical.draft import Draft

    now = datetime.now(UTC)
    hospital = derived_key(7, now, "hospital")
    actions.put_many(
        [
            Draft(
                "Organization", hospital, NOBODY, {"resourceType": "Organization", "id": str(hospital), "name": "Viện"}
            )
        ],
        now,
    )
    one = ""
    for number in range(count // 50):
        drafts = packages(number, 50, 30)
        for person in sorted({draft.person for draft in drafts}):
            key = derived_key(bucket_of(person), now, "patient", str(person))
            body = {"resourceType": "Patient", "id": str(key), "name": [{"text": f"Nguyễn Văn {person % 977}"}]}
            body["gender"] = "female" if person % 2 else "male"
            body["managingOrganization"] = {"reference": f"Organization/{hospital}"}
            mine = [draft for draft in drafts if draft.person == person]
            for draft in mine:
                draft.body["subject"] = {"reference": f"Patient/{key}"}
            drafts.append(Draft("Patient", key, person, body))
            one = str(key)
        with db.atomic():
            actions.put_many(drafts, now)
    persons = range(1, count + 1)
    access.tie([(name, person) for name, share in HOSPITALS.items() for person in persons if not person % share], now)
    db.execute("vacuum analyze")
    return one


def _searches(patient: str) -> list[tuple[str, str, tuple[str, ...], list[tuple[str, str]]]]:
    mine = ("patient", patient)
    of_results = ("Observation",)
    return [
        ("program", "newest of everybody (default order)", of_results, []),
        ("program", "newest written first", of_results, [("_sort", "-_lastUpdated")]),
        ("program", "one person, by value", of_results, [mine, ("_sort", "value-quantity")]),
        ("program", "one person, by code and date", of_results, [mine, ("_sort", "code,-date")]),
        ("program", "all patients by name", ("Patient",), [("_sort", "name")]),
        ("program", "a rare name's results (1 hop)", of_results, [("patient.name", "nguyen van 976")]),
        ("program", "women's results (1 hop, half of all)", of_results, [("patient.gender", "female")]),
        ("program", "results of a hospital's patients (2 hops)", of_results, [("patient.organization.name", "vien")]),
        ("program", "patients with a code (_has)", ("Patient",), [("_has:Observation:patient:code", "718-7")]),
        ("program", "_filter of two names", ("Patient",), [("_filter", 'name ew "976" or name ew "975"')]),
        ("program", "_summary=true, one person", of_results, [mine, ("_summary", "true")]),
        (
            "program",
            "three types by _lastUpdated",
            ("Observation", "Encounter", "Patient"),
            [("_sort", "-_lastUpdated")],
        ),
        ("program", "_total=accurate", of_results, [("_total", "accurate"), ("_count", "1")]),
        ("program", "_total=estimate", of_results, [("_total", "estimate"), ("_count", "1")]),
        *((name, f"a hospital that treated 1 of {share}", of_results, []) for name, share in HOSPITALS.items()),
        ("79003", "the same, one common code", of_results, [("status", "final")]),
    ]


def _measure(who: str, label: str, types: tuple[str, ...], pairs: list[tuple[str, str]], times: int) -> None:
    from sosuckhoe.access.actor import PROGRAM, Actor
    from sosuckhoe.base.errors import Problem
    from sosuckhoe.clinical import finding
    from sosuckhoe.clinical.search.several import parse_types
    from sosuckhoe.clinical.search.shape import shaped

    actor = PROGRAM if who == "program" else Actor(2, "A hospital", "system", facility=who)
    spans, found = [], 0
    for _ in range(times):
        start = time.perf_counter()
        now = datetime.now(UTC)
        queries = parse_types(types, pairs, base="http://bench/fhir", now=now)
        try:
            page = finding.search_types(actor, queries, now)
        except Problem as problem:
            print(f"{label:45} {problem.number}")
            return
        for one in page.found if queries[0].shape else ():
            shaped(one.type, one.body, queries[0].shape)
        spans.append(time.perf_counter() - start)
        found = len(page.found)
    print(f"{label:45} {sorted(spans)[times // 2] * 1e3:8.1f} ms, {found} on the page")
