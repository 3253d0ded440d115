"""What is sent looks right to a doctor and adds up for a clerk."""

from collections import Counter, defaultdict
from datetime import datetime
from statistics import mean, pstdev

import pytest

from sosuckhoe.simulation import facts
from sosuckhoe.simulation.moments import DAY, as_datetime
from sosuckhoe.simulation.stream import packages

PREGNANT = ("O", "Z34", "Z35", "Z36", "Z37")
MONEY = ("THANH_TIEN_BV", "THANH_TIEN_BH", "T_BNTT", "T_BNCCT", "T_BHTT")
TOTALS = ("T_TONGCHI_BV", "T_TONGCHI_BH", "T_BNTT", "T_BNCCT", "T_BHTT")


def rows(sent, table):
    return sent.package.tables.get(table, [])


def moment(text):
    return datetime.strptime(text, "%Y%m%d%H%M")  # noqa: DTZ007 -- local time, as the files have it


def all_codes(row):
    return [row["MA_BENH_CHINH"], *filter(None, row.get("MA_BENH_KT", "").split(";"))]


def test_only_women_of_an_age_are_pregnant(visits):
    seen = 0
    for person, row, sent in visits:
        if any(code.startswith(PREGNANT) for code in all_codes(row)) or rows(sent, "XML9") or rows(sent, "XML10"):
            seen += 1
            assert person.sex == "F"
            assert 14 < (moment(row["NGAY_VAO"]) - as_datetime(person.born)).days / 365.25 < 50
            assert row["GIOI_TINH"] == "2"
    assert seen > 30


def test_illnesses_of_women_are_womens(visits):
    for person, row, _ in visits:
        if row["MA_BENH_CHINH"].startswith(("N72", "N76", "C50")):
            assert person.sex == "F"


def test_illnesses_of_the_newborn_are_those_of_the_newborn(visits):
    sick = [(person, row) for person, row, _ in visits if any(code.startswith("P") for code in all_codes(row))]
    assert sick
    for person, row in sick:
        age = moment(row["NGAY_VAO"]) - as_datetime(person.born)
        assert 0 <= age.days < 28
        assert row["MA_DOITUONG_KCB"] == "1.7"
        assert row["HO_TEN"].casefold() == person.mother.name.full.casefold(), "unnamed: written with the mother's name"
        assert len(row["NGAY_SINH"]) == 12
        assert not row["NGAY_SINH"].endswith("0000") or person.born % DAY == 0
        assert row["MA_THE_BHYT"] == person.temporary_card


def test_a_birth_is_the_beginning_of_a_child(visits, province):
    births = [(person, sent) for person, _, sent in visits if rows(sent, "XML9")]
    assert len(births) >= 8
    for mother, sent in births:
        newborns = [truth for truth in sent.truth if truth.role == "newborn"]
        assert len(newborns) == len(rows(sent, "XML9"))
        for truth, row in zip(newborns, rows(sent, "XML9"), strict=True):
            child = province.people[truth.person]
            assert child.mother is mother
            assert row["MA_THE_TAM"] == child.temporary_card
            assert row["HO_TEN_CON"] == child.name.full
            assert 900 < int(row["CAN_NANG_CON"]) < 5000
            assert sent.package.summary["NGAY_VAO"] <= row["NGAY_SINH_CON"] <= sent.package.summary["NGAY_RA"]


def test_costs_add_up(province):
    for sent in province.packages:
        row, lines = sent.package.summary, [*rows(sent, "XML2"), *rows(sent, "XML3")]
        for line_tag, total_tag in zip(MONEY, TOTALS, strict=True):
            assert float(row[total_tag]) == pytest.approx(sum(float(line[line_tag]) for line in lines), abs=0.05)
        drugs = sum(float(line["THANH_TIEN_BV"]) for line in rows(sent, "XML2"))
        assert float(row["T_THUOC"]) == pytest.approx(drugs, abs=0.05)
        assert float(row["T_BHTT"]) == pytest.approx(float(row["T_TONGCHI_BH"]) - float(row["T_BNCCT"]), abs=0.05)


def test_each_line_follows_the_formulas(province):
    for sent in province.packages:
        for table, price in (("XML2", "DON_GIA"), ("XML3", "DON_GIA_BV")):
            for line in rows(sent, table):
                whole = float(line["SO_LUONG"]) * float(line[price])
                assert float(line["THANH_TIEN_BV"]) == pytest.approx(whole, abs=0.02)
                insured = whole * int(line["TYLE_TT_BH"]) / 100
                assert float(line["T_BHTT"]) == pytest.approx(insured * int(line["MUC_HUONG"]) / 100, abs=0.02)
                parts = float(line["T_BNTT"]) + float(line["T_BNCCT"]) + float(line["T_BHTT"])
                assert parts == pytest.approx(whole, abs=0.02)


def test_who_pays_what(visits):
    levels = Counter()
    for person, row, sent in visits:
        level = {line["MUC_HUONG"] for line in (*rows(sent, "XML2"), *rows(sent, "XML3"))}
        assert len(level) == 1
        insured = bool(person.card or person.temporary_card)
        assert (level == {"0"}) == (not insured)
        if insured and (sent.facility[2] == "1" or person.card[2:3] in "125"):
            assert level == {"100"}
        levels[level.pop()] += 1
        assert (row["MA_DOITUONG_KCB"] == "9") == (not insured)
    assert levels["80"] > levels["95"] > 0
    assert levels["100"] > levels["80"]


def test_dengue_comes_with_the_rains_and_influenza_with_the_cold():
    found = {"A97": Counter(), "J1": Counter()}
    for sent in packages(2500, 2, 4):
        main, month = sent.package.summary["MA_BENH_CHINH"], int(sent.package.summary["NGAY_VAO"][4:6])
        if main.startswith("A97"):
            found["A97"][month] += 1
        if main in ("J10.1", "J11.1"):
            found["J1"][month] += 1
    rains = sum(found["A97"][month] for month in range(6, 12))
    assert rains > 0.75 * found["A97"].total() > 40
    cold = sum(found["J1"][month] for month in (12, 1, 2, 3))
    assert cold > 0.45 * found["J1"].total() > 100


def test_children_and_the_old_come_most(visits, province):
    by_band = Counter()
    for person, _, _ in visits:
        age = person.age(province.life.end)
        by_band["child" if age < 5 else "old" if age >= 60 else "between"] += 1
    alive = Counter(
        "child" if one.age(province.life.end) < 5 else "old" if one.age(province.life.end) >= 60 else "between"
        for one in province.life.people
    )
    rates = {band: by_band[band] / alive[band] for band in alive}
    assert rates["old"] > 2 * rates["between"]
    assert rates["child"] > rates["between"]
    assert 2.0 < len(visits) / 1200 < 4.0, "visits for each person and year"


def test_sugar_is_consistent_within_a_person_and_high_in_diabetes(visits):
    values = defaultdict(list)
    for person, _, sent in visits:
        for line in rows(sent, "XML4"):
            if line.get("TEN_CHI_SO", "").upper().endswith("HBA1C") and "diabetes" in person.illnesses:
                values[person.number].append(float(line["GIA_TRI"]))
    followed = [series for series in values.values() if len(series) >= 3]
    assert len(followed) >= 10
    within = mean(pstdev(series) for series in followed)
    between = pstdev(mean(series) for series in followed)
    assert within < 0.5 * between
    assert mean(mean(series) for series in followed) > 6.8
    assert mean(series[-1] - series[0] for series in followed) < 0.1, "treatment helps a little"


def test_no_value_is_impossible(province):
    bounds = {
        "HGB": (35, 230), "PLT": (5, 900), "WBC": (0.5, 60), "Glucose": (1.5, 30), "HbA1c": (3.8, 16), "Kali": (2, 7.5),
        "Natri": (112, 155), "Creatinin": (10, 1400), "MCV": (50, 125), "HCT": (0.1, 0.68),
    }  # fmt: skip
    seen = Counter()
    for sent in province.packages:
        for line in rows(sent, "XML4"):
            if line.get("GIA_TRI", "").replace(".", "").isdigit():
                for name, (low, high) in bounds.items():
                    if line["TEN_CHI_SO"].split(" - ")[-1].upper().startswith(name.upper()):
                        seen[name] += 1
                        assert low <= float(line["GIA_TRI"]) <= high, (name, line["GIA_TRI"])
    assert set(seen) == set(bounds)


def test_red_cells_agree_with_themselves(province):
    for sent in province.packages:
        counts = [line for line in rows(sent, "XML4") if line.get("MA_CHI_SO") in ("RBC", "HCT", "MCV")]
        for red, packed, volume in zip(counts[::3], counts[1::3], counts[2::3], strict=True):
            computed = float(packed["GIA_TRI"]) / float(red["GIA_TRI"]) * 1000
            assert float(volume["GIA_TRI"]) == pytest.approx(computed, abs=0.2)


def test_moments_follow_one_another(province):
    for sent in province.packages:
        row = sent.package.summary
        assert row["NGAY_VAO"] <= row["NGAY_TTOAN"] <= row["NGAY_RA"] or row["MA_LOAI_KCB"] == "05"
        assert moment(row["NGAY_TTOAN"]) < sent.sent
        for line in (*rows(sent, "XML2"), *rows(sent, "XML3")):
            assert row["NGAY_VAO"] <= line["NGAY_YL"] <= row["NGAY_RA"]
            assert not line.get("NGAY_TH_YL") or line["NGAY_TH_YL"] >= line["NGAY_YL"]
        for line in rows(sent, "XML4"):
            assert row["NGAY_VAO"] <= line["NGAY_KQ"] <= sent.sent.strftime("%Y%m%d%H%M")
        notes = [line["THOI_DIEM_DBLS"] for line in rows(sent, "XML5")]
        assert notes == sorted(notes)


def test_every_referral_is_answered(visits):
    arrived = {
        (person.number, row["GIAY_CHUYEN_TUYEN"]): row for person, row, _ in visits if row.get("GIAY_CHUYEN_TUYEN")
    }
    referrals = [(person, row, sent) for person, row, sent in visits if row["MA_LOAI_RV"] == "2"]
    assert len(referrals) >= 5
    for person, row, sent in referrals:
        if sent.edition != "130":
            (paper,) = rows(sent, "XML13")
            there = arrived.get((person.number, paper["GIAY_CHUYEN_TUYEN"]))
            assert there is None or (there["MA_NOI_DI"], there["MA_CSKCB"]) == (row["MA_CSKCB"], row["MA_NOI_DEN"])
            assert there is None or there["MA_BENH_CHINH"] == row["MA_BENH_CHINH"]
    answered = [
        1
        for person, row, sent in referrals
        for paper in rows(sent, "XML13")
        if (person.number, paper["GIAY_CHUYEN_TUYEN"]) in arrived
    ]
    assert len(answered) >= 0.7 * sum(len(rows(sent, "XML13")) for _, _, sent in referrals)


def test_appointments_are_kept(visits):
    promised = kept = 0
    seen = {(person.number, row["MA_CSKCB"], row["NGAY_VAO"]) for person, row, _ in visits}
    for person, row, sent in visits:
        for paper in rows(sent, "XML14"):
            assert paper["NGAY_HEN_KL"] >= row["NGAY_RA"]
            promised += 1
            kept += (person.number, row["MA_CSKCB"], paper["NGAY_HEN_KL"]) in seen
    assert promised > 300
    assert kept / promised > 0.75


def test_papers_belong_to_their_visits(visits):
    for person, row, sent in visits:
        inside = row["MA_LOAI_KCB"] in ("03", "04", "06")
        assert bool(rows(sent, "XML7")) == bool(rows(sent, "XML8")) == inside
        assert bool(rows(sent, "XML6")) == (row["MA_BENH_CHINH"][:3] in ("B20", "B24"))
        if rows(sent, "XML11"):
            assert person.employer
            assert 1 <= int(rows(sent, "XML11")[0]["SO_NGAY_NGHI"]) <= 30
        if row["MA_LOAI_KCB"] == "01":
            assert not rows(sent, "XML5")


def test_nobody_comes_after_death(visits):
    dead = 0
    for person, row, _ in visits:
        if person.died:
            dead += row["KET_QUA_DTRI"] == "5"
            assert moment(row["NGAY_VAO"]) <= as_datetime(person.died)
        else:
            assert row["KET_QUA_DTRI"] != "5"
    assert dead


def test_places_follow_the_reform(visits):
    for person, row, _ in visits:
        home = person.household.home
        if row["NGAY_VAO"] < "20250701":
            assert (row["MAXA_CU_TRU"], row["MAHUYEN_CU_TRU"]) == (home.commune, home.district)
        else:
            assert (row["MAXA_CU_TRU"], row.get("MAHUYEN_CU_TRU", "")) == (home.new_commune, "")
            assert ", Huyện " not in row["DIA_CHI"]


def test_a_doctor_would_know_the_drugs(visits):
    names = {drug.name for drug in facts.drugs().values()}
    sugar = [sent for person, row, sent in visits if row["MA_BENH_CHINH"].startswith("E11")]
    assert sugar
    for sent in sugar:
        given = {line["TEN_THUOC"] for line in rows(sent, "XML2")}
        assert given <= names
        assert any("Metformin" in name for name in given)
