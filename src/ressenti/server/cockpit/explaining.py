"""Explaining: why a figure moved between two periods, within what may be shown of each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from ressenti.errors import RessentiError
from ressenti.server.cockpit.comparison import PERIODS, Pair, comparison_of
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.focus import focus_of
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.models import KnownEvent
from ressenti.studies import series
from ressenti.studies.comparing import Comparison
from ressenti.studies.explaining import Explanation, explanation_of_comparisons
from ressenti.studies.series import Looking, SeriesStudy, series_study
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFigure:
    """Why a figure moved.

    Parameters
    ----------
    untold : tuple of str
        Dimensions along which mix and rate cannot be told apart: a part is hidden, or nothing is
        counted by them.
    """

    explanation: Explanation
    untold: tuple[str, ...]


def explained_figure(
    look: Look, figure: Figure, levels: tuple[str, str], dimensions: Sequence[str]
) -> ExplainedFigure:
    """Return why a figure moved between two of the periods of its page.

    Parameters
    ----------
    levels : pair of str
        First days of the periods, as ISO dates.

    Raises
    ------
    UndefinedResult
        R206, when one of the two is hidden or has no answer.
    """
    focus = focus_of(figure, look.window, "")

    def compared(across: str | None) -> Comparison:
        pair = Pair(kind=PERIODS, before=levels[0], after=levels[1], across=across)
        return comparison_of(look.scope, figure, look.window, focus, pair)

    found, untold = [compared(None)], []
    for dimension in dimensions:
        try:
            own = compared(dimension)
        except RessentiError:
            untold.append(dimension)
            continue
        if own.splits:
            found.append(own)
        else:
            untold.append(dimension)
    table = figure.table if figure.table is not None else TallyTable.of({})
    pair = table.selected([(date.fromisoformat(level),) for level in levels])
    return ExplainedFigure(
        explanation=explanation_of_comparisons(studied(figure.measure), pair, found),
        untold=tuple(untold),
    )


def study_of_figure(look: Look, figure: Figure) -> SeriesStudy:
    """Return what the figures of a page say over time; hidden ones and a running period do not."""
    known = studied(figure.measure)
    window = look.window
    events = KnownEvent.objects.filter(
        organisation=look.viewer.organisation, day__gte=window.shown[0], day__lt=window.end
    )
    return series_study(
        known.key,
        figure.trend,
        grain=window.grain,
        limits=(
            -inf if known.variant.low is None else known.variant.low,
            inf if known.variant.high is None else known.variant.high,
        ),
        looking=Looking(
            events=[series.KnownEvent(event.day, event.label) for event in events],
            broken_at=figure.breaks,
            until=window.latest if figure.is_running else None,
        ),
    )
