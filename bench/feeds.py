"""What another system's files cost: tables of a CSV export and lines of a Bulk Data pull, by fifths; memory.

python -m bench feeds [--rows 100000] [--resources 50000]

One in five records is a patient, the others are results of theirs. Fifths are files of their own, so that a cost that
grows with what is there already shows as a last fifth dearer than the first.
"""

from __future__ import annotations

import argparse
import io
import resource
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from bench import house
from bench.population import records
from sosuckhoe.identity.claim import Claim

PARTS, EACH = 5, 4
"""Files, and results a patient."""

PEOPLE = "MA_ND;HO_TEN;NGAY_SINH;GIOI_TINH;CCCD;THE_BHYT;DIEN_THOAI;DIA_CHI;MA_TINH;MA_XA;CAP_NHAT"
RESULTS = "MA_KQ;MA_ND;MA_LK;TEN_CHI_SO;GIA_TRI;DON_VI;LAY_MAU_LUC;CAP_NHAT"
NATIONAL = "http://fhir.ehealth.gov.vn/core/sid/national_id"
WRITTEN = {"lastUpdated": "2026-02-01T08:00:00Z"}


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench feeds")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--resources", type=int, default=50_000)
    asked = parser.parse_args(words)
    with house.running(web=False, worker=False) as here:
        csv, fhir = claims_of(asked.rows), claims_of(asked.resources)
        for place, (part, lines) in enumerate(zip(parts(csv), parts(fhir), strict=True), 1):
            named = [(place * 10_000_000 + number, claim) for number, claim in enumerate(part)]
            tables = {f"nguoi_dan{place}.csv": people(named), f"ket_qua{place}.csv": results(named)}
            for name, content in tables.items():
                file(here, "thon-ban", "csv", name, content, content.count(b"\n"))
            named = [(place * 10_000_000 + number, claim) for number, claim in enumerate(lines)]
            content = ndjson(named)
            file(here, "song-hong", "ndjson", f"{place}.ndjson", content, content.count(b"\n"))


def claims_of(records_wanted: int) -> list[Claim]:
    """So many patients that with their results they are the records wanted."""
    wanted = records_wanted // (EACH + 1)
    return [one.claim for one in records(wanted, 11, visits=1)][:wanted]


def parts(claims: Sequence[Claim]) -> list[Sequence[Claim]]:
    """They in equal parts."""
    size = -(-len(claims) // PARTS)
    return [claims[size * place : size * (place + 1)] for place in range(PARTS)]


def file(here: house.House, source: str, kind: str, name: str, content: bytes, count: int) -> None:
    """Receive and file one file; print what each record cost."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.exchange.feeds import deliver, readers

    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    parcel = deliver.Parcel(source, kind, name)
    deliver.receive(PROGRAM, parcel, io.BytesIO(content), "import", datetime.now(UTC))
    deliver.drain(readers.readers())
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    costs = f"Python {mine / count * 1e6:.0f} µs, PostgreSQL {theirs / count * 1e6:.0f} µs of CPU each"
    top = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:16} {count} records: {costs}, wall {count / wall:.0f}/s; memory at most {top} MB", flush=True)


def people(named: Sequence[tuple[int, Claim]]) -> bytes:
    """A table of people as the vendor writes it."""
    lines = [PEOPLE]
    for number, claim in named:
        sex = "1" if claim.sex == "male" else "2"
        birth = "/".join(reversed(claim.birth.split("-")))
        home = f"{claim.phone};{claim.address.replace(';', ',')};{claim.province};{claim.commune}"
        lines.append(f"{number};{claim.name};{birth};{sex};{paper(claim)};;{home};20/02/2026 08:00")
    return "\n".join(lines).encode()


def results(named: Sequence[tuple[int, Claim]]) -> bytes:
    """A table of their results."""
    lines = [RESULTS]
    for number, _ in named:
        for test in range(EACH):
            value = f"{4 + test},{number % 10}"
            day = f"{1 + number % 28:02}/01/2026"
            lines.append(f"{number}-{test};{number};;Glucose;{value};mmol/L;{day} 09:0{test};20/02/2026 08:00")
    return "\n".join(lines).encode()


def ndjson(named: Sequence[tuple[int, Claim]]) -> bytes:
    """Patients and their results as Bulk Data writes them, each kind after the other."""
    patients = [patient(number, claim) for number, claim in named]
    found = [observation(number, test) for number, _ in named for test in range(EACH)]
    return b"\n".join(orjson.dumps(one) for one in (*patients, *found))


def patient(number: int, claim: Claim) -> dict[str, object]:
    """A patient of the other system."""
    number_of = [{"system": NATIONAL, "value": paper(claim)}] if paper(claim) else []
    body = {"resourceType": "Patient", "id": str(number), "meta": WRITTEN, "name": [{"text": claim.name}]}
    return {**body, "gender": claim.sex, "birthDate": claim.birth, **({"identifier": number_of} if number_of else {})}


def observation(number: int, test: int) -> dict[str, object]:
    """A result of the other system."""
    return {
        "resourceType": "Observation",
        "id": f"{number}-{test}",
        "meta": WRITTEN,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "14749-6"}], "text": "Glucose"},
        "subject": {"reference": f"Patient/{number}"},
        "effectiveDateTime": f"2026-01-{1 + number % 28:02}T09:0{test}:00+07:00",
        "valueQuantity": {"value": 4 + number % 10 / 10, "unit": "mmol/L"},
    }


def paper(claim: Claim) -> str:
    """The identity number; '' without one."""
    return next((one.value for one in claim.identifiers if one.system == "cccd"), "")
