"""Names of codes, against the lists read the plain way."""

import csv
from pathlib import Path
from random import Random

import pytest

from sosuckhoe.clinical import coding

DATA = Path(coding.__file__).parent / "data"


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_look_up_agrees_with_the_list():
    for row in Random(1).sample(rows("icd10_vn.csv"), 400):
        assert coding.icd10(row["code"]) == (row["code"], row["name_vi"], row["name_en"])
    for row in Random(1).sample(rows("icd9cm_vn.csv"), 100):
        assert coding.icd9cm(row["code"]) == (row["code"], row["name_vi"], "")


def test_every_code_stands_once():
    for file in ("icd10_vn.csv", "icd9cm_vn.csv"):
        codes = [row["code"] for row in rows(file)]
        assert len(set(codes)) == len(codes)
        assert all(row["name_vi"] for row in rows(file))


def test_categories_that_stand_alone_have_their_own_english_name():
    english = {row["code"]: row["name_en"] for row in rows("icd10_vn.csv")}
    assert english["I10"] == "Essential (primary) hypertension"
    assert english["I48"] == "Atrial fibrillation and flutter"


@pytest.mark.parametrize(
    ("written", "code"),
    [("A00.1", "A00.1"), ("a001", "A00.1"), (" I10 ", "I10"), ("A17.0†", "A17.0"), ("G01*", "G01"), ("E119", "E11.9")],
)
def test_codes_as_hospitals_write_them(written, code):
    assert coding.icd10(written).code == code


@pytest.mark.parametrize("written", ["", "Q99.99", "không", "code", "I10,x", "I10\nI11", "name_vi", "*"])
def test_what_is_no_code_has_no_name(written):
    assert coding.icd10(written) is None


def test_operations_with_and_without_the_point():
    assert coding.icd9cm("4709") == coding.icd9cm("47.09")
    assert coding.icd9cm("99.99.9") is None
