"""Segments: a figure along one dimension, shrunk and ranked, with small groups hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ressenti.errors import NotComparable
from ressenti.scores.judgement import Place, scores_of_tallies, suppressed
from ressenti.scores.score import Direction, Reason, Score
from ressenti.server.cockpit.cells import sizes, sums
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.filters import UNIT
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.hiding import hidden_segments
from ressenti.server.cockpit.measured import smallest_group, studied
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
    asked = own.asked(
        (figure.measure.tally,),
        window,
        grain=None,
        start=focus.start,
        end=focus.end,
        by=(dimension,),
    )
    rows = [row[2:] for row in sums(asked, scope.organisation.tally_sets)]
    table = _answered(tally_table(rows, known.scale))
    hidden = hidden_values_of(own, figure, window, focus, dimension)
    if not len(table) or focus.score.value is None:
        return Segments(dimension=dimension, league=None, scores=(), whole=focus.score)
    places: list[Place] = [(None, {dimension: key[0] or None}) for key in table.keys]
    league = _league(known, table, places, smallest_group(scope.organisation, known))
    if league is None:
        scores = scores_of_tallies(
            known.indicator, known.variant, table, shape=known.shape(), places=places
        )
        scores = [_labelled(_veiled(score, hidden), labels) for score in scores]
        ordered = sorted(scores, key=_from_the_best)
        return Segments(dimension=dimension, league=None, scores=tuple(ordered), whole=focus.score)
    standings = [_veiled_standing(one, hidden) for one in league.standings]
    standings.sort(key=lambda one: one.score.value is None)
    shown = tuple(replace(one, score=_labelled(one.score, labels)) for one in standings)
    return Segments(
        dimension=dimension,
        league=replace(league, standings=shown),
        scores=tuple(one.score for one in shown),
        whole=focus.score,
    )


def with_lineages(scope: Scope, dimension: str) -> Scope:
    """Return the scope with the units it needs to split by a dimension."""
    if dimension != UNIT or scope.lineages:
        return scope
    return replace(scope, lineages=lineages_of(scope.organisation, scope.limit))


def hidden_values_of(
    scope: Scope, figure: Figure, window: Window, focus: Focus, dimension: str
) -> frozenset[str]:
    """Return the values of a dimension that must be hidden beside each other."""
    floor = smallest_group(scope.organisation, studied(figure.measure))
    if floor is None:
        return frozenset()
    asked = scope.asked(
        (figure.measure.tally,),
        window,
        grain=None,
        start=focus.start,
        end=focus.end,
        within=scope.seen(),
        by=tuple(sorted({*scope.filters.dimensions, dimension})),
    )
    groups = [row[2:] for row in sizes(asked, scope.organisation.tally_sets)]
    return hidden_segments(scope, dimension, groups, floor=floor)


def _answered(table: TallyTable) -> TallyTable:
    rows = table.n.sum(axis=1) > 0
    kept = [key for key, is_answered in zip(table.keys, rows, strict=True) if is_answered]
    return table.selected(kept)


def _league(
    known: questions.Measure, table: TallyTable, places: list[Place], floor: int | None
) -> League | None:
    try:
        return league_of_tallies(known, table, places, Ranking(minimum_group=floor or FLOOR))
    except NotComparable:
        return None


def _value(score: Score) -> str:
    return next(iter(score.segment.values()), None) or ""


def _veiled(score: Score, hidden: frozenset[str]) -> Score:
    return suppressed(score) if _value(score) in hidden else score


def _veiled_standing(standing: Standing, hidden: frozenset[str]) -> Standing:
    if _value(standing.score) not in hidden:
        return standing
    return Standing(score=suppressed(standing.score))


def _labelled(score: Score, labels: Mapping[str, str]) -> Score:
    told = {
        name: None if value is None else labels.get(value, value)
        for name, value in score.segment.items()
    }
    return replace(score, segment=told)


def _from_the_best(score: Score) -> tuple[bool, float]:
    sign = 1 if score.direction is Direction.LOW else -1
    return score.value is None, sign * (score.value or 0.0)
