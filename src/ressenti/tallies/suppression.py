"""Small groups: which tallies must be hidden so that nobody's answer can be told.

A group under the floor is hidden; so is the smallest group left beside it for as long as the total
minus the shown groups would reveal one group, or the answers of fewer people than the floor.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

FLOOR = 5


def hidden_groups(
    sizes: Sequence[float],
    families: Sequence[Hashable],
    *,
    others: Sequence[Hashable] | None = None,
    floor: int = FLOOR,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which groups are under the floor, and which are hidden to protect those.

    Parameters
    ----------
    sizes : sequence of float, length m
        Answers in each group; an empty group reveals nothing and is never hidden.
    families : sequence, length m
        Groups of one family add up to a total that may be shown, such as one month's shops.
    others : sequence, length m, or None
        A second way in which groups add up to totals that are shown, such as one shop's months.
    floor : int, default 5
        At least 5.

    Returns
    -------
    small, complements : boolean arrays, shape (m,)

    Examples
    --------
    >>> small, complements = hidden_groups([3, 40, 12], ["march"] * 3)
    >>> small.tolist(), complements.tolist()
    ([True, False, False], [False, False, True])
    """
    n = np.asarray(sizes, dtype=float)
    small = (n > 0) & (n < max(floor, FLOOR))
    hidden = small.copy()
    ways = [families] if others is None else [families, others]
    while any(_protected(n, hidden, way, max(floor, FLOOR)) for way in ways):
        pass
    return small, hidden & ~small


def _protected(
    n: NDArray[np.float64], hidden: NDArray[np.bool_], families: Sequence[Hashable], floor: int
) -> bool:
    """Hide the smallest shown group beside too few hidden ones; tell whether any was."""
    has_changed = False
    for family in dict.fromkeys(families):
        members = np.array([own == family for own in families]) & (n > 0)
        shown = np.flatnonzero(members & ~hidden)
        kept = members & hidden
        is_told = kept.sum() == 1 or 0 < n[kept].sum() < floor
        if is_told and len(shown):
            hidden[shown[np.argmin(n[shown])]] = True
            has_changed = True
    return has_changed
