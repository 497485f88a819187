"""Measured: what an organisation follows, as the studies of the engine know it."""

from __future__ import annotations

from functools import cache

from sqlglot import exp

from ressenti.errors import UndefinedResult
from ressenti.facts.scales import Quantity, Scale, scale_called
from ressenti.indicators import indicator_called
from ressenti.language import Text
from ressenti.scores.definitions import Events, Family, Reading, Variant
from ressenti.scores.judgement import LEVELS_OF_EVENTS
from ressenti.server.models import Measure, Organisation
from ressenti.server.tallying.kinds import EVENT_FACTS
from ressenti.studies import questions
from ressenti.tallies.derivations import derivation_called
from ressenti.tallies.suppression import FLOOR
from ressenti.warehouse.relations import Kind

NOT_READ_OFF = Text(
    en="This indicator is worked out from several inputs together: it cannot be followed live.",
    fr="Cet indicateur se calcule à partir de plusieurs données réunies : "
    "il ne peut pas être suivi en direct.",
)


def studied(measure: Measure) -> questions.Measure:
    """Return a measure of the server as one that the studies judge.

    Raises
    ------
    UnknownName
        R100, when the catalogue no longer has the indicator, the variant or the scale.
    UndefinedResult
        R206, when the variant is worked out from several inputs rather than read off tallies.
    """
    return studied_as(measure.indicator, measure.variant, measure.scale)


@cache
def studied_as(indicator_key: str, variant_key: str, scale_key: str) -> questions.Measure:
    """Return what the studies judge under these names; an empty scale is the variant's own."""
    indicator = indicator_called(indicator_key)
    variant = indicator.variant(variant_key)
    if variant.form is None:
        raise UndefinedResult(NOT_READ_OFF)
    return questions.Measure(
        key=f"{indicator_key}/{variant_key}",
        indicator=indicator,
        variant=variant,
        value=exp.column("level"),
        kind=Kind.TEXT,
        scale=scale_called(scale_key) if scale_key else _own_scale(variant),
    )


def _own_scale(variant: Variant) -> Scale | Quantity:
    reads = variant.reads
    if isinstance(reads, Events):
        return reads.amount or _scale_of_events(reads.derivation)
    return variant.scale or LEVELS_OF_EVENTS


def _scale_of_events(name: str) -> Scale:
    # Imported where it is wanted: it brings along all that imports files.
    from ressenti.library.facts import scale_of_events

    return scale_of_events(derivation_called(name), name)


def counts_events(measure: questions.Measure) -> bool:
    """Tell whether a measure counts events, which know fewer dimensions than answers do.

    What was read in a comment belongs to the response it came with.
    """
    return are_events(measure.variant.reads)


def are_events(reads: Reading) -> bool:
    """Tell whether what a variant reads is events that the record keeps."""
    return isinstance(reads, Events) and reads.fact in EVENT_FACTS


def smallest_group(organisation: Organisation, measure: questions.Measure) -> int | None:
    """Return how many answers a group needs to be shown; None when any number will do.

    Employees are protected whatever the organisation decided.
    """
    least: int = organisation.smallest_group
    if measure.indicator.family is Family.EMPLOYEE:
        return max(least, FLOOR)
    return least if least > 1 else None
