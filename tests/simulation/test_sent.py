"""Packages as the exchange sees them: readable, never refused, with only the faults that are meant."""

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

from sosuckhoe.base.clock import VIETNAM
from sosuckhoe.clinical.validation import check as rules
from sosuckhoe.clinical.validation.scope import Told
from sosuckhoe.clinical.validation.terms import BUILT_IN
from sosuckhoe.exchange.xml130.check import check
from sosuckhoe.exchange.xml130.mapping import People, map_package
from sosuckhoe.exchange.xml130.read import read_envelope
from sosuckhoe.exchange.xml130.write import write_envelope
from sosuckhoe.identity.claim import PersonRef
from sosuckhoe.simulation.life import Life
from sosuckhoe.simulation.province import Plan
from sosuckhoe.simulation.writing import batches, check_in_files, files

MEANT = {
    ("song_hong", "XML1", "MA_GIAO_DICH_HIS", "tag-unknown"),
    ("song_hong", "XML1", "CAN_NANG", "missing"),
    ("thon_ban", "XML2", "GHI_CHU_HIS", "tag-unknown"),
    ("thon_ban", "XML1", "CAN_NANG", "missing"),
    ("thon_ban", "XML1", "MA_NGHE_NGHIEP", "missing"),
    ("thon_ban", "XML1", "LY_DO_VV", "missing"),
    ("thon_ban", "XML2", "TT_THAU", "missing-here"),
}
ASKED_OF_NOBODY = ("PHANLOAI_LAO_KT", "BDDT_ARV", "NGAY_BAT_DAU_DT_CTX")
"""XML15 demands of every patient what only those with HIV or resistant tuberculosis have."""


def test_nothing_is_refused_and_only_meant_faults_are_noted(province):
    vendors = {one.code: one.vendor for one in province.life.network.all}
    found = Counter()
    for sent in province.packages:
        for finding in check(sent.package, sent.sent.date()):
            assert finding.level == "noted", finding
            if not (finding.table == "XML15" and finding.field in ASKED_OF_NOBODY):
                found[vendors[sent.facility], finding.table, finding.field, finding.rule] += 1
    assert set(found) == MEANT


def test_what_is_written_reads_back_the_same(province):
    for batch in list(batches(province.packages[:400], 7)):
        first = batch[0]
        content = write_envelope([one.package for one in batch], first.facility, "20260101", edition=first.edition)
        envelope = read_envelope(content)
        assert [one.tables for one in envelope.packages] == [one.package.tables for one in batch]
        assert not any(envelope.findings)


def test_a_package_becomes_25_resources_on_average(province):
    total = 0
    sample = province.packages[::4]
    for sent in sample:
        persons = [PersonRef(number + 1, UUID(int=number + 1)) for number in range(len(sent.truth))]
        at = sent.sent.replace(tzinfo=VIETNAM)
        total += len(map_package(sent.package, People(persons[0], tuple(persons[1:])), at, at).drafts)
    assert total / len(sample) >= 25


def test_the_truth_tells_of_everybody_in_a_package(province):
    for sent in province.packages:
        patient = sent.truth[0]
        row = sent.package.summary
        assert patient.role == "patient"
        assert (patient.facility, patient.ma_lk, patient.ma_bn) == (sent.facility, row["MA_LK"], row["MA_BN"])
        assert (patient.name, patient.birth, patient.sex) == (row["HO_TEN"], row["NGAY_SINH"], row["GIOI_TINH"])
        assert (patient.cccd, patient.card) == (row.get("SO_CCCD", ""), row.get("MA_THE_BHYT", ""))
        assert len(sent.truth) == 1 + len(sent.package.tables.get("XML9", []))


def test_check_ins_are_those_of_the_last_two_days(province):
    life = province.life
    found = list(check_in_files(life))
    assert found
    last = life.plan.until
    assert {file.day for file in found} <= {f"{last:%Y%m%d}", f"{last - timedelta(days=1):%Y%m%d}"}
    sent = {sent.package.ma_lk for sent in province.packages}
    waiting = [row for _, _, row in life.arrivals if row["MA_LK"] not in sent]
    assert waiting, "somebody is waiting to be seen"
    assert all(row["NGAY_VAO"][:8] <= f"{last:%Y%m%d}" for row in waiting)


def test_editions_change_when_vendors_are_ready(province):
    vendors = {one.code: one.vendor for one in province.life.network.all}
    seen = {(vendors[sent.facility], sent.edition) for sent in province.packages}
    assert seen == {("minh_an", "3176"), ("song_hong", "3176"), ("thon_ban", "3176")}


def test_files_group_by_facility_day_and_edition():
    life = Life(Plan(80, 0.3, 9, date(2025, 4, 20)))
    editions = set()
    for file in files(life, 5):
        assert len(file.sent) <= 5
        assert {sent.facility for sent in file.sent} <= {file.facility}
        assert {f"{sent.sent:%Y%m%d}" for sent in file.sent} <= {file.day}
        editions |= {sent.edition for sent in file.sent}
    assert editions == {"130", "4750", "3176"}


def test_what_the_packages_become_passes_the_whole_validator(province):
    """Every eighth package: all resources of its persons and of the registers, with no error."""
    told = Told(datetime(2026, 11, 22, tzinfo=VIETNAM), BUILT_IN)
    errors = Counter()
    for sent in province.packages[::8]:
        persons = [PersonRef(number + 1, UUID(int=number + 1)) for number in range(len(sent.truth))]
        at = sent.sent.replace(tzinfo=VIETNAM)
        mapped = map_package(sent.package, People(persons[0], tuple(persons[1:])), at, at)
        for draft in [*mapped.drafts, *mapped.registers]:
            found = rules.issues(draft.body, told)
            errors.update((one.number, one.place, one.told) for one in found if one.severity == "error")
    assert errors == {}
