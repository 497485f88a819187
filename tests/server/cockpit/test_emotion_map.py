"""The map of emotions: what a cell says, what it hides, where it leads, and how it leaves."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from statistics import fmean, stdev
from typing import Any

import pytest
from scipy.stats import t as student

from tests.server.cockpit.conftest import Record
from tests.server.cockpit.test_exports import rows_of, taken, texts_of
from tests.server.cockpit.test_voice import said
from tests.server.cockpit.writing import (
    SignedIn,
    Writers,
    page,
    read_comments,
    text_of,
    writers,
)
from tests.server.conftest import Tenant

__all__ = ["page", "taken", "writers"]
Page = Callable[..., Any]
LATE = "Livraison en retard, très déçu"
KIND = "Personnel adorable, merci"


def cells(response: Any) -> dict[str, list[str]]:
    """Return the cells of each theme, as they are read."""
    found = {}
    for row in re.findall(r'<tr role="row"><th.*?</tr>', text_of(response), re.DOTALL):
        name = re.search(r"<th[^>]*>([^<]*)<", row)
        assert name
        own = re.findall(r'<td role="cell".*?</td>', row, re.DOTALL)
        told = [re.sub(r'<span class="cell-step".*?</span>', "", one) for one in own]
        plain = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in told]
        found[html.unescape(name[1]).strip()] = [html.unescape(one) for one in plain]
    return found


def test_a_cell_is_the_mean_of_its_respondents_with_students_interval(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    from ressenti.server.models import Reading

    for text in (LATE,) * 4 + ("Livraison en retard", "Livraison en retard mais je comprends"):
        writers.say(text, touchpoint="deliver")
    read_comments(tenant)
    felt = [
        fmean(
            clause["polarity"] for clause in reading.clauses if "delivery.delay" in clause["themes"]
        )
        for reading in Reading.objects.filter(
            organisation=tenant.organisation, themes__contains=["delivery.delay"]
        )
    ]
    mean, n = 100 * fmean(felt), len(felt)
    reach = 100 * float(student.ppf(0.975, n - 1)) * stdev(felt) / n**0.5
    whole, deliver = cells(page("voice/map/", language="en"))["Delay"]
    assert whole == deliver
    value, low, _, high, _, counted = deliver.replace("\N{MINUS SIGN}", "-").split()
    assert int(counted) == n == 6
    assert int(value) == round(mean)
    # No polarity lies beyond −100.
    assert (int(low), int(high)) == (max(round(mean - reach), -100), round(mean + reach))


def test_a_cell_leads_to_its_comments(writers: Writers, page: Page, tenant: Tenant) -> None:
    for _ in range(6):
        writers.say(LATE, touchpoint="deliver")
        writers.say(LATE, touchpoint="buy")
        writers.say(KIND, touchpoint="deliver")
    writers.record.answer([9.0] * 3, touchpoint="deliver")
    writers.record.follow()
    read_comments(tenant)
    text = text_of(page("voice/map/", emotion="disappointment"))
    (link,) = {
        html.unescape(one)
        for one in re.findall(r'<a class="heat[^"]*" href="([^"]*)"', text)
        if "delivery.delay" in one and "touchpoint=deliver" in one
    }
    query = dict(part.split("=") for part in link.partition("?")[2].split("&"))
    assert query["emotion"] == "disappointment"
    assert said(page("voice/", **query)) == [LATE] * 6


def test_a_small_cell_is_hidden_and_so_is_what_would_give_it_away(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    for step, n in (("deliver", 12), ("buy", 7), ("support", 2)):
        for _ in range(n):
            writers.say(LATE, touchpoint=step)
    read_comments(tenant)
    whole, buy, deliver, support = cells(page("voice/map/", language="en"))["Delay"]
    assert whole.endswith("n 21")
    assert deliver.endswith("n 12")
    hidden = cells(page("voice/map/", language="en"))["Delay"]
    assert [cell for cell in hidden if "n " not in cell] == [buy, support]
    assert "2" not in support
    assert "7" not in buy


def test_a_filter_gives_no_small_group_beside_it_away(
    record: Record, writers: Writers, page: Page, tenant: Tenant
) -> None:
    record.follow()
    record.answer([9.0] * 6, channel="email")
    for channel, n in (("link", 9), ("email", 3)):
        for _ in range(n):
            writers.say(LATE, channel=channel)
    read_comments(tenant)
    assert cells(page("voice/map/"))["Délai"][0].endswith("n 12")
    # Twelve less nine would be the three.
    assert cells(page("voice/map/", channel="link")) == {}
    assert cells(page("voice/map/", channel="email")) == {}


def test_an_emotion_that_all_but_a_few_felt_is_not_shown(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    for _ in range(9):
        writers.say(LATE)
    for _ in range(2):
        writers.say("Livraison à l'heure")
    read_comments(tenant)
    every = cells(page("voice/map/"))
    assert every["Délai"][0].endswith("n 11")
    assert cells(page("voice/map/", emotion="disappointment")) == {}


def test_anonymous_comments_are_not_on_the_map(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    quiet = writers.survey("quiet", is_anonymous=True)
    for _ in range(9):
        writers.say(LATE, survey=quiet)
    for _ in range(6):
        writers.say(LATE)
    assert cells(page("voice/map/")) == {}
    read_comments(tenant)
    assert cells(page("voice/map/"))["Délai"][0].endswith("n 6")


def test_a_shop_sees_its_own_map(writers: Writers, page: Page, tenant: Tenant) -> None:
    for unit, n in (("lyon", 6), ("nice", 8)):
        for _ in range(n):
            writers.say(LATE, unit=unit)
    read_comments(tenant)
    assert cells(page("voice/map/"))["Délai"][0].endswith("n 14")
    assert cells(page("voice/map/", tenant.reader))["Délai"][0].endswith("n 6")


def test_another_organisation_sees_no_map(
    writers: Writers, page: Page, tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    for _ in range(6):
        writers.say(LATE)
    read_comments(tenant)
    for path in ("voice/map/", "voice/map/export.csv", "voice/map/map.svg"):
        assert page(path, other_tenant.owner).status_code == 404
    own = signed_in(other_tenant.owner).get(f"/o/{other_tenant.organisation.key}/voice/map/")
    assert cells(own) == {}


def test_the_map_leaves_as_a_table_and_as_a_picture(
    writers: Writers, page: Page, taken: Any, tenant: Tenant
) -> None:
    for step, n in (("deliver", 8), ("buy", 7), ("support", 2)):
        for _ in range(n):
            writers.say(LATE, touchpoint=step)
    read_comments(tenant)
    response, archive = taken("voice/map/export.csv", language="en")
    assert response.status_code == 200
    rows = [row for row in rows_of(archive) if row["Theme"] == "Delay"]
    assert next(row["Touchpoint"] for row in rows) == "All steps"
    by_step = {row["Touchpoint"]: row for row in rows}
    assert float(by_step["All steps"]["n"]) == 17
    hidden = [row for row in rows if row["reason"] == "suppressed"]
    assert len(hidden) == 2
    assert all(row["n"] == row["value"] == "" for row in hidden)
    svg = page("voice/map/map.svg", language="en")
    assert svg.status_code == 200
    told = texts_of(svg.content)
    assert "Delay" in told
    assert "n 17" in told
    assert "n 2" not in told.replace("n 2026", "")
    png = page("voice/map/map.png")
    assert png.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("wrong", [{"emotion": "x"}, {"emotion": "neutral"}, {"unit": "'"}])
def test_what_does_not_exist_is_refused_in_words(
    writers: Writers, page: Page, wrong: dict[str, str]
) -> None:
    assert page("voice/map/", **wrong).status_code == 400
