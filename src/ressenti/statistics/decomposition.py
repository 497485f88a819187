"""Why an average moved: the mix of segments, or what each segment gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

# Differences of shares and rates smaller than this are what rounding leaves of no change.
NO_CHANGE = 1e-12

EMPTY_PERIOD = Text(
    en="one of the two periods has no answers: there is nothing to compare.",
    fr="l'une des deux périodes n'a aucune réponse : il n'y a rien à comparer.",
)
NO_SQUARES = Text(
    en="the sums of squares by segment are needed for a standard error.",
    fr="il faut les sommes de carrés par segment pour calculer une erreur type.",
)
TOTAL_AGAINST_RATE = Text(
    en="the total and what happens inside the segments do not go the same way.",
    fr="le total et ce qui se passe à l'intérieur des segments ne vont pas dans le même sens.",
)
EVERY_SEGMENT_AGAINST_TOTAL = Text(
    en="every segment moves against the total.",
    fr="chaque segment évolue à l'inverse du total.",
)


@dataclass(frozen=True, slots=True)
class SegmentSums:
    """The answers of one period by segment, in an order that both periods share.

    Attributes
    ----------
    n
        Number of answers, none negative; with weights, the effective number times the share.
    sums
        Sum of the contributions: promoters minus detractors for the NPS.
    squares
        Sum of the squared contributions: promoters plus detractors for the NPS. None when no
        standard error is wanted.
    """

    n: Sequence[float]
    sums: Sequence[float]
    squares: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One part of a change and its standard error, each None when undefined."""

    value: float | None
    standard_error: float | None = None
    reason: Text | None = None

    def interval(self, *, confidence: float = 0.95) -> Interval:
        """Return the normal interval of the effect; no limits without a positive error."""
        if self.value is None or not self.standard_error:
            return Interval(self.value, None, None, confidence, "delta", self.reason)
        margin = normal_quantile(confidence) * self.standard_error
        low, high = self.value - margin, self.value + margin
        return Interval(self.value, low, high, confidence, "delta")


@dataclass(frozen=True, slots=True)
class MixRate:
    """A change split in two: total = mix + rate, each also by segment.

    Attributes
    ----------
    mix
        What comes from segments growing or shrinking.
    rate
        What comes from the segments' own averages.
    mix_by_segment, rate_by_segment
        In the order of the input; empty when a period has no answers.
    changes
        The change of each segment's own average; None for a segment absent in one period.
    """

    total: Effect
    mix: Effect
    rate: Effect
    mix_by_segment: tuple[float, ...] = ()
    rate_by_segment: tuple[float, ...] = ()
    changes: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SimpsonAlert:
    """Whether a total must not be read without its segments, and why.

    Attributes
    ----------
    is_raised
        None when the decomposition is undefined.
    is_established
        Whether the interval of the rate effect excludes 0; None without a standard error.
    reasons
        One text for each rule that raised the alert.
    """

    is_raised: bool | None
    is_established: bool | None = None
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class _Period:
    n: Floats
    shares: Floats
    rates: Floats
    variances: Floats


def mix_rate_decomposition(
    before: SegmentSums, after: SegmentSums, *, scale: float = 1.0
) -> MixRate:
    """Return how much of a change of average is mix and how much is rate.

    The split is Kitagawa's symmetric one: shares change at the mean of both rates, rates change at
    the mean of both shares. A segment absent in one period keeps the rate of the other, so that
    all its effect is mix. Standard errors are by the delta method, shares and rates both random.

    Parameters
    ----------
    before, after
        The same segments in the same order.
    scale
        100 gives points from contributions of -1, 0 and 1.

    Raises
    ------
    InvalidArgument
        When the lists differ in length or a number of answers is negative.

    References
    ----------
    Kitagawa, Journal of the American Statistical Association 50 (1955) 1168.

    Examples
    --------
    The NPS falls by 20.6 points although it rises in both segments:

    >>> before = SegmentSums(n=(800, 200), sums=(480, 20))
    >>> after = SegmentSums(n=(300, 700), sums=(189, 105))
    >>> split = mix_rate_decomposition(before, after, scale=100)
    >>> [round(effect.value, 9) for effect in (split.total, split.mix, split.rate)]
    [-20.6, -24.5, 3.9]
    """
    _require_same_segments(before, after)
    if sum(before.n) <= 0 or sum(after.n) <= 0:
        undefined = Effect(None, None, EMPTY_PERIOD)
        return MixRate(undefined, undefined, undefined)
    first, second = _period(before, after), _period(after, before)
    growth = second.shares - first.shares
    change = second.rates - first.rates
    mean_share = (first.shares + second.shares) / 2
    mean_rate = (first.rates + second.rates) / 2
    mix = scale * growth * mean_rate
    rate = scale * mean_share * change
    in_both = (first.n > 0) & (second.n > 0)
    errors = _standard_errors(first, second, growth, change, mean_share, mean_rate)
    reason = None if errors else NO_SQUARES
    total_error, mix_error, rate_error = (
        (scale * error for error in errors) if errors else (None, None, None)
    )
    return MixRate(
        total=Effect(float(mix.sum() + rate.sum()), total_error, reason),
        mix=Effect(float(mix.sum()), mix_error, reason),
        rate=Effect(float(rate.sum()), rate_error, reason),
        mix_by_segment=tuple(mix.tolist()),
        rate_by_segment=tuple(rate.tolist()),
        changes=tuple(
            scale * float(step) if known else None
            for step, known in zip(change, in_both, strict=True)
        ),
    )


def simpson_alert(decomposition: MixRate, *, confidence: float = 0.95) -> SimpsonAlert:
    """Return whether the total misleads: it goes against the rates, or against every segment.

    Parameters
    ----------
    decomposition
        What ``mix_rate_decomposition`` returns.
    confidence
        Of the interval of the rate effect that establishes the alert.

    Examples
    --------
    >>> before = SegmentSums(n=(800, 200), sums=(480, 20))
    >>> after = SegmentSums(n=(300, 700), sums=(189, 105))
    >>> simpson_alert(mix_rate_decomposition(before, after, scale=100)).is_raised
    True
    """
    total, rate = decomposition.total.value, decomposition.rate.value
    if total is None or rate is None:
        return SimpsonAlert(None)
    size = max(1.0, *map(abs, decomposition.mix_by_segment + decomposition.rate_by_segment))
    direction = _sign(total, size)
    moves = [_sign(change, size) for change in decomposition.changes if change is not None]
    against_every = bool(moves) and direction != 0 and all(move == -direction for move in moves)
    reasons = []
    if direction != _sign(rate, size):
        reasons.append(TOTAL_AGAINST_RATE)
    if against_every:
        reasons.append(EVERY_SEGMENT_AGAINST_TOTAL)
    interval = decomposition.rate.interval(confidence=confidence)
    is_established = None
    if interval.low is not None and interval.high is not None:
        is_established = interval.low > 0 or interval.high < 0
    return SimpsonAlert(bool(reasons), is_established, tuple(reasons))


def _sign(value: float, size: float) -> int:
    return 0 if abs(value) <= NO_CHANGE * size else (1 if value > 0 else -1)


def _period(own: SegmentSums, other: SegmentSums) -> _Period:
    n = np.asarray(own.n, dtype=np.float64)
    own_rates = _ratios(own.sums, own.n)
    rates = np.where(n > 0, own_rates, _ratios(other.sums, other.n))
    squares = np.full(n.size, np.nan) if own.squares is None else own.squares
    variances = np.maximum(_ratios(squares, own.n) - own_rates**2, 0.0)
    return _Period(n, n / n.sum(), rates, variances)


def _ratios(numerators: ArrayLike, denominators: ArrayLike) -> Floats:
    over = np.asarray(numerators, dtype=np.float64)
    under = np.asarray(denominators, dtype=np.float64)
    ratios: Floats = np.divide(over, under, out=np.zeros_like(over), where=under > 0)
    return ratios


def _standard_errors(
    first: _Period,
    second: _Period,
    growth: Floats,
    change: Floats,
    mean_share: Floats,
    mean_rate: Floats,
) -> tuple[float, float, float] | None:
    """Return the errors of total, mix and rate, or None without the sums of squares."""
    mix_variance = rate_variance = total_variance = 0.0
    for own, other in ((first, second), (second, first)):
        n = own.n.sum()
        error = np.divide(own.variances, own.n, out=np.zeros_like(own.n), where=own.n > 0)
        shared = other.n > 0
        # The one rate of a segment seen once stands for both periods and leaves the rate effect.
        mix_variance += (np.where(shared, growth / 2, growth) ** 2 * error).sum()
        rate_variance += (np.where(shared, mean_share, 0.0) ** 2 * error).sum()
        total_variance += (own.shares**2 * error).sum() + _share_variance(own.shares, own.rates, n)
        mix_variance += _share_variance(own.shares, mean_rate, n)
        rate_variance += _share_variance(own.shares, change / 2, n)
    if not np.isfinite(total_variance):
        return None
    return sqrt(total_variance), sqrt(mix_variance), sqrt(rate_variance)


def _share_variance(shares: Floats, gradient: Floats, n: float) -> float:
    """Return the variance of the sum of gradient times multinomial shares of n answers."""
    mean = float(shares @ gradient)
    return max(float(shares @ gradient**2) - mean * mean, 0.0) / n


def _require_same_segments(before: SegmentSums, after: SegmentSums) -> None:
    columns = [before.n, before.sums, after.n, after.sums]
    columns += [squares for squares in (before.squares, after.squares) if squares is not None]
    lengths = {len(column) for column in columns}
    if len(lengths) != 1 or 0 in lengths:
        raise InvalidArgument(
            Text(
                en="lists of {lengths} segments: both periods need the same segments, at least "
                "one.",
                fr="listes de {lengths} segments : les deux périodes doivent avoir les mêmes "
                "segments, un au moins.",
            ).format(lengths=sorted(lengths))
        )
    smallest = min(min(before.n), min(after.n))
    if not smallest >= 0:
        raise InvalidArgument(
            Text(
                en="{value} answers in a segment: a number of answers is at least 0.",
                fr="{value} réponses dans un segment : un nombre de réponses vaut au moins 0.",
            ).format(value=smallest)
        )
