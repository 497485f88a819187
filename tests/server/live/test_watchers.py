"""A stream shows what its page shows, and whatever else an address says makes no other stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from ressenti.server.live.subjects import Subject
    from ressenti.server.models import Measure, Person

Watch = Callable[[str, str], "Subject | None"]


@pytest.fixture
def watch(tenant: Tenant, signed_in: Callable[[Person], Client]) -> Watch:
    """Give what the owner of an organisation watches on a page with a query."""
    from ressenti.server.live.watchers import watcher_of

    session = signed_in(tenant.owner).session.session_key or ""

    def watched(page: str, query: str) -> Subject | None:
        watcher = watcher_of(session, tenant.organisation.key, page, query)
        return None if watcher is None else watcher.subject

    return watched


def measure_of(tenant: Tenant) -> Measure:
    from ressenti.server.models import Measure

    return Measure.objects.create(
        organisation=tenant.organisation, indicator="nps", variant="standard_0_10", scale="0-10",
        tally="nps@0-10",
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "per=month&lang=fr",
        "lang=fr",
        "lang=fr&x=1",
        "lang=fr&per=month&by=unit&compare=periods&a=1&b=2",
        "lang=fr&channel=&at=2026-01-01&utm_source=mail",
        "x[]=1&y=%00&lang=fr&at=all&q=price&mood=negative",
    ],
)
def test_what_means_nothing_to_the_scorecard_makes_no_other_subject(
    watch: Watch, query: str
) -> None:
    assert watch("scorecard", query) == watch("scorecard", "per=month&lang=fr")


def test_filters_languages_and_periods_make_other_subjects(watch: Watch) -> None:
    queries = ("per=week", "per=month", "channel=qr", "from=2026-01-01&to=2026-03-31", "lang=fr")
    subjects = {watch("scorecard", query) for query in queries}
    assert None not in subjects
    assert len(subjects) == len(queries)


def test_the_journey_keeps_the_period_looked_at_where_there_is_one(watch: Watch) -> None:
    whole, month = watch("journey", "at=all"), watch("journey", "at=2026-13-45")
    assert whole != month
    assert month == watch("journey", "at=whatever") == watch("journey", "")


def test_the_voice_keeps_what_is_searched(watch: Watch) -> None:
    assert watch("voice", "q=price") != watch("voice", "")
    assert watch("voice", "q=price&at=all&x=2") == watch("voice", "q=price")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("nowhere", ""),
        ("scorecard/", ""),
        ("scorecard/1", ""),
        ("indicator/", ""),
        ("indicator/0", ""),
        ("indicator/x", ""),
        ("indicator/99999999999999999999999", ""),
        ("scorecard", "per=century"),
        ("scorecard", "unit=nowhere"),
        ("scorecard", "channel=qr&channel=link"),
        ("scorecard", "segment.shoe=9"),
        ("voice", "mood=furious"),
    ],
)
def test_pages_and_filters_that_do_not_exist_have_no_stream(
    watch: Watch, page: str, query: str
) -> None:
    assert watch(page, query) is None


def test_an_indicator_has_one_stream_and_that_of_a_stranger_none(
    watch: Watch, tenant: Tenant, other_tenant: Tenant
) -> None:
    own, foreign = measure_of(tenant), measure_of(other_tenant)
    assert watch(f"indicator/{own.pk}", "") is not None
    assert watch(f"indicator/0{own.pk}", "") is None
    assert watch(f"indicator/{foreign.pk}", "") is None


def test_whoever_signs_out_or_is_removed_watches_no_longer(
    tenant: Tenant, signed_in: Callable[[Person], Client]
) -> None:
    from ressenti.server.live.watchers import still_watches, watcher_of
    from ressenti.server.models import Membership

    client = signed_in(tenant.owner)
    session, key = client.session.session_key or "", tenant.organisation.key
    watcher = watcher_of(session, key, "scorecard", "")
    assert watcher is not None
    assert still_watches(session, key, watcher.subject)
    Membership.objects.filter(person=tenant.owner).update(unit=tenant.region)
    assert not still_watches(session, key, watcher.subject)
    client.logout()
    assert not still_watches(session, key, watcher.subject)
