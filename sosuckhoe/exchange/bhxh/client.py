"""Calls to the insurer. A session is taken once and renewed when the insurer says that it is over."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field
from functools import cache

import msgspec
from django.conf import settings

from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.bhxh.messages import Ask, Keys, SignIn, read_session, written
from sosuckhoe.exchange.outside.line import Declined, Garbled, Line

SYSTEM = "BHXH Việt Nam"
LOOK_UP = "/api/egw/KQNhanLichSuKCB2024"
TAKE_TOKEN = "/api/token/take"  # noqa: S105 -- an address
_ACCEPTED = "200"
_NOT_SIGNED_IN = 401


@dataclass(slots=True)
class Insurer:
    """The insurer at the other end of a line; `operator` are the name and number under which look-ups are made."""

    line: Line
    username: str = ""
    password: str = ""
    operator: tuple[str, str] = ("", "")
    keys: Keys | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look_up(self, ask: Ask) -> bytes:
        """One card: bytes of an Answer. Raises Away, Declined or Garbled."""
        keys = self.keys or self.renew(None)
        return self.line.ask(LOOK_UP, written(self._signed(ask, keys)))

    def renew(self, old: Keys | None) -> Keys:
        """A new session in place of one that is over; one that another thread has renewed meanwhile is used."""
        with self.lock:
            if self.keys is None or self.keys == old:
                self.keys = self._sign_in()
            return self.keys

    def _sign_in(self) -> Keys:
        answer = self.line.ask(TAKE_TOKEN, written(SignIn(self.username, self._digest())))
        try:
            session = read_session(answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Garbled(SYSTEM) from error
        if session.result != _ACCEPTED:
            raise Declined(SYSTEM, _NOT_SIGNED_IN)
        return session.keys

    def _signed(self, ask: Ask, keys: Keys) -> Ask:
        name, number = self.operator
        return msgspec.structs.replace(
            ask,
            username=self.username,
            password=self._digest(),
            by_name=name,
            by_number=number,
            token=keys.access_token,
            id_token=keys.id_token,
        )

    def _digest(self) -> str:
        """The MD5 in capitals that the portal wants instead of the password."""
        return hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest().upper()


@cache
def insurer() -> Insurer:
    """The insurer that the settings name. Problem SSK-4533 when they name none."""
    if not settings.BHXH_URL:
        raise Problem("SSK-4533", system=SYSTEM, setting="SOSUCKHOE_BHXH")
    name, _, number = settings.BHXH_OPERATOR.partition(";")
    line = Line(SYSTEM, settings.BHXH_URL)
    return Insurer(line, settings.BHXH_USER, settings.BHXH_PASSWORD, (name.strip(), number.strip()))


def is_connected() -> bool:
    """Whether there is an insurer to ask."""
    return bool(settings.BHXH_URL)
