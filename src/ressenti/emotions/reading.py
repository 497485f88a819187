"""What is read in one text: its clauses, the emotions of each, and the words that carry them.

These are tuples with names: a million texts make millions of them, and no other kind is made so
quickly.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ressenti.emotions.labels import LABELS
from ressenti.language import Text


class Unread(StrEnum):
    """Why a text could not be read."""

    EMPTY = "empty"
    LANGUAGE = "language"
    NO_WORDS = "no_words"
    ANSWER = "answer"

    @property
    def text(self) -> Text:
        return UNREAD_TEXTS[self]


UNREAD_TEXTS = {
    Unread.EMPTY: Text(en="nothing was written", fr="rien n'est écrit"),
    Unread.LANGUAGE: Text(
        en="in a language that is not read", fr="dans une langue qui n'est pas lue"
    ),
    Unread.NO_WORDS: Text(en="no word that we know", fr="aucun mot connu"),
    Unread.ANSWER: Text(
        en="the engine's answer cannot be used", fr="la réponse du moteur est inutilisable"
    ),
}


class Carrier(StrEnum):
    """What makes a span of text carry an emotion."""

    WORD = "word"
    NEGATED = "negated"
    STRESSED = "stressed"
    EMOJI = "emoji"
    PHRASE = "phrase"

    @property
    def text(self) -> Text:
        return CARRIER_TEXTS[self]


CARRIER_TEXTS = {
    Carrier.WORD: Text(en="word", fr="mot"),
    Carrier.NEGATED: Text(en="negated", fr="nié"),
    Carrier.STRESSED: Text(en="stressed", fr="renforcé"),
    Carrier.EMOJI: Text(en="emoji", fr="émoji"),
    Carrier.PHRASE: Text(en="set phrase", fr="expression"),
}


class Span(NamedTuple):
    """Characters of the original text that carry an emotion.

    Attributes
    ----------
    start, end : int
        Offsets into the text as it was given; ``text[start:end]`` are the words.
    share : float
        Part of the evidence for the emotion that these words bring, in (0, 1].
    carrier : Carrier
        Whether they do so as they stand, negated, stressed or drawn, or as a set phrase.
    """

    start: int
    end: int
    share: float = 1.0
    carrier: Carrier = Carrier.WORD


class Emotion(NamedTuple):
    """One emotion read in one clause.

    Attributes
    ----------
    name : str
        One of ``ressenti.emotions.labels.LABELS``.
    valence : float
        How pleasant the emotion is, in [-1, 1]: a convention of its label; surprise takes the sign
        of its clause.
    intensity : float
        In [0, 1].
    span_start, span_end : int
        Offsets of the clause in the original text.
    clause : int
        Which clause of the reading, from 0.
    words : tuple of Span
        The words that carry it, the strongest first; empty where no word stands out.
    """

    name: str
    valence: float
    intensity: float
    span_start: int
    span_end: int
    clause: int
    words: tuple[Span, ...] = ()

    def why(self, text: str) -> Text:
        """Return the words that carry the emotion and how, for a person to read.

        Examples
        --------
        >>> span = Span(4, 11, share=0.8, carrier=Carrier.NEGATED)
        >>> anger = Emotion("disappointment", -0.7, 0.6, 0, 11, 0, (span,))
        >>> str(anger.why("pas content"))
        'disappointment: “content” (negated, 80%)'
        """
        label = LABELS[self.name]
        words = tuple((text[span.start : span.end], span) for span in self.words)
        return Text(
            en=label.en + ": " * bool(words) + ", ".join(_word_en(*each) for each in words),
            fr=label.fr + " : " * bool(words) + ", ".join(_word_fr(*each) for each in words),
        )


class Clause(NamedTuple):
    """A part of a text that is read by itself.

    Attributes
    ----------
    start, end : int
        Offsets into the original text.
    positive, negative : float
        How surely the clause is pleased and displeased, each in [0, 1].
    emotions : tuple of Emotion
        The emotions of this clause, the strongest first.
    """

    start: int
    end: int
    positive: float
    negative: float
    emotions: tuple[Emotion, ...] = ()


class Reading(NamedTuple):
    """What is read in one text.

    Attributes
    ----------
    language : {"fr", "en"} or None
        None where it is neither, or where the text has no words to tell it by.
    positive, negative : float or None
        Means over the clauses of how surely each is pleased and displeased, in [0, 1]; None when
        the text is unread.
    intensity : float or None
        The strongest feeling of any clause, in [0, 1].
    is_mixed : bool
        One clause is pleased and another, or the same one, displeased.
    is_neutral : bool
        Read, and without feeling.
    reason : Unread or None
        Why the text is unread; None when it is read.
    emotions : tuple of Emotion
        In order of the text.
    clauses : tuple of Clause
        In order of the text.
    engine : str
        Name and version of the engine: readings of different engines do not compare.
    """

    language: str | None
    positive: float | None
    negative: float | None
    intensity: float | None
    is_mixed: bool
    is_neutral: bool
    reason: Unread | None
    emotions: tuple[Emotion, ...]
    clauses: tuple[Clause, ...]
    engine: str

    @property
    def polarity(self) -> float | None:
        """S = P − N in [−1, 1], or None when the text is unread."""
        if self.positive is None or self.negative is None:
            return None
        return self.positive - self.negative

    @property
    def is_unread(self) -> bool:
        return self.reason is not None

    @property
    def main_emotion(self) -> str | None:
        """The strongest emotion's name, ``neutral`` when there is none, None when unread."""
        if self.is_unread:
            return None
        if not self.emotions:
            return "neutral"
        return max(self.emotions, key=lambda each: each.intensity).name


def unread(reason: Unread, engine: str, *, language: str | None = None) -> Reading:
    """Return the reading of a text that could not be read: missing, never neutral."""
    return Reading(language, None, None, None, False, False, reason, (), (), engine)


def _word_en(words: str, span: Span) -> str:
    how = "" if span.carrier is Carrier.WORD else f"{span.carrier.text.en}, "
    return f"“{words}” ({how}{span.share:.0%})"


def _word_fr(words: str, span: Span) -> str:
    how = "" if span.carrier is Carrier.WORD else f"{span.carrier.text.fr}, "
    return f"« {words} » ({how}{100 * span.share:.0f} %)"
