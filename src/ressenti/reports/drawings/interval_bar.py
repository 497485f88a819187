"""Interval bar: one figure as a mark on the range it may lie in, small enough for a line of text.

With a target, the bar says whether the target is reached only when the whole interval lies on one
side of it, as a colour and, for who does not see it, by where the target's tick stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from ressenti.facts.plan import Target
from ressenti.language import Language, Text
from ressenti.reports.drawings.axes import Axis, axis_over, bounds_of, finite
from ressenti.reports.drawings.vector import Shape, circle, picture, segment
from ressenti.reports.drawings.wording import confidence_words, figure_words, sentences
from ressenti.reports.goals import target_remarks
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Score
from ressenti.studies.targets import Attainment, attainment

WIDTH, HEIGHT = 120, 18
INSET = 6
TITLE = Text(en="Interval of {name}", fr="Intervalle de {name}")
MARKS = {Attainment.REACHED: "reached", Attainment.NOT_REACHED: "missed"}


def interval_bar_svg(
    score: Score,
    language: Language,
    *,
    bounds: tuple[float, float] | None = None,
    target: Target | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return the interval of one score on an axis.

    Parameters
    ----------
    bounds : pair of float or None
        The axis, from ``bounds_of``, that bars under each other share; by itself the bar has
        its own.
    """
    low, high = bounds or _own_bounds(score, target)
    axis = axis_over([low, high], INSET, width - INSET, margin=0.0)
    return picture(
        width,
        height,
        bar_shapes(score, axis, height / 2, target=target),
        title=TITLE.format(name=score_name(score, language)).to(language),
        description=bar_description(score, language, target=target),
    )


def bar_shapes(
    score: Score, axis: Axis, y: float, *, target: Target | None = None, thickness: float = 6
) -> Iterator[Shape]:
    """Yield the axis, the interval, the target's tick and the mark of a score at a height."""
    yield segment((axis.start, y), (axis.end, y), "grid")
    suffix = _suffix(score, target)
    low, high, value = finite(score.low), finite(score.high), finite(score.value)
    if value is not None and low is not None and high is not None:
        ends = (axis.place(low), y), (axis.place(high), y)
        yield segment(*ends, f"interval{suffix}", width=thickness)
    if target is not None:
        x = axis.place(target.value)
        yield segment((x, y - thickness - 1), (x, y + thickness + 1), "target", width=1.5)
    if value is not None:
        mark = "hollow-indicative" if score.is_indicative else f"dot{suffix}"
        yield circle((axis.place(value), y), 3.5, mark)


def bar_description(score: Score, language: Language, *, target: Target | None = None) -> str:
    """Return the figures of a score, and what its interval allows to say of a target."""
    goals = [] if target is None or score.value is None else [target]
    return sentences(
        [
            figure_words(score, language),
            confidence_words(score.confidence, language) if score.low is not None else "",
            target_remarks(score, goals, language),
        ]
    )


def _own_bounds(score: Score, target: Target | None) -> tuple[float, float]:
    low, high = bounds_of([score])
    return (low, high) if target is None else (min(low, target.value), max(high, target.value))


def _suffix(score: Score, target: Target | None) -> str:
    if score.is_indicative:
        return "-indicative"
    reached = None if target is None else attainment(score, target)
    return f"-{MARKS[reached]}" if reached in MARKS else ""
