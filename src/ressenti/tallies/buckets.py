"""Logarithmic buckets: a quantity as levels, within a stated relative error, on any engine.

A value x > 0 falls in bucket ``ceil(ln x / ln 1.02)``, so that any value of a bucket is within 1 %
of its middle; buckets add, so medians and percentiles of merged tallies need no engine function.
Masson, Rim & Lee (2019), DDSketch, VLDB 12:2195, give the idea.
"""

from __future__ import annotations

import math

from sqlglot import exp

GROWTH = 1.02
ZERO_BUCKET = -1_000_000
NEGATIVE_OFFSET = 10_000_000
INVALID_BUCKET = -2_000_000


def bucket_of(value: float) -> int:
    """Return the bucket of a value that is not negative.

    Examples
    --------
    >>> bucket_of(1.0), bucket_of(0.0) == ZERO_BUCKET, bucket_of(74.76)
    (0, True, 218)
    """
    return ZERO_BUCKET if value == 0 else math.ceil(math.log(value) / math.log(GROWTH))


def bucket_bounds(bucket: int) -> tuple[float, float]:
    """Return the bounds (low, high] of a bucket.

    Examples
    --------
    >>> low, high = bucket_bounds(218)
    >>> low < 74.76 <= high, bucket_bounds(ZERO_BUCKET)
    (True, (0.0, 0.0))
    """
    if bucket == ZERO_BUCKET:
        return 0.0, 0.0
    return GROWTH ** (bucket - 1), GROWTH**bucket


def bucket_expression(value: exp.Expr) -> exp.Expr:
    """Return the tree that gives the bucket of a number; NULL stays NULL, negatives are invalid."""
    logarithm = exp.Div(
        this=exp.Ln(this=value.copy()), expression=exp.Literal.number(repr(math.log(GROWTH)))
    )
    bucket = exp.cast(exp.Ceil(this=logarithm), "INT")
    return (
        exp.Case()
        .when(value.copy().is_(exp.null()), exp.null())
        .when(exp.LT(this=value.copy(), expression=exp.Literal.number(0)), _integer(INVALID_BUCKET))
        .when(exp.EQ(this=value.copy(), expression=exp.Literal.number(0)), _integer(ZERO_BUCKET))
        .else_(bucket)
    )


def _integer(number: int) -> exp.Expr:
    return exp.convert(number)
