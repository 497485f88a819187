"""Expressions: the SQL that people write, read into trees and let through only if it is harmless.

An expression looks at one row: columns, literals, comparisons, arithmetic and a short list of
pure functions. What is not on the list is refused, so no text can reach a table, a file, a
setting or another statement. Columns are resolved and quoted; nothing is pasted into a query.
The text is read as DuckDB's SQL, whichever engine answers: one predicate means one thing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, TokenError

from ressenti.errors import InvalidExpression, Place, UnknownColumn
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.warehouse.grammar import CONDITIONS, DIALECT, refuse_unless_harmless, too_deep
from ressenti.warehouse.relations import Kind, Relation

LONGEST_TEXT = 10_000


def column_expression(text: str, relation: Relation) -> exp.Expr:
    """Return the tree of a column name or of an SQL expression over the relation's columns.

    A text that names a column, odd characters and all (``Q8-1``, ``answered by``), is that
    column; inside a longer expression such a name stands between double quotes.

    Raises
    ------
    InvalidExpression
        R103, with what is refused and where.
    UnknownColumn
        R101, with the nearest names.
    """
    try:
        return relation.column(text)
    except UnknownColumn:
        tree = _parsed(text)
    refuse_unless_harmless(tree, text)
    return _portable(_with_quoted_columns(tree, relation))


def predicate(text: str, relation: Relation) -> exp.Expr:
    """Return the tree of an SQL condition over the relation's columns, such as a ``--where``.

    Raises
    ------
    InvalidExpression
        R103, when the text is refused or is a value rather than a condition.
    UnknownColumn
        R101, with the nearest names.
    """
    tree = column_expression(text, relation)
    if not _is_condition(tree, relation):
        raise InvalidExpression(
            Text(
                en=f"'{text.strip()}' is a value, not a condition that is true or false.",
                fr=f"« {text.strip()} » est une valeur, pas une condition vraie ou fausse.",
            ),
            hint=Text(
                en="Compare it with something, as in: country = 'FR'.",
                fr="Comparez-la à quelque chose, par exemple : country = 'FR'.",
            ),
        )
    return tree


def _parsed(text: str) -> exp.Expr:
    if len(text) > LONGEST_TEXT:
        raise InvalidExpression(
            Text(
                en=f"the expression has {len(text)} characters; {LONGEST_TEXT} is the most.",
                fr=f"l'expression compte {len(text)} caractères ; le maximum est {LONGEST_TEXT}.",
            )
        )
    if "\0" in text:
        raise InvalidExpression(
            Text(
                en="the expression holds a null character.",
                fr="l'expression contient un caractère nul.",
            )
        )
    try:
        # As a condition, not as a statement: DROP, COPY or PRAGMA are then only wrong syntax.
        return parse_one(text, into=exp.Condition, dialect=DIALECT)
    except ParseError as error:
        raise _syntax_error(text, error) from None
    except TokenError:
        raise InvalidExpression(
            Text(
                en=f"a quotation mark or a comment is not closed in: {text}",
                fr=f"un guillemet ou un commentaire n'est pas fermé dans : {text}",
            )
        ) from None
    except RecursionError:
        raise too_deep() from None


def _syntax_error(text: str, error: ParseError) -> InvalidExpression:
    if not error.errors:
        return InvalidExpression(
            Text(en="the expression is empty.", fr="l'expression est vide."),
            hint=Text(
                en="Write a column name or an SQL expression.",
                fr="Écrivez un nom de colonne ou une expression SQL.",
            ),
        )
    found = error.errors[0]
    word = found.get("highlight") or ""
    character = len(found.get("start_context") or "") + 1
    return InvalidExpression(
        Text(
            en=f"the expression cannot be read at '{word}' (character {character}): {text}",
            fr=f"l'expression ne se lit pas à « {word} » (caractère {character}) : {text}",
        ),
        hint=Text(
            en='A column name with blanks or signs stands between double quotes: "answered by".',
            fr="Un nom de colonne avec des espaces ou des signes s'écrit entre guillemets "
            'droits : "answered by".',
        ),
    )


def _with_quoted_columns(tree: exp.Expr, relation: Relation) -> exp.Expr:
    def resolved(node: exp.Expr) -> exp.Expr:
        node.comments = None
        if not isinstance(node, exp.Column):
            return node
        try:
            return relation.column(node.name)
        except UnknownColumn as error:
            if not node.this.args.get("quoted"):
                raise
            raise UnknownColumn(
                error.message,
                hint=Text(
                    en=f"A text stands between single quotes: '{node.name}'.",
                    fr=f"Un texte s'écrit entre apostrophes : '{node.name}'.",
                ),
                place=Place(file=relation.name),
            ) from None

    return tree.transform(resolved, copy=False)


def _portable(tree: exp.Expr) -> exp.Expr:
    """Return the tree with what engines read differently written so that they agree."""
    for node in reversed(list(tree.walk())):
        agreed = _agreed(node)
        if node is tree:
            tree = agreed
        elif agreed is not node:
            node.replace(agreed)
    return tree


def _agreed(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.Div() | exp.Mod() if not _is_nonzero_literal(node.expression):
            # An error here, an infinity there: nothing everywhere.
            zero = exp.Literal.number(0)
            node.set("expression", exp.Nullif(this=node.expression, expression=zero))
            return node
        case exp.Extract() if node.name.casefold() == "epoch":
            return exp.TimeToUnix(this=node.expression)
        case exp.Extract():
            return exp.cast(node, exp.DType.BIGINT)
        case exp.Round():
            # Halves go away from zero. PostgreSQL does so for decimals only; with this type
            # sqlglot makes it one.
            node.set("decimals", node.args.get("decimals") or exp.Literal.number(0))
            node.type = node.this.type = exp.DType.DOUBLE.into_expr()
            return exp.cast(node, exp.DType.DOUBLE)
        case exp.DateDiff():
            return _difference(node)
        case _:
            return node


def _is_nonzero_literal(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and number_in(node.name) not in (None, 0.0)


def _difference(node: exp.DateDiff) -> exp.Expr:
    """Return the seconds between two moments, or the midnights between them."""
    end, start = node.this, node.expression
    if node.text("unit").casefold() == "day":
        node.set("this", exp.cast(end, exp.DType.DATE))
        node.set("expression", exp.cast(start, exp.DType.DATE))
        return node
    # Whole microseconds: seconds since 1970 as doubles would keep seven decimals only.
    micros = exp.Sub(this=exp.UnixMicros(this=end), expression=exp.UnixMicros(this=start))
    return exp.paren(exp.Div(this=exp.paren(micros), expression=exp.Literal.number("1e6")))


def _is_condition(tree: exp.Expr, relation: Relation) -> bool:
    return all(_is_true_or_false(result, relation) for result in _results(tree))


def _results(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the trees one of which gives the value: the branches of a CASE, or itself."""
    if isinstance(tree, exp.Paren):
        yield from _results(tree.this)
    elif isinstance(tree, exp.Case):
        branches = [branch.args["true"] for branch in tree.args["ifs"]]
        for branch in [*branches, *filter(None, [tree.args.get("default")])]:
            yield from _results(branch)
    elif isinstance(tree, exp.Coalesce):
        for value in [tree.this, *tree.expressions]:
            yield from _results(value)
    else:
        yield tree


def _is_true_or_false(tree: exp.Expr, relation: Relation) -> bool:
    if isinstance(tree, exp.Column):
        return relation.columns[tree.name] is Kind.BOOLEAN
    if isinstance(tree, exp.Cast):
        return bool(tree.to.this is exp.DType.BOOLEAN)
    return type(tree) in CONDITIONS or isinstance(tree, exp.Null)
