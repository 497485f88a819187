"""Campaigns ask whom the rules allow, once, and keep the reason for everybody else."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import (
    VISIT,
    Desk,
    Mailbox,
    campaign_of,
    customer_of,
    live_survey,
    member,
    worked_off,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from ressenti.server.models import Campaign
    from tests.server.conftest import Tenant


def rule(tenant: Tenant, **told: Any) -> None:
    from ressenti.server.models import PressureRule

    count = PressureRule.objects.filter(organisation=tenant.organisation).count()
    PressureRule.objects.create(organisation=tenant.organisation, key=f"rule-{count}", **told)


def ledger(campaign: Campaign) -> dict[str, str]:
    """Return what was decided of each customer: the reason, or that they are asked."""
    from ressenti.server.models import Invitation

    rows = Invitation.objects.filter(campaign=campaign).select_related("customer")
    return {one.customer.external_id: one.not_sent_reason or "asked" for one in rows}


def launched(desk: Desk, campaign: Campaign) -> None:
    desk.post(f"campaigns/{campaign.pk}/launch/")
    worked_off()
    campaign.refresh_from_db()


def test_a_campaign_is_written_simulated_launched_and_sent(desk: Desk, mailbox: Mailbox) -> None:
    from ressenti.channels.signed_context import token_digest
    from ressenti.server.models import Campaign, Invitation

    tenant = desk.tenant
    survey = live_survey(tenant)
    ada = customer_of(tenant, "C-1", name="Ada Lovelace")
    bob = customer_of(tenant, "C-2", language="en")
    customer_of(tenant, "C-3", refuses=["all"])
    customer_of(tenant, "C-4", email="")
    told = {
        "name": "Spring",
        "kind": "all",
        "expires_after_days": "20",
        "reminders": "4, 10",
        "subject-fr": "Votre avis, {{contact:first_name|cher client}}",
        "subject-en": "Your opinion",
        "message-fr": "Dites-nous tout.",
    }
    made = desk.post(f"surveys/{survey.pk}/campaigns/new/", **told)
    campaign = Campaign.objects.get(survey=survey)
    assert made.headers["Location"] == desk.address(f"campaigns/{campaign.pk}/")
    page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    assert "4 customers are selected." in page
    assert "refuse to be asked" in page
    assert not Invitation.objects.filter(campaign=campaign).exists()
    launched(desk, campaign)
    assert ledger(campaign) == {
        "C-1": "asked",
        "C-2": "asked",
        "C-3": "refused",
        "C-4": "no_address",
    }
    (french,) = mailbox.to(ada.email)
    (english,) = mailbox.to(bob.email)
    assert french["Subject"] == "Votre avis, Ada"
    assert english["Subject"] == "Your opinion"
    assert french["From"].addresses[0].addr_spec == "avis@shop.example"
    text = french.get_body(("plain",)).get_content()
    token = text.split("/s/")[1].split("?")[0]
    invitation = Invitation.objects.get(customer__external_id="C-1", campaign=campaign)
    assert bytes(invitation.token_digest) == token_digest(token)
    assert invitation.sent_at is not None
    assert invitation.due_at == invitation.sent_at + timedelta(days=4)
    assert french["List-Unsubscribe"] == f"<http://127.0.0.1:8000/u/{token}>"
    page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    assert "Why people were not asked" in page
    worked_off()
    assert [len(mailbox.to(one.email)) for one in (ada, bob)] == [1, 1]


def test_the_links_of_a_message_prefill_and_prove_it(desk: Desk, mailbox: Mailbox) -> None:
    from urllib.parse import parse_qs, urlsplit

    from django.conf import settings
    from django.utils import timezone

    from ressenti.channels.link import prefilled_by

    survey = live_survey(desk.tenant)
    customer = customer_of(desk.tenant, "C-1")
    launched(desk, campaign_of(survey))
    text = mailbox.to(customer.email)[0].get_body(("plain",)).get_content()
    links = [part for part in text.split() if "/s/" in part and "p=" in part]
    assert len(links) == 11
    proof = parse_qs(urlsplit(links[3]).query)["p"][0]
    known = prefilled_by(
        proof, survey.public_key, key=settings.SECRET_KEY.encode(), now=timezone.now()
    )
    assert known.answers == {"recommend": 3.0}
    assert known.invitation == urlsplit(links[3]).path.removeprefix("/s/")


def test_one_ledger_holds_over_all_channels(desk: Desk, mailbox: Mailbox) -> None:
    from django.utils import timezone

    from ressenti.server.models import Invitation

    tenant = desk.tenant
    survey, other = live_survey(tenant), live_survey(tenant)
    rule(tenant, scope="all", rest_days=30)
    asked, free = customer_of(tenant, "C-1"), customer_of(tenant, "C-2")
    Invitation.objects.create(
        organisation=tenant.organisation,
        survey=other,
        customer=asked,
        channel="widget",
        decided_at=timezone.now() - timedelta(days=3),
        sent_at=timezone.now() - timedelta(days=3),
    )
    campaign = campaign_of(survey)
    page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    assert "asked recently" in page
    assert "C-1 – was asked less than 30 days ago" in page
    launched(desk, campaign)
    assert ledger(campaign) == {"C-1": "resting", "C-2": "asked"}
    line = Invitation.objects.get(campaign=campaign, customer=asked)
    assert line.context["rule"] == "rule-0"
    assert line.token_digest is None
    # A place reserved by one campaign counts for the next one before anything is sent.
    Invitation.objects.filter(customer=free).update(sent_at=None, due_at=timezone.now())
    second = campaign_of(survey)
    launched(desk, second)
    assert ledger(second)["C-2"] == "resting"


def test_each_indicator_has_a_clock_of_its_own(desk: Desk, mailbox: Mailbox) -> None:
    tenant = desk.tenant
    effort = VISIT | {
        "questions": [
            VISIT["questions"][0] | {"type": "effort", "measure": "ces"},
            VISIT["questions"][1],
        ]
    }
    nps, ces = live_survey(tenant), live_survey(tenant, effort)
    rule(tenant, scope="indicator", rest_days=90)
    customer_of(tenant, "C-1")
    for survey, expected in ((nps, "asked"), (ces, "asked"), (nps, "resting")):
        campaign = campaign_of(survey)
        launched(desk, campaign)
        assert ledger(campaign) == {"C-1": expected}


def test_two_campaigns_decided_at_once_ask_each_person_once(desk: Desk, mailbox: Mailbox) -> None:
    from django.db import connection
    from django.utils import timezone

    from ressenti.server.asking.campaigns import decide
    from ressenti.server.models import Invitation

    tenant = desk.tenant
    rule(tenant, scope="all", rest_days=30)
    for i in range(200):
        customer_of(tenant, f"C-{i}")
    survey = live_survey(tenant)
    campaigns = [campaign_of(survey, launched_at=timezone.now()) for _ in range(4)]
    start = threading.Barrier(len(campaigns))

    def decided(campaign: Campaign) -> None:
        start.wait()
        decide(campaign.pk)
        connection.close()

    threads = [threading.Thread(target=decided, args=[one]) for one in campaigns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own = Invitation.objects.filter(survey=survey)
    assert own.count() == 800
    asked = own.filter(not_sent_reason="").values_list("customer", flat=True)
    assert len(asked) == len(set(asked)) == 200


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"kind": "all"}, {"L", "N", "G"}),
        ({"kind": "unit", "unit": "lyon"}, {"L"}),
        ({"kind": "unit", "unit": "south"}, {"L", "N"}),
        ({"kind": "unit", "unit": "nowhere"}, set()),
        ({"kind": "attribute", "name": "tier", "value": "gold"}, {"G"}),
        ({"kind": "list", "identifiers": ["L", "G", "unknown"]}, {"L", "G"}),
        ({"kind": "list", "identifiers": ["L", "G"], "within": "lyon"}, {"L"}),
    ],
)
def test_a_selection_is_what_it_says(
    tenant: Tenant, selection: dict[str, Any], expected: set[str]
) -> None:
    from ressenti.server.asking.selections import selected_customers

    customer_of(tenant, "L", unit=tenant.lyon)
    customer_of(tenant, "N", unit=tenant.nice)
    customer_of(tenant, "G", attributes={"tier": "gold"})
    campaign = campaign_of(live_survey(tenant), selection=selection)
    assert {one.external_id for one in selected_customers(campaign)} == expected


def test_a_draw_is_the_same_however_often_it_is_made(desk: Desk, mailbox: Mailbox) -> None:
    from ressenti.server.asking.campaigns import drawn_customers

    for i in range(30):
        customer_of(desk.tenant, f"C-{i}")
    campaign = campaign_of(live_survey(desk.tenant), selection={"kind": "all", "at_most": 10})
    draws = [{one.pk for one in drawn_customers(campaign)[0]} for _ in range(3)]
    assert draws[0] == draws[1] == draws[2]
    launched(desk, campaign)
    reasons = list(ledger(campaign).values())
    assert (reasons.count("asked"), reasons.count("not_sampled")) == (10, 20)


def test_a_manager_of_a_shop_asks_that_shop_alone(
    desk: Desk, mailbox: Mailbox, signed_in: Callable[..., Client]
) -> None:
    from ressenti.server.models import Campaign

    tenant = desk.tenant
    customer_of(tenant, "L", unit=tenant.lyon)
    customer_of(tenant, "N", unit=tenant.nice)
    survey = live_survey(tenant)
    manager = Desk(signed_in(member(tenant, "manager", tenant.lyon)), tenant)
    told = {"name": "Ours", "kind": "all", "expires_after_days": "20", "subject-fr": "Avis"}
    manager.post(f"surveys/{survey.pk}/campaigns/new/", **told)
    campaign = Campaign.objects.get(survey=survey)
    assert campaign.selection == {"kind": "all", "within": "lyon"}
    launched(manager, campaign)
    assert ledger(campaign) == {"L": "asked"}
    # The unit stays the limit when somebody tries to name another one.
    foreign = told | {"kind": "unit", "unit": "nice"}
    assert manager.post(f"surveys/{survey.pk}/campaigns/new/", **foreign).status_code == 422
    whole = campaign_of(survey)
    assert manager.get(f"campaigns/{whole.pk}/").status_code == 404
    assert manager.post(f"campaigns/{whole.pk}/launch/").status_code == 404


def test_a_campaign_that_cannot_be_launched_says_why(desk: Desk) -> None:
    from tests.server.asking.conftest import survey_of

    campaign = campaign_of(survey_of(desk.tenant), subject={})
    page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    for reason in (
        "The survey is not live",
        "The message has no subject",
        "The address of this server is not https",
    ):
        assert reason in page
    desk.post(f"campaigns/{campaign.pk}/launch/")
    campaign.refresh_from_db()
    assert campaign.launched_at is None


def test_a_test_message_goes_to_whoever_asks_and_to_nobody_else(
    desk: Desk, mailbox: Mailbox
) -> None:
    from ressenti.server.models import Invitation

    customer_of(desk.tenant, "C-1")
    campaign = campaign_of(live_survey(desk.tenant))
    desk.post(f"campaigns/{campaign.pk}/test/")
    (message,) = mailbox.messages
    assert message["To"].addresses[0].addr_spec == desk.tenant.owner.email
    assert message["Subject"] == "[Test] Your opinion"
    assert not Invitation.objects.filter(campaign=campaign).exists()


def test_without_a_mail_server_no_test_is_offered_and_the_page_says_what_to_set(desk: Desk) -> None:
    from django.test import override_settings

    campaign = campaign_of(live_survey(desk.tenant))
    with override_settings(BASE_URL="http://127.0.0.1:8000"):
        page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    assert f"campaigns/{campaign.pk}/test/" not in page
    assert "RESSENTI_SMTP_URL, such as smtp+starttls://user:password@mail.example.com:587" in page


def test_with_one_a_test_is_offered(desk: Desk, mailbox: Mailbox) -> None:
    campaign = campaign_of(live_survey(desk.tenant))
    page = desk.get(f"campaigns/{campaign.pk}/").content.decode()
    assert f"campaigns/{campaign.pk}/test/" in page
    assert "RESSENTI_SMTP_URL" not in page
