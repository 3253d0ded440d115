"""Who there is in every test of apps."""

from __future__ import annotations

import pytest


@pytest.fixture
def cast(db):
    from tests.doors.entrance.smart import people  # its models need Django to be set up

    return people.made()
