"""Flows: tickets created, resolved and opened again, each dated by its own event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, _options: Mapping[str, Any]) -> exp.Select:
    reopened = (
        """UNION ALL
          SELECT reopened_at AS at, 'reopened' AS level, segments_
          FROM facts
          WHERE reopened_at IS NOT NULL"""
        if "reopened_at" in facts.columns
        else ""
    )
    return facts.query(
        f"""
        SELECT at, level, segments_
        FROM (
          SELECT offered_at AS at, 'created' AS level, segments_
          FROM facts
          WHERE offered_at IS NOT NULL
          UNION ALL
          SELECT resolved_at AS at, 'resolved' AS level, segments_
          FROM facts
          WHERE resolved_at IS NOT NULL
          {reopened}
        ) AS events
        """  # noqa: S608 - what is inserted is written above
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("offered_at", "resolved_at"),
    dated_by="offered_at",
    levels=("created", "resolved", "reopened"),
    rows=rows,
)
