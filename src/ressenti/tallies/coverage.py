"""Coverage: what stands in each column where the outcome was answered, and what does not.

Nothing written is not an opinion: whoever was not asked, whoever said "don't know" and whoever
wrote something unreadable are counted apart, with the outcome of those who gave no mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from ressenti.warehouse.relations import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A column as it is read.

    Parameters
    ----------
    name : str
        What a person calls it.
    value : sqlglot expression
        Its number, NULL where there is no valid answer.
    is_blank, is_coded : sqlglot expressions
        Whether nothing was written; whether a declared code for "no answer" was.
    """

    name: str
    value: exp.Expr
    is_blank: exp.Expr
    is_coded: exp.Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a column holds, over the rows where the outcome was answered.

    Parameters
    ----------
    n : int
        Rows with a value.
    n_blank, n_coded, n_unreadable : int
        Rows without: not asked or left empty, a declared "no answer", off the scale.
    least, greatest, mean : float or None
        Of its values, unweighted; None without any.
    is_whole : bool
        Whether all its values are whole numbers.
    outcome_sum, outcome_squares : float
        Σ outcome and Σ outcome² of the rows with a value.
    """

    n: int
    n_blank: int
    n_coded: int
    n_unreadable: int
    least: float | None
    greatest: float | None
    mean: float | None
    is_whole: bool
    outcome_sum: float
    outcome_squares: float

    @property
    def n_missing(self) -> int:
        return self.n_blank + self.n_coded + self.n_unreadable


def coverage_query(
    relation: Relation,
    outcome: Reading,
    drivers: Sequence[Reading],
    *,
    where: exp.Expr | None = None,
) -> exp.Select:
    """Return the query of what each column holds, in one row."""
    read: list[exp.Expr] = []
    for i, column in enumerate((outcome, *drivers)):
        read += [
            column.value.copy().as_(f"x{i}"),
            _state(column).as_(f"t{i}"),
        ]
    rows = relation.select(*read)
    if where is not None:
        rows = rows.where(where.copy())
    aggregates: list[exp.Expr] = []
    for i in range(len(drivers) + 1):
        aggregates += _aggregates(i)
    return exp.select(*aggregates, copy=False).from_(rows.subquery("read"), copy=False)


def coverages_of(relation: Relation, query: exp.Select) -> tuple[Coverage, ...]:
    """Return what the outcome holds over all rows, then each driver where it was answered.

    Parameters
    ----------
    query : sqlglot query
        From ``coverage_query``.
    """
    (row,) = relation.warehouse.fetch(query).to_pylist()
    columns = sum(name.startswith("blank") for name in row)
    return tuple(
        Coverage(
            n=int(row[f"n{i}"] or 0),
            n_blank=int(row[f"blank{i}"] or 0),
            n_coded=int(row[f"coded{i}"] or 0),
            n_unreadable=int(row[f"unreadable{i}"] or 0),
            least=_number(row[f"least{i}"]),
            greatest=_number(row[f"greatest{i}"]),
            mean=_number(row[f"mean{i}"]),
            is_whole=not row[f"broken{i}"],
            outcome_sum=float(row[f"sum{i}"] or 0),
            outcome_squares=float(row[f"squares{i}"] or 0),
        )
        for i in range(columns)
    )


VALUE, BLANK, CODED, UNREADABLE = range(4)


def _state(column: Reading) -> exp.Expr:
    """Return the tree that says whether a row has a value, or why it has none."""
    has_value = exp.not_(column.value.copy().is_(exp.null()))
    return (
        exp.Case()
        .when(has_value, exp.convert(VALUE))
        .when(column.is_coded.copy(), exp.convert(CODED))
        .when(column.is_blank.copy(), exp.convert(BLANK))
        .else_(exp.convert(UNREADABLE))
    )


def _aggregates(i: int) -> list[exp.Expr]:
    """Return what is summed of one column; the first is the outcome, which bounds the others."""
    value, outcome = exp.column(f"x{i}"), exp.column("x0")
    answered = exp.not_(outcome.copy().is_(exp.null()))
    within = exp.true() if i == 0 else answered

    def where_it_is(state: int, number: exp.Expr) -> exp.Expr:
        is_so = exp.EQ(this=exp.column(f"t{i}"), expression=exp.convert(state))
        return exp.Sum(this=exp.Case().when(exp.and_(within.copy(), is_so), number))

    valued = exp.Case().when(within.copy(), value.copy())
    is_broken = exp.NEQ(this=value.copy(), expression=exp.Floor(this=value.copy()))
    square = exp.Mul(this=outcome.copy(), expression=outcome.copy())
    one = exp.convert(1)
    return [
        where_it_is(VALUE, one.copy()).as_(f"n{i}"),
        where_it_is(BLANK, one.copy()).as_(f"blank{i}"),
        where_it_is(CODED, one.copy()).as_(f"coded{i}"),
        where_it_is(UNREADABLE, one.copy()).as_(f"unreadable{i}"),
        exp.Min(this=valued.copy()).as_(f"least{i}"),
        exp.Max(this=valued.copy()).as_(f"greatest{i}"),
        exp.Avg(this=valued.copy()).as_(f"mean{i}"),
        exp.Max(this=exp.Case().when(exp.and_(within.copy(), is_broken), one.copy())).as_(
            f"broken{i}"
        ),
        where_it_is(VALUE, outcome.copy()).as_(f"sum{i}"),
        where_it_is(VALUE, square).as_(f"squares{i}"),
    ]


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]  # the engine's number
