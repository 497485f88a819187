"""The OpenID Connect provider that an administrator names, as allauth wants it told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.server.running.settings import Variables, is_loopback, wrong

URL, CLIENT_ID, CLIENT_SECRET, NAME = (
    f"RESSENTI_OIDC_{part}" for part in ("URL", "CLIENT_ID", "CLIENT_SECRET", "NAME")
)
PROVIDER_ID = "sso"


def provider_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return allauth's description of the provider that the environment names; empty for none.

    Raises
    ------
    InvalidArgument
        When its address is none or not https, or something that goes with it is missing.

    Examples
    --------
    >>> told = provider_settings({
    ...     "RESSENTI_OIDC_URL": "https://id.example.com",
    ...     "RESSENTI_OIDC_CLIENT_ID": "ressenti",
    ...     "RESSENTI_OIDC_CLIENT_SECRET": "quiet",
    ... })
    >>> told["openid_connect"]["APPS"][0]["name"]
    'id.example.com'
    """
    variables = Variables(environment)
    url = variables.text(URL)
    if not url:
        return {}
    application = {
        "provider_id": PROVIDER_ID,
        "name": variables.text(NAME) or urlsplit(url).hostname,
        "client_id": _needed(variables, CLIENT_ID),
        "secret": _needed(variables, CLIENT_SECRET),
        "settings": {"server_url": _checked(url)},
    }
    return {"openid_connect": {"APPS": [application], "OAUTH_PKCE_ENABLED": True}}


def _checked(url: str) -> str:
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    )
    if not is_safe or not parts.hostname:
        reason = Text(
            en="it must be an address such as https://id.example.com",
            fr="elle doit être une adresse telle que https://id.exemple.fr",
        )
        raise wrong(URL, url, reason)
    return url.rstrip("/")


def _needed(variables: Variables, name: str) -> str:
    value = variables.text(name)
    if not value:
        raise InvalidArgument(
            Text(
                en="the variable {name} is not set, and {url} needs it.",
                fr="la variable {name} n'est pas définie, et {url} en a besoin.",
            ).format(name=name, url=URL)
        )
    return value
