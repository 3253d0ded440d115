"""What comes out holds the same fields and values as what came in: for every table, in every edition."""

from base64 import b64decode
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.xml130.format import CHECK_IN, EDITIONS, SUMMARY, TABLES
from sosuckhoe.exchange.xml130.package import Package
from sosuckhoe.exchange.xml130.read import kind_of, read_check_in, read_envelope
from sosuckhoe.exchange.xml130.write import write_check_in, write_envelope
from tests.exchange.xml130 import strategies
from tests.exchange.xml130.strategies import FACILITY, good_row

EDITION = st.sampled_from([None, *EDITIONS])


@given(st.lists(strategies.packages(), max_size=3, min_size=1), EDITION)
@settings(deadline=None, max_examples=60)
def test_packages_come_back_as_they_went(packages, edition):
    data = write_envelope(packages, FACILITY, "20250601", edition)
    envelope = read_envelope(data)
    assert envelope.packages == packages
    assert (envelope.facility, envelope.made_on, envelope.signed) == (FACILITY, "20250601", False)
    assert kind_of(data) == "envelope"
    assert write_envelope(envelope.packages, FACILITY, "20250601", edition) == data


@pytest.mark.parametrize("name", [name for name in TABLES if name != CHECK_IN])
def test_every_table_comes_back(name):
    @given(strategies.tables(name), EDITION)
    @settings(deadline=None, max_examples=15)
    def comes_back(rows, edition):
        package = Package(FACILITY, {SUMMARY: [good_row(SUMMARY, 1, 0)], name: rows})
        (back,) = read_envelope(write_envelope([package], FACILITY, "20250601", edition)).packages
        assert back == package

    comes_back()


@given(strategies.check_ins(), EDITION)
@settings(deadline=None, max_examples=30)
def test_check_ins_come_back_as_they_went(packages, edition):
    data = write_check_in(packages, edition)
    envelope = read_check_in(data)
    assert envelope.packages == packages
    assert envelope.facility == FACILITY
    assert kind_of(data) == "check_in"


@pytest.mark.parametrize(("edition", "name"), [(key, name) for key, e in EDITIONS.items() for name in e.order])
def test_tags_stand_in_the_order_of_the_edition_and_strangers_after_them(edition, name):
    order = EDITIONS[edition].order[name]
    row = dict.fromkeys(["Z_LAST", "A_LAST", *reversed(order)], "1")
    assert _tags(name, row, edition) == [*order, "Z_LAST", "A_LAST"]


def test_the_other_spelling_stands_in_the_same_place_and_is_not_renamed():
    row = dict.fromkeys(["HO_TEN", "MA_CSKCB_DEN", "MA_NOI_DI", "MA_CSKCB"], "1")
    for edition in EDITIONS:
        written = _tags("XML13", row, edition)
        assert set(written) == set(row)
        assert edition == "130" or written == ["MA_CSKCB", "MA_NOI_DI", "MA_CSKCB_DEN", "HO_TEN"]


def _tags(name, row, edition):
    if name == CHECK_IN:
        root = fromstring(write_check_in([Package(FACILITY, {name: [row]})], edition))
    else:
        root = _content(write_envelope([Package(FACILITY, {name: [row]})], FACILITY, "20250601", edition))
    return [element.tag for element in (root[0][0] if TABLES[name].repeats else root)]


def _content(data):
    return fromstring(b64decode(fromstring(data).find(".//NOIDUNGFILE").text))


def test_one_discharge_paper_a_child_is_one_file_each():
    """XML7 of twins: a table of one row, sent twice."""
    package = Package(FACILITY, {"XML7": [good_row("XML7", 1, 1), good_row("XML7", 2, 2)]})
    data = write_envelope([package], FACILITY, "20250601")
    assert data.count(b"<LOAIHOSO>XML7</LOAIHOSO>") == 2
    assert read_envelope(data).packages == [package]


@pytest.mark.parametrize(
    ("package", "number"),
    [
        (Package(FACILITY, {SUMMARY: [{"HO_TEN": "a\x0bb"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"HO_TEN": "a\x00"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"HO_TEN": "\ud800"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"HO_TEN": "\uffff"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"HO TEN": "a"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"1A": "a"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"A><B": "a"}]}), "SSK-2012"),
        (Package(FACILITY, {SUMMARY: [{"": "a"}]}), "SSK-2012"),
        (Package(FACILITY, {"XML99": [{"A": "a"}]}), "SSK-2013"),
        (Package(FACILITY, {"XML7": []}), "SSK-2013"),
    ],
)
def test_what_xml_cannot_hold_is_refused_instead_of_changed(package, number):
    with pytest.raises(Problem) as refused:
        write_envelope([package], FACILITY, "20250601")
    assert refused.value.number == number
    assert refused.value.vi
    assert refused.value.en
