"""Small made-up worlds whose resources refer to each other, for searches over several of them."""

from __future__ import annotations

from hypothesis import strategies as st

from sosuckhoe.base.keys import NOBODY, derived_key
from sosuckhoe.clinical.draft import Draft
from tests.clinical.made import AT, PERSON, draft, patient

BASE = "https://book.invalid/fhir"
PERSONS = [PERSON, 99, 4712]
FAMILIES = ["Nguyễn", "Trần", "Ân"]
CODES = ["A", "B"]
TITLES = ["Bệnh viện Chợ Rẫy", "Trạm y tế", "ben vien"]


def register(type_name, name, /, **content):
    key = derived_key(555, AT, type_name, name)
    return Draft(type_name, key, NOBODY, {"resourceType": type_name, "id": str(key), **content})


WRITTEN = [("", ""), (f"{BASE}/", ""), ("", "/_history/1"), ("https://other.invalid/", "")]
STATUSES = ["finished", "planned"]
DATES = ["2026", "2026-05", "2026-05-02", "2025-12-31"]


@st.composite
def worlds(draw):
    """Drafts: registers, patients, visits, results, each referring to some of those before it."""
    return _Maker(draw).everything()


class _Maker:
    def __init__(self, draw):
        self.draw, self.made = draw, []

    def everything(self):
        for i in range(self.between(0, 3)):
            body = {"name": self.one_of(TITLES), **self.referring(partOf=["Organization"])}
            self.made.append(register("Organization", f"{i}", **body))
        for i in range(self.between(0, 2)):
            self.made.append(register("Practitioner", f"{i}", name=[{"family": self.one_of(FAMILIES)}]))
        persons = PERSONS[: self.between(1, 3)]
        self.made += [self.patient(person) for person in persons]
        self.made += [self.visit(i, self.one_of(persons)) for i in range(self.between(0, 3))]
        for i in range(self.between(0, 5)):
            self.made.append(self.result(i, self.one_of(persons)))
        return self.made

    def patient(self, person):
        names = [{"family": self.one_of(FAMILIES)}]
        doctors = self.referring(is_list=True, generalPractitioner=["Organization", "Practitioner"])
        return patient(person, name=names, **doctors, **self.referring(managingOrganization=["Organization"]))

    def visit(self, i, person):
        told = {"status": self.one_of(STATUSES), "subject": _of(person)}
        return draft("Encounter", f"{i}", person=person, **told, **self.referring(serviceProvider=["Organization"]))

    def result(self, i, person):
        told = {
            "subject": _of(person),
            "effectiveDateTime": self.one_of(DATES),
            "valueQuantity": {"value": self.one_of([1, 5.5, -2]), "unit": "g"},
            "valueString": self.one_of(["ân", "An", "bình", "Đức"]),
            "status": self.one_of(["final", "amended"]),
        }
        told = {key: value for key, value in told.items() if self.draw(st.booleans())}
        told["code"] = {"coding": [{"code": self.one_of(CODES)}]}
        told |= self.referring(encounter=["Encounter"])
        told |= self.referring(
            is_list=True, hasMember=["Observation"], performer=["Organization", "Practitioner", "Patient"]
        )
        return draft("Observation", f"{i}", person=person, **told)

    def referring(self, *, is_list=False, **choices):
        """References to some of these types, as clients may write them, or none."""
        found = {}
        for key, types in choices.items():
            one = self.one_of([None, *(one for one in self.made if one.type in types)])
            if one is not None:
                start, end = self.one_of(WRITTEN)
                value = {"reference": f"{start}{one.type}/{one.body['id']}{end}"}
                found[key] = [value] if is_list else value
        return found

    def one_of(self, values):
        return self.draw(st.sampled_from(values))

    def between(self, low, high):
        return self.draw(st.integers(low, high))


def _of(person):
    return {"reference": f"Patient/{patient(person).key}"}
