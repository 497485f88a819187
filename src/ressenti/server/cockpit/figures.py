"""Figures: each measure's latest period with its interval, its change and its trend.

A figure is read off the tallies by the engine's own scores: two statements for a whole scorecard,
one for the sums and one for the sizes of what is around and beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from ressenti.errors import RessentiError, UndefinedResult
from ressenti.facts.plan import Target
from ressenti.language import Text
from ressenti.scores.judgement import scores_of_tallies, suppressed
from ressenti.scores.score import Direction, Reason, Score, Unit
from ressenti.server.cockpit.cells import by_tally, covering_set, holds_events, sums
from ressenti.server.cockpit.changes import change_over_time
from ressenti.server.cockpit.emotions import Emotions, emotions_of, with_those_beside
from ressenti.server.cockpit.hiding import hidden_periods, publication, sizes_beside
from ressenti.server.cockpit.measured import counts_events, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.tables import tally_table
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Measure, SeriesBreak
from ressenti.server.tallying.readings import POLARITIES
from ressenti.studies import questions
from ressenti.studies.comparing import Change, controlled_changes
from ressenti.studies.targets import Attainment, attainment
from ressenti.tallies.tally import TallyTable

NOT_COUNTED = Text(
    en="This indicator is not counted by these dimensions.",
    fr="Cet indicateur n'est pas compté selon ces dimensions.",
)
COULD_NOT_COUNT = Text(
    en="The last count of these events did not succeed.",
    fr="Le dernier comptage de ces événements n'a pas abouti.",
)


class State(StrEnum):
    """Why a figure is there, or why it is not: never the same silence for different things."""

    LIVE = "live"
    TOO_FEW = "too_few"
    NONE_YET = "none_yet"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure as a page shows it.

    Parameters
    ----------
    score : Score
        Of the latest period; it holds the counts.
    change : Change or None
        From the period before, tested among the changes shown with it; None where there is
        nothing to compare: no period before, a hidden one, or another question since.
    trend : tuple of Score
        Oldest first, the latest last.
    table : TallyTable
        The tallies behind the trend, keyed ``(first day,)``.
    is_running : bool
        The latest period is not over.
    emotions : Emotions or None
        What stands beside a NES; None for all other measures.
    failure : Text or None
        What went wrong.
    """

    measure: Measure
    score: Score
    state: State
    change: Change | None = None
    trend: tuple[Score, ...] = ()
    table: TallyTable | None = None
    breaks: tuple[date, ...] = ()
    is_running: bool = False
    failure: Text | None = None
    emotions: Emotions | None = None

    @property
    def target(self) -> Target | None:
        return None if self.measure.target is None else Target(value=self.measure.target)

    @property
    def attainment(self) -> Attainment | None:
        return None if self.target is None else attainment(self.score, self.target)


def scorecard(scope: Scope, *, now: datetime | None = None) -> tuple[Figure, ...]:
    """Return the figures of the measures that an organisation shows, in its order."""
    shown = Measure.objects.filter(organisation=scope.organisation, is_shown=True)
    return figures_of(scope, list(shown), now=now)


def figure_among_shown(scope: Scope, measure: Measure, *, now: datetime | None = None) -> Figure:
    """Return one figure, its change tested among those of the scorecard as it is there."""
    shown = Measure.objects.filter(organisation=scope.organisation, is_shown=True)
    family = [measure, *shown.exclude(pk=measure.pk)]
    return figures_of(scope, family, now=now)[0]


def figures_of(
    scope: Scope, measures: Sequence[Measure], *, now: datetime | None = None
) -> tuple[Figure, ...]:
    """Return the figures of some measures; their changes are tested as one family.

    Parameters
    ----------
    now : datetime or None
        When it is looked at; it decides which periods are the latest.
    """
    window = scope.window(now)
    ready: dict[int, questions.Measure] = {}
    figures: dict[int, Figure] = {}
    for measure in measures:
        found = _asked_or_failed(measure, scope)
        if isinstance(found, Figure):
            figures[measure.pk] = found
        else:
            ready[measure.pk] = found
    figures |= _counted(scope, window, [one for one in measures if one.pk in ready], ready)
    return tuple(_with_controlled_changes([figures[measure.pk] for measure in measures]))


def _asked_or_failed(measure: Measure, scope: Scope) -> questions.Measure | Figure:
    """Return what to score, or the figure that says why nothing can be."""
    try:
        known = studied(measure)
    except RessentiError as error:
        return failed(measure, error.message)
    if measure.failed_at is not None:
        return failed(measure, COULD_NOT_COUNT)
    if counts_events(known):
        names = covering_set(scope.organisation.tally_sets, frozenset(scope.within))
        if names is None or not holds_events(names):
            return failed(measure, NOT_COUNTED)
    return known


def failed(measure: Measure, failure: Text) -> Figure:
    """Return the figure of a measure that could not be computed, with what went wrong."""
    score = Score(
        indicator=measure.indicator,
        variant=measure.variant,
        value=None,
        unit=Unit.COUNT,
        direction=Direction.CONTEXT,
        reason=Reason.UNDEFINED,
    )
    return Figure(measure=measure, score=score, state=State.FAILED, failure=failure)


def _counted(
    scope: Scope,
    window: Window,
    measures: Sequence[Measure],
    known: Mapping[int, questions.Measure],
) -> dict[int, Figure]:
    tallies = tuple(sorted({measure.tally for measure in measures}))
    if not tallies:
        return {}
    sets = scope.organisation.tally_sets
    try:
        rows = by_tally(sums(scope.asked(with_those_beside(tallies), window), sets))
        beside = sizes_beside(scope, window, tallies, scope.filters.dimensions)
    except UndefinedResult as error:
        return {measure.pk: failed(measure, error.message) for measure in measures}
    breaks = breaks_of(scope, tallies)
    figures = {
        measure.pk: _figure(
            measure,
            known[measure.pk],
            tally_table(rows.get(measure.tally, ()), known[measure.pk].scale),
            scope=scope,
            window=window,
            beside=beside.get(measure.tally, ()),
            breaks=breaks.get(measure.tally, ()),
        )
        for measure in measures
    }
    return {
        key: _with_emotions(one, scope, window, rows) if one.measure.tally == POLARITIES else one
        for key, one in figures.items()
    }


def _with_emotions(
    figure: Figure, scope: Scope, window: Window, rows: Mapping[str, Sequence[Sequence[Any]]]
) -> Figure:
    """Return a NES with what stands beside it, where it may be shown."""
    told = [
        day for day, one in zip(window.shown, figure.trend, strict=True) if one.value is not None
    ]
    emotions = emotions_of(scope, window, rows, told)
    trend = tuple(
        emotions.told_with(score, [day]) if day in told else score
        for day, score in zip(window.shown, figure.trend, strict=True)
    )
    return replace(figure, score=trend[-1], trend=trend, emotions=emotions)


def breaks_of(scope: Scope, tallies: Sequence[str]) -> dict[str, tuple[date, ...]]:
    """Return the days on which a question behind each tally, or the engine, became another one."""
    found = SeriesBreak.objects.filter(organisation=scope.organisation, tally__in=tallies)
    survey = scope.filters.value("survey")
    if survey is not None:
        found = found.filter(Q(survey_id=survey) | Q(survey=None))
    days: dict[str, tuple[date, ...]] = {}
    for tally, at in found.order_by("at").values_list("tally", "at"):
        days[tally] = (*days.get(tally, ()), at.date())
    return days


def _figure(
    measure: Measure,
    known: questions.Measure,
    table: TallyTable,
    *,
    scope: Scope,
    window: Window,
    beside: Sequence[Sequence[Any]],
    breaks: tuple[date, ...],
) -> Figure:
    published = publication(scope, known, window, beside, scope.filters.dimensions)
    hidden = hidden_periods(published, scope)
    shown = table.selected([(day,) for day in window.shown])
    scores = scores_of_tallies(
        known.indicator,
        known.variant,
        shown,
        shape=known.shape(),
        places=[(window.period(day), {}) for day in window.shown],
    )
    trend = tuple(
        suppressed(score, complement=hidden[day]) if day in hidden else score
        for day, score in zip(window.shown, scores, strict=True)
    )
    return Figure(
        measure=measure,
        score=trend[-1],
        state=state_of(trend[-1]),
        change=_change(known, measure.scale, table, window, hidden, breaks),
        trend=trend,
        table=shown.selected([key for key in shown.keys if key[0] not in hidden]),
        breaks=breaks,
        is_running=window.is_running(window.latest),
    )


def state_of(score: Score) -> State:
    """Return what a page says of a score that was computed."""
    if score.value is not None or score.compound:
        return State.LIVE
    return State.NONE_YET if score.reason == Reason.NO_DATA else State.TOO_FEW


def _change(
    known: questions.Measure,
    scale: str,
    table: TallyTable,
    window: Window,
    hidden: Mapping[date, bool],
    breaks: Sequence[date],
) -> Change | None:
    before = window.before(window.latest)
    if before in hidden or window.latest in hidden:
        return None
    if any(before < day < window.end for day in breaks):
        return None
    return change_over_time(known, scale, table, before, window.latest)


def _with_controlled_changes(figures: Sequence[Figure]) -> Iterable[Figure]:
    """Give figures with their changes tested as one family: of many, some move by luck."""
    changes = [figure.change for figure in figures if figure.change is not None]
    adjusted = iter(controlled_changes(changes))
    for figure in figures:
        yield figure if figure.change is None else replace(figure, change=next(adjusted))
