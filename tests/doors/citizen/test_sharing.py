"""A SMART Health Link from the first press to the last: made, opened, counted, ended. Strangers get nothing."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.urls import reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import custody
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.book import queries
from sosuckhoe.book.links import payload
from tests.doors.citizen.cast import cast, sign_in

PASSCODE = "hoa-sen-68"
SPEC = (
    "shlink:/eyJ1cmwiOiJodHRwczovL2Voci5leGFtcGxlLm9yZy9xci9ZOXh3a1VkdG1OOXd3b0pvTjNmZkpJaFgyVUd2Q0wxSm5sUFZOTDNrRFdN"
    "L20iLCJmbGFnIjoiTFAiLCJrZXkiOiJyeFRnWWxPYUtKUEZ0Y0VkMHFjY2VOOHdFVTRwOTRTcUF3SVdRZTZ1WDdRIiwibGFiZWwiOiJCYWNrLXRv"
    "LXNjaG9vbCBpbW11bml6YXRpb25zIGZvciBPbGl2ZXIgQnJvd24ifQ"
)
"""The example of https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html"""


def bytes_of(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(content):
    return urlsafe_b64encode(content).decode().rstrip("=")


def opened_by_another(jwe, key):
    """What a reader makes of a file that knows only RFC 7516: direct key, A256GCM, raw deflate."""
    head, empty, nonce, body, tag = jwe.split(".")
    assert empty == ""
    plain = AESGCM(bytes_of(key)).decrypt(bytes_of(nonce), bytes_of(body) + bytes_of(tag), head.encode())
    return json.loads(bytes_of(head)), zlib.decompress(plain, -15)


def made_by_another(content, key):
    head = text_of(b'{"alg":"dir","enc":"A256GCM","cty":"application/fhir+json","zip":"DEF"}')
    squeeze = zlib.compressobj(wbits=-15)
    nonce = b"\x07" * 12
    sealed = AESGCM(bytes_of(key)).encrypt(nonce, squeeze.compress(content) + squeeze.flush(), head.encode())
    return ".".join([head, "", text_of(nonce), text_of(sealed[:-16]), text_of(sealed[-16:])])


def test_the_link_of_the_specification_is_read_and_written():
    link = payload.read(SPEC)
    assert link.url == "https://ehr.example.org/qr/Y9xwkUdtmN9wwoJoN3ffJIhX2UGvCL1JnlPVNL3kDWM/m"
    assert (link.flag, link.label) == ("LP", "Back-to-school immunizations for Oliver Brown")
    assert payload.written(link) == SPEC
    assert payload.read("https://viewer.example.org#" + SPEC) == link


def test_files_of_other_implementations_open_here_and_ours_there():
    key = payload.read(SPEC).key
    content = '{"resourceType":"Bundle","type":"collection","note":"Sổ sức khỏe"}'.encode() * 50
    head, plain = opened_by_another(payload.encrypted(content, key), key)
    assert plain == content
    assert head == {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": "application/fhir+json"}
    assert payload.decrypted(made_by_another(content, key), key) == content


@pytest.mark.parametrize("text", ["", "shlink:/", "shlink:/e30", "https://example.org", SPEC[:60], "shlink:/%%%"])
def test_what_is_no_link_is_said_to_be_none(text):
    with pytest.raises(Problem, match="SSK-1142"):
        payload.read(text)


@pytest.fixture
def everybody(db):
    return cast()


@pytest.fixture
def shared(client, everybody):
    """`shared(days="7", …)`: the payload of a new link of the grandmother's."""

    def make(**asked):
        sign_in(client, everybody.grandmother)
        answer = client.post(reverse("citizen:share", args=[everybody.patient]), {"days": "7", **asked})
        assert answer.status_code == 302, answer.content.decode()
        page = client.get(answer["Location"])
        client.cookies.clear()
        return payload.read(page.context["address"])

    return make


def ask(client, link, **body):
    body = {"recipient": "BS Khang, Bệnh viện Chợ Rẫy", **body}
    return client.post(link.url.removeprefix("http://testserver"), body, content_type="application/json")


def test_a_link_shows_the_summary_to_whoever_has_it(client, everybody, shared):
    link = shared(passcode=PASSCODE)
    assert link.flag == "LP"
    assert len(link.url) <= 128
    answer = ask(client, link, passcode=PASSCODE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    [file] = answer.json()["files"]
    assert file["contentType"].startswith("application/fhir+json")
    bundle = json.loads(opened_by_another(file["embedded"], link.key)[1])
    assert bundle["type"] == "document"
    assert "Nguyễn" in json.dumps(bundle, ensure_ascii=False)
    assert "F32" not in json.dumps(bundle, ensure_ascii=False), "sensitive entries want to be chosen"
    sign_in(client, everybody.grandmother)
    page = client.get(reverse("citizen:lookers", args=[everybody.patient])).content.decode()
    assert "Người có đường dẫn chia sẻ" in page


def test_long_files_are_fetched_and_chosen_papers_go_along(client, everybody, shared):
    paper = queries.papers_of(queries.owner(everybody.person))[0]
    link = shared(papers=[paper.key], sensitive="on")
    files = ask(client, link, embeddedLengthMax=10).json()["files"]
    texts = [client.get(file["location"].removeprefix("http://testserver")).content.decode() for file in files]
    document, printed = (json.loads(opened_by_another(text, link.key)[1]) for text in texts)
    assert document["type"] == "document"
    attachment = printed["entry"][0]["resource"]["content"][0]["attachment"]
    assert bytes_of(attachment["data"]).startswith(b"%PDF")
    assert client.get(files[0]["location"].removeprefix("http://testserver") + "x").status_code == 404


def test_wrong_passcodes_count_on_the_link_for_ever(client, shared):
    link = shared(passcode=PASSCODE)
    left = [ask(client, link, passcode=f"sai-{n}").json() for n in range(4)]
    assert left == [{"remainingAttempts": n} for n in (4, 3, 2, 1)]
    assert ask(client, link, passcode=PASSCODE).status_code == 200
    assert ask(client, link, passcode="sai-5").json() == {"remainingAttempts": 0}
    assert ask(client, link, passcode=PASSCODE).status_code == 404


def test_a_link_for_one_opening_opens_once(client, shared):
    link = shared(once="on")
    assert link.flag == ""
    assert ask(client, link).json()["status"] == "finalized"
    assert ask(client, link).status_code == 404


def test_an_ended_link_opens_nothing_more(client, everybody, shared):
    link = shared()
    location = ask(client, link, embeddedLengthMax=1).json()["files"][0]["location"]
    sign_in(client, everybody.grandmother)
    grant = db.value("select id from access_grant where kind = 'link'")
    client.post(reverse("citizen:link-end", args=[everybody.patient, grant]))
    assert ask(client, link).status_code == 404
    assert client.get(location.removeprefix("http://testserver")).status_code == 404
    page = client.get(reverse("citizen:link", args=[everybody.patient, grant])).content.decode()
    assert "BS Khang" in page
    assert link.key not in page


def test_what_the_owner_hides_later_is_not_shown(client, everybody, shared):
    link = shared(sensitive="on")

    def illnesses():
        return opened_by_another(ask(client, link).json()["files"][0]["embedded"], link.key)[1].decode().count("E11")

    assert illnesses()
    sign_in(client, everybody.grandmother)
    for visit in queries.timeline_of(queries.owner(everybody.person)):
        entry = {"viec": "giau-muc", "muc": f"Encounter/{visit.key}"}
        client.post(reverse("citizen:decide", args=[everybody.patient]), entry)
    assert illnesses() == 0


def test_who_does_not_say_who_they_are_sees_nothing(client, shared):
    link = shared()
    assert ask(client, link, recipient=" ").status_code == 400
    assert client.post(link.url, b"[]", content_type="application/json").status_code == 400
    assert client.post("/shl/none", {"recipient": "x"}, content_type="application/json").status_code == 404


def test_a_browser_without_scripts_opens_it_by_the_passcode(client, everybody, shared):
    link = shared(passcode=PASSCODE)
    place = reverse("citizen:link-view", args=[link.url.rpartition("/")[2]])
    assert client.get(place).status_code == 200
    wrong = client.post(place, {"ten": "Cô Mai", "ma": "khong-dung"})
    assert wrong.status_code == 401
    assert "còn 4 lần thử" in wrong.content.decode()
    page = client.post(place, {"ten": "Cô Mai", "ma": PASSCODE}).content.decode()
    assert "tăng huyết áp" in page
    unknown = client.get(reverse("citizen:link-view", args=["none"]))
    assert unknown.status_code == 200, "whether there is such a link is not told before a try"


def test_the_database_alone_holds_no_key(shared):
    link = shared()
    secret = bytes(db.value("select secret from book_link"))
    assert bytes_of(link.key) not in secret
    assert link.key.encode() not in secret


@pytest.mark.parametrize("who", ["daughter", "stranger", "doctor", "clerk"])
def test_nobody_else_makes_or_sees_links(client, everybody, shared, who):
    shared()
    sign_in(client, getattr(everybody, who))
    assert client.post(reverse("citizen:share", args=[everybody.patient]), {"days": "7"}).status_code == 404
    grant = db.value("select id from access_grant where kind = 'link'")
    assert client.get(reverse("citizen:link", args=[everybody.patient, grant])).status_code == 404
    assert client.post(reverse("citizen:link-end", args=[everybody.patient, grant])).status_code == 404


ENDED = custody.Decision("end", "guardian", "12/2026/QĐ-TA", "Tòa án nhân dân khu vực 3", date(2026, 1, 5))


def test_a_holders_links_end_with_the_holding_and_with_the_account(client, everybody):
    holder = everybody.daughter
    db.execute("update access_relation set level = 'manage' where holder = %s", (holder.person,))
    sign_in(client, holder)
    answer = client.post(reverse("citizen:share", args=[everybody.patient]), {"days": "365"})
    link = payload.read(client.get(answer["Location"]).context["address"])
    location = ask(client, link, embeddedLengthMax=1).json()["files"][0]["location"]
    custody.decide(PROGRAM, holder.person, everybody.person, ENDED, "", clock.now())
    assert ask(client, link).status_code == 404
    assert client.get(location.removeprefix("http://testserver")).status_code == 404
    sign_in(client, everybody.grandmother)
    assert client.get(answer["Location"]).context["is_live"] is False


def test_links_of_an_account_that_is_disabled_open_nothing(client, everybody, shared):
    link = shared()
    access.disable(PROGRAM, everybody.grandmother, clock.now())
    assert ask(client, link).status_code == 404


def test_each_fault_of_a_link_leads_to_its_own_field(client, shared):
    link = shared()
    place = reverse("citizen:link-view", args=[link.url.rpartition("/")[2]])
    nameless = client.post(place, {"ten": " "}).content.decode()
    assert '<a href="#ten">Hãy cho biết bạn là ai; chủ sổ sẽ thấy tên này.</a>' in nameless
    gone = client.post(reverse("citizen:link-view", args=["none"]), {"ten": "Bác sĩ Hoa"}).content.decode()
    assert "<li>Đường dẫn này không có, hoặc đã hết hiệu lực.</li>" in gone, "no field of the page mends it"


def test_a_refused_decision_keeps_what_was_chosen(client, everybody):
    sign_in(client, everybody.grandmother)
    decide = reverse("citizen:decide", args=[everybody.patient])
    page = client.get(reverse("citizen:privacy", args=[everybody.patient]))
    seer, bits = page.context["seers"][-1].mark, [str(bit) for bit, _ in page.context["labels"][:2]]
    empty = client.post(decide, {"viec": "cho-xem", "ai": seer})
    html = empty.content.decode()
    assert (empty.status_code, "<title>Lỗi: " in html) == (400, True)
    assert f'<a href="#nhan-{bits[0]}">Hãy chọn ít nhất một loại mục nhạy cảm.</a>' in html
    assert html.count(f'<option value="{seer}" selected>') == 1
    nobody = client.post(decide, {"viec": "cho-xem", "ai": "elsewhere", "nhan": bits}).content.decode()
    assert '<a href="#ai-cho">' in nobody
    assert [bit for bit in bits if f'name="nhan" value="{bit}" checked' not in nobody] == []
    assert '<a href="#ai-khong">' in client.post(decide, {"viec": "khong-cho", "ai": "elsewhere"}).content.decode()
