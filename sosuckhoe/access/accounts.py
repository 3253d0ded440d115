"""Whose account it is: found, or opened at the first sign-in."""

from __future__ import annotations

from sosuckhoe.access import actions
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.access.models import Account
from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.base.keys import bucket_of

_LONGEST_NAME = 255
"""Letters of a name that an account shows; FHIR bounds none."""


def of_person(person: int, name: str) -> Account:
    """The citizen's account of a person, opened if there is none. Problem SSK-1105 when it is disabled."""
    with db.atomic():
        db.value("select pg_advisory_xact_lock(%s, %s)", (bucket_of(person), person % 2**31))
        account = Account.objects.filter(role="citizen", person=person).order_by("pk").first()
        if account is None:
            shown = name[:_LONGEST_NAME]
            account = actions.open_account(PROGRAM, f"citizen-{person}", name=shown, role="citizen", person=person)
    if not account.is_active:
        raise Problem("SSK-1105")
    return account


def active(account: int) -> Account | None:
    """An account that may sign in."""
    return Account.objects.filter(pk=account, is_active=True).first()
