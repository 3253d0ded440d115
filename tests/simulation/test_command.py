"""`sosuckhoe simulate` writes a province into a folder."""

import csv

from click.testing import CliRunner

from sosuckhoe.exchange.xml130.read import kind_of, read_check_in, read_envelope
from sosuckhoe.simulation.command import simulate


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_province_in_a_folder(tmp_path):
    out = tmp_path / "province"
    options = ["--people", "90", "--years", "0.5", "--seed", "3", "--until", "2026-03-10", "--per-envelope", "4"]
    found = CliRunner().invoke(simulate, [*options, "--out", str(out)])
    assert found.exit_code == 0, found.output
    truth, people, facilities = (rows(out / f"{name}.csv") for name in ("truth", "people", "facilities"))
    packages, check_ins = [], 0
    for path in sorted(out.glob("*/*/*.xml")):
        content = path.read_bytes()
        if kind_of(content) == "check_in":
            check_ins += len(read_check_in(content).packages)
            continue
        envelope = read_envelope(content)
        assert envelope.facility == path.parts[-3]
        assert envelope.made_on == path.parts[-2]
        packages += envelope.packages
    patients = [row for row in truth if row["role"] == "patient"]
    assert {(one.facility, one.ma_lk) for one in packages} == {(row["facility"], row["ma_lk"]) for row in patients}
    assert len(packages) == len(patients)
    assert {row["person"] for row in truth} <= {row["person"] for row in people}
    assert {one.facility for one in packages} <= {row["code"] for row in facilities}
    assert f"{len(packages)} packages" in found.output
    assert f"{check_ins} check-ins" in found.output


def test_an_unknown_province_is_a_wrong_option(tmp_path):
    found = CliRunner().invoke(simulate, ["--province", "99", "--out", str(tmp_path)])
    assert found.exit_code == 2
    assert "not one of the 34 provinces" in found.output
    assert not list(tmp_path.iterdir())
