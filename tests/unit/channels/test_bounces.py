"""Reports written by hand after the examples of RFC 3464 (appendix E) and RFC 5965 (appendix B)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.channels.bounces import Bounce, Kind, bounce_of

RETURNED = """\
From: avis@shop.example
To: louisl@larry.slip.umd.example
Message-ID: <k3Jx_9.1@avis.example>
Subject: Votre avis
"""


def notification(
    fields: str,
    *,
    returned: str = RETURNED,
    returned_type: str = "text/rfc822-headers",
    status_type: str = "message/delivery-status",
) -> bytes:
    return f"""\
Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@cs.utk.example>
To: bounces@avis.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="RAA14128.773615765/CS.UTK.EXAMPLE"

--RAA14128.773615765/CS.UTK.EXAMPLE

The original message was received and could not be delivered: status 5.1.1.
Message-ID: <lure@evil.example>

--RAA14128.773615765/CS.UTK.EXAMPLE
Content-Type: {status_type}

Reporting-MTA: dns; cs.utk.example

{fields}
--RAA14128.773615765/CS.UTK.EXAMPLE
Content-Type: {returned_type}

{returned}
--RAA14128.773615765/CS.UTK.EXAMPLE--
""".replace("\n", "\r\n").encode()


def complaint(kind: str = "abuse") -> bytes:
    return f"""\
From: <abusedesk@example.com>
To: <abuse@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.1.

--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
Original-Rcpt-To: <ana@client.example>
Source-IP: 192.0.2.1

--part1_13d.2e68ed54
Content-Type: message/rfc822

{RETURNED}
Bonjour
--part1_13d.2e68ed54--
""".replace("\n", "\r\n").encode()


def failure(status: str, diagnostic: str, action: str = "failed") -> str:
    return f"""\
Original-Recipient: rfc822;louisl@larry.slip.umd.example
Final-Recipient: rfc822;louisl@larry.slip.umd.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}
"""


def test_a_dead_address_is_told_with_the_message_it_was_for() -> None:
    fields = failure("5.1.1", "550 5.1.1 <louisl@larry.slip.umd.example>:\n User unknown")
    assert bounce_of(notification(fields)) == Bounce(
        kind=Kind.HARD,
        message_id="k3Jx_9.1@avis.example",
        recipient="louisl@larry.slip.umd.example",
        status="5.1.1",
        diagnostic="smtp; 550 5.1.1 <louisl@larry.slip.umd.example>: User unknown",
    )


@pytest.mark.parametrize(
    ("status", "diagnostic", "action", "kind"),
    [
        ("5.1.1", "550 no such user", "failed", Kind.HARD),
        ("5.1.10", "556 domain accepts no mail", "failed", Kind.HARD),
        ("5.2.1", "550 mailbox disabled", "failed", Kind.HARD),
        ("5.0.0", "550 5.1.1 no such user", "failed", Kind.HARD),
        ("5.0.0", "550 no such user", "failed", Kind.HARD),
        ("5.0.0", "550 5.7.1 looks like spam", "failed", Kind.SOFT),
        ("5.2.2", "552 mailbox full", "failed", Kind.SOFT),
        ("5.7.1", "550 your address 192.0.2.1 is blocked", "failed", Kind.SOFT),
        ("4.4.7", "queue expired", "failed", Kind.SOFT),
        ("4.0.0", "426 connection timed out", "failed", Kind.SOFT),
        ("4.4.2", "no answer", "delayed", Kind.SOFT),
        ("5.1.1", "550 no such user", "delayed", Kind.SOFT),
        ("nonsense", "something broke", "failed", Kind.SOFT),
    ],
)
def test_only_what_says_that_the_address_is_dead_is_hard(
    status: str, diagnostic: str, action: str, kind: Kind
) -> None:
    bounce = bounce_of(notification(failure(status, diagnostic, action)))
    assert bounce is not None
    assert bounce.kind is kind


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_good_news_is_no_bounce(action: str) -> None:
    assert bounce_of(notification(failure("2.1.5", "250 ok", action))) is None


def test_the_failed_recipient_is_found_among_others() -> None:
    fields = (
        "Final-Recipient: rfc822;arathib@vnet.ibm.example\nAction: relayed\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822;wsnell@sdcc13.ucsd.example\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 user unknown\n"
    )
    bounce = bounce_of(notification(fields))
    assert bounce is not None
    assert (bounce.recipient, bounce.kind) == ("wsnell@sdcc13.ucsd.example", Kind.HARD)


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_our_message_is_known_whether_it_came_back_whole_or_not(kind: str) -> None:
    bounce = bounce_of(notification(failure("5.1.1", "550"), returned_type=kind))
    assert bounce is not None
    assert bounce.message_id == "k3Jx_9.1@avis.example"


def test_what_came_back_without_our_message_still_tells_the_recipient() -> None:
    bounce = bounce_of(
        notification(failure("5.1.1", "550"), returned="", returned_type="text/html")
    )
    assert bounce is not None
    assert bounce.message_id is None
    assert bounce.recipient == "louisl@larry.slip.umd.example"


def test_a_notification_in_utf8_is_read_as_well() -> None:
    sent_back = notification(
        failure("5.1.1", "550 utilisateur inconnu : élise"),
        status_type="message/global-delivery-status",
    )
    bounce = bounce_of(sent_back)
    assert bounce is not None
    assert bounce.kind is Kind.HARD
    assert bounce.diagnostic.startswith("smtp; 550 utilisateur")


def test_a_complaint_tells_who_did_not_want_our_message() -> None:
    expected = Bounce(Kind.COMPLAINT, "k3Jx_9.1@avis.example", "ana@client.example", None, "abuse")
    assert bounce_of(complaint()) == expected


def test_a_message_that_someone_took_out_of_the_junk_is_no_complaint() -> None:
    assert bounce_of(complaint("not-spam")) is None


def test_an_answer_by_a_person_is_no_bounce() -> None:
    text = b"From: ana@client.example\r\nSubject: Re: 550 5.1.1 failed\r\n\r\nStatus: 5.1.1\r\n"
    assert bounce_of(text) is None


def test_a_report_within_a_forwarded_message_is_not_believed() -> None:
    inner = notification(failure("5.1.1", "550"))
    outer = b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" + inner
    assert bounce_of(outer) is None


def test_values_are_bounded_and_stand_on_one_line() -> None:
    fields = failure("5.1.1", "550 \x00\x1b[31m" + "x" * 5000).replace(
        "rfc822;louisl@larry.slip.umd.example", "rfc822; <script>@x y"
    )
    bounce = bounce_of(notification(fields, returned="Message-ID: <" + "a" * 5000 + "@b>\n"))
    assert bounce is not None
    assert bounce.recipient is None
    assert bounce.message_id is None
    assert len(bounce.diagnostic) == 500
    assert not any(character < " " for character in bounce.diagnostic)


def nested(depth: int) -> bytes:
    parts = "".join(
        f"Content-Type: multipart/report; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(depth)
    )
    return parts.encode()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe" * 1000,
        nested(20_000),
        b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
        b"A: " + b"x" * 20_000_000,
        b"X: y\r\n" * 1_000_000,
        b"Content-Type: multipart/report" + b"; a=b" * 50_000,
        b"Content-Type: multipart/report; boundary=\r\n\r\n--\r\n--\r\n" * 5000,
        notification("Final-Recipient: " * 100_000),
        notification(failure("5.1.1", "550"), status_type='text/plain; charset="unknown"'),
        notification(failure("5.1.1", "550"), status_type="multipart/mixed; boundary=x"),
    ],
    ids=lambda message: f"{len(message)} bytes",
)
def test_hostile_mail_is_read_quickly_and_is_no_bounce(message: bytes) -> None:
    start = time.perf_counter()
    assert bounce_of(message) is None
    assert time.perf_counter() - start < 5


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=1500))
def test_damaged_reports_never_break_the_reader(noise: bytes, place: int) -> None:
    whole = notification(failure("5.1.1", "550 user unknown"))
    bounce = bounce_of(whole[:place] + noise + whole[place:])
    assert bounce is None or bounce.kind in Kind
