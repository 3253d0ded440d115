"""After words were heard: who proved to be one, and what the words that stand say of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sosuckhoe.clinical import actions as clinical
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.exchange.feeds import memory
from sosuckhoe.exchange.xml130 import mapping
from sosuckhoe.identity import bridging, merging, retelling, unsettled
from sosuckhoe.identity import queries as identity


def settle(persons: Collection[int], at: datetime) -> None:
    """Make one whom words tie together, and tell again what is known of everybody whose words were heard.

    Inside the caller's transaction. Raises SSK-3409 when it met another change.
    """
    retell(persons, at)
    kept = {merge.keep for number in bridging.settle(persons, at) if (merge := merging.found(number))}
    if kept:
        retell(kept, at)
    unsettled.strike_off_all(persons, at)


def retell(persons: Collection[int], at: datetime) -> None:
    """Write what the words that stand say of each, and their Patients. Inside the caller's transaction."""
    words = {person: [(word.claim, word.as_of) for word in memory.words_of(person)] for person in sorted(persons)}
    retelling.retell(words)
    living = {person: known for person, known in identity.known_all(words).items() if identity.are_living([person])}
    drafts = [
        Draft("Patient", known.ref.patient, person, mapping.patient_body(known.claim, known.ref.patient))
        for person, known in sorted(living.items())
    ]
    clinical.put_many(drafts, at)
