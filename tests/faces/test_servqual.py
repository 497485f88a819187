from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import ressenti as rs
from ressenti.errors import InvalidArgument, UnknownName
from ressenti.library.servqual import ServiceGaps

EXPECTATIONS = [f"sq{i}_1" for i in range(1, 25)]
PERCEPTIONS = [f"sq{i}_2" for i in range(1, 25)]
DIMENSIONS = {
    "screens": PERCEPTIONS[:6],
    "orders": PERCEPTIONS[6:12],
    "help": PERCEPTIONS[12:18],
    "trust": PERCEPTIONS[18:],
}
POINTS = {"screens": 40, "orders": 30, "help": 20, "trust": 10}


@pytest.fixture(scope="module")
def kiosk(shared: Path) -> Path:
    return shared / "data" / "kiosk_servqual" / "kiosk_servqual.csv"


@pytest.fixture(scope="module")
def found(kiosk: Path) -> ServiceGaps:
    return rs.servqual(
        kiosk,
        expectations=EXPECTATIONS,
        perceptions=PERCEPTIONS,
        dimensions=DIMENSIONS,
        weights=POINTS,
    )


@pytest.fixture(scope="module")
def gaps(kiosk: Path) -> pd.DataFrame:
    rows = pd.read_csv(kiosk)
    pairs = zip(EXPECTATIONS, PERCEPTIONS, strict=True)
    return pd.DataFrame({other: rows[other] - rows[own] for own, other in pairs})


def alpha_by_hand(items: pd.DataFrame) -> float:
    k = items.shape[1]
    return float(k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var()))


@pytest.mark.shared
def test_every_item_of_the_kiosks_has_the_gap_that_pandas_gives(
    found: ServiceGaps, gaps: pd.DataFrame
) -> None:
    items = {item.name: item for own in found.quality.items.values() for item in own}
    assert set(items) == set(PERCEPTIONS)
    for name, item in items.items():
        assert item.gap.estimate == pytest.approx(gaps[name].mean())
        low, high = stats.t.interval(0.95, 96, gaps[name].mean(), stats.sem(gaps[name]))
        assert (item.gap.low, item.gap.high) == pytest.approx((low, high))
        assert item.n == 97


@pytest.mark.shared
def test_a_dimension_is_the_mean_of_its_items_with_a_paired_interval(
    found: ServiceGaps, gaps: pd.DataFrame, kiosk: Path
) -> None:
    rows = pd.read_csv(kiosk)
    for dimension in found.quality.dimensions:
        own = DIMENSIONS[dimension.name]
        respondents = gaps[own].mean(axis=1)
        low, high = stats.t.interval(0.95, 96, respondents.mean(), stats.sem(respondents))
        assert dimension.gap.bounds() == pytest.approx((respondents.mean(), low, high))
        assert dimension.perception.estimate == pytest.approx(rows[own].mean(axis=1).mean())
        assert dimension.alphas["gaps"].estimate == pytest.approx(alpha_by_hand(gaps[own]))
        perceptions = dimension.alphas["perceptions"].estimate
        assert perceptions == pytest.approx(alpha_by_hand(rows[own]))
        expected = [EXPECTATIONS[PERCEPTIONS.index(name)] for name in own]
        expectations = dimension.alphas["expectations"].estimate
        assert expectations == pytest.approx(alpha_by_hand(rows[expected]))


@pytest.mark.shared
def test_the_whole_is_unweighted_and_weighted_by_points(
    found: ServiceGaps, gaps: pd.DataFrame
) -> None:
    dimensions = pd.DataFrame({name: gaps[own].mean(axis=1) for name, own in DIMENSIONS.items()})
    assert found.quality.unweighted.gap.estimate == pytest.approx(dimensions.mean(axis=1).mean())
    shares = pd.Series(POINTS) / 100
    weighted = (dimensions * shares).sum(axis=1)
    assert found.quality.weighted is not None
    low, high = stats.t.interval(0.95, 96, weighted.mean(), stats.sem(weighted))
    assert found.quality.weighted.bounds() == pytest.approx((weighted.mean(), low, high))


@pytest.mark.shared
def test_the_gap_of_one_item_scores_like_any_measure(kiosk: Path, gaps: pd.DataFrame) -> None:
    score = rs.score(kiosk, "servqual/gap_per_item=sq1_2 - sq1_1", by=["sex"], totals=True)[-1]
    assert score.value == pytest.approx(gaps["sq1_2"].mean())
    assert (score.n, str(score.unit)) == (97, "scale")
    assert score.low is not None
    assert score.high is not None
    assert -6 <= score.low < score.value < score.high <= 6


def answers(**columns: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(own, dtype=float) for name, own in columns.items()})


def test_a_pair_without_both_marks_is_left_out_and_half_of_them_make_a_dimension() -> None:
    rows = answers(e1=[7, 7, None, 7], e2=[6, None, None, 8], p1=[5, 6, 4, 5], p2=[5, 7, 3, 4])
    found = rs.servqual(rows, expectations=["e1", "e2"], perceptions=["p1", "p2"]).quality
    first, second = found.items["all"]
    # Items: −2, −1, nothing, −2; and −1, nothing, nothing, nothing since 8 is off the scale.
    assert (first.n, first.gap.estimate) == (3, pytest.approx(-5 / 3))
    assert (second.n, second.gap.estimate) == (1, -1)
    # Respondents: −1.5, −1, nobody, −2.
    assert (found.dimensions[0].n, found.dimensions[0].gap.estimate) == (3, pytest.approx(-1.5))


def test_points_are_each_respondents_own_and_must_total_a_hundred() -> None:
    rows = answers(
        e1=[7, 7, 7], e2=[7, 7, 7], p1=[5, 6, 1], p2=[6, 4, 1], w1=[60, 20, 60], w2=[40, 80, 60]
    )
    found = rs.servqual(
        rows,
        expectations=["e1", "e2"],
        perceptions=["p1", "p2"],
        dimensions={"speed": ["p1"], "care": ["p2"]},
        weights=["w1", "w2"],
    ).quality
    # 0.6 · −2 + 0.4 · −1 = −1.6; 0.2 · −1 + 0.8 · −3 = −2.6; the third gave 120 points.
    assert found.weighted is not None
    assert found.weighted.estimate == pytest.approx(-2.1)
    assert found.unweighted.gap.estimate == pytest.approx((-1.5 - 2 - 6) / 3)


def test_the_standard_questionnaire_has_five_dimensions() -> None:
    marks = np.random.default_rng(7).integers(1, 8, size=(30, 44))
    names = [f"e{i}" for i in range(22)], [f"p{i}" for i in range(22)]
    rows = pd.DataFrame(marks, columns=[*names[0], *names[1]])
    found = rs.servqual(rows, expectations=names[0], perceptions=names[1])
    sizes = {name: len(items) for name, items in found.quality.items.items()}
    assert list(sizes.values()) == [4, 5, 4, 4, 5]
    assert "tangibles" in found.text("en")
    assert "non pondéré" in found.text("fr")
    assert len(found.to_dict()["dimensions"]) == 5


def test_what_does_not_pair_is_refused() -> None:
    rows = answers(e1=[7], e2=[6], p1=[5])
    with pytest.raises(InvalidArgument, match="do not pair"):
        rs.servqual(rows, expectations=["e1", "e2"], perceptions=["p1"])
    pair = {"expectations": ["e1"], "perceptions": ["p1"]}
    with pytest.raises(UnknownName, match="p9"):
        rs.servqual(rows, **pair, dimensions={"one": ["p9"]})
    with pytest.raises(InvalidArgument, match="2 weights for 1 dimensions"):
        rs.servqual(rows, **pair, weights=[50, 50])
