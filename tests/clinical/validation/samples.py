"""Valid resources, and ways to break them."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from hypothesis import strategies as st

from tests.clinical import made

INPUTS = Path(__file__).parents[2] / "cases" / "fhirpath" / "inputs"


def inputs():
    """The resources of HL7's FHIRPath suite."""
    return {place.stem: json.loads(place.read_text(encoding="utf-8")) for place in sorted(INPUTS.iterdir())}


SAMPLES = {
    "observation": made.observation("a").body,
    "patient": made.patient(
        gender="female",
        birthDate="1961-05-02",
        _birthDate={"extension": [{"url": "urn:test:known", "valueBoolean": True}]},
        name=[{"text": "Nguyễn Thị Lan", "given": [None, "Lan"], "_given": [{"id": "x"}, None]}],
        extension=[{"url": "urn:test:a", "extension": [{"url": "b", "valueCode": "01"}]}],
        contained=[{"resourceType": "Organization", "id": "o", "name": "Bệnh viện"}],
        managingOrganization={"reference": "#o"},
    ).body,
}

ODD = st.sampled_from(
    [
        *(None, "", " ", "x", "x y", "2024-02-29", "2023-02-29", "24:00", "9" * 70),
        *(0, -1, 1.5, True, [], {}, [None], ["x"], {"x": 1}, [{}]),
    ]
)


def places_in(value, path=()):
    """Every place in a resource, as keys and indices."""
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(inner, (*path, key))


@st.composite
def broken(draw, samples):
    """A sample with one place changed, taken away or added; often, but not always, it is wrong."""
    resource = copy.deepcopy(draw(st.sampled_from(samples)))
    *way, last = draw(st.sampled_from([place for place in places_in(resource) if place and place != ("resourceType",)]))
    holder = resource
    for step in way:
        holder = holder[step]
    action = draw(st.sampled_from(["change", "remove", "add", "double"]))
    if action == "remove":
        del holder[last]
    elif action == "add" and isinstance(holder, dict):
        name = draw(st.sampled_from(["status", "unknown", "_id", f"_{last}", "valueString", "extension", "text"]))
        holder[name] = draw(ODD)
    elif action == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[last]))
    else:
        holder[last] = draw(ODD)
    return resource
