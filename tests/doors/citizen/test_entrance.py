"""Signing in by name (demo only), signing out, and the books that one may choose."""

import pytest
from django.urls import reverse

from sosuckhoe.access.sign_in import SESSION_KEY
from sosuckhoe.base import db
from sosuckhoe.book import queries
from sosuckhoe.doors.look import client as look
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    return cast()


def enter(client, username, **more):
    return client.post(reverse("citizen:sign-in"), {"account": username, **more})


def test_the_page_names_everybody_with_their_note(client, everybody):
    page = client.get(reverse("citizen:sign-in")).content.decode()
    for name in ("Nguyễn Thị Lụa", "66 tuổi, tăng huyết áp và đái tháo đường", "Lê Văn Đức", "Hoàng Văn Sở"):
        assert name in page


def test_systems_do_not_sign_in_here(client, everybody):
    db.execute("update access_account set role = 'system' where username = 'bs-duc'")
    assert "Lê Văn Đức" not in client.get(reverse("citizen:sign-in")).content.decode()
    enter(client, "bs-duc")
    assert SESSION_KEY not in client.session


def test_a_citizen_goes_to_the_books(client, everybody):
    answer = enter(client, "ba-lua")
    assert answer["Location"] == reverse("citizen:books")
    assert client.session[SESSION_KEY] == everybody.grandmother.pk


def test_signing_in_changes_the_session_key(client, everybody):
    enter(client, "ong-khach")
    before = client.session.session_key
    enter(client, "ba-lua")
    assert client.session.session_key != before


def test_signing_in_leaves_a_line(client, everybody):
    enter(client, "ba-lua")
    assert db.value("select action from access_audit where account = %s", [everybody.grandmother.pk]) == "sign-in"


def test_signing_out_ends_the_session(client, everybody):
    enter(client, "ba-lua")
    answer = client.post(reverse("citizen:sign-out"))
    assert answer.headers["Clear-Site-Data"]
    assert SESSION_KEY not in client.session
    assert client.get(reverse("citizen:books")).status_code == 302
    assert db.value("select count(*) from access_session where ended is null") == 0, (
        "a copy of the session opens nothing"
    )


def test_signing_out_by_a_link_is_refused(client, everybody):
    assert client.get(reverse("citizen:sign-out")).status_code == 405


@pytest.mark.parametrize("username", ["nobody", "", "ba-lua'--"])
def test_unknown_names_sign_nobody_in(client, everybody, username):
    assert enter(client, username).status_code == 302
    assert SESSION_KEY not in client.session


def test_a_disabled_account_signs_nobody_in(client, everybody):
    db.execute("update access_account set is_active = false where username = 'ba-lua'")
    enter(client, "ba-lua")
    assert SESSION_KEY not in client.session


def test_without_the_demo_nobody_signs_in_by_name(client, everybody, settings):
    settings.DEMO = False
    assert client.get(reverse("citizen:sign-in"))["Location"] == reverse("entrance:ways")
    assert enter(client, "ba-lua")["Location"] == reverse("entrance:ways")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/so/", "/so/"),
        ("https://evil.example/", "/so/"),
        ("//evil.example/", "/so/"),
        ("/\\evil.example", "/so/"),
        ("javascript:alert(1)", "/so/"),
    ],
)
def test_after_signing_in_one_stays_in_the_house(client, everybody, asked, goes_to):
    assert enter(client, "ba-lua", next=asked)["Location"] == goes_to


def test_a_book_leads_back_to_itself_after_signing_in(client, everybody):
    book = reverse("citizen:summary", args=[everybody.patient])
    asked = client.get(book)["Location"]
    page = client.get(asked).content.decode()
    assert f'value="{book}"' in page
    assert enter(client, "ba-lua", next=book)["Location"] == book


def test_a_role_whose_door_is_missing_still_has_a_place(monkeypatch):
    monkeypatch.setitem(look._HOMES, "officer", "nowhere:home")
    assert look.home_of("officer") == reverse("citizen:sign-in")


def test_the_daughter_chooses_between_two_books(client, everybody):
    page = sign_in(client, everybody.daughter).get(reverse("citizen:books")).content.decode()
    assert "Trần Thị Hạnh" in page
    assert "Sổ của Nguyễn Thị Lụa" in page
    assert reverse("citizen:summary", args=[everybody.patient]) in page


def test_the_open_book_of_somebody_else_has_its_own_colour(client, everybody):
    book = reverse("citizen:summary", args=[everybody.patient])
    assert "look-whose--other" in sign_in(client, everybody.daughter).get(book).content.decode()
    assert "look-whose--other" not in sign_in(client, everybody.grandmother).get(book).content.decode()


def test_the_front_door_leads_on(client, everybody):
    assert client.get(reverse("citizen:start"))["Location"] == reverse("citizen:sign-in")
    sign_in(client, everybody.grandmother)
    assert client.get(reverse("citizen:start"))["Location"] == reverse("citizen:books")


def test_staff_have_no_shelf(client, everybody):
    assert sign_in(client, everybody.doctor).get(reverse("citizen:books")).status_code == 302


def test_a_note_in_both_languages_is_shown_in_the_readers(client, everybody):
    db.execute("update access_account set note = 'giữ sổ của mẹ · keeps her book' where username = 'chi-hanh'")
    assert "keeps her book" not in client.get(reverse("citizen:sign-in")).content.decode()
    client.cookies["ngon_ngu"] = "en"
    page = client.get(reverse("citizen:sign-in")).content.decode()
    assert "keeps her book" in page
    assert "giữ sổ của mẹ" not in page


def test_the_page_of_an_appointment_begins_with_its_day_and_says_it_once(client, everybody):
    paper = next(one for one in queries.papers_of(queries.owner(everybody.person)) if one.kind.table == "XML14")
    when = next(line.text for line in paper.lines if line.tag == "NGAY_HEN_KL")
    place = reverse("citizen:paper", args=[everybody.patient, paper.key])
    page = sign_in(client, everybody.grandmother).get(place).content.decode()
    assert page.count(when) == 1
    assert page.index("Hẹn khám lại lúc") < page.index(when) < page.index("In giấy này") < page.index("Nơi cấp")


def test_papers_for_another_examination_are_told_apart_by_their_day(client, everybody):
    papers = [one for one in queries.papers_of(queries.owner(everybody.person)) if one.kind.table == "XML14"]
    page = sign_in(client, everybody.grandmother).get(reverse("citizen:papers", args=[everybody.patient]))
    told = page.content.decode()
    assert papers
    for paper in papers:
        assert f"{paper.kind.name.vi}: {paper.line('NGAY_HEN_KL')}" in told
