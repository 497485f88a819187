"""Definitions: what an indicator is, in both languages, and how each variant is computed.

An indicator's file is mostly words and a line of coefficients: it builds one ``Indicator`` from
the pieces here and holds no I/O, no SQL and no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ressenti.errors import unknown_name
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import Text
from ressenti.scores.estimates import Shape
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Band, Direction, Unit
from ressenti.tallies.tally import Tally


class Family(StrEnum):
    """Where an indicator comes from."""

    SURVEY = "survey"
    TEXT = "text"
    EMPLOYEE = "employee"
    LOYALTY = "loyalty"
    OPERATIONS = "operations"
    EXTERNAL = "external"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The variant reads answers on one of these scales; the first is meant when none is told.

    ``any_scale`` accepts every closed scale that declares what the variant needs, such as its
    positive levels; ``any_alike`` those with as many levels as the first one, such as a company's
    own wording of five levels of satisfaction.
    """

    scales: tuple[Scale, ...]
    any_scale: bool = False
    any_alike: bool = False

    def accepts(self, scale: Scale | Quantity) -> bool:
        if scale in self.scales:
            return True
        if not isinstance(scale, Scale):
            return False
        is_alike = len(scale.levels) == len(self.scales[0].levels) and bool(scale.positive)
        return self.any_scale or (self.any_alike and is_alike)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The variant reads a quantity: a duration, an amount, a count per fact."""

    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The variant reads facts through a derivation, a query from facts to facts.

    Parameters
    ----------
    fact : str
        The fact table, such as ``contacts``.
    derivation : str
        The module of ``ressenti.tallies.derivations``.
    needs : tuple of str
        Columns without which the variant is refused.
    options : mapping
        The derivation's defaults, such as ``window_days``.
    amount : Quantity or None
        What the derived value measures; None when the derivation gives levels.
    """

    fact: str
    derivation: str
    needs: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    amount: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The variant is worked out from named inputs only; ``needs`` names them for a person."""

    needs: tuple[str, ...]


Reading = Answers | Amounts | Events | Worked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a formula worked out directly, where no tally stands behind it.

    ``value`` is None with a ``reason``; ``parts`` are the figures published beside it.
    """

    value: float | None = None
    reason: str | None = None
    n: float = 0
    n_missing: int = 0
    n_invalid: int = 0
    low: float | None = None
    high: float | None = None
    n_effective: float | None = None
    method: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """The tally of an example that tells its own scale, such as marks out of 10."""

    tally: Tally
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One exact formula of an indicator, with its scale, unit and direction.

    Parameters
    ----------
    form : callable of a scale, giving the shape that scores tallies on it; None when the variant
        is only ever worked out from inputs.
    example : callable of Inputs, giving a Tally or Graded to score, or an Outcome
        What ``ressenti calc`` runs: one worked example in, from raw rows or from counts.
    compound : bool
        The published value is an object: the parts.
    """

    key: str
    name: Text
    formula: Text
    unit: Unit
    direction: Direction
    reads: Reading
    example: Callable[[Inputs], Tally | Graded | Outcome]
    form: Callable[[Scale | Quantity], Shape] | None = None
    low: float | None = None
    high: float | None = None
    compound: bool = False
    note: Text | None = None

    @property
    def scale(self) -> Scale | Quantity | None:
        """The scale meant when none is told."""
        if isinstance(self.reads, Answers):
            return self.reads.scales[0]
        if isinstance(self.reads, Amounts):
            return self.reads.quantity
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A named quantity with its published variants; the first variant is the default.

    Everything a person reads about it, on the command line, in the documentation or in the
    cockpit, comes from here: it is written once.
    """

    key: str
    name: Text
    abbreviation: Text
    family: Family
    definition: Text
    variants: tuple[Variant, ...]
    dated_by: Text
    question: Text | None = None
    follow_up: Text | None = None
    use_when: Text
    pitfalls: tuple[Text, ...]
    bands: tuple[Band, ...] = ()
    sources: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    mark: Text | None = None

    @property
    def default(self) -> Variant:
        return self.variants[0]

    def variant(self, key: str | None = None) -> Variant:
        """Return the variant of that key, the default one for None.

        Raises
        ------
        UnknownName
            R100, with the nearest keys.
        """
        if key is None:
            return self.default
        for variant in self.variants:
            if variant.key == key:
                return variant
        kind = Text(en=f"variant of {self.key}", fr=f"variante de {self.key}")
        raise unknown_name(kind, key, (variant.key for variant in self.variants))

    def band_of(self, value: float, variant: str) -> Band | None:
        """Return the first published band that holds the value of that variant, if any."""
        for band in self.bands:
            if band.holds(value) and variant in (band.variants or (self.default.key,)):
                return band
        return None
