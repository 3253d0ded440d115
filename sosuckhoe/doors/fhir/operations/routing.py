"""Addresses of operations: `$name` below the server, a type or an instance."""

from __future__ import annotations

import falcon

from sosuckhoe.base.errors import Problem
from sosuckhoe.doors.fhir import answering, asking, operations
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, SYSTEM, TYPE, Call, Operation

APART = ("Subscription",)
"""Types with addresses of their own, below which an id would hide `$name`."""

PLACES = {SYSTEM: "", TYPE: "/{type_name}", INSTANCE: "/{type_name}/{name}"}


class Called:
    """Every operation of one name at one level; of one type where its address is written out."""

    def __init__(self, level: str, standing: tuple[Operation, ...], type_name: str = "") -> None:
        self.level = level
        self.standing = standing
        self.type_name = type_name

    def on_get(self, request: falcon.Request, response: falcon.Response, type_name: str = "", name: str = "") -> None:
        self._call(request, response, type_name, name)

    def on_post(self, request: falcon.Request, response: falcon.Response, type_name: str = "", name: str = "") -> None:
        self._call(request, response, type_name, name)

    def _call(self, request: falcon.Request, response: falcon.Response, type_name: str, name: str) -> None:
        if not any(one.has_own_form for one in self.standing):
            asking.check_accept(request)
        actor = asking.actor_of(request)
        type_name = type_name or self.type_name
        if type_name:
            asking.type_of(type_name)
        found = next((one for one in self.standing if one.stands_at(self.level, type_name)), None)
        if found is None:
            raise Problem("SSK-3180", type=type_name or "–")
        if found.affects_state and request.method != "POST":
            raise Problem("SSK-3427", method=request.method)
        call = Call(request, response, actor, asking.now(), asking.base_of(request), type_name, name)
        answer = found.run(call)
        if answer is not None:
            answering.send_answer(response, answer)


def routes() -> dict[str, Called]:
    """Address → what answers there, for every operation at each of its levels."""
    made = {}
    for level, place in PLACES.items():
        for name in sorted({one.name for one in operations.OPERATIONS if level in one.levels}):
            standing = tuple(one for one in operations.of(name) if level in one.levels)
            made[f"{place}/${name}"] = Called(level, standing)
            if level == TYPE:
                made |= {f"/{apart}/${name}": Called(level, standing, apart) for apart in APART}
    return made | _of_views()


def _of_views() -> dict[str, Called]:
    """A ViewDefinition is no type of R4: its operations stand at the system and at addresses of their own."""
    return {
        f"/ViewDefinition{place}/${name}": Called(SYSTEM, operations.of(name))
        for name in ("viewdefinition-run", "viewdefinition-export")
        for place in ("", "/{name}")
    }
