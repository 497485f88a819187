"""Invitations that programs ask for: decided over the one ledger of all channels, like campaigns.

A program either sends the links itself, or hands the customers to a campaign that is under way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.customers import CUSTOMER
from ressenti.server.api.documents import (
    IDEMPOTENT,
    Name,
    Sent,
    document_of,
    idempotency_key_of,
    json_body,
    read,
)
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.api.surveys import survey_called
from ressenti.server.asking.campaigns import write_decision
from ressenti.server.asking.decisions import decisions, lock_asking
from ressenti.server.asking.invitation_tokens import invitation_token
from ressenti.server.asking.visibility import customers_of, seen_campaign
from ressenti.server.intake.problems import Problem, not_found
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import Campaign, Customer, Invitation, Scope, Survey, SurveyState

MOST_INVITED = 1_000
USUAL_DAYS = 30
CAMPAIGN = Text(en="campaign", fr="campagne")

router = Router(tags=["surveys"])


class InvitationsSent(Sent):
    """Whom to ask, and how.

    Without ``campaign`` the program sends the links itself, by the channel it names; with one, the
    messages of that campaign go out.
    """

    customers: list[Name] = Field(min_length=1, max_length=MOST_INVITED)
    channel: Literal["link", "email", "sms"] = "link"
    campaign: Annotated[UUID, Field(strict=False)] | None = None
    expires_after_days: int = Field(USUAL_DAYS, ge=1, le=365)


class InvitationResult(BaseModel):
    """What was decided for one customer: asked, by a link, or the reason why not."""

    customer: str
    status: Literal["asked", "not_asked", "refused"]
    invitation: UUID | None = None
    link: str | None = None
    expires_at: datetime | None = None
    reason: str | None = None
    next_at: datetime | None = None
    problem: dict[str, Any] | None = None


class InvitationResults(BaseModel):
    """What was decided for each customer, in the order they were named."""

    asked: int
    not_asked: int
    refused: int
    results: list[InvitationResult]


@router.post(
    "/surveys/{survey}/invitations",
    response=InvitationResults,
    operation_id="invite",
    summary="Invite customers to a survey",
    openapi_extra={
        "x-scope": Scope.SURVEYS_WRITE.value,
        **IDEMPOTENT,
        **json_body({"$ref": "#/components/schemas/InvitationsSent"}),
    },
)
def invite(request: HttpRequest, survey: str) -> Any:
    """Decide for each customer whether they may be asked now, and give the links of those who may.

    The rules of contact pressure hold as for campaigns; the reason is kept for everybody who is
    not asked. A repeated request with the same key gives the same invitations.
    """
    viewer = viewer_of(request, Scope.SURVEYS_WRITE)
    found = survey_called(viewer, survey)
    sent = read(InvitationsSent, document_of(request))
    require_live(found)
    campaign = _campaign(viewer, found, sent.campaign)
    lock_asking(viewer.organisation)
    names = list(dict.fromkeys(sent.customers))
    known = {
        customer.external_id: customer
        for customer in customers_of(viewer).filter(external_id__in=names, erased_at=None)
    }
    lines = _lines(found, list(known.values()), sent, campaign, idempotency_key_of(request))
    recorded(
        viewer,
        "customers.invited",
        subject_kind="survey",
        subject=found.key,
        detail={"customers": len(known), "channel": campaign.channel if campaign else sent.channel},
    )
    problem = not_found(CUSTOMER).document(language_of(request))
    results = [
        _result(name, lines[known[name].pk], is_linked=campaign is None)
        if name in known
        else {"customer": name, "status": "refused", "problem": problem}
        for name in names
    ]
    counts = {
        status: sum(1 for result in results if result["status"] == status)
        for status in ("asked", "not_asked", "refused")
    }
    return {**counts, "results": results}


def require_live(survey: Survey) -> None:
    """Refuse to invite to a survey that takes no answers."""
    is_over = survey.closes_at is not None and survey.closes_at <= timezone.now()
    if survey.state != SurveyState.LIVE or is_over:
        raise Problem(
            409,
            "survey_not_live",
            Text(
                en="This survey takes no answers, or no longer.",
                fr="Cette enquête ne prend pas de réponses, ou n'en prend plus.",
            ),
        )


def _campaign(viewer: Viewer, survey: Survey, key: UUID | None) -> Campaign | None:
    if key is None:
        return None
    try:
        campaign = seen_campaign(viewer, key)
    except Http404:
        raise not_found(CAMPAIGN) from None
    if campaign.survey.pk != survey.pk:
        raise not_found(CAMPAIGN)
    if campaign.launched_at is None or campaign.stopped_at is not None:
        message = Text(
            en="this campaign is not under way.", fr="cette campagne n'est pas en cours."
        )
        raise wrong_field("campaign", message)
    return campaign


def _lines(
    survey: Survey,
    customers: Sequence[Customer],
    sent: InvitationsSent,
    campaign: Campaign | None,
    idempotency_key: str,
) -> Mapping[UUID, Invitation]:
    """Return the line of the ledger of each customer: the one this request wrote before, or new."""
    own = {customer.pk: _own_id(survey, customer, idempotency_key) for customer in customers}
    written = {
        line.customer_id: line
        for line in Invitation.objects.filter(pk__in=list(own.values()), survey=survey)
        if line.customer_id is not None
    }
    channel = campaign.channel if campaign else sent.channel
    now = timezone.now()
    waiting = [customer for customer in customers if customer.pk not in written]
    new: list[Invitation] = []
    for decided in decisions(survey, waiting, channel, at=now):
        line = Invitation(
            pk=own[decided.customer.pk],
            organisation_id=survey.organisation_id,
            survey=survey,
            campaign=campaign,
            customer=decided.customer,
            channel=channel,
            language=decided.customer.language,
            decided_at=now,
        )
        days = campaign.expires_after_days if campaign else sent.expires_after_days
        if write_decision(line, decided, expires_after_days=days):
            # A link is sent by whoever asked for it, a message of a campaign by the worker.
            line.sent_at, line.due_at = (None, now) if campaign else (now, None)
        new.append(line)
    Invitation.objects.bulk_create(new)
    return written | {line.customer_id: line for line in new if line.customer_id is not None}


def _own_id(survey: Survey, customer: Customer, idempotency_key: str) -> UUID:
    # The token of a link is keyed: knowing the id of an invitation opens nothing.
    if not idempotency_key:
        return uuid4()
    return uuid5(survey.pk, f"{customer.pk} {idempotency_key}")


def _result(name: str, line: Invitation, *, is_linked: bool) -> dict[str, Any]:
    if line.not_sent_reason:
        return {
            "customer": name,
            "status": "not_asked",
            "invitation": line.pk,
            "reason": str(line.not_sent_reason),
            "next_at": line.context.get("next_at"),
        }
    link = f"{settings.BASE_URL}/i/{invitation_token(line.pk)}" if is_linked else None
    return {
        "customer": name,
        "status": "asked",
        "invitation": line.pk,
        "link": link,
        "expires_at": line.expires_at,
    }
