"""Customer links: met against missed, correlations and effects inside units, row by row.

Levels that met are counted in a few passes and quantities summed; a correlation of ranks on
quantities alone goes back to the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import unknown_name
from ressenti.language import Text
from ressenti.statistics.association import FEWEST_PAIRS, Association
from ressenti.statistics.cross_counts import cross_counts, sums_of_pairs
from ressenti.statistics.joint_correlations import (
    biserial_of_table,
    pearson_of_sums,
    pearson_of_table,
    polychoric_of_table,
    ranked_association,
    spearman_of_table,
)
from ressenti.statistics.random_slopes import random_slope
from ressenti.statistics.unit_effects import UnitEffects, unit_effects
from ressenti.studies.link_lifts import Pair, lifts_of_pairs
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import (
    AS_USUAL,
    FEW_ROWS,
    Level,
    Link,
    LinkStudy,
    Seeking,
    controlled_links,
    refused_link,
)
from ressenti.tallies.tally import Floats

Places = NDArray[np.intp]

CORRELATIONS = ("auto", "pearson", "spearman", "biserial", "polychoric")
# A mixed model takes a tenth of a second: many pairs are screened without it.
MOST_RANDOM_SLOPES = 12

FEW_CUSTOMERS = Text(
    en="{n} customers only: under {needed}, be wary of any link.",
    fr="{n} clients seulement : sous {needed}, méfiez-vous de tout lien.",
)
SIMPSON = Text(
    en="Simpson's paradox: inside the units the link goes the other way; read it there.",
    fr="Paradoxe de Simpson : au sein des unités le lien va dans l'autre sens ; lisez-le là.",
)
BETWEEN_ONLY = Text(
    en="between units and inside them the link differs: what units differ by is not what moves "
    "a customer.",
    fr="entre les unités et en leur sein le lien diffère : ce qui distingue les unités n'est pas "
    "ce qui fait évoluer un client.",
)


def customer_links(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    *,
    units: Places | None = None,
    seeking: Seeking = AS_USUAL,
    refusals: dict[Pair, Text] | None = None,
) -> LinkStudy:
    """Return the link of every outcome with every indicator, one row a customer.

    Parameters
    ----------
    outcomes, indicators : sequence of LinkedColumn
        Over the same rows.
    units : array of int, shape (n,), or None
        The shop or team of each row, -1 where it is not told.
    refusals : mapping of (outcome, indicator) places to Text
        Pairs that are not sought, with the reason.

    Examples
    --------
    >>> from ressenti.studies.linked_columns import column_of_levels, column_of_numbers
    >>> on_time = column_of_levels("on time", [1, 1, 1, 0, 0, 0])
    >>> spent = column_of_numbers("spent", [30.0, 20, 40, 10, 20, 15])
    >>> link = customer_links([on_time], [spent]).links[0]
    >>> link.lift.difference.estimate, link.correlation.method
    (15.0, 'point_biserial')
    """
    if seeking.correlation not in CORRELATIONS:
        kind = Text(en="correlation", fr="corrélation")
        raise unknown_name(kind, seeking.correlation, CORRELATIONS)
    tables = _tables(outcomes, indicators)
    effects = effects_of_pairs(outcomes, indicators, units, seeking)
    lifts = lifts_of_pairs(outcomes, indicators, tables, confidence=seeking.confidence)
    links = []
    for pair in np.ndindex(len(outcomes), len(indicators)):
        i, j = pair
        outcome, indicator = outcomes[i], indicators[j]
        if refusals and pair in refusals:
            links.append(refused_link(outcome.key, indicator.key, Level.CUSTOMER, refusals[pair]))
            continue
        found = _correlation(outcome, indicator, tables.get(pair), seeking)
        lift = lifts.get(pair)
        own = effects.get(pair)
        links.append(
            Link(
                outcome=outcome.key,
                indicator=indicator.key,
                level=Level.CUSTOMER,
                n=found.n,
                unit=indicator.unit,
                direction=indicator.direction,
                outcome_unit=outcome.unit,
                lift=lift,
                correlation=found.correlation,
                units=own,
                p_value=found.p_value if lift is None else lift.p_value,
                reason=found.correlation.reason if found.correlation.estimate is None else None,
                cautions=_cautions(found.n, own, seeking.confidence),
            )
        )
    return controlled_links(links, level=Level.CUSTOMER, confidence=seeking.confidence)


def _tables(
    outcomes: Sequence[LinkedColumn], indicators: Sequence[LinkedColumn]
) -> dict[Pair, Floats]:
    """Return the counts of the pairs where both sides have levels."""
    rows = [(i, one.coded) for i, one in enumerate(outcomes)]
    columns = [(j, one.coded) for j, one in enumerate(indicators)]
    closed = [[(at, coded) for at, coded in side if coded is not None] for side in (rows, columns)]
    counted = cross_counts(*([coded for _, coded in side] for side in closed))
    return {
        (i, j): table
        for (i, _), tables in zip(closed[0], counted, strict=True)
        for (j, _), table in zip(closed[1], tables, strict=True)
    }


def _correlation(
    outcome: LinkedColumn, indicator: LinkedColumn, table: Floats | None, seeking: Seeking
) -> Association:
    wanted, confidence = seeking.correlation, seeking.confidence
    if table is None:
        return _correlation_of_rows(outcome, indicator, wanted, confidence)
    of_levels = partial(
        pearson_of_table, table, outcome.level_values, indicator.level_values, confidence=confidence
    )
    binaries = outcome.is_binary + indicator.is_binary
    if wanted == "polychoric":
        return polychoric_of_table(table, confidence=confidence)
    if wanted == "biserial" and outcome.is_binary and len(table) == 2:
        return biserial_of_table(table, indicator.level_values, confidence=confidence)
    if wanted == "pearson":
        return of_levels()
    if binaries == 2 and wanted == "auto":
        return of_levels(method="phi")
    return spearman_of_table(table, confidence=confidence)


def _correlation_of_rows(
    outcome: LinkedColumn, indicator: LinkedColumn, wanted: str, confidence: float
) -> Association:
    sides = (_values(outcome), _values(indicator))
    if wanted in ("spearman", "polychoric"):
        return ranked_association(*sides, confidence=confidence)
    centred = [(side - _centre(side))[:, None] for side in sides]
    found = pearson_of_sums(sums_of_pairs(*centred)[0, 0], confidence=confidence)
    if wanted != "auto" or not (outcome.is_binary or indicator.is_binary):
        return found
    return replace(found, correlation=replace(found.correlation, method="point_biserial"))


def _values(column: LinkedColumn) -> Floats:
    if column.coded is None:
        return column.numbers
    return np.append(column.level_values, np.nan)[column.coded.codes]


def _centre(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else 0.0


def effects_of_pairs(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    units: Places | None,
    seeking: Seeking,
) -> dict[Pair, UnitEffects]:
    """Return what goes on inside units and between them, for every pair."""
    if units is None:
        return {}
    sides = [np.stack([one.numbers for one in side], axis=1) for side in (outcomes, indicators)]
    centred = [side - [_centre(column) for column in side.T] for side in sides]
    order = np.argsort(units, kind="stable")
    order = order[units[order] >= 0]
    ends = np.flatnonzero(np.diff(units[order])) + 1
    blocks = np.split(order, ends) if order.size else []
    sums = np.array([sums_of_pairs(centred[0][rows], centred[1][rows]) for rows in blocks])
    pairs = list(np.ndindex(len(outcomes), len(indicators)))
    found = {
        pair: unit_effects(
            sums[:, pair[0], pair[1]] if blocks else np.zeros((0, 3, 3)),
            confidence=seeking.confidence,
        )
        for pair in pairs
    }
    if len(pairs) > MOST_RANDOM_SLOPES:
        return found
    told = units >= 0
    return {
        pair: replace(
            own,
            slope_deviation=random_slope(
                sides[1][told, pair[1]], sides[0][told, pair[0]], units[told]
            ).slope_deviation,
        )
        for pair, own in found.items()
    }


def _cautions(n: int, effects: UnitEffects | None, confidence: float) -> tuple[Text, ...]:
    cautions = []
    if FEWEST_PAIRS <= n < FEW_ROWS:
        cautions.append(FEW_CUSTOMERS.format(n=n, needed=FEW_ROWS))
    if effects is not None and effects.is_reversed:
        cautions.append(SIMPSON)
    elif effects is not None and (effects.difference_p_value or 1.0) < 1 - confidence:
        cautions.append(BETWEEN_ONLY)
    return tuple(cautions)
