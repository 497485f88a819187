"""Margins: answers weighted so that known totals of the population are met.

Raking needs only the table of cells, the cross of the margins: its factors are constant in a cell.
Each period is raked by itself; a segment is a part of the whole that was raked.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.estimates import Floats
from ressenti.scores.weighting import Worth
from ressenti.statistics.raking import Raking, calibrated_variance, raking
from ressenti.tallies.tally import ALL, Integers, TallyTable


@dataclass(frozen=True, slots=True)
class Margin:
    """A column whose distribution in the population is known.

    Parameters
    ----------
    column : str
        As a person calls it.
    value : sqlglot expression
    targets : mapping of level to float
        The population, or its share, at each level; all margins have one total.
    """

    column: str
    value: exp.Expr
    targets: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RakedSample:
    """What raking did to one sample.

    Parameters
    ----------
    rows : integer array
        Rows of the detailed table that are in the sample.
    codes : integer array, shape (rows, margins)
        The level of each row on each margin.
    """

    rows: Integers
    codes: Integers
    raking: Raking


@dataclass(frozen=True, slots=True)
class Raked:
    """Detailed tallies with raked weights, and each sample that was raked, by period."""

    table: TallyTable
    samples: Mapping[Hashable, RakedSample]


def raked(
    detail: TallyTable,
    margins: Sequence[Margin],
    *,
    width: int,
    has_periods: bool,
    trim: float | None = None,
) -> Raked:
    """Return the tallies whose weights meet the margins in each period.

    Parameters
    ----------
    detail : TallyTable
        Its keys hold the levels of the margins from position ``width`` on.
    trim : float or None
        Cut factors above this many times their median.

    Raises
    ------
    InvalidArgument
        R102, when answers have a level without a target, or targets have different totals.
    UndefinedResult
        R206, when a level with a target has no answers.
    """
    answers = detail.n.sum(axis=1)
    factors = np.ones(len(detail))
    samples: dict[Hashable, RakedSample] = {}
    for period in dict.fromkeys(key[0] if has_periods else ALL for key in detail.keys):
        rows = np.array(
            [
                row
                for row, key in enumerate(detail.keys)
                if answers[row] and (not has_periods or key[0] == period)
            ],
            dtype=np.int64,
        )
        if len(rows) == 0:
            continue
        codes = _codes(detail, rows, margins, width)
        cells, cell_of_row = np.unique(codes, axis=0, return_inverse=True)
        found = raking(
            np.bincount(cell_of_row, answers[rows]),
            cells,
            [list(margin.targets.values()) for margin in margins],
            base_weights=np.bincount(cell_of_row, detail.w[rows].sum(axis=1)),
            trim=trim,
        )
        factors[rows] = found.factors[cell_of_row]
        samples[period] = RakedSample(rows, codes, found)
    return Raked(_weighted(detail, factors), samples)


def raked_worth(
    found: Raked, contrast: Contrast, distribution: Distribution, row_of: Integers
) -> Worth:
    """Return what answers are worth to contrasts whose weights were raked.

    The smaller of Kish's size and of the variance of one answer over the variance of the contrast,
    where deviations are replaced by their residuals on the margins.

    Parameters
    ----------
    distribution : Distribution
        Of the folded table, with raked weights.
    row_of : integer array
        The row of the folded table that each detailed row belongs to; -1 for none.

    References
    ----------
    Deville and Särndal, JASA 87 (1992) 376.
    """
    coefficients = distribution.coefficients
    values = distribution.value
    spreads = (distribution.shares * (coefficients - values[:, None]) ** 2).sum(axis=1)
    matrices = contrast.matrices(found.table)
    sizes = distribution.kish.copy()
    parts: list[dict[str, Any]] = [{} for _ in sizes]
    for row in np.flatnonzero(distribution.n > 0):
        inside = row_of == row
        samples = [one for one in found.samples.values() if inside[one.rows].any()]
        parts[row] = _report(samples)
        if distribution.n[row] < 2 or not spreads[row] > 0:
            continue
        variance = _variance(samples, matrices, coefficients - values[row], inside)
        parts[row]["standard_error"] = math.sqrt(variance)
        if variance > 0:
            sizes[row] = min(sizes[row], spreads[row] / variance)
    return Worth(sizes=sizes, parts=parts)


def _variance(
    samples: Sequence[RakedSample],
    matrices: tuple[Floats, Floats, Floats],
    deviations: Floats,
    is_inside: NDArray[np.bool_],
) -> float:
    """Return the variance of a mean of deviations over part of the raked samples.

    Answers outside of the part have a deviation of 0, which the margins explain too.
    """
    total = float(matrices[1][is_inside].sum())
    variance = 0.0
    for sample in samples:
        inside = is_inside[sample.rows]
        n, w, w2 = (
            np.column_stack([own * inside[:, None], own.sum(axis=1) * ~inside])
            for own in (matrix[sample.rows] for matrix in matrices)
        )
        share = float(w.sum()) / total
        variance += share**2 * calibrated_variance(n, w, w2, sample.codes, [*deviations, 0.0])
    return variance


def _codes(detail: TallyTable, rows: Integers, margins: Sequence[Margin], width: int) -> Integers:
    """Return the place of each row's level among the targets of each margin."""
    codes = np.empty((len(rows), len(margins)), dtype=np.int64)
    for column, margin in enumerate(margins):
        place = {level: code for code, level in enumerate(margin.targets)}
        levels = [detail.keys[row][width + column] for row in rows]
        unknown = sorted({str(level) for level in levels if level not in place})
        if unknown:
            raise _without_target(margin, unknown)
        lacking = [level for level in place if level not in set(levels)]
        if lacking:
            raise _without_answers(margin, lacking)
        codes[:, column] = [place[level] for level in levels]
    return codes


def _weighted(table: TallyTable, factors: Floats) -> TallyTable:
    by_row = factors[:, None]
    return replace(
        table,
        w=table.w * by_row,
        w2=table.w2 * by_row**2,
        wx=None if table.wx is None else table.wx * by_row,
        wx2=None if table.wx2 is None else table.wx2 * by_row,
    )


def _report(samples: Sequence[RakedSample]) -> dict[str, Any]:
    """Return what raking did to the samples behind one score, the worst of them where several."""
    done = [sample.raking for sample in samples]
    return {
        "raking": {
            "rounds": max(one.rounds for one in done),
            "largest_gap": max(one.largest_gap for one in done),
            "ratio": max(one.ratio for one in done),
            "kish_deff": max(one.kish_effect for one in done),
            "trimmed": sum(one.trimmed for one in done),
        }
    }


def _without_target(margin: Margin, unknown: Sequence[str]) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="'{column}' has answers at {levels}, which no target is given for.",
            fr="« {column} » a des réponses à {levels}, sans cible donnée.",
        ).format(column=margin.column, levels=", ".join(unknown[:10])),
        hint=Text(
            en="Give its count in --rake, or leave these answers out with --where.",
            fr="Donnez son effectif dans --rake, ou écartez ces réponses par --where.",
        ),
    )


def _without_answers(margin: Margin, lacking: Sequence[str]) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en="no answer has '{column}' = {levels}: no weight can stand for people nobody of "
            "whom answered.",
            fr="aucune réponse n'a « {column} » = {levels} : aucun poids ne peut représenter des "
            "personnes dont aucune n'a répondu.",
        ).format(column=margin.column, levels=", ".join(lacking[:10])),
        hint=Text(
            en="Merge this level with another, in the data and in the targets.",
            fr="Regroupez cette modalité avec une autre, dans les données et dans les cibles.",
        ),
    )
