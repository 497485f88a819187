"""Measuring: from a source and the words of a request to scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, Weekday, zone_called
from ressenti.facts.scales import SCALES
from ressenti.indicators import variant_called
from ressenti.language import Text, language_of_environment
from ressenti.library.facts import (
    ANSWER_COLUMNS,
    answer_measures,
    derived_measures,
    mapped_facts,
)
from ressenti.library.plans import Planned, planned
from ressenti.library.request import Request
from ressenti.library.requests import MeasureRequest, read_measure, resolved_measure
from ressenti.library.results import Scores
from ressenti.library.times import wall_time
from ressenti.scores.definitions import Events
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import SourceOptions
from ressenti.studies.scoring import (
    Answer,
    Judging,
    Measure,
    Question,
    Timing,
    scores_of_question,
)
from ressenti.tallies.derivations import AT
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation


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
        one.query().tree().sql(dialect=relation.warehouse.dialect, pretty=True) for one in questions
    )
    if explain:
        return Scores(scores=(), source=relation.name, sql=sql)
    judging = Judging(confidence=confidence, totals=totals, minimum_group=minimum_group)
    answers = [scores_of_question(question, judging) for question in questions]
    if rejects is not None:
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
) -> tuple[Relation, Request]:
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
    return open_source(plan.source, options=options), request_of(plan, texts, asked)


def questions_of(relation: Relation, asked: Request) -> list[Question]:
    """Return the passes that answer a request: one for the columns, one per derivation."""
    requests = [read_measure(text, asked.scales or SCALES) for text in asked.measures]
    if not requests:
        raise InvalidArgument(
            Text(
                en="name at least one measure: --measure INDICATOR=COLUMN.",
                fr="nommez au moins une mesure : --measure INDICATEUR=COLONNE.",
            )
        )
    zone_called(asked.time_zone)
    derived = [one for one in requests if one.column is None and _is_derived(one)]
    direct = [one for one in requests if one not in derived]
    questions = []
    if direct:
        questions.append(_direct_question(relation, direct, asked))
    if derived:
        questions += _derived_questions(relation, derived, asked)
    return questions


def _direct_question(
    relation: Relation, requests: Sequence[MeasureRequest], asked: Request
) -> Question:
    weight = None
    if asked.weight is not None:
        tree = column_expression(asked.weight, relation)
        weight = number_expression(tree, _kind(tree, relation))
    return Question(
        relation=relation,
        measures=_measures(relation, requests, asked),
        which=_which(relation, asked),
        segments=_segments(relation, asked),
        timing=_timing(relation, asked),
        weight=weight,
        where=_where(relation, asked),
    )


def _measures(
    relation: Relation, requests: Sequence[MeasureRequest], asked: Request
) -> list[Measure]:
    if asked.facts == "answers":
        return answer_measures(relation, requests, asked.mapping or {}, missing=asked.missing)
    for request in requests:
        if request.column is None:
            raise InvalidArgument(
                Text(
                    en=f"'{request.name}' needs a column: --measure {request.name}=COLUMN.",
                    fr=f"« {request.name} » demande une colonne : "
                    f"--measure {request.name}=COLONNE.",
                )
            )
    return [
        resolved_measure(
            request, relation, missing_codes=asked.missing, scales=asked.scales or SCALES
        )
        for request in requests
    ]


def _derived_questions(
    relation: Relation, requests: Sequence[MeasureRequest], asked: Request
) -> list[Question]:
    if asked.facts is None:
        _, variant = variant_called(requests[0].name)
        assert isinstance(variant.reads, Events)  # noqa: S101 - _is_derived made sure
        needs = ", ".join(variant.reads.needs)
        raise InvalidArgument(
            Text(
                en=f"'{requests[0].name}' is computed from {variant.reads.fact}: say --facts "
                f"{variant.reads.fact} and map {needs} with --map.",
                fr=f"« {requests[0].name} » se calcule sur des faits « {variant.reads.fact} » : "
                f"dites --facts {variant.reads.fact} et associez {needs} par --map.",
            )
        )
    facts = mapped_facts(
        relation,
        asked.facts,
        asked.mapping or {},
        segments=_segments(relation, asked),
        dates=asked.dates,
        zone=asked.time_zone,
        where=_where(relation, asked),
    )
    grain = None if asked.per is None else Grain(asked.per)
    made = derived_measures(requests, facts, relation, asked.derivation_options or {}, grain)
    return [
        Question(
            relation=derived,
            measures=own,
            segments={name: exp.column(name, quoted=True) for name in facts.segments},
            timing=_derived_timing(asked),
        )
        for derived, own in made.values()
    ]


def _derived_timing(asked: Request) -> Timing | None:
    if asked.per is None:
        return None
    return Timing(
        at=exp.column(AT),
        kind=Kind.WALL_TIME,
        grain=Grain(asked.per),
        week_starts_on=Weekday[asked.week_starts_on.upper()],
    )


def _which(relation: Relation, asked: Request) -> exp.Expr | None:
    if asked.facts != "answers":
        return None
    named = (ANSWER_COLUMNS | dict(asked.mapping or {}))["measure"]
    return column_expression(named, relation)


def _timing(relation: Relation, asked: Request) -> Timing | None:
    if asked.per is None:
        return None
    dated_by = asked.at
    if dated_by is None and asked.facts == "answers":
        dated_by = (ANSWER_COLUMNS | dict(asked.mapping or {}))["answered_at"]
    if dated_by is None:
        raise InvalidArgument(
            Text(
                en="periods need to know which column dates a row: --at COLUMN.",
                fr="les périodes demandent la colonne qui date une ligne : --at COLONNE.",
            )
        )
    tree = column_expression(dated_by, relation)
    kind = _kind(tree, relation)
    return Timing(
        at=wall_time(tree, kind, relation, dates=asked.dates, zone=asked.time_zone),
        kind=Kind.WALL_TIME,
        grain=Grain(asked.per),
        week_starts_on=Weekday[asked.week_starts_on.upper()],
    )


def _segments(relation: Relation, asked: Request) -> dict[str, exp.Expr]:
    return {text: column_expression(text, relation) for text in asked.by}


def _where(relation: Relation, asked: Request) -> exp.Expr | None:
    if asked.where is None:
        return None
    return with_numbers_read(predicate(asked.where, relation), relation)


def _kind(tree: exp.Expr, relation: Relation) -> Kind:
    if isinstance(tree, exp.Column):
        return relation.columns.get(tree.name, Kind.OTHER)
    return Kind.OTHER


def _is_derived(request: MeasureRequest) -> bool:
    _, variant = variant_called(request.name)
    return isinstance(variant.reads, Events)


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


def _notes(relation: Relation) -> list[str]:
    return [str(note) for note in getattr(relation, "notes", ())]
