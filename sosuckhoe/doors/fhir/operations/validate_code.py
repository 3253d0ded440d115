"""CodeSystem/$validate-code and ValueSet/$validate-code.

https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
https://hl7.org/fhir/R4/valueset-operation-validate-code.html
"""

from __future__ import annotations

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions import Answer
from sosuckhoe.clinical.terminology import System, judging
from sosuckhoe.clinical.terminology.judging import Given, Verdict
from sosuckhoe.clinical.vocabulary import Vocabulary
from sosuckhoe.doors.fhir.operations import telling, vocabularies
from sosuckhoe.doors.fhir.operations.asked import Asked, Coding
from sosuckhoe.doors.fhir.operations.operation import INSTANCE, TYPE, Call, Operation

_COMMON = (
    "url",
    "code",
    "display",
    "coding",
    "codeableConcept",
    "date",
    "abstract",
    "displayLanguage",
    "system-version",
)
OF_SYSTEM = (*_COMMON, "codeSystem", "version")
OF_VALUE_SET = (*_COMMON, "valueSet", "valueSetVersion", "system", "systemVersion")


def of_system(call: Call) -> Answer:
    """Whether a code is of a code system, and called what it is called."""
    asked = Asked(call, *OF_SYSTEM)
    vocabulary = vocabularies.of(call, asked)
    url, system = _system(call, asked, vocabulary)
    codings = _codings(asked, url)
    language, abstract = asked.text("displayLanguage"), asked.flag("abstract", otherwise=True)
    verdicts = [
        judging.in_system(system, Given(*_given(one)), language, abstract=abstract)
        if one.system == url
        else Verdict(holds=False, problems=[Problem("SSK-3211")])
        for one in codings
    ]
    return _told(judging.best(verdicts))


def _system(call: Call, asked: Asked, vocabulary: Vocabulary) -> tuple[str, System]:
    """Address and content of the system that is asked."""
    if call.id:
        system = vocabularies.system_stored(vocabulary, call.id)
    elif "codeSystem" in asked:
        system = vocabularies.system_sent(asked.resource("codeSystem", "CodeSystem") or {})
    else:
        url, version = asked.text("url"), asked.text("version")
        if not url:
            named = [*(asked.codings("codeableConcept") or ()), asked.coding("coding")]
            url, version = next(((one.system, version or one.version) for one in named if one), ("", version))
        if not url:
            raise Problem("SSK-3207", names="url, codeSystem")
        return url.partition("|")[0], vocabularies.system(vocabulary, url, version)
    return system.about.url, system


def of_value_set(call: Call) -> Answer:
    """Whether a code is of a value set, and called what it is called. One coding of a concept is enough."""
    asked = Asked(call, *OF_VALUE_SET)
    vocabulary = vocabularies.of(call, asked)
    _, members = vocabularies.value_set(call, asked, vocabulary)
    if "code" in asked:
        asked.need(["system"])
    language, abstract = asked.text("displayLanguage"), asked.flag("abstract", otherwise=True)
    verdicts = []
    for one in _codings(asked, asked.text("system")):
        system = vocabulary.system(one.system, asked.text("systemVersion") or one.version) if one.system else None
        verdicts.append(judging.in_value_set(members, system, Given(*_given(one)), language, abstract=abstract))
    return _told(judging.best(verdicts))


def _given(coding: Coding) -> tuple[str, str, str]:
    return coding.system, coding.code, coding.display


def _codings(asked: Asked, url: str) -> list[Coding]:
    name = asked.one_of("code", "coding", "codeableConcept")
    if name == "code":
        return [Coding(url, asked.text("code"), "", asked.text("display"))]
    if name == "codeableConcept":
        return asked.codings(name) or []
    coding = asked.coding(name)
    return [] if coding is None else [coding]


def _told(verdict: Verdict) -> Answer:
    return telling.parameters(
        {"name": "result", "valueBoolean": verdict.holds},
        telling.message(verdict.problems),
        telling.value("display", "String", verdict.display),
    )


CODE_SYSTEM = Operation(
    "validate-code",
    "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code",
    frozenset({TYPE, INSTANCE}),
    of_system,
    types=frozenset({"CodeSystem"}),
)
VALUE_SET = Operation(
    "validate-code",
    "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code",
    frozenset({TYPE, INSTANCE}),
    of_value_set,
    types=frozenset({"ValueSet"}),
)
