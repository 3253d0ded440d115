"""JSON traps are refused with their place, and the digits of numbers stay. https://hl7.org/fhir/R4/json.html"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical import body, jsontext
from tests.cheaply import cheaply

LIMIT = 1 << 23


@pytest.mark.parametrize(
    ("text", "number", "place"),
    [
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "SSK-3013", "b.c"),
        ('{"a": [{"b": 1}, {"b": {"x": 1}, "y": [1, 2], "b": 2}]}', "SSK-3013", "a[1].b"),
        ('{"a": [1, {"b": [NaN]}]}', "SSK-3018", "a[1].b[0]"),
        ('{"a": -Infinity}', "SSK-3018", "a"),
        ('{"a": [0.1, 1e999]}', "SSK-3015", "a[1]"),
        ('{"a": {"b": ' + "1" * 5000 + "}}", "SSK-3015", "a.b"),
        ('{"a": ' + "[" * 64 + "]" * 64 + "}", "SSK-3014", "a" + "[0]" * 63),
        ("[" * 100_000, "SSK-3014", "[0]" * 64),
        ('{"ok": "\\\\u0000", "b": ["x", "a\\u0000"]}', "SSK-3016", "b[1]"),
        ('{"b": {"c": "\\ud800"}}', "SSK-3016", "b.c"),
        ('{"a\\u0001": 1}', "SSK-3016", "a\\u0001"),
        ('{"a":1,"a":2}', "SSK-3013", "a"),
        ('{"a":' * 65 + "1" + "}" * 65, "SSK-3014", ".".join(["a"] * 64)),
    ],
)
def test_a_trap_is_refused_with_its_place(text, number, place):
    with pytest.raises(Problem) as caught:
        jsontext.read_any(text.encode(), LIMIT)
    assert (caught.value.number, caught.value.places["place"]) == (number, place)
    assert place in caught.value.en


@pytest.mark.parametrize(
    "text", ["\ufeff{}", "{} {}", "{}x", "{'a': 1}", '{"a": 01}', '{"a": .5}', '{"a": 1.}', "", "nul"]
)
def test_what_is_not_json_is_refused_with_line_and_column(text):
    with pytest.raises(Problem) as caught:
        jsontext.read_any(text.encode(), LIMIT)
    assert caught.value.number == "SSK-3012"
    assert {"line", "column"} <= set(caught.value.places)


def test_wrong_utf_8_is_refused_with_its_byte():
    with pytest.raises(Problem) as caught:
        jsontext.read_any(b'{"a": "\xc3\x28"}', LIMIT)
    assert (caught.value.number, caught.value.places) == ("SSK-3011", {"byte": 7})


@pytest.mark.parametrize(
    "start", [b'"' + b'\\"' * 200_000, b'{"a": "' + b'\\"' * 200_000, b'{"' + b"k" * 2_000_000 + b'"' + b" 1" * 100_000]
)
def test_what_is_deep_behind_an_open_string_or_a_long_key_is_refused_at_once(start):
    def refused():
        with pytest.raises(Problem, match=r"SSK-301[24]"):
            jsontext.read_any(start + b"[" * 70, LIMIT)

    cheaply(refused, seconds=2)


def test_a_list_is_as_long_as_the_limit_lets_it_be():
    assert len(jsontext.read_any(b"[" + b"0," * 100_000 + b"0]", LIMIT)) == 100_001
    with pytest.raises(Problem, match="SSK-3010"):
        jsontext.read_any(b"[" + b"0," * 100_000 + b"0]", 1000)


@pytest.mark.parametrize(
    "digits", ["1.0", "1.00", "1e2", "1E+2", "0.1000000000000000055", "-0", "-0.0", "12345678901234567890"]
)
def test_digits_stay(digits):
    assert body.dumps(jsontext.read_any(digits.encode(), LIMIT)).decode() == digits
    assert body.dumps(jsontext.read_own(digits.encode())).decode() == digits


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_any_number_is_written_as_it_was(digits):
    assert body.dumps(jsontext.read_any(digits.encode(), LIMIT)).decode() == digits


def _listed(values, gap):
    return f"[{gap}{f',{gap}'.join(values)}]"


def _object(pairs, gap):
    return "{" + f",{gap}".join(f"{key}{gap}:{value}" for key, value in pairs) + gap + "}"


def _strictly(text):
    """As Python's own reader has it, digits kept; ValueError of equal keys and of what is not allowed."""

    def no_two(pairs):
        if len({key for key, _ in pairs}) < len(pairs):
            raise ValueError(text)
        return dict(pairs)

    def refuse(_):
        raise ValueError(text)

    if "\\u0007" in text:
        raise ValueError(text)
    return json.loads(
        text, object_pairs_hook=no_two, parse_float=body.Number, parse_int=body.Number, parse_constant=refuse
    )


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab\\" {[,:]}'), inner, max_size=4),
    max_leaves=20,
)


@given(_values)
def test_what_is_no_trap_is_read(value):
    assert jsontext.read_any(json.dumps(value).encode(), LIMIT) == value
    assert jsontext.read_any(json.dumps(value, ensure_ascii=False).encode(), LIMIT) == value


_gaps = st.sampled_from(["", "", " ", "\n  ", "\r\n\t"])
_numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
_strings = st.sampled_from(
    ['"a"', '"b"', '"-0"', '"{[,:"', '"\\\\"', '"\\""', '"ấ\\n"', '"\\u1ea5"', '"\\u0007"', '"\\ud83d\\ude00"']
)
_texts = st.recursive(
    _numbers | _strings | st.sampled_from(["true", "null", "-0", "NaN", "1."]),
    lambda inner: (
        st.builds(_listed, st.lists(inner, max_size=4), _gaps)
        | st.builds(_object, st.lists(st.tuples(_strings, inner), max_size=4), _gaps)
    ),
    max_leaves=20,
)


@given(_texts)
def test_what_is_read_quickly_is_what_the_standard_library_reads_strictly(text):
    try:
        expected = body.dumps(_strictly(text))
    except ValueError:
        with pytest.raises(Problem):
            jsontext.read_any(text.encode(), LIMIT)
    else:
        assert body.dumps(jsontext.read_any(text.encode(), LIMIT)) == expected


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(raw):
    refused = None
    try:
        jsontext.read_any(raw, LIMIT)
    except Problem as problem:
        refused = problem
    assert refused is None or (400 <= refused.status < 500 and refused.vi and refused.en)
