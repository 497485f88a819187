"""Driver shares: what a scenario does to an indicator made of shares, such as an NPS.

Its classes are read as ordered levels of a latent scale, by proportional odds on what the additive
model knows of each driver; a class more or less is then what moves, never a mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ressenti.statistics.importance_intervals import FEWEST_BUCKETS
from ressenti.statistics.moved_shares import FittedShares, Move, MovedScore
from ressenti.statistics.proportional_odds import proportional_odds
from ressenti.studies.driver_evidence import Evidence
from ressenti.studies.driver_findings import Moved
from ressenti.studies.driver_models import rows_looked_at
from ressenti.studies.driver_questions import DriverQuestion, rows_query
from ressenti.studies.driver_scales import DriverScale
from ressenti.tallies.tally import Floats

MOST_CLASSES = 3


@dataclass(frozen=True, slots=True, eq=False)
class ShareModel:
    """The classes of an indicator under proportional odds, and where its drivers stand.

    Parameters
    ----------
    places : tuple of tuples of int
        The columns of each driver in the model.
    points : array, shape (n,)
        What each row adds to the indicator.
    """

    shares: FittedShares
    places: tuple[tuple[int, ...], ...]
    points: Floats

    def change(self, place: int, side: Moved, *, now: float, then: float) -> MovedScore:
        """Return what the indicator does when a driver goes from a share or mean to another."""
        return self.shares.change(self._move(place, side, now, then))

    def outcome_influences(self) -> Floats:
        """Return what each bucket does to the indicator itself, shape (G,)."""
        weights = self.shares.weights
        centred = self.points - np.average(self.points, weights=weights)
        return self.shares.by_bucket(weights * centred / weights.sum())

    def _move(self, place: int, side: Moved, now: float, then: float) -> Move:
        columns = self.places[place]
        rows, n, k = self.shares.rows, len(self.shares.rows), self.shares.rows.shape[1]
        steps = np.eye(k)[list(columns)]
        everybody = np.ones(n, dtype=bool)
        if side == "mean":
            return Move(everybody, [((then - now) * steps[0], everybody)], 1.0)
        moved = now - then
        own = rows[:, list(columns)] > 0
        if side in ("no", "yes"):
            is_yes = own[:, 0]
            leaving, step = (~is_yes, steps[0]) if side == "no" else (is_yes, -steps[0])
            return Move(leaving, [(step, ~leaving)], moved)
        low, high = (own[:, 0], own[:, 1]) if side == "low" else (own[:, 1], own[:, 0])
        worst, best = (steps[0], steps[1]) if side == "low" else (steps[1], steps[0])
        middle = ~low & ~high
        ways = [(-worst, middle), (best - worst, high)]
        return Move(low, [(step, there) for step, there in ways if there.any()], moved)


def share_model(question: DriverQuestion, evidence: Evidence) -> ShareModel | None:
    """Return the model of an indicator of two or three classes; None for anything else.

    None too where proportional odds cannot be fitted, as when a driver separates the classes.
    """
    if question.answers is None or evidence.groups < FEWEST_BUCKETS:
        return None
    query = rows_query(replace(question, answers=None))
    values, weights, buckets = rows_looked_at(query, evidence.effects.n)
    points, drivers = values[:, 0], values[:, 1:]
    levels = np.unique(points)
    if not 2 <= levels.size <= MOST_CLASSES:
        return None
    columns, places = _columns(drivers, evidence.scales)
    named = np.unique(buckets, return_inverse=True)[1]
    fit = proportional_odds(points, columns, weights=weights, buckets=named)
    if fit.reason is not None or len(fit.scores) < FEWEST_BUCKETS:
        return None
    return ShareModel(FittedShares(fit, levels, columns, weights, named), places, points)


def _columns(
    drivers: Floats, scales: tuple[DriverScale, ...]
) -> tuple[Floats, tuple[tuple[int, ...], ...]]:
    """Return the columns by which an additive model knows the drivers, and whose they are."""
    columns: list[Floats] = []
    places: list[tuple[int, ...]] = []
    for values, scale in zip(drivers.T, scales, strict=True):
        own = _own_columns(values, scale)
        places.append(tuple(range(len(columns), len(columns) + len(own))))
        columns += own
    return np.column_stack(columns), tuple(places)


def _own_columns(values: Floats, scale: DriverScale) -> list[Floats]:
    if scale.form == "binary":
        return [(values >= scale.greatest).astype(np.float64)]
    if scale.low_to is None or scale.high_from is None:
        return [values]
    return [
        (values <= scale.low_to).astype(np.float64),
        (values >= scale.high_from).astype(np.float64),
    ]
