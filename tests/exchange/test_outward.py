"""Addresses that somebody outside has named: public machines alone, by https, and an end in all."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sosuckhoe.exchange.outside import outward
from sosuckhoe.exchange.outside.outward import Answer, Unreached

NAME = "his.example"
SAID = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"keys":[]}'
PUBLIC = "203.0.114.7"


@contextmanager
def serving(answer, context=None):
    """One machine here that answers everybody so; the port, and what it was asked."""
    asked = []

    def serve():
        while True:
            try:
                line, _ = here.accept()
            except OSError:
                return
            threading.Thread(target=speak, args=(line,), daemon=True).start()

    def speak(line):
        try:
            with context.wrap_socket(line, server_side=True) if context else line as opened:
                asked.append(opened.recv(4000).decode())
                answer(opened)
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as here:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield here.getsockname()[1], asked
        finally:
            here.shutdown(socket.SHUT_RDWR)


def names(monkeypatch, *places):
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, *_, **__: [(2, 1, 6, "", (place, port)) for place in places]
    )


def near(port, scheme="http", **more):
    return outward.get(
        f"{scheme}://{NAME}:{port}/jwks?a=b", **{"seconds": 5, "most": 100, "is_near_allowed": True, **more}
    )


@pytest.mark.parametrize(
    ("place", "is_public"),
    [
        ("8.8.8.8", True), ("2606:4700::1", True), ("64:ff9b::808:808", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fd00::1", False), ("ff0e::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
    ],
)  # fmt: skip
def test_what_is_public(place, is_public):
    assert outward.is_public(place) is is_public


@pytest.mark.parametrize("place", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_of_a_near_machine_is_never_called(monkeypatch, place):
    names(monkeypatch, PUBLIC, place)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was called"))
    with pytest.raises(Unreached):
        outward.get(f"https://{NAME}/jwks", seconds=5, most=100)


@pytest.mark.parametrize(
    "address",
    [
        f"http://{NAME}/", f"ftp://{NAME}/", f"//{NAME}/", "https:///a", f"https://{NAME}:99999/", "https://[::/",
        "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/", "https://0x7f.1/", "",
    ],
)  # fmt: skip
def test_other_addresses_are_not_asked(monkeypatch, address):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was called"))
    with pytest.raises(Unreached):
        outward.get(address, seconds=5, most=100)


def test_the_machine_that_was_looked_at_is_the_one_that_is_called(monkeypatch):
    """A name that means another machine at the second look leads nowhere."""
    looks, called = iter([PUBLIC, "127.0.0.1"]), []

    def call(place, timeout):
        assert timeout <= 5
        called.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, *_, **__: [(2, 1, 6, "", (next(looks), port))])
    monkeypatch.setattr(socket, "create_connection", call)
    with pytest.raises(Unreached):
        outward.get(f"https://{NAME}/jwks", seconds=5, most=100)
    assert called == [(PUBLIC, 443)]


def test_what_comes_drop_by_drop_has_an_end(monkeypatch):
    names(monkeypatch, "127.0.0.1")

    def drip(line):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n")
        for _ in range(200):
            line.sendall(b" ")
            time.sleep(0.05)

    began = time.monotonic()
    with serving(drip) as (port, _), pytest.raises(Unreached):
        near(port, seconds=0.5)
    assert time.monotonic() - began < 9, "it waited for the end of what drips ten seconds"


def test_a_name_that_nobody_looks_up_has_an_end(monkeypatch):
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(20) and [])
    began = time.monotonic()
    with pytest.raises(Unreached):
        near(80, seconds=0.3)
    let_go.set()
    assert time.monotonic() - began < 18, "it waited for the look-up, which takes twenty seconds"


def test_what_stands_there_is_told_and_cut_behind_the_length(monkeypatch):
    names(monkeypatch, "127.0.0.1")
    with serving(lambda line: line.sendall(SAID)) as (port, asked):
        assert near(port) == Answer(200, b'{"keys":[]}')
        assert near(port, most=3).content == b'{"ke'
    assert asked[0].startswith("GET /jwks?a=b HTTP/1.1\r\n")
    assert f"\r\nHost: {NAME}:{port}\r\n" in asked[0]


def test_no_redirect_is_followed(monkeypatch):
    names(monkeypatch, "127.0.0.1")
    led = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda line: line.sendall(led)) as (port, asked):
        assert near(port).status == 302
    assert len(asked) == 1


@pytest.fixture
def certified(tmp_path):
    """A certificate of the name, signed by itself, and a server's context with it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place)
    return place, context


def test_the_certificate_is_asked_for_and_must_be_of_the_name(monkeypatch, certified):
    place, context = certified
    names(monkeypatch, "127.0.0.1")
    with serving(lambda line: line.sendall(SAID), context) as (port, _):
        with pytest.raises(Unreached):
            near(port, "https")
        monkeypatch.setenv("SSL_CERT_FILE", str(place))
        assert near(port, "https") == Answer(200, b'{"keys":[]}')
        with pytest.raises(Unreached):
            outward.get(f"https://other.example:{port}/", seconds=5, most=100, is_near_allowed=True)
