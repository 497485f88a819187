"""Known customers: among a period's buyers, those who had bought before it began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, instant_literal


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    periods = " UNION ALL ".join(
        f"SELECT {instant_literal(start)} AS period_start, {instant_literal(end)} AS period_end"
        for start, end in options["periods"]
    )
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
          WHERE customer_id IS NOT NULL AND ordered_at IS NOT NULL
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
