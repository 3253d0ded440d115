"""What becomes of a profile: one arrival one result, corrections as versions, its person joined, its source named."""

import random
import string
import zipfile
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange import findings, parcels, queries
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.command import written_back
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.read import read_profiles
from sosuckhoe.exchange.xml130.package import Finding
from sosuckhoe.identity import actions as identity_actions
from sosuckhoe.identity import merging
from sosuckhoe.identity import queries as identity
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.identity.queries import Facility
from tests.exchange.qd831.samples import FACILITY, content, profile
from tests.exchange.samples import envelope, package

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
CCCD = Identifier("cccd", "079160000001")
NUMBER = "HSSK/NK0001"


@pytest.fixture(autouse=True)
def _facility():
    registers.forget()
    identity_actions.register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an")])


def send(sent, at=AT, kind="profile", facility=FACILITY):
    receipt = receive(PROGRAM, Parcel(facility, kind, sent), "import", at)
    while file.drain(at):
        pass
    return receipt


def book(number=CCCD):
    person = identity.person_of(number)
    return [orjson.loads(stored.body) for stored in clinical.of_person(person)] if person else []


def outcomes():
    return [row.outcome for row in db.rows("select outcome from exchange_package order by arrival, position")]


def told():
    rows = db.tuples("select level, tbl, row, field, rule, value_class from exchange_finding order by 1, 2, 3, 4")
    return [findings.sentence(Finding(*row)) for row in rows]


def test_a_profile_becomes_a_book_of_which_every_fact_names_its_system():
    send(content(profile()))
    facts = [body for body in book() if body["resourceType"] not in {"Patient", "Organization"}]
    assert {"AllergyIntolerance", "Condition", "Immunization", "FamilyMemberHistory", "Encounter", "Observation",
            "RelatedPerson", "Provenance"} == {body["resourceType"] for body in facts}  # fmt: skip
    assert {body["meta"]["source"] for body in facts} == {"urn:sosuckhoe:source:minh-an"}
    proved = {target["reference"] for body in facts for target in body.get("target", ())}
    assert proved == {f"{b['resourceType']}/{b['id']}" for b in facts if b["resourceType"] != "Provenance"}


def test_the_sending_systems_own_numbers_do_not_change_when_the_profile_is_corrected():
    def numbers():
        system = "urn:sosuckhoe:sid:source:minh-an"
        return {
            (body["resourceType"], one["value"])
            for body in book()
            for one in body.get("identifier", ())
            if isinstance(body.get("identifier"), list) and one["system"] == system
        }

    send(content(profile()))
    first = numbers()
    assert len(first) > 30
    send(content(profile(DIENTHOAI_DD="0911111111")), at=AT + timedelta(days=1))
    assert numbers() == first


def test_the_same_profile_again_changes_nothing():
    send(content(profile()))
    before = book()
    again = send(content(profile()), at=AT + timedelta(hours=1))
    assert again.known
    send(content(profile(), REQUEST_ID="another"), at=AT + timedelta(hours=2))
    assert outcomes() == ["filed", "unchanged"]
    assert book() == before


def test_a_correction_is_a_new_version_and_takes_back_what_is_gone():
    send(content(profile()))
    corrected = profile()
    del corrected.tables[form.ALLERGIES]
    corrected.tables[form.HISTORY][0]["TIENSU_PHAUTHUAT"] = "Không"
    send(content(corrected), at=AT + timedelta(days=1))
    assert "AllergyIntolerance" not in {body["resourceType"] for body in book()}
    assert queries.package(FACILITY, NUMBER).tables[form.HISTORY][0]["TIENSU_PHAUTHUAT"] == "Không"
    assert form.ALLERGIES in queries.package(FACILITY, NUMBER, 1).tables
    assert [row.version for row in queries.versions(FACILITY, NUMBER)] == [2, 1]


def test_a_profile_and_a_hospital_file_of_one_person_make_one_book():
    send(envelope(package()), kind="records")
    person = identity.person_of(CCCD)
    send(content(profile()), at=AT + timedelta(hours=1))
    assert identity.person_of(CCCD) == person
    sources = {body.get("meta", {}).get("source", "") for body in book() if body["resourceType"] == "Condition"}
    assert sources == {"", "urn:sosuckhoe:source:minh-an"}


def test_without_a_number_the_vendors_own_finds_the_person_again():
    send(content(profile(MADINHDANH="", MATHE="", MABHXH="")))
    send(content(profile(MADINHDANH="", MATHE="", MABHXH="", EMAIL="moi@example.vn")), at=AT + timedelta(days=1))
    assert db.value("select count(*) from identity_person") == 1


def test_unknown_elements_are_kept_named_and_written_back():
    strange = profile()
    strange.tables[form.HISTORY][0]["GHICHU_HSSK"] = "của phần mềm"
    strange.tables[f"{form.HISTORY}/NHOM_LA/MUC"] = [{"A": "1"}, {"A": "2"}]
    send(content(strange))
    assert any("GHICHU_HSSK" in line for line in told())
    back = read_profiles(written_back(FACILITY, NUMBER)).packages[0]
    assert {path: [row for row in rows if row] for path, rows in back.tables.items() if any(rows)} == strange.tables


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"HOTEN": " "}, "HOTEN để trống"), ({"NGAYSINH": "32/13/1960"}, "không phải ngày dd/MM/yyyy")],
)
def test_findings_say_where_and_how_to_mend_it(changes, word):
    send(content(profile(**changes)))
    assert any(word in line for line in told())


def test_a_profile_of_nobody_is_refused_and_its_neighbour_filed():
    nobody = profile(MA_NHANKHAU="NK0009")
    del nobody.tables[form.ABOUT], nobody.tables[form.RELATIVES]
    send(content(nobody, profile()))
    assert outcomes() == ["refused", "filed"]


@pytest.mark.parametrize(
    ("vendor", "number"), [("", "SSK-2103"), ("nobody", "SSK-2103")], ids=["no system", "an unknown system"]
)
def test_a_system_that_is_not_known_sends_nothing(vendor, number):
    identity_actions.register_facilities([Facility(FACILITY, "Trạm y tế", vendor=vendor)])
    send(content(profile()))
    assert db.value("select problem from exchange_filing") == number
    assert not book()


def test_another_facilitys_profile_is_refused():
    with pytest.raises(Problem, match="SSK-1002"):
        receive(Actor(1, "x", "system", facility="79002"), Parcel(FACILITY, "profile", b"<DATA/>"), "gateway", AT)
    send(content(profile(), facility="79002"))
    assert db.value("select problem from exchange_filing") == "SSK-2102"


def test_a_facility_that_must_sign_sends_no_unsigned_profile():
    identity_actions.register_facilities([Facility(FACILITY, "Trạm y tế", vendor="minh_an", signature_required=True)])
    send(content(profile()))
    assert db.value("select problem from exchange_filing") == "SSK-2105"


def test_a_profile_is_no_visit():
    send(content(profile()))
    assert db.value("select kind from exchange_episode") == "HSSK"


def test_what_is_sensitive_carries_its_label():
    send(content(profile()))
    labels = {}
    for body in book():
        marks = {mark["code"] for mark in body.get("meta", {}).get("security", ())}
        words = orjson.dumps(body).decode()
        if body["resourceType"] != "Provenance":
            labels.setdefault(frozenset(marks), []).append(words)
    psychiatric = [words for marks, told in labels.items() if "PSY" in marks for words in told]
    assert any("Trầm cảm" in words for words in psychiatric)
    assert any("F32" in words for words in psychiatric)
    open_ones = [words for marks, told in labels.items() if not marks for words in told]
    assert not any(word in words for words in open_ones for word in ("Trầm cảm", "F32", "ma túy", "SOLAN_COTHAI"))


def test_profiles_come_in_by_files_folders_and_zips(tmp_path):
    (tmp_path / "one.xml").write_bytes(content(profile()))
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        archive.writestr("two.xml", content(profile(MA_NHANKHAU="NK0002", MADINHDANH="079188000008", HOTEN="Lê Tám")))
        archive.writestr("bad.xml", b"<DATA><HEADER/></DATA>")
        archive.writestr("visit.xml", envelope(package()))
    found = [one for path in parcels.files_in([tmp_path]) for one in parcels.contents_of(path)]
    assert sorted(one.parcel.kind for one in found if one.parcel) == ["profile", "profile", "records"]
    (unread,) = [one for one in found if one.parcel is None]
    assert "SSK-2101" in unread.why


def state():
    tables = ("exchange_episode", "exchange_record", "exchange_package", "clinical_resource", "identity_person",
              "identity_identifier")  # fmt: skip
    return {table: sorted(row[0] for row in db.tuples(f"select t::text from {table} t")) for table in tables}


def test_an_undo_of_a_merge_restores_profiles():
    other = profile(MA_NHANKHAU="NK0002", MADINHDANH="079188000008", HOTEN="Lê Văn Tám", NGAYSINH="07/07/1988",
                    MATHE="", MABHXH="", GIOITINH="1")  # fmt: skip
    send(content(profile()))
    send(content(other), at=AT + timedelta(minutes=1))
    keep, gone = identity.person_of(CCCD), identity.person_of(Identifier("cccd", "079188000008"))
    before = state()
    number = merging.merge(PROGRAM, keep, gone, "same_papers", AT + timedelta(hours=1))
    assert db.tuples("select distinct person from exchange_record") == [(keep,)]
    merging.unmerge(PROGRAM, number, "wrong_decision", AT + timedelta(hours=2))
    assert state() == before


def test_a_profile_that_comes_after_a_merge_stays_with_its_person_when_it_is_undone():
    other = {"MA_NHANKHAU": "NK0002", "MADINHDANH": "079188000008", "HOTEN": "Lê Văn Tám", "NGAYSINH": "07/07/1988",
             "MATHE": "", "MABHXH": "", "GIOITINH": "1"}  # fmt: skip
    send(content(profile()))
    send(content(profile(**other)), at=AT + timedelta(minutes=1))
    theirs = Identifier("cccd", "079188000008")
    keep, gone = identity.person_of(CCCD), identity.person_of(theirs)
    number = merging.merge(PROGRAM, keep, gone, "same_papers", AT + timedelta(hours=1))
    corrected = profile()
    corrected.tables[form.ALLERGIES][0]["TEN"] = "Aspirin"
    send(content(corrected), at=AT + timedelta(hours=2))
    merging.unmerge(PROGRAM, number, "wrong_decision", AT + timedelta(hours=3))
    assert (allergies(CCCD), allergies(theirs)) == (["Aspirin"], ["Penicillin"])
    assert queries.package(FACILITY, NUMBER).source == "minh-an"


def allergies(number):
    return [body["code"]["text"] for body in book(number) if body["resourceType"] == "AllergyIntolerance"]


@pytest.mark.parametrize("order", [1, -1], ids=["older first", "newer first"])
def test_what_was_written_later_counts_whatever_arrives_first(order):
    sent = [
        content(profile(DIENTHOAI_DD="0911111111"), TRANSACTION_DATE="01/02/2026"),
        content(profile(MA_NHANKHAU="NK0077", DIENTHOAI_DD="0922222222"), TRANSACTION_DATE="15/02/2026"),
    ]
    for place, one in enumerate(sent[::order]):
        send(one, at=AT + timedelta(hours=place))
    (patient,) = [body for body in book() if body["resourceType"] == "Patient"]
    assert patient["telecom"][0]["value"] == "0922222222"


def column(sql):
    return [row[0] for row in db.tuples(sql)]


def facts_of(kind):
    return [body for body in book() if body["resourceType"] == kind]


def test_a_hospital_file_whose_visit_is_called_like_a_profile_is_another_episode():
    """MA_LK is the hospital's own text: whatever it says, a visit is no version of a profile."""
    send(content(profile()))
    send(envelope(package(NUMBER)), kind="records", at=AT + timedelta(hours=1))
    send(envelope(package(f"/{NUMBER}")), kind="records", at=AT + timedelta(hours=2))
    numbers = db.tuples("select ma_lk, version from exchange_episode order by ma_lk")
    assert numbers == [(f"//{NUMBER}", 1), (f"/{NUMBER}", 1), (NUMBER, 1)]
    assert queries.package(FACILITY, f"/{NUMBER}").ma_lk == NUMBER
    assert queries.package(FACILITY, NUMBER).is_profile
    assert len(facts_of("AllergyIntolerance")) == 1


NO_OWN = {"MA_NHANKHAU": "", "MADINHDANH": "", "MABHXH": ""}
"""A profile that is known by its card alone."""


@pytest.mark.parametrize(
    "changes",
    [
        {"MADINHDANH": "079160000001"},
        {"MABHXH": "7912345678"},
        {"MATHE": "GD4797912345678"},
        {"MA_NHANKHAU": "NK0001"},
    ],
    ids=["the citizen number came", "the insurance number came", "another card", "its own number came"],
)
def test_a_profile_whose_first_number_changes_stays_one(changes):
    send(content(profile(**NO_OWN)))
    (number,) = db.tuples("select ma_lk from exchange_episode")
    keys = {body["id"] for body in facts_of_the_book()}
    send(content(profile(**NO_OWN | changes)), at=AT + timedelta(days=1))
    assert db.tuples("select ma_lk, version from exchange_episode") == [(*number, 2)]
    assert {body["id"] for body in facts_of_the_book()} == keys
    send(content(profile(**NO_OWN | changes, EMAIL="moi@example.vn")), at=AT + timedelta(days=2))
    assert db.tuples("select ma_lk, version from exchange_episode") == [(*number, 3)]


def facts_of_the_book():
    (person,) = column("select person from identity_person")
    bodies = [orjson.loads(stored.body) for stored in clinical.of_person(person)]
    return [body for body in bodies if body["resourceType"] not in {"Patient", "Organization"}]


def test_both_numbers_in_two_files_that_are_filed_together_are_one_profile():
    for sent in (content(profile(**NO_OWN)), content(profile(**NO_OWN | {"MABHXH": "7912345678"}))):
        receive(PROGRAM, Parcel(FACILITY, "profile", sent), "import", AT)
    while file.drain(AT):
        pass
    assert column("select version from exchange_episode") == [2]


def test_two_profiles_of_one_person_in_one_file_are_two():
    send(content(profile(**NO_OWN), profile(MA_NHANKHAU="", MABHXH="")))
    assert column("select version from exchange_episode") == [1, 1]


def test_an_older_file_that_arrives_late_replaces_nothing():
    send(content(profile(EMAIL="moi@example.vn"), TRANSACTION_DATE="02/03/2026"))
    before = book()
    late = profile(EMAIL="cu@example.vn")
    late.tables[form.ALLERGIES][0]["TEN"] = "Aspirin"
    send(content(late, TRANSACTION_DATE="01/03/2026"), at=AT + timedelta(days=1))
    assert outcomes() == ["filed", "unchanged"]
    assert book() == before
    assert any("TRANSACTION_DATE" in line for line in told())


def test_of_one_day_the_file_that_comes_later_stands():
    send(content(profile(EMAIL="mot@example.vn"), TRANSACTION_DATE="02/03/2026"))
    send(content(profile(EMAIL="hai@example.vn"), TRANSACTION_DATE="02/03/2026"), at=AT + timedelta(minutes=5))
    assert column("select version from exchange_episode") == [2]


def test_an_older_file_under_another_number_replaces_nothing_either():
    send(content(profile(**NO_OWN | {"MADINHDANH": "079160000001"}), TRANSACTION_DATE="02/03/2026"))
    before = book()
    send(content(profile(**NO_OWN), TRANSACTION_DATE="01/03/2026"), at=AT + timedelta(days=1))
    assert column("select version from exchange_episode") == [1]
    assert book() == before


def test_a_name_without_end_is_told_by_its_beginning_and_holds_up_nobody():
    name = "".join(random.Random(7).choices(string.ascii_letters, k=8000))
    file_of = content(profile()).decode().replace("<TIEMCHUNG>", f"<{name}>x</{name}><TIEMCHUNG>")
    send(file_of.encode())
    assert outcomes() == ["filed"]
    assert db.value("select field from exchange_finding where rule = 'profile-element-unknown'") == name[:100]
