"""Series: the line and the band of scores that follow each other, broken where nothing is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ressenti.reports.drawings.axes import Axis, finite
from ressenti.reports.drawings.vector import Shape, circle, polygon, polyline, segment
from ressenti.scores.score import Score

# A score and the pixel it stands over.
Placed = tuple[float, Score]


def runs_with_value(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Return the runs of neighbours that have a value: a line never crosses a gap."""
    grouped = groupby(placed, key=lambda one: finite(one[1].value) is not None)
    return [list(run) for has_value, run in grouped if has_value]


def band_shapes(run: Sequence[Placed], axis: Axis, suffix: str = "") -> Iterator[Shape]:
    """Yield the band of a run; a lone interval is a vertical line."""
    for part in _runs_with_interval(run):
        above = [(x, axis.place(high)) for x, _, high in part]
        below = [(x, axis.place(low)) for x, low, _ in part]
        if len(part) == 1:
            yield segment(below[0], above[0], f"whisker{suffix}", width=3)
        else:
            yield polygon([*above, *reversed(below)], f"band{suffix}")


def line_shapes(
    run: Sequence[Placed], axis: Axis, suffix: str = "", *, width: float = 2
) -> Iterator[Shape]:
    """Yield the line of a run; a lone value is a point."""
    points = [(x, axis.place(score.value)) for x, score in run if score.value is not None]
    if len(points) == 1:
        yield circle(points[0], width, f"dot{suffix}", width=0)
    else:
        yield polyline(points, f"line{suffix}", width=width)


def _runs_with_interval(run: Sequence[Placed]) -> list[list[tuple[float, float, float]]]:
    limits = [(x, finite(score.low), finite(score.high)) for x, score in run]
    grouped = groupby(limits, key=lambda one: one[1] is not None and one[2] is not None)
    return [
        [(x, low, high) for x, low, high in part if low is not None and high is not None]
        for has_interval, part in grouped
        if has_interval
    ]
