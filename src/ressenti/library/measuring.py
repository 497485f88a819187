"""Measuring: from a source and the words of a request to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ressenti.language import language_of_environment
from ressenti.library.lakes import Lake, is_lake, opened_lake
from ressenti.library.plans import Planned, planned
from ressenti.library.questions import questions_of
from ressenti.library.request import Request
from ressenti.library.results import Scores
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import SourceOptions
from ressenti.studies.scoring import (
    Answer,
    Judging,
    scores_of_question,
)
from ressenti.warehouse.relations import Relation
from ressenti.warehouse.rendering import rendered


def score(
    source: Any = None,
    measures: Sequence[str] | str = (),
    *,
    config: str | None = None,
    confidence: float = CONFIDENCE,
    totals: bool = False,
    minimum_group: int | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | None = None,
    rejects: str | None = None,
    explain: bool = False,
    **request: Any,
) -> Scores:
    """Return the scores of a source: indicators with their uncertainty, by period and segment.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    measures : str or sequence of str
        ``"INDICATOR[/VARIANT]=COLUMN[:SCALE]"``; without ``=COLUMN`` for indicators computed from
        ``facts``.
    by : sequence of str
        Columns or expressions to segment by.
    per, at : str
        Grain of the periods, and the column that dates a row.
    weight, where : str
        Column of weights; predicate that rows must meet.
    missing : sequence
        Codes that mean "no answer", such as ``11``.
    facts, mapping, derivation_options
        Read the source as facts: the fact's key, standard column to expression, settings.
    time_zone : str
        Zone in which periods begin.
    dates : ``"dmy"``, ``"mdy"`` or ``"ymd"``
        Order of the parts of dates written as text; asked for when it cannot be proven.
    confidence : float in (0, 1)
    totals : bool
        Add totals over segments and periods, by merging tallies.
    minimum_group : int, at least 5
        Hide smaller groups, and what would reveal them.
    config : path
        A measurement plan (``ressenti.toml``) to take measures, scales and dimensions from.
    rejects : path
        Where to write what could not be counted.
    explain : bool
        Make the queries, run nothing.

    Returns
    -------
    Scores

    Raises
    ------
    RessentiError
        A usage error (exit status 2) or a data error (exit status 1), each saying what to do.

    Examples
    --------
    >>> import pyarrow as pa
    >>> answers = pa.table({"mark": [10, 9, 7, 3], "country": ["FR", "FR", "BE", "BE"]})
    >>> [round(one.value) for one in score(answers, "nps=mark", by=["country"])]
    [-50, 100]
    """
    reading = {"encoding": encoding, "separator": separator, "sheet": sheet, "config": config}
    relation, asked = opened(source, measures, request | reading)
    questions = questions_of(relation, asked)
    sql = tuple(
        rendered(one.query().tree(), relation.warehouse.dialect, pretty=True) for one in questions
    )
    if explain:
        return Scores(scores=(), source=relation.name, sql=sql)
    judging = Judging(confidence=confidence, totals=totals, minimum_group=minimum_group)
    answers = [scores_of_question(question, judging) for question in questions]
    if rejects is not None and isinstance(relation, Relation):
        from ressenti.library.rejections import write_all_rejects

        write_all_rejects(
            Path(rejects),
            source,
            relation,
            questions,
            options=SourceOptions(encoding=encoding, separator=separator, sheet=sheet),
            language=language_of_environment(),
        )
    return Scores(
        scores=tuple(one for answer in answers for one in answer.scores),
        source=relation.name,
        off_scale=_off_scale(answers),
        sql=sql,
        notes=tuple(_notes(relation)),
    )


def opened(
    source: Any, measures: Sequence[str] | str, given: Mapping[str, Any]
) -> tuple[Relation | Lake, Request]:
    """Return the opened source and the whole request of a call, with its plan if it has one."""
    texts = [measures] if isinstance(measures, str) else list(measures)
    asked = dict(given)
    plan = planned(asked.pop("config", None), source, texts)
    options = replace(
        plan.options,
        encoding=asked.pop("encoding", None) or plan.options.encoding,
        separator=asked.pop("separator", None) or plan.options.separator,
        sheet=asked.pop("sheet", None) or plan.options.sheet,
    )
    own = request_of(plan, texts, asked)
    if isinstance(plan.source, Lake):
        return plan.source, own
    if own.facts is None and is_lake(plan.source):
        return opened_lake(plan.source), own
    return open_source(plan.source, options=options), own


def request_of(plan: Planned, texts: Sequence[str], given: Mapping[str, Any]) -> Request:
    """Return the request of a plan, with what a call adds to it.

    Raises
    ------
    TypeError
        For an argument that does not exist.
    """
    unknown = [name for name in given if name not in Request.__slots__]
    if unknown:
        message = f"got an unexpected keyword argument '{unknown[0]}'"
        raise TypeError(message)
    own: dict[str, Any] = {"measures": texts} if texts else {}
    own |= {name: value for name, value in given.items() if value not in (None, (), [], {})}
    return replace(plan.request, **own)


def _off_scale(answers: Sequence[Answer]) -> dict[str, Any]:
    return {key: own for answer in answers for key, own in answer.off_scale.items() if own.rows}


def _notes(relation: Relation | Lake) -> list[str]:
    return [str(note) for note in getattr(relation, "notes", ())]
