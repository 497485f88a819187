from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ressenti.tallies.suppression import hidden_groups


def test_a_small_group_is_hidden_and_the_next_smallest_protects_it() -> None:
    small, complements = hidden_groups([3, 40, 12], ["march"] * 3)
    assert small.tolist() == [True, False, False]
    assert complements.tolist() == [False, False, True]


def test_two_small_groups_protect_each_other() -> None:
    small, complements = hidden_groups([3, 4, 90], ["march"] * 3)
    assert small.tolist() == [True, True, False]
    assert not complements.any()


def test_an_empty_group_reveals_nothing() -> None:
    small, complements = hidden_groups([0, 50], ["march"] * 2)
    assert not small.any()
    assert not complements.any()


def test_the_floor_cannot_be_lowered_under_five() -> None:
    small, _ = hidden_groups([4], ["march"], floor=2)
    assert small.tolist() == [True]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_no_hidden_group_can_be_told_from_the_total(sizes: list[int]) -> None:
    small, complements = hidden_groups(sizes, ["march"] * len(sizes))
    hidden = small | complements
    told = np.array(sizes) > 0
    assert not (hidden & ~told).any()
    # One hidden group beside shown ones would be the total minus them.
    assert hidden.sum() != 1 or (told & ~hidden).sum() == 0


def test_hidden_groups_that_are_few_people_together_are_not_left_by_themselves() -> None:
    """63 in all and 60 shown: the mean of the three others would follow."""
    small, complements = hidden_groups([60, 1, 2], ["march"] * 3)
    assert small.tolist() == [False, True, True]
    assert complements.tolist() == [True, False, False]
    # Six together are no fewer than five.
    assert not hidden_groups([60, 3, 3], ["march"] * 3)[1].any()
