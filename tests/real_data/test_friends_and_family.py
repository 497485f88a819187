"""The NHS Friends and Family Test: answers in words, and "Don't know" which is no answer."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared
MEASURE = "repurchase/intention_top2=rating:likelihood-5"


@pytest.fixture(scope="module")
def practice(shared: Path) -> Path:
    return shared / "data" / "nhs_fft_gp" / "fft_2023.csv"


def test_561_of_592_patients_are_likely_or_extremely_likely_to_recommend(practice: Path) -> None:
    # 417 extremely likely + 144 likely, out of 603 answers of which 11 do not know.
    score = rs.score(practice, MEASURE)[0]
    assert score.parts["positive"] == 417 + 144
    assert (score.n, score.n_missing, score.n_invalid) == (592, 11, 0)
    assert score.value == pytest.approx(100 * 561 / 592)


def test_the_mean_and_the_net_share_read_the_same_words(practice: Path) -> None:
    mean, net = rs.score(
        practice,
        ["csat/mean=rating:likelihood-5", "csat/net_satisfaction=rating:likelihood-5"],
    )
    # 12 extremely unlikely, 7 unlikely, 12 neither, 144 likely, 417 extremely likely
    assert mean.value == pytest.approx((12 * 1 + 7 * 2 + 12 * 3 + 144 * 4 + 417 * 5) / 592)
    assert net.value == pytest.approx(100 * (561 - 19) / 592)


def test_each_month_is_scored_as_pandas_scores_it(practice: Path) -> None:
    frame = pd.read_csv(practice, parse_dates=["time"])
    known = frame[frame["rating"] != "Don't know"]
    likely = known["rating"].isin(["Likely", "Extremely likely"])
    expected = 100 * likely.groupby(known["time"].dt.strftime("%Y-%m-01")).mean()
    scores = rs.score(practice, MEASURE, per="month", at="time")
    found = {one.period.start: one.value for one in scores if one.period}
    assert found == pytest.approx(expected.to_dict())


def test_comments_with_quoted_line_breaks_and_commas_lose_no_row(practice: Path) -> None:
    frame = pd.read_csv(practice)
    score = rs.score(practice, MEASURE)[0]
    assert score.n + score.n_missing + score.n_invalid == len(frame) == 603
