"""The request: everything a call asks, in the words of the person who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.facts.scales import Quantity, Scale


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
    scales: Mapping[str, Scale | Quantity] | None = None
    population: int | None = None
    cluster: str | None = None
    rake: Mapping[str, Mapping[str, float]] | Sequence[str] | str = ()
    trim: float | None = None

    @property
    def tells_sampling(self) -> bool:
        """Tell whether the call says more of how the answers were drawn than their weights."""
        return self.population is not None or self.cluster is not None or bool(self.rake)
