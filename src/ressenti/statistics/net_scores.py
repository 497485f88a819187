"""Net scores, the best answers minus the worst: textbook intervals, chances and paired changes.

The interval to publish is `intervals.net_score_interval`; those here are offered by name because
people know them. All shares are in -1..1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, ScaleMismatch
from ressenti.language import Text
from ressenti.statistics.intervals import (
    NET_COEFFICIENTS,
    NO_ANSWERS,
    NO_SPREAD,
    ONE_VALUE,
    Interval,
    mean_interval,
    normal_quantile,
)
from ressenti.statistics.significance import Difference, SignificanceTest, normal_difference

Floats = NDArray[np.float64]
Counts = tuple[float, float, float]

# A quarter promoter-detractor pair more: what Rocks found best for one group.
PSEUDO_ANSWERS: Counts = (0.75, 1.5, 0.75)
QUADRATURE_NODES = 200


def net_classes(scores: ArrayLike) -> Floats:
    """Return 1 for 9 and 10, 0 for 7 and 8, -1 for 0 to 6; missing answers (NaN) are left out.

    Raises
    ------
    ScaleMismatch
        When an answer is not a whole number from 0 to 10.

    Examples
    --------
    >>> net_classes([10, 7, float("nan"), 0]).tolist()
    [1.0, 0.0, -1.0]
    """
    answers = np.asarray(scores, dtype=np.float64)
    answers = answers[~np.isnan(answers)]
    wrong = (answers < 0) | (answers > 10) | (answers != np.floor(answers))
    if wrong.any():
        raise ScaleMismatch(
            Text(
                en="the answer {value} is not a whole number from 0 to 10: check the scale.",
                fr="la réponse {value} n'est pas un entier de 0 à 10 : vérifiez l'échelle.",
            ).format(value=float(answers[wrong][0]))
        )
    classes: Floats = (answers >= 9).astype(np.float64) - (answers <= 6)
    return classes


def net_variance(counts: ArrayLike) -> tuple[float, float]:
    """Return the net score of (promoters, passives, detractors) and the variance of one answer.

    Raises
    ------
    InvalidArgument
        When there is no answer or a negative count.

    Examples
    --------
    >>> tuple(round(value, 4) for value in net_variance((60, 25, 15)))
    (0.45, 0.5475)
    """
    answers = np.asarray(counts, dtype=np.float64)
    if answers.sum() <= 0 or (answers < 0).any():
        raise InvalidArgument(
            Text(
                en="the counts {counts} hold no answers: give at least one, none negative.",
                fr="les effectifs {counts} ne comptent aucune réponse : donnez-en au moins une, "
                "sans nombre négatif.",
            ).format(counts=answers.tolist())
        )
    shares = answers / answers.sum()
    net = float(shares @ np.array(NET_COEFFICIENTS))
    return net, float(shares[0] + shares[2]) - net**2


def wald_interval(
    promoters: float, passives: float, detractors: float, *, confidence: float = 0.95
) -> Interval:
    """Return the textbook interval of a net score, which is wrong for few or unanimous answers.

    It is given to be compared with: at 10 promoters of 10 it has no width, and it leaves -1..1.

    Examples
    --------
    >>> tuple(round(value, 4) for value in wald_interval(60, 25, 15).bounds())
    (0.45, 0.305, 0.595)
    """
    z = normal_quantile(confidence)
    n = promoters + passives + detractors
    if n <= 0:
        return Interval(None, None, None, confidence, "wald", NO_ANSWERS)
    net, variance = net_variance((promoters, passives, detractors))
    margin = z * math.sqrt(variance / n)
    return Interval(net, net - margin, net + margin, confidence, "wald")


def adjusted_wald_interval(
    promoters: float,
    passives: float,
    detractors: float,
    *,
    confidence: float = 0.95,
    pseudo_answers: Counts = PSEUDO_ANSWERS,
) -> Interval:
    """Return the Wald interval once a few imaginary answers are added, cut to -1..1.

    References
    ----------
    Rocks, The American Statistician 70 (2016) 365.

    Examples
    --------
    >>> tuple(round(value, 4) for value in adjusted_wald_interval(60, 25, 15).bounds())
    (0.45, 0.2934, 0.5804)
    """
    z = normal_quantile(confidence)
    counts = np.array([promoters, passives, detractors], dtype=np.float64)
    if counts.sum() <= 0:
        return Interval(None, None, None, confidence, "adjusted-wald", NO_ANSWERS)
    answers = counts + pseudo_answers
    net, variance = net_variance(answers)
    margin = z * math.sqrt(variance / float(answers.sum()))
    low, high = max(net - margin, -1.0), min(net + margin, 1.0)
    return Interval(net_variance(counts)[0], low, high, confidence, "adjusted-wald")


def wald_difference(
    first: Counts,
    second: Counts,
    *,
    confidence: float = 0.95,
    pseudo_answers: Counts = (0.0, 0.0, 0.0),
) -> Difference:
    """Return the textbook comparison of two net scores, first minus second.

    Parameters
    ----------
    first, second
        Promoters, passives and detractors.
    pseudo_answers
        Added to each group; (3/4, 3/2, 3/4) gives the adjusted comparison, whose estimate is that
        of the adjusted groups.

    References
    ----------
    Lewis and Sauro, MeasuringU (2021), for the adjusted comparison.

    Examples
    --------
    >>> found = wald_difference((3, 4, 3), (6, 3, 1))
    >>> round(found.interval.estimate, 4), round(found.test.p_value, 4)
    (-0.5, 0.1228)
    """
    method = "adjusted-wald" if any(pseudo_answers) else "wald"
    if min(sum(first), sum(second)) <= 0:
        return Difference(
            Interval(None, None, None, confidence, method, NO_ANSWERS),
            SignificanceTest(None, None, None, NO_ANSWERS),
        )
    groups = [np.add(counts, pseudo_answers) for counts in (first, second)]
    nets, variances = zip(*map(net_variance, groups), strict=True)
    variance = sum(v / float(group.sum()) for v, group in zip(variances, groups, strict=True))
    return normal_difference(nets[0] - nets[1], variance, confidence=confidence, method=method)


def paired_difference(transitions: ArrayLike, *, confidence: float = 0.95) -> Difference:
    """Return Student's test of the change of net score of the same customers, after minus before.

    Parameters
    ----------
    transitions
        Shape (3, 3): customers by class before (rows) and after (columns), each in the order
        promoter, passive, detractor.

    Examples
    --------
    >>> found = paired_difference([[40, 5, 5], [10, 15, 5], [5, 5, 10]])
    >>> round(found.interval.estimate, 4), round(found.test.p_value, 4)
    (0.05, 0.5378)
    """
    table = np.asarray(transitions, dtype=np.float64)
    classes = np.array(NET_COEFFICIENTS)
    changes = classes[None, :] - classes[:, None]
    n = float(table.sum())
    if n < 2:
        reason = NO_ANSWERS if n < 1 else ONE_VALUE
        estimate = None if n < 1 else float((table * changes).sum() / n)
        interval = Interval(estimate, None, None, confidence, "student", reason)
        return Difference(interval, SignificanceTest(None, None, None, reason))
    mean = float((table * changes).sum()) / n
    deviation = math.sqrt(float((table * (changes - mean) ** 2).sum()) / (n - 1))
    interval = mean_interval(mean, deviation, int(n), confidence=confidence)
    if deviation == 0:
        return Difference(interval, SignificanceTest(None, None, None, NO_SPREAD))
    from scipy.special import stdtr

    error = deviation / math.sqrt(n)
    p_value = 2 * float(stdtr(n - 1, -abs(mean / error)))
    return Difference(interval, SignificanceTest(mean / error, n - 1, p_value), error)


def probability_above(
    counts: Counts, threshold: float, *, prior: Counts = (0.5, 0.5, 0.5)
) -> float:
    """Return the posterior probability that the net score is above a threshold.

    With Dirichlet shares, the share of passives is a beta, and so is the promoters' part of the
    rest; the probability is integrated over the first.

    Parameters
    ----------
    counts, prior
        Promoters, passives and detractors; pseudo-counts above 0.
    threshold
        Strictly between -1 and 1.

    Examples
    --------
    >>> round(probability_above((6, 3, 1), 0.30), 3)
    0.759
    """
    from scipy.special import betainc, betaincinv, roots_legendre

    promoters, passives, detractors = np.add(counts, prior)
    # Beyond 1 - |threshold| passives, the rest is too small for the net score to cross it.
    free = float(betainc(passives, promoters + detractors, 1 - min(abs(threshold), 1.0)))
    nodes, weights = roots_legendre(QUADRATURE_NODES)
    # Integrating over the quantile of the passive share keeps the integrand bounded.
    passive = betaincinv(passives, promoters + detractors, free * (nodes + 1) / 2)
    needed = np.clip((1 + threshold / (1 - passive)) / 2, 0.0, 1.0)
    within = free * float(weights @ (1 - betainc(promoters, detractors, needed))) / 2
    return within + (1 - free if threshold < 0 else 0.0)
