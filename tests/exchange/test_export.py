"""What an export gives is what came in: for every table, from the arrival through the books and out again."""

from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive, receive_all
from sosuckhoe.exchange.command import written_back
from sosuckhoe.exchange.xml130 import read
from sosuckhoe.exchange.xml130.format import EDITIONS, TABLES
from sosuckhoe.exchange.xml130.write import write_envelope
from sosuckhoe.simulation.stream import packages as simulated
from tests.exchange.xml130 import good, strategies

AT = datetime(2026, 6, 30, 10, tzinfo=UTC)
WITHOUT_FILE = {"XML0"}
WHO_AND_WHEN = {
    "MA_LK", "MA_BN", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "NGAY_VAO", "NGAY_RA", "MA_CSKCB", "SO_CCCD", "MA_THE_BHYT",
}  # fmt: skip
"""Changed at will these make a package that nobody can trust: refusals have tests of their own."""


def file_everything():
    registers.forget()
    while file.drain(AT):
        pass


def came_back(facility, ma_lk):
    (back,) = read.read_envelope(written_back(facility, ma_lk)).packages
    return back.tables


@st.composite
def changed_packages(draw):
    """A whole package of every table, some of its fields written over with awkward text, emptied or left out."""
    package = good.package()
    places = [
        (rows[n], tag)
        for rows in package.tables.values()
        for n in range(len(rows))
        for tag in rows[n]
        if tag not in WHO_AND_WHEN
    ]
    for row, tag in draw(st.lists(st.sampled_from(places), max_size=25, unique_by=lambda p: (id(p[0]), p[1]))):
        text = draw(st.none() | st.just("") | strategies.awkward_text())
        if text is None:
            del row[tag]
        else:
            row[tag] = text
    package.tables["XML1"][0]["TAG_LA"] = draw(strategies.awkward_text())
    return package


class GeneratedPackages(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changed_packages(), st.sampled_from(sorted(EDITIONS)))
    def test_every_table_of_a_filed_package_comes_back(self, package, edition):
        assert package.tables.keys() >= TABLES.keys() - WITHOUT_FILE
        content = write_envelope([package], good.FACILITY, "20260302", edition)
        (sent,) = read.read_envelope(content).packages
        receive(PROGRAM, Parcel(good.FACILITY, "records", content), "import", AT)
        file_everything()
        assert db.value("select outcome from exchange_package") == "filed"
        assert came_back(good.FACILITY, good.VISIT) == sent.tables == package.tables


@pytest.mark.django_db
def test_every_package_of_a_simulated_year_comes_back():
    sent = list(islice(simulated(900, 1.0, 3), 300))
    parcels = [
        Parcel(one.facility, "records", write_envelope([one.package], one.facility, "20260302", one.edition))
        for one in sent
    ]
    receive_all(PROGRAM, parcels, "import", AT)
    file_everything()
    assert db.tuples("select outcome, count(*) from exchange_package group by 1") == [("filed", len(sent))]
    for one in sent:
        assert came_back(one.facility, one.package.ma_lk) == one.package.tables
