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
from ressenti.server.importing.carrying import bring_in, check, take_back
from ressenti.server.importing.recognition import words_of
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
DOING: Mapping[str, Callable[[Viewer, FileImport], None]] = {
    ImportState.CHECKING: check,
    ImportState.IMPORTING: bring_in,
    ImportState.REMOVING: take_back,
}


def carried_on(viewer: Viewer, file: FileImport, *, is_small: bool) -> None:
    """Do what the state of a file says is to be done: now, or by the worker."""
    if is_small:
        DOING[file.state](viewer, file)
    else:
        carry_on.defer(file=str(file.pk))


@app.task(name="importing.carry_on")
def carry_on(file: str) -> None:
    """Check a file, bring it in or take it back, as its state says."""
    own = FileImport.objects.select_related("organisation", "survey", "created_by", "removed_by")
    found = own.filter(pk=UUID(file), state__in=DOING).first()
    if found is None:
        return
    viewer = _viewer_of(found)
    if viewer is None:
        _left(FileImport.objects.filter(pk=found.pk), NO_LONGER)
    else:
        DOING[found.state](viewer, found)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="importing.look_after_imports", pass_context=False)
def look_after_imports(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Take up what a worker that was killed has left halfway, and drop old lists of rejects."""
    now = timezone.now()
    halfway = FileImport.objects.filter(state__in=DOING, moved_at__lt=now - STILL)
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
