"""Units followed over time: lags by the calendar, and effects within units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.regression import independent_columns, placed_values

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

# Alternate centring stops when a pass moves no value by more than this share of the largest.
CENTRING_TOLERANCE = 1e-13
MOST_CENTRING_PASSES = 10_000
# What centring leaves of a driver that never varies within units, as a share of its size.
NO_VARIATION_SHARE = 1e-10

TOO_FEW_UNITS = Text(
    en="{n} units with data: at least 2 are needed.",
    fr="{n} unités avec des données : il en faut au moins 2.",
)
TOO_FEW_ROWS = Text(
    en="{n} rows are too few once the units' and periods' own levels are taken out.",
    fr="{n} lignes, c'est trop peu une fois retirés les niveaux propres aux unités et aux "
    "périodes.",
)
NO_VARIATION = Text(
    en="no driver varies within units: only differences between units are left.",
    fr="aucun levier ne varie au sein des unités : il ne reste que des différences entre unités.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LaggedPairs:
    """What was measured in a unit, against what was measured there some periods before.

    Attributes
    ----------
    earlier, later
        Shape (n,): the driver at period t - lag and the outcome at period t.
    rows
        Shape (n,): the places of the outcomes in the input.
    """

    earlier: Floats
    later: Floats
    rows: Places


def lagged_values(
    units: ArrayLike, periods: ArrayLike, values: ArrayLike, *, lag: int = 1
) -> Floats:
    """Return, for each row, the value its unit had ``lag`` periods before.

    The calendar decides, never the row above: a missing period gives a missing lag.

    Parameters
    ----------
    units
        Shape (n,), of any one type.
    periods
        Shape (n,): whole numbers that count periods, such as 12 × year + month.
    values
        Shape (n,).
    lag
        In periods; below 0 it looks ahead.

    Returns
    -------
    Shape (n,); NaN where the unit has no value at that period.

    Raises
    ------
    InvalidArgument
        When a unit has two rows for one period.

    Examples
    --------
    >>> lagged_values(["a", "a", "a", "b"], [1, 2, 4, 3], [10, 20, 40, 30]).tolist()
    [nan, 10.0, nan, nan]
    """
    codes = np.unique(np.asarray(units), return_inverse=True)[1]
    clock = _whole_periods(periods)
    numbers = np.asarray(values, dtype=np.float64)
    first = clock.min(initial=0) - abs(lag)
    span = int(clock.max(initial=0) + abs(lag) - first + 1)
    keys = codes * span + (clock - first)
    order = np.argsort(keys, kind="stable")
    known = keys[order]
    twice = np.flatnonzero(np.diff(known) == 0)
    if twice.size:
        row = int(order[twice[0]])
        raise InvalidArgument(
            Text(
                en="unit '{unit}' has two rows for period {period}: add them up beforehand.",
                fr="l'unité « {unit} » a deux lignes pour la période {period} : regroupez-les "
                "d'abord.",
            ).format(unit=np.asarray(units)[row], period=clock[row])
        )
    wanted = keys - lag
    places = np.minimum(np.searchsorted(known, wanted), max(known.size - 1, 0))
    lagged = np.full(numbers.size, np.nan)
    found = known[places] == wanted
    lagged[found] = numbers[order[places[found]]]
    return lagged


def lagged_pairs(
    units: ArrayLike, periods: ArrayLike, driver: ArrayLike, outcome: ArrayLike, *, lag: int = 1
) -> LaggedPairs:
    """Return the outcomes that have a driver ``lag`` periods before in the same unit.

    Parameters
    ----------
    units, periods, lag
        As for ``lagged_values``.
    driver, outcome
        Shape (n,); NaN when missing.

    Examples
    --------
    >>> pairs = lagged_pairs(["a", "a", "a"], [1, 2, 4], [5, 6, 7], [50, 60, 70])
    >>> pairs.earlier.tolist(), pairs.later.tolist()
    ([5.0], [60.0])
    """
    earlier = lagged_values(units, periods, driver, lag=lag)
    later = np.asarray(outcome, dtype=np.float64)
    rows = np.flatnonzero(np.isfinite(earlier) & np.isfinite(later))
    return LaggedPairs(earlier[rows], later[rows], rows)


@dataclass(frozen=True, slots=True)
class FixedEffects:
    """What goes with a driver inside units, their own levels taken out.

    Attributes
    ----------
    coefficients
        One per driver; None for a driver that does not vary within units.
    standard_errors
        By cluster of units, without small-sample factor; None as above or with one unit.
    r2_within
        Share of the variation within units that the drivers account for.
    n, n_units
        Complete rows, and units among them.
    """

    coefficients: tuple[float | None, ...]
    standard_errors: tuple[float | None, ...]
    r2_within: float | None
    n: int
    n_units: int
    reason: Text | None = None


def fixed_effects(
    outcome: ArrayLike, drivers: ArrayLike, units: ArrayLike, *, periods: ArrayLike | None = None
) -> FixedEffects:
    """Return the within-unit regression, with unit and, when given, period effects.

    With a lagged outcome among the drivers and few periods the coefficients are biased by about
    -(1 + rho) / (T - 1): state T.

    Parameters
    ----------
    outcome
        Shape (n,).
    drivers
        Shape (n,) or (n, k); a row with a missing value is left out.
    units, periods
        Shape (n,), of any one type.

    References
    ----------
    Arellano, Oxford Bulletin of Economics and Statistics 49 (1987) 431; Nickell, Econometrica 49
    (1981) 1417.

    Examples
    --------
    Both units rise by 2 for each 1 of the driver, from very different levels:

    >>> fit = fixed_effects([1, 3, 50, 52, 54], [0, 1, 10, 11, 12], ["a", "a", "b", "b", "b"])
    >>> [round(slope, 6) for slope in fit.coefficients]
    [2.0]
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(drivers, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    complete = np.isfinite(y) & np.isfinite(x).all(axis=1)
    groups = [_codes(units, complete)]
    if periods is not None:
        groups.append(_codes(periods, complete))
    n, k = int(complete.sum()), x.shape[1]
    n_units = int(groups[0].max(initial=-1)) + 1
    nothing: tuple[float | None, ...] = (None,) * k
    if n_units < 1 or n <= n_units:
        reason = TOO_FEW_ROWS.format(n=n)
        return FixedEffects(nothing, nothing, None, n, n_units, reason)
    raw = np.column_stack([y[complete], x[complete]])
    inside = _centred(raw, groups)
    inside[:, np.ptp(inside, axis=0) <= NO_VARIATION_SHARE * np.abs(raw).max(axis=0)] = 0.0
    kept = independent_columns(inside[:, 1:])
    levels = sum(int(group.max()) for group in groups) + 1
    if not kept.size:
        return FixedEffects(nothing, nothing, None, n, n_units, NO_VARIATION)
    within = inside[:, 1:][:, kept]
    slopes = np.asarray(np.linalg.lstsq(within, inside[:, 0], rcond=None)[0], dtype=np.float64)
    residuals = inside[:, 0] - within @ slopes
    no_error = _no_error_reason(n, n_units, n - levels - kept.size)
    errors = nothing
    if no_error is None:
        errors = placed_values(_cluster_errors(within, residuals, groups[0]), kept, k)
    variation = float(inside[:, 0] @ inside[:, 0])
    return FixedEffects(
        coefficients=placed_values(slopes, kept, k),
        standard_errors=errors,
        r2_within=1 - float(residuals @ residuals) / variation if variation > 0 else None,
        n=n,
        n_units=n_units,
        reason=no_error,
    )


def _whole_periods(periods: ArrayLike) -> NDArray[np.int64]:
    numbers = np.asarray(periods, dtype=np.float64)
    wrong = numbers[numbers != np.floor(numbers)]
    if wrong.size:
        raise InvalidArgument(
            Text(
                en="the period {value} is not a whole number: count periods, as 12 × year + month.",
                fr="la période {value} n'est pas un nombre entier : numérotez les périodes, par "
                "exemple 12 × année + mois.",
            ).format(value=float(wrong[0]))
        )
    return numbers.astype(np.int64)


def _codes(labels: ArrayLike, complete: NDArray[np.bool_]) -> Places:
    return np.unique(np.asarray(labels)[complete], return_inverse=True)[1]


def _centred(table: Floats, groups: list[Places]) -> Floats:
    """Return the columns with the mean of each group taken out, all groupings at once."""
    centred: Floats = table - table.mean(axis=0)
    sizes = [np.bincount(group)[:, None] for group in groups]
    limit = CENTRING_TOLERANCE * np.abs(centred).max(axis=0)
    for _ in range(MOST_CENTRING_PASSES):
        before = centred
        for group, size in zip(groups, sizes, strict=True):
            sums = np.zeros((len(size), table.shape[1]))
            np.add.at(sums, group, centred)
            centred = centred - (sums / size)[group]
        if len(groups) == 1 or (np.abs(centred - before).max(axis=0) <= limit).all():
            break
    return centred


def _no_error_reason(n: int, n_units: int, freedom: int) -> Text | None:
    if n_units < 2:
        return TOO_FEW_UNITS.format(n=n_units)
    return TOO_FEW_ROWS.format(n=n) if freedom < 1 else None


def _cluster_errors(within: Floats, residuals: Floats, groups: Places) -> Floats:
    scores = np.zeros((int(groups.max()) + 1, within.shape[1]))
    np.add.at(scores, groups, within * residuals[:, None])
    inverse = np.linalg.inv(within.T @ within)
    errors: Floats = np.sqrt(np.diagonal(inverse @ scores.T @ scores @ inverse))
    return errors
