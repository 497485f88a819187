"""Driver questions: which columns explain which, and the passes over the rows that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from ressenti.scores.score import Unit
from ressenti.statistics.pairwise import masked_pairs
from ressenti.studies.driver_findings import Model, Rows
from ressenti.studies.driver_scales import DriverScale
from ressenti.tallies.bucketed_moments import BucketedQuery, all_pairs
from ressenti.tallies.coverage import Reading
from ressenti.warehouse.relations import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverQuestion:
    """Which columns explain which, on which rows.

    Parameters
    ----------
    outcome : Reading
    drivers : tuple of Reading
    levels : mapping of driver to levels
        Of the drivers whose scale was declared.
    unit : Unit or None
        Of the outcome, where it is an indicator.
    weight, where, cluster, place : sqlglot expressions or None
        ``place`` names the units, such as shops, whose range bounds what may be promised.
    rows : ``"complete"`` or ``"pairwise"``
    model : ``"linear"``, ``"ordinal"`` or ``"logistic"``
        How the outcome is read; the others than linear look at the answers themselves.
    answers : sqlglot expression or None
        The levels behind an outcome that is an indicator.
    changes : mapping of driver to share or mean
        What was asked of some drivers.
    """

    relation: Relation
    outcome: Reading
    drivers: tuple[Reading, ...]
    levels: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    unit: Unit | None = None
    lower_is_better: bool = False
    weight: exp.Expr | None = None
    where: exp.Expr | None = None
    cluster: exp.Expr | None = None
    place: exp.Expr | None = None
    rows: Rows = "complete"
    model: Model = "linear"
    answers: exp.Expr | None = None
    changes: Mapping[str, float] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(driver.name for driver in self.drivers)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The outcome, then the drivers."""
        return (self.outcome, *self.drivers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteQuery:
    """The pass over the rows that have everything, and where it puts each driver's columns.

    Parameters
    ----------
    query : BucketedQuery
        The outcome first, then the drivers, then whatever an additive model knows them by.
    places : tuple of tuples of int
        The columns of each driver in that model.
    """

    query: BucketedQuery
    places: tuple[tuple[int, ...], ...]


def complete_query(
    question: DriverQuestion, scales: Sequence[DriverScale], centres: Sequence[float]
) -> CompleteQuery:
    """Return the pass over complete rows."""
    columns = _centred(question, centres)
    derived: list[exp.Expr] = []
    places: list[tuple[int, ...]] = []
    for place, scale in enumerate(scales, start=1):
        if scale.form == "open":
            places.append((place,))
            continue
        own = scale.indicators(exp.column(f"x{place}"), centre=centres[place])
        first = len(columns) + len(derived)
        places.append(tuple(range(first, first + len(own))))
        derived += own
    effects = [0, *(place for own in places for place in own)]
    pairs = all_pairs(range(len(question.readings))) + all_pairs(effects)
    return CompleteQuery(
        query=replace(
            _query(question, columns, list(dict.fromkeys(pairs)), question.where), derived=derived
        ),
        places=tuple(places),
    )


def rows_query(question: DriverQuestion) -> BucketedQuery:
    """Return the pass whose rows are looked at one by one: answers first, then the drivers."""
    answers = question.outcome.value if question.answers is None else question.answers
    columns = [answers.copy(), *(driver.value.copy() for driver in question.drivers)]
    return _query(question, columns, [], question.where)


def pairwise_query(question: DriverQuestion, centres: Sequence[float]) -> BucketedQuery:
    """Return the pass over the rows that have the outcome and one driver at least."""
    columns = _centred(question, centres)
    zero, one = (exp.cast(exp.Literal.number(number), "DOUBLE") for number in (0, 1))
    masks: list[exp.Expr] = [
        exp.Case().when(value.copy().is_(exp.null()), zero.copy()).else_(one.copy())
        for value in columns
    ]
    values: list[exp.Expr] = [exp.func("COALESCE", value, zero.copy()) for value in columns]
    squares: list[exp.Expr] = [
        exp.Mul(this=value.copy(), expression=value.copy()) for value in values
    ]
    answered = [exp.not_(one.value.copy().is_(exp.null())) for one in question.readings]
    condition = exp.and_(answered[0], exp.or_(*answered[1:]))
    where = condition if question.where is None else exp.and_(question.where.copy(), condition)
    pairs = masked_pairs(len(columns))
    return _query(question, [*masks, *values, *squares], pairs, where)


def _query(
    question: DriverQuestion,
    columns: Sequence[exp.Expr],
    pairs: Sequence[tuple[int, int]],
    where: exp.Expr | None,
) -> BucketedQuery:
    return BucketedQuery(
        relation=question.relation,
        columns=columns,
        pairs=pairs,
        cluster=question.cluster,
        weight=question.weight,
        where=where,
    )


def _centred(question: DriverQuestion, centres: Sequence[float]) -> list[exp.Expr]:
    return [
        exp.Sub(this=exp.paren(reading.value.copy()), expression=exp.convert(float(centre)))
        if centre
        else reading.value.copy()
        for reading, centre in zip(question.readings, centres, strict=True)
    ]
