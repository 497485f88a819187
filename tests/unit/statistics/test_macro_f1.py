from __future__ import annotations

import numpy as np
import pytest

from ressenti.statistics.classification import macro_f1_interval


def test_the_mean_f1_is_that_of_the_hand() -> None:
    # F1 of each class is twice its diagonal over its row and column: 2·5/15, 2·3/9 and 2·4/11.
    table = [[5, 1, 0], [1, 3, 1], [3, 0, 4]]
    found = macro_f1_interval(table)
    assert found.estimate == pytest.approx((10 / 15 + 6 / 9 + 8 / 12) / 3)
    assert found.method == "bootstrap"


def test_what_was_told_of_no_class_is_wrong_and_a_class_that_never_occurs_is_left_out() -> None:
    # Two of six positives were not read: 2·4/(6 + 4); the middle class does not occur.
    table = [[6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 4, 2]]
    assert macro_f1_interval(table).estimate == pytest.approx((1 + 8 / 10) / 2)


def test_limits_hold_the_truth_as_often_as_they_say() -> None:
    chances = np.array([[0.25, 0.05, 0.02], [0.06, 0.2, 0.06], [0.02, 0.06, 0.28]])
    sizes = chances.sum(axis=0) + chances.sum(axis=1)
    truth = float((2 * np.diagonal(chances) / sizes).mean())
    draws = np.random.default_rng(5).multinomial(200, chances.ravel(), 300).reshape(-1, 3, 3)
    found = [macro_f1_interval(table).bounds() for table in draws]
    held = sum(low <= truth <= high for _, low, high in found)
    # Of 300 intervals at 95%: a binomial count lies between 270 and 297 but for one in 10,000.
    assert 270 <= held <= 297


def test_the_same_table_gives_the_same_limits() -> None:
    table = [[9, 2], [3, 7]]
    assert macro_f1_interval(table) == macro_f1_interval(table)
    wide, narrow = macro_f1_interval(table, confidence=0.99), macro_f1_interval(table)
    assert wide.bounds()[1] < narrow.bounds()[1] < narrow.bounds()[2] < wide.bounds()[2]


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[3, 0], [0, 4]]])
def test_an_interval_without_width_is_none_with_a_reason(table: list[list[int]]) -> None:
    found = macro_f1_interval(table)
    assert (found.low, found.high) == (None, None)
    assert found.reason is not None
