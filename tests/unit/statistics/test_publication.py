"""The presentation rule of the National Center for Health Statistics."""

from __future__ import annotations

import pytest

from ressenti.statistics.publication import proportion_presentation


@pytest.mark.parametrize(
    ("successes", "n", "n_effective", "published"),
    [
        (45, 60, None, True),  # width 0.23, relative width 0.31
        (15, 29, None, False),  # fewer than 30 answers
        (45, 60, 29.9, False),  # fewer than 30 effective answers
        (15, 31, None, False),  # width 0.37
        (6, 60, None, False),  # width 0.17, relative width 1.7
        (1, 2000, None, True),  # width 0.003
        (0, 30, None, False),  # width 0.12 around 0
        (0, 0, None, False),
    ],
)
def test_a_proportion_is_published_when_it_is_precise_enough(
    successes: int, n: int, n_effective: float | None, published: bool
):
    found = proportion_presentation(successes, n, n_effective=n_effective)
    assert found.published is published
    assert (found.reason is None) is published
