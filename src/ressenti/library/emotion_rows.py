"""Emotion rows: what was read in texts, as one row a text and as rows of the emotions fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ressenti.emotions.reading import Reading, Unread
from ressenti.facts.spreadsheet_cells import neutral_cell
from ressenti.library.verbatims import VerbatimBatch
from ressenti.studies.emotion_parts import parts_of

if TYPE_CHECKING:
    from ressenti.emotions.themes.mentions import ThemeReader

COLUMNS: Final = ("language", "emotion", "valence", "intensity", "mixed", "words")
OTHER_LANGUAGE: Final = "other"
BETWEEN_WORDS: Final = "; "
FACT_SCHEMA: Final = pa.schema(
    {
        "text_id": pa.string(),
        "emotion": pa.string(),
        "valence": pa.float64(),
        "intensity": pa.float64(),
        "theme": pa.string(),
        "span": pa.string(),
        "language": pa.string(),
        "engine": pa.string(),
        "written_at": pa.timestamp("us", tz="UTC"),
        "source": pa.string(),
        "source_id": pa.string(),
    }
)


def words_of(text: str, reading: Reading) -> tuple[str, ...]:
    """Return the words that carry the emotions of a text, in its order, each once."""
    spans = sorted([span[:2] for emotion in reading.emotions for span in emotion.words])
    return tuple(dict.fromkeys([text[start:end] for start, end in spans]))


def text_row(text: str | None, reading: Reading) -> dict[str, Any]:
    """Return the row of one text: ``valence`` is s = P − N, and all is None when unread.

    Examples
    --------
    >>> from ressenti.emotions.engines import read_texts
    >>> reading, = read_texts(["RAS"])
    >>> text_row("RAS", reading)["emotion"], text_row("RAS", reading)["valence"]
    ('neutral', 0.0)
    """
    is_read = not reading.is_unread
    is_other = reading.reason is Unread.LANGUAGE
    return {
        "language": OTHER_LANGUAGE if is_other else reading.language,
        "emotion": reading.main_emotion,
        "valence": reading.polarity,
        "intensity": reading.intensity,
        "mixed": reading.is_mixed if is_read else None,
        "words": list(words_of(text or "", reading)),
    }


def text_document(text: str | None, reading: Reading) -> dict[str, Any]:
    """Return what was read in one text as JSON publishes it: its row and every emotion of it."""
    return {
        **text_row(text, reading),
        "neutral": reading.is_neutral if not reading.is_unread else None,
        "unread": None if reading.reason is None else str(reading.reason),
        "emotions": [
            {
                "emotion": emotion.name,
                "valence": emotion.valence,
                "intensity": emotion.intensity,
                "start": emotion.span_start,
                "end": emotion.span_end,
                "words": [
                    {"start": span.start, "end": span.end, "share": span.share}
                    for span in emotion.words
                ],
            }
            for emotion in reading.emotions
        ],
    }


def csv_cells(text: str | None, reading: Reading) -> list[str]:
    """Return the cells of one text, in the order of ``COLUMNS``; empty where nothing is known."""
    language, emotion, valence, intensity, is_mixed, words = text_row(text, reading).values()
    return [
        language or "",
        emotion or "",
        "" if valence is None else str(valence),
        "" if intensity is None else str(intensity),
        "" if is_mixed is None else str(is_mixed).lower(),
        neutral_cell(BETWEEN_WORDS.join(words)),
    ]


def fact_rows(
    batch: VerbatimBatch,
    readings: Sequence[Reading],
    *,
    source: str,
    themes: ThemeReader | None = None,
) -> list[dict[str, Any]]:
    """Return rows of the ``emotions`` fact: those of texts that were read and have a date.

    The intensity of a row is what the emotion brings to how pleased or displeased its text is, so
    that the rows of a text, signed by their valence, add up to its polarity and a NES of the facts
    is the NES of the texts. A clause of several themes shares it between them.
    """
    spoken_of = _themes_of_places(batch, readings, themes)
    return [
        {
            "text_id": name,
            "emotion": part.emotion,
            "valence": part.valence,
            "intensity": part.amount / len(own),
            "theme": theme,
            "span": None if part.start is None else f"{part.start}-{part.end}",
            "language": reading.language,
            "engine": reading.engine,
            "written_at": moment,
            "source": source,
            "source_id": f"{name}/{number}" + (f"/{theme}" if theme else ""),
        }
        for name, moment, reading, places in zip(
            batch.identifiers, batch.written_at, readings, spoken_of, strict=True
        )
        if moment is not None
        for number, part in enumerate(parts_of(reading), start=1)
        for own in [places.get(part.start) or (None,)]
        for theme in own
    ]


def _themes_of_places(
    batch: VerbatimBatch, readings: Sequence[Reading], themes: ThemeReader | None
) -> list[dict[int | None, tuple[str, ...]]]:
    """Return the themes of each text's clauses, by where the clause starts."""
    if themes is None:
        return [{} for _ in readings]
    from ressenti.emotions.themes.mentions import themes_of_clauses

    texts = [text or "" for text in batch.texts]
    mentions = themes.mentions(texts, [reading.language for reading in readings])
    return [
        dict(
            zip(
                (clause.start for clause in reading.clauses),
                themes_of_clauses(own, reading.clauses),
                strict=True,
            )
        )
        for own, reading in zip(mentions, readings, strict=True)
    ]
