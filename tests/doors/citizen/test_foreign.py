"""A book in which others have written by the FHIR interface: with ids of their own, and in FHIR's whole width."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.urls import reverse

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.clinical import actions
from tests.doors.citizen.cast import cast, sign_in

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8080/fhir"
UCUM = "http://unitsofmeasure.org"


def entries(patient):
    """Resources with ids that a client chose, that name each other and things that nobody here has."""
    of = {"reference": f"Patient/{patient}"}
    ward = {"reference": "Organization/ward-7"}
    visit = {"reference": "Encounter/visit-7"}
    return [
        {"resourceType": "Organization", "id": "ward-7", "name": "Khoa Nội"},
        {
            "resourceType": "Encounter", "id": "visit-7", "status": "finished", "class": {"code": "AMB"}, "subject": of,
            "serviceProvider": ward, "period": {"start": "2026-02-09T08:00:00+07:00"},
        },
        {
            "resourceType": "Encounter", "id": "visit-8", "status": "finished", "class": {"code": "AMB"}, "subject": of,
            "serviceProvider": {"reference": "https://elsewhere.example/fhir/Organization/1"},
        },
        {
            "resourceType": "Condition", "id": "cold", "subject": of, "encounter": visit, "code": {"text": "Cảm lạnh"},
            "recordedDate": "2026-02",
        },
        {
            "resourceType": "MedicationRequest", "id": "for-ever", "status": "active", "intent": "order", "subject": of,
            "encounter": visit, "medicationCodeableConcept": {"text": "Metformin"}, "authoredOn": "2026-02-09",
            "dispenseRequest": {
                "expectedSupplyDuration": {"value": 99999999999, "unit": "d", "system": UCUM, "code": "d"},
            },
        },
        {
            "resourceType": "Observation", "id": "sugar", "status": "final", "subject": of, "encounter": visit,
            "code": {"text": "Glucose ((((("}, "effectiveDateTime": "2026", "valueQuantity": {"value": 7.8},
        },
        {
            "resourceType": "Composition", "id": "paper-7", "status": "final", "type": {"text": "Giấy"},
            "title": "Giấy", "subject": of, "encounter": visit, "date": "2026-02-09", "author": [ward],
        },
    ]  # fmt: skip


@pytest.fixture
def everybody():
    made = cast()
    for body in entries(made.patient):
        actions.update(PROGRAM, body["resourceType"], body["id"], body, clock.now(), base=BASE)
    return made


PAGES = (
    "summary",
    "visits",
    "medicines",
    "tests",
    "papers",
    "lookers",
    "person",
    "privacy",
    "requests",
    "copy",
    "share",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_it(client, everybody, page):
    answer = sign_in(client, everybody.grandmother).get(reverse(f"citizen:{page}", args=[everybody.patient]))
    assert answer.status_code == 200


def test_a_search_finds_it(client, everybody):
    place = reverse("citizen:find", args=[everybody.patient])
    answer = sign_in(client, everybody.grandmother).post(place, {"q": "cam lanh"})
    assert answer.status_code == 200


def test_the_visit_of_a_chosen_id_opens(client, everybody):
    place = reverse("citizen:visit", args=[everybody.patient, "visit-7"])
    page = sign_in(client, everybody.grandmother).get(reverse("citizen:visits", args=[everybody.patient]))
    assert f'<a href="{place}">Cảm lạnh</a>' in page.content.decode()
    assert "Metformin" in client.get(place).content.decode()
    assert client.get(reverse("citizen:visit", args=[everybody.patient, "visit-9"])).status_code == 404


def test_the_copy_holds_it(client, everybody):
    place = reverse("citizen:copy", args=[everybody.patient])
    answer = sign_in(client, everybody.grandmother).post(place, {"nhay-cam": "co"})
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "Cảm lạnh" in words
