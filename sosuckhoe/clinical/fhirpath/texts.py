"""Functions of texts. https://hl7.org/fhirpath/#string-manipulation"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import regex

from sosuckhoe.clinical import narrative
from sosuckhoe.clinical.fhirpath import single
from sosuckhoe.clinical.fhirpath.allowance import MOST_LETTERS, PATTERN_SECONDS, check_letters
from sosuckhoe.clinical.fhirpath.faults import ExecutionProblem


def _of(name: str, make: Callable[..., Any]) -> Callable[..., list[Any]]:
    """A function of one text and of texts that must all be there."""

    def call(items: list[Any], *arguments: list[Any]) -> list[Any]:
        texts = [single.text(one, name) for one in (items, *arguments)]
        if None in texts:
            return []
        made = make(*texts)
        if isinstance(made, str) and len(made) > len(texts[0] or ""):
            check_letters(len(made), name)
        return made if isinstance(made, list) else single.listed(made)

    return call


@lru_cache(maxsize=256)
def _pattern(text: str) -> regex.Pattern[str]:
    try:
        return regex.compile(text, regex.DOTALL)
    except regex.error as error:
        raise ExecutionProblem("matches") from error


def _matched(name: str, how: str) -> Callable[[str, str], bool]:
    """Whether a pattern is found; a pattern can be written to take for ever, so that it is looked for so long only.

    Meanwhile other threads go on.
    """

    def call(text: str, pattern: str) -> bool:
        try:
            look_for = getattr(_pattern(pattern), how)
            return look_for(text, timeout=PATTERN_SECONDS, concurrent=True) is not None
        except TimeoutError as error:
            raise ExecutionProblem(name) from error

    return call


def _replace(text: str, part: str, by: str) -> str:
    check_letters((len(by) - len(part)) * text.count(part), "replace")
    return text.replace(part, by)


_GROUP = re.compile(r"\$(\d+)|\$\{(\w+)\}")


def _replace_matches(text: str, pattern: str, by: str) -> str:
    """`$1` and `${name}` stand for groups; an empty pattern changes nothing."""
    if not pattern:
        return text
    template, groups = _GROUP.subn(lambda match: rf"\g<{match.group(1) or match.group(2)}>", by)
    check_letters(groups * len(text), "replaceMatches")
    most = MOST_LETTERS // (len(by) + 1)
    try:
        made, count = _pattern(pattern).subn(template, text, count=most + 1, timeout=PATTERN_SECONDS, concurrent=True)
    except (regex.error, IndexError, TimeoutError) as error:
        raise ExecutionProblem("replaceMatches") from error
    if count > most:
        raise ExecutionProblem("replaceMatches")
    return str(made)


def substring(items: list[Any], start: list[Any], length: list[Any] | None = None) -> list[Any]:
    """From a place on, so many letters at most; none when the place is outside."""
    text, first = single.text(items, "substring"), single.integer(start, "substring")
    count = None if length is None else single.integer(length, "substring")
    if text is None or first is None or not 0 <= first < len(text):
        return []
    return [text[first:] if count is None else text[first : first + max(0, count)]]


def join(items: list[Any], separator: list[Any] | None = None) -> list[Any]:
    """All texts as one."""
    between = single.text(separator or [], "join") or ""
    texts = [single.text([item], "join") or "" for item in items]
    check_letters(sum(map(len, texts)) + len(between) * len(texts), "join")
    return [between.join(texts)] if items else []


_JSON_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\.", re.DOTALL)
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "urlbase64": base64.urlsafe_b64encode,
    "hex": binascii.hexlify,
}
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64decode,
    "urlbase64": base64.urlsafe_b64decode,
    "hex": binascii.unhexlify,
}


def _encode(text: str, form: str) -> str | None:
    make = _ENCODERS.get(form)
    return None if make is None else make(text.encode()).decode()


def _decode(text: str, form: str) -> str | None:
    make = _DECODERS.get(form)
    try:
        return None if make is None else make(text.encode()).decode()
    except ValueError as error:
        raise ExecutionProblem("decode") from error


def _escape(text: str, form: str) -> str | None:
    if form == "html":
        return html.escape(text, quote=False).replace('"', "&quot;")
    return json.dumps(text, ensure_ascii=False)[1:-1] if form == "json" else None


def _unescape(text: str, form: str) -> str | None:
    if form == "html":
        return html.unescape(text)
    try:
        return _JSON_ESCAPE.sub(lambda match: str(json.loads(f'"{match.group()}"')), text) if form == "json" else None
    except ValueError as error:
        raise ExecutionProblem("unescape") from error


FUNCTIONS: dict[str, Callable[..., list[Any]]] = {
    "indexOf": _of("indexOf", lambda text, part: text.find(part)),
    "lastIndexOf": _of("lastIndexOf", lambda text, part: text.rfind(part)),
    "startsWith": _of("startsWith", lambda text, part: text.startswith(part)),
    "endsWith": _of("endsWith", lambda text, part: text.endswith(part)),
    "contains": _of("contains", lambda text, part: part in text),
    "upper": _of("upper", str.upper),
    "lower": _of("lower", str.lower),
    "replace": _of("replace", _replace),
    "matches": _of("matches", _matched("matches", "search")),
    "matchesFull": _of("matchesFull", _matched("matchesFull", "fullmatch")),
    "replaceMatches": _of("replaceMatches", _replace_matches),
    "htmlChecks": _of("htmlChecks", narrative.is_sound),
    "length": _of("length", len),
    "toChars": _of("toChars", list),
    "trim": _of("trim", str.strip),
    "split": _of("split", lambda text, mark: text.split(mark) if mark else list(text)),
    "encode": _of("encode", _encode),
    "decode": _of("decode", _decode),
    "escape": _of("escape", _escape),
    "unescape": _of("unescape", _unescape),
}
