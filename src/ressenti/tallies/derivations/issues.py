"""Issues: chains of contacts of one customer for one reason, resolved at the first or not.

A contact at most ``window_days`` after the previous one of the same customer and reason continues
the issue; the limit is included. An issue is mature when its window is over at
``observed_until``; the others say nothing yet and leave the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts, instant_literal, whole_number


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    window = f"INTERVAL '{whole_number(options, 'window_days')}' DAY"
    partition = "customer_id, reason" if "reason" in facts.columns else "customer_id"
    until = options["observed_until"]
    # A window over everything would bring all rows to one machine of a cluster.
    latest = "(SELECT MAX(offered_at) FROM facts WHERE customer_id IS NOT NULL)"
    last = latest if until is None else instant_literal(str(until))
    return facts.query(
        f"""
        SELECT
          at,
          CASE
            WHEN at + {window} > observed_until THEN 'immature'
            WHEN next_at <= at + {window} THEN 'repeated'
            ELSE 'resolved_first'
          END AS level,
          segments_
        FROM (
          SELECT
            offered_at AS at,
            LAG(offered_at) OVER (PARTITION BY {partition} ORDER BY offered_at) AS previous_at,
            LEAD(offered_at) OVER (PARTITION BY {partition} ORDER BY offered_at) AS next_at,
            {last} AS observed_until,
            segments_
          FROM facts
          WHERE customer_id IS NOT NULL AND offered_at IS NOT NULL
        ) AS chains
        WHERE previous_at IS NULL OR at > previous_at + {window}
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="contacts",
    needs=("customer_id", "offered_at"),
    dated_by="offered_at",
    levels=("resolved_first", "repeated", "immature"),
    options={"window_days": 7, "observed_until": None},
    rows=rows,
)
