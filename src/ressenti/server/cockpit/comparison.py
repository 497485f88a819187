"""Comparison: two periods or two segments of a figure, and whether mix or rate tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.focus import Focus
from ressenti.server.cockpit.measured import smallest_group, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.segments import parts_of, with_lineages, without_day
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
    whole, split = (
        _of_periods(scope, figure, window, pair)
        if pair.kind == PERIODS
        else _of_segments(scope, figure, window, focus, pair)
    )
    # Parts that do not add up to the whole hide some of it: mix and rate cannot be told apart.
    is_whole = split is not None and split.n.sum() == whole.n.sum()
    return comparison_of_tallies(
        known,
        split if split is not None and is_whole else whole,
        (pair.before, pair.after),
        others=[pair.across] if pair.across and is_whole else [],
        judging=judging,
    )


def _of_periods(
    scope: Scope, figure: Figure, window: Window, pair: Pair
) -> tuple[TallyTable, TallyTable | None]:
    """Return the tallies of two periods, and what is shown of their parts."""
    table = figure.table if figure.table is not None else TallyTable.of({})
    whole = table.selected([key for key in table.keys if _is_of(pair, key[0].isoformat())])
    if len(whole) < len({pair.before, pair.after}):
        raise UndefinedResult(HIDDEN)
    if not pair.across:
        return whole, None
    parts = parts_of(with_lineages(scope, pair.across), figure, window, (pair.across,)).shown
    keys = [key for key in parts.keys if _is_of(pair, key[0].isoformat())]
    return whole, parts.selected(keys)


def _of_segments(
    scope: Scope, figure: Figure, window: Window, focus: Focus, pair: Pair
) -> tuple[TallyTable, TallyTable | None]:
    """Return the tallies of two segments over the periods that both show, and of their parts."""
    own = with_lineages(scope, pair.kind)
    parts = parts_of(own, figure, window, (pair.kind,)).within(focus.start, focus.end)
    asked = [key for key in parts.answered.keys if _is_of(pair, key[1])]
    hidden = {key[0] for key in asked if key not in parts.shown.keys}
    kept = [key for key in asked if key[0] not in hidden]
    if hidden and {key[1] for key in kept} != {pair.before, pair.after}:
        raise UndefinedResult(HIDDEN)
    whole = parts.shown.selected(kept).merged(without_day)
    if not pair.across:
        return whole, None
    own = with_lineages(own, pair.across)
    both = parts_of(own, figure, window, (pair.kind, pair.across)).shown
    keys = [key for key in both.keys if key[:2] in kept]
    return whole, both.selected(keys).merged(without_day)


def _is_of(pair: Pair, value: str) -> bool:
    return value in (pair.before, pair.after)
