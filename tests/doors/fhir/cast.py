"""A fixed cast: Alice owns the record, her hospital has treated her, Charlie must get nothing."""

from __future__ import annotations

from datetime import timedelta

import falcon.testing

from sosuckhoe.access import actions as access
from sosuckhoe.access.actor import PROGRAM
from sosuckhoe.base import clock
from sosuckhoe.doors.fhir.app import make_app
from tests.clinical.made import AT, PERSON

ACCOUNTS = {
    "alice": {"role": "citizen", "person": PERSON},
    "charlie": {"role": "citizen", "person": 12345},
    "hospital": {"role": "system", "facility": "79001"},
    "stranger": {"role": "system", "facility": "01001"},
    "officer": {"role": "officer", "area": "79"},
    "program": {"role": "program"},
}


class Client(falcon.testing.TestClient):
    """Asks as somebody; `ask("alice", "GET", "/Patient")` is below /fhir."""

    def __init__(self, tokens):
        super().__init__(make_app())
        self.tokens = tokens

    def ask(self, who, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            named["Authorization"] = f"Bearer {self.tokens[who]}"
        if isinstance(body, dict):
            return self.simulate_request(
                method, f"/fhir{path}", json=body, headers={"Content-Type": "application/fhir+json", **named}
            )
        return self.simulate_request(method, f"/fhir{path}", body=body, headers=named)


def signed_in():
    """A client for the whole cast."""
    tokens = {}
    for name, facts in ACCOUNTS.items():
        account = access.open_account(PROGRAM, name, name=name, **facts)
        tokens[name] = access.issue_token(account, "bearer", clock.now(), timedelta(hours=1))
    access.tie([("79001", PERSON)], AT)
    return Client(tokens)
