"""Items: columns of a source read as numbers, for what needs several of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.facts.scales import NUMBER, Scale
from ressenti.language import Text
from ressenti.library.missing_codes import codes_for
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation


def item_expressions(
    relation: Relation,
    texts: Sequence[str],
    *,
    scale: Scale | None = None,
    missing: Sequence[object] = (),
) -> list[exp.Expr]:
    """Return the numbers of the columns named, NULL where nothing valid was answered.

    Parameters
    ----------
    scale : Scale or None
        Values off its levels count as no answer; any number is accepted without it.
    missing : sequence
        Codes that mean "no answer", on all columns or on one as ``"COLUMN=CODE"``.

    Raises
    ------
    UnknownColumn
        R101, with the nearest names.
    """
    return [_item(relation, text, scale, missing) for text in texts]


def _item(
    relation: Relation, text: str, scale: Scale | None, missing: Sequence[object]
) -> exp.Expr:
    tree = column_expression(text, relation)
    name = tree.name if isinstance(tree, exp.Column) else ""
    number = number_expression(tree, relation.columns.get(name, Kind.NUMBER))
    codes = [*codes_for(name, missing), *relation.missing_codes.get(name, ())]
    left_out = [code for code in map(NUMBER.read, codes) if isinstance(code, float)]
    conditions: list[exp.Expr] = [exp.not_(number.copy().isin(*left_out))] if left_out else []
    if scale is not None:
        conditions.append(number.copy().isin(*scale.levels))
    return exp.Case().when(exp.and_(*conditions), number) if conditions else number


def row_condition(relation: Relation, where: str | None) -> exp.Expr | None:
    """Return the condition that rows must meet, None for all rows."""
    if where is None:
        return None
    return with_numbers_read(predicate(where, relation), relation)


def require_items(texts: Sequence[str], *, fewest: int = 2) -> None:
    """Refuse a list of items that is too short or names one twice.

    Raises
    ------
    InvalidArgument
        R102.
    """
    if len(texts) < fewest:
        raise InvalidArgument(
            Text(
                en=f"{len(texts)} item: name at least {fewest}, separated by commas.",
                fr=f"{len(texts)} item : nommez-en au moins {fewest}, séparés par des virgules.",
            )
        )
    twice = [text for text in dict.fromkeys(texts) if list(texts).count(text) > 1]
    if twice:
        raise InvalidArgument(
            Text(
                en=f"the item '{twice[0]}' is named twice.",
                fr=f"l'item « {twice[0]} » est nommé deux fois.",
            )
        )
