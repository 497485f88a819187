"""Weights that make a sample match a known population: post-stratification and raking on cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.language import Text
from ressenti.statistics.effective_sizes import kish_effective_size
from ressenti.statistics.intervals import ONE_VALUE

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

RELATIVE_TOLERANCE = 1e-10
MOST_ROUNDS = 2_000
TOTALS_TOLERANCE = 1e-6
# A margin this far from its target cannot be reached: two margins contradict each other.
UNREACHED = 1e-6


@dataclass(frozen=True, slots=True)
class Raking:
    """What raking did to the weights.

    Attributes
    ----------
    factors
        Shape (cells,): by what the base weight of every answer of a cell is multiplied.
    rounds
        Passes over all margins.
    largest_gap
        Largest relative distance of a margin from its target at the end.
    ratio
        Largest factor over the smallest one.
    kish_effect
        ``n sum of w^2 / (sum of w)^2`` of the raked weights, at least 1.
    trimmed
        Number of cells whose factor was cut; 0 unless trimming was asked for.
    """

    factors: Floats
    rounds: int
    largest_gap: float
    ratio: float
    kish_effect: float
    trimmed: int


def raking(
    counts: ArrayLike,
    codes: ArrayLike,
    targets: Sequence[ArrayLike],
    *,
    base_weights: ArrayLike | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
    trim: float | None = None,
) -> Raking:
    """Return the factors that make the margins of a table of cells match their targets.

    With one margin this is post-stratification, exact after one pass.

    Parameters
    ----------
    counts
        Shape (cells,): answers of each cell, above 0.
    codes
        Shape (cells, margins): the level, from 0, of each cell on each margin.
    targets
        One array a margin: the population of each of its levels; all with the same total.
    base_weights
        Shape (cells,): sum of weights of each cell before raking, above 0; the counts when None.
    tolerance
        Largest relative gap accepted, above 0.
    trim
        When given, factors above ``trim`` times their median are cut to it at the end; the
        margins are then met only approximately.

    Raises
    ------
    InvalidArgument
        When targets have different totals, or a target, count or base weight is not above 0.
    UndefinedResult
        When a level with a population has no answers, or the margins contradict each other.

    References
    ----------
    Deming and Stephan, Annals of Mathematical Statistics 11 (1940) 427; Deville and Särndal, JASA
    87 (1992) 376.

    Examples
    --------
    >>> found = raking([60, 40], [[0], [1]], [[500, 500]])
    >>> found.factors.round(4), round(found.kish_effect, 4)
    (array([ 8.3333, 12.5   ]), 1.0417)
    """
    answers = np.asarray(counts, dtype=np.float64)
    levels = np.asarray(codes, dtype=np.intp).reshape(len(answers), -1)
    populations = [np.asarray(target, dtype=np.float64) for target in targets]
    base = answers if base_weights is None else np.asarray(base_weights, dtype=np.float64)
    _require_cells(answers, base)
    _require_targets(populations)
    _require_answers(base, levels, populations)
    sums, rounds, gap = _fitted(base, levels, populations, tolerance)
    if gap > max(UNREACHED, tolerance):
        raise UndefinedResult(
            Text(
                en="the margins cannot all be met: after {rounds} rounds one is still off. Merge "
                "levels that few answers share.",
                fr="les marges ne peuvent être toutes atteintes : après {rounds} tours, l'une "
                "s'écarte encore. Regroupez les modalités peu représentées.",
            ).format(rounds=rounds)
        )
    factors = sums / base
    trimmed = 0
    if trim is not None:
        cap = trim * _weighted_median(factors, answers)
        trimmed = int((factors > cap).sum())
        factors = np.minimum(factors, cap)
    return Raking(
        factors=factors,
        rounds=rounds,
        largest_gap=_largest_gap(factors * base, levels, populations),
        ratio=float(factors.max() / factors.min()),
        kish_effect=_kish_effect(answers, factors * base / answers),
        trimmed=trimmed,
    )


def _fitted(
    base: Floats, levels: Codes, populations: list[Floats], tolerance: float
) -> tuple[Floats, int, float]:
    sums = base.copy()
    rounds, gap, previous = 0, np.inf, np.nan
    while gap > tolerance and gap != previous and rounds < MOST_ROUNDS:
        for margin, population in enumerate(populations):
            current = np.bincount(levels[:, margin], sums, len(population))
            sums *= (population / current)[levels[:, margin]]
        previous, gap = gap, _largest_gap(sums, levels, populations)
        rounds += 1
    return sums, rounds, gap


def _largest_gap(sums: Floats, levels: Codes, populations: list[Floats]) -> float:
    return max(
        float(np.abs(np.bincount(levels[:, margin], sums, len(population)) / population - 1).max())
        for margin, population in enumerate(populations)
    )


def _require_cells(answers: Floats, base: Floats) -> None:
    if not ((answers > 0) & (base > 0)).all():
        raise InvalidArgument(
            Text(
                en="a cell without answers or without weight cannot be raked: leave it out.",
                fr="une cellule sans réponse ou sans poids ne peut être redressée : écartez-la.",
            )
        )


def _require_targets(populations: list[Floats]) -> None:
    totals = [float(population.sum()) for population in populations]
    if any(not (population > 0).all() for population in populations):
        raise InvalidArgument(
            Text(
                en="every level of a margin needs a population above 0: leave out its answers or "
                "merge the level.",
                fr="chaque modalité d'une marge doit avoir une population supérieure à 0 : "
                "écartez ses réponses ou regroupez la modalité.",
            )
        )
    if max(totals) - min(totals) > TOTALS_TOLERANCE * max(totals):
        raise InvalidArgument(
            Text(
                en="the margins add up to different totals, {totals}: they must describe one "
                "population.",
                fr="les marges n'ont pas le même total ({totals}) : elles doivent décrire une "
                "seule population.",
            ).format(totals=", ".join(f"{total:g}" for total in totals))
        )


def _require_answers(base: Floats, levels: Codes, populations: list[Floats]) -> None:
    for margin, population in enumerate(populations):
        if levels[:, margin].max(initial=-1) >= len(population):
            raise InvalidArgument(
                Text(
                    en="margin {margin} has answers in a level without a population.",
                    fr="la marge {margin} a des réponses dans une modalité sans population.",
                ).format(margin=margin + 1)
            )
        empty = np.flatnonzero(np.bincount(levels[:, margin], base, len(population)) == 0)
        if empty.size:
            raise UndefinedResult(
                Text(
                    en="no answers in level {level} of margin {margin}: no weight can represent "
                    "it. Merge it with another level.",
                    fr="aucune réponse dans la modalité {level} de la marge {margin} : aucun "
                    "poids ne peut la représenter. Regroupez-la avec une autre.",
                ).format(level=int(empty[0]) + 1, margin=margin + 1)
            )


def _weighted_median(values: Floats, counts: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(counts[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _kish_effect(answers: Floats, weights: Floats) -> float:
    size = kish_effective_size((answers * weights).sum(), (answers * weights**2).sum())
    return float(answers.sum() / size)


def calibrated_variance(
    counts: ArrayLike,
    weights: ArrayLike,
    squared_weights: ArrayLike,
    codes: ArrayLike,
    coefficients: ArrayLike,
) -> float:
    """Return the variance of a contrast whose weights were calibrated on margins.

    Calibration removes what the margins explain: deviations from the mean are replaced by the
    residuals of their weighted regression on the levels of all margins.

    Parameters
    ----------
    counts, weights, squared_weights
        Shape (cells, K): answers, sum of calibrated w and of its square, by cell and category.
    codes
        Shape (cells, margins): the level, from 0, of each cell on each margin.
    coefficients
        Shape (K,).

    Raises
    ------
    UndefinedResult
        With fewer than two answers.

    References
    ----------
    Deville and Särndal, JASA 87 (1992) 376.
    """
    sums = np.asarray(weights, dtype=np.float64)
    values = np.asarray(coefficients, dtype=np.float64)
    n = float(np.sum(counts))
    if n < 2:
        raise UndefinedResult(ONE_VALUE)
    levels = np.asarray(codes, dtype=np.intp).reshape(len(sums), -1)
    indicators = np.concatenate([np.eye(level.max() + 1)[level] for level in levels.T], axis=1)
    totals = sums.sum(axis=1)
    roots = np.sqrt(totals)
    means = np.divide(sums @ values, totals, out=np.zeros(len(totals)), where=totals > 0)
    effects = np.linalg.lstsq(indicators * roots[:, None], means * roots, rcond=None)[0]
    residuals = values - (indicators @ effects)[:, None]
    squares = float((np.asarray(squared_weights, dtype=np.float64) * residuals**2).sum())
    return n / (n - 1) * squares / float(totals.sum()) ** 2
