"""Rules are written in words, and the funnel says what each rate is a share of."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import Desk, customer_of, live_survey, member

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            {"scope": "all", "rest_days": "30"},
            "All surveys together: 30 days of rest between two requests.",
        ),
        (
            {"scope": "indicator", "indicator": "nps", "rest_days": "90", "most": "1",
             "within_days": "120"},
            ("Net Promoter Score: 90 days of rest between two requests and at most 1 request "
             "within 120 days."),
        ),
        (
            {"scope": "indicator", "rest_days": "1"},
            "Each indicator by itself: 1 day of rest between two requests.",
        ),
        (
            {"scope": "indicator", "indicator": "ces", "is_exempt": "on"},
            "Customer Effort Score: exempt, whatever the other rules say.",
        ),
    ],
)  # fmt: skip
def test_a_rule_is_a_sentence_and_can_be_removed(
    desk: Desk, told: dict[str, str], words: str
) -> None:
    from ressenti.server.asking.decisions import rules_of
    from ressenti.server.models import PressureRule

    assert desk.post("pressure/change/", **told).status_code == 302
    assert words in desk.get("pressure/").content.decode()
    assert len(rules_of(desk.tenant.organisation)) == 1
    desk.post("pressure/change/", remove="rule-1")
    assert not PressureRule.objects.filter(organisation=desk.tenant.organisation).exists()


@pytest.mark.parametrize(
    "told",
    [
        {"scope": "all"},
        {"scope": "all", "most": "3"},
        {"scope": "all", "rest_days": "0"},
        {"scope": "all", "is_exempt": "on"},
        {"scope": "everything", "rest_days": "3"},
        {"scope": "indicator", "indicator": "churn", "rest_days": "3"},
    ],
)
def test_a_rule_that_limits_nothing_is_refused(desk: Desk, told: dict[str, str]) -> None:
    from ressenti.server.models import PressureRule

    assert desk.post("pressure/change/", **told).status_code == 422
    assert not PressureRule.objects.filter(organisation=desk.tenant.organisation).exists()


def test_an_expert_of_one_shop_does_not_change_the_rules_of_all(
    desk: Desk, signed_in: Callable[..., Client]
) -> None:
    from ressenti.server.models import PressureRule

    expert = Desk(signed_in(member(desk.tenant, "expert", desk.tenant.lyon)), desk.tenant)
    expert.post("pressure/change/", scope="all", rest_days="1")
    assert not PressureRule.objects.filter(organisation=desk.tenant.organisation).exists()


def test_the_funnel_of_the_database_is_that_of_every_invitation(desk: Desk) -> None:
    """Each combination of what may have happened, counted by hand of ``surveys.funnel``."""
    from django.utils import timezone

    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.asking.funnel_page import funnels, invitations_seen
    from ressenti.server.models import Invitation
    from ressenti.surveys.funnel import Progress, funnel_of

    tenant, now = desk.tenant, timezone.now()
    survey = live_survey(tenant)
    names = ("sent_at", "bounced_at", "opened_at", "started_at", "finished_at", "opted_out_at")
    progress = []
    for happened in product((False, True), repeat=len(names)):
        told = dict(zip(names, happened, strict=True))
        if not told["sent_at"] and any(happened):
            continue
        Invitation.objects.create(
            organisation=tenant.organisation,
            survey=survey,
            channel="email",
            decided_at=now,
            not_sent_reason="" if told["sent_at"] else "resting",
            **{name: now if is_so else None for name, is_so in told.items()},
        )
        progress.append(
            Progress(
                was_sent=told["sent_at"],
                has_bounced=told["bounced_at"],
                was_opened=told["opened_at"],
                was_started=told["started_at"],
                was_finished=told["finished_at"],
                has_opted_out=told["opted_out_at"],
            )
        )
    viewer = viewer_of(tenant.owner, tenant.organisation.key)
    (whole,) = funnels(invitations_seen(viewer, survey))
    assert whole.funnel == funnel_of(progress)
    page = desk.get(f"surveys/{survey.pk}/funnel/").content.decode()
    assert "16 finished / 24 delivered" in " ".join(page.split())
    assert "was asked recently" in page


def test_answers_left_on_the_way_and_links_are_counted_apart(desk: Desk) -> None:
    from django.utils import timezone

    from ressenti.server.models import Response

    survey, now = live_survey(desk.tenant), timezone.now()

    def response(number: int, channel: str, *, is_finished: bool) -> None:
        import uuid

        Response.objects.create(
            id=uuid.uuid4(), organisation=desk.tenant.organisation, survey=survey, version=1,
            channel=channel, is_finished=is_finished, started_at=now, answered_at=now,
            day=now.date(), source_id=f"r-{number}", last_entry=1,
        )  # fmt: skip

    for i, (channel, is_finished) in enumerate(
        [("link", True), ("link", False), ("link", True), ("email", True)]
    ):
        response(i, channel, is_finished=is_finished)
    page = " ".join(desk.get(f"surveys/{survey.pk}/funnel/").content.decode().split())
    assert '<th scope="row">link</th><td class="number">2</td><td class="number">1</td>' in page
    assert '<th scope="row">email</th><td class="number">1</td><td class="number">0</td>' in page
    assert "its answers are in no response rate" in page


def test_a_rate_without_a_base_is_no_number(desk: Desk) -> None:
    survey: Any = live_survey(desk.tenant)
    customer_of(desk.tenant, "C-1")
    page = " ".join(desk.get(f"surveys/{survey.pk}/funnel/").content.decode().split())
    assert '<td class="number">–</td><td>0 finished / 0 delivered</td>' in page
