"""Beginnings: a file kept, recognised and mapped by the names of its columns, before any check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from ressenti.errors import RessentiError
from ressenti.server.accounts.access import Viewer
from ressenti.server.importing import uploads
from ressenti.server.importing.carrying import fields_of, importer_of
from ressenti.server.importing.fields import FileField, proposal
from ressenti.server.importing.recognition import (
    FoundColumn,
    Recognised,
    document_of,
    recognised,
)
from ressenti.server.intake.problems import Problem
from ressenti.server.models import FileImport, Survey
from ressenti.surveys.words import shortened

LONGEST_NAME = 200
ORDERS = ("dmy", "mdy", "ymd")


def begun(
    viewer: Viewer, upload: UploadedFile[bytes], *, kind: str, survey: Survey | None, source: str
) -> FileImport:
    """Return the import of a file that was just sent, ready to be checked.

    Parameters
    ----------
    survey : Survey or None
        The one that answers belong to.
    source : str
        Where records come from that do not say.

    Raises
    ------
    Problem, RessentiError
        When it is nothing we read; nothing is then kept.
    """
    name = uploads.taken_in(upload)
    path = uploads.path_of(name)
    assert path is not None  # noqa: S101 - it was written a moment ago
    file = FileImport(
        organisation=viewer.organisation,
        unit=viewer.unit,
        kind=kind,
        survey=survey,
        source=source,
        name=shortened(upload.name or name, LONGEST_NAME),
        size=upload.size or 0,
        upload=name,
        created_by=viewer.person,
    )
    try:
        found = recognised(path)
        fields = fields_of(importer_of(viewer, file))
    except (Problem, RessentiError):
        uploads.forgotten(name)
        raise
    file.found = document_of(found)
    file.columns = proposal(fields, [column.name for column in found.columns])
    file.save()
    return file


def told_columns(
    fields: list[FileField], found: Recognised, told: Mapping[str, Any]
) -> dict[str, str]:
    """Return which column each field is read from, as a form says; of two columns, the first.

    Parameters
    ----------
    told : mapping
        ``column-N`` is the name of a field for the column in place N; empty to leave it out.
    """
    known = {field.name for field in fields}
    chosen: dict[str, str] = {}
    for place, column in enumerate(found.columns):
        name = str(told.get(f"column-{place}", ""))
        if name in known:
            chosen.setdefault(name, column.name)
    return chosen


def taken_twice(found: Recognised, told: Mapping[str, Any]) -> list[FoundColumn]:
    """Return the columns that a form gives a field which an earlier one has already."""
    seen: set[str] = set()
    twice = []
    for place, column in enumerate(found.columns):
        name = str(told.get(f"column-{place}", ""))
        if name and name in seen:
            twice.append(column)
        seen.add(name)
    return twice
