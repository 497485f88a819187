from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ressenti as rs
from tests.commands import SYNTHETIC, answer_of, oracle, refusal_of

SEGMENTS = {"A": 4000, "B": 4000, "C": 2000}
CHANNELS = {"phone": 3000, "store": 3000, "web": 4000}
SEGMENT = "segment:A=4000,B=4000,C=2000"
CHANNEL = "channel:phone=3000,store=3000,web=4000"


def test_raking_on_two_margins_gives_what_the_survey_package_of_r_gives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps", "--rake", SEGMENT, "--rake", CHANNEL)
    (score,) = answer_of(capsys, *asked)["scores"]
    expected = oracle("raked_nps_a")
    assert score["value"] == pytest.approx(expected["nps"], rel=1e-6)
    assert score["parts"]["standard_error"] == pytest.approx(expected["se"], rel=0.005)
    assert score["parts"]["kish_deff"] == pytest.approx(expected["kish_deff"], rel=1e-6)
    factors = list(expected["cell_weight"].values())
    assert score["parts"]["raking"]["ratio"] == pytest.approx(max(factors) / min(factors), rel=1e-6)
    assert score["parts"]["raking"]["largest_gap"] < 1e-9
    assert "weighted" in score["flags"]


def test_one_margin_is_poststratification(capsys: pytest.CaptureFixture[str]) -> None:
    (score,) = answer_of(capsys, "score", SYNTHETIC, "-m", "nps=nps", "--rake", SEGMENT)["scores"]
    expected = oracle("poststratified_nps_a")
    assert score["value"] == pytest.approx(expected["nps"], rel=1e-8)
    assert score["parts"]["standard_error"] == pytest.approx(expected["se"], rel=1e-8)


def test_margins_may_be_told_by_a_file_or_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "census.csv"
    rows = [f"segment,{level},{count}" for level, count in SEGMENTS.items()]
    file.write_text("\n".join(["column,level,target", *rows]) + "\n")
    told = [rs.score(SYNTHETIC, "nps=nps", rake=rake)[0] for rake in ([str(file)], [SEGMENT])]
    mapped = rs.score(SYNTHETIC, "nps=nps", rake={"segment": SEGMENTS})[0]
    assert {one.value for one in (*told, mapped)} == {mapped.value}


def test_a_segment_of_a_raked_survey_keeps_the_weights_of_the_whole() -> None:
    rows = pd.read_csv(SYNTHETIC)
    # The weight of post-stratification, by hand: population over answers.
    weight = rows["segment"].map(pd.Series(SEGMENTS) / rows["segment"].value_counts())
    net = rows["nps"].ge(9).astype(int) - rows["nps"].le(6).astype(int)
    scores = rs.score(SYNTHETIC, "nps=nps", rake=SEGMENT, by=["channel"], totals=True)
    for score in scores:
        own = rows["channel"].eq(score.segment["channel"]) if score.segment else rows["nps"] >= 0
        expected = 100 * np.average(net[own], weights=weight[own])
        assert score.value == pytest.approx(expected, rel=1e-9)
    (total,) = (score for score in scores if not score.segment)
    assert total.parts["standard_error"] == pytest.approx(oracle("poststratified_nps_a")["se"])


def test_a_segment_that_is_a_level_of_the_margin_has_no_gain_from_it() -> None:
    # Inside one level the factor is constant: the interval is that of the unweighted answers.
    raked = rs.score(SYNTHETIC, "nps=nps", rake=SEGMENT, by=["segment"])
    plain = rs.score(SYNTHETIC, "nps=nps", by=["segment"])
    for one, other in zip(raked, plain, strict=True):
        assert (one.value, one.n) == (pytest.approx(other.value), other.n)
        assert one.low == pytest.approx(other.low, abs=0.1)


def test_each_period_is_raked_by_itself() -> None:
    first = rs.score(SYNTHETIC, "nps=nps", rake=SEGMENT, where="wave = 1")[0]
    dated = rs.score(
        SYNTHETIC,
        "nps=nps",
        rake=SEGMENT,
        per="year",
        at="CASE WHEN wave = 1 THEN DATE '2025-01-01' ELSE DATE '2026-01-01' END",
    )
    assert dated[0].value == pytest.approx(first.value)
    assert dated[0].parts["raking"] == first.parts["raking"]


def test_trimming_cuts_the_largest_weights_and_says_so() -> None:
    score = rs.score(SYNTHETIC, "nps=nps", rake=[SEGMENT, CHANNEL], trim=1.2)[0]
    assert score.parts["raking"]["trimmed"] > 0
    assert score.parts["raking"]["largest_gap"] > 0.01


@pytest.mark.parametrize(
    ("margin", "status", "said"),
    [
        ("segment:A=1,B=1,C=1,D=1", 1, "'segment' = D"),
        ("segment:A=1,B=1", 2, "answers at C"),
        ("segment:A=1,B=0,C=2", 2, "'B' must be a number above 0"),
        ("segment=A", 2, "is no margin"),
        ("nowhere.csv", 1, "cannot be read"),
        ("segmnt:A=1", 2, "Did you mean: segment"),
    ],
)
def test_a_margin_that_cannot_be_met_or_read_is_refused(
    capsys: pytest.CaptureFixture[str], margin: str, status: int, said: str
) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps", "--rake", margin)
    left, message = refusal_of(capsys, *asked)
    assert left == status
    assert said in message


def test_a_clustered_and_weighted_score_has_the_interval_of_few_stores(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps", "--weight", "weight", "--cluster", "store")
    (score,) = answer_of(capsys, *asked)["scores"]
    expected = oracle("weighted_nps_ci_cluster_a")
    assert score["value"] == pytest.approx(expected["nps"])
    assert score["n_effective"] == pytest.approx(expected["n_eff"])
    assert score["low"] == pytest.approx(expected["lower"], abs=1e-5)
    assert score["high"] == pytest.approx(expected["upper"], abs=1e-5)
    assert score["parts"]["clusters"] == 30
    assert score["parts"]["deff"] == pytest.approx(588 / expected["n_eff"])
    kish = oracle("weighted_nps_linearised_a")["kish_deff"]
    assert score["parts"]["kish_deff"] == pytest.approx(kish)
    assert {"weighted", "clustered"} <= set(score["flags"])


def test_few_clusters_are_warned_of_and_one_alone_has_no_interval() -> None:
    scores = rs.score(SYNTHETIC, "nps=nps", cluster="region", by=["region"], totals=True)
    total = scores[-1]
    assert total.parts["clusters"] == len(scores) - 1 < 20
    assert "few_clusters" in total.flags
    assert total.low is not None
    for alone in scores[:-1]:
        assert alone.value is not None
        assert (alone.low, alone.high) == (None, None)


def test_a_single_cluster_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps", "--cluster", "region", "--where", "region = 'N'")
    status, message = refusal_of(capsys, *asked)
    assert status == 1
    assert "'N'" in message


def test_a_closed_list_narrows_the_interval_by_the_finite_population_factor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps")
    (score,) = answer_of(capsys, *asked, "--population", "1500")["scores"]
    expected = oracle("nps_fpc_600_of_1500_a")
    # 600 answers of 1500 are worth 600 / (1 - 600 / 1500) of an endless population.
    assert score["n_effective"] == pytest.approx(1000)
    assert score["value"] == pytest.approx(expected["nps"])
    half = (score["high"] - score["low"]) / 2
    assert half == pytest.approx(1.959964 * expected["se"], rel=0.005)
    assert "finite_population" in score["flags"]
    assert score["parts"]["sampling_fraction"] == pytest.approx(0.4)


def test_more_answers_than_people_are_refused_and_a_census_has_no_interval(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("score", SYNTHETIC, "-m", "nps=nps", "--population")
    status, message = refusal_of(capsys, *asked, "599")
    assert (status, "600 answers" in message) == (2, True)
    (score,) = answer_of(capsys, *asked, "600")["scores"]
    assert score["value"] == pytest.approx(8.16666666666667)
    assert (score["low"], score["high"]) == (None, None)


def test_a_segment_of_a_closed_list_shares_its_sampling_fraction() -> None:
    whole = rs.score(SYNTHETIC, "nps=nps", by=["segment"])
    listed = rs.score(SYNTHETIC, "nps=nps", by=["segment"], population=1200)
    for one, other in zip(listed, whole, strict=True):
        assert one.n_effective == pytest.approx(2 * other.n)


def test_weights_that_are_all_equal_are_no_weights() -> None:
    score = rs.score(SYNTHETIC, "nps=nps", weight="2.0 * 1")[0]
    assert "weighted" not in score.flags
    assert "deff" not in score.parts


def test_what_is_counted_from_events_has_no_clusters(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("score", SYNTHETIC, "-m", "fcr", "--facts", "contacts", "--cluster", "store")
    status, message = refusal_of(capsys, *asked)
    assert status == 2
    assert "events" in message
