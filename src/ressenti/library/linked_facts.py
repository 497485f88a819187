"""Linked facts: a company's outcomes and answers, as one table that links are sought in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ressenti.errors import UndefinedResult, UnknownName, unknown_name
from ressenti.facts.plan_outcomes import OUTCOMES
from ressenti.facts.scales import SCALES
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.lakes import Lake
from ressenti.library.planned_outcomes import chosen_outcomes, higher_outcomes, outcome_relation
from ressenti.library.planned_sources import PlanSources
from ressenti.library.request import Request
from ressenti.library.requests import MeasureRequest, read_measure
from ressenti.scores.definitions import Answers, Family
from ressenti.studies.links import Level
from ressenti.tallies.joint_columns import distinct_values
from ressenti.tallies.linked_facts import AT, LinkedFacts
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Relation

DAYS = 30
MOST_NAMES = 500
ANSWERS = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTable:
    """The table of a company's facts, and what outcomes and indicators are called in it."""

    relation: Relation
    outcomes: tuple[str, ...]
    indicators: tuple[str, ...]
    asked: Request

    def called(self, text: str) -> str:
        """Return what a person calls one of them: a measure that bears its indicator's name."""
        name, _, column = text.partition("=")
        return name if column.partition(":")[0] == name.partition("/")[0] else text


def linked_table(
    source: Lake | PlanSources,
    outcomes: Sequence[str],
    indicators: Sequence[str],
    *,
    level: Level,
    within: str | None,
    days: int,
    asked: Request,
    higher: Sequence[str] = (),
    same: str | None = None,
) -> LinkedTable:
    """Return the facts of a company as one table: a row a customer, or a row an event.

    Parameters
    ----------
    outcomes : sequence of str
        Names of outcomes, or indicators of employees; every outcome when none is named.
    indicators : sequence of str
        ``INDICATOR[/VARIANT][=MEASURE]``; every indicator that customers answer when none is named.
    days : int
        How long before an answer an outcome still counts.
    same : str or None
        Column that an answer and the outcome before it must share, such as ``touchpoint``.

    Raises
    ------
    UndefinedResult
        R206, when the facts are not there, or lie on two engines.
    UnknownName
        R100, for an outcome or a measure that no fact bears.
    """
    answers = _fact(source, ANSWERS)
    asked_measures = _texts(distinct_values(answers, answers.column("measure"), most=MOST_NAMES))
    wanted = [read_measure(text, asked.scales or SCALES) for text in indicators] or [
        MeasureRequest(name) for name in asked_measures if _is_answered(name)
    ]
    told = [(text, _measure_or_none(text, asked)) for text in outcomes]
    others = [one for _, one in told if one is not None]
    table, more = outcomes_of(source, [text for text, one in told if one is None], asked, others)
    happened = [text for text, one in told if one is None] or (
        [] if others or table is None else _names_of(table)
    )
    answered = {_column(one): _column(one) for one in (*wanted, *others)}
    for name in answered:
        if name not in asked_measures:
            raise unknown_name(Text(en="measure", fr="mesure"), name, asked_measures)
    if table is not None and table.warehouse is not answers.warehouse:
        raise _several_engines()
    facts = LinkedFacts(
        answers=answers,
        outcomes=table,
        happened=happened,
        answered=answered,
        within=within,
        higher=(*higher, *more),
        touchpoint=same,
        carried=_columns_of(asked.weight, answers),
    )
    query = facts.by_customer(days=days) if level is Level.CUSTOMER else facts.by_event()
    relation = replace(
        answers,
        source=query.subquery("linked"),
        columns=answers.warehouse.kinds(query),
        missing_codes={},
        labels={},
        notes=(),
    )
    return LinkedTable(
        relation=relation,
        outcomes=(*happened, *(_written(one) for one in others)),
        indicators=tuple(_written(one) for one in wanted),
        asked=replace(asked, at=AT, facts=None, mapping={}, measures=()),
    )


def _columns_of(text: str | None, relation: Relation) -> tuple[str, ...]:
    """Return the columns that an expression names, none where there is none."""
    if text is None:
        return ()
    tree = column_expression(text, relation)
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def _fact(source: Lake | PlanSources, fact: str) -> Relation:
    return source.relation(fact) if isinstance(source, Lake) else source.fact(fact)


def outcomes_of(
    source: Lake | PlanSources,
    named: Sequence[str],
    asked: Request,
    others: Sequence[MeasureRequest] = (),
) -> tuple[Relation | None, tuple[str, ...]]:
    """Return the fact of outcomes, and those of which more is better."""
    if others and not named:
        return None, ()
    if isinstance(source, PlanSources) and source.plan.outcomes:
        declared = chosen_outcomes(source.plan.outcomes, named, plan=source.name)
        relation = outcome_relation(source, declared, replace(asked, where=None, per=None))
        return relation, higher_outcomes(declared)
    relation = _fact(source, OUTCOMES)
    known = _names_of(relation)
    for name in named:
        if name not in known:
            raise unknown_name(Text(en="outcome", fr="résultat attendu"), name, known)
    return relation, ()


def known_outcomes(source: Lake | PlanSources) -> list[str]:
    """Return the outcomes that a plan declares, or that facts hold; none where there are none."""
    if isinstance(source, PlanSources):
        if source.plan.outcomes:
            return list(source.plan.outcomes)
        if source.lake is None:
            has_any = bool(source.plan.mappings_of(OUTCOMES))
            return _names_of(source.fact(OUTCOMES)) if has_any else []
    lake = source if isinstance(source, Lake) else source.lake
    has_any = lake is not None and OUTCOMES in lake.relations
    return _names_of(_fact(source, OUTCOMES)) if has_any else []


def _names_of(outcomes: Relation) -> list[str]:
    return _texts(distinct_values(outcomes, outcomes.column("outcome"), most=MOST_NAMES))


def _texts(values: Sequence[object]) -> list[str]:
    return sorted(str(value) for value in values if value is not None)


def _measure_or_none(text: str, asked: Request) -> MeasureRequest | None:
    """Return the indicator that a text names, None where it names none."""
    request = read_measure(text, asked.scales or SCALES)
    try:
        variant_called(request.name)
    except UnknownName:
        return None
    return request


def _is_answered(name: str) -> bool:
    """Tell whether a measure is an indicator that customers answer on a scale."""
    try:
        indicator, variant = variant_called(name)
    except UnknownName:
        return False
    is_of_customers = indicator.family is not Family.EMPLOYEE
    return is_of_customers and isinstance(variant.reads, Answers) and variant.form is not None


def _column(request: MeasureRequest) -> str:
    return request.column or request.name.partition("/")[0]


def _written(request: MeasureRequest) -> str:
    scale = "" if request.scale is None else f":{request.scale}"
    return f"{request.name}={_column(request)}{scale}"


def _several_engines() -> UndefinedResult:
    return UndefinedResult(
        Text(
            en="outcomes and answers lie on two engines, which cannot be read as one.",
            fr="les résultats attendus et les réponses sont sur deux moteurs, qui ne se lisent pas "
            "comme un seul.",
        ),
        hint=Text(
            en="Import them into one folder: ressenti import SOURCE --facts FACT --into FOLDER.",
            fr="Réunissez-les dans un dossier : ressenti import SOURCE --facts FAIT "
            "--into DOSSIER.",
        ),
    )
