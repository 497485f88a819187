"""Readings in the voice: what is marked, what is told of it, what is found by it, what never is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.emotions.masking import masked
from ressenti.emotions.reading import Unread
from ressenti.server.cockpit.voice_pieces import Mark, pieces_of
from tests.server.cockpit.test_exports import rows_of, taken
from tests.server.cockpit.test_voice import newest, said
from tests.server.cockpit.writing import (
    HOSTILE,
    Markup,
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
WORDS = st.sampled_from(
    [
        "Merci ",
        "à Mme Roy ",
        "06 12 34 56 78 ",
        "très ",
        "déçu",
        " ",
        "r.roy@exemple.fr ",
        "😡",
        "é",
    ]
)
KINDS = st.sampled_from(["positive", "negative", "ambiguous", "signal"])


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """Draw a text with personal data in it, and spans anywhere in it."""
    text = "".join(draw(st.lists(WORDS, max_size=12)))
    places = st.integers(0, len(text))
    marks = [
        Mark(start=min(pair), end=max(pair), kind=draw(KINDS), why="because")
        for pair in draw(st.lists(st.tuples(places, places), max_size=6))
    ]
    return text, marks


@given(marked_texts(), st.sets(st.sampled_from(["merci", "très", "déçu", "roy"])))
def test_marks_change_no_word_of_a_masked_text(
    drawn: tuple[str, list[Mark]], found: set[str]
) -> None:
    text, marks = drawn
    pieces = list(pieces_of(text, "fr", frozenset(found), marks))
    assert "".join(piece.text for piece in pieces) == masked(text, "fr")


@given(marked_texts())
def test_a_mark_holds_the_very_words_it_was_put_on(drawn: tuple[str, list[Mark]]) -> None:
    text, marks = drawn
    for mark in marks:
        own = [piece for piece in pieces_of(text, "fr", marks=[mark]) if piece.marks]
        plain = "".join(piece.text for piece in own if piece.kind != "masked")
        inside = text[mark.start : mark.end]
        # What is masked leaves gaps in the words and adds none.
        letters = iter(inside)
        assert all(letter in letters for letter in plain)
        if masked(text, "fr") == text:
            assert plain == inside


@given(marked_texts())
def test_each_mark_begins_once(drawn: tuple[str, list[Mark]]) -> None:
    text, marks = drawn
    pieces = list(pieces_of(text, "fr", marks=marks))
    shown = {mark for piece in pieces for mark in piece.marks}
    assert sum(piece.is_first for piece in pieces) <= len(shown)
    assert any(piece.is_first for piece in pieces) == bool(shown)


def test_a_telling_word_beside_a_name_is_marked_where_it_stands(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    writers.say("Mme Delacroix-Berthelot est odieuse, je résilie mon contrat.")
    read_comments(tenant)
    text = text_of(page("voice/"))
    assert said(page("voice/")) == ["Mme [nom] est odieuse, je résilie mon contrat."]
    marked = re.findall(r'<span class="(felt[^"]*|signalled[^"]*)"[^>]*>([^<]+)</span>', text)
    assert any("is-negative" in classes and words == "odieuse" for classes, words in marked)
    assert any("signalled" in classes and "résilie" in words for classes, words in marked)
    assert "Delacroix" not in text


def test_a_reading_is_told_in_words_and_why(writers: Writers, page: Page, tenant: Tenant) -> None:
    response = writers.say("Livraison rapide mais personnel odieux")
    read_comments(tenant)
    for seen, words in (
        (page("voice/"), ("mixte", "Pourquoi", "par les mots", "odieux")),
        (page("voice/", language="en"), ("mixed", "Why?", "by the words", "odieux")),
        (page(f"voice/{response}/why/"), ("mixte", '<details class="reading" open')),
    ):
        for told in words:
            assert told in text_of(seen)
    text = html.unescape(text_of(page("voice/")))
    reasons = text[text.index('<ul class="reasons">') :]
    assert "<q>Livraison rapide</q>" in reasons
    # Without a script and without a pointer: in the document, in an element that opens.
    assert '<details class="reading"><summary>' in text


def test_what_could_not_be_read_or_waits_says_so(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    from ressenti.server.models import Reading

    writers.say("Das Personal war sehr unfreundlich und langsam", language="")
    assert "En attente de lecture" in text_of(page("voice/"))
    read_comments(tenant)
    text = html.unescape(text_of(page("voice/")))
    assert "En attente de lecture" not in text
    assert "non lu" in text
    (own,) = Reading.objects.filter(organisation=tenant.organisation)
    assert Unread(own.reason).text.fr in html.unescape(text)


def test_comments_are_found_by_tone_emotion_theme_and_signal(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    from ressenti.server.models import Reading

    furious = writers.say("Livraison en retard, je suis furieux et je résilie", level=1)
    writers.say("Merci, personnel adorable et souriant", level=10)
    writers.say("Commande passée lundi", level=8)
    read_comments(tenant)
    own = Reading.objects.get(response_id=furious)
    assert own.signals == ["leaving"]
    for asked in (
        {"tone": "negative"},
        {"emotion": own.emotions[0]},
        {"theme": own.themes[0]},
        {"signal": "leaving"},
        {"tone": "negative", "signal": "leaving", "q": "livraison"},
    ):
        assert said(page("voice/", **asked)) == [
            "Livraison en retard, je suis furieux et je résilie"
        ]
        assert newest(writers, query="per=month&" + "&".join(f"{k}={v}" for k, v in asked.items()))
    assert said(page("voice/", tone="positive", signal="leaving")) == []
    assert "Merci" in said(page("voice/", tone="positive"))[0]
    for wrong in ({"tone": "happy"}, {"emotion": "neutral"}, {"theme": "x"}, {"signal": "'"}):
        assert page("voice/", **wrong).status_code == 400


def test_filters_follow_what_a_person_said_and_not_the_engine_it_corrects(
    writers: Writers, page: Page, tenant: Tenant, marks: Callable[..., Any]
) -> None:
    ironic, furious = "Super, encore une heure de retard", "Personnel odieux, je suis furieux"
    corrected, left = writers.say(ironic), writers.say(furious)
    read_comments(tenant)

    def found(**asked: str) -> list[str]:
        return sorted(said(page("voice/", **asked)))

    before = {tone: found(tone=tone) for tone in ("positive", "negative", "neutral", "mixed")}
    assert furious in before["negative"]
    marks(left, polarity="0.5")
    assert furious in found(tone="positive")
    assert furious not in found(tone="negative")
    # Without an emotion of its own, a mark keeps those of the engine that it does not contradict.
    assert furious not in found(emotion="anger")
    marks(left, polarity="-0.5")
    assert furious in found(emotion="anger")
    marks(left, polarity="0")
    assert furious in found(tone="neutral")
    assert furious in found(tone="mixed")
    assert furious in found(emotion="anger")
    marks(left, polarity="-1", emotion="disgust")
    assert found(emotion="disgust") == [furious]
    assert furious not in found(emotion="anger")
    # Only the newest word counts, of this comment and of no other.
    marks(corrected, polarity="1")
    marks(corrected, polarity="-1", emotion="annoyance")
    assert found(tone="negative") == sorted([ironic, furious])
    assert found(tone="positive") == []
    assert found(emotion="annoyance") == [ironic]


def test_what_a_person_read_is_unread_no_more(
    writers: Writers, page: Page, tenant: Tenant, marks: Callable[..., Any]
) -> None:
    foreign = "Das Personal war sehr unfreundlich und langsam"
    response = writers.say(foreign, language="")
    read_comments(tenant)
    assert said(page("voice/", tone="unread")) == [foreign]
    marks(response, polarity="-0.5")
    assert said(page("voice/", tone="unread")) == []
    assert said(page("voice/", tone="negative")) == [foreign]
    assert "les filtres et cette liste suivent" in html.unescape(text_of(page("voice/")))


def test_what_was_read_stays_asked_from_page_to_page(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    for _ in range(45):
        writers.say("Personnel odieux")
    read_comments(tenant)
    first = text_of(page("voice/", tone="negative", per="month"))
    for link in re.findall(r'href="\?([^"]*)"', first):
        if "after=" in link:
            assert "tone=negative" in link
    assert '<input type="hidden" name="tone" value="negative">' in first
    assert "tone=negative" in re.findall(r'data-live="([^"]*)"', first)[0]
    assert '<option value="negative" selected>' in first


def test_comments_leave_with_what_was_read_and_what_a_person_says(
    writers: Writers, taken: Any, tenant: Tenant, marks: Callable[..., Any]
) -> None:
    response = writers.say("Personnel odieux")
    writers.say("Parfait, merci")
    read_comments(tenant)
    marks(response, polarity="-1", emotion="anger")
    _, archive = taken("voice/export.csv", tone="negative", language="en")
    (row,) = rows_of(archive)
    assert row["tone, read by the engine"] == "negative"
    assert float(row["polarity (-1 to 1)"]) < 0
    assert row["engine"].startswith("embedded/")
    assert (row["polarity, by a person"], row["emotion, by a person"]) == ("-1.0", "anger")


@pytest.fixture
def marks(signed_in: SignedIn, tenant: Tenant) -> Callable[..., Any]:
    """Give what somebody is told who says how a comment feels."""

    def sent(response: object, person: Any = None, part: str = "", **told: str) -> Any:
        client = signed_in(person or tenant.owner)
        address = f"/o/{tenant.organisation.key}/voice/{response}/why/mark/"
        return client.post(address, {**told, "part": part})

    return sent


def test_a_person_says_it_beside_the_engine_and_each_word_is_kept(
    writers: Writers, page: Page, tenant: Tenant, marks: Callable[..., Any]
) -> None:
    from ressenti.server.models import AuditEntry, EmotionMark

    response = writers.say("Super, encore une heure de retard")
    read_comments(tenant)
    assert marks(response, polarity="0.5").status_code == 302
    assert marks(response, polarity="-1", emotion="annoyance").status_code == 302
    first, second = EmotionMark.objects.filter(response_id=response).order_by("pk")
    assert (first.polarity, second.polarity, second.emotion) == (0.5, -1.0, "annoyance")
    assert second.engine_polarity is not None
    assert second.engine.startswith("embedded/")
    text = html.unescape(text_of(page("voice/")))
    assert re.search(r"très négatif</span> <span class=\"emotion\">agacement", text)
    assert "selon Alice" in text
    assert "selon le moteur" in text
    entries = AuditEntry.objects.filter(
        organisation=tenant.organisation, action="comment.marked", subject_kind="comment"
    )
    assert [entry.detail["polarity"] for entry in entries.order_by("pk")] == [0.5, -1.0]


def test_a_mark_needs_a_step_and_a_role_that_may_write(
    writers: Writers, page: Page, tenant: Tenant, marks: Callable[..., Any]
) -> None:
    from ressenti.server.models import EmotionMark

    response = writers.say("Personnel odieux")
    for wrong in ({}, {"polarity": "0.7"}, {"polarity": "-1", "emotion": "rage"}):
        refused = marks(response, **wrong)
        assert refused.status_code == 422
        assert "choisissez" in text_of(refused) or "choose" in text_of(refused)
    assert marks(response, tenant.reader, polarity="1").status_code == 403
    assert not EmotionMark.objects.filter(response_id=response).exists()
    assert "Corriger la lecture" in text_of(page(f"voice/{response}/why/"))
    assert "Corriger la lecture" not in text_of(page(f"voice/{response}/why/", tenant.reader))


def test_nobody_marks_what_is_not_shown_to_them(
    writers: Writers, tenant: Tenant, other_tenant: Tenant, marks: Callable[..., Any]
) -> None:
    from ressenti.server.models import Membership, Role

    Membership.objects.filter(person=tenant.reader).update(role=Role.MANAGER)
    nice = writers.say("Personnel odieux", unit="nice")
    assert marks(nice, tenant.reader, polarity="1").status_code == 404
    lyon = writers.say("Personnel odieux", unit="lyon")
    assert marks(lyon, tenant.reader, polarity="1").status_code == 302
    assert marks(lyon, other_tenant.owner, polarity="1").status_code == 404
    hushed = writers.say("Odieux", survey=writers.survey("quiet", is_anonymous=True))
    assert marks(hushed, polarity="1").status_code == 404


def test_what_is_read_in_hostile_words_runs_nowhere(
    writers: Writers, page: Page, tenant: Tenant
) -> None:
    writers.say(f"{HOSTILE} odieux, je résilie {HOSTILE}")
    read_comments(tenant)
    for language in ("fr", "en"):
        markup = Markup(text_of(page("voice/", language=language)))
        assert markup.inline == []
        assert markup.images == []
