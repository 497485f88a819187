"""The journey: every measure at every step, each by the answers of that step alone.

One statement reads the sums of all of them, one more the sizes of the groups beside; what must be
hidden is decided as on the page of an indicator that is filtered by the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ressenti.errors import RessentiError
from ressenti.scores.judgement import scores_of_tallies, suppressed
from ressenti.scores.score import Period, Reason, Score
from ressenti.server.cockpit.cells import by_tally, covering_set, holds_events, sums
from ressenti.server.cockpit.focus import WHOLE
from ressenti.server.cockpit.hiding import hidden_periods, publication, sizes_beside
from ressenti.server.cockpit.journey_steps import ordered_steps
from ressenti.server.cockpit.measured import counts_events, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.tables import tally_table
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Measure
from ressenti.studies import questions
from ressenti.tallies.tally import ALL, TallyTable

TOUCHPOINT = "touchpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRow:
    """One measure along the journey.

    Parameters
    ----------
    cells : mapping of touchpoint to Score
        Steps without any answer are left out.
    """

    measure: Measure
    cells: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The steps that have answers, in order, and the measures that were asked at any of them."""

    steps: tuple[str, ...]
    rows: tuple[JourneyRow, ...]


def journey_of(scope: Scope, window: Window, *, at: str = "") -> Journey:
    """Return the scores of the shown measures at each step.

    Parameters
    ----------
    at : str
        The first day of a period of the window, ``all`` for all of them together; the latest one
        where it is neither.

    Raises
    ------
    UndefinedResult
        R206, when the answers by step cannot be counted with these filters.
    """
    known = _measures(scope)
    tallies = tuple(sorted({measure.tally for measure in known}))
    if not tallies:
        return Journey(steps=(), rows=())
    tally_sets = scope.organisation.tally_sets
    found = by_tally(sums(scope.asked(tallies, window, by=(TOUCHPOINT,)), tally_sets))
    beside = sizes_beside(scope, window, tallies, _dimensions(scope))
    rows = [
        JourneyRow(
            measure=measure,
            cells=_cells(
                scope,
                window,
                own,
                found.get(measure.tally, ()),
                beside.get(measure.tally, ()),
                _days(window, at),
            ),
        )
        for measure, own in known.items()
    ]
    rows = [row for row in rows if row.cells]
    steps = ordered_steps(step for row in rows for step in row.cells)
    return Journey(steps=steps, rows=tuple(rows))


def _measures(scope: Scope) -> dict[Measure, questions.Measure]:
    """Return the measures that can be counted by step, in the order of the scorecard."""
    shown = Measure.objects.filter(organisation=scope.organisation, is_shown=True)
    dimensions = frozenset({*scope.within, TOUCHPOINT})
    names = covering_set(scope.organisation.tally_sets, dimensions)
    has_events = names is not None and holds_events(names)
    found = {}
    for measure in shown.filter(failed_at=None):
        try:
            own = studied(measure)
        except RessentiError:
            continue
        if has_events or not counts_events(own):
            found[measure] = own
    return found


def _dimensions(scope: Scope) -> tuple[str, ...]:
    return tuple(sorted({*scope.filters.dimensions, TOUCHPOINT}))


def _days(window: Window, at: str) -> tuple[date, ...]:
    if at == WHOLE:
        return window.shown
    days = {day.isoformat(): day for day in window.shown}
    return (days.get(at, window.latest),)


def _cells(
    scope: Scope,
    window: Window,
    known: questions.Measure,
    rows: Sequence[Sequence[Any]],
    beside: Sequence[Sequence[Any]],
    days: tuple[date, ...],
) -> dict[str, Score]:
    by_step: dict[str, list[Sequence[Any]]] = {}
    for day, step, *counted in rows:
        by_step.setdefault(step, []).append((day, *counted))
    cells = {}
    published = publication(scope, known, window, beside, _dimensions(scope))
    for step, own in by_step.items():
        if not step:
            continue
        table = tally_table(own, known.scale)
        hidden = hidden_periods(published, scope, **{TOUCHPOINT: step})
        score = _score(known, table, window, days, hidden)
        if score is not None:
            cells[step] = replace(score, segment={TOUCHPOINT: step})
    return cells


def _score(
    known: questions.Measure,
    table: TallyTable,
    window: Window,
    days: tuple[date, ...],
    hidden: Mapping[date, bool],
) -> Score | None:
    """Return the score of some periods together, hidden ones left out; None without any answer."""
    there = [day for day in days if (day,) in table.keys and table.tally((day,)).n]
    shown = [(day,) for day in there if day not in hidden]
    together = table.selected(shown).merged(lambda _key: ALL).selected([ALL])
    period = window.period(days[0]) if len(days) == 1 else None
    place: list[tuple[Period | None, dict[str, str | None]]] = [(period, {})]
    score = scores_of_tallies(
        known.indicator, known.variant, together, shape=known.shape(), places=place
    )[0]
    if not there or (score.reason == Reason.NO_DATA and shown):
        return None
    if not shown:
        return suppressed(score, complement=all(hidden[day] for day in there))
    if score.value is None and len(shown) < len(there):
        return replace(score, reason=Reason.SUPPRESSED)
    return score
