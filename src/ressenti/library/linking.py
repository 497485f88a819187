"""Linking: the links between outcomes and indicators of a source, at the level that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sqlglot import exp

from ressenti.errors import InvalidArgument, UndefinedResult, unknown_name
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
from ressenti.library.link_results import Links
from ressenti.library.link_traps import measured_before, own_definitions
from ressenti.library.link_weights import refuse_what_links_ignore, weight_asked
from ressenti.library.linked_facts import DAYS, LinkedTable, linked_table
from ressenti.library.measuring import opened
from ressenti.library.planned_sources import PlanSources
from ressenti.library.request import Request
from ressenti.scores.score import CONFIDENCE
from ressenti.studies.customer_links import customer_links
from ressenti.studies.group_links import group_links
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import Level, LinkStudy, Seeking, Wording
from ressenti.studies.period_links import period_links
from ressenti.tallies.joint_columns import JointColumns, WantedColumn, joint_columns
from ressenti.tallies.linked_facts import AT
from ressenti.tallies.tally import Floats
from ressenti.warehouse.expressions import column_expression

UNITS = tuple(level.value for level in Level)
SEASONS: Mapping[str, int] = {"month": 12, "quarter": 4, "week": 52, "day": 7}
GREATEST_LAG = 24

FILE_ORDER = Text(
    en="no --at was given: each row is taken as one period, in the order of the source.",
    fr="sans --at, chaque ligne est prise pour une période, dans l'ordre de la source.",
)


def link(
    source: Any = None,
    *,
    outcome: Sequence[str] | str = (),
    kpi: Sequence[str] | str = (),
    unit: str | None = None,
    lag: int | None = None,
    within: str | None = None,
    outcome_at: str | None = None,
    season: int | None = None,
    days: int = DAYS,
    same: str | None = None,
    higher: Sequence[str] = (),
    correlation: str = "auto",
    confidence: float = CONFIDENCE,
    **request: Any,
) -> Links:
    """Return the link of every outcome with every indicator, with its sureness.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
        One row a customer, a period, or anything dated that periods are made of. Or a folder of
        facts, or a plan (``config``): outcomes and answers are then found by their names, every
        one of them when none is named.
    outcome : str or sequence of str
        A column or condition that says met or missed, a number, ``COLUMN:SCALE``, or an indicator
        of employees as ``enps=COLUMN``.
    kpi : str or sequence of str
        ``INDICATOR[/VARIANT]=COLUMN[:SCALE]``, or a column.
    unit : ``"customer"``, ``"group"`` or ``"period"``
        What one point is; periods when a lag or ``per`` is asked, else customers.
    lag : int
        Greatest lag tried, both ways: the outcome first, and the indicator first.
    within : str
        Column of shops or teams: effects inside them and between them are kept apart.
    outcome_at : str
        Column that dates the outcome; ``at`` dates the indicator, and both without it.
    season : int
        Periods of a full cycle; that of the grain without it.
    days : int
        Of a folder or plan: how long before a customer's answer an outcome still counts.
    same : str
        Of a folder or plan: what a customer's answer and the outcome before it must share, such
        as ``touchpoint``.
    higher : sequence of str
        Of a folder: the outcomes of which more than expected is good.
    correlation : ``"auto"``, ``"pearson"``, ``"spearman"``, ``"biserial"`` or ``"polychoric"``
        Of customers; ``auto`` chooses what suits the scales.
    request
        ``per``, ``at``, ``where``, ``missing``, ``weight``, ``time_zone`` … as for
        :func:`ressenti.score`.

    Raises
    ------
    NotComparable
        R205, when outcomes were measured after the indicator, or one column defines both.
    UndefinedResult
        R206, when no link can be sought: too few periods, with the number needed.

    Examples
    --------
    >>> import pyarrow as pa
    >>> facts = pa.table({"on_time": [1] * 60 + [0] * 60, "mark": [10, 9, 8] * 20 + [9, 5, 2] * 20})
    >>> found = link(facts, outcome="on_time", kpi="nps=mark").links[0]
    >>> round(found.lift.difference.estimate), str(found.wording)
    (100, 'moves_with')
    """
    texts = [[side] if isinstance(side, str) else list(side) for side in (outcome, kpi)]
    relation, asked = opened(source, (), request)
    level = _level(unit, lag, asked)
    table = None
    if isinstance(relation, Lake | PlanSources):
        table = linked_table(
            relation,
            texts[0],
            texts[1],
            level=level,
            within=within,
            days=days,
            asked=asked,
            higher=higher,
            same=same,
        )
        relation, asked = table.relation, table.asked
        texts = [list(table.outcomes), list(table.indicators)]
        outcome_at = AT
    _require_named(texts)
    refuse_what_links_ignore(asked)
    asking = Asking(
        relation=relation,
        asked=asked,
        within=within,
        outcome_at=outcome_at,
        seeking=Seeking(
            confidence=confidence,
            lag=_lag(lag, level),
            season=season or SEASONS.get(asked.per or ""),
            correlation=correlation,
        ),
    )
    sides = [[_side(text, asking, table) for text in side] for side in texts]
    study, notes = _STUDIES[level](asking, sides[0], sides[1])
    _require_something(study)
    return Links(study=study, source=relation.name, notes=(*relation.notes, *notes))


def _side(text: str, asking: Asking, table: LinkedTable | None) -> Side:
    asked = asking.asked
    side = side_of(text, asking.relation, missing=asked.missing, scales=asked.scales or SCALES)
    return side if table is None else replace(side, key=table.called(text))


def _customer_study(
    asking: Asking, outcomes: Sequence[Side], indicators: Sequence[Side]
) -> tuple[LinkStudy, tuple[Text, ...]]:
    where, notes = measured_before(asking)
    rows, weights = _rows(asking, [*outcomes, *indicators], {}, where)
    first, second = _linked(asking, rows, outcomes, indicators)
    study = customer_links(
        first,
        second,
        units=None if asking.within is None else told_units(rows.keys["within"]),
        weights=weights,
        seeking=asking.seeking,
        refusals=own_definitions(outcomes, indicators),
    )
    return study, notes


def _group_study(
    asking: Asking, outcomes: Sequence[Side], indicators: Sequence[Side]
) -> tuple[LinkStudy, tuple[Text, ...]]:
    if asking.within is None:
        raise InvalidArgument(
            Text(
                en="a link of units needs the column that tells them apart: --within COLUMN.",
                fr="un lien entre unités demande la colonne qui les distingue : --within COLONNE.",
            )
        )
    rows, weights = _rows(asking, [*outcomes, *indicators], {}, asking.where)
    first, second = _linked(asking, rows, outcomes, indicators)
    study = group_links(
        first,
        second,
        units=told_units(rows.keys["within"]),
        weights=weights,
        seeking=asking.seeking,
        refusals=own_definitions(outcomes, indicators),
    )
    return study, ()


def _period_study(
    asking: Asking, outcomes: Sequence[Side], indicators: Sequence[Side]
) -> tuple[LinkStudy, tuple[Text, ...]]:
    keys = period_keys(asking)
    rows, weights = _rows(asking, [*outcomes, *indicators], keys, asking.where)
    first, second = _linked(asking, rows, outcomes, indicators)
    units = (
        np.zeros(rows.n, dtype=np.intp)
        if asking.within is None
        else told_units(rows.keys["within"])
    )
    own_clocks, calendar = clocks(asking, rows)
    series = [
        [period_series(one, units, clock, len(calendar), weights=weights) for one in side]
        for side, clock in zip((first, second), own_clocks, strict=True)
    ]
    study = period_links(
        series[0],
        series[1],
        seeking=asking.seeking,
        refusals=own_definitions(outcomes, indicators),
    )
    return study, () if asking.asked.at is not None else (FILE_ORDER,)


_STUDIES = {
    Level.CUSTOMER: _customer_study,
    Level.GROUP: _group_study,
    Level.PERIOD: _period_study,
}


def _rows(
    asking: Asking,
    sides: Sequence[Side],
    keys: Mapping[str, exp.Expr],
    where: exp.Expr | None,
) -> tuple[JointColumns, Floats | None]:
    """Return the rows that are looked at, and their weights if they have any."""
    whole = dict(keys)
    if asking.within is not None:
        whole["within"] = column_expression(asking.within, asking.relation)
    wanted = [side.wanted for side in sides]
    weight = weight_asked(asking)
    if weight is None:
        return joint_columns(asking.relation, wanted, keys=whole, where=where), None
    is_heavy = exp.GT(this=weight.copy(), expression=exp.Literal.number(0))
    heavy = is_heavy if where is None else exp.and_(where, is_heavy)
    found = joint_columns(
        asking.relation, [*wanted, WantedColumn(value=weight)], keys=whole, where=heavy
    )
    return replace(found, columns=found.columns[:-1]), found.columns[-1].numbers


def _linked(
    asking: Asking, rows: JointColumns, outcomes: Sequence[Side], indicators: Sequence[Side]
) -> tuple[list[LinkedColumn], list[LinkedColumn]]:
    read = [
        side.linked(found, asking.relation.name)
        for side, found in zip((*outcomes, *indicators), rows.columns, strict=True)
    ]
    return read[: len(outcomes)], read[len(outcomes) :]


def _level(unit: str | None, lag: int | None, asked: Request) -> Level:
    if unit is None:
        return Level.PERIOD if lag or asked.per is not None else Level.CUSTOMER
    if unit not in UNITS:
        raise unknown_name(Text(en="level", fr="niveau"), unit, UNITS)
    return Level(unit)


def _lag(lag: int | None, level: Level) -> int:
    if lag is None:
        return 0
    if not 0 <= lag <= GREATEST_LAG:
        raise InvalidArgument(
            Text(
                en=f"a lag of {lag} makes no sense: give 0 to {GREATEST_LAG}; both directions are "
                "always tried.",
                fr=f"un décalage de {lag} n'a pas de sens : donnez de 0 à {GREATEST_LAG} ; les "
                "deux sens sont toujours essayés.",
            )
        )
    if lag and level is not Level.PERIOD:
        raise InvalidArgument(
            Text(
                en="a lag is counted in periods: --unit period.",
                fr="un décalage se compte en périodes : --unit period.",
            )
        )
    return lag


def _require_named(texts: Sequence[Sequence[str]]) -> None:
    if not all(texts):
        raise InvalidArgument(
            Text(
                en="name at least one outcome and one indicator: --outcome COLUMN --kpi MEASURE.",
                fr="nommez au moins un résultat et un indicateur : --outcome COLONNE --kpi MESURE.",
            )
        )


def _require_something(study: LinkStudy) -> None:
    """Refuse a call of which no link can be sought.

    Raises
    ------
    UndefinedResult
        R206.
    """
    reasons = [link.reason for link in study.links if link.wording is Wording.REFUSED]
    if len(reasons) == len(study.links) and reasons[0] is not None:
        raise UndefinedResult(reasons[0])
