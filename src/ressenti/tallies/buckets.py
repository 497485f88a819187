"""Logarithmic buckets: a quantity as levels, within a stated relative error, on any engine.

A value x > 0 falls in bucket ``ceil(ln x / ln 1.02)``, so that any value of a bucket is within 1 %
of its middle; buckets add, so medians and percentiles of merged tallies need no engine function.
Masson, Rim & Lee (2019), DDSketch, VLDB 12:2195, give the idea.
"""

from __future__ import annotations

import math
import sys

from sqlglot import exp

from ressenti.statistics.quantiles import BUCKET_GROWTH, NEGATIVE_ORIGIN, ZERO_BUCKET

INVALID_BUCKET = -2_000_000
LARGEST = repr(sys.float_info.max)


def bucket_expression(value: exp.Expr, *, is_signed: bool = False) -> exp.Expr:
    """Return the tree that gives the bucket of a number.

    NULL stays NULL and so is what is not a number; infinities are invalid.

    Parameters
    ----------
    is_signed : bool
        Whether negative values have buckets of their own; otherwise they are invalid.
    """
    below: exp.Expr = exp.convert(INVALID_BUCKET)
    if is_signed:
        mirrored = _positive_bucket(exp.Neg(this=exp.paren(value.copy())))
        below = exp.Sub(this=exp.convert(NEGATIVE_ORIGIN), expression=mirrored)
        least = exp.Neg(this=exp.Literal.number(LARGEST))
        lost = exp.LT(this=value.copy(), expression=least)
        below = exp.Case().when(lost, exp.convert(INVALID_BUCKET)).else_(below)
    zero = exp.Literal.number(0)
    infinite = value.copy().eq(exp.cast(exp.Literal.string("Infinity"), "DOUBLE"))
    # What is not a number is more than any number, on every engine that knows it.
    no_number = exp.GT(this=value.copy(), expression=exp.Literal.number(LARGEST))
    return (
        exp.Case()
        .when(value.copy().is_(exp.null()), exp.null())
        .when(exp.LT(this=value.copy(), expression=zero.copy()), below)
        .when(exp.EQ(this=value.copy(), expression=zero), exp.convert(ZERO_BUCKET))
        .when(infinite, exp.convert(INVALID_BUCKET))
        .when(no_number, exp.null())
        .else_(_positive_bucket(value.copy()))
    )


def _positive_bucket(value: exp.Expr) -> exp.Expr:
    growth = exp.Literal.number(repr(math.log(BUCKET_GROWTH)))
    return exp.cast(exp.Ceil(this=exp.Div(this=exp.Ln(this=value), expression=growth)), "INT")
