"""What loses a race is done anew, a few times."""

from __future__ import annotations

import psycopg
import pytest

from sosuckhoe.base import db
from sosuckhoe.base.errors import Problem
from sosuckhoe.clinical.actions.again import TRIES, again

RACED = Problem("SSK-3409")
DEADLOCK = psycopg.errors.DeadlockDetected()


def failing(*faults):
    left = list(faults)

    def do():
        if left:
            raise left.pop(0)
        return "done"

    return do


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [RACED, DEADLOCK, psycopg.errors.SerializationFailure()])
def test_a_lost_race_is_run_again_and_told_in_the_end(fault):
    assert again(failing(*[fault] * (TRIES - 1))) == "done"
    with pytest.raises(Problem, match="SSK-3409"):
        again(failing(*[fault] * TRIES))


@pytest.mark.django_db(transaction=True)
def test_what_is_not_a_race_is_told_at_once():
    with pytest.raises(Problem, match="SSK-3412"):
        again(failing(Problem("SSK-3412")))


@pytest.mark.django_db
def test_within_a_larger_transaction_a_deadlock_ends_the_whole():
    with db.atomic():
        assert again(failing(RACED)) == "done"
        with pytest.raises(psycopg.errors.DeadlockDetected):
            again(failing(DEADLOCK))
