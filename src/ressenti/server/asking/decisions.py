"""Decisions: who may be asked now, over the one ledger of all channels, in one place.

Whoever asks takes the lock of the organisation first and writes the ledger before letting it go,
so that two campaigns, or a campaign and the widget, never both ask the same person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models.functions import Coalesce

from ressenti.server.asking.survey_documents import leading_indicator
from ressenti.server.models import Customer, Invitation, Organisation, PressureRule, Survey
from ressenti.surveys.pressure import Asked, Decision, Rule, Scope, decision
from ressenti.surveys.pressure_simulation import Campaign as Request
from ressenti.surveys.pressure_simulation import Contact

ASKING_LOCK = 7_205_220
ALL_CHANNELS = "all"
ADDRESS_FIELDS = {"email": "email", "sms": "phone"}


@dataclass(frozen=True, slots=True)
class Decided:
    """One customer with what was decided."""

    customer: Customer
    decision: Decision


def lock_asking(organisation: Organisation) -> None:
    """Wait until nobody else decides for this organisation; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ASKING_LOCK, str(organisation.pk)]
        )


def rules_of(organisation: Organisation) -> tuple[Rule, ...]:
    """Return the organisation's rules of contact pressure."""
    return tuple(map(rule_of, PressureRule.objects.filter(organisation=organisation)))


def rule_of(stored: PressureRule) -> Rule:
    """Return a stored rule as ``surveys.pressure`` reads it."""
    named = {
        Scope.INDICATOR: stored.indicator or None,
        Scope.SURVEY: str(stored.survey_id) if stored.survey_id else None,
        Scope.ALL: None,
    }
    scope = Scope(stored.scope)
    return Rule(
        key=stored.key,
        scope=scope,
        of=named[scope],
        rest_days=stored.rest_days,
        most=stored.most,
        within_days=stored.within_days,
        exempt=stored.is_exempt,
    )


def request_of(survey: Survey, channel: str, at: datetime) -> Request:
    """Return what the rules have to know of asking a survey."""
    return Request(
        survey=str(survey.pk), indicator=leading_indicator(survey.draft), channel=channel, at=at
    )


def contact_of(customer: Customer, channel: str) -> Contact:
    """Return what the rules have to know of a customer."""
    return Contact(
        key=str(customer.pk),
        unsubscribed=refuses(customer, channel),
        bounced=channel == "email" and customer.bounced_at is not None,
        has_address=channel not in ADDRESS_FIELDS
        or bool(getattr(customer, ADDRESS_FIELDS[channel])),
    )


def refuses(customer: Customer, channel: str) -> bool:
    """Tell whether a customer refuses to be asked, on this channel or on every one."""
    is_forgotten = customer.erased_at is not None
    return is_forgotten or not {channel, ALL_CHANNELS}.isdisjoint(customer.refuses)


def ledger(
    organisation: Organisation,
    customers: Iterable[UUID],
    rules: Sequence[Rule],
    *,
    at: datetime,
) -> list[Asked]:
    """Return who of these was asked, on any channel, as far back as the rules look.

    A place in a campaign that is not sent yet is reserved: it counts at the time it is due.
    """
    days = [days for rule in rules for days in (rule.rest_days, rule.within_days) if days]
    if not days:
        return []
    invitations = (
        Invitation.objects.filter(
            organisation=organisation, customer__in=list(customers), not_sent_reason=""
        )
        .exclude(revoked_at__isnull=False, sent_at=None)
        .annotate(asked_at=Coalesce("sent_at", "due_at", "decided_at"))
        .filter(asked_at__gte=at - timedelta(days=max(days)))
        .values_list("customer_id", "survey_id", "channel", "asked_at")
    )
    rows = list(invitations)
    indicators = indicators_of({survey for _customer, survey, _channel, _at in rows})
    return [
        Asked(
            contact=str(customer),
            survey=str(survey),
            indicator=indicators.get(survey),
            channel=channel,
            at=asked_at,
        )
        for customer, survey, channel, asked_at in rows
    ]


def indicators_of(surveys: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """Return the leading indicator of each survey."""
    drafts = Survey.objects.filter(pk__in=list(surveys)).values_list("pk", "draft")
    return {key: leading_indicator(draft) for key, draft in drafts}


def decisions(
    survey: Survey, customers: Sequence[Customer], channel: str, *, at: datetime
) -> Iterator[Decided]:
    """Yield whether each of these customers may be asked.

    Hold the lock of ``lock_asking`` from before this until the ledger is written.
    """
    rules = rules_of(survey.organisation)
    lines = ledger(survey.organisation, [one.pk for one in customers], rules, at=at)
    by_contact: dict[str, list[Asked]] = {}
    for line in lines:
        by_contact.setdefault(line.contact, []).append(line)
    request = request_of(survey, channel, at)
    for customer in customers:
        contact = contact_of(customer, channel)
        found = decision(
            by_contact.get(contact.key, ()),
            rules,
            survey=request.survey,
            indicator=request.indicator,
            at=at,
            unsubscribed=contact.unsubscribed,
            bounced=contact.bounced,
            has_address=contact.has_address,
        )
        yield Decided(customer, found)
