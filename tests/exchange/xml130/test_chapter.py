"""The format notes say what the data says."""

from tests.exchange.xml130.chapter import _PART, MADE, PAGE, page


def test_the_made_parts_of_the_page_are_up_to_date():
    """If not: python -m tests.exchange.xml130.chapter"""
    assert page() == PAGE.read_text(encoding="utf-8")


def test_every_part_stands_on_the_page_once():
    assert sorted(found[1] for found in _PART.findall(PAGE.read_text(encoding="utf-8"))) == sorted(MADE)
