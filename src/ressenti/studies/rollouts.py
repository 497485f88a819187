"""Roll-outs: what a change did where it was made, against where it was not.

This is what earns the word "caused": units drawn at random, or units that moved alike before the
change and no longer after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, Direction, Unit
from ressenti.statistics.rollout_effects import (
    RolloutEffect,
    difference_in_differences,
    randomised_effect,
    trend_difference,
)
from ressenti.tallies.tally import Floats

FEW_UNITS = 10

FEW_COMPARED = Text(
    en="{treated} units with the change and {others} without: under {needed} in all, be wary.",
    fr="{treated} unités avec le changement et {others} sans : sous {needed} au total, méfiance.",
)
NOT_ALIKE = Text(
    en="the two groups already drifted apart before the change: what follows may be that drift.",
    fr="les deux groupes s'écartaient déjà avant le changement : la suite est peut-être cet écart.",
)
ALIKE_UNKNOWN = Text(
    en="nothing shows that the two groups moved alike before the change: {reason}",
    fr="rien ne montre que les deux groupes évoluaient de même avant le changement : {reason}",
)
LEFT_OUT = Text(
    en="{n} units are left out: without figures before and after.",
    fr="{n} unités sont écartées : sans chiffre avant et après.",
)


class Design(StrEnum):
    """How the units that got the change were chosen, and what they are held against."""

    RANDOMISED = "randomised"
    BEFORE_AND_AFTER = "difference_in_differences"


class Claim(StrEnum):
    """What may be said of the change."""

    CAUSED = "caused"
    MOVED_WITH = "moved_with"
    NOT_SHOWN = "not_shown"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One group of units: its mean figures before and after the change, None without."""

    before: float | None
    after: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """What a change did to an indicator.

    Parameters
    ----------
    effect : RolloutEffect
        In the unit of the indicator.
    treated, others : Arm
    drift : RolloutEffect or None
        By how much the groups moved apart a period before the change; None for a random draw.
    """

    indicator: str
    unit: Unit
    direction: Direction
    design: Design
    effect: RolloutEffect
    treated: Arm
    others: Arm
    drift: RolloutEffect | None
    claim: Claim
    cautions: tuple[Text, ...] = ()
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RolloutFigures:
    """An indicator in every unit and period.

    Parameters
    ----------
    values, sizes : arrays, shape (units, periods)
        The figure, NaN where there is none; how many answers are behind it.
    is_treated : array of bool, shape (units,)
        Which units get the change, some day.
    start : int
        First period with the change.
    """

    indicator: str
    values: Floats
    sizes: Floats
    is_treated: NDArray[np.bool_]
    start: int
    unit: Unit = Unit.SCALE
    direction: Direction = Direction.CONTEXT


def rollout_of_figures(
    figures: RolloutFigures, *, is_randomised: bool, confidence: float = CONFIDENCE
) -> Rollout:
    """Return what a change did, with what was checked before calling it the cause.

    Examples
    --------
    >>> values = np.array([[30.0, 31, 30, 38, 37]] * 4 + [[29.0, 30, 29, 30, 30]] * 4)
    >>> values += np.random.default_rng(1).normal(0, 1, values.shape)
    >>> figures = RolloutFigures(
    ...     indicator="nps", values=values, sizes=np.ones(values.shape), start=3,
    ...     is_treated=np.arange(8) < 4,
    ... )
    >>> str(rollout_of_figures(figures, is_randomised=False).claim)
    'caused'
    """
    earlier, later = (
        _figures_of_units(figures, part)
        for part in (slice(0, figures.start), slice(figures.start, None))
    )
    treated = figures.is_treated
    has_before = bool(np.isfinite(earlier).any())
    drift = None
    if is_randomised:
        effect = randomised_effect(
            later, treated, before=earlier if has_before else None, confidence=confidence
        )
    else:
        effect = difference_in_differences(earlier, later, treated, confidence=confidence)
        drift = trend_difference(figures.values[:, : figures.start], treated, confidence=confidence)
    arms = [_arm(earlier, later, treated == side) for side in (True, False)]
    return Rollout(
        indicator=figures.indicator,
        unit=figures.unit,
        direction=figures.direction,
        design=Design.RANDOMISED if is_randomised else Design.BEFORE_AND_AFTER,
        effect=effect,
        treated=arms[0],
        others=arms[1],
        drift=drift,
        claim=_claim(effect, drift, confidence, is_randomised=is_randomised),
        cautions=_cautions(effect, drift, len(treated)),
        confidence=confidence,
    )


def _figures_of_units(figures: RolloutFigures, part: slice) -> Floats:
    """Return the figure of each unit over some periods, every answer counting the same."""
    values, sizes = figures.values[:, part], figures.sizes[:, part]
    weights = np.where(np.isfinite(values), sizes, 0.0)
    totals = weights.sum(axis=1)
    sums = (np.nan_to_num(values) * weights).sum(axis=1)
    means: Floats = np.divide(sums, totals, out=np.full(len(values), np.nan), where=totals > 0)
    return means


def _arm(earlier: Floats, later: Floats, chosen: NDArray[np.bool_]) -> Arm:
    def mean(values: Floats) -> float | None:
        known = values[chosen & np.isfinite(values)]
        return float(known.mean()) if known.size else None

    return Arm(before=mean(earlier), after=mean(later), n=int((chosen & np.isfinite(later)).sum()))


def _claim(
    effect: RolloutEffect, drift: RolloutEffect | None, confidence: float, *, is_randomised: bool
) -> Claim:
    interval = effect.effect
    if interval.low is None or interval.high is None:
        return Claim.UNDEFINED
    excludes_zero = interval.low > 0 or interval.high < 0
    if is_randomised:
        # The draw itself is the test; the interval says how large.
        is_shown = (effect.p_value or 0.0) < 1 - confidence and excludes_zero
        return Claim.CAUSED if is_shown else Claim.NOT_SHOWN
    if not excludes_zero:
        return Claim.NOT_SHOWN
    return Claim.CAUSED if _moved_alike(drift) else Claim.MOVED_WITH


def _moved_alike(drift: RolloutEffect | None) -> bool:
    if drift is None or drift.effect.low is None or drift.effect.high is None:
        return False
    return drift.effect.low <= 0 <= drift.effect.high


def _cautions(effect: RolloutEffect, drift: RolloutEffect | None, units: int) -> tuple[Text, ...]:
    cautions = []
    compared = effect.n_treated + effect.n_others
    if compared < units:
        cautions.append(LEFT_OUT.format(n=units - compared))
    if effect.effect.estimate is not None and compared < FEW_UNITS:
        cautions.append(
            FEW_COMPARED.format(treated=effect.n_treated, others=effect.n_others, needed=FEW_UNITS)
        )
    if drift is not None and drift.effect.low is None:
        reason = drift.effect.reason or Text(en="–", fr="–")
        cautions.append(ALIKE_UNKNOWN.format(reason=reason))
    elif drift is not None and not _moved_alike(drift):
        cautions.append(NOT_ALIKE)
    return tuple(cautions)
