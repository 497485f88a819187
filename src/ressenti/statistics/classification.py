"""Figures read by a fallible classifier, corrected by an audit done by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

NO_BETTER_THAN_CHANCE = Text(
    en="sensitivity and specificity add up to {total}: a classifier no better than chance cannot "
    "be corrected.",
    fr="sensibilité et spécificité font {total} ensemble : un classeur qui ne vaut pas mieux que "
    "le hasard ne se corrige pas.",
)
NO_AUDIT = Text(
    en="{n} texts audited by hand: at least 2 are needed for an interval.",
    fr="{n} textes relus à la main : il en faut au moins 2 pour un intervalle.",
)
NO_ERROR_SEEN = Text(
    en="neither the predictions nor their errors vary: the interval would have no width.",
    fr="ni les prédictions ni leurs erreurs ne varient : l'intervalle serait sans largeur.",
)

NOTHING_MARKED = Text(
    en="no text is marked by a person: there is nothing to compare with.",
    fr="aucun texte n'est annoté par une personne : il n'y a rien à quoi comparer.",
)
RESAMPLES = 2_000


def macro_f1_interval(table: ArrayLike, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """Return the mean F1 over classes, with limits from resampled texts.

    Parameters
    ----------
    table
        Shape (c, d), d >= c: counts of texts, the true class in rows, the class told in columns, in
        the same order; columns beyond the rows hold what was told of no class. A class that is
        neither true nor told of any text has no F1 and is left out of the mean.
    seed
        Of the resampling: the same table gives the same limits.

    References
    ----------
    Sokolova and Lapalme, Information Processing and Management 45 (2009) 427; Efron and Tibshirani,
    An Introduction to the Bootstrap (1993), chapter 13.

    Examples
    --------
    >>> round(macro_f1_interval([[8, 2], [4, 6]]).estimate, 6)
    0.69697
    """
    normal_quantile(confidence)
    counts = np.asarray(table, dtype=np.float64)
    total = int(counts.sum())
    if not total:
        return Interval(None, None, None, confidence, "bootstrap", NOTHING_MARKED)
    estimate = float(_macro_f1(counts))
    draws = np.random.default_rng(seed).multinomial(total, counts.ravel() / total, RESAMPLES)
    found = _macro_f1(draws.reshape(RESAMPLES, *counts.shape))
    tail = (1 - confidence) / 2
    low, high = (float(limit) for limit in np.quantile(found, [tail, 1 - tail]))
    if low == high:
        return Interval(estimate, None, None, confidence, "bootstrap", NO_ERROR_SEEN)
    return Interval(estimate, low, high, confidence, "bootstrap")


def _macro_f1(tables: NDArray[np.generic]) -> Floats:
    """Return the mean F1 over the classes that occur, for tables in the last two axes."""
    counts = np.asarray(tables, dtype=np.float64)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    size = counts.sum(axis=-1) + counts.sum(axis=-2)[..., : counts.shape[-2]]
    scores = np.divide(2 * right, size, out=np.zeros_like(size), where=size > 0)
    occurring = (size > 0).sum(axis=-1)
    result: Floats = scores.sum(axis=-1) / np.maximum(occurring, 1)
    return result


def corrected_share(
    observed: float,
    n: float,
    *,
    sensitivity: float,
    specificity: float,
    n_positive: float | None = None,
    n_negative: float | None = None,
    confidence: float = 0.95,
) -> tuple[Interval, float | None]:
    """Return the true share of a class from the share a classifier reports (Rogan and Gladen).

    Parameters
    ----------
    observed, n
        Share reported positive, 0..1, and number of texts read.
    sensitivity, specificity
        Share of true positives found, and of true negatives left alone, in the audit.
    n_positive, n_negative
        True positives and true negatives audited; without them both rates count as known.

    Returns
    -------
    The share, cut at 0 and 1, between its limits; and its delta-method standard error, None when
    undefined.

    References
    ----------
    Rogan and Gladen, American Journal of Epidemiology 107 (1978) 71.

    Examples
    --------
    >>> share, error = corrected_share(0.3, 1000, sensitivity=0.8, specificity=0.9)
    >>> round(share.estimate, 6), round(error, 6)
    (0.285714, 0.020702)
    """
    z = normal_quantile(confidence)
    _require_shares(observed, sensitivity, specificity)
    strength = sensitivity + specificity - 1
    if strength <= 1e-12 or not n > 0:
        reason = NO_BETTER_THAN_CHANCE.format(total=round(sensitivity + specificity, 6))
        return Interval(None, None, None, confidence, "rogan-gladen", reason), None
    share = (observed + specificity - 1) / strength
    estimate = min(max(share, 0.0), 1.0)
    variance = observed * (1 - observed) / n
    if n_positive is not None and n_negative is not None:
        variance += estimate**2 * sensitivity * (1 - sensitivity) / n_positive
        variance += (1 - estimate) ** 2 * specificity * (1 - specificity) / n_negative
    error = sqrt(variance) / strength
    if error == 0:
        return Interval(estimate, None, None, confidence, "rogan-gladen", NO_ERROR_SEEN), None
    low, high = max(share - z * error, 0.0), min(share + z * error, 1.0)
    return Interval(estimate, min(low, 1.0), max(high, 0.0), confidence, "rogan-gladen"), error


def prediction_powered_mean(
    predictions: ArrayLike,
    audited_predictions: ArrayLike,
    audited_truth: ArrayLike,
    *,
    are_among: bool = False,
    confidence: float = 0.95,
) -> tuple[Interval, float | None]:
    """Return the mean of what texts truly are, from all predictions and an audit of some.

    The mean prediction is shifted by the mean error seen in the audit.

    Parameters
    ----------
    predictions
        Shape (N,): the model's values, -1, 0 or 1 for a net emotion score.
    audited_predictions, audited_truth
        Shape (n,): the model's values and the true ones on texts coded by hand.
    are_among
        The audited texts are among the predictions, drawn at random: their errors then go with the
        mean prediction, and when all are audited the interval is that of the true values alone.

    Returns
    -------
    The mean with normal limits, and its standard error, None when undefined.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Science 382 (2023) 669.

    Examples
    --------
    >>> mean, error = prediction_powered_mean([1, 1, 0, -1] * 25, [1, 0, -1, 1], [1, 1, 0, 1])
    >>> mean.estimate, round(error, 4)
    (0.75, 0.2634)
    """
    predicted = np.asarray(predictions, dtype=np.float64)
    n = predicted.size
    mean, variance = (float(predicted.mean()), float(predicted.var())) if n else (0.0, 0.0)
    return prediction_powered_mean_of_moments(
        n,
        mean,
        variance,
        audited_predictions,
        audited_truth,
        are_among=are_among,
        confidence=confidence,
    )


def prediction_powered_mean_of_moments(
    n: int,
    mean: float,
    variance: float,
    audited_predictions: ArrayLike,
    audited_truth: ArrayLike,
    *,
    are_among: bool = False,
    confidence: float = 0.95,
) -> tuple[Interval, float | None]:
    """Return ``prediction_powered_mean`` of predictions that were added up where they lie.

    Parameters
    ----------
    n, mean, variance
        Of the predictions; the variance is the mean square about the mean.

    Examples
    --------
    >>> of_all = prediction_powered_mean([1, 1, 0, -1] * 25, [1, 0, -1, 1], [1, 1, 0, 1])
    >>> of_moments = prediction_powered_mean_of_moments(
    ...     100, 0.25, 0.6875, [1, 0, -1, 1], [1, 1, 0, 1]
    ... )
    >>> of_all == of_moments
    True
    """
    z = normal_quantile(confidence)
    rows = np.asarray(audited_predictions, dtype=np.float64)
    truth = np.asarray(audited_truth, dtype=np.float64)
    if rows.shape != truth.shape:
        raise InvalidArgument(
            Text(
                en="{n} audited predictions and {m} true values: each text needs both.",
                fr="{n} prédictions relues et {m} valeurs vraies : chaque texte doit avoir les "
                "deux.",
            ).format(n=rows.size, m=truth.size)
        )
    if not n or not rows.size:
        reason = NO_AUDIT.format(n=rows.size)
        return Interval(None, None, None, confidence, "prediction-powered", reason), None
    shifts = truth - rows
    estimate = float(mean + shifts.mean())
    if rows.size < 2:
        reason = NO_AUDIT.format(n=rows.size)
        return Interval(estimate, None, None, confidence, "prediction-powered", reason), None
    squared = variance / n + shifts.var() / rows.size
    if are_among:
        together = ((rows - rows.mean()) * (shifts - shifts.mean())).mean()
        squared += 2 * together / n
    error = sqrt(max(squared, 0.0))
    if error == 0:
        reason = NO_ERROR_SEEN
        return Interval(estimate, None, None, confidence, "prediction-powered", reason), None
    low, high = estimate - z * error, estimate + z * error
    return Interval(estimate, low, high, confidence, "prediction-powered"), error


def _require_shares(*shares: float) -> None:
    wrong = [share for share in shares if not 0 <= share <= 1]
    if wrong:
        raise InvalidArgument(
            Text(
                en="the share {value} is not between 0 and 1.",
                fr="la part {value} n'est pas entre 0 et 1.",
            ).format(value=wrong[0])
        )
