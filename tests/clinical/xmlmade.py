"""Resources for the tests of XML: one with every form that there is, and any that the tables allow."""

from __future__ import annotations

from hypothesis import strategies as st

from sosuckhoe.clinical import elements, jsontext
from sosuckhoe.clinical.fhirxml import shape
from sosuckhoe.clinical.fhirxml.shape import Kind
from sosuckhoe.clinical.search import parameters

EVERYTHING = r"""
{
  "resourceType": "Observation",
  "status": "final",
  "id": "every-form",
  "meta": {"tag": [{"system": "urn:x", "code": "a"}, {"code": "b"}], "profile": ["http://example.org/p"]},
  "text": {"status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Hb &lt; 13 <b>thấp</b></p></div>"},
  "contained": [
    {"resourceType": "Patient", "id": "p", "active": false, "multipleBirthInteger": 2,
     "name": [{"id": "n1", "text": "Lê \"An\" & 'con' <1>", "given": ["An", null, "Bình"],
               "_given": [null, {"extension": [{"url": "urn:absent", "valueCode": "unknown"}]}, {"id": "g3"}]}],
     "_birthDate": {"extension": [{"url": "urn:time", "id": "e", "valueDateTime": "1990-02-03T04:05:06+07:00"}]}}
  ],
  "extension": [{"url": "urn:nested", "extension": [{"url": "deeper", "valueDecimal": 1.00}]}],
  "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "dòng 1\ndòng\t2\r\n  hai dấu cách  "},
  "effectivePeriod": {"start": "2026-05-02", "_start": {"id": "s"}},
  "valueQuantity": {"value": 0.1000000000000000055, "unit": "g/dL"},
  "component": [
    {"code": {"text": "a"}, "valueInteger": -3},
    {"code": {"text": "b"}, "valueQuantity": {"value": 1e2}},
    {"code": {"text": "c"}, "valueSampledData": {"origin": {"value": -0.0}, "period": 10, "dimensions": 1, "data": "E"}}
  ],
  "_issued": {"extension": [{"url": "urn:absent", "valueBoolean": true}]}
}
"""  # noqa: E501 -- a document is easier to compare with its lines whole
"""Written by hand, as EVERYTHING_XML is: names out of order, choices, nulls in lists, digits, contained resources."""

EVERYTHING_XML = """<?xml version="1.0" encoding="UTF-8"?>
<Observation xmlns="http://hl7.org/fhir">
  <!-- the order is the one of the definitions -->
  <id value="every-form"/>
  <meta>
    <profile value="http://example.org/p"/>
    <tag><system value="urn:x"/><code value="a"/></tag>
    <tag><code value="b"/></tag>
  </meta>
  <text>
    <status value="additional"/>
    <div xmlns="http://www.w3.org/1999/xhtml"><p>Hb &lt; 13 <b>thấp</b></p></div>
  </text>
  <contained>
    <Patient>
      <id value="p"/>
      <active value="false"/>
      <name id="n1">
        <text value="Lê &quot;An&quot; &amp; 'con' &lt;1&gt;"/>
        <given value="An"/>
        <given><extension url="urn:absent"><valueCode value="unknown"/></extension></given>
        <given id="g3" value="Bình"/>
      </name>
      <birthDate>
        <extension id="e" url="urn:time"><valueDateTime value="1990-02-03T04:05:06+07:00"/></extension>
      </birthDate>
      <multipleBirthInteger value="2"/>
    </Patient>
  </contained>
  <extension url="urn:nested"><extension url="deeper"><valueDecimal value="1.00"/></extension></extension>
  <status value="final"/>
  <code>
    <coding><system value="http://loinc.org"/><code value="718-7"/></coding>
    <text value="dòng 1&#10;dòng&#9;2&#13;&#10;  hai dấu cách  "/>
  </code>
  <effectivePeriod><start id="s" value="2026-05-02"/></effectivePeriod>
  <issued><extension url="urn:absent"><valueBoolean value="true"/></extension></issued>
  <valueQuantity><value value="0.1000000000000000055"/><unit value="g/dL"/></valueQuantity>
  <component><code><text value="a"/></code><valueInteger value="-3"/></component>
  <component><code><text value="b"/></code><valueQuantity><value value="1e2"/></valueQuantity></component>
  <component>
    <code><text value="c"/></code>
    <valueSampledData>
      <origin><value value="-0.0"/></origin><period value="10"/><dimensions value="1"/><data value="E"/>
    </valueSampledData>
  </component>
</Observation>
"""

_DEEPEST = 4
_text = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1).filter(
    lambda text: text.strip()
)
_address = st.sampled_from(["urn:a", "http://example.org/x?a=1&b=<2>", "#c"])
_number = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
_VALUES = {
    "boolean": st.booleans(),
    "integer": st.integers(-(1 << 31), (1 << 31) - 1),
    "unsignedInt": st.integers(0, (1 << 31) - 1),
    "positiveInt": st.integers(1, (1 << 31) - 1),
    "decimal": _number.map(jsontext.number),
    "string": _text | st.sampled_from(["a\r\nb", "\ta", "]]>&amp;"]),
    "markdown": _text,
    "xhtml": st.sampled_from(
        ["", "&#160;&amp;", "<p>Một<br/></p>", '<img src="#a" alt="b>c"/>', "\r\n<!-- > -->", "<![CDATA[<]]>"]
    ).map(lambda inner: f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'),
    "code": st.sampled_from(["a", "b c", "Ă"]),
    "id": st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True),
    "uri": _address,
    "url": _address,
    "canonical": _address,
    "oid": st.just("urn:oid:1.2.3"),
    "uuid": st.just("urn:uuid:0d6c2a53-38c9-4a4a-9c9e-6f2f5a5b1a01"),
    "base64Binary": st.just("YWJj"),
    "date": st.sampled_from(["2026", "2026-11", "2024-02-29"]),
    "dateTime": st.sampled_from(["2026", "2026-11-22T10:00:00.123Z"]),
    "instant": st.just("2026-11-22T10:00:00+07:00"),
    "time": st.just("10:00:00.5"),
}


def resources(types=()):
    """Any resource of R4, or of these types, whose structure is right, some levels deep."""
    known = [one for one in parameters.types() if elements.of(one)]
    return st.sampled_from(types or known).flatmap(_resource)


def _resource(type_name, depth=0):
    return _members(type_name, depth).map(lambda made: {"resourceType": type_name, **made})


@st.composite
def _members(draw, type_name, depth):
    """The required elements and a few others, fewer the deeper."""
    known = elements.of(type_name)
    others = [name for name, one in known.items() if not one.least]
    most = max(0, 4 - depth)
    chosen = set(draw(st.lists(st.sampled_from(others), max_size=most))) if others and most else set()
    made = {}
    for name, element in known.items():
        if element.least or name in chosen:
            keys = [member for member in shape.of(type_name).values() if _is_of(member, name, type_name)]
            member = draw(st.sampled_from(keys if depth < _DEEPEST else _simplest(keys)))
            _put(made, member, element, draw, f"{type_name}.{name}", depth)
    return made or draw(_some_id(type_name))


def _is_of(member, name, type_name):
    return member.rank == list(elements.of(type_name)).index(name)


def _simplest(members):
    return [one for one in members if one.kind in {Kind.PRIMITIVE, Kind.ATTRIBUTE}] or members


def _some_id(type_name):
    return st.just({"id": "x"} if "id" in elements.of(type_name) else {})


def _put(made, member, element, draw, path, depth):
    count = draw(st.integers(1, 2)) if member.is_list else 1
    if member.kind is not Kind.PRIMITIVE:
        values = [draw(_value(member, path, depth)) for _ in range(count)]
        made[member.key] = values if member.is_list else values[0]
        return
    with_shadow = draw(st.booleans()) and depth < _DEEPEST
    values = [draw(_value(member, path, depth)) for _ in range(count)]
    shadows = [draw(_members("Element", depth + 1)) if with_shadow else None for _ in range(count)]
    if with_shadow and not element.least and draw(st.booleans()):
        values[0] = None
    _keep(made, member.key, values, is_list=member.is_list)
    _keep(made, "_" + member.key, shadows, is_list=member.is_list)


def _keep(made, key, values, *, is_list):
    if any(one is not None for one in values):
        made[key] = values if is_list else values[0]


def _value(member, path, depth):
    if member.kind is Kind.RESOURCE:
        return _resource("Basic", depth + 2)
    if member.kind is Kind.OBJECT:
        return _members(member.type, depth + 1)
    codes = elements.codes(path) if member.type == "code" else ()
    return st.sampled_from(codes) if codes else _VALUES[member.type]
