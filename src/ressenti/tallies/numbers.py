"""Numbers in text columns, read by the engine without ever failing on a bad one."""

from __future__ import annotations

from sqlglot import exp

from ressenti.warehouse.relations import Kind, Relation

NUMBER_PATTERN = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,2})?$"
BLANK_WORDS = ("", "-", "na", "n/a", "nan", "null", "none")


def number_expression(value: exp.Expr, kind: Kind) -> exp.Expr:
    """Return the tree that reads a column as a double; what is no number is NULL.

    A decimal comma is a decimal point. The pattern guards the cast, so that no engine stops at
    ``"NaN"``, ``"1e309"`` or another script's digits.
    """
    if kind is Kind.BOOLEAN:
        one, zero = exp.cast(exp.convert(1), "DOUBLE"), exp.cast(exp.convert(0), "DOUBLE")
        return exp.Case().when(value.copy(), one).when(exp.not_(value.copy()), zero)
    if kind is not Kind.TEXT:
        return exp.cast(value.copy(), "DOUBLE")
    trimmed = exp.Trim(this=value.copy())
    dotted = exp.func("REPLACE", trimmed.copy(), exp.Literal.string(","), exp.Literal.string("."))
    matches = exp.RegexpLike(this=trimmed, expression=exp.Literal.string(NUMBER_PATTERN))
    return exp.Case().when(matches, exp.cast(dotted, "DOUBLE"))


def weight_expression(value: exp.Expr, kind: Kind) -> exp.Expr:
    """Return the tree that reads a weight; a text that is no number is NaN, refused when counted.

    A blank weight is NULL: its row is left out and counted as such.
    """
    number = number_expression(value, kind)
    if kind is not Kind.TEXT:
        return number
    not_a_number = exp.cast(exp.Literal.string("NaN"), "DOUBLE")
    return exp.Case().when(spells_no_number(value), not_a_number).else_(number)


def spells_no_number(value: exp.Expr) -> exp.Expr:
    """Return the predicate "this text is neither a number nor a blank"."""
    trimmed = exp.Trim(this=value.copy())
    matches = exp.RegexpLike(this=trimmed.copy(), expression=exp.Literal.string(NUMBER_PATTERN))
    blank = exp.Lower(this=trimmed).isin(*BLANK_WORDS)
    return exp.and_(exp.not_(matches), exp.not_(blank))


COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Nullif)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Neg)


def with_numbers_read(tree: exp.Expr, relation: Relation) -> exp.Expr:
    """Return the expression in which text columns met by numbers are read as numbers.

    Files hold text; ``DAY > 2`` and ``talk + hold`` mean numbers all the same.
    """

    def read(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and _meets_numbers(node):
            kind = relation.columns.get(node.name, Kind.OTHER)
            if kind is Kind.TEXT:
                return number_expression(node, kind)
        return node

    return tree.transform(read)


def _meets_numbers(column: exp.Column) -> bool:
    parent = column.parent
    if isinstance(parent, ARITHMETIC):
        return True
    if not isinstance(parent, COMPARISONS):
        return False
    others = [child for child in parent.iter_expressions() if not isinstance(child, exp.Column)]
    return any(_is_number(other) for other in others)


def _is_number(node: exp.Expr) -> bool:
    if isinstance(node, exp.Neg):
        return _is_number(node.this)
    return (isinstance(node, exp.Literal) and not node.is_string) or isinstance(node, ARITHMETIC)
