"""Carrying out: a file checked, brought in and taken back, at once or by the worker.

Each batch commits alone, so that a long import holds nobody up. Whatever is killed is taken up
again: what is there already is found there, and every record counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ressenti.errors import RessentiError
from ressenti.facts.raw_values import folded
from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.notifications import journal_written
from ressenti.server.asking.visibility import units_of
from ressenti.server.importing import kept_rejects, uploads
from ressenti.server.importing.answers import AnswerImport
from ressenti.server.importing.batches import BATCH, Done, Importer, taken_in_batches
from ressenti.server.importing.facts import FactImport
from ressenti.server.importing.fields import (
    SOURCE_ID,
    FileField,
    fields_of_answers,
    fields_of_fact,
)
from ressenti.server.importing.kept_rejects import RejectsFile
from ressenti.server.importing.mapping import ColumnMapping, column_mapping
from ressenti.server.importing.records import records_of
from ressenti.server.importing.stored_texts import words_of
from ressenti.server.intake.group_commit import Entry
from ressenti.server.intake.problems import Problem
from ressenti.server.models import (
    EntryKind,
    FileImport,
    ImportedResponse,
    ImportState,
    JournalEntry,
)
from ressenti.sources.date_reading import Order
from ressenti.sources.rejects import Reject

ANSWERS = "answers"
PREVIEWED = 5
GONE = Text(
    en="the file is no longer there: choose it again.",
    fr="le fichier n'est plus là : choisissez-le de nouveau.",
)
NOTHING_ASKED = Text(en="the survey is no longer there.", fr="l'enquête n'existe plus.")
MISSING = Text(
    en="say which column holds: {fields}.", fr="indiquez quelle colonne contient : {fields}."
)
NO_ANSWER = Text(
    en="say which column holds the answers to at least one question.",
    fr="indiquez quelle colonne contient les réponses à au moins une question.",
)


@dataclass(slots=True)
class Counts:
    """What was read so far."""

    rejects: RejectsFile
    records: int = 0
    kept: int = 0
    new: int = 0
    preview: list[dict[str, str]] = field(default_factory=list)

    def add(self, done: Done[Any], importer: Importer[Any], mapping: ColumnMapping) -> None:
        """Count a batch, and keep what is shown of it."""
        self.records += done.records
        self.kept += len(done.kept)
        self.new += len(done.new)
        wanted = PREVIEWED - len(self.preview)
        self.preview += [dict(importer.cells_of(one)) for one in done.kept[:wanted]]
        self.rejects.add(_of_file(reject, mapping) for reject in done.refused)


def importer_of(viewer: Viewer, file: FileImport) -> AnswerImport | FactImport:
    """Return what makes something of the records of a file.

    Raises
    ------
    Problem
        422, when the survey is gone or was never published.
    """
    if file.kind != ANSWERS:
        return FactImport.of(viewer, file.kind, source=file.source)
    if file.survey is None:
        raise Problem(422, "invalid", NOTHING_ASKED)
    return AnswerImport.of(viewer, file.survey, source=file.source)


def fields_of(importer: AnswerImport | FactImport) -> list[FileField]:
    """Return what the columns of a file may hold."""
    own = units_of(importer.viewer).values_list("name", "key")
    units = {folded(name): key for name, key in own}
    if isinstance(importer, AnswerImport):
        return fields_of_answers(importer.rules, units)
    return fields_of_fact(importer.rules, units)


def check(viewer: Viewer, file: FileImport) -> None:
    """Read a file whole and write nothing but what an import would do."""
    file.off_scale, file.preview, file.fault = {}, [], {}
    with _told(file):
        counts = _carried(viewer, file, writes=False)
        file.total, file.records = counts.records, counts.records
        file.accepted, file.unchanged = counts.new, counts.kept - counts.new
        file.refused = counts.rejects.records
        file.preview = counts.preview
    file.state, file.moved_at = ImportState.CHECKED, timezone.now()
    with transaction.atomic():
        if _is_still(file, ImportState.CHECKING):
            file.save()


def bring_in(viewer: Viewer, file: FileImport) -> None:
    """Bring a file in; what is there already stays as it is."""
    with _told(file):
        counts = _carried(viewer, file, writes=True)
    if file.fault:
        # Another worker may have brought it in meanwhile, and removed the file.
        halfway = FileImport.objects.filter(pk=file.pk, state=ImportState.IMPORTING)
        halfway.update(fault=file.fault, state=ImportState.CHECKED)
        return
    with transaction.atomic():
        own = FileImport.objects.select_for_update().get(pk=file.pk)
        if own.state != ImportState.IMPORTING:
            return
        own.records, own.refused = counts.records, counts.rejects.records
        own.unchanged = max(0, counts.kept - own.accepted)
        own.state, own.imported_at = ImportState.IMPORTED, timezone.now()
        upload, own.upload, own.preview = own.upload, "", []
        own.save()
        recorded(
            viewer,
            "file.imported",
            subject_kind="file",
            subject=own.name,
            detail=_detail(own),
        )
        transaction.on_commit(lambda: uploads.forgotten(upload))


def _is_still(file: FileImport, state: ImportState) -> bool:
    """Tell whether nobody else has moved a file on; until the transaction ends nobody can."""
    return FileImport.objects.select_for_update().filter(pk=file.pk, state=state).exists()


def take_back(viewer: Viewer, file: FileImport) -> None:
    """Take out of the record, and of every figure, the responses that a file added."""
    while _batch_taken_back(file):
        continue
    with transaction.atomic():
        own = FileImport.objects.select_for_update().get(pk=file.pk)
        if own.state != ImportState.REMOVING:
            return
        own.state, own.removed_at, own.removed_by = (
            ImportState.REMOVED,
            timezone.now(),
            viewer.person,
        )
        own.save()
        recorded(viewer, "file.removed", subject_kind="file", subject=own.name, detail=_detail(own))


def _batch_taken_back(file: FileImport) -> bool:
    with transaction.atomic():
        batch = list(file.responses.select_for_update().order_by("id")[:BATCH])
        JournalEntry.objects.bulk_create(_removal(file, one.response_id) for one in batch)
        ImportedResponse.objects.filter(pk__in=[one.pk for one in batch]).delete()
        _moved(file)
        if batch:
            journal_written()
    return bool(batch)


def _removal(file: FileImport, response: UUID) -> JournalEntry:
    return JournalEntry(
        organisation_id=file.organisation_id,
        response_id=uuid4(),
        kind=EntryKind.REMOVAL,
        received_at=timezone.now(),
        payload={"response": str(response), "reason": "import"},
    )


def _carried(viewer: Viewer, file: FileImport, *, writes: bool) -> Counts:
    path = uploads.path_of(file.upload)
    if path is None:
        raise Problem(410, "gone", GONE)
    importer = importer_of(viewer, file)
    mapping = mapping_of(fields_of(importer), file, path)
    name = kept_rejects.new_name()
    with kept_rejects.path_of(name).open("x", encoding="utf-8") as stream:
        counts = Counts(RejectsFile(stream))
        unread: list[Reject] = []

        def on_batch(done: Done[Any]) -> None:
            counts.add(done, importer, mapping)
            if writes:
                _remember(file, importer, done)
            _moved(file, records=counts.records)

        taken_in_batches(
            importer,
            mapping.applied(records_of(path, unread)),
            organisation=file.organisation_id,
            writes=writes,
            on_batch=on_batch,
        )
        counts.rejects.add(unread)
    kept_rejects.forgotten(file.rejects)
    file.rejects = name
    FileImport.objects.filter(pk=file.pk).update(rejects=name)
    if isinstance(importer, AnswerImport):
        file.off_scale = dict(importer.off_scale)
    return counts


def mapping_of(fields: list[FileField], file: FileImport, path: Path) -> ColumnMapping:
    """Return how a file is read.

    Raises
    ------
    Problem
        422, when no column is said to hold what every record needs, or any answer at all.
    AmbiguousDates
        R203, when nothing tells whether the day or the month comes first.
    """
    missing = [
        one
        for one in fields
        if one.is_required and one.name not in file.columns and one.name != SOURCE_ID
    ]
    if missing:
        listed = Text(
            en=", ".join(one.label.en for one in missing),
            fr=", ".join(one.label.fr for one in missing),
        )
        raise Problem(422, "invalid", MISSING.format(fields=listed))
    if file.kind == ANSWERS and not any(one.answer for one in fields if one.name in file.columns):
        raise Problem(422, "invalid", NO_ANSWER)
    order = cast("Order | None", file.date_order or None)
    return column_mapping(fields, file.columns, records_of(path, []), order=order)


def _remember(file: FileImport, importer: AnswerImport | FactImport, done: Done[Any]) -> None:
    """Write down, in the transaction of a batch, what it added."""
    if isinstance(importer, AnswerImport):
        entries = cast("list[Entry]", done.new)
        ImportedResponse.objects.bulk_create(
            ImportedResponse(file=file, response_id=entry.response) for entry in entries
        )
    _moved(file, accepted=F("accepted") + len(done.new))


def _moved(file: FileImport, **told: Any) -> None:
    FileImport.objects.filter(pk=file.pk).update(moved_at=timezone.now(), **told)


def _of_file(reject: Reject, mapping: ColumnMapping) -> Reject:
    return Reject(reject.line, mapping.column_of(reject.column), reject.value, reject.reason)


def _detail(file: FileImport) -> dict[str, Any]:
    return {"kind": file.kind, "accepted": file.accepted, "refused": file.refused}


@contextmanager
def _told(file: FileImport) -> Iterator[None]:
    """Write down as the fault of a file why it cannot be read as it is."""
    try:
        yield
    except Problem as problem:
        told = [problem.detail, *(error.message for error in problem.errors)]
        file.fault = {
            "en": " ".join(text.en for text in told),
            "fr": " ".join(text.fr for text in told),
        }
    except RessentiError as error:
        file.fault = words_of(_said(error))


def _said(error: RessentiError) -> Text:
    # The name under which a file is kept tells nobody anything.
    place = replace(error.place, file=None).text() if error.place else None
    if place is None or not place.en:
        return error.message
    return Text(en=f"{place.en}: {error.message.en}", fr=f"{place.fr} : {error.message.fr}")
