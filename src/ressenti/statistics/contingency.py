"""Tests on tables of counts: whole profiles of answers, and answers of the same people twice."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ressenti.language import Text
from ressenti.statistics.significance import SignificanceTest

TOO_SMALL_A_TABLE = Text(
    en="a test needs at least two rows and two columns with answers.",
    fr="un test demande au moins deux lignes et deux colonnes avec des réponses.",
)
NOBODY_CHANGED = Text(
    en="nobody changed: there is nothing to test.",
    fr="personne n'a changé : il n'y a rien à tester.",
)


def independence_test(table: ArrayLike) -> SignificanceTest:
    """Return Pearson's chi-square test that the profile of answers is the same in every row.

    No continuity correction; rows and columns without answers are left out. The profile can move
    while the net score stays: test both.

    Parameters
    ----------
    table
        Shape (rows, columns): counts.

    Examples
    --------
    >>> found = independence_test([[10, 20], [20, 10]])
    >>> round(found.statistic, 4), found.degrees_of_freedom, round(found.p_value, 4)
    (6.6667, 1, 0.0098)
    """
    counts = np.asarray(table, dtype=np.float64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return SignificanceTest(None, None, None, TOO_SMALL_A_TABLE)
    from scipy.stats import chi2_contingency

    found = chi2_contingency(counts, correction=False)
    return SignificanceTest(float(found.statistic), int(found.dof), float(found.pvalue))


def mcnemar(gained: float, lost: float) -> SignificanceTest:
    """Return McNemar's test that as many people changed one way as the other, uncorrected.

    Parameters
    ----------
    gained, lost
        People who went from no to yes, and from yes to no.

    References
    ----------
    McNemar, Psychometrika 12 (1947) 153.

    Examples
    --------
    >>> found = mcnemar(25, 10)
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (6.4286, 0.0112)
    """
    changed = gained + lost
    if changed == 0:
        return SignificanceTest(None, None, None, NOBODY_CHANGED)
    statistic = (gained - lost) ** 2 / changed
    return SignificanceTest(statistic, 1, math.erfc(math.sqrt(statistic / 2)))
