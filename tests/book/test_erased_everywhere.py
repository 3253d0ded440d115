"""An erasure reaches whatever wrote the entry: afterwards its value stands in no table and no file, and stays away.

So that the value could be found if it were left, these tests store without sealing and packing: what a table would hold
under the seal stands in it as it is.
"""

import base64
from datetime import timedelta

import pytest

from sosuckhoe.access import requests, retaining
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.requests import Decision
from sosuckhoe.base import db, sealing
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import granting
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.actions import phrases, repeat
from sosuckhoe.clinical.search.parameters import name_of
from sosuckhoe.exchange import at_rest
from sosuckhoe.exchange.actions import file, sweep
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.feeds import deliver, readers, shelf, sweeping
from sosuckhoe.exchange.sources import uri_of
from sosuckhoe.identity import actions as identity_actions
from sosuckhoe.identity import merging
from sosuckhoe.identity import queries as identity
from tests.exchange.feeds import test_tables as csv
from tests.exchange.feeds import vendor
from tests.exchange.qd831 import samples as profiles
from tests.exchange.samples import FACILITY, package
from tests.identity.merged import AT, LAN, LATER, THEN, WITHOUT_CARD, WITHOUT_CARD_NUMBER, send, tables

pytestmark = pytest.mark.django_db
WORD = "Kanariwort"
"""What the entry says and nothing else does: it stands in a code's text, in a value, in a note."""
STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
NOW = AT + timedelta(days=1)
CLERKS = [Actor(n, "Nhân viên", "clerk", facility=FACILITY, purpose="administration") for n in (31, 32)]
STEWARDS = [Actor(n, "Cán bộ", "steward", area="25", purpose="stewardship") for n in (33, 34)]
SYSTEM = Actor(35, "HIS", "system", facility=FACILITY, purpose="treatment")


@pytest.fixture(autouse=True)
def _bare(monkeypatch, settings, tmp_path):
    """Contents as they are, in a shelf of their own."""
    settings.HOME = tmp_path
    monkeypatch.setattr(sealing, "seal", lambda _purpose, _bound, content: content)
    monkeypatch.setattr(sealing, "unseal", lambda _purpose, _bound, content: content)
    monkeypatch.setattr(at_rest, "pack", lambda content: content)
    monkeypatch.setattr(at_rest, "unpack", lambda content: content)
    codec.forget()
    phrases.KNOWN.clear()


def erased(person, writer, entry="", extent="whole", among=CLERKS):
    """An owner asks, one grants, another confirms."""
    owner = Actor(30, "Lan", "citizen", person=person, purpose="own")
    key = requests.ask(owner, person, "erase", entry, writer, "Xin xóa.", NOW)
    granting.propose(among[0], key, Decision("wrong-person", "Vâng.", extent), NOW)
    granting.confirm(among[1], key, NOW, also=lambda _: None)
    sweeping.sweep(readers.readers())
    assert [one.outcome for one in requests.of_person(person) if one.id == key] == ["done"]


def forms_of(word):
    """The word as a table shows it: as it is, folded, in base64 at each of its three places, each also as bytes."""
    inside = [base64.b64encode(b"x" * before + word.encode())[4:-4].decode() for before in (1, 2, 3)]
    texts = [word, word.lower(), *inside]
    return [*texts, *(text.encode().hex() for text in texts)]


def left():
    """The tables and files in which the word stands."""
    forms = forms_of(WORD)
    rows = {table: db.value(f'select string_agg(t::text, chr(10)) from "{table}" t') or "" for table in tables()}
    files = (one for one in shelf._folder().rglob("*") if one.is_file())
    contents = {one.name: shelf._opened(one).read() for one in files}
    return {name for name, text in rows.items() if any(form in text for form in forms)} | {
        name for name, content in contents.items() if WORD.encode() in content
    }


def entry_of(person, type_name, word=WORD):
    """The entry of a type that says the word."""
    rows = "select rid, type, codec, body from clinical_resource where person = %s and body is not null"
    [found] = [
        f"{type_name}/{rid}"
        for rid, number, packing, body in db.tuples(rows, (person,), binary=True)
        if name_of()[number] == type_name and word.encode() in codec.unpacked(packing, rid, body)
    ]
    return found


def stands(person):
    """How many resources stand in the book, by type."""
    rows = "select type, count(*) from clinical_resource where person = %s and body is not null group by type"
    return {name_of()[number]: count for number, count in db.tuples(rows, (person,))}


def visit(ma_lk="LK0001", **test):
    """A visit one of whose results says the word."""
    made = package(ma_lk)
    made.tables["XML4"].append({**made.tables["XML4"][0], "STT": "2", "TEN_CHI_SO": WORD, "MO_TA": WORD, **test})
    return made


def test_a_visit_of_a_hospitals_file_in_every_version():
    send(visit())
    send(visit(GIA_TRI="9.9"), at=AT + timedelta(hours=1))
    lan = identity.person_of(LAN)
    assert {"clinical_resource", "clinical_history", "exchange_record", "exchange_arrival", "clinical_phrase"} <= left()
    erased(lan, FACILITY, entry_of(lan, "Observation"))
    assert left() == set()
    send(visit(GIA_TRI="8.8"), at=NOW)
    assert left() == set(), "told again it is refused, and its file does not stay"
    assert db.tuples("select distinct rule from exchange_finding where rule = 'visit-erased'")


def test_a_single_result_of_a_visit_and_the_rest_stays():
    send(visit())
    send(visit(GIA_TRI="9.9"), package("LK0002"), at=AT + timedelta(hours=1))
    lan = identity.person_of(LAN)
    before = stands(lan)
    erased(lan, FACILITY, entry_of(lan, "Observation"), "entry")
    assert left() == set()
    now = stands(lan)
    assert now["Observation"] == before["Observation"] - 1
    assert {name: count for name, count in now.items() if name != "Observation"} == {
        name: count for name, count in before.items() if name != "Observation"
    }
    lines = "select count(*) from access_audit where person = %s and action = 'erase' and detail = 'wrong-person'"
    assert db.value(lines, (lan,)) == 1


def test_a_single_result_does_not_come_back_with_a_correction_of_its_visit():
    send(visit())
    lan = identity.person_of(LAN)
    erased(lan, FACILITY, entry_of(lan, "Observation"), "entry")
    standing = stands(lan)
    send(visit(), at=NOW)
    assert (left(), stands(lan)) == (set(), standing), "the same file"
    corrected = visit()
    corrected.tables["XML1"][0]["LY_DO_VV"] = "Đau bụng"
    send(corrected, at=NOW)
    assert (left(), stands(lan)) == (set(), standing), "a correction of something else"
    [finding] = db.tuples("select distinct rule, level from exchange_finding where rule = 'entry-erased'")
    assert finding == ("entry-erased", "noted")
    assert entry_of(lan, "Encounter", "Đau bụng"), "which was filed"


def test_what_the_main_sheet_says_goes_with_the_whole_visit_alone():
    send(package(MA_BENH_CHINH="K29", CHAN_DOAN_RV=WORD))
    lan = identity.person_of(LAN)
    entry = entry_of(lan, "Condition", "K29")
    with pytest.raises(Problem, match="SSK-3151"):
        erased(lan, FACILITY, entry, "entry")
    erased(lan, FACILITY, entry)
    assert left() == set()


def feed(**more):
    """A vendor's result that says the word, of one who has other records, and another person's in the same file."""
    code = {"text": WORD}
    other = vendor.patient("p2", "079160000002", name=[{"family": "Trần", "given": ["Hai"]}])
    vendor.send(
        vendor.patient(), vendor.encounter(), vendor.glucose(), vendor.glucose("g2", code=code, **more),
        other, vendor.glucose("g3", "p2"), **({"name": "again.json"} if more else {}),
    )  # fmt: skip
    return identity.person_of(vendor.CCCD)


def test_a_record_of_a_feed_with_the_file_that_told_it():
    person = feed()
    feed(valueQuantity={"value": 9.1, "unit": "mmol/L"}, meta={"lastUpdated": "2026-02-02T08:00:00Z"})
    before = stands(person)
    assert {"clinical_resource", "clinical_history"} <= left()
    erased(person, uri_of("song-hong"), entry_of(person, "Observation"), among=STEWARDS)
    assert left() == set()
    assert stands(person)["Observation"] == before["Observation"] - 1
    assert db.tuples("select distinct kept from exchange_delivery") == [(False,)]
    feed(status="amended", meta={"lastUpdated": "2026-02-03T08:00:00Z"})
    sweeping.sweep(readers.readers())
    assert left() == set(), "told again it is refused, and its file does not stay"
    assert db.tuples("select problem from exchange_delivery_finding") == [("SSK-3152",)]
    assert stands(person)["Observation"] == before["Observation"] - 1


def test_everything_that_a_system_told():
    person = feed()
    erased(person, uri_of("song-hong"), among=STEWARDS)
    assert left() == set()
    assert set(stands(person)) <= {"Patient", "Provenance"}
    assert "Observation" in stands(identity.person_of(vendor.CCCD._replace(value="079160000002"))), "the other's stay"


def test_a_row_of_a_vendors_table(db):
    csv.send("nguoi_dan.csv")
    csv.send("ket_qua.csv", [csv.RESULTS, csv.GLUCOSE, csv.GLUCOSE.replace("K1", "K2").replace("Glucose", WORD)])
    lan = identity.person_of(LAN)
    assert "clinical_resource" in left()
    erased(lan, uri_of("thon-ban"), entry_of(lan, "Observation"), among=STEWARDS)
    assert (left(), stands(lan)["Observation"]) == (set(), 1)


def sent_profile(at=AT, **changes):
    identity_actions.register_facilities([identity.Facility(FACILITY, "Trạm y tế", vendor="minh_an")])
    made = profiles.profile()
    made.tables[profiles.form.ALLERGIES].append({"LOAI": "1", "MASO": "XX", "TEN": WORD, "MOTA": WORD})
    made.tables[profiles.form.EXPOSURE][0].update(changes)
    content = profiles.write_profiles([made], {"SENDER_CODE": FACILITY, "TRANSACTION_DATE": f"{at:%d/%m/%Y}"})
    receive(PROGRAM, Parcel(FACILITY, "profile", content), "import", at)
    while file.drain(at):
        pass
    return identity.person_of(LAN)


@pytest.mark.parametrize("extent", ["entry", "whole"])
def test_an_entry_of_a_health_profile_or_all_of_it(extent):
    lan = sent_profile()
    before = stands(lan)
    erased(lan, FACILITY, entry_of(lan, "AllergyIntolerance"), extent)
    assert left() == set()
    now = stands(lan)
    sent_profile(NOW, THOIGIAN_TIEPXUC="6 năm")
    assert (left(), stands(lan)) == (set(), now), "a later profile does not bring it back"
    gone = {name for name in before if before[name] != now.get(name, 0)}
    assert gone == {"AllergyIntolerance"} if extent == "entry" else now.keys() <= {"Patient", "RelatedPerson"}


def test_what_one_field_of_a_profile_says():
    lan = sent_profile(YEUTO_TIEPXUC=WORD)
    [entry] = [entry_of(lan, "Observation")]
    allergies = entry_of(lan, "AllergyIntolerance")
    erased(lan, FACILITY, entry, "entry")
    erased(lan, FACILITY, allergies, "entry")
    assert left() == set()


def written(name="79001-a1", **more):
    lan = identity.person_of(LAN)
    patient = db.value("select patient from identity_person where person = %s", (lan,))
    body = {
        "resourceType": "AllergyIntolerance", "patient": {"reference": f"Patient/{patient}"}, "code": {"text": WORD},
        "clinicalStatus": {"coding": [{"system": STATUS, "code": "active"}]}, "note": [{"text": WORD}], **more,
    }  # fmt: skip
    return clinical.update(SYSTEM, "AllergyIntolerance", name, {**body, "id": name}, NOW)


def test_what_a_system_wrote_on_fhir_and_its_kept_answer():
    send(package())
    lan = identity.person_of(LAN)

    def put():
        return repeat.Answer(200, {}, written().body)

    repeat.once(SYSTEM, "r-1", b"digest", NOW, put)
    written(recordedDate="2026-03-01")
    assert {"clinical_resource", "clinical_history", "clinical_request", "clinical_phrase"} <= left()
    erased(lan, FACILITY, "AllergyIntolerance/79001-a1")
    assert left() == set()
    with pytest.raises(Problem, match="SSK-3150") as met:
        written()
    assert met.value.status == 410
    assert repeat.once(SYSTEM, "r-1", b"digest", NOW, put).status == 410
    assert left() == set()


def test_all_of_a_facility_is_its_visits_its_profiles_and_its_writes():
    send(visit())
    sent_profile()
    written()
    lan = identity.person_of(LAN)
    erased(lan, FACILITY)
    assert left() == set()
    assert stands(lan).keys() <= {"Patient", "RelatedPerson"}


@pytest.mark.parametrize("extent", ["entry", "whole"])
def test_what_a_merge_keeps_goes_too_and_an_undo_does_not_bring_it_back(extent):
    send(package())
    twin = visit("LK0002")
    twin.tables["XML1"][0].update(WITHOUT_CARD)
    send(twin)
    lan, other = identity.person_of(LAN), identity.person_of(WITHOUT_CARD_NUMBER)
    merging.merge(PROGRAM, lan, other, "asked_person", THEN)
    assert "identity_merge_row" in left()
    erased(lan, FACILITY, entry_of(lan, "Observation"), extent)
    assert left() == set()
    merging.unmerge(PROGRAM, db.value("select merge from identity_merge"), "wrong_decision", LATER)
    assert left() == set()
    assert stands(other)


def test_a_file_that_somebody_elses_hold_keeps_waits_for_its_end():
    person = feed()
    other = identity.person_of(vendor.CCCD._replace(value="079160000002"))
    held = retaining.hold(PROGRAM, retaining.Hold(other, "", "12/QĐ", "Tòa án"), NOW)
    erased(person, uri_of("song-hong"), entry_of(person, "Observation"), among=STEWARDS)
    [file_name] = left()
    assert len(file_name) == 64, "the file alone, and it is handed out to nobody"
    retaining.release(PROGRAM, held, NOW)
    assert sweeping.sweep(readers.readers()) == 1
    assert left() == set()


def test_an_arrival_that_somebody_elses_hold_keeps_waits_for_its_end():
    other = package("LK0009", SO_CCCD="079160000009", MA_THE_BHYT="", MA_BN="BN9", HO_TEN="Trần Hai", DIEN_THOAI="")
    send(visit(), other)
    lan = identity.person_of(LAN)
    two = identity.person_of(LAN._replace(value="079160000009"))
    held = retaining.hold(PROGRAM, retaining.Hold(two, "", "12/QĐ", "Tòa án"), NOW)
    erased(lan, FACILITY, entry_of(lan, "Observation"))
    assert left() == {"exchange_arrival"}
    retaining.release(PROGRAM, held, NOW)
    assert sweep.empty_all() == 1
    assert left() == set()


def test_a_file_that_waited_when_it_was_erased_is_looked_through_when_it_is_filed():
    person = feed()
    late = vendor.bundle(vendor.glucose("g2", code={"text": WORD}, status="amended"))
    vendor.give(late, name="late.json")
    erased(person, uri_of("song-hong"), entry_of(person, "Observation"), among=STEWARDS)
    deliver.drain(readers.readers())
    sweeping.sweep(readers.readers())
    assert left() == set()


def test_a_text_that_others_use_stays_searchable():
    send(visit(), package("LK0002"))
    lan = identity.person_of(LAN)
    shared = "select count(*) from clinical_phrase where folded = 'glucose'"
    before = db.value(shared)
    erased(lan, FACILITY, entry_of(lan, "Observation"))
    assert (db.value(shared), before > 0) == (before, True)


def test_stewards_of_another_area_and_clerks_cannot_grant_what_a_system_told():
    person = feed()
    owner = Actor(30, "Lan", "citizen", person=person, purpose="own")
    entry = entry_of(person, "Observation")
    key = requests.ask(owner, person, "erase", entry, uri_of("song-hong"), "Xin xóa.", NOW)
    elsewhere = Actor(36, "Cán bộ", "steward", area="79", purpose="stewardship")
    for stranger in (CLERKS[0], elsewhere):
        with pytest.raises(Problem, match="SSK-1002"):
            granting.propose(stranger, key, Decision("wrong-person", "Vâng."), NOW)
    assert "clinical_resource" in left()


def test_the_law_keeps_single_records_as_it_keeps_visits():
    person = feed()
    owner = Actor(30, "Lan", "citizen", person=person, purpose="own")
    key = requests.ask(owner, person, "erase", entry_of(person, "Observation"), uri_of("song-hong"), "Xin.", NOW)
    with pytest.raises(Problem, match="SSK-2406"):
        granting.propose(STEWARDS[0], key, Decision("retention-ended", "Vâng."), NOW)
