"""Emotion spans: a text with the words that carry its emotions, marked by colour, line and sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from ressenti.emotions.labels import LABELS
from ressenti.emotions.reading import Emotion, Reading, Span
from ressenti.language import Language, Text, colon, number_text
from ressenti.reports.palette import LIGHT

MIXED = Text(en="mixed", fr="mixte")
NEUTRAL = Text(en="neutral", fr="neutre")
UNREAD = Text(en="not read: {reason}", fr="non lu : {reason}")
POLARITY = Text(en="polarity {value}", fr="polarité {value}")
LINES: Final = {1: "solid", -1: "dashed", 0: "dotted"}
SIGNS: Final = {1: "+", -1: "\N{MINUS SIGN}", 0: "±"}
COLOURS: Final = {1: LIGHT.positive, -1: LIGHT.negative, 0: LIGHT.muted}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text, and the emotion it carries; none for plain text."""

    start: int
    end: int
    emotion: Emotion | None = None


def stretches(text: str, reading: Reading) -> Iterator[Stretch]:
    """Give the whole text in order, cut where words carry an emotion; the strongest one wins."""
    carriers: list[tuple[Span, Emotion]] = [
        (span, emotion)
        for emotion in sorted(reading.emotions, key=lambda each: -each.intensity)
        for span in emotion.words
    ]
    taken: list[tuple[Span, Emotion]] = []
    for span, emotion in carriers:
        if all(span.end <= other.start or span.start >= other.end for other, _ in taken):
            taken.append((span, emotion))
    place = 0
    for span, emotion in sorted(taken, key=lambda each: each[0].start):
        if span.start > place:
            yield Stretch(place, span.start)
        yield Stretch(span.start, span.end, emotion)
        place = span.end
    if place < len(text):
        yield Stretch(place, len(text))


def reading_html(text: str, reading: Reading, language: Language) -> str:
    """Return a text as HTML with its words marked, and a line that sums it up.

    A colour never stands alone: the line under a word, a sign after it and the emotion's name tell
    the same.
    """
    body = "".join(_marked(text, stretch, language) for stretch in stretches(text, reading))
    lang = f' lang="{reading.language}"' if reading.language else ""
    return (
        f'<div><p{lang} dir="auto" style="white-space:pre-wrap;margin:0">{body}</p>'
        f'<p lang="{language}" style="color:{LIGHT.muted};background:{LIGHT.surface};margin:0">'
        f"<small>{escape(summary(reading, language))}</small></p></div>"
    )


def reading_text(text: str, reading: Reading, language: Language) -> str:
    """Return a text for a terminal, its summary, then each emotion with its words."""
    reasons = (f"  {emotion.why(text).to(language)}" for emotion in reading.emotions)
    return "\n".join([text, summary(reading, language), *reasons])


def summary(reading: Reading, language: Language) -> str:
    """Return what a text says in a few words: its emotion, its polarity, or why it is unread."""
    if reading.reason is not None:
        return UNREAD.format(reason=reading.reason.text).to(language)
    names = dict.fromkeys(LABELS[emotion.name].text.to(language) for emotion in reading.emotions)
    told = [*names] or [NEUTRAL.to(language)]
    if reading.is_mixed:
        told.append(MIXED.to(language))
    value = number_text(reading.polarity, language, decimals=2, signed=True)
    return f"{', '.join(told)} · {POLARITY.format(value=value).to(language)} · {reading.engine}"


def _marked(text: str, stretch: Stretch, language: Language) -> str:
    words = escape(text[stretch.start : stretch.end])
    emotion = stretch.emotion
    if emotion is None:
        return words
    sign = (emotion.valence > 0) - (emotion.valence < 0)
    name = LABELS[emotion.name].text.to(language)
    strength = number_text(emotion.intensity, language, decimals=2)
    title = escape(f"{name}{colon(language)} {strength}")
    style = (
        f"background:{LIGHT.surface};color:{COLOURS[sign]};font-weight:600;"
        f"border-bottom:2px {LINES[sign]} {COLOURS[sign]}"
    )
    return (
        f'<mark title="{title}" style="{style}">{words}'
        f"<sup>{SIGNS[sign]} {escape(name)}</sup></mark>"
    )
