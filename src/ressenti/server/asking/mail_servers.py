"""The mail server of this installation, as ``channels.smtp`` reads its address."""

from __future__ import annotations

from django.conf import settings

from ressenti.channels.link import checked_base_url
from ressenti.channels.smtp import MailServer, mail_server
from ressenti.errors import InvalidArgument

NO_MAIL, NO_ADDRESS = "no_mail", "no_base_url"


def mail_obstacle() -> str | None:
    """Return why this installation can send no invitation; None when it can."""
    try:
        checked_base_url(settings.BASE_URL)
    except InvalidArgument:
        return NO_ADDRESS
    try:
        return None if own_mail_server() else NO_MAIL
    except InvalidArgument:
        return NO_MAIL


def own_mail_server() -> MailServer | None:
    """Return the mail server messages go through; None when none was set.

    Raises
    ------
    InvalidArgument
        R102, when its address cannot be used.
    """
    url: str | None = settings.SERVER.smtp_url
    return None if url is None else mail_server(url)
