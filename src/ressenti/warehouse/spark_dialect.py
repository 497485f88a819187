"""Spark's SQL, with what Spark reads in its own way written so that engines agree.

Written for a session in UTC: a wall time is then the instant that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.generator import Generator
from sqlglot.generators.spark import SparkGenerator

WHOLE_NUMBERS = frozenset({exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT})
ALREADY_WHOLE = (exp.Ceil, exp.Floor, exp.Round, exp.Literal)
# Letters of strptime as Spark's patterns; one letter reads one digit or two.
TIME_LETTERS = {
    "Y": "yyyy",
    "y": "yy",
    "m": "M",
    "d": "d",
    "H": "H",
    "I": "h",
    "M": "m",
    "S": "s",
    "f": "SSSSSS",
    "p": "a",
    "z": "[XXXXX][XXX][XX][X]",
}
COMPACT_PATTERN = {"%Y%m%d": "yyyyMMdd"}


def _microseconds_sql(generator: Generator, node: exp.Expr) -> str:
    return f"UNIX_MICROS(CAST({generator.sql(node, 'this')} AS TIMESTAMP))"


def _seconds_sql(generator: Generator, node: exp.TimeToUnix) -> str:
    # UNIX_TIMESTAMP would drop the fraction.
    return f"({_microseconds_sql(generator, node)} / 1000000D)"


def _pattern_match_sql(generator: Generator, node: exp.RegexpLike) -> str:
    # Java's $ also stands before a last line break.
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and pattern.name.endswith("$"):
        pattern = exp.Literal.string(pattern.name.removesuffix("$") + r"\z")
    return generator.binary(exp.RegexpLike(this=node.this, expression=pattern), "RLIKE")


def _joined_texts_sql(generator: Generator, node: exp.Concat) -> str:
    texts = [
        exp.func("COALESCE", exp.cast(part.copy(), exp.DType.TEXT), exp.Literal.string(""))
        for part in node.expressions
    ]
    return generator.func("CONCAT", *texts)


def _cast_sql(generator: Generator, node: exp.Cast) -> str:
    if node.to.this not in WHOLE_NUMBERS or isinstance(node.this, ALREADY_WHOLE):
        return generator.cast_sql(node)
    # Spark would cut the decimals off, and stop at the text '6.5'; the others round.
    value = generator.sql(node, "this")
    number = f"CAST({value} AS DECIMAL(38, 9))"
    # Halves: doubles go to the even side, decimals away from zero.
    is_double = f"TYPEOF({value}) IN ('float', 'double')"
    rounded = f"IF({is_double}, BROUND({number}, 0), ROUND({number}, 0))"
    return f"CAST({rounded} AS {generator.sql(node, 'to')})"


def _other_function_sql(generator: Generator, node: exp.Anonymous) -> str:
    if node.name.upper() != "TRY_STRPTIME":
        return generator.anonymous_sql(node)
    text, forms = node.expressions
    patterns = [form.name for form in (forms.expressions or [forms])]
    times = [
        exp.func("TRY_TO_TIMESTAMP", text.copy(), exp.Literal.string(time_pattern(form)))
        for form in patterns
    ]
    return generator.func("COALESCE", *times)


def time_pattern(form: str) -> str:
    """Return the pattern with which Spark reads what ``strptime`` reads with a form.

    Examples
    --------
    >>> time_pattern("%d/%m/%Y %H:%M"), time_pattern("%Y-%m-%dT%H:%M%z")
    ('d/M/yyyy H:m', "yyyy-M-d'T'H:m[XXXXX][XXX][XX][X]")
    """
    if form in COMPACT_PATTERN:
        return COMPACT_PATTERN[form]
    written: list[str] = []
    letters = iter(form)
    for letter in letters:
        if letter == "%":
            written.append(TIME_LETTERS[next(letters)])
        else:
            written.append(f"'{letter}'" if letter.isalpha() else letter)
    return "".join(written)


class PortableSpark(Spark):
    """Spark's SQL, portable; sqlglot finds it as ``portablespark``."""

    class Generator(SparkGenerator):
        TRANSFORMS: ClassVar[dict[type[exp.Expr], Callable[..., str]]] = {
            **SparkGenerator.TRANSFORMS,
            exp.Anonymous: _other_function_sql,
            exp.Cast: _cast_sql,
            exp.Concat: _joined_texts_sql,
            exp.RegexpLike: _pattern_match_sql,
            exp.TimeToUnix: _seconds_sql,
            exp.UnixMicros: _microseconds_sql,
        }
