"""Who is one person and who is not: the named cases, each decided by the same rules and trees online and in bulk."""

from dataclasses import replace

import pytest

from sosuckhoe.identity import places
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare.score import score

HOME = {"province": "25", "commune": "08233"}
PHONE = "0912345678"


def of(name, birth, sex, *numbers, **more):
    return Claim(name, birth, sex, "79001", tuple(Identifier(*text.split()) for text in numbers), **{**HOME, **more})


MOTHER = of("Trần Thị Hoa", "1995-03-04", "female", "cccd 079195000001", "bhxh 7912345678", phone=PHONE)
BAO = of("Lê Gia Bảo", "2020-06-01", "male", "bhxh 2520000001", phone=PHONE)
TUAN = of("Phạm Quốc Tuấn", "1988-09-17", "male", "cccd 025088000321", "bhxh 2508800321", phone=PHONE)
NEWBORN = of(
    "Trần Thị Hoa",
    "2026-02-03",
    "male",
    "temp_child TE1252526000001",
    "bhyt TE1252526000001",
    mother=Identifier("cccd", "079195000001"),
    phone=PHONE,
)
NAMED = of("Lê Minh Quân", "2026-02-03", "male", "bhxh 2526000001", phone=PHONE)

CASES = {
    "twins: one home, telephone, birth date and middle name": (
        BAO,
        of("Lê Gia Huy", "2020-06-01", "male", phone=PHONE),
        "apart",
        "twins",
    ),
    "twins who both carry their mother's number": (
        replace(BAO, identifiers=MOTHER.identifiers[:1]),
        of("Lê Gia Huy", "2020-06-01", "male", "cccd 079195000001", phone=PHONE),
        "apart",
        "twins",
    ),
    "twins under one patient number, one letter apart": (
        of("Lê Thị Lan", "2020-06-01", "female", "facility 79001/1"),
        of("Lê Thị Lam", "2020-06-01", "female", "facility 79001/1"),
        "doubt",
        "one_letter",
    ),
    "newborn twins of one mother, not named yet": (
        replace(NEWBORN, identifiers=()),
        replace(NEWBORN, identifiers=()),
        "doubt",
        "one_mother",
    ),
    "a mother's number on her child's record, against the mother": (
        MOTHER,
        replace(BAO, identifiers=MOTHER.identifiers),
        "apart",
        "generations",
    ),
    "a mother's number on her child's record, against the child": (
        BAO,
        replace(BAO, identifiers=(*BAO.identifiers, MOTHER.identifiers[0])),
        "link",
        "",
    ),
    "a number of somebody of other years and another name": (
        BAO,
        of("Lê Gia Huy", "2019-04-02", "male", "cccd 079195000001", phone=PHONE),
        "apart",
        "foreign_number",
    ),
    "namesakes born on one day in one commune, with numbers": (
        TUAN,
        of("Phạm Quốc Tuấn", "1988-09-17", "male", "cccd 025088000999"),
        "apart",
        "two_citizen_numbers",
    ),
    "namesakes born on one day in two provinces, without numbers": (
        of("Nguyễn Văn Hùng", "1975-03-12", "male"),
        of("Nguyễn Văn Hùng", "1975-03-12", "male", province="01", commune="00004"),
        "apart",
        "",
    ),
    "a telephone shared by a family": (
        of("Phạm Quốc Tuấn", "1988-09-17", "male", phone=PHONE),
        of("Phạm Quốc Hùng", "1990-02-11", "male", phone=PHONE),
        "apart",
        "other_name",
    ),
    "a newborn under the mother's name, later named: the number inside the child's card": (NEWBORN, NAMED, "link", ""),
    "a newborn under the mother's name, against the mother": (NEWBORN, MOTHER, "apart", "generations"),
    "CMND, then CCCD: the insurance number stays": (
        of("Phạm Quốc Tuấn", "1988-09-17", "male", "cmnd 012345678", "bhxh 2508800321"),
        TUAN,
        "link",
        "",
    ),
    "CMND, then CCCD: nothing stays but name, birth date, home and telephone": (
        of("Phạm Quốc Tuấn", "1988-09-17", "male", "cmnd 012345678", phone=PHONE),
        of("Phạm Quốc Tuấn", "1988-09-17", "male", "cccd 025088000321", phone=PHONE),
        "link",
        "",
    ),
    "a citizen number issued again, both fit: nobody joins them but a person": (
        TUAN,
        replace(TUAN, identifiers=(Identifier("cccd", "025088000777"), TUAN.identifiers[1])),
        "apart",
        "two_citizen_numbers",
    ),
    "a citizen number issued again, and somebody has told both": (
        replace(TUAN, identifiers=(*TUAN.identifiers, Identifier("cccd", "025088000777"))),
        replace(TUAN, identifiers=(Identifier("cccd", "025088000777"),)),
        "link",
        "",
    ),
    "the birth year was put right, the old record has its number still": (
        replace(TUAN, birth="1989-09-17"),
        TUAN,
        "link",
        "",
    ),
}


NAMED_CASES = "case | verdict | rule\n" + "\n".join(f"{name} | {case[2]} | {case[3]}" for name, case in CASES.items())
"""The cases as a table, for who reads them as documentation."""


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    one, other, verdict, rule = CASES[case]
    found = score(one, other)
    assert (found.verdict, found.rule) == (verdict, rule), (found.total, found.parts)
    assert score(other, one) == found


def test_a_commune_merged_in_july_2025_is_one_home_before_and_after():
    old = next(p for p in places.communes("25", places.REFORM.replace(year=2024)) if places.commune_now(p.code))
    lived = {"district": old.parent, "commune": old.code}
    before = of("Phạm Quốc Tuấn", "1988-09-17", "male", "bhxh 2508800321", **lived)
    after = replace(before, district="", commune=places.commune_now(old.code))
    moved = replace(after, commune="00004", province="01")
    assert score(before, after).verdict == "link"
    assert score(before, after).total > score(before, moved).total
