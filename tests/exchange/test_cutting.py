"""A package without single entries: the search by halves against leaving out every row and field in turn."""

import itertools
import math

import pytest

from sosuckhoe.exchange.actions import cutting
from sosuckhoe.exchange.qd831 import format as form
from sosuckhoe.exchange.qd831.mapping.whole import map_package as map_profile
from tests.exchange.qd831.samples import profile
from tests.exchange.xml130.mapping import sample

PACKAGES = {
    "every table": (sample.full_package, sample.mapped),
    "an outpatient's": (sample.outpatient_package, sample.mapped),
    "a health profile": (
        profile,
        lambda one: map_profile(one, sample.PEOPLE, sample.BORN, sample.RECEIVED, digest="x"),
    ),
}


@pytest.fixture(params=PACKAGES)
def package_and_drafts(request):
    make, mapped = PACKAGES[request.param]
    return make(), lambda one: mapped(one).drafts


def keys(drafts):
    return [draft.key for draft in drafts]


def test_the_row_that_made_an_entry_is_the_one_that_trying_each_finds(package_and_drafts):
    package, drafts = package_and_drafts
    every = {*keys(drafts(package))}
    tried = [one_less(package, piece) for piece in every_piece(package)]
    left = [(one, {*keys(drafts(one))}) for one in tried]
    found = []
    for key in every:
        without_it = [(one, made <= every) for one, made in left if key not in made]
        only = [one for one, nothing_new in without_it if nothing_new] if len(without_it) == 1 else []
        first = [one for one, nothing_new in without_it[:1] if nothing_new]
        assert cutting.without(package, key, drafts) == next(iter(only), None)
        assert cutting.without_all(package, [key], drafts) == next(iter(first), None)
        found.append(bool(only))
    assert {*found} == {True, False}


def test_what_would_come_back_under_another_id_goes_with_the_whole_alone():
    package = profile()
    make = PACKAGES["a health profile"][1]
    examination = next(draft.key for draft in make(package).drafts if draft.body["resourceType"] == "Encounter")
    assert cutting.without(package, examination, lambda one: make(one).drafts) is None
    assert cutting.without_all(package, [examination], lambda one: make(one).drafts) is None


def test_of_several_entries_none_is_made_and_no_others_are_missed(package_and_drafts):
    package, drafts = package_and_drafts
    alone = [key for key in keys(drafts(package)) if cutting.without(package, key, drafts)]
    for first, second in itertools.pairwise(alone):
        left = {*keys(drafts(cutting.without_all(package, [first, second], drafts)))}
        with_each = [{*keys(drafts(cutting.without(package, key, drafts)))} for key in (first, second)]
        assert left.isdisjoint({first, second})
        assert left == with_each[0] & with_each[1]


def test_a_stay_of_two_thousand_rows_is_mapped_some_twenty_times():
    package = sample.outpatient_package(drugs=2_000)
    asked = []

    def drafts(one):
        asked.append(one)
        return sample.mapped(one).drafts

    key = keys(sample.mapped(package).drafts)[1_000]
    assert cutting.without(package, key, drafts) is not None
    halvings = math.ceil(math.log2(len(list(every_piece(package)))))
    assert len(asked) <= 2 * halvings + 4


def every_piece(package):
    """Table, row and, of sheets whose one row makes many entries, the field."""
    by_field = {form.BIRTH, form.EXPOSURE, form.HISTORY, form.REPRODUCTION, form.VACCINATION, form.EXAMS}
    for table, rows in package.tables.items():
        for place, row in enumerate(rows):
            if table in by_field:
                yield from ((table, place, tag) for tag in row if row[tag])
            elif table not in {"XML0", "XML1", form.ABOUT}:
                yield table, place, None


def one_less(package, piece):
    table, place, tag = piece
    tables = {name: [dict(row) for row in rows] for name, rows in package.tables.items()}
    if tag is None:
        del tables[table][place]
    else:
        tables[table][place][tag] = ""
    return type(package)(package.facility, tables, source=package.source)
