"""Attributes whose absence hurts more than their presence pleases, and the reverse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.proportions import wilson_interval
from ressenti.statistics.regression import Errors, LeastSquares, least_squares, with_intercept

Floats = NDArray[np.float64]
AttributeClass = Literal["must-be", "performance", "delighter", "no effect shown"]

# Under this many answers at one end of the scale the class is not given.
FEWEST_IN_A_TAIL = 30

TOO_FEW_IN_A_TAIL = Text(
    en="{low} low and {high} high answers: at least {needed} of each are needed to class a driver.",
    fr="{low} réponses basses et {high} hautes : il en faut au moins {needed} de chaque pour "
    "classer un levier.",
)
NO_KANO_ANSWERS = Text(
    en="no answer says must-be, performance, attractive or indifferent.",
    fr="aucune réponse n'indique obligatoire, proportionnel, attractif ou indifférent.",
)


@dataclass(frozen=True, slots=True)
class PenaltyReward:
    """What low and high answers on one driver go with, against its middle answers.

    Attributes
    ----------
    penalty, reward
        Coefficients of the low and of the high answers, in units of the outcome; None for an end
        of the scale that nobody chose.
    penalty_error, reward_error
        Their HC3 standard errors.
    asymmetry_z, p_value
        Test of penalty + reward = 0: below 0 the driver hurts more than it pleases.
    n_low, n_high
        Answers at each end.
    attribute_class
        None with a reason when an end has under 30 answers.
    """

    penalty: float | None
    reward: float | None
    penalty_error: float | None
    reward_error: float | None
    asymmetry_z: float | None
    p_value: float | None
    n_low: int
    n_high: int
    attribute_class: AttributeClass | None
    reason: Text | None = None


def penalty_reward(
    outcome: ArrayLike, low: ArrayLike, high: ArrayLike, *, confidence: float = 0.95
) -> tuple[PenaltyReward, ...]:
    """Return the penalty and the reward of each driver, all drivers in one regression.

    The cut-points and the middle taken as reference change the answer: keep them declared.

    Parameters
    ----------
    outcome
        Shape (n,).
    low, high
        Shape (n, k), true where the answer on driver j is low, or high. Rows with a missing
        answer must be left out beforehand.

    References
    ----------
    Brandt, Proceedings of the AMA Services Conference (1987) 61; Matzler and Sauerwein,
    International Journal of Service Industry Management 13 (2002) 314.

    Examples
    --------
    >>> low, high = [[1], [1], [0], [0], [0], [0]], [[0], [0], [0], [0], [1], [1]]
    >>> found, = penalty_reward([1, 2, 6, 7, 7, 8], low, high)
    >>> round(found.penalty, 6), round(found.reward, 6)
    (-5.0, 1.0)
    """
    lows, highs = np.asarray(low, dtype=bool), np.asarray(high, dtype=bool)
    if lows.shape != highs.shape or lows.ndim != 2 or (lows & highs).any():
        raise InvalidArgument(
            Text(
                en="low answers of shape {low} and high answers of shape {high}: give two tables "
                "of the same shape, no answer being both.",
                fr="des réponses basses de forme {low} et hautes de forme {high} : donnez deux "
                "tableaux de même forme, aucune réponse n'étant les deux.",
            ).format(low=lows.shape, high=highs.shape)
        )
    k = lows.shape[1]
    fit = least_squares(outcome, with_intercept(np.column_stack([lows, highs])))
    return tuple(
        penalty_reward_of_fit(
            fit,
            (1 + j, 1 + k + j),
            (int(lows[:, j].sum()), int(highs[:, j].sum())),
            confidence=confidence,
        )
        for j in range(k)
    )


def penalty_reward_of_fit(
    fit: LeastSquares,
    places: tuple[int, int],
    tails: tuple[int, int],
    *,
    errors: Errors = "hc3",
    confidence: float = 0.95,
) -> PenaltyReward:
    """Return the penalty and the reward of one driver from a regression already made.

    Parameters
    ----------
    places
        Those of its low and of its high answers among the coefficients.
    tails
        Answers at its low and at its high end.
    errors
        The kind of errors to test with.
    """
    low_and_high = list(places)
    penalty, reward = (_known(value) for value in fit.coefficients[low_and_high])
    spreads = fit.standard_errors(errors)[low_and_high]
    asymmetry = None
    variance = float(fit.covariances[errors][np.ix_(low_and_high, low_and_high)].sum())
    if penalty is not None and reward is not None and variance > 0:
        asymmetry = (penalty + reward) / sqrt(variance)
    enough = min(tails) >= FEWEST_IN_A_TAIL
    return PenaltyReward(
        penalty=penalty,
        reward=reward,
        penalty_error=_known(spreads[0]),
        reward_error=_known(spreads[1]),
        asymmetry_z=asymmetry,
        p_value=None if asymmetry is None else _two_sided(asymmetry),
        n_low=tails[0],
        n_high=tails[1],
        attribute_class=(
            _class(fit.coefficients[low_and_high] / spreads, asymmetry, normal_quantile(confidence))
            if enough and asymmetry is not None
            else None
        ),
        reason=None
        if enough
        else TOO_FEW_IN_A_TAIL.format(low=tails[0], high=tails[1], needed=FEWEST_IN_A_TAIL),
    )


@dataclass(frozen=True, slots=True)
class KanoCoefficients:
    """How much an attribute pleases when there, and displeases when missing.

    Attributes
    ----------
    better
        Share satisfied by its presence, 0..1, with Wilson limits.
    worse
        Minus the share dissatisfied by its absence, -1..0, with Wilson limits.
    n
        Answers that are neither reversed nor questionable.
    """

    better: Interval
    worse: Interval
    n: int


def kano_coefficients(
    *,
    attractive: int,
    performance: int,
    must_be: int,
    indifferent: int,
    confidence: float = 0.95,
) -> KanoCoefficients:
    """Return the better and worse coefficients of a Kano questionnaire.

    Parameters
    ----------
    attractive, performance, must_be, indifferent
        Number of answers in each class; reversed and questionable answers are left out.

    References
    ----------
    Berger et al., Center for Quality Management Journal 2 (1993) 3.

    Examples
    --------
    >>> found = kano_coefficients(attractive=30, performance=20, must_be=10, indifferent=40)
    >>> found.better.estimate, found.worse.estimate
    (0.5, -0.3)
    """
    counts: Sequence[int] = (attractive, performance, must_be, indifferent)
    if min(counts) < 0:
        raise InvalidArgument(
            Text(
                en="{value} answers in a class: a number of answers is at least 0.",
                fr="{value} réponses dans une classe : un nombre de réponses vaut au moins 0.",
            ).format(value=min(counts))
        )
    n = sum(counts)
    if n == 0:
        nothing = Interval(None, None, None, confidence, "wilson", NO_KANO_ANSWERS)
        return KanoCoefficients(nothing, nothing, 0)
    pleased = wilson_interval(attractive + performance, n, confidence=confidence)
    _, low, high = wilson_interval(performance + must_be, n, confidence=confidence).bounds()
    displeased = (performance + must_be) / n
    return KanoCoefficients(pleased, Interval(-displeased, -high, -low, confidence, "wilson"), n)


def _class(scores: Floats, asymmetry: float, z: float) -> AttributeClass:
    hurts, pleases = bool(scores[0] < -z), bool(scores[1] > z)
    if hurts and asymmetry < -z:
        return "must-be"
    if pleases and asymmetry > z:
        return "delighter"
    return "performance" if hurts or pleases else "no effect shown"


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))
