"""What becomes of a package: one package one result, corrections as new versions, neighbours untouched."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange import queries
from sosuckhoe.exchange.actions import file, ledger, registers
from sosuckhoe.exchange.actions.receive import LANES, Parcel, lane_of, receive, receive_all
from sosuckhoe.exchange.command import written_back
from sosuckhoe.exchange.xml130 import findings, read
from sosuckhoe.exchange.xml130.package import Finding
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier
from tests.exchange.samples import FACILITY, TEST, envelope, package

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CCCD = Identifier("cccd", "079160000001")


@pytest.fixture(autouse=True)
def _nothing_remembered():
    registers.forget()


def send(*packages, at=AT, facility=FACILITY, content=None):
    parcel = Parcel(facility, "records", content or envelope(*packages, facility=facility))
    receipt = receive(PROGRAM, parcel, "import", at)
    while file.drain(at):
        pass
    return receipt


def book(person=None):
    person = person or identity.person_of(CCCD)
    return {stored.key: stored for stored in clinical.of_person(person)} if person else {}


def outcomes():
    return [row.outcome for row in db.rows("select outcome from exchange_package order by arrival, position")]


def test_a_package_becomes_a_book():
    send(package())
    types = {stored.type for stored in book().values()}
    assert {"Patient", "Encounter", "Condition", "MedicationRequest", "Observation", "Coverage"} <= types
    assert outcomes() == ["filed"]


def test_the_same_content_again_is_not_even_stored():
    first, again = send(package()), send(package(), at=AT + timedelta(hours=1))
    assert (again.arrival, again.number, again.known) == (first.arrival, first.number, True)
    assert db.value("select count(*) from exchange_arrival") == 1


def test_the_same_package_in_another_envelope_changes_nothing():
    send(package())
    before = book()
    send(package(), package("LK0002", SO_CCCD="079160000009", HO_TEN="Lê Thị Bảy", MA_BN="BN2", MA_THE_BHYT=""))
    assert outcomes() == ["filed", "unchanged", "filed"]
    assert book() == before


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable():
    send(package())
    before = book()
    corrected = package(CHAN_DOAN_RV="Tăng huyết áp, đã kiểm soát")
    corrected.tables["XML4"] = []
    send(corrected, at=AT + timedelta(days=1))
    after = book()
    assert queries.package(FACILITY, "LK0001").summary["CHAN_DOAN_RV"] == "Tăng huyết áp, đã kiểm soát"
    assert queries.package(FACILITY, "LK0001", 1).summary["CHAN_DOAN_RV"] == "Tăng huyết áp vô căn"
    assert [row.version for row in queries.versions(FACILITY, "LK0001")] == [2, 1]
    gone = {stored.type for key, stored in before.items() if key not in after}
    assert "Observation" in gone
    kept = [key for key in before if key in after]
    assert kept
    assert {after[key].version for key in kept} == {1, 2}


def test_a_correction_and_its_original_in_one_envelope_are_two_versions():
    send(package(), package(CHAN_DOAN_RV="Tăng huyết áp, đã kiểm soát"))
    assert [row.version for row in queries.versions(FACILITY, "LK0001")] == [2, 1]


def test_a_correction_of_who_it_was_moves_the_visit_to_the_other_book():
    send(package())
    wrong = identity.person_of(CCCD)
    send(package(SO_CCCD="079170000007", HO_TEN="Phạm Thị Sáu", NGAY_SINH="197001010000", MA_BN="BN7", MA_THE_BHYT=""))
    right = identity.person_of(Identifier("cccd", "079170000007"))
    assert right != wrong
    assert {stored.type for stored in book(wrong).values()} == {"Patient"}
    assert "Encounter" in {stored.type for stored in book(right).values()}


def test_a_refused_package_does_not_take_its_neighbour_down():
    broken = package("LK0009")
    broken.tables.pop("XML1")
    send(broken, package())
    assert outcomes() == ["refused", "filed"]
    assert db.value("select count(*) from exchange_finding where level = 'refused'") >= 1


def test_a_file_that_is_no_xml_is_kept_and_refused_with_its_reason():
    send(content=b"<GIAMDINHHS><!DOCTYPE")
    row = db.one("select problem, packages from exchange_filing")
    assert row.problem.startswith("SSK-20")
    assert queries.arrival(db.value("select arrival from exchange_filing")).content == b"<GIAMDINHHS><!DOCTYPE"
    assert not queries.is_anything_waiting()


def test_a_file_of_another_facility_is_refused():
    send(content=envelope(package(facility="79002"), facility="79002"))
    assert db.value("select problem from exchange_filing") == "SSK-2503"


def test_an_account_sends_only_as_its_own_facility():
    stranger = Actor(account=1, name="", role="system", facility="79002", purpose="treatment")
    with pytest.raises(Problem):
        receive(stranger, Parcel(FACILITY, "records", envelope(package())), "gateway", AT)


def test_many_parcels_are_stored_in_one_go_and_a_double_only_once():
    content = envelope(package())
    first, other, double = receive_all(
        PROGRAM,
        [
            Parcel(FACILITY, "records", content),
            Parcel(FACILITY, "records", envelope(package("LK0002"))),
            Parcel(FACILITY, "records", content),
        ],
        "import",
        AT,
    )
    assert first.arrival == double.arrival != other.arrival
    assert [first.known, other.known, double.known] == [False, False, True]


def test_what_comes_out_is_what_came_in():
    sent = package()
    send(sent)
    (back,) = read.read_envelope(written_back(FACILITY, "LK0001")).packages
    assert back.tables == sent.tables


def test_the_treating_facility_is_tied_to_the_person():
    send(package())
    assert db.tuples("select facility, person from access_tie") == [(FACILITY, identity.person_of(CCCD))]


def test_a_fault_of_ours_sets_one_package_aside_and_files_its_neighbour(monkeypatch):
    from sosuckhoe.exchange.xml130 import mapping

    real = mapping.map_package

    def faulty(one, *words, **more):
        if one.ma_lk == "LK0001":
            raise ZeroDivisionError
        return real(one, *words, **more)

    monkeypatch.setattr(mapping, "map_package", faulty)
    send(package(), package("LK0002", SO_CCCD="079160000009", HO_TEN="Lê Thị Bảy", MA_BN="BN2", MA_THE_BHYT=""))
    assert outcomes() == ["refused", "filed"]
    row = db.tuples("select level, tbl, row, field, rule, value_class from exchange_finding where level = 'refused'")[0]
    assert "giữ lại" in findings.sentence(Finding(*row))


def test_what_is_too_large_for_the_database_is_set_aside_and_its_neighbours_are_filed(monkeypatch):
    first = receive(PROGRAM, Parcel(FACILITY, "records", envelope(package())), "import", AT).arrival
    real = ledger.write

    def faulty(units, at):
        if any(unit.arrival == first for unit in units):
            raise psycopg.errors.ProgramLimitExceeded
        real(units, at)

    monkeypatch.setattr(ledger, "write", faulty)
    other = package("LK0002", SO_CCCD="079160000009", HO_TEN="Lê Thị Bảy", MA_BN="BN2", MA_THE_BHYT="")
    second = send(other).arrival
    told = dict(db.tuples("select arrival, problem from exchange_filing"))
    assert told == {first: "SSK-2599", second: ""}


def test_a_database_that_is_away_is_no_package_s_fault(monkeypatch):
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(package())), "import", AT)

    def away(_units, _at):
        raise psycopg.errors.AdminShutdown

    monkeypatch.setattr(ledger, "write", away)
    with pytest.raises(psycopg.errors.AdminShutdown):
        file.drain(AT)
    assert db.value("select tries from exchange_waiting") == 0


def test_a_test_result_is_found_by_its_code_at_once():
    send(package())
    sql = "select count(*) from exchange_waiting"
    assert db.value(sql) == 0
    assert any(TEST["TEN_CHI_SO"].encode() in stored.body for stored in book().values())


def test_only_lanes_in_which_something_waits_are_chosen():
    receive(PROGRAM, Parcel(FACILITY, "records", envelope(package())), "import", AT)
    assert queries.lanes_waiting(LANES, 60) == {lane_of(FACILITY): 1}


def test_one_turn_files_what_waits_in_several_lanes():
    facilities = ["79001", "79002", "79003", "79004"]
    assert len({lane_of(facility) for facility in facilities}) > 1
    for number, facility in enumerate(facilities):
        one = package(f"LK{number}", facility, SO_CCCD=f"07916000000{number}", MA_THE_BHYT="")
        receive(PROGRAM, Parcel(facility, "records", envelope(one, facility=facility)), "import", AT)
    assert file.drain(AT) == len(facilities)


def test_a_visit_code_beyond_all_bounds_is_refused_and_named_short():
    send(package("L" * 5000), package())
    assert outcomes() == ["refused", "filed"]
    assert db.value("select max(length(ma_lk)) from exchange_package") < 1000
