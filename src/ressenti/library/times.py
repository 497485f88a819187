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
        return _at_zone(tree.copy(), zone)
    if kind is not Kind.TEXT:
        return exp.cast(tree.copy(), "TIMESTAMP")
    read, is_utc = _read_text(tree, relation, dates)
    return _at_zone(_at_zone(read, "UTC"), zone) if is_utc else read


def instant(
    tree: exp.Expr, kind: Kind, relation: Relation, *, dates: str | None, zone: str
) -> exp.Expr:
    """Return the tree of a column as an instant; what says no zone is read on ``zone``'s clocks.

    Raises
    ------
    AmbiguousDates
        R203, when text dates could be read in two orders.
    """
    if kind is Kind.INSTANT:
        return tree.copy()
    if kind is not Kind.TEXT:
        return _at_zone(exp.cast(tree.copy(), "TIMESTAMP"), zone)
    read, is_utc = _read_text(tree, relation, dates)
    return _at_zone(read, "UTC" if is_utc else zone)


def _at_zone(tree: exp.Expr, zone: str) -> exp.Expr:
    """Return an instant as clocks of a zone show it, or the instant they showed a time at."""
    return exp.AtTimeZone(this=tree, zone=exp.Literal.string(zone))


def _read_text(tree: exp.Expr, relation: Relation, dates: str | None) -> tuple[exp.Expr, bool]:
    """Return the timestamp that a text spells, and whether it is in UTC."""
    from ressenti.sources.date_reading import date_reading, instant_expression

    column = tree.name if isinstance(tree, exp.Column) else tree.sql()
    order: Any = dates
    reading = date_reading(_sample(tree, relation), column=column, order=order)
    return instant_expression(tree.copy(), Kind.TEXT, reading), reading.has_zone


def _sample(tree: exp.Expr, relation: Relation) -> list[str]:
    query = relation.select(tree.copy().as_("sample")).distinct().limit(SAMPLE)
    return [str(value) for value in relation.warehouse.fetch(query)["sample"].to_pylist() if value]
