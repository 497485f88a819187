"""How many shops a roll-out needs for its effect to be seen, or what a number of shops can see."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from ressenti.errors import InvalidArgument
from ressenti.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutDesign:
    """What is known of the units before a roll-out.

    Parameters
    ----------
    answer_variance
        Of one answer, in squared units of the indicator.
    answers
        Answers that each unit gives before the change, and again after it.
    unit_deviation
        Standard deviation of the units' true levels.
    stability
        Correlation of a unit's level before and after, -1..1: near 1 a unit stays what it is.
    """

    answer_variance: float
    answers: float
    unit_deviation: float
    stability: float = 0.8

    def deviation(self, *, has_before: bool) -> float:
        """Return the standard deviation of one unit's figure: its level, or its change."""
        noise = self.answer_variance / self.answers
        levels = self.unit_deviation**2
        if not has_before:
            return sqrt(noise + levels)
        return sqrt(2 * noise + 2 * levels * (1 - self.stability))


def units_for_effect(
    design: RolloutDesign,
    effect: float,
    *,
    has_before: bool,
    power: float = 0.8,
    confidence: float = 0.95,
) -> int:
    """Return how many units each group needs to see an effect, Student's law accounted for.

    Parameters
    ----------
    effect
        The smallest one worth seeing, in the unit of the indicator, not 0.
    has_before
        Whether units are compared with what they were: difference in differences.

    References
    ----------
    Donner and Klar, Design and Analysis of Cluster Randomization Trials in Health Research (2000).

    Examples
    --------
    >>> shops = RolloutDesign(answer_variance=5475, answers=100, unit_deviation=6)
    >>> units_for_effect(shops, 8, has_before=False), units_for_effect(shops, 8, has_before=True)
    (24, 32)
    """
    size = _standardised(design, effect, has_before=has_before)
    from statsmodels.stats.power import TTestIndPower

    found = TTestIndPower().solve_power(effect_size=size, alpha=1 - confidence, power=power)
    return max(2, ceil(float(found) * (1 - 1e-9)))


def detectable_effect(
    design: RolloutDesign,
    units: int,
    *,
    has_before: bool,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float:
    """Return the smallest effect that so many units in each group will see.

    Examples
    --------
    >>> shops = RolloutDesign(answer_variance=5475, answers=100, unit_deviation=6)
    >>> round(detectable_effect(shops, 24, has_before=False), 1)
    7.9
    """
    if units < 2:
        raise InvalidArgument(
            Text(
                en="{n} unit a group: at least 2 are needed.",
                fr="{n} unité par groupe : il en faut au moins 2.",
            ).format(n=units)
        )
    from statsmodels.stats.power import TTestIndPower

    size = TTestIndPower().solve_power(nobs1=units, alpha=1 - confidence, power=power)
    return float(size) * design.deviation(has_before=has_before)


def _standardised(design: RolloutDesign, effect: float, *, has_before: bool) -> float:
    deviation = design.deviation(has_before=has_before)
    if not abs(effect) > 0 or not deviation > 0:
        raise InvalidArgument(
            Text(
                en="an effect of {effect} among units that differ by {deviation} has no size.",
                fr="un effet de {effect} entre des unités qui diffèrent de {deviation} n'a pas de "
                "taille.",
            ).format(effect=effect, deviation=deviation)
        )
    return abs(effect) / deviation
