"""The answer to a question. https://hl7.org/fhir/R4/graphql.html

A field that a resource does not have is left out. Every resource, search and resolved reference comes through `Source`,
which asks for the caller's rights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from graphql.language import FieldNode, SelectionSetNode

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import fhirpath
from sosuckhoe.clinical.graphql import telling
from sosuckhoe.clinical.graphql.known import child_of, name_of
from sosuckhoe.clinical.graphql.question import Question
from sosuckhoe.clinical.search.parameters import number_of

MOST_VALUES = 100_000
MOST_SECONDS = 5.0
"""Of computing for the expressions of one answer."""

_SEARCH = re.compile(r"([A-Z][A-Za-z]+)(List|Connection)")
Pairs = list[tuple[str, str]]


class Found(NamedTuple):
    """A page of a search: resources, how many in all (when it is known), places of the pages around it ('': none)."""

    resources: list[dict[str, Any]]
    total: int | None
    after: str
    before: str = ""


class Source(Protocol):
    """Where resources come from. Each call counts against what one question may cost.

    `outside`: who knows value sets and profiles.
    """

    @property
    def outside(self) -> fhirpath.Outside: ...

    def read(self, type_name: str, name: str) -> dict[str, Any] | None:
        """A resource; None when there is none or the caller may not see it."""

    def resolve(self, reference: str) -> dict[str, Any] | None:
        """The resource that a reference means, in the same way."""

    def search(self, type_name: str, pairs: Pairs) -> Found:
        """What a search finds."""


class Focus(NamedTuple):
    """Where the answer stands: a value of a type, within a resource (for what is contained and `_reference`)."""

    value: Mapping[str, Any]
    type: str
    resource: Mapping[str, Any]


class Answer:
    """One answer as it gathers."""

    def __init__(self, question: Question, source: Source) -> None:
        self.question = question
        self.allowance = fhirpath.Allowance(MOST_SECONDS)
        self.source = source
        self.left = MOST_VALUES
        self.teller = telling.Teller(question)

    def of_system(self) -> dict[str, Any]:
        """The answer to a question of the whole server."""
        out: dict[str, Any] = {}
        for field in self.question.fields_of(self.question.fields, "Query"):
            name = field.name.value
            if name == "__typename":
                self._put(out, field, ["Query"], is_list=False)
            elif name in telling.NAMES:
                self._put(out, field, [self.teller.of(field)], is_list=False)
            elif name in number_of():
                found = self.source.read(name, str(self.question.values_of(field).get("id", "")))
                if found is None:
                    raise Problem("SSK-1002")
                self._put(out, field, [self._object(field.selection_set, _focus(found))], is_list=False)
            elif not self._searched(out, field, None):
                raise Problem("SSK-3188", name=name[:64], type="Query")
        return out

    def of_resource(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The answer to a question of one resource."""
        return self._object(self.question.fields, _focus(resource))

    def _object(self, chosen: SelectionSetNode | None, focus: Focus) -> dict[str, Any]:
        out: dict[str, Any] = {}
        self._select(out, chosen, focus, is_flat=False)
        return out

    def _select(self, out: dict[str, Any], chosen: SelectionSetNode | None, focus: Focus, *, is_flat: bool) -> None:
        """Put the wanted fields of a value into `out`; when the value itself is flattened, as lists."""
        for field in self.question.fields_of(chosen, name_of(focus.type)):
            name = field.name.value
            if name in {"__typename", "resourceType"}:
                self._put(out, field, [focus.value.get("resourceType", name_of(focus.type))], is_list=is_flat)
            elif name == "resource" and focus.type == "Reference":
                self._resolved(out, field, focus, is_flat=is_flat)
            elif not self._searched(out, field, focus):
                self._element(out, field, focus, is_flat=is_flat)

    def _element(self, out: dict[str, Any], field: FieldNode, focus: Focus, *, is_flat: bool) -> None:
        known = child_of(focus.type, field.name.value)
        if known is None:
            raise Problem("SSK-3188", name=field.name.value[:64], type=focus.type)
        value = focus.value.get(field.name.value)
        if value is None:
            return
        values = self._filtered(field, value if isinstance(value, list) else [value], known.type)
        self._each(out, field, [Focus(one, known.type, focus.resource) for one in values], (known.is_list, is_flat))

    def _resolved(self, out: dict[str, Any], field: FieldNode, focus: Focus, *, is_flat: bool) -> None:
        """The resource behind a reference. One that may be missing says `optional: true`."""
        given, written = self.question.values_of(field), str(focus.value.get("reference", ""))
        if written.startswith("#"):
            held = focus.resource.get("contained", ())
            found = next((one for one in held if one.get("id") == written[1:]), None)
        else:
            found = self.source.resolve(written) if written else None
        wanted = given.get("type")
        if found is not None and wanted and found["resourceType"] != wanted:
            return
        if found is None:
            if given.get("optional") is not True:
                raise Problem("SSK-1002")
            return
        self._each(out, field, [_focus(found)], (False, is_flat))

    def _searched(self, out: dict[str, Any], field: FieldNode, focus: Focus | None) -> bool:
        """Answer `PatientList(…)` or `PatientConnection(…)`; False when the field is neither."""
        form = _SEARCH.fullmatch(field.name.value)
        if form is None or form.group(1) not in number_of():
            return False
        type_name, kind = form.groups()
        pairs = self._pairs(self.question.values_of(field), focus)
        if kind == "List":
            found = [_focus(one) for one in self.source.search(type_name, pairs).resources]
            self._each(out, field, found, (True, False))
            return True
        page = self.source.search(type_name, [*pairs, ("_total", "accurate")])
        self._put(out, field, [self._connection(field.selection_set, page, type_name)], is_list=False)
        return True

    def _connection(self, chosen: SelectionSetNode | None, page: Found, type_name: str) -> dict[str, Any]:
        """https://hl7.org/fhir/R4/graphql.html#searching"""
        out: dict[str, Any] = {}
        near = {"previous": page.before or None, "next": page.after or None}
        own = f"{type_name}Connection"
        plain = {"count": page.total, "pagesize": len(page.resources), "__typename": own, **near}
        for field in self.question.fields_of(chosen, own):
            name = field.name.value
            if name == "edges":
                edges = [self._edge(field.selection_set, one, type_name) for one in page.resources]
                self._put(out, field, edges, is_list=True)
            elif name in plain:
                self._put(out, field, [plain[name]], is_list=False)
            else:
                raise Problem("SSK-3188", name=name[:64], type="Connection")
        return out

    def _edge(self, chosen: SelectionSetNode | None, resource: dict[str, Any], type_name: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        plain = {"mode": "match", "__typename": f"{type_name}Edge"}
        for field in self.question.fields_of(chosen, plain["__typename"]):
            if field.name.value == "resource":
                self._put(out, field, [self._object(field.selection_set, _focus(resource))], is_list=False)
            elif field.name.value in plain:
                self._put(out, field, [plain[field.name.value]], is_list=False)
            else:
                raise Problem("SSK-3188", name=field.name.value[:64], type="Edge")
        return out

    def _pairs(self, given: dict[str, Any], focus: Focus | None) -> Pairs:
        """The arguments of a search as its parameters; `_reference` is what leads back to the resource."""
        pairs: Pairs = []
        for name, value in given.items():
            if name == "_reference":
                if focus is None or "id" not in focus.resource:
                    raise Problem("SSK-3188", name="_reference", type="Query")
                pairs.append((_parameter(str(value)), f"{focus.resource['resourceType']}/{focus.resource['id']}"))
            else:
                values = value if isinstance(value, list) else [value]
                pairs += [(_parameter(name), _text(one)) for one in values]
        return pairs

    def _filtered(self, field: FieldNode, values: list[Any], type_name: str) -> list[Any]:
        """`name(use: "official", fhirpath: "…", _offset: 1, _count: 2)`."""
        given = self.question.values_of(field)
        start, count = given.pop("_offset", 0), given.pop("_count", None)
        expression = given.pop("fhirpath", None)
        if expression is not None:
            path = _compiled(str(expression))
            values = [one for one in values if isinstance(one, dict) and self._holds(path, one, type_name)]
        for name, wanted in given.items():
            values = [one for one in values if isinstance(one, dict) and _text(one.get(name)) == _text(wanted)]
        if not isinstance(start, int) or not isinstance(count, int | None):
            raise Problem("SSK-3188", name="_offset", type=type_name)
        return values[max(start, 0) :][:count]

    def _holds(self, path: fhirpath.Expression, value: Any, type_name: str) -> bool:
        codes, conforms = self.source.outside
        try:
            with self.allowance.spent():
                return path.is_true(value, type_name=type_name, codes=codes, conforms=conforms)
        except fhirpath.FhirPathProblem:
            return False

    def _each(self, out: dict[str, Any], field: FieldNode, found: list[Focus], is_list: tuple[bool, bool]) -> None:
        """Put values into `out` as the directives say. https://hl7.org/fhir/R4/graphql.html#flattening"""
        told = {one.name.value: one for one in field.directives or ()}
        found = found[:1] if "first" in told else found
        if "flatten" in told:
            for one in found:
                self._select(out, field.selection_set, one, is_flat=True)
            return
        of_many, is_flat = is_list
        as_list = (of_many and "first" not in told) or is_flat
        made = [(one, self._value(field, one)) for one in found]
        if "slice" in told:
            path = str(self.question.values_of(told["slice"]).get("path", ""))
            for place, (one, value) in enumerate(made):
                self._put(out, field, [value], is_list=False, mark=_mark(path, one, place))
        else:
            self._put(out, field, [value for _, value in made], is_list=as_list and "singleton" not in told)

    def _value(self, field: FieldNode, focus: Focus) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Problem("SSK-3187", fields=MOST_VALUES, depth=1)
        if not isinstance(focus.value, dict):
            return focus.value
        if field.selection_set is None:
            raise Problem("SSK-3188", name=field.name.value, type="{ … }")
        return self._object(field.selection_set, focus)

    def _put(self, out: dict[str, Any], field: FieldNode, values: list[Any], *, is_list: bool, mark: str = "") -> None:
        """Put values under the alias or the name; objects that are there already grow together."""
        name = (field.alias or field.name).value + mark
        old = out.get(name)
        if is_list and isinstance(old, list):
            old.extend(values)
        elif is_list:
            out[name] = list(values)
        elif values:
            both = isinstance(old, dict) and isinstance(values[0], dict)
            out[name] = {**old, **values[0]} if both and old else values[0]


def _parameter(name: str) -> str:
    """The search parameter of an argument: `_` stands for a hyphen, which no name may have, `__` before a modifier."""
    code, mark, modifier = name[1:].partition("__")
    return name[:1] + code.replace("_", "-") + (f":{modifier.replace('_', '-')}" if mark else "")


def _focus(resource: Mapping[str, Any]) -> Focus:
    return Focus(resource, str(resource["resourceType"]), resource)


def _compiled(text: str) -> fhirpath.Expression:
    try:
        return fhirpath.compile_expression(text)
    except fhirpath.FhirPathProblem as error:
        raise Problem("SSK-3188", name="fhirpath", type="FHIRPath") from error


def _mark(path: str, focus: Focus, place: int) -> str:
    """What @slice adds to the name: `.official` by the value of a path, `.0` by `$index`."""
    if path == "$index":
        return f".{place}"
    value = focus.value.get(path) if isinstance(focus.value, dict) else None
    return f".{value}" if isinstance(value, str) else ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
