"""At night: cards that end soon are asked about again. What cannot be asked is left for the next night."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base.clock import day_of
from sosuckhoe.base.errors import Problem
from sosuckhoe.exchange.bhxh import checking, queries, results
from sosuckhoe.exchange.bhxh.client import Insurer
from sosuckhoe.exchange.outside.line import Away, Declined
from sosuckhoe.identity.actions import Raced

_NOT_SIGNED_IN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def renew(insurer: Insurer, at: datetime) -> int:
    """Ask about cards that end soon; how many were answered.

    The first failure to reach the insurer ends it, and so does one to sign in: it would fail for every card, and too
    often asked, the insurer may close the account.
    """
    done = 0
    for person in queries.ending(day_of(at), at, results.night()["most"]):
        try:
            checking.look_up(PROGRAM, person, insurer, at)
        except Away:
            break
        except Declined as declined:
            if declined.places["status"] in _NOT_SIGNED_IN:
                break
        except (Problem, Raced):
            continue
        done += 1
    return done
