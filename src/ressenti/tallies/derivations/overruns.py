"""Overruns: by how many increments an outcome misses its expectation; below 0 when it is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts
from ressenti.tallies.outcome_sql import CHOICE, NEEDS, increments_over, only


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    return facts.query(
        f"""
        SELECT occurred_at AS at, {increments_over(options)} AS amount, segments_
        FROM facts
        WHERE occurred_at IS NOT NULL {only(options)}
        """  # noqa: S608 - what is inserted are checked numbers, quoted texts and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=NEEDS,
    dated_by="occurred_at",
    options={**CHOICE, "increments": {}},
    rows=rows,
)
