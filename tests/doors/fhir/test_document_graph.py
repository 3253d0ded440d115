"""`graph` of Composition/$document: what a stored GraphDefinition leads to. https://hl7.org/fhir/R4/graphdefinition.html"""

from __future__ import annotations

import pytest

from sosuckhoe.clinical import actions, graphs, structure
from tests.clinical.made import AT, draft, observation, patient
from tests.doors.fhir.test_document_and_meta import HIV, types
from tests.doors.fhir.test_everything import register
from tests.doors.fhir.test_terminology import number
from tests.insight.views import profiles

URL = "http://byt.example/graph/paper"
SUBJECT = {"path": "Composition.subject", "target": [{"type": "Patient"}]}


@pytest.fixture
def paper(client):
    """A paper of Alice's that names one result; the result names a device, and others stand beside it."""
    clinic = register("Organization", "clinic", name="Trạm y tế")
    doctor = register("Practitioner", "doctor", name=[{"text": "BS. An"}])
    device = register("Device", "device", owner={"reference": f"Organization/{clinic.key}"})
    stranger = patient(777)
    result = observation("a", device={"reference": f"Device/{device.key}"},
                         performer=[{"reference": f"Patient/{stranger.key}"}])  # fmt: skip
    whole = draft(
        "Composition", "paper", status="final", type={"text": "Tóm tắt"}, date="2026-05-02", title="Tóm tắt",
        subject={"reference": f"Patient/{patient().key}"}, author=[{"reference": f"Practitioner/{doctor.key}"}],
        section=[{"entry": [{"reference": f"Observation/{result.key}"}]}],
    )  # fmt: skip
    hidden = observation("h", meta={"security": [HIV]})
    actions.put_many([patient(), stranger, clinic, doctor, device, whole, result, observation("b"), hidden], AT)
    return str(whole.key)


def along(client, paper, *links, who="alice", start="Composition", url=URL):
    graph = {"resourceType": "GraphDefinition", "id": "paper", "url": URL, "name": "Paper", "status": "active",
             "start": start, "link": list(links)}  # fmt: skip
    assert client.ask("program", "PUT", "/GraphDefinition/paper", graph).status_code in {200, 201}
    return client.ask(who, "GET", f"/Composition/{paper}/$document?graph={url}")


def held(answer):
    assert answer.status_code == 200, answer.text
    structure.check(answer.json, "Bundle")
    assert types(answer.json)[0] == "Composition"
    return sorted(types(answer.json)[1:])


ALWAYS = ["Observation", "Patient", "Practitioner"]
RESULTS = {"path": "Composition.section.entry"}


def test_a_graph_leads_further_than_the_composition(client, paper):
    owner = {"path": "Device.owner", "target": [{"type": "Organization"}]}
    device = {"path": "Observation.device", "target": [{"type": "Device", "link": [owner]}]}
    results = {**RESULTS, "target": [{"type": "Observation", "link": [device]}]}
    assert held(along(client, paper, SUBJECT)) == ALWAYS
    assert held(along(client, paper, results)) == ["Device", *ALWAYS[:1], "Organization", *ALWAYS[1:]]
    every = {**RESULTS, "target": [{"type": "Resource", "link": [{"path": "*", "target": [{"type": "Device"}]}]}]}
    assert held(along(client, paper, every)) == ["Device", *ALWAYS]


def test_a_link_without_a_path_looks_back_with_the_caller_s_rights(client, paper):
    back = {"target": [{"type": "Observation", "params": "subject={ref}&status=final"}]}
    of_person = {"path": "Composition.subject", "target": [{"type": "Patient", "link": [back]}]}
    assert held(along(client, paper, of_person)).count("Observation") == 3
    assert held(along(client, paper, of_person, who="hospital")).count("Observation") == 2


def test_a_target_with_a_profile_is_what_conforms_to_it(client, paper):
    assert client.ask("program", "PUT", "/StructureDefinition/result-of", profiles.of_code("718-7")).status_code == 201
    device = {"path": "Observation.device", "target": [{"type": "Device"}]}

    def of(profile):
        return {**RESULTS, "target": [{"type": "Observation", "profile": profile, "link": [device]}]}

    assert held(along(client, paper, of(profiles.ADDRESS))) == ["Device", *ALWAYS]
    assert held(along(client, paper, of("http://hl7.org/fhir/StructureDefinition/Observation"))) == ["Device", *ALWAYS]
    other = profiles.of_code("2951-2")
    assert client.ask("program", "PUT", "/StructureDefinition/result-of", other).status_code == 200
    assert held(along(client, paper, of(profiles.ADDRESS))) == ALWAYS


def test_what_is_of_somebody_else_is_no_part_of_it(client, paper):
    performer = {"path": "Observation.performer", "target": [{"type": "Patient"}]}
    results = {**RESULTS, "target": [{"type": "Observation", "link": [performer]}]}
    assert held(along(client, paper, results, who="program")) == ALWAYS


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ({**SUBJECT, "min": 2}, "SSK-3177"),
        ({**SUBJECT, "max": "0"}, "SSK-3177"),
        ({"path": "Composition.nothing(", "target": [{"type": "Patient"}]}, "SSK-3178"),
        ({"target": [{"type": "Observation", "params": "status=final"}]}, "SSK-3178"),
        ({**SUBJECT, "target": [{"type": "Patient", "profile": "http://x"}]}, "SSK-3178"),
        ({**SUBJECT, "target": [{"type": "Patient", "profile": "http://x')or('1'='1"}]}, "SSK-3178"),
        (
            {
                **SUBJECT,
                "target": [
                    {"type": "Patient", "compartment": [{"use": "condition", "code": "Patient", "rule": "identical"}]}
                ],
            },
            "SSK-3178",
        ),
        (
            {
                **RESULTS,
                "min": 1,
                "target": [{"type": "Observation", "profile": "http://hl7.org/fhir/StructureDefinition/Patient"}],
            },
            "SSK-3177",
        ),
        ({"target": [{"type": "Observation", "params": "nothing={ref}"}]}, "SSK-3001"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_place(client, paper, link, error):
    answer = along(client, paper, link)
    assert number(answer) == error
    if error != "SSK-3001":
        assert "GraphDefinition.link[0]" in answer.text


def test_a_graph_that_is_not_here_or_starts_elsewhere_or_is_too_large(client, paper, monkeypatch):
    assert number(along(client, paper, SUBJECT, url="http://byt.example/other")) == "SSK-3176"
    assert number(along(client, paper, SUBJECT, start="Patient")) == "SSK-3178"
    monkeypatch.setattr(graphs, "MOST_REACHED", 1)
    assert number(along(client, paper, SUBJECT, RESULTS)) == "SSK-3179"


def test_a_document_along_a_graph_is_stored_too(client, paper):
    along(client, paper, SUBJECT)
    answer = client.ask("hospital", "POST", f"/Composition/{paper}/$document?persist=true&graph={URL}")
    assert answer.status_code == 201
