"""Who asks: the address that the trusted proxy saw, never the one that somebody wrote in front of it."""

import pytest

from sosuckhoe.doors.look import client

SEEN = {"REMOTE_ADDR": "10.0.0.9"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", "10.0.0.9"),
        ("203.0.113.7", "203.0.113.7"),
        ("1.2.3.4, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 10.1.1.1, 2001:db8::1", "2001:db8::1"),
        ("203.0.113.7, ", "10.0.0.9"),
        ("203.0.113.7, <script>", "10.0.0.9"),
    ],
)
def test_behind_the_proxy_the_last_address_counts(settings, told, expected):
    settings.HTTPS = True
    assert client.address_in({**SEEN, "HTTP_X_FORWARDED_FOR": told}) == expected


def test_without_a_proxy_nobody_names_their_own_address(settings):
    settings.HTTPS = False
    assert client.address_in({**SEEN, "HTTP_X_FORWARDED_FOR": "1.2.3.4"}) == "10.0.0.9"
