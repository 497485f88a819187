"""The request: everything a call asks, in the words of the person who asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.errors import unknown_name
from ressenti.facts.periods import Grain, Weekday
from ressenti.facts.scales import Quantity, Scale
from ressenti.facts.schemas import FACTS
from ressenti.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything a call to ``score`` asks, in the words of the person who asks."""

    measures: Sequence[str] = ()
    by: Sequence[str] = ()
    per: str | None = None
    at: str | None = None
    week_starts_on: str = "monday"
    weight: str | None = None
    where: str | None = None
    missing: Sequence[object] = ()
    time_zone: str = "UTC"
    facts: str | None = None
    mapping: Mapping[str, str] | None = None
    derivation_options: Mapping[str, Any] | None = None
    dates: str | None = None
    exact: bool = False
    scales: Mapping[str, Scale | Quantity] | None = None
    population: int | None = None
    cluster: str | None = None
    rake: Mapping[str, Mapping[str, float]] | Sequence[str] | str = ()
    trim: float | None = None

    @property
    def tells_sampling(self) -> bool:
        """Tell whether the call says more of how the answers were drawn than their weights."""
        return self.population is not None or self.cluster is not None or bool(self.rake)


GRAINS = tuple(grain.value for grain in Grain)
DAYS = tuple(day.name.lower() for day in Weekday)
DATE_ORDERS = ("dmy", "mdy", "ymd")


def require_known_words(asked: Request) -> None:
    """Refuse a grain, a day, an order of dates or a fact that does not exist.

    Raises
    ------
    UnknownName
        R100, with the known ones.
    """
    words: tuple[tuple[Text, str | None, Iterable[str]], ...] = (
        (Text(en="grain (per)", fr="longueur de période (per)"), asked.per, GRAINS),
        (Text(en="day (week_starts_on)", fr="jour (week_starts_on)"), asked.week_starts_on, DAYS),
        (Text(en="order of dates (dates)", fr="ordre des dates (dates)"), asked.dates, DATE_ORDERS),
        (Text(en="fact (facts)", fr="fait (facts)"), asked.facts, FACTS),
    )
    for kind, word, known in words:
        if word is not None and word not in known:
            raise unknown_name(kind, word, known)
