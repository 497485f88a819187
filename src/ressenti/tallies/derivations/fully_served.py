"""Fully served: whether a customer got every outcome he or she wanted in a period, every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts
from ressenti.tallies.outcome_sql import CHOICE, NEEDS, wants_of_customers


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        f"""
        SELECT at, CASE WHEN met = wanted THEN 'all' ELSE 'some' END AS level, segments_
        FROM ({wants_of_customers(facts, options)}) AS customers
        """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=("outcome", "customer_id", *NEEDS),
    dated_by="occurred_at",
    levels=("all", "some"),
    options={**CHOICE, "grain": None, "week_starts_on": "monday"},
    rows=rows,
)
