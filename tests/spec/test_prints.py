"""The tables of cases are documentation too."""

from tests.spec.__main__ import FOLDER, chapters


def test_every_file_of_cases_prints_its_tables():
    told = chapters()
    files = {place.relative_to(FOLDER).as_posix() for place in FOLDER.rglob("test_*.py")}
    assert set(told) == files
    assert all(text.count("\n|---") for name, text in told.items() if "/" in name)


def test_a_table_has_its_head_and_all_its_lines():
    text = chapters()["identity/test_names.py"]
    assert "| written" in text
    assert "| Hoà " in text
    assert text.count("| Nguyeenx ") == 1
