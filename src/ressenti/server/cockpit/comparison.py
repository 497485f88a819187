"""Comparison: two periods or two segments of a figure, and whether mix or rate tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.server.cockpit.cells import sums
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.measured import smallest_group, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.segments import hidden_values_of, with_lineages
from ressenti.server.cockpit.tables import tally_table
from ressenti.server.cockpit.windows import Window
from ressenti.studies.comparing import Comparison, comparison_of_tallies
from ressenti.studies.scoring import Judging
from ressenti.tallies.tally import TallyTable

PERIODS = "periods"
HIDDEN = Text(
    en="One of the two is hidden, since too few people answered.",
    fr="L'un des deux est masqué, car trop peu de personnes ont répondu.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is compared.

    Parameters
    ----------
    kind : str
        ``periods``, or the dimension whose values are compared.
    before, after : str
        First days of periods as ISO dates, or two values.
    across : str or None
        The dimension along which mix and rate are told apart.
    """

    kind: str
    before: str
    after: str
    across: str | None = None


def comparison_of(
    scope: Scope, figure: Figure, window: Window, focus: Focus, pair: Pair
) -> Comparison:
    """Return the comparison of a pair.

    Raises
    ------
    UndefinedResult
        R206, when one of the two is hidden, has no answer, or cannot be counted.
    """
    known = studied(figure.measure)
    judging = Judging(minimum_group=smallest_group(scope.organisation, known))
    table = (
        _of_periods(scope, figure, window, pair)
        if pair.kind == PERIODS
        else _of_segments(scope, figure, window, focus, pair)
    )
    return comparison_of_tallies(
        known,
        table,
        (pair.before, pair.after),
        others=[pair.across] if pair.across else [],
        judging=judging,
    )


def _of_periods(scope: Scope, figure: Figure, window: Window, pair: Pair) -> TallyTable:
    shown = set() if figure.table is None else {key[0].isoformat() for key in figure.table.keys}
    if not {pair.before, pair.after} <= shown:
        raise UndefinedResult(HIDDEN)
    by = (pair.across,) if pair.across else ()
    asked = scope.asked((figure.measure.tally,), window, by=by)
    rows = [
        (row[1].isoformat(), *row[2:])
        for row in sums(asked, scope.organisation.tally_sets)
        if row[1].isoformat() in (pair.before, pair.after)
    ]
    return tally_table(rows, studied(figure.measure).scale)


def _of_segments(
    scope: Scope, figure: Figure, window: Window, focus: Focus, pair: Pair
) -> TallyTable:
    own = with_lineages(scope, pair.kind)
    hidden = hidden_values_of(own, figure, window, focus, pair.kind)
    if not hidden.isdisjoint({pair.before, pair.after}):
        raise UndefinedResult(HIDDEN)
    asked = own.asked(
        (figure.measure.tally,),
        window,
        grain=None,
        start=focus.start,
        end=focus.end,
        by=(pair.kind, *((pair.across,) if pair.across else ())),
    )
    rows = [row[2:] for row in sums(asked, scope.organisation.tally_sets)]
    wanted = [row for row in rows if row[0] in (pair.before, pair.after)]
    return tally_table(wanted, studied(figure.measure).scale)
