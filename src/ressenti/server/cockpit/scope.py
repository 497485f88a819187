"""Scope: whose answers a page is about: an organisation, what of it is seen, and the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from ressenti.server.accounts.access import Viewer
from ressenti.server.cockpit.cells import Asked
from ressenti.server.cockpit.filters import UNIT, Filters
from ressenti.server.cockpit.windows import Window, window_of
from ressenti.server.models import Organisation, Unit

NOBODY = "\N{EMPTY SET}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at.

    Parameters
    ----------
    limit : Unit or None
        The unit that the viewer may not look beyond; everything when None.
    lineages : mapping of unit key to keys
        Of every unit seen, from the highest one seen down to itself.
    within : mapping of dimension to values
        What is counted, the limit included.
    """

    organisation: Organisation
    limit: Unit | None
    filters: Filters
    lineages: Mapping[str, tuple[str, ...]]
    within: Mapping[str, frozenset[str]]

    @property
    def identity(self) -> tuple[UUID, UUID | None, Filters]:
        """What two people share who look at the same figures."""
        return self.organisation.pk, self.limit.pk if self.limit else None, self.filters

    def window(self, now: datetime | None = None) -> Window:
        """Return the periods looked at, as they stand at an instant."""
        zone = ZoneInfo(self.organisation.time_zone)
        return window_of(
            self.filters,
            today=(now or timezone.now()).astimezone(zone).date(),
            week_starts_on=self.organisation.week_starts_on,
        )

    def seen(self) -> dict[str, frozenset[str]]:
        """Return what may be counted at all, whatever the filters."""
        if self.limit is None:
            return {}
        return {UNIT: frozenset(self.lineages)}

    def narrowed(self, dimension: str, value: str) -> Scope:
        """Return the scope with one more filter; a unit stands for itself and all below."""
        below = frozenset(key for key, line in self.lineages.items() if value in line)
        own = below | {value} if dimension == UNIT else frozenset({value})
        return replace(
            self,
            filters=self.filters.narrowed(dimension, value),
            within={**self.within, dimension: own},
        )

    def asked(self, tallies: tuple[str, ...], window: Window, **more: Any) -> Asked:
        """Return the question for sums over the periods of a window."""
        told: dict[str, Any] = {
            "grain": window.grain,
            "start": window.read[0],
            "end": window.end,
            "within": self.within,
        }
        return Asked(
            organisation=self.organisation.pk,
            tallies=tallies,
            week_starts_on=window.week_starts_on,
            **(told | more),
        )


def scope_of_viewer(viewer: Viewer, filters: Filters) -> Scope:
    """Return what a viewer looks at."""
    return scope_of(viewer.organisation, viewer.unit, filters)


def scope_of(organisation: Organisation, limit: Unit | None, filters: Filters) -> Scope:
    """Return what somebody who sees a unit, or everything, looks at.

    Units are read only where they matter. A unit outside the limit holds nothing.
    """
    within = {name: frozenset({value}) for name, value in filters.where}
    wanted = filters.value(UNIT)
    lineages: dict[str, tuple[str, ...]] = {}
    if limit is not None or wanted is not None:
        lineages = lineages_of(organisation, limit)
        within[UNIT] = frozenset(
            key for key, line in lineages.items() if wanted is None or wanted in line
        ) or frozenset({NOBODY})
    return Scope(
        organisation=organisation, limit=limit, filters=filters, lineages=lineages, within=within
    )


def lineages_of(organisation: Organisation, limit: Unit | None) -> dict[str, tuple[str, ...]]:
    """Return the units seen, each with those above it from the highest one seen."""
    units = Unit.objects.filter(organisation=organisation)
    if limit is not None:
        units = units.filter(path__startswith=limit.path)
    above = 0 if limit is None else len(limit.path.strip("/").split("/")) - 1
    return {
        key: tuple(path.strip("/").split("/")[above:])
        for key, path in units.values_list("key", "path")
    }
