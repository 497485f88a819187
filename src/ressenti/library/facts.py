"""Facts: a source whose columns are mapped to a fact's standard names, and derived from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.periods import Grain, first_day_of, span_starting, spans_from
from ressenti.facts.scales import SCALES, Polarity, Quantity, Scale
from ressenti.facts.schemas import FACTS, ColumnKind
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.requests import MeasureRequest, resolved_measure
from ressenti.library.times import wall_time
from ressenti.scores.definitions import Events
from ressenti.studies.questions import Measure
from ressenti.tallies.derivations import (
    AMOUNT,
    AT,
    Derivation,
    Facts,
    carried_names,
    derivation_called,
)
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation

BY_SOURCE = ("source", "source_id")
IDENTITIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "answers": (BY_SOURCE,),
    "emotions": (BY_SOURCE,),
    "contacts": (BY_SOURCE, ("contact_id",)),
    "subscriptions": (BY_SOURCE,),
    "orders": (BY_SOURCE, ("order_id",)),
    "outcomes": (BY_SOURCE,),
    "invitations": (BY_SOURCE, ("invitation_id",)),
}


def mapped_facts(
    relation: Relation,
    fact: str,
    mapping: Mapping[str, str],
    *,
    segments: Mapping[str, exp.Expr],
    dates: str | None = None,
    zone: str = "UTC",
    where: exp.Expr | None = None,
    others: Mapping[str, Facts] | None = None,
) -> Facts:
    """Return the facts of a relation: mapped columns under their standard names.

    A standard column that is not mapped is taken when the relation has a column of that name.

    Raises
    ------
    UnknownName
        R100, for a fact or a column of it that does not exist.
    """
    if fact not in FACTS:
        raise unknown_name(Text(en="fact", fr="fait"), fact, FACTS)
    known = {column.key: column for column in FACTS[fact].columns}
    for name in mapping:
        if name not in known:
            raise unknown_name(Text(en=f"column of {fact}", fr=f"colonne de {fact}"), name, known)
    own = {name: name for name in known if name in relation.columns} | dict(mapping)
    columns = [
        _standard(text, relation, known[name].kind, dates, zone).as_(name, quoted=True)
        for name, text in own.items()
    ]
    names = zip(carried_names(segments), segments.values(), strict=True)
    carried = [tree.copy().as_(name) for name, tree in names]
    query = relation.select(*columns, *carried)
    if where is not None:
        query = query.where(where.copy())
    if any(set(identity) <= set(own) for identity in IDENTITIES[fact]):
        # The same record exported twice happened once.
        query = query.distinct()
    return Facts(
        source=query.subquery("facts"),
        columns=frozenset(own),
        segments=tuple(segments),
        others=others or {},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a derivation makes, the measures that read it, and the periods it compares."""

    relation: Relation
    measures: list[Measure]
    first_days: tuple[str, ...] = ()


def derived_measures(
    requests: Sequence[MeasureRequest],
    facts: Facts,
    relation: Relation,
    options: Mapping[str, Any],
    grain: Grain | None = None,
) -> dict[str, Derived]:
    """Return, per derivation, what it makes and the measures that read it."""
    found: dict[str, Derived] = {}
    for request in requests:
        indicator, variant = variant_called(request.name)
        reads = variant.reads
        assert isinstance(reads, Events)  # noqa: S101 - the caller sorts requests by reading
        derivation = derivation_called(reads.derivation)
        own = {name: value for name, value in options.items() if name in derivation.options}
        settings = {**reads.options, **own}
        if "grain" in derivation.options and grain is not None:
            settings["grain"] = grain.value
        if derivation.per_period:
            settings["periods"] = _periods(derivation, facts, relation, grain, options)
        key = f"{reads.derivation}{sorted(settings.items())}"
        if key not in found:
            first_days = tuple(start for start, _ in settings.get("periods", ()))
            made = _relation(derivation, facts, relation, settings)
            found[key] = Derived(relation=made, measures=[], first_days=first_days)
        found[key].measures.append(
            Measure(
                key=request.key,
                indicator=indicator,
                variant=variant,
                value=exp.column(derivation.gives),
                kind=Kind.NUMBER if derivation.gives == AMOUNT else Kind.TEXT,
                scale=reads.amount or scale_of_events(derivation, reads.derivation),
            )
        )
    return found


ANSWER_COLUMNS = {"measure": "measure", "value": "value", "answered_at": "answered_at"}


def answer_measures(
    relation: Relation,
    requests: Sequence[MeasureRequest],
    mapping: Mapping[str, str],
    *,
    missing: Sequence[object] = (),
    scales: Mapping[str, Scale | Quantity] = SCALES,
) -> list[Measure]:
    """Return the measures of a long table of answers: one answered question a row.

    ``nps=recommend`` reads the rows whose ``measure`` is ``recommend``; ``nps`` alone reads those
    whose ``measure`` is ``nps``.
    """
    own = ANSWER_COLUMNS | dict(mapping)
    value = column_expression(own["value"], relation)
    kind = relation.columns.get(value.name, Kind.NUMBER)
    measures = []
    for request in requests:
        name = request.column or request.name.partition("/")[0]
        resolved = resolved_measure(
            replace(request, column=own["value"]),
            relation,
            missing_codes=missing,
            scales=scales,
        )
        measures.append(replace(resolved, key=request.key, value=value, kind=kind, named=name))
    return measures


def scale_of_events(derivation: Derivation, name: str) -> Scale:
    """Return the kinds of event a derivation tells apart, as a scale without direction."""
    return Scale(
        key=name,
        name=Text(en="kinds of events", fr="types d'événements"),
        levels=derivation.levels,
        polarity=Polarity.NEUTRAL,
    )


def _periods(
    derivation: Derivation,
    facts: Facts,
    relation: Relation,
    grain: Grain | None,
    options: Mapping[str, Any],
) -> tuple[tuple[str, str], ...]:
    """Return the periods to compare start and end of: those asked for, or all that are complete.

    The first period is left out: nobody can be a customer before the first fact.
    """
    if "start" in options and "end" in options:
        return ((str(options["start"]), str(options["end"])),)
    if grain is None:
        raise InvalidArgument(
            Text(
                en="retention compares the start and the end of a period: give --per, or "
                "--option start=DATE --option end=DATE.",
                fr="la rétention compare le début et la fin d'une période : donnez --per, ou "
                "--option start=DATE --option end=DATE.",
            )
        )
    bounds = relation.warehouse.fetch(derivation.bounds_query(facts)).to_pylist()[0]
    if bounds["first_at"] is None:
        return ()
    first = first_day_of(bounds["first_at"].date(), grain)
    starts = spans_from(first, bounds["last_at"].date(), grain)
    spans = [span_starting(start, grain) for start in starts]
    return tuple((start.isoformat(), end.isoformat()) for start, end in spans[1:])


def _relation(
    derivation: Derivation, facts: Facts, relation: Relation, options: Mapping[str, Any]
) -> Relation:
    query = derivation.query(facts, options)
    columns = {AT: Kind.WALL_TIME, derivation.gives: Kind.TEXT}
    columns |= dict.fromkeys(facts.segments, Kind.TEXT)
    return Relation(
        warehouse=relation.warehouse,
        source=query.subquery("derived"),
        columns=columns,
        name=relation.name,
    )


def _standard(
    text: str, relation: Relation, kind: ColumnKind, dates: str | None, zone: str
) -> exp.Expr:
    tree = column_expression(text, relation)
    found = relation.columns.get(tree.name, Kind.OTHER) if isinstance(tree, exp.Column) else None
    if kind.value in ("instant", "date", "wall_time"):
        return wall_time(tree, found or Kind.WALL_TIME, relation, dates=dates, zone=zone)
    if kind.value == "number":
        return number_expression(tree, found or Kind.NUMBER)
    return with_numbers_read(tree, relation)
