"""SERVQUAL on a source: pairs of columns in, gaps by item and dimension out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.scales import ONE_TO_SEVEN, Scale
from ressenti.language import Language, Text, language_of_environment
from ressenti.library.items import item_expressions, require_items, row_condition
from ressenti.scores.score import CONFIDENCE
from ressenti.scores.service_quality import ITEMS, ITEMS_OF_DIMENSIONS
from ressenti.sources import open_source
from ressenti.statistics.intervals import Interval
from ressenti.studies.service_gaps import (
    Gap,
    ServiceItem,
    ServiceQuality,
    ServiceScale,
    service_quality,
)
from ressenti.warehouse.relations import Relation

WHOLE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGaps:
    """The gaps of one call."""

    quality: ServiceQuality
    source: str

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the gaps as JSON publishes them, unrounded."""
        found = self.quality
        return {
            "rows": found.rows,
            "unweighted": _gap_document(found.unweighted, language),
            "weighted": None if found.weighted is None else _interval(found.weighted, language),
            "dimensions": [
                {
                    **_gap_document(dimension, language),
                    "items": [_gap_document(one, language) for one in found.items[dimension.name]],
                }
                for dimension in found.dimensions
            ],
        }

    def to_json(self, language: Language = "en") -> str:
        """Return the gaps as one JSON document."""
        return json.dumps(self.to_dict(language), ensure_ascii=False, allow_nan=False)

    def text(self, language: Language | None = None) -> str:
        """Return the gaps for a terminal."""
        from ressenti.reports.service_gaps import service_quality_text

        return service_quality_text(self.quality, language or language_of_environment())

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()


def servqual(
    source: Any,
    *,
    expectations: Sequence[str],
    perceptions: Sequence[str],
    dimensions: Mapping[str, Sequence[str]] | None = None,
    weights: Sequence[str | float] | Mapping[str, str | float] | None = None,
    scale: Scale = ONE_TO_SEVEN,
    where: str | None = None,
    missing: Sequence[object] = (),
    confidence: float = CONFIDENCE,
) -> ServiceGaps:
    """Return what customers perceived of a service minus what they expected of it.

    A pair without both marks is left out; a dimension needs half of its pairs.

    Parameters
    ----------
    source : path, data frame, Arrow table or ``"engine-url::table"``
    expectations, perceptions : sequences of str
        Columns of the same items in the same order.
    dimensions : mapping of name to perception columns
        By default those of the 22 items of SERVQUAL, or a single one for other questionnaires.
    weights : mapping of dimension to column or number, or a sequence in the order of dimensions
        Points each dimension got, 100 in all within a half; respondents whose points do not add
        up leave the weighted gap.
    scale : Scale
        Marks off it count as missing.
    where, missing
        As for :func:`ressenti.score`.

    References
    ----------
    Parasuraman, Zeithaml and Berry, Journal of Retailing 64 (1988) 12.

    Examples
    --------
    >>> import pyarrow as pa
    >>> marks = pa.table({"e1": [7, 6], "e2": [6, 7], "p1": [5, 5], "p2": [6, 5]})
    >>> found = servqual(marks, expectations=["e1", "e2"], perceptions=["p1", "p2"]).quality
    >>> found.unweighted.gap.estimate
    -1.25
    """
    require_items(list(expectations), fewest=1)
    require_items(list(perceptions), fewest=1)
    if len(expectations) != len(perceptions):
        raise _unpaired(len(expectations), len(perceptions))
    relation = open_source(source)
    expected, perceived = (
        item_expressions(relation, columns, scale=scale, missing=missing)
        for columns in (expectations, perceptions)
    )
    items = {
        name: ServiceItem(name=name, expectation=own, perception=other)
        for name, own, other in zip(perceptions, expected, perceived, strict=True)
    }
    by_dimension = _by_dimension(items, dimensions)
    questionnaire = ServiceScale(
        dimensions=by_dimension,
        points=_points(relation, list(by_dimension), weights),
    )
    return ServiceGaps(
        quality=service_quality(
            relation,
            questionnaire,
            where=row_condition(relation, where),
            confidence=confidence,
        ),
        source=relation.name,
    )


def _by_dimension(
    items: Mapping[str, ServiceItem], dimensions: Mapping[str, Sequence[str]] | None
) -> dict[str, list[ServiceItem]]:
    if dimensions is None:
        return _standard(list(items.values()))
    for name in (name for own in dimensions.values() for name in own):
        if name not in items:
            raise unknown_name(Text(en="perception", fr="perception"), name, items)
    return {dimension: [items[name] for name in own] for dimension, own in dimensions.items()}


def _standard(items: list[ServiceItem]) -> dict[str, list[ServiceItem]]:
    """Return the five dimensions of the 22 items, or all items as one dimension."""
    if len(items) != ITEMS:
        return {WHOLE: items}
    left = iter(items)
    return {name: [next(left) for _ in range(k)] for name, k in ITEMS_OF_DIMENSIONS.items()}


def _points(
    relation: Relation,
    dimensions: Sequence[str],
    weights: Sequence[str | float] | Mapping[str, str | float] | None,
) -> dict[str, exp.Expr] | None:
    if weights is None:
        return None
    is_named = isinstance(weights, Mapping)
    if len(weights) != len(dimensions) or (is_named and set(weights) != set(dimensions)):
        raise InvalidArgument(
            Text(
                en=f"{len(weights)} weights for {len(dimensions)} dimensions: give one each.",
                fr=f"{len(weights)} poids pour {len(dimensions)} dimensions : donnez-en un par "
                "dimension.",
            )
        )
    own = weights if isinstance(weights, Mapping) else dict(zip(dimensions, weights, strict=True))
    return {
        name: item_expressions(relation, [points])[0]
        if isinstance(points, str)
        else exp.convert(float(points))
        for name, points in own.items()
    }


def _unpaired(expected: int, perceived: int) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"{expected} expectations and {perceived} perceptions do not pair: name the columns "
            "of the same items in the same order.",
            fr=f"{expected} attentes et {perceived} perceptions ne s'apparient pas : nommez les "
            "colonnes des mêmes items dans le même ordre.",
        )
    )


def _gap_document(gap: Gap, language: Language) -> dict[str, Any]:
    return {
        "name": gap.name,
        "n": gap.n,
        "gap": _interval(gap.gap, language),
        "servperf": _interval(gap.perception, language),
        "alphas": {name: _interval(alpha, language) for name, alpha in gap.alphas.items()},
    }


def _interval(interval: Interval, language: Language) -> dict[str, Any]:
    return {
        "value": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "confidence": interval.confidence,
        "reason": None if interval.reason is None else interval.reason.to(language),
    }
