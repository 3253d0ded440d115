"""`sosuckhoe import --source`: files from a disk, and what is told of them."""

from __future__ import annotations

import orjson
import pytest
from click.testing import CliRunner

from sosuckhoe.exchange.command import import_files
from sosuckhoe.exchange.feeds import jobs
from tests.exchange.feeds.test_tables import FILES
from tests.exchange.feeds.vendor import book, bundle, encounter, give, glucose, patient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _shelf(settings, tmp_path):
    settings.HOME = tmp_path / "home"


def run(*words):
    return CliRunner().invoke(import_files, [str(word) for word in words], catch_exceptions=False).output


def test_bundles_of_a_folder_are_filed_and_told(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_bytes(orjson.dumps(bundle(patient(), encounter(), glucose(value="cao"))))
    said = run("--source", "song-hong", tmp_path / "in")
    assert "1 tệp: 2 mục vào sổ" in said
    assert "1.json, entry[2].Observation.valueQuantity.value: SSK-" in said
    assert "cao" not in said.split("SSK-")[1]
    assert "Encounter" in book()


def test_tables_of_a_folder_are_filed_in_any_order(tmp_path):
    (tmp_path / "in").mkdir()
    for name, lines in FILES.items():
        (tmp_path / "in" / name).write_text("\n".join(lines), encoding="utf-8")
    assert "4 tệp: 4 mục vào sổ" in run("--source", "thon-ban", tmp_path / "in")
    assert "4 đã có" not in run("--source", "thon-ban", tmp_path / "in")
    assert {"Patient", "Encounter", "Observation", "AllergyIntolerance"} <= book().keys()


def test_the_worker_files_what_waits():
    give(bundle(patient(), glucose()))
    jobs.begin_when_due()
    jobs.run.wait()
    assert "Observation" in book()
