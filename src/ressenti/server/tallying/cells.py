"""Cells: what one answer adds to the tallies, and what many add together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

DAY, MONTH = "day", "month"

CellKey = tuple[str, str, str, date, int, tuple[str, ...], str]
"""Tally, dimensions, grain, period, series, place, level."""
FinestKey = tuple[str, int, str, date, tuple[tuple[str, str], ...]]
"""Tally, series, level, day, and each dimension with its value."""
Sums = tuple[int, Decimal, Decimal, Decimal | None, Decimal | None]
"""Answers, Σ weight, Σ weight², and of a quantity Σ weight·value and Σ weight·value²."""
NOTHING: Sums = (0, Decimal(0), Decimal(0), None, None)


def added(one: Sums, two: Sums) -> Sums:
    """Return the sums of both."""
    return (
        one[0] + two[0],
        one[1] + two[1],
        one[2] + two[2],
        _added(one[3], two[3]),
        _added(one[4], two[4]),
    )


def _added(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    if one is None or two is None:
        return two if one is None else one
    return one + two


@dataclass(frozen=True, slots=True)
class Counted:
    """An answer as the tallies see it: which level of which tally, on which day, by what.

    Parameters
    ----------
    dimensions : tuple of pairs of dimension and value, in a fixed order
        Everything the answer may be counted by; a dimension that is not there is empty.
    value : Decimal or None
        Exact, where the level is only near it; None where the level says all.
    """

    organisation: UUID
    tally: str
    series: int
    level: str
    day: date
    weight: Decimal
    dimensions: tuple[tuple[str, str], ...]
    value: Decimal | None = None


@dataclass(slots=True)
class CellChanges:
    """What a batch adds to the cells, or takes away; the same cell is changed once.

    Examples
    --------
    >>> from uuid import UUID
    >>> shop, day, one = UUID(int=1), date(2026, 11, 22), Decimal(1)
    >>> answer = Counted(shop, "nps@0-10", 1, "9", day, one, (("unit", "lyon"),))
    >>> changes = CellChanges({shop: ((), ("unit",))})
    >>> changes.add(answer, sign=1)
    >>> changes.add(answer, sign=1)
    >>> sorted({(key[2], key[5], change[0]) for _, key, change in changes.cells()})
    [('day', (), 2), ('day', ('lyon',), 2), ('month', (), 2), ('month', ('lyon',), 2)]
    >>> changes.add(answer, sign=-1)
    >>> changes.add(answer, sign=-1)
    >>> list(changes.cells())
    []
    """

    tally_sets: Mapping[UUID, Sequence[tuple[str, ...]]]
    _finest: dict[UUID, dict[FinestKey, Sums]] = field(default_factory=dict)

    def add(self, answer: Counted, *, sign: int) -> None:
        """Add one answer, or take it away where ``sign`` is −1."""
        own = self._finest.setdefault(answer.organisation, {})
        key = (answer.tally, answer.series, answer.level, answer.day, answer.dimensions)
        weight, value = answer.weight, answer.value
        signed = sign * weight
        wx = None if value is None else signed * value
        wx2 = None if value is None else signed * value * value
        own[key] = added(own.get(key, NOTHING), (sign, signed, signed * weight, wx, wx2))

    def cells(self) -> Iterator[tuple[UUID, CellKey, Sums]]:
        """Give each cell that changes with the sums that it gains."""
        for organisation, finest in self._finest.items():
            sums: dict[CellKey, Sums] = {}
            places = Places(self.tally_sets[organisation])
            for (tally, series, level, day, pairs), change in finest.items():
                periods = ((DAY, day), (MONTH, day.replace(day=1)))
                for dimensions, place in places.of(pairs):
                    for grain, period in periods:
                        key = (tally, dimensions, grain, period, series, place, level)
                        sums[key] = added(sums.get(key, NOTHING), change)
            for key, change in sums.items():
                if any(change):
                    yield organisation, key, change

    def tallies(self) -> dict[UUID, set[str]]:
        """Return which tallies of which organisations were touched."""
        return {
            organisation: {tally for tally, *_ in finest}
            for organisation, finest in self._finest.items()
        }


@dataclass(slots=True)
class Places:
    """Where the same dimensions stand in each set of an organisation, worked out once."""

    tally_sets: Sequence[tuple[str, ...]]
    _known: dict[tuple[tuple[str, str], ...], list[tuple[str, tuple[str, ...]]]] = field(
        default_factory=dict
    )

    def of(self, pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, tuple[str, ...]]]:
        """Return the name of each set with the place of these dimensions in it."""
        if pairs not in self._known:
            by = dict(pairs)
            self._known[pairs] = [
                (",".join(names), tuple(by.get(name, "") for name in names))
                for names in self.tally_sets
            ]
        return self._known[pairs]
