"""The index of outcomes weighted by importance: the published example, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import ressenti as rs
from ressenti.library.outcomes import OutcomeScores
from ressenti.scores.score import Score

IMPORTANCES = {"in_time": 5, "intact": 3, "told": 2}
STEPS = {"in_time": "deliver", "intact": "deliver", "told": "renew"}


def plan(folder: Path, rows: pd.DataFrame, *, importances: Mapping[str, float]) -> str:
    """Return a plan that declares outcomes of which each row tells one."""
    rows.to_csv(folder / "results.csv", index=False)
    text = '[organisation]\nname = "Comptoir"\n'
    text += 'time_zone = "Europe/Paris"\n[sources.results]\npath = "results.csv"\n'
    for step in dict.fromkeys(STEPS.values()):
        text += f'[[journey]]\nstep = "{step}"\nlabel = {{ en = "{step}", fr = "{step}" }}\n'
    for name, importance in importances.items():
        text += f"""
        [outcomes.{name}]
        words = {{ en = "{name}", fr = "{name}" }}
        source = "results"
        where = "wanted = '{name}'"
        actual = "got"
        expected = 1
        unit = "result"
        direction = "high"
        expectation_source = "standard"
        customer = "client"
        at = "day"
        importance = {importance}
        step = "{STEPS[name]}"
        """
    config = folder / "ressenti.toml"
    config.write_text(text)
    return str(config)


def results(outcomes: Sequence[str], got: Sequence[Any], whose: Sequence[Any]) -> pd.DataFrame:
    return pd.DataFrame({"wanted": outcomes, "got": got, "client": whose, "day": "2026-03-02"})


def whole(found: OutcomeScores) -> Score:
    (score,) = (one for one in found.indices if not one.segment)
    return score


@pytest.fixture
def hundreds() -> pd.DataFrame:
    """Return a hundred results each of 60 %, 97 % and 95 %, nobody having two."""
    met = {"in_time": 60, "intact": 97, "told": 95}
    got = [int(row < share) for share in met.values() for row in range(100)]
    return results(np.repeat(list(met), 100).tolist(), got, range(300))


def test_the_published_example_comes_out_of_rows(tmp_path: Path, hundreds: pd.DataFrame) -> None:
    found = rs.outcomes(config=plan(tmp_path, hundreds, importances=IMPORTANCES))
    index = whole(found)
    # 60, 97 and 95 % weighted by 5, 3 and 2.
    assert index.value == pytest.approx(78.1, abs=1e-9)
    assert (index.indicator, index.variant) == ("cpi", "importance_weighted_index")
    assert (index.n, index.parts["outcomes"], index.flags) == (300, 3, ())
    (deliver,) = (one for one in found.indices if one.segment == {"step": "deliver"})
    assert deliver.value == pytest.approx((60 * 5 + 97 * 3) / 8)
    # A step with a single outcome has its attainment, and needs no index.
    assert len(found.indices) == 2
    assert index in found.scores


def test_without_shared_customers_its_variance_is_that_of_a_weighted_sum(
    tmp_path: Path, hundreds: pd.DataFrame
) -> None:
    # Shares of importance of .5, .3 and .2, squared; each attainment is one of a hundred results.
    variance = (0.25 * 0.6 * 0.4 + 0.09 * 0.97 * 0.03 + 0.04 * 0.95 * 0.05) / 100
    size = min(0.781 * 0.219 / variance, 1 / ((0.25 + 0.09 + 0.04) / 100))
    index = whole(rs.outcomes(config=plan(tmp_path, hundreds, importances=IMPORTANCES)))
    assert index.n_effective == pytest.approx(size)


def drawn(seed: int, customers: int) -> pd.DataFrame:
    """Return results of customers who get all they want, or nothing, more often than by chance."""
    random = np.random.default_rng(seed)
    mood = random.normal(0, 1, customers)
    rows = []
    for name, ease in zip(IMPORTANCES, (0.3, 1.2, 0.6), strict=True):
        whose = np.repeat(np.arange(customers), random.poisson(1.5, customers))
        got = (mood[whose] + random.normal(0, 0.7, len(whose)) < ease).astype(int)
        rows.append(results([name] * len(whose), got.tolist(), [f"c{one}" for one in whose]))
    return pd.concat(rows, ignore_index=True)


def test_shared_customers_are_clusters_as_statsmodels_has_them(tmp_path: Path) -> None:
    rows = drawn(8, 150)
    index = whole(rs.outcomes(config=plan(tmp_path, rows, importances=IMPORTANCES)))
    dummies = np.array([rows["wanted"] == name for name in IMPORTANCES], dtype=float).T
    groups = np.unique(rows["client"], return_inverse=True)[1]
    fitted = sm.OLS(rows["got"].to_numpy(float), dummies).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    weights = np.array(list(IMPORTANCES.values())) / 10
    value = float(weights @ fitted.params)
    number = groups.max() + 1
    variance = float(weights @ fitted.cov_params() @ weights) * number / (number - 1)
    few = (stats.norm.ppf(0.975) / stats.t.ppf(0.975, number - 1)) ** 2
    assert index.value == pytest.approx(100 * value)
    assert index.n_effective == pytest.approx(value * (1 - value) / variance * few)
    assert index.parts["clusters"] == number
    assert "clustered" in index.flags


def test_the_interval_holds_the_truth_as_often_as_it_says(tmp_path: Path) -> None:
    runs = 300
    rows = pd.concat([drawn(20 + run, 60).assign(run=f"r{run}") for run in range(runs)])
    rows["client"] = rows["run"] + rows["client"]
    config = plan(tmp_path, rows, importances=IMPORTANCES)
    found = [one for one in rs.outcomes(config=config, by=["run"]).indices if len(one.segment) == 1]
    ease = np.array([0.3, 1.2, 0.6]) / np.sqrt(1 + 0.7**2)
    truth = float(100 * stats.norm.cdf(ease) @ np.array([0.5, 0.3, 0.2]))
    held = [(one.low or 0) <= truth <= (one.high or 0) for one in found]
    assert len(held) == runs
    assert 0.92 <= np.mean(held) <= 0.985


def test_periods_and_their_total_have_each_their_index(
    tmp_path: Path, hundreds: pd.DataFrame
) -> None:
    twice = pd.concat([hundreds, hundreds.assign(day="2026-04-02", got=1)])
    config = plan(tmp_path, twice, importances=IMPORTANCES)
    found = rs.outcomes(config=config, per="month", totals=True).indices
    values = {
        one.period and one.period.start: one.value for one in found if "step" not in one.segment
    }
    assert values == pytest.approx({"2026-03-01": 78.1, "2026-04-01": 100, None: 89.05})
    total = next(one for one in found if one.period is None)
    assert (total.n, total.parts["clusters"]) == (600, 300)


def test_an_outcome_that_is_hidden_hides_the_index(tmp_path: Path, hundreds: pd.DataFrame) -> None:
    few = hundreds.drop(hundreds[hundreds["wanted"] == "told"].index[4:])
    config = plan(tmp_path, few, importances=IMPORTANCES)
    found = rs.outcomes(config=config, minimum_group=5)
    assert {one.reason for one in found.indices} == {"suppressed"}


def test_an_outcome_without_any_result_is_left_out(tmp_path: Path, hundreds: pd.DataFrame) -> None:
    known = hundreds[hundreds["wanted"] != "told"]
    index = whole(rs.outcomes(config=plan(tmp_path, known, importances=IMPORTANCES)))
    assert index.value == pytest.approx((60 * 5 + 97 * 3) / 8)
    assert index.parts["outcomes"] == 2


def test_a_single_outcome_has_no_index(tmp_path: Path, hundreds: pd.DataFrame) -> None:
    assert rs.outcomes(config=plan(tmp_path, hundreds, importances={"in_time": 5})).indices == ()
