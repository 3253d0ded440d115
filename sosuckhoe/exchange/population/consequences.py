"""What hangs on a person who has died: accounts that still open, books that they held, and who holds theirs."""

from __future__ import annotations

from sosuckhoe.access import queries as access


def of_death(person: int) -> dict[str, list[int]]:
    """Numbers of accounts, and keys of persons: those whose books the dead held, and those who hold the dead one's.

    They are listed for an office to act on; nothing is closed by a message alone.
    """
    return {
        "accounts": access.accounts_of(person),
        "held": sorted(access.dependants(person)),
        "holders": access.holders_of(person),
    }
