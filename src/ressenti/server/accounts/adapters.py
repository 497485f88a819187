"""How allauth signs people in here: by invitation only, and only where this server says."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth publishes no types
    """Nobody signs up by themselves: an owner invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # no types either
    """Nobody signs up by another service either, unless an invitation waits for the address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        return False
