"""Resources as XML and back. https://hl7.org/fhir/R4/xml.html"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body, elements, jsontext, structure
from sosuckhoe.clinical.fhirxml import narrative, reading, shape, writing
from sosuckhoe.clinical.search import parameters
from tests.clinical.test_patch import FHIR_CASES
from tests.clinical.xmlmade import EVERYTHING, EVERYTHING_XML, resources

NS = 'xmlns="http://hl7.org/fhir"'


def read(text):
    return reading.read(text.encode())


def digits(raw):
    """JSON bytes as text of its numbers and values, to compare also how numbers are written."""
    return body.dumps(sorted_deep(jsontext.read_own(raw)))


def sorted_deep(value):
    if isinstance(value, dict):
        return {key: sorted_deep(value[key]) for key in sorted(value)}
    return [sorted_deep(one) for one in value] if isinstance(value, list) else value


def test_every_form_that_json_has_is_written_as_the_standard_writes_it():
    resource = jsontext.read_own(EVERYTHING.encode())
    written = ET.canonicalize(writing.write(resource).decode(), strip_text=True)
    assert written == ET.canonicalize(EVERYTHING_XML, strip_text=True)


def test_what_was_written_in_xml_is_the_same_resource_in_json():
    assert digits(body.dumps(read(EVERYTHING_XML))) == digits(EVERYTHING.encode())


@given(resources())
def test_json_to_xml_and_back_is_equal(resource):
    structure.check(resource, resource["resourceType"])
    again = reading.read(writing.write(resource))
    assert sorted_deep(again) == sorted_deep(resource)
    assert digits(body.dumps(again)) == digits(body.dumps(resource)), "digits of numbers"


def test_every_element_of_every_type_can_be_named_in_xml():
    """Order and kinds come from the tables: no type, no member without."""
    for type_name in set(parameters.types()) - {"SubscriptionStatus"}:  # it has a number, but R4 has no such type
        members = shape.of(type_name)
        assert members, type_name
        for member in members.values():
            if member.kind is shape.Kind.OBJECT:
                assert elements.of(member.type), (type_name, member)


@pytest.mark.parametrize("case", FHIR_CASES, ids=lambda c: c.get("name"))
def test_the_resources_of_hl7_s_patch_suite_come_back_as_they_were(case):
    for part in case:
        for resource in part:
            if len(resource) == 0:
                continue
            written = etree.tostring(resource)
            again = writing.write(reading.read(written)).decode()
            assert canonical(again) == canonical(written.decode())


def canonical(text):
    return ET.canonicalize(text, strip_text=True, with_comments=False)


@pytest.mark.parametrize(
    ("text", "number", "place"),
    [
        ("<Patient", "SSK-3160", None),
        (f"<Patient {NS}/>x", "SSK-3160", None),
        (f'<Patient {NS}><active value="&nbsp;"/></Patient>', "SSK-3160", None),
        (f"<!DOCTYPE Patient><Patient {NS}/>", "SSK-3161", None),
        (f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///c">]><Patient {NS}><id value="&b;"/></Patient>', "SSK-3161", None),
        (f'<?xml version="1.0" encoding="latin-1"?><Patient {NS}/>', "SSK-3162", None),
        ('<Patient xmlns="urn:other"/>', "SSK-3164", "Patient"),
        ("<Patient/>", "SSK-3164", "Patient"),
        (f'<Patient {NS}><active xmlns="urn:other" value="true"/></Patient>', "SSK-3164", "Patient.active"),
        (f"<Colour {NS}/>", "SSK-3027", "Colour"),
        (f'<Patient {NS}><colour value="red"/></Patient>', "SSK-3020", "Patient.colour"),
        (f'<Patient {NS}><active value="true" colour="red"/></Patient>', "SSK-3020", "Patient.active.@colour"),
        (f'<Patient {NS} id="1"/>', "SSK-3020", "Patient.@id"),
        (f'<Patient {NS}><name value="An"/></Patient>', "SSK-3020", "Patient.name[0].@value"),
        (f'<Patient {NS}><name><id value="1"/></name></Patient>', "SSK-3020", "Patient.name[0].id"),
        (f'<Patient {NS}><active value="true"/><active value="true"/></Patient>', "SSK-3023", "Patient.active"),
        (
            f'<Patient {NS}><deceasedBoolean value="true"/><deceasedDateTime value="2020"/></Patient>',
            "SSK-3026",
            "Patient.deceasedDateTime",
        ),
        (f'<Patient {NS}><gender value="male"/><active value="true"/></Patient>', "SSK-3165", "Patient.active"),
        (f'<Patient {NS}><name/><gender value="male"/><name/></Patient>', "SSK-3165", "Patient.name"),
        (f"<Patient {NS}>text</Patient>", "SSK-3167", "Patient"),
        (f'<Patient {NS}><name><family value="A">B</family></name></Patient>', "SSK-3167", "Patient.name[0].family"),
        (f"<Patient {NS}><active/></Patient>", "SSK-3025", "Patient.active"),
        (f'<Patient {NS}><active value="yes"/></Patient>', "SSK-3021", "Patient.active"),
        (f'<Patient {NS}><multipleBirthInteger value="1.0"/></Patient>', "SSK-3021", "Patient.multipleBirthInteger"),
        (f"<Patient {NS}><contained/></Patient>", "SSK-3027", "Patient.contained[0]"),
        (
            f'<Patient {NS}><contained><Group><active value="true"/></Group><Group/></contained></Patient>',
            "SSK-3023",
            "Patient.contained[0]",
        ),
        (
            (f'<Patient {NS}><name><given value="A"/><given value="B"><extension><valueBoolean value="x"/></extension>'
            "</given></name></Patient>"),
            "SSK-3021",
            "Patient.name[0].given[1].extension[0].valueBoolean",
        ),
    ],
)  # fmt: skip
def test_what_is_not_a_resource_is_refused_with_its_place(text, number, place):
    with pytest.raises(Problem) as caught:
        read(text)
    assert caught.value.number == number
    if place is not None:
        assert caught.value.places["place"] == place


def test_line_and_column_of_broken_xml_are_told():
    with pytest.raises(Problem) as caught:
        read(f"<Patient {NS}>\n  <active value='true'>\n</Patient>")
    assert (caught.value.number, caught.value.places) == ("SSK-3160", {"line": 3, "column": 3})


def test_bounds():
    deep = "<extension>" * 80 + "</extension>" * 80
    with pytest.raises(Problem, match="SSK-3163"):
        read(f"<Patient {NS}>{deep}</Patient>")
    long = "1." + "0" * 5000
    with pytest.raises(Problem, match="SSK-3021"):
        read(f'<Observation {NS}><valueQuantity><value value="{long}"/></valueQuantity></Observation>')
    with pytest.raises(Problem, match="SSK-3163"):
        reading.read(b"<" * (reading.MOST_ELEMENTS + 1))


def test_comments_and_instructions_are_dropped_and_the_schema_s_place_is_ignored():
    found = read(
        '<?xml version="1.0"?><?style x?><!-- a --><Patient xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://hl7.org/fhir p.xsd" {NS}><!-- b --><active value="true"/><!-- c --></Patient>'
    )
    assert found == {"resourceType": "Patient", "active": True}


def test_prefixed_elements_are_understood():
    found = read('<f:Patient xmlns:f="http://hl7.org/fhir"><f:active value="true"/></f:Patient>')
    assert found == {"resourceType": "Patient", "active": True}


def test_a_byte_order_mark_is_no_content():
    raw = b"\xef\xbb\xbf" + f'<Patient {NS}><text><status value="empty"/>{DIV}</text></Patient>'.encode()
    assert reading.read(raw)["text"]["div"] == DIV


DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">Một <b>hai</b> &lt; 3 &#169;<br/></p><!-- note --></div>'


def told(div):
    return f'<Patient {NS}><text><status value="generated"/>{div}</text></Patient>'


def test_a_narrative_is_kept_as_written():
    found = read(told(DIV))
    assert found["text"]["div"] == DIV
    assert DIV in writing.write(found).decode()


def test_a_narrative_whose_namespace_stands_above_gets_it_in_json():
    text = told("<div>a</div>").replace(NS, 'xmlns="http://www.w3.org/1999/xhtml" xmlns:f="http://hl7.org/fhir"')
    for name in ("Patient", "text", "status"):
        text = text.replace(f"<{name}", f"<f:{name}").replace(f"</{name}", f"</f:{name}")
    assert read(text)["text"]["div"] == '<div xmlns="http://www.w3.org/1999/xhtml">a</div>'


UNSAFE = [
    "<div {ns}><script>alert(1)</script></div>",
    '<div {ns}><p onclick="a()">b</p></div>',
    '<div {ns}><a href="javascript:a()">b</a></div>',
    '<div {ns}><a href=" JaVa&#x53;cript:a()">b</a></div>',
    "<div {ns}><iframe/></div>",
    '<div {ns}><form action="/"/></div>',
    '<div {ns}><p xmlns="urn:other">b</p></div>',
]


@pytest.mark.parametrize("form", UNSAFE)
def test_a_narrative_of_more_than_basic_formatting_is_refused(form):
    div = form.format(ns='xmlns="http://www.w3.org/1999/xhtml"')
    assert not narrative.is_allowed(div)
    with pytest.raises(structure.Invalid):
        structure.check({"resourceType": "Patient", "text": {"status": "generated", "div": div}}, "Patient")
    with pytest.raises(structure.Invalid) as caught:
        read(told(div))
    assert caught.value.issues == [structure.Issue("SSK-3168", "Patient.text.div")]


def test_a_narrative_with_a_prefix_is_refused():
    with pytest.raises(structure.Invalid, match="SSK-3168"):
        read(told('<x:div xmlns:x="http://www.w3.org/1999/xhtml">b</x:div>'))


@pytest.mark.parametrize("text", ["not XML < at all", "<div", "<p/>", "<!DOCTYPE a><div/>", "<div/>x", "", "\ud800"])
def test_what_was_stored_as_a_narrative_and_is_none_goes_out_as_text(text):
    assert not narrative.is_allowed(text)
    written = narrative.as_xml(text)
    assert ET.fromstring(written)[0].tag == "{http://www.w3.org/1999/xhtml}pre"


def test_names_that_only_html_has_become_characters():
    assert narrative.as_xml("<div>a&nbsp;&copy;&amp;</div>") == (
        '<div xmlns="http://www.w3.org/1999/xhtml">a\xa0©&amp;</div>'
    )


def test_what_the_tables_do_not_know_is_not_left_out_silently():
    with pytest.raises(Problem, match="SSK-3166"):
        writing.write({"resourceType": "Patient", "colour": "red"})
    with pytest.raises(Problem, match="SSK-3166"):
        writing.write({"resourceType": "Colour"})


@given(st.text())
def test_any_text_survives(text):
    written = f'<a value="{writing.escaped(text)}"/>'
    try:
        read_back = ET.fromstring(written.encode()).get("value")
    except (ET.ParseError, UnicodeEncodeError):
        assert any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in text), "jsontext lets none of these through"
    else:
        assert read_back == text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
