"""Values stay in their range and inside their interval; weights are repetitions; scales flip."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ressenti.errors import NotComparable
from ressenti.facts.scales import EASY_TO_DIFFICULT, EFFORT_SEVEN, ONE_TO_FIVE, SCALES, Level, Scale
from ressenti.indicators import catalogue, variant_called
from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Amounts, Answers, Events, Indicator, Variant
from ressenti.scores.judgement import scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.derivations import derivation_called
from ressenti.tallies.tally import Cell, Tally, TallyTable

# Their value is itself a limit of an interval.
LIMITS = {"wilson_lower_bound"}
Case = tuple[Indicator, Variant, Scale]


def answered_cases() -> list[Case]:
    """Return every variant that scores answers, on every closed scale it accepts."""
    return [
        (indicator, variant, scale)
        for indicator in catalogue().values()
        for variant in indicator.variants
        if isinstance(variant.reads, Answers) and variant.form is not None
        for scale in SCALES.values()
        if isinstance(scale, Scale) and variant.reads.accepts(scale) and is_defined(variant, scale)
    ]


def is_defined(variant: Variant, scale: Scale) -> bool:
    """Tell whether a variant that takes any scale finds on this one the levels it needs."""
    assert variant.form is not None
    try:
        variant.form(scale)
    except NotComparable:
        return False
    return variant.key not in LIMITS


def event_cases() -> list[tuple[Indicator, Variant]]:
    return [
        (indicator, variant)
        for indicator in catalogue().values()
        for variant in indicator.variants
        if isinstance(variant.reads, Events) and variant.form and variant.reads.amount is None
    ]


brief = settings(max_examples=30, deadline=None)
CASES = answered_cases()
of_cases = pytest.mark.parametrize(
    ("indicator", "variant", "scale"),
    CASES,
    ids=[f"{one.key}/{variant.key} on {scale.key}" for one, variant, scale in CASES],
)
of_events = pytest.mark.parametrize(
    ("indicator", "variant"),
    event_cases(),
    ids=[f"{one.key}/{variant.key}" for one, variant in event_cases()],
)
COUNTS = st.lists(st.integers(0, 400), min_size=11, max_size=11)
LEVELS_WEIGHTED = st.lists(
    st.tuples(st.integers(0, 10), st.sampled_from([0.25, 1.0, 2.0, 7.5])), min_size=1, max_size=30
)


def score_of(indicator: Indicator, variant: Variant, tally: Tally, scale: Scale | None) -> Score:
    return scores_of_tallies(indicator, variant, TallyTable.of({"one": tally}), scale=scale)[0]


def tally_on(levels: tuple[Level, ...], counts: list[int]) -> Tally:
    return Tally.of_counts({level: n for level, n in zip(levels, counts, strict=False) if n})


def require_sound(score: Score, variant: Variant, least: float | None, most: float | None) -> None:
    """Require a value in its range, inside an interval that has a width and stays in the range."""
    if score.value is None:
        assert score.reason
        assert (score.low, score.high) == (None, None)
        return
    low = variant.low if least is None else least
    high = variant.high if most is None else most
    assert low is None or score.value >= low - 1e-9
    assert high is None or score.value <= high + 1e-9
    assert score.low is not None
    assert score.high is not None
    assert score.low - 1e-6 <= score.value <= score.high + 1e-6
    assert score.low < score.high
    assert low is None or score.low >= low - 1e-6
    assert high is None or score.high <= high + 1e-6


@of_cases
@brief
@given(counts=COUNTS)
def test_answers_give_values_in_range_and_inside_an_interval_with_a_width(
    indicator: Indicator, variant: Variant, scale: Scale, counts: list[int]
) -> None:
    score = score_of(indicator, variant, tally_on(scale.levels, counts), scale)
    on_scale = str(variant.unit) == "scale"
    require_sound(
        score,
        variant,
        scale.minimum if on_scale else None,
        scale.maximum if on_scale else None,
    )


@of_events
@brief
@given(counts=COUNTS)
def test_events_give_values_in_range_and_inside_an_interval_with_a_width(
    indicator: Indicator, variant: Variant, counts: list[int]
) -> None:
    assert isinstance(variant.reads, Events)
    levels = derivation_called(variant.reads.derivation).levels
    score = score_of(indicator, variant, tally_on(levels, counts), None)
    require_sound(score, variant, None, None)


@pytest.mark.parametrize(
    ("indicator", "variant"),
    [
        (one, variant)
        for one in catalogue().values()
        for variant in one.variants
        if variant.form
        and isinstance(variant.reads, Amounts | Events)
        and (isinstance(variant.reads, Amounts) or variant.reads.amount is not None)
        and variant.low is not None
    ],
    ids=lambda one: one.key,
)
@given(counts=st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_a_quantity_s_interval_does_not_leave_the_values_that_exist(
    indicator: Indicator, variant: Variant, counts: list[int]
) -> None:
    levels = (0.0, 0.5, 0.75, 1.0) if variant.high is not None else (0.0, 1.0, 60.0, 3600.0)
    assume(sum(counts) > 1)
    score = score_of(indicator, variant, tally_on(levels, counts), None)
    assert score.value is not None
    assert variant.low is not None
    for figure in (score.value, score.low, score.high):
        if figure is not None:
            assert figure >= variant.low - 1e-9
            assert variant.high is None or figure <= variant.high + 1e-9


@of_cases
@brief
@given(answers=LEVELS_WEIGHTED, times=st.integers(2, 4))
def test_a_whole_weight_is_so_many_times_the_answer_as_far_as_the_value_goes(
    indicator: Indicator,
    variant: Variant,
    scale: Scale,
    answers: list[tuple[int, float]],
    times: int,
) -> None:
    levels = [scale.levels[place % len(scale.levels)] for place, _ in answers]
    weights = [weight * times for _, weight in answers]
    repeated = [level for level in levels for _ in range(times)]
    own = [weight for _, weight in answers for _ in range(times)]
    weighted = Tally.of_values(levels, scale, weights=weights)
    again = Tally.of_values(repeated, scale, weights=own)
    one = score_of(indicator, variant, weighted, scale)
    other = score_of(indicator, variant, again, scale)
    assert one.value == pytest.approx(other.value, abs=1e-9)
    assert (one.n, other.n) == (len(levels), len(repeated)) or one.n * times == other.n


@given(answers=LEVELS_WEIGHTED)
def test_weights_times_a_constant_change_neither_value_nor_interval(
    answers: list[tuple[int, float]],
) -> None:
    indicator, variant = variant_called("nps/weighted")
    levels = [float(place) for place, _ in answers]
    scale = variant.reads.scales[0] if isinstance(variant.reads, Answers) else None
    assert scale is not None
    one, other = (
        score_of(
            indicator,
            variant,
            Tally.of_values(levels, scale, weights=[weight * k for _, weight in answers]),
            scale,
        )
        for k in (1, 1000)
    )
    assert one.value == pytest.approx(other.value)
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-5)
    assert one.n_effective == pytest.approx(other.n_effective)


@given(counts=st.lists(st.integers(0, 200), min_size=7, max_size=7).filter(any))
def test_net_effort_is_the_opposite_of_net_easy_with_its_interval_turned_round(
    counts: list[int],
) -> None:
    effort, net_effort = variant_called("ces/net_effort_1_7")
    ease, net_easy = variant_called("ces/net_easy_score_bt")
    tally = tally_on(EFFORT_SEVEN.levels, counts)
    hard = score_of(effort, net_effort, tally, EFFORT_SEVEN)
    easy = score_of(ease, net_easy, tally, EASY_TO_DIFFICULT)
    assert hard.value == pytest.approx(-(easy.value or 0.0), abs=1e-9)
    assert hard.low == pytest.approx(-(easy.high or 0.0), abs=1e-6)
    assert hard.high == pytest.approx(-(easy.low or 0.0), abs=1e-6)


@given(counts=st.lists(st.integers(0, 200), min_size=5, max_size=5).filter(any))
def test_marks_read_from_the_other_end_turn_a_mean_and_a_net_share_round(
    counts: list[int],
) -> None:
    forwards = tally_on(ONE_TO_FIVE.levels, counts)
    backwards = tally_on(ONE_TO_FIVE.levels, counts[::-1])
    for name, about in (("csat/mean", 6), ("csat/net_satisfaction", 0)):
        indicator, variant = variant_called(name)
        one = score_of(indicator, variant, forwards, ONE_TO_FIVE)
        other = score_of(indicator, variant, backwards, ONE_TO_FIVE)
        assert (one.value or 0.0) + (other.value or 0.0) == pytest.approx(about, abs=1e-9)
        assert (one.low or 0.0) + (other.high or 0.0) == pytest.approx(about, abs=1e-6)


@given(counts=COUNTS.filter(any))
def test_more_answers_of_the_same_kind_narrow_the_interval(counts: list[int]) -> None:
    indicator, variant = variant_called("nps")
    levels = tuple(float(level) for level in range(11))
    few = score_of(indicator, variant, tally_on(levels, counts), None)
    many = score_of(indicator, variant, tally_on(levels, [4 * n for n in counts]), None)
    assert few.value == pytest.approx(many.value)
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert many.high - many.low < few.high - few.low


@given(counts=COUNTS.filter(any))
def test_a_higher_confidence_never_narrows_the_interval(counts: list[int]) -> None:
    indicator, variant = variant_called("nps")
    table = TallyTable.of({"one": tally_on(tuple(float(x) for x in range(11)), counts)})
    lower, higher = (
        scores_of_tallies(indicator, variant, table, confidence=level)[0] for level in (0.8, 0.99)
    )
    assert higher.low is not None
    assert higher.high is not None
    assert lower.low is not None
    assert lower.high is not None
    assert higher.low <= lower.low + 1e-9
    assert higher.high >= lower.high - 1e-9


def test_a_contrast_without_any_weight_has_no_value() -> None:
    indicator, variant = variant_called("nps")
    empty = Tally({9.0: Cell(0, 0.0, 0.0)})
    assert score_of(indicator, variant, empty, None).value is None
    assert variant.form is not None
    assert isinstance(variant.form(SCALES["0-10"]), Contrast)
