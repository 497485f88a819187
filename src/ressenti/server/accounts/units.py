"""Units: named, moved and deleted, so that the tree stays one and nothing loses its place."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.accounts.invitations import pending
from ressenti.server.accounts.naming import free_key
from ressenti.server.models import (
    EVENT_MODELS,
    ApiKey,
    Customer,
    Membership,
    Organisation,
    Response,
    Survey,
    Unit,
)

MOST_LEVELS = 6


class Misplaced(models.TextChoices):
    """Why a unit cannot stand where it was put."""

    BELOW_ITSELF = "below_itself", _("A unit cannot lie below itself.")
    TOO_DEEP = "too_deep", _("Units can be nested six levels deep.")


@transaction.atomic
def add(viewer: Viewer, *, name: str, kind: str, parent: Unit | None) -> Unit | Misplaced:
    """Return a new unit, or why it cannot stand there."""
    _lock(viewer.organisation)
    if parent is not None and level(parent) >= MOST_LEVELS:
        return Misplaced.TOO_DEEP
    mine = Unit.objects.filter(organisation=viewer.organisation)
    unit = Unit.objects.create(
        organisation=viewer.organisation,
        parent=parent,
        key=free_key(name, mine, otherwise="unit"),
        name=name,
        kind=kind,
    )
    recorded(viewer, "unit.added", subject_kind="unit", subject=name, detail={"path": unit.path})
    return unit


@transaction.atomic
def change(
    viewer: Viewer, unit: Unit, *, name: str, kind: str, parent: Unit | None
) -> Misplaced | None:
    """Rename and move a unit with everything below it; return why not, None when it is done.

    Its key stays: answers and scores are counted under it.
    """
    _lock(viewer.organisation)
    unit.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
    below = Unit.objects.filter(organisation=viewer.organisation, path__startswith=unit.path)
    found = _misplaced(unit, parent, below)
    if found is not None:
        return found
    before = {"name": unit.name, "path": unit.path}
    unit.name, unit.kind, unit.parent = name, kind, parent
    unit.save()
    if unit.path != before["path"]:
        Unit.objects.filter(
            organisation=viewer.organisation, path__startswith=before["path"]
        ).exclude(pk=unit.pk).update(
            path=Concat(
                Value(unit.path),
                Substr("path", len(before["path"]) + 1),
                output_field=CharField(),
            )
        )
    recorded(
        viewer,
        "unit.changed",
        subject_kind="unit",
        subject=name,
        detail={"before": before, "path": unit.path},
    )
    return None


@transaction.atomic
def delete(viewer: Viewer, unit: Unit) -> tuple[str, ...]:
    """Delete a unit that nothing uses; return what uses it, in the words of the page."""
    _lock(viewer.organisation)
    found = uses(unit)
    if not found:
        recorded(
            viewer,
            "unit.deleted",
            subject_kind="unit",
            subject=unit.name,
            detail={"path": unit.path},
        )
        unit.delete()
    return found


def uses(unit: Unit) -> tuple[str, ...]:
    """Return what uses a unit and keeps it from being deleted, in the words of the page."""
    mine = {"organisation": unit.organisation}
    answered = Response.objects.filter(**mine, unit=unit.key)
    told = (
        model._default_manager.filter(organisation_id=unit.organisation.pk, belongs_to=unit.key)
        for model in EVENT_MODELS.values()
    )
    users = (
        (_("units below it"), [Unit.objects.filter(parent=unit)]),
        (_("people"), [Membership.objects.filter(unit=unit), pending().filter(unit=unit)]),
        (_("API keys"), [ApiKey.objects.filter(unit=unit)]),
        (_("surveys"), [Survey.objects.filter(unit=unit)]),
        (_("customers"), [Customer.objects.filter(unit=unit)]),
        (_("answers"), [answered]),
        (_("imported facts"), list(told)),
    )
    return tuple(str(name) for name, found in users if any(rows.exists() for rows in found))


def level(unit: Unit) -> int:
    """Return how deep a unit lies; those at the top are at level 1."""
    return int(unit.path.count("/")) - 1


def _misplaced(unit: Unit, parent: Unit | None, below: models.QuerySet[Unit]) -> Misplaced | None:
    if parent is None:
        return None
    if parent.path.startswith(unit.path):
        return Misplaced.BELOW_ITSELF
    depth = max(level(part) for part in below) - level(unit) + 1
    return Misplaced.TOO_DEEP if level(parent) + depth > MOST_LEVELS else None


def _lock(organisation: Organisation) -> None:
    """Let one person at a time change the tree of an organisation."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
