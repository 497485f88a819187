"""Driver models: an ordered or a yes-or-no outcome read as a latent scale cut at thresholds.

Such a model looks at rows, not at sums. Beyond fifty thousand of them it looks at some of whole
buckets of clusters, the same at each call, and says how many rows it saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.statistics.importance_intervals import FEWEST_BUCKETS
from ressenti.statistics.proportional_odds import (
    ProportionalOdds,
    latent_correlations,
    proportional_odds,
    replicated_latent_correlations,
)
from ressenti.studies.driver_evidence import Evidence
from ressenti.studies.driver_findings import Assessing
from ressenti.studies.driver_questions import DriverQuestion, rows_query
from ressenti.tallies.bucketed_moments import BUCKETS, BucketedQuery, sampled_rows
from ressenti.tallies.tally import Floats

MOST_ROWS = 50_000
# What keeps intervals from resting on a handful of buckets.
ENOUGH_BUCKETS = 40
# An outcome with more levels is a quantity: nothing is gained by cutting it.
MOST_LEVELS = 21

NOT_TWO = Text(
    en="the outcome has {n} values: a logistic model needs two, such as 0 and 1. Use --model "
    "ordinal for marks.",
    fr="le résultat a {n} valeurs : un modèle logistique en demande deux, comme 0 et 1. Utilisez "
    "--model ordinal pour des notes.",
)
TOO_MANY = Text(
    en="the outcome has {n} values, {most} at most for an ordinal model: use --model linear.",
    fr="le résultat a {n} valeurs, {most} au plus pour un modèle ordinal : utilisez --model "
    "linear.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Latent:
    """What goes with the latent outcome, the outcome first.

    Parameters
    ----------
    correlations : array, shape (k + 1, k + 1)
    replicates : array, shape (replicates, k + 1, k + 1), or None
    n : int
        Rows looked at.
    """

    correlations: Floats
    replicates: Floats | None
    n: int


def latent_of(question: DriverQuestion, evidence: Evidence, assessing: Assessing) -> Latent:
    """Return the correlations of drivers with the latent scale behind an outcome.

    Raises
    ------
    UndefinedResult
        R206, when the outcome has too many values, or a driver separates them.
    """
    values, weights, buckets = rows_looked_at(rows_query(question), evidence.effects.n)
    levels = np.unique(values[:, 0]).size
    if question.model == "logistic" and levels != 2:
        raise UndefinedResult(NOT_TWO.format(n=levels))
    if levels > MOST_LEVELS:
        raise UndefinedResult(TOO_MANY.format(n=levels, most=MOST_LEVELS))
    fit = proportional_odds(values[:, 0], values[:, 1:], weights=weights, buckets=buckets)
    if fit.reason is not None:
        raise UndefinedResult(fit.reason)
    return Latent(latent_correlations(fit), _replicates(fit, assessing), fit.n)


def rows_looked_at(query: BucketedQuery, n: int) -> tuple[Floats, Floats, list[str]]:
    """Return the rows that a model looks at, of n: values, weights and buckets.

    There are buckets enough for intervals, then as few rows of each as keep the fit quick.
    """
    share = max(MOST_ROWS / max(n, 1), ENOUGH_BUCKETS / BUCKETS)
    values, weights, buckets = sampled_rows(query, share)
    step = ceil(len(values) / MOST_ROWS)
    if step <= 1:
        return values, weights, buckets
    # Engines give rows in any order; in this one, every so many of them are the same at each call.
    order = np.lexsort((weights, *values.T, np.array(buckets)))[::step]
    return values[order], weights[order], [buckets[place] for place in order]


def _replicates(fit: ProportionalOdds, assessing: Assessing) -> Floats | None:
    if len(fit.moments) < FEWEST_BUCKETS:
        return None
    return replicated_latent_correlations(fit, replicates=assessing.replicates, seed=assessing.seed)
