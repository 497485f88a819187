"""The words of a reading: what an engine read in a comment, what a person says of it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ressenti.emotions.labels import LABELS
from ressenti.emotions.reading import Carrier, Unread
from ressenti.emotions.signals.rules import Signal
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.server.cockpit.comments import Comment
from ressenti.server.cockpit.voice_lists import CommentKey
from ressenti.server.cockpit.voice_pieces import SIGNAL, Mark, pieces_of
from ressenti.server.cockpit.voice_questions import Tone
from ressenti.server.models import EmotionMark, Reading, SampledComment

STEPS: Final[Mapping[float, Any]] = {
    -1.0: gettext_lazy("very negative"),
    -0.5: gettext_lazy("negative"),
    0.0: gettext_lazy("neutral or mixed"),
    0.5: gettext_lazy("positive"),
    1.0: gettext_lazy("very positive"),
}
"""What a person may say of a comment, from the most negative to the most positive."""


@dataclass(frozen=True, slots=True)
class ShownEmotion:
    """An emotion; ``kind`` is that of its marks."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a part of a comment was read so.

    Parameters
    ----------
    quote : str
        The part, masked.
    emotion : ShownEmotion or None
    polarity : str
    words : tuple of (str, str)
        What carries the emotion, masked, and its share of the evidence.
    themes : tuple of str
    """

    quote: str
    emotion: ShownEmotion | None
    polarity: str
    words: tuple[tuple[str, str], ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReading:
    """What was read in a comment, as a page shows it.

    Parameters
    ----------
    polarity : str
        Empty where it could not be read; ``unread`` then says why.
    signals : tuple of (str, str)
        Each with the words that say it, masked.
    marks : tuple of Mark
        Where all this stands in the text.
    """

    tone: str
    tone_word: str
    polarity: str
    unread: str
    emotions: tuple[ShownEmotion, ...]
    themes: tuple[str, ...]
    signals: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]
    marks: tuple[Mark, ...]
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMark:
    """What a person says of a comment."""

    tone: str
    word: str
    emotion: str
    by: str
    mark: EmotionMark


def comment_key(comment: Comment | Reading | EmotionMark | SampledComment) -> CommentKey:
    """Return what names a comment: its response, its question and the part of it."""
    return comment.response_id, comment.question, comment.part


def readings_of(comments: Iterable[Comment]) -> dict[CommentKey, Reading]:
    """Return what was read in some comments; those that wait to be read are left out."""
    found = Reading.objects.filter(response_id__in={one.response_id for one in comments})
    return {comment_key(one): one for one in found}


def marks_of(comments: Iterable[Comment]) -> dict[CommentKey, EmotionMark]:
    """Return the newest mark of some comments."""
    found = EmotionMark.objects.filter(response_id__in={one.response_id for one in comments})
    return {comment_key(one): one for one in found.select_related("marked_by").order_by("pk")}


def shown_reading(
    text: str, reading: Reading, themes: Mapping[str, Text], language: Language
) -> ShownReading:
    """Return what was read in a text in the words of a page.

    Parameters
    ----------
    themes : mapping of key to Text
        The names of the organisation's themes.
    """
    named = [theme_name(key, themes, language) for key in reading.themes]
    return ShownReading(
        tone=reading.tone,
        tone_word=tone_word(reading.tone),
        polarity="" if reading.polarity is None else _signed(reading.polarity, language),
        unread=unread_word(reading.reason, language) if reading.tone == Tone.UNREAD else "",
        emotions=tuple(shown_emotion(name, language) for name in reading.emotions),
        themes=tuple(dict.fromkeys(named)),
        signals=tuple(
            (signal_name(span["signal"], language), quoted(text, span, language))
            for span in reading.signal_spans
        ),
        reasons=tuple(_reasons(text, reading, themes, language)),
        marks=tuple(reading_marks(reading, language)),
        engine=reading.engine,
    )


def shown_mark(mark: EmotionMark, language: Language) -> ShownMark:
    """Return what a person said in the words of a page."""
    return ShownMark(
        tone=str(tone_of_polarity(mark.polarity)),
        word=step_word(mark.polarity),
        emotion=emotion_name(mark.emotion, language) if mark.emotion else "",
        by=str(mark.marked_by) if mark.marked_by else _("somebody who left"),
        mark=mark,
    )


def reading_marks(reading: Reading, language: Language) -> Iterator[Mark]:
    """Yield the words of a comment that carry what was read, the most telling ones first."""
    carriers = [
        (word, clause["emotion"])
        for clause in reading.clauses
        if clause.get("emotion")
        for word in clause.get("words", ())
    ]
    for word, emotion in sorted(carriers, key=lambda one: -one[0].get("share", 0)):
        name, share = emotion_name(emotion, language), share_of(word, language)
        yield Mark(
            start=word["start"],
            end=word["end"],
            kind=emotion_kind(emotion),
            why=_("%(emotion)s, by %(share)s") % {"emotion": name, "share": share},
        )
    for span in reading.signal_spans:
        why = _("signal: %(signal)s") % {"signal": signal_name(span["signal"], language)}
        yield Mark(start=span["start"], end=span["end"], kind=SIGNAL, why=why)


def quoted(text: str, span: Mapping[str, Any], language: Language) -> str:
    """Return the words of a span, masked where they are personal.

    Examples
    --------
    >>> quoted("Merci à Mme Roy", {"start": 0, "end": 15}, "fr")
    'Merci à Mme [nom]'
    """
    whole = Mark(start=span["start"], end=span["end"], kind=SIGNAL)
    pieces = pieces_of(text, language, marks=[whole])
    return "".join(piece.text for piece in pieces if piece.signal).strip()


def share_of(word: Mapping[str, Any], language: Language) -> str:
    """Return the share of the evidence that some words bring, and how, where it is not plain."""
    share = percent_text(100 * word.get("share", 0), language, decimals=0)
    carrier = word.get("carrier", Carrier.WORD)
    if carrier not in {*Carrier} or carrier == Carrier.WORD:
        return share
    return f"{share}, {Carrier(carrier).text.to(language)}"


def tone_word(tone: str) -> str:
    """Return what a tone is called."""
    words = {
        Tone.POSITIVE: _("positive"),
        Tone.NEGATIVE: _("negative"),
        Tone.NEUTRAL: _("neutral"),
        Tone.MIXED: _("mixed"),
        Tone.UNREAD: _("not read"),
    }
    return words[Tone(tone)]


def tone_of_polarity(polarity: float) -> Tone:
    """Return the tone of what a person said."""
    if polarity == 0:
        return Tone.NEUTRAL
    return Tone.POSITIVE if polarity > 0 else Tone.NEGATIVE


def step_word(polarity: float) -> str:
    """Return the step nearest to a polarity, in words."""
    return str(STEPS[min(STEPS, key=lambda step: abs(step - polarity))])


def unread_word(reason: str, language: Language) -> str:
    """Return why a comment could not be read."""
    return Unread(reason).text.to(language) if reason in {*Unread} else reason


def emotion_name(emotion: str, language: Language) -> str:
    return LABELS[emotion].text.to(language) if emotion in LABELS else emotion


def emotion_kind(emotion: str) -> str:
    """Return the kind of the marks of an emotion.

    Examples
    --------
    >>> [emotion_kind(name) for name in ("joy", "anger", "surprise")]
    ['positive', 'negative', 'ambiguous']
    """
    valence = LABELS[emotion].valence if emotion in LABELS else 0.0
    if valence == 0:
        return "ambiguous"
    return "positive" if valence > 0 else "negative"


def shown_emotion(emotion: str, language: Language) -> ShownEmotion:
    return ShownEmotion(emotion_name(emotion, language), emotion_kind(emotion))


def signal_name(signal: str, language: Language) -> str:
    return Signal(signal).text.to(language) if signal in {*Signal} else signal


def theme_name(theme: str, themes: Mapping[str, Text], language: Language) -> str:
    """Return what a theme is called; one that the plan no longer holds, as it is written."""
    return themes[theme].to(language) if theme in themes else theme


def _reasons(
    text: str, reading: Reading, themes: Mapping[str, Text], language: Language
) -> Iterator[Reason]:
    for clause in reading.clauses:
        emotion, polarity = clause.get("emotion"), clause.get("polarity")
        yield Reason(
            quote=quoted(text, clause, language),
            emotion=shown_emotion(emotion, language) if emotion else None,
            polarity="" if polarity is None else _signed(polarity, language),
            words=tuple(
                (
                    quoted(text, word, language),
                    percent_text(100 * word.get("share", 0), language, decimals=0),
                )
                for word in clause.get("words", ())
            ),
            themes=tuple(theme_name(key, themes, language) for key in clause.get("themes", ())),
        )


def _signed(polarity: float, language: Language) -> str:
    return number_text(polarity, language, decimals=2, signed=True)
