"""What the worker does for importing: files that take a while, and those that were left halfway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from procrastinate.contrib.django import app

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer, viewer_of
from ressenti.server.importing import kept_rejects
from ressenti.server.importing.stored_texts import words_of
from ressenti.server.models import FileImport, ImportState, Role

EVERY_MINUTE: Final = "* * * * *"
# Files up to this size are read while the page waits.
SMALL = 200_000
STILL, GIVEN_UP = timedelta(minutes=2), timedelta(hours=1)
HALFWAY = Text(
    en="it stopped halfway. What it brought in is there; import the file again, only what is "
    "missing is added.",
    fr="l'import s'est arrêté en chemin. Ce qu'il a fait entrer est là ; réimportez le fichier, "
    "seul ce qui manque est ajouté.",
)
NO_LONGER = Text(
    en="whoever asked for it may no longer import.",
    fr="la personne qui l'a demandé n'a plus le droit d'importer.",
)
UNDER_WAY = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.REMOVING)


def carried_on(viewer: Viewer, file: FileImport, *, is_small: bool) -> None:
    """Do what the state of a file says is to be done: now, or by the worker."""
    if is_small:
        _carry_out(viewer, file)
    else:
        carry_on.defer(file=str(file.pk))


def _carry_out(viewer: Viewer, file: FileImport) -> None:
    # Files are read by an engine, which the worker does without until there is one.
    from ressenti.server.importing.carrying import bring_in, check, take_back

    doing: Mapping[str, Callable[[Viewer, FileImport], None]] = {
        ImportState.CHECKING: check,
        ImportState.IMPORTING: bring_in,
        ImportState.REMOVING: take_back,
    }
    doing[file.state](viewer, file)


@app.task(name="importing.carry_on")
def carry_on(file: str) -> None:
    """Check a file, bring it in or take it back, as its state says."""
    own = FileImport.objects.select_related("organisation", "survey", "created_by", "removed_by")
    found = own.filter(pk=UUID(file), state__in=UNDER_WAY).first()
    if found is None:
        return
    viewer = _viewer_of(found)
    if viewer is None:
        _left(FileImport.objects.filter(pk=found.pk), NO_LONGER)
    else:
        _carry_out(viewer, found)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="importing.look_after_imports", pass_context=False)
def look_after_imports(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Take up what a worker that was killed has left halfway, and drop old lists of rejects."""
    now = timezone.now()
    halfway = FileImport.objects.filter(state__in=UNDER_WAY, moved_at__lt=now - STILL)
    _left(halfway.filter(moved_at__lt=now - GIVEN_UP), HALFWAY)
    for key in halfway.values_list("pk", flat=True):
        carry_on.defer(file=str(key))
    kept_rejects.sweep()


def _viewer_of(file: FileImport) -> Viewer | None:
    """Return who asked for it, as that person sees the organisation now; None when no longer."""
    person = file.removed_by if file.state == ImportState.REMOVING else file.created_by
    if person is None:
        return None
    try:
        viewer = viewer_of(person, file.organisation.key)
    except Http404:
        return None
    return viewer if viewer.may_act_as(Role.EXPERT) else None


def _left(files: QuerySet[FileImport], why: Text) -> None:
    files.update(state=ImportState.LEFT, fault=words_of(why))
