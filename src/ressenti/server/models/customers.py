"""Customers, and the invitations by which they are asked, or the reason why they were not."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.people import Person
from ressenti.server.models.surveys import Survey


class Customer(models.Model):
    """Somebody an organisation may ask.

    ``refuses`` lists the channels on which the person refused to be asked, ``all`` for every one.
    ``erased_at`` is set when the person asked to be forgotten; nothing else is then left here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="customers")
    organisation_id: uuid.UUID
    external_id = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True)
    unit_id: uuid.UUID | None
    attributes = models.JSONField(default=dict, blank=True)
    refuses = models.JSONField(default=list, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="customer_is_unique"
            ),
        )
        indexes = (models.Index(fields=["organisation", "email"], name="customer_by_email"),)

    def __str__(self) -> str:
        return self.external_id


class PressureRule(models.Model):
    """How often one person may be asked; scope, indicator and survey as ``surveys.pressure``."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pressure_rules")
    key = models.SlugField(max_length=60)
    scope = models.CharField(max_length=9, default="all")
    indicator = models.CharField(max_length=40, blank=True)
    survey = models.ForeignKey(Survey, models.CASCADE, null=True, blank=True)
    survey_id: uuid.UUID | None
    rest_days = models.PositiveIntegerField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    within_days = models.PositiveIntegerField(null=True, blank=True)
    is_exempt = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="rule_is_unique"),
        )

    def __str__(self) -> str:
        return self.key


class Campaign(models.Model):
    """One sending of a survey to a set of customers, with its reminders.

    ``decided_at`` is set once the ledger says of each of them whether they are asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, default="email")
    subject = models.JSONField(default=dict)
    message = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    reminder_days = models.JSONField(default=list)
    expires_after_days = models.PositiveIntegerField(default=30)
    starts_at = models.DateTimeField(null=True, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class NotAskedReason(models.TextChoices):
    """Why a person was deliberately not asked."""

    RESTING = "resting", _("was asked recently")
    TOO_MANY = "too_many", _("was asked too often")
    REFUSED = "refused", _("refuses to be asked")
    NO_ADDRESS = "no_address", _("has no address on this channel")
    BOUNCED = "bounced", _("the address does not exist")
    NOT_SAMPLED = "not_sampled", _("not drawn")


class Invitation(models.Model):
    """One person asked, or deliberately not asked, on one channel: the ledger of all channels.

    Only the digest of the token is kept. For an anonymous survey nothing links it to a response.
    ``due_at`` is when the next message goes out, a reminder too; None when none does.
    ``claimed_at`` is set while a worker sends a message: one that is killed meanwhile leaves it
    set, and the message, which may have arrived, is not sent again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True)
    customer_id: uuid.UUID | None
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2, blank=True)
    token_digest = models.BinaryField(max_length=32, unique=True, null=True)
    context = models.JSONField(default=dict, blank=True)
    decided_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    not_sent_reason = models.CharField(max_length=20, choices=NotAskedReason, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "customer", "-sent_at"], name="asked_before"),
            models.Index(fields=["survey", "-decided_at"], name="invitation_by_survey"),
            models.Index(
                fields=["due_at"],
                name="invitation_due",
                condition=models.Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.id)
