"""Selections: which customers a campaign is for, as plain data that a form writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils.translation import gettext_lazy as _

from ressenti.server.models import Campaign, Customer, Unit

ALL, UNIT, ATTRIBUTE, LISTED = "all", "unit", "attribute", "list"
KINDS = {
    ALL: _("every customer"),
    UNIT: _("the customers of a unit and of what is below it"),
    ATTRIBUTE: _("the customers with an attribute or segment"),
    LISTED: _("the customers of a list"),
}
MOST_LISTED = 50_000


def selected_customers(campaign: Campaign) -> QuerySet[Customer]:
    """Return the customers a campaign is for, in an order drawn by lot once and for all.

    ``within``, the unit of whoever made the campaign, limits every selection.
    """
    selection: Mapping[str, Any] = campaign.selection
    organisation = campaign.survey.organisation
    customers = Customer.objects.filter(organisation=organisation, erased_at=None)
    for unit in (selection.get("within"), campaign.survey.unit and campaign.survey.unit.key):
        if unit:
            customers = below(customers, unit, campaign)
    match selection.get("kind"):
        case "unit":
            customers = below(customers, str(selection.get("unit")), campaign)
        case "attribute":
            wanted = {str(selection.get("name")): str(selection.get("value"))}
            customers = customers.filter(attributes__contains=wanted)
        case "list":
            customers = customers.filter(external_id__in=selection.get("identifiers", []))
    # Drawn by the campaign's own lot: a repeated count, and a repeated draw, give the same.
    lot = MD5(Concat(Cast(F("id"), CharField()), Value(str(campaign.pk))))
    return customers.annotate(lot=lot).order_by("lot").select_related("unit")


def below(customers: QuerySet[Customer], unit: str, campaign: Campaign) -> QuerySet[Customer]:
    """Return the customers of a unit and of what is below; none when there is no such unit."""
    path = (
        Unit.objects.filter(organisation=campaign.survey.organisation, key=unit)
        .values_list("path", flat=True)
        .first()
    )
    return customers.filter(unit__path__startswith=path) if path else customers.none()


def identifiers_in(text: str) -> list[str]:
    r"""Return the identifiers of a pasted list, one on a line or separated by commas.

    Examples
    --------
    >>> identifiers_in("C-1, C-2\nC-2\n\n")
    ['C-1', 'C-2']
    """
    told = (one.strip() for line in text.splitlines() for one in line.replace(";", ",").split(","))
    return list(dict.fromkeys(one for one in told if one))[:MOST_LISTED]
