"""Observation/$lastn and Observation/$stats: right, and over what may be seen only."""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import actions
from sosuckhoe.clinical.lastn import newest
from tests.clinical.made import AT, observation, patient

HEMOGLOBIN, GLUCOSE = "718-7", "2339-0"
LOINC = "http://loinc.org"


def amount(value, code="g/dL"):
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code}


@pytest.fixture
def results(client):
    drafts = [
        observation(str(day), effectiveDateTime=f"2026-05-{day:02}", valueQuantity=amount(10 + day))
        for day in range(1, 6)
    ]
    hidden = {"meta": {"security": [{"code": "HIV"}]}}
    drafts += [
        observation("wrong", effectiveDateTime="2026-05-09", status="entered-in-error", valueQuantity=amount(99)),
        observation("hidden", effectiveDateTime="2026-05-08", valueQuantity=amount(50), **hidden),
        observation("sugar", code=GLUCOSE, effectiveDateTime="2026-01-01", valueQuantity=amount(5.5, "mmol/L")),
        observation("sugar2", code=GLUCOSE, effectiveDateTime="2026-02-01", valueQuantity=amount(100, "mg/dL")),
    ]
    actions.put_many([patient(), *drafts], AT)
    return {str(one.key): one.body for one in drafts}


def lastn(client, who, asked):
    answer = client.ask(who, "GET", f"/Observation/$lastn?{asked}")
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["effectiveDateTime"] for entry in answer.json.get("entry", [])]


def test_the_newest_of_each_code(client, results):
    mine = f"patient={patient().key}&category=laboratory"
    assert lastn(client, "hospital", mine) == ["2026-05-05", "2026-02-01"]
    assert lastn(client, "hospital", f"{mine}&max=2") == ["2026-05-05", "2026-05-04", "2026-02-01", "2026-01-01"]
    assert lastn(client, "hospital", f"{mine}&code={HEMOGLOBIN}") == ["2026-05-05"]
    assert lastn(client, "alice", mine) == ["2026-05-08", "2026-02-01"]
    assert lastn(client, "alice", f"{mine}&status=entered-in-error") == ["2026-05-09"]
    assert lastn(client, "charlie", mine) == []


@pytest.mark.parametrize(
    "asked", ["patient=1", "category=laboratory", "patient=1&code=x&max=0", "patient=1&code=x&a=b"]
)
def test_what_is_not_understood_is_refused(client, results, asked):
    assert client.ask("alice", "GET", f"/Observation/$lastn?{asked}").status_code == 400


def coded(*codes, text=""):
    return {"code": {"coding": [{"system": "s", "code": code} for code in codes], "text": text}}


def test_codes_that_a_third_observation_joins_are_one_kind():
    assert newest([coded("a"), coded("b"), coded("a", "b"), coded("c")], 1) == [0, 3]
    assert newest([coded("a"), coded("b"), coded("c")], 1) == [0, 1, 2]
    assert newest([coded(text="Mạch"), coded(text="mach"), coded("a", text="Mạch")], 1) == [0, 2]


def stats(client, who, *statistics, code=HEMOGLOBIN, **more):
    given = {"subject": f"Patient/{patient().key}", "code": f"{LOINC}|{code}", **more}
    asked = "&".join([f"{name}={value}" for name, value in given.items()] + [f"statistic={one}" for one in statistics])
    answer = client.ask(who, "GET", f"/Observation/$stats?{asked.replace('|', '%7C')}")
    assert answer.status_code == 200, answer.text
    return answer.json["parameter"]


def values(parameter):
    return {
        one["code"]["coding"][0]["code"]: one.get("valueQuantity", {}).get("value")
        for one in parameter["resource"]["component"]
    }


def test_statistics_of_what_may_be_seen(client, results):
    (whole,) = stats(client, "hospital", "average", "maximum", "count", "total-count", "median", "20-percent")
    assert values(whole) == {
        "average": 13, "maximum": 15, "count": 5, "total-count": 5, "median": 13, "20-percent": pytest.approx(11.8)
    }  # fmt: skip
    assert values(stats(client, "alice", "maximum,count")[0]) == {"maximum": 50, "count": 6}
    assert values(stats(client, "charlie", "average,count")[0]) == {"average": None, "count": 0}


def test_units_are_not_mixed_and_sources_come_when_asked(client, results):
    found = stats(client, "hospital", "average", code=GLUCOSE)
    assert sorted(values(one)["average"] for one in found) == [5.5, 100]
    found = stats(client, "hospital", "average", include="true", limit=2)
    assert [one["name"] for one in found] == ["statistics", "source", "source"]


def test_a_post_with_a_period(client, results):
    parameters = [
        {"name": "subject", "valueUri": f"Patient/{patient().key}"},
        {"name": "coding", "valueCoding": {"system": LOINC, "code": HEMOGLOBIN}},
        {"name": "period", "valuePeriod": {"start": "2026-05-02", "end": "2026-05-03"}},
        {"name": "statistic", "valueCode": "sum"},
    ]
    body = {"resourceType": "Parameters", "parameter": parameters}
    answer = client.ask("alice", "POST", "/Observation/$stats", body)
    assert values(answer.json["parameter"][0]) == {"sum": 25}


@pytest.mark.parametrize(
    "asked", ["", "subject=1&code=x", "subject=1&code=x&statistic=guess", "subject=1&code=x&statistic=sum&duration=x"]
)
def test_wrong_statistics_are_refused(client, asked):
    assert client.ask("alice", "GET", f"/Observation/$stats?{asked}").status_code == 400
