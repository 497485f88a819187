"""Segments: a figure along one dimension, shrunk and ranked, with small groups hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ressenti.errors import NotComparable
from ressenti.scores.judgement import Place, scores_of_tallies, suppressed
from ressenti.scores.score import Direction, Reason, Score
from ressenti.server.cockpit.cells import sums
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.filters import UNIT
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.hiding import hidden_periods, publication, sizes_beside
from ressenti.server.cockpit.measured import smallest_group, studied
from ressenti.server.cockpit.protection import entry_of_unit
from ressenti.server.cockpit.scope import Scope, lineages_of
from ressenti.server.cockpit.tables import tally_table
from ressenti.server.cockpit.windows import Window
from ressenti.studies import questions
from ressenti.studies.ranking import League, Ranking, Standing, league_of_tallies
from ressenti.tallies.suppression import FLOOR
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """A figure along one dimension; segments nobody answered for are left out.

    Parameters
    ----------
    league : League or None
        Best first; None for a measure that cannot be shrunk, such as a median.
    scores : tuple of Score
        The segments' own scores, in the same order.
    whole : Score
        All of them together.
    """

    dimension: str
    league: League | None
    scores: tuple[Score, ...]
    whole: Score

    @property
    def n_hidden(self) -> int:
        """How many segments too few people answered for, or would give such a one away."""
        return sum(score.reason == Reason.SUPPRESSED for score in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The tallies of a figure by period and value: keyed ``(first day, value, …)``.

    Parameters
    ----------
    answered : TallyTable
        What was answered; it must never leave the server.
    shown : TallyTable
        What of it may be shown.
    """

    answered: TallyTable
    shown: TallyTable

    def within(self, start: date, end: date) -> Parts:
        """Return the tallies of the periods that begin in a half-open stretch."""
        return Parts(
            **{
                name: table.selected([key for key in table.keys if start <= key[0] < end])
                for name, table in (("answered", self.answered), ("shown", self.shown))
            }
        )


def segments_of(
    scope: Scope,
    figure: Figure,
    window: Window,
    focus: Focus,
    *,
    dimension: str,
    labels: Mapping[str, str],
) -> Segments:
    """Return the segments of a figure along a dimension.

    Parameters
    ----------
    labels : mapping of value to what a person calls it

    Raises
    ------
    UndefinedResult
        R206, when the answers by this dimension cannot be counted.
    """
    known = studied(figure.measure)
    own = with_lineages(scope, dimension)
    parts = parts_of(own, figure, window, (dimension,)).within(focus.start, focus.end)
    if not len(parts.answered) or focus.score.value is None:
        return Segments(dimension=dimension, league=None, scores=(), whole=focus.score)
    shown = parts.shown.merged(without_day)
    league = _league(known, shown, dimension, smallest_group(scope.organisation, known))
    veiled = parts.answered.merged(without_day)
    veiled = veiled.selected([key for key in veiled.keys if key not in shown.keys])
    hidden = [_labelled(suppressed(score), labels) for score in _scores(known, veiled, dimension)]
    if league is None:
        scores = [_labelled(score, labels) for score in _scores(known, shown, dimension)]
        ordered = (*sorted(scores, key=_from_the_best), *hidden)
        return Segments(dimension=dimension, league=None, scores=ordered, whole=focus.score)
    standings = (
        *(replace(one, score=_labelled(one.score, labels)) for one in league.standings),
        *(Standing(score=score) for score in hidden),
    )
    return Segments(
        dimension=dimension,
        league=replace(league, standings=standings),
        scores=tuple(one.score for one in standings),
        whole=focus.score,
    )


def with_lineages(scope: Scope, dimension: str) -> Scope:
    """Return the scope with the units it needs to split by a dimension."""
    if dimension != UNIT or scope.lineages:
        return scope
    return replace(scope, lineages=lineages_of(scope.organisation, scope.limit))


def parts_of(scope: Scope, figure: Figure, window: Window, dimensions: tuple[str, ...]) -> Parts:
    """Return the tallies of a figure by period and by some dimensions.

    Raises
    ------
    UndefinedResult
        R206, when the answers by these dimensions cannot be counted.
    """
    known, tallies = studied(figure.measure), (figure.measure.tally,)
    asked = scope.asked(tallies, window, by=dimensions)
    rows = [row[1:] for row in sums(asked, scope.organisation.tally_sets)]
    answered = _answered(tally_table(rows, known.scale))
    every = tuple(sorted({*scope.filters.dimensions, *dimensions}))
    beside = sizes_beside(scope, window, tallies, every).get(figure.measure.tally, ())
    published = publication(scope, known, window, beside, every)
    hidden = {
        values: hidden_periods(published, scope, **_entries(scope, dimensions, values))
        for values in {key[1:] for key in answered.keys}
    }
    shown = [key for key in answered.keys if key[0] not in hidden[key[1:]]]
    return Parts(answered=answered, shown=answered.selected(shown))


def _entries(scope: Scope, dimensions: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    """Return what is answered of each value itself, of a unit without the units below it."""
    told = dict(zip(dimensions, values, strict=True))
    if UNIT in told:
        told[UNIT] = entry_of_unit(told[UNIT], scope.lineages)
    return told


def _answered(table: TallyTable) -> TallyTable:
    rows = table.n.sum(axis=1) > 0
    kept = [key for key, is_answered in zip(table.keys, rows, strict=True) if is_answered]
    return table.selected(kept)


def without_day(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of a key of parts: by them, its periods are added up."""
    return key[1:]


def _scores(known: questions.Measure, table: TallyTable, dimension: str) -> list[Score]:
    return scores_of_tallies(
        known.indicator,
        known.variant,
        table,
        shape=known.shape(),
        places=_places(table, dimension),
    )


def _places(table: TallyTable, dimension: str) -> list[Place]:
    return [(None, {dimension: key[0] or None}) for key in table.keys]


def _league(
    known: questions.Measure, table: TallyTable, dimension: str, floor: int | None
) -> League | None:
    """Return the league of what is shown; None for a measure that cannot be shrunk."""
    if not len(table):
        return None
    ranking = Ranking(minimum_group=floor or FLOOR)
    try:
        return league_of_tallies(known, table, _places(table, dimension), ranking)
    except NotComparable:
        return None


def _labelled(score: Score, labels: Mapping[str, str]) -> Score:
    told = {
        name: None if value is None else labels.get(value, value)
        for name, value in score.segment.items()
    }
    return replace(score, segment=told)


def _from_the_best(score: Score) -> tuple[bool, float]:
    sign = 1 if score.direction is Direction.LOW else -1
    return score.value is None, sign * (score.value or 0.0)
