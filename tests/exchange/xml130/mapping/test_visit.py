"""A visit in detail: what stands where, case by case."""

import pytest

from tests.exchange.xml130.mapping import sample


def bodies(package, kind):
    return [draft.body for draft in sample.mapped(package).drafts if draft.type == kind]


def with_summary(**changes):
    package = sample.outpatient_package()
    package.tables["XML1"][0].update(changes)
    return package


def coded(concept):
    return concept["coding"][0]["code"]


@pytest.mark.parametrize(
    ("kind", "entitlement", "expected"),
    [
        ("01", "1.1", "AMB"), ("1", "1.1", "AMB"), ("01", "2", "EMER"), ("03", "1.1", "IMP"), ("03", "2", "IMP"),
        ("04", "1.1", "SS"), ("06", "1.1", "OBSENC"), ("09", "1.1", "SS"), ("11", "", "FLD"), ("12", "", "HH"),
        ("14", "", "VR"), ("", "", "AMB"), ("99", "", "AMB"),
    ],
)  # fmt: skip
def test_the_class_of_a_visit(kind, entitlement, expected):
    encounter = bodies(with_summary(MA_LOAI_KCB=kind, MA_DOITUONG_KCB=entitlement), "Encounter")[0]
    assert encounter["class"]["code"] == expected
    assert ("priority" in encounter) == (entitlement == "2")


def test_an_encounter_tells_how_it_went():
    encounter = bodies(sample.full_package(), "Encounter")[0]
    assert encounter["status"] == "finished"
    assert encounter["period"] == {"start": "2026-03-01T08:15:00+07:00", "end": "2026-03-02T09:45:00+07:00"}
    assert [stay["class"]["code"] for stay in encounter["classHistory"]] == ["AMB", "IMP"]
    assert [number["value"] for number in encounter["identifier"]] == ["LK0001", "HS0001"]
    assert encounter["hospitalization"]["dischargeDisposition"]["text"] == "Ra viện"
    assert encounter["extension"][0]["valueCodeableConcept"]["text"] == "Đỡ"
    assert encounter["length"]["value"] == 2
    assert [place["location"]["display"] for place in encounter["location"]] == ["K01", "K02", "Giường H012, khoa K01"]


def test_a_visit_that_has_not_ended_is_in_progress():
    encounter = bodies(with_summary(NGAY_RA=""), "Encounter")[0]
    assert encounter["status"] == "in-progress"
    assert "end" not in encounter["period"]


def test_diagnoses_by_rank():
    package = with_summary(MA_BENH_CHINH="I10", MA_BENH_KT="E11.9; J06.9,E11.9")
    conditions = {body["id"]: body for body in bodies(package, "Condition")}
    listed = [
        (coded(entry["use"]), entry.get("rank"), conditions[entry["condition"]["reference"].split("/")[1]]["code"])
        for entry in bodies(package, "Encounter")[0]["diagnosis"]
    ]
    assert [(use, rank, coded(code) if "coding" in code else code["text"]) for use, rank, code in listed] == [
        ("DD", 1, "I10"), ("CM", 2, "E11.9"), ("CM", 3, "J06.9"), ("AD", None, "Theo dõi tăng huyết áp"),
    ]  # fmt: skip


def test_a_diagnosis_speaks_both_languages():
    condition = bodies(sample.outpatient_package(), "Condition")[0]
    coding = condition["code"]["coding"][0]
    english = coding["_display"]["extension"][0]["extension"][1]["valueString"]
    assert (coding["display"], english) == ("Bệnh lý tăng huyết áp", "Essential (primary) hypertension")


@pytest.mark.parametrize(("result", "status"), [("1", "resolved"), ("2", "active"), ("", "active")])
def test_recovery_resolves_the_main_diagnosis(result, status):
    first, second, *_ = bodies(with_summary(KET_QUA_DTRI=result), "Condition")
    assert coded(first["clinicalStatus"]) == status
    assert coded(second["clinicalStatus"]) == "active"


def test_each_card_is_a_coverage_with_its_own_dates():
    package = with_summary(
        MA_THE_BHYT="HT2797912345678;GD4797912345678",
        MA_DKBD="79001",
        GT_THE_TU="20250101;20260101",
        GT_THE_DEN="20251231",
    )
    one, other = bodies(package, "Coverage")
    assert [one["subscriberId"], other["subscriberId"]] == ["HT2797912345678", "GD4797912345678"]
    assert [one["period"]["start"], other["period"]["start"]] == ["2025-01-01", "2026-01-01"]
    assert one["class"][0]["value"] == other["class"][0]["value"] == "79001"


def test_who_has_no_card_pays_alone():
    account = bodies(with_summary(MA_THE_BHYT=""), "ExplanationOfBenefit")[0]
    assert account["insurance"] == [
        {"focal": True, "coverage": {"type": "Coverage", "display": "Không dùng thẻ bảo hiểm y tế"}}
    ]


def test_costs_by_line_and_in_all():
    package = sample.outpatient_package(drugs=1, tests=0)
    account = bodies(package, "ExplanationOfBenefit")[0]
    assert [item["sequence"] for item in account["item"]] == [1, 2]
    paid = {
        coded(part["category"]): part.get("amount", {}).get("value", part.get("value"))
        for part in account["item"][0]["adjudication"]
    }
    assert paid == {
        "eligible": 90000, "insurer": 72000, "co-pay": 18000, "self-pay": 10000, "other": 4, "other-state": 1,
        "other-abroad": 1, "other-domestic": 1, "other-rest": 1, "rate-cover": 100, "level": 80,
    }  # fmt: skip
    totals = {coded(total["category"]): total["amount"] for total in account["total"]}
    assert totals["submitted"] == {"value": 150500, "currency": "VND"}
    assert totals["insurer"]["value"] == 72000


def test_noughts_stand_in_the_totals_and_not_in_the_lines():
    package = with_summary(T_BNTT="0.00")
    for row in package.tables["XML2"]:
        row["T_BNTT"] = "0"
    account = bodies(package, "ExplanationOfBenefit")[0]
    assert {"self-pay"} <= {coded(total["category"]) for total in account["total"]}
    assert "self-pay" not in {coded(part["category"]) for part in account["item"][0]["adjudication"]}


def test_a_drug_is_told_and_dosed():
    drug = bodies(sample.outpatient_package(drugs=1), "MedicationRequest")[0]
    assert drug["medicationCodeableConcept"]["text"] == "Thuốc 1 5mg (Viên nén)"
    dosage = drug["dosageInstruction"][0]
    assert dosage["text"] == "2 viên/lần * 2 lần/ngày * 5 ngày [4 viên/ngày]"
    assert dosage["timing"]["repeat"]["frequency"] == 2
    assert dosage["doseAndRate"][0]["doseQuantity"] == {"value": 2, "unit": "viên"}
    assert dosage["route"]["text"] == "Uống"
    assert drug["dispenseRequest"]["expectedSupplyDuration"]["value"] == 5


@pytest.mark.parametrize(
    ("days_later", "kind", "status"),
    [(0, "01", "active"), (4, "01", "active"), (6, "01", "completed"), (0, "03", "completed")],
)
def test_a_course_of_five_days(days_later, kind, status):
    package = with_summary(MA_LOAI_KCB=kind)
    received = sample.RECEIVED.replace(day=sample.RECEIVED.day + days_later)
    made = sample.mapped(package, received=received).drafts
    assert {draft.body["status"] for draft in made if draft.type == "MedicationRequest"} == {status}


def test_the_four_kinds_of_rows_of_services():
    package = sample.full_package()
    procedures = [body["code"]["text"] for body in bodies(package, "Procedure")]
    assert procedures == ["Cắt ruột thừa nội soi", "Cắt túi mật nội soi"]
    orders = [body["code"]["text"] for body in bodies(package, "ServiceRequest")]
    assert "Định lượng Glucose" in orders
    supply = bodies(package, "SupplyDelivery")[0]
    assert supply["suppliedItem"]["itemCodeableConcept"]["text"] == "Nẹp vít"
    assert supply["extension"][0]["valueReference"] == {
        "reference": f"Encounter/{bodies(package, 'Encounter')[0]['id']}"
    }


def test_an_operation_that_only_the_summary_names():
    package = sample.full_package()
    codes = {coding["code"] for body in bodies(package, "Procedure") for coding in body["code"]["coding"]}
    assert {"47.09", "51.23"} <= codes
    assert sum("47.09" in str(body["code"]) for body in bodies(package, "Procedure")) == 1


def test_a_report_answers_its_order():
    package = sample.outpatient_package(tests=1)
    report = bodies(package, "DiagnosticReport")[0]
    order = bodies(package, "ServiceRequest")[0]
    assert report["basedOn"] == [{"reference": f"ServiceRequest/{order['id']}"}]
    result = next(
        body
        for body in bodies(package, "Observation")
        if "valueQuantity" in body and body["code"].get("text") == "Chỉ số 1"
    )
    assert report["result"] == [{"reference": f"Observation/{result['id']}"}]
    assert (report["status"], report["conclusion"]) == ("final", "Tăng nhẹ")
    assert coded(report["category"][0]) == "LAB"
    assert result["effectiveDateTime"] == "2026-03-01T08:45:00+07:00", "when it was carried out"
    assert result["issued"] == "2026-03-01T09:20:00+07:00"


def test_a_test_done_twice_is_two_reports():
    package = sample.outpatient_package(tests=1)
    package.tables["XML4"].append(sample.row("XML4", STT="2", MA_DICH_VU="23.0081.1523", NGAY_KQ="202603011500"))
    assert len(bodies(package, "DiagnosticReport")) == 2


def test_a_result_still_awaited():
    package = sample.outpatient_package(tests=1)
    package.tables["XML4"][0].update(GIA_TRI="", MO_TA="", KET_LUAN="", NGAY_KQ="")
    report = bodies(package, "DiagnosticReport")[0]
    assert report["status"] == "registered"
    assert "result" not in report


def test_a_reading_without_a_value():
    package = sample.outpatient_package(tests=0)
    package.tables["XML4"] = [
        sample.row(
            "XML4", MA_DICH_VU="18.0015.0001", GIA_TRI="", DON_VI_DO="", MO_TA="Gan không to", KET_LUAN="Bình thường"
        )
    ]
    report = bodies(package, "DiagnosticReport")[0]
    assert coded(report["category"][0]) == "RAD"
    assert report["conclusion"] == "Bình thường"
    assert "Gan không to" in [body.get("valueString") for body in bodies(package, "Observation")]


def test_the_course_of_illness_and_its_vital_signs():
    package = sample.outpatient_package()
    package.tables["XML5"] = [sample.row("XML5")]
    entry = next(body for body in bodies(package, "ClinicalImpression") if "description" in body)
    assert (entry["summary"], entry["effectiveDateTime"]) == ("Thống nhất", "2026-03-01T10:00:00+07:00")
    codes = [coded(body["code"]) for body in bodies(package, "Observation")]
    assert {"8867-4", "8310-5", "85354-9", "9279-1", "2708-6"} <= set(codes)


def test_prevention_of_hiv_is_no_illness():
    package = sample.outpatient_package()
    package.tables["XML6"] = [sample.row("XML6", MA_LOAI_BN="3", GIAI_DOAN_LAM_SANG="")]
    assert "Dự phòng trước phơi nhiễm" not in str(bodies(package, "Condition"))
    assert "Dự phòng trước phơi nhiễm" in str(bodies(package, "EpisodeOfCare"))
