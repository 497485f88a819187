from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ressenti.errors import InvalidArgument
from ressenti.indicators.response_rate import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

CASE = {"I": 650, "P": 50, "R": 150, "NC": 100, "O": 30, "UH": 0, "UO": 20}
LETTERS = [letter for letter, n in CASE.items() for _ in range(n)]
AAPOR = ["aapor_rr1", "aapor_rr2", "aapor_coop1", "aapor_coop3"]


def rate(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@pytest.mark.parametrize("variant", AAPOR)
def test_a_list_of_dispositions_and_its_counts_give_the_same_rate(variant: str) -> None:
    assert rate(variant, dispositions=LETTERS).value == rate(variant, **CASE).value


def test_bounced_invitations_leave_the_base() -> None:
    letters = ["I"] * 3 + ["NC"] * 3 + ["bounced"] * 4
    assert rate("operational", dispositions=letters).value == pytest.approx(50)
    assert rate("operational", sent=10, bounced=4, completed=3).value == pytest.approx(50)
    assert rate("operational", sent=10, completed=3).value == pytest.approx(30)


def test_the_rate_has_wilson_s_interval() -> None:
    low, high = proportion_confint(285, 1900, method="wilson")
    score = rate("operational", sent=2000, bounced=100, completed=285)
    assert (score.low, score.high) == pytest.approx((100 * low, 100 * high), abs=1e-6)


@given(st.lists(st.integers(0, 200), min_size=7, max_size=7), st.floats(0, 1))
def test_estimated_eligibility_lies_between_all_and_none_of_the_unknown(
    counts: list[int], e: float
) -> None:
    case = dict(zip(CASE, counts, strict=True))
    if sum(counts[:5]) == 0:
        return
    rr3 = rate("aapor_rr3", **case, e=e)
    everyone = rate("aapor_rr3", **case, e=1).value
    nobody = rate("aapor_rr3", **case, e=0).value
    assert everyone == pytest.approx(rate("aapor_rr1", **case).value)
    assert everyone is not None
    assert nobody is not None
    assert everyone - 1e-9 <= (rr3.value or 0) <= nobody + 1e-9


def test_unknown_letters_are_invalid_and_blanks_missing() -> None:
    score = rate("aapor_rr1", dispositions=["I", "R", "X", None])
    assert (score.value, score.n_invalid, score.n_missing) == (50, 1, 1)


def test_counts_without_completes_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="'I'"):
        rate("aapor_rr1", P=10, R=20)


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("operational", {"sent": 100, "bounced": 100, "completed": 0}, "no_data"),
        ("operational", {"sent": None, "bounced": 0, "completed": 12}, "undefined"),
        ("operational", {"completed": 12}, "undefined"),
        ("operational", {"sent": 100, "bounced": 95, "completed": 10}, "inconsistent_input"),
        ("aapor_rr1", dict.fromkeys(CASE, 0), "no_data"),
        ("aapor_rr1", {"dispositions": []}, "no_data"),
        ("aapor_rr1", CASE | {"R": None}, "no_data"),
        ("aapor_rr3", CASE | {"e": None}, "undefined"),
        ("aapor_rr3", CASE | {"e": 1.5}, "inconsistent_input"),
        ("aapor_rr3", dict.fromkeys(CASE, 0) | {"e": 0.5}, "no_data"),
        ("aapor_coop3", {"I": 0, "P": 0, "R": 0, "NC": 40}, "no_data"),
    ],
)
def test_what_cannot_be_computed_is_null_with_its_reason(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = rate(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)
