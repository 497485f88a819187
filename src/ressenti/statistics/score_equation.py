"""The equation behind the score interval of a multinomial contrast, solved for many rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]

NEWTON_STEPS = 60
RELATIVE_STEP = 1e-12
SHARES_TOLERANCE = 1e-6


def merged_categories(shares: Floats, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return the shares and ascending values of the categories once equal coefficients are added.

    Raises
    ------
    InvalidArgument
        When fewer than two different finite coefficients remain.
    """
    values, positions = np.unique(coefficients, return_inverse=True)
    if len(values) < 2 or not np.isfinite(values).all():
        raise InvalidArgument(
            Text(
                en="the coefficients {values} need at least two different finite values.",
                fr="les coefficients {values} doivent compter au moins deux valeurs finies "
                "différentes.",
            ).format(values=coefficients.tolist())
        )
    membership = np.zeros((len(coefficients), len(values)))
    membership[np.arange(len(coefficients)), positions] = 1.0
    return shares @ membership, values


def require_distributions(rows: Floats) -> None:
    """Refuse rows that are not distributions.

    Raises
    ------
    InvalidArgument
        When a row has a negative share or does not add up to 1.
    """
    wrong = ~(np.abs(rows.sum(axis=1) - 1) < SHARES_TOLERANCE) | (rows < 0).any(axis=1)
    if wrong.any():
        raise InvalidArgument(
            Text(
                en="the shares {shares} are not a distribution: they must be at least 0 and add "
                "up to 1.",
                fr="les parts {shares} ne forment pas une répartition : elles doivent être "
                "positives ou nulles, et leur somme valoir 1.",
            ).format(shares=rows[wrong][0].tolist())
        )


def lower_distances(shares: Floats, values: Floats, penalties: Floats) -> Floats:
    """Return the distance from each estimate down to its lower score limit.

    Parameters
    ----------
    shares
        Shape (m, K): one distribution a row.
    values
        Shape (K,): the value of each category, strictly ascending.
    penalties
        Shape (m,): g = z^2 / n, above 0.

    Returns
    -------
    distances
        Shape (m,), in the unit of ``values``, at least 0.

    Notes
    -----
    Under the constraint ``sum p_k c_k = theta`` the likelihood is highest at
    ``x_k / (1 + u (c_k - theta))``, and there ``estimate - theta = u V(theta)``: at the limit the
    multiplier u times the distance is therefore g. Eliminating u leaves one unknown r >= 0,

    ``sum x_k (c_k - estimate)^2 / (r + c_k - lowest) = g (r + estimate - lowest)``,

    and the distance is ``g (r + estimate - lowest) / (1 + g)``. The left side falls and is convex,
    the right side rises, so Newton's steps from below never overshoot. Without a root the lowest
    category, which nobody chose, takes the free mass: r = 0.
    """
    estimates = shares @ values
    margins = estimates - values[0]
    offsets = values - values[0]
    weights = shares * (values - estimates[:, None]) ** 2
    rooted = (weights[:, 0] > 0) | (
        (weights[:, 1:] / offsets[1:]).sum(axis=1) > penalties * margins
    )
    roots = np.zeros_like(margins)
    roots[rooted] = _roots(weights[rooted], offsets, margins[rooted], penalties[rooted])
    distances: Floats = penalties * (roots + margins) / (1 + penalties)
    return distances


def _roots(weights: Floats, offsets: Floats, margins: Floats, penalties: Floats) -> Floats:
    roots = _points_below_roots(weights, offsets, margins, penalties)
    moving = np.arange(len(roots))
    for _ in range(NEWTON_STEPS):
        position = roots[moving]
        denominators = position[:, None] + offsets
        terms = weights[moving] / denominators
        excess = terms.sum(axis=1) - penalties[moving] * (position + margins[moving])
        step = excess / ((terms / denominators).sum(axis=1) + penalties[moving])
        roots[moving] = position + step
        moving = moving[np.abs(step) > RELATIVE_STEP * position]
        if not moving.size:
            break
    return roots


def _points_below_roots(
    weights: Floats, offsets: Floats, margins: Floats, penalties: Floats
) -> Floats:
    """Return the better of two bounds: all spread at its mean (Jensen), or the lowest category."""
    spread = weights.sum(axis=1)
    mean_offset = (weights @ offsets) / spread
    from_mean = _positive_root(mean_offset + margins, mean_offset * margins - spread / penalties)
    from_lowest = _positive_root(margins, -weights[:, 0] / penalties)
    # A start at 0 exactly would divide by the offset 0 of the lowest category.
    return np.maximum(np.maximum(from_mean, from_lowest), np.finfo(np.float64).tiny)


def _positive_root(linear: Floats, constant: Floats) -> Floats:
    # -2c / (b + d) rather than (d - b) / 2: no difference of nearly equal numbers.
    discriminant = np.sqrt(np.maximum(linear**2 - 4 * constant, 0.0))
    root: Floats = -2 * constant / (linear + discriminant)
    return root
