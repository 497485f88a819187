"""The map of emotions: how respondents feel about each theme, at each step of the journey.

Each respondent weighs the same in a cell: with the mean polarity of the clauses that speak of its
theme. Comments of anonymous and employee surveys are left out. A cell is the sum of the longest
periods of its window that may be shown, by the rules of the scorecard: no difference of two cells,
of two filters or of two windows, is about few respondents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import sql

from ressenti.facts.periods import Grain
from ressenti.scores.judgement import suppressed
from ressenti.scores.score import SMALL_BASE, Direction, Flag, Score, Unit
from ressenti.server.cockpit.cells import columns_of, run_within_limit
from ressenti.server.cockpit.comments import protected_surveys
from ressenti.server.cockpit.hiding import calendar_of
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.journey_steps import ordered_steps
from ressenti.server.cockpit.publication import (
    WITHIN_MONTHS,
    Calendar,
    Publication,
    publication_of,
)
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.windows import Window
from ressenti.statistics.intervals import mean_interval

EVERY_STEP: Final = ""
FELT: Final = "felt"
"""Beside the dimensions of answers: whether the emotion that is asked for was read."""
IS_FELT, IS_NOT_FELT = "yes", "no"
MOST_THEMES: Final = 40

# A response that speaks of a theme several times is one respondent of its cell.
SPOKEN = """
SELECT theme, {felt} AS felt, period{by}, count(*), sum(polarity), sum(polarity * polarity)
FROM (
    SELECT spoken.theme, avg(spoken.polarity) AS polarity, bool_or(spoken.is_felt) AS is_felt,
           {period} AS period{inner_by}
    FROM (
        SELECT read.response_id, themes.theme, %(emotion)s = ANY(read.emotions) AS is_felt,
               (clause->>'polarity')::float8 AS polarity
        FROM ressenti_reading AS read,
             jsonb_array_elements(read.clauses) AS clause,
             jsonb_array_elements_text(clause->'themes') AS themes(theme)
        WHERE read.organisation_id = %(organisation)s AND read.polarity IS NOT NULL
    ) AS spoken
    JOIN ressenti_response ON ressenti_response.id = spoken.response_id
    WHERE ressenti_response.organisation_id = %(organisation)s
      AND day >= %(start)s AND day < %(end)s AND survey_id <> ALL(%(protected)s){seen}
    GROUP BY spoken.response_id, spoken.theme, period{keys}
) AS respondents
GROUP BY theme, felt, period{keys}
"""
MONTH = sql.SQL("date_trunc('month', day)::date")
DAY_OR_MONTH = sql.SQL(
    "CASE WHEN day >= %(months_start)s AND day < %(months_end)s THEN day "
    "ELSE date_trunc('month', day)::date END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """One theme along the journey.

    Parameters
    ----------
    cells : mapping of touchpoint to Score
        Steps at which nobody spoke of it are left out; all steps together under an empty one.
    """

    theme: str
    cells: Mapping[str, Score]

    @property
    def whole(self) -> Score:
        return self.cells[EVERY_STEP]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionMap:
    """The map: most spoken of first.

    Parameters
    ----------
    left_out : int
        Themes that too few respondents speak of.
    """

    steps: tuple[str, ...]
    rows: tuple[ThemeRow, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Respondents of one place and period who speak of a theme: n, Σ polarity and Σ polarity².

    ``place`` has a value for each dimension; ``day`` is the first of its month where the page has
    no shorter periods.
    """

    day: date
    place: tuple[str, ...]
    n: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the cells are about: dimensions in alphabetical order, the step among them."""

    scope: Scope
    window: Window
    dimensions: tuple[str, ...]

    def at(self, step: str) -> _Asked:
        """Return the same at one step, or at every step."""
        scope = self.scope.narrowed(TOUCHPOINT, step) if step else self.scope
        return _Asked(scope=scope, window=self.window, dimensions=self.dimensions)

    def inside(self, spoken: Iterable[_Spoken]) -> list[_Spoken]:
        """Return what lies in the window and is let through by the filters."""
        places = {name: place for place, name in enumerate(self.dimensions)}
        wanted = [(places[name], self.scope.within[name]) for name in self.scope.filters.dimensions]
        start, end = self.window.shown[0], self.window.end
        return [
            one
            for one in spoken
            if start <= one.day < end
            and all(one.place[place] in values for place, values in wanted)
        ]


def emotion_map(scope: Scope, window: Window, *, emotion: str = "") -> EmotionMap:
    """Return the map of a scope and a window.

    Parameters
    ----------
    emotion : str
        Only respondents in whose comment it was read; empty for all.

    Raises
    ------
    UndefinedResult
        R206, when there is too much to count while somebody waits.
    """
    narrow = scope.narrowed(FELT, IS_FELT) if emotion else scope
    dimensions = tuple(sorted({*narrow.filters.dimensions, TOUCHPOINT}))
    asked = _Asked(scope=narrow, window=window, dimensions=dimensions)
    spoken = _spoken(asked, emotion)
    sizes = {theme: sum(one.n for one in asked.inside(own)) for theme, own in spoken.items()}
    there = sorted(filter(sizes.__getitem__, sizes), key=lambda theme: (-sizes[theme], theme))
    rows: list[ThemeRow] = []
    for theme in there:
        row = ThemeRow(theme=theme, cells=_cells(asked, spoken[theme]))
        if row.whole.value is not None:
            rows.append(row)
        if len(rows) == MOST_THEMES:
            break
    rows.sort(key=lambda row: (-row.whole.n, row.theme))
    steps = ordered_steps(step for row in rows for step in row.cells)
    return EmotionMap(steps=steps, rows=tuple(rows), left_out=len(there) - len(rows))


def _spoken(asked: _Asked, emotion: str) -> dict[str, list[_Spoken]]:
    """Return who speaks of each theme in each place and period of the years that are touched."""
    scope, calendar = asked.scope, calendar_of(asked.window)
    years, months = calendar.stretch(Grain.YEAR), calendar.stretch(Grain.MONTH)
    told: dict[str, Any] = {
        "organisation": scope.organisation.pk,
        "start": years[0],
        "end": years[1],
        "months_start": months[0],
        "months_end": months[1],
        "protected": list(protected_surveys(scope.organisation)),
        "emotion": emotion,
        "is_felt": IS_FELT,
        "is_not_felt": IS_NOT_FELT,
    }
    by = [name for name in asked.dimensions if name != FELT]
    columns = columns_of([*by, *scope.seen()])
    seen = []
    for number, (name, values) in enumerate(scope.seen().items()):
        told[f"seen{number}"] = sorted(values)
        wanted = sql.Placeholder(f"seen{number}")
        seen.append(sql.SQL(" AND {} = ANY({})").format(columns[name], wanted))
    names = [sql.Identifier(f"by{number}") for number in range(len(by))]
    keys = sql.SQL("").join(sql.SQL(", {}").format(name) for name in names)
    statement = sql.SQL(SPOKEN).format(
        felt=sql.SQL("CASE WHEN is_felt THEN %(is_felt)s ELSE %(is_not_felt)s END"),
        period=DAY_OR_MONTH if calendar.grain in WITHIN_MONTHS else MONTH,
        by=keys,
        inner_by=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(columns[dimension], name)
            for dimension, name in zip(by, names, strict=True)
        ),
        seen=sql.SQL("").join(seen),
        keys=keys,
    )
    found: dict[str, list[_Spoken]] = {}
    for theme, felt, day, *rest in run_within_limit(statement, told):
        told_of = dict(zip(by, rest[:-3], strict=True)) | {FELT: felt}
        place = tuple(told_of[name] for name in asked.dimensions)
        found.setdefault(theme, []).append(_Spoken(day, place, *rest[-3:]))
    return found


def _cells(asked: _Asked, spoken: Sequence[_Spoken]) -> dict[str, Score]:
    """Return the score of all steps and of each."""
    published = _publication(asked, spoken)
    place = asked.dimensions.index(TOUCHPOINT)
    steps = {one.place[place] for one in asked.inside(spoken)} - {EVERY_STEP}
    return {step: _cell(asked.at(step), spoken, published) for step in (EVERY_STEP, *sorted(steps))}


def _publication(asked: _Asked, spoken: Sequence[_Spoken]) -> Publication | None:
    """Return what may be shown of one theme; None where any number of respondents may be."""
    floor = asked.scope.organisation.smallest_group
    if floor <= 1:
        return None
    calendar: Calendar = calendar_of(asked.window)
    rows = [(one.day, *one.place, one.n) for one in spoken]
    return publication_of(
        rows, asked.dimensions, calendar, lineages=asked.scope.lineages, floor=floor
    )


def _cell(asked: _Asked, spoken: Sequence[_Spoken], published: Publication | None) -> Score:
    """Return the score of the periods that may be shown, or that none may be."""
    there = asked.inside(spoken)
    if published is None:
        return _score(there)
    window = asked.window
    # What lies ahead is empty: a running year is as long as it lasted.
    end = window.end if window.end <= window.today else date.max
    stretches = published.longest_shown(dict(asked.scope.filters.where), window.shown[0], end)
    shown = [one for one in there if any(start <= one.day < end for start, end in stretches)]
    if shown:
        return _score(shown)
    score = _score(there)
    return suppressed(score, complement=score.n >= published.floor)


def _score(spoken: Sequence[_Spoken]) -> Score:
    n = sum(one.n for one in spoken)
    total, squares = (sum(getattr(one, name) for one in spoken) for name in ("total", "squares"))
    mean = total / n if n else 0.0
    spread = max(squares - n * mean * mean, 0.0) / (n - 1) if n > 1 else 0.0
    interval = mean_interval(mean, spread**0.5, n)
    return Score(
        indicator="nes",
        variant="mean_polarity",
        value=None if interval.estimate is None else 100 * interval.estimate,
        unit=Unit.POINTS,
        direction=Direction.HIGH,
        n=n,
        n_effective=n,
        low=None if interval.low is None else max(100 * interval.low, -100.0),
        high=None if interval.high is None else min(100 * interval.high, 100.0),
        method="student_t",
        flags=(Flag.SMALL_BASE,) if n < SMALL_BASE else (),
    )
