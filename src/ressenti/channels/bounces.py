"""Bounces: what mail servers send back about a message that did not arrive or was complained of.

Anyone can send anything to the address that takes bounces. A message is read within bounds, gives
at most five short values, and what is not clearly a bounce is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from enum import StrEnum
from itertools import islice

LARGEST_MESSAGE = 256 * 1024
LONGEST_DIAGNOSTIC = 500
MOST_RECIPIENTS = 100

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)([45]\d\d)(?!\d)")
MESSAGE_ID = re.compile(r"<([^<>\s@]{1,200}@[^<>\s@]{1,255})>")
ADDRESS = re.compile(r"[^\s<>@,;:\"]{1,64}@[^\s<>@,;:\"]{1,255}")
BLANK_LINE = re.compile(r"\r?\n\r?\n")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")

# Enhanced codes (RFC 3463) that say the address itself is dead, by subject and detail.
DEAD_ADDRESSES = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})
# SMTP replies that say so where no enhanced code does (RFC 5321, 4.2.3).
DEAD_REPLIES = frozenset({550, 551, 553})
COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"})


class Kind(StrEnum):
    """What a bounce says of the address."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One message that did not arrive, or was complained of.

    Parameters
    ----------
    kind : Kind
        ``hard``: the address is dead; ``soft``: this message did not arrive, another may;
        ``complaint``: it arrived and was not wanted.
    message_id : str or None
        Of our message, without angle brackets; None when it was not returned.
    recipient : str or None
    status : str or None
        Enhanced code such as ``5.1.1``.
    diagnostic : str
        The server's words, on one line, at most 500 characters; to be escaped like any text.
    """

    kind: Kind
    message_id: str | None
    recipient: str | None
    status: str | None
    diagnostic: str


def bounce_of(message: bytes) -> Bounce | None:
    """Return the bounce that a message reports; None when it reports none.

    Only standard reports are read: delivery-status notifications and abuse reports. A notification
    of success, a delay that is over and an answer by a person are no bounces. What lies beyond
    256 KiB is not read.

    References
    ----------
    RFC 3464 (2003) and 3463 (2003) for notifications, RFC 5965 (2010) for abuse reports.
    """
    try:
        report = message_from_bytes(message[:LARGEST_MESSAGE], policy=compat32)
        parts = _parts(report)
    except RecursionError:
        # Thousands of parts in one another are an attack, not a report.
        return None
    if (complaint := parts.get("message/feedback-report")) is not None:
        return _complaint(complaint, _message_id(parts))
    for kind in ("message/delivery-status", "message/global-delivery-status"):
        if kind in parts:
            return _failure(parts[kind], _message_id(parts))
    return None


def _parts(report: Message) -> dict[str, Message]:
    """Return the first part of each type in a report; none when the message is no report."""
    if report.get_content_type() != "multipart/report":
        return {}
    payload = report.get_payload()
    parts = payload if isinstance(payload, list) else []
    return {part.get_content_type(): part for part in reversed(parts) if isinstance(part, Message)}


def _failure(status: Message, message_id: str | None) -> Bounce | None:
    for group in islice(_groups(status), MOST_RECIPIENTS):
        action = _field(group, "Action").lower()
        if action not in ("failed", "delayed"):
            continue
        diagnostic = _field(group, "Diagnostic-Code")
        code = _code(_field(group, "Status"), diagnostic)
        is_dead = action == "failed" and _tells_a_dead_address(code, diagnostic)
        return Bounce(
            kind=Kind.HARD if is_dead else Kind.SOFT,
            message_id=message_id,
            recipient=_address(
                _field(group, "Original-Recipient"), _field(group, "Final-Recipient")
            ),
            status=None if code is None else ".".join(map(str, code)),
            diagnostic=diagnostic,
        )
    return None


def _complaint(report: Message, message_id: str | None) -> Bounce | None:
    fields = next(_groups(report), None)
    if fields is None or _field(fields, "Feedback-Type").lower() not in COMPLAINTS:
        return None
    return Bounce(
        kind=Kind.COMPLAINT,
        message_id=message_id,
        recipient=_address(_field(fields, "Original-Rcpt-To"), _field(fields, "Removal-Recipient")),
        status=None,
        diagnostic=_field(fields, "Feedback-Type").lower(),
    )


def _groups(part: Message) -> Iterator[Message]:
    """Yield each group of fields of a report's part, however the parser has cut it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        for group in payload:
            if isinstance(group, Message):
                yield group
                # To a parser that does not know the type, the next groups are a message's body.
                yield from _groups_of_text(group.get_payload())
    yield from _groups_of_text(payload)


def _groups_of_text(text: object) -> Iterator[Message]:
    if isinstance(text, str):
        for group in BLANK_LINE.split(text):
            yield HeaderParser(policy=compat32).parsestr(group)


def _message_id(parts: dict[str, Message]) -> str | None:
    """Return the Message-ID of the returned message, whole or headers alone."""
    for kind in ("message/rfc822", "text/rfc822-headers", "message/global"):
        returned = next(_groups(parts[kind]), None) if kind in parts else None
        found = MESSAGE_ID.search(_raw(returned, "Message-ID")) if returned is not None else None
        if found:
            return found[1]
    return None


def _code(status: str, diagnostic: str) -> tuple[int, int, int] | None:
    """Return the most telling enhanced code: that of the diagnostic where the status is vague."""
    codes = [
        (int(found[1]), int(found[2]), int(found[3]))
        for found in map(STATUS.search, (status, diagnostic))
        if found
    ]
    return next((code for code in codes if code[1:] != (0, 0)), codes[0] if codes else None)


def _tells_a_dead_address(code: tuple[int, int, int] | None, diagnostic: str) -> bool:
    if code is not None and code[1:] != (0, 0):
        return code[0] == 5 and code[1:] in DEAD_ADDRESSES
    reply = REPLY_CODE.search(diagnostic)
    is_final = code is None or code[0] == 5
    return is_final and reply is not None and int(reply[1]) in DEAD_REPLIES


def _address(*fields: str) -> str | None:
    for field in fields:
        found = ADDRESS.fullmatch(field.rpartition(";")[2].strip().strip("<>"))
        if found:
            return found[0]
    return None


def _field(fields: Message, name: str) -> str:
    return CONTROL.sub(" ", _raw(fields, name)).strip()[:LONGEST_DIAGNOSTIC]


def _raw(fields: Message, name: str) -> str:
    value = fields.get(name, "")
    # A header with bytes outside ASCII comes as an object; lone halves stand for those bytes.
    return str(value).encode("utf-8", "replace").decode("utf-8")
