"""Ordered and yes-or-no outcomes: proportional odds with weights, and a bootstrap in one step.

The outcome is read as a latent scale cut at thresholds; with two levels this is logistic
regression. Rows are in buckets (customers, shops): the score of each bucket is all that a
bootstrap of the coefficients needs, so that a thousand replicates cost one fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text
from ressenti.statistics.logit import ONE_CLASS, SEPARATED
from ressenti.statistics.moments import bucket_draws, bucketed_moments, covariance_matrix
from ressenti.statistics.regression import TOO_FEW_ROWS

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

# Variance of the logistic law: what is left of the latent scale.
LATENT_VARIANCE = pi**2 / 3
MOST_STEPS = 50
MOST_HALVINGS = 30
SMALL_STEP = 1e-9
# A latent slope of so many a deviation means that a driver separates the levels.
SEPARATED_SLOPE = 20.0
SMALLEST_CHANCE = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class ProportionalOdds:
    """A fit of P(Y <= k) = logit⁻¹(threshold_k - x b); empty with a reason when there is none.

    Attributes
    ----------
    coefficients
        Shape (k,), a unit of each driver; 0 for one that does not vary.
    thresholds
        Shape (levels - 1,), increasing.
    log_likelihood
        Weighted.
    bread
        Shape (levels - 1 + k, …): the inverse of the information, thresholds first.
    scores
        Shape (G, levels - 1 + k): the score of each bucket at the fit; they add up to 0.
    moments
        Shape (G, k + 1, k + 1), of the drivers in each bucket.
    """

    coefficients: Floats
    thresholds: Floats
    log_likelihood: float | None
    bread: Floats
    scores: Floats
    moments: Floats
    n: int
    reason: Text | None = None

    def standard_errors(self) -> Floats:
        """Return the errors of the coefficients by bucket, shape (k,)."""
        spread = self.bread @ self.scores.T @ self.scores @ self.bread
        errors: Floats = np.sqrt(np.diagonal(spread)[self.thresholds.size :])
        return errors


def proportional_odds(
    outcome: ArrayLike,
    drivers: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    buckets: ArrayLike | None = None,
) -> ProportionalOdds:
    """Return the proportional-odds model of an ordered outcome, by maximum likelihood.

    Parameters
    ----------
    outcome
        Shape (n,): ordered levels, two or more.
    drivers
        Shape (n, k), without a column of ones and without missing values.
    weights
        Shape (n,), above 0; all 1 by default.
    buckets
        Shape (n,): what rows share; each row stands alone by default.

    References
    ----------
    McCullagh, Journal of the Royal Statistical Society B 42 (1980) 109.

    Examples
    --------
    >>> fit = proportional_odds([0, 1, 1, 1, 0, 0], [[0], [0], [0], [1], [1], [1]])
    >>> fit.coefficients.round(4).tolist(), fit.thresholds.round(4).tolist()
    ([-1.3863], [-0.6931])
    """
    x = np.asarray(drivers, dtype=np.float64)
    levels, codes = np.unique(np.asarray(outcome, dtype=np.float64), return_inverse=True)
    n, k = x.shape
    mass = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    places = np.arange(n) if buckets is None else np.unique(buckets, return_inverse=True)[1]
    moments = bucketed_moments(x, weights=mass, buckets=places)
    if levels.size < 2:
        return _nothing(k, moments, n, ONE_CLASS)
    if n <= k + levels.size:
        return _nothing(k, moments, n, TOO_FEW_ROWS.format(n=n, k=k + levels.size - 1))
    # In standard deviations: steps are then alike, and a separated driver is seen.
    centres, scales = x.mean(axis=0), x.std(axis=0)
    rows = _Rows(codes, (x - centres) / np.where(scales > 0, scales, 1.0), mass, levels.size)
    found = _fitted(rows)
    slopes = found[levels.size - 1 :]
    if np.abs(slopes).max(initial=0.0) > SEPARATED_SLOPE:
        return _nothing(k, moments, n, SEPARATED)
    likelihood, information = rows.log_likelihood(found), rows.information(found)
    # From deviations back to units.
    units = np.eye(found.size)
    units[levels.size - 1 :, levels.size - 1 :] = np.diag(1 / np.where(scales > 0, scales, 1.0))
    units[: levels.size - 1, levels.size - 1 :] = centres / np.where(scales > 0, scales, 1.0)
    bread = np.linalg.pinv(information, rcond=1e-12, hermitian=True)
    own = units @ found
    scores = np.zeros((len(moments), found.size))
    np.add.at(scores, places, rows.scores(found))
    return ProportionalOdds(
        coefficients=own[levels.size - 1 :],
        thresholds=own[: levels.size - 1],
        log_likelihood=likelihood,
        bread=units @ bread @ units.T,
        scores=scores @ np.linalg.inv(units),
        moments=moments,
        n=n,
    )


def latent_correlations(fit: ProportionalOdds) -> Floats:
    """Return the correlations of the latent outcome, first, and its drivers.

    Its R² is that of McKelvey and Zavoina; NaN for a driver that does not vary.

    References
    ----------
    McKelvey and Zavoina, Journal of Mathematical Sociology 4 (1975) 103.
    """
    covariances = covariance_matrix(fit.moments.sum(axis=0))
    (correlations,) = _latent(fit.coefficients[None], covariances[None])
    return np.asarray(correlations)


def replicated_latent_correlations(fit: ProportionalOdds, *, replicates: int, seed: int) -> Floats:
    """Return the latent correlations of bootstrap samples of the buckets.

    The coefficients of a sample are one step of the fit away from those of all rows.

    Returns
    -------
    Shape (replicates, k + 1, k + 1).

    References
    ----------
    Hu and Kalbfleisch, Canadian Journal of Statistics 28 (2000) 449.
    """
    draws = bucket_draws(len(fit.moments), replicates=replicates, seed=seed)
    steps = draws @ fit.scores @ fit.bread
    coefficients = fit.coefficients + steps[:, fit.thresholds.size :]
    totals = np.einsum("rg,gij->rij", draws, fit.moments, optimize=True)
    return _latent(coefficients, covariance_matrix(totals))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows of a fit; parameters are the thresholds, then the slopes."""

    codes: Codes
    x: Floats
    mass: Floats
    size: int

    def chances(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return P(Y <= own level) and P(Y < own level) of each row."""
        from scipy.special import expit

        cuts = np.concatenate([[-np.inf], parameters[: self.size - 1], [np.inf]])
        latent = self.x @ parameters[self.size - 1 :]
        upper: Floats = expit(cuts[self.codes + 1] - latent)
        lower: Floats = expit(cuts[self.codes] - latent)
        return upper, lower

    def log_likelihood(self, parameters: Floats) -> float:
        upper, lower = self.chances(parameters)
        if (np.diff(parameters[: self.size - 1]) <= 0).any():
            return -np.inf
        return float(self.mass @ np.log(np.maximum(upper - lower, SMALLEST_CHANCE)))

    def scores(self, parameters: Floats) -> Floats:
        """Return the gradient of each row, shape (n, parameters)."""
        upper, lower = self.chances(parameters)
        chance = np.maximum(upper - lower, SMALLEST_CHANCE)
        found = np.zeros((self.codes.size, parameters.size + 1))
        places = np.arange(self.codes.size)
        # The last threshold is infinite: its column is dropped. So is that below the first level.
        found[places, self.codes] += upper * (1 - upper) / chance
        found[places, self.codes - 1] -= np.where(self.codes > 0, lower * (1 - lower) / chance, 0)
        cuts = found[:, : self.size - 1]
        slopes = (upper + lower - 1)[:, None] * self.x
        gradient: Floats = np.column_stack([cuts, slopes]) * self.mass[:, None]
        return gradient

    def information(self, parameters: Floats) -> Floats:
        """Return minus the second derivatives, shape (parameters, parameters)."""
        upper, lower = self.chances(parameters)
        chance = np.maximum(upper - lower, SMALLEST_CHANCE)
        above, below = upper * (1 - upper), lower * (1 - lower)
        cuts, k = self.size - 1, self.x.shape[1]
        found = np.zeros((cuts + k, cuts + k))
        own = self.mass * ((above / chance) ** 2 - above * (1 - 2 * upper) / chance)
        other = self.mass * ((below / chance) ** 2 + below * (1 - 2 * lower) / chance)
        both = -self.mass * above * below / chance**2
        by_level = [np.bincount(self.codes, v, minlength=self.size) for v in (own, other, both)]
        for cut in range(cuts):
            found[cut, cut] = by_level[0][cut] + by_level[1][cut + 1]
            if cut:
                found[cut - 1, cut] = found[cut, cut - 1] = by_level[2][cut]
        for column in range(k):
            upward = np.bincount(
                self.codes, self.mass * above * self.x[:, column], minlength=self.size
            )
            downward = np.bincount(
                self.codes, self.mass * below * self.x[:, column], minlength=self.size
            )
            found[:cuts, cuts + column] = -(upward[:cuts] + downward[1:])
        found[cuts:, :cuts] = found[:cuts, cuts:].T
        found[cuts:, cuts:] = self.x.T @ (self.x * (self.mass * (above + below))[:, None])
        return found


def _fitted(rows: _Rows) -> Floats:
    """Return the parameters that make the rows likeliest, by Newton's steps halved as needed."""
    masses = np.bincount(rows.codes, rows.mass, minlength=rows.size).astype(np.float64)
    shares = np.cumsum(masses)[:-1] / masses.sum()
    parameters: Floats = np.concatenate([np.log(shares / (1 - shares)), np.zeros(rows.x.shape[1])])
    likelihood = rows.log_likelihood(parameters)
    for _ in range(MOST_STEPS):
        information = rows.information(parameters)
        step = np.linalg.pinv(information, rcond=1e-12, hermitian=True) @ rows.scores(
            parameters
        ).sum(axis=0)
        for _ in range(MOST_HALVINGS):
            reached = rows.log_likelihood(parameters + step)
            if reached >= likelihood - abs(likelihood) * 1e-14:
                break
            step = step / 2
        parameters, likelihood = parameters + step, reached
        if np.abs(step).max() < SMALL_STEP or np.abs(parameters).max() > 100:
            break
    return parameters


def _latent(coefficients: Floats, covariances: Floats) -> Floats:
    """Return the correlations of latent outcomes with the drivers that make them."""
    replicates, k = coefficients.shape
    shared = np.einsum("rij,rj->ri", covariances, coefficients)
    variance = np.einsum("ri,ri->r", coefficients, shared) + LATENT_VARIANCE
    whole = np.empty((replicates, k + 1, k + 1))
    whole[:, 0, 0] = variance
    whole[:, 0, 1:] = whole[:, 1:, 0] = shared
    whole[:, 1:, 1:] = covariances
    own = np.diagonal(whole, axis1=-2, axis2=-1)
    scales = np.sqrt(np.where(own > 0, own, np.nan))
    correlations: Floats = np.clip(whole / (scales[:, :, None] * scales[:, None, :]), -1.0, 1.0)
    return correlations


def _nothing(k: int, moments: Floats, n: int, reason: Text) -> ProportionalOdds:
    return ProportionalOdds(
        np.zeros(k), np.zeros(0), None, np.zeros((k, k)), np.zeros((0, k)), moments, n, reason
    )
