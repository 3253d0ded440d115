"""The registers as a care services directory. https://profiles.ihe.net/ITI/mCSD/ITI-90.html"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.exchange.register.test_importing import FACILITIES, LATER, enter_everything, take_in

SEARCHES = [
    ("Organization?name:contains=Lợi", 1),
    ("Organization?identifier=urn:sosuckhoe:sid:facility|79002", 1),
    ("Organization?active=true", 1),
    ("Organization?active=false&name=Trạm", 1),
    ("Organization?partof.identifier=79001", 1),
    ("Location?name:contains=bến nghé&status=inactive", 1),
    ("Location?organization.identifier=79001", 1),
    ("Practitioner?name:contains=An&active=true", 1),
    ("Practitioner?identifier=GP-77", 1),
    ("Practitioner?identifier=0012345/HCM-CCHN", 1),
    ("Practitioner?family=Trần", 1),
    ("PractitionerRole?role=doctor", 1),
    ("PractitionerRole?practitioner.identifier=GP-77", 1),
    ("PractitionerRole?location.identifier=79001&active=true", 2),
    ("PractitionerRole?organization.identifier=79001&role=nurse", 1),
    ("HealthcareService?name=Khám&active=true", 1),
    ("HealthcareService?location.identifier=79001", 1),
    ("OrganizationAffiliation?participating-organization.identifier=79002", 1),
    ("OrganizationAffiliation?primary-organization.identifier=79001&active=true", 1),
]


@pytest.fixture
def found(client):
    enter_everything()

    def entries(query):
        answer = client.ask("hospital", "GET", f"/{query}")
        assert answer.status_code == 200, query
        return [entry["resource"] for entry in answer.json.get("entry", ()) if entry["search"]["mode"] == "match"]

    return entries


def test_a_hospital_finds_whom_and_where(found):
    assert {query: len(found(query)) for query, _ in SEARCHES} == dict(SEARCHES)


def test_a_feed_of_updates_tells_only_what_changed_since(found):
    since = (LATER - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"Organization?_lastUpdated=gt{since}") == []
    take_in(FACILITIES.replace("12 Lê Lợi", "14 Lê Lợi"), at=LATER)
    (changed,) = found(f"Organization?_lastUpdated=gt{since}")
    assert changed["name"] == "Bệnh viện Lê Lợi"
    assert len(found(f"Location?_lastUpdated=gt{since}")) == 1


def test_nobody_who_has_not_signed_in_reads_it(client):
    enter_everything()
    assert client.ask(None, "GET", "/Organization").status_code == 401
