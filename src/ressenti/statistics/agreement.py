"""Whether several judgements of the same things agree: intraclass correlations and kappa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]
KappaWeights = Literal["none", "linear", "quadratic"]

# Mean squares under this share of the mean square of all ratings are what rounding leaves of 0.
NO_VARIANCE_SHARE = 1e-12

TOO_FEW_RATINGS = Text(
    en="{rows} subjects rated {columns} times: at least 2 of each are needed.",
    fr="{rows} sujets notés {columns} fois : il en faut au moins 2 de chaque.",
)
NO_RATING_VARIANCE = Text(
    en="all ratings are equal: agreement is undefined.",
    fr="toutes les notes sont égales : l'accord n'est pas défini.",
)
ONE_RATER_ALIKE = Text(
    en="one rater put everything in one category: agreement by chance is all there can be.",
    fr="un évaluateur a tout classé dans une même catégorie : seul un accord dû au hasard est "
    "possible.",
)
PERFECT_AGREEMENT = Text(
    en="the ratings agree perfectly: the interval would have no width.",
    fr="les notes concordent parfaitement : l'intervalle serait sans largeur.",
)
ONE_CATEGORY = Text(
    en="both used one same category only: agreement by chance is already total.",
    fr="les deux n'ont employé qu'une même catégorie : l'accord dû au hasard est déjà total.",
)


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """The six intraclass correlations of Shrout and Fleiss.

    Attributes
    ----------
    one_way, random_raters, fixed_raters
        Of one rating: ICC(1,1), ICC(2,1), ICC(3,1).
    mean_one_way, mean_random_raters, mean_fixed_raters
        Of the mean of all ratings of a subject: ICC(1,k), ICC(2,k), ICC(3,k).
    """

    one_way: Interval
    random_raters: Interval
    fixed_raters: Interval
    mean_one_way: Interval
    mean_random_raters: Interval
    mean_fixed_raters: Interval


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    n: int
    k: int
    subjects: float
    within: float
    raters: float
    error: float


def intraclass_correlations(
    ratings: ArrayLike, *, confidence: float = 0.95
) -> IntraclassCorrelations:
    """Return how much of the variance of ratings is that of the subjects.

    Parameters
    ----------
    ratings
        Shape (n, k): one row a subject, one column a rater; a row with NaN is left out.

    References
    ----------
    Shrout and Fleiss, Psychological Bulletin 86 (1979) 420.

    Examples
    --------
    >>> found = intraclass_correlations([[1, 2], [3, 4], [5, 6]])
    >>> round(found.random_raters.estimate, 4), found.fixed_raters.estimate
    (0.8889, 1.0)
    """
    normal_quantile(confidence)
    table = np.asarray(ratings, dtype=np.float64)
    table = table[np.isfinite(table).all(axis=1)]
    n, k = table.shape
    if n < 2 or k < 2:
        return _undefined(TOO_FEW_RATINGS.format(rows=n, columns=k), confidence)
    if np.ptp(table) == 0:
        return _undefined(NO_RATING_VARIANCE, confidence)
    squares = _mean_squares(table)
    one_way, mean_one_way = _one_way(squares, confidence)
    fixed, mean_fixed = _two_way_fixed(squares, confidence)
    random, mean_random = _two_way_random(squares, confidence)
    return IntraclassCorrelations(one_way, random, fixed, mean_one_way, mean_random, mean_fixed)


def one_way_intraclass_correlation(
    n: ArrayLike, means: ArrayLike, m2: ArrayLike
) -> tuple[float | None, Text | None]:
    """Return the share of variance between groups of unequal sizes, from mergeable moments.

    Parameters
    ----------
    n, means, m2
        Shape (k,), group by group, as in ``ressenti.statistics.moments.Moments``.

    Returns
    -------
    The analysis-of-variance estimate, possibly negative, or None; and the reason when None.

    References
    ----------
    Donner, International Statistical Review 54 (1986) 67.

    Examples
    --------
    >>> one_way_intraclass_correlation([2, 2], [1.0, 3.0], [2.0, 2.0])
    (0.3333333333333333, None)
    """
    sizes, centres, inside = (np.asarray(a, dtype=np.float64) for a in (n, means, m2))
    answered = sizes > 0
    sizes, centres = sizes[answered], centres[answered]
    total, groups = float(sizes.sum()), sizes.size
    if groups < 2 or total <= groups:
        return None, TOO_FEW_RATINGS.format(rows=groups, columns=int(sizes.max(initial=0)))
    between = float(sizes @ (centres - sizes @ centres / total) ** 2) / (groups - 1)
    within = float(inside[answered].sum()) / (total - groups)
    if between + within <= 0:
        return None, NO_RATING_VARIANCE
    typical = (total - float(sizes @ sizes) / total) / (groups - 1)
    return (between - within) / (between + (typical - 1) * within), None


def cohen_kappa(
    table: ArrayLike, *, weights: KappaWeights = "none", confidence: float = 0.95
) -> Interval:
    """Return Cohen's kappa of two raters with its large-sample interval.

    Parameters
    ----------
    table
        Shape (c, c): counts, first rater in rows, second in columns, categories in order.
    weights
        ``none``, or ``linear`` or ``quadratic`` to count near misses as partial agreement.

    References
    ----------
    Cohen, Educational and Psychological Measurement 20 (1960) 37; Fleiss, Cohen and Everitt,
    Psychological Bulletin 72 (1969) 323.

    Examples
    --------
    >>> round(cohen_kappa([[20, 5], [10, 15]]).estimate, 6)
    0.4
    """
    z = normal_quantile(confidence)
    counts = np.asarray(table, dtype=np.float64)
    _require_counts(counts, weights)
    total = counts.sum()
    if total <= 0 or counts.shape[0] < 2:
        return Interval(None, None, None, confidence, "fleiss", ONE_CATEGORY)
    if np.isclose(counts.sum(axis=1) @ counts.sum(axis=0), total**2, rtol=1e-12):
        return Interval(None, None, None, confidence, "fleiss", ONE_CATEGORY)
    from statsmodels.stats.inter_rater import cohens_kappa

    # Of a rater who always says the same, statsmodels divides a test that we do not use by zero.
    with np.errstate(invalid="ignore", divide="ignore"):
        found = cohens_kappa(counts, wt=None if weights == "none" else weights)
    kappa, error = float(found.kappa), float(np.sqrt(max(found.var_kappa, 0.0)))
    if error < 1e-9:
        is_alike = any(int(np.count_nonzero(counts.sum(axis=axis))) == 1 for axis in (0, 1))
        reason = ONE_RATER_ALIKE if is_alike else PERFECT_AGREEMENT
        return Interval(kappa, None, None, confidence, "fleiss", reason)
    return Interval(kappa, kappa - z * error, min(kappa + z * error, 1.0), confidence, "fleiss")


def agreement_table(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the square table of two raters' categories, each rated thing counted once.

    Parameters
    ----------
    first, second
        Shape (n,): the category each rater gave, of one same type; sorted to order the table.

    Examples
    --------
    >>> agreement_table(["a", "b", "b"], ["a", "b", "a"]).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    one, other = np.asarray(first), np.asarray(second)
    categories, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    table = np.zeros((categories.size, categories.size))
    np.add.at(table, (places[: one.size], places[one.size :]), 1.0)
    return table


def _require_counts(counts: Floats, weights: str) -> None:
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not (counts >= 0).all():
        raise InvalidArgument(
            Text(
                en="a table of shape {shape} is not one of agreement: give a square table of "
                "counts.",
                fr="un tableau de forme {shape} n'est pas un tableau d'accord : donnez un tableau "
                "carré d'effectifs.",
            ).format(shape=counts.shape)
        )
    if weights not in get_args(KappaWeights):
        raise InvalidArgument(
            Text(
                en="no kappa weights are called '{weights}': choose one of {known}.",
                fr="aucune pondération du kappa ne s'appelle « {weights} » : choisissez parmi "
                "{known}.",
            ).format(weights=weights, known=", ".join(get_args(KappaWeights)))
        )


def _undefined(reason: Text, confidence: float) -> IntraclassCorrelations:
    nothing = Interval(None, None, None, confidence, "shrout-fleiss", reason)
    return IntraclassCorrelations(nothing, nothing, nothing, nothing, nothing, nothing)


def _mean_squares(table: Floats) -> _MeanSquares:
    n, k = table.shape
    grand = table.mean()
    subjects = k * ((table.mean(axis=1) - grand) ** 2).sum()
    raters = n * ((table.mean(axis=0) - grand) ** 2).sum()
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum()
    nothing = NO_VARIANCE_SHARE * (table**2).sum()
    error = within - raters
    return _MeanSquares(
        n=n,
        k=k,
        subjects=float(subjects / (n - 1)),
        within=float(within / (n * (k - 1))) if within > nothing else 0.0,
        raters=float(raters / (k - 1)),
        error=float(error / ((n - 1) * (k - 1))) if error > nothing else 0.0,
    )


def _interval(estimate: float, low: float, high: float, confidence: float) -> Interval:
    if not np.isfinite([low, high]).all() or high - low < 1e-12:
        return Interval(estimate, None, None, confidence, "shrout-fleiss", PERFECT_AGREEMENT)
    return Interval(estimate, low, high, confidence, "shrout-fleiss")


def _from_ratio(
    ratio: float, quantiles: tuple[float, float], k: int, confidence: float
) -> tuple[Interval, Interval]:
    """Return the correlations of one rating and of the mean of k from the F ratio."""
    low, high = ratio / quantiles[0], ratio * quantiles[1]
    single = [(f - 1) / (f + k - 1) for f in (ratio, low, high)]
    mean = [1 - 1 / f if f > 0 else -np.inf for f in (ratio, low, high)]
    return (
        _interval(single[0], single[1], single[2], confidence),
        _interval(mean[0], mean[1], mean[2], confidence),
    )


def _perfect(confidence: float) -> tuple[Interval, Interval]:
    certain = Interval(1.0, None, None, confidence, "shrout-fleiss", PERFECT_AGREEMENT)
    return certain, certain


def _f_quantile(first: float, second: float, confidence: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(first, second, (1 + confidence) / 2))


def _one_way(squares: _MeanSquares, confidence: float) -> tuple[Interval, Interval]:
    if squares.within == 0:
        return _perfect(confidence)
    between, within = squares.n - 1, squares.n * (squares.k - 1)
    quantiles = (
        _f_quantile(between, within, confidence),
        _f_quantile(within, between, confidence),
    )
    return _from_ratio(squares.subjects / squares.within, quantiles, squares.k, confidence)


def _two_way_fixed(squares: _MeanSquares, confidence: float) -> tuple[Interval, Interval]:
    if squares.error == 0:
        return _perfect(confidence)
    between, error = squares.n - 1, (squares.n - 1) * (squares.k - 1)
    quantiles = (_f_quantile(between, error, confidence), _f_quantile(error, between, confidence))
    return _from_ratio(squares.subjects / squares.error, quantiles, squares.k, confidence)


def _two_way_random(squares: _MeanSquares, confidence: float) -> tuple[Interval, Interval]:
    n, k = squares.n, squares.k
    gap = squares.subjects - squares.error
    single = gap / (
        squares.subjects + (k - 1) * squares.error + k * (squares.raters - squares.error) / n
    )
    mean = gap / (squares.subjects + (squares.raters - squares.error) / n)
    if squares.error == 0:
        reason = PERFECT_AGREEMENT
        return (
            Interval(single, None, None, confidence, "shrout-fleiss", reason),
            Interval(mean, None, None, confidence, "shrout-fleiss", reason),
        )
    low, high = _random_raters_limits(squares, single, confidence)
    return (
        _interval(single, low, high, confidence),
        _interval(mean, low * k / (1 + low * (k - 1)), high * k / (1 + high * (k - 1)), confidence),
    )


def _random_raters_limits(
    squares: _MeanSquares, single: float, confidence: float
) -> tuple[float, float]:
    """Return Satterthwaite limits: raters and error both vary."""
    n, k = squares.n, squares.k
    ratio = squares.raters / squares.error
    rest = n * (1 + (k - 1) * single) - k * single
    freedom = (k - 1) * (n - 1) * (k * single * ratio + rest) ** 2
    freedom /= (n - 1) * (k * single * ratio) ** 2 + rest**2
    above, below = _f_quantile(n - 1, freedom, confidence), _f_quantile(freedom, n - 1, confidence)
    noise = k * squares.raters + (k * n - k - n) * squares.error
    low = n * (squares.subjects - above * squares.error) / (above * noise + n * squares.subjects)
    high = n * (below * squares.subjects - squares.error) / (noise + n * below * squares.subjects)
    return low, high
