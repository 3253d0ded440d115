"""Whatever stands in the rows, mapping raises nothing and what it makes is well formed FHIR."""

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosuckhoe.exchange.xml130.format import TABLES
from sosuckhoe.exchange.xml130.mapping import check_in_drafts, claim_of_check_in, patient_body
from sosuckhoe.exchange.xml130.package import Package
from tests.exchange.xml130.mapping import sample
from tests.exchange.xml130.mapping.structure import problems

VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from([
        "", " ", ";", ";;", "0", "-1", "1", "2", "3", "9", "1;2", "20250230", "00000000", "202513012460",
        "99999999999999", "1e9", "1,5", "<0,5", "NaN", "∞", "A00;B20", "I10", "F32.1;", "TE1797900000008", "Rh", "+",
        "-", "\u2028", "\u00a0x\u00a0", "CSST<M75_T37_HA120/70>", "2 viên/lần * 99 lần/ngày * 9999 ngày", "\x00\x07",
        "0 viên/lần * 0 lần/ngày * 0 ngày", "'\"&<>", "202503310905", "20250331", "19000101", "79001", "C.79001",
        "Nguyễn", "123456789012",
    ]),
)  # fmt: skip


@st.composite
def rows(draw, table, most):
    """Rows of a table in which a few fields are good and others are anything."""
    made = []
    for _ in range(draw(st.integers(0, most))):
        row = draw(st.sampled_from([{}, sample.row(table)])) if table != "XML0" else sample.row(table)
        names = draw(st.lists(st.sampled_from([field.name for field in TABLES[table].fields]), max_size=8, unique=True))
        made.append(row | {name: draw(VALUES) for name in names})
    return made


@st.composite
def packages(draw):
    chosen = draw(st.sets(st.sampled_from([table for table in TABLES if table != "XML0"]), max_size=5)) | {"XML1"}
    tables = {table: draw(rows(table, 1 if table == "XML1" else 3)) for table in sorted(chosen)}
    return Package(draw(st.sampled_from(["79001", ""])), tables)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(packages())
def test_any_rows_become_well_formed_resources(package):
    bodies = sample.everything(package)
    assert [problem for body in bodies for problem in problems(body)] == []
    orjson.dumps(bodies)
    keys = [draft.key for draft in sample.mapped(package).drafts]
    assert len(set(keys)) == len(keys)


@settings(max_examples=60, deadline=None)
@given(rows("XML0", 1))
def test_any_check_in_becomes_well_formed_resources(found):
    for row in found:
        drafts = check_in_drafts(row, sample.PEOPLE.patient, sample.BORN, sample.RECEIVED)
        bodies = [draft.body for draft in drafts] + [
            patient_body(claim_of_check_in(row), sample.PEOPLE.patient.patient)
        ]
        assert [problem for body in bodies for problem in problems(body)] == []
