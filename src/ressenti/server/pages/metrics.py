"""What a monitoring system reads: how many answers came in, how far tallies and readings are.

It would tell a stranger how much is heard here: it is for this machine, or who has the token.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from ressenti.server.models import JournalEntry
from ressenti.server.reading.backlog import backlog
from ressenti.server.running.settings import is_loopback
from ressenti.server.tallying.positions import lag

REFUSAL = "Metrics are for this machine, or for who sends RESSENTI_METRICS_TOKEN as bearer token.\n"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give the gauges in the Prometheus text format; none of them is about a person."""
    if not (is_of_this_machine(request) or holds_token(request)):
        return HttpResponse(
            REFUSAL,
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"},
        )
    registry = CollectorRegistry()
    behind, unread = lag(), backlog()
    newest = JournalEntry.objects.order_by("-id").values_list("id", flat=True).first()
    gauges = (
        ("ressenti_journal_entries", "Entries taken in so far.", newest or 0),
        ("ressenti_tallier_entries_behind", "Entries not yet tallied.", behind.entries),
        ("ressenti_tallier_seconds_behind", "Age of the oldest of them.", behind.seconds or 0),
        ("ressenti_reader_responses_behind", "Responses whose comments wait.", unread.responses),
        ("ressenti_reader_seconds_behind", "Age of the oldest of them.", unread.seconds or 0),
    )
    for name, meaning, value in gauges:
        Gauge(name, meaning, registry=registry).set(value)
    return HttpResponse(
        generate_latest(registry),
        content_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


def is_of_this_machine(request: HttpRequest) -> bool:
    """Tell whether a request comes from this machine, and through no proxy on it."""
    was_forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(request.headers)
    return not was_forwarded and is_loopback(request.META.get("REMOTE_ADDR", ""))


def holds_token(request: HttpRequest) -> bool:
    """Tell whether a request carries the token of the settings, where there is one."""
    token: str | None = settings.SERVER.metrics_token
    told = request.headers.get("Authorization", "")
    return token is not None and constant_time_compare(told, f"Bearer {token}")
