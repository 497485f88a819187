"""Focus: the one period of a figure that is looked at closely, or all periods shown together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ressenti.scores.judgement import scores_of_tallies
from ressenti.scores.score import Period, Reason, Score
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.windows import Window
from ressenti.tallies.tally import ALL, Tally, TallyTable

WHOLE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What of a window is looked at.

    Parameters
    ----------
    day : date or None
        The first day of one period; None for all periods shown.
    start, end : date
        Half-open.
    tally : Tally
        What the score is computed from; empty where it is hidden.
    hidden : int
        Periods that are left out of the whole because they are hidden.
    tones : Tally or None
        How often each tone was read in comments; None for a measure of something else.
    """

    day: date | None
    start: date
    end: date
    score: Score
    tally: Tally
    hidden: int = 0
    tones: Tally | None = None


def focus_of(figure: Figure, window: Window, asked: str) -> Focus:
    """Return what an address asks for: the first day of a period, ``all``, or the latest period.

    The whole is the sum of the periods that are shown: no hidden one can be told from it.
    """
    table = figure.table if figure.table is not None else TallyTable.of({})
    if asked == WHOLE and figure.trend:
        return _whole(figure, window, table)
    days = {day.isoformat(): day for day in window.shown}
    day = days.get(asked, window.latest)
    return Focus(
        day=day,
        start=day,
        end=date.fromisoformat(window.period(day).end),
        score=figure.trend[window.shown.index(day)] if figure.trend else figure.score,
        tally=table.tally((day,)) if (day,) in table.keys else Tally(),
        tones=None if figure.emotions is None else figure.emotions.tally([day]),
    )


def _whole(figure: Figure, window: Window, table: TallyTable) -> Focus:
    known = studied(figure.measure)
    together = table.merged(lambda _key: ALL).selected([ALL])
    score = scores_of_tallies(known.indicator, known.variant, together, shape=known.shape())[0]
    period = Period(window.shown[0].isoformat(), window.end.isoformat())
    score = replace(score, period=period)
    if figure.emotions is not None and score.value is not None:
        score = figure.emotions.told_with(score, [key[0] for key in table.keys])
    hidden = sum(one.reason == Reason.SUPPRESSED for one in figure.trend)
    if hidden and score.value is None:
        score = replace(score, reason=Reason.SUPPRESSED)
    return Focus(
        day=None,
        start=window.shown[0],
        end=window.end,
        score=score,
        tally=together.tally(ALL),
        hidden=hidden,
        tones=None if figure.emotions is None else figure.emotions.tally(window.shown),
    )
