from __future__ import annotations

import pytest


@pytest.fixture
def client(db):
    from tests.doors.fhir import cast  # models need the settings, which are made after this file is read

    return cast.signed_in()


@pytest.fixture
def stored(client):
    """Alice's Patient and one result, as a hospital's package brought them."""
    from sosuckhoe.clinical import actions
    from tests.clinical.made import AT, observation, patient

    drafts = {"patient": patient(gender="female", birthDate="1961-05-02"), "observation": observation("a")}
    actions.put_many(list(drafts.values()), AT)
    return drafts
