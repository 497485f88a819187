"""What an outcome would become if the answers on one driver were shared out otherwise.

G-computation under a model fitted on the low and on the high answers of every driver: some of the
customers at the bad end are moved to the other answers, in the proportions of those who are there
already, and the fitted outcome of everybody is averaged again.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
End = Literal["low", "high"]


def moved_answers_change(
    penalty: ArrayLike,
    reward: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    moved: float,
    bad_end: End,
) -> Floats:
    """Return the change of the mean outcome when some answers leave the bad end of a driver.

    Parameters
    ----------
    penalty, reward
        Any one shape: coefficients of the low and of the high answers against the middle ones.
    low, high
        Same shape: shares of the answers at each end, 0..1.
    moved
        Share of all answers that leave the bad end, 0..1.
    bad_end
        The end they leave.

    References
    ----------
    Robins, Mathematical Modelling 7 (1986) 1393.

    Examples
    --------
    Seven answers in a hundred stop being low; three quarters of the others are in the middle:

    >>> moved_answers_change(-20.0, 8.0, 0.2, 0.2, moved=0.07, bad_end="low").round(6).item()
    1.54
    """
    lows, highs = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    worst, best = np.asarray(penalty, dtype=np.float64), np.asarray(reward, dtype=np.float64)
    if bad_end == "high":
        lows, highs, worst, best = highs, lows, best, worst
    others = 1 - lows
    share = np.divide(highs, others, out=np.zeros_like(highs), where=others > 0)
    change: Floats = moved * (best * share - worst)
    return change
