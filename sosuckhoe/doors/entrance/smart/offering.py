"""What an app may be let do here: by whom, to whose book, with which of its scopes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sosuckhoe.access import grants, policy
from sosuckhoe.access import queries as access
from sosuckhoe.access.actor import Actor
from sosuckhoe.access.smart import authorizations, bounds, scopes
from sosuckhoe.access.smart.apps import App
from sosuckhoe.access.smart.authorizations import Answer, Launch
from sosuckhoe.base import clock
from sosuckhoe.book import queries as book
from sosuckhoe.book.owner import Owner
from sosuckhoe.clinical import narrowing
from sosuckhoe.doors.look import dates, tongue


class Offer(NamedTuple):
    """`scope`: what may be let; `books`: those that may be opened, one's own first; `launch`: what is open already."""

    app: App
    scope: tuple[str, ...]
    books: list[Owner]
    launch: Launch | None
    is_citizen: bool
    own: int | None

    @property
    def deeds(self) -> list[tuple[str, str]]:
        """Scopes that say something to people, each with its sentence."""
        return [(one, said[0]) for one in self.scope if (said := bounds.sentences((one,), tongue.language()))]

    def book(self, patient: str) -> Owner | None:
        """One of the books."""
        return next((one for one in self.books if str(one.patient) == patient), None)


def offered(actor: Actor, app: App, scope: str, launch: str) -> Offer | None:
    """What this account may let this app do; None where nothing of it is left."""
    at = clock.now()
    started = authorizations.started(actor, launch, at) if launch else None
    if launch and started is None:
        return None
    words = scopes.understood(scope)
    is_citizen = actor.role == "citizen"
    if is_citizen:
        levels, books = {"patient"}, _own_books(actor)
    else:
        books = [whose] if started and (whose := book.owner(started.person)) else []
        levels = {"user", "patient"} if books else {"user"}
    left = tuple(one for one in words if _is_left(one, levels, has_book=bool(books)))
    return (
        Offer(app, left, books, started, is_citizen, actor.person)
        if scopes.resources(left) or "openid" in left
        else None
    )


def answer(offer: Offer, whose: Owner | None, chosen: set[str], session: bytes, *, sensitive: bool) -> Answer:
    """What was let, of what was offered; `chosen` are those of `deeds` that were left ticked."""
    said = {one for one, _ in offer.deeds}
    scope = tuple(one for one in offer.scope if one in chosen or one not in said)
    needs_book = offer.launch is not None or any(one.level == "patient" for one in scopes.resources(scope))
    opened = whose if needs_book or "launch/patient" in scope else None
    context: dict[str, Any] = dict(offer.launch.context) if offer.launch else {}
    if opened is not None:
        context |= {"patient": str(opened.patient), "need_patient_banner": offer.launch is None}
    text = sentence(offer.app, opened, scope, sensitive=sensitive) if offer.is_citizen and opened else ""
    return Answer(scope, opened.person if opened else None, sensitive, text, context, session)


def sentence(app: App, whose: Owner | None, scope: tuple[str, ...], *, sensitive: bool) -> str:
    """What somebody agrees to, as it is kept with the record of consent."""
    lasting = bounds.lifetime("authorization" if "offline_access" in scope else "online")
    parts = bounds.sentences(scope, tongue.language())
    if sensitive:
        parts.append({"vi": "kể cả mục nhạy cảm", "en": "sensitive entries too"}[tongue.language()])
    text: str = grants.words()["kinds"]["app"][tongue.language()]
    until: datetime = clock.now() + lasting
    name = f"{app.name} ({app.maker})"
    return text.format(
        recipient=name, whose=whose.name if whose else "", what="; ".join(parts), until=dates.moment(until)
    )


def _is_left(one: str, levels: set[str], *, has_book: bool) -> bool:
    allowed = scopes.read(one)
    if allowed is None:
        return has_book or one not in {"launch", "launch/patient", "launch/encounter"}
    return allowed.level in levels and narrowing.is_supported(allowed) and (has_book or allowed.level != "patient")


def _own_books(actor: Actor) -> list[Owner]:
    """The own book, and those of others for whom one decides."""
    persons = [actor.person] if actor.person else []
    persons += [one for one in sorted(access.dependants(actor.person)) if one != actor.person]
    may = [one for one in persons if policy.can(actor, "consent", "book", person=one)]
    return [whose for one in may if (whose := book.owner(one))]
