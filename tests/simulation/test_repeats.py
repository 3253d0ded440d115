"""The same seed gives the same bytes, whatever the machine's mood."""

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.stream import packages
from sosuckhoe.simulation.writing import files

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from datetime import date
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.writing import write_province
write_province(Life(Plan(120, 0.4, int(sys.argv[2]), date(2026, 3, 10))), Path(sys.argv[1]), 3)
"""


def digest(folder):
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def run(folder, seed, hash_seed):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", RUN, str(folder), seed], check=True, env=environment, cwd=folder.parent)
    return digest(folder)


def test_two_processes_write_the_same_bytes(tmp_path):
    first = run(tmp_path / "a", "5", "1")
    assert run(tmp_path / "b", "5", "4242") == first
    assert run(tmp_path / "c", "6", "1") != first


def test_the_stream_is_what_is_written():
    plan = Plan(100, 0.3, 8, date(2026, 3, 10))
    streamed = [sent.package for sent in packages(100, 0.3, 8, until=plan.until)]
    written = [sent.package for file in files(Life(plan), 4) for sent in file.sent]
    assert sorted(package.ma_lk for package in written) == sorted(package.ma_lk for package in streamed)
    assert {package.ma_lk: package.tables for package in written} == {one.ma_lk: one.tables for one in streamed}


def test_packages_come_in_the_order_of_sending(province):
    moments = [sent.sent for sent in province.packages]
    assert moments == sorted(moments)
    assert len({(sent.facility, sent.package.ma_lk) for sent in province.packages}) == len(moments)


@pytest.mark.parametrize("province_code", ["01", "08", "46", "66", "86", "96"])
def test_every_kind_of_province_can_be_simulated(province_code):
    found = list(packages(60, 0.3, 3, province=province_code))
    assert found
    assert {sent.facility[:2] for sent in found} == {province_code}


def test_an_unknown_province_is_refused():
    with pytest.raises(ValueError, match="no communes"):
        packages(10, 0.1, 1, province="99")
