"""`python -m sosuckhoe.site.rounds NAME`: one round in a process of its own, beside the worker that began it."""

from __future__ import annotations

import sys

import django

from sosuckhoe.site import processes


def main(name: str) -> None:
    """Do a round if it is due and nobody else is at it."""
    processes.die_with_parent()
    django.setup()
    from sosuckhoe.base import clock
    from sosuckhoe.site.rounds import running

    running.run(running.named(name), clock.now())


if __name__ == "__main__":
    main(sys.argv[1])
