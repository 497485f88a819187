from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ressenti as rs
from ressenti.emotions import read_texts
from ressenti.reports.emotion_spans import reading_html, stretches, summary

TEXTS = (
    "Livraison rapide mais personnel odieux",
    "<script>alert(1)</script> awful & rude staff",
    'Great 😀 service!!! "thank" you',
    "شكرا great service",
    "",
)


def words_shown(html: str) -> str:
    """Return the text of the first paragraph, without the names set beside words."""
    body = html.partition("</p>")[0]
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<sup>.*?</sup>", "", body)))


@pytest.mark.parametrize("text", TEXTS)
def test_html_shows_the_whole_text_and_nothing_that_runs(text: str) -> None:
    html = reading_html(text, read_texts([text])[0], "en")
    assert words_shown(html) == text
    assert "<script" not in html


@given(st.text(max_size=60) | st.sampled_from(TEXTS), st.text("<>&\"' great", max_size=20))
def test_any_text_is_shown_whole(text: str, more: str) -> None:
    whole = text + more
    (reading,) = read_texts([whole])
    assert "".join(whole[part.start : part.end] for part in stretches(whole, reading)) == whole
    assert words_shown(reading_html(whole, reading, "fr")) == whole


def test_a_word_is_marked_by_a_line_a_sign_and_a_name_beside_its_colour() -> None:
    text = TEXTS[0]
    html = reading_html(text, read_texts([text])[0], "fr")
    marks = re.findall(r"<mark [^>]*?(solid|dashed)[^>]*>(\w+)<sup>(.) ([^<]+)</sup>", html)
    told = {word: (line, sign) for line, word, sign, _ in marks}
    assert told["rapide"] == ("solid", "+")
    assert told["odieux"] == ("dashed", "\N{MINUS SIGN}")
    assert all(name for *_, name in marks)


def test_what_is_not_read_says_why() -> None:
    (reading,) = read_texts([" "])
    assert summary(reading, "en") == "not read: nothing was written"
    assert summary(reading, "fr") == "non lu\N{NO-BREAK SPACE}: rien n'est écrit"


def test_a_notebook_and_a_terminal_show_a_text_that_was_read() -> None:
    shown = rs.read_text("Great service, rude staff")
    assert words_shown(shown._repr_html_()) == shown.text
    assert str(shown).startswith(shown.text)
    assert "polarity" in str(shown)
