"""Every address of the citizen's door, and what strangers get there: nothing. The list is closed both ways."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from sosuckhoe.access import audit
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.book import queries
from sosuckhoe.doors.citizen import urls
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db

OPEN = {
    *("family", "number"),
    *("start", "sign-in", "sign-out", "ask-code", "verify", "books"),
    *("link-manifest", "link-file", "link-view", "link-any"),
}
"""Pages that name nobody's book: for everybody, or for whoever has signed in."""

BOOK = {
    *("summary", "background", "visits", "visit", "medicines", "tests", "test", "papers", "paper", "paper-pdf"),
    *("find", "person", "differences"),
}
POSTED = {"find"}

OWNERS = {"apps", "copy", "desk", "insured", "lookers", "requests", "privacy", "decide", "share", "link", "link-end"}
"""What only the owner does, and who may decide for them."""


@pytest.fixture
def everybody():
    return cast()


def address(everybody, name, patient=None):
    """The page of the grandmother's book, with her own visit, paper and indicator."""
    whose = queries.owner(everybody.person)
    keys = {
        "visit": queries.timeline_of(whose)[0].key,
        "paper": queries.papers_of(whose)[0].key,
        "paper-pdf": queries.papers_of(whose)[0].key,
        "test": "glucose",
    }
    more = [keys[name]] if name in keys else []
    return reverse(f"citizen:{name}", args=[patient or everybody.patient, *more])


def doctor(everybody):
    return Actor(everybody.doctor.id, "", "doctor", facility=library.DISTRICT)


def ask(client, name, where):
    return client.post(where, {"q": "huyet ap"}) if name in POSTED else client.get(where)


def test_every_address_is_in_one_list():
    assert {pattern.name for pattern in urls.urlpatterns} == OPEN | BOOK | OWNERS
    assert len(OPEN) + len(BOOK) + len(OWNERS) == len(OPEN | BOOK | OWNERS)


@pytest.mark.parametrize("name", sorted(BOOK))
def test_nobody_signed_in_is_asked_to_sign_in(client, everybody, name):
    answer = ask(client, name, address(everybody, name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("citizen:sign-in"))


@pytest.mark.parametrize("who", ["stranger", "other_doctor", "clerk", "officer"])
@pytest.mark.parametrize("name", sorted(BOOK))
def test_a_stranger_gets_nothing(client, everybody, name, who):
    sign_in(client, getattr(everybody, who))
    answer = ask(client, name, address(everybody, name))
    assert answer.status_code == 404
    assert "Lụa" not in answer.content.decode()


@pytest.mark.parametrize("who", ["grandmother", "daughter", "doctor"])
@pytest.mark.parametrize("name", sorted(BOOK))
def test_those_who_may_open_it_do(client, everybody, name, who):
    sign_in(client, getattr(everybody, who))
    answer = ask(client, name, address(everybody, name))
    assert answer.status_code == 200


def owners(everybody, name):
    more = [UUID(int=5)] if name in {"link", "link-end"} else []
    return reverse(f"citizen:{name}", args=[everybody.patient, *more])


@pytest.mark.parametrize("who", ["daughter", "stranger", "doctor", "other_doctor", "clerk", "officer"])
@pytest.mark.parametrize("name", sorted(OWNERS))
def test_nobody_else_decides(client, everybody, name, who):
    sign_in(client, getattr(everybody, who))
    if name in {"copy", "desk", "insured", "lookers", "requests", "privacy", "share", "link"}:
        assert client.get(owners(everybody, name)).status_code == 404
    else:
        assert client.post(owners(everybody, name), {"viec": "giau-loai", "loai": "tests"}).status_code == 404
    assert db.value("select count(*) from access_grant") == 0


def links_of(answer):
    """Where the page leads in this door."""
    found = re.findall(r'href="(/(?:so|gia-dinh)/[^"#?]*)', answer.content.decode())
    return sorted({link for link in found if not link.endswith(".pdf")})


@pytest.mark.parametrize(
    ("who", "level"),
    [("grandmother", ""), ("daughter", "see"), ("daughter", "manage"), ("daughter", "full"), ("doctor", "")],
)
def test_no_page_leads_where_its_reader_gets_nothing(client, everybody, who, level):
    if level:
        db.execute("update access_relation set level = %s, full_until = null", [level])
    sign_in(client, getattr(everybody, who))
    pages = [address(everybody, name) for name in sorted(BOOK - {"paper-pdf", "find"})]
    seen = {page: client.get(page) for page in pages}
    found = {link for answer in seen.values() for link in links_of(answer)} - seen.keys()
    deeper = {link: client.get(link) for link in sorted(found)}
    further = {link for answer in deeper.values() for link in links_of(answer)} - seen.keys() - deeper.keys()
    statuses = {link: answer.status_code for link, answer in deeper.items()}
    statuses |= {link: client.get(link).status_code for link in sorted(further) if "quyen" in link or "yeu-cau" in link}
    assert {link for link, status in statuses.items() if status == 404} == set()


@pytest.mark.parametrize("level", ["see", "manage", "full"])
def test_no_form_is_shown_to_whom_it_answers_nothing(client, everybody, level):
    db.execute("update access_relation set level = %s, full_until = null", [level])
    sign_in(client, everybody.daughter)
    decide = reverse("citizen:decide", args=[everybody.patient])
    for page in (address(everybody, "visit"), address(everybody, "paper"), owners(everybody, "privacy")):
        html = client.get(page).content.decode()
        entry = re.search(r'name="muc" value="([^"]+)"', html)
        if entry:
            assert client.post(decide, {"viec": "giau-muc", "muc": entry[1]}).status_code == 302
        if 'value="giau-loai"' in html:
            assert client.post(decide, {"viec": "giau-loai", "loai": "costs"}).status_code == 302
        assert (bool(entry) or 'value="giau-loai"' in html) is (level == "full")


def test_nobody_from_whom_a_clinic_is_hidden_reads_that_it_was_there(client, everybody):
    """What it filed is hidden; so is the line that says that it filed."""
    library.file([library.package("LKX001", "2026-03-02", facility=library.PROVINCE)])
    audit.record_all([audit.Line(PROGRAM, "file", "package", everybody.person)], clock.now())
    for who in (everybody.doctor, everybody.daughter):
        answer = sign_in(client, who).get(address(everybody, "lookers"), {"xem": "vao-so"})
        assert answer.status_code == 404


@pytest.mark.parametrize("name", sorted(BOOK))
def test_a_book_that_does_not_exist_is_answered_alike(client, everybody, name):
    sign_in(client, everybody.stranger)
    mine = ask(client, name, address(everybody, name))
    none = ask(client, name, address(everybody, name, UUID(int=5)))
    assert (none.status_code, none.content) == (mine.status_code, mine.content)


def test_a_visit_or_paper_of_another_book_is_not_found_in_ones_own(client, everybody):
    sign_in(client, everybody.stranger)
    own = queries.owner(everybody.stranger.person).patient
    for name in ("visit", "paper", "paper-pdf", "test"):
        assert client.get(address(everybody, name, own)).status_code == 404


@pytest.mark.parametrize(("who", "outcome"), [("grandmother", "done"), ("doctor", "done"), ("stranger", "refused")])
def test_every_opening_leaves_a_line(client, everybody, who, outcome):
    account = getattr(everybody, who)
    sign_in(client, account)
    client.get(address(everybody, "medicines"))
    line = db.one("select * from access_audit where account = %s order by id desc limit 1", [account.pk])
    assert (line.person, line.action, line.kind, line.outcome, line.detail) == (
        everybody.person, "read", "book", outcome, "medicines",
    )  # fmt: skip


def test_a_print_is_noted_as_a_print(client, everybody):
    sign_in(client, everybody.doctor)
    client.get(address(everybody, "paper-pdf"))
    line = db.one(
        "select action, detail from access_audit where account = %s order by id desc limit 1", [everybody.doctor.pk]
    )
    assert line == ("print", "paper-pdf")


def test_a_doctor_sees_no_sensitive_entry(client, everybody):
    own = sign_in(client, everybody.grandmother).get(address(everybody, "visits")).content.decode()
    doctors = sign_in(client, everybody.doctor).get(address(everybody, "visits")).content.decode()
    assert "trầm cảm" in own
    assert "Riêng tư" in own
    assert "trầm cảm" not in doctors


def test_a_doctor_is_told_that_the_look_is_noted(client, everybody):
    page = sign_in(client, everybody.doctor).get(address(everybody, "summary")).content.decode()
    assert "Lần xem này được ghi lại" in page


def test_the_owner_sees_who_looked_in_words(client, everybody):
    sign_in(client, everybody.doctor).get(address(everybody, "summary"))
    page = sign_in(client, everybody.grandmother).get(address(everybody, "lookers")).content.decode()
    words = " ".join(page.split())
    assert "Bác sĩ Lê Văn Đức, Trung tâm Y tế huyện Thanh Sơn" in words
    assert "để khám bệnh, chữa bệnh" in words


def test_filing_never_hides_who_looked_and_a_day_of_looks_is_one_line(client, everybody):
    at = clock.now()
    audit.record_looks(doctor(everybody), "read", [(everybody.person, "book")] * 3, at)
    audit.record_looks(PROGRAM, "file", [(everybody.person, "package")] * 200, at)
    sign_in(client, everybody.grandmother)
    looked = " ".join(client.get(address(everybody, "lookers")).content.decode().split())
    assert looked.count("Bác sĩ Lê Văn Đức") == 1
    assert "3 lần trong ngày" in looked
    assert "đưa hồ sơ vào sổ, để" not in looked
    filed = " ".join(client.get(address(everybody, "lookers"), {"xem": "vao-so"}).content.decode().split())
    assert re.search(r"2\d\d lần trong ngày", filed)
    assert "Lê Văn Đức" not in filed


def test_what_somebody_takes_out_by_the_command_line_is_a_look(client, everybody):
    audit.record_looks(PROGRAM, "export", [(everybody.person, "person")], clock.now())
    sign_in(client, everybody.grandmother)
    assert "xuất hồ sơ" in client.get(address(everybody, "lookers")).content.decode()
    assert "xuất hồ sơ" not in client.get(address(everybody, "lookers"), {"xem": "vao-so"}).content.decode()


def test_every_day_of_looks_is_on_some_page(client, everybody):
    days = [clock.now() - timedelta(days=back) for back in range(45)]
    for at in days:
        audit.record_looks(doctor(everybody), "read", [(everybody.person, "book")], at)
    sign_in(client, everybody.grandmother)
    pages = [client.get(address(everybody, "lookers"), {"trang": one}).content.decode() for one in (1, 2, 3)]
    assert sum(page.count("Bác sĩ Lê Văn Đức") for page in pages) == len(days)
    assert all(sum(f"{at.astimezone(clock.VIETNAM):%d/%m/%Y}," in page for page in pages) == 1 for at in days)


@pytest.mark.parametrize("name", sorted(BOOK - POSTED - {"paper-pdf"}))
def test_no_page_runs_or_styles_anything_inline(client, everybody, name):
    page = sign_in(client, everybody.grandmother).get(address(everybody, name)).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("name", sorted(BOOK - {"paper-pdf"}))
def test_no_whole_number_of_the_person_stands_on_a_page(client, everybody, name):
    page = ask(sign_in(client, everybody.grandmother), name, address(everybody, name)).content.decode()
    for number in ("025160001234", "GD4252500012345", "2500012345", "0912345678"):
        assert number not in page
