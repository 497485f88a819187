"""Planning: how many answers a survey needs before it is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.facts.scales import Level, Scale
from ressenti.language import Text
from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Indicator, Variant
from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.planning import (
    detectable_change,
    margin_of_error,
    size_for_change,
    size_for_margin,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is known of a survey before it is sent.

    Parameters
    ----------
    shares : mapping of level to share, or None for the worst case
        The answers expected, by level of the scale or by class of the variant; they add up to 1.
    population : float or None
        Size of a closed list that is described; None for what the service produces.
    design_effect : float
        Variance of the design over that of independent answers.
    response_rate : float in (0, 1] or None
        To say how many people must be asked.
    """

    shares: Mapping[Level, float] | None = None
    population: float | None = None
    design_effect: float = 1.0
    response_rate: float | None = None
    confidence: float = CONFIDENCE
    power: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """A number of answers and what it can see, in the unit of the variant.

    ``change`` is the smallest difference between two such waves that is seen ``power`` of the
    time; ``to_ask`` counts the people to invite.
    """

    n: int
    margin: float
    change: float
    variance: float
    confidence: float
    power: float
    is_worst_case: bool
    to_ask: int | None = None


def answer_variance(variant: Variant, shares: Mapping[Level, float] | None) -> float:
    """Return the variance of one answer, in squared units of the variant.

    Without shares it is the largest there can be: half the answers at each end.

    Raises
    ------
    UndefinedResult
        R206, when the variant is no score of answers on a scale.
    InvalidArgument
        R102, when the shares do not add up to 1 or name an unknown level.
    """
    shape = _contrast(variant)
    values = {level: c * shape.multiplier for level, c in shape.coefficients.items()}
    if shares is None:
        return ((max(values.values()) - min(values.values())) / 2) ** 2
    by_level = _by_level(shape, shares)
    unknown = [level for level in by_level if level not in values]
    if unknown or not math.isclose(sum(by_level.values()), 1.0, abs_tol=1e-6):
        raise InvalidArgument(
            Text(
                en=f"the expected shares must add up to 100% over {', '.join(map(str, values))}.",
                fr="les parts attendues doivent faire 100\N{NARROW NO-BREAK SPACE}% sur "
                f"{', '.join(map(str, values))}.",
            )
        )
    p = np.array([by_level.get(level, 0.0) for level in values])
    c = np.array(list(values.values()))
    return float(p @ (c * c) - (p @ c) ** 2)


def plan_for_margin(variant: Variant, margin: float, survey: Survey) -> SamplePlan:
    """Return the plan whose interval is ± ``margin``, in the unit of the variant."""
    variance = answer_variance(variant, survey.shares)
    n = size_for_margin(
        variance,
        margin,
        confidence=survey.confidence,
        design_effect=survey.design_effect,
        population=survey.population,
    )
    return plan_of_size(variant, n, survey)


def plan_for_change(variant: Variant, change: float, survey: Survey) -> SamplePlan:
    """Return the plan of each of two waves between which ``change`` is seen."""
    variance = answer_variance(variant, survey.shares)
    n = size_for_change(
        (variance, variance),
        change,
        power=survey.power,
        confidence=survey.confidence,
        design_effect=survey.design_effect,
        population=survey.population,
    )
    return plan_of_size(variant, n, survey)


def plan_of_size(variant: Variant, n: int, survey: Survey) -> SamplePlan:
    """Return what ``n`` answers can see."""
    variance = answer_variance(variant, survey.shares)
    margin = margin_of_error(
        variance,
        n,
        confidence=survey.confidence,
        design_effect=survey.design_effect,
        population=survey.population,
    )
    change = detectable_change(
        (variance, variance),
        (n, n),
        power=survey.power,
        confidence=survey.confidence,
        design_effect=survey.design_effect,
        populations=(survey.population, survey.population),
    )
    return SamplePlan(
        n=n,
        margin=margin,
        change=change,
        variance=variance,
        confidence=survey.confidence,
        power=survey.power,
        is_worst_case=survey.shares is None,
        to_ask=None if survey.response_rate is None else math.ceil(n / survey.response_rate),
    )


def expected_shares(indicator: Indicator, variant: Variant, text: str) -> dict[Level, float]:
    """Return the shares a person wrote in per cent: one a class of the variant, or the positives.

    Examples
    --------
    >>> from ressenti.indicators import variant_called
    >>> expected_shares(*variant_called("nps"), "60,25,15")
    {'promoters': 0.6, 'passives': 0.25, 'detractors': 0.15}
    """
    shape = _contrast(variant)
    try:
        parts = [float(part.replace("%", "")) / 100 for part in text.split(",")]
    except ValueError:
        parts = []
    names = list(shape.classes)
    if len(parts) == 1 and len(names) == 1:
        return {names[0]: parts[0]}
    if len(parts) != len(names) or not parts:
        listed = ",".join(names)
        raise InvalidArgument(
            Text(
                en=f"write the expected shares of {indicator.key} in per cent: {listed}.",
                fr=f"écrivez les parts attendues de {indicator.key} en pour cent : {listed}.",
            )
        )
    return dict(zip(names, parts, strict=True))


def _by_level(shape: Contrast, shares: Mapping[Level, float]) -> dict[Level, float]:
    """Return shares by level; a class stands for its first level, what is left for the rest."""
    if not any(name in shape.classes for name in shares):
        return dict(shares)
    by_level = {shape.classes[str(name)][0]: share for name, share in shares.items()}
    named = {level for levels in shape.classes.values() for level in levels}
    rest = [level for level in shape.coefficients if level not in named]
    left = 1.0 - sum(by_level.values())
    if rest and left > 0:
        by_level[rest[0]] = left
    return by_level


def _contrast(variant: Variant) -> Contrast:
    scale = variant.scale
    shape = variant.form(scale) if variant.form and isinstance(scale, Scale) else None
    if isinstance(shape, Contrast):
        return shape
    raise UndefinedResult(
        Text(
            en=f"a sample size can be planned for scores of answers on a scale; '{variant.key}' "
            "is none.",
            fr="on planifie une taille d'échantillon pour un score de réponses sur une échelle ; "
            f"« {variant.key} » n'en est pas un.",
        )
    )
