"""The mail server of an address, as Django wants it told."""

from __future__ import annotations

from typing import Any

from ressenti.channels.smtp import mail_server

SILENT = "django.core.mail.backends.dummy.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_settings(smtp_url: str | None, sender: str) -> dict[str, Any]:
    """Return Django's settings for sending mail; without a server nothing is ever sent.

    Raises
    ------
    InvalidArgument
        R102, for an address that ``channels.smtp`` refuses.

    Examples
    --------
    >>> told = mail_settings("smtp+starttls://ann:p%40ss@mail.example", "us@example.com")
    >>> told["EMAIL_HOST"], told["EMAIL_PORT"], told["EMAIL_HOST_PASSWORD"], told["EMAIL_USE_TLS"]
    ('mail.example', 587, 'p@ss', True)
    >>> mail_settings(None, "us@example.com")["EMAIL_BACKEND"] == SILENT
    True
    """
    common = {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender}
    if smtp_url is None:
        return {"EMAIL_BACKEND": SILENT, "SENDS_MAIL": False, **common}
    server = mail_server(smtp_url)
    return {
        "EMAIL_BACKEND": SMTP,
        "SENDS_MAIL": True,
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port,
        "EMAIL_HOST_USER": server.user or "",
        "EMAIL_HOST_PASSWORD": server.password,
        "EMAIL_USE_TLS": server.security == "starttls",
        "EMAIL_USE_SSL": server.security == "tls",
        **common,
        "EMAIL_TIMEOUT": server.timeout,
    }
