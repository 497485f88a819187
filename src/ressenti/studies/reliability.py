"""Reliability: whether several items measure one thing, from their cross-products alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.moments import covariance_matrix
from ressenti.statistics.reliability import (
    CronbachAlpha,
    McDonaldOmega,
    cronbach_alpha,
    mcdonald_omega,
)
from ressenti.tallies.tally import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a scale.

    Parameters
    ----------
    mean, deviation : float or None
        As answered, over complete respondents.
    item_total : float or None
        Correlation with the sum of the other items; negative for an item worded the other way.
    alpha_if_dropped : float or None
    loading : float or None
        On the one factor of omega, standardised.
    """

    name: str
    is_reversed: bool
    mean: float | None
    deviation: float | None
    item_total: float | None
    alpha_if_dropped: float | None
    loading: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """What the items of a scale have in common.

    Parameters
    ----------
    n, n_incomplete : int
        Respondents who answered all items, and the others, who are left out.
    """

    items: tuple[Item, ...]
    alpha: CronbachAlpha
    omega: McDonaldOmega
    n: int
    n_incomplete: int

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What to check before trusting the figures, and why one is missing."""
        reasons = (self.alpha.alpha.reason, self.omega.reason)
        told = (*self.alpha.flags, *self.omega.flags, *(r for r in reasons if r is not None))
        return tuple(dict.fromkeys(told))


def reliability_of_moments(
    moments: Floats,
    names: Sequence[str],
    *,
    rows: int,
    reversed_items: frozenset[str] = frozenset(),
    confidence: float = CONFIDENCE,
) -> Reliability:
    """Return the reliability of a scale from the moment matrix of its items.

    Parameters
    ----------
    moments : array, shape (k + 1, k + 1)
    names : sequence of str, length k
    rows : int
        Respondents looked at, complete or not.
    reversed_items : set of str
        Items worded the other way round: their covariances change sign.
    """
    n = int(moments[0, 0])
    signs = np.array([-1.0 if name in reversed_items else 1.0 for name in names])
    population = covariance_matrix(moments) * np.outer(signs, signs)
    covariances = population * n / (n - 1) if n > 1 else np.full(population.shape, np.nan)
    alpha = cronbach_alpha(covariances, n, confidence=confidence)
    # Structural-equation software divides covariances by n.
    omega = mcdonald_omega(population)
    totals = _item_totals(covariances)
    deviations = np.sqrt(np.diagonal(covariances))
    items = tuple(
        Item(
            name=name,
            is_reversed=name in reversed_items,
            mean=float(moments[0, i + 1] / n) if n else None,
            deviation=_number(deviations[i]),
            item_total=totals[i],
            alpha_if_dropped=alpha.if_dropped[i] if alpha.if_dropped else None,
            loading=omega.loadings[i] / float(population[i, i]) ** 0.5 if omega.loadings else None,
        )
        for i, name in enumerate(names)
    )
    return Reliability(items=items, alpha=alpha, omega=omega, n=n, n_incomplete=rows - n)


def _item_totals(covariances: Floats) -> list[float | None]:
    """Return the correlation of each item with the sum of the others."""
    own = np.diagonal(covariances)
    shared = covariances.sum(axis=1) - own
    others = covariances.sum() - 2 * covariances.sum(axis=1) + own
    return [
        float(shared[i] / np.sqrt(own[i] * others[i])) if own[i] > 0 and others[i] > 0 else None
        for i in range(len(own))
    ]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
