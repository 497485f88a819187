"""What every indicator of the catalogue promises, whoever wrote its file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ressenti.errors import InvalidArgument
from ressenti.facts.scales import SCALES, Quantity, Scale
from ressenti.indicators import catalogue
from ressenti.language import Text
from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Amounts, Answers, Events, Indicator, Variant, Worked
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Direction, Score, Unit
from ressenti.tallies.derivations import AMOUNT, derivation_called
from ressenti.tallies.tally import Tally, TallyTable

INDICATORS = list(catalogue().values())
VARIANTS = [(one, variant) for one in INDICATORS for variant in one.variants]
FORMED = [(one, variant) for one, variant in VARIANTS if variant.form is not None]

of_indicators = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.key)
of_variants = pytest.mark.parametrize(
    ("indicator", "variant"),
    VARIANTS,
    ids=[f"{one.key}/{variant.key}" for one, variant in VARIANTS],
)
of_forms = pytest.mark.parametrize(
    ("indicator", "variant"), FORMED, ids=[f"{one.key}/{variant.key}" for one, variant in FORMED]
)


def sentences(indicator: Indicator) -> Iterator[Text]:
    """Yield the texts that are prose, and so are never the same in two languages."""
    yield indicator.name
    yield indicator.definition
    yield indicator.use_when
    yield indicator.dated_by
    yield from indicator.pitfalls
    optional = [indicator.question, indicator.follow_up, indicator.mark]
    optional += [variant.note for variant in indicator.variants]
    yield from (text for text in optional if text is not None)


def every_text(indicator: Indicator) -> Iterator[Text]:
    yield from sentences(indicator)
    yield indicator.abbreviation
    for variant in indicator.variants:
        yield variant.name
        yield variant.formula
    for band in indicator.bands:
        yield band.label


def scales_of(variant: Variant) -> list[Scale | Quantity]:
    reads = variant.reads
    if not isinstance(reads, Answers):
        return [] if variant.scale is None else [variant.scale]
    return [*reads.scales, *(one for one in SCALES.values() if reads.accepts(one))]


def test_the_catalogue_holds_the_thirty_two_indicators() -> None:
    assert len(INDICATORS) == 32


@of_indicators
def test_every_sentence_is_written_in_both_languages(indicator: Indicator) -> None:
    for text in every_text(indicator):
        assert text.en.strip()
        assert text.fr.strip()
    for text in sentences(indicator):
        assert text.en != text.fr


@of_indicators
def test_french_follows_french_typography(indicator: Indicator) -> None:
    for text in every_text(indicator):
        french = text.to("fr")
        assert not re.search(r" [:;?!»%]|« |\"", french), french
        assert french.count("«") == french.count("»")
        assert not re.search(r"[a-zà-ÿ][:;?!]( |$)", french), french


@of_indicators
def test_every_indicator_says_when_to_use_it_its_pitfalls_and_its_sources(
    indicator: Indicator,
) -> None:
    assert indicator.pitfalls
    assert indicator.sources
    assert indicator.objectives
    assert indicator.steps
    assert len({variant.key for variant in indicator.variants}) == len(indicator.variants)


@of_indicators
def test_a_question_is_worded_for_whatever_is_asked_of_people(indicator: Indicator) -> None:
    asked = [
        variant
        for variant in indicator.variants
        if isinstance(variant.reads, Answers) and str(indicator.family) in ("survey", "employee")
    ]
    assert indicator.question is not None or not asked


@of_indicators
def test_no_band_is_without_its_source_nor_belongs_to_a_variant_that_does_not_exist(
    indicator: Indicator,
) -> None:
    keys = {variant.key for variant in indicator.variants}
    for band in indicator.bands:
        assert band.source.strip()
        assert set(band.variants) <= keys
        assert band.low is None or band.high is None or band.low < band.high


@of_variants
def test_a_variant_says_its_formula_unit_direction_and_range(
    indicator: Indicator, variant: Variant
) -> None:
    assert isinstance(variant.unit, Unit)
    assert isinstance(variant.direction, Direction)
    assert (variant.unit is Unit.SEVERAL) <= (variant.compound or variant.low is not None)
    assert variant.low is None or variant.high is None or variant.low < variant.high
    if variant.unit is Unit.PERCENT and variant.low is not None:
        assert variant.low >= 0


@of_variants
def test_what_a_variant_reads_exists(indicator: Indicator, variant: Variant) -> None:
    reads = variant.reads
    if isinstance(reads, Events):
        derivation = derivation_called(reads.derivation)
        assert derivation.fact == reads.fact
        assert set(reads.options) <= set(derivation.options)
        assert set(derivation.needs) <= {*reads.needs, *derivation.needs}
        assert (derivation.gives == AMOUNT) == (reads.amount is not None)
    elif isinstance(reads, Answers):
        assert all(SCALES.get(scale.key) == scale for scale in reads.scales)
    elif isinstance(reads, Worked):
        assert reads.needs
    else:
        assert isinstance(reads, Amounts)


@of_forms
def test_a_form_is_defined_on_every_level_of_its_own_scales(
    indicator: Indicator, variant: Variant
) -> None:
    assert variant.form is not None
    reads = variant.reads
    for scale in reads.scales if isinstance(reads, Answers) else scales_of(variant):
        shape = variant.form(scale)
        if isinstance(shape, Contrast) and isinstance(scale, Scale) and scale.levels:
            assert set(shape.coefficients) <= set(scale.levels)
            assert any(shape.coefficients.values())


@of_forms
def test_no_answers_have_no_value_no_interval_and_a_reason(
    indicator: Indicator, variant: Variant
) -> None:
    nothing = TallyTable.of({"nothing": Tally(missing=3, invalid=2)})
    for scale in scales_of(variant)[:3] or [None]:
        score = scores_of_tallies(indicator, variant, nothing, scale=scale)[0]
        assert (score.value, score.low, score.high) == (None, None, None)
        assert score.reason == "no_data"
        assert (score.n, score.n_missing, score.n_invalid) == (0, 3, 2)
        assert score.level is None


@of_variants
def test_inputs_that_say_nothing_are_refused_or_give_no_value(
    indicator: Indicator, variant: Variant
) -> None:
    if (found := score_or_refusal(indicator, variant)) is None:
        return
    assert found.value is None
    assert found.reason


def score_or_refusal(indicator: Indicator, variant: Variant) -> Score | None:
    """Return the score of no inputs at all; None when they are refused in both languages."""
    try:
        return score_of_example(indicator, variant, {})
    except InvalidArgument as refused:
        if "R102" in refused.to("fr") and refused.to("fr") != refused.to("en"):
            return None
        raise
