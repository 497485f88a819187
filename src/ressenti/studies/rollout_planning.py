"""Roll-out planning: how many shops a change needs for its effect on an indicator to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.scores.definitions import Variant
from ressenti.statistics.rollout_planning import (
    RolloutDesign,
    detectable_effect,
    units_for_effect,
)
from ressenti.studies.planning import Survey, answer_variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What is known of the shops or teams of a roll-out.

    Parameters
    ----------
    answers : float
        That each gives before the change, and again after it.
    deviation : float or None
        Standard deviation of their true levels, in the unit of the indicator.
    stability : float
        Correlation of a unit's level before and after.
    """

    answers: float
    deviation: float | None
    stability: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPlan:
    """Units that each group needs, and the effect that so many see, by either design."""

    units_randomised: int
    effect_randomised: float
    units_before_and_after: int
    effect_before_and_after: float
    answers_per_unit: float
    confidence: float
    power: float


def plan_of_rollout(
    variant: Variant,
    units: Units,
    survey: Survey,
    *,
    change: float | None = None,
    n: int | None = None,
) -> RolloutPlan:
    """Return how many units see an effect, or what effect a number of units sees.

    Parameters
    ----------
    change : float or None
        Smallest effect worth seeing, in the unit of the variant.
    n : int or None
        Units of each group; one of the two is given.

    Raises
    ------
    InvalidArgument
        R102, without the deviation of the units, or with neither or both wishes.
    """
    if units.deviation is None or (change is None) == (n is None):
        raise InvalidArgument(
            Text(
                en="a roll-out is planned with --unit-deviation, and one of --change and --n.",
                fr="un déploiement se planifie avec --unit-deviation, et l'un de --change et --n.",
            )
        )
    design = RolloutDesign(
        answer_variance=answer_variance(variant, survey.shares) * survey.design_effect,
        answers=units.answers,
        unit_deviation=units.deviation,
        stability=units.stability,
    )
    told = {"power": survey.power, "confidence": survey.confidence}
    sizes = [
        n if change is None else units_for_effect(design, change, has_before=has_before, **told)
        for has_before in (False, True)
    ]
    effects = [
        detectable_effect(design, size or 2, has_before=has_before, **told)
        for size, has_before in zip(sizes, (False, True), strict=True)
    ]
    return RolloutPlan(
        units_randomised=sizes[0] or 2,
        effect_randomised=effects[0],
        units_before_and_after=sizes[1] or 2,
        effect_before_and_after=effects[1],
        answers_per_unit=units.answers,
        confidence=survey.confidence,
        power=survey.power,
    )
