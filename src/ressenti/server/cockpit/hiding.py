"""Hiding: what of a page must not be shown, by what is counted around and beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from ressenti.facts.periods import Grain
from ressenti.server.cockpit.cells import by_tally, sizes
from ressenti.server.cockpit.filters import UNIT
from ressenti.server.cockpit.measured import smallest_group
from ressenti.server.cockpit.protection import (
    NOT_TOLD,
    entry_of_unit,
    hidden_units,
    hidden_values,
)
from ressenti.server.cockpit.publication import (
    WITHIN_MONTHS,
    Calendar,
    Publication,
    publication_of,
)
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.windows import Window
from ressenti.studies import questions


def sizes_beside(
    scope: Scope, window: Window, tallies: tuple[str, ...], dimensions: Sequence[str]
) -> dict[str, list[Sequence[Any]]]:
    """Return how many answers each value of some dimensions has, whatever the filters.

    Whole years are counted: by month and, where periods are shorter, by day in the months that
    they touch.

    Returns
    -------
    mapping of tally to rows
        Of day, one value for each dimension in alphabetical order, n.
    """
    calendar = calendar_of(window)
    asked = partial(scope.asked, tallies, window, within=scope.seen(), by=tuple(dimensions))
    years, months = (calendar.stretch(grain) for grain in (Grain.YEAR, Grain.MONTH))
    sets = scope.organisation.tally_sets
    rows = sizes(asked(grain=Grain.MONTH, start=years[0], end=years[1]), sets)
    if calendar.grain in WITHIN_MONTHS:
        rows = [row for row in rows if not months[0] <= row[1] < months[1]]
        rows += sizes(asked(grain=Grain.DAY, start=months[0], end=months[1]), sets)
    return by_tally(rows)


def publication(
    scope: Scope,
    known: questions.Measure,
    window: Window,
    beside: Sequence[Sequence[Any]],
    dimensions: Sequence[str],
) -> Publication | None:
    """Return what may be shown of a measure; None where any number of answers is.

    Parameters
    ----------
    beside : sequence of rows
        From ``sizes_beside``, by the same dimensions.
    """
    floor = smallest_group(scope.organisation, known)
    if floor is None:
        return None
    return publication_of(
        beside, dimensions, calendar_of(window), lineages=scope.lineages, floor=floor
    )


def hidden_periods(published: Publication | None, scope: Scope, **more: str) -> Mapping[date, bool]:
    """Return the periods that must be hidden; True where only others are protected by it.

    Parameters
    ----------
    **more
        Values of dimensions beyond the filters.
    """
    return {} if published is None else published.hidden({**dict(scope.filters.where), **more})


def calendar_of(window: Window) -> Calendar:
    """Return the periods that a window reads."""
    return Calendar(grain=window.grain, days=window.read, week_starts_on=window.week_starts_on)


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
