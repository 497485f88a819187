"""Outcomes met: how many of those a customer wanted he or she got every time, in each period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts
from ressenti.tallies.outcome_sql import CHOICE, NEEDS, wants_of_customers


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        f"""
        SELECT at, met AS amount, segments_
        FROM ({wants_of_customers(facts, options)}) AS customers
        """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=("outcome", "customer_id", *NEEDS),
    dated_by="occurred_at",
    options={**CHOICE, "grain": None, "week_starts_on": "monday"},
    rows=rows,
)
