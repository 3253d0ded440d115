"""What health profiles of QĐ 831 cost as their number grows: read, kept, mapped, their person found or made, stored.

python -m bench profiles [--profiles 8500] [--per-file 50]

Every profile is of somebody else and becomes some twelve resources. Fifths are sent one after the other, so that a cost
that grows with what is there already shows as a last fifth dearer than the first.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bench import house
from bench.feeds import claims_of, paper, parts
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.write import write_profiles
from sosuckhoe.exchange.xml130.package import Package, Row
from sosuckhoe.identity.claim import Claim

FACILITY = "79001"
EACH = 5
"""`claims_of` counts a patient with four results as five records."""


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench profiles")
    parser.add_argument("--profiles", type=int, default=8_500)
    parser.add_argument("--per-file", type=int, default=50)
    asked = parser.parse_args(words)
    with house.running(web=False, worker=False) as here:
        _register()
        for place, claims in enumerate(parts(claims_of(asked.profiles * EACH)), 1):
            named = [(place * 10_000_000 + number, claim) for number, claim in enumerate(claims)]
            _file(here, place, list(files(named, asked.per_file)), len(named))


def files(named: Sequence[tuple[int, Claim]], per_file: int) -> Iterator[bytes]:
    """Files of so many profiles as a vendor's system writes them."""
    for first in range(0, len(named), per_file):
        packages = [Package(FACILITY, tables(*one)) for one in named[first : first + per_file]]
        yield write_profiles(packages, {"SENDER_CODE": FACILITY, "SENDER_NAME": "Trạm y tế"})


def tables(number: int, claim: Claim) -> dict[str, list[Row]]:
    """The profile of one person: habits, an allergy, an illness, a dose, one examination with its result."""
    day = f"{1 + number % 28:02}/01/2026"
    about = {
        "MADINHDANH": paper(claim),
        "MA_NHANKHAU": f"NK{number}",
        "HOTEN": claim.name,
        "GIOITINH": "1" if claim.sex == "male" else "2",
        "NGAYSINH": "/".join(reversed(claim.birth.split("-"))),
        "DIACHI_HIENTAI": claim.address,
        "MATINH_HIENTAI": claim.province,
        "MAXA_HIENTAI": claim.commune,
        "DIENTHOAI_DD": claim.phone,
    }
    exam = {"MA_LK": f"KSK{number}", "NGAYKHAM": day, "NGAYBATDAU": day, "NGAYKETTHUC": day, "LYDOKHAM": "Khám định kỳ"}
    exam |= {"MACH": f"{60 + number % 40}", "HUYETAPTT": "135", "HUYETAPTD": "85", "CHIEUCAO": "155", "CANNANG": "58.5"}
    result = {"MADICHVU": "23.0083.1523", "MANHOM": "1", "TENDICHVU": "Glucose", "KETQUA": f"{4 + number % 9}.8"}
    return {
        form.ABOUT: [{name: text for name, text in about.items() if text}],
        form.HABITS: [{"LOAI": "1", "TENLOAI": "Hút thuốc lá", "TRANGTHAI": "1", "SOLUONG": "10 điếu/ngày"}],
        form.ALLERGIES: [{"LOAI": "1", "MASO": "PEN", "TEN": "Penicillin", "MOTA": "Nổi mẩn"}],
        form.ILLNESSES: [{"LOAIBENH": "2", "TENBENH": "Tăng huyết áp", "TRANGTHAI": "1", "MOTA": "Từ 2015"}],
        form.DOSES: [{"MAVACXIN": "VX01", "TENVACXIN": "Cúm mùa", "TRANGTHAI": "1", "NGAYTIEM": "10/10/2025"}],
        form.EXAMS: [exam],
        f"{form.EXAMS}/CANLAMSANG/DICHVU": [result],
    }


def _register() -> None:
    from sosuckhoe.identity import actions as identity
    from sosuckhoe.identity.queries import Facility

    identity.register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an")])


def _file(here: house.House, place: int, contents: Sequence[bytes], count: int) -> None:
    """Receive and file a fifth; print what each profile cost, and how many resources there are."""
    from sosuckhoe.access.actor import PROGRAM
    from sosuckhoe.base import db
    from sosuckhoe.exchange.actions import file
    from sosuckhoe.exchange.actions.receive import Parcel, receive

    began, mine, theirs = time.perf_counter(), time.process_time(), here.cpu()["postgres"]
    for content in contents:
        receive(PROGRAM, Parcel(FACILITY, "profile", content), "import", datetime.now(UTC))
    while file.drain(datetime.now(UTC)):
        pass
    wall, mine, theirs = time.perf_counter() - began, time.process_time() - mine, here.cpu()["postgres"] - theirs
    stored, persons = (
        db.value("select count(*) from clinical_resource"),
        db.value("select count(*) from identity_person"),
    )
    costs = f"Python {mine / count * 1e3:.2f}, PostgreSQL {theirs / count * 1e3:.2f} ms of CPU each"
    top = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"fifth {place}: {count} profiles: {costs}, {count / wall:.0f}/s; memory at most {top} MB; "
          f"{stored} resources of {persons} persons", flush=True)  # fmt: skip
