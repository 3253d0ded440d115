"""Content at an address that somebody outside has named: by https, from a public machine, whole within some seconds.

The name is looked up once, every address that it has must be public, and the one that was looked at is the one that is
asked: a name that means another machine a moment later leads nowhere. No redirects, no proxy, nothing beyond a length.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from typing import NamedTuple
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}


class Unreached(Exception):  # noqa: N818 -- it says what the address is, as its callers do
    """Nobody may be asked there, nobody answers, or not in time."""


class Answer(NamedTuple):
    """The status, and the content, cut one byte behind the length that is allowed."""

    status: int
    content: bytes


def get(address: str, *, seconds: float, most: int, is_near_allowed: bool = False) -> Answer:
    """What stands at an address. `is_near_allowed`: of this machine and private networks, and by http, too.

    Raises Unreached, after `seconds` in all at the latest.
    """
    end = time.monotonic() + seconds
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, KeyError, UnicodeError) as error:
        raise Unreached from error
    if not host or not (parts.scheme == "https" or is_near_allowed):
        raise Unreached
    places = _looked_up(host, port, end)
    if not is_near_allowed and not all(is_public(place) for place in places):
        raise Unreached
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with contextlib.closing(socket.create_connection((places[0], port), _left(end))) as opened:
            return _asked(opened, end, most, host if parts.scheme == "https" else "", parts.netloc, path)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreached from error


def is_public(place: str) -> bool:
    """Whether an IP address is one of the internet, also the IPv4 address that an IPv6 address carries."""
    address = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None,))[0]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _looked_up(host: str, port: int, end: float) -> list[str]:
    """The addresses of a name; in a thread of its own, for the system's resolver has no bound that we could set."""
    told: queue.Queue[list[str]] = queue.Queue()

    def ask() -> None:
        with contextlib.suppress(OSError):
            told.put([str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])

    threading.Thread(target=ask, name="looking a name up", daemon=True).start()
    try:
        return told.get(timeout=_left(end))
    except queue.Empty as error:
        raise Unreached from error


def _asked(opened: socket.socket, end: float, most: int, secured: str, named: str, path: str) -> Answer:
    """`secured`: the name that the certificate must be of, '' for http. Ended by a guard, for drops reset a timeout."""
    line = opened
    if secured:
        context = ssl.create_default_context()
        line = context.wrap_socket(opened, server_hostname=secured, do_handshake_on_connect=False)
    late = threading.Event()
    guard = threading.Timer(_left(end), _cut, [line, late])
    guard.daemon = True
    guard.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = http.client.HTTPConnection(named)
        connection.sock = line
        connection.request("GET", path, headers={"Host": named, "Accept": "application/json", "Connection": "close"})
        answer = connection.getresponse()
        content = answer.read(most + 1)
    finally:
        guard.cancel()
        line.close()
    if late.is_set():
        raise Unreached
    return Answer(answer.status, content)


def _cut(line: socket.socket, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _left(end: float) -> float:
    return max(end - time.monotonic(), 0.001)
