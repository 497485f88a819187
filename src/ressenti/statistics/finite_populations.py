"""Samples that are a large part of a closed list of clients: corrections and exact intervals.

They describe this list now. They say nothing of the next month: do not use them for changes.
"""

from __future__ import annotations

import math
from bisect import bisect_left

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import NO_ANSWERS, Interval, normal_quantile
from ressenti.statistics.proportions import require_successes


def correction_factor(n: float, population: float) -> float:
    """Return what the standard error is multiplied by, sqrt(1 - n / N): 0 for a census.

    Raises
    ------
    InvalidArgument
        When there are more answers than people.

    Examples
    --------
    >>> round(correction_factor(60, 100), 4)
    0.6325
    """
    if not 0 <= n <= population or population == 0:
        raise InvalidArgument(
            Text(
                en="{n} answers out of a population of {population} is impossible: correct the "
                "population.",
                fr="{n} réponses pour une population de {population}, c'est impossible : "
                "corrigez la population.",
            ).format(n=n, population=population)
        )
    return math.sqrt(1 - n / population)


def mean_standard_error(variance: float, n: int, population: float) -> float | None:
    """Return the standard error of a mean drawn without replacement; None below two answers.

    Parameters
    ----------
    variance
        Of the answers, dividing by n - 1.

    Examples
    --------
    >>> round(mean_standard_error(0.25, 60, 100), 4)
    0.0408
    """
    factor = correction_factor(n, population)
    return factor * math.sqrt(variance / n) if n >= 2 else None


def hypergeometric_interval(
    successes: int, n: int, population: int, *, confidence: float = 0.95
) -> Interval:
    """Return the exact interval of a proportion of a closed list, by inverting both tails.

    The limits are the smallest and the largest numbers of successes in the list, divided by its
    size, that leave at least half the risk on the side of what was observed.

    Parameters
    ----------
    successes, n
        Successes among the n answers, drawn without replacement.
    population
        Size of the list, at least n.

    References
    ----------
    Konijn, Statistical Theory of Sample Survey Design and Analysis (1973).

    Examples
    --------
    >>> hypergeometric_interval(3, 4, 5).bounds()
    (0.75, 0.6, 0.8)
    """
    normal_quantile(confidence)
    require_successes(successes, n)
    correction_factor(n, population)
    if n == 0:
        return Interval(None, None, None, confidence, "hypergeometric", NO_ANSWERS)
    from scipy.stats import hypergeom

    tail = (1 - confidence) / 2
    totals = range(successes, population - (n - successes) + 1)
    low = totals[
        bisect_left(
            totals,
            tail,
            key=lambda total: float(hypergeom.sf(successes - 1, population, total, n)),
        )
    ]
    above = bisect_left(
        totals, -tail, key=lambda total: -float(hypergeom.cdf(successes, population, total, n))
    )
    high = totals[above - 1]
    return Interval(
        successes / n, low / population, high / population, confidence, "hypergeometric"
    )
