"""Weighted means, ratios and proportions with the standard error of the sample's design."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.statistics.effective_sizes import kish_effective_size
from ressenti.statistics.intervals import (
    NO_ANSWERS,
    NO_SPREAD,
    ONE_VALUE,
    Interval,
    normal_quantile,
)
from ressenti.statistics.linearisation import (
    design_variance,
    mean_scores,
    ratio_scores,
    require_weights,
)
from ressenti.statistics.proportions import clopper_pearson_interval
from ressenti.statistics.student import student_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """How the rows of a sample were drawn; every part has shape (n,) or is None.

    Attributes
    ----------
    strata, clusters
        Labels. Without clusters each row is drawn by itself.
    sampling_fractions
        Sampled share of the population of the row's stratum, 0..1; None without a finite
        population.
    domain
        True for the rows that the figure is about; the others still count in the design.
    """

    strata: ArrayLike | None = None
    clusters: ArrayLike | None = None
    sampling_fractions: ArrayLike | None = None
    domain: ArrayLike | None = None


SIMPLE = Design()


@dataclass(frozen=True, slots=True)
class WeightedEstimate:
    """A weighted mean or ratio with its standard error.

    Attributes
    ----------
    n
        Rows of the domain with a weight above 0.
    n_zero_weight
        Rows left out because their weight is 0.
    estimate, standard_error
        None without rows; the standard error is None with a single row too.
    design_effect
        Variance over that of as many unweighted independent rows; None when it has no meaning.
    degrees_of_freedom
        Clusters minus strata of the whole sample.
    """

    n: int
    n_zero_weight: int
    sum_w: float
    kish_size: float
    estimate: float | None
    standard_error: float | None
    design_effect: float | None
    degrees_of_freedom: int
    reason: Text | None = None

    def interval(self, *, confidence: float = 0.95) -> Interval:
        """Return estimate ± t standard errors."""
        normal_quantile(confidence)
        if self.estimate is None or not self.standard_error:
            reason = self.reason or NO_SPREAD
            return Interval(self.estimate, None, None, confidence, "linearised", reason)
        margin = t_quantile(self.degrees_of_freedom, confidence) * self.standard_error
        low, high = self.estimate - margin, self.estimate + margin
        return Interval(self.estimate, low, high, confidence, "linearised")


def t_quantile(degrees_of_freedom: float, confidence: float) -> float:
    """Return the two-sided quantile of Student's law."""
    return student_quantile(degrees_of_freedom, (1 + confidence) / 2)


def weighted_mean(
    values: ArrayLike, weights: ArrayLike, design: Design = SIMPLE
) -> WeightedEstimate:
    """Return the weighted mean of a sample or of one of its domains.

    Parameters
    ----------
    values
        Shape (n,); NaN for a missing value, which leaves the sample.
    weights
        Shape (n,), at least 0. A row of weight 0 leaves the sample without changing any sum.

    Raises
    ------
    InvalidWeights
        When a weight is negative or not a number.
    UndefinedResult
        When a stratum has a single cluster.

    Examples
    --------
    >>> found = weighted_mean([1, 0, -1, 1], [1.0, 2.0, 1.0, 0.0])
    >>> found.n, found.estimate, round(found.standard_error, 4)
    (3, 0.0, 0.433)
    """
    return _linearised(np.asarray(values, dtype=np.float64), None, weights, design)


def weighted_ratio(
    numerators: ArrayLike, denominators: ArrayLike, weights: ArrayLike, design: Design = SIMPLE
) -> WeightedEstimate:
    """Return the ratio of two weighted sums, such as cost per contact, like `weighted_mean`.

    Examples
    --------
    >>> weighted_ratio([10.0, 20.0], [1.0, 3.0], [1.0, 1.0]).estimate
    7.5
    """
    tops = np.asarray(numerators, dtype=np.float64)
    return _linearised(tops, np.asarray(denominators, dtype=np.float64), weights, design)


def _linearised(
    tops: Floats, bottoms: Floats | None, weights: ArrayLike, design: Design
) -> WeightedEstimate:
    scale = require_weights(weights)
    divisors = np.ones(tops.shape) if bottoms is None else bottoms
    known = np.isfinite(tops) & np.isfinite(divisors)
    domain = np.ones(tops.shape, dtype=bool)
    if design.domain is not None:
        domain = np.asarray(design.domain, dtype=bool)
    kept = known & (scale > 0)
    inner = np.where(domain, scale, 0.0)[kept]
    n = int((inner > 0).sum())
    sum_w = float(inner.sum())
    kish = float(kish_effective_size(sum_w, (inner**2).sum()))
    zeros = int((known & domain & (scale == 0)).sum())
    if n == 0:
        return WeightedEstimate(0, zeros, 0.0, 0.0, None, None, None, 0, NO_ANSWERS)
    y, x = tops[kept], divisors[kept]
    estimate = float(inner @ y) / float(inner @ x)
    if n == 1:
        return WeightedEstimate(1, zeros, sum_w, kish, estimate, None, None, 0, ONE_VALUE)
    found = design_variance(
        ratio_scores(y, x, inner),
        strata=_kept(design.strata, kept),
        clusters=_kept(design.clusters, kept),
        sampling_fractions=_kept(design.sampling_fractions, kept),
    )
    variance = float(found.variance[0])
    independent = float(inner @ (y - estimate) ** 2) / sum_w / (n - 1)
    return WeightedEstimate(
        n=n,
        n_zero_weight=zeros,
        sum_w=sum_w,
        kish_size=kish,
        estimate=estimate,
        standard_error=math.sqrt(variance),
        design_effect=variance / independent if bottoms is None and independent > 0 else None,
        degrees_of_freedom=found.degrees_of_freedom,
    )


def _kept(labels: ArrayLike | None, kept: NDArray[np.bool_]) -> NDArray[np.generic] | None:
    return None if labels is None else np.asarray(labels)[kept]


def domain_difference(
    values: ArrayLike,
    weights: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    design: Design = SIMPLE,
) -> tuple[float, float]:
    """Return the difference of two domain means, first minus second, and its standard error.

    Both domains belong to one sample, so that answers of one cluster in both are not counted as
    independent.

    Parameters
    ----------
    first, second
        Shape (n,): True for the rows of each domain.

    Raises
    ------
    UndefinedResult
        When a domain is empty or a stratum has a single cluster.
    """
    y = np.asarray(values, dtype=np.float64)
    scale = require_weights(weights)
    kept = np.isfinite(y) & (scale > 0)
    sides = [np.where(np.asarray(rows, dtype=bool), scale, 0.0)[kept] for rows in (first, second)]
    if min(side.sum() for side in sides) == 0:
        raise UndefinedResult(NO_ANSWERS)
    means = [float(side @ y[kept]) / float(side.sum()) for side in sides]
    found = design_variance(
        mean_scores(y[kept], sides[0]) - mean_scores(y[kept], sides[1]),
        strata=_kept(design.strata, kept),
        clusters=_kept(design.clusters, kept),
        sampling_fractions=_kept(design.sampling_fractions, kept),
    )
    return means[0] - means[1], math.sqrt(float(found.variance[0]))


def weighted_mean_of_sums(
    n: int, sum_w: float, sum_w2: float, sum_wy: float, sum_w2y: float, sum_w2y2: float
) -> tuple[float | None, float | None]:
    """Return the weighted mean and its standard error from sums that merge by addition.

    Parameters
    ----------
    n
        Rows with a weight above 0.
    sum_w, sum_w2, sum_wy, sum_w2y, sum_w2y2
        Sums over the rows of w, w^2, w y, w^2 y and w^2 y^2.

    Returns
    -------
    estimate, standard_error
        None without weight; the standard error is None with a single row too.

    Examples
    --------
    >>> weighted_mean_of_sums(2, 2.0, 2.0, 4.0, 4.0, 10.0)
    (2.0, 1.0)
    """
    if sum_w <= 0:
        return None, None
    mean = sum_wy / sum_w
    if n < 2:
        return mean, None
    squares = max(sum_w2y2 - 2 * mean * sum_w2y + mean**2 * sum_w2, 0.0)
    return mean, math.sqrt(n / (n - 1) * squares) / sum_w


def logit_interval(proportion: WeightedEstimate, *, confidence: float = 0.95) -> Interval:
    """Return the interval of a weighted proportion that is symmetric on the logit scale.

    It has no limits at 0 and 1, where the logit has no value.
    """
    normal_quantile(confidence)
    p, error = proportion.estimate, proportion.standard_error
    if p is None or not error or not 0 < p < 1:
        reason = proportion.reason or NO_SPREAD
        return Interval(p, None, None, confidence, "logit", reason)
    margin = t_quantile(proportion.degrees_of_freedom, confidence) * error / (p * (1 - p))
    centre = math.log(p / (1 - p))
    low, high = (1 / (1 + math.exp(-centre - side)) for side in (-margin, margin))
    return Interval(p, low, high, confidence, "logit")


def korn_graubard_interval(proportion: WeightedEstimate, *, confidence: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval of a weighted proportion on its effective size.

    At 0 and 1, where the variance says nothing, the effective size is Kish's.

    References
    ----------
    Korn and Graubard, Survey Methodology 24 (1998) 193.
    """
    p, error = proportion.estimate, proportion.standard_error
    if p is None or error is None:
        return Interval(p, None, None, confidence, "korn-graubard", proportion.reason)
    size = proportion.kish_size
    if error > 0:
        narrowing = t_quantile(proportion.n - 1, confidence) / t_quantile(
            proportion.degrees_of_freedom, confidence
        )
        size = p * (1 - p) / error**2 * narrowing**2
    exact = clopper_pearson_interval(p * size, size, confidence=confidence)
    return replace(exact, estimate=p, method="korn-graubard")
