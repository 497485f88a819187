"""Driver facts: the answers and the outcomes of a company as one table, a row a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from ressenti.errors import NotComparable, UndefinedResult
from ressenti.facts.plan import PlannedMeasure
from ressenti.facts.scales import SCALES
from ressenti.indicators import catalogue
from ressenti.language import Text
from ressenti.library.driver_requests import DriverRequest
from ressenti.library.items import row_condition
from ressenti.library.lakes import Lake
from ressenti.library.linked_facts import MOST_NAMES, known_outcomes, outcomes_of
from ressenti.library.planned_sources import PlanSources
from ressenti.library.questions import OWN_WEIGHT
from ressenti.library.request import Request
from ressenti.tallies.joint_columns import distinct_values
from ressenti.tallies.linked_facts import LinkedFacts
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation

ANSWERS = "answers"
MARK, SCALE_MARK = "=", ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What the words of a call name: measures, outcomes, and columns of the answers."""

    measures: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def driver_table(
    source: Lake | PlanSources, asked: DriverRequest, *, days: int, same: str | None = None
) -> tuple[Relation, DriverRequest]:
    """Return the table in which drivers are sought, and the call in the words of its columns.

    Parameters
    ----------
    source : Lake or PlanSources
        Measures are those of the plan, or the names that answers bear.
    asked : DriverRequest
        Target and drivers are measures, outcomes, columns of the answers or conditions on them.
    days : int
        How long before an answer an outcome of the same customer still counts.
    same : str or None
        Column that an answer and the outcome before it must share.

    Raises
    ------
    UndefinedResult
        R206, when the facts are not there, or lie on two engines.
    UnknownColumn, InvalidArgument, NotComparable
        When a word means nothing here, or the measures lie in several sources.
    """
    planned = source.plan.measures if isinstance(source, PlanSources) else {}
    if isinstance(source, PlanSources):
        asked = replace(asked, scales={**SCALES, **source.plan.scales})
    told = {name: planned[name] for name in _words(asked) if name in planned}
    if isinstance(source, PlanSources) and _are_columns(source, told):
        return _table_of_source(source, asked, told)
    return _table_of_facts(source, asked, told, days=days, same=same)


def _are_columns(source: PlanSources, told: Mapping[str, PlannedMeasure]) -> bool:
    """Tell whether the measures of a call are columns of a source, not answers among facts."""
    if source.lake is not None:
        return False
    if not told:
        return not source.plan.mappings_of(ANSWERS)
    return all(one.source is not None for one in told.values())


def _table_of_source(
    source: PlanSources, asked: DriverRequest, told: Mapping[str, PlannedMeasure]
) -> tuple[Relation, DriverRequest]:
    """Return a source of a plan with its measures under the names of the plan."""
    names = {str(one.source) for one in told.values()} or {source.only_source()}
    if len(names) > 1:
        listed = ", ".join(sorted(names))
        raise NotComparable(
            Text(
                en=f"the measures lie in several sources, whose rows are not the same: {listed}.",
                fr=f"les mesures sont dans plusieurs sources, dont les lignes diffèrent : "
                f"{listed}.",
            ),
            hint=Text(
                en="Import them into one folder, or name measures of one source.",
                fr="Réunissez-les dans un dossier, ou nommez des mesures d'une seule source.",
            ),
        )
    (name,) = names
    relation = source.relation(name)
    own = {key: _value_of(relation, one) for key, one in told.items()}
    kept = [column for column in relation.columns if column not in own]
    query = relation.select(
        *(exp.column(column, quoted=True) for column in kept),
        *(tree.as_(key, quoted=True) for key, tree in own.items()),
    )
    codes = source.plan.sources[name].missing
    weight = next((one.weight for one in told.values() if one.weight is not None), None)
    made = replace(
        relation,
        source=query.subquery("measured"),
        columns=relation.warehouse.kinds(query),
        missing_codes={
            **relation.missing_codes,
            **{key: one.missing for key, one in told.items()},
        },
    )
    return made, replace(
        _in_words(asked, told, []),
        weight=asked.weight or weight,
        missing=(*asked.missing, *codes),
    )


def _value_of(relation: Relation, measure: PlannedMeasure) -> exp.Expr:
    """Return the column of a measure of a plan, where its own condition holds."""
    value = column_expression(str(measure.column), relation)
    condition = row_condition(relation, measure.where)
    return value if condition is None else exp.Case().when(condition, value)


def _table_of_facts(
    source: Lake | PlanSources,
    asked: DriverRequest,
    told: Mapping[str, PlannedMeasure],
    *,
    days: int,
    same: str | None,
) -> tuple[Relation, DriverRequest]:
    answers = source.relation(ANSWERS) if isinstance(source, Lake) else source.fact(ANSWERS)
    answers = _chosen(answers, asked.where, told)
    measures = distinct_values(answers, answers.column("measure"), most=MOST_NAMES)
    known = [str(value) for value in measures if value is not None]
    happened = known_outcomes(source)
    named = _named(asked, answers, known, happened)
    table, higher = outcomes_of(source, named.outcomes, Request()) if named.outcomes else (None, ())
    if table is not None and table.warehouse is not answers.warehouse:
        raise UndefinedResult(
            Text(
                en="outcomes and answers lie on two engines, which cannot be read as one.",
                fr="les résultats attendus et les réponses sont sur deux moteurs, qui ne se "
                "lisent pas comme un seul.",
            )
        )
    weight = asked.weight or (OWN_WEIGHT if "weight" in answers.columns else None)
    more = [] if weight is None else _columns_in(weight, answers)
    facts = LinkedFacts(
        answers=answers,
        outcomes=table,
        happened=named.outcomes,
        answered={name: name for name in named.measures},
        carried=tuple(dict.fromkeys((*named.columns, *more))),
        higher=higher,
        touchpoint=same,
    )
    query = facts.by_response(days=days)
    relation = replace(
        answers,
        source=query.subquery("responses_"),
        columns=answers.warehouse.kinds(query),
        missing_codes={
            name: (*_codes(source), *one.missing)
            for name, one in told.items()
            if name in named.measures
        },
        labels={},
        notes=(),
    )
    return relation, replace(_in_words(asked, told, known), where=None, weight=weight)


def _chosen(answers: Relation, where: str | None, told: Mapping[str, PlannedMeasure]) -> Relation:
    """Return the answers that count, under the names that the plan gives their measures."""
    for name, one in told.items():
        if one.column is not None and one.source is None:
            raise NotComparable(
                Text(
                    en=f"'{name}' is a column of the {one.fact}: drivers are sought among answers.",
                    fr=f"« {name} » est une colonne des faits « {one.fact} » : les leviers se "
                    "cherchent parmi les réponses.",
                )
            )
    called = {name: one.question for name, one in told.items() if one.question is not None}
    measure: exp.Expr = exp.column("measure", quoted=True)
    for name, question in called.items():
        is_asked = exp.EQ(this=exp.column("question"), expression=exp.convert(question))
        measure = exp.Case().when(is_asked, exp.convert(name)).else_(measure)
    others = [exp.column(name, quoted=True) for name in answers.columns if name != "measure"]
    query = answers.select(*others, measure.as_("measure", quoted=True))
    condition = row_condition(answers, where)
    if condition is not None:
        query = query.where(condition)
    for name, one in told.items():
        own = None if one.source is not None else row_condition(answers, one.where)
        if own is not None:
            is_other = exp.NEQ(this=measure.copy(), expression=exp.convert(name))
            query = query.where(exp.or_(is_other, own))
    return replace(answers, source=query.subquery("chosen"))


def _named(
    asked: DriverRequest, answers: Relation, measures: Sequence[str], outcomes: Sequence[str]
) -> _Named:
    """Return what the words of a call name, each once."""
    kinds = {**answers.columns, **dict.fromkeys((*measures, *outcomes), Kind.NUMBER)}
    together = replace(answers, columns=kinds)
    found = _Named()
    texts = [*_words(asked), *filter(None, (asked.unit, asked.cluster))]
    for text in texts:
        for name in _columns_in(text, together):
            for known, kept in ((measures, found.measures), (outcomes, found.outcomes)):
                if name in known:
                    kept.append(name)
                    break
            else:
                found.columns.append(name)
    return _Named(
        measures=list(dict.fromkeys(found.measures)),
        outcomes=list(dict.fromkeys(found.outcomes)),
        columns=list(dict.fromkeys(found.columns)),
    )


def _columns_in(text: str, relation: Relation) -> list[str]:
    tree = column_expression(text, relation)
    return [column.name for column in tree.find_all(exp.Column)]


def _words(asked: DriverRequest) -> list[str]:
    """Return the target and the drivers without their indicator and their scales."""
    target = asked.target
    if _names_indicator(target):
        name, equals, column = target.partition(MARK)
        target = column if equals else name.partition("/")[0]
    return [_without_scale(text, asked) for text in (target, *asked.of)]


def _names_indicator(target: str) -> bool:
    return target.partition(MARK)[0].partition("/")[0].strip() in catalogue()


def _without_scale(text: str, asked: DriverRequest) -> str:
    name, colon, scale = text.rpartition(SCALE_MARK)
    return name.strip() if colon and scale.strip() in asked.scales else text.strip()


def _in_words(
    asked: DriverRequest, told: Mapping[str, PlannedMeasure], measures: Sequence[str]
) -> DriverRequest:
    """Return the call with the indicators and the scales that the plan declares."""
    target = asked.target
    name = _without_scale(target, asked)
    if name in told:
        target = f"{told[name].indicator}{MARK}{name}{_scale_text(told[name])}"
    elif MARK not in target and _names_indicator(target):
        answered = target.partition("/")[0].strip()
        target = f"{target}{MARK}{answered}" if answered in measures else target
    drivers = tuple(
        text if text != name or name not in told else name + _scale_text(told[name])
        for text, name in ((one, _without_scale(one, asked)) for one in asked.of)
    )
    return replace(asked, target=target, of=drivers)


def _scale_text(measure: PlannedMeasure) -> str:
    return "" if measure.scale is None else f"{SCALE_MARK}{measure.scale}"


def _codes(source: Lake | PlanSources) -> tuple[object, ...]:
    return () if isinstance(source, Lake) else source.codes_of_fact(ANSWERS)
