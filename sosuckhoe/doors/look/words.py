"""The words of the interface: found in templates and code, checked, compiled. GNU gettext is not needed.

`python -m sosuckhoe.doors.look.words extract` writes each app's `locale/en/LC_MESSAGES/django.po` anew: what people see
is the Vietnamese text itself, so only English stands there. Texts that are new have an empty translation.
`… check` names texts without English (exit code 1). `… compile` makes the .mo files that Django reads; the ones that
are newer than their .po are left alone.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

HOUSE = Path(__file__).parents[2]
"""The package `sosuckhoe`; every Django app below it with templates or words of its own has a catalogue."""

_PO = Path("locale") / "en" / "LC_MESSAGES" / "django.po"
_KEYWORDS = ("gettext", "gettext_lazy", "_", "gettext_noop")
_PLURAL_KEYWORDS = ("ngettext", "ngettext_lazy")
_CONTEXT_KEYWORDS = ("pgettext", "pgettext_lazy")
_PLURAL_FORMS = "nplurals=2; plural=(n != 1);"


class Text(NamedTuple):
    """One text of the interface: as it is in Vietnamese, for one and for many (the same words), and its context."""

    one: str
    many: str = ""
    context: str = ""


def main() -> None:
    """Run what the command line names."""
    verbs = {"extract": _extract, "check": _check, "compile": _compile}
    verb = verbs.get(sys.argv[1] if len(sys.argv) == 2 else "")  # noqa: PLR2004 -- the program and one word
    if verb is None:
        raise SystemExit(f"usage: python -m sosuckhoe.doors.look.words {'|'.join(verbs)}")
    verb()


def apps() -> list[Path]:
    """The folders of the house's Django apps."""
    return sorted(place.parent for place in HOUSE.rglob("apps.py") if "node_modules" not in place.parts)


def texts_of(app: Path) -> dict[Text, list[str]]:
    """Every text of an app → the files that show it, in the order of files."""
    found: dict[Text, list[str]] = {}
    for file in _files(app):
        for text in _texts_in(file):
            places = found.setdefault(text, [])
            if (place := file.relative_to(HOUSE.parent).as_posix()) not in places:
                places.append(place)
    return found


def english_of(app: Path) -> dict[Text, tuple[str, ...]]:
    """The translations that an app's catalogue has: one string, or two for one and many; "" = not yet."""
    from babel.messages.pofile import read_po

    if not (app / _PO).exists():
        return {}
    with (app / _PO).open("rb") as lines:
        catalogue = read_po(lines, locale="en")
    found = {}
    for message in catalogue:
        if message.id:
            one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
            said = message.string if isinstance(message.string, tuple) else (message.string or "",)
            found[Text(str(one), str(many), message.context or "")] = tuple(map(str, said))
    return found


def missing_of(app: Path) -> list[Text]:
    """Texts of an app that have no English."""
    english = english_of(app)
    return [text for text in texts_of(app) if not all(english.get(text, ("",)))]


def stale_of(app: Path) -> list[Text]:
    """Translations of an app that no text uses any more."""
    return [text for text in english_of(app) if text not in texts_of(app)]


def compile_app(app: Path) -> bool:
    """Write an app's .mo; False when there is none to write or it is newer than its .po."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source, target = app / _PO, (app / _PO).with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
        return False
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale="en")
    made = io.BytesIO()
    write_mo(made, catalogue)
    beside = target.with_suffix(".mo.new")
    beside.write_bytes(made.getvalue())
    beside.replace(target)
    return True


def write_catalogue(app: Path, known: dict[Text, tuple[str, ...]]) -> int:
    """Write an app's .po with every text of today and the translations of `known`; how many are without."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    texts = texts_of(app)
    if not texts:
        return 0
    catalogue = Catalog(locale="en", fuzzy=False, charset="utf-8")
    for text, places in sorted(texts.items(), key=lambda entry: (entry[1][0], entry[0])):
        said = known.get(text, ("",) * (2 if text.many else 1))
        catalogue.add(
            (text.one, text.many) if text.many else text.one,
            said if text.many else said[0],
            locations=[(place, 1) for place in places],
            context=text.context or None,
        )
    out = io.BytesIO()
    write_po(out, catalogue, omit_header=True, include_lineno=False, width=110)
    target = app / _PO
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_header().encode() + out.getvalue())
    return sum(not all(known.get(text, ("",))) for text in texts)


def _extract() -> None:
    everywhere = {text: said for app in apps() for text, said in english_of(app).items() if all(said)}
    for app in apps():
        missing = write_catalogue(app, everywhere | english_of(app))
        if missing:
            print(f"{(app / _PO).relative_to(HOUSE.parent)}: {missing} texts without English")


def _check() -> None:
    faults = [f"{app.name}: no English for {text.one!r}" for app in apps() for text in missing_of(app)]
    faults += [f"{app.name}: no longer used: {text.one!r}" for app in apps() for text in stale_of(app)]
    print("\n".join(faults))
    raise SystemExit(1 if faults else 0)


def _compile() -> None:
    made = [app.name for app in apps() if compile_app(app)]
    if made:
        print(f"words: compiled for {', '.join(made)}")


def _files(app: Path) -> Iterator[Path]:
    """The app's templates and modules, without those of an app inside it."""
    inner = [other for other in apps() if other != app and app in other.parents]
    for pattern in ("templates/**/*.html", "**/*.py"):
        for file in sorted(app.glob(pattern)):
            if "node_modules" not in file.parts and not any(other in file.parents for other in inner):
                yield file


def _texts_in(file: Path) -> Iterator[Text]:
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        source = _as_code(source)
    yield from _texts_of_code(source)


def _as_code(template: str) -> str:
    """A template as Python calls of gettext, as Django's own makemessages sees it."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template).splitlines())


def _texts_of_code(source: str) -> Iterator[Text]:
    from babel.messages.extract import extract_python

    keywords = dict.fromkeys((*_KEYWORDS, *_PLURAL_KEYWORDS, *_CONTEXT_KEYWORDS))
    for _, keyword, found, _ in extract_python(io.BytesIO(source.encode()), keywords, (), {}):
        parts = found if isinstance(found, tuple | list) else (found,)
        text = _text(str(keyword), parts)
        if text is not None:
            yield text


def _text(keyword: str, parts: Iterable[str | None]) -> Text | None:
    """The text that a call shows; None when it is not written out in the call."""
    words = [part or "" for part in parts]
    if not words or not words[0]:
        return None
    if keyword in _PLURAL_KEYWORDS:
        return Text(words[0], words[1])
    return Text(words[1], context=words[0]) if keyword in _CONTEXT_KEYWORDS else Text(words[0])


def _header() -> str:
    return (
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {_PLURAL_FORMS}\\n"\n\n'
    )


if __name__ == "__main__":
    main()
