"""Carry a database from before bodies were sealed and digests keyed: once, within the migrations that bring it."""

from __future__ import annotations

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import db, sealing
from sosuckhoe.clinical import codec
from sosuckhoe.clinical.actions import repeat
from sosuckhoe.clinical.reindexing import foreground


def seal_dictionaries_and_answers() -> None:
    """Both are few; each is sealed to its row."""
    for number, body in db.tuples("select codec, body from clinical_dictionary", binary=True):
        sealed = sealing.seal(codec.DICTIONARY, sealing.place(number), body)
        db.execute("update clinical_dictionary set body = %s where codec = %s", (sealed, number))
    for account, request, answer in db.tuples("select account, request, answer from clinical_request", binary=True):
        db.execute(
            "update clinical_request set answer = %s where account = %s and request = %s",
            (repeat.sealed(account, request, answer), account, request),
        )


def key_everything() -> None:
    """Make every row of the indexes anew, if there is any resource."""
    if db.value("select true from clinical_resource limit 1"):
        db.execute("delete from clinical_phrase")
        foreground.run(PROGRAM, [], lambda _: None)
