"""What a net score would become if answers moved: shares of its classes under proportional odds.

A net score is no mean of a quantity: its classes win and lose customers, and no share leaves 0 to
1. Each customer's chances are worked out under the fitted model where the customer stands and
where he or she would go, then averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ressenti.statistics.proportional_odds import ProportionalOdds

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """Some of the customers who answer one thing come to answer others.

    Parameters
    ----------
    leaving : array of bool, shape (n,)
        The customers of whom some leave.
    arriving : sequence of (array of float of shape (k,), array of bool of shape (n,))
        What each destination adds to the columns of the model, and who is there already: they
        are joined in their proportions.
    moved : float
        Share of all customers who leave, 0..1; 1 where everybody moves.
    """

    leaving: Booleans
    arriving: Sequence[tuple[Floats, Booleans]]
    moved: float


@dataclass(frozen=True, slots=True, eq=False)
class MovedScore:
    """The change of a score, with what each bucket of rows does to it.

    Attributes
    ----------
    change : float
        In the unit of the values.
    influences
        Shape (G,): what each bucket adds to the change, to first order; they add up to 0.
    """

    change: float
    influences: Floats

    def standard_error(self) -> float:
        """Return the error of the change, buckets being what is drawn."""
        groups = self.influences.size
        return float(np.sqrt(groups / (groups - 1) * (self.influences @ self.influences)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedShares:
    """A model of ordered classes with the rows that it was fitted on.

    Parameters
    ----------
    fit : ProportionalOdds
    values
        Shape (classes,): what each class is worth, increasing, as -100, 0 and 100.
    rows
        Shape (n, k).
    weights
        Shape (n,).
    buckets
        Shape (n,): the place of each row's bucket in the fit.
    """

    fit: ProportionalOdds
    values: Floats
    rows: Floats
    weights: Floats
    buckets: NDArray[np.intp]

    def scores(self, rows: Floats) -> Floats:
        """Return what is expected of each row, shape (n,).

        Examples
        --------
        >>> from ressenti.statistics.proportional_odds import proportional_odds
        >>> x, y = np.array([[0.0], [0], [0], [1], [1], [1]]), np.array([0.0, 1, 1, 1, 0, 0])
        >>> fit = proportional_odds(y, x)
        >>> shares = FittedShares(fit, np.array([0.0, 100.0]), x, np.ones(6), np.arange(6))
        >>> shares.scores(np.array([[0.0], [1.0]])).round(2).tolist()
        [66.67, 33.33]
        """
        below, _ = self._chances(rows)
        found: Floats = self.values[-1] - below @ np.diff(self.values)
        return found

    def change(self, move: Move) -> MovedScore:
        """Return how the average score changes when some customers move.

        References
        ----------
        Robins, Mathematical Modelling 7 (1986) 1393, for the average over customers.
        """
        mass = np.where(move.leaving, self.weights, 0.0)
        whole = float(mass.sum())
        now, gradient = self._at(np.zeros(self.rows.shape[1]), mass)
        there = [np.where(own, self.weights, 0.0) for _, own in move.arriving]
        places = np.array([own.sum() for own in there])
        shares = places / places.sum()
        gains, found = np.zeros(len(self.rows)), -gradient
        each = []
        for share, (added, _) in zip(shares, move.arriving, strict=True):
            reached, slope = self._at(added, mass)
            gains += share * (reached - now)
            found = found + share * slope
            each.append(float(mass @ reached) / whole)
        mean = float(mass @ gains) / whole
        # How the rows shape the average, then the proportions of destinations, then the model.
        row = mass * (gains - mean) / whole
        for worth, own in zip(each, there, strict=True):
            row += own * (worth - float(shares @ each)) / places.sum()
        influences: Floats = self.fit.scores @ self.fit.bread @ (found / whole)
        influences += self.by_bucket(row)
        return MovedScore(move.moved * mean, move.moved * influences)

    def by_bucket(self, row: Floats) -> Floats:
        """Return the sums of what rows bring, bucket by bucket, shape (G,)."""
        found: Floats = np.bincount(self.buckets, row, minlength=len(self.fit.scores)).astype(
            np.float64
        )
        return found

    def _at(self, added: Floats, mass: Floats) -> tuple[Floats, Floats]:
        """Return the scores of the rows with something added, and the gradient of their sum."""
        rows = self.rows + added
        below, steep = self._chances(rows)
        steps = np.diff(self.values)
        slopes = steep * steps
        gradient = np.concatenate([-(mass @ slopes), (mass * slopes.sum(axis=1)) @ rows])
        return self.values[-1] - below @ steps, gradient

    def _chances(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return the chances of lying in or under each class but the last, and their slopes."""
        from scipy.special import expit

        latent = rows @ self.fit.coefficients
        below: Floats = expit(self.fit.thresholds - latent[:, None])
        return below, below * (1 - below)
