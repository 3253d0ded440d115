"""A steward decides what the register told and no machine could, and reads what other systems delivered."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from playwright.sync_api import expect

from sosuckhoe.access import actions as access
from sosuckhoe.access import audit, retaining
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import erase, hide
from sosuckhoe.clinical.hiding import Wish
from sosuckhoe.exchange.actions import file, registers
from sosuckhoe.exchange.actions.receive import Parcel, receive
from sosuckhoe.exchange.feeds import deliver, readers
from sosuckhoe.exchange.keeping import KEPT
from sosuckhoe.exchange.population import desk
from sosuckhoe.exchange.population.changes import take_changes
from sosuckhoe.exchange.population.stub.book import Book
from sosuckhoe.identity import queries, tickets
from sosuckhoe.identity.actions import find_or_create, register_facilities
from sosuckhoe.identity.claim import Identifier
from sosuckhoe.identity.queries import Facility
from tests.exchange.feeds.vendor import SOURCE, bundle, encounter, give, glucose, patient
from tests.exchange.population.conftest import line_to, served
from tests.exchange.population.people import AT, HERE, LAN, claim, known_here, word
from tests.exchange.qd831 import samples
from tests.walked import WIDTHS, sound, turn_to

STEWARD = Actor(77, "Trần Thị Mai", "steward", area="25", purpose="stewardship")
ELSEWHERE = Actor(78, "Người khác", "steward", area="79", purpose="stewardship")
WHOLE_COUNTRY = Actor(79, "Bộ", "steward", purpose="stewardship")
CHILD = "025326000001"
FIRST, SECOND = "25010/1/7", "25010/1/8"


def told(*entries):
    """The register tells these changes by real HTTP."""
    from sosuckhoe.exchange.population.client import Register
    from sosuckhoe.exchange.population.stub.server import stub

    book = Book()
    for entry in entries:
        book.enter(*entry)
    with served(stub(0, book)) as server:
        return dict(take_changes(PROGRAM, Register(line_to(server)), AT))


def newborn(mother, number):
    made = claim("", "2026-02-20", "", "male", numbers=(Identifier("newborn", number),), mother=Identifier("cccd", LAN))
    (found,) = find_or_create([made], AT)
    access.tie([(HERE, found.ref.person)], AT)
    access.give_book_to(mother, found.ref.person, "mother", "manage", AT.date())
    return found.ref.person


@pytest.fixture
def twins(db):
    (mother,) = known_here(claim())
    pair = newborn(mother, FIRST), newborn(mother, SECOND)
    born = word(CHILD, "Trần Minh Nam", "2026-02-20", "male", mother=LAN)
    assert told(("birth", "2026-02-20", born)) == {"held": 1}
    return pair


def patient_of(person):
    return queries.known(person).ref.patient


@pytest.mark.django_db
def test_a_steward_says_which_of_two_twins_it_is(twins):
    (held,) = desk.waiting(STEWARD)
    assert (held.kind, held.change.word.name) == ("birth", "Trần Minh Nam")
    assert {one.ref.person for one in held.candidates} == set(twins)
    desk.apply(STEWARD, held.id, patient_of(twins[1]), AT)
    assert queries.person_of(Identifier("cccd", CHILD)) == twins[1]
    assert queries.known(twins[1]).claim.name == "Trần Minh Nam"
    assert queries.known(twins[0]).claim.name == ""
    assert tickets.standing(twins[1]).state == tickets.VERIFIED
    assert desk.waiting(STEWARD) == []
    with pytest.raises(Problem, match="SSK-3310"):
        desk.apply(STEWARD, held.id, patient_of(twins[0]), AT)
    line = db.one("select account, action, kind, detail from access_audit where kind = 'change' and action = 'resolve'")
    assert tuple(line) == (77, "resolve", "change", "done")


@pytest.mark.django_db
def test_none_of_them_wants_a_reason_and_changes_nothing(twins):
    (held,) = desk.waiting(STEWARD)
    with pytest.raises(Problem, match="SSK-4535"):
        desk.refuse(STEWARD, held.id, " ", AT)
    desk.refuse(STEWARD, held.id, "Sinh ở nơi khác", AT)
    assert queries.person_of(Identifier("cccd", CHILD)) is None
    assert db.tuples("select outcome, account, reason from exchange_change") == [("refused", 77, "Sinh ở nơi khác")]


@pytest.mark.django_db
def test_another_provinces_steward_and_others_see_none_of_it(twins):
    (held,) = desk.waiting(STEWARD)
    assert desk.waiting(ELSEWHERE) == []
    with pytest.raises(Problem, match="SSK-1002"):
        desk.apply(ELSEWHERE, held.id, patient_of(twins[0]), AT)
    with pytest.raises(Problem, match="SSK-1003"):
        desk.waiting(Actor(5, "", "officer", area="25", purpose="public-health"))


@pytest.mark.django_db
def test_what_waits_elsewhere_takes_no_place_on_ones_own_page(twins, monkeypatch):
    monkeypatch.setattr(desk, "MOST_SHOWN", 1)
    (stranger,) = find_or_create([claim("Lê Văn Xa", "1950-01-01", numbers=(Identifier("cccd", "079050000017"),))], AT)
    older = {"id": 1_000_000, "kind": "name", "person": stranger.ref.person, "at": "2020-01-01T00:00:00Z", "key": "x"}
    copied = "select (jsonb_populate_record(c, %s::jsonb)).* from exchange_change c"
    db.execute(f"insert into exchange_change overriding system value {copied}", (orjson.dumps(older).decode(),))
    assert [one.kind for one in desk.waiting(STEWARD)] == ["birth"]
    assert [one.id for one in desk.waiting(WHOLE_COUNTRY)] == [1_000_000]


@pytest.mark.django_db
def test_what_was_told_is_kept_until_it_is_decided(twins):
    later = AT + timedelta(days=400)
    (told,) = [one for one in KEPT if one.table == "exchange_heard"]
    retaining.take(PROGRAM, told, later, 10)
    (held,) = desk.waiting(STEWARD)
    assert held.change is not None
    desk.refuse(STEWARD, held.id, "Không phải", AT)
    retaining.take(PROGRAM, told, later, 10)
    assert db.value("select count(*) from exchange_heard") == 0


@pytest.mark.django_db
def test_a_death_that_was_doubted_is_entered_when_somebody_says_so():
    (lan,) = known_here(claim("Nguyễn Thị Lụa"))
    assert told(("death", "2026-03-01", word(deceased="2026-03-01"))) == {"held": 1}
    (held,) = desk.waiting(STEWARD)
    desk.apply(STEWARD, held.id, patient_of(lan), AT)
    assert queries.known(lan).claim.extra["deceased"] == "2026-03-01"
    assert tickets.of_person(lan, [tickets.OPEN]) == []


@pytest.mark.django_db
def test_what_hangs_on_a_death_waits_until_somebody_saw_to_it():
    (lan,) = known_here(claim())
    account = access.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=lan)
    told(("death", "2026-03-01", word(deceased="2026-03-01")))
    (found,) = desk.deaths(STEWARD)
    assert (found.accounts, found.held) == ([account.pk], [])
    assert desk.deaths(ELSEWHERE) == []
    assert desk.close_accounts(STEWARD, found.id, AT) == 1
    assert not db.value("select is_active from access_account where id = %s", (account.pk,))
    desk.settle_death(STEWARD, found.id, "Đã khóa tài khoản", AT)
    assert desk.deaths(STEWARD) == []


def open_as(page, server, cookie, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_a_steward_walks_through_what_waits(server, page, sign_in, width):
    (mother,) = known_here(claim())
    pair = newborn(mother, FIRST), newborn(mother, SECOND)
    account = access.open_account(PROGRAM, "lan", name="Lan", role="citizen", person=mother)
    born = word(CHILD, "Trần Minh Nam", "2026-02-20", "male", mother=LAN)
    told(("birth", "2026-02-20", born), ("death", "2026-03-01", word(deceased="2026-03-01")))
    tickets.note(mother, HERE, {"name": "Lan"}, {"name": "Lân"}, AT, tickets.INSURANCE)
    open_as(page, server, sign_in("steward", area="25").cookies["sessionid"].value, width)
    page.goto(f"{server.url}/doi-soat/dan-cu/")
    sound(page, "residents")
    page.get_by_role("link", name="Khai sinh: Trần Minh Nam").click()
    sound(page, "resident")
    page.get_by_role("button", name="Bỏ qua thay đổi này").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Là người này").last.click()
    expect(page.get_by_text("Đã ghi lại quyết định.")).to_be_visible()
    assert queries.person_of(Identifier("cccd", CHILD)) in pair
    page.get_by_role("link", name="Nguyễn Thị Lan").click()
    sound(page, "death")
    page.get_by_role("button", name="Khóa tài khoản của người đã mất").click()
    expect(page.get_by_text("Đã khóa 1 tài khoản.")).to_be_visible()
    assert not db.value("select is_active from access_account where id = %s", (account.pk,))
    page.get_by_label("Đã làm gì?").fill("Bà nội giữ sổ của hai cháu")
    page.get_by_role("button", name="Ghi là xong").click()
    expect(page.get_by_text("Đã ghi là xong.")).to_be_visible()
    turn_to(page, "Bảo hiểm")
    expect(page.get_by_role("rowheader", name="Nguyễn Thị Lan")).to_be_visible()
    sound(page, "insured")


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_a_steward_reads_what_was_delivered(server, page, sign_in, width, tmp_path):
    wrong = glucose("g2")
    del wrong["status"]
    sent = bundle(patient(), encounter(), glucose(), wrong)
    give(sent, at=clock.now())
    deliver.drain(readers.readers())
    give(b"{", at=clock.now(), name="x.json")
    open_as(page, server, sign_in("steward", area="25").cookies["sessionid"].value, width)
    page.goto(f"{server.url}/he-thong-gui/")
    sound(page, "deliveries")
    page.get_by_label("Trạng thái").select_option(label="Có chỗ bị từ chối")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_text("entry[3]")).to_be_visible()
    sound(page, "delivery")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp gốc").click()
    download.value.save_as(tmp_path / "raw")
    assert orjson.loads((tmp_path / "raw").read_bytes()) == sent
    person = queries.person_of(Identifier("cccd", "079160000001"))
    assert db.value("select count(*) from access_audit where action = 'export' and person = %s", (person,)) == 1


@pytest.mark.django_db
def test_a_province_sees_the_deliveries_of_its_own_sources(sign_in, settings, tmp_path):
    settings.HOME = tmp_path
    number = give(bundle(patient())).delivery
    address = f"/he-thong-gui/{number}/"
    assert sign_in("steward", area="25").get(address).status_code == 200
    assert sign_in("steward").get(address).status_code == 200
    for role, facts in (("steward", {"area": "79"}), ("officer", {"area": "25"}), ("clerk", {"facility": "25010"})):
        client = sign_in(role, **facts)
        assert client.get(address).status_code == client.get(f"{address}tep").status_code == 404
    raw = sign_in("steward", area="25").get(f"{address}tep")
    assert raw["Content-Disposition"] == f'attachment; filename="{SOURCE}-{number}.bundle"'
    assert raw["Content-Type"] == "application/octet-stream"
    raw.close()


@pytest.fixture
def profiles_sent(db):
    """Two profiles of another vendor's account, one of them without a name, and one by the facility itself."""
    registers.forget()
    register_facilities([Facility(samples.FACILITY, "Trạm Y tế xã Hùng Lô", vendor="minh-an")])
    account = access.open_account(PROGRAM, "nha-cung-cap", name="Minh An", role="vendor", source="minh-an")
    vendor = Actor(account.pk, "Minh An", "vendor", source="minh-an")
    good, bad = samples.profile(), samples.profile(HOTEN="", MA_NHANKHAU="NK2", MADINHDANH="079160000002")
    for who, content in (
        (vendor, samples.content(good, bad)),
        (PROGRAM, samples.content(samples.profile(GIOITINH="1"))),
    ):
        receive(who, Parcel(samples.FACILITY, "profile", content), "gateway", clock.now())
    while file.drain(clock.now()):
        pass


def test_profiles_of_a_vendors_account_stand_beside_its_deliveries(profiles_sent, sign_in):
    def rows(client, **asked):
        text = client.get("/he-thong-gui/", asked).content.decode()
        return text.count(f"Trạm Y tế xã Hùng Lô ({samples.FACILITY})")

    steward = sign_in("steward", area="25")
    assert rows(steward) == 1
    assert rows(steward, nguon="minh-an") == 1
    assert rows(steward, nguon="song-hong") == 0
    assert [rows(steward, **{"trang-thai": state}) for state in ("partly", "filed", "waiting")] == [1, 0, 0]
    assert rows(sign_in("steward", area="79")) == 0, "another province's sources are not told"


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_profiles_sent(profiles_sent, server, page, sign_in, width):
    open_as(page, server, sign_in("steward", area="25").cookies["sessionid"].value, width)
    page.goto(f"{server.url}/he-thong-gui/")
    expect(page.get_by_role("heading", name="Hồ sơ sức khỏe (QĐ 831)")).to_be_visible()
    sound(page, "deliveries-profiles")


def asked_for_raw(client, number):
    answer = client.get(f"/he-thong-gui/{number}/tep")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, content


@pytest.fixture
def lan_delivered(db, settings, tmp_path):
    """A file about two people, filed: its number, and one of the two."""
    settings.HOME = tmp_path
    number = give(bundle(patient(), encounter(), glucose(), patient("p2", "025160000002")), at=clock.now()).delivery
    deliver.drain(readers.readers())
    return number, queries.person_of(Identifier("cccd", "079160000001"))


@pytest.mark.parametrize("kind", ["restrict", "hide"])
def test_a_file_with_records_of_a_restricted_book_is_not_handed_out(sign_in, lan_delivered, kind):
    number, person = lan_delivered
    client = sign_in("steward", area="25")
    assert asked_for_raw(client, number)[0] == 200
    owner = Actor(5, "Lan", "citizen", person=person, purpose="own")
    key = hide.hide(owner, person, Wish("", frozenset({"Observation"}), 0), "…", clock.now(), kind=kind)
    status, told = asked_for_raw(client, number)
    assert status == 409
    assert "đã ẩn, hạn chế hoặc xóa một phần sổ" in told.decode()
    assert not [value for value in ("079160000001", "025160000002", "7.8") if value in told.decode()]
    hide.show_again(owner, person, key, clock.now())
    assert asked_for_raw(client, number)[0] == 200


def test_a_file_with_what_was_erased_since_is_not_handed_out(sign_in, lan_delivered):
    number, person = lan_delivered
    client = sign_in("steward", area="25")
    audit.record(PROGRAM, "erase", kind="record", person=person, at=clock.now() - timedelta(days=1))
    assert asked_for_raw(client, number)[0] == 200, "it came after what was erased"
    clerk = Actor(6, "Cúc", "clerk", facility="25010", purpose="administration")
    keys = [row[0] for row in db.tuples("select key from exchange_told where person = %s", (person,))]
    assert erase.erase(clerk, person, keys, "court", clock.now()) == 2
    status, told = asked_for_raw(client, number)
    assert status == 409
    assert "079160000001" not in told.decode()


def test_a_file_that_was_emptied_says_so(sign_in, lan_delivered):
    number, _ = lan_delivered
    db.execute("update exchange_delivery set kept = false where id = %s", (number,))
    client = sign_in("steward", area="25")
    status, told = asked_for_raw(client, number)
    assert status == 410
    assert "079160000001" not in told.decode()
    assert "Nội dung tệp đã được xóa khi hết thời hạn lưu" in told.decode()
    page = client.get(f"/he-thong-gui/{number}/").content.decode()
    assert "đã được xóa khi hết thời hạn lưu" in page
    assert "Tải tệp gốc" not in page
