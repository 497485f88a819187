"""Rejections: everything of a source that could not be counted, with line, column and reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from sqlglot import exp

from ressenti.language import Language
from ressenti.sources.options import SourceOptions
from ressenti.sources.rejects import Reject, rejects, write_rejects
from ressenti.sources.value_rejects import value_rejects
from ressenti.studies.scoring import Question
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
    values = (reject for question in questions for reject in _values(source, question, options))
    with target.open("w", encoding="utf-8", newline="") as stream:
        return write_rejects(chain(records, values), stream, language=language)


def _values(source: Any, question: Question, options: SourceOptions) -> Iterator[Reject]:
    if not isinstance(source, str | Path) or not Path(source).is_file():
        return
    for measure in question.measures:
        if isinstance(measure.value, exp.Column):
            yield from value_rejects(
                Path(source),
                measure.value.name,
                measure.scale,
                missing_codes=measure.missing_codes,
                options=options,
            )
