"""The table of places says what the files say, whole and both ways, and a statement can join by it."""

from datetime import date

import pytest

from sosuckhoe.base import db
from sosuckhoe.identity import place_table, places
from sosuckhoe.identity.places import COMMUNE, DISTRICT, PROVINCE, REFORM

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _filled():
    place_table.fill()


def stored():
    return db.tuples("select code, valid_from, valid_until, level, name, parent, province, becomes from identity_place")


def test_table_and_files_agree_both_ways():
    assert sorted(stored(), key=lambda row: row[:2]) == place_table.rows()


def test_filling_again_writes_nothing_and_mends_what_was_changed():
    assert place_table.fill() == 0
    db.execute("update identity_place set name = 'Khác' where code = '00004' and valid_from < %s", (REFORM,))
    db.execute("delete from identity_place where code = '46'")
    db.execute("insert into identity_place values ('99999', '2026-01-01', '9999-12-31', 'commune', 'x', '', '', null)")
    assert place_table.fill() > 2
    assert sorted(stored(), key=lambda row: row[:2]) == place_table.rows()


@pytest.mark.parametrize(
    ("level", "on", "count"),
    [(PROVINCE, BEFORE, 63), (PROVINCE, AFTER, 34), (DISTRICT, BEFORE, 705), (DISTRICT, AFTER, 0),
     (COMMUNE, BEFORE, 10_595), (COMMUNE, AFTER, 3_321)],
)  # fmt: skip
def test_the_country_of_a_day_by_sql(level, on, count):
    found = "select count(*) from identity_place where level = %s and %s between valid_from and valid_until"
    assert db.value(found, (level, on)) == count


def test_a_statement_carries_old_communes_to_todays_as_the_module_does():
    """The join that a coverage page makes: what was written then, by the places of today."""
    today = date(2026, 3, 1)
    found = db.tuples(
        "select code, becomes from identity_place where level = 'commune' and %s between valid_from and valid_until",
        (BEFORE,),
    )
    assert dict(found) == {one.code: places.now(one.code, BEFORE, today) for one in places.all_on(COMMUNE, BEFORE)}


def test_every_commune_leads_to_a_province_of_its_own_days():
    assert not db.value(
        """
        select count(*) from identity_place commune where level = 'commune' and not exists (
          select from identity_place province where province.code = commune.province and province.level = 'province'
            and province.valid_from <= commune.valid_until and province.valid_until >= commune.valid_from)
        """
    )
