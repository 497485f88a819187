"""Reliability: whether chances mean what they say (Murphy and Winkler, 1977)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

EDGES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Between the bins of chances."""


def reliability(chance: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> dict[str, object]:
    """Return, bin by bin, how many texts there are, the mean chance, and the share that was true.

    ``calibration_error`` is the mean distance between the two, weighted by texts (Naeini, Cooper
    and Hauskrecht, 2015); an empty bin has neither chance nor share.

    Examples
    --------
    >>> found = reliability(np.array([0.2, 0.2, 0.95]), np.array([False, True, True]))
    >>> found["calibration_error"]
    0.2167
    >>> found["bins"][1]
    {'n': 2, 'chance': 0.2, 'share': 0.5}
    """
    place = np.digitize(chance, EDGES)
    bins: list[dict[str, float | None]] = []
    distance = 0.0
    for one in range(len(EDGES) + 1):
        own = place == one
        count = int(own.sum())
        if not count:
            bins.append({"n": 0, "chance": None, "share": None})
            continue
        expected, observed = float(chance[own].mean()), float(truth[own].mean())
        distance += count * abs(expected - observed)
        bins.append({"n": count, "chance": round(expected, 4), "share": round(observed, 4)})
    return {"calibration_error": round(distance / max(1, len(chance)), 4), "bins": bins}
