"""Figures that may be looked at after every answer without ever being wrong too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

NO_SPREAD_YET = Text(
    en="all answers are equal so far: use the exact multinomial test until they differ.",
    fr="toutes les réponses sont égales pour l'instant : prenez le test multinomial exact tant "
    "qu'elles ne diffèrent pas.",
)
TOO_FEW_ANSWERS = Text(
    en="{n} answers: a sequence starts at 2.",
    fr="{n} réponses : une séquence commence à 2.",
)


def tightest_rho(tightest_at: float, *, confidence: float = 0.95) -> float:
    """Return the parameter that makes a confidence sequence tightest at a number of answers.

    Parameters
    ----------
    tightest_at
        Number of answers, above 0, at which the sequence should be as narrow as can be.

    Examples
    --------
    >>> round(tightest_rho(500), 6)
    0.128156
    """
    normal_quantile(confidence)
    if not tightest_at > 0:
        raise InvalidArgument(
            Text(
                en="tightest at {value} answers: give a number above 0.",
                fr="la plus étroite à {value} réponses : donnez un nombre supérieur à 0.",
            ).format(value=tightest_at)
        )
    from scipy.special import lambertw

    alpha = 1 - confidence
    branch = float(lambertw(-alpha * alpha * exp(-1), -1).real)
    return sqrt((-branch - 1) / tightest_at)


def confidence_sequence(
    n: float, mean: float, deviation: float, *, tightest_at: float, confidence: float = 0.95
) -> Interval:
    """Return the asymptotic confidence sequence of a mean at n answers.

    Unlike an interval of fixed n, it holds at every n at once: a dashboard may show it live. It
    is asymptotic: start it at some 30 answers.

    Parameters
    ----------
    n
        Answers so far, effective ones with weights.
    mean, deviation
        Of the answers so far. Without deviation there are no limits yet.
    tightest_at
        See ``tightest_rho``; the same at every look.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of Statistics 52 (2024) 2613.

    Examples
    --------
    >>> found = confidence_sequence(50000, 0.12, 0.81, tightest_at=500)
    >>> round(found.low, 6), round(found.high, 6)
    (0.107081, 0.132919)
    """
    rho2 = tightest_rho(tightest_at, confidence=confidence) ** 2
    if n < 2:
        reason = TOO_FEW_ANSWERS.format(n=n)
        return Interval(mean if n >= 1 else None, None, None, confidence, "sequence", reason)
    if not deviation > 0:
        return Interval(mean, None, None, confidence, "sequence", NO_SPREAD_YET)
    growth = n * rho2 + 1
    margin = deviation * sqrt(2 * growth / (n * n * rho2) * (log(growth) / 2 - log(1 - confidence)))
    return Interval(mean, mean - margin, mean + margin, confidence, "sequence")


@dataclass(frozen=True, slots=True)
class Sample:
    """The answers of one group so far."""

    n: float
    mean: float
    deviation: float


def difference_sequence(
    first: Sample, second: Sample, *, tightest_at: float, confidence: float = 0.95
) -> Interval:
    """Return the asymptotic confidence sequence of a difference of means, first minus second.

    Parameters
    ----------
    first, second
        Two independent groups.
    tightest_at
        Number of answers of both groups together.

    Examples
    --------
    >>> found = difference_sequence(
    ...     Sample(400, 0.5, 0.8), Sample(600, 0.2, 0.8), tightest_at=1000
    ... )
    >>> round(found.low, 4), round(found.high, 4)
    (0.1433, 0.4567)
    """
    estimate = first.mean - second.mean
    if min(first.n, second.n) < 2:
        tightest_rho(tightest_at, confidence=confidence)
        reason = TOO_FEW_ANSWERS.format(n=min(first.n, second.n))
        return Interval(estimate, None, None, confidence, "sequence", reason)
    n = first.n + second.n
    variance = first.deviation**2 / first.n + second.deviation**2 / second.n
    return confidence_sequence(
        n, estimate, sqrt(n * variance), tightest_at=tightest_at, confidence=confidence
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What counts say against a declared mix of categories, valid whenever one looks.

    Attributes
    ----------
    log_e
        Natural logarithm of the e-value; infinite after an answer the declared mix excludes.
    p_value
        min(1, 1 / e): keep the smallest one met so far.
    """

    log_e: float
    p_value: float


def multinomial_evidence(
    counts: Sequence[float], shares: Sequence[float], *, prior: Sequence[float] | None = None
) -> Evidence:
    """Return the e-value of counts against a declared mix of categories.

    Parameters
    ----------
    counts
        Answers in each category so far.
    shares
        The declared mix, adding up to 1.
    prior
        Dirichlet parameters of the alternatives, all above 0; all 1 by default.

    References
    ----------
    Lindon and Malek, Advances in Neural Information Processing Systems 35 (2022).

    Examples
    --------
    >>> found = multinomial_evidence([61, 24, 15], [0.6, 0.25, 0.15])
    >>> round(found.log_e, 4), found.p_value
    (-3.975, 1.0)
    """
    x, theta = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    a = np.ones(x.size) if prior is None else np.asarray(prior, dtype=np.float64)
    _require_mix(x, theta, a)
    if (x[theta == 0] > 0).any():
        return Evidence(inf, 0.0)
    from scipy.special import gammaln

    total = gammaln(a.sum()) - gammaln(a.sum() + x.sum())
    met = x > 0
    log_e = total + (gammaln(a + x) - gammaln(a)).sum() - (x[met] * np.log(theta[met])).sum()
    return Evidence(float(log_e), min(1.0, exp(min(0.0, -float(log_e)))))


def _require_mix(x: Floats, theta: Floats, a: ArrayLike) -> None:
    parameters = np.asarray(a, dtype=np.float64)
    same = x.shape == theta.shape == parameters.shape
    if not same or not (x >= 0).all() or not (parameters > 0).all():
        raise InvalidArgument(
            Text(
                en="counts {counts} with prior {prior}: give one count of at least 0 and one prior "
                "above 0 for each declared share.",
                fr="des effectifs {counts} avec l'a priori {prior} : donnez, pour chaque part "
                "déclarée, un effectif d'au moins 0 et un a priori supérieur à 0.",
            ).format(counts=x.tolist(), prior=parameters.tolist())
        )
    if not (theta >= 0).all() or abs(float(theta.sum()) - 1) > 1e-6:
        raise InvalidArgument(
            Text(
                en="the shares {shares} are not a mix: they must be at least 0 and add up to 1.",
                fr="les parts {shares} ne forment pas une répartition : elles doivent être "
                "positives ou nulles et leur somme doit valoir 1.",
            ).format(shares=theta.tolist())
        )
