"""Questions: a request resolved against what was opened, as the fewest passes that answer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, Weekday, zone_called
from ressenti.facts.scales import SCALES, Quantity
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.facts import (
    ANSWER_COLUMNS,
    answer_measures,
    derived_measures,
    mapped_facts,
)
from ressenti.library.lakes import Lake
from ressenti.library.request import Request
from ressenti.library.requests import MeasureRequest, read_measure, resolved_measure
from ressenti.library.samplings import sampling_of
from ressenti.library.times import wall_time
from ressenti.scores.definitions import Events
from ressenti.studies.questions import Measure, Question, Timing
from ressenti.tallies.derivations import AT, Facts, derivation_called
from ressenti.tallies.numbers import weight_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation

OWN_WEIGHT = "coalesce(weight, 1)"
"""The weight of an answer among facts: those that come from an unweighted source count for one."""


def questions_of(source: Relation | Lake, asked: Request) -> list[Question]:
    """Return the passes that answer a request: one for the columns, one per derivation.

    In a lake each measure knows which fact it reads.

    Raises
    ------
    RessentiError
        When a name, a column or an expression means nothing here.
    """
    requests = [read_measure(text, asked.scales or SCALES) for text in asked.measures]
    if not requests:
        raise InvalidArgument(
            Text(
                en="name at least one measure: --measure INDICATOR=COLUMN.",
                fr="nommez au moins une mesure : --measure INDICATEUR=COLONNE.",
            )
        )
    zone_called(asked.time_zone)
    if isinstance(source, Relation):
        return questions_on(source, requests, asked, {})
    questions = []
    for fact in dict.fromkeys(fact_of(request) for request in requests):
        own = [request for request in requests if fact_of(request) == fact]
        questions += questions_on(
            source.relation(fact), own, _asked_of(source, fact, asked), source.relations
        )
    return questions


def fact_of(request: MeasureRequest) -> str:
    """Return the fact a measure reads: its derivation's, or the answers."""
    _, variant = variant_called(request.name)
    reads = variant.reads
    return derivation_called(reads.derivation).fact if isinstance(reads, Events) else "answers"


def _asked_of(lake: Lake, fact: str, asked: Request) -> Request:
    """Return the request as it stands on one fact of a lake, weighted where answers are."""
    weight = asked.weight
    if weight is None and fact == "answers" and "weight" in lake.relation(fact).columns:
        weight = OWN_WEIGHT
    return replace(asked, facts=fact, weight=weight, mapping=lake.mappings.get(fact, {}), at=None)


def questions_on(
    relation: Relation,
    requests: Sequence[MeasureRequest],
    asked: Request,
    others: Mapping[str, Relation],
) -> list[Question]:
    """Return the passes that answer some measures on one relation.

    Parameters
    ----------
    relation : Relation
    requests : sequence of MeasureRequest
    asked : Request
        All but its measures.
    others : mapping of fact to Relation
        Other facts on the same engine, for derivations that relate two.
    """
    derived = [one for one in requests if one.column is None and _is_derived(one)]
    direct = [one for one in requests if one not in derived]
    questions = []
    if direct:
        questions.append(_direct_question(relation, direct, asked))
    if derived:
        questions += _derived_questions(relation, derived, asked, others)
    return [_exact(question) for question in questions] if asked.exact else questions


def _exact(question: Question) -> Question:
    """Return the question with quantities tallied value by value."""
    measures = [
        replace(measure, is_exact=isinstance(measure.scale, Quantity))
        for measure in question.measures
    ]
    return replace(question, measures=measures)


def _direct_question(
    relation: Relation, requests: Sequence[MeasureRequest], asked: Request
) -> Question:
    weight = None
    if asked.weight is not None:
        tree = column_expression(asked.weight, relation)
        weight = weight_expression(tree, _kind(tree, relation))
    return Question(
        relation=relation,
        measures=_measures(relation, requests, asked),
        which=_which(relation, asked),
        segments=_segments(relation, asked),
        timing=timing_of(relation, asked),
        weight=weight,
        where=_where(relation, asked),
        sampling=sampling_of(relation, asked),
    )


def _measures(
    relation: Relation, requests: Sequence[MeasureRequest], asked: Request
) -> list[Measure]:
    if asked.facts == "answers":
        return answer_measures(
            relation,
            requests,
            asked.mapping or {},
            missing=asked.missing,
            scales=asked.scales or SCALES,
        )
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
    relation: Relation,
    requests: Sequence[MeasureRequest],
    asked: Request,
    others: Mapping[str, Relation],
) -> list[Question]:
    if asked.tells_sampling:
        raise _not_a_sample(requests[0])
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
    own = _facts(relation, asked.facts, asked)
    facts = replace(
        own,
        others={
            name: _facts(others[name], name, replace(asked, mapping={}))
            for request in requests
            for name in _related_facts(request)
            if name in others
        },
    )
    grain = None if asked.per is None else Grain(asked.per)
    options = {"week_starts_on": asked.week_starts_on, **(asked.derivation_options or {})}
    made = derived_measures(requests, facts, relation, options, grain)
    return [
        Question(
            relation=derived.relation,
            measures=derived.measures,
            segments={name: exp.column(name, quoted=True) for name in facts.segments},
            timing=_derived_timing(asked, derived.first_days),
        )
        for derived in made.values()
    ]


def _not_a_sample(request: MeasureRequest) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"'{request.name}' is computed from events, not from a sample of answers: "
            "populations, clusters and margins do not apply.",
            fr=f"« {request.name} » se calcule sur des événements, pas sur un échantillon de "
            "réponses : population, grappes et marges ne s'appliquent pas.",
        )
    )


def _facts(relation: Relation, fact: str, asked: Request) -> Facts:
    return mapped_facts(
        relation,
        fact,
        asked.mapping or {},
        segments=_segments(relation, asked),
        dates=asked.dates,
        zone=asked.time_zone,
        where=_where(relation, asked),
    )


def _related_facts(request: MeasureRequest) -> tuple[str, ...]:
    _, variant = variant_called(request.name)
    reads = variant.reads
    return derivation_called(reads.derivation).also if isinstance(reads, Events) else ()


def _derived_timing(asked: Request, first_days: tuple[str, ...]) -> Timing | None:
    if asked.per is None:
        return None
    return Timing(
        at=exp.column(AT),
        kind=Kind.WALL_TIME,
        grain=Grain(asked.per),
        week_starts_on=Weekday[asked.week_starts_on.upper()],
        first_days=first_days,
    )


def _which(relation: Relation, asked: Request) -> exp.Expr | None:
    if asked.facts != "answers":
        return None
    named = (ANSWER_COLUMNS | dict(asked.mapping or {}))["measure"]
    return column_expression(named, relation)


def timing_of(relation: Relation, asked: Request) -> Timing | None:
    """Return how the rows of a relation fall into periods, None where none are asked.

    Raises
    ------
    InvalidArgument
        R102, when nothing says which column dates a row.
    """
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
