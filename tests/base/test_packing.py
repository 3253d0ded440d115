"""Packed bodies come back whole, also when many threads pack at once."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.base.packing import pack, unpack


@given(st.binary(max_size=2000))
def test_what_goes_in_comes_out(content):
    assert unpack(pack(content)) == content


def test_threads_do_not_share_their_tools():
    contents = [os.urandom(2000) * 60 for _ in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda content: unpack(pack(content)), contents)) == contents


def test_a_damaged_body_is_noticed():
    body = bytearray(pack(b"Nguyen Thi Lan" * 50))
    body[-1] ^= 1
    with pytest.raises(zstandard.ZstdError):
        unpack(bytes(body))
