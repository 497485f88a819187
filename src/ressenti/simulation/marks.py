"""From a latent satisfaction to marks: the thresholds of each scale, and the NPS they imply.

A person's latent satisfaction is a level plus noise of variance 1. The noise has three parts: the
person's taste, the occasion, and the question. A mark is the number of thresholds passed, so that
the probability of every mark at a level is known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ressenti.facts import scales
from ressenti.simulation.people import TASTE_VARIANCE
from ressenti.simulation.rows import Floats

OCCASION_VARIANCE: Final = 0.4
QUESTION_VARIANCE: Final = 1.0 - TASTE_VARIANCE - OCCASION_VARIANCE


@dataclass(frozen=True, slots=True)
class Marking:
    """How people mark on a scale: the share of each level when the latent level is 0."""

    scale: scales.Scale
    shares: tuple[float, ...]

    def thresholds(self) -> Floats:
        """Return the latent values between one level and the next."""
        from scipy.special import ndtri

        cumulative = np.cumsum(self.shares)[:-1] / sum(self.shares)
        return np.asarray(ndtri(cumulative), dtype=np.float64)

    def marks(self, latent: Floats) -> Floats:
        """Return the mark of each latent satisfaction."""
        passed = np.searchsorted(self.thresholds(), latent, side="right")
        return np.asarray(self.scale.minimum + passed, dtype=np.float64)


RECOMMENDATION: Final = Marking(
    scales.ZERO_TO_TEN, (0.015, 0.008, 0.01, 0.015, 0.022, 0.06, 0.08, 0.12, 0.19, 0.2, 0.28)
)
SATISFACTION: Final = Marking(scales.ONE_TO_FIVE, (0.05, 0.07, 0.14, 0.40, 0.34))
EASE: Final = Marking(scales.ONE_TO_SEVEN, (0.03, 0.05, 0.07, 0.12, 0.2, 0.3, 0.23))

_LOWEST_PASSIVE = 7
_LOWEST_PROMOTER = 9


def expected_nps(level: Floats, *, taste: Floats | None = None) -> Floats:
    """Return the NPS, in points, of a crowd of people who all have this latent level.

    Parameters
    ----------
    level : array
        Latent satisfaction to expect, before taste.
    taste : array or None
        The taste that all of the crowd share; None for a crowd of every taste.

    Examples
    --------
    >>> expected_nps(np.array([0.0])).round(6).tolist()
    [27.0]
    >>> expected_nps(np.array([0.0]), taste=np.array([0.5])).round(1).tolist()
    [63.3]
    """
    from scipy.special import ndtr

    spread = 1.0 if taste is None else (OCCASION_VARIANCE + QUESTION_VARIANCE) ** 0.5
    felt = level if taste is None else level + taste
    thresholds = RECOMMENDATION.thresholds()
    promoters = ndtr((felt - thresholds[_LOWEST_PROMOTER - 1]) / spread)
    detractors = ndtr((thresholds[_LOWEST_PASSIVE - 1] - felt) / spread)
    return np.asarray(100.0 * (promoters - detractors), dtype=np.float64)
