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
from ressenti.statistics.cross_counts import sums_of_pairs
from ressenti.statistics.effective_sizes import kish_effective_size
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
from ressenti.studies.link_lifts import lifts_of_pairs
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
from ressenti.studies.paired_counts import Pair, PairedCounts, counted_pairs, summed_pair
from ressenti.tallies.tally import Floats

Places = NDArray[np.intp]

CORRELATIONS = ("auto", "pearson", "spearman", "biserial", "polychoric")
# A mixed model takes a tenth of a second: many pairs are screened without it.
MOST_RANDOM_SLOPES = 12

FEW_CUSTOMERS = Text(
    en="{n} customers only: under {needed}, be wary of any link.",
    fr="{n} clients seulement : sous {needed}, méfiez-vous de tout lien.",
)
NO_WEIGHTED_RANKS = Text(
    en="ranks of quantities take no weights: leave --correlation out, or weigh levels.",
    fr="les rangs de quantités n'admettent pas de poids : retirez --correlation, ou pondérez des "
    "niveaux.",
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
    weights: Floats | None = None,
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
    weights : array, shape (n,), or None
        Of the rows, above 0; links then count as many rows as these make them worth.
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
    tables = counted_pairs(outcomes, indicators, weights=weights)
    effects = effects_of_pairs(outcomes, indicators, units, seeking, weights=weights)
    lifts = lifts_of_pairs(
        outcomes, indicators, tables, weights=weights, confidence=seeking.confidence
    )
    links = []
    for pair in np.ndindex(len(outcomes), len(indicators)):
        i, j = pair
        outcome, indicator = outcomes[i], indicators[j]
        if refusals and pair in refusals:
            links.append(refused_link(outcome.key, indicator.key, Level.CUSTOMER, refusals[pair]))
            continue
        if weights is not None and _ranks_of_quantities(seeking, pair in tables):
            links.append(
                refused_link(outcome.key, indicator.key, Level.CUSTOMER, NO_WEIGHTED_RANKS)
            )
            continue
        found, n = _correlation(outcome, indicator, tables.get(pair), seeking, weights)
        lift = lifts.get(pair)
        own = effects.get(pair)
        links.append(
            Link(
                outcome=outcome.key,
                indicator=indicator.key,
                level=Level.CUSTOMER,
                n=n,
                n_effective=None if weights is None else _worth(outcome, indicator, weights),
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


def _ranks_of_quantities(seeking: Seeking, are_levels: bool) -> bool:
    return seeking.correlation in ("spearman", "polychoric") and not are_levels


def _worth(outcome: LinkedColumn, indicator: LinkedColumn, weights: Floats) -> float:
    """Return how many equal weights the rows that have both sides are worth."""
    own = weights[np.isfinite(_values(outcome)) & np.isfinite(_values(indicator))]
    return float(kish_effective_size(own.sum(), own @ own))


def _correlation(
    outcome: LinkedColumn,
    indicator: LinkedColumn,
    counted: PairedCounts | None,
    seeking: Seeking,
    weights: Floats | None,
) -> tuple[Association, int]:
    """Return a correlation, and how many rows it is of."""
    if counted is None:
        return _correlation_of_rows(outcome, indicator, seeking, weights)
    found = _correlation_of_levels(outcome, indicator, counted.scaled, seeking)
    return found, int(counted.counts.sum())


def _correlation_of_levels(
    outcome: LinkedColumn, indicator: LinkedColumn, table: Floats, seeking: Seeking
) -> Association:
    wanted, confidence = seeking.correlation, seeking.confidence
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
    outcome: LinkedColumn, indicator: LinkedColumn, seeking: Seeking, weights: Floats | None
) -> tuple[Association, int]:
    wanted, confidence = seeking.correlation, seeking.confidence
    sides = (_values(outcome), _values(indicator))
    if wanted in ("spearman", "polychoric"):
        ranked = ranked_association(*sides, confidence=confidence)
        return ranked, ranked.n
    summed = summed_pair(*(side - _centre(side) for side in sides), weights=weights)
    found = pearson_of_sums(summed.sums, confidence=confidence)
    if wanted != "auto" or not (outcome.is_binary or indicator.is_binary):
        return found, summed.n
    named = replace(found, correlation=replace(found.correlation, method="point_biserial"))
    return named, summed.n


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
    *,
    weights: Floats | None = None,
) -> dict[Pair, UnitEffects]:
    """Return what goes on inside units and between them, for every pair.

    Slopes of single units come from a mixed model, which takes no weights.
    """
    if units is None:
        return {}
    sides = [np.stack([one.numbers for one in side], axis=1) for side in (outcomes, indicators)]
    centred = [side - [_centre(column) for column in side.T] for side in sides]
    order = np.argsort(units, kind="stable")
    order = order[units[order] >= 0]
    ends = np.flatnonzero(np.diff(units[order])) + 1
    blocks = np.split(order, ends) if order.size else []
    sums = np.array(
        [
            sums_of_pairs(
                centred[0][rows],
                centred[1][rows],
                weights=None if weights is None else weights[rows],
            )
            for rows in blocks
        ]
    )
    pairs = list(np.ndindex(len(outcomes), len(indicators)))
    found = {
        pair: unit_effects(
            sums[:, pair[0], pair[1]] if blocks else np.zeros((0, 3, 3)),
            confidence=seeking.confidence,
        )
        for pair in pairs
    }
    if len(pairs) > MOST_RANDOM_SLOPES or weights is not None:
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
