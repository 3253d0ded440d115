"""Links made into persons: what may not be one is parted, whatever the links say."""

from hypothesis import given
from hypothesis import strategies as st

from sosuckhoe.identity.bulk.clusters import Clusters

RECORDS = st.integers(0, 11)
PAIRS = st.lists(st.tuples(RECORDS, RECORDS), max_size=30)


def test_the_weakest_link_between_two_numbers_is_the_one_that_is_cut():
    made = Clusters(4)
    made.number(0, 79160000001)
    made.number(3, 79160000002)
    assert [made.link(0, 1), made.link(2, 3), made.link(1, 2)] == [True, True, False]
    assert [made.top(record) for record in range(4)] == [0, 0, 2, 2]
    assert made.refused == 1


def test_twins_stay_two_though_a_third_record_resembles_both():
    made = Clusters(3)
    made.part(0, 2)
    assert [made.link(0, 1), made.link(1, 2)] == [True, False]


def test_who_resembles_two_that_are_surely_two_joins_neither_unless_one_is_much_more_alike():
    for first, joined in ((20.0, [0, 1, 2]), (30.0, [0, 1, 0])):
        made = Clusters(3)
        made.number(0, 79160000001)
        made.number(1, 79160000002)
        made.link_weakly([(0, 2, first), (1, 2, 19.0)])
        assert [made.top(record) for record in range(3)] == joined


def test_two_insurance_numbers_are_two_as_well():
    made = Clusters(3)
    made.card(0, 7912345678)
    made.card(1, 2512345670)
    made.link_weakly([(0, 2, 20.0), (1, 2, 19.0)])
    assert [made.top(record) for record in range(3)] == [0, 1, 2]
    assert made.refused == 2


def test_a_newborn_joins_the_only_child_of_the_home_and_no_twin():
    made = Clusters(5)
    made.part(3, 4)
    made.link_alone([(0, 1), (2, 3), (2, 4)])
    assert [made.top(record) for record in range(5)] == [0, 0, 2, 3, 4]


def test_twins_both_under_the_mothers_name_do_not_both_join_one_named_child():
    made = Clusters(6)
    made.link(3, 4)
    made.link_alone([(0, 2), (1, 2), (3, 5), (4, 5)])
    assert [made.top(record) for record in range(6)] == [0, 1, 2, 3, 3, 3], "two records of one newborn are no twins"


def test_what_somebody_decided_holds_though_a_rule_held_it_apart():
    made = Clusters(4)
    made.part(1, 2)
    made.part(1, 3)
    made.hold(2, 1)
    assert made.link(0, 1)
    assert not made.link(2, 3)
    assert [made.top(record) for record in range(4)] == [0, 0, 0, 3]


@given(PAIRS, PAIRS, st.dictionaries(RECORDS, st.integers(1, 3)))
def test_no_person_holds_what_is_apart(links, apart, numbers):
    made = Clusters(12)
    for record, number in numbers.items():
        made.number(record, number)
    for one, other in apart:
        if one != other:
            made.part(one, other)
    for one, other in links:
        made.link(one, other)
    assert all(made.top(one) != made.top(other) for one, other in apart if one != other)
    held = {}
    for record, number in numbers.items():
        held.setdefault(made.top(record), set()).add(number)
    assert all(len(found) == 1 for found in held.values())


@given(PAIRS)
def test_without_anything_apart_linked_records_are_one(links):
    made = Clusters(12)
    assert all(made.link(one, other) for one, other in links)
    assert all(made.top(one) == made.top(other) for one, other in links)
    assert all(made.top(record) <= record for record in range(12))
