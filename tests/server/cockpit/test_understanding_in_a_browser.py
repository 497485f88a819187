"""Outcomes, links, drivers and changes in Chromium by keyboard, in both languages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from playwright.sync_api import Locator, Page

from tests.server.cockpit.conftest import Record
from tests.server.cockpit.test_studies import followed, lived_and_answered
from tests.server.cockpit.test_voice_in_a_browser import Opened, opened
from tests.server.cockpit.test_why import AFTER, BEFORE
from tests.server.conftest import Tenant
from tests.server.importing.test_in_a_browser import tab_to
from tests.server.intake.conftest import running_web
from tests.server.test_accessibility import looked_at

__all__ = ["followed", "opened", "running_web"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LANGUAGES = ("fr", "en")
DAYS = "from=2026-01-01&to=2026-11-30"
SHOPS = tuple(f"shop-{number}" for number in range(8))
PERIODS = {"a": "2026-10-01", "b": "2026-11-01"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "declared": "Tests à poser",
        "passed": "A passé les deux tests",
        "moves": "« NPS » évolue avec « parcel on time »",
        "driver": "de ce que les leviers expliquent de NPS",
        "if": "si l'association était causale",
        "beyond": "on n'a vu les unités qu'entre",
        "fell": "en baisse",
        "level": "à partir du 1 novembre 2026",
    },
    "en": {
        "declared": "tests to be asked",
        "passed": "passed both tests",
        "moves": "NPS moves with “parcel on time”",
        "driver": "of what the drivers explain of NPS",
        "if": "if the association were causal",
        "beyond": "units have been seen between",
        "fell": "down",
        "level": "from November 1, 2026 on",
    },
}


def said(found: Locator) -> str:
    """Return what a part of a page says, its spaces plain."""
    return " ".join(found.inner_text().split())


def asked_for(page: Page, tenant: Tenant) -> None:
    """Ask for a study by keyboard, and see it come."""
    tab_to(page, "form[action*='/ask/'] .button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".message[role=status]").is_visible()
    worked_out_for(page, tenant)


def worked_out_for(page: Page, tenant: Tenant) -> None:
    """Work the latest study out as the worker does, while a page waits for it."""
    from ressenti.server.models import Study
    from ressenti.server.studying.running import run_study

    study = Study.objects.filter(organisation=tenant.organisation).latest("asked_at")
    run_study(os.environ["DATABASE_URL"], study.pk)
    page.locator(".findings").first.wait_for()


def opened_evidence(page: Page, within: str) -> str:
    """Open what the first finding of a part of the page rests on, by keyboard; return it."""
    tab_to(page, f"{within} .evidence > summary")
    found = page.locator(f"{within} .evidence").first
    assert not found.locator("dl").is_visible()
    page.keyboard.press("Enter")
    assert found.locator("dl").is_visible()
    return said(found)


def taken_by_keyboard(page: Page, selector: str, folder: Path) -> Path:
    """Return the file that a link gives, pressed by keyboard."""
    tab_to(page, selector)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def assert_whole(archive: Path, picture: Path) -> None:
    """Hold that an archive has its table and its manifest, and that a picture is one."""
    with ZipFile(archive) as file:
        assert "manifest.json" in file.namelist()
        assert file.testzip() is None
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")


@contextmanager
def shown(opened: Opened, path: str, language: str, query: str, **told: Any) -> Iterator[Page]:
    """Give a page of the tenant under a query."""
    with opened(path, language, **told) as page:
        page.goto(f"{page.url}&{query}")
        yield page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_outcome_is_declared_and_its_tests_answered_by_keyboard(
    followed: Record, opened: Opened, language: str, tmp_path: Path
) -> None:
    told = WORDS[language]
    with opened("outcomes/", language) as page:
        tab_to(page, "[name=key]")
        page.keyboard.type("parcel_on_time")
        tab_to(page, "[name=words_fr]")
        page.keyboard.type("Mon colis au jour dit")
        tab_to(page, "[name=words_en]")
        page.keyboard.type("My parcel by the day I was told")
        tab_to(page, "[name=moves]")
        page.keyboard.press("Space")
        tab_to(page, "#declare .button.primary")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        outcome = page.locator("section[aria-labelledby=outcome-parcel_on_time]")
        assert told["declared"].casefold() in said(outcome).casefold()
        # The tests stand open until they are answered.
        assert outcome.locator("form").count() == 2
        for test in ("important", "increments"):
            tab_to(page, f"form:has([value={test}]) [name=evidence]")
            page.keyboard.type("12 interviews")
            page.keyboard.press("Tab")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert told["passed"].casefold() in said(outcome).casefold()
        archive = taken_by_keyboard(page, "a[href*='outcomes/export.csv']", tmp_path)
        with ZipFile(archive) as file:
            definition = next(name for name in file.namelist() if name.startswith("d"))
            assert "12 interviews" in file.read(definition).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_asked_for_read_and_taken_away_by_keyboard(
    followed: Record, tenant: Tenant, opened: Opened, language: str, tmp_path: Path
) -> None:
    lived_and_answered(followed)
    with shown(opened, "links/", language, DAYS) as page:
        asked_for(page, tenant)
        assert WORDS[language]["moves"] in said(page.locator(".findings").first)
        archive = taken_by_keyboard(page, "a[href*='links/export.csv']", tmp_path)
        picture = taken_by_keyboard(page, "a[href*='links/customers.svg']", tmp_path)
        evidence = opened_evidence(page, "section[aria-labelledby=level-1]")
        assert "600" in evidence
        assert "Benjamini-Hochberg" in evidence
        assert_whole(archive, picture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drivers_are_asked_for_read_moved_and_taken_away_by_keyboard(
    followed: Record, tenant: Tenant, opened: Opened, language: str, tmp_path: Path
) -> None:
    told = WORDS[language]
    lived_and_answered(followed, units=SHOPS)
    with shown(opened, "drivers/", language, f"{DAYS}&target=nps@0-10") as page:
        asked_for(page, tenant)
        assert told["driver"] in said(page.locator(".findings").first)
        archive = taken_by_keyboard(page, "a[href*='drivers/export.csv']", tmp_path)
        picture = taken_by_keyboard(page, "a[href*='drivers/map.svg']", tmp_path)
        evidence = opened_evidence(page, "section[aria-labelledby=findings-title]")
        assert "LMG" in evidence
        assert_whole(archive, picture)
        for aim, words in (("20", told["if"]), ("99", told["beyond"])):
            tab_to(page, "#what-if [name=then]")
            page.keyboard.press("Control+a")
            page.keyboard.type(aim)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            assert words.casefold() in said(page.locator("#what-if")).casefold()


def ten_months_and_a_fall(record: Record) -> None:
    """Have ten steady months answered, then a month in which one shop falls."""
    for month in range(1, 11):
        for unit, marks in BEFORE.items():
            record.answer(marks, unit=unit, day=date(2026, month, 14))
    for unit, marks in AFTER.items():
        record.answer(marks, unit=unit, day=date(2026, 11, 14))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_is_chosen_read_and_taken_away_by_keyboard(
    record: Record, opened: Opened, language: str, tmp_path: Path
) -> None:
    ten_months_and_a_fall(record)
    path = f"indicators/{record.follow().pk}/why/"
    with shown(opened, path, language, f"{DAYS}&per=month") as page:
        for name in PERIODS:
            tab_to(page, f"select[name={name}]")
            page.keyboard.press("End" if name == "b" else "Home")
        tab_to(page, "form.filters-line .button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "a=2026-01-01" in page.url
        assert "b=2026-11-01" in page.url
        verdict = said(page.locator(".verdict")).casefold()
        assert WORDS[language]["fell"] in verdict
        archive = taken_by_keyboard(page, "a[href*='why/export.csv']", tmp_path)
        evidence = opened_evidence(page, "section[aria-labelledby=change-title]")
        assert "160" in evidence
        parts = opened_evidence(page, "section[aria-labelledby=where-title]")
        assert "Benjamini" not in parts
        assert "Lyon" in parts
        picture = taken_by_keyboard(page, "a[href*='series.svg']", tmp_path)
        assert_whole(archive, picture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_passes_open_wide_and_narrow(
    followed: Record, tenant: Tenant, opened: Opened, language: str
) -> None:
    from ressenti.server.models import Measure

    lived_and_answered(followed, units=SHOPS)
    ten_months_and_a_fall(followed)
    measure = Measure.objects.get(organisation=tenant.organisation, indicator="nps")
    faults: list[Any] = []
    for path, query in (
        ("outcomes/", DAYS),
        ("links/", DAYS),
        ("drivers/", f"{DAYS}&target=nps@0-10"),
        (f"indicators/{measure.pk}/why/", f"{DAYS}&per=month&a=2026-01-01&b=2026-11-01"),
    ):
        with shown(opened, path, language, query) as page:
            if path in ("links/", "drivers/"):
                asked_for(page, tenant)
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            for width in (390, 1440):
                faults += looked_at(page, path, width=width, language=language)
                assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert faults == []


def test_evidence_opens_without_a_script(followed: Record, tenant: Tenant, opened: Opened) -> None:
    lived_and_answered(followed)
    with shown(opened, "links/", "fr", DAYS, java_script_enabled=False) as page:
        page.locator("form[action*='/ask/'] .button").click()
        worked_out_for(page, tenant)
        page.locator(".evidence > summary").first.click()
        assert page.locator(".evidence dl").first.is_visible()
