"""Purchases: customers who bought on two occasions or more, among those who bought.

With a window, the second occasion must fall within ``window_days`` of the first, and customers
observed for less are told apart as ``immature``. Returned and cancelled orders do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import (
    Derivation,
    Facts,
    instant_literal,
    orders_kept,
    truth,
    whole_number,
)


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    by_day = truth(options, "same_day_counts_once")
    same_day = "PARTITION BY customer_id, CAST(ordered_at AS DATE)"
    order_of_day = f"ROW_NUMBER() OVER ({same_day} ORDER BY ordered_at)" if by_day else "1"
    kept = orders_kept(facts)
    until = options["observed_until"]
    # A window over everything would bring all rows to one machine of a cluster.
    latest = f"(SELECT MAX(ordered_at) FROM facts WHERE {kept})"  # noqa: S608 - as below
    last = latest if until is None else instant_literal(str(until))
    level = "CASE WHEN next_at IS NULL THEN 'once' ELSE 'again' END"
    if options["window_days"] is not None:
        window = f"INTERVAL '{whole_number(options, 'window_days')}' DAY"
        level = f"""CASE
            WHEN at + {window} > observed_until THEN 'immature'
            WHEN next_at <= at + {window} THEN 'again'
            ELSE 'once' END"""
    return facts.query(
        f"""
        SELECT at, {level} AS level, segments_
        FROM (
          SELECT
            at,
            ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY at) AS occasion,
            LEAD(at) OVER (PARTITION BY customer_id ORDER BY at) AS next_at,
            observed_until,
            segments_
          FROM (
            SELECT
              customer_id,
              ordered_at AS at,
              {order_of_day} AS order_of_day,
              {last} AS observed_until,
              segments_
            FROM facts
            WHERE {kept}
          ) AS orders
          WHERE order_of_day = 1
        ) AS occasions
        WHERE occasion = 1
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="orders",
    needs=("customer_id", "ordered_at"),
    dated_by="ordered_at",
    levels=("again", "once", "immature"),
    options={"window_days": None, "same_day_counts_once": True, "observed_until": None},
    rows=rows,
)
