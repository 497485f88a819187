"""Allowances: how many streams one session, and one person, may keep open in a process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST_BY_SESSION = 12
MOST_BY_PERSON = 60


@dataclass(slots=True)
class Allowance:
    """Counts what is open by whom.

    Parameters
    ----------
    most : int or None
        None for as many as they like.

    Examples
    --------
    >>> allowance = Allowance(most=1)
    >>> with allowance.taken("ada") as first, allowance.taken("ada") as second:
    ...     first, second
    (True, False)
    """

    most: int | None
    open: Counter[Hashable] = field(default_factory=Counter)

    @contextmanager
    def taken(self, by: Hashable) -> Iterator[bool]:
        """Take one more place while the context lasts; give whether there was one."""
        if self.most is not None and self.open[by] >= self.most:
            yield False
            return
        self.open[by] += 1
        try:
            yield True
        finally:
            self.open[by] -= 1
            if not self.open[by]:
                del self.open[by]
