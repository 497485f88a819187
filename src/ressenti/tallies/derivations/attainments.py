"""Attainments: whether each customer got the outcome he or she wanted; equality is met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ressenti.tallies.derivations import Derivation, Facts


def rows(facts: Facts, options: Mapping[str, Any]) -> exp.Select:
    met = (
        "actual >= expected" if options["direction"] == "higher_is_better" else "actual <= expected"
    )
    only = (
        "AND outcome = " + exp.Literal.string(str(options["outcome"])).sql()
        if options["outcome"]
        else ""
    )
    return facts.query(
        f"""
        SELECT
          occurred_at AS at,
          CASE
            WHEN actual IS NULL OR expected IS NULL THEN NULL
            WHEN {met} THEN 'met'
            ELSE 'missed'
          END AS level,
          segments_
        FROM facts
        WHERE occurred_at IS NOT NULL {only}
        """  # noqa: S608 - what is inserted are checked numbers and names of ours
    )


DERIVATION = Derivation(
    fact="outcomes",
    needs=("actual", "expected", "occurred_at"),
    dated_by="occurred_at",
    levels=("met", "missed"),
    options={"direction": "lower_is_better", "outcome": None},
    rows=rows,
)
