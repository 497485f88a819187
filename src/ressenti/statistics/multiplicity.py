"""Many figures at once: p-values and intervals that account for how many were looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.language import Text

# The names of R's p.adjust, which people know, and those of statsmodels.
METHODS = {
    "bh": "fdr_bh",
    "fdr": "fdr_bh",
    "by": "fdr_by",
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bonferroni": "bonferroni",
}


def adjusted_p_values(
    p_values: Sequence[float | None], *, method: str = "BH"
) -> list[float | None]:
    """Return the p-values of one family of tests, adjusted for their number.

    Parameters
    ----------
    p_values
        0..1; None (or NaN) where a test was undefined: it stays so and does not count.
    method
        ``BH`` (Benjamini and Hochberg, also called ``fdr``) by default; ``BY``, ``holm``,
        ``hochberg``, ``hommel``, ``bonferroni`` or ``none``, whatever the case.

    Raises
    ------
    UnknownName
        When no method is called that.
    InvalidArgument
        When a p-value is outside 0..1.

    References
    ----------
    Benjamini and Hochberg, JRSS B 57 (1995) 289.

    Examples
    --------
    >>> adjusted_p_values([0.01, None, 0.04], method="BH")
    [0.02, None, 0.04]
    """
    name = method.casefold()
    if name not in METHODS and name != "none":
        known = ("BH", "BY", "holm", "hochberg", "hommel", "bonferroni", "none")
        raise unknown_name(Text(en="adjustment", fr="ajustement"), method, known)
    adjusted = np.array([math.nan if p is None else p for p in p_values], dtype=np.float64)
    known_ones = ~np.isnan(adjusted)
    _require_probabilities(adjusted[known_ones])
    if name in ("bh", "fdr"):
        adjusted[known_ones] = _benjamini_hochberg(adjusted[known_ones])
    elif name != "none" and known_ones.any():
        from statsmodels.stats.multitest import multipletests

        adjusted[known_ones] = multipletests(adjusted[known_ones], method=METHODS[name])[1]
    return [None if math.isnan(p) else p for p in adjusted.tolist()]


def _benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Return what ``false_discovery_control`` of scipy returns.

    Every scorecard is adjusted so: importing scipy for it would cost a server a second at its
    first page, and half of its memory.
    """
    order = np.argsort(p_values)[::-1]
    ranks = np.arange(len(p_values), 0, -1)
    stepped = np.minimum.accumulate(p_values[order] * len(p_values) / ranks)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _require_probabilities(p_values: np.ndarray) -> None:
    wrong = (p_values < 0) | (p_values > 1)
    if wrong.any():
        raise InvalidArgument(
            Text(
                en="{value} is no p-value: it must lie between 0 and 1.",
                fr="{value} n'est pas une valeur p : elle doit être comprise entre 0 et 1.",
            ).format(value=float(p_values[wrong][0]))
        )


def selected_confidence(selected: int, tests: int, *, rate: float = 0.05) -> float | None:
    """Return the confidence at which to show the intervals of the figures that were selected.

    At this level, intervals shown because they stood out miss the truth in a share ``rate`` of
    cases. None when nothing was selected: no interval is shown.

    Parameters
    ----------
    selected, tests
        Figures selected, and figures looked at; ``selected <= tests``.
    rate
        False coverage rate accepted, 0..1.

    References
    ----------
    Benjamini and Yekutieli, JASA 100 (2005) 71.

    Examples
    --------
    >>> selected_confidence(4, 50)
    0.996
    """
    if not 0 <= selected <= tests or not 0 < rate < 1:
        raise InvalidArgument(
            Text(
                en="{selected} figures selected out of {tests} at a rate of {rate} is impossible.",
                fr="{selected} résultats retenus sur {tests} au taux de {rate}, c'est impossible.",
            ).format(selected=selected, tests=tests, rate=rate)
        )
    return 1 - selected * rate / tests if selected else None
