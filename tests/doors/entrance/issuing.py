"""The stub of VNeID in a thread of the test, and a client that goes there and comes back."""

from __future__ import annotations

import contextlib
import threading
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import make_server

import requests
from django.urls import reverse

from sosuckhoe.exchange.vneid import stub

LUA = stub.Resident("025160001234", "Nguyễn Thị Lụa", "1960-03-12")


@contextlib.contextmanager
def issuing(port, people, client="house", secret="made up"):
    """An issuer that answers on a port of this machine while the test runs."""
    issuer = stub.Issuer(f"http://127.0.0.1:{port}", client, secret, people)
    with make_server("127.0.0.1", port, stub.application(issuer), handler_class=stub._Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()


def chosen(client, number, level="2", fault=""):
    """The address to which VNeID sends the browser back, after a choice on its page."""
    asked = client.get(reverse("entrance:vneid"))
    assert asked.status_code == 302, asked.content.decode()
    question = {name: values[0] for name, values in parse_qs(urlsplit(asked["Location"]).query).items()}
    form = question | {"number": number, "level": level, "fault": fault}
    place = asked["Location"].partition("?")[0]
    assert requests.get(asked["Location"], timeout=5).status_code == 200
    answer = requests.post(place, form, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"
