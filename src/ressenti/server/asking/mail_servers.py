"""The mail server of this installation, as ``channels.smtp`` reads its address."""

from __future__ import annotations

from django.conf import settings

from ressenti.channels.smtp import MailServer, mail_server

STARTTLS = "smtp+starttls://"


def own_mail_server() -> MailServer | None:
    """Return the mail server messages go through; None when none was set.

    Raises
    ------
    InvalidArgument
        R102, when its address cannot be used.
    """
    url: str | None = settings.SERVER.smtp_url
    if url is None:
        return None
    if url.startswith(STARTTLS):
        mark = "&" if "?" in url else "?"
        url = f"smtp://{url.removeprefix(STARTTLS)}{mark}tls=starttls"
    return mail_server(url)
