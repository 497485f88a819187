"""Complaints per order: each complaint is an event, each order an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        """
        SELECT at, level, segments_
        FROM (
          SELECT offered_at AS at, 'event' AS level, segments_
          FROM facts
          WHERE offered_at IS NOT NULL AND complaint
          UNION ALL
          SELECT ordered_at AS at, 'exposure' AS level, segments_
          FROM orders
          WHERE ordered_at IS NOT NULL
        ) AS counted
        """
    )


DERIVATION = Derivation(
    fact="contacts",
    also=("orders",),
    needs=("offered_at", "complaint"),
    dated_by="offered_at",
    levels=("event", "exposure"),
    rows=rows,
)
