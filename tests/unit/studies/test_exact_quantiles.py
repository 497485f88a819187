from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.scores.score import Score

SECONDS = [float(x) for x in np.random.default_rng(7).gamma(2.0, 90.0, 501).round(1)]
START = np.datetime64("2026-01-01T09:00:00")
REPLIES = pa.table(
    {
        "at": np.full(len(SECONDS), START),
        "reply": START + np.array([int(x * 1000) for x in SECONDS], dtype="timedelta64[ms]"),
    }
)
MAPPING = {"offered_at": "at", "first_reply_at": "reply"}


def scored(variant: str, *, exact: bool) -> Score:
    found = rs.score(
        REPLIES, f"first_response_time/{variant}", facts="contacts", mapping=MAPPING, exact=exact
    )
    return found[0]


@pytest.mark.parametrize(("variant", "p"), [("median", 0.5), ("p90", 0.9)])
def test_an_exact_quantile_is_a_value_that_was_met(variant: str, p: float) -> None:
    score = scored(variant, exact=True)
    inverse = float(np.quantile(SECONDS, p, method="inverted_cdf"))
    assert score.value == pytest.approx(inverse / 60, rel=1e-9)
    assert "bucketed" not in score.flags


@pytest.mark.parametrize("variant", ["median", "p90"])
def test_buckets_are_within_one_per_cent_of_it_and_their_interval_holds_its_own(
    variant: str,
) -> None:
    exact, bucketed = scored(variant, exact=True), scored(variant, exact=False)
    assert exact.value is not None
    assert bucketed.value == pytest.approx(exact.value, rel=0.0101)
    assert "bucketed" in bucketed.flags
    assert bucketed.low is not None
    assert bucketed.high is not None
    assert bucketed.low <= (exact.low or 0)
    assert bucketed.high >= (exact.high or 0)


def test_the_exact_limits_are_those_of_the_order_statistics() -> None:
    # n = 501, p = 1/2: the ranks of R's qbinom are 229 and 273 (one more than the upper quantile).
    ordered = sorted(SECONDS)
    score = scored("median", exact=True)
    assert score.low == pytest.approx(ordered[229 - 1] / 60, rel=1e-9)
    assert score.high == pytest.approx(ordered[273 - 1] / 60, rel=1e-9)
