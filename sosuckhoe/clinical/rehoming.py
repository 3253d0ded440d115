"""What a merge does to the repository: rows go to the kept person's bucket, ids and histories stay what they are.

A row's key carries the bucket, so it changes; the id that everybody knows does not: it stands in the body, and the
address table leads from it to the new key. What names the Patient who goes names the one who is kept, as a new version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sosuckhoe.base import db
from sosuckhoe.base.keys import bucket_in, bucket_of
from sosuckhoe.clinical import body as bodies
from sosuckhoe.clinical import carrying, codec, defined, hiding, jsontext, renaming
from sosuckhoe.clinical.actions.many import Known, Rows, Written, known_of, put, remove, write
from sosuckhoe.clinical.draft import Draft
from sosuckhoe.clinical.search import digest, link
from sosuckhoe.clinical.search.parameters import name_of, number_of
from sosuckhoe.identity import moving
from sosuckhoe.identity.merging import found as merge_of
from sosuckhoe.identity.merging import leave
from sosuckhoe.identity.moving import Move

MOVED = frozenset({*carrying.TABLES, "clinical_address", "clinical_job_person"})
STAYS = {
    "clinical_event": "what is waiting to be told names resources by their ids, which stay",
    "clinical_notice": "so does what was told",
}
_NOW = "clinical_now"
_IN_PLACE = tuple(table for table in carrying.TABLES if table != "clinical_history")


class Stand(NamedTuple):
    """A row that a merge touched: its key after it, its key before it (None: it did not move), its version after it."""

    rid: UUID
    was: UUID | None
    version: int


def move(move: Move) -> None:
    """Carry every row of the person who goes, then rewrite what names their Patient."""
    moving.rehome(move, "clinical_job_person")
    bucket = bucket_of(move.gone.person)
    patient = "select from clinical_resource where bucket = %s and rid = %s for update"
    db.execute(
        patient, (bucket, move.gone.patient)
    )  # waited for first: who writes alone holds it (sql/alone_owner.sql)
    own = "select rid from clinical_resource where bucket = %s and person = %s order by rid for update"
    rids = [row[0] for row in db.tuples(own, (bucket, move.gone.person))]
    carrying.keep_copies(move, rids, (*carrying.TABLES, "clinical_address"))
    places = carrying.places_for(rids, move.keep.person)
    carrying.carry(places, move.keep.person)
    changed = _rewrite(move, places)
    was = {place: rid for rid, place in places.items()}
    versions = {rid: one.version for rid, one in known_of({*was, *changed}).items()}
    moving.note(move, _NOW, [{"rid": rid, "was": was.get(rid), "version": versions[rid]} for rid in versions])


def restore(move: Move) -> None:
    """Put every row back; what has changed since comes after it as new versions."""
    stands = [
        Stand(UUID(row["rid"]), UUID(row["was"]) if row["was"] else None, row["version"])
        for row in moving.noted(move, _NOW)
    ]
    known = known_of([stand.rid for stand in stands])
    changed = [stand for stand in stands if known[stand.rid].version != stand.version]
    later = {stand.rid: _versions_after(stand) for stand in changed}
    lost = [stand.rid for stand in changed if stand.was is None]
    moving.put_back(move, "clinical_job_person")
    carrying.wipe([stand.rid for stand in stands if stand.was])
    _unwrite([stand for stand in stands if stand.was is None and stand.rid not in lost])
    there = "not ((kept.was->>'rid')::uuid = any (%(lost)s::uuid[]))"
    for table in (*carrying.TABLES, "clinical_address"):
        moving.bring_back(move, table, there, {"lost": carrying.keys(lost)})
    texts = restoring_texts(move, stands)
    for stand in changed:
        if stand.was:
            _say_again(move, (stand.was, stand.rid), later[stand.rid], texts)
    left = [{"type": name_of()[known[rid].type], "id": _name(rid, known[rid])} for rid in lost]
    leave(move, [*left, *_left_over(move, [stand.rid for stand in stands])])


def restoring_texts(move: Move, stands: Iterable[Stand] = ()) -> dict[bytes, bytes]:
    """What an undo writes for what: the Patient of the one for the other's, the old keys for the new."""
    keep, gone = (_patient_name(ref.patient) for ref in (move.keep, move.gone))
    return {_patient(keep): _patient(gone)} | {
        str(stand.rid).encode(): str(stand.was).encode() for stand in stands if stand.was
    }


def stood(move: Move) -> dict[UUID, UUID]:
    """Where each row that a merge moved stood before, by where it stands after it."""
    return {UUID(row["rid"]): UUID(row["was"]) for row in moving.noted(move, _NOW) if row["was"]}


def hand_over(move: Move, rids: Collection[UUID], texts: dict[bytes, bytes]) -> dict[UUID, UUID]:
    """Carry rows that came after the merge from the one who was kept to the other: where each stands now."""
    there = known_of(rids)
    places = carrying.places_for(sorted(there, key=lambda key: key.int), move.gone.person)
    carrying.carry(places, move.gone.person)
    rows, written = Rows(), Written([], [], [], 0)
    for place, old in sorted(known_of(places.values()).items(), key=lambda pair: pair[0].int):
        if old.body is not None:
            draft = _draft(place, move.gone.person, old, texts)
            put(draft, old, bodies.whole_milliseconds(move.at), 0, rows, written)
    write(rows)
    return places


def _rewrite(move: Move, places: dict[UUID, UUID]) -> set[UUID]:
    """Write the kept Patient's reference for the other's, wherever it stands; the keys of what was changed."""
    moved = known_of(places.values())
    gone = places.get(move.gone.patient)
    names = {_name(rid, one) for rid, one in moved.items() if one.type == number_of()["Patient"]} | {
        str(move.gone.patient)
    }
    target = _patient_name(move.keep.patient)
    texts = {_patient(name): _patient(target) for name in names}
    others = known_of({*_referring(names), move.keep.patient} - moved.keys())
    rows, written = Rows(), Written([], [], [], 0)
    plain = _rename(move, moved, dict.fromkeys(names, target), rows.hides(move.keep.person))
    left = {rid: old for rid, old in moved.items() if rid not in plain}
    for rid, old in sorted((left | others).items(), key=lambda pair: pair[0].int):
        if old.body is None or not (rid in {gone, move.keep.patient} or _holds(rid, old, texts)):
            continue
        draft = _draft(rid, old.person, old, texts if rid != gone else {})
        if rid == gone:
            _replace(draft.body, target)
        elif rid == move.keep.patient:
            _take_over(draft.body, names, _content(gone, moved[gone]) if gone in moved else {})
        if rid in others:
            carrying.keep_copies(move, [rid], _IN_PLACE)
        put(draft, old, bodies.whole_milliseconds(move.at), 0, rows, written)
    write(rows)
    return set(written.changed)


def _rename(
    move: Move, moved: Mapping[UUID, Known], names: Mapping[str, str], wishes: Sequence[hiding.Wish]
) -> set[UUID]:
    """Write what names the Patients only as references anew, type by type; the keys of all that is done with."""
    defined.refresh()
    at, texts = bodies.whole_milliseconds(move.at), {_patient(name): _patient(other) for name, other in names.items()}
    done: set[UUID] = set()
    found: dict[str, list[renaming.Renamed]] = {}
    for rid, old in moved.items():
        if old.body is None:
            continue
        type_name, body = name_of()[old.type], codec.unpacked(old.codec, rid, old.body)
        if renaming.is_plain(type_name, body, texts):
            done.add(rid)
            if any(text in body for text in texts):
                found.setdefault(type_name, []).append(renaming.renamed(rid, old, body, texts, at, wishes))
    for type_name, rows in sorted(found.items()):
        renaming.write(type_name, rows, names, at)
    return done


def _replace(patient: dict[str, Any], by: str) -> None:
    """The old Patient says who replaces it. https://hl7.org/fhir/R4/patient.html#link"""
    links = [one for one in patient.get("link", ()) if one.get("type") != "replaced-by"]
    patient["link"] = [*links, {"other": {"reference": f"Patient/{by}"}, "type": "replaced-by"}]
    patient["active"] = False


def _take_over(patient: dict[str, Any], names: Iterable[str], gone: dict[str, Any]) -> None:
    """The kept Patient says whom it replaces, and has the other's numbers too."""
    links = [{"other": {"reference": f"Patient/{name}"}, "type": "replaces"} for name in sorted(names)]
    patient["link"] = [*patient.get("link", ()), *links]
    numbers = gone.get("identifier", ())
    has = {(one.get("system"), one.get("value")) for one in patient.get("identifier", ())}
    added = [one for one in numbers if (one.get("system"), one.get("value")) not in has]
    if added:
        patient["identifier"] = [*patient.get("identifier", ()), *added]


def _holds(rid: UUID, old: Known, texts: Iterable[bytes]) -> bool:
    body = codec.unpacked(old.codec, rid, old.body or b"")
    return any(text in body for text in texts)


def _draft(rid: UUID, person: int, old: Known, texts: dict[bytes, bytes], stood_at: UUID | None = None) -> Draft:
    """What stands, or stood, under a key, with other texts in it, to be written as the next version."""
    body = codec.unpacked(old.codec, stood_at or rid, old.body or b"")
    for text, other in texts.items():
        body = body.replace(text, other)
    return Draft(name_of()[old.type], rid, person, jsontext.read(body, len(body)))


def _content(rid: UUID, old: Known) -> dict[str, Any]:
    if old.body is None:
        return {}
    body = codec.unpacked(old.codec, rid, old.body)
    return jsontext.read(body, len(body))


def _name(rid: UUID, old: Known) -> str:
    """The id of a resource as everybody knows it."""
    if old.body is None:
        return str(rid)
    return bodies.name_in(name_of()[old.type], codec.unpacked(old.codec, rid, old.body))


def _patient_name(patient: UUID) -> str:
    old = known_of([patient]).get(patient)
    return _name(patient, old) if old else str(patient)


def _patient(name: str) -> bytes:
    """A reference's end, up to its quotation mark: no id is the beginning of another."""
    return f'Patient/{name}"'.encode()


def _referring(names: Iterable[str]) -> set[UUID]:
    """Rows of anybody that refer to one of these Patients by a search parameter."""
    wanted = [mask ^ link.target(f"Patient/{name}") for name in names for mask in _masks()]
    found = db.tuples("select rid from clinical_resource where tokens && %s::int8[] and body is not null", (wanted,))
    return {row[0] for row in found}


@cache
def _masks() -> tuple[int, ...]:
    """What a Patient is XORed with in the tokens of every path that may lead to one."""
    return tuple(link.mask(digest.prefix(*path)) for path in sorted(renaming.paths()))


def _versions_after(stand: Stand) -> list[tuple[datetime, Known]]:
    """The versions of a row that came after the merge, oldest first."""
    found = db.tuples(
        """
        select person, type, version, label, codec, updated, body from (
          select bucket, rid, person, type, version, label, codec, updated, body from clinical_history
          union all
          select bucket, rid, person, type, version, label, codec, updated, body from clinical_resource
        ) every
        where bucket = %s and rid = %s and version > %s order by version
        """,
        (bucket_in(stand.rid), stand.rid, stand.version),
        binary=True,
    )
    return [(row[5], Known(*row)) for row in found]


def _say_again(
    move: Move, keys: tuple[UUID, UUID], later: Iterable[tuple[datetime, Known]], texts: dict[bytes, bytes]
) -> None:
    """Versions that came after the merge come after what was restored, with the time that they had.

    `keys`: where they go, and where they stood.
    """
    rid, stood_at = keys
    for at, version in later:
        old = known_of([rid])[rid]
        rows, written = Rows(), Written([], [], [], 0)
        if version.body is None:
            remove(rid, old, at, 0, rows, written)
        else:
            put(_draft(rid, move.gone.person, version, texts, stood_at), old, at, 0, rows, written)
        write(rows)


def _unwrite(stands: Iterable[Stand]) -> None:
    """Remove the version that the merge wrote in place, and the copy of the one before it in the history."""
    for stand in stands:
        place = (bucket_in(stand.rid), stand.rid)
        for table in _IN_PLACE:
            db.execute(f"delete from {table} where bucket = %s and rid = %s", place)  # noqa: S608 -- names from the constant
        db.execute(
            "delete from clinical_history where bucket = %s and rid = %s and version = %s", (*place, stand.version - 1)
        )


def _left_over(move: Move, known: list[UUID]) -> list[dict[str, str]]:
    """What was written to the kept person directly since: nobody can say by itself whom it means."""
    merged = merge_of(move.number)
    assert merged is not None
    found = db.tuples(
        """
        select type, rid from clinical_resource
        where bucket = %s and person = %s and updated >= %s and version = 1 and source = 0
          and not rid = any (%s::uuid[])
        order by type, rid
        """,
        (bucket_of(move.keep.person), move.keep.person, merged.at, known),
    )
    return [{"type": name_of()[number], "id": str(rid)} for number, rid in found]
