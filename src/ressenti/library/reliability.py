"""Reliability: alpha and omega of the items of a source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.errors import InvalidArgument, UndefinedResult, unknown_name
from ressenti.facts.scales import Scale, scale_called
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.items import item_expressions, require_items, row_condition
from ressenti.scores.score import CONFIDENCE
from ressenti.sources import open_source
from ressenti.sources.options import options_of
from ressenti.studies.reliability import Reliability, reliability_of_moments
from ressenti.tallies.moments import moments_of, moments_query
from ressenti.warehouse.rendering import rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScale:
    """The reliability of the items of one call."""

    reliability: Reliability
    source: str
    sql: str = ""

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        return reliability_document(self.reliability, language)

    def to_json(self, language: Language = "en") -> str:
        """Return the figures as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def text(self, language: Language | None = None) -> str:
        """Return the figures and the table of the items for a terminal."""
        from ressenti.reports.item_scales import reliability_text

        return reliability_text(self.reliability, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def reliability(
    source: Any,
    items: Sequence[str],
    *,
    reverse: Sequence[str] = (),
    scale: str | None = None,
    where: str | None = None,
    missing: Sequence[object] = (),
    confidence: float = CONFIDENCE,
    **reading: Any,
) -> ItemScale:
    """Return Cronbach's alpha and McDonald's omega of the items of a scale.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    items : sequence of str
        Columns, at least two; only the rows where all have a value count.
    reverse : sequence of str
        Items worded the other way round.
    scale : str
        Key of the scale of the items: values off it count as no answer.
    where, missing, reading
        As for :func:`ressenti.score`.

    Raises
    ------
    UndefinedResult
        R206, when fewer than two rows are complete.

    References
    ----------
    Cronbach, Psychometrika 16 (1951) 297; Feldt, Psychometrika 30 (1965) 357; McDonald, Test
    Theory (1999), chapter 6.

    Examples
    --------
    >>> import pyarrow as pa
    >>> marks = pa.table({"a": [1, 2, 4, 5], "b": [2, 1, 5, 4], "c": [5, 4, 2, 1]})
    >>> found = reliability(marks, ["a", "b", "c"], reverse=["c"]).reliability
    >>> round(found.alpha.alpha.estimate, 3), found.n
    (0.951, 4)
    """
    names = [items] if isinstance(items, str) else list(items)
    require_items(names)
    for name in reverse:
        if name not in names:
            raise unknown_name(Text(en="item", fr="item"), name, names)
    relation = open_source(source, options=options_of(reading))
    closed = None if scale is None else _closed(scale)
    block = item_expressions(relation, names, scale=closed, missing=missing)
    condition = row_condition(relation, where)
    (moments,), rows = moments_of(relation, [block], where=condition)
    if moments[0, 0] < 2:
        raise _too_few(int(moments[0, 0]), rows)
    query = moments_query(relation, [block], where=condition)
    return ItemScale(
        reliability=reliability_of_moments(
            moments, names, rows=rows, reversed_items=frozenset(reverse), confidence=confidence
        ),
        source=relation.name,
        sql=rendered(query, relation.warehouse.dialect, pretty=True),
    )


def reliability_document(found: Reliability, language: Language) -> dict[str, Any]:
    """Return a reliability as JSON publishes it."""
    interval = found.alpha.alpha
    return {
        "alpha": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "confidence": interval.confidence,
        "standardised_alpha": found.alpha.standardised,
        "omega": found.omega.omega,
        "n": found.n,
        "n_incomplete": found.n_incomplete,
        "items": [
            {
                "item": item.name,
                "reversed": item.is_reversed,
                "mean": item.mean,
                "deviation": item.deviation,
                "item_total": item.item_total,
                "alpha_if_dropped": item.alpha_if_dropped,
                "loading": item.loading,
            }
            for item in found.items
        ],
        "remarks": [remark.to(language) for remark in found.remarks],
    }


def _closed(key: str) -> Scale:
    scale = scale_called(key)
    if isinstance(scale, Scale):
        return scale
    raise InvalidArgument(
        Text(
            en=f"'{key}' is an open quantity: items need a scale with levels.",
            fr=f"« {key} » est une quantité ouverte : des items demandent une échelle à niveaux.",
        )
    )


def _too_few(complete: int, rows: int) -> UndefinedResult:
    return UndefinedResult(
        Text(
            en=f"{complete} of {rows} rows answered all items: at least 2 are needed.",
            fr=f"{complete} lignes sur {rows} ont répondu à tous les items : il en faut au moins "
            "2.",
        )
    )
