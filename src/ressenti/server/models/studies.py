"""Studies: questions about the whole record that take longer than a page may, and their answers."""

from __future__ import annotations

from django.db import models

from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.people import Person


class StudyKind(models.TextChoices):
    """What is studied."""

    DRIVERS = "drivers"
    LINKS = "links"
    CANDIDATES = "candidates"


class Study(models.Model):
    """One question, asked by somebody who sees ``unit`` and all below, or everything.

    ``question`` says what and of which days. ``result`` holds what is shown, by language;
    ``failure`` why there is nothing, by language too. A study is never changed once it is done:
    asking again makes another one.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="studies")
    kind = models.CharField(max_length=10, choices=StudyKind)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True)
    question = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    failure = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["organisation", "kind", "-asked_at"], name="study_latest"),)
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"
