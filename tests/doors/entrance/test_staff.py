"""Staff: invited by their facility, two proofs, and nothing before the second one."""

import time
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from click.testing import CliRunner
from django.urls import reverse

from sosuckhoe.access import actions, command, sign_in, totp, weak
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import clock, db
from sosuckhoe.base.errors import Problem
from tests.signed import signed

pytestmark = pytest.mark.django_db
HERE = "01001"
WORDS = "trời hôm nay nhiều mây"


@pytest.fixture(autouse=True)
def _fast(settings):
    """How slow the hash is, is not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def who(client):
    return sign_in.actor_of_session(client.session)


def invited(username="bs.lan", role="doctor", facility=HERE):
    return actions.invite(PROGRAM, username, name="Bác sĩ Lan", role=role, facility=facility, at=clock.now())


def activated(client, username="bs.lan", role="doctor"):
    """A client that waits for its second proof."""
    code = invited(username, role)
    client.post(reverse("entrance:paper"), {"code": code, "proof": username})
    return client.post(reverse("entrance:password"), {"password": WORDS})


def app_of(client):
    return pyotp.TOTP(client.session["secret"])


def enter(client, username="bs.lan", words=WORDS):
    return client.post(reverse("entrance:staff"), {"username": username, "password": words})


def test_paper_password_and_app_begin_a_session(client):
    assert activated(client)["Location"] == reverse("entrance:enrol")
    assert "<svg" in client.get(reverse("entrance:enrol")).content.decode()
    assert who(client) is None
    client.post(reverse("entrance:enrol"), {"code": app_of(client).now()})
    assert (who(client).role, who(client).facility) == ("doctor", HERE)


def test_before_the_second_proof_only_its_page_answers(client):
    activated(client)
    for page in ("facility:home", "citizen:books", "entrance:account"):
        assert client.get(reverse(page))["Location"].startswith(reverse("citizen:sign-in"))
    assert client.get("/fhir/Patient").status_code in {401, 404}
    assert client.get(reverse("entrance:enrol")).status_code == 200


def test_a_password_alone_opens_nothing_and_an_apps_code_works_once(client):
    activated(client)
    client.get(reverse("entrance:enrol"))
    app = app_of(client)
    used = app.now()
    client.post(reverse("entrance:enrol"), {"code": used})
    again = type(client)()
    assert enter(again)["Location"] == reverse("entrance:second")
    assert again.get(reverse("entrance:enrol"))["Location"] == reverse("entrance:second")
    assert again.get(reverse("entrance:add-passkey")).status_code == 302
    assert again.post(reverse("entrance:second"), {"code": used}).status_code == 422
    assert who(again) is None
    again.post(reverse("entrance:second"), {"code": app.at(int(time.time()) + 30)})
    assert who(again).role == "doctor"


def test_the_waiting_ends_after_ten_minutes(client, monkeypatch):
    activated(client)
    late = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert client.get(reverse("entrance:enrol"))["Location"] == reverse("entrance:staff")


@pytest.mark.parametrize(
    "words",
    [
        "ngắn quá",
        "password1234",
        "x bs.lan x bs.lan",
        "qwertyuiop12",
        "Mailcreated5240",
        "szczecinmiasto",
        "SoSucKhoe@2026",
        "bệnh viện 2026!",
        "Bác sĩ Lan 01001",
        "bacsi.dieuduong.1",
    ],
)
def test_weak_passwords_are_refused(client, words):
    code = invited()
    client.post(reverse("entrance:paper"), {"code": code, "proof": "bs.lan"})
    answer = client.post(reverse("entrance:password"), {"password": words})
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["system", "citizen"])
def test_systems_and_citizens_do_not_sign_in_here(client, role):
    actions.open_account(PROGRAM, "x", name="X", role=role, password=WORDS, facility=HERE)
    assert enter(client, "x").status_code == 422


def test_wrong_names_and_wrong_passwords_are_answered_alike(client):
    activated(type(client)())
    wrong, unknown = enter(client, words="sai sai sai sai"), enter(client, "khong.co")
    assert wrong.status_code == unknown.status_code == 422
    sentence = "Tên đăng nhập hoặc mật khẩu không đúng."
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()


def test_failures_make_the_next_try_wait(client, monkeypatch):
    activated(type(client)())
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    assert [enter(client, words="sai").status_code for _ in range(5)][-1] == 429
    assert enter(client).status_code == 429


def test_an_administrator_invites_and_disables_their_own_people(client):
    admin = actions.open_account(PROGRAM, "qt", name="Quản trị", role="admin", facility=HERE)
    signed(client, admin)
    where = reverse("facility:staff")
    page = client.post(where, {"name": "Bác sĩ Lan", "username": "bs.lan", "role": "doctor"}).content.decode()
    assert "Giấy kích hoạt cho nhân viên" in page
    lan = Account.objects.get(username="bs.lan")
    theirs = signed(type(client)(), lan)
    assert who(theirs) is not None
    assert client.post(where, {"disable": "bs.lan"})["Location"] == where
    assert who(theirs) is None
    assert "Đã khóa" in client.get(where).content.decode()


def test_another_facilitys_people_are_out_of_reach(client):
    invited("bs.xa", facility="79024")
    system = actions.open_account(PROGRAM, "may", name="Máy", role="system", facility=HERE)
    admin = actions.open_account(PROGRAM, "qt", name="Quản trị", role="admin", facility=HERE)
    signed(client, admin)
    where = reverse("facility:staff")
    for username in ("bs.xa", system.username, "qt", "khong.co"):
        assert client.post(where, {"disable": username}).status_code == 404
    for username in ("bs.xa", "may"):
        assert client.post(where, {"name": "Cướp", "username": username, "role": "doctor"}).status_code == 422
    assert "bs.xa" not in client.get(where).content.decode()
    for page in ("facility:home", "facility:today", "facility:activate"):
        assert client.get(reverse(page)).status_code == 404


@pytest.mark.parametrize("role", ["citizen", "system", "officer", "program"])
def test_a_facility_gives_only_its_own_roles(role):
    with pytest.raises(Problem) as refused:
        invited(role=role)
    assert refused.value.number == "SSK-1113"


def test_an_invitation_again_ends_what_was_there_before(client):
    activated(client)
    client.get(reverse("entrance:enrol"))
    client.post(reverse("entrance:enrol"), {"code": app_of(client).now()})
    invited()
    assert who(client) is None
    assert not totp.has(Account.objects.get(username="bs.lan").pk)
    assert enter(type(client)()).status_code == 422


def test_an_apps_secret_cannot_be_read_from_the_table():
    account = actions.open_account(PROGRAM, "bs", name="Bác sĩ", role="doctor", facility=HERE)
    secret, at = totp.new_secret(), datetime(2026, 3, 2, tzinfo=UTC)
    assert totp.confirm(account, secret, pyotp.TOTP(secret).at(at), at)
    assert secret.encode() not in bytes(db.value("select sealed from access_totp"))


def test_those_who_run_the_house_sign_one_or_everybody_out(client):
    ours = [actions.open_account(PROGRAM, name, name=name, role="citizen", person=at) for at, name in enumerate("abc")]
    clients = [signed(type(client)(), one) for one in ours]
    runner = CliRunner()
    assert runner.invoke(command.account, ["end-sessions", "a"]).output == "1\n"
    assert [who(one) is None for one in clients] == [True, False, False]
    assert runner.invoke(command.account, ["end-sessions"]).exit_code == 2
    assert runner.invoke(command.account, ["end-sessions", "a", "--everybody"]).exit_code == 2
    assert runner.invoke(command.account, ["end-sessions", "--everybody"]).output == "2\n"
    assert [who(one) for one in clients] == [None, None, None]


@pytest.mark.parametrize("page", ["entrance:account", "entrance:change-password", "facility:home"])
def test_every_page_leads_out(client, page):
    in_the_house(client)
    text = client.get(reverse(page)).content.decode()
    assert f'<form method="post" action="{reverse("citizen:sign-out")}">' in text


def attempts():
    lines = "select outcome, detail from access_audit where action in ('sign-in', 'sign-out') order by id"
    return db.tuples(lines)


def test_every_attempt_to_sign_in_and_out_is_in_the_trace(client):
    activated(type(client)())
    enter(client, words="sai sai sai sai")
    enter(client, "khong.co")
    client.post(reverse("entrance:paper"), {"code": "AAAA-BBBB-CCCC", "proof": "bs.lan"})
    signed(client, Account.objects.get(username="bs.lan"))
    client.post(reverse("citizen:sign-out"))
    assert attempts() == [
        ("refused", "password"),
        ("refused", "password"),
        ("refused", "paper"),
        ("done", "demo"),
        ("done", ""),
    ]
    who_tried = db.tuples("select role from access_audit where outcome = 'refused' order by id")
    assert who_tried == [("doctor",), ("stranger",), ("stranger",)]


@pytest.mark.parametrize(
    "words",
    ["trời hôm nay nhiều mây", "тихо идёт дождь", "1029384756 5647382910 x y z t", "  hoa sen nở rộ  ", "x" * 128],
)
def test_passwords_of_any_letters_are_taken_as_they_are(client, words):
    code = invited()
    client.post(reverse("entrance:paper"), {"code": code, "proof": "bs.lan"})
    assert client.post(reverse("entrance:password"), {"password": words}).status_code == 302
    assert actions.of_password("bs.lan", words) is not None
    for other in (words.strip() + "!", words.upper() + "?", words[:-1], words[:72]):
        assert other == words or actions.of_password("bs.lan", other) is None


def test_the_list_of_leaked_passwords_has_what_the_standard_asks(client):
    assert len(weak._leaked()) >= 3_000
    assert weak.is_leaked("123qweasdzxc")
    assert weak.is_leaked("123QWEasdzxc")
    assert not weak.is_leaked(WORDS)


def in_the_house(client):
    """Somebody who works, signed in with password and app, and at another place too."""
    activated(client)
    client.get(reverse("entrance:enrol"))
    client.post(reverse("entrance:enrol"), {"code": app_of(client).now()})
    return signed(type(client)(), Account.objects.get(username="bs.lan"), "password")


NEW = "sông dài nước chảy êm"


def test_a_password_is_changed_with_the_one_in_use_and_the_others_are_out(client):
    elsewhere = in_the_house(client)
    page = reverse("entrance:change-password")
    assert client.post(page, {"current": "sai sai sai sai", "password": NEW}).status_code == 422
    assert client.post(page, {"current": WORDS, "password": "password1234"}).status_code == 422
    assert client.post(page, {"password": NEW}).status_code == 422
    assert actions.of_password("bs.lan", WORDS)
    assert who(elsewhere) is not None
    assert client.post(page, {"current": WORDS, "password": NEW})["Location"] == reverse("entrance:account")
    assert actions.of_password("bs.lan", WORDS) is None
    assert actions.of_password("bs.lan", NEW)
    assert who(client) is not None
    assert who(elsewhere) is None


def test_an_older_session_proves_itself_before_the_password_changes(client):
    in_the_house(client)
    db.execute("update access_session set began = began - interval '1 hour'")
    answer = client.post(reverse("entrance:change-password"), {"current": WORDS, "password": NEW})
    assert answer["Location"].startswith(reverse("entrance:prove"))
    assert actions.of_password("bs.lan", WORDS)


def test_who_has_no_password_has_no_page_for_it(client):
    signed(client, actions.open_account(PROGRAM, "lua", name="Lúa", role="citizen", person=7))
    assert client.get(reverse("entrance:change-password")).status_code == 404
    assert reverse("entrance:change-password") not in client.get(reverse("entrance:account")).content.decode()


def test_fields_of_passwords_are_masked_and_let_helpers_in(client):
    in_the_house(client)
    page = client.get(reverse("entrance:change-password")).content.decode()
    assert page.count('type="password"') == 2
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in page
    assert "onpaste" not in page


def test_who_waits_for_a_second_proof_waits_for_nothing_when_the_account_begins_anew(client):
    activated(client)
    client.get(reverse("entrance:enrol"))
    thief = type(client)()
    assert enter(thief)["Location"] == reverse("entrance:enrol")
    thief.get(reverse("entrance:enrol"))
    invited()
    answer = thief.post(reverse("entrance:enrol"), {"code": app_of(thief).now()})
    assert answer["Location"] == reverse("entrance:staff")
    assert who(thief) is None
    assert not totp.has(Account.objects.get(username="bs.lan").pk)


def test_an_older_papers_reader_sets_no_password_when_a_newer_one_was_printed(client):
    client.post(reverse("entrance:paper"), {"code": invited(), "proof": "bs.lan"})
    invited()
    assert client.post(reverse("entrance:password"), {"password": WORDS})["Location"] == reverse("entrance:paper")
    assert actions.of_password("bs.lan", WORDS) is None


def test_of_two_who_scan_at_the_same_time_one_gets_nothing():
    account = actions.open_account(PROGRAM, "bs", name="Bác sĩ", role="doctor", facility=HERE)
    first, other, at = totp.new_secret(), totp.new_secret(), clock.now()
    assert totp.confirm(account, first, pyotp.TOTP(first).at(at), at)
    assert not totp.confirm(account, other, pyotp.TOTP(other).at(at), at)
    assert totp.check(account.pk, pyotp.TOTP(first).at(at + timedelta(seconds=60)), at + timedelta(seconds=60))


def test_waiting_tells_nobody_which_names_there_are(client, monkeypatch):
    activated(type(client)())
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    known = [enter(client, words="sai").status_code for _ in range(6)]
    assert known == [enter(type(client)(), "khong.co").status_code for _ in range(6)]
    assert known[-1] == 429
