"""`sosuckhoe import`: files, folders and zips; a report at the end; run again it changes nothing."""

import os
import subprocess
import sys
import zipfile

import pytest

from sosuckhoe.base import db
from sosuckhoe.exchange import parcels
from tests.exchange.samples import envelope, package
from tests.served import test_database_url as database_url

pytestmark = pytest.mark.django_db(transaction=True)


def person(number):
    return package(f"LK{number}", SO_CCCD=f"07916000000{number}", MA_BN=f"BN{number}", MA_THE_BHYT="")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "a.xml").write_bytes(envelope(person(1)))
    broken = person(9)
    broken.tables.pop("XML1")
    (tmp_path / "2026" / "b.XML").write_bytes(envelope(broken, person(2)))
    (tmp_path / "hostile.xml").write_bytes(b'<!DOCTYPE GIAMDINHHS [<!ENTITY a "b">]><GIAMDINHHS/>')
    (tmp_path / "wide.xml").write_bytes(b"<GIAMDINHHS><MACSKCB>79001</MACSKCB><A></B></GIAMDINHHS>")
    (tmp_path / "notes.txt").write_text("not a hospital file")
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/d.xml", envelope(person(3)))
        archive.writestr("readme.md", "-")
    (tmp_path / "d.zip").write_bytes(b"no zip at all")
    return tmp_path


def run(*words):
    command = [sys.executable, "-m", "sosuckhoe.site.command_line", "import", "--processes", "2", *map(str, words)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout


def test_everything_that_can_be_read_is_filed_and_the_rest_is_named(folder):
    told = run(folder)
    assert "4 files, 4 packages: 3 filed, 0 known already, 1 refused" in told
    assert "SSK-2001" in told
    assert "{" not in told, "every place is filled in"
    assert "hostile.xml: SSK-2002" in told
    assert "d.zip: SSK-2511" in told
    assert "c.zip / readme.md: SSK-2511" in told
    assert "XML1" in told, "the refused package's reason names the table"
    assert db.value("select count(*) from exchange_episode") == 3
    again = run(folder)
    assert "4 files, 4 packages: 3 filed" in again, "what came of the same arrivals is told again"
    assert db.value("select count(*) from exchange_arrival") == 4
    assert db.value("select max(version) from exchange_episode") == 1


def test_only_hospital_files_are_looked_at(folder):
    names = [file.name for file in parcels.files_in([folder])]
    assert names == ["a.xml", "b.XML", "c.zip", "d.zip", "hostile.xml", "wide.xml"]


def test_a_path_that_is_a_file_is_taken_as_it_is(folder):
    (found,) = parcels.contents_of(folder / "2026" / "a.xml")
    assert (found.parcel.facility, found.parcel.kind) == ("79001", "records")
