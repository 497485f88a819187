"""Rejections: everything of a source that could not be counted, with line, column and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sqlglot import exp

from ressenti.facts.raw_values import Absence
from ressenti.language import Language
from ressenti.sources import format_of, formats
from ressenti.sources.options import SourceOptions
from ressenti.sources.rejects import Reject, rejects, shortened, write_rejects
from ressenti.sources.value_rejects import value_rejects, why_invalid
from ressenti.studies.questions import Measure, Question
from ressenti.tallies.counting import Reading
from ressenti.warehouse.relations import Relation


def write_all_rejects(
    target: Path,
    source: Any,
    relation: Relation,
    questions: Sequence[Question],
    *,
    options: SourceOptions,
    language: Language,
) -> int:
    """Write the rejected records and values of a source as CSV; return how many there are.

    Values need lines, which engines do not know: text files are read once more for them.
    """
    records: Iterator[Reject] = iter(rejects(relation).rows)
    values = (
        reject for question in questions for reject in _values(source, relation, question, options)
    )
    with target.open("w", encoding="utf-8", newline="") as stream:
        return write_rejects(chain(records, values), stream, language=language)


def _values(
    source: Any, relation: Relation, question: Question, options: SourceOptions
) -> Iterator[Reject]:
    """Yield the values on no level: by line for text files, by record for what has no lines."""
    is_text = isinstance(source, str | Path) and _is_delimited_text(Path(source))
    for measure in question.measures:
        if not isinstance(measure.value, exp.Column):
            continue
        name = measure.value.name
        if is_text:
            yield from value_rejects(
                Path(source),
                name,
                measure.scale,
                missing_codes=measure.missing_codes,
                options=options,
            )
        elif name in relation.columns:
            yield from _values_by_record(relation, measure, name)


def _values_by_record(relation: Relation, measure: Measure, name: str) -> Iterator[Reject]:
    record = exp.Window(this=exp.RowNumber()).as_("record")
    rows = relation.warehouse.fetch(relation.select(record, measure.value.copy().as_("raw")))
    reading = Reading(measure.scale, measure.missing_codes, measure.labels)
    for number, raw in zip(rows["record"].to_pylist(), rows["raw"].to_pylist(), strict=True):
        if reading.level(raw) is Absence.INVALID:
            value = str(raw)
            yield Reject(int(number), name, shortened(value), why_invalid(value, measure.scale))


def _is_delimited_text(path: Path) -> bool:
    return path.is_file() and format_of(path) is formats()[".csv"]
