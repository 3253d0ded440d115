"""A sealed file comes back whole or not at all."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sosuckhoe.base import sealed_files
from sosuckhoe.base.errors import Problem

sizes = some.sampled_from([0, 1, 15, 16, 17, 32, 33, 100])


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(sealed_files, "CHUNK", 16)


def made(content, purpose="a"):
    return b"".join(sealed_files.sealed(purpose, [content[:7], content[7:]]))


def read(raw, purpose="a"):
    return sealed_files.opened(purpose, io.BytesIO(raw)).read()


@settings(max_examples=40)
@given(some.binary(max_size=120))
def test_a_file_comes_back(content):
    raw = made(content)
    assert read(raw) == content
    assert content[:9] not in raw.removeprefix(sealed_files.MARK) or len(content) < 9


@pytest.mark.parametrize("size", [0, 1, 16, 17, 48])
def test_lines_come_as_they_were_written(size):
    content = (b"x" * size + b"\n") * 3
    assert list(sealed_files.opened("a", io.BytesIO(made(content)))) == content.splitlines(keepends=True)


@settings(max_examples=60)
@given(sizes, some.data())
def test_a_file_that_was_cut_does_not_open(size, data):
    raw = made(bytes(size))
    cut = data.draw(some.integers(0, len(raw) - 1))
    with pytest.raises(Problem, match="SSK-2303"):
        read(raw[:cut])


def test_chunks_cannot_be_moved_left_out_or_taken_from_another_file():
    one, other = made(bytes(range(48))), made(bytes(range(48)))
    head, piece = len(sealed_files.MARK) + 16, 4 + 30 + 16
    first, second, third = (one[head + piece * n : head + piece * (n + 1)] for n in range(3))
    for wrong in (second + first + third, first + third, first + second, first + other[head + piece :]):
        with pytest.raises(Problem, match="SSK-2303"):
            read(one[:head] + wrong)


def test_a_file_of_another_purpose_does_not_open():
    with pytest.raises(Problem, match="SSK-2303"):
        read(made(b"content"), "b")


def test_the_key_of_a_file_is_known_without_opening_it():
    assert sealed_files.key_number(io.BytesIO(made(b"content"))) == made(b"")[33]
    assert sealed_files.key_number(io.BytesIO(b"plain")) == 0
