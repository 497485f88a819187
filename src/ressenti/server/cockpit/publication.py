"""Publication: which periods of which part of the answers may be shown, in a calendar that nests.

Four rules, decided for longer periods before shorter ones and for the latest before the others:

- a period with fewer answers than the floor is hidden;
- one that is shown leaves no answers of the period around it unshown, or at least the floor:
  every figure and every difference of figures is then made of whole remainders, none of which is
  small;
- weeks and days are shown in months that are;
- a part of the answers shows nothing, neither a period nor what is left of one, that would give a
  small group beside it away; and where the whole of them is shown, it is divided as the whole is.

What is decided depends on the answers of the calendar year alone, never on where a page begins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ressenti.facts.periods import Grain, Weekday, first_day_of, span_starting, spans_from
from ressenti.server.cockpit.filters import UNIT
from ressenti.server.cockpit.nested_periods import Stretch, periods_within, stretches_of
from ressenti.server.cockpit.protection import DIRECT, NOT_TOLD, hidden_units, hidden_values

Counts = NDArray[np.int64]
Part = tuple[str | None, ...]
"""A value of each dimension, None where all of them are meant; ``south/`` is what was answered of
south itself, ``south`` that and all below."""


WITHIN_MONTHS = frozenset({Grain.WEEK, Grain.DAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The periods of a page, in order, by their first days."""

    grain: Grain
    days: tuple[date, ...]
    week_starts_on: Weekday = Weekday.MONDAY

    def stretches(self, first_day: date) -> tuple[Stretch, ...]:
        """Return the nested periods that one of the page is the sum of."""
        return stretches_of(first_day, self.grain)

    def stretch(self, holder: Grain) -> Stretch:
        """Return the stretch of the longer periods in which those of the page lie."""
        first_days = self.first_days(holder)
        return first_days[0], span_starting(first_days[-1], holder)[1]

    def first_days(self, holder: Grain) -> tuple[date, ...]:
        """Return the first days of the longer periods in which those of the page lie."""
        first, last = self.days[0], self.stretches(self.days[-1])[-1][0]
        return spans_from(first_day_of(first, holder), last, holder)


@dataclass(slots=True)
class Publication:
    """What may be shown of one tally; make it with ``publication_of``.

    Parameters
    ----------
    dimensions : tuple of str
        In alphabetical order.
    days : list of date
        On which something was answered, in order.
    places : tuple of tuple of str
        The values of the dimensions that were met together.
    until : array, shape (days + 1, places)
        Answers before each day, by place.
    """

    calendar: Calendar
    dimensions: tuple[str, ...]
    lineages: Mapping[str, tuple[str, ...]]
    floor: int
    days: list[date]
    places: tuple[tuple[str, ...], ...]
    until: Counts
    shown: dict[Part, frozenset[Stretch]] = field(default_factory=dict)
    between: dict[Stretch, Counts] = field(default_factory=dict)
    columns: dict[tuple[int, str], NDArray[np.bool_]] = field(default_factory=dict)
    inside: dict[Part, Counts] = field(default_factory=dict)
    beside: dict[tuple[Part, int, bytes], frozenset[str]] = field(default_factory=dict)

    def hidden(self, where: Mapping[str, str]) -> dict[date, bool]:
        """Return the first days of the periods that must be hidden for a part of the answers.

        Returns
        -------
        mapping of date to bool
            True where there are enough answers and only others are protected by it.
        """
        part = self._part(where)
        shown, inside = self._shown(part), self._inside(part)
        found = {}
        for day in self.calendar.days:
            stretches = self.calendar.stretches(day)
            counts = {one: int(self._counts(one)[inside].sum()) for one in stretches}
            if any(n and one not in shown for one, n in counts.items()):
                found[day] = sum(counts.values()) >= self.floor
        return found

    def longest_shown(
        self, where: Mapping[str, str], start: date, end: date
    ) -> tuple[Stretch, ...]:
        """Return the longest periods of some days that may be shown for a part of the answers.

        None of them lies in another: what is counted in them all is a sum of figures that may be
        shown each by itself.
        """
        inside = [one for one in self._shown(self._part(where)) if start <= one[0] < one[1] <= end]
        longest: list[Stretch] = []
        for stretch in sorted(inside, key=lambda one: (one[0], -one[1].toordinal())):
            if not longest or stretch[0] >= longest[-1][1]:
                longest.append(stretch)
        return tuple(longest)

    def _shown(self, part: Part) -> frozenset[Stretch]:
        if part not in self.shown:
            wholes = [self._shown(whole) for whole in self._wholes(part) if whole != part]
            self.shown[part] = frozenset(self._decided(part, wholes))
        return self.shown[part]

    def _decided(self, part: Part, wholes: Sequence[frozenset[Stretch]]) -> Iterator[Stretch]:
        grain = self.calendar.grain
        longer = Grain.MONTH if grain in WITHIN_MONTHS else grain
        shown = {
            stretch
            for year in self.calendar.first_days(Grain.YEAR)
            for stretch in self._shown_within(year, Grain.YEAR, longer, part, wholes)
        }
        yield from shown
        if grain in WITHIN_MONTHS:
            for month in self.calendar.first_days(Grain.MONTH):
                if span_starting(month, Grain.MONTH) in shown:
                    yield from self._shown_within(month, Grain.MONTH, grain, part, wholes)

    def _shown_within(
        self,
        first_day: date,
        holder: Grain,
        grain: Grain,
        part: Part,
        wholes: Sequence[frozenset[Stretch]],
    ) -> Iterable[Stretch]:
        """Return what may be shown of a period and of those within it."""
        held = periods_within(first_day, holder, grain, self.calendar.week_starts_on)
        left: dict[Stretch, Counts] = {}
        for stretch in held:
            counts = self._counts(stretch)
            if not self._fits(part, counts) or any(
                stretch not in whole and _longer_one(stretch, held, whole) for whole in wholes
            ):
                continue
            longer = _longer_one(stretch, held, left)
            if longer is not None:
                rest = left[longer] - counts
                if rest[self._inside(part)].any() and not self._fits(part, rest):
                    continue
                left[longer] = rest
            left[stretch] = counts
        return left

    def _fits(self, part: Part, counts: Counts) -> bool:
        """Tell whether a part has enough answers and gives no small group beside it away."""
        if counts[self._inside(part)].sum() < self.floor:
            return False
        return all(
            value is None or value not in self._hidden_beside(part, place, counts)
            for place, value in enumerate(part)
        )

    def _hidden_beside(self, part: Part, place: int, counts: Counts) -> frozenset[str]:
        """Return the values of one dimension that must be hidden, the others as they are."""
        whole = _without(part, place)
        columns = self._inside(whole)
        family = counts[columns]
        key = whole, place, family.tobytes()
        if key not in self.beside:
            groups: dict[str, float] = {}
            for column, n in zip(columns.tolist(), family.tolist(), strict=True):
                value = self.places[column][place]
                groups[value] = groups.get(value, 0) + n
            self.beside[key] = self._hidden_of(self.dimensions[place], groups)
        return self.beside[key]

    def _hidden_of(self, dimension: str, groups: Mapping[str, float]) -> frozenset[str]:
        if not any(0 < n < self.floor for n in groups.values()):
            return frozenset()
        if dimension == UNIT:
            return hidden_units(groups, self.lineages, floor=self.floor)
        return hidden_values(groups, floor=self.floor)

    def _counts(self, stretch: Stretch) -> Counts:
        if stretch not in self.between:
            start, end = (bisect_left(self.days, day) for day in stretch)
            self.between[stretch] = self.until[end] - self.until[start]
        return self.between[stretch]

    def _part(self, where: Mapping[str, str]) -> Part:
        told: list[str | None] = [where.get(name) for name in self.dimensions]
        if UNIT in where:
            place = self.dimensions.index(UNIT)
            key = where[UNIT].removesuffix(DIRECT)
            told[place] = where[UNIT] if key in self.lineages else NOT_TOLD
        return tuple(told)

    def _wholes(self, part: Part) -> Iterator[Part]:
        """Yield a part and all that hold it."""
        return product(*map(self._values_above, self.dimensions, part))

    def _values_above(self, dimension: str, value: str | None) -> tuple[str | None, ...]:
        if value is None:
            return (None,)
        if dimension != UNIT:
            return value, None
        above = self.lineages.get(value.removesuffix(DIRECT), ())
        own = (value,) if value.endswith(DIRECT) or not above else ()
        return (*own, *reversed(above), None)

    def _inside(self, part: Part) -> Counts:
        """Return the columns that a part is made of."""
        if part not in self.inside:
            is_inside = np.ones(len(self.places), dtype=np.bool_)
            for place, wanted in enumerate(part):
                if wanted is not None:
                    is_inside &= self._is_of(place, wanted)
            self.inside[part] = np.flatnonzero(is_inside)
        return self.inside[part]

    def _is_of(self, place: int, wanted: str) -> NDArray[np.bool_]:
        """Return which columns are of one value."""
        if (place, wanted) not in self.columns:
            dimension = self.dimensions[place]
            self.columns[place, wanted] = np.array(
                [self._holds(dimension, wanted, own[place]) for own in self.places], np.bool_
            )
        return self.columns[place, wanted]

    def _holds(self, dimension: str, wanted: str, value: str) -> bool:
        if dimension != UNIT:
            return value == wanted
        if wanted == NOT_TOLD:
            return value not in self.lineages
        if wanted.endswith(DIRECT):
            return value == wanted.removesuffix(DIRECT)
        return wanted in self.lineages.get(value, ())


def publication_of(
    rows: Iterable[Sequence[Any]],
    dimensions: Sequence[str],
    calendar: Calendar,
    *,
    lineages: Mapping[str, tuple[str, ...]],
    floor: int,
) -> Publication:
    """Return what may be shown of the answers that were counted.

    Parameters
    ----------
    rows : iterable of (day, value, …, n)
        One value for each dimension; of every year in which a period of the calendar lies. Days
        matter in the months of weeks and days only: elsewhere a month's first stands for it.
    lineages : mapping of unit to units
        From the highest one seen down to itself.
    """
    counted = [(row[0], tuple(row[1:-1]), int(row[-1])) for row in rows]
    days = sorted({day for day, _, _ in counted})
    places = sorted({place for _, place, _ in counted})
    row_of = {day: row for row, day in enumerate(days, start=1)}
    column_of = {place: column for column, place in enumerate(places)}
    until = np.zeros((len(days) + 1, len(places)), dtype=np.int64)
    for day, place, n in counted:
        until[row_of[day], column_of[place]] += n
    return Publication(
        calendar=calendar,
        dimensions=tuple(dimensions),
        lineages=lineages,
        floor=floor,
        days=days,
        places=tuple(places),
        until=until.cumsum(axis=0),
    )


def _longer_one(
    stretch: Stretch, held: Mapping[Stretch, Stretch | None], among: Container[Stretch]
) -> Stretch | None:
    """Return the shortest of some periods that holds a stretch; None when none does."""
    longer = held[stretch]
    while longer is not None and longer not in among:
        longer = held[longer]
    return longer


def _without(part: Part, place: int) -> Part:
    return (*part[:place], None, *part[place + 1 :])
