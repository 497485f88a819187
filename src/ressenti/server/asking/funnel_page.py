"""The response funnel of a survey: how many came how far, each rate with what it is a share of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.asking.visibility import seen_survey
from ressenti.server.models import Invitation, NotAskedReason, Response, Role, Survey
from ressenti.surveys.funnel import STEPS, Funnel, funnel_of_counts

SENT = Q(not_sent_reason="") & (Q(sent_at__isnull=False) | Q(finished_at__isnull=False))
FINISHED = SENT & Q(finished_at__isnull=False)
# An answer proves that the message arrived and was opened, as ``surveys.funnel`` has it.
DELIVERED = SENT & (Q(bounced_at=None) | Q(finished_at__isnull=False))
STARTED = DELIVERED & (Q(started_at__isnull=False) | Q(finished_at__isnull=False))
REACHED: Mapping[str, Q] = {
    "sent": SENT,
    "delivered": DELIVERED,
    "opened": STARTED | (DELIVERED & Q(opened_at__isnull=False)),
    "started": STARTED,
    "finished": FINISHED,
    "opted_out": DELIVERED & Q(opted_out_at__isnull=False, finished_at=None),
}


@dataclass(frozen=True, slots=True)
class ChannelFunnel:
    """The funnel of one channel; of all of them when ``channel`` is empty."""

    channel: str
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class AnswersOfChannel:
    """Responses that came by a channel: finished ones, and those left on the way, apart."""

    channel: str
    finished: int
    partial: int


@seen_by(Role.CONSULTANT)
@require_safe
def funnel_page(request: HttpRequest, viewer: Viewer, survey: UUID) -> HttpResponse:
    """Show the funnel of a survey, as a whole and by channel, and why people were not asked."""
    found = seen_survey(viewer, survey)
    invitations = invitations_seen(viewer, found)
    context = {
        "survey": found,
        "steps": STEPS,
        "funnels": funnels(invitations),
        "answers": answers_by_channel(viewer, found),
        "reasons": reasons(invitations),
        "tab": "funnel",
    }
    return render(request, "ressenti/asking/funnel.html", context)


def invitations_seen(viewer: Viewer, survey: Survey) -> QuerySet[Invitation]:
    """Return the invitations of a survey, of the viewer's units only where there is a limit."""
    invitations = Invitation.objects.filter(survey=survey)
    if viewer.unit is None:
        return invitations
    return invitations.filter(customer__unit__key__in=viewer.unit_keys())


def funnels(invitations: QuerySet[Invitation]) -> list[ChannelFunnel]:
    """Return the funnel of all channels, then of each when there are several."""
    counts = {name: Count("pk", filter=one) for name, one in REACHED.items()}
    counted = invitations.values("channel").annotate(selected=Count("pk"), **counts)
    rows = [dict[str, Any](row) for row in counted.order_by("channel")]
    names = ("selected", *REACHED)
    whole = {name: sum(row[name] for row in rows) for name in names}
    found = [ChannelFunnel("", funnel_of_counts(whole))]
    if len(rows) > 1:
        found += [
            ChannelFunnel(row["channel"], funnel_of_counts({name: row[name] for name in names}))
            for row in rows
        ]
    return found


def answers_by_channel(viewer: Viewer, survey: Survey) -> list[AnswersOfChannel]:
    """Return the responses by channel, those of links that invited nobody included."""
    responses = Response.objects.filter(organisation=viewer.organisation, survey=survey)
    if viewer.unit is not None:
        responses = responses.filter(unit__in=viewer.unit_keys())
    rows = (
        responses.values_list("channel")
        .annotate(
            finished=Count("pk", filter=Q(is_finished=True)),
            partial=Count("pk", filter=Q(is_finished=False)),
        )
        .order_by("channel")
    )
    return [AnswersOfChannel(*row) for row in rows]


def reasons(invitations: QuerySet[Invitation]) -> list[tuple[str, int]]:
    """Return why people were not asked, most frequent first."""
    rows = (
        invitations.exclude(not_sent_reason="")
        .values_list("not_sent_reason")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    return [(str(NotAskedReason(reason).label), n) for reason, n in rows]
