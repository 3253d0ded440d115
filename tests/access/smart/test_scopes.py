"""Scopes as values: what is understood, what is left of it, and that nothing ever grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.access.smart import scopes
from sosuckhoe.access.smart.scopes import Allowed, Narrowing

LAB = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
UNDERSTOOD = [
    ("patient/Observation.rs", "patient/Observation.rs"),
    ("patient/*.cruds", "patient/*.cruds"),
    ("system/Patient.r", "system/Patient.r"),
    ("patient/Observation.read", "patient/Observation.rs"),
    ("user/*.write", "user/*.cud"),
    ("patient/*.*", "patient/*.cruds"),
    (f"patient/Observation.rs?category={LAB}", f"patient/Observation.rs?category={LAB}"),
    ("patient/Observation.rs?category=laboratory", f"patient/Observation.rs?category={LAB}"),
    ("patient/Observation.cruds?category=laboratory", f"patient/Observation.rs?category={LAB}"),
    ("patient/Condition.r?clinical-status=active", "patient/Condition.r?clinical-status=active"),
    ("openid", "openid"),
    ("launch/patient", "launch/patient"),
]
MEANINGLESS = [
    "patient/Observation",
    "patient/Observation.",
    "patient/Observation.sr",
    "patient/Observation.rr",
    "patient/Observation.rx",
    "patient/observation.rs",
    "group/Observation.rs",
    "patient/*.rs?category=laboratory",
    "patient/Observation.cud?category=laboratory",
    "patient/Observation.rs?",
    "patient/Observation.rs?category=",
    "patient/Observation.rs?category:not=laboratory",
    "patient/Observation.rs?subject.name=a",
    "patient/Observation.rs?_has:x:y=a",
    "admin",
    "launch/encounters",
]


@pytest.mark.parametrize(("text", "meaning"), UNDERSTOOD, ids=[one for one, _ in UNDERSTOOD])
def test_a_scope_is_understood_in_either_version(text, meaning):
    assert scopes.understood(text) == (meaning,)


@pytest.mark.parametrize("text", MEANINGLESS)
def test_what_means_nothing_here_is_left_out(text):
    assert scopes.understood(text) == ()


WITHIN = [
    ("patient/*.rs", "patient/Observation.rs", "patient/Observation.rs"),
    ("patient/*.rs", "patient/Observation.cruds", "patient/Observation.rs"),
    ("patient/Observation.rs", "patient/*.rs", ""),
    ("patient/*.rs", "user/Observation.rs", ""),
    ("system/*.rs", "patient/*.rs", ""),
    ("patient/Observation.rs?category=laboratory", "patient/Observation.rs", ""),
    ("patient/Observation.rs", "patient/Observation.rs?category=laboratory", f"patient/Observation.rs?category={LAB}"),
    ("patient/*.rs", "offline_access patient/Patient.r", "patient/Patient.r"),
    ("offline_access patient/*.rs", "offline_access", "offline_access"),
]


@pytest.mark.parametrize(("registered", "asked", "left"), WITHIN)
def test_an_app_has_at_most_what_it_is_registered_for(registered, asked, left):
    most = " ".join(scopes.understood(registered))
    assert " ".join(scopes.within(scopes.understood(asked), most)) == left


TYPES = st.sampled_from(["*", "Patient", "Observation", "Condition"])
DEEDS = st.sets(st.sampled_from(scopes.DEEDS), min_size=1).map(
    lambda some: "".join(one for one in scopes.DEEDS if one in some)
)
ALLOWED = st.builds(Allowed, st.sampled_from(scopes.LEVELS), TYPES, DEEDS, st.just(()))


@given(ALLOWED)
def test_what_is_written_is_read(allowed):
    assert scopes.read(scopes.write(allowed)) == allowed


@given(st.lists(ALLOWED, max_size=4), st.lists(ALLOWED, max_size=4), st.sampled_from(sorted(scopes.NEEDED)), TYPES)
def test_whatever_is_asked_nothing_grows(registered, asked, action, type_name):
    most = " ".join(map(scopes.write, registered))
    left = scopes.resources(scopes.within(map(scopes.write, asked), most))
    for level in scopes.LEVELS:
        whole, part = ([one for one in some if one.level == level] for some in (registered, left))
        for letter in scopes.NEEDED[action]:
            if any(one.covers(letter, type_name) for one in part):
                assert any(one.covers(letter, type_name) for one in whole)


@given(
    st.lists(ALLOWED, max_size=3).map(tuple), st.sampled_from([*scopes.NEEDED, "purge", "merge", "subscribe"]), TYPES
)
def test_no_app_does_what_no_scope_names(allowed, action, type_name):
    narrowing = Narrowing("app", "", allowed, 7, 0)
    lets = narrowing.lets(action, type_name, 7, 0)
    assert not lets or (action in scopes.NEEDED and narrowing.parts(action, type_name))
    assert not narrowing.lets(action, None, 7, 0)
    assert not lets or any(one.level != "patient" for one in allowed) or not narrowing.lets(action, type_name, 8, 0)
    assert not narrowing._replace(labels=4).lets(action, type_name, 7, 4)
