"""Ordering kiosks judged twice on 24 items, as expected and as perceived, by 97 people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel

import ressenti as rs
from ressenti.statistics.gaps import paired_gap
from ressenti.statistics.reliability import cronbach_alpha, item_covariances

pytestmark = pytest.mark.shared
ITEMS = range(1, 25)
# The instrument's 22 items by dimension, 4 + 5 + 4 + 4 + 5.
DIMENSIONS = {
    "tangibles": range(4),
    "reliability": range(4, 9),
    "responsiveness": range(9, 13),
    "assurance": range(13, 17),
    "empathy": range(17, 22),
}


@pytest.fixture(scope="module")
def path(shared: Path) -> Path:
    return shared / "data" / "kiosk_servqual" / "kiosk_servqual.csv"


@pytest.fixture(scope="module")
def expected(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)[[f"sq{item}_1" for item in ITEMS]]


@pytest.fixture(scope="module")
def perceived(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)[[f"sq{item}_2" for item in ITEMS]]


def rows_of(frame: pd.DataFrame, items: int) -> list[list[int]]:
    return frame.iloc[:, :items].to_numpy().tolist()


def test_the_gap_of_each_item_is_the_mean_of_perception_minus_expectation(
    expected: pd.DataFrame, perceived: pd.DataFrame
) -> None:
    inputs = {"expectations": rows_of(expected, 24), "perceptions": rows_of(perceived, 24)}
    score = rs.calc("servqual/gap_per_item", inputs)
    gaps = perceived.to_numpy() - expected.to_numpy()
    assert score.n == 97
    assert score.parts["gaps"] == pytest.approx(gaps.mean(axis=0).tolist())


def test_48_columns_of_marks_are_scored_in_one_call_and_none_is_off_the_scale(
    path: Path,
) -> None:
    marks = [f"sq{item}_{side}" for item in ITEMS for side in (1, 2)]
    scores = rs.score(path, [f"ces/v2_mean_ease_1_7={mark}" for mark in marks])
    frame = pd.read_csv(path)
    assert [one.value for one in scores] == pytest.approx([frame[mark].mean() for mark in marks])
    assert {(one.n, one.n_invalid) for one in scores} == {(97, 0)}


def test_dimensions_are_means_of_their_items_with_the_paired_interval_of_scipy(
    expected: pd.DataFrame, perceived: pd.DataFrame
) -> None:
    inputs = {"expectations": rows_of(expected, 22), "perceptions": rows_of(perceived, 22)}
    found = rs.calc("servqual/gap_per_dimension", inputs).parts
    for name, items in DIMENSIONS.items():
        after = perceived.iloc[:, items].mean(axis=1)
        before = expected.iloc[:, items].mean(axis=1)
        interval = ttest_rel(after, before).confidence_interval(0.95)
        assert found["gaps"][name] == pytest.approx((after - before).mean())
        assert found["intervals"][name] == pytest.approx([interval.low, interval.high])


def test_the_unweighted_score_and_servperf_aggregate_dimensions_and_not_items(
    expected: pd.DataFrame, perceived: pd.DataFrame
) -> None:
    inputs = {"expectations": rows_of(expected, 22), "perceptions": rows_of(perceived, 22)}
    gaps = perceived.to_numpy() - expected.to_numpy()
    means = [gaps[:, items].mean() for items in DIMENSIONS.values()]
    assert rs.calc("servqual", inputs).value == pytest.approx(np.mean(means))
    perf = rs.calc("servqual/servperf", {"perceptions": inputs["perceptions"]}).parts
    marks = perceived.to_numpy()[:, :22]
    assert perf["mean_of_items"] == pytest.approx(marks.mean())
    assert perf["mean_of_dimensions"] == pytest.approx(
        np.mean([marks[:, items].mean() for items in DIMENSIONS.values()])
    )


def test_the_gap_of_the_whole_kiosk_has_the_p_value_of_scipy(
    expected: pd.DataFrame, perceived: pd.DataFrame
) -> None:
    gap = paired_gap(expected.to_numpy(), perceived.to_numpy())
    test = ttest_rel(perceived.mean(axis=1), expected.mean(axis=1))
    assert gap.dimension.estimate == pytest.approx(
        (perceived.mean(axis=1) - expected.mean(axis=1)).mean()
    )
    assert gap.p_value == pytest.approx(test.pvalue)
    assert gap.n == 97


@pytest.mark.parametrize("side", ["expected", "perceived"])
def test_the_alpha_of_the_24_items_is_that_of_its_definition(
    side: str, request: pytest.FixtureRequest
) -> None:
    items: pd.DataFrame = request.getfixturevalue(side)
    covariances, n = item_covariances(items.to_numpy(dtype=float))
    found = cronbach_alpha(covariances, n).alpha
    by_hand = 24 / 23 * (1 - items.var(ddof=1).sum() / items.sum(axis=1).var(ddof=1))
    assert n == 97
    assert found.estimate == pytest.approx(by_hand, abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert found.low < by_hand < found.high < 1


def test_korean_words_segment_without_loss(path: Path) -> None:
    frame = pd.read_csv(path)
    expected = frame.groupby("sex")["sq1_2"].mean().to_dict()
    scores = rs.score(path, "ces/v2_mean_ease_1_7=sq1_2", by=["sex"])
    assert {one.segment["sex"]: one.value for one in scores} == pytest.approx(expected)
    assert set(expected) == {"남", "여"}
