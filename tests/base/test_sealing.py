"""What is sealed opens in its place with its key, and nowhere else; what is blind is found and not read."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as some

from sosuckhoe.base import blinding, keyring, sealing
from sosuckhoe.base.errors import Problem

ONE, TWO, INDEX = (bytes(range(start, start + 32)) for start in (0, 40, 80))
OLD = keyring.Ring({1: ONE}, 1, INDEX)
NEW = keyring.Ring({2: TWO, 1: ONE}, 2, INDEX)
parts = some.lists(some.text() | some.integers(-(2**63), 2**63 - 1) | some.binary() | some.uuids(), max_size=4)


@pytest.fixture(autouse=True)
def _ring() -> Iterator[None]:
    before = keyring.ring()
    keyring.hold(OLD)
    yield
    keyring.hold(before)


@given(some.text(), some.binary(), some.binary(max_size=5000))
def test_what_was_sealed_comes_back(purpose, bound, content):
    sealed = sealing.seal(purpose, bound, content)
    assert sealing.unseal(purpose, bound, sealed) == content
    assert len(sealed) == len(content) + sealing.OVERHEAD


def test_the_same_content_is_never_sealed_alike():
    assert len({sealing.seal("a", b"", b"001099012345") for _ in range(500)}) == 500


@given(some.binary(max_size=80), some.integers(0, 10**6), some.integers(1, 255))
def test_one_changed_bit_is_refused(content, where, bits):
    sealed = bytearray(sealing.seal("a", b"row 1", content))
    sealed[where % len(sealed)] ^= bits
    with pytest.raises(Problem) as refused:
        sealing.unseal("a", b"row 1", bytes(sealed))
    assert refused.value.number in {"SSK-2302", "SSK-2303"}


@pytest.mark.parametrize(("purpose", "bound"), [("b", b"row 1"), ("a", b"row 2"), ("a", b"")])
def test_a_content_of_another_row_or_column_is_refused(purpose, bound):
    sealed = sealing.seal("a", b"row 1", b"001099012345")
    with pytest.raises(Problem) as refused:
        sealing.unseal(purpose, bound, sealed)
    assert (refused.value.number, refused.value.places) == ("SSK-2303", {"purpose": purpose})


@pytest.mark.parametrize("cut", [0, 1, 13, 29])
def test_a_content_that_was_cut_is_refused(cut):
    with pytest.raises(Problem, match="SSK-2303"):
        sealing.unseal("a", b"", sealing.seal("a", b"", b"")[:cut])


@given(some.lists(some.tuples(some.binary(max_size=20), some.binary(max_size=80), some.booleans()), max_size=8))
def test_many_are_opened_as_each_alone(several):
    """In their order, whichever key of the ring sealed each."""
    sealed = []
    for bound, content, is_new in several:
        keyring.hold(NEW if is_new else OLD)
        sealed.append((bound, sealing.seal("a", bound, content)))
    keyring.hold(NEW)
    assert sealing.unseal_many("a", iter(sealed)) == [content for _, content, _ in several]


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        (lambda sealed: sealed[:29], "SSK-2303"),
        (lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]), "SSK-2303"),
        (lambda sealed: sealed[:1] + bytes([sealed[1] ^ 1]) + sealed[2:], "SSK-2303"),
        (lambda sealed: b"\x07" + sealed[1:], "SSK-2302"),
    ],
)
def test_of_many_one_that_is_wrong_opens_none(wrong, number):
    right = sealing.seal("a", b"row", b"content")
    with pytest.raises(Problem, match=number):
        sealing.unseal_many("a", [(b"row", right), (b"row", wrong(right)), (b"row", right)])
    with pytest.raises(Problem, match="SSK-2303"):
        sealing.unseal_many("a", [(b"row", right), (b"another row", right)])


def test_an_older_key_opens_and_the_newest_seals():
    old = sealing.seal("a", b"", b"content")
    keyring.hold(NEW)
    assert sealing.unseal("a", b"", old) == b"content"
    assert sealing.seal("a", b"", b"content")[0] == 2


def test_a_key_that_is_not_there_is_named_without_a_value():
    keyring.hold(NEW)
    sealed = sealing.seal("a", b"", b"001099012345")
    keyring.hold(OLD)
    with pytest.raises(Problem) as refused:
        sealing.unseal("a", b"", sealed)
    assert (refused.value.number, refused.value.places) == ("SSK-2302", {"key": 2, "purpose": "a"})
    assert "001099012345" not in f"{refused.value} {refused.value.en} {json.dumps(refused.value.places)}"


def test_another_key_under_the_same_number_is_refused():
    sealed = sealing.seal("a", b"", b"content")
    keyring.hold(keyring.Ring({1: TWO}, 1, INDEX))
    with pytest.raises(Problem, match="SSK-2303"):
        sealing.unseal("a", b"", sealed)


def test_the_form_is_the_one_that_is_written_down():
    """Opened by the library alone, from the words of the module: what another program would need."""
    sealed = sealing.seal("clinical body", b"row", b"content")
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"sosuckhoe seal clinical body\0" + sealed[1:2]).derive(ONE)
    assert AESGCM(key).decrypt(sealed[2:14], sealed[14:], b"row") == b"content"


@given(parts, parts)
def test_places_are_alike_only_when_their_parts_are(one, other):
    def without_bucket(found):
        return [(type(part), part.bytes[2:] if isinstance(part, UUID) else part) for part in found]

    assert (sealing.place(*one) == sealing.place(*other)) == (without_bucket(one) == without_bucket(other))


@given(some.lists(some.text(), max_size=3), some.lists(some.text(), max_size=3))
def test_blind_indexes_are_alike_only_when_their_parts_are(one, other):
    assert (blinding.blind("a", *one) == blinding.blind("a", *other)) == (one == other)


def test_blind_indexes_hang_on_purpose_and_key():
    found = {blinding.blind("a", "001099012345"), blinding.blind("b", "001099012345")}
    short = {blinding.short("a", b"001099012345"), blinding.short("b", b"001099012345")}
    keyring.hold(keyring.Ring({1: ONE}, 1, TWO))
    found.add(blinding.blind("a", "001099012345"))
    short.add(blinding.short("a", b"001099012345"))
    assert [len(found), len(short)] == [3, 3]
    assert {len(one) for one in found} == {16}


@pytest.mark.parametrize(
    ("sealed", "index", "setting", "place"),
    [
        ("", INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 1),
        (f"1:{ONE.hex()} 2:{TWO.hex()[:-1]}", INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 2),
        (f"1:{ONE.hex()} 1:{TWO.hex()}", INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 2),
        (f"256:{ONE.hex()}", INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 1),
        (f"0:{ONE.hex()}", INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 1),
        (ONE.hex(), INDEX.hex(), "SOSUCKHOE_DATA_KEYS", 1),
        (f"1:{ONE.hex()}", "", "SOSUCKHOE_INDEX_KEY", 1),
        (f"1:{ONE.hex()}", INDEX.hex()[:-2], "SOSUCKHOE_INDEX_KEY", 1),
    ],
)
def test_what_is_no_key_is_named_by_its_place(sealed, index, setting, place):
    with pytest.raises(Problem) as refused:
        keyring.read(sealed, index)
    assert (refused.value.number, refused.value.places) == ("SSK-2300", {"setting": setting, "place": place})


def test_the_first_key_seals():
    assert keyring.read(f"2:{TWO.hex()} 1:{ONE.hex()}", INDEX.hex()) == NEW
    assert keyring.read(f"1:{ONE.hex()} 2:{TWO.hex()}", INDEX.hex()).newest == 1
