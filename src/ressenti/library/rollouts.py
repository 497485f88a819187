"""Roll-outs: what a change did to indicators, from a source where units got it or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, span_starting
from ressenti.facts.scales import SCALES
from ressenti.language import Text
from ressenti.library.lakes import Lake
from ressenti.library.link_columns import Side, side_of
from ressenti.library.link_periods import (
    Asking,
    clocks,
    period_keys,
    period_series,
    told_units,
)
from ressenti.library.measuring import opened
from ressenti.library.planned_sources import PlanSources
from ressenti.library.rollout_results import Rollouts
from ressenti.scores.score import CONFIDENCE
from ressenti.studies.group_links import unit_means
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import Seeking
from ressenti.studies.rollouts import RolloutFigures, rollout_of_figures
from ressenti.tallies.joint_columns import joint_columns
from ressenti.warehouse.expressions import column_expression

# A unit of which so large a part of the rows says "with the change" got it.
MOSTLY = 0.5


def effect(
    source: Any = None,
    *,
    kpi: Sequence[str] | str,
    treated: str,
    within: str,
    since: str | int | None = None,
    randomised: bool = False,
    confidence: float = CONFIDENCE,
    **request: Any,
) -> Rollouts:
    """Return what a change did to indicators, unit against unit.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    kpi : str or sequence of str
        As for :func:`ressenti.link`.
    treated : str
        Column or condition that says which units get the change.
    within : str
        Column of the units: shops, teams.
    since : str or int
        First day of the change as an ISO date, with ``per`` and ``at``; or the number of its first
        period. Without it all rows come after the change.
    randomised : bool
        Whether units were drawn at random; else they are compared before and after.

    Raises
    ------
    InvalidArgument
        R102, when units were not drawn and nothing says when the change was made.

    References
    ----------
    Angrist and Pischke, Mostly Harmless Econometrics (2009), chapter 5.

    Examples
    --------
    >>> import pyarrow as pa
    >>> shops = [f"s{i}" for i in range(8)] * 4
    >>> marks = pa.table({
    ...     "shop": shops, "month": [m for m in range(4) for _ in range(8)],
    ...     "new": [int(i < 4) for i in range(8)] * 4,
    ...     "kpi": [30 + i % 3 + (6 if m > 2 and i < 4 else 0) for m in range(4) for i in range(8)],
    ... })
    >>> found = effect(
    ...     marks, kpi="kpi", treated="new", within="shop", at="month", since=3, randomised=True
    ... )
    >>> round(found[0].effect.effect.estimate)
    6
    """
    if since is None and not randomised:
        raise _undated()
    relation, asked = opened(source, (), request)
    if isinstance(relation, Lake | PlanSources):
        raise _one_table_only()
    if asked.weight is not None or asked.tells_sampling:
        raise _unit_against_unit()
    asking = Asking(
        relation=relation,
        asked=asked,
        within=within,
        outcome_at=None,
        seeking=Seeking(confidence=confidence),
    )
    names = [treated, *([kpi] if isinstance(kpi, str) else kpi)]
    sides = [
        side_of(text, relation, missing=asked.missing, scales=asked.scales or SCALES)
        for text in names
    ]
    made = _made(asking, sides, since)
    return Rollouts(
        rollouts=tuple(
            rollout_of_figures(figures, is_randomised=randomised, confidence=confidence)
            for figures in made
        ),
        source=relation.name,
    )


def _made(asking: Asking, sides: Sequence[Side], since: str | int | None) -> list[RolloutFigures]:
    """Return every indicator by unit and period, and who got the change."""
    keys = period_keys(asking) if since is not None else {}
    if since is not None and not keys:
        raise _undated()
    keys["within"] = column_expression(str(asking.within), asking.relation)
    rows = joint_columns(
        asking.relation, [side.wanted for side in sides], keys=keys, where=asking.where
    )
    columns = [
        side.linked(found, asking.relation.name)
        for side, found in zip(sides, rows.columns, strict=True)
    ]
    units = told_units(rows.keys["within"])
    clock, calendar = np.zeros(rows.n, dtype=np.intp), (0,)
    start, mixed = 0, None
    if since is not None:
        (_, clock), calendar = clocks(asking, rows)
        start, mixed = _start(since, calendar, asking.asked.per)
    is_treated = unit_means(columns[0].numbers, units) > MOSTLY * _all(columns[0])
    return [
        _figures(column, units, clock, len(calendar), is_treated, start, mixed)
        for column in columns[1:]
    ]


def _all(column: LinkedColumn) -> float:
    """Return the figure of a unit of which every row got the change."""
    return 100.0 if column.is_binary else 1.0


def _figures(
    column: LinkedColumn,
    units: NDArray[np.intp],
    clock: NDArray[np.intp],
    periods: int,
    is_treated: NDArray[np.bool_],
    start: int,
    mixed: int | None,
) -> RolloutFigures:
    series = period_series(column, units, clock, periods)
    known = np.isfinite(column.numbers) & (units >= 0) & (clock >= 0)
    size = is_treated.size
    counts = np.bincount(units[known] * periods + clock[known], minlength=size * periods)
    values = series.values.copy()
    if mixed is not None:
        # The period in which the change was made is neither before nor after it.
        values[:, mixed] = np.nan
    return RolloutFigures(
        indicator=column.key,
        values=values,
        sizes=counts.astype(np.float64).reshape(size, periods),
        is_treated=is_treated,
        start=start,
        unit=column.unit,
        direction=column.direction,
    )


def _start(since: str | int, calendar: Sequence[Any], per: str | None) -> tuple[int, int | None]:
    """Return the first whole period with the change, and the one that is only partly with it.

    Raises
    ------
    InvalidArgument
        R102, when the change is not within the periods.
    """
    if per is None:
        first, mixed = int(since), None
        places = [place for place, number in enumerate(calendar) if number >= first]
    else:
        day = date.fromisoformat(str(since))
        places = [place for place, start in enumerate(calendar) if start >= day]
        ends = [span_starting(start, Grain(per))[1] for start in calendar]
        partly = [
            place
            for place, (start, end) in enumerate(zip(calendar, ends, strict=True))
            if start < day < end
        ]
        mixed = partly[0] if partly else None
    if not places or places[0] == 0:
        raise InvalidArgument(
            Text(
                en=f"the change of {since} is not within the periods: {calendar[0]} to "
                f"{calendar[-1]}.",
                fr=f"le changement du {since} n'est pas dans les périodes : de {calendar[0]} à "
                f"{calendar[-1]}.",
            )
        )
    return places[0], mixed


def _undated() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="units that were not drawn at random are compared before and after: say --since, "
            "--at and --per, or --randomised.",
            fr="des unités non tirées au sort se comparent avant et après : dites --since, --at et "
            "--per, ou --randomised.",
        )
    )


def _one_table_only() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="an effect is sought in one table, with the units and the change in its rows.",
            fr="un effet se cherche dans une table, avec les unités et le changement sur ses "
            "lignes.",
        )
    )


def _unit_against_unit() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="a change is judged unit against unit, each counting for one: weights, clusters, "
            "margins and populations do not apply.",
            fr="un changement se juge unité contre unité, chacune comptant pour une : poids, "
            "grappes, marges et population ne s'appliquent pas.",
        )
    )
