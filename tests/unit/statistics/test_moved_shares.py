"""Net scores once answers have moved: as statsmodels, a bootstrap and the truth have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.miscmodels.ordinal_model import OrderedModel

import ressenti as rs
from ressenti.statistics.moved_shares import FittedShares, Move
from ressenti.statistics.proportional_odds import proportional_odds

VALUES = np.array([-100.0, 0.0, 100.0])
THRESHOLDS = np.array([-0.4, 0.9])
# What a low and a high mark on the wait do to the latent outcome, then on the welcome.
SLOPES = np.array([-1.2, 0.8, -0.5, 0.4])
SHARES = (0.3, 0.5, 0.2)


def drawn(seed: int, size: int) -> pd.DataFrame:
    """Return marks of two drivers that go together, and answers of the model that is fitted."""
    random = np.random.default_rng(seed)
    mood = random.normal(size=size)
    places = [(0.6 * mood + 0.8 * random.normal(size=size)) for _ in range(2)]
    cuts = np.array([-0.5244, 0.8416])
    marks = [np.array([2, 4, 5])[np.searchsorted(cuts, place)] for place in places]
    columns = columns_of(*marks)
    latent = columns @ SLOPES + np.log(1 / random.uniform(size=size) - 1)
    nps = np.array([3, 8, 10])[np.searchsorted(THRESHOLDS, latent)]
    return pd.DataFrame({"nps": nps, "wait": marks[0], "welcome": marks[1]})


def columns_of(*marks: Any) -> np.ndarray[Any, Any]:
    return np.column_stack(
        [1.0 * is_end for own in marks for is_end in (np.asarray(own) <= 2, np.asarray(own) == 5)]
    )


def scored(slopes: Any, thresholds: Any, columns: Any) -> np.ndarray[Any, Any]:
    below = expit(np.asarray(thresholds) - (columns @ np.asarray(slopes))[:, None])
    detractors, promoters = below[:, 0], 1 - below[:, 1]
    return np.asarray(100 * (promoters - detractors))


def moved(columns: Any, slopes: Any, thresholds: Any, share: float) -> float:
    """Return the change of the net score, each customer who leaves being put everywhere in turn."""
    low = columns[:, 0] == 1
    others = columns[~low, 1].mean()
    gone = columns[low].copy()
    gone[:, 0] = 0
    better = gone.copy()
    better[:, 1] = 1
    gain = (
        (1 - others) * scored(slopes, thresholds, gone)
        + others * scored(slopes, thresholds, better)
        - scored(slopes, thresholds, columns[low])
    )
    return float(share * gain.mean())


def leaving_low(columns: Any, share: float) -> Move:
    low, high = columns[:, 0] == 1, columns[:, 1] == 1
    step = np.eye(4)
    return Move(low, [(-step[0], ~low & ~high), (step[1] - step[0], high)], share)


def what_if(rows: pd.DataFrame, **asked: Any) -> dict[str, Any]:
    found = rs.drivers(rows, "nps=nps", ["wait:1-5", "welcome:1-5"], **asked).to_dict()
    own: dict[str, Any] = next(one for one in found["drivers"] if one["driver"] == "wait")[
        "what_if"
    ]
    return own


def test_a_net_score_moves_as_statsmodels_makes_its_classes_move() -> None:
    rows = drawn(1, 1500)
    columns = columns_of(rows["wait"], rows["welcome"])
    classes = np.searchsorted([6.5, 8.5], rows["nps"])
    fit = OrderedModel(classes, columns, distr="logit").fit(method="bfgs", disp=False, gtol=1e-8)
    slopes = fit.params[:4]
    thresholds = np.array([fit.params[4], fit.params[4] + np.exp(fit.params[5])])
    found = what_if(rows)
    low = (rows["wait"] <= 2).mean()
    expected = moved(columns, slopes, thresholds, low / 3)
    assert found["change"]["method"] == "proportional_odds"
    assert found["change"]["estimate"] == pytest.approx(expected, rel=1e-4)
    assert found["after"]["estimate"] == pytest.approx(
        100 * ((rows["nps"] >= 9).mean() - (rows["nps"] <= 6).mean()) + expected, rel=1e-4
    )


def test_its_error_is_that_of_a_bootstrap_that_fits_anew() -> None:
    rows = drawn(2, 800)
    found = what_if(rows)
    error = (found["change"]["high"] - found["change"]["low"]) / (2 * 1.959964)
    random = np.random.default_rng(0)
    share = (rows["wait"] <= 2).mean() / 3
    changes = []
    for _ in range(300):
        own = rows.iloc[random.integers(0, len(rows), len(rows))]
        columns = columns_of(own["wait"], own["welcome"])
        fit = proportional_odds(own["nps"], columns)
        changes.append(moved(columns, fit.coefficients, fit.thresholds, share))
    # Rows are drawn in 256 buckets, and 300 draws tell an error within a tenth.
    assert error == pytest.approx(np.std(changes), rel=0.15)


def test_intervals_hold_the_true_change_as_often_as_they_say() -> None:
    population = drawn(99, 400_000)
    truth = moved(columns_of(population["wait"], population["welcome"]), SLOPES, THRESHOLDS, 0.1)
    runs, held = 400, 0
    for run in range(runs):
        rows = drawn(1000 + run, 600)
        columns = columns_of(rows["wait"], rows["welcome"])
        buckets = np.arange(600) % 256
        fit = proportional_odds(rows["nps"], columns, buckets=buckets)
        shares = FittedShares(fit, VALUES, columns, np.ones(600), buckets)
        found = shares.change(leaving_low(columns, 0.1))
        held += abs(found.change - truth) < 1.959964 * found.standard_error()
    assert 0.925 <= held / runs <= 0.975


def test_no_class_ever_has_less_than_nobody() -> None:
    random = np.random.default_rng(4)
    late = random.integers(0, 2, 600)
    # Nearly everybody in time is a promoter: a line would promise more than all of them.
    nps = np.where(
        late == 1, random.choice([0, 8, 10], 600), random.choice([8, 10], 600, p=[0.05, 0.95])
    )
    rows = pd.DataFrame({"nps": nps, "late": late, "shop": [f"s{i % 12}" for i in range(600)]})
    found = rs.drivers(rows, "nps=nps", ["late"]).to_dict()["drivers"][0]["what_if"]
    now = 100 * ((nps >= 9).mean() - (nps <= 6).mean())
    assert found["moved"] == "yes"
    assert 0 < found["change"]["estimate"] < 100 - now


def test_a_share_is_moved_by_logistic_regression_and_a_mean_by_least_squares() -> None:
    rows = drawn(5, 900)
    found = what_if(rows)
    mean = rs.drivers(rows, "nps", ["wait:1-5", "welcome:1-5"]).to_dict()["drivers"]
    assert {one["what_if"]["change"]["method"] for one in mean} == {"bootstrap"}
    share = rs.drivers(rows, "csat=welcome", ["wait:1-5"]).to_dict()["drivers"][0]["what_if"]
    assert share["change"]["method"] == found["change"]["method"] == "proportional_odds"
    low, top = rows["wait"] <= 2, rows["welcome"] >= 4
    by_mark = {mark: 100 * top[rows["wait"] == mark].mean() for mark in (2, 4, 5)}
    others = (rows["wait"][~low] == 5).mean()
    # One driver of three kinds of answers: the model is saturated, and its chances those observed.
    gain = (1 - others) * by_mark[4] + others * by_mark[5] - by_mark[2]
    assert share["change"]["estimate"] == pytest.approx(low.mean() / 3 * gain, rel=1e-6)


def test_influences_of_a_change_add_up_to_nothing() -> None:
    rows = drawn(6, 400)
    columns = columns_of(rows["wait"], rows["welcome"])
    weights = np.random.default_rng(1).uniform(0.5, 2, 400)
    buckets = np.arange(400) % 40
    fit = proportional_odds(rows["nps"], columns, weights=weights, buckets=buckets)
    shares = FittedShares(fit, VALUES, columns, weights, buckets)
    move = leaving_low(columns, 0.1)
    found = shares.change(move)
    assert found.influences.shape == (40,)
    assert found.influences.sum() == pytest.approx(0, abs=1e-8)
    # Rows twice as heavy are the same population.
    twice = proportional_odds(rows["nps"], columns, weights=2 * weights, buckets=buckets)
    again = FittedShares(twice, VALUES, columns, 2 * weights, buckets).change(move)
    assert again.change == pytest.approx(found.change)
    assert again.standard_error() == pytest.approx(found.standard_error())


def test_many_rows_are_looked_at_in_part_the_same_part_each_time() -> None:
    rows = drawn(7, 400_000)
    rows["customer"] = np.arange(400_000) // 2
    found = what_if(rows, cluster="customer", replicates=100)
    shuffled = rows.sample(frac=1, random_state=3)
    again = what_if(shuffled, cluster="customer", replicates=100)
    assert again["change"]["estimate"] == pytest.approx(found["change"]["estimate"], rel=1e-9)
    truth = moved(columns_of(rows["wait"], rows["welcome"]), SLOPES, THRESHOLDS, found["now"] / 3)
    assert found["change"]["low"] < truth < found["change"]["high"]
    study = rs.drivers(rows, "nps=nps", ["wait:1-5"], model="ordinal").study
    assert study.r2.low is not None
