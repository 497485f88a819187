"""Times: columns that date things, brought to wall-clock time in the organisation's zone."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from ressenti.warehouse.relations import Kind, Relation

SAMPLE = 20_000


def wall_time(
    tree: exp.Expr, kind: Kind, relation: Relation, *, dates: str | None, zone: str
) -> exp.Expr:
    """Return the tree of a column as a timestamp without zone, as clocks in ``zone`` show it.

    Instants are converted; wall times and dates are taken as they are; text is read after its
    order of day and month is proven or told.

    Raises
    ------
    AmbiguousDates
        R203, when text dates could be read in two orders.
    """
    if kind is Kind.INSTANT:
        return exp.AtTimeZone(this=tree.copy(), zone=exp.Literal.string(zone))
    if kind is not Kind.TEXT:
        return exp.cast(tree.copy(), "TIMESTAMP")
    from ressenti.sources.date_reading import date_reading, instant_expression

    column = tree.name if isinstance(tree, exp.Column) else tree.sql()
    order: Any = dates
    reading = date_reading(_sample(tree, relation), column=column, order=order)
    read = instant_expression(tree.copy(), kind, reading)
    if not reading.has_zone:
        return read
    instant = exp.AtTimeZone(this=read, zone=exp.Literal.string("UTC"))
    return exp.AtTimeZone(this=instant, zone=exp.Literal.string(zone))


def _sample(tree: exp.Expr, relation: Relation) -> list[str]:
    query = relation.select(tree.copy().as_("sample")).distinct().limit(SAMPLE)
    return [str(value) for value in relation.warehouse.fetch(query)["sample"].to_pylist() if value]
