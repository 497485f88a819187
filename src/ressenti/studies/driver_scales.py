"""Driver scales: whether a driver is a mark, a yes or no, or a quantity, and where its ends are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from ressenti.tallies.coverage import Coverage

Form = Literal["graded", "binary", "open"]

# Whole numbers over a wider range than 0-10 are quantities, not marks.
WIDEST_RANGE = 10
# Bottom two and top one of five levels; the same shares of any other scale.
LOW_SHARE, HIGH_SHARE = 0.4, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverScale:
    """How the values of a driver are read.

    Parameters
    ----------
    form : ``"graded"``, ``"binary"`` or ``"open"``
    least, greatest : float
        The ends of the scale, or of the values found where no scale was declared.
    low_to, high_from : float or None
        The greatest low and the least high level; None unless graded.
    """

    form: Form
    least: float
    greatest: float
    low_to: float | None = None
    high_from: float | None = None

    def indicators(self, value: exp.Expr, *, centre: float = 0.0) -> list[exp.Expr]:
        """Return the columns by which an additive model knows the driver.

        Whether it is low and whether it is high for marks, whether it is yes for a yes or no,
        the value itself for a quantity. ``centre`` was taken off the value.
        """
        if self.form == "open":
            return [value.copy()]
        if self.form == "binary":
            return [indicator(exp.GTE, value, self.greatest - centre)]
        assert self.low_to is not None  # noqa: S101 - graded scales have both
        assert self.high_from is not None  # noqa: S101
        return [
            indicator(exp.LTE, value, self.low_to - centre),
            indicator(exp.GTE, value, self.high_from - centre),
        ]


def driver_scale(coverage: Coverage, levels: Sequence[float] = ()) -> DriverScale:
    """Return the scale of a driver: the one declared, or what its values look like.

    Examples
    --------
    >>> marks = Coverage(n=9, n_blank=0, n_coded=0, n_unreadable=0, least=1.0, greatest=5.0,
    ...     mean=3.0, is_whole=True, outcome_sum=0.0, outcome_squares=0.0)
    >>> driver_scale(marks).form, driver_scale(marks).low_to, driver_scale(marks).high_from
    ('graded', 2.0, 5.0)
    """
    least, greatest = coverage.least or 0.0, coverage.greatest or 0.0
    if not levels and coverage.is_whole and greatest - least <= WIDEST_RANGE:
        levels = [least + step for step in range(int(greatest - least) + 1)]
    if not levels:
        return DriverScale(form="open", least=least, greatest=greatest)
    ordered = sorted(levels)
    if len(ordered) <= 2:
        return DriverScale(form="binary", least=ordered[0], greatest=ordered[-1])
    low = max(1, round(LOW_SHARE * len(ordered)))
    high = max(1, round(HIGH_SHARE * len(ordered)))
    return DriverScale(
        form="graded",
        least=ordered[0],
        greatest=ordered[-1],
        low_to=ordered[low - 1],
        high_from=ordered[-high],
    )


def indicator(comparison: type[exp.Binary], value: exp.Expr, limit: float) -> exp.Expr:
    """Return 1 where a value passes a limit, 0 where it does not, NULL where there is none."""
    one, zero = (exp.cast(exp.Literal.number(number), "DOUBLE") for number in (1, 0))
    passes = comparison(this=value.copy(), expression=exp.convert(limit))
    return exp.Case().when(value.copy().is_(exp.null()), exp.null()).when(passes, one).else_(zero)
