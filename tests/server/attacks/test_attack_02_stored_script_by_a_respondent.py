"""Attack 2: scripts in whatever a respondent or their browser says, read by the organisation.

Comments, other choices, attributes and identifiers, the browser's name, the page it came from, and
parameters of the address: on every page in Chromium, in every file, and as programs read them.
"""

from __future__ import annotations

import io
import json
import zipfile

import httpx
import psycopg

from tests.server.attacks.conftest import Hostile
from tests.server.attacks.hostile import ATTACKER, RESPONDENT, script
from tests.server.attacks.markup import Markup
from tests.server.attacks.watching import Watch
from tests.server.intake.conftest import new_key


def test_texts_of_respondents_are_shown_and_do_nothing(hostile: Hostile, read: Watch) -> None:
    assert RESPONDENT not in read.stolen
    assert read.stolen == set()
    assert read.dialogs == []
    assert not [address for address in read.requests if ATTACKER in address]
    # Where a person looks for them, the comments stand as they were written.
    voice = next(text for url, text in read.pages.items() if url.endswith("/voice/"))
    assert script(RESPONDENT) in voice


def test_what_a_browser_says_of_itself_is_not_kept(hostile: Hostile, server_database: str) -> None:
    """Neither the browser's name, nor the page it came from, nor an undeclared parameter."""
    statement = "SELECT payload::text FROM ressenti_journalentry WHERE survey_id = %s"
    with psycopg.connect(server_database) as connection:
        rows = connection.execute(statement, [hostile.asked.survey.pk]).fetchall()
    assert len(rows) > 18
    for (payload,) in rows:
        assert f"https://{ATTACKER}" not in payload
        assert "utm_source" not in payload


def test_files_are_handed_out_as_files(hostile: Hostile, web: httpx.Client) -> None:
    """No browser shows a comment as a page of ours, whatever the file holds."""
    home = f"/o/{hostile.target.tenant.organisation.key}"
    cookie = {"cookie": f"ressenti_session={hostile.session}"}
    measure = hostile.target.things["measure"]
    files = [
        *(
            f"{part}/export.{kind}"
            for part in ("voice", "scorecard", "journey")
            for kind in ("csv", "xlsx")
        ),
        *(f"indicators/{measure}/export.{kind}" for kind in ("csv", "xlsx")),
        f"indicators/{measure}/trend.svg",
    ]
    texts = []
    for name in files:
        file = web.get(f"{home}/{name}", headers=cookie)
        assert file.status_code == 200, name
        assert file.headers["content-disposition"].startswith("attachment"), name
        assert not file.headers["content-type"].startswith(("text/html", "application/xhtml")), name
        assert file.headers["x-content-type-options"] == "nosniff", name
        content = file.content
        if name.endswith(".svg"):
            assert Markup(content.decode()).code() == []
            assert f"<img src=//{ATTACKER}" not in content.decode()
            continue
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts += [
                archive.read(one).decode() for one in archive.namelist() if one.endswith("csv")
            ]
            for one in archive.namelist():
                assert ".." not in one
                assert not one.startswith("/")
                if one.endswith((".xml", ".rels")):
                    inside = archive.read(one)
                    # Texts are texts: no link leads out, and nothing is computed.
                    assert not any(mark in inside for mark in (b"<script", b"External", b"<f>"))
    assert any(script(RESPONDENT).replace('"', '""') in text for text in texts)


def test_programs_read_it_as_json_that_no_browser_takes_for_a_page(
    hostile: Hostile, web: httpx.Client
) -> None:
    key = new_key(hostile.target.tenant, "answers:read", "scores:read", "surveys:write")
    headers = {"authorization": f"Bearer {key}", "accept": "text/html"}
    for address in (
        "/api/v1/responses",
        f"/api/v1/responses?survey={hostile.asked.survey.key}",
        "/api/v1/scores?measure=nps&by=touchpoint",
        "/api/v1/surveys",
        f"/api/v1/responses?survey={script('x')}",
    ):
        reply = web.get(address, headers=headers)
        assert reply.headers["content-type"].partition(";")[0] in {
            "application/json",
            "application/problem+json",
        }, address
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "no-store" in reply.headers["cache-control"]
        json.loads(reply.text)


def test_what_a_refusal_repeats_is_inert(hostile: Hostile, web: httpx.Client) -> None:
    """Pages that say what was wrong repeat it as text; so do problems told to programs."""
    words = script(RESPONDENT)
    page = web.get(hostile.asked.page, params={"lang": words, "page": words, "p": words})
    assert Markup(page.text).code() == []
    sent = web.post(
        hostile.asked.page, data={"r": words, "asked": words, "recommend": words, words: words}
    )
    for reply in (
        page,
        sent,
        web.get(f"/s/{words}"),
        web.get(f"/i/{words}"),
        web.get(f"/u/{words}"),
    ):
        assert reply.headers["content-type"].startswith("text/html")
        assert Markup(reply.text).code() == []
        assert f"<img src=//{ATTACKER}" not in reply.text
    home = f"/o/{hostile.target.tenant.organisation.key}"
    for address in (
        f"{home}/scorecard/", f"{home}/voice/", f"{home}/customers/", f"{home}/audit/",
        f"{home}/surveys/new/", f"{home}/indicators/{hostile.target.things['measure']}/",
    ):  # fmt: skip
        for name in (
            "unit",
            "per",
            "from",
            "q",
            "segment.plan",
            "actor",
            "by",
            "at",
            "page",
            words,
        ):
            answer = hostile.client.get(address, {name: words})
            assert answer.status_code < 500, (address, name)
            text = answer.content.decode()
            assert Markup(text).code() == [], (address, name)
            assert f"<img src=//{ATTACKER}" not in text, (address, name)
