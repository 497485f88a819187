"""The mail server of an address, as Django wants it told."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
SECONDS = 20
SILENT = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_settings(smtp_url: str | None, sender: str) -> dict[str, Any]:
    """Return Django's settings for sending mail; without a server nothing is ever sent.

    Examples
    --------
    >>> told = mail_settings("smtp+starttls://ann:p%40ss@mail.example", "us@example.com")
    >>> told["EMAIL_HOST"], told["EMAIL_PORT"], told["EMAIL_HOST_PASSWORD"], told["EMAIL_USE_TLS"]
    ('mail.example', 587, 'p@ss', True)
    >>> mail_settings(None, "us@example.com")["EMAIL_BACKEND"] == SILENT
    True
    """
    common = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender, "EMAIL_TIMEOUT": SECONDS}
    if smtp_url is None:
        return {"EMAIL_BACKEND": SILENT, "SENDS_MAIL": False, **common}
    parts = urlsplit(smtp_url)
    return {
        "EMAIL_BACKEND": SMTP,
        "SENDS_MAIL": True,
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        **common,
    }
