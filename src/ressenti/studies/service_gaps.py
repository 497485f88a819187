"""Service gaps: what customers perceived minus what they expected, from cross-products alone.

Each item is a pair of marks of the same respondent. A dimension is the mean of its complete pairs,
of which a respondent must have given half; difference scores are less reliable than perceptions
alone, so both are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlglot import exp

from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.intervals import Interval, mean_interval
from ressenti.statistics.moments import covariance_matrix
from ressenti.statistics.reliability import cronbach_alpha
from ressenti.tallies.moments import Block, moments_of
from ressenti.tallies.tally import Floats
from ressenti.warehouse.relations import Relation

POINTS, POINTS_TOLERANCE = 100.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """One statement: the marks expected and perceived, as numbers that are NULL when missing."""

    name: str
    expectation: exp.Expr
    perception: exp.Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScale:
    """A questionnaire: its items by dimension, and the points that dimensions got.

    Parameters
    ----------
    dimensions : mapping of name to items
    points : mapping of dimension to numeric expression, or None
        Each respondent's points, 100 in all within a half; or the same number for everyone.
    """

    dimensions: Mapping[str, Sequence[ServiceItem]]
    points: Mapping[str, exp.Expr] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The gap of one item, of one dimension or of everything.

    Parameters
    ----------
    gap : Interval
        Mean of perception minus expectation over respondents, with Student's paired interval.
    perception : Interval
        Mean perception alone (SERVPERF).
    n : int
        Respondents behind the gap.
    alphas : mapping of ``"expectations"``, ``"perceptions"``, ``"gaps"`` to Interval
        Cronbach's alpha of the items; for dimensions only.
    """

    name: str
    gap: Interval
    perception: Interval
    n: int
    alphas: Mapping[str, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceQuality:
    """The gaps of a questionnaire.

    Parameters
    ----------
    unweighted : Gap
        Mean of the dimensions of each respondent who has them all.
    weighted : Interval or None
        The same weighted by points; None without points.
    """

    items: Mapping[str, tuple[Gap, ...]]
    dimensions: tuple[Gap, ...]
    unweighted: Gap
    weighted: Interval | None
    rows: int


def service_quality(
    relation: Relation,
    scale: ServiceScale,
    *,
    where: exp.Expr | None = None,
    confidence: float = CONFIDENCE,
) -> ServiceQuality:
    """Return the gaps of every item and dimension and of the whole, in one pass.

    References
    ----------
    Parasuraman, Zeithaml and Berry, Journal of Retailing 64 (1988) 12; Cronin and Taylor, Journal
    of Marketing 56 (1992) 55.
    """
    blocks = blocks_of(scale)
    marks = marks_of(relation, scale, where)
    matrices, rows = moments_of(marks, list(blocks.values()))
    found = dict(zip(blocks, matrices, strict=True))
    items = {
        name: tuple(
            _gap(item.name, found, ("item", name, i), confidence) for i, item in enumerate(own)
        )
        for name, own in scale.dimensions.items()
    }
    weighted = found.get(("weighted",))
    return ServiceQuality(
        items=items,
        dimensions=tuple(
            _gap(name, found, ("dimension", name), confidence) for name in scale.dimensions
        ),
        unweighted=_gap("unweighted", found, ("all",), confidence),
        weighted=None if weighted is None else _mean(weighted, confidence),
        rows=rows,
    )


def marks_of(relation: Relation, scale: ServiceScale, where: exp.Expr | None) -> Relation:
    """Return the marks, the gaps and their means by dimension, as columns worked out once each."""
    marks: list[exp.Expr] = []
    means: list[exp.Expr] = [exp.Star()]
    for d, (name, items) in enumerate(scale.dimensions.items()):
        for i, item in enumerate(items):
            marks.append(item.expectation.copy().as_(f"e{d}_{i}"))
            marks.append(item.perception.copy().as_(f"p{d}_{i}"))
        if scale.points is not None:
            marks.append(scale.points[name].copy().as_(f"w{d}"))
        means.append(mean_of_most([_gap_column(d, i) for i in range(len(items))]).as_(f"g{d}"))
        perceptions = [exp.column(f"p{d}_{i}") for i in range(len(items))]
        means.append(mean_of_most(perceptions).as_(f"s{d}"))
    query = relation.select(*marks)
    if where is not None:
        query = query.where(where.copy())
    source = exp.select(*means).from_(query.subquery("marks")).subquery("dimensions")
    return replace(relation, source=source, columns={})


def blocks_of(scale: ServiceScale) -> dict[tuple[object, ...], Block]:
    """Return the blocks of cross-products that the gaps of a questionnaire need, by what for."""
    blocks: dict[tuple[object, ...], Block] = {}
    for d, (name, items) in enumerate(scale.dimensions.items()):
        numbers = range(len(items))
        for i in numbers:
            blocks["item", name, i, "gap"] = [_gap_column(d, i)]
            blocks["item", name, i, "perception"] = [exp.column(f"p{d}_{i}")]
        blocks["dimension", name, "gap"] = [exp.column(f"g{d}")]
        blocks["dimension", name, "perception"] = [exp.column(f"s{d}")]
        blocks["dimension", name, "alpha", "expectations"] = [
            exp.column(f"e{d}_{i}") for i in numbers
        ]
        blocks["dimension", name, "alpha", "perceptions"] = [
            exp.column(f"p{d}_{i}") for i in numbers
        ]
        blocks["dimension", name, "alpha", "gaps"] = [_gap_column(d, i) for i in numbers]
    gaps, perceptions, points = (
        [exp.column(f"{letter}{d}") for d in range(len(scale.dimensions))] for letter in "gsw"
    )
    blocks["all", "gap"] = [_mean_of_all(gaps)]
    blocks["all", "perception"] = [_mean_of_all(perceptions)]
    if scale.points is not None:
        blocks["weighted",] = [_weighted(gaps, points)]
    return blocks


def _gap_column(dimension: int, item: int) -> exp.Expr:
    """Return perception minus expectation of one item, NULL unless both were given."""
    return exp.Sub(
        this=exp.column(f"p{dimension}_{item}"), expression=exp.column(f"e{dimension}_{item}")
    )


def mean_of_most(values: Sequence[exp.Expr]) -> exp.Expr:
    """Return the mean of the values that are there, NULL unless half of them are."""
    given = _added(
        [
            exp.Case().when(value.copy().is_(exp.null()), exp.convert(0)).else_(exp.convert(1))
            for value in values
        ]
    )
    total = _added([exp.func("COALESCE", value.copy(), exp.convert(0.0)) for value in values])
    enough = exp.GTE(
        this=exp.Mul(this=exp.convert(2), expression=exp.paren(given.copy())),
        expression=exp.convert(len(values)),
    )
    mean = exp.Div(this=exp.paren(total), expression=exp.cast(exp.paren(given), "DOUBLE"))
    return exp.Case().when(enough, mean)


def _mean_of_all(values: Sequence[exp.Expr]) -> exp.Expr:
    total = _added(values)
    return exp.Div(this=exp.paren(total), expression=exp.cast(exp.convert(len(values)), "DOUBLE"))


def _weighted(gaps: Sequence[exp.Expr], points: Sequence[exp.Expr]) -> exp.Expr:
    """Return Σ points / 100 · gap, NULL where the points do not total 100 within a half."""
    total = _added(points)
    off = exp.Abs(this=exp.Sub(this=exp.paren(total), expression=exp.convert(POINTS)))
    products = [
        exp.Mul(this=exp.paren(own.copy()), expression=exp.paren(gap.copy()))
        for own, gap in zip(points, gaps, strict=True)
    ]
    negative = [exp.LT(this=exp.paren(own.copy()), expression=exp.convert(0)) for own in points]
    valid = exp.and_(
        exp.LTE(this=off, expression=exp.convert(POINTS_TOLERANCE)), exp.not_(exp.or_(*negative))
    )
    share = exp.Div(this=exp.paren(_added(products)), expression=exp.convert(POINTS))
    return exp.Case().when(valid, share)


def _added(values: Sequence[exp.Expr]) -> exp.Expr:
    total: exp.Expr = exp.paren(values[0].copy())
    for value in values[1:]:
        total = exp.Add(this=total, expression=exp.paren(value.copy()))
    return total


def _gap(
    name: str,
    found: Mapping[tuple[object, ...], Floats],
    place: tuple[object, ...],
    confidence: float,
) -> Gap:
    own = found[(*place, "gap")]
    alphas = {
        which: _alpha(found[(*place, "alpha", which)], confidence)
        for which in ("expectations", "perceptions", "gaps")
        if (*place, "alpha", which) in found
    }
    return Gap(
        name=name,
        gap=_mean(own, confidence),
        perception=_mean(found[(*place, "perception")], confidence),
        n=int(own[0, 0]),
        alphas=alphas,
    )


def _mean(moments: Floats, confidence: float) -> Interval:
    n = int(moments[0, 0])
    if n == 0:
        return mean_interval(0.0, 0.0, 0, confidence=confidence)
    variance = float(covariance_matrix(moments)[0, 0]) * n / max(n - 1, 1)
    return mean_interval(float(moments[0, 1] / n), variance**0.5, n, confidence=confidence)


def _alpha(moments: Floats, confidence: float) -> Interval:
    n = int(moments[0, 0])
    covariances = covariance_matrix(moments)
    known = covariances * n / (n - 1) if n > 1 else np.full(covariances.shape, np.nan)
    return cronbach_alpha(known, n, confidence=confidence).alpha
