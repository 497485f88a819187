"""Campaigns: simulated, launched, decided under one lock, stopped.

A launch writes no invitation by itself: the worker decides, under the organisation's lock, and
writes one row for everybody selected, asked or not, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.decisions import (
    Decided,
    contact_of,
    decisions,
    ledger,
    lock_asking,
    request_of,
    rules_of,
)
from ressenti.server.asking.invitation_tokens import stored_digest
from ressenti.server.asking.selections import selected_customers
from ressenti.server.models import (
    Campaign,
    Customer,
    Invitation,
    NotAskedReason,
    Survey,
    SurveyState,
)
from ressenti.surveys.pressure_simulation import Simulation, simulation

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a launch would do now: who is asked, who is not and why, and who is not drawn."""

    simulation: Simulation
    not_drawn: int

    @property
    def selected(self) -> int:
        return self.simulation.n_contacts + self.not_drawn


def forecast(campaign: Campaign, at: datetime | None = None) -> Forecast:
    """Return what a launch would do, over the ledger of all channels; nothing is written."""
    moment = at or campaign.starts_at or timezone.now()
    survey = campaign.survey
    drawn, not_drawn = drawn_customers(campaign)
    rules = rules_of(survey.organisation)
    found = simulation(
        (contact_of(customer, campaign.channel) for customer in drawn),
        ledger(survey.organisation, [customer.pk for customer in drawn], rules, at=moment),
        rules,
        request_of(survey, campaign.channel, moment),
    )
    return Forecast(found, len(not_drawn))


def drawn_customers(campaign: Campaign) -> tuple[list[Customer], list[Customer]]:
    """Return the customers drawn, and those who are not when only so many are to be asked."""
    selected = list(selected_customers(campaign))
    most = campaign.selection.get("at_most")
    if not isinstance(most, int):
        return selected, []
    return selected[:most], selected[most:]


def obstacles(campaign: Campaign) -> Iterator[str]:
    """Yield why a campaign cannot be launched: keys of ``OBSTACLES`` in the campaign's page."""
    if campaign.survey.state != SurveyState.LIVE:
        yield "not_live"
    if not any(campaign.subject.values()):
        yield "no_subject"
    if campaign.launched_at is not None:
        yield "launched"


def launch(viewer: Viewer, campaign: Campaign) -> None:
    """Launch a campaign, locked by the caller; the worker decides and sends from then on."""
    from ressenti.server.asking.tasks import decide_campaign

    campaign.launched_at = timezone.now()
    campaign.save(update_fields=["launched_at"])
    decide_campaign.configure(schedule_at=campaign.starts_at).defer(campaign=str(campaign.pk))
    recorded(viewer, "campaign.launched", subject_kind="campaign", subject=str(campaign.pk))


def stop(viewer: Viewer, campaign: Campaign) -> int:
    """Stop a campaign, locked by the caller; return how many messages will not go out."""
    now = timezone.now()
    if campaign.stopped_at is None:
        campaign.stopped_at = now
        campaign.save(update_fields=["stopped_at"])
    waiting = Invitation.objects.filter(campaign=campaign, due_at__isnull=False)
    waiting.filter(sent_at=None, claimed_at=None).update(revoked_at=now)
    withdrawn = waiting.update(due_at=None)
    recorded(
        viewer,
        "campaign.stopped",
        subject_kind="campaign",
        subject=str(campaign.pk),
        detail={"withdrawn": withdrawn},
    )
    return withdrawn


def decide(campaign_id: UUID) -> bool:
    """Write the ledger of a launched campaign; tell whether this call did.

    Everything is one transaction: a worker that is killed leaves nothing, and another one begins
    again; two at once wait for each other, and the second finds it done.
    """
    with transaction.atomic():
        campaign = (
            Campaign.objects.select_for_update(of=("self",))
            .select_related("survey__organisation", "survey__unit")
            .get(pk=campaign_id)
        )
        if campaign.launched_at is None or campaign.decided_at or campaign.stopped_at:
            return False
        now = timezone.now()
        lock_asking(campaign.survey.organisation)
        drawn, not_drawn = drawn_customers(campaign)
        for start in range(0, len(drawn), BATCH):
            found = decisions(
                campaign.survey, drawn[start : start + BATCH], campaign.channel, at=now
            )
            Invitation.objects.bulk_create(
                [invitation_of(campaign, decided, now) for decided in found]
            )
        Invitation.objects.bulk_create(
            [_not_asked(campaign, one, NotAskedReason.NOT_SAMPLED, now) for one in not_drawn],
            batch_size=BATCH,
        )
        campaign.decided_at = now
        campaign.save(update_fields=["decided_at"])
        return True


def invitation_of(campaign: Campaign, decided: Decided, now: datetime) -> Invitation:
    """Return the line of the ledger for one customer: asked, or the reason why not."""
    invitation = _line(campaign, decided.customer, now)
    if write_decision(invitation, decided, expires_after_days=campaign.expires_after_days):
        invitation.due_at = now
    return invitation


def write_decision(line: Invitation, decided: Decided, *, expires_after_days: int) -> bool:
    """Write what was decided into a line of the ledger; tell whether the customer is asked."""
    found = decided.decision
    if not found.is_allowed:
        line.not_sent_reason = NotAskedReason(found.verdict.value)
        line.context = {"rule": found.rule} if found.rule else {}
        if found.next_at is not None:
            line.context["next_at"] = found.next_at.isoformat()
        return False
    line.token_digest = stored_digest(line.pk)
    line.context = context_of(line.survey, decided.customer)
    line.expires_at = line.decided_at + timedelta(days=expires_after_days)
    return True


def context_of(survey: Survey, customer: Customer) -> dict[str, object]:
    """Return what an invitation knows of where an answer belongs: the unit and declared segments.

    An anonymous survey is told nothing by which one person could be found.
    """
    unit = customer.unit.key if customer.unit else ""
    if survey.is_anonymous:
        return {"unit": unit}
    declared = declared_names(survey)
    told = {
        name: value
        for name, value in customer.attributes.items()
        if name in declared and isinstance(value, str)
    }
    return {"unit": unit, "attributes": told}


def declared_names(survey: Survey) -> frozenset[str]:
    """Return the names that may say something of an answer."""
    declared: Sequence[object] = [*survey.organisation.segments, *survey.attributes]
    names = (one.get("name") if isinstance(one, Mapping) else one for one in declared)
    return frozenset(name for name in names if isinstance(name, str))


def _not_asked(
    campaign: Campaign, customer: Customer, reason: NotAskedReason, now: datetime
) -> Invitation:
    line = _line(campaign, customer, now)
    line.not_sent_reason = reason
    return line


def _line(campaign: Campaign, customer: Customer, now: datetime) -> Invitation:
    return Invitation(
        organisation_id=campaign.survey.organisation_id,
        survey=campaign.survey,
        campaign=campaign,
        customer=customer,
        channel=campaign.channel,
        language=customer.language,
        decided_at=now,
    )
