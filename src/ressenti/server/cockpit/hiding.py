"""Hiding: which periods and which segments of a page must not be shown, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from ressenti.server.cockpit.cells import sizes
from ressenti.server.cockpit.filters import UNIT
from ressenti.server.cockpit.measured import smallest_group
from ressenti.server.cockpit.protection import (
    NOT_TOLD,
    entry_of_unit,
    hidden_units,
    hidden_values,
)
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.windows import Window
from ressenti.studies import questions
from ressenti.studies.scoring import Judging, hidden_rows
from ressenti.tallies.tally import TallyTable


def sizes_beside(scope: Scope, window: Window, tallies: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return how many answers each value of each filtered dimension has, all others free."""
    if not scope.filters.where:
        return []
    asked = scope.asked(tallies, window, within=scope.seen(), by=scope.filters.dimensions)
    return sizes(asked, scope.organisation.tally_sets)


def hidden_periods(
    scope: Scope,
    known: questions.Measure,
    table: TallyTable,
    window: Window,
    beside: Sequence[Sequence[Any]],
) -> dict[date, bool]:
    """Return the periods that must be hidden; True where only others are protected by it.

    A small period is, and one that would give a small one away as the rest of a quarter; so is a
    period in which what the filters let through would give away a small group beside it.
    """
    floor = smallest_group(scope.organisation, known)
    if floor is None:
        return {}
    days = [key[0] for key in table.keys]
    containers = [window.containers(day) or (day,) for day in days]
    rows = hidden_rows(
        known,
        Judging(minimum_group=floor),
        table,
        [kinds[0] for kinds in containers],
        others=[kinds[-1] for kinds in containers],
    )
    hidden = {days[row]: protects for row, protects in rows.items()}
    for day, own in groupby(sorted(beside, key=itemgetter(0)), key=itemgetter(0)):
        groups = [row[1:] for row in own]
        if day not in hidden and is_beside_a_small_group(scope, groups, floor=floor):
            hidden[day] = True
    return hidden


def hidden_segments(
    scope: Scope,
    dimension: str,
    groups: Sequence[Sequence[Any]],
    *,
    floor: int,
) -> frozenset[str]:
    """Return the values of a dimension that must be hidden beside each other.

    Parameters
    ----------
    groups : sequence of (value, …, n)
        One value for each filtered dimension and for this one, in alphabetical order of their
        names.
    """
    place = sorted({*scope.filters.dimensions, dimension}).index(dimension)
    found = frozenset(str(row[place]) for row in groups)
    return frozenset(
        value
        for value in found
        if is_beside_a_small_group(scope.narrowed(dimension, value), groups, floor=floor)
    )


def is_beside_a_small_group(scope: Scope, groups: Sequence[Sequence[Any]], *, floor: int) -> bool:
    """Tell whether showing what the filters let through gives a small group away, or is one.

    Parameters
    ----------
    groups : sequence of (value, …, n)
        One value for each filtered dimension.
    """
    for place, (name, wanted) in enumerate(scope.filters.where):
        others = [
            (other, scope.within[dimension])
            for other, dimension in enumerate(scope.filters.dimensions)
            if other != place
        ]
        family: dict[str, float] = {}
        for row in groups:
            if all(row[other] in values for other, values in others):
                family[row[place]] = family.get(row[place], 0) + row[-1]
        if _is_hidden(name, wanted, family, scope.lineages, floor):
            return True
    return False


def _is_hidden(
    name: str,
    wanted: str,
    family: Mapping[str, float],
    lineages: Mapping[str, tuple[str, ...]],
    floor: int,
) -> bool:
    if name != UNIT:
        return wanted in hidden_values(family, floor=floor)
    hidden = hidden_units(family, lineages, floor=floor)
    own = wanted if wanted in lineages else NOT_TOLD
    return own in hidden or entry_of_unit(own, lineages) in hidden
