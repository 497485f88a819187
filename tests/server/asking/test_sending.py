"""Messages go out once, whatever is refused, stopped or killed, and bounces come back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import (
    Desk,
    Mailbox,
    campaign_of,
    customer_of,
    live_survey,
    worked_off,
)

if TYPE_CHECKING:
    from ressenti.server.models import Campaign, Customer, Invitation

SECONDS = 60


def launched(desk: Desk, campaign: Campaign) -> None:
    desk.post(f"campaigns/{campaign.pk}/launch/")
    worked_off()


def invitation_to(customer: Customer) -> Invitation:
    from ressenti.server.models import Invitation

    return Invitation.objects.get(customer=customer)


def send_again(invitation: Invitation, **changed: Any) -> None:
    """Make an invitation due now, and send what is due."""
    from django.utils import timezone

    from ressenti.server.asking.tasks import look_after_campaigns
    from ressenti.server.models import Invitation

    told = {"due_at": timezone.now()} | changed
    Invitation.objects.filter(pk=invitation.pk).update(**told)
    look_after_campaigns.defer(timestamp=int(time.time()))
    worked_off()


def test_a_passing_failure_is_tried_again_with_the_same_message_id(
    desk: Desk, mailbox: Mailbox
) -> None:
    customer = customer_of(desk.tenant, "C-1")
    mailbox.refuse[customer.email] = "451 try later"
    launched(desk, campaign_of(live_survey(desk.tenant)))
    waiting = invitation_to(customer)
    assert (waiting.attempts, waiting.sent_at, waiting.claimed_at) == (1, None, None)
    assert waiting.due_at is not None
    assert waiting.due_at - waiting.decided_at > timedelta(seconds=90)
    assert "451" in waiting.failure
    mailbox.refuse.clear()
    send_again(waiting)
    (message,) = mailbox.to(customer.email)
    assert message["Message-ID"] == f"<{waiting.pk.hex}.1@127.0.0.1>"
    assert (invitation_to(customer).sent_at is None, invitation_to(customer).failure) == (False, "")


def test_a_dead_address_is_marked_and_never_tried_again(desk: Desk, mailbox: Mailbox) -> None:
    customer = customer_of(desk.tenant, "C-1")
    mailbox.refuse[customer.email] = "550 no such user"
    survey = live_survey(desk.tenant)
    launched(desk, campaign_of(survey))
    bounced = invitation_to(customer)
    assert bounced.bounced_at is not None
    assert bounced.due_at is None
    customer.refresh_from_db()
    assert customer.bounced_at is not None
    mailbox.refuse.clear()
    send_again(bounced)
    assert mailbox.to(customer.email) == []
    second = campaign_of(survey)
    launched(desk, second)
    assert second.invitations.get().not_sent_reason == "bounced"


def test_a_mail_server_that_is_away_is_waited_for(desk: Desk, mailbox: Mailbox) -> None:
    import dataclasses

    from django.conf import settings
    from django.test import override_settings

    from tests.services import free_port

    customer = customer_of(desk.tenant, "C-1")
    away = dataclasses.replace(settings.SERVER, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    with override_settings(SERVER=away):
        launched(desk, campaign_of(live_survey(desk.tenant)))
    waiting = invitation_to(customer)
    assert (waiting.sent_at, waiting.claimed_at, waiting.attempts) == (None, None, 1)
    send_again(waiting)
    assert len(mailbox.to(customer.email)) == 1


def test_reminders_go_to_those_who_have_not_answered(desk: Desk, mailbox: Mailbox) -> None:
    from django.utils import timezone

    silent, quick = customer_of(desk.tenant, "C-1"), customer_of(desk.tenant, "C-2")
    launched(desk, campaign_of(live_survey(desk.tenant), reminder_days=[4]))
    send_again(invitation_to(quick), finished_at=timezone.now())
    send_again(invitation_to(silent))
    assert len(mailbox.to(quick.email)) == 1
    first, second = mailbox.to(silent.email)
    assert second["Subject"] == "Rappel : Votre avis"
    reminded = invitation_to(silent)
    assert (reminded.reminders, reminded.due_at) == (1, None)
    assert second["Message-ID"] == f"<{reminded.pk.hex}.2@127.0.0.1>"
    # The link is the same: the first message still opens it.
    links = [one["List-Unsubscribe"] for one in (first, second)]
    assert links[0] == links[1]


def test_nothing_goes_out_after_a_stop_an_expiry_a_refusal_or_a_closing(
    desk: Desk, mailbox: Mailbox
) -> None:
    from django.utils import timezone

    past = timezone.now() - timedelta(days=1)
    customers = [customer_of(desk.tenant, f"C-{i}") for i in range(4)]
    survey = live_survey(desk.tenant)
    for one in customers:
        mailbox.refuse[one.email] = "451 not now"
    campaign = campaign_of(survey)
    launched(desk, campaign)
    mailbox.refuse.clear()
    send_again(invitation_to(customers[0]), expires_at=past)
    # Told by the link while the message was waiting: only the customer's row says so.
    customers[1].refuses = ["all"]
    customers[1].save()
    send_again(invitation_to(customers[1]))
    assert invitation_to(customers[1]).not_sent_reason == "refused"
    desk.post(f"surveys/{survey.pk}/close/")
    send_again(invitation_to(customers[2]))
    desk.post(f"surveys/{survey.pk}/reopen/")
    desk.post(f"campaigns/{campaign.pk}/stop/")
    send_again(invitation_to(customers[3]))
    assert not any(mailbox.to(one.email) for one in customers)
    assert invitation_to(customers[3]).revoked_at is not None


def test_names_never_split_a_header_nor_are_evaluated(desk: Desk, mailbox: Mailbox) -> None:
    hostile = "Ada\r\nBcc: everyone@evil.example {{contact:name}} ${7*7} {0.__class__}"
    customer = customer_of(desk.tenant, "C-1", name=hostile)
    subject = {"fr": "Bonjour {{contact:name}}\r\nX-Evil: 1", "en": ""}
    launched(desk, campaign_of(live_survey(desk.tenant), subject=subject))
    (message,) = mailbox.to(customer.email)
    assert "Bcc" not in message
    assert "X-Evil" not in message
    assert len(message.get_all("To")) == 1
    assert "{{contact:name}} ${7*7}" in message["Subject"]
    html = message.get_body(("html",)).get_content()
    assert "49" not in html.split("Bonjour")[1].split("</")[0]


WORKER = """
import os, sys
import django
django.setup()
from uuid import UUID
from ressenti.channels.smtp import mail_server
from ressenti.server.asking.sending import send_due
send_due(UUID(sys.argv[1]), mail_server(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_batch_sends_nothing_twice(
    desk: Desk, mailbox: Mailbox
) -> None:
    """Every customer has one message, but for the one that was being sent: at most one."""
    from django.utils import timezone

    from ressenti.server.asking.campaigns import decide
    from ressenti.server.models import Invitation

    count = 30
    people = [customer_of(desk.tenant, f"C-{i}").email for i in range(count)]
    campaign = campaign_of(live_survey(desk.tenant), launched_at=timezone.now())
    decide(campaign.pk)
    mailbox.pause = 0.05
    told = os.environ | {"RESSENTI_BASE_URL": "http://127.0.0.1:8000"}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(campaign.pk), mailbox.url], env=told
    )
    until = time.monotonic() + SECONDS
    while len(mailbox.messages) < 7 and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    before = len(mailbox.messages)
    assert 7 <= before < count
    own = Invitation.objects.filter(campaign=campaign)
    claimed = list(own.filter(claimed_at__isnull=False).values_list("customer__email", flat=True))
    assert len(claimed) <= 1
    mailbox.pause = 0
    send_again(own.filter(sent_at=None, claimed_at=None)[0])
    counts = {one: len(mailbox.to(one)) for one in people}
    assert set(counts.values()) <= {0, 1}
    assert {one for one in people if not counts[one]} <= set(claimed)
    # Somebody may ask for the one of which nobody knows; it bears the same Message-ID.
    own.filter(claimed_at__isnull=False).update(claimed_at=timezone.now() - timedelta(hours=1))
    desk.post(f"campaigns/{campaign.pk}/release/")
    send_again(own.order_by("sent_at").last() or own[0], due_at=None)
    identifiers = {message["Message-ID"] for one in people for message in mailbox.to(one)}
    assert len(identifiers) == count


def bounce(message_id: str, *, status: str = "5.1.1", address: str = "c-1@x.example") -> bytes:
    return (
        "From: mailer-daemon@mx.example\r\nTo: avis@shop.example\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_is_taken_by_the_organisations_own_address_alone(
    desk: Desk, mailbox: Mailbox, other_tenant: Any
) -> None:
    from django.test import Client

    from ressenti.server.asking.bounce_intake import hook_token

    customer = customer_of(desk.tenant, "C-1")
    launched(desk, campaign_of(live_survey(desk.tenant)))
    raw = bounce(mailbox.to(customer.email)[0]["Message-ID"])
    anybody = Client(enforce_csrf_checks=True)

    def posted(token: str) -> Any:
        return anybody.post(f"/api/hooks/bounces/{token}", raw, content_type="message/rfc822")

    own = hook_token(desk.tenant.organisation)
    for wrong in (own[:-1] + ("0" if own[-1] != "0" else "1"), "0" * 64, "x", own[:32]):
        assert posted(wrong).status_code == 404
    assert posted(hook_token(other_tenant.organisation)).json() == {"recorded": False}
    customer.refresh_from_db()
    assert customer.bounced_at is None
    for _ in range(2):
        assert posted(own).json() == {"recorded": True}
    customer.refresh_from_db()
    assert customer.bounced_at is not None
    assert invitation_to(customer).bounced_at is not None
    assert anybody.get(f"/api/hooks/bounces/{own}").status_code == 405


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff", b"hello", bounce("<k.1@elsewhere.example>"), bounce("<x.1@127.0.0.1>")],
)
def test_what_is_no_bounce_of_ours_changes_nothing(mailbox: Mailbox, raw: bytes) -> None:
    from ressenti.server.asking.bounce_intake import bounce_recorded

    assert bounce_recorded(raw) is False
