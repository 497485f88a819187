"""Planned outcomes: what a plan declares, read where it lies, as one table of outcomes.

Whatever its source, an outcome comes out as rows of the fact ``outcomes``: nothing downstream
knows of the mapping, nor of where an expectation came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ressenti.errors import InvalidArgument, Place, UndefinedResult, unknown_name
from ressenti.facts.periods import Grain, Weekday
from ressenti.facts.plan_outcomes import (
    OUTCOMES,
    LearntExpectation,
    OutcomeDirection,
    PlannedOutcome,
)
from ressenti.facts.schemas import FACTS
from ressenti.language import Text
from ressenti.library.planned_sources import FILES, PlanSources
from ressenti.library.request import Request
from ressenti.library.times import wall_time
from ressenti.tallies.expectations import VALUE, Learning, with_expectations
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation

CUSTOMER = "customer_id"
KEPT = ("outcome", CUSTOMER, "occurred_at", "unit")
JUDGED = (VALUE, "waited", "expected", "actual")


@dataclass(frozen=True, slots=True)
class DeclaredOutcome:
    """An outcome of a plan with the rows it is seen in."""

    name: str
    outcome: PlannedOutcome
    relation: Relation

    @property
    def is_stored(self) -> bool:
        """Whether its rows bear its name already, among other outcomes."""
        return self.outcome.fact == OUTCOMES


def outcome_relation(
    sources: PlanSources, outcomes: Mapping[str, PlannedOutcome], asked: Request
) -> Relation:
    """Return the rows of some outcomes of a plan, as the fact ``outcomes`` has them.

    Parameters
    ----------
    asked : Request
        Its segments and its condition name columns that every outcome's rows must have; its
        periods are those that a learnt expectation may not look into.

    Raises
    ------
    UndefinedResult
        R206, when the outcomes lie on several engines.
    RessentiError
        When a name or an expression of the plan means nothing on its source.
    """
    declared = [_declared(name, one, sources) for name, one in outcomes.items()]
    _require_one_engine(declared, sources)
    selects = [_rows(one, sources, asked) for one in declared]
    union: exp.Query = selects[0]
    for select in selects[1:]:
        union = exp.union(union, select, distinct=False)
    first = declared[0].relation
    return replace(
        first,
        source=union.subquery(OUTCOMES),
        columns=first.warehouse.kinds(union),
        missing_codes={},
        labels={},
        name=sources.name,
        notes=(),
    )


def chosen_outcomes(
    declared: Mapping[str, PlannedOutcome], only: Sequence[str], *, plan: str
) -> Mapping[str, PlannedOutcome]:
    """Return the outcomes of a plan that a call names, all of them when it names none.

    Raises
    ------
    UnknownName
        R100, with the nearest names.
    InvalidArgument
        R102, when the plan declares no outcome.
    """
    if not declared:
        raise InvalidArgument(
            Text(
                en=f"'{plan}' declares no outcome.",
                fr=f"« {plan} » ne déclare aucun résultat attendu.",
            ),
            hint=Text(
                en="Add [outcomes.NAME] to it; 'ressenti outcomes propose' writes one to start "
                "from.",
                fr="Ajoutez-y [outcomes.NOM] ; « ressenti outcomes propose » en écrit un pour "
                "commencer.",
            ),
        )
    for name in only:
        if name not in declared:
            raise unknown_name(Text(en="outcome", fr="résultat attendu"), name, declared)
    return {name: declared[name] for name in only or declared}


def _declared(name: str, outcome: PlannedOutcome, sources: PlanSources) -> DeclaredOutcome:
    if sources.lake is not None:
        # In a folder of facts, outcomes are there under their names, whatever they came from.
        outcome = PlannedOutcome(
            words=outcome.words,
            actual="actual",
            unit=outcome.unit,
            direction=outcome.direction,
            expectation_source=outcome.expectation_source,
            learnt=outcome.learnt,
            fact=OUTCOMES,
        )
    if outcome.fact is not None:
        return DeclaredOutcome(name, outcome, sources.fact(outcome.fact))
    return DeclaredOutcome(name, outcome, sources.relation(str(outcome.source)))


def _rows(one: DeclaredOutcome, sources: PlanSources, asked: Request) -> exp.Select:
    """Return the select of one outcome's rows, under the names that the fact gives them."""
    own = one.outcome
    actual = _number(own.actual, one.relation)
    shared = _columns_asked(one, asked)
    columns = {
        "outcome": exp.Literal.string(one.name),
        CUSTOMER: _customer(one),
        "occurred_at": _occurred_at(one, sources, asked),
        "actual": actual,
        "unit": exp.Literal.string(own.unit),
        **({} if own.learnt is None else _as_texts(own.learnt.by, one.relation)),
        **shared,
    }
    if own.learnt is not None:
        columns[VALUE] = actual if own.expected is None else _number(own.expected, one.relation)
    else:
        columns["expected"] = _number(own.expected or "expected", one.relation)
    if own.waited is not None:
        columns["waited"] = _number(own.waited, one.relation)
    query = _identified(one, columns)
    if own.learnt is not None:
        query = _learnt(one.relation, query, own.learnt, asked)
    return exp.select(
        *(exp.column(name, quoted=True) for name in (*KEPT, *shared)),
        _known_by_now(some_wait=own.waited is not None).as_("actual"),
        exp.column("expected"),
    ).from_(query.subquery("judged"))


def _identified(one: DeclaredOutcome, columns: Mapping[str, exp.Expr]) -> exp.Select:
    """Return the rows of an outcome; the same record exported twice happened once."""
    identity = [name for name in ("source", "source_id") if name in one.relation.columns]
    hidden = [exp.column(name, quoted=True).as_(f"identity_{name}") for name in identity]
    query = one.relation.select(
        *(tree.copy().as_(name, quoted=True) for name, tree in columns.items()), *hidden
    )
    if one.is_stored:
        query = query.where(exp.column("outcome").eq(exp.Literal.string(one.name)))
    if one.outcome.where is not None:
        condition = predicate(one.outcome.where, one.relation)
        query = query.where(with_numbers_read(condition, one.relation))
    return query.distinct() if len(identity) == 2 else query


def _learnt(
    relation: Relation, query: exp.Select, learnt: LearntExpectation, asked: Request
) -> exp.Select:
    """Return the rows with what was learnt to be expected of them before their period."""
    learning = Learning(
        learnt=learnt,
        judged_per=None if asked.per is None else Grain(asked.per),
        week_starts_on=Weekday[asked.week_starts_on.upper()],
    )
    rows = query.subquery("rows_of_outcome")
    past = relation.warehouse.fetch(learning.past_query(rows.copy())).to_pylist()
    period = learning.period(exp.column("occurred_at", rows.alias))
    return with_expectations(rows, period, list(learning.expectations(past)), learnt.by)


def _known_by_now(*, some_wait: bool) -> exp.Expr:
    """Return what customers got; who has waited longer than expected got at least that wait."""
    actual = exp.column("actual")
    if not some_wait:
        return actual
    waited, expected = exp.column("waited"), exp.column("expected")
    late = exp.Case().when(exp.GT(this=waited, expression=expected), waited.copy())
    return exp.Coalesce(this=actual, expressions=[late])


def _customer(one: DeclaredOutcome) -> exp.Expr:
    told = one.outcome.customer
    if told is None and CUSTOMER not in one.relation.columns:
        return exp.cast(exp.null(), "TEXT")
    tree = exp.column(CUSTOMER, quoted=True) if told is None else _read(told, one.relation)
    return exp.cast(tree, "TEXT")


def _occurred_at(one: DeclaredOutcome, sources: PlanSources, asked: Request) -> exp.Expr:
    text, dates = _date_of(one, sources)
    tree = _read(text, one.relation)
    return wall_time(
        tree,
        _kind(tree, one.relation),
        one.relation,
        dates=asked.dates or dates,
        zone=asked.time_zone,
    )


def _date_of(one: DeclaredOutcome, sources: PlanSources) -> tuple[str, str | None]:
    """Return what dates the rows of an outcome, and the order of its day and month if told."""
    own = one.outcome
    if own.fact is not None:
        return own.at or FACTS[own.fact].dated_by, sources.date_order_of_fact(own.fact)
    if own.at is None:
        raise InvalidArgument(
            Text(
                en=f"the outcome '{one.name}' does not say what dates its rows.",
                fr=f"le résultat « {one.name} » ne dit pas ce qui date ses lignes.",
            ),
            hint=Text(
                en=f'Add at = "COLUMN" to [outcomes.{one.name}].',
                fr=f'Ajoutez at = "COLONNE" à [outcomes.{one.name}].',
            ),
            place=Place(file=sources.name),
        )
    return own.at, sources.date_order(str(own.source))


def _columns_asked(one: DeclaredOutcome, asked: Request) -> dict[str, exp.Expr]:
    """Return the columns that the segments and the condition of a call need."""
    trees = [column_expression(text, one.relation) for text in asked.by]
    if asked.where is not None:
        trees.append(predicate(asked.where, one.relation))
    named = [column.name for tree in trees for column in tree.find_all(exp.Column)]
    kept = [name for name in dict.fromkeys(named) if name not in (*KEPT, *JUDGED)]
    return _as_texts(kept, one.relation)


def _as_texts(names: Sequence[str], relation: Relation) -> dict[str, exp.Expr]:
    """Return columns as texts: two sources seldom type a code alike."""
    return {name: exp.cast(column_expression(f'"{name}"', relation), "TEXT") for name in names}


def _number(text: str, relation: Relation) -> exp.Expr:
    tree = _read(text, relation)
    return number_expression(tree, _kind(tree, relation))


def _read(text: str, relation: Relation) -> exp.Expr:
    return with_numbers_read(column_expression(text, relation), relation)


def _kind(tree: exp.Expr, relation: Relation) -> Kind:
    if isinstance(tree, exp.Column):
        return relation.columns.get(tree.name, Kind.OTHER)
    return relation.warehouse.kinds(relation.select(tree.copy().as_("value")))["value"]


def higher_outcomes(outcomes: Mapping[str, PlannedOutcome]) -> tuple[str, ...]:
    """Return the outcomes of which more than expected is good."""
    return tuple(name for name, one in outcomes.items() if one.direction is OutcomeDirection.HIGH)


def _require_one_engine(declared: Sequence[DeclaredOutcome], sources: PlanSources) -> None:
    engines = {_engine(one, sources) for one in declared}
    if len(engines) > 1:
        raise UndefinedResult(
            Text(
                en="the outcomes of the plan lie on several engines, which cannot be read as one.",
                fr="les résultats attendus du plan sont sur plusieurs moteurs, qui ne se lisent "
                "pas comme un seul.",
            ),
            hint=Text(
                en="Name those of one engine: --only NAME.",
                fr="Nommez ceux d'un seul moteur : --only NOM.",
            ),
        )


def _engine(one: DeclaredOutcome, sources: PlanSources) -> str:
    if sources.lake is not None:
        return FILES
    mappings = sources.plan.mappings_of(one.outcome.fact or "")
    named = [str(one.outcome.source)] if not mappings else [own.source for own in mappings]
    return next((sources.plan.sources[name].url or FILES for name in named), FILES)
