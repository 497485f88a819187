"""The grammar of expressions: a closed list of what a person's SQL may hold.

Nothing is searched for that could be harmful; everything that is not known to be harmless is
refused, so a new syntax of an engine is refused until someone has thought about it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from ressenti.errors import InvalidExpression, known_names_hint
from ressenti.facts.raw_values import number_in
from ressenti.language import Text

DIALECT = "duckdb"
DEEPEST_TREE = 200

FUNCTIONS: Mapping[str, type[exp.Expr]] = {
    "abs": exp.Abs,
    "ceil": exp.Ceil,
    "coalesce": exp.Coalesce,
    "concat": exp.Concat,
    "date_diff": exp.DateDiff,
    "date_trunc": exp.TimestampTrunc,
    "epoch": exp.TimeToUnix,
    "extract": exp.Extract,
    "floor": exp.Floor,
    "greatest": exp.Greatest,
    "least": exp.Least,
    "length": exp.Length,
    "lower": exp.Lower,
    "nullif": exp.Nullif,
    "replace": exp.Replace,
    "round": exp.Round,
    "substring": exp.Substring,
    "trim": exp.Trim,
    "upper": exp.Upper,
}
CONDITIONS = frozenset(
    {
        exp.And,
        exp.Between,
        exp.Boolean,
        exp.EQ,
        exp.Escape,
        exp.GT,
        exp.GTE,
        exp.ILike,
        exp.In,
        exp.Is,
        exp.LT,
        exp.LTE,
        exp.Like,
        exp.NEQ,
        exp.Not,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Or,
    }
)
VALUES = frozenset(
    {
        exp.Add,
        exp.Case,
        exp.Cast,
        exp.Column,
        exp.DPipe,
        exp.DataType,
        exp.DataTypeParam,
        exp.DateTrunc,
        exp.Div,
        exp.Identifier,
        exp.If,
        exp.Interval,
        exp.Literal,
        exp.Mod,
        exp.Mul,
        exp.Neg,
        exp.Null,
        exp.Paren,
        exp.Sub,
        exp.Var,
    }
)
ALLOWED = CONDITIONS | VALUES | frozenset(FUNCTIONS.values())
# A node that is allowed may still carry an argument that is not: a table before a column,
# a query after IN.
ARGUMENTS: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Cast: frozenset({"this", "to"}),
    exp.Column: frozenset({"this"}),
    exp.In: frozenset({"this", "expressions"}),
}
PLAIN_TYPES = frozenset(
    {
        exp.DType.BIGINT,
        exp.DType.BOOLEAN,
        exp.DType.DATE,
        exp.DType.DECIMAL,
        exp.DType.DOUBLE,
        exp.DType.FLOAT,
        exp.DType.INT,
        exp.DType.SMALLINT,
        exp.DType.TEXT,
        exp.DType.TIMESTAMP,
        exp.DType.TIMESTAMPNTZ,
        exp.DType.TIMESTAMPTZ,
        exp.DType.VARCHAR,
    }
)
TIME_PARTS = ("minute", "hour", "day", "week", "month", "quarter", "year")
PARTS: Mapping[type[exp.Expr], tuple[str, ...]] = {
    exp.DateDiff: ("second", "day"),
    exp.DateTrunc: TIME_PARTS,
    exp.Extract: ("epoch", *TIME_PARTS),
    exp.Interval: ("second", *TIME_PARTS),
    exp.TimestampTrunc: TIME_PARTS,
}


def refuse_unless_harmless(tree: exp.Expr, text: str) -> None:
    """Raise unless every node of the tree is one that an expression may hold.

    Raises
    ------
    InvalidExpression
        R103, with the refused part, its place in ``text`` and the functions it resembles.
    """
    _refuse_deep_trees(tree)
    for node in tree.walk():
        _refuse_unless_allowed(node, text)


def too_deep() -> InvalidExpression:
    """Return the error for a tree that engines might not be able to walk."""
    return InvalidExpression(
        Text(
            en="the expression is nested too deeply.",
            fr="l'expression est imbriquée trop profondément.",
        ),
        hint=Text(
            en="Write a long list of alternatives with IN (…).",
            fr="Écrivez une longue liste de possibilités avec IN (…).",
        ),
    )


def _refuse_deep_trees(tree: exp.Expr) -> None:
    level = [tree]
    for _ in range(DEEPEST_TREE):
        level = [child for node in level for child in node.iter_expressions()]
        if not level:
            return
    raise too_deep()


def _refuse_unless_allowed(node: exp.Expr, text: str) -> None:
    if type(node) not in ALLOWED:
        raise _refusal(node, text)
    given = {name for name, value in node.args.items() if value}
    if not given <= ARGUMENTS.get(type(node), given):
        raise _refusal(node, text)
    check = CHECKS.get(type(node))
    if check is not None and not check(node):
        raise _refusal(node, text)


def _is_plain_type(node: exp.Expr) -> bool:
    return node.this in PLAIN_TYPES and isinstance(node.parent, exp.Cast)


def _is_finite(node: exp.Expr) -> bool:
    return bool(node.args.get("is_string")) or number_in(node.name) is not None


def _is_part_of_time(node: exp.Expr) -> bool:
    parent = node.parent
    return parent is not None and node.name.casefold() in PARTS.get(type(parent), ())


def _is_fixed_interval(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Literal)


def _names_a_column(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Column)


CHECKS: Mapping[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.DataType: _is_plain_type,
    exp.Identifier: _names_a_column,
    exp.Interval: _is_fixed_interval,
    exp.Literal: _is_finite,
    exp.Var: _is_part_of_time,
}


def _refusal(node: exp.Expr, text: str) -> InvalidExpression:
    shown = node.sql(dialect=DIALECT, comments=False)
    at = next((child.meta["start"] + 1 for child in node.walk() if "start" in child.meta), None)
    where_en = f" (character {at})" if at else ""
    where_fr = f" (caractère {at})" if at else ""
    if isinstance(node, exp.AggFunc | exp.Window):
        return InvalidExpression(
            Text(
                en=f"'{shown}'{where_en} looks at several rows; an expression looks at one.",
                fr=f"« {shown} »{where_fr} porte sur plusieurs lignes ; une expression porte "
                "sur une seule.",
            )
        )
    hint = None
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        hint = known_names_hint(name, FUNCTIONS)
    return InvalidExpression(
        Text(
            en=f"'{shown}'{where_en} is not allowed in the expression: {text}",
            fr=f"« {shown} »{where_fr} n'est pas permis dans l'expression : {text}",
        ),
        hint=hint,
    )
