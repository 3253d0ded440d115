"""The crowd of the demo takes up its books: enough to be counted, none of the named people, nothing twice."""

from __future__ import annotations

import pytest
from django.urls import reverse

from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.identity.actions import find_or_create
from sosuckhoe.identity.claim import Claim, Identifier
from sosuckhoe.site.demo_owners import take_up_books

pytestmark = pytest.mark.django_db
MANY = 120


@pytest.fixture
def persons():
    claims = [
        Claim(f"{chr(65 + number % 26)}o{number:03} Thi {number}", f"19{40 + number % 60}-01-02", "female", "25001",
              (Identifier("cccd", f"0251{40 + number % 60}{number:06}"),))
        for number in range(MANY)
    ]  # fmt: skip
    return [found.ref.person for found in find_or_create(claims, clock.now())]


def test_about_half_have_an_account_and_some_of_them_look_in(persons):
    take_up_books(clock.now(), {persons[0]})
    take_up_books(clock.now(), {persons[0]})
    owners = [row[0] for row in database.tuples("select person from access_account where role = 'citizen'")]
    assert len(owners) == len(set(owners))
    assert persons[0] not in owners
    assert MANY // 3 < len(owners) < 2 * MANY // 3
    looks = database.tuples("select person from access_audit where kind = 'book' and role = 'citizen'")
    assert MANY // 6 < len(looks) < len(owners)


def test_the_sign_in_page_offers_those_whose_note_says_who_they_are(persons, client, settings):
    settings.DEMO = True
    open_account(PROGRAM, "lan", name="Nguyễn Thị Lan", role="citizen", person=persons[0], note="66 tuổi")
    take_up_books(clock.now(), {persons[0]})
    text = client.get(reverse("citizen:sign-in")).content.decode()
    assert "Nguyễn Thị Lan" in text
    assert text.count('name="account"') == 1
