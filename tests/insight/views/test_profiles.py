"""conformsTo() in views: profiles that are stored, in both engines."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner

from sosuckhoe.base import clock
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import actions
from sosuckhoe.clinical.fhirpath import Outside
from sosuckhoe.clinical.validation import conforming
from sosuckhoe.clinical.validation.scope import Told
from sosuckhoe.insight.command import insight
from sosuckhoe.insight.views import definition, rows
from sosuckhoe.insight.views.piece import BeyondSqlError
from tests.clinical.made import AT, draft, observation, patient
from tests.insight.views import engines, profiles

CODES = ("718-7", "2951-2")
RESULTS = [
    {"resourceType": "Observation", "status": "final", "code": {"coding": coding}}
    for coding in (
        *([{"system": "http://loinc.org", "code": code}] for code in CODES),
        [{"system": "urn:other", "code": "718-7"}],
        [{"system": "urn:other", "code": "1"}, {"system": "http://loinc.org", "code": "2951-2"}],
    )
]


@pytest.mark.parametrize("code", CODES)
def test_the_plain_engine_says_of_a_profile_what_sql_says_of_its_rule(code):
    profile = profiles.of_code(code)
    told = Told(AT, profile=lambda url: profile if url == profiles.ADDRESS else None)
    outside = Outside(conforms=conforming.outside(told))
    ready = rows.plan(definition.read(profiles.view(profiles.CONFORMS)))
    found = list(rows.rows(ready, RESULTS, outside))
    assert found == engines.by_sql(profiles.view(profiles.by_code(code)), RESULTS) != []


@pytest.mark.parametrize(
    "asked", [profiles.CONFORMS, "conformsTo('http://hl7.org/fhir/StructureDefinition/Observation')"]
)
def test_it_has_no_sql(asked):
    with pytest.raises(BeyondSqlError):
        engines.by_sql(profiles.view(asked), RESULTS)


def test_types_of_r4_are_known_and_a_profile_that_nobody_has_is_told():
    assert (
        len(engines.plain(profiles.view("conformsTo('http://hl7.org/fhir/StructureDefinition/Observation')"), RESULTS))
        == 4
    )
    with pytest.raises(Problem) as raised:
        engines.plain(profiles.view(profiles.CONFORMS), RESULTS)
    assert raised.value.number == "SSK-3295"


def test_over_the_copy_stored_profiles_are_asked(db, settings, tmp_path):
    settings.ANALYTICS_FOLDER = tmp_path / "analytics"
    profile = {name: value for name, value in profiles.of_code("2951-2").items() if name not in {"resourceType", "id"}}
    kept = draft("StructureDefinition", "result-of", person=0, **profile)
    actions.put_many([patient(), observation("a"), observation("b", code="2951-2"), kept], clock.now())
    CliRunner().invoke(insight, ["copy"], catch_exceptions=False)
    for condition in (profiles.CONFORMS, profiles.by_code("2951-2")):
        (tmp_path / "view.json").write_bytes(orjson.dumps(profiles.view(condition)))
        told = CliRunner().invoke(insight, ["run", str(tmp_path / "view.json")], catch_exceptions=False)
        assert told.stdout_bytes == b"code\r\n2951-2\r\n"
