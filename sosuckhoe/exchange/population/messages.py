"""What is said on the line to the population database, both ways. Pure. The contract in words is README.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

Number = Annotated[str, msgspec.Meta(pattern="^0[0-9]{11}$")]
"""A citizen's twelve digits."""

Date = Annotated[str, msgspec.Meta(pattern="^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$")]
"""A FHIR date of the precision that is known; '' when nothing is."""

Text = Annotated[str, msgspec.Meta(max_length=255)]
Sex = Literal["male", "female", "unknown"]
Kind = Literal["birth", "death", "marriage", "move", "name"]


class Ask(msgspec.Struct, frozen=True):
    """Whom we mean: a number, and what we know of its holder."""

    number: str
    name: str
    birth: str
    sex: str


class Word(msgspec.Struct, frozen=True):
    """What the register says of one person. `mother` and `father` are numbers; `married` and `deceased` are days."""

    number: Number
    name: Text
    birth: Date
    sex: Sex = "unknown"
    province: Text = ""
    commune: Text = ""
    address: Text = ""
    deceased: Date = ""
    married: Date = ""
    mother: Text = ""
    father: Text = ""


class Answer(msgspec.Struct, frozen=True):
    """The answer about one number; without a word the register does not know it."""

    number: Number
    word: Word | None = None


class Batch(msgspec.Struct, frozen=True):
    """Answers in any order. A number that was asked for and is missing here was not looked up: ask again."""

    answers: Sequence[Answer]


class Change(msgspec.Struct, frozen=True):
    """One thing that happened to a person; `word` is the person after it.

    `key` is the register's own and never used again; `order` says which of two changes is the later one, whatever the
    order in which they come.
    """

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    order: int
    kind: Kind
    happened: Date
    word: Word


class Changes(msgspec.Struct, frozen=True):
    """A page of changes. `after` is what to ask for next; a change may come more than once and in any order."""

    changes: Sequence[Change]
    after: Annotated[int, msgspec.Meta(ge=0)]
    more: bool = False


read_answer = msgspec.json.Decoder(Answer).decode
read_batch = msgspec.json.Decoder(Batch).decode
read_changes = msgspec.json.Decoder(Changes).decode
written = msgspec.json.Encoder().encode
