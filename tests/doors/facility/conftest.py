"""A facility with its staff, another one, and people who have nothing to do with either."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sosuckhoe.base import db as database
from tests.signed import signed

HERE, ELSEWHERE = "01001", "79024"
ROLES = {
    "clerk": {"facility": HERE},
    "doctor": {"facility": HERE},
    "nurse": {"facility": HERE},
    "clerk elsewhere": {"role": "clerk", "facility": ELSEWHERE},
    "doctor elsewhere": {"role": "doctor", "facility": ELSEWHERE},
    "clerk of nowhere": {"role": "clerk"},
    "citizen": {"person": 1},
    "system": {"facility": HERE},
    "officer": {"area": "01"},
}
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def text(answer):
    """A page that was answered, without its tokens: in what is drawn by chance any three letters stand now and then."""
    assert answer.status_code == 200
    return TOKENS.sub("", answer.content.decode())


@pytest.fixture
def facility(db):
    """The two facilities in the register."""
    database.execute(
        "insert into identity_facility (facility, name, province) values (%s, %s, '01'), (%s, %s, '79')",
        (HERE, "Bệnh viện Đa khoa Sông Hồng", ELSEWHERE, "Bệnh viện Nhân Ái"),
    )
    return HERE


@pytest.fixture
def sign_in(db):
    """`sign_in("clerk")`: a client in the session of somebody of `ROLES`; None: nobody's."""

    from sosuckhoe.access.actions import open_account  # its models need Django to be set up
    from sosuckhoe.access.actor import PROGRAM

    def signed_in(who):
        client = Client()
        if who is None:
            return client
        facts = {"role": who, **ROLES[who]}
        account = open_account(PROGRAM, who, name=f"Người {who}", **facts)
        return signed(client, account)

    return signed_in
