"""Windows: the periods a page shows, whole ones only, with the one before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, Weekday, first_day_of, span_starting, spans_from
from ressenti.language import Text
from ressenti.scores.score import Period
from ressenti.server.cockpit.filters import Filters

MOST_PERIODS = 400
SHOWN: Mapping[Grain, int] = {
    Grain.DAY: 31,
    Grain.WEEK: 26,
    Grain.MONTH: 13,
    Grain.QUARTER: 9,
    Grain.YEAR: 5,
}
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The periods of a page.

    Parameters
    ----------
    shown : tuple of date
        First days of the periods shown, oldest first.
    today : date
        In the organisation's zone.
    """

    grain: Grain
    shown: tuple[date, ...]
    today: date
    week_starts_on: Weekday

    @property
    def latest(self) -> date:
        return self.shown[-1]

    @property
    def end(self) -> date:
        """The day after the last one shown."""
        return span_starting(self.latest, self.grain)[1]

    def period(self, first_day: date) -> Period:
        start, end = span_starting(first_day, self.grain)
        return Period(start.isoformat(), end.isoformat(), self.grain.value)

    def before(self, first_day: date) -> date:
        """Return the first day of the period before one."""
        return first_day_of(first_day - DAY, self.grain, week_starts_on=self.week_starts_on)

    def is_running(self, first_day: date) -> bool:
        """Tell whether a period is not over yet."""
        return span_starting(first_day, self.grain)[1] > self.today

    @property
    def read(self) -> tuple[date, ...]:
        """The first days of the periods that are read: those shown, and the one before."""
        return self.before(self.shown[0]), *self.shown


def window_of(filters: Filters, *, today: date, week_starts_on: int) -> Window:
    """Return the periods that filters ask for, the latest ones where they name none.

    Raises
    ------
    InvalidArgument
        R102, when there would be more than 400 of them.

    Examples
    --------
    >>> window = window_of(Filters(), today=date(2026, 11, 22), week_starts_on=0)
    >>> len(window.shown), window.shown[0].isoformat(), window.latest.isoformat()
    (13, '2025-11-01', '2026-11-01')
    >>> window.read[0].isoformat(), window.end.isoformat()
    ('2025-10-01', '2026-12-01')
    """
    week = Weekday(week_starts_on)
    grain = filters.grain
    last = first_day_of(filters.end or today, grain, week_starts_on=week)
    if filters.start is not None:
        first = first_day_of(filters.start, grain, week_starts_on=week)
    else:
        first = last
        for _ in range(SHOWN[grain] - 1):
            first = first_day_of(first - DAY, grain, week_starts_on=week)
    first = min(first, last)
    _require_few(first, last, grain)
    return Window(
        grain=grain,
        shown=spans_from(first, last, grain),
        today=today,
        week_starts_on=week,
    )


def _require_few(first: date, last: date, grain: Grain) -> None:
    shortest = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}[grain]
    if (last - first).days // shortest < MOST_PERIODS:
        return
    raise InvalidArgument(
        Text(
            en=f"from {first} to {last} there are more than {MOST_PERIODS} periods.",
            fr=f"du {first} au {last}, il y a plus de {MOST_PERIODS} périodes.",
        ),
        hint=Text(
            en="Choose longer periods or a shorter time.",
            fr="Choisissez des périodes plus longues ou une durée plus courte.",
        ),
    )
