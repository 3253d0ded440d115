"""A grandmother whose book two more systems fill: what they agree on stands once, what they do not stands twice."""

from __future__ import annotations

import io

import orjson
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.exchange.feeds import deliver, readers
from sosuckhoe.exchange.feeds.deliver import Parcel
from tests.book import library
from tests.doors.citizen.cast import cast
from tests.exchange.feeds.vendor import AT, allergy, bundle, encounter, glucose, organization, patient
from tests.walked import enter, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = library.GRANDMOTHER
LINES = {
    "nguoi_dan.csv": [
        "MA_ND;HO_TEN;NGAY_SINH;GIOI_TINH;CCCD;THE_BHYT;DIEN_THOAI;DIA_CHI;MA_TINH;MA_XA;CAP_NHAT",
        f"ND1;{OWN['HO_TEN']};{{birth}};2;{OWN['SO_CCCD']};;;;25;;20/02/2026 08:00",
    ],
    "nhom_mau.csv": ["MA_NM;MA_ND;NHOM_MAU;NGAY;CAP_NHAT", "B1;ND1;A Rh(+);20/02/2026;20/02/2026 08:00"],
    "di_ung.csv": [
        "MA_DU;MA_ND;CHAT;BIEU_HIEN;MUC_DO;CO_KHONG;NGAY_GHI;CAP_NHAT",
        "D1;ND1;Penicillin;;;không;20/02/2026;20/02/2026 08:00",
        "D2;ND1;Tôm, cua;Mề đay;;có;20/02/2026;20/02/2026 08:00",
    ],
    "ket_qua.csv": [
        "MA_KQ;MA_ND;MA_LK;TEN_CHI_SO;GIA_TRI;DON_VI;LAY_MAU_LUC;CAP_NHAT",
        "K1;ND1;;Glucose;8,7;mmol/L;31/01/2026 09:00;20/02/2026 08:00",
    ],
}


@pytest.fixture
def everybody(server, settings, tmp_path):
    settings.HOME = tmp_path
    made = cast()
    birth = f"{OWN['NGAY_SINH'][:4]}-{OWN['NGAY_SINH'][4:6]}-{OWN['NGAY_SINH'][6:8]}"
    who = patient(cccd=OWN["SO_CCCD"], name=[{"text": OWN["HO_TEN"]}], birthDate=birth, telecom=[])
    group = {**glucose("b1", value=0), "code": {"text": "Nhóm máu"}, "valueString": "O Rh(+)"}
    del group["valueQuantity"]
    shrimps = allergy("a2", code={"text": "Tôm, cua"})
    told = bundle(who, encounter(), organization("o1", library.DISTRICT), glucose(), group, allergy(), shrimps)
    take("song-hong", readers.BUNDLE, "b.json", orjson.dumps(told))
    slip = f"{birth[8:10]}/{'12' if birth[5:7] != '12' else '11'}/{birth[:4]}"
    for name, lines in LINES.items():
        take("thon-ban", readers.CSV, name, "\n".join(lines).format(birth=slip).encode())
    deliver.drain(readers.readers())
    return made


def take(source, kind, name, content):
    deliver.receive(PROGRAM, Parcel(source, kind, name), io.BytesIO(content), "import", AT)


def test_both_sides_are_shown_and_the_newer_is_named(wide, server, everybody):
    page = enter(wide, server, everybody.grandmother)
    page.goto(server.url + reverse("citizen:summary", args=[everybody.patient]))
    expect(page.get_by_text("Các nguồn ghi khác nhau: Nhóm máu")).to_be_visible()
    expect(page.get_by_text("Các nguồn ghi khác nhau: Dị ứng: Penicillin")).to_be_visible()
    expect(page.get_by_text("Tôm, cua")).to_have_count(1)
    expect(page.get_by_text("cũng theo Bệnh án Sông Hồng").first).to_be_visible()
    sound(page, "sources-summary")
    page.goto(server.url + reverse("citizen:test", args=[everybody.patient, "glucose"]))
    expect(page.get_by_text("đây là bản mới hơn")).to_have_count(1)
    expect(page.get_by_text("đây là bản cũ hơn")).to_have_count(1)
    sound(page, "sources-test")
    page.goto(server.url + reverse("citizen:person", args=[everybody.patient]))
    expect(page.get_by_text("Các nguồn ghi khác nhau: Ngày sinh")).to_be_visible()
    sound(page, "sources-person")


def test_the_same_in_english(wide, server, everybody):
    page = enter(wide, server, everybody.grandmother)
    page.goto(server.url + reverse("citizen:summary", args=[everybody.patient]))
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_text("Sources say different things: Blood group")).to_be_visible()
    expect(page.get_by_text("newer").first).to_be_visible()
    sound(page, "sources-english")
