"""Surveys: what is asked, in which version, until when and of how many."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.people import Person

PUBLIC_KEY_BYTES = 9


def new_public_key() -> str:
    return secrets.token_urlsafe(PUBLIC_KEY_BYTES)


class SurveyState(models.TextChoices):
    """Whether a survey takes answers."""

    DRAFT = "draft", _("draft")
    # The cockpit calls a figure live, in another sense.
    LIVE = "live", pgettext_lazy("survey", "live")
    CLOSED = "closed", _("closed")


class Survey(models.Model):
    """A survey of an organisation.

    ``draft`` is the questionnaire being edited, a document of ``ressenti.surveys``; what is asked
    is the latest ``SurveyVersion``. ``is_anonymous`` is chosen before the first answer and never
    changes after it. ``public_key`` stands in the address of its page.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="surveys")
    organisation_id: uuid.UUID
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=SurveyState, default=SurveyState.DRAFT)
    public_key = models.CharField(max_length=24, unique=True, default=new_public_key)
    is_anonymous = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    draft = models.JSONField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    touchpoint = models.CharField(max_length=60, blank=True)
    audience = models.CharField(max_length=12, default="customer")
    mode = models.CharField(max_length=15, default="transactional")
    attributes = models.JSONField(default=list, blank=True)
    channels = models.JSONField(default=dict, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    end_url = models.URLField(blank=True)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="survey_key_is_unique"),
        )
        ordering = ("-changed_at",)

    def __str__(self) -> str:
        return self.name


class SurveyVersion(models.Model):
    """A questionnaire as it was published: frozen."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    questionnaire = models.JSONField()
    decisions = models.JSONField(default=dict)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.SET_NULL, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "number"], name="version_is_unique"),
        )
        ordering = ("survey", "number")

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"


class Quota(models.Model):
    """At most so many finished responses that fit a condition; ``taken`` never passes ``places``.

    ``condition`` is that of ``ressenti.surveys.quotas``; empty when every response counts.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="quotas")
    key = models.SlugField(max_length=60)
    condition = models.JSONField(default=dict, blank=True)
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["survey", "key"], name="quota_is_unique"),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="quota_holds"
            ),
        )

    def __str__(self) -> str:
        return self.key
