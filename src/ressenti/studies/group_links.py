"""Group links: one point a unit, such as a shop or a team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.association import FEWEST_PAIRS, pearson_correlation
from ressenti.statistics.joint_correlations import ranked_association
from ressenti.studies.customer_links import SIMPSON, effects_of_pairs
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
from ressenti.studies.paired_counts import Pair
from ressenti.tallies.tally import Floats

Places = NDArray[np.intp]

FEW_GROUPS = Text(
    en="{n} units only: under {needed}, be wary of any link.",
    fr="{n} unités seulement : sous {needed}, méfiez-vous de tout lien.",
)
OF_UNITS = Text(
    en="a link of units says nothing of single customers.",
    fr="un lien entre unités ne dit rien d'un client pris à part.",
)


def group_links(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    *,
    units: Places,
    weights: Floats | None = None,
    seeking: Seeking = AS_USUAL,
    refusals: dict[Pair, Text] | None = None,
) -> LinkStudy:
    """Return the link of every outcome with every indicator, one point a unit such as a shop.

    The two need not be told by the same rows: the mood of a team and the marks of its customers.
    """
    effects = effects_of_pairs(
        outcomes, indicators, units, replace(seeking, correlation="pearson"), weights=weights
    )
    means = [
        np.stack([unit_means(one.numbers, units, weights=weights) for one in side])
        for side in (outcomes, indicators)
    ]
    links = []
    for pair in np.ndindex(len(outcomes), len(indicators)):
        outcome, indicator = outcomes[pair[0]], indicators[pair[1]]
        if refusals and pair in refusals:
            links.append(refused_link(outcome.key, indicator.key, Level.GROUP, refusals[pair]))
            continue
        sides = means[0][pair[0]], means[1][pair[1]]
        wants_ranks = seeking.correlation == "spearman"
        correlate = ranked_association if wants_ranks else pearson_correlation
        found = correlate(*sides, confidence=seeking.confidence)
        method = "spearman" if wants_ranks else "pearson"
        own = effects.get(pair)
        cautions = [OF_UNITS]
        if FEWEST_PAIRS <= found.n < FEW_ROWS:
            cautions.append(FEW_GROUPS.format(n=found.n, needed=FEW_ROWS))
        if own is not None and own.is_reversed:
            cautions.append(SIMPSON)
        links.append(
            Link(
                outcome=outcome.key,
                indicator=indicator.key,
                level=Level.GROUP,
                n=found.n,
                unit=indicator.unit,
                direction=indicator.direction,
                outcome_unit=outcome.unit,
                correlation=replace(found.correlation, method=method),
                units=own,
                p_value=found.p_value,
                reason=found.correlation.reason if found.correlation.estimate is None else None,
                cautions=tuple(cautions),
            )
        )
    return controlled_links(links, level=Level.GROUP, confidence=seeking.confidence)


def unit_means(numbers: Floats, units: Places, *, weights: Floats | None = None) -> Floats:
    """Return the mean of each unit, NaN where it has no value.

    Examples
    --------
    >>> unit_means(np.array([1.0, 3.0, np.nan]), np.array([0, 0, 1])).tolist()
    [2.0, nan]
    """
    known = np.isfinite(numbers) & (units >= 0)
    size = int(units.max(initial=-1)) + 1
    own = np.ones(numbers.size) if weights is None else weights
    counts = np.bincount(units[known], weights=own[known], minlength=size)
    sums = np.bincount(units[known], weights=(own * numbers)[known], minlength=size)
    means: Floats = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
    return means
