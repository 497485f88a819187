"""Import origins: what is to be imported, opened, and what a call or a plan says of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ressenti.errors import InvalidArgument, UnknownColumn
from ressenti.facts.plan import FactMapping, PlannedMeasure
from ressenti.facts.scales import SCALES, Scale
from ressenti.facts.schemas import Fact
from ressenti.language import Text
from ressenti.library.import_rows import Question, Recipe
from ressenti.library.planned_sources import PlanSources
from ressenti.library.plans import opened_plan
from ressenti.library.requests import MeasureRequest, resolved_measure
from ressenti.sources import open_source
from ressenti.sources.options import AS_FOUND, SourceOptions
from ressenti.studies.questions import Measure
from ressenti.tallies.counting import Reading
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Relation

ANSWERS, VALUE = "answers", "value"
SPREADSHEET_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a call says about its source.

    ``zone`` and ``dates`` are None where the plan, or looking, may say.
    """

    source: Any
    mapping: Mapping[str, str]
    zone: str | None = None
    dates: str | None = None
    options: SourceOptions = AS_FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An opened source and how its records become rows.

    Parameters
    ----------
    readings : mapping of measure or question to Reading
        How the answers to it are read.
    path : Path or None
        The file, whose lines the report of rejects names.
    """

    relation: Relation
    recipe: Recipe
    readings: Mapping[str, Reading]
    path: Path | None
    options: SourceOptions

    def reading_of(self, key: str | None, scale: str | None) -> Reading | None:
        """Return how an answer is read: as its measure says, else on the scale it names."""
        if key is not None and key in self.readings:
            return self.readings[key]
        known = SCALES.get(scale or "")
        return None if known is None else Reading(known)


def origin_of_source(fact: Fact, told: Told) -> Origin:
    """Return a source as it is, with the mapping of the call."""
    relation = open_source(told.source, options=told.options)
    return Origin(
        relation=relation,
        recipe=Recipe(
            fact=fact,
            mapping=told.mapping,
            source=relation.name,
            dates=told.dates,
            zone=told.zone or "UTC",
            is_spreadsheet=_is_spreadsheet(_file(told.source)),
        ),
        readings={},
        path=_file(told.source),
        options=told.options,
    )


def origin_in_plan(fact: Fact, told: Told, config: Path | str) -> Origin:
    """Return a source of a plan, mapped as the plan says and as the call adds.

    Raises
    ------
    InvalidArgument
        R102, when the plan maps several tables of the source to the fact, or a measure is read
        on a scale whose levels are words.
    """
    sources = opened_plan(config, told.source, options=told.options)
    name = sources.only_source()
    planned = _mapping(sources, fact, name)
    relation = sources.opened(name, planned.table)
    mapping = {
        column: text
        for column, text in {**planned.columns, **told.mapping}.items()
        if column not in sources.plan.dimensions
    }
    questions = _questions(sources, name, relation, mapping) if fact.key == ANSWERS else {}
    read = questions or _asked(sources, name, relation, mapping)
    return Origin(
        relation=relation,
        recipe=Recipe(
            fact=fact,
            mapping=mapping,
            source=name,
            segments=_segments(sources, planned, relation),
            questions=tuple(questions.values()),
            where=planned.where,
            dates=told.dates or sources.date_order(name),
            zone=told.zone or sources.plan.organisation.time_zone,
            is_spreadsheet=_is_spreadsheet(_file(told.source) or sources.path_of(name)),
        ),
        readings={key: _reading(key, one) for key, one in read.items()},
        path=_file(told.source) or sources.path_of(name),
        options=sources.options_of(name),
    )


def _mapping(sources: PlanSources, fact: Fact, name: str) -> FactMapping:
    own = [one for one in sources.plan.mappings_of(fact.key) if one.source == name]
    if len(own) > 1:
        listed = ", ".join(str(one.table) for one in own)
        raise InvalidArgument(
            Text(
                en=f"the plan maps several tables of '{name}' to the {fact.key}: {listed}.",
                fr=f"le plan associe plusieurs tables de « {name} » aux faits « {fact.key} » : "
                f"{listed}.",
            ),
            hint=Text(en="Make a source of each.", fr="Faites une source de chacune."),
        )
    return own[0] if own else FactMapping(fact=fact.key, source=name)


def _segments(sources: PlanSources, planned: FactMapping, relation: Relation) -> dict[str, str]:
    """Return the dimensions of the plan that the source has."""
    found = {}
    for name, dimension in sources.plan.dimensions.items():
        text = planned.columns.get(name, dimension.column)
        with suppress(UnknownColumn):
            column_expression(text, relation)
            found[name] = text
    return found


def _questions(
    sources: PlanSources, name: str, relation: Relation, mapping: Mapping[str, str]
) -> dict[str, Question]:
    """Return the columns of a survey that the plan measures; none where a row is an answer."""
    if VALUE in mapping or VALUE in relation.columns:
        return {}
    return {
        key: Question(
            name=key,
            column=str(measure.column),
            measure=_resolved(key, measure, str(measure.column), sources, name, relation),
            where=measure.where,
            weight=measure.weight,
            at=measure.at,
        )
        for key, measure in sources.plan.measures.items()
        if measure.source == name and measure.column is not None
    }


def _asked(
    sources: PlanSources, name: str, relation: Relation, mapping: Mapping[str, str]
) -> dict[str, Measure]:
    """Return the measures of answers in a long table, by their name and by their question."""
    column = mapping.get(VALUE, VALUE)
    found = {}
    for key, measure in sources.plan.measures.items():
        if measure.fact == ANSWERS and measure.column is None:
            own = _resolved(key, measure, column, sources, name, relation)
            found[key] = own
            found[measure.question or key] = own
    return found


def _resolved(
    key: str,
    measure: PlannedMeasure,
    column: str,
    sources: PlanSources,
    name: str,
    relation: Relation,
) -> Measure:
    request = MeasureRequest(
        measure.indicator,
        column,
        measure.scale,
        called=key,
        missing=(*sources.plan.sources[name].missing, *measure.missing),
    )
    return resolved_measure(request, relation, scales={**SCALES, **sources.plan.scales})


def _reading(key: str, asked: Question | Measure) -> Reading:
    measure = asked.measure if isinstance(asked, Question) else asked
    scale = measure.scale
    if isinstance(scale, Scale) and any(isinstance(level, str) for level in scale.levels):
        raise InvalidArgument(
            Text(
                en=f"'{key}' is read on '{scale.key}', whose levels are words; facts hold numbers.",
                fr=f"« {key} » se lit sur « {scale.key} », dont les niveaux sont des mots ; les "
                "faits contiennent des nombres.",
            ),
            hint=Text(
                en="Number the levels in the plan and give the words as labels.",
                fr="Numérotez les niveaux dans le plan et donnez les mots comme libellés.",
            ),
        )
    return Reading(scale, measure.missing_codes, measure.labels)


def _is_spreadsheet(path: Path | None) -> bool:
    return path is not None and not SPREADSHEET_SUFFIXES.isdisjoint(
        map(str.casefold, path.suffixes)
    )


def _file(source: Any) -> Path | None:
    is_file = isinstance(source, str | Path) and Path(source).is_file()
    return Path(source) if is_file else None
