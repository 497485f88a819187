"""A draft is walked through without a trace, and a survey is shared by every channel."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.server.asking.conftest import Desk, Mailbox, live_survey, survey_of

if TYPE_CHECKING:
    from tests.server.conftest import Tenant


def token_in(page: str) -> str:
    found = re.search(r'name="r" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_preview_walks_the_logic_and_records_nothing(desk: Desk) -> None:
    from ressenti.server.models import JournalEntry, Response

    survey = survey_of(desk.tenant)
    page = f"surveys/{survey.pk}/preview/page/"
    entries = JournalEntry.objects.count()
    first = desk.get(page).content.decode()
    assert "Nous recommanderiez-vous ?" in first
    assert "Pourquoi ?" not in first
    unhappy = desk.post(page, r=token_in(first), asked="recommend", recommend="3").content.decode()
    assert "Pourquoi ?" in unhappy
    happy = desk.post(page, r=token_in(first), asked="recommend", recommend="10").content.decode()
    assert "Merci !" in happy
    missing = desk.post(page, r=token_in(first), asked="recommend").content.decode()
    assert 'role="alert"' in missing
    assert JournalEntry.objects.count() == entries
    assert not Response.objects.filter(survey=survey).exists()


def test_only_the_previewed_page_may_stand_in_a_frame_of_ours(desk: Desk) -> None:
    survey = survey_of(desk.tenant)
    outer = desk.get(f"surveys/{survey.pk}/preview/")
    inner = desk.get(f"surveys/{survey.pk}/preview/page/")
    assert "frame-src 'self'" in outer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in outer["Content-Security-Policy"]
    assert outer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self'" in inner["Content-Security-Policy"]
    assert "frame-src" not in inner["Content-Security-Policy"]
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    assert outer.content.decode().count("<iframe") == 2


def test_a_token_of_another_preview_tells_nothing(desk: Desk) -> None:
    survey, other = survey_of(desk.tenant), survey_of(desk.tenant)
    page = f"surveys/{survey.pk}/preview/page/"
    told = desk.post(page, r="", asked="recommend", recommend="3").content.decode()
    foreign = desk.post(
        f"surveys/{other.pk}/preview/page/", r=token_in(told), asked=""
    ).content.decode()
    assert "Nous recommanderiez-vous ?" in foreign


def test_a_survey_is_shared_by_link_code_poster_widget_and_program(
    desk: Desk, mailbox: Mailbox
) -> None:
    from ressenti.server.intake.documents import document_in
    from ressenti.surveys.questionnaire import questionnaire_of
    from ressenti.surveys.submission import checked

    survey = live_survey(desk.tenant)
    home = f"surveys/{survey.pk}/share/"
    page = desk.get(home).content.decode()
    assert f"http://127.0.0.1:8000/s/{survey.public_key}" in page
    assert f"data-ressenti-survey=&quot;{survey.public_key}&quot;" in page
    code = desk.get(f"{home}code.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert code.content.startswith(b"<svg")
    poster = desk.get(f"{home}poster.pdf")
    assert poster.content.startswith(b"%PDF-")
    # What is shown to a programmer is taken by the very survey.
    from ressenti.server.asking.sharing import api_example

    asked = questionnaire_of(survey.draft)
    example = document_in(api_example(survey, asked).encode())
    assert example["survey"] == survey.key
    answers = example["answers"]
    assert isinstance(answers, dict)
    assert not checked(asked, answers, language="fr", is_final=True).faults


def test_the_widget_is_set_and_a_site_is_an_origin(desk: Desk, mailbox: Mailbox) -> None:
    survey = live_survey(desk.tenant)
    home = f"surveys/{survey.pk}/share/widget/"
    told = {
        "is_on": "on",
        "origins": "https://www.shop.example\nhttps://blog.shop.example",
        "delay_s": "10",
        "exit_intent": "on",
        "quarantine_days": "45",
        "consent-fr": "J'accepte.",
    }
    assert desk.post(home, **told).status_code == 302
    survey.refresh_from_db()
    assert survey.channels["widget"] == {
        "is_on": True,
        "origins": ["https://www.shop.example", "https://blog.shop.example"],
        "triggers": {"delay_s": 10.0, "exit_intent": True},
        "quarantine_days": 45,
        "consent": {"fr": "J'accepte."},
    }
    for wrong in ("https://shop.example/page", "shop.example", "javascript:alert(1)", "*"):
        assert desk.post(home, **(told | {"origins": wrong})).status_code == 422, wrong


def test_a_page_without_a_script_has_no_inline_script_nor_style(desk: Desk, tenant: Tenant) -> None:
    survey = live_survey(tenant)
    for path in ("", "settings/", "publish/", "preview/", "share/", "funnel/", "campaigns/new/"):
        page = desk.get(f"surveys/{survey.pk}/{path}").content.decode()
        assert not re.search(r"<script(?![^>]*src=)", page), path
        assert " style=" not in page, path
        assert not re.search(r"\son[a-z]+=", page), path
    assert json.loads(desk.get(f"surveys/{survey.pk}/questionnaire.json").content)


def test_the_line_for_a_site_is_the_one_that_the_documentation_shows(desk: Desk) -> None:
    survey = live_survey(desk.tenant)
    shown = html.unescape(desk.get(f"surveys/{survey.pk}/share/").content.decode())
    line = f'<script src="http://testserver/widget.js" data-ressenti-survey="{survey.public_key}"'
    assert f"{line} defer></script>" in shown
    for page in ("reference/widget.md", "fr/widget.md"):
        told = (ROOT / "docs" / page).read_text()
        assert re.search(r'<script src="[^"]+/widget.js" data-ressenti-survey="\w+" defer>', told)


def test_what_is_copied_is_there_without_the_script_too(desk: Desk, mailbox: Mailbox) -> None:
    survey = live_survey(desk.tenant)
    page = desk.get(f"surveys/{survey.pk}/share/").content.decode()
    assert f'readonly value="http://127.0.0.1:8000/s/{survey.public_key}"' in page
    # The script shows the buttons.
    assert re.findall(r'data-copies="(\w+)" hidden>', page) == ["link", "snippet"]


def test_the_list_calls_steps_units_and_times_as_the_cockpit_does(
    desk: Desk, tenant: Tenant
) -> None:
    from ressenti.server.models import Survey

    survey_of(tenant, touchpoint="buy")
    survey_of(tenant, touchpoint="kiosk", unit=tenant.lyon)
    changed = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
    Survey.objects.filter(organisation=tenant.organisation).update(changed_at=changed)
    rows = re.findall(r"<td>(.*?)</td>", desk.get("surveys/", lang="fr").content.decode())
    assert {"toutes", "Achat", "Lyon", "kiosk"} <= set(rows)
    assert "9 mars 2026" in " ".join(rows)
    rows = re.findall(r"<td>(.*?)</td>", desk.get("surveys/", lang="en").content.decode())
    assert {"all", "Buy", "Lyon", "kiosk"} <= set(rows)
    assert "9 Mar 2026" in " ".join(rows)
