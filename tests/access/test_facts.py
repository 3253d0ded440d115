"""The data files of access are whole: a comma in a short text must not cut it off."""

from pathlib import Path

import pytest
import yaml

from sosuckhoe import access

FILES = sorted((Path(access.__file__).parent / "data").glob("*.yaml"))


def leaves(value, place=""):
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{place}/{key}")
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, place)
    else:
        yield place, value


@pytest.mark.parametrize("place", FILES, ids=lambda place: place.stem)
def test_every_text_is_whole(place):
    read = yaml.safe_load(place.read_text(encoding="utf-8"))
    assert [where for where, value in leaves(read) if value is None] == []
