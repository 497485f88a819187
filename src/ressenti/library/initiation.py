"""Initiation: what a file could feed, as suggestions that a person takes or leaves, and the plan.

Nothing here decides: a column of whole numbers from 0 to 10 could be a likelihood to recommend,
and is one only when a person says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ressenti.facts.plan import (
    Code,
    DateOrder,
    Dimension,
    FactMapping,
    Organisation,
    Plan,
    PlannedMeasure,
    PlannedSource,
)
from ressenti.facts.scales import Scale
from ressenti.indicators import catalogue
from ressenti.language import Text
from ressenti.library.portraits import Portrait, fitting_scales, has_word
from ressenti.scores.definitions import Answers, Indicator, Variant
from ressenti.sources.options import AS_FOUND, SourceOptions

NAME_WORDS: Mapping[str, tuple[str, ...]] = {
    "nps": ("nps", "recom", "netpro"),
    "csat": ("csat", "satisf", "content", "quality", "qualite", "overall"),
    "ces": ("ces", "effort", "eas", "facil"),
    "review_score": ("star", "etoile", "review", "avis", "rating"),
    "enps": ("enps",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An indicator that a column could feed, on a scale that its values fit."""

    indicator: str
    scale: str
    is_named: bool


def suggestions(found: Portrait) -> list[Suggestion]:
    """Return the indicators that a column could feed, those that its name speaks of first.

    Of a column in which no value comes twice, only those: it more likely numbers the records.

    Examples
    --------
    >>> from ressenti.library.portraits import portrait
    >>> from ressenti.warehouse.relations import Kind
    >>> answers = portrait("NETPRO", Kind.TEXT, [str(mark) for mark in range(11)])
    >>> suggestions(answers)[0]
    Suggestion(indicator='nps', scale='0-10', is_named=True)
    """
    if found.is_date:
        return []
    fitting = fitting_scales(found)
    listed = []
    for indicator in catalogue().values():
        is_named = has_word(found.name, NAME_WORDS.get(indicator.key, (indicator.key,)))
        for scale in fitting:
            variant = _variant_on(indicator, scale)
            if variant is not None and (is_named or not found.is_identifier):
                name = (
                    indicator.key
                    if variant == indicator.default
                    else f"{indicator.key}/{variant.key}"
                )
                listed.append(Suggestion(indicator=name, scale=scale.key, is_named=is_named))
    first_guess = {name: place for place, name in enumerate(NAME_WORDS)}
    return sorted(
        listed,
        key=lambda one: (not one.is_named, first_guess.get(one.indicator, len(first_guess))),
    )


def _variant_on(indicator: Indicator, scale: Scale) -> Variant | None:
    """Return the first variant of an indicator that is read from a column on a scale."""
    for variant in indicator.variants:
        reads = variant.reads
        if isinstance(reads, Answers) and variant.form is not None and scale in reads.scales:
            return variant
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenMeasure:
    """What a person said a column feeds, and which of its values mean "no answer"."""

    indicator: str
    scale: str
    missing: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person said about a file.

    Parameters
    ----------
    measures : mapping of column to ChosenMeasure
    dimensions : sequence of columns
    identified_by, customer, weight, dated_by : str or None
        Columns; None where there is none.
    """

    organisation: Organisation
    dated_by: str | None = None
    date_order: DateOrder | None = None
    measures: Mapping[str, ChosenMeasure] = field(default_factory=dict)
    weight: str | None = None
    dimensions: Sequence[str] = ()
    identified_by: str | None = None
    customer: str | None = None


def plan_of(chosen: Chosen, file: Path, *, folder: Path, options: SourceOptions = AS_FOUND) -> Plan:
    """Return the plan of what a person said, with the file's path as seen from the plan's folder.

    Examples
    --------
    >>> comptoir = Organisation(name="Comptoir", time_zone="Europe/Paris")
    >>> recommend = ChosenMeasure(indicator="nps", scale="0-10", missing=(99,))
    >>> chosen = Chosen(organisation=comptoir, measures={"mark": recommend})
    >>> plan = plan_of(chosen, Path("data/visits 2026.csv"), folder=Path())
    >>> plan.sources["visits_2026"].path, plan.measures["mark"].missing
    ('data/visits 2026.csv', (99,))
    """
    name = re.sub(r"\W+", "_", file.name.partition(".")[0]).strip("_") or "source"
    columns = {
        "response_id": chosen.identified_by,
        "respondent_id": chosen.customer,
        "answered_at": chosen.dated_by,
        "weight": chosen.weight,
    }
    mapped = {key: column for key, column in columns.items() if column is not None}
    return Plan(
        organisation=chosen.organisation,
        sources={
            name: PlannedSource(
                path=Path(os.path.relpath(file, folder)).as_posix(),
                encoding=options.encoding,
                separator=options.separator,
                sheet=options.sheet,
                dates=chosen.date_order,
            )
        },
        facts=(FactMapping(fact="answers", source=name, columns=mapped),) if mapped else (),
        measures={
            column: PlannedMeasure(
                indicator=one.indicator,
                source=name,
                column=column,
                scale=one.scale,
                missing=one.missing,
            )
            for column, one in chosen.measures.items()
        },
        dimensions={
            column: Dimension(column=column, label=Text(en=column, fr=column))
            for column in chosen.dimensions
        },
    )
