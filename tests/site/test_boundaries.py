"""Where one request ends and the next begins, as the real server reads it. RFC 9112, sections 5 to 7 and 11.2."""

from __future__ import annotations

import re
import socket

import pytest

NEXT = b"GET /song HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
HEAD = b"POST /vao/dien-thoai HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def ask(served_house):
    def send(raw):
        """The status of every answer on one line."""
        with socket.create_connection(("127.0.0.1", served_house.port), timeout=10) as line:
            line.sendall(raw)
            line.settimeout(3)
            told = bytearray()
            try:
                while got := line.recv(65536):
                    told += got
            except (TimeoutError, ConnectionResetError):
                pass
        return [int(one) for one in re.findall(rb"HTTP/1\.[01] ([0-9]{3})", bytes(told))]

    return send


def test_two_requests_on_one_line_are_two_answers(ask):
    assert ask(HEAD + b"Content-Length: 0\r\n\r\n" + NEXT) == [403, 200]


def test_a_length_beside_chunks_counts_for_nothing(ask):
    """Were the length believed, the second request would be a part of the first."""
    both = HEAD + b"Content-Length: 200\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT
    assert ask(both) in ([403, 200], [403], [400])
    other = HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + NEXT
    assert ask(other) == ask(both)


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 0\r\nContent-Length: 90\r\n",
        b"Content-Length: 0, 90\r\n",
        b"Content-Length: +0\r\n",
        b"Content-Length: 0x0\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length : 0\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"X-Folded: a\r\n Content-Length: 90\r\nContent-Length: 0\r\n",
        b" Content-Length: 0\r\n",
        b"X-Nul: a\x00b\r\nContent-Length: 0\r\n",
        b"X-Bare: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    ],
)
def test_what_two_readers_may_read_differently_is_refused_and_the_line_ends(ask, fields):
    assert ask(HEAD + fields + b"\r\n" + NEXT) == [400]


@pytest.mark.parametrize(
    "chunks", [b"zz\r\n\r\n", b"0x0\r\n\r\n", b"-1\r\n\r\n", b"1\r\nab\r\n0\r\n\r\n", b"f" * 17 + b"\r\n"]
)
def test_a_chunk_of_a_faulty_size_ends_the_line(ask, chunks):
    answers = ask(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + NEXT)
    assert 200 not in answers
