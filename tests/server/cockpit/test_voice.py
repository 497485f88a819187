"""The voice: what is found, what is shown of it, to whom, and what is never shown."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
import time_machine

from tests.server.cockpit.conftest import NOW, Record
from tests.server.cockpit.writing import (
    HOSTILE,
    Markup,
    SignedIn,
    Writers,
    page,
    text_of,
    writers,
)
from tests.server.conftest import Tenant

__all__ = ["page", "writers"]
Page = Callable[..., Any]
LAST_MONTH = datetime(2026, 10, 14, 15, 37, tzinfo=UTC)


def said(response: Any) -> list[str]:
    """Return the comments of a page, without their marks."""
    found = re.findall(r'<p class="comment-text"[^>]*>(.*?)</p>', text_of(response), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


def test_comments_stand_newest_first_beside_what_was_scored(
    record: Record, writers: Writers, page: Page
) -> None:
    record.follow()
    writers.say("Jamais reçu.", level=2, at=datetime(2026, 11, 18, 22, 5, tzinfo=UTC))
    writers.say("Parfait.", level=9, at=datetime(2026, 11, 19, 8, 5, tzinfo=UTC))
    text = text_of(page("voice/"))
    assert said(page("voice/")) == ["Parfait.", "Jamais reçu."]
    first, second = re.findall(r"<article.*?</article>", text, re.DOTALL)
    assert "promoteur" in first
    assert re.search(r">9<small> / 10</small>", first)
    assert "détracteur" in second
    # The organisation is in Paris, an hour ahead of UTC in November.
    assert "18 nov. 2026, 23:05" in second
    for told in ("Lyon", "Livraison, retrait", "Visite"):
        assert told in second


def test_the_question_that_most_comments_answer_is_said_once(writers: Writers, page: Page) -> None:
    first = writers.say("Jamais reçu.")
    writers.say("Parfait.")
    writers.say("Rien de plus.", question="more")
    text = text_of(page("voice/"))
    assert text.count("Pourquoi cette note") == 1
    assert text.index("Pourquoi cette note") < text.index("<article")
    (other,) = (
        one for one in re.findall(r"<article.*?</article>", text, re.DOTALL) if "plus" in one
    )
    assert "Autre chose" in other
    # Alone, a comment says what it answers.
    assert "Pourquoi cette note" in text_of(page(f"voice/{first}/why/"))


def test_a_grade_is_told_by_a_word_and_a_shape_too(
    record: Record, writers: Writers, page: Page
) -> None:
    record.follow("csat", "1-5")
    writers.say("Bof", level=1, tally="csat@1-5")
    text = text_of(page("voice/", language="en"))
    assert "given is-negative" in text
    assert '<span class="given-word">negative</span>' in text


def test_yes_and_no_are_told_as_words(record: Record, writers: Writers, page: Page) -> None:
    record.follow("fcr", "yes-no", "survey_yes_share")
    writers.say("Réglé du premier coup", level=1, tally="fcr@yes-no")
    assert '<span class="given-value">oui</span>' in text_of(page("voice/"))


def test_what_respondents_write_runs_nowhere(record: Record, writers: Writers, page: Page) -> None:
    response = writers.say(HOSTILE, touchpoint=HOSTILE[:60])
    for seen in (
        page("voice/"),
        page("voice/", q="alert"),
        page(f"voice/{response}/why/"),
    ):
        assert seen.status_code == 200
        markup = Markup(text_of(seen))
        assert markup.inline == []
        assert markup.images == []
        assert "&lt;script&gt;" in text_of(seen)


def test_what_is_searched_runs_nowhere_and_changes_no_statement(
    writers: Writers, page: Page
) -> None:
    writers.say("La livraison est lente")
    for typed in (
        HOSTILE,
        "'; DROP TABLE ressenti_answer; --",
        "livraison' | 'x':* & !",
        "\\ ( ) & | ! <-> :*",
        "%_%s%(q)s",
        '"unclosed',
        "a" * 5_000,
        "é" * 100,
    ):
        seen = page("voice/", q=typed)
        assert seen.status_code == 200, typed
        assert Markup(text_of(seen)).inline == []
    assert said(page("voice/", q="livraison\x00")) == ["La livraison est lente"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("livraison", {"Livraisons toujours en retard", "La LIVRAISON était lente"}),
        ("decu", {"Très déçu, vraiment"}),
        ("déçue", {"Très déçu, vraiment"}),
        ("retards", {"Livraisons toujours en retard"}),
        ("deliveries", {"The delivery was late"}),
        ('"toujours en"', {"Livraisons toujours en retard"}),
        ('"en toujours"', set()),
        ("livraison -lente", {"Livraisons toujours en retard"}),
        ("livraison déçu", set()),
        ("« très déçu »", {"Très déçu, vraiment"}),
    ],
)
def test_words_are_found_by_stem_and_without_accents(
    writers: Writers, page: Page, typed: str, found: set[str]
) -> None:
    writers.say("Livraisons toujours en retard")
    writers.say("La LIVRAISON était lente")
    writers.say("Très déçu, vraiment")
    writers.say("The delivery was late", language="en")
    assert set(said(page("voice/", q=typed))) == found


def test_found_words_are_marked_in_the_text_as_it_was_written(writers: Writers, page: Page) -> None:
    writers.say("Les livraisons, et LIVRÉ déçu <b>")
    text = text_of(page("voice/", q="livraison decu"))
    assert "Les <mark>livraisons</mark>, et LIVRÉ <mark>déçu</mark> &lt;b&gt;" in text


def test_personal_data_is_masked_before_it_is_shown_or_searched(
    writers: Writers, page: Page
) -> None:
    response = writers.say("Appelez Mme Roy au 06 12 34 56 78, r.roy@exemple.fr")
    for seen in (page("voice/"), page("voice/", q="appelez"), page(f"voice/{response}/why/")):
        assert said(seen) == ["Appelez Mme [nom] au [téléphone], [courriel]"]
        assert "06 12" not in text_of(seen)
    assert said(page("voice/", language="en")) == ["Appelez Mme [name] au [phone], [e-mail]"]
    refused = page("voice/", q="r.roy@exemple.fr")
    assert refused.status_code == 400
    assert "masquées" in text_of(refused)


def test_comments_are_narrowed_by_filters_by_measure_and_by_mood(
    record: Record, writers: Writers, page: Page
) -> None:
    nps, csat = record.follow(), record.follow("csat", "1-5")
    writers.say("promu", level=10)
    writers.say("fâché", level=1, channel="email")
    writers.say("content", level=5, tally="csat@1-5", unit="nice")
    writers.say("muet")
    assert set(said(page("voice/", mood="positive"))) == {"promu", "content"}
    assert said(page("voice/", mood="negative")) == ["fâché"]
    assert said(page("voice/", measure=str(csat.pk))) == ["content"]
    assert said(page("voice/", measure=str(nps.pk), mood="positive")) == ["promu"]
    assert said(page("voice/", unit="nice")) == ["content"]
    assert set(said(page("voice/", unit="south"))) == {"promu", "fâché", "content", "muet"}
    record.answer([9.0] * 6, channel="email")
    assert said(page("voice/", channel="email")) == ["fâché"]
    for wrong in ({"mood": "happy"}, {"measure": "999999999"}, {"measure": "1 OR 1=1"},
                  {"of": "all"}, {"after": "2026"}, {"after": "x_1"}):  # fmt: skip
        assert page("voice/", **wrong).status_code == 400


def test_a_segment_may_be_called_like_a_lookup(
    record: Record, writers: Writers, page: Page, tenant: Tenant
) -> None:
    tenant.organisation.segments = ["contains"]
    tenant.organisation.tally_sets = [[], ["contains"]]
    tenant.organisation.save()
    record.follow()
    record.answer([9.0] * 6, contains="gold")
    writers.say("doré", contains="gold")
    writers.say("gris", contains="grey")
    assert said(page("voice/", **{"segment.contains": "gold"})) == ["doré"]


def test_pages_neither_repeat_nor_lose_a_comment_when_others_arrive(
    writers: Writers, page: Page
) -> None:
    at = NOW - timedelta(days=3)
    # Half of them at the same instant: the key must not be the time alone.
    written = [f"n{number}" for number in range(90)]
    for number, text in enumerate(written):
        writers.say(text, at=at + timedelta(seconds=number // 2 * (number % 2)))
    first = page("voice/")
    older = re.search(r'href="\?([^"]+)" rel="next"', text_of(first))
    seen, rounds = said(first), 0
    while older is not None:
        writers.say("late comer", at=NOW - timedelta(minutes=1))
        query = dict(part.split("=", 1) for part in older[1].replace("&amp;", "&").split("&"))
        following = page("voice/", **{name: _plain(value) for name, value in query.items()})
        seen += said(following)
        older = re.search(r'href="\?([^"]+)" rel="next"', text_of(following))
        rounds += 1
    assert rounds == 2
    assert sorted(seen) == sorted(written)


def _plain(value: str) -> str:
    from urllib.parse import unquote_plus

    return unquote_plus(value)


def test_somebody_of_a_shop_reads_its_comments_only(
    record: Record, writers: Writers, page: Page, tenant: Tenant
) -> None:
    own = writers.say("lyonnais", unit="lyon")
    other = writers.say("niçois", unit="nice")
    for query in ({}, {"q": "niçois"}, {"mood": ""}):
        assert "niçois" not in said(page("voice/", tenant.reader, **query))
    assert said(page("voice/", tenant.reader)) == ["lyonnais"]
    assert page("voice/", tenant.reader, unit="nice").status_code == 400
    assert page(f"voice/{own}/why/", tenant.reader).status_code == 200
    assert page(f"voice/{other}/why/", tenant.reader).status_code == 404
    assert page(f"voice/{other}/why/", tenant.owner).status_code == 200


def test_another_organisation_finds_nothing(
    writers: Writers, page: Page, tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    response = writers.say("secret")
    assert page("voice/", other_tenant.owner).status_code == 404
    assert page(f"voice/{response}/why/", other_tenant.owner).status_code == 404
    client = signed_in(other_tenant.owner)
    own = f"/o/{other_tenant.organisation.key}/voice/"
    assert said(client.get(own)) == []
    assert client.get(f"{own}{response}/why/").status_code == 404
    assert client.get(f"{own}{uuid.uuid4()}/why/").status_code == 404


def test_a_question_keeps_the_words_it_was_asked_in_and_names_nobody(
    writers: Writers, page: Page
) -> None:
    writers.say("rien", question="more")
    assert "Autre chose, … ?" in text_of(page("voice/"))


def anonymous(writers: Writers, n: int, **told: Any) -> list[uuid.UUID]:
    survey = told.pop("survey", None) or writers.survey("quiet", is_anonymous=True)
    at = told.pop("at", LAST_MONTH)
    return [
        writers.say(f"tu{number}", at=at + timedelta(minutes=number), survey=survey, **told)
        for number in range(n)
    ]


def test_comments_of_an_anonymous_survey_need_a_group(writers: Writers, page: Page) -> None:
    survey = writers.survey("quiet", is_anonymous=True)
    first = anonymous(writers, 4, survey=survey)
    assert said(page("voice/")) == []
    assert said(page("voice/", of="protected")) == []
    assert page(f"voice/{first[0]}/why/").status_code == 404
    anonymous(writers, 1, survey=survey)
    assert len(said(page("voice/", of="protected"))) == 5
    assert page(f"voice/{first[0]}/why/").status_code == 200
    assert said(page("voice/")) == []


def test_comments_of_an_anonymous_survey_tell_neither_hour_nor_place_nor_order(
    writers: Writers, page: Page
) -> None:
    anonymous(writers, 30)
    seen = page("voice/", of="protected")
    text = text_of(seen)
    assert "octobre 2026" in text
    assert not re.search(r"\d\d:\d\d", text[text.index("<article") :])
    article = text[text.index("<article") : text.index("</article>")]
    assert "Lyon" not in article
    assert "Livraison" not in article
    order = [int(one[2:]) for one in said(seen)]
    assert order != sorted(order)
    assert order != sorted(order, reverse=True)
    assert order == [int(one[2:]) for one in said(page("voice/", of="protected"))]


def test_an_anonymous_comment_appears_when_its_day_is_over(writers: Writers, page: Page) -> None:
    survey = writers.survey("quiet", is_anonymous=True)
    anonymous(writers, 6, survey=survey, at=NOW - timedelta(days=3))
    anonymous(writers, 1, survey=survey, at=NOW - timedelta(hours=1))
    assert len(said(page("voice/", of="protected"))) == 6


def test_no_two_filters_give_an_anonymous_comment_away(
    record: Record, writers: Writers, page: Page
) -> None:
    record.follow()
    record.answer([9.0] * 6, unit="nice", channel="email")
    record.answer([9.0] * 6, unit="lyon", channel="email")
    survey = writers.survey("quiet", is_anonymous=True)
    anonymous(writers, 20, survey=survey, unit="lyon", channel="link")
    anonymous(writers, 2, survey=survey, unit="nice", channel="email")
    protected = {"of": "protected"}
    assert len(said(page("voice/", **protected))) == 22
    # Two from Nice: neither they nor, by subtraction, the others of that cut.
    assert said(page("voice/", unit="nice", **protected)) == []
    assert said(page("voice/", unit="lyon", **protected)) == []
    assert said(page("voice/", channel="email", **protected)) == []
    assert said(page("voice/", channel="link", **protected)) == []
    # Days would tell when: only whole months are shown.
    days = {"per": "day", "from": "2026-10-10", "to": "2026-10-20"}
    assert said(page("voice/", **days, **protected)) == []


def test_employees_are_protected_whatever_the_organisation_decided(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    tenant.organisation.smallest_group = 1
    tenant.organisation.save()
    survey = writers.survey("pulse", audience="employee")
    anonymous(writers, 4, survey=survey)
    assert said(page("voice/")) == []
    assert said(page("voice/", of="protected")) == []
    anonymous(writers, 2, survey=survey)
    assert len(said(page("voice/", of="protected"))) == 6


def test_protected_pages_neither_repeat_nor_lose_a_comment(writers: Writers, page: Page) -> None:
    anonymous(writers, 95)
    seen: list[str] = []
    query: dict[str, str] = {"of": "protected"}
    while True:
        shown = page("voice/", **query)
        seen += said(shown)
        older = re.search(r'href="\?([^"]+)" rel="next"', text_of(shown))
        if older is None:
            break
        pairs = (part.split("=", 1) for part in older[1].replace("&amp;", "&").split("&"))
        query = {name: _plain(value) for name, value in pairs}
    assert sorted(seen) == sorted(f"tu{number}" for number in range(95))


def test_a_page_of_comments_asks_the_database_no_more_than_a_line_of_them(
    record: Record, writers: Writers, page: Page
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    record.follow()
    writers.say("un", level=3)
    page("voice/", q="un")
    with CaptureQueriesContext(connection) as one:
        page("voice/", q="un")
    for _ in range(60):
        writers.say("un", level=3)
    with CaptureQueriesContext(connection) as many:
        page("voice/", q="un")
    assert len(many) == len(one) <= 38


def test_the_stream_names_the_comments_that_stand_first(
    record: Record, writers: Writers, page: Page
) -> None:
    old = writers.say("Jamais reçu.")
    text = text_of(page("voice/"))
    assert newest(writers) == [f"comment-{old}-why."]
    assert f'<article id="comment-{old}-why."' in text
    assert f'data-newest="comment-{old}-why."' in text
    new = writers.say("Parfait.", at=NOW - timedelta(hours=1))
    assert newest(writers) == [f"comment-{new}-why.", f"comment-{old}-why."]
    assert newest(writers, query="per=month&q=parfait") == [f"comment-{new}-why."]


def test_the_stream_of_a_shop_names_no_comment_of_another_one(
    writers: Writers, tenant: Tenant
) -> None:
    writers.say("À Nice", unit="nice")
    own = writers.say("À Lyon", unit="lyon")
    assert newest(writers, tenant.lyon.pk) == [f"comment-{own}-why."]


def test_no_stream_tells_when_a_protected_comment_arrives(writers: Writers, page: Page) -> None:
    survey = writers.survey("quiet", is_anonymous=True)
    for number in range(12):
        writers.say(f"Dit tout bas {number}", survey=survey, at=LAST_MONTH)
    assert len(said(page("voice/", of="protected"))) == 12
    assert newest(writers) == []
    assert pushed(writers, query="per=month&of=protected") == {}
    assert "data-live=" not in text_of(page("voice/", of="protected"))


def test_older_pages_of_comments_do_not_move(writers: Writers, page: Page) -> None:
    for minute in range(45):
        writers.say(f"Dit {minute}", at=NOW - timedelta(hours=2, minutes=minute))
    first = text_of(page("voice/"))
    older = re.search(r'href="\?([^"]*after=[^"]*)" rel="next"', first)
    assert older
    told = dict(parse_qsl(html.unescape(older[1])))
    assert "data-live=" in first
    assert "data-live=" not in text_of(page("voice/", **told))


def pushed(
    writers: Writers, unit: uuid.UUID | None = None, query: str = "per=month"
) -> dict[str, str]:
    """Return what a stream of the voice says as it begins."""
    from ressenti.server.live.painting import painted
    from ressenti.server.live.subjects import Subject

    organisation = writers.record.tenant.organisation.pk
    with time_machine.travel(NOW, tick=False):
        return dict(painted(Subject(organisation, unit, "voice", query, "fr"), None))


def newest(writers: Writers, unit: uuid.UUID | None = None, query: str = "per=month") -> list[str]:
    markup = pushed(writers, unit, query)["voice-newest"]
    found = re.search(r'data-newest="([^"]*)"', markup)
    assert found
    return found[1].split()
