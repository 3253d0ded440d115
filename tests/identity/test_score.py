"""Whether two records are one person: named cases, and what must hold for any two claims."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import blocking, chart, weights
from sosuckhoe.identity.compare.levels import FIELDS
from sosuckhoe.identity.compare.score import score

HOME = {"province": "25", "commune": "08233"}
CARD = Identifier("bhxh", "7912345678")


def claim(name="Nguyễn Thị Lan", birth="1960-05-02", sex="female", *numbers, **more):
    return Claim(name=name, birth=birth, sex=sex, facility="79001", identifiers=numbers, **more)


def cccd(value):
    return Identifier("cccd", value)


LAN = claim("Nguyễn Thị Lan", "1960-05-02", "female", cccd("079160000001"), CARD, **HOME)
CHILD = {"birth": "2020-06-01", "phone": "0912345678", **HOME}

CASES = [
    # one, other, verdict, rule, because
    (LAN, claim("NGUYEN THI LAN", "1960", "female", cccd("079160000001")), "link", "", "her number, written poorly"),
    (
        LAN,
        claim("Nguyễn Lan", "1960-02-05", "female", CARD),
        "link",
        "",
        "her card, a dropped name, day and month swapped",
    ),
    (LAN, claim("Trần Văn Bình", "1960-05-02", "female", CARD), "doubt", "other_name", "her card under another name"),
    (
        LAN,
        claim("Nguyễn Thị Lan", "1960-11-27", "female", CARD),
        "link",
        "",
        "her card, another day of the year: so does data/matching.yaml decide",
    ),
    (
        LAN,
        claim("Nguyễn Thị Lan", "1967-11-27", "female", CARD),
        "doubt",
        "other_birth",
        "her card, another year",
    ),
    (
        claim("CB Trần Thị Hoa", **CHILD),
        claim("Lê Minh Quân", **CHILD),
        "doubt",
        "unnamed",
        "a newborn under its mother's name and a child of that day, home and telephone",
    ),
    (LAN, claim("Nguyễn Thị Lan", "", "female", CARD), "doubt", "no_birth", "her card without a date of birth"),
    (
        LAN,
        claim("Nguyễn Thị Lan", "1960-05-02", "female", cccd("079160000002"), CARD),
        "apart",
        "two_citizen_numbers",
        "two different valid citizen numbers, whatever else agrees",
    ),
    (
        claim("Trần Thị Hoa", "1995-03-04", "female", cccd("079195000001")),
        claim("Lê Gia Bảo", "2020-06-01", "male", cccd("079195000001")),
        "apart",
        "generations",
        "a mother's number on her child's record",
    ),
    (
        claim("Trần Thị Hoa", "1995-03-04", "female", cccd("079195000001"), **HOME),
        claim("Trần Thị Hoa", "2026-01-09", "female", Identifier("temp_child", "TE1790000000A"), **HOME),
        "apart",
        "generations",
        "a newborn under the mother's name",
    ),
    (
        claim("Lê Minh Anh", sex="male", **CHILD),
        claim("Lê Minh Em", sex="male", **CHILD),
        "apart",
        "twins",
        "twins of one home and telephone",
    ),
    (
        claim("Lê Minh Anh", "2020-06-01", "male", CARD),
        claim("Lê Gia Anh", "2020-06-01", "male", CARD),
        "apart",
        "twins",
        "twins on one card whose middle names differ",
    ),
    (
        claim("Lê Gia Bảo", "2020-06-01", "male", cccd("079195000001"), **HOME),
        claim("Lê Gia Bảo", "2020-06-01", "male", cccd("079220000009"), **HOME),
        "link",
        "",
        "a child once with its mother's number, once with its own",
    ),
    (
        claim("Lê Gia Bảo", "2020-06-01", "male", cccd("079195000001"), **HOME),
        claim("Lê Gia Bảo", "2020", "male", **HOME),
        "doubt",
        "foreign_number",
        "a child with its mother's number, and only a year on the other side",
    ),
    (
        claim("Trần Thị Hoa", mother=Identifier("cccd", "079195000001"), **CHILD),
        claim("Trần Thị Hoa", mother=Identifier("cccd", "079195000001"), **CHILD),
        "doubt",
        "one_mother",
        "two newborns of one mother without a number of their own",
    ),
    (
        claim("Lê Thị Lan", "2020-06-01", "female", Identifier("facility", "79001/1"), **HOME),
        claim("Lê Thị Lam", "2020-06-01", "female", Identifier("facility", "79001/1"), **HOME),
        "doubt",
        "one_letter",
        "twins of almost one name under one number of the facility, or a slip",
    ),
    (
        claim(phone="0912345678"),
        claim("Lê Văn Tám", "1958-01-02", "male", phone="0912345678"),
        "apart",
        "other_name",
        "a shared telephone joins nobody",
    ),
    (claim(), claim("Nguyễn Thị Lan", "1977-08-15"), "apart", "generations", "namesakes of two generations"),
    (claim(**HOME), claim(birth="1961-07-09", **HOME), "doubt", "other_birth", "namesakes of one commune"),
    (
        claim("Đoàn Diễm Khuê", "1960-05-02", "female", CARD, **HOME),
        claim("Đoàn Diễm Khuê", "1960-05-02", "female", Identifier("bhxh", "2500000001"), **HOME),
        "doubt",
        "other_card",
        "two insurance numbers",
    ),
    (claim(**HOME), claim(birth="1960", **HOME), "doubt", "unsure_birth", "a year and a name in one commune"),
    (
        claim(phone="0912345678", **HOME),
        claim(name="NGUYEN THI LAN", phone="0912345678", province="79", commune="26734"),
        "link",
        "",
        "who moved far and kept the telephone",
    ),
    (
        claim(phone="0912345678", **HOME),
        claim(sex="male", phone="0912345678", province="79", commune="26734"),
        "doubt",
        "",
        "the same of two sexes",
    ),
    (
        claim(phone="02438253531", **HOME),
        claim(phone="02438253531", province="79", commune="26734"),
        "apart",
        "",
        "a telephone of the clinic that two namesakes told",
    ),
]


@pytest.mark.parametrize(("one", "other", "verdict", "rule", "because"), CASES, ids=[case[4] for case in CASES])
def test_decision(one, other, verdict, rule, because):
    found = score(one, other)
    assert (found.verdict, found.rule) == (verdict, rule)


def test_every_rule_has_its_case():
    assert {case[3] for case in CASES} - {""} == set(weights.rules())


def test_a_telephone_never_tips_a_pair_into_one_person():
    limits = weights.thresholds()
    one = claim(phone="0912345678", **HOME)
    with_phone, without = score(one, one), score(replace(one, phone=""), replace(one, phone=""))
    assert with_phone.total > without.total
    assert (with_phone.verdict == "link") is (without.verdict == "link")
    phone = next(part.weight for part in with_phone.parts if part.field == "phone")
    assert limits.link > limits.doubt > phone


NAMES = ["Nguyễn Thị Lan", "NGUYEN THI LAN", "Nguyễn Lan", "Lan Nguyễn Thị", "La Văn Quý", "La Văn Quí", "Trần Hoà", ""]
BIRTHS = ["1960-05-02", "1960-02-05", "1960", "1960-01-01", "1961-07-09", "2020-06-01", ""]
NUMBERS = [
    cccd("079160000001"),
    cccd("079160000002"),
    cccd("079195000001"),
    cccd("079320000005"),
    CARD,
    Identifier("bhxh", "2500000001"),
    Identifier("cmnd", "012345678"),
    Identifier("facility", "79001/1"),
    Identifier("facility", "79001/2"),
    Identifier("passport", "B1234567"),
    Identifier("newborn", "79001/7"),
    Identifier("temp_child", "TE1790000000A"),
]
CLAIMS = st.builds(
    Claim,
    name=st.sampled_from(NAMES) | st.text(max_size=12),
    birth=st.sampled_from(BIRTHS),
    sex=st.sampled_from(["male", "female", "unknown"]),
    facility=st.just("79001"),
    identifiers=st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True).map(tuple),
    phone=st.sampled_from(["", "0912345678", "+84 91 234 5678", "0987654321"]),
    province=st.sampled_from(["", "25", "79"]),
    commune=st.sampled_from(["", "08233", "08230"]),
    mother=st.none() | st.sampled_from(NUMBERS[:2]),
)


@given(CLAIMS, CLAIMS)
def test_the_order_of_the_two_does_not_matter(one, other):
    assert score(one, other) == score(other, one)


@given(CLAIMS, CLAIMS)
def test_nobody_is_more_alike_than_oneself(one, other):
    theirs = score(one, replace(other, identifiers=one.identifiers, mother=one.mother))
    assert score(one, one).total >= theirs.total


@given(CLAIMS, CLAIMS, st.sampled_from(["name", "birth", "sex", "phone", "mother"]))
def test_adding_an_agreement_never_lowers_the_sum(one, other, field):
    agreeing = replace(other, **{field: getattr(one, field)})
    silent = replace(other, **{field: None if field == "mother" else ""})
    by_field = {part.field: part.weight for part in score(one, agreeing).parts}
    assert by_field[field] >= max(0, next(p.weight for p in score(one, other).parts if p.field == field))
    if field in {"name", "phone", "mother"}:
        assert score(one, agreeing).total >= max(score(one, other).total, score(one, silent).total)


@given(CLAIMS, CLAIMS)
def test_the_parts_are_the_sum_and_the_chart_ends_there(one, other):
    decision = score(one, other)
    told = chart.explain(decision)
    assert [part.field for part in decision.parts] == list(FIELDS)
    assert told.lines[-1].after == pytest.approx(decision.total, abs=0.01)
    assert all(line.vi and line.en for line in told.lines)
    assert bool(told.rule_vi) is bool(told.rule_en) is bool(decision.rule)


@given(CLAIMS)
def test_a_chart_holds_no_value_of_a_record(one):
    marked = replace(one, name="Xyzzy Plugh", phone="0999999999")
    assert "Plugh" not in str(chart.explain(score(marked, marked)))


@pytest.mark.parametrize(
    "other",
    [
        claim("NGUYỄN THỊ LAN", "1960", **HOME),
        claim("Lan Nguyễn Thị", "1960-02-05"),
        claim("Nguyễn Thị Lan", "1969-05-02"),
        claim("Lê Thị Lan", "1960-05-02"),
        claim("Nguyễn Thị Lam", "1960-05-02", "male", **HOME),
        claim("Trần Văn Bình", "1990-01-01", "male", CARD),
    ],
)
def test_records_that_may_be_one_share_a_key(other):
    assert blocking.keys(LAN) & blocking.keys(other)


@given(CLAIMS)
def test_keys_fit_their_column_and_are_few(one):
    assert len(blocking.keys(one)) <= 12
    assert all(-(2**63) <= key < 2**63 for key in blocking.keys(one))


def test_strangers_share_no_key():
    assert not blocking.keys(LAN) & blocking.keys(claim("Trần Văn Bình", "1990-07-09", "male", **HOME))


def test_a_rarer_family_name_tells_more():
    common, rare = claim("Nguyễn Thị Lan"), claim("Quách Thị Lan")
    assert score(rare, rare).total > score(common, common).total
