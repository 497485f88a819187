"""People who sign in, and what each may do in an organisation."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ressenti.server.models.organisations import Organisation, Unit


class People(BaseUserManager["Person"]):
    """The people; Django's sign-in asks them by address."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Theme(models.TextChoices):
    """Whether pages are light or dark."""

    AUTO = "auto", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Person(AbstractBaseUser):
    """Somebody who signs in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(
        max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = People()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="person_email_is_unique"),)

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a member may do; each one may also do what the next ones may.

    An owner decides on people and rights, an expert makes surveys and definitions, a manager acts
    in a unit, a consultant reads.
    """

    OWNER = "owner", _("owner")
    EXPERT = "expert", _("expert")
    MANAGER = "manager", _("manager")
    CONSULTANT = "consultant", _("consultant")


class Membership(models.Model):
    """A person's role in an organisation, in the whole of it or in one unit and what is below."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "person"], name="membership_is_unique"),
        )

    def __str__(self) -> str:
        return f"{self.person} – {self.role}"


class MemberInvitation(models.Model):
    """A link by which somebody joins an organisation, once, before it expires.

    ``mailed_at`` says that only the mailbox of the address was given the link, which proves the
    address of whoever follows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    email = models.EmailField(max_length=254, blank=True)
    role = models.CharField(max_length=12, choices=Role)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True)
    token_digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class Scope(models.TextChoices):
    """What an API key may do."""

    ANSWERS_WRITE = "answers:write", _("send answers")
    FACTS_WRITE = "facts:write", _("send customers, contacts, orders, subscriptions, outcomes")
    SCORES_READ = "scores:read", _("read scores")
    ANSWERS_READ = "answers:read", _("read answers and comments")
    SURVEYS_WRITE = "surveys:write", _("make surveys and invitations")


class ApiKey(models.Model):
    """A secret by which a program speaks for an organisation; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One change or export: who did what to what; each entry carries the digest of the one before.

    The chain makes the removal or change of an entry detectable.
    """

    id = models.BigAutoField(primary_key=True)
    organisation_id: uuid.UUID
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="audit_entries")
    at = models.DateTimeField()
    actor = models.CharField(max_length=254)
    actor_kind = models.CharField(max_length=10)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    previous_digest = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["organisation", "-id"], name="audit_by_organisation"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditHead(models.Model):
    """The last entry of an organisation's log, so that the removal of that one shows too."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="audit_head"
    )
    entry = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.entry)
