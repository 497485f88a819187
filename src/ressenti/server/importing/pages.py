"""The pages of imports: a file sent, mapped, checked, brought in, and taken back."""

from __future__ import annotations

import io
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.errors import RessentiError
from ressenti.language import Language, Text
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.asking.gallery import page_language
from ressenti.server.importing import kept_rejects, uploads
from ressenti.server.importing.beginning import ORDERS, begun, taken_twice, told_columns
from ressenti.server.importing.carrying import ANSWERS, fields_of, importer_of
from ressenti.server.importing.fields import FileField
from ressenti.server.importing.forms import FileForm, kind_name
from ressenti.server.importing.recognition import recognised_in
from ressenti.server.importing.shown import (
    choices_of,
    column_lines,
    first_rejects,
    missing_fields,
    off_scale,
    preview_table,
    remedy,
)
from ressenti.server.importing.stored_texts import text_in
from ressenti.server.importing.tasks import SMALL, UNDER_WAY, carried_on
from ressenti.server.importing.visibility import imports_of, seen_import
from ressenti.server.intake.problems import Problem
from ressenti.server.models import FileImport, ImportState, Role
from ressenti.sources.rejects import write_rejects

PAGE_LENGTH = 25
# A response costs one small entry of the journal, whatever the size of its file was.
FEW_RESPONSES = 2_000


@seen_by(Role.EXPERT)
def import_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what was imported and take a file in; its check follows at once."""
    language = page_language()
    if request.method != "POST":
        return _list_page(request, viewer, FileForm(viewer, language))
    form = FileForm(viewer, language, request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, viewer, form)
    told = form.cleaned_data
    try:
        file = begun(
            viewer,
            told["file"],
            kind=told["kind"],
            survey=told["survey"] if told["kind"] == ANSWERS else None,
            source=told["source"],
        )
    except (Problem, RessentiError) as error:
        form.add_error("file", _said(error).to(language))
        return _list_page(request, viewer, form)
    carried_on(viewer, file, is_small=file.size <= SMALL)
    return _to(viewer, file)


def _list_page(request: HttpRequest, viewer: Viewer, form: FileForm) -> HttpResponse:
    pages = Paginator(imports_of(viewer), PAGE_LENGTH)
    page = pages.get_page(request.GET.get("page"))
    language = page_language()
    context = {
        "form": form,
        "page": page,
        "files": [(file, kind_name(file.kind, language)) for file in page],
    }
    status = 422 if form.errors else 200
    return render(request, "ressenti/importing/imports.html", context, status=status)


def _said(error: Problem | RessentiError) -> Text:
    if isinstance(error, RessentiError):
        return error.message
    told = [error.detail, *(one.message for one in error.errors)]
    return Text(en=" ".join(text.en for text in told), fr=" ".join(text.fr for text in told))


@seen_by(Role.EXPERT)
@require_safe
def import_page(request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Show a file: what was recognised, what an import would do or did, and what is refused."""
    found = seen_import(viewer, file)
    language = page_language()
    context: dict[str, Any] = {
        "file": found,
        "kind": kind_name(found.kind, language),
        "recognised": recognised_in(found.found),
        "fault": text_in(found.fault) if found.fault else None,
        "is_under_way": found.state in UNDER_WAY,
        "rejects": first_rejects(found),
        "has_rejects": kept_rejects.is_kept(found.rejects),
        "may_take_back": _may_be_taken_back(found),
    }
    if found.state == ImportState.CHECKED:
        context |= _mapping_context(viewer, found, language)
    return render(request, "ressenti/importing/import.html", context)


def _mapping_context(viewer: Viewer, file: FileImport, language: Language) -> dict[str, Any]:
    fields = _fields(viewer, file)
    headings, lines = preview_table(file, fields, language)
    return {
        "is_there": uploads.path_of(file.upload) is not None,
        "lines": column_lines(file, recognised_in(file.found), fields),
        "choices": choices_of(fields, language),
        "orders": [(order, order == file.date_order) for order in ORDERS],
        "has_dates": any(column["is_date"] for column in file.found["columns"]),
        "missing": list(missing_fields(file, fields)),
        "off_scale": off_scale(file, fields),
        "preview_headings": headings,
        "preview_lines": lines,
    }


def _fields(viewer: Viewer, file: FileImport) -> list[FileField]:
    """Return what the columns of a file may hold; nothing when its survey is gone."""
    try:
        return fields_of(importer_of(viewer, file))
    except Problem:
        return []


@seen_by(Role.EXPERT)
@require_POST
def map_import(request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Take over which column holds what, and check the file again."""
    found = seen_import(viewer, file, for_update=True)
    if found.state != ImportState.CHECKED:
        return _to(viewer, found)
    columns = recognised_in(found.found)
    twice = taken_twice(columns, request.POST)
    if twice:
        listed = ", ".join(column.name for column in twice)
        messages.error(
            request, _("Another column already holds the same thing: %(columns)s.")
            % {"columns": listed}
        )  # fmt: skip
        return _to(viewer, found)
    found.columns = told_columns(_fields(viewer, found), columns, request.POST)
    order = request.POST.get("date_order", "")
    found.date_order = order if order in ORDERS else ""
    found.state, found.moved_at, found.records = ImportState.CHECKING, timezone.now(), 0
    found.save()
    carried_on(viewer, found, is_small=found.size <= SMALL)
    return _to(viewer, found)


@seen_by(Role.EXPERT)
@require_POST
def bring_import_in(request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Bring a file in as its check has shown."""
    found = seen_import(viewer, file, for_update=True)
    if found.state != ImportState.CHECKED or found.fault:
        return _to(viewer, found)
    if uploads.path_of(found.upload) is None:
        messages.error(request, _("The file is no longer there: choose it again."))
        return _to(viewer, found)
    found.state, found.moved_at = ImportState.IMPORTING, timezone.now()
    found.records = found.accepted = found.unchanged = 0
    found.save()
    carried_on(viewer, found, is_small=found.size <= SMALL)
    return _to(viewer, found)


@seen_by(Role.EXPERT)
@require_POST
def leave_import(request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Leave a file aside that was only looked at: nothing of it is kept."""
    found = seen_import(viewer, file, for_update=True)
    if found.state == ImportState.CHECKED:
        uploads.forgotten(found.upload)
        kept_rejects.forgotten(found.rejects)
        found.delete()
        messages.success(request, _("The file was left aside; nothing of it is kept."))
    return redirect("imports", organisation=viewer.organisation.key)


@seen_by(Role.EXPERT)
@require_POST
def take_import_back(_request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Take back what a file added: its responses leave the record and every figure."""
    found = seen_import(viewer, file, for_update=True)
    if not _may_be_taken_back(found):
        return _to(viewer, found)
    found.state, found.moved_at = ImportState.REMOVING, timezone.now()
    found.removed_by = viewer.person
    found.save()
    carried_on(viewer, found, is_small=found.accepted <= FEW_RESPONSES)
    return _to(viewer, found)


def _may_be_taken_back(file: FileImport) -> bool:
    return file.state == ImportState.IMPORTED and file.kind == ANSWERS and file.accepted > 0


@seen_by(Role.EXPERT)
@require_safe
def import_rejects(_request: HttpRequest, viewer: Viewer, file: UUID) -> HttpResponse:
    """Give all that is refused of a file, with reasons and remedies, as CSV."""
    found = seen_import(viewer, file)
    if not kept_rejects.is_kept(found.rejects):
        raise Http404
    target = io.StringIO()
    rows = kept_rejects.rejects_in(found.rejects)
    write_rejects(rows, target, language=page_language(), remedy=partial(remedy, found))
    body = "\N{BYTE ORDER MARK}" + target.getvalue()
    reply = HttpResponse(body, content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    return reply


@seen_by(Role.EXPERT)
@require_safe
def import_progress(_request: HttpRequest, viewer: Viewer, file: UUID) -> JsonResponse:
    """Say how far a file has come."""
    found = seen_import(viewer, file)
    told = {"is_over": found.state not in UNDER_WAY, "records": found.records, "total": found.total}
    return JsonResponse(told)


def _to(viewer: Viewer, file: FileImport) -> HttpResponse:
    return redirect("import", organisation=viewer.organisation.key, file=file.pk)
