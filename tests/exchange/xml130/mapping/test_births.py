"""Births, referrals, slips: papers that begin or continue something."""

from sosuckhoe.base.keys import bucket_of
from sosuckhoe.exchange.xml130.mapping import claims_of
from sosuckhoe.identity.claim import Identifier, PersonRef
from tests.exchange.xml130.mapping import sample


def birth(*rows, patient=None):
    package = sample.outpatient_package()
    package.tables["XML1"][0].update(patient or {})
    package.tables["XML9"] = list(rows)
    return package


def of(made, person, kind):
    return [draft.body for draft in made.drafts if draft.person == person and draft.type == kind]


def test_a_newborn_is_claimed_with_the_mothers_number():
    newborn = claims_of(birth(sample.row("XML9"))).newborns[0]
    assert (newborn.name, newborn.birth, newborn.sex) == ("Nguyễn Minh An", "2026-03-01", "male")
    assert newborn.mother == Identifier("cccd", "079160000001")
    assert newborn.identifiers == (Identifier("newborn", "79001/3/12"), Identifier("temp_child", "TE1797900000008"))
    assert newborn.extra["birth_time"] == "2026-03-01T15:30:00+07:00"


def test_twins_are_two_claims_even_when_a_clerk_copied_the_row():
    one, other = claims_of(birth(sample.row("XML9"), sample.row("XML9", CAN_NANG_CON="2900"))).newborns
    assert not set(one.identifiers) & set(other.identifiers)
    assert {number.system for number in (*one.identifiers, *other.identifiers)} == {"newborn"}


def test_the_same_certificate_is_the_same_newborn_in_any_order():
    rows = sample.row("XML9"), sample.row("XML9", SO="13", MA_THE_TAM="TE1797900000007")
    first = [claim.identifiers for claim in claims_of(birth(*rows)).newborns]
    second = [claim.identifiers for claim in claims_of(birth(*reversed(rows))).newborns]
    assert first == second[::-1]


def test_a_child_without_a_name_waits_for_one():
    claim = claims_of(birth(sample.row("XML9", HO_TEN_CON=""))).newborns[0]
    assert claim.name == ""
    assert claim.extra["mother_name"] == "Nguyễn Thị Lan"


def test_the_childs_book_begins_with_mother_weight_and_certificate():
    made = sample.mapped(birth(sample.row("XML9")))
    child = sample.PEOPLE.newborns[0]
    mother, father = of(made, child.person, "RelatedPerson")
    assert mother["patient"] == {"reference": f"Patient/{child.patient}"}
    assert mother["extension"][0]["valueReference"] == {"reference": f"Patient/{sample.PEOPLE.patient.patient}"}
    assert mother["relationship"][0]["coding"][0]["code"] == "MTH"
    assert father["name"][0]["text"] == "Nguyễn Văn Cha"
    weight = of(made, child.person, "Observation")[0]
    assert (weight["code"]["coding"][0]["code"], weight["valueQuantity"]["value"]) == ("8339-4", 3100)
    paper = of(made, child.person, "Composition")[0]
    assert paper["type"]["coding"][0]["code"] == "71230-7"
    assert {"reference": f"Observation/{weight['id']}"} in paper["section"][-1]["entry"]


def test_a_carer_who_is_not_the_patient_is_not_called_the_mother():
    made = sample.mapped(birth(sample.row("XML9", SO_CCCD_NND="079160009999", MA_BHXH_NND="", MA_THE_NND="")))
    carer = of(made, sample.PEOPLE.newborns[0].person, "RelatedPerson")[0]
    assert carer["relationship"] == [{"text": "Mẹ hoặc người nuôi dưỡng"}]
    assert "extension" not in carer


def test_twins_of_one_bucket_have_different_records():
    twin = next(n for n in range(10**6, 10**9) if bucket_of(n) == bucket_of(102))
    other = PersonRef(twin, sample.ref(twin).patient)
    people = sample.PEOPLE._replace(newborns=(sample.PEOPLE.newborns[0], other))
    package = birth(sample.row("XML9"), sample.row("XML9", SO="13"))
    keys = [draft.key for draft in sample.map_package(package, people, sample.BORN, sample.RECEIVED).drafts]
    assert len(set(keys)) == len(keys)


def test_3176_spells_the_facilities_of_a_referral_its_own_way():
    older, newer = sample.outpatient_package(), sample.outpatient_package()
    older.tables["XML13"] = [sample.row("XML13")]
    row = sample.row("XML13", MA_NOI_DI="", MA_NOI_DEN="")
    newer.tables["XML13"] = [row | {"MA_CSKCB_DI": "79002", "MA_CSKCB_DEN": "79003"}]
    assert sample.mapped(older).drafts == sample.mapped(newer).drafts


def test_a_referral_carries_the_papers_words():
    package = sample.outpatient_package()
    package.tables["XML13"] = [sample.row("XML13")]
    made = sample.mapped(package)
    paper = next(d.body for d in made.drafts if d.type == "Composition" and "57133-1" in str(d.body["type"]))
    said = {
        section["code"]["coding"][0]["code"]: section["text"]["div"]
        for section in paper["section"]
        if "text" in section
    }
    assert "Xe cứu thương" in said["XML13.PHUONGTIEN_VC"]
    assert "Đủ điều kiện chuyển tuyến" in said["XML13.MA_LYDO_CT"]
    request = next(d.body for d in made.drafts if d.type == "ServiceRequest" and "patientInstruction" in d.body)
    assert paper["section"][-1]["entry"] == [{"reference": f"ServiceRequest/{request['id']}"}]


def test_a_slip_and_the_same_day_in_the_summary_are_one_appointment():
    package = sample.outpatient_package()
    package.tables["XML1"][0]["NGAY_TAI_KHAM"] = "20260401;20260415"
    booked = [draft.body for draft in sample.mapped(package).drafts if draft.type == "Appointment"]
    assert [(entry["start"], entry["end"]) for entry in booked] == [
        ("2026-04-01T08:00:00+07:00", "2026-04-01T23:59:00+07:00"),
        ("2026-04-15T00:00:00+07:00", "2026-04-15T23:59:00+07:00"),
    ]
