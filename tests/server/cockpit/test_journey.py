"""The journey: the figures of each step, in order, none that would tell on a few people."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import time_machine

from tests.server.cockpit.conftest import NOW, OCTOBER, Record
from tests.server.cockpit.writing import HOSTILE, Markup, page, text_of
from tests.server.conftest import Tenant

__all__ = ["page"]
Page = Callable[..., Any]
GOOD = [10.0] * 30 + [8.0] * 6 + [3.0] * 4
POOR = [10.0] * 10 + [8.0] * 6 + [3.0] * 24


def steps(response: Any) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', text_of(response))


def cells(response: Any) -> dict[str, str]:
    """Return what each cell says to who hears it, by its title."""
    found = re.findall(r"<title>([^<]*)</title><desc>([^<]*)</desc>", text_of(response))
    return {html.unescape(title): html.unescape(told) for title, told in found}


def test_steps_stand_in_the_order_of_the_journey_own_ones_last(record: Record, page: Page) -> None:
    record.follow()
    for step in ("kiosk", "support", "buy", "discover", "deliver"):
        record.answer(GOOD, touchpoint=step)
    assert steps(page("journey/", language="en")) == [
        "Discover, compare", "Buy", "Deliver, pick up", "Support, claim", "kiosk",
    ]  # fmt: skip
    assert steps(page("journey/"))[1:3] == ["Achat", "Livraison, retrait"]


def test_a_cell_is_the_figure_of_the_page_it_leads_to(record: Record, page: Page) -> None:
    measure = record.follow(target=40)
    record.answer(GOOD, touchpoint="buy")
    record.answer(POOR, touchpoint="support")
    seen = page("journey/", language="en")
    told = cells(seen)
    # 100 · (30 − 4) / 40 and 100 · (10 − 24) / 40.
    assert [title.split(", ")[-1] for title in told] == ["Buy", "claim"]
    assert [said[:5] for said in told.values()] == ["65.0 ", "−35.0"]
    link = next(one for one in Markup(text_of(seen)).links if "touchpoint=support" in one)
    assert f"/indicators/{measure.pk}/" in link
    query = dict(part.split("=") for part in link.split("?")[1].split("&"))
    figure = text_of(page(f"indicators/{measure.pk}/", language="en", **query))
    assert ">−35.0</data>" in figure


def test_a_step_with_a_few_answers_is_hidden_and_so_is_what_would_give_it_away(
    record: Record, page: Page
) -> None:
    record.follow()
    record.answer(GOOD, touchpoint="buy")
    record.answer([0.0] * 12, touchpoint="use")
    record.answer([0.0, 1.0], touchpoint="support")
    told = cells(page("journey/", language="en"))
    shown = [title for title, said in told.items() if "n = " in said]
    # The smaller of the two others protects the two who complained.
    assert [title.split(", ")[-1] for title in shown] == ["Buy"]
    assert len(told) == 3


def test_a_small_month_is_left_out_of_all_months_together(record: Record, page: Page) -> None:
    record.follow()
    record.answer(GOOD, touchpoint="buy")
    record.answer([0.0, 0.0], touchpoint="buy", day=OCTOBER)
    told = cells(page("journey/", language="en", at="all"))
    # October is hidden and would be what is left of the quarter: so is November.
    assert all("n = " not in said for said in told.values())
    record.answer(GOOD, touchpoint="buy", day=OCTOBER.replace(month=5))
    told = cells(page("journey/", language="en", at="all"))
    assert any("65.0" in said and "n = 40" in said for said in told.values())


def test_somebody_of_a_shop_sees_the_journey_of_that_shop(
    record: Record, page: Page, tenant: Tenant
) -> None:
    record.follow()
    record.answer(GOOD, touchpoint="buy", unit="lyon")
    record.answer(POOR, touchpoint="support", unit="nice")
    assert steps(page("journey/", tenant.reader, language="en")) == ["Buy"]
    assert steps(page("journey/", language="en")) == ["Buy", "Support, claim"]
    assert page("journey/", tenant.reader, unit="nice").status_code == 400


def test_another_organisation_sees_no_journey(
    page: Page, other_tenant: Tenant, record: Record
) -> None:
    record.follow()
    record.answer(GOOD, touchpoint="buy")
    assert page("journey/", other_tenant.owner).status_code == 404


def test_a_hostile_step_runs_nowhere(record: Record, page: Page) -> None:
    record.follow()
    record.answer(GOOD, touchpoint=HOSTILE[:60])
    seen = page("journey/")
    assert seen.status_code == 200
    assert Markup(text_of(seen)).inline == []
    assert Markup(text_of(seen)).images == []


def test_the_map_is_counted_at_once_however_large_it_is(record: Record, page: Page) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def counted() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert page("journey/").status_code == 200
        return sum(
            "sum(n)" in one["sql"] and "ressenti_tallycell" in one["sql"]
            for one in statements.captured_queries
        )

    record.follow()
    record.answer(GOOD, touchpoint="buy")
    assert counted() == 2
    for indicator, scale in (("csat", "1-5"), ("ces", "1-7"), ("loyalty", "0-10")):
        record.follow(indicator, scale)
    for step in ("discover", "use", "support", "renew"):
        record.answer(GOOD, touchpoint=step)
        record.answer([5.0] * 20, touchpoint=step, tally="csat@1-5")
    assert counted() == 2


def test_an_organisation_without_steps_is_told_what_to_do(record: Record, page: Page) -> None:
    seen = page("journey/", language="en")
    assert seen.status_code == 200
    assert "Nobody answered at a step" in text_of(seen)


def test_a_cell_pushed_live_is_the_one_of_the_page(record: Record, page: Page) -> None:
    measure = record.follow()
    record.answer(GOOD, touchpoint="buy")
    record.answer(POOR, touchpoint="support")
    text = text_of(page("journey/"))
    pushed = pushed_cells(record)
    assert list(pushed) == [f"cell-{measure.pk}-buy", f"cell-{measure.pk}-support"]
    assert all(cell in text for cell in pushed.values())
    # What nobody may see on the page does not come down the stream either.
    record.answer([0.0, 1.0], touchpoint="use")
    assert pushed_cells(record)[f"cell-{measure.pk}-use"] in text_of(page("journey/"))
    assert "n = 2" not in pushed_cells(record)[f"cell-{measure.pk}-use"]
    assert list(pushed_cells(record, record.tenant.nice.pk)) == []


def test_the_page_watches_the_period_it_shows(record: Record, page: Page) -> None:
    measure = record.follow()
    record.answer(GOOD, touchpoint="buy", day=OCTOBER)
    text = text_of(page("journey/", at="2026-10-01"))
    watched = re.search(r'data-live="[^"?]*/journey\?([^"]*)"', text)
    assert watched
    assert "at=2026-10-01" in watched[1]
    october = pushed_cells(record, query="per=month&at=2026-10-01")
    assert october[f"cell-{measure.pk}-buy"] in text
    assert pushed_cells(record) == {}


def pushed_cells(
    record: Record, unit: UUID | None = None, query: str = "per=month"
) -> dict[str, str]:
    """Return what a stream of the journey says as it begins."""
    from ressenti.server.live.painting import painted
    from ressenti.server.live.subjects import Subject

    organisation = record.tenant.organisation.pk
    with time_machine.travel(NOW, tick=False):
        return dict(painted(Subject(organisation, unit, "journey", query, "fr"), None))
