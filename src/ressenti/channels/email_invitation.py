"""What an invitation by e-mail says, to whom, and how its message is recognised afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ressenti.errors import InvalidArgument
from ressenti.language import Text

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,128}")
MESSAGE_ID = re.compile(rf"(?P<invitation>{IDENTIFIER.pattern})\.(?P<attempt>\d{{1,3}})")


@dataclass(frozen=True, slots=True)
class LevelLink:
    """One level of the question: what a person reads, where it leads, its value."""

    label: str
    url: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailInvitation:
    """An invitation whose words are already in one language.

    Parameters
    ----------
    base_url : str
        The configured one; every link of the message lies under it.
    organisation : str
        In whose name one is asked.
    sender_name, sender_address : str
        Of the From header.
    recipient_address, recipient_name : str
        Of the To header; the name may be empty.
    subject, greeting, introduction, question, footer : str
        Plain text; a blank line separates paragraphs.
    levels : tuple of LevelLink
        In the order of the scale; empty for a question that is no scale.
    ends : tuple of two str, optional
        What the first and the last level mean, where their labels are mere numbers.
    survey_link, unsubscribe_url : str
        The whole questionnaire, and the page where a POST alone ends all invitations.
    invitation_id : str
        1 to 128 of ``A-Za-z0-9_-``, hard to guess: whoever knows it can forge a bounce.
    message_domain : str
        Right-hand side of the Message-ID.
    sent_at : aware datetime
        Of the Date header.
    attempt : int
        1 for the invitation, 2 for its first reminder.
    """

    base_url: str
    organisation: str
    sender_name: str
    sender_address: str
    recipient_address: str
    subject: str
    greeting: str
    introduction: str
    question: str
    levels: tuple[LevelLink, ...]
    footer: str
    survey_link: str
    unsubscribe_url: str
    invitation_id: str
    message_domain: str
    sent_at: datetime
    recipient_name: str = ""
    ends: tuple[str, str] | None = None
    attempt: int = 1

    def links(self) -> tuple[str, ...]:
        return (*(level.url for level in self.levels), self.survey_link, self.unsubscribe_url)


def message_id(invitation: EmailInvitation) -> str:
    """Return the Message-ID, without its angle brackets.

    Raises
    ------
    InvalidArgument
        R102, when the invitation's identifier is none.
    """
    left = f"{invitation.invitation_id}.{invitation.attempt}"
    if not MESSAGE_ID.fullmatch(left):
        raise InvalidArgument(
            Text(
                en=f"'{left}' cannot identify an invitation.",
                fr=f"« {left} » ne peut pas identifier une invitation.",
            )
        )
    return f"{left}@{invitation.message_domain}"


def invitation_of(message: str, message_domain: str) -> str | None:
    """Return the invitation whose message bears a Message-ID; None when it is none of ours.

    Examples
    --------
    >>> invitation_of("k3Jx.2@avis.example", "avis.example")
    'k3Jx'
    >>> invitation_of("20260302.1@elsewhere.example", "avis.example") is None
    True
    """
    left, _, domain = message.rpartition("@")
    found = MESSAGE_ID.fullmatch(left)
    return found["invitation"] if found and domain.lower() == message_domain.lower() else None
