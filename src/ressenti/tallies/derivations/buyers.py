"""Buyers: who of the customers that bought before a period was one that still bought at its end.

Without a contract nobody says that he or she leaves: a customer is active at an instant with an
order kept in the ``window_days`` before it, the instant itself left out. Customers active at the
start of a period are ``kept`` or ``lost``; those active at its end only have ``joined``.

A period that starts less than a window after the first order is left out: before it there are not
data enough to tell who was active.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import (
    Derivation,
    Facts,
    orders_kept,
    rows_of_periods,
    whole_number,
)


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    periods = rows_of_periods(options)
    window = f"INTERVAL '{whole_number(options, 'window_days')}' DAY"
    at_start, at_end = (
        f"(ordered_at >= {bound} - {window} AND ordered_at < {bound})"
        for bound in ("period_start", "period_end")
    )
    kept = orders_kept(facts)
    grouped = "".join(f", {name}" for name in facts.carried)
    return facts.query(
        f"""
        SELECT
          period_start AS at,
          CASE
            WHEN at_start = 1 AND at_end = 1 THEN 'kept'
            WHEN at_start = 1 THEN 'lost'
            ELSE 'joined'
          END AS level,
          segments_
        FROM (
          SELECT
            customer_id,
            period_start,
            MAX(CASE WHEN {at_start} THEN 1 ELSE 0 END) AS at_start,
            MAX(CASE WHEN {at_end} THEN 1 ELSE 0 END) AS at_end,
            segments_
          FROM facts
          CROSS JOIN ({periods}) AS periods
          WHERE {kept}
            AND ({at_start} OR {at_end})
            AND period_start - {window} >= (SELECT MIN(ordered_at) FROM facts WHERE {kept})
          GROUP BY customer_id, period_start{grouped}
        ) AS customers
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="orders",
    needs=("customer_id", "ordered_at"),
    dated_by="ordered_at",
    levels=("kept", "lost", "joined"),
    options={"window_days": 365, "periods": ()},
    rows=rows,
    per_period=True,
)
