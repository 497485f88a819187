"""What a monitoring system reads: how many answers came in, and how far the tallies are behind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from ressenti.server.models import JournalEntry
from ressenti.server.tallying.positions import lag


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Give the gauges in the Prometheus text format; none of them is about a person."""
    registry = CollectorRegistry()
    behind = lag()
    newest = JournalEntry.objects.order_by("-id").values_list("id", flat=True).first()
    gauges = (
        ("ressenti_journal_entries", "Entries taken in so far.", newest or 0),
        ("ressenti_tallier_entries_behind", "Entries not yet tallied.", behind.entries),
        ("ressenti_tallier_seconds_behind", "Age of the oldest of them.", behind.seconds or 0),
    )
    for name, meaning, value in gauges:
        Gauge(name, meaning, registry=registry).set(value)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
