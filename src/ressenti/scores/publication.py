"""Publication: which percentages are too imprecise to be more than indicative."""

from __future__ import annotations

import numpy as np

from ressenti.scores.estimates import Floats
from ressenti.scores.score import SMALL_BASE, Flag
from ressenti.scores.weighting import RowFlags
from ressenti.statistics.publication import proportion_presentation

# From so many answers on, the exact interval of any share is narrower than the rule asks, unless
# the share itself is small.
SURE_SIZE = 400
SMALL_SHARE = 0.05


def indicative_flags(shares: Floats, n: Floats, n_effective: Floats) -> RowFlags:
    """Return the flags of shares that the presentation rule would not publish; none if all pass.

    Parameters
    ----------
    shares : array, shape (m,), 0 to 1 or NaN
    n, n_effective : arrays, shape (m,)
        Under 30 answers the small base is told elsewhere.

    References
    ----------
    Parker et al., Vital and Health Statistics 2(175), 2017.

    Examples
    --------
    >>> import numpy as np
    >>> indicative_flags(np.array([0.75, 0.5]), np.array([60.0, 32.0]), np.array([60.0, 32.0]))
    ((), (<Flag.INDICATIVE: 'indicative'>,))
    """
    sure = (n_effective >= SURE_SIZE) & (shares >= SMALL_SHARE)
    doubtful = np.isfinite(shares) & (n >= SMALL_BASE) & (n_effective >= SMALL_BASE) & ~sure
    flags: list[tuple[str, ...]] = [()] * len(shares)
    for row in np.flatnonzero(doubtful):
        size = float(n[row])
        found = proportion_presentation(
            float(shares[row]) * size, size, n_effective=float(n_effective[row])
        )
        flags[row] = () if found.published else (Flag.INDICATIVE,)
    return tuple(flags) if any(flags) else ()
