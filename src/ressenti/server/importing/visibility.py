"""Visibility: which imports a viewer sees: all, or those made for the viewer's units."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from ressenti.server.accounts.access import Viewer
from ressenti.server.models import FileImport


def imports_of(viewer: Viewer) -> QuerySet[FileImport]:
    """Return the imports a viewer sees, the latest first."""
    files = FileImport.objects.filter(organisation=viewer.organisation)
    if viewer.unit is not None:
        files = files.filter(unit__key__in=viewer.unit_keys())
    return files.select_related("organisation", "survey", "created_by").order_by("-created_at")


def seen_import(viewer: Viewer, file: UUID, *, for_update: bool = False) -> FileImport:
    """Return an import a viewer sees; any other is not found."""
    files = imports_of(viewer)
    locked = files.select_for_update(of=("self",)) if for_update else files
    return get_object_or_404(locked, pk=file)
