"""How much units truly differ, once the luck of small numbers is taken out."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]
Estimator = Literal["paule-mandel", "dersimonian-laird", "reml"]

ONE_UNIT = Text(
    en="{n} unit with answers: at least 2 are needed to see whether units differ.",
    fr="{n} unité avec des réponses : il en faut au moins 2 pour voir si elles diffèrent.",
)
ONE_ANSWER_EACH = Text(
    en="no unit has 2 answers: nothing tells the units' differences from the answers' own.",
    fr="aucune unité n'a 2 réponses : rien ne distingue les différences entre unités de celles "
    "des réponses elles-mêmes.",
)
NO_VARIANCE = Text(
    en="all answers are equal: the units' figures have no sampling variance to compare with.",
    fr="toutes les réponses sont égales : les résultats des unités n'ont pas de variance "
    "d'échantillonnage à laquelle se comparer.",
)


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How much units truly differ.

    Attributes
    ----------
    tau2
        Variance between units, never negative; None with a reason when undefined.
    mu
        Mean of the units, weighted by 1 / (tau2 + variance).
    q
        Cochran's Q: about the number of units minus 1 when they do not differ.
    """

    tau2: float | None
    mu: float | None
    q: float | None
    reason: Text | None = None


def heterogeneity(
    estimates: ArrayLike, variances: ArrayLike, *, method: Estimator = "paule-mandel"
) -> Heterogeneity:
    """Return the variance between units and their mean.

    Parameters
    ----------
    estimates
        Shape (k,): one figure per unit; NaN for a unit without answers, which is left out.
    variances
        Shape (k,): the sampling variance of each figure.
    method
        ``paule-mandel`` (default), ``dersimonian-laird`` or ``reml``, all truncated at 0.

    References
    ----------
    Paule and Mandel, Journal of Research of the NBS 87 (1982) 377; DerSimonian and Laird,
    Controlled Clinical Trials 7 (1986) 177; Viechtbauer, JEBS 30 (2005) 261 for REML.

    Examples
    --------
    >>> found = heterogeneity([60, 20], [25, 225])
    >>> round(found.tau2, 6), round(found.mu, 6)
    (675.0, 42.5)
    """
    if method not in get_args(Estimator):
        raise InvalidArgument(
            Text(
                en="no estimator is called '{method}': choose one of {known}.",
                fr="aucun estimateur ne s'appelle « {method} » : choisissez parmi {known}.",
            ).format(method=method, known=", ".join(get_args(Estimator)))
        )
    y, v = units_with_answers(estimates, variances)
    if y.size < 2:
        mean = float(y[0]) if y.size else None
        return Heterogeneity(None, mean, None, ONE_UNIT.format(n=y.size))
    if not (v > 0).all():
        return Heterogeneity(None, float(y.mean()), None, NO_VARIANCE)
    if method == "paule-mandel":
        tau2 = _paule_mandel(y, v)
    elif method == "reml":
        tau2 = _restricted_maximum_likelihood(y, v)
    else:
        tau2 = _dersimonian_laird(y, v)
    return Heterogeneity(tau2, _weighted_mean(y, v, tau2), _cochran_q(y, v, 0.0))


@dataclass(frozen=True, slots=True)
class RandomIntercept:
    """A mean that varies from unit to unit.

    Attributes
    ----------
    mu, standard_error
        The mean of the units and its error.
    between, within
        Variance of the unit means and of the answers inside a unit.
    effects
        The predicted deviation of each unit from ``mu``, 0 for a unit without answers.
    """

    mu: float | None
    standard_error: float | None
    between: float | None
    within: float | None
    effects: tuple[float, ...] = ()
    reason: Text | None = None

    @property
    def intraclass_correlation(self) -> float | None:
        """Share of the variance that lies between units, 0..1."""
        if self.between is None or self.within is None:
            return None
        return self.between / (self.between + self.within)


def random_intercept(
    n: ArrayLike, means: ArrayLike, m2: ArrayLike, *, restricted: bool = True
) -> RandomIntercept:
    """Return the random-intercept model of answers grouped by unit, by (restricted) likelihood.

    The likelihood depends on the answers only through each unit's count, mean and sum of squared
    deviations, which merge by addition: no row is needed.

    Parameters
    ----------
    n, means, m2
        Shape (k,), unit by unit, as in ``ressenti.statistics.moments.Moments``.
    restricted
        REML when true, maximum likelihood otherwise.

    References
    ----------
    Searle, Casella and McCulloch, Variance Components (1992), chapter 6.

    Examples
    --------
    >>> fit = random_intercept([4, 4, 4], [1.0, 2.0, 6.0], [3.0, 3.0, 3.0])
    >>> round(fit.mu, 6), round(fit.within, 6), round(fit.between, 6)
    (3.0, 1.0, 6.75)
    """
    counts, centres, squares = (np.asarray(a, dtype=np.float64) for a in (n, means, m2))
    answered = counts > 0
    sizes, y, inside = counts[answered], centres[answered], float(squares[answered].sum())
    if sizes.size < 2:
        return RandomIntercept(None, None, None, None, (), ONE_UNIT.format(n=sizes.size))
    if sizes.sum() <= sizes.size:
        return RandomIntercept(None, None, None, None, (), ONE_ANSWER_EACH)
    if inside <= 0:
        return RandomIntercept(None, None, None, None, (), NO_VARIANCE)
    ratio = _variance_ratio(sizes, y, inside, restricted=restricted)
    weights = sizes / (1 + ratio * sizes)
    mu = float(weights @ y / weights.sum())
    freedom = float(sizes.sum()) - restricted
    within = float(inside + weights @ (y - mu) ** 2) / freedom
    effects = np.zeros(counts.size)
    effects[answered] = ratio * weights * (y - mu)
    return RandomIntercept(
        mu=mu,
        standard_error=float((within / weights.sum()) ** 0.5),
        between=ratio * within,
        within=within,
        effects=tuple(effects.tolist()),
    )


def _variance_ratio(sizes: Floats, y: Floats, inside: float, *, restricted: bool) -> float:
    """Return between / within at the maximum of the likelihood with the rest profiled out."""
    from scipy.optimize import minimize_scalar

    freedom = sizes.sum() - restricted

    def deviance(log_ratio: float) -> float:
        ratio = np.exp(log_ratio)
        weights = sizes / (1 + ratio * sizes)
        mu = weights @ y / weights.sum()
        residual = inside + weights @ (y - mu) ** 2
        value = freedom * log(residual) + np.log1p(ratio * sizes).sum()
        return float(value + restricted * log(weights.sum()))

    # A ratio of exp(-25) is no difference at all; exp(25) leaves nothing within the units.
    grid = np.linspace(-25, 25, 101)
    best = float(grid[np.argmin([deviance(point) for point in grid])])
    found = minimize_scalar(
        deviance, bounds=(best - 0.5, best + 0.5), method="bounded", options={"xatol": 1e-10}
    )
    return float(np.exp(found.x)) if found.x > grid[0] + 1 else 0.0


def units_with_answers(estimates: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    """Return the figures and variances of the units whose figure exists."""
    y, v = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if y.shape != v.shape or y.ndim != 1:
        raise InvalidArgument(
            Text(
                en="{n} figures and {m} variances: each unit needs one of each.",
                fr="{n} résultats et {m} variances : chaque unité doit avoir l'un et l'autre.",
            ).format(n=y.size, m=v.size)
        )
    known = np.isfinite(y)
    return y[known], v[known]


def _weighted_mean(y: Floats, v: Floats, tau2: float) -> float:
    return float(np.average(y, weights=1 / (v + tau2)))


def _cochran_q(y: Floats, v: Floats, tau2: float) -> float:
    return float((((y - _weighted_mean(y, v, tau2)) ** 2) / (v + tau2)).sum())


def _paule_mandel(y: Floats, v: Floats) -> float:
    """Return the tau2 at which the generalised Q equals its expectation, k - 1."""
    from scipy.optimize import brentq

    expected = y.size - 1
    if _cochran_q(y, v, 0.0) <= expected:
        return 0.0
    # There the generalised Q is at most 1.
    highest = float(((y - y.mean()) ** 2).sum())
    return float(brentq(lambda tau2: _cochran_q(y, v, tau2) - expected, 0.0, highest, xtol=1e-13))


def _dersimonian_laird(y: Floats, v: Floats) -> float:
    weights = 1 / v
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, float((_cochran_q(y, v, 0.0) - (y.size - 1)) / spread))


def _restricted_maximum_likelihood(y: Floats, v: Floats) -> float:
    from scipy.optimize import minimize_scalar

    def deviance(tau2: float) -> float:
        weights = 1 / (v + tau2)
        return float(_cochran_q(y, v, tau2) - np.log(weights).sum() + log(weights.sum()))

    highest = 4 * float(y.var(ddof=1)) + float(v.max())
    found = minimize_scalar(
        deviance, bounds=(0.0, highest), method="bounded", options={"xatol": 1e-10 * highest}
    )
    return float(found.x) if deviance(found.x) < deviance(0.0) else 0.0
