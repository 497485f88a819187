"""Link results: links that print well, say what they found, draw themselves and convert."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from ressenti.language import Language, Text, language_of_environment
from ressenti.statistics.forecast_gains import ForecastGain
from ressenti.statistics.intervals import Interval
from ressenti.statistics.unit_effects import UnitEffects
from ressenti.studies.links import Group, Lag, Lift, Link, LinkStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(Sequence[Link]):
    """The links of one call, outcome by outcome, judged together.

    Parameters
    ----------
    study : LinkStudy
    source : str
    notes : tuple of Text
        What a person should know about how the source was read.
    """

    study: LinkStudy
    source: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def links(self) -> tuple[Link, ...]:
        return self.study.links

    @overload
    def __getitem__(self, index: int) -> Link: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Link, ...]: ...
    def __getitem__(self, index: int | slice) -> Link | tuple[Link, ...]:
        return self.links[index]

    def __len__(self) -> int:
        return len(self.links)

    def __iter__(self) -> Iterator[Link]:
        return iter(self.links)

    def to_dicts(self, language: Language = "en") -> list[dict[str, Any]]:
        """Return the links as JSON publishes them, unrounded, each with its finding in words."""
        from ressenti.reports.link_findings import finding

        return [
            link_document(link, language) | {"finding": finding(link, self.study, language)}
            for link in self.links
        ]

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the whole as JSON publishes it."""
        return {
            "unit": str(self.study.level),
            "tried": self.study.tried,
            "confidence": self.study.confidence,
            "links": self.to_dicts(language),
            "notes": [note.to(language) for note in self.notes],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return ``{"unit", "tried", "confidence", "links", "notes"}`` as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat row a link."""
        return [_row(link) for link in self.links]

    def to_arrow(self) -> Any:
        """Return a ``pyarrow.Table``."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def findings(self, language: Language | None = None) -> tuple[str, ...]:
        """Return what may be said of each link in a sentence, with its evidence."""
        from ressenti.reports.link_findings import finding

        spoken = language or language_of_environment()
        return tuple(finding(link, self.study, spoken) for link in self.links)

    def matrix(self, language: Language | None = None) -> str:
        """Return the link matrix as an SVG: strength, sureness and lag at a glance."""
        from ressenti.reports.drawings.link_matrix import link_matrix_svg

        return link_matrix_svg(self.study, language or language_of_environment())

    def text(self, language: Language | None = None) -> str:
        """Return the links as a table for a terminal, and what may be said of each."""
        from ressenti.reports.links import links_text

        return links_text(self.study, language or language_of_environment(), notes=self.notes)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return {"text/plain": self.text(), "image/svg+xml": self.matrix()}


def link_document(link: Link, language: Language) -> dict[str, Any]:
    """Return one link as JSON publishes it."""
    return {
        "outcome": link.outcome,
        "kpi": link.indicator,
        "unit": str(link.level),
        "n": link.n,
        "n_effective": link.n if link.n_effective is None else link.n_effective,
        "lift": None if link.lift is None else _lift_document(link.lift, language),
        "correlation": _interval_document(link.correlation, language),
        "lag": link.lag,
        "slope": None if link.slope is None else _interval_document(link.slope, language),
        "lags": [_lag_document(lag, language) for lag in link.lags],
        "gain": None if link.gain is None else _gain_document(link.gain, language),
        "units": None if link.units is None else _units_document(link.units, language),
        "p_value": link.p_value,
        "adjusted_p_value": link.adjusted_p_value,
        "is_established": link.is_established,
        "wording": str(link.wording),
        "reason": None if link.reason is None else link.reason.to(language),
        "cautions": [caution.to(language) for caution in link.cautions],
    }


def _interval_document(interval: Interval, language: Language) -> dict[str, Any]:
    return {
        "value": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "method": interval.method,
        "reason": None if interval.reason is None else interval.reason.to(language),
    }


def _group_document(group: Group) -> dict[str, Any]:
    return {"value": group.value, "low": group.low, "high": group.high, "n": group.n}


def _lift_document(lift: Lift, language: Language) -> dict[str, Any]:
    return {
        "met": _group_document(lift.met),
        "missed": _group_document(lift.missed),
        **_interval_document(lift.difference, language),
        "p_value": lift.p_value,
    }


def _lag_document(lag: Lag, language: Language) -> dict[str, Any]:
    effect = lag.effect
    return {
        "lag": lag.lag,
        "first": "outcome" if lag.lag > 0 else "kpi" if lag.lag < 0 else None,
        "n": effect.n,
        "correlation": _interval_document(effect.correlation, language),
        "slope": _interval_document(effect.slope, language),
        "p_value": effect.p_value,
        "adjusted_p_value": lag.adjusted_p_value,
        "is_established": lag.is_established,
    }


def _gain_document(gain: ForecastGain, language: Language) -> dict[str, Any]:
    return {
        "baseline_error": gain.baseline_error,
        "error": gain.error,
        "n": gain.n,
        **_interval_document(gain.gain, language),
    }


def _units_document(units: UnitEffects, language: Language) -> dict[str, Any]:
    return {
        "total": units.total,
        "within": _interval_document(units.within, language),
        "between": _interval_document(units.between, language),
        "difference_p_value": units.difference_p_value,
        "slope_deviation": units.slope_deviation,
        "n_units": units.n_units,
        "simpson": units.is_reversed,
    }


def _row(link: Link) -> dict[str, Any]:
    met, missed = (None, None) if link.lift is None else (link.lift.met, link.lift.missed)
    difference = None if link.lift is None else link.lift.difference
    gain = None if link.gain is None else link.gain.gain
    units = link.units
    own: Mapping[str, Any] = {
        "outcome": link.outcome,
        "kpi": link.indicator,
        "unit": str(link.level),
        "n": link.n,
        "met": None if met is None else met.value,
        "n_met": None if met is None else met.n,
        "missed": None if missed is None else missed.value,
        "n_missed": None if missed is None else missed.n,
        **_columns("lift", difference),
        **_columns("correlation", link.correlation),
        "method": link.correlation.method,
        "lag": link.lag,
        **_columns("slope", link.slope),
        **_columns("gain", gain),
        **_columns("within", None if units is None else units.within),
        **_columns("between", None if units is None else units.between),
        "simpson": None if units is None else units.is_reversed,
        "p_value": link.p_value,
        "adjusted_p_value": link.adjusted_p_value,
        "wording": str(link.wording),
        "reason": None if link.reason is None else str(link.reason),
        "n_effective": link.n if link.n_effective is None else link.n_effective,
    }
    return dict(own)


def _columns(name: str, interval: Interval | None) -> dict[str, float | None]:
    if interval is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: interval.estimate, f"{name}_low": interval.low, f"{name}_high": interval.high}
