"""An owner asks a system to erase an entry; two stewards of its area grant it; the owner sees what became of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sosuckhoe.access import requests
from sosuckhoe.access.actions import open_account
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.book.queries import owner
from sosuckhoe.clinical import queries as clinical
from sosuckhoe.exchange.feeds import readers, sweeping
from sosuckhoe.exchange.sources import uri_of
from sosuckhoe.identity import queries as identity
from tests.exchange.feeds import vendor
from tests.signed import signed

pytestmark = pytest.mark.django_db
ANSWERS = "/he-thong-gui/yeu-cau/"
SYSTEM = uri_of(vendor.SOURCE)


@pytest.fixture
def lan(settings, tmp_path):
    settings.HOME = tmp_path
    vendor.send(vendor.patient(), vendor.encounter(), vendor.glucose())
    person = identity.person_of(vendor.CCCD)
    return open_account(PROGRAM, "ba-lan", name="Nguyễn Thị Lan", role="citizen", person=person)


def steward(name, area="25"):
    return open_account(PROGRAM, name, name=name, role="steward", area=area)


def entry_of(person):
    keys = [stored.key for stored in clinical.of_person(person)]
    [entry] = clinical.entries_among(keys, "Observation")
    return entry


def asked(account, entry):
    place = reverse("citizen:requests", args=[owner(account.person).patient])
    page = signed(Client(), account).get(place, {"muc": entry}).content.decode()
    assert f'<option value="{SYSTEM}" selected>Bệnh án Sông Hồng</option>' in page, "who wrote it is known"
    said = {"loai": "erase", "co-so": SYSTEM, "loi": "Không phải của tôi.", "muc": entry}
    assert signed(Client(), account).post(place, said).status_code == 302
    [one] = requests.of_person(account.person)
    return place, {"yeu-cau": one.id}


def test_two_stewards_grant_it_and_the_owner_sees_the_outcome(lan):
    entry = entry_of(lan.person)
    place, which = asked(lan, entry)
    first, second = (signed(Client(), steward(name)) for name in ("can-bo-mot", "can-bo-hai"))
    assert "Không phải của tôi." in first.get(ANSWERS).content.decode()
    decision = {**which, "ket-qua": "done", "can-cu": "wrong-person", "pham-vi": "entry", "loi": "Đã xóa."}
    assert "luật buộc lưu" in first.post(ANSWERS, {**decision, "can-cu": "retention-ended"}).content.decode()
    assert first.post(ANSWERS, decision).status_code == 302
    assert first.post(ANSWERS, {**which, "viec": "xac-nhan"}).status_code == 403, "a second person"
    waiting = signed(Client(), lan).get(place).content.decode()
    assert "đang chờ người thứ hai xác nhận" in waiting
    assert second.post(ANSWERS, {**which, "viec": "xac-nhan"}).status_code == 302
    page = signed(Client(), lan).get(place).content.decode()
    assert "Đã làm" in page
    assert "Đã xóa." in page
    assert entry not in [f"Observation/{stored.key}" for stored in clinical.of_person(lan.person)]
    assert sweeping.sweep(readers.readers()) == 1
    told = signed(Client(), lan).get(reverse("citizen:lookers", args=[owner(lan.person).patient])).content.decode()
    assert "xóa theo yêu cầu của chủ sổ" in told


def test_stewards_of_another_area_see_nothing_of_it(lan):
    _, which = asked(lan, entry_of(lan.person))
    other = signed(Client(), steward("can-bo-khac", "79"))
    assert "Không phải của tôi." not in other.get(ANSWERS).content.decode()
    assert other.post(ANSWERS, {**which, "ket-qua": "refused", "loi": "Không."}).status_code == 404
    assert requests.of_person(lan.person)[0].answered is None
