"""Portraits: what the first records of a file show of each column, before anybody says anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ressenti.errors import AmbiguousDates, InvalidArgument
from ressenti.facts.raw_values import folded, is_missing, number_in
from ressenti.facts.scales import SCALES, Level, Scale
from ressenti.language import Text
from ressenti.sources.date_reading import date_reading
from ressenti.warehouse.relations import Kind, Relation

LOOKED_AT = 20_000
FITTING_SHARE = 0.9
MOST_GROUPS = 40
TIMES = frozenset({Kind.DATE, Kind.WALL_TIME, Kind.INSTANT})
WEIGHT_WORDS = ("weight", "poids", "wgt", "pond")
CUSTOMER_WORDS = ("customer", "client", "respondent", "repondant", "member", "adherent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What the first records of a file show of one column.

    Parameters
    ----------
    filled : int
        Values that are not blank.
    counts : mapping of value to int
        How often each was met, the most frequent first.
    lowest, highest : float or None
        Of the numbers; None when a value is no number.
    is_date : bool
    is_ambiguous : bool
        The order of day and month is not told by any value.
    """

    name: str
    kind: Kind
    filled: int
    counts: Mapping[str, int]
    lowest: float | None = None
    highest: float | None = None
    is_whole: bool = False
    is_date: bool = False
    is_ambiguous: bool = False
    labels: Mapping[Any, str] = field(default_factory=dict)

    @property
    def is_identifier(self) -> bool:
        """Every record has its own value."""
        return self.filled > 1 and len(self.counts) == self.filled

    @property
    def is_weight(self) -> bool:
        """It could be a weight: no number negative, and some not whole unless it is so named."""
        is_positive = self.lowest is not None and self.lowest >= 0
        return is_positive and (not self.is_whole or has_word(self.name, WEIGHT_WORDS))

    @property
    def is_group(self) -> bool:
        """It could split scores: a few texts or codes, each met several times on average."""
        return (
            not self.is_date
            and 1 < len(self.counts) <= MOST_GROUPS
            and 2 * len(self.counts) <= self.filled
            and (self.lowest is None or bool(self.labels))
        )

    @property
    def is_customer(self) -> bool:
        return has_word(self.name, CUSTOMER_WORDS)

    def text(self) -> Text:
        """Return what a person sees of the column."""
        if self.is_date:
            kind = Text(en="dates", fr="dates")
        elif self.lowest is not None and self.highest is not None:
            bounds = f"{self.lowest:g}–{self.highest:g}"
            kind = (
                Text(en=f"whole numbers {bounds}", fr=f"nombres entiers {bounds}")
                if self.is_whole
                else Text(en=f"numbers {bounds}", fr=f"nombres {bounds}")
            )
        else:
            shown = ", ".join(list(self.counts)[:3])
            kind = Text(en=f"texts: {shown}", fr=f"textes : {shown}")
        different = len(self.counts)
        return Text(
            en=f"{kind.en} ({different} different)", fr=f"{kind.fr} ({different} différentes)"
        )


def portraits(relation: Relation) -> list[Portrait]:
    """Return the portrait of every column, from the first twenty thousand records."""
    columns = [relation.column(name) for name in relation.columns]
    looked_at = relation.warehouse.fetch(relation.select(*columns).limit(LOOKED_AT))
    return [
        portrait(name, kind, looked_at[name].to_pylist(), labels=relation.labels.get(name, {}))
        for name, kind in relation.columns.items()
    ]


def portrait(
    name: str, kind: Kind, values: Iterable[object], *, labels: Mapping[Any, str] | None = None
) -> Portrait:
    """Return the portrait of a column.

    Examples
    --------
    >>> portrait("mark", Kind.TEXT, ["9", "10", "", "3"]).text().en
    'whole numbers 3–10 (3 different)'
    """
    given = [value for value in values if not is_missing(value)]
    found = Portrait(
        name=name,
        kind=kind,
        filled=len(given),
        counts=dict(Counter(map(_written, given)).most_common()),
        labels=labels or {},
    )
    if kind in TIMES:
        return replace(found, is_date=True)
    numbers = [number_in(value) for value in given]
    known = [number for number in numbers if number is not None]
    if known and len(known) == len(numbers):
        is_whole = all(number.is_integer() for number in known)
        return replace(found, lowest=min(known), highest=max(known), is_whole=is_whole)
    return _dated(found) if kind is Kind.TEXT and given else found


def _written(value: object) -> str:
    number = number_in(value)
    is_number = number is not None and not isinstance(value, str)
    return f"{number:g}" if is_number else str(value)


def _dated(found: Portrait) -> Portrait:
    try:
        date_reading(found.counts, column=found.name)
    except AmbiguousDates:
        return replace(found, is_date=True, is_ambiguous=True)
    except InvalidArgument:
        return found
    return replace(found, is_date=True)


def fitting_scales(found: Portrait) -> list[Scale]:
    """Return the closed scales that at least nine values in ten are on, and half of it is met.

    Examples
    --------
    >>> column = portrait("q", Kind.TEXT, "5 4 2 1 5 4 3 2 5 4 5 9".split())
    >>> [scale.key for scale in fitting_scales(column)][:2]
    ['1-5', 'agreement-5']
    """
    scales = [scale for scale in SCALES.values() if isinstance(scale, Scale)]
    return sorted(
        (scale for scale in scales if _fits(found, scale)), key=lambda scale: len(scale.levels)
    )


def _fits(found: Portrait, scale: Scale) -> bool:
    read = {value: _level(found, scale, value) for value in found.counts}
    levels = {level for level in read.values() if level is not None}
    on_scale = sum(found.counts[value] for value, level in read.items() if level is not None)
    return on_scale >= FITTING_SHARE * found.filled > 0 and 2 * len(levels) > len(scale.levels)


def _level(found: Portrait, scale: Scale, value: str) -> Level | None:
    level = scale.read(value)
    if not isinstance(level, float | str) and found.labels:
        level = scale.read(found.labels.get(number_in(value), ""))
    return level if isinstance(level, float | str) else None


def values_off(found: Portrait, scale: Scale) -> list[tuple[str, int]]:
    """Return the values of a column that are on no level of a scale, with how often each is met."""
    return [
        (value, count)
        for value, count in found.counts.items()
        if _level(found, scale, value) is None
    ]


def has_word(name: str, words: Sequence[str]) -> bool:
    return any(word in folded(name) for word in words)
