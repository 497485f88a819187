"""OpenID Connect, stricter than the library: every identity is signed and about one person."""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

# Signatures by a private key; a shared secret or none at all would let anybody sign.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"})


class StrictAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth publishes no types
    """Reads the answer of the provider, and believes only what it has signed."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **told: Any
    ) -> SocialLogin:
        """Return who signs in.

        Raises
        ------
        OAuth2Error
            When the identity is unsigned, signed by a method that proves nothing, or not about
            the person of whom the provider tells more.
        """
        require_signature(told["response"].get("id_token"))
        # The library checks signatures of what did not come straight from the provider only.
        self.did_fetch_access_token = False
        login: SocialLogin = super().complete_login(request, app, token, **told)
        documents = login.account.extra_data
        subjects = {document.get("sub") for document in documents.values()}
        if len(subjects) != 1:
            raise OAuth2Error("the provider tells of two people")
        for address in login.email_addresses:
            # Some providers write the truth value as a word, and "false" is true to Python.
            address.verified = str(address.verified).casefold() == "true"
        return login


def require_signature(identity: object) -> None:
    """Raise unless an identity token names a signature that proves something.

    Raises
    ------
    OAuth2Error
        When there is no token, or its header names no key or another method.
    """
    try:
        header = jwt.get_unverified_header(str(identity or ""))
    except jwt.PyJWTError as error:
        raise OAuth2Error("no identity token") from error
    if header.get("alg") not in ALGORITHMS or not header.get("kid"):
        raise OAuth2Error("the identity token is not signed")
