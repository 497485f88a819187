"""Clusters: answers that have something in common tell less than as many strangers would."""

from __future__ import annotations

import numpy as np

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.score import Flag
from ressenti.scores.weighting import Worth
from ressenti.statistics.effective_sizes import clustered_effective_size
from ressenti.tallies.tally import Integers, TallyTable

FEW_CLUSTERS = 20


def clustered_worth(
    detail: TallyTable,
    contrast: Contrast,
    distribution: Distribution,
    row_of: Integers,
    *,
    confidence: float,
) -> Worth:
    """Return what answers are worth to contrasts, given the sums of their clusters.

    Clusters are folded score by score, so that memory holds the clusters of one score only. A
    score whose answers are all of one cluster has no interval.

    Parameters
    ----------
    detail : TallyTable
        The last part of its keys is the cluster.
    distribution : Distribution
        Of the folded table.
    row_of : integer array
        The row of the folded table that each detailed row belongs to; -1 for none.
    """
    w, w2 = contrast.matrices(detail)[1:]
    _, cluster_of = np.unique([str(key[-1]) for key in detail.keys], return_inverse=True)
    is_answered = w.sum(axis=1) > 0
    sizes = np.zeros(len(distribution.n))
    numbers = np.zeros(len(sizes), dtype=np.int64)
    for row in range(len(sizes)):
        own = np.flatnonzero((row_of == row) & is_answered)
        names, place = np.unique(cluster_of[own], return_inverse=True)
        numbers[row] = len(names)
        if len(names) < 2:
            continue
        sums = np.zeros((len(names), 1, w.shape[1]))
        np.add.at(sums[:, 0], place, w[own])
        squares = w2[own].sum(axis=0)[None]
        sizes[row] = clustered_effective_size(
            sums, squares, distribution.coefficients, confidence=confidence
        )[0]
    return Worth(
        sizes=sizes,
        parts=[{"clusters": int(number)} for number in numbers],
        row_flags=[_flags(int(number)) for number in numbers],
    )


def _flags(clusters: int) -> tuple[str, ...]:
    return (Flag.CLUSTERED, Flag.FEW_CLUSTERS) if clusters < FEW_CLUSTERS else (Flag.CLUSTERED,)


def require_several_clusters(detail: TallyTable) -> None:
    """Refuse answers that are all of one cluster: nothing tells how clusters differ.

    Raises
    ------
    UndefinedResult
        R206.
    """
    answers = detail.n.sum(axis=1)
    names = {str(key[-1]) for key, n in zip(detail.keys, answers, strict=True) if n}
    if len(names) == 1:
        raise UndefinedResult(
            Text(
                en="all answers are of one cluster, '{name}': nothing tells how clusters differ.",
                fr="toutes les réponses sont d'une seule grappe, « {name} » : rien ne dit comment "
                "les grappes diffèrent.",
            ).format(name=names.pop())
        )
