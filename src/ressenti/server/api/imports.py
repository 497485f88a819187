"""Imports: a file of customers, answers or facts, tried first without consequence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, UploadedFile

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.documents import ShortText
from ressenti.server.api.import_files import received
from ressenti.server.api.import_reports import ImportRead, ImportReport, report_document
from ressenti.server.api.imported_answers import imported_answers
from ressenti.server.api.imported_facts import imported_facts
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.api.surveys import survey_called
from ressenti.server.asking.customer_import import import_plan, imported
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import Scope

ImportKind = Literal["customers", "answers", "contacts", "subscriptions", "orders", "outcomes"]

router = Router(tags=["imports"])


@router.post(
    "/imports",
    response=ImportRead,
    operation_id="import_file",
    summary="Import a file of customers, answers or facts",
    openapi_extra={"x-scope": Scope.FACTS_WRITE.value},
)
def import_file(
    request: HttpRequest,
    file: File[UploadedFile],
    kind: Form[ImportKind],
    survey: Form[ShortText] = "",
    source: Form[ShortText] = "file",
    dry_run: Form[bool] = False,
) -> Any:
    """Import CSV, an Excel workbook or JSON lines, whole or, where it cannot be read, not at all.

    Columns are named as the fields of the same thing sent as JSON. Answers need the key of their
    `survey` and the scope `answers:write`; their columns are the names of its fields, `source_id`
    and `answered_at`. Dates without offset are in the organisation's time zone. With `dry_run`
    nothing is written.
    """
    viewer = viewer_of(request, Scope.ANSWERS_WRITE if kind == "answers" else Scope.FACTS_WRITE)
    if kind == "answers" and not survey:
        message = Text(en="name the survey.", fr="indiquez l'enquête.")
        raise wrong_field("survey", message)
    with received(file) as path:
        report = _imported(viewer, path, kind, survey=survey, source=source, writes=not dry_run)
    if not dry_run:
        recorded(
            viewer,
            f"{kind}.imported",
            subject_kind="import",
            subject=survey,
            detail={"accepted": report.accepted, "refused": report.refused},
        )
    return report_document(report, kind=kind, dry_run=dry_run, language=language_of(request))


def _imported(
    viewer: Viewer, path: Path, kind: ImportKind, *, survey: str, source: str, writes: bool
) -> ImportReport:
    if kind == "answers":
        found = survey_called(viewer, survey)
        return imported_answers(viewer, path, found, source=source or "file", writes=writes)
    if kind == "customers":
        plan = imported(viewer, path) if writes else import_plan(viewer, path)
        return ImportReport(
            accepted=plan.made + plan.changed, unchanged=plan.unchanged, rejects=plan.rejects
        )
    return imported_facts(viewer, path, kind, source=source or "file", writes=writes)
