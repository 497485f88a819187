"""Emotion comparisons: engines side by side on texts of which a person marked some."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from ressenti.emotions.engines import read_texts, remarks_of
from ressenti.errors import UndefinedResult
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.emotion_audits import mark_of, no_mark
from ressenti.library.emotion_engines import emotion_engine
from ressenti.library.verbatims import VerbatimBatch, VerbatimColumns, verbatim_batches
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import options_of
from ressenti.statistics.classification import NOTHING_MARKED
from ressenti.studies.engine_comparisons import EngineFigures, engine_figures
from ressenti.studies.net_emotions import records_of
from ressenti.warehouse.relations import Relation

MARK_HINT = Text(
    en="Write a number from -1 to 1, or positive, negative, neutral or mixed, in the column "
    "'{column}'.",
    fr="Écrivez un nombre de -1 à 1, ou positif, négatif, neutre ou mixte, dans la colonne "
    "« {column} ».",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineComparison:
    """Engines that read the same texts.

    Attributes
    ----------
    source : str
        What was read, as a person calls it.
    texts : int
    engines : tuple of EngineFigures
        In the order in which they were asked for.
    notes : tuple of Text
        What a person should know beside the figures.
    """

    source: str
    texts: int
    engines: tuple[EngineFigures, ...]
    notes: tuple[Text, ...] = ()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        return {
            "texts": self.texts,
            "engines": [figures.to_dict() for figures in self.engines],
            "notes": [note.to(language) for note in self.notes],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the figures as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def text(self, language: Language | None = None) -> str:
        """Return the engines side by side, for a terminal."""
        from ressenti.reports.engine_comparisons import comparison_text

        return comparison_text(self.engines, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def compare_emotion_engines(
    source: Any,
    *,
    text: str,
    label: str,
    engines: Sequence[str],
    language: str = "auto",
    respondent: str | None = None,
    confidence: float = CONFIDENCE,
    on_batch: Callable[[VerbatimBatch], None] | None = None,
    **reading: Any,
) -> EngineComparison:
    """Compare engines on texts of which a person marked a random sample.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    text, label : str
        The columns of the texts and of the person's marks: a number from −1 to 1, or positive,
        negative, neutral or mixed, in English or French; blank where nobody read a text yet.
    engines : sequence of str
        Names of engines, each once.
    language : {"auto", "fr", "en"}
    respondent : str
        The column that tells who wrote: each person then counts once in the NES.
    on_batch : callable of VerbatimBatch
        Told after every batch that all engines have read.
    reading
        As for :func:`ressenti.score`.

    Raises
    ------
    UnknownName
        R100, for an engine that is not there.
    UnknownColumn
        R101.
    InvalidArgument
        R102, for a mark that is none.
    UndefinedResult
        R206, when no text is marked.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rows = pa.table({"said": ["Great", "Awful", "ok"], "mark": ["positive", "negative", None]})
    >>> compared = compare_emotion_engines(rows, text="said", label="mark", engines=["embedded"])
    >>> compared.engines[0].n_marked, compared.engines[0].accuracy.estimate
    (2, 1.0)
    """
    readers = [emotion_engine(name) for name in dict.fromkeys(engines)]
    relation = open_source(source, options=options_of(reading))
    columns = VerbatimColumns(text=text, respondent=respondent, mark=label)
    marks: list[float | None] = []
    records: list[list[Any]] = [[] for _ in readers]
    seconds = [0.0] * len(readers)
    for batch in verbatim_batches(relation, columns):
        marks += _marks(relation, label, batch)
        for place, reader in enumerate(readers):
            begun = time.perf_counter()
            read = read_texts(batch.texts, language=language, engine=reader)
            seconds[place] += time.perf_counter() - begun
            records[place].append(records_of(read, batch.respondents))
        if on_batch is not None:
            on_batch(batch)
    if not any(mark is not None for mark in marks):
        raise UndefinedResult(NOTHING_MARKED, hint=MARK_HINT.format(column=label))
    figures = tuple(
        engine_figures(
            np.concatenate(own), marks, engine=reader.version, seconds=took, confidence=confidence
        )
        for reader, own, took in zip(readers, records, seconds, strict=True)
    )
    remarks = dict.fromkeys(remark for each in figures for remark in each.net.remarks)
    return EngineComparison(
        source=relation.name,
        texts=len(marks),
        engines=figures,
        notes=(*relation.notes, *chain.from_iterable(map(remarks_of, readers)), *remarks),
    )


def _marks(relation: Relation, column: str, batch: VerbatimBatch) -> list[float | None]:
    marks = [None if told is None else mark_of(told) for told in batch.marks]
    for name, told, mark in zip(batch.identifiers, batch.marks, marks, strict=True):
        if told is not None and mark is None:
            raise no_mark(relation, column, name, told)
    return marks
