"""Whether a proportion is precise enough to be published."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.language import Text
from ressenti.statistics.intervals import Interval
from ressenti.statistics.proportions import clopper_pearson_interval


@dataclass(frozen=True, slots=True)
class PresentationRule:
    """The thresholds of the presentation rule; widths are in 0..1."""

    smallest_size: float = 30
    width_published: float = 0.05
    width_suppressed: float = 0.30
    relative_width: float = 1.30


NCHS_RULE = PresentationRule()


@dataclass(frozen=True, slots=True)
class Presentation:
    """Whether a proportion may be published; ``reason`` says why not."""

    published: bool
    interval: Interval
    reason: Text | None = None


def proportion_presentation(
    successes: float,
    n: float,
    *,
    n_effective: float | None = None,
    confidence: float = 0.95,
    rule: PresentationRule = NCHS_RULE,
) -> Presentation:
    """Return whether the National Center for Health Statistics would publish a proportion.

    Published from 30 answers on when the exact interval is narrow, or neither wide nor wide
    for the proportion itself.

    Parameters
    ----------
    successes, n
        Counts.
    n_effective
        Effective number of answers, at most n; None when it is n.

    References
    ----------
    Parker et al., Vital and Health Statistics 2(175), 2017.

    Examples
    --------
    >>> proportion_presentation(45, 60).published, proportion_presentation(1, 60).published
    (True, False)
    """
    size = n if n_effective is None else min(n_effective, n)
    share = successes / n if n > 0 else 0.0
    interval = clopper_pearson_interval(share * size, size, confidence=confidence)
    if interval.low is None or interval.high is None or size < rule.smallest_size:
        reason = Text(en="fewer than {size:g} answers.", fr="moins de {size:g} réponses.").format(
            size=rule.smallest_size
        )
        return Presentation(False, interval, reason)
    width = interval.high - interval.low
    if width <= rule.width_published:
        return Presentation(True, interval)
    if width >= rule.width_suppressed:
        return Presentation(False, interval, _too_wide(100 * rule.width_suppressed))
    if width > rule.relative_width * share:
        return Presentation(False, interval, _relatively_wide(100 * rule.relative_width))
    return Presentation(True, interval)


def _too_wide(points: float) -> Text:
    return Text(
        en="the interval is at least {points:.0f} points wide.",
        fr="l'intervalle est large d'au moins {points:.0f} points.",
    ).format(points=points)


def _relatively_wide(percent: float) -> Text:
    return Text(
        en="the interval is wider than {percent:.0f}% of the proportion itself.",
        fr="l'intervalle est plus large que {percent:.0f}\N{NARROW NO-BREAK SPACE}% de la "
        "proportion elle-même.",
    ).format(percent=percent)
