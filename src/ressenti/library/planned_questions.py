"""Planned questions: the measures of a plan as the fewest passes over its sources and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ressenti.errors import InvalidArgument, Place, RessentiError, unknown_name
from ressenti.facts.plan import PlannedMeasure
from ressenti.facts.scales import SCALES
from ressenti.facts.schemas import FACTS
from ressenti.indicators import catalogue, variant_called
from ressenti.language import Text
from ressenti.library.planned_sources import PlanSources
from ressenti.library.questions import OWN_WEIGHT, questions_on
from ressenti.library.request import Request
from ressenti.library.requests import MeasureRequest, read_measure
from ressenti.scores.definitions import Events
from ressenti.studies.questions import Question
from ressenti.tallies.derivations import derivation_called
from ressenti.warehouse.relations import Relation

ANSWERS = "answers"
DERIVED_BOUNDS = ("start", "end")


@dataclass(slots=True)
class Pass:
    """What can be answered together: one relation, one selection of its rows."""

    relation: Relation
    asked: Request
    others: Mapping[str, Relation]
    requests: list[MeasureRequest] = field(default_factory=list)


def planned_questions(sources: PlanSources, asked: Request) -> list[Question]:
    """Return the passes that answer a request on a plan: one a relation and selection of rows.

    Parameters
    ----------
    sources : PlanSources
    asked : Request
        Its measures are names of the plan, or read ``INDICATOR[/VARIANT][=COLUMN[:SCALE]]``.

    Raises
    ------
    RessentiError
        When a name, a column or an expression means nothing here.
    """
    if not asked.measures:
        raise _no_measure(sources)
    passes: list[Pass] = []
    for text in asked.measures:
        measure = sources.plan.measures.get(text) or _free_measure(text, sources)
        own = _pass_of(text, measure, sources, asked)
        same = next(
            (one for one in passes if one.relation is own.relation and one.asked == own.asked), None
        )
        if same is None:
            passes.append(own)
        else:
            same.requests += own.requests
            same.others = {**same.others, **own.others}
    return [
        question
        for one in passes
        for question in questions_on(one.relation, one.requests, one.asked, one.others)
    ]


def _pass_of(name: str, measure: PlannedMeasure, sources: PlanSources, asked: Request) -> Pass:
    """Return the pass of one measure."""
    if sources.lake is not None and measure.source is not None:
        # In a folder of facts, what a column held is among the answers, under the measure's name.
        measure = replace(
            measure, source=None, fact=ANSWERS, column=None, where=None, weight=None, at=None
        )
    own = replace(
        asked,
        measures=(),
        scales={**SCALES, **sources.plan.scales},
        where=_both(measure.where, asked.where),
        weight=asked.weight or measure.weight,
        at=asked.at or measure.at,
        derivation_options={**measure.options, **(asked.derivation_options or {})},
    )
    _, variant = variant_called(measure.indicator)
    if isinstance(variant.reads, Events) and measure.column is None and measure.question is None:
        _refuse_what_events_ignore(name, measure, variant.reads)
        return _pass_of_events(name, measure, variant.reads, sources, own)
    _refuse_options(name, measure)
    if measure.source is not None:
        return _pass_of_source(name, measure, sources, own)
    return _pass_of_fact(name, measure, sources, own)


def _pass_of_events(
    name: str, measure: PlannedMeasure, reads: Events, sources: PlanSources, own: Request
) -> Pass:
    derivation = derivation_called(reads.derivation)
    fact = derivation.fact
    if measure.fact not in (None, fact):
        raise InvalidArgument(
            Text(
                en=f"'{name}' is computed from {fact}, not from {measure.fact}.",
                fr=f"« {name} » se calcule sur des faits « {fact} », pas « {measure.fact} ».",
            ),
            place=Place(file=sources.name),
        )
    asked = replace(
        own, facts=fact, mapping={}, at=None, dates=own.dates or sources.date_order_of_fact(fact)
    )
    others = sources.facts_beside(fact, derivation.also)
    return Pass(sources.fact(fact), asked, others, [MeasureRequest(measure.indicator, called=name)])


def _pass_of_source(name: str, measure: PlannedMeasure, sources: PlanSources, own: Request) -> Pass:
    """Return the pass of a column of a source, dated and weighted as its answers are mapped."""
    source = str(measure.source)
    answers = [one for one in sources.plan.mappings_of(ANSWERS) if one.source == source]
    mapped = answers[0].columns if len(answers) == 1 else {}
    asked = replace(
        own,
        at=own.at or mapped.get("answered_at"),
        weight=own.weight or mapped.get("weight"),
        dates=own.dates or sources.date_order(source),
    )
    missing = (*sources.plan.sources[source].missing, *measure.missing)
    request = MeasureRequest(
        measure.indicator, measure.column, measure.scale, called=name, missing=missing
    )
    return Pass(sources.relation(source), asked, {}, [request])


def _pass_of_fact(name: str, measure: PlannedMeasure, sources: PlanSources, own: Request) -> Pass:
    """Return the pass of a question among the answers, or of a column of another fact."""
    fact = measure.fact or ANSWERS
    relation = sources.fact(fact)
    asked = replace(own, dates=own.dates or sources.date_order_of_fact(fact))
    if fact == ANSWERS and asked.weight is None and "weight" in relation.columns:
        asked = replace(asked, weight=OWN_WEIGHT)
    column = measure.column
    if column is not None:
        asked = replace(asked, at=asked.at or FACTS[fact].dated_by)
    elif fact == ANSWERS:
        which = "measure" if measure.question is None else "question"
        asked = replace(asked, facts=fact, mapping={"measure": which})
        column = measure.question or name
    missing = (*sources.codes_of_fact(fact), *measure.missing)
    request = MeasureRequest(measure.indicator, column, measure.scale, called=name, missing=missing)
    return Pass(relation, asked, {}, [request])


def _free_measure(text: str, sources: PlanSources) -> PlannedMeasure:
    """Return what a person asks beside the plan: a column of its source, or events it maps."""
    request = read_measure(text, {**SCALES, **sources.plan.scales})
    try:
        _, variant = variant_called(request.name)
    except RessentiError:
        if request.column is None:
            known = [*sources.plan.measures, *catalogue()]
            raise unknown_name(Text(en="measure", fr="mesure"), text, known) from None
        raise
    if request.column is not None:
        return PlannedMeasure(
            indicator=request.name,
            source=sources.only_source(),
            column=request.column,
            scale=request.scale,
        )
    if isinstance(variant.reads, Events):
        return PlannedMeasure(indicator=request.name, fact=variant.reads.fact)
    raise unknown_name(
        Text(en="measure of the plan", fr="mesure du plan"), text, sources.plan.measures
    )


def _both(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return f"({one}) AND ({other})"


def _refuse_options(name: str, measure: PlannedMeasure) -> None:
    if measure.options:
        listed = ", ".join(measure.options)
        raise InvalidArgument(
            Text(
                en=f"'{name}' is read from answers and takes no options: {listed}.",
                fr=f"« {name} » se lit dans des réponses et ne prend pas d'options : {listed}.",
            )
        )


def _refuse_what_events_ignore(name: str, measure: PlannedMeasure, reads: Events) -> None:
    """Raise when a measure of events says what could only be ignored."""
    derivation = derivation_called(reads.derivation)
    for option in measure.options:
        if option not in derivation.options and option not in DERIVED_BOUNDS:
            raise unknown_name(Text(en="option", fr="réglage"), option, derivation.options)
    ignored = [
        key
        for key in ("weight", "scale", "at", "missing")
        if getattr(measure, key) not in (None, ())
    ]
    if ignored:
        listed = ", ".join(ignored)
        raise InvalidArgument(
            Text(
                en=f"'{name}' counts events, dated by {derivation.dated_by}: {listed} cannot be "
                "said of it.",
                fr=f"« {name} » compte des événements, datés par {derivation.dated_by} : {listed} "
                "n'a pas de sens ici.",
            )
        )


def _no_measure(sources: PlanSources) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"'{sources.name}' has no measure here.",
            fr=f"« {sources.name} » n'a pas de mesure ici.",
        ),
        hint=Text(
            en="Add [measures.NAME] to it, or name one: --measure INDICATOR=COLUMN.",
            fr="Ajoutez-y [measures.NOM], ou nommez-en une : --measure INDICATEUR=COLONNE.",
        ),
    )
