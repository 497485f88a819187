"""Standard facts: a source as a plan maps it, under the names that every fact has.

What comes out is a relation like any other: nothing downstream knows of the mapping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlglot import exp

from ressenti.errors import UnknownColumn
from ressenti.facts.plan import Dimension
from ressenti.facts.schemas import Fact
from ressenti.library.times import wall_time
from ressenti.tallies.numbers import with_numbers_read
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation

Value = TypeVar("Value")

TIMES = frozenset({"instant", "date", "wall_time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedSource:
    """An opened source and how its columns are to be called.

    Parameters
    ----------
    columns : mapping of standard or dimension name to expression
    where : str or None
        The condition of the rows that are facts.
    dates : ``"dmy"``, ``"mdy"``, ``"ymd"`` or None
        Order of the parts of dates written as text.
    """

    relation: Relation
    columns: Mapping[str, str]
    where: str | None = None
    dates: str | None = None


def fact_relation(
    parts: Sequence[MappedSource], fact: Fact, dimensions: Mapping[str, Dimension], *, zone: str
) -> Relation:
    """Return one relation of a fact: standard columns, dimensions, and what the source adds.

    Parameters
    ----------
    parts : sequence of MappedSource, on one engine
        Several are put under one another; they then keep standard columns and dimensions only,
        and their times become wall-clock times of ``zone``.

    Raises
    ------
    UnknownColumn, InvalidExpression
        When a mapping means nothing on its source.
    """
    if len(parts) == 1:
        return _renamed(parts[0], _trees(parts[0], fact, dimensions))
    trees = [_trees(part, fact, dimensions) for part in parts]
    names = list(dict.fromkeys(name for own in trees for name in own))
    times = {column.key for column in fact.columns if column.kind.value in TIMES}
    selects = [
        _alike(part, own, names, times, zone) for part, own in zip(parts, trees, strict=True)
    ]
    union: exp.Query = selects[0]
    for select in selects[1:]:
        union = exp.union(union, select, distinct=False)
    first = parts[0].relation
    return replace(
        first,
        source=union.subquery("facts"),
        columns=first.warehouse.kinds(union),
        missing_codes={},
        labels={},
        notes=tuple(note for part in parts for note in part.relation.notes),
    )


def with_dimensions(relation: Relation, dimensions: Mapping[str, Dimension]) -> Relation:
    """Return a source in which the dimensions of a plan can be asked for by their names.

    A dimension that the source lacks is left out; asking for it says so.
    """
    added = {
        name: tree
        for name, tree in _dimension_trees(relation, {}, dimensions).items()
        if not (isinstance(tree, exp.Column) and tree.name == name)
    }
    if not added:
        return relation
    kept = {name: exp.column(name, quoted=True) for name in relation.columns if name not in added}
    return _selected(relation, kept | added)


def _trees(
    part: MappedSource, fact: Fact, dimensions: Mapping[str, Dimension]
) -> dict[str, exp.Expr]:
    own = {
        column.key: column.key for column in fact.columns if column.key in part.relation.columns
    } | {name: text for name, text in part.columns.items() if name not in dimensions}
    trees = {name: _tree(text, part.relation) for name, text in own.items()}
    return trees | _dimension_trees(part.relation, part.columns, dimensions)


def _dimension_trees(
    relation: Relation, mapped: Mapping[str, str], dimensions: Mapping[str, Dimension]
) -> dict[str, exp.Expr]:
    trees = {name: _tree(mapped[name], relation) for name in dimensions if name in mapped}
    for name, dimension in dimensions.items():
        if name not in trees:
            with suppress(UnknownColumn):
                trees[name] = _tree(dimension.column, relation)
    return trees


def _tree(text: str, relation: Relation) -> exp.Expr:
    return with_numbers_read(column_expression(text, relation), relation)


def _renamed(part: MappedSource, trees: Mapping[str, exp.Expr]) -> Relation:
    taken = {name.casefold() for name in trees}
    others = {
        name: exp.column(name, quoted=True)
        for name in part.relation.columns
        if name.casefold() not in taken
    }
    return _selected(part.relation, dict(trees) | others, where=part.where)


def _selected(
    relation: Relation, trees: Mapping[str, exp.Expr], *, where: str | None = None
) -> Relation:
    query = relation.select(*(tree.copy().as_(name, quoted=True) for name, tree in trees.items()))
    if where is not None:
        query = query.where(_condition(where, relation))
    plain = {name: tree.name for name, tree in trees.items() if isinstance(tree, exp.Column)}
    return replace(
        relation,
        source=query.subquery("facts"),
        columns=relation.warehouse.kinds(query),
        missing_codes=_under_new_names(relation.missing_codes, plain),
        labels=_under_new_names(relation.labels, plain),
    )


def _under_new_names(values: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Value]:
    return {new: values[old] for new, old in names.items() if old in values}


def _alike(
    part: MappedSource,
    trees: Mapping[str, exp.Expr],
    names: Sequence[str],
    times: set[str],
    zone: str,
) -> exp.Select:
    """Return a select of the same columns of the same types, whatever the source."""
    relation = part.relation
    columns: list[exp.Expr] = []
    for name in names:
        tree = trees.get(name)
        if tree is None:
            typed: exp.Expr = exp.cast(exp.null(), "TIMESTAMP" if name in times else "TEXT")
        elif name in times:
            typed = wall_time(tree, _kind(tree, relation), relation, dates=part.dates, zone=zone)
        else:
            # Two sources seldom type a code alike; text is read as a number when it is counted.
            typed = exp.cast(tree.copy(), "TEXT")
        columns.append(typed.as_(name, quoted=True))
    query = relation.select(*columns)
    return query if part.where is None else query.where(_condition(part.where, relation))


def _condition(text: str, relation: Relation) -> exp.Expr:
    return with_numbers_read(predicate(text, relation), relation)


def _kind(tree: exp.Expr, relation: Relation) -> Kind:
    if isinstance(tree, exp.Column):
        return relation.columns[tree.name]
    query = relation.select(tree.copy().as_("value"))
    return relation.warehouse.kinds(query)["value"]
