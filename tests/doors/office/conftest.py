"""Officers, and a small country that has been counted."""

from __future__ import annotations

import pytest
from django.test import Client

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from tests.insight.filed import Ledger, Sent, file
from tests.signed import signed

FINDING = ("noted", "XML1", 1, "CAN_NANG", "wrong-shape", "wrong shape:kilograms")


@pytest.fixture
def sign_in(db):
    from sosuckhoe.access.actions import open_account  # its models need Django to be set up
    from sosuckhoe.access.actor import PROGRAM

    def signed_in(role, **facts):
        client = Client()
        account = open_account(PROGRAM, f"{role} {facts}", name="Người dùng", role=role, **facts)
        return signed(client, account)

    return signed_in


@pytest.fixture
def counted(db):
    """Two provinces with enough people to be shown, a third with too few, and a facility with an odd name."""
    from sosuckhoe.insight.actions.count import count  # it needs Django to be set up

    now, ledger, person = clock.now(), Ledger(), 0
    database.execute(
        """
        insert into identity_facility (facility, name, province)
        values ('01001', '=HYPERLINK(1)', '01'), ('01002', 'Trạm y tế Ba Đình', '01')
        """
    )
    homes = [(40, "01", "00004"), (15, "01", "00008"), (30, "79", ""), (3, "48", "")]
    for number, province, commune in homes:
        sent, came = [], []
        for _ in range(number):
            person += 1
            facts = {"province": province, "commune": commune, "findings": (FINDING,)}
            sent.append(Sent("01001", f"L{person}", person, visit=now, **facts))
            came.append(Sent("01001", f"L{person}", person, arrived=now))
        file(ledger, "01001", sent, now)
        file(ledger, "01001", came, now, kind="check-in")
    file(ledger, "01001", [Sent("01001", "L99", 0, outcome="refused")], now)
    count(now)
    return now
