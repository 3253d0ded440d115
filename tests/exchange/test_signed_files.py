"""Signed files in filing: verified against the register, and read only as far as they were signed."""

from datetime import UTC, datetime

import pytest

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.xml130.signature import sign
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility
from tests.exchange.samples import FACILITY, envelope, package
from tests.exchange.xml130 import certificates

pytestmark = pytest.mark.django_db
AT = datetime(2025, 6, 2, 10, tzinfo=UTC)
OURS, STRANGERS = certificates.unit(), certificates.unit("Bệnh viện khác")


def outcome(content, *, certificate="", required=False):
    """The error of the arrival and the outcomes of its packages."""
    registers.forget()
    register_facilities([Facility(FACILITY, "Bệnh viện", certificate=certificate, signature_required=required)])
    receive(PROGRAM, Parcel(FACILITY, "records", content), "import", AT)
    while file.drain(AT):
        pass
    problem = db.value("select problem from exchange_filing")
    return problem, [row.outcome for row in db.rows("select outcome from exchange_package")]


def signed(by=OURS):
    return sign(envelope(package()), by.key, by.certificate)


def test_a_file_that_its_facility_signed_is_filed():
    assert outcome(signed(), certificate=OURS.certificate, required=True) == ("", ["filed"])


def test_a_stranger_who_signs_is_refused():
    assert outcome(signed(STRANGERS), certificate=OURS.certificate) == ("SSK-2024", [])


def test_a_file_changed_after_signing_is_refused():
    changed = signed().replace(b"79001</MACSKCB>", b"79001 </MACSKCB>")
    assert outcome(changed, certificate=OURS.certificate)[1] == []


def test_where_a_signature_is_obligatory_a_file_without_one_is_refused():
    assert outcome(envelope(package()), certificate=OURS.certificate, required=True) == ("SSK-2504", [])


def test_where_it_is_not_an_unsigned_file_is_filed():
    assert outcome(envelope(package()), certificate=OURS.certificate) == ("", ["filed"])
