"""Targets: whether a score has reached what was planned for it, as far as its interval tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from ressenti.facts.plan import Target
from ressenti.scores.score import Direction, Score


class Attainment(StrEnum):
    """What the interval allows one to say of a target."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    UNDECIDED = "undecided"


def attainment(score: Score, target: Target) -> Attainment | None:
    """Return whether a target is reached: when the whole interval lies on its side.

    None where there is nothing to judge: no value, or an indicator of which neither more nor
    less is better. Without an interval nothing is decided.

    Examples
    --------
    >>> from ressenti.scores.score import Unit
    >>> score = Score(indicator="nps", variant="standard_0_10", value=45.0, unit=Unit.POINTS,
    ...               direction=Direction.HIGH, low=41.0, high=49.0)
    >>> [str(attainment(score, Target(value=value))) for value in (40.0, 45.0, 50.0)]
    ['reached', 'undecided', 'not_reached']
    """
    if score.value is None or score.direction is Direction.CONTEXT:
        return None
    if score.low is None or score.high is None:
        return Attainment.UNDECIDED
    is_low = score.direction is Direction.LOW
    if (score.high <= target.value) if is_low else (score.low >= target.value):
        return Attainment.REACHED
    if (score.low > target.value) if is_low else (score.high < target.value):
        return Attainment.NOT_REACHED
    return Attainment.UNDECIDED


def targets_of(score: Score, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return the targets a score is measured against.

    A score of a period answers to the next target that falls due, the last one once all are
    past; a score of all time is held against each.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from ressenti.scores.score import Period, Unit
    >>> score = Score(indicator="nps", variant="standard_0_10", value=45.0, unit=Unit.POINTS,
    ...               direction=Direction.HIGH)
    >>> march = replace(score, period=Period("2026-03-01", "2026-04-01", "month"))
    >>> steps = [Target(value=50, by=date(2026, 12, 31)), Target(value=45, by=date(2026, 6, 30))]
    >>> [target.value for target in targets_of(march, steps)]
    [45]
    """
    dated = sorted(
        (target for target in targets if target.by is not None),
        key=lambda target: target.by or date.max,
    )
    always = tuple(target for target in targets if target.by is None)
    if score.period is None or not dated:
        return (*always, *dated)
    start = date.fromisoformat(score.period.start[:10])
    due = [target for target in dated if target.by is not None and target.by >= start]
    return (*always, (due or dated[-1:])[0])
