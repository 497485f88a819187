"""Measuring: from a source and the words of a request to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.lakes import Lake, is_lake, opened_lake
from ressenti.library.notes import notes_of, off_scale_of
from ressenti.library.planned_sources import PlanSources
from ressenti.library.plans import Planned, planned
from ressenti.library.questions import questions_of
from ressenti.library.request import Request, require_known_words
from ressenti.library.results import Scores
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import SourceOptions, options_in
from ressenti.studies.owners import queries_of_question
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Judging, scores_of_question
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
    quote: str | None = None,
    header: bool | None = None,
    rejects: str | None = None,
    language: Language | None = None,
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
        Codes that mean "no answer", such as ``11``, or ``"COLUMN=11"`` on one column.
    facts, mapping, derivation_options
        Read the source as facts: the fact's key, standard column to expression, settings.
    population : int
        Size of the closed list that the answers describe: the interval is that of this list now,
        and says nothing of the next period.
    cluster : str
        Column of what answers share, such as a shop: the interval allows for it.
    rake : mapping, str or sequence of str
        Known totals that the weights are made to meet: ``{column: {level: count}}``,
        ``"COL:LEVEL=COUNT,…"``, or a CSV file with ``column``, ``level`` and ``target``.
    trim : float
        Cut raking factors above this many times their median.
    time_zone : str
        Zone in which periods begin.
    exact : bool
        Tally durations value by value, for exact quantiles instead of within 1 %.
    dates : ``"dmy"``, ``"mdy"`` or ``"ymd"``
        Order of the parts of dates written as text; asked for when it cannot be proven.
    confidence : float in (0, 1)
    totals : bool
        Add totals over segments and periods, by merging tallies.
    minimum_group : int, at least 5
        Hide smaller groups, and what would reveal them.
    config : path
        A measurement plan (``ressenti.toml``): its sources, measures, scales, dimensions and
        targets. ``measures`` may then name those of the plan, and are all of them by default.
    encoding, separator, quote, header, sheet
        How a file is to be read, where looking at it is not enough.
    rejects : path
        Where to write what could not be counted, in ``language``.
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
    told = SourceOptions(
        encoding=encoding, separator=separator, quote=quote, header=header, sheet=sheet
    )
    reading = {"config": config, **asdict(told)}
    relation, asked = opened(source, measures, request | reading)
    questions = questions_asked(relation, asked)
    sql = queries_of(questions)
    if rejects is not None and isinstance(relation, PlanSources):
        raise _rejects_of_a_plan()
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
            options=told,
            language=language or language_of_environment(),
        )
    return Scores(
        scores=tuple(one for answer in answers for one in answer.scores),
        measures=tuple(name for answer in answers for name in answer.measures),
        targets=relation.plan.targets if isinstance(relation, PlanSources) else {},
        source=relation.name,
        off_scale=off_scale_of(answers),
        sql=sql,
        tables={key: table for answer in answers for key, table in answer.tables.items()},
        notes=notes_of(relation, questions, answers, asked),
    )


def opened(
    source: Any, measures: Sequence[str] | str, given: Mapping[str, Any]
) -> tuple[Relation | Lake | PlanSources, Request]:
    """Return the opened source and the whole request of a call, with its plan if it has one."""
    texts = [measures] if isinstance(measures, str) else list(measures)
    asked = dict(given)
    options = options_in(asked)
    plan = planned(asked.pop("config", None), source, texts, options=options)
    own = request_of(plan, texts, asked)
    if isinstance(plan.source, Lake | PlanSources):
        return plan.source, own
    if own.facts is None and is_lake(plan.source):
        return opened_lake(plan.source), own
    return open_source(plan.source, options=plan.options), own


def questions_asked(source: Relation | Lake | PlanSources, asked: Request) -> list[Question]:
    """Return the passes that answer a request on what was opened."""
    if isinstance(source, PlanSources):
        from ressenti.library.planned_questions import planned_questions

        return planned_questions(source, asked)
    return questions_of(source, asked)


def queries_of(questions: Sequence[Question]) -> tuple[str, ...]:
    """Return the exact queries of each pass, in its engine's dialect."""
    return tuple(
        rendered(query, one.relation.warehouse.dialect, pretty=True)
        for one in questions
        for query in queries_of_question(one)
    )


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
    whole = replace(plan.request, **own)
    require_known_words(whole)
    return whole


def _rejects_of_a_plan() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="rejects are those of one file, and a plan reads several.",
            fr="les rejets sont ceux d'un fichier, et un plan en lit plusieurs.",
        ),
        hint=Text(
            en="Use: ressenti import SOURCE --facts FACT --config PLAN --into FOLDER --dry-run "
            "--rejects FILE.",
            fr="Utilisez : ressenti import SOURCE --facts FAIT --config PLAN --into DOSSIER "
            "--dry-run --rejects FICHIER.",
        ),
    )
