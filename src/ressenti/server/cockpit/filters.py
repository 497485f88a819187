"""Filters: which part of the answers a page is about, read from its address and written back.

Everything an address may say is checked against closed lists before it gets near a query, so that
a page either shows exactly what was asked or says what is wrong with the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.periods import Grain
from ressenti.language import Text

UNIT = "unit"
DIMENSIONS = (UNIT, "touchpoint", "channel", "survey", "language")
SEGMENT = "segment."
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What may be chosen: for each dimension its values, each with what a person calls it.

    A segment is a dimension whose name starts with ``segment.`` in an address. The values of the
    dimensions ``unlisted`` were not looked up: whatever is asked is taken for one.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()

    def holds(self, dimension: str, value: str) -> bool:
        return dimension in self.unlisted or value in self.values[dimension]

    def label(self, dimension: str, value: str) -> str:
        return self.values.get(dimension, {}).get(value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The question of a page.

    Parameters
    ----------
    grain : Grain
        How long a period is.
    start, end : date or None
        First and last day wanted; the periods that hold them are taken whole. None for the latest
        periods.
    where : tuple of (dimension, value)
        One value a dimension, sorted by dimension. A unit stands for everything below it.

    Examples
    --------
    >>> Filters(where=(("channel", "qr"), ("unit", "lyon"))).query()
    'per=month&channel=qr&unit=lyon'
    """

    grain: Grain = Grain.MONTH
    start: date | None = None
    end: date | None = None
    where: tuple[tuple[str, str], ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.where)

    def value(self, dimension: str) -> str | None:
        return dict(self.where).get(dimension)

    def narrowed(self, dimension: str, value: str | None) -> Filters:
        """Return the filters with one dimension set, or free again where ``value`` is None."""
        kept = [(name, own) for name, own in self.where if name != dimension]
        if value is not None:
            kept.append((dimension, value))
        return replace(self, where=tuple(sorted(kept)))

    def query(self, **more: str) -> str:
        """Return the query string from which the same filters are read again."""
        told = {"per": self.grain.value}
        if self.start is not None:
            told["from"] = self.start.isoformat()
        if self.end is not None:
            told["to"] = self.end.isoformat()
        told |= {name_in_address(name): value for name, value in self.where}
        return urlencode(told | more)


def name_in_address(dimension: str) -> str:
    """Return how an address names a dimension: ``unit``, ``segment.country``."""
    return dimension if dimension in DIMENSIONS else f"{SEGMENT}{dimension}"


def filters_of_query(query: QueryDict, choices: Choices) -> Filters:
    """Return the filters that an address asks for.

    Parameters that are no filter belong to others and are left alone.

    Raises
    ------
    UnknownName
        R100, for a grain, a dimension or a value that is not among the choices.
    InvalidArgument
        R102, for a day that is none, or a parameter that is told twice.
    """
    where = []
    for name in query:
        dimension = _dimension(name, choices)
        value = None if dimension is None else _only_value(query, name)
        if dimension is not None and value:
            if not choices.holds(dimension, value):
                raise unknown_name(Text(en=dimension, fr=dimension), value[:80], ())
            where.append((dimension, value))
    start, end = _day(query, "from"), _day(query, "to")
    if start is not None and end is not None and end < start:
        raise InvalidArgument(
            Text(
                en=f"the period ends on {end}, before it starts on {start}.",
                fr=f"la période finit le {end}, avant de commencer le {start}.",
            )
        )
    return Filters(grain=_grain(query), start=start, end=end, where=tuple(sorted(where)))


def _dimension(name: str, choices: Choices) -> str | None:
    if name in DIMENSIONS:
        return name
    if not name.startswith(SEGMENT):
        return None
    segment = name.removeprefix(SEGMENT)
    if segment not in choices.values or segment in DIMENSIONS:
        raise unknown_name(Text(en="segment", fr="segment"), segment[:80], ())
    return segment


def _grain(query: QueryDict) -> Grain:
    told = _only_value(query, "per")
    if not told:
        return Grain.MONTH
    if told not in {*Grain}:
        kind = Text(en="length of period", fr="durée de période")
        raise unknown_name(kind, told[:80], [grain.value for grain in Grain])
    return Grain(told)


def _day(query: QueryDict, name: str) -> date | None:
    told = _only_value(query, name)
    if not told:
        return None
    try:
        found = date.fromisoformat(told) if ISO_DAY.fullmatch(told) else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        raise InvalidArgument(
            Text(
                en=f"“{told[:80]}” is no day: write it as 2026-11-22.",
                fr=f"« {told[:80]} » n'est pas un jour : écrivez-le ainsi, 2026-11-22.",
            )
        )
    return found


def _only_value(query: QueryDict, name: str) -> str:
    values = query.getlist(name)
    if len(values) > 1:
        raise InvalidArgument(
            Text(en=f"“{name[:80]}” is told twice.", fr=f"« {name[:80]} » est dit deux fois.")
        )
    return values[0].strip() if values else ""
