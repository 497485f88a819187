from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.facts.scales import DURATION, MONEY
from ressenti.reports.drawings.quantity_distribution import (
    class_bounds,
    class_shares,
    quantity_distribution_svg,
)
from ressenti.scores.score import Unit
from ressenti.statistics.quantiles import NEGATIVE_ORIGIN, bucket_index
from ressenti.tallies.tally import Tally


def buckets(*values: float) -> Tally:
    """Return the tally of some values in logarithmic buckets; those below zero are mirrored."""
    counts: dict[float, int] = {}
    for value in values:
        index = float(bucket_index([abs(value)])[0])
        level = NEGATIVE_ORIGIN - index if value < 0 else index
        counts[level] = counts.get(level, 0) + 1
    return Tally.of_counts(counts)


def test_classes_run_by_one_two_five_and_say_their_unit() -> None:
    # 30 s, 90 s, 100 s and 40 min, tallied in seconds and told in minutes.
    tally = buckets(30.0, 90.0, 100.0, 2400.0)
    shares = class_shares(tally, Unit.MINUTES, "fr", multiplier=1 / 60)
    nbsp = "\N{NO-BREAK SPACE}"
    assert [(one.label, one.n, one.share) for one in shares] == [
        (f"0,2{nbsp}min à 0,5{nbsp}min", 1, 25.0),
        (f"0,5{nbsp}min à 1{nbsp}min", 0, 0.0),
        (f"1{nbsp}min à 2{nbsp}min", 2, 50.0),
        (f"2{nbsp}min à 5{nbsp}min", 0, 0.0),
        (f"5{nbsp}min à 10{nbsp}min", 0, 0.0),
        (f"10{nbsp}min à 20{nbsp}min", 0, 0.0),
        (f"20{nbsp}min à 50{nbsp}min", 1, 25.0),
    ]


def test_what_is_nothing_or_less_is_under_the_first_bound() -> None:
    shares = class_shares(buckets(0.0, -50.0, 15.0), Unit.MONEY, "en")
    assert [(one.label, one.n) for one in shares] == [("under 10", 2), ("10 to 20", 1)]


def test_values_are_taken_as_they_are_where_they_are_exact() -> None:
    tally = Tally.of_values([10.0, 20.0, "x"], MONEY)
    shares = class_shares(tally, Unit.MONEY, "en", is_exact=True)
    assert [(one.label, one.n) for one in shares] == [("10 to 20", 1), ("20 to 50", 1)]
    assert "2 answers · 1 off the scale" in quantity_distribution_svg(
        tally, Unit.MONEY, "en", is_exact=True
    )


def test_small_values_beyond_the_rows_there_are_share_one_class() -> None:
    assert class_bounds([0.001, 5000.0])[0] == 1.0
    assert class_bounds([-3.0, 0.0]) == [1.0]


def test_no_value_yet_is_told() -> None:
    svg = quantity_distribution_svg(Tally(missing=2), Unit.SECONDS, "en")
    assert "No value yet. 0 answers · 2 without an answer." in svg


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1.7e308), min_size=1, max_size=8))
def test_every_value_is_in_exactly_one_class(values: list[float]) -> None:
    tally = Tally.of_values(values, DURATION)
    shares = class_shares(tally, Unit.SECONDS, "en", is_exact=True)
    assert sum(one.n for one in shares) == len(values)
    assert sum(one.share for one in shares) == pytest.approx(100)
    assert len(shares) <= 16
    svg = ElementTree.fromstring(
        quantity_distribution_svg(tally, Unit.SECONDS, "en", is_exact=True)
    )
    widths = [float(one.get("width", "")) for one in svg.iter() if one.get("class") == "bar"]
    assert len(widths) == len(shares)
    assert min(widths) >= 0
