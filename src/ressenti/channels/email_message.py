"""Invitations by e-mail: the first question stands in the message, in HTML and in plain text.

A level is a link to the page where it is shown chosen; only a person's POST there votes, so a mail
scanner that follows every link answers nothing. No word of the message becomes markup, a header
or a link, whoever wrote it: a contact's first name comes from anywhere.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from ressenti.channels.email_invitation import EmailInvitation, message_id
from ressenti.channels.email_layout import html_body, plain_body
from ressenti.channels.email_words import header_text, mailbox
from ressenti.channels.link import own_url
from ressenti.channels.signed_context import seconds
from ressenti.language import Language


def email_message(invitation: EmailInvitation, language: Language) -> EmailMessage:
    """Return the message of an invitation: plain text, and the same in HTML.

    Raises
    ------
    InvalidArgument
        R102, for an address that is none, a link outside the base URL, an identifier that could
        not be recognised in a bounce or an instant without time zone.

    References
    ----------
    RFC 8058 (2017) for the one-click unsubscription, RFC 3834 (2004) for Auto-Submitted.
    """
    for url in invitation.links():
        own_url(url, invitation.base_url)
    message = EmailMessage(policy=SMTP)
    message["From"] = mailbox(invitation.sender_name, invitation.sender_address)
    message["To"] = mailbox(invitation.recipient_name, invitation.recipient_address)
    message["Subject"] = header_text(invitation.subject)
    message["Date"] = formatdate(seconds(invitation.sent_at), usegmt=True)
    message["Message-ID"] = f"<{message_id(invitation)}>"
    message["List-Unsubscribe"] = f"<{invitation.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    # Exchange answers with absence notes unless it is asked not to.
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(plain_body(invitation, language), cte="quoted-printable")
    page = html_body(invitation, language)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    # Set before, it would have gone into the first part.
    message["Content-Language"] = language
    return message
