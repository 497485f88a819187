from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.customer_health import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def health(variant: str = "weighted_composite", **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def of_usage(usage: float) -> Score:
    return health(nps=None, usage=usage, tickets=None, days_since_login=None)


@pytest.mark.parametrize(
    ("usage", "band"),
    [
        (80.5, "champion"),
        (80, "healthy"),
        (60, "healthy"),
        (59.9, "attention"),
        (40, "attention"),
        (39.9, "at_risk"),
        (0, "at_risk"),
    ],
)
def test_the_published_bands_are_read_as_their_source_prints_them(usage: float, band: str) -> None:
    score = of_usage(usage)
    assert score.parts["band"] == band
    assert score.level is not None
    assert "saastainednumbers" in score.level.source


def test_a_missing_component_is_listed_and_the_others_make_the_whole() -> None:
    parts = health(nps=None, usage=80, tickets=3, days_since_login=5).parts
    # (0.35 · 80 + 0.20 · 70 + 0.20 · 90) / 0.75
    assert (parts["score"], parts["missing"], parts["band"]) == (80, ["nps"], "healthy")


def test_many_tickets_and_a_long_absence_go_no_lower_than_zero() -> None:
    components = health(nps=0, usage=0, tickets=50, days_since_login=400).parts["components"]
    assert components == {"nps": 50, "usage": 0, "support": 0, "engagement": 0}


def test_only_the_proportions_of_the_weights_matter() -> None:
    axes = {"logins": 10, "features": 6, "tickets": None}
    one = health("weighted_composite_10pt", axes=axes, weights={"logins": 1, "features": 3})
    ten = health("weighted_composite_10pt", axes=axes, weights={"logins": 10, "features": 30})
    assert one.value == ten.value == 70
    assert one.parts == {"missing": ["tickets"]}


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"nps": None, "usage": None, "tickets": None, "days_since_login": None}, "no_data"),
        ({"nps": 140, "usage": 50, "tickets": 0, "days_since_login": 0}, "inconsistent_input"),
        ({"nps": 0, "usage": 101, "tickets": 0, "days_since_login": 0}, "inconsistent_input"),
        ({"nps": 0, "usage": 50, "tickets": -1, "days_since_login": 0}, "inconsistent_input"),
        ({"usage": 50, "weights": {"usage": 0}}, "invalid_weights"),
    ],
)
def test_what_cannot_be_computed_says_why(inputs: dict[str, Any], reason: str) -> None:
    score = health(**inputs)
    assert (score.value, score.reason) == (None, reason)
