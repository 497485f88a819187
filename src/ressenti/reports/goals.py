"""Goals: what a score may say of its targets, in words."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import format_date

from ressenti.facts.plan import Target
from ressenti.language import Language, semicolon
from ressenti.reports.words import DUE, TARGETS
from ressenti.scores.score import DECIMALS, Score, Unit, value_text
from ressenti.studies.targets import attainment, targets_of


def target_remarks(score: Score, targets: Sequence[Target], language: Language) -> str:
    """Return whether each target of a score is reached, only when the interval allows it.

    Examples
    --------
    >>> from ressenti.scores.score import Direction
    >>> score = Score(indicator="nps", variant="standard_0_10", value=45.0, unit=Unit.POINTS,
    ...               direction=Direction.HIGH, low=41.0, high=49.0)
    >>> target_remarks(score, [Target(value=40)], "en")
    'target 40 reached'
    """
    return f"{semicolon(language)} ".join(
        TARGETS[attainment(score, target)]
        .format(target=_target_text(target, score.unit, language))
        .to(language)
        for target in targets_of(score, targets)
    )


def target_value_text(target: Target, unit: Unit, language: Language) -> str:
    """Return the value of a target as it was set: 80 %, not 80.0 %.

    Examples
    --------
    >>> target_value_text(Target(value=80.0), Unit.PERCENT, "en")
    '80%'
    """
    decimals = DECIMALS.get(unit, 2)
    finer = next(
        (n for n in range(decimals + 1) if round(target.value, n) == target.value), decimals
    )
    return value_text(target.value, unit, language, finer=finer - decimals)


def _target_text(target: Target, unit: Unit, language: Language) -> str:
    value = target_value_text(target, unit, language)
    if target.by is None:
        return value
    day = format_date(target.by, format="long", locale=language)
    return DUE.format(value=value, day=day).to(language)
