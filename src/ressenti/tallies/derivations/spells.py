"""Spells: who of the customers at the start of a period is still one at its end.

Customers of the start are ``kept`` or ``lost``; those who came during the period are told apart
(``joined``, ``joined_and_left``) and are no part of retention. A customer who left and came back
within the period is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, rows_of_periods


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    periods = rows_of_periods(options)
    grouped = "".join(f", {name}" for name in facts.carried)
    return facts.query(
        f"""
        SELECT
          period_start AS at,
          CASE
            WHEN at_start = 1 AND at_end = 1 THEN 'kept'
            WHEN at_start = 1 THEN 'lost'
            WHEN at_end = 1 THEN 'joined'
            ELSE 'joined_and_left'
          END AS level,
          segments_
        FROM (
          SELECT
            customer_id,
            period_start,
            MAX(CASE WHEN started_at < period_start
              AND (ended_at IS NULL OR ended_at >= period_start) THEN 1 ELSE 0 END) AS at_start,
            MAX(CASE WHEN started_at < period_end
              AND (ended_at IS NULL OR ended_at >= period_end) THEN 1 ELSE 0 END) AS at_end,
            segments_
          FROM facts
          CROSS JOIN ({periods}) AS periods
          WHERE customer_id IS NOT NULL
            AND started_at < period_end
            AND (ended_at IS NULL OR ended_at >= period_start)
          GROUP BY customer_id, period_start{grouped}
        ) AS customers
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="subscriptions",
    needs=("customer_id", "started_at", "ended_at"),
    dated_by="started_at",
    levels=("kept", "lost", "joined", "joined_and_left"),
    options={"periods": ()},
    rows=rows,
    per_period=True,
)
