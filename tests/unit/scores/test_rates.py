from __future__ import annotations

import pytest
from statsmodels.stats.rates import confint_poisson

from ressenti.scores.rates import Rate
from ressenti.tallies.tally import Tally, TallyTable


def test_the_interval_is_the_poisson_score_interval_of_statsmodels() -> None:
    table = TallyTable.of({"march": Tally.of_counts({"event": 25, "exposure": 10_000})})
    found = Rate(multiplier=1000).estimates(table, confidence=0.9)
    low, high = confint_poisson(25, 10_000, method="score", alpha=0.1)
    assert found.value[0] == pytest.approx(2.5)
    assert (found.low[0], found.high[0]) == pytest.approx((1000 * low, 1000 * high))


def test_many_tallies_are_rated_at_once_and_one_without_exposure_has_no_value() -> None:
    table = TallyTable.of(
        {
            "Lyon": Tally.of_counts({"event": 3, "exposure": 2}),
            "Nice": Tally.of_counts({"event": 1}),
        }
    )
    found = Rate(multiplier=100).estimates(table, confidence=0.95)
    assert found.value.tolist() == pytest.approx([150.0, float("nan")], nan_ok=True)
    assert found.n.tolist() == [2, 0]


def test_an_empty_table_is_no_error() -> None:
    found = Rate().estimates(TallyTable.of({}), confidence=0.95)
    assert found.value.shape == (0,)


def test_several_levels_may_make_the_exposure() -> None:
    table = TallyTable.of({"all": Tally.of_counts({"resolved": 8, "created": 7, "reopened": 3})})
    rate = Rate(events=("resolved",), exposure=("created", "reopened"))
    assert rate.estimates(table, confidence=0.95).value[0] == pytest.approx(80.0)


def test_the_score_names_its_method_and_what_it_was_counted_from() -> None:
    table = TallyTable.of({"march": Tally.of_counts({"event": 25, "exposure": 10_000})})
    found = Rate(multiplier=1000).estimates(table, confidence=0.95)
    assert found.method == "poisson_score"
    assert found.parts == ({"events": 25.0, "exposure": 10_000.0},)
    assert found.n_effective.tolist() == [10_000.0]
