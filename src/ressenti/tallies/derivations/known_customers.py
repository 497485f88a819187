"""Known customers: among a period's buyers, those who had bought before it began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, orders_kept, rows_of_periods


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    periods = rows_of_periods(options)
    grouped = "".join(f", {name}" for name in facts.carried)
    return facts.query(
        f"""
        SELECT
          period_start AS at,
          CASE WHEN MIN(first_at) < period_start THEN 'known' ELSE 'new' END AS level,
          segments_
        FROM (
          SELECT
            customer_id,
            ordered_at,
            MIN(ordered_at) OVER (PARTITION BY customer_id) AS first_at,
            segments_
          FROM facts
          WHERE {orders_kept(facts)}
        ) AS orders
        CROSS JOIN ({periods}) AS periods
        WHERE ordered_at >= period_start AND ordered_at < period_end
        GROUP BY customer_id, period_start{grouped}
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="orders",
    needs=("customer_id", "ordered_at"),
    dated_by="ordered_at",
    levels=("known", "new"),
    options={"periods": ()},
    rows=rows,
    per_period=True,
)
