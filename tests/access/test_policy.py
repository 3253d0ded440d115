"""Who may do what: the cases that an owner, a doctor and an officer would ask about."""

import ast
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from sosuckhoe.access import actions, labels, policy
from sosuckhoe.access.actor import PROGRAM, Actor
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import NOBODY

pytestmark = pytest.mark.django_db
LAN, HER_CHILD, STRANGER = 101, 102, 103
AT = datetime(2026, 3, 2, tzinfo=UTC)
HERE, ELSEWHERE = "79001", "79002"

CITIZEN = Actor(1, "Lan", "citizen", person=LAN, purpose="own")
DOCTOR = Actor(2, "Bác sĩ", "doctor", facility=HERE)
OTHER_DOCTOR = Actor(3, "Bác sĩ khác", "doctor", facility=ELSEWHERE)
NURSE = Actor(4, "Điều dưỡng", "nurse", facility=HERE)
CLERK = Actor(5, "Nhân viên", "clerk", facility=HERE, purpose="administration")
SYSTEM = Actor(6, "Phần mềm", "system", facility=HERE)
VENDOR = Actor(8, "Hệ thống khác", "vendor", source="song-hong")
STEWARD = Actor(9, "Phụ trách dữ liệu", "steward", purpose="stewardship")
OFFICER = Actor(7, "Sở Y tế", "officer", area="79", purpose="public-health")
ACTORS = (CITIZEN, DOCTOR, OTHER_DOCTOR, NURSE, CLERK, SYSTEM, VENDOR, STEWARD, OFFICER)
SENSITIVE = 1

CASES = [
    # who, does what, to which kind, whose (person) or which facility's, label → allowed, because
    (CITIZEN, "read", "book", {"person": LAN}, True, "one's own book"),
    (CITIZEN, "read", "book", {"person": HER_CHILD}, True, "the book of a child one holds"),
    (CITIZEN, "read", "book", {"person": STRANGER}, False, "nobody else's book"),
    (CITIZEN, "read", "record", {"person": LAN, "label": SENSITIVE}, True, "the owner sees what is sensitive"),
    (CITIZEN, "update", "record", {"person": LAN}, False, "the owner asks for a correction, and writes nothing"),
    (CITIZEN, "read", "package", {"facility": HERE}, False, "a facility's files are the facility's"),
    (DOCTOR, "read", "book", {"person": LAN}, True, "a person whom the facility has treated"),
    (DOCTOR, "read", "book", {"person": STRANGER}, False, "a person whom it has not"),
    (
        DOCTOR,
        "read",
        "record",
        {"person": LAN, "label": SENSITIVE},
        False,
        "sensitive records need consent of their own",
    ),
    (OTHER_DOCTOR, "read", "book", {"person": LAN}, False, "another facility has not treated her"),
    (NURSE, "update", "record", {"person": LAN}, False, "a nurse reads"),
    (CLERK, "send", "package", {"facility": HERE}, True, "a clerk sends files of the own facility"),
    (CLERK, "send", "package", {"facility": ELSEWHERE}, False, "never another's"),
    (CLERK, "read", "book", {"person": LAN}, False, "a clerk opens no book"),
    (SYSTEM, "send", "package", {"facility": HERE}, True, "a hospital's system sends as its facility"),
    (SYSTEM, "send", "package", {"facility": ELSEWHERE}, False, "and writes only as that facility"),
    (CITIZEN, "resolve", "ticket", {"person": LAN, "facility": HERE}, True, "the owner says which word is right"),
    (CITIZEN, "resolve", "ticket", {"person": STRANGER, "facility": HERE}, False, "and of nobody else"),
    (
        CLERK,
        "resolve",
        "ticket",
        {"person": STRANGER, "facility": HERE},
        True,
        "a clerk decides on the facility's own word",
    ),
    (CLERK, "resolve", "ticket", {"person": LAN, "facility": ELSEWHERE}, False, "and not on another's"),
    (CLERK, "reconcile", "identity", {"person": LAN}, True, "a clerk asks about who was there"),
    (CLERK, "reconcile", "identity", {"person": STRANGER}, False, "and about nobody else"),
    (VENDOR, "send", "delivery", {"source": "song-hong"}, True, "another system delivers as its source"),
    (VENDOR, "read", "delivery", {"source": "thon-ban"}, False, "and learns of no other's deliveries"),
    (VENDOR, "export", "delivery", {"source": "song-hong"}, False, "nor takes files out"),
    (VENDOR, "read", "record", {"person": LAN}, False, "and reads no record"),
    (STEWARD, "export", "delivery", {}, True, "a steward sees a delivery as it came"),
    (OFFICER, "export", "delivery", {}, False, "an officer does not"),
    (OFFICER, "read", "coverage", {}, True, "an officer sees totals"),
    (OFFICER, "read", "record", {"person": LAN}, False, "and no person's record"),
    (OFFICER, "read", "book", {"person": LAN}, False, "nor a book"),
]


@pytest.fixture(autouse=True)
def _relations(db):
    actions.give_book_to(LAN, HER_CHILD, "mother", "manage", date(2026, 1, 1))
    actions.tie([(HERE, LAN)], AT)


@pytest.mark.parametrize(
    ("actor", "action", "kind", "subject", "allowed", "because"), CASES, ids=[c[-1] for c in CASES]
)
def test_who_may(actor, action, kind, subject, allowed, because):
    assert policy.can(actor, action, kind, **subject) is allowed


def test_nothing_is_allowed_that_no_rule_names():
    actions_known = {action for rule in policy.rules() for action in rule.actions} | {"invent"}
    kinds_known = {kind for rule in policy.rules() for kind in rule.kinds} | {"secret"}
    for actor, action, kind in product(ACTORS, actions_known, kinds_known):
        named = any(
            action in rule.actions and kind in rule.kinds and actor.role == rule.role and actor.purpose in rule.purposes
            for rule in policy.rules()
        )
        if not named:
            for subject in ({}, {"person": LAN}, {"person": actor.person or LAN}, {"facility": actor.facility or HERE}):
                assert not policy.can(actor, action, kind, **subject), (actor.role, action, kind)


def test_another_purpose_has_no_right():
    assert not policy.can(Actor(2, "", "doctor", facility=HERE, purpose="research"), "read", "book", person=LAN)


def test_an_unknown_role_has_no_right():
    unknown = Actor(9, "", "king", person=LAN, facility=HERE, purpose="own")
    assert not policy.can(unknown, "read", "book", person=LAN)
    with pytest.raises(Problem):
        policy.search_scope(unknown)


def test_a_stranger_does_not_learn_that_a_record_exists():
    with pytest.raises(Problem) as refused:
        policy.check(OTHER_DOCTOR, "read", "record", person=LAN)
    assert refused.value.status == 404


def test_a_relation_that_has_ended_gives_nothing():
    from sosuckhoe.base import db

    db.execute("update access_relation set until = %s", (date(2026, 2, 1),))
    assert not policy.can(CITIZEN, "read", "book", person=HER_CHILD)


SCOPES = [
    (CITIZEN, (frozenset({LAN, HER_CHILD}), (), labels.HIDDEN, frozenset({LAN}))),
    (DOCTOR, (None, (HERE, "@2"), labels.every(), frozenset())),
    (SYSTEM, (None, (HERE, "@6"), labels.every(), frozenset())),
    (PROGRAM, (None, (), 0, frozenset())),
]


@pytest.mark.parametrize(("actor", "expected"), SCOPES, ids=[actor.role for actor, _ in SCOPES])
def test_whose_rows_a_search_may_touch(actor, expected):
    assert policy.search_scope(actor) == (*expected, None)


@pytest.mark.parametrize("actor", [CLERK, OFFICER], ids=lambda actor: actor.role)
def test_those_without_a_right_to_records_search_none(actor):
    with pytest.raises(Problem):
        policy.search_scope(actor)


@pytest.mark.parametrize("actor", [*ACTORS, PROGRAM], ids=lambda actor: f"{actor.role} {actor.facility}")
def test_many_persons_at_once_are_answered_as_one_by_one(actor):
    actions.tie([(ELSEWHERE, HER_CHILD)], AT)
    everybody = (LAN, HER_CHILD, STRANGER)
    for action, kind in {(action, kind) for rule in policy.rules() for action in rule.actions for kind in rule.kinds}:
        singly = {person for person in everybody if policy.can(actor, action, kind, person=person)}
        assert policy.allowed_of(actor, action, kind, everybody) == singly, (action, kind)


def test_every_check_in_the_code_is_answered_by_a_rule():
    asked = {pair for place in Path(policy.__file__).parents[1].rglob("*.py") for pair in _asked_in(place)}
    assert asked
    for action, kind in asked:
        assert any(action in rule.actions and kind in rule.kinds for rule in policy.rules()), (action, kind)


def _asked_in(place):
    for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
        name = getattr(getattr(node, "func", None), "attr", "")
        if isinstance(node, ast.Call) and name in {"check", "can", "scope"} and len(node.args) == 3:
            words = [argument.value for argument in node.args[1:] if isinstance(argument, ast.Constant)]
            if len(words) == 2 and all(isinstance(word, str) for word in words):
                yield tuple(words)


def test_every_relation_of_the_rules_is_understood():
    assert {whose for rule in policy.rules() for whose in rule.whose} <= {
        "self", "dependant", "manager", "keeper", "treated", "own", "sender", "anybody", "nobody",
    }  # fmt: skip


def test_an_unknown_label_counts_as_restricted():
    resource = {"meta": {"security": [{"code": "SOMETHING-NEW"}, {"code": "HIV"}]}}
    assert labels.of(resource) == labels.bits()["R"] | labels.bits()["HIV"]
    assert labels.of({}) == 0


def test_tying_again_changes_nothing():
    from sosuckhoe.base import db

    actions.tie([(HERE, LAN), (HERE, LAN)], AT + timedelta(days=9))
    assert db.tuples("select facility, person, since from access_tie") == [(HERE, LAN, AT)]
    actions.tie([], AT)
    assert NOBODY not in {person for _, person, _ in db.tuples("select facility, person, since from access_tie")}
