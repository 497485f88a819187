"""Imports: files that somebody brought in on screen, what became of them, and what they added."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.people import Person
from ressenti.server.models.surveys import Survey


class ImportState(models.TextChoices):
    """How far a file has come."""

    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, not brought in")
    IMPORTING = "importing", _("being brought in")
    IMPORTED = "imported", _("brought in")
    REMOVING = "removing", _("being taken back")
    REMOVED = "removed", _("taken back")
    LEFT = "left", _("left aside")


class FileImport(models.Model):
    """One file that holds answers or the rows of one fact.

    ``upload`` names the kept file, ``rejects`` the kept list of what is refused; empty once they
    are gone. ``columns`` says which column of the file each field is read from. ``fault`` is why
    nothing can be taken in as things are, in each language. ``records`` to ``refused`` count what
    was read so far of the ``total`` that the check found, ``preview`` holds the first records as
    they are read, and ``moved_at`` is when there was last any progress.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="file_imports")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True)
    kind = models.CharField(max_length=20)
    survey = models.ForeignKey(Survey, models.SET_NULL, null=True)
    survey_id: uuid.UUID | None
    source = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    upload = models.CharField(max_length=40, blank=True)
    rejects = models.CharField(max_length=40, blank=True)
    found = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=9, choices=ImportState, default=ImportState.CHECKING)
    fault = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    off_scale = models.JSONField(default=dict)
    preview = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "-created_at"], name="import_recent"),
            models.Index(
                fields=["moved_at"],
                name="import_under_way",
                condition=models.Q(state__in=["checking", "importing", "removing"]),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ImportedResponse(models.Model):
    """A response that a file added, by which the import can be taken back."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(FileImport, models.CASCADE, related_name="responses")
    response_id = models.UUIDField()

    class Meta:
        indexes = (models.Index(fields=["file", "id"], name="responses_of_import"),)

    def __str__(self) -> str:
        return str(self.response_id)
