"""Payloads: what the journal says of the readings of one response."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.emotions.reading import Clause, Emotion, Reading
from ressenti.emotions.signals.reading import SignalFound
from ressenti.emotions.themes.mentions import Mention, themes_of_clauses
from ressenti.server.tallying.readings import text_digest
from ressenti.studies.emotion_parts import parts_of
from ressenti.studies.net_emotions import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadComment:
    """A comment with all that was read in it."""

    question: str
    part: str
    text: str
    reading: Reading
    mentions: Sequence[Mention] = ()
    signals: Sequence[SignalFound] = ()


def reading_payload(comments: Sequence[ReadComment], *, engine: str) -> dict[str, Any]:
    """Return the payload of the entry that tells the readings of all comments of a response.

    It holds no word of them: places in the text, and a digest that says which text was read.

    Parameters
    ----------
    engine : str
        Name and version of what read them.
    """
    return {
        "engine": engine,
        "readings": [reading_document(comment) for comment in comments],
    }


def reading_document(comment: ReadComment) -> dict[str, Any]:
    """Return one reading as the journal writes it."""
    reading = comment.reading
    themes = themes_of_clauses(comment.mentions, reading.clauses)
    brought = _parts_of_clauses(reading)
    return {
        "q": comment.question,
        "p": comment.part,
        "digest": text_digest(comment.text),
        "language": reading.language or "",
        "reason": None if reading.reason is None else str(reading.reason),
        "polarity": reading.polarity,
        "intensity": reading.intensity,
        "tone": state_of(reading).name.lower(),
        "emotions": _emotions(reading),
        "themes": list(dict.fromkeys(mention.theme for mention in comment.mentions)),
        "signals": list(dict.fromkeys(str(found.signal) for found in comment.signals)),
        "parts": _parts(reading),
        "clauses": [
            _clause(clause, own, brought.get(clause.start, {}))
            for clause, own in zip(reading.clauses, themes, strict=True)
        ],
        "signal_spans": [
            {"signal": str(found.signal), "start": found.start, "end": found.end}
            for found in comment.signals
        ],
    }


def _emotions(reading: Reading) -> list[str]:
    """Return the emotions of a text, the strongest first."""
    strongest = sorted(reading.emotions, key=lambda emotion: -emotion.intensity)
    return list(dict.fromkeys(emotion.name for emotion in strongest))


def _parts(reading: Reading) -> dict[str, float]:
    """Return what each emotion brings to the polarity; together they are the polarity."""
    brought: dict[str, float] = defaultdict(float)
    for part in parts_of(reading):
        brought[part.emotion] += part.signed
    return dict(brought)


def _parts_of_clauses(reading: Reading) -> dict[int | None, dict[str, float]]:
    """Return what each emotion of a clause brings to the polarity, by where the clause starts."""
    brought: dict[int | None, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for part in parts_of(reading):
        brought[part.start][part.emotion] += part.signed
    return brought


def _clause(clause: Clause, themes: Sequence[str], parts: Mapping[str, float]) -> dict[str, Any]:
    strongest = next(iter(clause.emotions), None)
    return {
        "start": clause.start,
        "end": clause.end,
        "emotion": None if strongest is None else strongest.name,
        "polarity": clause.positive - clause.negative,
        "intensity": None if strongest is None else strongest.intensity,
        "themes": list(themes),
        "parts": dict(parts),
        "words": [] if strongest is None else _words(strongest),
    }


def _words(emotion: Emotion) -> list[dict[str, Any]]:
    return [
        {
            "start": span.start,
            "end": span.end,
            "share": round(span.share, 3),
            "carrier": str(span.carrier),
        }
        for span in emotion.words
    ]
