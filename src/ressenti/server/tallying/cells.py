"""Cells: what one answer adds to the tallies, and what many add together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

DAY, MONTH = "day", "month"

CellKey = tuple[UUID, str, str, str, date, int, tuple[str, ...], str]
"""Organisation, tally, dimensions, grain, period, series, place, level."""
FinestKey = tuple[UUID, str, int, str, date, tuple[tuple[str, str], ...]]
"""Organisation, tally, series, level, day, and each dimension with its value."""
Sums = tuple[int, Decimal, Decimal]
NOTHING: Sums = (0, Decimal(0), Decimal(0))


def added(one: Sums, two: Sums) -> Sums:
    """Return the answers, Σ weight and Σ weight² of both."""
    return one[0] + two[0], one[1] + two[1], one[2] + two[2]


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer as the tallies see it: which level of which tally, on which day, by what.

    Parameters
    ----------
    dimensions : mapping of dimension to value
        Everything the answer may be counted by; a dimension that is not there is empty.
    """

    organisation: UUID
    tally: str
    series: int
    level: str
    day: date
    weight: Decimal
    dimensions: Mapping[str, str]


@dataclass(slots=True)
class CellChanges:
    """What a batch adds to the cells, or takes away; the same cell is changed once.

    Examples
    --------
    >>> from uuid import UUID
    >>> day, one = date(2026, 11, 22), Decimal(1)
    >>> answer = Counted(UUID(int=1), "nps@0-10", 1, "9", day, one, {"unit": "lyon"})
    >>> changes = CellChanges({UUID(int=1): ((), ("unit",))})
    >>> changes.add(answer, sign=1)
    >>> changes.add(answer, sign=1)
    >>> sorted({(key[3], key[6], change[0]) for key, change in changes.cells()})
    [('day', (), 2), ('day', ('lyon',), 2), ('month', (), 2), ('month', ('lyon',), 2)]
    >>> changes.add(answer, sign=-1)
    >>> changes.add(answer, sign=-1)
    >>> list(changes.cells())
    []
    """

    tally_sets: Mapping[UUID, Sequence[tuple[str, ...]]]
    _finest: dict[FinestKey, Sums] = field(default_factory=dict)

    def add(self, answer: Counted, *, sign: int) -> None:
        """Add one answer, or take it away where ``sign`` is −1."""
        key = (
            answer.organisation,
            answer.tally,
            answer.series,
            answer.level,
            answer.day,
            tuple(sorted(answer.dimensions.items())),
        )
        weight = answer.weight
        change = (sign, sign * weight, sign * weight * weight)
        self._finest[key] = added(self._finest.get(key, NOTHING), change)

    def cells(self) -> Iterator[tuple[CellKey, Sums]]:
        """Give each cell that changes with the answers, Σ weight and Σ weight² it gains."""
        sums: dict[CellKey, Sums] = {}
        for (organisation, tally, series, level, day, pairs), change in self._finest.items():
            by = dict(pairs)
            for names in self.tally_sets[organisation]:
                place = tuple(by.get(name, "") for name in names)
                for grain, period in ((DAY, day), (MONTH, day.replace(day=1))):
                    key = (
                        organisation,
                        tally,
                        ",".join(names),
                        grain,
                        period,
                        series,
                        place,
                        level,
                    )
                    sums[key] = added(sums.get(key, NOTHING), change)
        return ((key, change) for key, change in sums.items() if any(change))

    def tallies(self) -> dict[UUID, set[str]]:
        """Return which tallies of which organisations were touched."""
        touched: dict[UUID, set[str]] = {}
        for organisation, tally, *_ in self._finest:
            touched.setdefault(organisation, set()).add(tally)
        return touched
