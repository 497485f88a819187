"""Perceptions minus expectations of the same respondents, as SERVQUAL asks them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, mean_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedGap:
    """How far perceptions stay from expectations; negative when they fall short.

    Attributes
    ----------
    items
        Mean gap of each item over the respondents who gave both; None when nobody did.
    dimension
        Mean over complete respondents of their mean gap, with its paired Student interval.
    standard_error, p_value
        Of the dimension; None when the interval is undefined.
    weighted
        Mean of the item gaps weighted by importance; None without weights.
    """

    items: tuple[float | None, ...]
    dimension: Interval
    standard_error: float | None
    p_value: float | None
    n: int
    weighted: float | None = None


def paired_gap(
    expectations: ArrayLike,
    perceptions: ArrayLike,
    *,
    importance: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PairedGap:
    """Return the gaps of items and of their dimension, perception minus expectation.

    Difference scores are less reliable than the perceptions alone: show both.

    Parameters
    ----------
    expectations, perceptions
        Shape (n, k), same respondents and items in the same order, NaN when missing.
    importance
        Shape (k,): points given to each item, none negative.

    References
    ----------
    Parasuraman, Zeithaml and Berry, Journal of Retailing 64 (1988) 12; Cronin and Taylor,
    Journal of Marketing 56 (1992) 55.

    Examples
    --------
    >>> gap = paired_gap([[7, 6], [6, 7]], [[5, 6], [5, 5]])
    >>> gap.items, gap.dimension.estimate
    ((-1.5, -1.0), -1.25)
    """
    expected = np.asarray(expectations, dtype=np.float64)
    perceived = np.asarray(perceptions, dtype=np.float64)
    if expected.shape != perceived.shape or expected.ndim != 2:
        raise InvalidArgument(
            Text(
                en="expectations of shape {one} and perceptions of shape {other}: give two tables "
                "of the same respondents and items.",
                fr="des attentes de forme {one} et des perceptions de forme {other} : donnez deux "
                "tableaux des mêmes répondants et des mêmes items.",
            ).format(one=expected.shape, other=perceived.shape)
        )
    gaps = perceived - expected
    given = np.isfinite(gaps)
    items = tuple(
        float(gaps[given[:, i], i].mean()) if given[:, i].any() else None
        for i in range(gaps.shape[1])
    )
    respondents = gaps[given.all(axis=1)].mean(axis=1)
    n = respondents.size
    deviation = _deviation(respondents)
    dimension = mean_interval(
        float(respondents.mean()) if n else 0.0, deviation, n, confidence=confidence
    )
    error = deviation / n**0.5 if dimension.low is not None else None
    return PairedGap(
        items=items,
        dimension=dimension,
        standard_error=error,
        p_value=None if error is None else _student_p_value(respondents.mean() / error, n - 1),
        n=n,
        weighted=_weighted(items, importance),
    )


def _deviation(values: Floats) -> float:
    """Return the standard deviation, exactly 0 when only rounding makes the values differ."""
    if values.size < 2 or np.ptp(values) <= 1e-12 * np.abs(values).max():
        return 0.0
    return float(values.std(ddof=1))


def _student_p_value(t: float, freedom: int) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(t)))


def _weighted(items: tuple[float | None, ...], importance: ArrayLike | None) -> float | None:
    if importance is None:
        return None
    points = np.asarray(importance, dtype=np.float64)
    if points.shape != (len(items),) or not (points >= 0).all() or points.sum() <= 0:
        raise InvalidArgument(
            Text(
                en="the importance {points} does not suit {n} items: give one number per item, "
                "none negative.",
                fr="l'importance {points} ne convient pas à {n} items : donnez un nombre par item, "
                "aucun négatif.",
            ).format(points=points.tolist(), n=len(items))
        )
    if None in items:
        return None
    return float(np.average(np.array(items, dtype=np.float64), weights=points))
