"""Visibility: which surveys, customers and campaigns a viewer sees, and which a viewer may change.

A unit limits both: somebody of a shop asks that shop's customers, and sees the surveys of the
whole organisation without changing them.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ressenti.server.accounts.access import Viewer
from ressenti.server.asking.stored_drafts import draft_of
from ressenti.server.models import Campaign, Customer, Survey, Unit


def surveys_of(viewer: Viewer) -> QuerySet[Survey]:
    """Return the surveys a viewer sees: the whole organisation's, and those of the units seen."""
    surveys = Survey.objects.filter(organisation=viewer.organisation).select_related("unit")
    if viewer.unit is None:
        return surveys
    return surveys.filter(Q(unit=None) | Q(unit__key__in=viewer.unit_keys()))


def seen_survey(viewer: Viewer, survey: UUID) -> Survey:
    """Return a survey a viewer sees, its draft whole; any other is not found."""
    return with_whole_draft(get_object_or_404(surveys_of(viewer), pk=survey))


def with_whole_draft(survey: Survey) -> Survey:
    """Return a survey with every key that pages read of its draft."""
    survey.draft = draft_of(survey.draft)
    return survey


def may_change(viewer: Viewer, survey: Survey) -> bool:
    """Tell whether a survey lies within what the viewer decides on."""
    return viewer.unit is None or (survey.unit is not None and viewer.sees_unit(survey.unit.key))


def own_survey(viewer: Viewer, survey: UUID, *, for_update: bool = False) -> Survey:
    """Return a survey the viewer may change, its draft whole.

    Raises
    ------
    Http404
        When the viewer does not see it.
    PermissionDenied
        When it belongs to the whole organisation and the viewer to one unit.
    """
    surveys = surveys_of(viewer)
    locked = surveys.select_for_update(of=("self",)) if for_update else surveys
    found = get_object_or_404(locked, pk=survey)
    if not may_change(viewer, found):
        raise PermissionDenied
    return with_whole_draft(found)


def customers_of(viewer: Viewer) -> QuerySet[Customer]:
    """Return the customers a viewer sees: all, or those of the viewer's units."""
    customers = Customer.objects.filter(organisation=viewer.organisation).select_related("unit")
    if viewer.unit is None:
        return customers
    return customers.filter(unit__key__in=viewer.unit_keys())


def seen_customer(viewer: Viewer, customer: UUID) -> Customer:
    """Return a customer a viewer sees; any other is not found."""
    return get_object_or_404(customers_of(viewer), pk=customer)


def units_of(viewer: Viewer) -> QuerySet[Unit]:
    """Return the units a viewer sees, parents before their parts."""
    return Unit.objects.filter(
        organisation=viewer.organisation, key__in=viewer.unit_keys()
    ).order_by("path")


def unit_called(viewer: Viewer, key: str) -> Unit | None:
    """Return the unit a form names, None for the whole organisation.

    Raises
    ------
    Http404
        When it is not one the viewer sees, the whole organisation included.
    """
    if not key:
        if viewer.unit is not None:
            raise Http404
        return None
    return get_object_or_404(units_of(viewer), key=key)


def campaigns_of(viewer: Viewer) -> QuerySet[Campaign]:
    """Return the campaigns a viewer sees: those of the surveys seen, within the viewer's units."""
    campaigns = Campaign.objects.filter(
        survey__in=surveys_of(viewer).order_by().values("pk")
    ).select_related("survey", "survey__organisation", "survey__unit")
    if viewer.unit is None:
        return campaigns
    return campaigns.filter(selection__within__in=sorted(viewer.unit_keys()))


def seen_campaign(viewer: Viewer, campaign: UUID, *, for_update: bool = False) -> Campaign:
    """Return a campaign a viewer sees; any other is not found."""
    campaigns = campaigns_of(viewer)
    locked = campaigns.select_for_update(of=("self",)) if for_update else campaigns
    return get_object_or_404(locked, pk=campaign)
