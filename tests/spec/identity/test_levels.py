"""How alike two records are in one field: a table a field. Every line is also read the other way round."""

import pytest

from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.identity.compare import trees, weights
from sosuckhoe.identity.compare.levels import FIELDS, UNKNOWN

NAMES = """
one              | other             | level
Nguyễn Thị Lan   | NGUYỄN THỊ LAN    | exact
Lê Thị Hoà       | Lê Thị Hòa        | exact
Lê Thị Hương     | Lê Thị Huwowng    | exact
Nguyễn Thị Lan   | Nguyen Thi Lan    | unmarked
Nguyễn Thị Lan   | Lan Nguyễn Thị    | swapped
Nguyễn Thị Lan   | Nguyễn Lan        | dropped
Nguyễn Thị Lan   | Nguyễn Thị Lanm   | slip
Nguyễn Thị Lan   | Nguyễn Tho Lan    | slip
Nguyễn Thị Lan   | Nguyễn Thị Lam    | letter
Rơ Chăm Hblah    | Rơ Chăm Hblak     | letter
Lê Minh Anh      | Lê Anh Minh       | inner
Nguyễn Thị Lan   | Nguyễn T. Lan     | dropped
Lê Thị Hương     | Le6 Thi5 Huong77  | unmarked
Lê Thị Hoa       | Lê Thị Hòa        | marks
Nguyễn Văn Anh   | Nguyễn Tuấn Anh   | middle
CB Trần Thị Hoa  | Lê Minh Quân      | unnamed
CB Trần Thị Hoa  | Trần Minh Quân    | unnamed
CB Trần Thị Hoa  | Trần Thị Hoa      | exact
Bé Gái Lan       | Lê Minh Quân      | differ
Nguyễn Thị Lan   | Nguyễn Văn Hùng   | family
Nguyễn Thị Lan   | Trần Văn Bình     | differ
Nguyễn Thị Lan   |                   | unknown
"""
BIRTHS = """
one          | other        | level
1960-05-02   | 1960-05-02   | exact
1960-05-02   | 1960         | year
1960-05-02   | 1960-05      | year
1960-05-02   | 1960-01-01   | year
1960         | 1960         | year
1960-05-02   | 1960-02-05   | swapped
1960-05-02   | 1969-05-02   | slip
1960-05-02   | 1960-05-03   | slip
1960-05-12   | 1960-05-21   | slip
1960-05-02   | 1960-05-19   | part
1960-05-02   | 1960-11-02   | part
1960-05-02   | 1957-05-02   | part
1960-05-02   | 1972-05-02   | differ
1960-05-02   | 1960-11-27   | same_year
1960-05-02   | 1961         | differ
1960-05-02   | 1961-07-09   | differ
1960-05-02   |              | unknown
"""
SEXES = """
one     | other   | level
female  | female  | agree
female  | male    | differ
female  | unknown | unknown
"""
PHONES = """
one          | other            | level
0912345678   | +84 91 234 5678  | agree
0912345678   | 0912 345 678     | agree
0912345678   | 912345678        | agree
0912345678   | 0987654321       | differ
0900000000   | 0900000000       | unknown
0912345678   | 1                | unknown
0912345678   | 024 3825 3531    | unknown
024 38253531 | +84 24 3825 3531 | unknown
"""
CITIZEN_NUMBERS = """
one            | other           | level
079160000001   | 079160000001    | agree
079160000001   | 079160000002    | differ
079160000001   | 079195000001    | not_theirs
079160000001   | 999160000001    | not_theirs
079195000001   | 079195000001    | shared
079160000001   |                 | unknown
"""
CARDS = """
one                   | other                 | level
bhxh 7912345678       | bhxh 7912345678       | agree
bhyt HT2797912345678  | bhyt HT2797912345678  | agree
temp_child TE1790000A | temp_child TE1790000A | child
bhxh 7912345678       | bhxh 2512345670       | differ
bhxh 7912345678       | bhxh 7912345687       | unknown
bhyt TE1797912345678  | bhxh 7912345678       | child
bhyt TE1797912345678  | bhyt TE1797912345678  | child
bhyt TE1797912345678  | bhxh 7912345679       | unknown
bhyt HT2797912345678  | bhxh 7912345678       | unknown
"""
FACILITY_NUMBERS = """
one             | other            | level
facility 79001/1 | facility 79001/1 | agree
facility 79001/1 | facility 79001/2 | differ
facility 79001/1 | facility 79002/1 | unknown
"""
OTHER_NUMBERS = """
one      | other    | level
1        | 1        | agree
1        | 2        | differ
1        |          | unknown
"""
ADDRESSES = """
one         | other       | level
25 227 08233 | 25 227 08233 | commune
25 227 08233 | 25 227 08230 | province
25 227 08233 | 01 001 00001 | differ
25 227 08233 |              | unknown
25 - -       | 25 227 08233 | unknown
25 - -       | 01 - -       | differ
"""


def rows(table):
    _, *lines = table.strip().splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def claim(**more):
    return Claim(**({"name": "Nguyễn Thị Lan", "birth": "1960-05-02", "sex": "female", "facility": "79001"} | more))


def numbered(system, text):
    return claim(identifiers=(Identifier(system, text),) if text else ())


def kinds(text):
    return claim(identifiers=(Identifier(*text.split()),))


def living(text):
    province, district, commune = (part.strip("-") for part in (text or "- - -").split())
    return claim(province=province, district=district, commune=commune)


MADE = {
    "name": (NAMES, lambda text: claim(name=text)),
    "birth": (BIRTHS, lambda text: claim(birth=text)),
    "sex": (SEXES, lambda text: claim(sex=text)),
    "phone": (PHONES, lambda text: claim(phone=text)),
    "cccd": (CITIZEN_NUMBERS, lambda text: numbered("cccd", text)),
    "card": (CARDS, kinds),
    "facility": (FACILITY_NUMBERS, kinds),
    "address": (ADDRESSES, living),
    "mother": (OTHER_NUMBERS, lambda text: claim(mother=Identifier("cccd", text) if text else None)),
    "cmnd": (OTHER_NUMBERS, lambda text: numbered("cmnd", text)),
    "passport": (OTHER_NUMBERS, lambda text: numbered("passport", text)),
    "newborn": (OTHER_NUMBERS, lambda text: numbered("newborn", text)),
}
CASES = [(field, *row) for field, (table, _) in MADE.items() for row in rows(table)]


@pytest.mark.parametrize(("field", "one", "other", "level"), CASES)
def test_level(field, one, other, level):
    made = MADE[field][1]
    assert FIELDS[field](made(one), made(other)) == level
    assert FIELDS[field](made(other), made(one)) == level


def test_every_field_and_every_level_has_its_line():
    told = {field: set(entry["levels"]) | {UNKNOWN} for field, entry in weights.comparison()["fields"].items()}
    shown = {field: {row[2] for row in rows(table)} for field, (table, _) in MADE.items()}
    assert {field: levels - shown[field] - {UNKNOWN} for field, levels in told.items()} == {f: set() for f in told}
    assert {field: levels - told[field] for field, levels in shown.items()} == {f: set() for f in shown}


def test_an_old_commune_and_the_one_it_went_into_are_one_home():
    from sosuckhoe.identity import places

    old = next(p for p in places.communes("25", places.REFORM.replace(year=2024)) if places.commune_now(p.code))
    before = claim(province="25", district=old.parent, commune=old.code)
    since = claim(province=places.province_now("25"), commune=places.commune_now(old.code))
    assert FIELDS["address"](before, since) == FIELDS["address"](since, before) == "commune"


def test_the_shipped_trees_ask_about_every_field_that_is_learnt():
    assert set(trees.learnt_fields()) | set(weights.assumed()) == set(FIELDS)
    assert weights.scorer()["columns"] == list(trees.columns())
