"""Weighting: what unequal weights cost, said beside each score that has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.scores.estimates import Floats
from ressenti.scores.score import Flag
from ressenti.statistics.effective_sizes import EQUAL_WEIGHTS

RowFlags = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What the answers behind m scores are worth, and what a reader must know of it.

    Parameters
    ----------
    sizes : array, shape (m,)
        Effective numbers of answers; 0 where there can be no interval.
    parts : sequence of mappings, length m, or empty
    row_flags : sequence of tuples of str, length m, or empty
    """

    sizes: Floats
    parts: Sequence[Mapping[str, Any]] = ()
    row_flags: Sequence[tuple[str, ...]] = ()


def weighted_flags(n: Floats, kish: Floats) -> RowFlags:
    """Return the flags of each score: ``weighted`` where its weights differ; none at all if none.

    Parameters
    ----------
    n, kish : arrays, shape (m,)
        Answers, and Kish's effective number of them.

    Examples
    --------
    >>> import numpy as np
    >>> weighted_flags(np.array([4.0, 4.0]), np.array([4.0, 3.2]))
    ((), (<Flag.WEIGHTED: 'weighted'>,))
    """
    differ = kish < n * (1 - EQUAL_WEIGHTS)
    if not differ.any():
        return ()
    return tuple((Flag.WEIGHTED,) if one else () for one in differ)


def design_effects(n: Floats, n_effective: Floats, kish: Floats) -> tuple[dict[str, float], ...]:
    """Return the design effects of each score that has any; none at all when all are 1.

    ``deff`` is what the interval is computed with, n over the effective number of answers;
    ``kish_deff`` is the part of it that the weights alone explain.

    Examples
    --------
    >>> import numpy as np
    >>> design_effects(np.array([100.0]), np.array([50.0]), np.array([80.0]))
    ({'deff': 2.0, 'kish_deff': 1.25},)
    """
    smaller = (n_effective > 0) & (n_effective < n * (1 - EQUAL_WEIGHTS))
    if not smaller.any():
        return ()
    return tuple(
        {"deff": float(n[row] / n_effective[row]), "kish_deff": float(n[row] / kish[row])}
        if smaller[row]
        else {}
        for row in range(len(n))
    )


def merged_parts(*several: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return the parts of each score, put together; an empty sequence adds nothing.

    Examples
    --------
    >>> merged_parts(({"promoters": 3},), (), ({"deff": 1.2},))
    ({'promoters': 3, 'deff': 1.2},)
    """
    filled = [parts for parts in several if parts]
    if len(filled) < 2:
        return tuple(filled[0]) if filled else ()
    return tuple({k: v for one in row for k, v in one.items()} for row in zip(*filled, strict=True))


def merged_flags(*several: Sequence[tuple[str, ...]]) -> RowFlags:
    """Return the flags of each score, put together; an empty sequence adds nothing.

    Examples
    --------
    >>> merged_flags(((), ("weighted",)), (), (("few_clusters",), ()))
    (('few_clusters',), ('weighted',))
    """
    filled = [flags for flags in several if flags]
    return tuple(tuple(flag for own in row for flag in own) for row in zip(*filled, strict=True))
