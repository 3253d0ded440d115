"""Who holds whose book: from birth to the birthday of the law, by name and until a day, ended at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sosuckhoe.access import actions as access
from sosuckhoe.access import custody, family, grants, handover, labels, queries
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.sign_in import actor_for
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of
from tests.book import library
from tests.doors.citizen.cast import cast, sign_in

PAGE = "/gia-dinh/"


@pytest.fixture
def everybody(db):
    return cast()


@pytest.mark.parametrize(
    ("born", "full", "end"),
    [
        ("2020-02-29", date(2036, 2, 29), date(2038, 3, 1)),
        ("2010-05-17", date(2026, 5, 17), date(2028, 5, 17)),
        ("2010-05", date(2026, 5, 1), date(2028, 5, 1)),
        ("2010", date(2026, 1, 1), date(2028, 1, 1)),
        ("", None, None),
    ],
)
def test_the_birthdays_of_hand_over(born, full, end):
    assert handover.until(born) == (full, end)


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "level"), [(3, "full"), (15, "full"), (16, "see"), (17, "see"), (18, None)])
def test_a_mother_holds_the_book_until_the_child_is_grown(age, level):
    today = clock.today()
    access.give_book_to(901, 902, "mother", "full", today, handover.birthday(today, -age).isoformat())
    assert queries.holdings(901).get(902) == level
    assert [tie.level for tie in family.holders_of(902)] == ([level] if level else [])


def test_a_representative_is_named_sees_the_book_and_is_ended(client, everybody):
    owner, stranger = everybody.grandmother, everybody.stranger
    book = reverse("citizen:summary", args=[everybody.patient])
    assert sign_in(client, stranger).get(book).status_code == 404
    named = {"viec": "nho", "ten": "lê văn khách", "so": "025170009999", "muc": "see", "han": "30"}
    sign_in(client, owner).post(PAGE, named)
    assert "Lê Văn Khách" in client.get(PAGE).content.decode()
    assert sign_in(client, stranger).get(book).status_code == 200
    assert client.get(reverse("citizen:privacy", args=[everybody.patient])).status_code == 404
    basis = db.value("select id from access_grant where kind = 'represent'")
    sign_in(client, owner).post(PAGE, {"viec": "thoi", "ai": basis})
    assert sign_in(client, stranger).get(book).status_code == 404


NAMED = {"viec": "nho", "ten": "Lê Văn Khách", "so": "025170009999", "muc": "manage", "han": "30"}


def errors_of(page):
    """Field of the page → the sentence beside it."""
    return {bound.html_name: list(bound.errors) for bound in page.context["form"] if bound.errors}


@pytest.mark.parametrize("wrong", [{"so": "025170000000"}, {"ten": "Người Khác"}])
def test_nobody_is_named_by_a_wrong_number_or_name_and_neither_is_told_to_be_right(client, everybody, wrong):
    page = sign_in(client, everybody.grandmother).post(PAGE, NAMED | wrong)
    assert errors_of(page) == {"so": ["Không nhờ được người này. Họ tên và số phải đúng như trên căn cước của họ."]}
    assert page.status_code == 400
    assert db.value("select count(*) from access_grant") == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ten": " "}, {"ten": "Hãy ghi họ và tên người được nhờ"}),
        ({"so": ""}, {"so": "Hãy ghi số căn cước của người được nhờ"}),
        ({"so": "12"}, {"so": "Số căn cước có 12 chữ số, ví dụ 025160001234"}),
        ({"so": "025160001234", "ten": "Nguyễn Thị Lụa"}, {"so": "Đây là số của chính bạn."}),
        ({"muc": "king"}, {"muc": "Hãy chọn người đó được làm gì"}),
        ({"han": "99999"}, {"han": "Hãy chọn nhờ trong bao lâu"}),
        (
            {"ten": "", "so": "x", "muc": "", "han": ""},
            {"ten": "Hãy ghi họ", "so": "Số căn cước có", "muc": "Hãy chọn người", "han": "Hãy chọn nhờ"},
        ),
    ],
)
def test_each_field_of_naming_somebody_says_its_own_fault_and_keeps_what_was_typed(client, everybody, wrong, said):
    typed = NAMED | wrong
    page = sign_in(client, everybody.grandmother).post(PAGE, typed)
    html, found = page.content.decode(), errors_of(page)
    assert (page.status_code, set(found)) == (422, set(said))
    for field, words in said.items():
        [sentence] = found[field]
        assert sentence.startswith(words)
        anchor = "id_muc_0" if field == "muc" else f"id_{field}"
        assert f'<li><a href="#{anchor}">{sentence}</a></li>' in html
        assert html.count(sentence) == 2, "on top, and beside the field"
        assert f'id="{anchor}"' in html
    assert "<title>Lỗi: Gia đình" in html
    kept = {bound.html_name: bound.value() for bound in page.context["form"]}
    assert kept == {key: typed[key] for key in ("ten", "so", "muc", "han")}
    assert db.value("select count(*) from access_grant") == 0


def test_a_number_is_read_as_people_write_it(client, everybody):
    sign_in(client, everybody.grandmother).post(PAGE, NAMED | {"so": "025 170.009-999"})
    assert db.value("select count(*) from access_grant") == 1


def test_a_representative_may_lay_it_down_and_nobody_ends_what_is_not_theirs(client, everybody):
    named = {"viec": "nho", "ten": "Lê Văn Khách", "so": "025170009999", "muc": "full", "han": "30"}
    sign_in(client, everybody.grandmother).post(PAGE, named)
    basis = db.value("select id from access_grant where kind = 'represent'")
    assert sign_in(client, everybody.daughter).post(PAGE, {"viec": "thoi", "ai": basis}).status_code == 404
    sign_in(client, everybody.stranger).post(PAGE, {"viec": "tra", "so-cua": str(everybody.patient)})
    assert client.get(reverse("citizen:summary", args=[everybody.patient])).status_code == 404


def test_what_the_law_gave_is_neither_replaced_nor_ended_by_naming(client, everybody):
    db.execute("update access_relation set kind = 'guardian', level = 'full' where dependant = %s", (everybody.person,))
    named = {"viec": "nho", "ten": "Trần Thị Hạnh", "so": "025188004321", "muc": "see", "han": "30"}
    page = sign_in(client, everybody.grandmother).post(PAGE, named, follow=True).content.decode()
    assert "theo luật hoặc theo quyết định" in page
    assert db.value("select count(*) from access_grant") == 0
    assert [(tie.kind, tie.level, tie.basis) for tie in family.holders_of(everybody.person)] == [
        ("guardian", "full", None)
    ]


@pytest.mark.parametrize("kind", ["represent", "show"])
def test_a_failure_between_the_end_of_a_grant_and_the_one_in_its_place_leaves_the_first(
    client, everybody, monkeypatch, kind
):
    named = {"viec": "nho", "ten": "Lê Văn Khách", "so": "025170009999", "muc": "see", "han": "30"}
    shown = {"viec": "cho-xem", "ai": library.DISTRICT, "nhan": next(iter(labels.bits().values()))}
    decide = reverse("citizen:decide", args=[everybody.patient])
    first, again = {
        "represent": ((PAGE, named), (PAGE, named | {"muc": "full"})),
        "show": ((decide, shown), (decide, shown)),
    }[kind]
    sign_in(client, everybody.grandmother).post(*first)
    [before] = grants.of_person(everybody.person)

    def fail(*_known):
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setitem(grants._EFFECTS, kind, fail)
        with pytest.raises(ConnectionError):
            client.post(*again)
    assert grants.of_person(everybody.person) == [before]
    assert before.is_live(clock.now())
    client.post(*again)
    assert [one.is_live(clock.now()) for one in grants.of_person(everybody.person)] == [True, False]


@pytest.mark.parametrize("changed", [{}, {"document": ""}, {"deed": "give"}])
def test_who_may_not_decide_learns_nothing_of_who_holds_what(everybody, changed):
    nobody = actor_for(everybody.doctor)
    with pytest.raises(Problem) as refused:
        custody.decide(nobody, everybody.daughter.person, everybody.person, ENDED._replace(**changed), "", clock.now())
    assert refused.value.number == "SSK-1002"


ENDED = custody.Decision("end", "guardian", "12/2026/QĐ-TA", "Tòa án nhân dân khu vực 3", date(2026, 1, 5))
CUSTODY = "/quyen-giu-so/"
ENTERED = {
    "child": "025160001234", "child_name": "Nguyễn Thị Lụa", "holder": "025188004321", "holder_name": "trần thị hạnh",
    "deed": "end", "reason": "guardian", "document": "12/2026/QĐ-TA", "authority": "Tòa án", "decided": "05/01/2026",
}  # fmt: skip


def steward(area="25"):
    return access.open_account(PROGRAM, f"soat-{area}", name="Lý Văn Soát", role="steward", area=area)


def test_a_change_of_custody_holds_at_once(client, everybody):
    book = reverse("citizen:summary", args=[everybody.patient])
    assert sign_in(client, everybody.daughter).get(book).status_code == 200
    custody.decide(PROGRAM, everybody.daughter.person, everybody.person, ENDED, "", clock.now())
    assert client.get(book).status_code == 404


def test_a_steward_enters_what_a_court_has_decided_and_everybody_is_shown_why(client, everybody):
    book = reverse("citizen:summary", args=[everybody.patient])
    sign_in(client, steward())
    assert client.get(CUSTODY).status_code == 200
    assert client.post(CUSTODY, ENTERED)["Location"] == CUSTODY
    assert sign_in(client, everybody.daughter).get(book).status_code == 404
    page = sign_in(client, everybody.grandmother).get(PAGE).content.decode()
    assert "Trần Thị Hạnh thôi giữ sổ này theo quyết định" in page
    assert "12/2026/QĐ-TA" in page
    sign_in(client, steward()).post(CUSTODY, ENTERED | {"deed": "give"})
    assert sign_in(client, everybody.daughter).get(book).status_code == 200
    line = db.one("select role, detail from access_audit where action = 'custody' order by id limit 1")
    assert line == ("steward", "guardian")


def test_a_decision_of_today_is_entered_before_seven_in_the_morning(everybody):
    mother, child = everybody.daughter.person, everybody.stranger.person
    one_in_the_morning = datetime(2026, 3, 2, 18, tzinfo=UTC)
    given = ENDED._replace(deed="give", decided=date(2026, 3, 3))
    custody.decide(PROGRAM, mother, child, given, "2024-05-17", one_in_the_morning)
    assert db.value("select since from access_relation where dependant = %s", (child,)) == date(2026, 3, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"child_name": "Người Khác"}, {"holder_name": "Người Khác"}, {"holder": "025170000000"}, {"document": ""},
        {"authority": " "}, {"decided": "05/01/2099"}, {"reason": "curious"}, {"deed": "give"},
        {"reason": "violence", "deed": "give"}, {"holder": "025160001234", "holder_name": "Nguyễn Thị Lụa"},
    ],
)  # fmt: skip
def test_no_custody_changes_without_both_persons_a_reason_and_a_document(client, everybody, wrong):
    page = sign_in(client, steward()).post(CUSTODY, ENTERED | wrong)
    assert page.status_code == 422
    assert db.value("select count(*) from access_custody") == 0
    assert everybody.person in queries.holdings(everybody.daughter.person)


def test_a_steward_of_another_province_and_others_change_nothing(client, everybody):
    assert sign_in(client, steward("01")).post(CUSTODY, ENTERED).status_code == 422
    for who in ("grandmother", "daughter", "doctor", "clerk", "officer"):
        assert sign_in(client, getattr(everybody, who)).post(CUSTODY, ENTERED).status_code == 404, who
    assert db.value("select count(*) from access_custody") == 0


def test_a_birth_record_that_comes_again_gives_nothing_that_was_ended(everybody):
    mother, child = everybody.daughter.person, everybody.stranger.person
    access.give_book_to(mother, child, "mother", "full", clock.today(), "2024-05-17")
    custody.decide(PROGRAM, mother, child, ENDED, "2024-05-17", clock.now())
    access.give_book_to(mother, child, "mother", "full", clock.today(), "2024-05-17")
    assert child not in queries.holdings(mother)
    custody.decide(PROGRAM, mother, child, ENDED._replace(deed="give"), "2024-05-17", clock.now())
    assert queries.holdings(mother)[child] == "full"


def test_opening_ones_own_book_touches_no_relatives(client, everybody):
    daughter = everybody.daughter.person
    own = db.value(
        "select patient from identity_person where bucket = %s and person = %s", (bucket_of(daughter), daughter)
    )
    sign_in(client, everybody.daughter)
    before = db.value("select count(*) from access_audit where person = %s", (everybody.person,))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("citizen:summary", args=[own])).status_code == 200
    assert not [one for one in asked if str(everybody.person) in one["sql"] or str(everybody.patient) in one["sql"]]
    assert db.value("select count(*) from access_audit where person = %s", (everybody.person,)) == before
