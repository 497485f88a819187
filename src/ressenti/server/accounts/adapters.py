"""How allauth signs people in here: by invitation only, and only where this server says."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

import segno
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from ressenti.server.accounts import invitations
from ressenti.server.accounts.audit import entry_added
from ressenti.server.models import Membership, Person

log = structlog.get_logger("ressenti.accounts")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth publishes no types
    """Nobody signs up by themselves: an owner invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address of a reset below the configured one, whatever the request claims."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.BASE_URL}{path.replace('UID-KEY', key)}"

    def reauthenticate(self, user: Person, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message; the page says the same whether the mail server takes it or not."""
        told = {"base_url": settings.BASE_URL, **context}
        try:
            super().send_mail(template_prefix, email, told)
        except (OSError, SMTPException) as error:
            log.error("mail.failed", message=template_prefix, reason=type(error).__name__)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Write a change of how somebody signs in into the logs, and tell the person by mail."""
        action = f"person.{template_prefix.rpartition('/')[2]}"
        for membership in Membership.objects.filter(person=user).select_related("organisation"):
            entry_added(
                membership.organisation,
                actor=user.email,
                actor_kind="person",
                action=action,
                subject_kind="person",
                subject=user.email,
            )
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # no types either
    """An outside service proves an address; it opens the account of that address, or none."""

    def can_authenticate_by_email(
        self,
        login: SocialLogin,  # noqa: ARG002 - allauth's
        email: str,
    ) -> bool:
        """Return whether the address was proven here too, so that nobody waits behind it."""
        proven = EmailAddress.objects.filter(email__iexact=email, verified=True)
        return bool(proven.filter(user__email__iexact=email).exists())

    def is_open_for_signup(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's
        sociallogin: SocialLogin,
    ) -> bool:
        """Return whether an invitation waits for the proven address, and nobody has it yet."""
        email = proven_address(sociallogin)
        return (
            email is not None
            and not Person.objects.filter(email__iexact=email).exists()
            and invitations.pending().filter(email__iexact=email).exists()
        )

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]
    ) -> Person:
        person: Person = super().populate_user(request, sociallogin, data)
        person.name = " ".join(str(data.get("name") or "").split())[:120]
        person.language = getattr(request, "LANGUAGE_CODE", "en")
        return person

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: object = None
    ) -> Person:
        """Make the person, a member wherever an invitation waits."""
        person: Person = super().save_user(request, sociallogin, form)
        for invitation in invitations.pending().filter(email__iexact=person.email):
            invitations.join(invitation, person)
        return person

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse to connect an account of another address, or one that was not proven."""
        if sociallogin.state.get("process") != "connect":
            return
        person, email = request.user, proven_address(sociallogin)
        if (
            not isinstance(person, Person)
            or email is None
            or email.casefold() != person.email.casefold()
        ):
            page = render(request, "socialaccount/authentication_error.html", status=403)
            raise ImmediateHttpResponse(page)
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True}
        )

    def on_authentication_error(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's
        provider: object,  # noqa: ARG002
        error: object = None,
        exception: Exception | None = None,
        extra_context: object = None,  # noqa: ARG002
    ) -> None:
        log.warning("sign_in.failed", error=str(error), reason=str(exception or ""))


def proven_address(login: SocialLogin) -> str | None:
    """Return the address that an outside service says it has verified."""
    return next((str(found.email) for found in login.email_addresses if found.verified), None)


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc] # no types either
    """The second step of signing in: its secrets are of no use to who reads the database alone."""

    def build_totp_svg(self, url: str) -> str:
        """Return the drawing to scan, to stand in the page itself."""
        return str(segno.make(url).svg_inline(scale=4, border=4, dark="#000", light="#fff"))

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The secret key is not the one it was written with: no code may ever fit.
            log.error("two_step.unreadable")
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"ressenti two-step secrets" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
