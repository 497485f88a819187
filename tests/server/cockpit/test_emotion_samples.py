"""The audit of the engine: what is drawn, how it is marked, what the marks say, and to whom."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, pvariance
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.cockpit.conftest import NOW
from tests.server.cockpit.test_exports import rows_of, taken
from tests.server.cockpit.writing import (
    SignedIn,
    Writers,
    page,
    read_comments,
    text_of,
    writers,
)
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import EmotionSample, Person

__all__ = ["page", "taken", "writers"]
Page = Callable[..., Any]
DAYS = {"start": "2026-11-01", "end": "2026-11-22"}


def count(tenant: Tenant) -> None:
    """Have every response with a reading counted, as the tallier does."""
    from ressenti.server.models import Reading, ReadResponse

    for reading in Reading.objects.filter(organisation=tenant.organisation):
        ReadResponse.objects.create(
            response_id=reading.response_id,
            organisation=tenant.organisation,
            engine=reading.engine,
            tone=reading.tone,
            polarity=None if reading.polarity is None else round(reading.polarity, 9),
            is_counted=reading.response.survey.audience == "customer",
        )


def member(tenant: Tenant, role: str) -> Person:
    from ressenti.server.models import Membership, Person

    person = Person.objects.create_user(f"{role}@{tenant.organisation.key}.example", "x", name=role)
    Membership.objects.create(organisation=tenant.organisation, person=person, role=role)
    return person


def drawn(client: Client, tenant: Tenant, **told: str) -> EmotionSample:
    from ressenti.server.models import EmotionSample

    address = f"/o/{tenant.organisation.key}/voice/samples/"
    assert client.post(address, DAYS | {"size": "200"} | told).status_code == 302
    return EmotionSample.objects.filter(organisation=tenant.organisation).latest("pk")


def judged(response: Any) -> str:
    """Return the comment that somebody is asked to judge."""
    found = re.search(
        r'<blockquote class="judged"[^>]*>(.*?)</blockquote>', text_of(response), re.DOTALL
    )
    assert found
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def place_of(response: Any) -> str:
    found = re.search(r'name="place" value="(\d+)"', text_of(response))
    assert found
    return found[1]


def test_only_comments_that_count_and_could_be_read_are_drawn(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import AuditEntry

    wanted = {writers.say(f"Personnel odieux, {number} fois") for number in range(40)}
    writers.say("Das Personal war sehr unfreundlich und langsam")
    writers.say("Trop vieux, personnel odieux", at=datetime(2026, 9, 3, tzinfo=UTC))
    team = writers.survey("team", audience="employee")
    for _ in range(9):
        writers.say("Collègues adorables", survey=team, at=NOW - timedelta(days=3))
    quiet = writers.survey("quiet", is_anonymous=True)
    writers.say("Seul et odieux", survey=quiet)
    read_comments(tenant)
    count(tenant)
    sample = drawn(signed_in(tenant.owner), tenant)
    assert {one.response_id for one in sample.comments.all()} == wanted
    assert (sample.size, sample.start, sample.end) == (40, date(2026, 11, 1), date(2026, 11, 22))
    (entry,) = AuditEntry.objects.filter(organisation=tenant.organisation, action="sample.drawn")
    assert entry.detail["rows"] == 40
    fewer = drawn(signed_in(tenant.owner), tenant, size="30")
    places = [one.place for one in fewer.comments.all()]
    assert places == list(range(1, 31))
    assert {one.response_id for one in fewer.comments.all()} < wanted


def test_the_engine_does_not_lead_who_marks(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    writers.record.follow()
    for _ in range(30):
        writers.say("Mme Roy, personnel odieux, je résilie", level=1)
    read_comments(tenant)
    count(tenant)
    client = signed_in(tenant.owner)
    sample = drawn(client, tenant)
    address = f"/o/{tenant.organisation.key}/voice/samples/{sample.pk}/next/"
    seen = client.get(address, {"lang": "fr"})
    assert judged(seen) == "Mme [nom], personnel odieux, je résilie"
    section = text_of(seen).partition('<section class="card marking">')[2]
    for told in ("déception", "is-negative", "data-why", "détracteur", "Lyon", "polarit"):
        assert told not in section.partition("<form")[0]
    assert not re.search(r"<input[^>]*checked", section)


def test_marks_go_from_comment_to_comment_and_can_wait(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import EmotionMark

    for number in range(30):
        writers.say(f"Personnel odieux numéro {number}")
    read_comments(tenant)
    count(tenant)
    client = signed_in(tenant.owner)
    sample = drawn(client, tenant)
    address = f"/o/{tenant.organisation.key}/voice/samples/{sample.pk}/next/"
    first = client.get(address)
    assert place_of(first) == "1"
    assert client.post(address, {"place": "1"}).status_code == 422
    assert client.post(address, {"place": "1", "polarity": "-1"})["location"].endswith("?after=1")
    assert place_of(client.get(address)) == "2"
    # Later: the second one comes last.
    assert place_of(client.get(address, {"after": "2"})) == "3"
    assert place_of(client.get(address, {"after": "30"})) == "2"
    # Two people at once: what somebody marked meanwhile is not marked twice.
    assert client.post(address, {"place": "1", "polarity": "1"})["location"] == address
    (own,) = EmotionMark.objects.filter(sample=sample)
    assert own.polarity == -1
    for place in range(2, 31):
        client.post(address, {"place": str(place), "polarity": "-0.5", "emotion": "anger"})
    assert client.get(address)["location"].endswith(f"/samples/{sample.pk}/")
    done = client.get(address.removesuffix("next/"), {"lang": "fr"})
    assert "30 sur 30 annotés" in text_of(done)


def test_the_corrected_score_stands_beside_the_uncorrected_one(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import EmotionMark, Reading

    texts = [
        "Personnel odieux",
        "Parfait, merci",
        "Super, encore une heure d'attente",
        "Ma commande",
    ]
    for number in range(60):
        writers.say(texts[number % 4])
    read_comments(tenant)
    count(tenant)
    client = signed_in(tenant.owner)
    sample = drawn(client, tenant, size="32")
    page_of_sample = f"/o/{tenant.organisation.key}/voice/samples/{sample.pk}/"
    before = text_of(client.get(page_of_sample, {"lang": "en"}))
    assert "too few comments are marked yet" in before
    truth = {texts[0]: "-1", texts[1]: "1", texts[2]: "-1", texts[3]: "0"}
    for _ in range(32):
        asked = client.get(f"{page_of_sample}next/")
        told = {"place": place_of(asked), "polarity": truth[judged(asked)]}
        assert client.post(f"{page_of_sample}next/", told).status_code == 302
    felt = {
        one.response_id: one.polarity or 0.0
        for one in Reading.objects.filter(organisation=tenant.organisation)
    }
    every = list(felt.values())
    marks = EmotionMark.objects.filter(sample=sample)
    read = [felt[mark.response_id] for mark in marks]
    shifts = [mark.polarity - felt[mark.response_id] for mark in marks]
    n, m = len(every), len(shifts)
    together = fmean(
        (one - fmean(read)) * (other - fmean(shifts))
        for one, other in zip(read, shifts, strict=True)
    )
    # Angelopoulos and others: the mean prediction, shifted; both errors, which go together here.
    estimate = 100 * (fmean(every) + fmean(shifts))
    error = 100 * (pvariance(every) / n + pvariance(shifts) / m + 2 * together / n) ** 0.5
    text = text_of(client.get(page_of_sample, {"lang": "en"})).replace("\N{MINUS SIGN}", "-")
    figures = re.findall(
        r'<td class="number figures">([^<]*)</td><td class="number">([^<]*)</td>', text
    )
    (read_value, _), (value, limits), (agreement, _) = figures
    assert float(read_value) == pytest.approx(100 * fmean(every), abs=0.06)
    assert float(value) == pytest.approx(estimate, abs=0.06)
    low, high = (float(one) for one in limits.split(" to "))
    assert (low, high) == pytest.approx((estimate - 1.96 * error, estimate + 1.96 * error), abs=0.1)
    assert agreement.endswith("%")
    table = text.partition('class="table confusion"')[2]
    cells = [int(one) for one in re.findall(r'<td class="number(?: agrees)?">(\d+)', table)]
    assert len(cells) == 18
    rows = [cells[place : place + 6] for place in range(0, len(cells), 6)]
    assert sum(row[-1] for row in rows) == 32
    assert all(sum(row[:-1]) == row[-1] for row in rows)


def test_who_may_draw_mark_and_look(
    writers: Writers, tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    for _ in range(30):
        writers.say("Personnel odieux")
    read_comments(tenant)
    count(tenant)
    sample = drawn(signed_in(member(tenant, "expert")), tenant)
    home = f"/o/{tenant.organisation.key}/voice/samples/"
    own, following = f"{home}{sample.pk}/", f"{home}{sample.pk}/next/"
    expected = {
        "consultant": (200, 403, 200, 403),
        "manager": (200, 403, 200, 200),
    }
    for role, told in expected.items():
        client = signed_in(member(tenant, role))
        assert (
            client.get(home).status_code,
            client.post(home, DAYS | {"size": "30"}).status_code,
            client.get(own).status_code,
            client.get(following).status_code,
        ) == told
    # A sample is of the whole organisation, and no business of one shop.
    shop = signed_in(tenant.reader)
    assert {shop.get(one).status_code for one in (home, own, following)} == {403}
    stranger = signed_in(other_tenant.owner)
    assert {stranger.get(one).status_code for one in (home, own, following)} == {404}
    foreign = f"/o/{other_tenant.organisation.key}/voice/samples/{sample.pk}/"
    assert stranger.get(foreign).status_code == 404
    assert stranger.post(f"{foreign}next/", {"place": "1", "polarity": "1"}).status_code == 404


def test_a_sample_that_cannot_be_drawn_says_why(
    writers: Writers, tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(tenant.owner)
    address = f"/o/{tenant.organisation.key}/voice/samples/?lang=en"
    for told, words in (
        ({}, "No comment of these days can be drawn."),
        ({"size": "3"}, "30"),
        ({"start": "2026-11-30"}, "The last day comes before the first one."),
        ({"start": "x"}, "date"),
    ):
        answer = client.post(address, DAYS | {"size": "200"} | told)
        assert answer.status_code == 200
        assert words in text_of(answer)


def test_corrections_are_listed_and_leave_as_a_file(
    writers: Writers, page: Page, taken: Any, tenant: Tenant, signed_in: SignedIn
) -> None:
    response = writers.say("Mme Roy est odieuse")
    read_comments(tenant)
    client = signed_in(tenant.owner)
    address = f"/o/{tenant.organisation.key}/voice/{response}/why/mark/"
    for step in ("-1", "0.5"):
        client.post(address, {"polarity": step, "emotion": "anger" if step == "-1" else ""})
    text = text_of(page("voice/corrections/"))
    assert text.count('Mme <span class="masked">[nom]</span> est') == 2
    assert text.index("positif</span>") < text.index("très négatif</span>")
    assert "Roy" not in text
    _, archive = taken("voice/corrections/export.csv", language="en")
    newest, oldest = rows_of(archive)
    assert (newest["polarity, by a person"], oldest["polarity, by a person"]) == ("0.5", "-1.0")
    assert oldest["emotion, by a person"] == "anger"
    assert newest["comment"] == "Mme [name] est odieuse"
    assert newest["by"] == "Alice"


def test_corrections_are_shown_to_who_may_read_the_comment(
    writers: Writers, page: Page, tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import EmotionMark

    quiet = writers.survey("quiet", is_anonymous=True)
    written = [writers.say("À Nice", unit="nice"), writers.say("À Lyon", unit="lyon")]
    written.append(writers.say("Tout bas", survey=quiet))
    for response in written:
        EmotionMark.objects.create(
            organisation=tenant.organisation, response_id=response, question="why",
            polarity=1, marked_by=tenant.owner, marked_at=NOW,
        )  # fmt: skip
    every = text_of(page("voice/corrections/"))
    assert "À Nice" in every
    assert "À Lyon" in every
    assert "Tout bas" not in every
    shop = text_of(page("voice/corrections/", tenant.reader))
    assert "À Lyon" in shop
    assert "À Nice" not in shop
    assert page("voice/corrections/", other_tenant.owner).status_code == 404
    own = signed_in(other_tenant.owner).get(
        f"/o/{other_tenant.organisation.key}/voice/corrections/"
    )
    assert "Lyon" not in text_of(own)


def test_older_corrections_stand_on_further_pages(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    from ressenti.server.models import EmotionMark

    response = writers.say("À Lyon")
    EmotionMark.objects.bulk_create(
        EmotionMark(
            organisation=tenant.organisation, response_id=response, question="why",
            polarity=1, marked_by=tenant.owner, marked_at=NOW + timedelta(minutes=minute),
        )
        for minute in range(45)
    )  # fmt: skip
    first = text_of(page("voice/corrections/"))
    (before,) = re.findall(r'href="\?before=(\d+)" rel="next"', first)
    second = text_of(page("voice/corrections/", before=before))
    assert (first.count("selon") + first.count("À Lyon"), second.count("À Lyon")) == (40, 5)
    assert page("voice/corrections/", before="x" * 40).status_code == 200
