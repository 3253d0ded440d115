"""A test client that is signed in, as signing in itself would leave it."""

from __future__ import annotations


def signed(client, account, how="demo"):
    """The same client, in a session of this account."""
    from sosuckhoe.access import sessions  # its models need Django to be set up
    from sosuckhoe.base import clock

    session = client.session
    sessions.begin(session, account, how, clock.now())
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client
