"""Accounts from a list: a preview that changes nothing, then exactly that; again nothing; the end only when asked."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from sosuckhoe.access import actions, policy
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.access.models import Account
from sosuckhoe.base import db, sheet
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY
from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.register import lists, provisioning, queries
from sosuckhoe.exchange.register.command import staff
from sosuckhoe.exchange.xml130.mapping.registers import register_key
from sosuckhoe.identity.actions import register_facilities
from sosuckhoe.identity.queries import Facility

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
STEWARD = Actor(5, "Mai", "steward", area="79", purpose="stewardship")
HEAD = "facility,username,name,role\n"
STAFF = HEAD + "79001,bs.lan,Nguyễn Thị Lan,doctor\n79001,dd.hoa,Trần Thị Hoa,nurse\n"


@pytest.fixture(autouse=True)
def _facilities():
    register_facilities([Facility("79001", "Bệnh viện", province="79"), Facility("01001", "Hà Nội", province="01")])


def stream(text):
    return io.BytesIO(text.encode())


def plan(text, actor=STEWARD, *, ends_unlisted=False):
    return provisioning.plan(actor, stream(text), ends_unlisted=ends_unlisted)


def carry_out(text, *, ends_unlisted=False):
    seal = plan(text, ends_unlisted=ends_unlisted).seal
    return provisioning.carry_out(STEWARD, stream(text), seal, AT, ends_unlisted=ends_unlisted)


def steps(wanted):
    return {step.username: step.what for step in wanted.steps}


def everything():
    tables = ("access_account", "access_code", "access_audit", "access_session")
    return [db.tuples(f"select * from {table} order by 1, 2, 3") for table in tables]


def test_a_preview_changes_nothing():
    before = everything()
    assert steps(plan(STAFF)) == {"bs.lan": "new", "dd.hoa": "new"}
    assert everything() == before


def test_what_was_previewed_is_done_once():
    papers = carry_out(STAFF)
    assert [(paper.step.username, len(paper.code.replace(" ", "").replace("-", "")) > 5) for paper in papers] == [
        ("bs.lan", True), ("dd.hoa", True),
    ]  # fmt: skip
    accounts = {one.username: (one.role, one.facility, one.is_active) for one in Account.objects.all()}
    assert accounts == {"bs.lan": ("doctor", "79001", True), "dd.hoa": ("nurse", "79001", True)}
    assert set(steps(plan(STAFF)).values()) == {"same"}
    before = everything()[:2]
    assert carry_out(STAFF) == []
    assert everything()[:2] == before


def test_a_list_that_lacks_somebody_ends_nothing_unless_asked():
    carry_out(STAFF)
    less = STAFF.replace("79001,dd.hoa,Trần Thị Hoa,nurse\n", "")
    assert steps(plan(less)) == {"bs.lan": "same", "dd.hoa": "unlisted"}
    carry_out(less)
    assert Account.objects.get(username="dd.hoa").is_active
    assert steps(plan(less, ends_unlisted=True))["dd.hoa"] == "disabled"
    carry_out(less, ends_unlisted=True)
    assert not Account.objects.get(username="dd.hoa").is_active
    assert steps(plan(STAFF))["dd.hoa"] == "again"
    (paper,) = carry_out(STAFF)
    assert paper.step.username == "dd.hoa"
    assert Account.objects.get(username="dd.hoa").is_active


def test_another_name_or_role_is_a_change_and_needs_no_new_paper():
    carry_out(STAFF)
    changed = STAFF.replace("nurse", "clerk")
    assert steps(plan(changed)) == {"bs.lan": "same", "dd.hoa": "changed"}
    assert carry_out(changed) == []
    assert Account.objects.get(username="dd.hoa").role == "clerk"


FAULTY = [
    (HEAD + "79001,bs.lan,Lan,surgeon\n", "role", "not-choice"),
    (HEAD + "79001,Bác sĩ Lan,Lan,doctor\n", "username", "not-login"),
    (HEAD + "79001,root,Lan,doctor\n", "username", "taken"),
    (HEAD + "79001,ngoai,Lan,doctor\n", "username", "taken"),
    (HEAD + "79555,bs.lan,Lan,doctor\n", "facility", "unknown-facility"),
    (HEAD + "01001,bs.lan,Lan,doctor\n", "facility", "other-province"),
    (HEAD + "79001,a.b,Lan,doctor\n79001,a.b,Hoa,nurse\n", "username", "twice"),
]


@pytest.mark.parametrize(("text", "column", "rule"), FAULTY)
def test_a_list_with_a_fault_is_told_and_does_nothing(text, column, rule):
    actions.open_account(PROGRAM, "root", name="Sở", role="officer", area="79")
    actions.invite(PROGRAM, "ngoai", name="Khác", role="doctor", facility="01001", at=AT)
    wanted = plan(text + "79001,thu.ba,Người Ba,nurse\n")
    assert [(fault.column, fault.rule) for fault in wanted.faults] == [(column, rule)]
    assert sheet.said(wanted.faults[0], "vi", lists.rules() | provisioning.rules()).endswith(".")
    with pytest.raises(Problem) as refused:
        provisioning.carry_out(STEWARD, stream(text + "79001,thu.ba,Người Ba,nurse\n"), wanted.seal, AT)
    assert refused.value.number == "SSK-2227"
    assert not Account.objects.filter(username="thu.ba").exists()


def test_the_rules_of_the_list_are_shown_above():
    assert {rule for *_, rule in FAULTY} > set(provisioning.rules())


def test_a_plan_that_is_another_one_by_now_is_not_carried_out():
    seal = plan(STAFF).seal
    actions.invite(PROGRAM, "bs.lan", name="Nguyễn Thị Lan", role="doctor", facility="79001", at=AT)
    with pytest.raises(Problem) as refused:
        provisioning.carry_out(STEWARD, stream(STAFF), seal, AT)
    assert refused.value.number == "SSK-2227"
    assert not Account.objects.filter(username="dd.hoa").exists()


def test_every_account_has_its_lines_in_the_trace_and_the_list_one():
    carry_out(STAFF)
    found = [row[0] for row in db.tuples("select action from access_audit where account = %s", (STEWARD.account,))]
    assert (found.count("provision"), found.count("invite"), found.count("print-code")) == (1, 2, 2)


@pytest.mark.parametrize("role", ["officer", "admin", "clerk", "doctor", "citizen", "system"])
def test_nobody_else_may(role):
    for purpose in ("public-health", "administration", "treatment", "own", "stewardship"):
        actor = Actor(1, "", role, facility="79001", area="79", purpose=purpose)
        assert not policy.can(actor, "provision", "staff")


def test_too_many_rows_are_refused():
    rows = "".join(f"79001,u{number}.x,A,nurse\n" for number in range(provisioning.MOST_ROWS + 1))
    with pytest.raises(Problem) as refused:
        plan(HEAD + rows)
    assert refused.value.number == "SSK-2226"


def test_the_command_previews_and_writes_codes_that_no_spreadsheet_runs(tmp_path):
    place, codes = tmp_path / "staff.csv", tmp_path / "codes.csv"
    place.write_text(HEAD + "79001,bs.lan,=Lan,doctor\n", encoding="utf-8")
    told = CliRunner().invoke(staff, [str(place)])
    assert (told.exit_code, "new" in told.output, Account.objects.count()) == (0, True, 0)
    assert CliRunner().invoke(staff, [str(place), "--carry-out", str(codes)]).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(codes.read_text(encoding="utf-8-sig")))
    assert (row["username"], row["name"], bool(row["code"])) == ("bs.lan", "'=Lan", True)
    assert codes.stat().st_mode & 0o077 == 0
    assert CliRunner().invoke(staff, [str(place), "--carry-out", str(codes)]).exit_code == 1


LICENSED = "facility,username,name,role,licence\n79001,bs.lan,Nguyễn Thị Lan,doctor,000123/HCM-CCHN\n"


def licence_of(username):
    return db.value("select licence from access_account where username = %s", (username,))


def test_a_licence_joins_the_account_and_stays_when_a_list_has_none():
    carry_out(STAFF)
    assert licence_of("bs.lan") == ""
    assert steps(plan(LICENSED))["bs.lan"] == "changed"
    carry_out(LICENSED)
    assert licence_of("bs.lan") == "000123/HCM-CCHN"
    assert steps(plan(LICENSED))["bs.lan"] == steps(plan(STAFF))["bs.lan"] == "same"
    carry_out(STAFF.replace("Thị Lan", "Thị Lan Anh"))
    assert licence_of("bs.lan") == "000123/HCM-CCHN"


def test_a_number_leads_to_its_practitioner_where_the_register_has_one():
    assert queries.practitioner_of("") is None
    assert queries.practitioner_of("000123/HCM-CCHN") is None
    key = register_key("Practitioner", "000123/HCM-CCHN")
    body = {"resourceType": "Practitioner", "id": str(key), "name": [{"text": "Nguyễn Thị Lan"}]}
    clinical.put_many([Draft("Practitioner", key, NOBODY, body)], AT)
    assert queries.practitioner_of("000123/HCM-CCHN") == key
