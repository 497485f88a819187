"""Access: what a signed-in person or an API key may see and do, in one place.

Every view asks here for the objects it works on. What belongs to another organisation, or lies
outside a member's unit, is not found: it never tells that it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from ressenti.server.models import Membership, Organisation, Person, Role, Unit

RANKS = {Role.CONSULTANT: 0, Role.MANAGER: 1, Role.EXPERT: 2, Role.OWNER: 3}
Found = TypeVar("Found", bound=Model)
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody looking at one organisation.

    Parameters
    ----------
    person : Person or None
        None when a program looks, by an API key.
    unit : Unit or None
        What the viewer sees of the organisation, with everything below; None for all of it.
    actor : str
        How the audit log calls the viewer.
    """

    organisation: Organisation
    role: Role
    unit: Unit | None
    person: Person | None
    actor: str

    def may_act_as(self, role: Role) -> bool:
        return RANKS[Role(self.role)] >= RANKS[role]

    def sees_unit(self, key: str) -> bool:
        return self.unit is None or key in self.unit_keys()

    def unit_keys(self, below: Unit | None = None) -> frozenset[str]:
        """Return the keys of the units seen, or of those below one of them."""
        units = Unit.objects.filter(organisation=self.organisation)
        for limit in (self.unit, below):
            if limit is not None:
                units = units.filter(path__startswith=limit.path)
        return frozenset(units.values_list("key", flat=True))

    def own(self, queryset: QuerySet[Found], **lookup: Any) -> Found:
        """Return the one object of this organisation that fits; anything else is not found."""
        return get_object_or_404(queryset.filter(organisation=self.organisation), **lookup)


def viewer_of(person: Person, organisation_key: str) -> Viewer:
    """Return how a person looks at the organisation of that key.

    Raises
    ------
    Http404
        When there is no such organisation, or the person is not a member of it.
    """
    membership = (
        Membership.objects.select_related("organisation", "unit")
        .filter(organisation__key=organisation_key, person=person, person__is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    return Viewer(
        organisation=membership.organisation,
        role=Role(membership.role),
        unit=membership.unit,
        person=person,
        actor=person.email,
    )


View = Callable[Concatenate[HttpRequest, Viewer, Arguments], HttpResponseBase]


def seen_by(role: Role) -> Callable[[View[Arguments]], Callable[..., HttpResponseBase]]:
    """Return the decorator of a view of one organisation, for members of this role or above.

    The view takes the viewer where the address has the organisation's key. A member whose role is
    below is refused; somebody who is no member finds nothing.
    """

    def decorated(view: View[Arguments]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @login_required
        def guarded(
            request: HttpRequest,
            organisation: str,
            *args: Arguments.args,
            **kwargs: Arguments.kwargs,
        ) -> HttpResponseBase:
            assert isinstance(request.user, Person)  # noqa: S101 - login_required saw to it
            viewer = viewer_of(request.user, organisation)
            request.viewer = viewer  # type: ignore[attr-defined] # read by the page context
            if not viewer.may_act_as(role):
                # The page that tells it writes it down, outside the transaction that ends here.
                raise PermissionDenied
            # Times on the page are those of the organisation's clocks.
            with timezone.override(ZoneInfo(viewer.organisation.time_zone)):
                return view(request, viewer, *args, **kwargs)

        return guarded

    return decorated
