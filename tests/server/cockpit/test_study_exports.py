"""What the pages of studies show is taken away whole: the same figures, in tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from tests.server.cockpit.conftest import NOW, Record
from tests.server.cockpit.test_exports import entries, rows_of
from tests.server.cockpit.test_studies import QUERY, followed, lived_and_answered, worked_out
from tests.server.cockpit.writing import SignedIn

__all__ = ["followed"]
Taken = Callable[..., Any]
UNITS = tuple(f"shop-{number}" for number in range(8))


@pytest.fixture
def taken(followed: Record, signed_in: SignedIn) -> Taken:
    """Give what a person of the company is answered at an address."""

    def answered(path: str, *, language: str = "fr", is_reader: bool = False, **query: str) -> Any:
        tenant = followed.tenant
        client = signed_in(tenant.reader if is_reader else tenant.owner)
        address = f"/o/{tenant.organisation.key}/{path}"
        with time_machine.travel(NOW, tick=False):
            response = client.get(address, query | {"lang": language})
        return response, response.content

    return answered


def number(text: str) -> float:
    return float(text.replace(",", "."))


@pytest.fixture
def studied(followed: Record, signed_in: SignedIn) -> dict[str, Any]:
    """Give what both studies of a company found, in English."""
    lived_and_answered(followed, units=UNITS)
    found = {}
    for kind, query in (("links", {}), ("drivers", {"target": "nps@0-10"})):
        study = worked_out(followed, signed_in, kind, **query)
        assert study.result is not None, study.failure
        found[kind] = study.result["en"]
    return found


def test_every_link_is_in_the_table_with_its_groups_and_its_sureness(
    studied: dict[str, Any], taken: Taken
) -> None:
    response, content = taken("links/export.csv", language="en", **QUERY)
    assert response.status_code == 200
    rows = {
        (row["one point is"], row["outcome"], row["indicator"]): row for row in rows_of(content)
    }
    sought = studied["links"]["customers"]["document"]["links"]
    assert len(rows) == sum(len(one.get("links", ())) for one in studied["links"].values())
    for link in sought:
        row = rows["Customer by customer", link["outcome"], link["kpi"]]
        assert number(row["difference"]) == pytest.approx(link["lift"]["value"])
        assert number(row["difference, low limit"]) == pytest.approx(link["lift"]["low"])
        assert int(row["n where met"]) == link["lift"]["met"]["n"]
        assert number(row["p-value, all tests"]) == pytest.approx(link["adjusted_p_value"])
        assert row["finding"] == link["finding"]


def test_every_driver_is_in_the_table_and_the_shares_add_up(
    studied: dict[str, Any], taken: Taken, tmp_path: Any
) -> None:
    query = {**QUERY, "target": "nps@0-10"}
    _, content = taken("drivers/export.csv", language="en", **query)
    rows = rows_of(content)
    shares = sum(number(row["importance, in R²"]) for row in rows)
    assert shares == pytest.approx(studied["drivers"]["document"]["r2"])
    assert [row["driver"] for row in rows] == [
        one["driver"] for one in studied["drivers"]["document"]["drivers"]
    ]
    _, content = taken("drivers/export.xlsx", language="fr", **query)
    (tmp_path / "drivers.xlsx").write_bytes(content)
    sheet = CalamineWorkbook.from_path(tmp_path / "drivers.xlsx").get_sheet_by_index(0)
    assert len(sheet.to_python()) == len(rows) + 1


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("links/customers.svg", {}, "Client par client"),
        ("drivers/map.svg", {"target": "nps@0-10"}, "Leviers NPS"),
    ],
)
def test_a_picture_says_what_it_shows_and_when(
    studied: dict[str, Any], taken: Taken, path: str, query: dict[str, str], words: str
) -> None:
    response, content = taken(path, **QUERY | query)
    assert response["Content-Type"] == "image/svg+xml"
    told = " ".join(ElementTree.fromstring(content).itertext())
    assert words in told
    assert "1 janvier 2026 – 30 novembre 2026" in told
    assert b'class="' not in content
    png, pixels = taken(path.replace(".svg", ".png"), **QUERY | query)
    assert png["Content-Type"] == "image/png"
    assert pixels.startswith(b"\x89PNG")


def test_what_is_taken_away_is_written_in_the_log(
    studied: dict[str, Any], followed: Record, taken: Taken
) -> None:
    taken("links/export.xlsx", **QUERY)
    taken("links/customers.svg", **QUERY)
    told = [subject for action, subject, _ in entries(followed.tenant) if action == "export.made"]
    assert told == ["links", "links, customers"]


NOWHERE = ("links/export.csv", "links/customers.svg", "drivers/export.csv", "drivers/map.png")


def test_where_nothing_is_worked_out_there_is_nothing_to_take(taken: Taken) -> None:
    assert {taken(path, **QUERY)[0].status_code for path in NOWHERE} == {404}


def test_a_level_that_was_refused_has_no_picture(studied: dict[str, Any], taken: Taken) -> None:
    assert "at least 12 are needed" in studied["links"]["periods"]["reason"]
    assert taken("links/periods.svg", **QUERY)[0].status_code == 404
    assert taken("links/unheard-of.svg", **QUERY)[0].status_code == 404


def test_whoever_sees_one_shop_takes_no_study_of_all_shops(
    studied: dict[str, Any], taken: Taken
) -> None:
    for path in ("links/export.csv", "links/customers.svg", "drivers/export.csv"):
        assert taken(path, is_reader=True, **QUERY)[0].status_code == 404


def test_a_study_of_another_version_is_told_and_not_shown(
    studied: dict[str, Any], followed: Record, taken: Taken
) -> None:
    from ressenti.server.models import Study

    for study in Study.objects.filter(organisation=followed.tenant.organisation):
        study.result = {"fr": {}, "en": {}}
        study.save()
    _, content = taken("links/", **QUERY)
    assert "version antérieure" in content.decode()
    assert taken("links/export.csv", **QUERY)[0].status_code == 404


def test_a_group_that_is_too_small_has_no_figure_of_its_own(
    followed: Record, signed_in: SignedIn
) -> None:
    organisation = followed.tenant.organisation
    organisation.smallest_group = 400
    organisation.save()
    lived_and_answered(followed)
    study = worked_out(followed, signed_in, "links")
    assert study.result is not None, study.failure
    links = study.result["en"]["customers"]["links"]
    assert links
    for link in links:
        assert "where missed" not in link["finding"]
        assert any("fewer than 400 answers" in line for line in link["evidence"]["cautions"])
    assert {row["missed"] for row in study.result["en"]["customers"]["rows"]} == {None}
