"""Judgement: from tallies or worked examples to scores with their words, bands and flags."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ressenti.facts.scales import Polarity, Quantity, Scale
from ressenti.language import Text
from ressenti.scores.definitions import Graded, Indicator, Outcome, Variant
from ressenti.scores.estimates import Estimates, Shape
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import CONFIDENCE, SMALL_BASE, Flag, Period, Reason, Score, Unit
from ressenti.tallies.tally import TallyTable

Place = tuple[Period | None, Mapping[str, str | None]]
NOWHERE: Place = (None, {})
LEVELS_OF_EVENTS = Scale(
    key="events",
    name=Text(en="kinds of events", fr="types d'événements"),
    levels=(),
    polarity=Polarity.NEUTRAL,
)


def scores_of_tallies(
    indicator: Indicator,
    variant: Variant,
    table: TallyTable,
    *,
    scale: Scale | Quantity | None = None,
    shape: Shape | None = None,
    places: Sequence[Place] | None = None,
    confidence: float = CONFIDENCE,
) -> list[Score]:
    """Return one score per tally, in the order of the table.

    Parameters
    ----------
    scale : Scale or Quantity, optional
        The scale the tallies were read on; the variant's own by default.
    shape : Shape, optional
        What knows how the answers were drawn; the variant's own form on the scale by default.
    places : sequence of (period, segment), length of the table, optional
    confidence : float in (0, 1)
    """
    own = shape or shape_of(indicator, variant, scale)
    estimates = own.estimates(table, confidence=confidence)
    where = places or [NOWHERE] * len(table)
    return [
        _score(indicator, variant, table, estimates, row, where[row], confidence)
        for row in range(len(table))
    ]


def shape_of(
    indicator: Indicator, variant: Variant, scale: Scale | Quantity | None = None
) -> Shape:
    """Return the shape of a variant on a scale, its own by default.

    Raises
    ------
    TypeError
        For a variant that is worked out from inputs only.
    """
    if variant.form is None:
        message = f"{indicator.key}/{variant.key} is worked out from inputs, not from tallies"
        raise TypeError(message)
    return variant.form(scale or variant.scale or LEVELS_OF_EVENTS)


def score_of_example(
    indicator: Indicator,
    variant: Variant,
    inputs: Mapping[str, Any],
    *,
    confidence: float | None = None,
) -> Score:
    """Return the score of one worked example, from raw rows or from counts.

    Parameters
    ----------
    inputs : mapping
        The named inputs the variant asks for; ``confidence`` may be among them.

    Raises
    ------
    InvalidArgument
        R102, when an input is missing or is not what its name promises.
    """
    named = Inputs(inputs)
    level = confidence or named.number("confidence", CONFIDENCE)
    result = variant.example(named)
    if isinstance(result, Outcome):
        return _score_of_outcome(indicator, variant, result, level)
    scale = result.scale if isinstance(result, Graded) else None
    tally = result.tally if isinstance(result, Graded) else result
    table = TallyTable.of({"example": tally})
    score = scores_of_tallies(indicator, variant, table, scale=scale, confidence=level)[0]
    return replace(score, compound=variant.compound)


def _score(
    indicator: Indicator,
    variant: Variant,
    table: TallyTable,
    estimates: Estimates,
    row: int,
    place: Place,
    confidence: float,
) -> Score:
    value = _number(estimates.value[row])
    n = float(estimates.n[row])
    n_effective = float(estimates.n_effective[row])
    flags: tuple[str, ...] = () if value is None else estimates.flags_of(row)
    if value is not None:
        flags += _value_flags(value, variant) + _base_flags(n, n_effective)
        flags += (Flag.INVALID_VALUES,) if table.invalid[row] else ()
    return Score(
        indicator=indicator.key,
        variant=variant.key,
        value=value,
        unit=variant.unit,
        direction=variant.direction,
        n=int(n) if n.is_integer() else n,
        n_effective=_number(n_effective) if value is not None else None,
        n_missing=int(table.missing[row]),
        n_invalid=int(table.invalid[row]),
        low=_inside(_number(estimates.low[row]), variant),
        high=_inside(_number(estimates.high[row]), variant),
        confidence=confidence,
        method=estimates.method if value is not None else None,
        level=None if value is None else indicator.band_of(value, variant.key),
        reason=None if value is not None else _reason(n, estimates),
        parts=estimates.parts[row] if estimates.parts else {},
        flags=tuple(dict.fromkeys(flags)),
        period=place[0],
        segment=place[1],
    )


def _score_of_outcome(
    indicator: Indicator, variant: Variant, outcome: Outcome, confidence: float
) -> Score:
    value = outcome.value
    reason = outcome.reason
    if value is None and reason is None and not variant.compound:
        reason = Reason.NO_DATA
    return Score(
        indicator=indicator.key,
        variant=variant.key,
        value=value,
        unit=variant.unit,
        direction=variant.direction,
        n=int(outcome.n) if float(outcome.n).is_integer() else outcome.n,
        n_effective=outcome.n_effective,
        n_missing=outcome.n_missing,
        n_invalid=outcome.n_invalid,
        low=outcome.low,
        high=outcome.high,
        confidence=confidence,
        method=outcome.method,
        level=None if value is None else indicator.band_of(value, variant.key),
        reason=reason,
        parts=outcome.parts,
        flags=outcome.flags,
        compound=variant.compound,
    )


def _inside(limit: float | None, variant: Variant) -> float | None:
    """Return a limit of an interval, cut to the values that exist: no duration is negative."""
    if limit is None:
        return None
    least = limit if variant.low is None else max(limit, variant.low)
    return least if variant.high is None else min(least, variant.high)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _reason(n: float, estimates: Estimates) -> str:
    return Reason.NO_DATA if n == 0 else estimates.reason


def _value_flags(value: float, variant: Variant) -> tuple[str, ...]:
    return (Flag.ABOVE_100,) if variant.unit is Unit.PERCENT and value > 100 else ()


def _base_flags(n: float, n_effective: float) -> tuple[str, ...]:
    """Return the flags of a base too small to be sure, told once: by its count if that is small."""
    if n >= SMALL_BASE:
        return (Flag.INDICATIVE,) if n_effective < SMALL_BASE else ()
    return (Flag.ONE_ANSWER, Flag.SMALL_BASE) if n == 1 else (Flag.SMALL_BASE,)


def suppressed(score: Score, *, complement: bool = False) -> Score:
    """Return the score with everything hidden that could tell the answers of a small group."""
    flags = (Flag.COMPLEMENT_SUPPRESSED,) if complement else ()
    return replace(
        score,
        value=None,
        low=None,
        high=None,
        level=None,
        n=0,
        n_effective=None,
        n_missing=0,
        n_invalid=0,
        parts={},
        method=None,
        reason=Reason.SUPPRESSED,
        flags=flags,
    )
