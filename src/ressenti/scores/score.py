"""The score: a value that says what it is, on how many answers, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from ressenti.language import Language, Text, number_text, percent_text

CONFIDENCE = 0.95
SMALL_BASE = 30


class Unit(StrEnum):
    """What a value is counted in; it decides how the value is printed, never how it is stored."""

    POINTS = "points"
    PERCENT = "percent"
    PER_1000 = "per_1000"
    PER_10000 = "per_10000"
    SCALE = "scale"
    RATIO = "ratio"
    SHARE = "share"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"
    MONEY = "money"
    INCREMENTS = "increments"
    COEFFICIENT = "coefficient"
    SEVERAL = "several"


class Direction(StrEnum):
    """Which way is better; it belongs to the variant, not to the indicator."""

    HIGH = "high"
    LOW = "low"
    CONTEXT = "context"


class Reason(StrEnum):
    """Why a score has no value. Nothing is ever zero for lack of data."""

    NO_DATA = "no_data"
    INCONSISTENT_INPUT = "inconsistent_input"
    SUPPRESSED = "suppressed"
    UNDEFINED = "undefined"
    INVALID_WEIGHTS = "invalid_weights"
    SCALE_MISMATCH = "scale_mismatch"


class Flag(StrEnum):
    """What a reader must know beside the value."""

    SMALL_BASE = "small_base"
    ONE_ANSWER = "one_answer"
    INDICATIVE = "indicative"
    ABOVE_100 = "above_100"
    WEIGHTED = "weighted"
    CLUSTERED = "clustered"
    FEW_CLUSTERS = "few_clusters"
    INVALID_VALUES = "invalid_values"
    PRIOR_ONLY = "prior_only"
    CUSTOMER_ONLY = "customer_only"
    PROXY = "proxy"
    UNCORRECTED = "uncorrected"
    BUCKETED = "bucketed"
    FINITE_POPULATION = "finite_population"
    COMPLEMENT_SUPPRESSED = "complement_suppressed"
    MIXED_ENGINES = "mixed_engines"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open period [start, end) in the organisation's time zone, as ISO dates or instants."""

    start: str
    end: str
    grain: str = ""

    def to_dict(self) -> dict[str, str]:
        return {"start": self.start, "end": self.end, "grain": self.grain}


@dataclass(frozen=True, slots=True)
class Band:
    """A published reading of a value, never shown without its source.

    ``low`` and ``high`` bound the values [low, high) that the source calls ``label``.
    """

    label: Text
    source: str
    low: float | None = None
    high: float | None = None
    variants: tuple[str, ...] = ()

    def holds(self, value: float) -> bool:
        above = self.low is None or value >= self.low
        return above and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One value of one variant of one indicator, with everything needed to defend it.

    Parameters
    ----------
    value : float or None
        In ``unit``; None with a ``reason`` when undefined. Percentages are 0..100.
    n, n_effective : float
        Valid answers; what they are worth after weights and clusters.
    n_missing, n_invalid : int
        Left out: no answer; off the scale.
    low, high : float or None
        Interval at ``confidence``, by ``method``.
    parts : mapping
        The counts and companions the definition asks for, such as promoters and detractors.
    """

    indicator: str
    variant: str
    value: float | None
    unit: Unit
    direction: Direction
    n: float = 0
    n_effective: float | None = None
    n_missing: int = 0
    n_invalid: int = 0
    low: float | None = None
    high: float | None = None
    confidence: float = CONFIDENCE
    method: str | None = None
    level: Band | None = None
    reason: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    period: Period | None = None
    segment: Mapping[str, str | None] = field(default_factory=dict)
    compound: bool = False

    def __str__(self) -> str:
        name = f"{self.indicator}/{self.variant}"
        if self.value is None:
            return f"{name}: {self.reason or 'several values'}"
        value = value_text(self.value, self.unit, "en", finer=1)
        if self.low is None or self.high is None:
            return f"{name}: {value}, n = {self.n:g}"
        low, high = (value_text(x, self.unit, "en", finer=1) for x in (self.low, self.high))
        return f"{name}: {value} [{low}, {high}], n = {self.n:g}"

    @property
    def is_defined(self) -> bool:
        return self.value is not None

    @property
    def is_indicative(self) -> bool:
        """Tell whether the value is too unsure for a rank, a colour or an arrow."""
        return Flag.SMALL_BASE in self.flags or Flag.INDICATIVE in self.flags

    def with_flags(self, *flags: str) -> Score:
        added = tuple(flag for flag in flags if flag not in self.flags)
        return replace(self, flags=self.flags + added)

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the score as the JSON contract publishes it, unrounded.

        ``value`` is an object where the variant answers with several figures at once.
        """
        return {
            "indicator": self.indicator,
            "variant": self.variant,
            "period": None if self.period is None else self.period.to_dict(),
            "segment": dict(self.segment),
            "value": self._published_value(),
            "unit": str(self.unit),
            "direction": str(self.direction),
            "n": self.n,
            "n_effective": self.n_effective,
            "n_missing": self.n_missing,
            "n_invalid": self.n_invalid,
            "low": self.low,
            "high": self.high,
            "confidence": self.confidence,
            "method": self.method,
            "level": None
            if self.level is None
            else {"label": self.level.label.to(language), "source": self.level.source},
            "reason": None if self.reason is None else str(self.reason),
            "parts": dict(self.parts),
            "flags": [str(flag) for flag in self.flags],
        }

    def _published_value(self) -> Any:
        return dict(self.parts) if self.compound and self.reason is None else self.value


DECIMALS: Mapping[Unit, int] = {
    Unit.POINTS: 0,
    Unit.PERCENT: 1,
    Unit.SCALE: 2,
    Unit.RATIO: 2,
    Unit.SHARE: 3,
    Unit.SECONDS: 0,
    Unit.MINUTES: 1,
    Unit.HOURS: 1,
    Unit.DAYS: 1,
    Unit.COUNT: 0,
    Unit.MONEY: 2,
    Unit.INCREMENTS: 2,
    Unit.COEFFICIENT: 2,
}
UNIT_SUFFIXES: Mapping[Unit, Text] = {
    Unit.PER_1000: Text(en="‰", fr="‰"),
    Unit.PER_10000: Text(en="per 10,000", fr="pour 10\N{NARROW NO-BREAK SPACE}000"),
    Unit.SECONDS: Text(en="s", fr="s"),
    Unit.MINUTES: Text(en="min", fr="min"),
    Unit.HOURS: Text(en="h", fr="h"),
    Unit.DAYS: Text(en="d", fr="j"),
}


def value_text(
    value: float | None, unit: Unit, language: Language, *, finer: int = 0, signed: bool = False
) -> str:
    """Return a value as it is displayed: rounded once, here, with its unit.

    Net scores have no decimal, percentages one, means two; ``finer`` adds decimals, which a
    short interval may need.

    Examples
    --------
    >>> value_text(30.98, Unit.POINTS, "en"), value_text(12.5, Unit.PERCENT, "fr")
    ('31', '12,5\N{NARROW NO-BREAK SPACE}%')
    """
    decimals = DECIMALS.get(unit, 2) + finer
    if unit is Unit.PERCENT:
        return percent_text(value, language, decimals=decimals)
    digits = number_text(value, language, decimals=decimals, signed=signed)
    suffix = UNIT_SUFFIXES.get(unit)
    if value is None or suffix is None:
        return digits
    return f"{digits}\N{NO-BREAK SPACE}{suffix.to(language)}"
