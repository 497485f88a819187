from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators import variant_called
from ressenti.scores.judgement import score_of_example
from ressenti.surveys.funnel import STEPS, Funnel, Progress, funnel_of, funnel_of_counts

INVITATIONS = [
    Progress(was_sent=False),
    Progress(),
    Progress(has_bounced=True),
    Progress(was_opened=True),
    Progress(was_opened=True, was_started=True),
    Progress(was_finished=True),
    Progress(has_bounced=True, was_finished=True),
    Progress(has_opted_out=True),
]
PROGRESS = st.builds(
    Progress,
    was_sent=st.booleans(),
    has_bounced=st.booleans(),
    was_opened=st.booleans(),
    was_started=st.booleans(),
    was_finished=st.booleans(),
    has_opted_out=st.booleans(),
)


def fractions(funnel: Funnel) -> dict[str, tuple[int, int]]:
    return {rate.name.key: (rate.count, rate.base) for rate in funnel.rates}


def disposition(one: Progress) -> str:
    """Return AAPOR's letter as the derivation of ``response_rate`` gives it."""
    letters = {
        "I": one.was_finished,
        "bounced": one.has_bounced,
        "R": one.has_opted_out,
        "P": one.was_started,
    }
    return next((letter for letter, is_so in letters.items() if is_so), "NC")


def test_every_rate_states_its_base() -> None:
    assert fractions(funnel_of(INVITATIONS)) == {
        "sending_rate": (7, 8),
        "delivery_rate": (6, 7),
        "open_rate": (4, 6),
        "start_rate": (3, 6),
        "completion_rate": (2, 3),
        "response_rate": (2, 6),
        "refusal_rate": (1, 6),
    }


@given(st.lists(PROGRESS, max_size=30))
def test_the_response_rate_is_that_of_the_indicator(invitations: list[Progress]) -> None:
    indicator, variant = variant_called("response_rate/operational")
    sent = [disposition(one) for one in invitations if one.was_sent]
    score = score_of_example(indicator, variant, {"dispositions": sent})
    (rate,) = (one for one in funnel_of(invitations).rates if one.name.key == "response_rate")
    if score.value is None:
        assert rate.value is None
    else:
        assert rate.value == pytest.approx(score.value)


@given(st.lists(PROGRESS, max_size=30))
def test_no_step_is_reached_by_more_than_the_one_before(invitations: list[Progress]) -> None:
    counts = funnel_of(invitations).counts
    steps = ["selected", "sent", "delivered", "opened", "started", "finished"]
    reached = [counts[step] for step in steps]
    assert reached == sorted(reached, reverse=True)
    assert counts["selected"] == len(invitations)


def test_nobody_asked_has_no_rate_rather_than_zero() -> None:
    funnel = funnel_of([])
    assert {rate.value for rate in funnel.rates} == {None}
    assert funnel.counts == dict.fromkeys(STEPS, 0)


def test_counts_of_a_database_make_the_same_funnel() -> None:
    funnel = funnel_of(INVITATIONS)
    assert funnel_of_counts(funnel.counts) == funnel
