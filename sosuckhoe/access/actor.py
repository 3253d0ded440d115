"""Who is asking: one person or program, in one role, for one facility, with one purpose."""

from __future__ import annotations

from dataclasses import dataclass

from sosuckhoe.access.smart.scopes import Narrowing


@dataclass(frozen=True, slots=True)
class Actor:
    """`person` is the citizen's own key; `facility` a MA_CSKCB; `area` a province or commune code.

    `narrowing`: through which app, and what of the account's rights that app has; None: the account itself.
    `source`: the other system as which the account delivers (exchange/data/sources.yaml).
    """

    account: int
    name: str
    role: str
    person: int | None = None
    facility: str | None = None
    area: str | None = None
    purpose: str = "treatment"
    narrowing: Narrowing | None = None
    source: str | None = None

    @property
    def holders(self) -> tuple[str, ...]:
        """As whom ties lead to persons' rows: the facility, and in it this one account. Nobody without a facility."""
        return (self.facility, f"@{self.account}") if self.facility else ()

    @property
    def mark(self) -> str:
        """What a line of the trace says of the app; nothing when somebody came without one."""
        return f"app:{self.narrowing.app}" if self.narrowing else ""


STRANGER = Actor(account=0, name="", role="stranger", purpose="sign-in")
"""Whoever tries to sign in and is nobody that the house knows."""

PROGRAM = Actor(account=0, name="Sổ Sức Khỏe", role="program", purpose="operation")
"""The program itself: the worker that files packages, the loader of the demo."""
