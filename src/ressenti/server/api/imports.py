"""Imports: a file of customers, answers or facts, tried first without consequence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, UploadedFile
from pydantic import BaseModel, Field

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.documents import ShortText, refuse_unknown
from ressenti.server.api.import_reports import ImportRead, ImportReport, report_document
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.api.surveys import survey_called
from ressenti.server.asking.customer_import import import_plan, imported
from ressenti.server.importing.answers import AnswerImport
from ressenti.server.importing.batches import Done, Importer, taken_in_batches
from ressenti.server.importing.facts import FactImport
from ressenti.server.importing.records import records_of
from ressenti.server.importing.uploads import received
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import Scope
from ressenti.sources.rejects import Reject

ImportKind = Literal["customers", "answers", "contacts", "subscriptions", "orders", "outcomes"]

router = Router(tags=["imports"])


class ImportForm(BaseModel):
    """What a file holds, and what is to be done with it."""

    kind: ImportKind
    survey: ShortText = Field("", description="Key of the survey that answers belong to.")
    source: Annotated[ShortText, Field(min_length=1, max_length=60)] = Field(
        "file", description="Where rows come from that do not say."
    )
    dry_run: bool = Field(False, description="Only say what an import would do.")


@router.post(
    "/imports",
    response=ImportRead,
    operation_id="import_file",
    summary="Import a file of customers, answers or facts",
    openapi_extra={"x-scope": Scope.FACTS_WRITE.value},
)
def import_file(
    request: HttpRequest, file: File[UploadedFile], form: Annotated[ImportForm, Form()]
) -> Any:
    """Import CSV, an Excel workbook or JSON lines, whole or, where it cannot be read, not at all.

    Columns are named as the fields of the same thing sent as JSON. Answers need the key of their
    `survey` and the scope `answers:write`; their columns are the names of its fields, `source_id`
    and `answered_at`. Dates without offset are in the organisation's time zone. With `dry_run`
    nothing is written.
    """
    needed = Scope.ANSWERS_WRITE if form.kind == "answers" else Scope.FACTS_WRITE
    viewer = viewer_of(request, needed)
    refuse_unknown(request.POST, ImportForm.model_fields)
    refuse_unknown(request.FILES, ("file",))
    if form.kind == "answers" and not form.survey:
        message = Text(en="name the survey.", fr="indiquez l'enquête.")
        raise wrong_field("survey", message)
    with received(file) as path:
        report = _imported(viewer, path, form)
    if not form.dry_run:
        recorded(
            viewer,
            "file.imported",
            subject_kind="survey",
            subject=form.survey,
            detail={"kind": form.kind, "accepted": report.accepted, "refused": report.refused},
        )
    return report_document(
        report, kind=form.kind, dry_run=form.dry_run, language=language_of(request)
    )


def _imported(viewer: Viewer, path: Path, form: ImportForm) -> ImportReport:
    writes = not form.dry_run
    if form.kind == "customers":
        plan = imported(viewer, path) if writes else import_plan(viewer, path)
        return ImportReport(
            accepted=plan.made + plan.changed, unchanged=plan.unchanged, rejects=plan.rejects
        )
    if form.kind == "answers":
        survey = survey_called(viewer, form.survey)
        answers = AnswerImport.of(viewer, survey, source=form.source)
        return _reported(viewer, path, answers, writes=writes)
    facts = FactImport.of(viewer, form.kind, source=form.source)
    return _reported(viewer, path, facts, writes=writes)


def _reported(viewer: Viewer, path: Path, importer: Importer[Any], *, writes: bool) -> ImportReport:
    refused: list[Reject] = []
    accepted = unchanged = 0

    def add(done: Done[Any]) -> None:
        nonlocal accepted, unchanged
        accepted, unchanged = accepted + len(done.new), unchanged + done.unchanged
        refused.extend(done.refused)

    taken_in_batches(
        importer,
        records_of(path, refused),
        organisation=viewer.organisation.pk,
        writes=writes,
        on_batch=add,
    )
    return ImportReport(accepted=accepted, unchanged=unchanged, rejects=refused)
