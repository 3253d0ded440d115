"""In and out: the file gives the same fields and values, and so does the book."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings

from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.mapping.back import profile_of
from sosuckhoe.exchange.qd831.mapping.patient import claims_of
from sosuckhoe.exchange.qd831.mapping.whole import map_package
from sosuckhoe.exchange.qd831.read import read_profiles
from sosuckhoe.exchange.xml130.mapping import People, patient_body
from sosuckhoe.identity.claim import PersonRef
from tests.exchange.qd831.generated import awkward, profiles
from tests.exchange.qd831.samples import content, profile

AT = datetime(2026, 3, 1, tzinfo=UTC)
WHO = PersonRef(7, UUID(int=7))


def book(package):
    """The resources that a profile becomes, its Patient among them."""
    claim = claims_of(package).patient
    drafts = map_package(package, People(WHO), born=AT, received=AT).drafts
    return [patient_body(claim, WHO.patient), *(draft.body for draft in drafts)]


def told(package):
    """Tables as sets of rows without what is empty; an examination's tests and diagnoses with its MA_LK."""
    found = {}
    visits = [row.get("MA_LK", "") for row in package.tables.get(form.EXAMS, [])]
    for path, rows in package.tables.items():
        below = path.removeprefix(form.EXAMS)
        place = int(below[1:].split("/")[0]) if below.startswith("#") else 1
        of = visits[place - 1] if below != path and "/" in below else ""
        for row in rows:
            if fields := tuple(sorted((tag, text) for tag, text in row.items() if text)):
                found.setdefault((form.plain(path), of), []).append(fields)
    return {place: sorted(rows) for place, rows in found.items()}


@given(awkward())
@settings(max_examples=100, deadline=None)
def test_a_file_gives_back_every_field_known_or_not(package):
    assert read_profiles(content(package)).packages[0].tables == package.tables


@given(profiles())
@settings(max_examples=150, deadline=None)
def test_a_book_gives_back_the_fields_and_values_that_came(package):
    back = profile_of(book(package), package.facility, package.source)
    here, there = told(package), told(back)
    about = (form.ABOUT, "")
    assert {place: rows for place, rows in there.items() if place != about} == {
        place: rows for place, rows in here.items() if place != about
    }
    assert claims_of(back).patient.identifiers == tuple(
        number for number in claims_of(package).patient.identifiers if number.system != "record"
    )
    claim, again = claims_of(package).patient, claims_of(back).patient
    assert (again.name, again.birth, again.sex, again.phone, again.address) == (
        claim.name,
        claim.birth,
        claim.sex,
        claim.phone,
        claim.address,
    )
    assert (again.province, again.district, again.commune, again.extra) == (
        claim.province,
        claim.district,
        claim.commune,
        claim.extra,
    )


def test_the_sample_comes_back_whole():
    package = profile()
    back = profile_of(book(package), package.facility, package.source)
    here, there = told(package), told(back)
    person = dict(here.pop((form.ABOUT, ""))[0])
    assert dict(there.pop((form.ABOUT, ""))[0]) == {tag: text for tag, text in person.items() if tag != "MA_NHANKHAU"}
    assert there == here
