"""Files that a clerk sends by the page: taken in, filed by the real worker's hands, told row by row."""

from __future__ import annotations

import csv
import io
import tracemalloc
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sosuckhoe.base import clock
from sosuckhoe.base import db as database
from sosuckhoe.exchange import unpack
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions import upload as uploading
from sosuckhoe.exchange.unpack import Chosen, Limits, pieces
from tests.doors.facility.conftest import HERE
from tests.exchange.samples import envelope, package

GOOD = envelope(package("LK1", HERE), facility=HERE)
REFUSED = envelope(package("LK2", HERE), package("", HERE), facility=HERE)
DOCTYPE = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + GOOD
OF_ANOTHER = envelope(package("LK3", "79024"), facility="79024")
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    registers.forget()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_xml", ".xml"), content)
    return out.getvalue()


def send(client, *files, **fields):
    chosen = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("facility:send"), {"tep": chosen, **fields})


def file_everything():
    while file.drain(clock.now()):
        pass


def test_a_zip_of_a_good_a_refused_and_a_hostile_file_ends_with_a_report(facility, sign_in):
    client = sign_in("clerk")
    answer = send(client, ("thang-11.zip", zipped(a_xml=GOOD, b_xml=REFUSED, c_xml=DOCTYPE, d_xml=PICTURE)))
    assert answer.status_code == 302
    before = client.get(answer.url).content.decode()
    assert "Đang xử lý" in before
    assert 'http-equiv="refresh"' in before
    assert "Có thể rời trang" in before
    file_everything()
    page = client.get(answer.url).content.decode()
    assert "Báo cáo của lần gửi" in page
    assert 'http-equiv="refresh"' not in page
    assert "Những dòng bị từ chối và lý do" in page
    assert "DOCTYPE" in page
    assert "không phải XML" in page
    assert answer.url in client.get(reverse("facility:send")).content.decode(), "it is found again"
    rows = list(csv.reader(io.StringIO(client.get(f"{answer.url}bao-cao.csv").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:5]] == [f"thang-11.zip / {letter}.xml" for letter in "abcd"]
    assert [row[1] for row in rows[1:5]] == ["Có ghi chú", "Từ chối một phần", "Bị từ chối", "Bị từ chối"]
    assert rows[5][0] == "thang-11.zip / b.xml"


def test_a_stranger_to_the_facility_is_kept_out_of_its_books(facility, sign_in):
    client = sign_in("clerk")
    answer = send(client, ("a.xml", OF_ANOTHER))
    file_everything()
    assert "không phải mã của tài khoản gửi" in client.get(answer.url).content.decode()
    assert database.value("select count(*) from exchange_episode") == 0


def test_a_form_sent_twice_is_one_upload(facility, sign_in):
    client, key = sign_in("clerk"), str(uuid.uuid4())
    first, again = (send(client, ("a.xml", GOOD), khoa=key) for _ in range(2))
    assert first.url == again.url
    assert database.value("select count(*) from exchange_upload_file") == 1
    other = send(client, ("a.xml", GOOD))
    file_everything()
    assert "Tệp y hệt đã được gửi trước đây" in client.get(other.url).content.decode()
    assert database.value("select count(*) from exchange_arrival") == 1


def test_an_upload_that_was_interrupted_is_sent_again_and_goes_on(facility, sign_in, monkeypatch):
    client, key = sign_in("clerk"), str(uuid.uuid4())
    files = [("a.xml", GOOD), ("b.xml", REFUSED)]
    real = uploading.receive

    def interrupted(actor, parcel, *rest):
        if parcel.content == REFUSED:
            raise ConnectionResetError
        return real(actor, parcel, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(uploading, "receive", interrupted)
        with pytest.raises(ConnectionResetError):
            send(client, *files, khoa=key)
    again = send(client, *files, khoa=key)
    rows = database.tuples("select position, name from exchange_upload_file where upload = %s order by 1", (key,))
    assert rows == [(1, "a.xml"), (2, "b.xml")]
    assert database.value("select count(*) from exchange_arrival") == 2
    assert client.get(again.url).status_code == 200


def test_other_files_in_a_form_that_a_browser_kept_are_taken_in(facility, sign_in):
    client, key = sign_in("clerk"), str(uuid.uuid4())
    for name, content in (("a.xml", GOOD), ("b.xml", REFUSED)):
        send(client, (name, content), khoa=key)
    names = database.tuples("select name from exchange_upload_file where upload = %s order by position", (key,))
    assert names == [("a.xml",), ("b.xml",)]


def test_an_upload_takes_no_files_of_somebody_else(facility, sign_in):
    key = str(uuid.uuid4())
    send(sign_in("clerk"), ("a.xml", GOOD), khoa=key)
    database.execute("update exchange_upload set facility = '79999'")
    assert send(sign_in("clerk"), ("b.xml", REFUSED), khoa=key).status_code == 404
    assert database.value("select count(*) from exchange_upload_file") == 1


@pytest.mark.parametrize("who", ["doctor", "nurse", "citizen", "clerk of nowhere", "officer"])
def test_only_a_clerk_sends(facility, sign_in, who):
    assert send(sign_in(who), ("a.xml", GOOD)).status_code == 404
    assert database.value("select count(*) from exchange_arrival") == 0


def test_a_form_of_another_site_is_refused(facility, sign_in):
    client = sign_in("clerk")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert send(strict, ("a.xml", GOOD)).status_code == 403
    assert database.value("select count(*) from exchange_arrival") == 0


class Unread:
    """A body that must not be asked for."""

    def read(self, *_):
        raise AssertionError("somebody who may not send was listened to")

    readline = read


@pytest.mark.parametrize("page", ["facility:send", "office:register", "office:staff"])
@pytest.mark.parametrize("who", [None, "citizen"])
def test_who_may_not_send_is_refused_before_anything_is_read(facility, sign_in, page, who):
    client = Client(enforce_csrf_checks=True)
    if who:
        client.cookies = sign_in(who).cookies
    answer = client.generic(
        "POST",
        reverse(page),
        b"x",
        content_type="multipart/form-data; boundary=b",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": "1000"},
    )
    assert answer.status_code == (404 if who else 302)


def test_an_upload_that_announces_too_much_is_refused_unread(facility, sign_in):
    client = sign_in("clerk")
    address = reverse("facility:send")
    answer = client.post(
        address, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(65 * 1024 * 1024)
    )
    assert answer.status_code == 413
    assert "lớn hơn 64 MB" in answer.content.decode()
    assert send(client).status_code == 400
    many = [(f"{i}.xml", b"<a/>") for i in range(101)]
    assert send(client, *many).status_code == 413


def opened(content, name="x.zip", **limits):
    chosen = [Chosen(name, len(content), io.BytesIO(content))]
    return [
        (piece.name, piece.problem.number if piece.problem else len(piece.content))
        for piece in pieces(chosen, Limits(**limits))
    ]


def test_what_a_zip_holds():
    content = zipped(a_xml=b"<a/>", **{"__MACOSX/a_xml": b"x", ".DS_Store": b"x", "b.txt": b"text"})
    assert opened(content) == [("x.zip / a.xml", 4), ("x.zip / b.txt", "SSK-2511")]
    assert opened(zipped(**{"c.zip": zipped(a_xml=b"<a/>")})) == [("x.zip / c.zip", "SSK-2511")]
    assert opened(zipped()) == [("x.zip", "SSK-2511")] or opened(zipped()) == [("x.zip", "SSK-2514")]
    assert opened(b"PK\x03\x04 and no more") == [("x.zip", "SSK-2514")]
    assert opened(b"  \n<a/>", "a.xml") == [("a.xml", 7)]
    assert opened(b"<a/>" * 10, "a.xml", file_bytes=39) == [("a.xml", "SSK-2005")]


def test_limits_of_number_and_size():
    many = zipped(**{f"{i}_xml": b"<a/>" for i in range(5)})
    assert opened(many, files=3)[-1] == ("x.zip", "SSK-2512")
    assert len(opened(many, files=3)) == 4
    assert [what for _, what in opened(many, all_bytes=10)] == [4, 4, "SSK-2005", "SSK-2005", "SSK-2005"]


def test_a_zip_bomb_costs_no_more_than_one_file():
    bomb = zipped(**{f"{i}_xml": b"<" * 40_000_000 for i in range(3)})
    tracemalloc.start()
    assert {what for _, what in opened(bomb)} == {"SSK-2005"}
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()


def test_a_zip_that_lies_about_a_size_is_refused():
    honest = bytearray(zipped(a_xml=b"<a>" + b"x" * 100_000 + b"</a>"))
    entry = honest.find(b"PK\x01\x02")
    for place in (22, entry + 24):
        honest[place : place + 4] = (10).to_bytes(4, "little")
    assert opened(bytes(honest)) == [("x.zip / a.xml", "SSK-2514")]


def test_names_are_shown_but_not_trusted():
    name = unpack._short("../../\x00\x1b[31m" + "a" * 200)
    assert len(name) <= unpack.LONGEST_NAME
    assert name.isprintable()
