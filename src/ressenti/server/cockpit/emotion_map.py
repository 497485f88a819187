"""The map of emotions: how respondents feel about each theme, at each step of the journey.

Each respondent weighs the same in a cell: with the mean polarity of the clauses that speak of its
theme. Comments of anonymous and employee surveys are left out; a cell of too few respondents is
hidden, and so is one that would give it away beside the others of its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from ressenti.scores.judgement import suppressed
from ressenti.scores.score import SMALL_BASE, Direction, Flag, Score, Unit
from ressenti.server.cockpit.cells import columns_of, run_within_limit
from ressenti.server.cockpit.comments import protected_surveys
from ressenti.server.cockpit.hiding import is_beside_a_small_group
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.journey_steps import ordered_steps
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
SELECT theme, {felt} AS felt{by}, count(*), sum(polarity), sum(polarity * polarity)
FROM (
    SELECT spoken.theme, avg(spoken.polarity) AS polarity, bool_or(spoken.is_felt) AS is_felt
           {inner_by}
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
    GROUP BY spoken.response_id, spoken.theme{keys}
) AS respondents
GROUP BY theme, felt{keys}
"""


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
    """Respondents of one place who speak of a theme: their number, Σ polarity and Σ polarity²."""

    place: tuple[str, ...]
    n: int
    total: float
    squares: float


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
    asked = _scope_asked(scope, emotion)
    spoken = _spoken(scope, window, asked.filters.dimensions, emotion)
    rows = [ThemeRow(theme=theme, cells=_cells(asked, own)) for theme, own in spoken.items()]
    told = [row for row in rows if row.whole.value is not None]
    ordered = sorted(told, key=lambda row: (-row.whole.n, row.theme))[:MOST_THEMES]
    steps = ordered_steps(step for row in ordered for step in row.cells)
    return EmotionMap(steps=steps, rows=tuple(ordered), left_out=len(rows) - len(ordered))


def _scope_asked(scope: Scope, emotion: str) -> Scope:
    return scope.narrowed(FELT, IS_FELT) if emotion else scope


def _spoken(
    scope: Scope, window: Window, dimensions: Sequence[str], emotion: str
) -> dict[str, list[_Spoken]]:
    """Return who speaks of each theme in each place: a value of each dimension, then the step."""
    told: dict[str, Any] = {
        "organisation": scope.organisation.pk,
        "start": window.shown[0],
        "end": window.end,
        "protected": list(protected_surveys(scope.organisation)),
        "emotion": emotion,
        "is_felt": IS_FELT,
        "is_not_felt": IS_NOT_FELT,
    }
    by = [name for name in (*dimensions, TOUCHPOINT) if name != FELT]
    columns = columns_of([*by, *scope.seen()])
    seen = []
    for number, (name, values) in enumerate(scope.seen().items()):
        told[f"seen{number}"] = sorted(values)
        wanted = sql.Placeholder(f"seen{number}")
        seen.append(sql.SQL(" AND {} = ANY({})").format(columns[name], wanted))
    names = [sql.Identifier(f"by{number}") for number in range(len(by))]
    inner = zip(by, names, strict=True)
    keys = sql.SQL("").join(sql.SQL(", {}").format(name) for name in names)
    statement = sql.SQL(SPOKEN).format(
        felt=sql.SQL("CASE WHEN is_felt THEN %(is_felt)s ELSE %(is_not_felt)s END"),
        by=keys,
        inner_by=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(columns[dimension], name) for dimension, name in inner
        ),
        seen=sql.SQL("").join(seen),
        keys=keys,
    )
    found: dict[str, list[_Spoken]] = {}
    for theme, felt, *rest in run_within_limit(statement, told):
        told_of = dict(zip(by, rest[:-3], strict=True)) | {FELT: felt}
        place = (*(told_of[name] for name in dimensions), told_of[TOUCHPOINT])
        found.setdefault(theme, []).append(_Spoken(place, *rest[-3:]))
    return found


def _cells(scope: Scope, spoken: Sequence[_Spoken]) -> dict[str, Score]:
    """Return the score of all steps and of each."""
    inside = [one for one in spoken if _is_inside(scope, one)]
    steps = {one.place[-1] for one in inside} - {EVERY_STEP}
    groups = [(*one.place[:-1], one.n) for one in spoken]
    cells = {EVERY_STEP: _score(scope, inside, groups)}
    for step in steps:
        here = [one for one in inside if one.place[-1] == step]
        narrow = scope.narrowed(TOUCHPOINT, step)
        cells[step] = _score(narrow, here, _groups_by_step(narrow, scope, spoken))
    return cells


def _groups_by_step(narrow: Scope, scope: Scope, spoken: Iterable[_Spoken]) -> list[Sequence[Any]]:
    """Return the groups in the order of the dimensions of a scope that the step narrows too."""
    names = (*scope.filters.dimensions, TOUCHPOINT)
    return [
        (*(dict(zip(names, one.place, strict=True))[name] for name in narrow.filters.dimensions),
         one.n)
        for one in spoken
    ]  # fmt: skip


def _is_inside(scope: Scope, spoken: _Spoken) -> bool:
    places = zip(scope.filters.dimensions, spoken.place, strict=False)
    return all(value in scope.within[name] for name, value in places)


def _score(scope: Scope, spoken: Sequence[_Spoken], groups: Sequence[Sequence[Any]]) -> Score:
    n = sum(one.n for one in spoken)
    total, squares = (sum(getattr(one, name) for one in spoken) for name in ("total", "squares"))
    mean = total / n if n else 0.0
    spread = max(squares - n * mean * mean, 0.0) / (n - 1) if n > 1 else 0.0
    interval = mean_interval(mean, spread**0.5, n)
    floor = scope.organisation.smallest_group
    score = Score(
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
    if n < floor:
        return suppressed(score)
    is_beside = floor > 1 and is_beside_a_small_group(scope, groups, floor=floor)
    return suppressed(score, complement=True) if is_beside else score
