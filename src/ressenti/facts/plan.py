"""The measurement plan: what an organisation measures, from which data, towards which targets.

A plan is reviewable text, ``ressenti.toml``; these are the objects it is read into and written
from. SQL expressions are kept as they were written: they are read against a relation, later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ressenti.facts.periods import Weekday
from ressenti.facts.plan_outcomes import PlannedOutcome
from ressenti.facts.scales import SCALES, Quantity, Scale
from ressenti.facts.schemas import ColumnKind
from ressenti.language import Language, Text

Code = str | int | float
Option = str | int | float | bool


class DateOrder(StrEnum):
    """In which order a source writes day, month and year: told, never guessed."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


class FileFormat(StrEnum):
    """How a file is to be read, where its name does not say."""

    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    JSON_LINES = "jsonl"
    SPSS = "sav"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Whose plan it is, and how it counts days, weeks and words."""

    name: str
    time_zone: str
    week_starts_on: Weekday = Weekday.MONDAY
    language: Language = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSource:
    """A file, or a database with one of its tables.

    Parameters
    ----------
    path, url : str or None
        Exactly one of them.
    table : str or None
        The table of a database, where the source is always the same one.
    missing : tuple of codes
        What stands for "no answer" in every column of the source.
    """

    path: str | None = None
    url: str | None = None
    table: str | None = None
    sheet: str | None = None
    format: FileFormat | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    dates: DateOrder | None = None
    missing: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactMapping:
    """Where rows of a fact come from: a source, and an SQL expression for each column.

    Parameters
    ----------
    fact : str
        A key of ``FACTS``.
    source : str
        A source of the plan.
    table : str or None
        A table of that source, where the source does not name one.
    columns : mapping of column to expression
        Columns that are not named are taken from columns of the same name, where there are any.
    where : str or None
        The condition of the rows that are facts.
    """

    fact: str
    source: str
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMeasure:
    """What feeds an indicator: a question, a column, or the events of a fact.

    Parameters
    ----------
    indicator : str
        ``nps``, or ``nps/weighted`` for one of its variants.
    fact, source : str or None
        Where the rows are; exactly one of them.
    column, question : str or None
        What is read in them; at most one of them, and none where events are counted.
    scale : str or None
        A scale of the plan or of Ressenti; None for the indicator's own.
    missing : tuple of codes
        Further codes for "no answer", on this question.
    at : str or None
        What dates a row; None for the column that dates the fact.
    options : mapping
        What the indicator lets one choose, such as ``window_days``.
    """

    indicator: str
    fact: str | None = None
    source: str | None = None
    column: str | None = None
    question: str | None = None
    scale: str | None = None
    missing: tuple[Code, ...] = ()
    weight: str | None = None
    where: str | None = None
    at: str | None = None
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something scores are split by."""

    column: str
    label: Text
    kind: ColumnKind = ColumnKind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The value a measure should reach, in its indicator's unit; ``by`` a day, or always."""

    value: float
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """A step of the customer's journey; ``touchpoints`` are the values that stand for it."""

    key: str
    label: Text
    touchpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A measurement plan, checked: every name in it is the name of something."""

    organisation: Organisation
    sources: Mapping[str, PlannedSource] = field(default_factory=dict)
    facts: tuple[FactMapping, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    measures: Mapping[str, PlannedMeasure] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    outcomes: Mapping[str, PlannedOutcome] = field(default_factory=dict)
    journey: tuple[JourneyStep, ...] = ()

    def scale_of(self, measure: str) -> Scale | Quantity | None:
        """Return the scale a measure names, of the plan or of Ressenti; None when it names none."""
        key = self.measures[measure].scale
        if key is None:
            return None
        return self.scales[key] if key in self.scales else SCALES[key]

    def mappings_of(self, fact: str) -> tuple[FactMapping, ...]:
        return tuple(mapping for mapping in self.facts if mapping.fact == fact)
