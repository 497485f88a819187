"""Repeats: contacts that follow another of the same customer and reason within a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, whole_number


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    window = f"INTERVAL '{whole_number(options, 'window_days')}' DAY"
    partition = "customer_id, reason" if "reason" in facts.columns else "customer_id"
    return facts.query(
        f"""
        SELECT
          at,
          CASE WHEN at <= previous_at + {window} THEN 'repeat' ELSE 'new' END AS level,
          segments_
        FROM (
          SELECT
            offered_at AS at,
            LAG(offered_at) OVER (PARTITION BY {partition} ORDER BY offered_at) AS previous_at,
            segments_
          FROM facts
          WHERE customer_id IS NOT NULL AND offered_at IS NOT NULL
        ) AS chains
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("customer_id", "offered_at"),
    dated_by="offered_at",
    levels=("repeat", "new"),
    options={"window_days": 7},
    rows=rows,
)
