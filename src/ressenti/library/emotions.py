"""Emotions: the texts of a source read, counted and written, however many there are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from ressenti.emotions.engines import EMBEDDED, PRECISE, read_texts, remarks_of
from ressenti.emotions.reading import Reading
from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.emotion_audits import audited_texts, marks_in
from ressenti.library.emotion_batches import BatchReader, BatchReading, finished_batches
from ressenti.library.emotion_engines import emotion_engine
from ressenti.library.emotion_outputs import EmotionOutput, Targets
from ressenti.library.verbatims import VerbatimBatch, VerbatimColumns, verbatim_batches
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import options_of
from ressenti.sources.rejects import rejects
from ressenti.studies.net_emotions import NetEmotion, net_emotion
from ressenti.warehouse.relations import Relation

OnBatch = Callable[[VerbatimBatch, Sequence[Reading]], None]

NO_DATE_COLUMN = Text(
    en="facts are dated: name the column that tells when a text was written.",
    fr="les faits sont datés : nommez la colonne qui dit quand un texte a été écrit.",
)
AT_HINT = Text(en="Say --at COL (at= in Python).", fr="Indiquez --at COL (at= en Python).")
UNDATED = Text(
    en="Texts without a date, that gave no fact: {count}.",
    fr="Textes sans date, qui n'ont donné aucun fait : {count}.",
)
UNMET = Text(
    en="Marked texts that are not in the source: {count} ({names}).",
    fr="Textes annotés absents de la source : {count} ({names}).",
)
NOT_LAID_OUT = Text(
    en="Unread records, without a row: {count}.",
    fr="Enregistrements illisibles, sans ligne : {count}.",
)
CONTINUED = Text(
    en="Texts that were read before, and not again: {count}.",
    fr="Textes déjà lus, qui n'ont pas été relus : {count}.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionReport:
    """What a reading of many texts found.

    Parameters
    ----------
    net : NetEmotion
        The NES with its interval and what stands beside it.
    source : str
        What was read, as a person calls it.
    texts : int
        How many were read, those of an earlier start included.
    notes : tuple of Text
        What a person should know beside the figures.
    """

    net: NetEmotion
    source: str
    texts: int
    notes: tuple[Text, ...] = ()

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        return {
            "nes": self.net.to_dict(),
            "notes": [note.to(language) for note in (*self.notes, *self.net.remarks)],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the figures as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def text(self, language: Language | None = None) -> str:
        """Return the NES and what stands beside it, for a terminal."""
        from ressenti.reports.net_emotions import net_emotion_text

        return net_emotion_text(self.net, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class ReadText:
    """One text and what was read in it; a notebook shows its words in colour."""

    text: str
    reading: Reading

    def __str__(self) -> str:
        from ressenti.reports.emotion_spans import reading_text

        return reading_text(self.text, self.reading, language_of_environment())

    def _repr_html_(self) -> str:
        from ressenti.reports.emotion_spans import reading_html

        return reading_html(self.text, self.reading, language_of_environment())


def read_text(text: str, *, language: str = "auto", engine: str = EMBEDDED) -> ReadText:
    """Return what one text says of its writer's feelings, with the words that say it.

    Examples
    --------
    >>> read_text("Livraison rapide mais personnel odieux").reading.is_mixed
    True
    """
    (reading,) = read_texts([text], language=language, engine=emotion_engine(engine))
    return ReadText(text, reading)


def read_emotions(
    source: Any,
    *,
    text: str,
    language: str = "auto",
    engine: str = EMBEDDED,
    respondent: str | None = None,
    id: str | None = None,  # noqa: A002 - what the column is called everywhere
    at: str | None = None,
    audit: Any = None,
    output: Path | str | None = None,
    facts: Path | str | None = None,
    themes: Path | str | None = None,
    dates: str | None = None,
    time_zone: str = "UTC",
    confidence: float = CONFIDENCE,
    processes: int = 1,
    on_batch: OnBatch | None = None,
    on_progress: Callable[[int], None] | None = None,
    **reading: Any,
) -> EmotionReport:
    """Read the texts of a source and return their Net Emotion Score.

    Texts are read a batch at a time, in their order, and none is kept: a million take no more
    memory than a thousand, but for a hundred bytes each that are kept in a file.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    text : str
        The column of the texts.
    language : {"auto", "fr", "en"}
    engine : str
        An installed engine's name, ``onnx:FOLDER`` for the model of a folder, or ``hosted`` for
        the one that the environment names.
    respondent : str
        The column that tells who wrote: each person then counts once, however much they write.
    id : str
        The column that identifies a text; its number from 1 otherwise.
    at : str
        The column that tells when a text was written; needed for facts.
    audit : path or frame
        A random sample marked by a person, ``id`` and ``mark``: the NES is then corrected.
    output : path
        A CSV file of one row a text, continued when a reading of it was stopped.
    facts : path
        A folder in which ``emotions/`` is written, as facts that can be scored.
    themes : str or path
        A plan of themes, by its name or its YAML file, for what each fact is about.
    dates, time_zone, reading
        As for :func:`ressenti.score`.
    processes : int
        How many read a large source at once; more than one only where this module's caller is
        guarded by ``if __name__ == "__main__"``, and without ``on_batch``.
    on_batch : callable of VerbatimBatch and readings
        Given what was read, batch by batch.
    on_progress : callable of int
        Told how many texts are read.

    Raises
    ------
    UnknownName
        R100, for a language or an engine that is not there.
    UnknownColumn
        R101.
    InvalidArgument
        R102, for an output that is there already, or facts without a date.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Science 382 (2023) 669.

    Examples
    --------
    >>> import pyarrow as pa
    >>> comments = pa.table({"said": ["Great service", "Awful, never again", "ok"]})
    >>> read_emotions(comments, text="said").net.score.n
    3
    """
    reader = emotion_engine(engine)
    marks = None if audit is None else marks_in(audit)
    relation = open_source(source, options=options_of(reading))
    columns = VerbatimColumns(
        text=relation.column_name(text),
        respondent=respondent,
        identifier=id,
        written_at=at,
        dates=dates,
        time_zone=time_zone,
    )
    if facts is not None and at is None:
        raise InvalidArgument(NO_DATE_COLUMN, hint=AT_HINT)
    asked = {
        **_origin(source, relation),
        **asdict(columns),
        "language": language,
        "engine": reader.version,
        "audit": None if marks is None else sorted(marks),
        "themes": None if themes is None else str(themes),
        "output": None if output is None else str(output),
        "facts": None if facts is None else str(facts),
    }
    targets = Targets(
        rows=None if output is None else Path(output),
        facts=None if facts is None else Path(facts),
    )
    how = BatchReading(
        engine=engine,
        language=language,
        marked=frozenset(marks or ()),
        has_rows=output is not None,
        fact_source=None if facts is None else str(asked["source"]),
        themes=themes,
    )
    # Other engines are no quicker for being several, and may cost for each call.
    several = processes if engine in (EMBEDDED, PRECISE) else 1
    run = _Run(relation, columns, BatchReader(how, reader), several, on_batch, on_progress)
    with tempfile.TemporaryFile() as records:
        report = _report(run, targets, asked, records, marks, confidence)
    return replace(report, notes=(*report.notes, *remarks_of(reader)))


@dataclass(frozen=True, slots=True)
class _Run:
    """What is read, and how."""

    relation: Relation
    columns: VerbatimColumns
    reader: BatchReader
    processes: int
    on_batch: OnBatch | None
    on_progress: Callable[[int], None] | None

    def into(self, output: EmotionOutput) -> None:
        batches = verbatim_batches(self.relation, self.columns, skip=output.done.rows)
        finished = finished_batches(
            self.reader, batches, processes=self.processes, on_readings=self.on_batch
        )
        for batch in finished:
            output.add(batch)
            if self.on_progress is not None:
                self.on_progress(batch.end)


def _report(
    run: _Run,
    targets: Targets,
    asked: Mapping[str, Any],
    records: BinaryIO,
    marks: Mapping[str, float] | None,
    confidence: float,
) -> EmotionReport:
    output = EmotionOutput(targets, asked, records)
    begun, is_finished = output.done.rows, False
    try:
        run.into(output)
        done = output.done
        net = net_emotion(
            output.records(),
            engine=str(asked["engine"]),
            audited=None if marks is None else audited_texts(marks, done.audited),
            confidence=confidence,
        )
        is_finished = True
    finally:
        output.close(finished=is_finished)
    notes = [*run.relation.notes]
    if begun:
        notes.append(CONTINUED.format(count=begun))
    if done.undated and targets.facts is not None:
        notes.append(UNDATED.format(count=done.undated))
    if lost := rejects(run.relation).count:
        notes.append(NOT_LAID_OUT.format(count=lost))
    unmet = [name for name in marks or () if name not in done.audited]
    if unmet:
        notes.append(UNMET.format(count=len(unmet), names=", ".join(unmet[:5])))
    return EmotionReport(net=net, source=run.relation.name, texts=done.rows, notes=tuple(notes))


def _origin(source: Any, relation: Relation) -> dict[str, Any]:
    """Return what tells one source from another, or from itself before it changed."""
    origin: dict[str, Any] = {"source": relation.name}
    path = Path(source) if isinstance(source, str | Path) else None
    if path is not None and path.is_file():
        told = path.stat()
        origin |= {"path": str(path.resolve()), "size": told.st_size, "changed": told.st_mtime_ns}
    return origin
